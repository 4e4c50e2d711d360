package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/response"
	"hailong/internal/seal"
	"hailong/static"
)

const ratingPath = "/embed/page-rating?agency=x07210"

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// hiddenFields reads what a widget sends besides the answers.
func hiddenFields(page string) url.Values {
	values := url.Values{"go": {"submit"}}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		values.Set(m[1], m[2])
	}
	return values
}

// rate answers a widget that was shown.
func (w *world) rate(t *testing.T, path string, values url.Values, pairs ...string) answer {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return w.do(t, http.MethodPost, path, values.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// What sites may frame is said in the header, and what has nothing to press on
// may be framed by all.
func TestEmbedFraming(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// One question for everybody: what a widget can ask.
	short := []string{
		`type: scale, scale: five, required: true, text: {vi: "Mức thứ hai"`, `type: scale, scale: five, text: {vi: "Mức thứ hai"`,
		`max_chars: 10, required: true`, `max_chars: 10`, "measures:\n", "fieldwork:\n  embed: [\"https://cong.example.vn\"]\nmeasures:\n",
	}
	w.sync(t, short...)
	portal := []string{"Sec-Fetch-Dest", "iframe", "Referer"}
	const trial = "/embed/trial?agency=x07210"
	for _, c := range []struct {
		scenario
		ancestors string
	}{
		{scenario{name: "any site", path: ratingPath, status: 200, want: []string{`name="a.stars"`, "<form"}}, "*"},
		{scenario{name: "a listed site", path: trial, headers: append(portal, "https://cong.example.vn/trang"), status: 200, want: []string{`name="a.level"`}}, "https://cong.example.vn"},
		{scenario{name: "our own site", path: trial, headers: append(portal, "http://"+w.address+"/x"), status: 200, want: []string{`name="a.level"`}}, "https://cong.example.vn"},
		{scenario{name: "nobody says where", path: trial, status: 200, want: []string{`name="a.level"`}}, "https://cong.example.vn"},
		{scenario{name: "another site", path: trial, headers: append(portal, "https://evil.example/"), status: 403, never: []string{"<form"}, want: []string{"trang của đơn vị khác", `href="/s/trial?agency=x07210`}}, "*"},
		{scenario{name: "a look-alike", path: trial, headers: append(portal, "https://cong.example.vn.evil.example/"), status: 403, never: []string{"<form"}}, "*"},
		{scenario{name: "the same by http", path: trial, headers: append(portal, "http://cong.example.vn/"), status: 403, never: []string{"<form"}}, "*"},
		{scenario{name: "no site at all", path: "/embed/counter?agency=x07210", status: 403, never: []string{"<form"}}, "*"},
		{scenario{name: "no agency", path: "/embed/page-rating", status: 404, never: []string{"<form"}}, "*"},
		{scenario{name: "an unknown agency", path: "/embed/page-rating?agency=none", status: 404, never: []string{"<form"}}, "*"},
		{scenario{name: "a closed agency", path: "/embed/page-rating?agency=" + closedAgency, status: 422, never: []string{"<form"}}, "*"},
		{scenario{name: "an unknown survey", path: "/embed/none?agency=x07210", status: 404, never: []string{"<form"}}, "*"},
		{scenario{name: "a survey that is not open", path: "/embed/later?agency=x07210", status: 403, never: []string{"<form"}}, "*"},
		{scenario{name: "markup", path: ratingPath + "&theme=%22%3E%3Cscript%3E&page=javascript:alert(1)&lang=%3Cb%3E", status: 200, never: []string{`"><script>`, "javascript:", "<b>"}}, "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, c.scenario)
			policy := got.header.Get("Content-Security-Policy")
			if _, ancestors, _ := strings.Cut(policy, "frame-ancestors "); ancestors != "'self' "+c.ancestors {
				t.Errorf("got policy %q, want frame-ancestors 'self' %s", policy, c.ancestors)
			}
			if !strings.Contains(policy, "form-action 'self'") || !strings.Contains(policy, "default-src 'none'") {
				t.Errorf("got policy %q", policy)
			}
			if got.header.Get("Set-Cookie") != "" || got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Frame-Options") != "" {
				t.Errorf("got headers %v", got.header)
			}
		})
	}
}

