package web

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// browser fills in forms as a browser without scripts does.
type browser struct {
	w    *world
	path string
	got  answer
}

var (
	inputTag = regexp.MustCompile(`(?s)<input[^>]*>`)
	textTag  = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>`)
	attrs    = regexp.MustCompile(`([a-z]+)="([^"]*)"`)
)

// fields lists what the shown form would send.
func (b *browser) fields() url.Values {
	values := url.Values{}
	for _, tag := range inputTag.FindAllString(b.got.body, -1) {
		a := map[string]string{}
		for _, m := range attrs.FindAllStringSubmatch(tag, -1) {
			a[m[1]] = html.UnescapeString(m[2])
		}
		choice := a["type"] == "radio" || a["type"] == "checkbox"
		if strings.Contains(tag, " disabled") {
			continue
		}
		if a["name"] != "" && (!choice || strings.Contains(tag, " checked")) {
			values.Add(a["name"], a["value"])
		}
	}
	for _, m := range textTag.FindAllStringSubmatch(b.got.body, -1) {
		values.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return values
}

// open gets a page.
func (b *browser) open(t *testing.T, path string, status int) {
	t.Helper()
	b.path = path
	b.got = b.w.run(t, scenario{path: path, status: status})
}

// press sends the form with a button and other answers (name, value, …; an
// empty value takes the answer away).
func (b *browser) press(t *testing.T, button string, status int, answers ...string) {
	t.Helper()
	b.post(t, b.with(button, answers...), status)
}

func (b *browser) with(button string, answers ...string) url.Values {
	values := b.fields()
	name, value, ok := strings.Cut(button, "=")
	if !ok {
		name, value = "go", button
	}
	values.Del(name)
	values[name] = []string{value}
	field := func(name string) string {
		if strings.HasPrefix(name, "d.") || strings.HasPrefix(name, "f.") {
			return name
		}
		return "a." + name
	}
	for i := 0; i < len(answers); i += 2 {
		values.Del(field(answers[i]))
	}
	for i := 0; i < len(answers); i += 2 {
		if answers[i+1] != "" {
			values.Add(field(answers[i]), answers[i+1])
		}
	}
	return values
}

func (b *browser) post(t *testing.T, values url.Values, status int) {
	t.Helper()
	b.got = b.w.run(t, scenario{
		method: http.MethodPost, path: b.path, body: values.Encode(), status: status,
		headers: []string{"Content-Type", "application/x-www-form-urlencoded"},
	})
}

func (b *browser) holds(t *testing.T, pairs ...string) {
	t.Helper()
	values := b.fields()
	kept := map[string][]string{}
	if text := values.Get("kept"); text != "" {
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		if got := slices.Concat(values["a."+pairs[i]], kept[pairs[i]]); !slices.Contains(got, pairs[i+1]) {
			t.Errorf("%s: got %q, want %q among them", pairs[i], got, pairs[i+1])
		}
	}
}

func (b *browser) shows(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(b.got.body, text) {
			t.Errorf("got %s, want it to show %q", head(b.got.body), text)
		}
	}
}

const formPath = "/s/trial?agency=x07210&channel=qr"

// lastPage fills in trial up to its last page.
func lastPage(t *testing.T, w *world) *browser {
	t.Helper()
	b := &browser{w: w}
	b.open(t, formPath, 200)
	b.press(t, "next", 200, "level", "5", "second", "4")
	b.shows(t, "Ý kiến khác")
	return b
}

func TestFormJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, "/", 200)
	b.shows(t, "Khảo sát thử", "/s/trial")
	b.open(t, "/s/trial", 200)
	b.shows(t, "Chọn cơ quan")
	b.open(t, "/s/trial?q=phuong+bac+giang", 200)
	b.shows(t, "agency=x07210", "Phường Bắc Giang")
	b.open(t, formPath, 200)
	b.shows(t, "Mức hài lòng", "Phường Bắc Giang")

	// Answers are missing: the same page, with a summary and what was typed.
	b.press(t, "next", 422, "level", "1", "needs", "b", "times", "abc <\"&")
	b.shows(t, `class="summary"`, `href="#c-second-0"`, "Mức thứ hai", `role="alert"`)
	b.holds(t, "level", "1", "needs", "b", "times", "abc <\"&")

	// Another language keeps everything.
	b.press(t, "lang=en", 200)
	b.shows(t, "Level of satisfaction")
	b.holds(t, "level", "1", "needs", "b", "times", "abc <\"&")

	// The page of the dissatisfied appears, and keeps what is too long.
	b.press(t, "next", 200, "second", "2", "times", "3")
	b.shows(t, "Why not satisfied")
	b.press(t, "next", 422, "why", "more than ten")
	b.holds(t, "why", "more than ten", "level", "1", "needs", "b", "times", "3")
	b.press(t, "next", 200, "why", "ten chars.")
	b.shows(t, "Other remarks")

	// Back twice, and another answer makes that page go away, but not what was typed there.
	b.press(t, "back", 200, "comment", "two\r\nlines")
	b.shows(t, "Why not satisfied")
	b.press(t, "back", 200)
	b.holds(t, "level", "1", "why", "ten chars.", "comment", "two\r\nlines")
	b.press(t, "next", 200, "level", "5")
	b.shows(t, "Other remarks")
	b.press(t, "submit", 303)
	done := b.got.header.Get("Location")
	if !strings.HasPrefix(done, "/s/trial/done?") || !strings.Contains(done, "&dropped=why&lang=en&receipt=") {
		t.Fatalf("got sent to %q", done)
	}
	b.open(t, done, 200)
	b.shows(t, "Thank you", "These answers were not stored", "Why not satisfied")
	code := regexp.MustCompile(`/r/[0-9A-Z-]+`).FindString(b.got.body)
	b.open(t, code+"?lang=en", 200)
	b.shows(t, "These answers are counted")

	r, err := w.store.At(w.store.Watermark())
	if err != nil {
		t.Fatal(err)
	}
	q := w.store.Catalog().Version(r.Version).Questionnaire
	for i, v := range q.Variables() {
		if v.ID == "why" && r.Answers[i].Words != "" {
			t.Errorf("got the hidden answer %q stored", r.Answers[i].Words)
		}
		if v.ID == "comment" && strings.ReplaceAll(r.Answers[i].Words, "\r", "") != "two\nlines" {
			t.Errorf("got comment %q", r.Answers[i].Words)
		}
	}
}

// TestFormTwice: the same form again is the same response; with another answer
// it is told that the first was counted, and nothing is stored.
func TestFormTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := lastPage(t, w)
	values := b.with("submit", "comment", "một lần")
	b.post(t, values, 303)
	first, seq := b.got.header.Get("Location"), w.store.Watermark()
	b.post(t, values, 303)
	if got := b.got.header.Get("Location"); got != first || w.store.Watermark() != seq {
		t.Errorf("again: got %q and event %d, want %q and %d", got, w.store.Watermark(), first, seq)
	}
	values.Set("a.comment", "hai lần")
	b.post(t, values, 303)
	again := b.got.header.Get("Location")
	if _, query, _ := strings.Cut(first, "?"); !strings.Contains(again, query) || !strings.Contains(again, "again=1") {
		t.Errorf("got %q, want the receipt of before, %q", again, first)
	}
	b.open(t, again, 200)
	b.shows(t, "đã được gửi từ trước")
	if w.store.Watermark() != seq {
		t.Errorf("got event %d, want none after %d", w.store.Watermark(), seq)
	}
}

// TestFormOfAnOldVersion: who opened a version answers it, whatever was
// published since.
func TestFormOfAnOldVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.store.Catalog().Survey("trial").Current().Number
	b := lastPage(t, w)
	w.sync(t, "Ý kiến khác", "Ý kiến mới", "id: second", "id: third", "[level, second]", "[level, third]")
	if current := w.store.Catalog().Survey("trial").Current().Number; current == old {
		t.Fatal("no version was published")
	}
	b.press(t, "back", 200)
	b.shows(t, "Mức thứ hai")
	b.press(t, "next", 200)
	b.shows(t, "Ý kiến khác")
	b.press(t, "submit", 303, "comment", "cũ")
	r, err := w.store.At(w.store.Watermark())
	if err != nil || r.Version != old {
		t.Errorf("got version %d %v, want %d", r.Version, err, old)
	}
	b.open(t, formPath, 200)
	b.press(t, "next", 200, "level", "5", "third", "4")
	b.shows(t, "Ý kiến mới")
}

