package page

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

func formOf(t *testing.T, page int, change func(*FormInput)) *Form {
	t.Helper()
	in := FormInput{Frame: Frame{Lang: "vi", URL: "/s/sipas"}, Questionnaire: survey(t, "sipas"), Page: page}
	if change != nil {
		change(&in)
	}
	return NewForm(in)
}

func TestFormPlace(t *testing.T) {
	t.Parallel()
	lastHidden := map[string]bool{"comment": true}
	tests := []struct {
		name       string
		page       int
		hide       map[string]bool
		progress   string
		back, last bool
		button     string
	}{
		{"first", 0, nil, "Trang 1 / 4", false, false, "next"},
		{"middle", 1, nil, "Trang 2 / 4", true, false, "next"},
		{"last", 3, nil, "Trang 4 / 4", true, true, "submit"},
		{"last page hidden", 2, lastHidden, "Trang 3 / 3", true, true, "submit"},
		{"a hidden page that is asked for all the same", 3, lastHidden, "Trang 4 / 4", true, true, "submit"},
		{"before the first", -7, nil, "Trang 1 / 4", false, false, "next"},
		{"behind the last", 99, nil, "Trang 4 / 4", true, true, "submit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := formOf(t, tt.page, func(in *FormInput) { in.Hide = tt.hide })
			if f.Progress != tt.progress || f.Back != tt.back || f.Last != tt.last || f.Default != tt.button {
				t.Errorf("got %q back %t last %t default %s, want %q back %t last %t default %s",
					f.Progress, f.Back, f.Last, f.Default, tt.progress, tt.back, tt.last, tt.button)
			}
		})
	}
}

func TestFormHeading(t *testing.T) {
	t.Parallel()
	first, second, third := formOf(t, 0, nil), formOf(t, 1, nil), formOf(t, 3, nil)
	if first.Heading != first.Survey || first.Title != "Tiếp cận dịch vụ" || len(first.Intro) != 4 {
		t.Errorf("first page: got heading %q, title %q, %d intro lines", first.Heading, first.Title, len(first.Intro))
	}
	if second.Heading != "Lần giải quyết gần đây" || second.Title != "" || second.Intro != nil {
		t.Errorf("second page: got heading %q, title %q, %d intro lines", second.Heading, second.Title, len(second.Intro))
	}
	if third.Heading != "" || !third.Questions[0].Heading {
		t.Errorf("a single question is not the heading: got %q", third.Heading)
	}
}

// field finds the fields that a browser would send from a page when nothing is
// touched.
var field = regexp.MustCompile(`<(?:input type="(hidden|radio|checkbox|text)"[^>]*? name="([^"]*)" value="([^"]*)"([^>]*)>|textarea[^>]* name="([^"]*)"[^>]*>\n([^<]*)</textarea>)`)

func sent(q *questionnaire.Questionnaire, page string) map[string][]string {
	fields := map[string][]string{}
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#43;", "+", "&amp;", "&")
	for _, m := range field.FindAllStringSubmatch(page, -1) {
		name, value := m[2], m[3]
		if m[5] != "" {
			name, value = m[5], m[6]
		}
		if (m[1] == "radio" || m[1] == "checkbox") && !strings.Contains(m[4], "checked") {
			continue
		}
		if value != "" {
			fields[name] = append(fields[name], unescape.Replace(value))
		}
	}
	return Answers(q, fields)
}

// Whatever page is shown, with or without problems and hidden items, sending it
// back unchanged brings every answer back.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	values := map[string][]string{
		"access_signs": {"4"}, "access_seats": {"not_applicable"}, "trips": {"abc \"<>&+"}, "reason": {"docs"},
		"needs": {"online", "none"}, "policy_health_info": {"1"}, "policy_health_result": {"dont_know"},
		"policy_words": {"dòng một\ndòng hai"}, "comment": {"một hai", "refused"},
	}
	for page := range 4 {
		for _, hide := range []map[string]bool{nil, {"policy_words": true, "reason": true}} {
			f := formOf(t, page, func(in *FormInput) {
				in.Values, in.Hide = values, hide
				in.Problems = []errs.Problem{{Item: "trips", Code: "not_a_number"}, {Item: "comment", Code: "exclusive"}}
			})
			if diff := cmp.Diff(values, sent(survey(t, "sipas"), render(t, f))); diff != "" {
				t.Errorf("page %d, hidden %v: answers differ (-want +got):\n%s", page, hide, diff)
			}
		}
	}
}

