package web

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"hailong/internal/page"
)

// title is what an SVG says of itself.
func titleOf(t *testing.T, svg string) string {
	t.Helper()
	var picture struct {
		Title string `xml:"title"`
	}
	if err := xml.Unmarshal([]byte(svg), &picture); err != nil {
		t.Fatalf("%v: %s", err, head(svg))
	}
	return picture.Title
}

// Codes hold the form's link; that readers read it, internal/browser tests.
func TestQR(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ query, want, cache string }{
		{"agency=x07210", "/s/trial?agency=x07210&channel=qr", "private, max-age=300"},
		{"agency=x07210&counter=Q-1&lang=en&channel=link", "/s/trial?agency=x07210&channel=link&counter=Q-1&lang=en", "private, max-age=300"},
		{"", "/s/trial?channel=qr", "private, max-age=300"},
		{"agency=x07210&channel=kiosk&k=abc", "/s/trial?agency=x07210&channel=kiosk&k=abc", "no-store"},
		{"t=ABCD-EFGH-JKM", "/s/trial?t=ABCD-EFGH-JKM", "no-store"},
		{"lang=%3Cb%3E&unknown=1", "/s/trial?channel=qr", "private, max-age=300"},
	} {
		got := w.run(t, scenario{path: "/s/trial/qr.svg?" + c.query, status: 200, header: map[string]string{"Content-Type": "image/svg+xml", "Cache-Control": c.cache}})
		if title := titleOf(t, got.body); title != w.address+c.want {
			t.Errorf("%s: got a code for %q, want %q", c.query, title, w.address+c.want)
		}
		assertSecure(t, "/s/trial/qr.svg", got)
	}
	for scale, want := range map[string]int{"": usualScale, "scale=1": 1, "scale=40": 40} {
		got := w.run(t, scenario{path: "/s/trial/qr.png?agency=x07210&" + scale, status: 200, header: map[string]string{"Content-Type": "image/png"}})
		size, err := png.DecodeConfig(strings.NewReader(got.body))
		if err != nil || size.Width != size.Height || size.Width%want != 0 || size.Width/want < 29 {
			t.Errorf("%s: got %+v %v", scale, size, err)
		}
	}
}

func TestQRRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, status := range map[string]int{
		"/s/nothing/qr.svg":                                           404,
		"/s/trial/qr.svg?agency=none":                                 404,
		"/s/trial/qr.svg?counter=%3Cscript%3E":                        422,
		"/s/trial/qr.png?channel=pigeon":                              422,
		"/s/trial/qr.png?wave=none":                                   422,
		"/s/trial/qr.png?scale=0":                                     422,
		"/s/trial/qr.png?scale=41":                                    422,
		"/s/trial/qr.png?scale=x":                                     422,
		"/s/trial/qr.svg?k=" + strings.Repeat("x", 1000):              413,
		"/s/trial/poster?size=a3":                                     422,
		"/s/trial/poster?agency=none":                                 404,
		"/s/trial/poster?agency=" + closedAgency:                      422,
		"/s/trial/poster?agency=x07210&counter=1,Qu%E1%BA%A7y":        422,
		"/s/trial/poster?wave=none":                                   422,
		"/s/nothing/poster":                                           404,
		"/s/trial/posters":                                            422,
		"/s/trial/posters?within=none":                                404,
		"/s/trial/posters?within=t24&level=planet":                    422,
		"/s/trial/posters?within=x07210&level=province":               404,
		"/s/trial/posters?within=t24&counter=1,2,3,4,5,6,7,8,9,a,b,c": 422,
		"/q/nothing":                   404,
		"/q/trial/none":                404,
		"/q/trial/x07210/%3Cscript%3E": 404,
	} {
		w.run(t, scenario{path: path, status: status, never: []string{"<script>"}})
	}
}

// Behind a proxy, or with a strange Host, links name the address that people know.
func TestBaseOfLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) { s.SetURL("https://khaosat.example.vn") })
	got := w.do(t, http.MethodGet, "/s/trial/qr.svg?agency=x07210", "", "X-Forwarded-Host", "evil.example")
	if title := titleOf(t, got.body); title != "khaosat.example.vn/s/trial?agency=x07210&channel=qr" {
		t.Errorf("got %q", title)
	}
	plain := newWorld(t)
	for _, host := range []string{`evil.example/"><script>`, `evil"example`, "evil.example:1/x"} {
		said := plain.raw(t, "GET /s/trial/qr.svg HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		if status := statusesOf(said); strings.Contains(said, "evil") || !strings.HasPrefix(status, "4") {
			t.Errorf("%s: got %s %s", host, status, head(said))
		}
	}
}

// A poster for each counter, in both languages; what is typed from it leads to
// where its code leads.
func TestPosters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) { s.SetURL("https://khaosat.example.vn") })
	got := w.run(t, scenario{
		path: "/s/counter/poster?agency=x07210&counter=1,2,1,&size=a5&lang=en", status: 200,
		want:  []string{"2 sheets to print", `class="a5"`, "Phường Bắc Giang", "Bac Giang Ward", "Quầy 2", "Counter 2", `aria-current="page">A5`},
		never: []string{"<script", "http://khaosat", w.address}, header: map[string]string{"Content-Language": "en"},
	})
	assertSecure(t, "/s/counter/poster", got)
	if n := strings.Count(got.body, `class="sheet poster"`); n != 2 {
		t.Errorf("got %d sheets, want 2", n)
	}
	to := w.run(t, scenario{path: "/q/counter/x07210/2", status: 303}).header.Get("Location")
	if to != "/s/counter?agency=x07210&channel=qr&counter=2" {
		t.Errorf("got %q", to)
	}
	if got := w.run(t, scenario{path: "/q/counter", status: 303}).header.Get("Location"); got != "/s/counter?channel=qr" {
		t.Errorf("got %q", got)
	}
	w.run(t, scenario{path: "/s/counter/poster", status: 200, want: []string{`class="sheet poster"`}})
	// Before a wave opens there are posters already.
	w.run(t, scenario{path: "/s/later/poster?agency=x07210", status: 200, want: []string{`class="sheet poster"`}})
}

// The posters of a province are no larger than a photograph; how long they take is
// told with -v, and limited in internal/browser, where no race detector runs.
func TestPostersOfAProvince(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var b bytes.Buffer
	start := time.Now()
	n, err := NewIssuer(w.store, w.server.now).Posters(t.Context(), &b, PostersWanted{
		Survey: "one-stop", Within: "t24", Level: "commune", Counters: []string{"1", "2", "3"}, Size: page.SizeA5, Base: "https://khaosat.example.vn",
	})
	took := time.Since(start)
	if err != nil || n != 99*3 || strings.Count(b.String(), "<section") != n || b.Len() > 2_000_000 {
		t.Fatalf("got %d sheets, %d bytes, %v", n, b.Len(), err)
	}
	t.Logf("%d sheets, %d bytes, %v", n, b.Len(), took)
}
