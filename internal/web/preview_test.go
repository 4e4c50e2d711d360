package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/surveys"
)

// newPreview serves a copy of the survey with every type of item.
func newPreview(t *testing.T) (w *world, file string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "Mọi Loại")
	if err := os.CopyFS(dir, os.DirFS("../page/testdata/surveys/every")); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "survey.yaml")
	csv, err := fs.ReadFile(surveys.FS, "agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	agencies, err := agency.Parse("agencies.csv", csv)
	if err != nil {
		t.Fatal(err)
	}
	w = &world{log: new(logBuffer), client: &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	w.setDay(t, today)
	p := NewPreview(PreviewOptions{
		File: file, Agencies: agencies, Now: func() time.Time { return time.Unix(w.now.Load(), 0) },
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.address = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- p.Serve(listener) }()
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return w, file
}

// edit replaces texts of a file.
func edit(t *testing.T, file string, replacements ...string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replacements...).Replace(string(src))), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) version(t *testing.T) string {
	t.Helper()
	return w.run(t, scenario{path: "/version", status: 200, header: map[string]string{"Cache-Control": "no-store"}}).body
}

func TestPreviewFrame(t *testing.T) {
	t.Parallel()
	w, file := newPreview(t)
	got := w.run(t, scenario{path: "/?agency=x07210&lang=en&channel=qr", status: 200, want: []string{
		`<iframe class="phone" src="/s/every?agency=x07210&amp;channel=qr&amp;lang=en"`, `data-version="` + w.version(t) + `"`,
		`<option value="x07210" selected>`, `<option value="qr" selected>`, `<option value="en" selected>`, "Every type of question",
	}})
	if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src 'self'; frame-ancestors 'self'") {
		t.Errorf("got policy %q", policy)
	}
	before := w.version(t)
	edit(t, file, "Every type of question", "Every kind")
	if w.version(t) == before {
		t.Error("the version did not change with the file")
	}
	w.run(t, scenario{path: "/?lang=en", status: 200, want: []string{"Every kind"}})
}

func TestPreviewShowsMistakes(t *testing.T) {
	t.Parallel()
	w, file := newPreview(t)
	edit(t, file, "type: yes_no", "type: yesno", "used = 'no'", "usde = 'no'")
	w.run(t, scenario{path: "/?lang=en", status: 200, want: []string{
		"The file has", "survey.yaml:", "yesno", "usde", "<pre", "^", "preview.",
	}, never: []string{"<iframe"}})
	w.run(t, scenario{path: "/s/every?agency=x07210", status: 404})
	edit(t, file, "yesno", "yes_no", "usde", "used")
	w.run(t, scenario{path: "/", status: 200, want: []string{"<iframe"}})
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	w.run(t, scenario{path: "/", status: 200, want: []string{"no such file"}})
}

func TestPreviewStoresNothing(t *testing.T) {
	t.Parallel()
	w, file := newPreview(t)
	// Only the first two pages and those with agencies.
	b := &browser{w: w}
	b.open(t, "/s/every?agency=x07210&channel=paper&campaign=letter", 200)
	b.press(t, "agree", 200)
	src := regexp.MustCompile(`<img src="([^"]+)"`).FindStringSubmatch(b.got.body)
	if src == nil {
		t.Fatal("the page has no picture")
	}
	w.run(t, scenario{path: src[1], status: 200})
	figures(t, b)
	for _, button := range []string{"rank:needs:web:put", "rank:needs:time:put", "rank:needs:cost:put", "next", "next"} {
		b.press(t, button, 200)
	}
	b.press(t, "next", 200, "d.handed_in", "1", "d.handed_in", "3", "d.handed_in", "2026")
	b.press(t, "next", 200, "departments", "t24.so-y-te")
	b.press(t, "next", 200, "each_level@t24.so-y-te", "4")
	b.press(t, "submit", 200)
	b.shows(t, "không có gì được lưu", "<code>used</code>", "Có (yes)", "<code>needs_1</code>", "Trang mạng (web)",
		"<code>each_level@t24.so-y-te</code>", "Tốt (4)", "<code>campaign</code>", "letter", "<code>plate</code>", "Bỏ trống")
	if strings.Contains(b.got.body, "/results/") || strings.Contains(b.got.body, "/r/") {
		t.Error("the page leads to where a preview has nothing")
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(entries) != 2 {
		t.Errorf("got %v, %v in the folder, want what was there", entries, err)
	}
}

func TestSlugOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"sipas": "sipas", "Mọi Loại": "moi-loai", "": "preview", "...": "preview", "a--b_c": "a-b-c", "đ": "d",
		strings.Repeat("x", 99): strings.Repeat("x", 40), "2026": "2026",
	} {
		if got := slugOf(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