// A rating is stored once, with the address of the page as far as it says
// nothing of who looks at it, and without a trace of the device.
func TestEmbedRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := ratingPath + "&lang=vi&page=" + url.QueryEscape("https://user:pw@cong.example.vn/thu-tuc?id=7#ban")
	shown := w.do(t, http.MethodGet, path, "")
	values := hiddenFields(shown.body)
	if key := values.Get("draft"); len(key) != 26 {
		t.Fatalf("got fields %v", values)
	}

	// What is not answered is said, and what was answered is still there.
	none := w.rate(t, path, values, "a.missing_what", "clarity")
	if none.status != 422 || !strings.Contains(none.body, `role="alert"`) || hiddenFields(none.body).Get("draft") != values.Get("draft") {
		t.Errorf("got %d %s", none.status, head(none.body))
	}
	got := w.rate(t, path, values, "a.stars", "2")
	to := got.header.Get("Location")
	if got.status != 303 || !strings.HasPrefix(to, "/embed/page-rating/done?") {
		t.Fatalf("got %d %q %s", got.status, to, head(got.body))
	}
	if again := w.rate(t, path, values, "a.stars", "2"); again.status != 303 || again.header.Get("Location") != to {
		t.Errorf("again: got %d %q, want the same receipt", again.status, again.header.Get("Location"))
	}
	thanks := w.run(t, scenario{path: to, status: 200, want: []string{"Cảm ơn ông/bà đã đánh giá.", "data-done", "/r/"}})
	w.run(t, scenario{path: "/embed/page-rating/done?receipt=%3Cscript%3E&lang=en", status: 200, want: []string{"Thank you"}, never: []string{"<script>", "/r/"}})
	for _, a := range []answer{shown, none, got, thanks} {
		if a.header.Get("Set-Cookie") != "" {
			t.Errorf("got the cookie %q", a.header.Get("Set-Cookie"))
		}
	}
	list := w.responses(t)
	if len(list) != 1 || list[0].Channel != response.Link || list[0].Flags != 0 {
		t.Fatalf("got %+v", list)
	}
	if last := list[0].Answers[len(list[0].Answers)-1]; last.Words != "https://cong.example.vn/thu-tuc" {
		t.Errorf("got the page %+v", last)
	}
	for _, never := range []string{"clarity", "cong.example", "thu-tuc", values.Get("draft")} {
		if strings.Contains(w.log.String(), never) {
			t.Errorf("the log has %q", never)
		}
	}
}

// What a program fills in is flagged, a channel that the address claims is not
// believed, and bodies that are none of ours are refused in the frame.
func TestEmbedSuspicions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := ratingPath + "&channel=kiosk&counter=Q7"
	values := hiddenFields(w.do(t, http.MethodGet, path, "").body)
	if got := w.rate(t, path, values, "a.stars", "5", "homepage", "https://cheap.example"); got.status != 303 {
		t.Fatalf("got %d %s", got.status, head(got.body))
	}
	list := w.responses(t)
	if len(list) != 1 || list[0].Channel != response.Link || list[0].Counter != "Q7" || list[0].Flags != response.Honeypot {
		t.Errorf("got %+v", list)
	}
	for name, got := range map[string]answer{
		"another type": w.do(t, http.MethodPost, ratingPath, "{}", "Content-Type", "application/json"),
		"a long body":  w.rate(t, ratingPath, url.Values{}, "a.stars", strings.Repeat("5", 2<<20)),
	} {
		if got.status < 400 || got.status > 499 || strings.Contains(got.body, ".go:") {
			t.Errorf("%s: got %d %s", name, got.status, head(got.body))
		}
	}
}

// A survey that asks for a proof of work gets one from widgets, too: work, or time.
func TestEmbedEffort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, `type: scale, scale: five, required: true, text: {vi: "Mức thứ hai"`, `type: scale, scale: five, text: {vi: "Mức thứ hai"`,
		`max_chars: 10, required: true`, `max_chars: 10`, "measures:\n", "fieldwork:\n  embed: [\"*\"]\n  proof_of_work: true\nmeasures:\n")
	const path = "/embed/trial?agency=x07210"
	values := hiddenFields(w.do(t, http.MethodGet, path, "").body)
	if values.Get("effort") == "" || !values.Has("solution") {
		t.Fatalf("got fields %v, want a challenge", values)
	}
	early := w.rate(t, path, values, "a.level", "4")
	if early.status != 422 || !strings.Contains(early.body, "giây") || hiddenFields(early.body).Get("effort") != values.Get("effort") {
		t.Errorf("early: got %d %s", early.status, head(early.body))
	}
	w.now.Add(seal.Wait + 1)
	if late := w.rate(t, path, values, "a.level", "4"); late.status != 303 {
		t.Errorf("late: got %d %s", late.status, head(late.body))
	}
}

// The script is at an address that stays, and is not sent to who has it.
func TestEmbedScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.run(t, scenario{path: "/embed.js", status: 200, want: []string{"hai-long"}, header: map[string]string{"Cross-Origin-Resource-Policy": "cross-origin"}})
	tag := got.header.Get("ETag")
	if tag == "" || !strings.Contains(tag, strings.TrimPrefix(static.Name("embed.js"), static.Prefix)) {
		t.Errorf("got tag %q", tag)
	}
	if again := w.do(t, http.MethodGet, "/embed.js", "", "If-None-Match", tag); again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("again: got %d and %d bytes", again.status, len(again.body))
	}
	if packed := w.do(t, http.MethodGet, "/embed.js", "", "Accept-Encoding", "gzip"); packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(got.body) {
		t.Errorf("got %d bytes, %v", len(packed.body), packed.header)
	}
}
