package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hailong/internal/seal"
)

const (
	formType = "application/x-www-form-urlencoded"
	wholeKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// TestWhole: the document is the same for everybody, can be kept and is asked for
// anew; it holds no pass and no code.
func TestWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/s/counter/whole?agency=t24&counter=3&lang=vi"
	got := w.run(t, scenario{
		path: path + "&k=SECRETPASS", status: 200, never: []string{"SECRETPASS"},
		want:   []string{`id="w"`, `name="a.satisfaction"`, `data-live=`, "Ông/bà có hài lòng"},
		header: map[string]string{"Cache-Control": "no-cache", "Content-Language": "vi"},
	})
	if got.header.Get("Set-Cookie") != "" {
		t.Errorf("got a cookie %q, want none", got.header.Get("Set-Cookie"))
	}
	tag := got.header.Get("ETag")
	again := w.do(t, http.MethodGet, path, "", "If-None-Match", tag)
	if tag == "" || again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("asked again with %q: got %d and %d bytes, want 304 and none", tag, again.status, len(again.body))
	}
	for _, c := range []scenario{
		{name: "no agency", path: "/s/counter/whole", status: 404},
		{name: "unknown survey", path: "/s/nothing/whole?agency=t24", status: 404},
		{name: "asks for agencies", path: "/s/ddci/whole?agency=t24", status: 404, want: []string{"<html"}},
		{name: "kiosk", path: "/kiosk/counter?agency=t24&k=bad-pass&lang=vi", status: 200, want: []string{"kiosk.", `data-idle="60"`, "chưa xác minh"}},
		{name: "kiosk of what takes none", path: "/kiosk/page-rating?agency=t24", status: 422},
		{name: "worker", path: "/sw.js", status: 200, want: []string{"const VERSION=", "/static/queue."}, header: map[string]string{"Cache-Control": "no-cache"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w.run(t, c)
		})
	}
}

// TestPostWhole: ten sends of one response are one response with one receipt, in
// JSON for programs and as pages for people.
func TestPostWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/s/counter/whole?agency=t24&lang=vi"
	const body = "draft=" + wholeKey + "&a.satisfaction=4&seconds=12&lang=vi"
	receipt := ""
	for range 10 {
		got := w.run(t, scenario{
			method: "POST", path: path, body: body, status: 200, headers: []string{"Content-Type", formType, "Accept", "application/json"},
			header: map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store"},
		})
		var sent sentReceipt
		got.decode(t, &sent)
		if sent.Receipt == "" || receipt != "" && sent.Receipt != receipt || !strings.HasPrefix(sent.Done, "/s/counter/done?") {
			t.Fatalf("got %+v, want the receipt %q", sent, receipt)
		}
		receipt = sent.Receipt
	}
	if got, err := w.store.At(w.store.Watermark()); err != nil || got == nil || got.Seconds != 10 {
		t.Errorf("got %+v (%v), want the 12 seconds that the device counted, rounded", got, err)
	}
	form := []string{"Content-Type", formType}
	json := []string{"Content-Type", formType, "Accept", "application/json"}
	for _, c := range []scenario{
		{name: "by people", path: path, body: body, headers: form, status: 303},
		{name: "changed", path: path, body: strings.Replace(body, "=4", "=1", 1), headers: json, status: 409, want: []string{`"code":`}},
		{name: "nothing answered", path: path, body: "draft=" + strings.Repeat("B", 26), headers: json, status: 422, want: []string{`"item":"satisfaction"`}},
		{name: "nothing answered by people", path: path, body: "draft=" + strings.Repeat("B", 26), headers: form, status: 422, want: []string{`role="alert"`, `id="w"`}},
		{name: "not a form", path: path, body: "{}", headers: []string{"Content-Type", "application/json", "Accept", "application/json"}, status: 415},
		{name: "kiosk", path: "/kiosk/counter?agency=t24", body: "draft=" + strings.Repeat("C", 26) + "&a.satisfaction=5", headers: json, status: 200},
		{name: "kiosk, nothing", path: "/kiosk/counter?agency=t24", body: "draft=" + strings.Repeat("D", 26), headers: form, status: 422, want: []string{`role="alert"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.method = "POST"
			w.run(t, c)
		})
	}
}

// TestKioskWithoutScript: one long form, thanks that go away by themselves, and
// the pass on the way all along.
func TestKioskWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, "/kiosk/counter?agency=t24&counter=3&k=some-pass&lang=vi", 200)
	b.shows(t, "k=some-pass")
	b.press(t, "submit", 303, "satisfaction", "2")
	to := b.got.header.Get("Location")
	if want := "/kiosk/counter/done?agency=t24&counter=3&k=some-pass&lang=vi"; to != want {
		t.Fatalf("got %q, want %q", to, want)
	}
	b.open(t, to, 200)
	b.shows(t, "Mời người tiếp theo")
	if got, want := b.got.header.Get("Refresh"), "8; url=/kiosk/counter?agency=t24&counter=3&k=some-pass&lang=vi"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r, err := w.store.At(w.store.Watermark())
	if err != nil || r.Channel.String() != "kiosk" || r.Counter != "3" {
		t.Errorf("got %+v (%v), want it from kiosk 3", r, err)
	}
}

// TestWholeEffort: who answered without a network did no work for the proof; a
// while later the same is taken, under the same key.
func TestWholeEffort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, s := range w.store.Catalog().Surveys() {
		for _, wave := range s.OpenWaves() {
			wave.Effort = s.Slug == "trial" // nobody else reads this world's catalogue yet
		}
	}
	const path = "/s/trial/whole?agency=t24"
	body := url.Values{"draft": {wholeKey}, "a.level": {"4"}, "a.second": {"4"}, "consent": {"yes"}}
	send := func(status int) answer {
		t.Helper()
		return w.run(t, scenario{
			method: "POST", path: path, body: body.Encode(), status: status, headers: []string{"Content-Type", formType, "Accept", "application/json"},
		})
	}
	challenge := func(status int) string {
		t.Helper()
		var p wholeProblem
		got := send(status)
		got.decode(t, &p)
		if p.Code != "effort_required" || p.Challenge == "" || p.Seconds <= seal.Wait {
			t.Fatalf("got %+v, want a challenge, and how long to wait", p)
		}
		return p.Challenge
	}
	body.Set("effort", challenge(http.StatusForbidden))
	if got := challenge(http.StatusUnprocessableEntity); got != body.Get("effort") {
		t.Errorf("too early: got %q, want the same challenge %q", got, body.Get("effort"))
	}
	body.Set("effort", "1.forged")
	if got := challenge(http.StatusUnprocessableEntity); got == "1.forged" {
		t.Errorf("got the forged challenge, want one of ours")
	} else {
		body.Set("effort", got)
	}
	w.now.Add(seal.Wait + 1)
	send(http.StatusOK)
}
