package static

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFilesAreThere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, mediaType string
		raw, packed     int // limits in bytes
	}{
		{"app.css", "text/css; charset=utf-8", 16 << 10, 5 << 10},
		{"form.js", "text/javascript; charset=utf-8", 20 << 10, 8 << 10},
		{"logic.js", "text/javascript; charset=utf-8", 8 << 10, 3 << 10},
		{"offline.js", "text/javascript; charset=utf-8", 4 << 10, 2 << 10},
		{"queue.js", "text/javascript; charset=utf-8", 8 << 10, 7 << 9},
		{"outbox.js", "text/javascript; charset=utf-8", 14 << 10, 5 << 10},
		{"whole.js", "text/javascript; charset=utf-8", 20 << 10, 7 << 10},
		{"sw.js", "text/javascript; charset=utf-8", 8 << 10, 3 << 10},
		{"sheets.css", "text/css; charset=utf-8", 6 << 10, 2 << 10},
		{"preview.css", "text/css; charset=utf-8", 1 << 10, 1 << 10},
		{"preview.js", "text/javascript; charset=utf-8", 1 << 10, 1 << 10},
		{"favicon.svg", "image/svg+xml", 1 << 10, 1 << 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, ok := Open(Name(tt.name))
			if !ok {
				t.Fatalf("Open(%q) found nothing", Name(tt.name))
			}
			if f.Name != tt.name || f.Type != tt.mediaType {
				t.Errorf("got %s of type %s, want %s of type %s", f.Name, f.Type, tt.name, tt.mediaType)
			}
			if got := len(f.Data); got == 0 || got > tt.raw {
				t.Errorf("got %d bytes, want 1 to %d", got, tt.raw)
			}
			if got := packed(t, f.Data); got > tt.packed {
				t.Errorf("got %d bytes compressed, want at most %d", got, tt.packed)
			}
		})
	}
}

func packed(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// Every script and style sheet is made smaller, and so can be read.
func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"*.js", "*.css"} {
		names, err := fs.Glob(FS(), pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			data, err := fs.ReadFile(FS(), name)
			if err != nil {
				t.Fatal(err)
			}
			f, ok := Open(Name(name))
			if !ok || len(f.Data) >= len(data) || bytes.Contains(f.Data, []byte("/*")) {
				t.Errorf("%s: got %d bytes of %d", name, len(f.Data), len(data))
			}
			if again, err := minifier().Bytes(strings.Split(f.Type, ";")[0], data); err != nil || !bytes.Equal(again, f.Data) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	want := regexp.MustCompile(`^/static/app\.[0-9a-f]{8}\.css$`)
	if got := Name("app.css"); !want.MatchString(got) {
		t.Errorf("got %q, want it like %s", got, want)
	}
	if got, want := Name("no.css"), "/static/no.css"; got != want {
		t.Errorf("unknown file: got %q, want %q", got, want)
	}
}

func TestNameFollowsContent(t *testing.T) {
	t.Parallel()
	before := load(fstest.MapFS{"a.css": {Data: []byte("a{}")}})
	after := load(fstest.MapFS{"a.css": {Data: []byte("b{}")}, "a.exe": {Data: []byte("x")}})
	if before.hashed["a.css"] == after.hashed["a.css"] {
		t.Errorf("another content has the same name %q", after.hashed["a.css"])
	}
	if got := after.hashed["a.exe"]; got != "" {
		t.Errorf("a file of unknown type is served as %q", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	hashed := strings.TrimPrefix(Name("app.css"), Prefix)
	for _, name := range []string{
		"", "/", "/static/", "app.css", "/static/app.css", "/static/static.go",
		"../" + hashed, "/static/../" + hashed, hashed + "/", "app.00000000.css", strings.ToUpper(hashed),
	} {
		if f, ok := Open(name); ok {
			t.Errorf("Open(%q) found %s", name, f.Name)
		}
	}
}

func TestFSHasPlainNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app.css", "form.js", "logic.js", "preview.css", "preview.js", "favicon.svg"} {
		if _, err := fs.Stat(FS(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A respondent with scripts pays for these besides the pages, once. The ones for
// going on without network come after the first answer.
func TestScriptsAreLight(t *testing.T) {
	t.Parallel()
	const limit = 25 << 10
	sum := 0
	for _, name := range []string{"form.js", "logic.js", "offline.js", "queue.js", "sw.js"} {
		f, _ := Open(Name(name))
		sum += packed(t, f.Data)
	}
	if sum > limit {
		t.Errorf("got %d bytes compressed, want at most %d", sum, limit)
	}
}

// The content security policy allows nothing from elsewhere; a style sheet that
// asks for it would only make errors in the browser.
func TestNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"app.css", "form.js", "logic.js", "preview.css", "preview.js", "sheets.css", "whole.js", "outbox.js", "offline.js", "queue.js", "sw.js",
	} {
		data, err := fs.ReadFile(FS(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"http:", "https:", "url(", "@import", "import ", "eval(", "Function("} {
			if strings.Contains(string(data), bad) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}
