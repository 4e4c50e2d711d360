package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryRouteStatesItsPermission(t *testing.T) {
	t.Parallel()
	s := newWorld(t).server
	stated := map[string]bool{}
	for _, r := range s.routes() {
		if r.permission != public {
			t.Errorf("%s %s: got permission %q, want one of those there are", r.method, r.path, r.permission)
		}
		if stated[r.method+" "+r.path] {
			t.Errorf("%s %s stands in the table twice", r.method, r.path)
		}
		stated[r.method+" "+r.path] = true
		if r.method == http.MethodGet && !slices.ContainsFunc(s.routes(), func(h route) bool {
			return h.method == http.MethodHead && h.path == r.path
		}) {
			t.Errorf("%s has no HEAD", r.path)
		}
	}
	for _, routes := range s.app.Stack() {
		for _, r := range routes {
			if !stated[r.Method+" "+r.Path] {
				t.Errorf("%s %s is served but not in the table", r.Method, r.Path)
			}
		}
	}
}

// TestNoRawAnswers: raw answers leave only by the command line.
func TestNoRawAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"/api/v1/surveys/trial/responses", "/responses?survey=trial&format=csv", "/snapshot", "/scores?survey=trial", "/ping", "/export",
	} {
		got := w.do(t, http.MethodGet, path, "")
		if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: got %d, want 404 or 405", path, got.status)
		}
	}
}

func TestUnrouted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := []scenario{
		{name: "unknown page", path: "/nowhere", status: 404, want: []string{"<html", "Không"}, header: map[string]string{"Cache-Control": "no-store"}},
		{name: "unknown in English", path: "/nowhere?lang=en", status: 404, want: []string{"There is no such page."}},
		{name: "unknown call", path: "/api/v1/nowhere", status: 404, want: []string{`"code":"unknown_page"`}},
		{name: "other case", path: "/API/v1/surveys", status: 404},
		{name: "other case of a page", path: "/Results", status: 404},
		{name: "trailing slash", path: "/results/", status: 404},
		{name: "trailing slash of a call", path: "/api/v1/surveys/", status: 404},
		{name: "wrong method", method: "DELETE", path: "/api/v1/surveys", status: 405, want: []string{`"code":"method_not_allowed"`}},
		{name: "wrong method of a page", method: "PUT", path: "/results", status: 405, want: []string{"<html"}},
		{name: "post where only get is", method: "POST", path: "/", status: 405},
		{name: "dots", path: "/static/../../etc/passwd", status: 404},
		{name: "encoded dots", path: "/static/%2e%2e%2froutes", status: 404},
		{name: "unknown survey", path: "/s/nothing", status: 404, want: []string{"<html"}},
		{name: "unknown survey's results", path: "/results/nothing", status: 404},
		{name: "markup in the address", path: "/s/%3Cscript%3E?lang=en", status: 404, never: []string{"<script>"}},
		{name: "long address", path: "/" + strings.Repeat("x", 12<<10), status: 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, c)
			if strings.HasPrefix(c.path, "/api/") {
				got.problem(t)
			}
			assertSecure(t, c.path, got)
		})
	}
}

func TestPagesAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paths := []string{
		"/", "/?lang=en", "/s/trial", "/s/sipas?lang=en", "/s/trial?q=thuan+thanh", "/s/trial?agency=t24", "/s/trial/done", "/results",
		"/results/trial", "/results/sipas?lang=en", "/results/sipas?agency=t24", "/results/trial?level=commune&sort=estimate&dir=desc&part=9",
		"/api/v1/surveys", "/api/v1/surveys/trial", "/api/v1/surveys/every", "/schema/survey.json", "/s/every?agency=t24",
		"/api/v1/surveys/every/codebook", "/api/v1/surveys/every/codebook?format=csv", "/api/v1/surveys/sipas/codebook?format=md&lang=en",
		"/api/v1/surveys/trial/scores", "/api/v1/surveys/trial/scores?format=csv", "/api/v1/agencies",
		"/healthz", "/readyz", "/metrics",
	}
	for _, path := range paths {
		t.Run(strings.ReplaceAll(path, "/", "·"), func(t *testing.T) {
			t.Parallel()
			got := w.do(t, http.MethodGet, path, "")
			if got.status != http.StatusOK || got.body == "" {
				t.Fatalf("got %d %s, want 200", got.status, head(got.body))
			}
			assertSecure(t, path, got)
			bare := w.do(t, http.MethodHead, path, "")
			if bare.status != http.StatusOK || bare.body != "" {
				t.Errorf("HEAD: got %d and %d bytes, want 200 and none", bare.status, len(bare.body))
			}
			if got, want := bare.header.Get("Content-Type"), got.header.Get("Content-Type"); got != want {
				t.Errorf("HEAD: got type %q, want %q", got, want)
			}
		})
	}
}

// assertSecure checks the headers that every answer has.
// ownCookie is a cookie of a draft, the only one that a page sets before anything
// is sent: it is of one survey, and gone after two weeks.
var ownCookie = regexp.MustCompile(`^hl_draft=[A-Z2-7]{26}; max-age=1209600; path=/s/[a-z-]+; HttpOnly; SameSite=Lax$`)

func assertSecure(t *testing.T, path string, got answer) {
	t.Helper()
	want := map[string]string{"X-Content-Type-Options": "nosniff", "Server": ""}
	if cookie := got.header.Get("Set-Cookie"); cookie != "" && !ownCookie.MatchString(cookie) {
		t.Errorf("%s: got the cookie %q", path, cookie)
	}
	if !strings.HasPrefix(path, "/api/") {
		want["Referrer-Policy"] = "same-origin"
		want["Cross-Origin-Opener-Policy"] = "same-origin"
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, part) {
				t.Errorf("%s: policy: got %q, want it to contain %q", path, policy, part)
			}
		}
	}
	for name, want := range want {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s: %s: got %q, want %q", path, name, got, want)
		}
	}
}

func TestPagesLoadNothingForeign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/", "/s/trial", "/s/trial?agency=t24", "/results", "/results/sipas", "/nowhere"} {
		body := w.do(t, http.MethodGet, path, "").body
		for _, never := range []string{"http://", "https://", "<style", "onclick", "javascript:"} {
			if strings.Contains(strings.ReplaceAll(body, "http://www.w3.org/2000/svg", ""), never) {
				t.Errorf("%s: got a page with %q", path, never)
			}
		}
	}
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.do(t, http.MethodGet, "/s/trial?agency=t24", "").body
	found := 0
	for part := range strings.SplitSeq(page, `"`) {
		if !strings.HasPrefix(part, "/static/") {
			continue
		}
		found++
		got := w.do(t, http.MethodGet, part, "")
		if got.status != http.StatusOK || got.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: got %d, kept %q", part, got.status, got.header.Get("Cache-Control"))
		}
		for _, how := range []string{"br", "gzip"} {
			packed := w.do(t, http.MethodGet, part, "", "Accept-Encoding", how)
			if packed.header.Get("Content-Encoding") != how || packed.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: got encoding %q, want %s", part, packed.header.Get("Content-Encoding"), how)
			}
		}
	}
	if found < 2 {
		t.Errorf("got %d files on the page, want its style and script", found)
	}
}

func TestPagesAreCompressedWhereTheClientTakesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	plain := w.do(t, http.MethodGet, "/s/trial?agency=t24", "", "Accept-Encoding", "identity")
	for _, how := range []string{"br", "gzip"} {
		packed := w.do(t, http.MethodGet, "/s/trial?agency=t24", "", "Accept-Encoding", how)
		if got := packed.header.Get("Content-Encoding"); got != how || len(packed.body) >= len(plain.body) {
			t.Errorf("%s: got encoding %q, %d bytes of %d", how, got, len(packed.body), len(plain.body))
		}
	}
	if plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("plain: got %v", plain.header)
	}
}