// TestFormOfASurveyThatEnds: nothing typed is lost when the survey ends, or
// the agency, while a form is filled in.
func TestFormOfASurveyThatEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, "/s/over?agency=x07210&lang=en", 200)
	w.setDay(t, "2026-12-16")
	w.sync(t)
	b.press(t, "submit", 410, "level", "yes")
	b.shows(t, "This survey has ended", `class="summary"`)
	b.holds(t, "level", "yes")
	b.press(t, "next", 410, "level", "no")
	b.holds(t, "level", "no")
	b.open(t, "/s/over?agency=x07210", 410)
}

func TestFormRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	const path = "/s/trial?agency=x07210&lang=en"
	cases := []scenario{
		{name: "unknown survey", method: "POST", path: "/s/none?agency=x07210", headers: form, status: 404},
		{name: "unknown agency", method: "POST", path: "/s/trial?agency=x9", headers: form, status: 404},
		{name: "no agency", method: "POST", path: "/s/trial", headers: form, status: 404},
		{name: "closed agency", path: "/s/trial?lang=en&agency=" + closedAgency, status: 422, want: []string{"Old Department does not exist on 20 November 2026"}},
		{name: "unknown wave", path: "/s/over?agency=x07210&lang=en&wave=w9", status: 422, want: []string{"The survey has no such wave."}},
		{name: "unknown channel", path: path + "&channel=pigeon", status: 422, never: []string{"Level of satisfaction"}},
		{name: "JSON", method: "POST", path: path, body: "{}", headers: []string{"Content-Type", "application/json"}, status: 415},
		{name: "several parts", method: "POST", path: path, body: "--x--", headers: []string{"Content-Type", "multipart/form-data; boundary=x"}, status: 415},
		{name: "compressed", method: "POST", path: path, headers: append(form, "Content-Encoding", "gzip"), status: 415},
		{name: "empty", method: "POST", path: path, headers: form, status: 200, want: []string{"Level of satisfaction"}},
		{name: "page out of range", method: "POST", path: path, body: "page=99999999999999999999&go=back", headers: form, status: 200},
		{name: "negative page", method: "POST", path: path, body: "page=-7&go=next", headers: form, status: 422},
		{name: "page beyond", method: "POST", path: path, body: "page=77&go=submit", headers: form, status: 422},
		{name: "unknown fields", method: "POST", path: path, body: "a.nothing=1&x=2&go=next", headers: form, status: 422, never: []string{"a.nothing"}},
		{name: "unknown option", method: "POST", path: path, body: "a.level=9&a.second=5&go=next", headers: form, status: 422, want: []string{"This is not one of the answers offered"}},
		{name: "unknown version", method: "POST", path: path, body: "version=zzzzzzzzzz&go=next", headers: form, status: 422},
		{name: "unknown button", method: "POST", path: path, body: "go=explode", headers: form, status: 200},
		{name: "markup", method: "POST", path: path, body: "a.times=%3Cscript%3Ealert(1)%3C/script%3E&go=next", headers: form, status: 422, never: []string{"<script>alert"}},
		{name: "invalid UTF-8", method: "POST", path: path, body: "a.level=5&a.second=5&a.comment=%ff%fe&page=2&go=submit", headers: form, status: 422},
		{name: "broken escapes", method: "POST", path: path, body: "a.level=%zz&%=%&&&=&go=next", headers: form, status: 422},
		{name: "10 000 fields", method: "POST", path: path, body: strings.Repeat("a.needs=a&", 10_000) + "go=next", headers: form, status: 422},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, c)
			assertSecure(t, c.path, got)
			if !strings.Contains(got.body, "<html") {
				t.Errorf("got %s, want a page", head(got.body))
			}
			w.alive(t)
		})
	}
}
