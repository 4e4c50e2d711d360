package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/response"
)

const everyPath = "/s/every?agency=x07210&campaign=letter"

// agreed opens the survey with every type of item, and agrees.
func agreed(t *testing.T, w *world) *browser {
	t.Helper()
	b := &browser{w: w}
	b.open(t, everyPath, 200)
	b.shows(t, "đồng ý tham gia", "gọi lại khi cần làm rõ", `<a href="https://example.vn/quy-dinh" rel="noopener"`)
	b.press(t, "agree", 200)
	b.shows(t, "đã dùng dịch vụ này chưa", `alt="Quầy tiếp nhận và hàng ghế chờ"`)
	return b
}

// figures fills in the first two pages of it.
func figures(t *testing.T, b *browser) {
	t.Helper()
	b.press(t, "next", 200, "used", "yes")
	// A question of the same page appears, which nobody has seen yet: no error.
	b.shows(t, "mở thêm câu hỏi này", "autofocus", "nộp hồ sơ bằng cách nào")
	if strings.Contains(b.got.body, `class="summary"`) {
		t.Errorf("got a summary of errors: %s", head(b.got.body))
	}
	b.press(t, "next", 422, "how", "online", "how", "else", "how", "post")
	b.holds(t, "how", "else", "how", "post")
	b.press(t, "next", 200, "how", "else", "how_other", "Nhờ *người* <quen>")
	b.shows(t, "Con số", "★")
	b.press(t, "next", 422, "visits", "2", "paid", "500", "stars", "4", "recommend", "9")
	b.shows(t, "Số tiền lớn quá so với số lần đến", `href="#c-paid-0"`)
	b.press(t, "next", 200, "paid", "1,5", "speed", "4", "manner", "dont_know")
}

func TestEveryType(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := agreed(t, w)
	figures(t, b)

	// Ranking by buttons.
	b.shows(t, "Ba điều cần cải thiện nhất")
	b.press(t, "rank:needs:web:put", 200)
	b.press(t, "rank:needs:time:put", 200)
	b.press(t, "next", 422)
	b.holds(t, "needs", "web", "needs", "time")
	b.press(t, "rank:needs:staff:put", 200)
	b.press(t, "rank:needs:staff:up", 200)
	b.press(t, "rank:needs:web:out", 200)
	b.press(t, "rank:needs:cost:put", 200)
	if got := b.fields()["a.needs"]; strings.Join(got, " ") != "staff time cost" {
		t.Errorf("got the order %q", got)
	}
	b.press(t, "next", 200)

	b.press(t, "next", 422, "plate", "99", "story", "xin", "mail", "a@b", "mobile", "12", "tax", "0100109107", "dossier", "x")
	b.shows(t, "Biển số xe ghi như 99A-12345.")
	b.holds(t, "plate", "99", "mail", "a@b", "mobile", "12", "tax", "0100109107", "dossier", "x")
	b.press(t, "next", 200, "plate", "99A-12345", "story", "xin chào", "mail", "lan@vidu.vn", "mobile", "+84 912 345 678", "tax", "0100109106", "dossier", "h05.01.02-231122-0001")

	// Days in three fields, what was typed stays as it was.
	b.press(t, "next", 422, "d.handed_in", "31", "d.handed_in", "2", "d.handed_in", "2026")
	if got := b.fields()["d.handed_in"]; strings.Join(got, "/") != "31/2/2026" {
		t.Errorf("got the day %q", got)
	}
	b.press(t, "next", 422, "d.handed_in", "1", "d.handed_in", "3", "d.handed_in", "2026",
		"d.got_back", "1", "d.got_back", "2", "d.got_back", "2026")
	b.shows(t, "phải sau ngày nộp hồ sơ")
	b.press(t, "next", 200, "d.got_back", "11", "d.got_back", "3", "d.got_back", "2026", "d.founded", "5", "d.founded", "2019")

	// One page for each agency that was chosen.
	b.press(t, "next", 422)
	b.press(t, "next", 200, "departments", "t24.so-noi-vu", "departments", "t24.so-y-te")
	b.shows(t, "Cơ quan 1 / 2", "<strong>Sở Nội vụ Bắc Ninh</strong>")
	b.press(t, "next", 200, "each_level@t24.so-noi-vu", "1")
	b.shows(t, "mở thêm câu hỏi này")
	b.press(t, "next", 200, "each_why@t24.so-noi-vu", "chậm")
	b.shows(t, "Cơ quan 2 / 2", "<strong>Sở Y tế Bắc Ninh</strong>")
	b.press(t, "back", 200)
	b.holds(t, "each_level@t24.so-noi-vu", "1", "each_why@t24.so-noi-vu", "chậm")
	b.press(t, "next", 200)
	b.press(t, "next", 200, "each_level@t24.so-y-te", "5")

	// What was answered before stands in the texts.
	b.shows(t, "Sau 2 lần đến", "Ông/bà chọn Cán bộ. Còn gì nữa không?")
	// Enter in the search field presses the button that sends, and searches.
	b.press(t, "submit", 200, "f.home", "thuan thanh")
	b.shows(t, "Phường Thuận Thành", `href`)
	found := regexp.MustCompile(`name="a.home" value="([^"]+)"`).FindStringSubmatch(b.got.body)
	if found == nil {
		t.Fatalf("nothing was found: %s", head(b.got.body))
	}
	b.press(t, "find:home", 200, "f.home", "bac giang", "home", found[1])
	b.holds(t, "home", found[1])
	b.press(t, "submit", 303, "home", "x07210")
	b.open(t, b.got.header.Get("Location"), 200)
	b.shows(t, "Cảm ơn ông/bà.")

	r, err := w.store.At(w.store.Watermark())
	if err != nil {
		t.Fatal(err)
	}
	stored(t, w, r)
}

