package page

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/i18n"
	"hailong/static"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t *testing.T, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	hashed   = regexp.MustCompile(`\.[0-9a-f]{8}\.`)
	spaces   = regexp.MustCompile(`[ \t]*\n\s*`)
	pictures = regexp.MustCompile(`/s/every/images/[0-9a-f]{16}/`)
	sum      = regexp.MustCompile(`"version" value="[0-9a-f]{16}"`)
	script   = regexp.MustCompile(`<script[^>]* src="[^"]+"[^>]*>`)
)

// normal makes pages comparable: the names of assets and versions change with
// their content, and space between lines means nothing.
func normal(page string) string {
	page = sum.ReplaceAllString(page, `"version" value="VERSION"`)
	return strings.TrimSpace(spaces.ReplaceAllString(hashed.ReplaceAllString(page, ".HASH."), "\n")) + "\n"
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		for _, f := range fixtures(t, lang) {
			t.Run(lang+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				got := normal(render(t, f.page))
				file := filepath.Join("testdata", "golden", lang, f.name+".html")
				if *update {
					if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("%v (write it with -update)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("page differs from %s (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

// TestStorybook writes every fixture into a folder, to be looked at.
func TestStorybook(t *testing.T) {
	dir := os.Getenv("HAILONG_STORYBOOK")
	if dir == "" {
		t.Skip("HAILONG_STORYBOOK names no folder")
	}
	write := func(name string, data []byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	names, err := fs.Glob(static.FS(), "*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(static.FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		write(name, data)
	}
	for _, image := range survey(t, "every").Images {
		write(image.Name, image.Data)
	}
	for _, lang := range i18n.Languages() {
		for _, f := range fixtures(t, lang) {
			page := pictures.ReplaceAllString(hashed.ReplaceAllString(render(t, f.page), "."), "../")
			page = strings.ReplaceAll(page, static.Prefix, "../")
			write(filepath.Join(lang, f.name+".html"), []byte(page))
		}
	}
}

// Every fixture keeps to what the content security policy and the readers of
// the page count on.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, lang := range i18n.Languages() {
		for _, f := range fixtures(t, lang) {
			seen[f.page.template()] = true
			t.Run(lang+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				html := render(t, f.page)
				checkWords(t, html, lang)
				checkTags(t, html)
			})
		}
	}
	for _, name := range pages {
		if !seen[name] {
			t.Errorf("page %s has no fixture", name)
		}
	}
}

func checkWords(t *testing.T, html, lang string) {
	t.Helper()
	for _, want := range []string{`<html lang="` + lang + `">`, `<main id="main">`, `class="skip" href="#main"`, `width=device-width`} {
		if !strings.Contains(html, want) {
			t.Errorf("page lacks %s", want)
		}
	}
	// A document of several screens has one on each.
	if got := strings.Count(html, "<h1"); got != 1 && (got == 0 || !strings.Contains(html, "<section data-page")) {
		t.Errorf("got %d main headings, want 1", got)
	}
	for _, bad := range []string{"ZgotmplZ", "<no value>", " style=", "<style", "javascript:", " onclick", "&lt;nil", "%!"} {
		if strings.Contains(html, bad) {
			t.Errorf("page contains %q", bad)
		}
	}
	if strings.Contains(script.ReplaceAllString(html, ""), "<script") {
		t.Error("page has an inline script")
	}
	if id := regexp.MustCompile(`>\s*[a-z]+\.[a-z_]+\s*<`).FindString(html); id != "" {
		t.Errorf("page shows the id of a message: %s", id)
	}
}

// checkTags reads the page as tags: they nest, ids are unique, and whatever
// names an id names one that is there.
func checkTags(t *testing.T, html string) {
	t.Helper()
	ids, named := map[string]bool{}, map[string]string{}
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(html, "<!doctype html>")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("tags do not nest: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("id %q is there twice", a.Value)
				}
				ids[a.Value] = true
			case "for", "form", "aria-describedby", "aria-labelledby":
				for id := range strings.FieldsSeq(a.Value) {
					named[id] = a.Name.Local
				}
			case "href":
				if id, ok := strings.CutPrefix(a.Value, "#"); ok {
					named[id] = "href"
				}
			}
		}
	}
	for id, by := range named {
		if !ids[id] {
			t.Errorf("%s names %q, which is not on the page", by, id)
		}
	}
}

// The first page must come in one round trip: together with the style sheet it
// stays below 14 KB as sent.
func TestFirstPageIsSmall(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	css, err := fs.ReadFile(static.FS(), "app.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formFixtures(survey(t, "sipas"), survey(t, "counter"), "vi") {
		if f.name == "form_first" {
			if _, err := io.WriteString(w, render(t, f.page)+string(css)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, limit := b.Len(), 14_000; got > limit {
		t.Errorf("got %d bytes, want at most %d", got, limit)
	}
}

// broken is a page whose template does not exist.
type broken struct{ Frame }

func (broken) PageTitle() string { return "" }
func (broken) template() string  { return "home" }

func TestRenderWritesAllOrNothing(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Render(&b, broken{}); err == nil {
		t.Error("a page without the template's fields was rendered")
	}
	if b.Len() != 0 {
		t.Errorf("%d bytes were written before the error", b.Len())
	}
	want := errors.New("gone")
	if err := Render(failing{want}, &Home{Frame: Frame{Lang: "xx"}}); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestFrameAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url, path, want string
	}{
		{"/", "/results", "/results"},
		{"/?lang=en", "/results", "/results?lang=en"},
		{"/s/x?agency=1&lang=vi", "/r/a", "/r/a?lang=en"},
		{"%zz", "/r/a", "/r/a"},
	}
	for _, tt := range tests {
		if got := (Frame{Lang: "en", URL: tt.url}).Go(tt.path); got != tt.want {
			t.Errorf("from %s: got %s, want %s", tt.url, got, tt.want)
		}
	}
	links := Frame{Lang: "vi", URL: "/results/a?sort=n&lang=vi"}.Languages()
	want := []Link{
		{Text: "Tiếng Việt", Href: "/results/a?lang=vi&sort=n", Lang: "vi", Current: true},
		{Text: "English", Href: "/results/a?lang=en&sort=n", Lang: "en"},
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("languages (-want +got):\n%s", diff)
	}
}

func TestGapsOf(t *testing.T) {
	t.Parallel()
	if _, err := gapsOf([]any{"n"}); err == nil {
		t.Error("a gap without a value was taken")
	}
	if _, err := gapsOf([]any{1, 2}); err == nil {
		t.Error("a gap without a name was taken")
	}
}