func TestUnknownAnswersAreDropped(t *testing.T) {
	t.Parallel()
	f := formOf(t, 0, func(in *FormInput) {
		in.Values = map[string][]string{"nothing": {"x"}, "access_signs": {"77"}}
	})
	for _, h := range f.Hidden {
		if strings.HasPrefix(h.Name, Answer) {
			t.Errorf("hidden field %s=%s", h.Name, h.Value)
		}
	}
	for _, o := range f.Questions[0].Inputs[0].Options {
		if o.Checked {
			t.Errorf("option %s is chosen, though nobody chose it", o.Value)
		}
	}
}

func TestFormHiddenFields(t *testing.T) {
	t.Parallel()
	f := formOf(t, 1, func(in *FormInput) {
		in.Draft, in.Carry = "d1", []Field{{"service", "x"}}
		in.Values = map[string][]string{"access_signs": {"4"}}
	})
	want := []Field{
		{"lang", "vi"},
		{"version", f.Hidden[1].Value},
		{"page", "1"},
		{"draft", "d1"},
		{"service", "x"},
		{"kept", `{"access_signs":["4"]}`},
	}
	if diff := cmp.Diff(want, f.Hidden); diff != "" {
		t.Errorf("hidden fields (-want +got):\n%s", diff)
	}
	if len(f.Hidden[1].Value) < 8 {
		t.Errorf("version %q is too short to name one", f.Hidden[1].Value)
	}
}

// A language button precedes the hidden language, and Enter presses neither.
func TestOrderOfButtons(t *testing.T) {
	t.Parallel()
	html := render(t, formOf(t, 1, nil))
	enter := strings.Index(html, `name="go" value="next" tabindex="-1"`)
	button := strings.Index(html, `name="lang" value="en"`)
	hidden := strings.Index(html, `type="hidden" name="lang" value="vi"`)
	if enter < 0 || enter >= button || button >= hidden {
		t.Errorf("got Enter's button at %d, language button at %d, hidden language at %d, want them in this order", enter, button, hidden)
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	f := formOf(t, 1, func(in *FormInput) {
		in.Problems = []errs.Problem{
			{Item: "access_signs", Code: "required"}, // on another page
			{Item: "needs", Code: "exclusive"},
			{Item: "trips", Code: "required"},
			{Code: "overloaded", Args: map[string]any{"seconds": 5}}, // an error's code
		}
	})
	var got []string
	for _, m := range f.Summary {
		got = append(got, m.Href)
	}
	if diff := cmp.Diff([]string{"#c-trips-0", "#c-needs-0", "", ""}, got); diff != "" {
		t.Errorf("links of the summary (-want +got):\n%s", diff)
	}
	if want := "Trang 1: Biển hiệu"; !strings.HasPrefix(f.Summary[2].Text, want) {
		t.Errorf("got %q, want it to begin with %q", f.Summary[2].Text, want)
	}
	if want := "5 giây"; !strings.Contains(f.Summary[3].Text, want) {
		t.Errorf("got %q, want it to contain %q", f.Summary[3].Text, want)
	}
	if want := "Lỗi: "; !strings.HasPrefix(f.PageTitle(), want) {
		t.Errorf("got title %q, want it to begin with %q", f.PageTitle(), want)
	}
}

func TestNumberInput(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		min, max *float64
		decimals int
		mode     string
		hint     string
	}{
		{"whole", new(0.0), new(50.0), 0, "numeric", "Ghi một số từ 0 đến 50."},
		{"decimal", new(0.5), nil, 1, "decimal", "Ghi một số từ 0,5 trở lên."},
		{"negative", new(-5.0), nil, 0, "", "Ghi một số từ -5 trở lên."},
		{"only a maximum", nil, new(1000.0), 0, "", "Ghi một số từ 1.000 trở xuống."},
		{"free", nil, nil, 0, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := formBuilder{lang: "vi"}
			got := b.question(&questionnaire.Item{ID: "x", Type: questionnaire.Number, Min: tt.min, Max: tt.max, Decimals: tt.decimals})
			if in := got.Inputs[0]; in.Mode != tt.mode || in.Hint != tt.hint {
				t.Errorf("got mode %q, hint %q, want %q, %q", in.Mode, in.Hint, tt.mode, tt.hint)
			}
		})
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	scale := func(n int) *questionnaire.Item {
		it := &questionnaire.Item{Type: questionnaire.Scale}
		for i := range n {
			it.Options = append(it.Options, questionnaire.Option{Code: strconv.Itoa(i), Value: new(float64(i))})
		}
		return it
	}
	down := scale(3)
	down.Options[0].Value, down.Options[2].Value = new(9.0), new(-9.0)
	single := scale(3)
	single.Type = questionnaire.Single
	without := scale(3)
	without.Options[1].Value = nil
	tests := []struct {
		name string
		item *questionnaire.Item
		want []int
	}{
		{"one", scale(1), []int{0}},
		{"two", scale(2), []int{1, 5}},
		{"three", scale(3), []int{1, 3, 5}},
		{"four", scale(4), []int{1, 2, 4, 5}},
		{"five", scale(5), []int{1, 2, 3, 4, 5}},
		{"six", scale(6), []int{1, 2, 2, 4, 4, 5}},
		{"seven", scale(7), []int{1, 2, 2, 3, 4, 4, 5}},
		{"best first", down, []int{5, 3, 1}},
		{"no scale", single, []int{0, 0, 0}},
		{"a value is missing", without, []int{0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, levelsOf(tt.item)); diff != "" {
				t.Errorf("levels (-want +got):\n%s", diff)
			}
		})
	}
}