// stored checks what became of the answers of TestEveryType.
func stored(t *testing.T, w *world, r *response.Response) {
	t.Helper()
	q := w.store.Catalog().Version(r.Version).Questionnaire
	at := func(answers []response.Answer, id string) response.Answer { return answers[q.Variable(id).Index] }
	for id, want := range map[string]string{
		"how_other": "Nhờ *người* <quen>", "plate": "99A-12345", "tax": "0100109106", "dossier": "H05.01.02-231122-0001",
		"departments": "t24.so-noi-vu t24.so-y-te", "home": "x07210", "campaign": "letter",
	} {
		if got := at(r.Answers, id); got.State != response.Answered || got.Words != want {
			t.Errorf("%s: got %v %q, want %q", id, got.State, got.Words, want)
		}
	}
	for id, want := range map[string]int64{"visits": 2, "paid": 15, "days": 10, "founded": 19*12 + 4} {
		if got := at(r.Answers, id); got.State != response.Answered || got.Amount != want {
			t.Errorf("%s: got %v %d, want %d", id, got.State, got.Amount, want)
		}
	}
	for id, want := range map[string]string{"needs_1": "staff", "needs_2": "time", "needs_3": "cost", "stars": "4", "recommend": "9", "used": "yes"} {
		if got := at(r.Answers, id); got.State != response.Answered || q.Variable(id).Options()[got.Option].Code != want {
			t.Errorf("%s: got %v %d, want %s", id, got.State, got.Option, want)
		}
	}
	if len(r.Repeats) != 2 {
		t.Fatalf("got %d repeats, want 2", len(r.Repeats))
	}
	if got := at(r.Repeats[0].Answers, "each_why").Words; got != "chậm" {
		t.Errorf("each_why: got %q", got)
	}
	for _, id := range []string{"mail", "mobile"} {
		if got := at(r.Answers, id); got.State != response.Answered || got.Words != "" {
			t.Errorf("%s: got %v %q with the response, want it stored apart", id, got.State, got.Words)
		}
	}
}

// An end by condition, and the answers that a change of mind took away.
func TestEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := agreed(t, w)
	figures(t, b)
	b.press(t, "rank:needs:web:put", 200)
	b.press(t, "rank:needs:time:put", 200)
	b.press(t, "rank:needs:cost:put", 200)
	b.press(t, "next", 200)
	b.press(t, "next", 200)
	b.press(t, "next", 200, "d.handed_in", "1", "d.handed_in", "3", "d.handed_in", "2026")
	for range 5 {
		b.press(t, "back", 200)
	}
	b.press(t, "next", 200, "used", "no")
	b.press(t, "next", 200, "why_not", "far")
	for range 4 {
		b.press(t, "next", 200)
	}
	b.press(t, "next", 200, "departments", "t24.so-y-te")
	b.press(t, "next", 200, "each_level@t24.so-y-te", "4")
	b.press(t, "submit", 303)
	b.open(t, b.got.header.Get("Location"), 200)
	b.shows(t, "<h1>Rất tiếc</h1>", "dịch vụ của <strong>Phường Bắc Giang</strong>", "nộp hồ sơ bằng cách nào", "không được lưu")
}

func TestConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, everyPath+"&lang=en", 200)
	b.shows(t, "Do you agree to take part?", "I agree", "to call you back")
	// Nothing goes past it.
	for _, button := range []string{"next", "submit", "back", "rank:needs:web:put", ""} {
		values := b.with(button, "used", "yes")
		values.Set("page", "7")
		b.post(t, values, 200)
		b.shows(t, "Do you agree to take part?")
	}
	b.press(t, "lang=vi", 200)
	b.shows(t, "Tôi đồng ý")
	b.press(t, "lang=en", 200)
	b.press(t, "decline", 200)
	b.shows(t, "Thank you for looking.", "None of your answers were stored.")
	before := w.store.Watermark()
	b.press(t, "again", 200)
	b.press(t, "agree", 200)
	b.shows(t, "Have you used this service?")
	if w.store.Watermark() != before {
		t.Error("something was stored")
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := agreed(t, w)
	src := regexp.MustCompile(`<img src="([^"]+)"`).FindStringSubmatch(b.got.body)
	if src == nil {
		t.Fatal("the page has no picture")
	}
	w.run(t, scenario{path: src[1], status: 200, want: []string{"PNG"}, header: map[string]string{
		"Content-Type": "image/png", "Cache-Control": immutable, "X-Content-Type-Options": "nosniff",
	}})
	w.run(t, scenario{path: strings.Replace(src[1], "counter.png", "other.png", 1), status: 404})
	w.run(t, scenario{path: "/s/every/images/0000000000000000/counter.png", status: 404})
	w.run(t, scenario{path: "/s/trial/images/0000000000000000/counter.png", status: 404})
	got := w.run(t, scenario{path: "/api/v1/surveys/every", status: 200, want: []string{
		`"images":[{"name":"counter.png","type":"image/png","href":"` + src[1] + `"}]`, `"consent":{`, `"repeat":"departments"`, `"type":"net_promoter"`,
	}, never: []string{`"data":`}})
	if strings.Count(got.body, `"images"`) != 1 {
		t.Error("images are there twice")
	}
}

// Fields that no form has harm nothing.
func TestStrangeFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	for name, values := range map[string]url.Values{
		"kept is no JSON":     {"kept": {"{"}, "go": {"next"}},
		"kept is a list":      {"kept": {"[1]"}, "go": {"next"}},
		"kept has numbers":    {"kept": {`{"used":1}`}, "go": {"next"}},
		"kept is deep":        {"kept": {strings.Repeat("[", 50_000)}, "go": {"next"}},
		"kept is unknown":     {"kept": {`{"nothing":["1"],"@":["x"]}`}, "go": {"next"}},
		"about nobody":        {"page": {"7"}, "about": {"nobody"}, "go": {"next"}},
		"about a page before": {"page": {"0"}, "about": {"t24"}, "go": {"back"}},
		"many parts":          {"d.handed_in": strings.Split(strings.Repeat("1 ", 5000), " "), "go": {"submit"}, "page": {"4"}},
		"ranks of nobody":     {"go": {"rank:nobody:x:up"}},
		"a rank too many":     {"go": {"rank:needs:time:put"}, "a.needs": {"web", "cost", "staff", "web", "x"}},
		"a search for no item": {
			"go": {"find:nobody"}, "f.nobody": {"x"}, "w.nobody": {"y"}, "f.": {""},
		},
		"many agencies":        {"a.departments": strings.Split(strings.Repeat("t24.so-y-te ", 3000), " "), "go": {"next"}, "page": {"5"}},
		"answers about nobody": {"a.each_level@nobody": {"1"}, "a.each_level@": {"2"}, "go": {"submit"}},
		"seen":                 {"seen": {strings.Repeat("x ", 9000)}, "go": {"next"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values.Set("consent", "yes")
			got := w.do(t, http.MethodPost, everyPath, values.Encode(), form...)
			if got.status != 200 && got.status != 422 {
				t.Errorf("got %d %s, want a page", got.status, head(got.body))
			}
			w.alive(t)
		})
	}
}

func TestCodebook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/api/v1/surveys/every/codebook"
	var got struct {
		Survey    string
		Variables []struct{ ID, Item, Kind string }
	}
	w.run(t, scenario{path: path, status: 200, header: map[string]string{"Content-Type": "application/json"}}).decode(t, &got)
	if got.Survey != "every" || len(got.Variables) != len(everyType(t).Questionnaire.Variables()) {
		t.Errorf("got %d variables of %q", len(got.Variables), got.Survey)
	}
	w.run(t, scenario{path: path + "?format=csv", status: 200, want: []string{"needs_1"}, header: map[string]string{
		"Content-Disposition": `attachment; filename="every-codebook.csv"`,
	}})
	w.run(t, scenario{path: path + "?format=md&lang=en", status: 200, want: []string{"needs_1", "The three things to improve first"}})
	w.run(t, scenario{path: path + "?format=pdf", status: 422, want: []string{`"code":"unknown_format"`}})
	w.run(t, scenario{path: path + "?version=00000000", status: 422, want: []string{`"code":"unknown_version"`}})
	w.run(t, scenario{path: "/api/v1/surveys/none/codebook", status: 404})
	w.run(t, scenario{path: "/schema/survey.json", status: 200, want: []string{`"$schema": "https://json-schema.org/draft/2020-12/schema"`, `"pages"`}})
}
