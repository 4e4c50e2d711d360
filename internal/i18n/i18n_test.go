package i18n

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// gaps fills every gap that a message may have.
var gaps = map[string]any{
	"kind":   "k",
	"rank":   2,
	"survey": "sipas",
	"min":    1, "max": 1000, "length": 2000, "decimals": 2, "name": "Phường Bắc Giang", "day": "2026-03-05",
	"id": "a1b2", "at": 17, "seconds": 5, "page": 2, "pages": 7, "text": "x", "query": "q", "shown": 5, "value": "1",
	"first": 1, "last": 2, "total": 3, "watermark": "12", "se": "0.1", "interval": "Wilson", "low": "1", "high": "2", "label": "l", "n": 3, "when": "hôm nay", "purpose": "p", "days": 30, "version": "1a2b",
	"period": "2026", "spread": "25 %", "draws": 1000, "range": "1–3", "year": "2026", "quarter": "3", "with": "9", "source": "s", "weight": "0.2", "cap": "9",
	"factor": "10", "numerator": "a", "denominator": "b", "share": "0.9", "full": "90 %", "limit": "1", "points": "2", "what": "services", "figure": "f",
	"month": "2026-03", "message": "Xin ghi lại.", "agency": "t24",
	"codes": "c", "flagged": "f", "format": "f", "from": "f", "hash": "h", "href": "h", "known": "k", "responses": "r", "to": "t",
}

func TestCatalogueLoads(t *testing.T) {
	t.Parallel()
	if _, err := loaded(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	t.Parallel()
	want := IDs(Vietnamese)
	if len(want) < 100 {
		t.Fatalf("got %d messages, want at least 100", len(want))
	}
	for _, lang := range Languages() {
		if diff := cmp.Diff(want, IDs(lang)); diff != "" {
			t.Errorf("ids of %s differ (-vi +%s):\n%s", lang, lang, diff)
		}
	}
}

func TestEveryMessageAndNumber(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		for _, id := range IDs(lang) {
			check := func(text string) {
				t.Helper()
				switch {
				case text == "" || text == id:
					t.Errorf("%s %s: got no text", lang, id)
				case strings.Contains(text, "<no value>"):
					t.Errorf("%s %s: a gap has no value in the test, or is misspelt: %q", lang, id, text)
				case strings.Contains(text, "{{"):
					t.Errorf("%s %s: template left in %q", lang, id, text)
				case text != strings.TrimSpace(text):
					t.Errorf("%s %s: space around %q", lang, id, text)
				}
			}
			check(T(lang, id, gaps))
			for n := range int64(3) {
				check(Plural(lang, id, n, gaps))
			}
		}
	}
}

// Both languages must fill the same gaps, or one of them hides what matters.
func TestSameGapsInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, id := range IDs(Vietnamese) {
		for name := range gaps {
			marked := maps.Clone(gaps)
			marked[name] = "@@"
			vi := strings.Contains(T(Vietnamese, id, marked), "@@")
			en := strings.Contains(T(English, id, marked), "@@")
			if vi != en {
				t.Errorf("%s: gap %s is in vi: %t, in en: %t", id, name, vi, en)
			}
		}
	}
}