// A form never fails, whatever it is sent.
func FuzzForm(f *testing.F) {
	f.Add(0, "trips", "1", "required")
	f.Add(3, "comment", "\x00</textarea><script>", "zzz")
	f.Fuzz(func(t *testing.T, page int, id, value, code string) {
		form := formOf(t, page, func(in *FormInput) {
			in.Values = map[string][]string{id: {value, value}}
			in.Hide = map[string]bool{value: true}
			in.Problems = []errs.Problem{{Item: id, Code: code}}
		})
		if html := render(t, form); strings.Count(html, "<script") != 1 {
			t.Error("a script got into the page")
		}
	})
}

// What the conditions of a page read is told to the browser: answers of the page
// by their fields, everything else by its value.
func TestReads(t *testing.T) {
	t.Parallel()
	q := survey(t, "every")
	f := NewForm(everyInput(t, q, "when", "vi"))
	if f.Reads != "" || len(f.Questions) != 2 {
		t.Errorf("a condition on an earlier page is decided here: got %s and %d questions", f.Reads, len(f.Questions))
	}
	f = NewForm(everyInput(t, q, "start", "vi"))
	if want := `{"used":{"kind":"code","number":0,"values":{"no":0,"yes":1},"name":"a.used","item":"used"}}`; f.Reads != want {
		t.Errorf("got %s, want %s", f.Reads, want)
	}
	var got []string
	for _, question := range f.Questions {
		got = append(got, question.ID+" "+question.If+" "+strconv.FormatBool(question.Gone))
	}
	want := []string{"hello  false", "used  false", `why_not ["=",["item","used"],"no"] true`, `how ["=",["item","used"],"yes"] true`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
	if f.Seen != "hello used" {
		t.Errorf("got seen %q", f.Seen)
	}
}

// A page about an agency names its fields after it, and keeps what was said
// about the others.
func TestAbout(t *testing.T) {
	t.Parallel()
	q := survey(t, "every")
	in := everyInput(t, q, "each", "vi")
	in.About = &About{Agency: "t24.so-y-te", Name: "Sở Y tế", Index: 1, Total: 2}
	in.Values = map[string][]string{"each_level@t24.so-y-te": {"4"}, "each_level@t24.so-noi-vu": {"1"}, "visits": {"2"}}
	in.Problems = []errs.Problem{{Item: "each_level@t24.so-noi-vu", Code: "required"}}
	f := NewForm(in)
	if got := f.Questions[0].Inputs[0]; got.Name != "a.each_level@t24.so-y-te" || !got.Options[3].Checked || got.Invalid() {
		t.Errorf("got %+v", got)
	}
	kept := f.Hidden[len(f.Hidden)-1]
	if want := (Field{Kept, `{"each_level@t24.so-noi-vu":["1"],"visits":["2"]}`}); kept != want {
		t.Errorf("got %v, want %v", kept, want)
	}
	if want := "Trang 7: Sở Nội vụ Bắc Ninh, Mức hài lòng – "; len(f.Summary) != 1 || !strings.HasPrefix(f.Summary[0].Text, want) {
		t.Errorf("got %v, want one that begins with %q", f.Summary, want)
	}
}

// A questionnaire may be in a language that the program does not know.
func TestOtherTongues(t *testing.T) {
	t.Parallel()
	s, err := questionnaire.Parse("minority", "survey.yaml", []byte(`
title: {tyz: "Phiếu Tày", km: "សំណួរ", vi: "Phiếu"}
languages: [tyz, km, vi]
pages:
  - id: p
    items:
      - {id: used, type: text, text: {tyz: "Đảy mí?", km: "ឬទេ?", vi: "Có không?"}}
`))
	if err != nil {
		t.Fatal(err)
	}
	f := NewForm(FormInput{Frame: Frame{Lang: "en", URL: "/s/minority"}, Lang: "km", Questionnaire: s.Questionnaire})
	html := render(t, f)
	for _, want := range []string{
		`<html lang="km">`, "ឬទេ?", "Send answers", `name="lang" value="tyz" lang="tyz" formnovalidate>Tày</button>`,
		`name="lang" value="vi" lang="vi" formnovalidate>Tiếng Việt</button>`, `type="hidden" name="lang" value="km"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
