package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/docs"
)

// TestDocs: every page of documentation is served in both languages, and every
// link between them leads somewhere.
func TestDocs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := regexp.MustCompile(`href="(/docs[^"]*)"`)
	seen := map[string]bool{}
	queue := []string{"/docs", "/docs?lang=en"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		got := w.do(t, http.MethodGet, path, "")
		if got.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, got.status)
			continue
		}
		assertSecure(t, path, got)
		for _, m := range link.FindAllStringSubmatch(got.body, -1) {
			queue = append(queue, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
	for _, g := range docs.Groups() {
		for _, name := range g.Pages {
			for _, path := range []string{"/docs/methods/" + name, "/docs/methods/" + name + "?lang=en"} {
				if !seen[path] {
					t.Errorf("no link leads to %s", path)
				}
			}
		}
	}
}

func TestNoDocs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []scenario{
		{name: "unknown", path: "/docs/methods/none?lang=en", status: 404, want: []string{"There is no such page."}},
		{name: "folder", path: "/docs/methods", status: 404, want: []string{"<html"}},
		{name: "file", path: "/docs/methods/wilson.md", status: 404},
		{name: "dots", path: "/docs/methods/..%2f..%2fetc", status: 404},
		{name: "wrong method", method: "POST", path: "/docs", status: 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assertSecure(t, c.path, w.run(t, c))
		})
	}
}