func TestT(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang, id string
		args           map[string]any
		want           string
	}{
		{"plain", "vi", "form.next", nil, "Tiếp tục"},
		{"english", "en", "form.next", nil, "Continue"},
		{"unknown language", "fr", "form.next", nil, "Tiếp tục"},
		{"no language", "", "form.next", nil, "Tiếp tục"},
		{"unknown id", "vi", "no.such", nil, "no.such"},
		{"empty id", "en", "", nil, ""},
		{"number in Vietnamese", "vi", "problem.too_small", map[string]any{"min": 1234.5}, "Số phải từ 1.234,5 trở lên."},
		{"number in English", "en", "problem.too_small", map[string]any{"min": 1234.5}, "The number must be 1,234.5 or more."},
		{
			"whole number", "vi", "problem.too_long",
			map[string]any{"max": 1000, "length": int64(1200)},
			"Câu trả lời dài 1.200 ký tự, nhiều nhất là 1.000 ký tự. Xin ông/bà viết ngắn hơn.",
		},
		{
			"day", "en", "problem.agency_closed",
			map[string]any{"name": "Hòa An", "day": "2025-07-01"},
			"Hòa An does not exist on 1 July 2025, so it takes no answers.",
		},
		{"month", "vi", "problem.month_too_late", map[string]any{"month": "2026-03"}, "Tháng không được sau tháng 3/2026."},
		{
			"no template in values", "en", "choose.none",
			map[string]any{"query": "{{.n}} <b>"},
			"No agency was found for “{{.n}} <b>”. Try a shorter name.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := T(tt.lang, tt.id, tt.args); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPlural(t *testing.T) {
	t.Parallel()
	tests := []struct {
		lang string
		n    int64
		want string
	}{
		{"vi", 0, "0 câu hỏi"},
		{"vi", 1, "1 câu hỏi"},
		{"vi", 1200, "1.200 câu hỏi"},
		{"en", 0, "0 questions"},
		{"en", 1, "1 question"},
		{"en", 2, "2 questions"},
		{"en", 1200, "1,200 questions"},
		{"de", 2, "2 câu hỏi"},
	}
	for _, tt := range tests {
		if got := Plural(tt.lang, "home.items", tt.n, nil); got != tt.want {
			t.Errorf("%s %d: got %q, want %q", tt.lang, tt.n, got, tt.want)
		}
	}
	if got, want := Plural("vi", "no.such", 2, nil), "no.such"; got != want {
		t.Errorf("unknown id: got %q, want %q", got, want)
	}
}

func TestArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := map[string]any{"max": 1000}
	Plural("vi", "problem.too_large", 1, args)
	if diff := cmp.Diff(map[string]any{"max": 1000}, args); diff != "" {
		t.Errorf("arguments changed (-want +got):\n%s", diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, vi, want string }{
		{"broken JSON", `{`, "reading a.vi.json"},
		{"number as message", `{"x": 3}`, "neither a text nor plural forms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(fstest.MapFS{"messages/a.vi.json": {Data: []byte(tt.vi)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	_, err := load(fstest.MapFS{
		"messages/a.vi.json": {Data: []byte(`{"x": "1"}`)},
		"messages/b.vi.json": {Data: []byte(`{"x": "2"}`)},
	})
	if err == nil || !strings.Contains(err.Error(), "written twice") {
		t.Errorf("one id in two files: got %v", err)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		wishes []string
		want   string
	}{
		{nil, "vi"},
		{[]string{""}, "vi"},
		{[]string{"en"}, "en"},
		{[]string{"vi"}, "vi"},
		{[]string{"VI"}, "vi"},
		{[]string{"en-GB"}, "en"},
		{[]string{"vi-VN,vi;q=0.9,en;q=0.8"}, "vi"},
		{[]string{"en-US,en;q=0.9,vi;q=0.8"}, "en"},
		{[]string{"fr"}, "vi"},
		{[]string{"fr-FR,fr;q=0.9,en;q=0.5"}, "en"},
		{[]string{"zh-TW"}, "vi"},
		{[]string{"vi", "en-US"}, "vi"},
		{[]string{"en", "vi-VN"}, "en"},
		{[]string{"", "en-US"}, "en"},
		{[]string{"xx", "en-US"}, "en"},
		{[]string{"*"}, "vi"},
		{[]string{"\xff\xfe;;q=,"}, "vi"},
		{[]string{strings.Repeat("en-", 2000)}, "vi"},
		{[]string{"en;q=0"}, "vi"},
	}
	for _, tt := range tests {
		if got := Match(tt.wishes...); got != tt.want {
			t.Errorf("Match(%q): got %s, want %s", tt.wishes, got, tt.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("en-US,en;q=0.9", "vi")
	f.Add("i-klingon, x-a;q=9e9", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		if got := Match(a, b); !slices.Contains(Languages(), got) {
			t.Errorf("Match(%q, %q): got %q", a, b, got)
		}
	})
}

func TestCollator(t *testing.T) {
	t.Parallel()
	got := []string{"Quận 10", "Điện Biên", "Đà Nẵng", "Quận 2", "Dương Xá", "An Giang"}
	slices.SortFunc(got, Collator("vi"))
	want := []string{"An Giang", "Dương Xá", "Đà Nẵng", "Điện Biên", "Quận 2", "Quận 10"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
