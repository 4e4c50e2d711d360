package page

import (
	"os"
	"sync"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// shippedAgencies are the agencies that are shipped.
var shippedAgencies = sync.OnceValues(func() (*agency.Registry, error) {
	data, err := os.ReadFile("../../surveys/agencies.csv")
	if err != nil {
		return nil, err
	}
	return agency.Parse("agencies.csv", data)
})

func registry(t testing.TB) *agency.Registry {
	t.Helper()
	r, err := shippedAgencies()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everyInput is a visit to the survey with every type of item, at one of its
// pages.
func everyInput(t testing.TB, q *questionnaire.Questionnaire, page, lang string) FormInput {
	t.Helper()
	in := FormInput{
		Frame:         Frame{Lang: lang, URL: "/s/every?agency=t24&lang=" + lang},
		Questionnaire: q, Agency: "UBND phường Bắc Giang", Draft: "d7f3", Started: "1790000000",
		Agencies: registry(t), Day: "2026-11-23", Seed: 7,
		Hide: map[string]bool{"why_not": true, "how": true, "got_back": true, "each_why": true},
		Lookup: func(id string) logic.Value {
			switch id {
			case "visits":
				return logic.Value{Kind: logic.Number, Number: 3}
			case "needs_1":
				return logic.Value{Kind: logic.Code, Code: "staff"}
			}
			return logic.Value{}
		},
		Carry: []Field{{"consent", "yes"}},
	}
	for i := range q.Pages {
		if q.Pages[i].ID == page {
			in.Page = i
		}
	}
	return in
}

// everyFixtures are the pages of the survey with every type of item.
func everyFixtures(t *testing.T, lang string) []fixture {
	t.Helper()
	q := survey(t, "every")
	at := func(page string, change func(*FormInput)) *Form {
		in := everyInput(t, q, page, lang)
		if change != nil {
			change(&in)
		}
		return NewForm(in)
	}
	problems := func(list ...errs.Problem) func(*FormInput) {
		return func(in *FormInput) { in.Problems = list }
	}
	about := &About{Agency: "t24.so-noi-vu", Name: "Sở Nội vụ", Index: 0, Total: 3}
	return []fixture{
		{"every_consent", NewConsent(everyInput(t, q, "start", lang))},
		{"every_refused", NewRefused(everyInput(t, q, "start", lang))},
		{"every_full", NewFull(everyInput(t, q, "start", lang), nil)},
		{"every_start", at("start", nil)},
		{"every_start_fresh", at("start", func(in *FormInput) {
			in.Hide["how"] = false
			in.Fresh = map[string]bool{"how": true}
			in.Values = map[string][]string{"used": {"yes"}, "how": {"else", "post"}, "how_other": {"Nhờ <người khác>"}}
		})},
		{"every_start_wrong", at("start", func(in *FormInput) {
			in.Hide["why_not"] = false
			in.Values = map[string][]string{"used": {"no"}, "why_not": {"else"}, "why_not_other": {"x"}}
			in.Problems = []errs.Problem{{Item: "why_not_other", Code: "too_long", Args: map[string]any{"max": 200, "length": 201}}}
		})},
		{"every_figures", at("figures", nil)},
		{"every_order", at("order", nil)},
		{"every_order_some", at("order", func(in *FormInput) {
			in.Values = map[string][]string{"needs": {"staff", "cost"}}
			in.Problems = []errs.Problem{{Item: "needs_3", Code: "required"}}
		})},
		{"every_order_all", at("order", func(in *FormInput) { in.Values = map[string][]string{"needs": {"staff", "cost", "web"}} })},
		{"every_words", at("words", nil)},
		{"every_words_wrong", at("words", problems(errs.Problem{Item: "mobile", Code: "wrong_type"}))},
		{"every_when", at("when", func(in *FormInput) {
			in.Hide["got_back"] = false
			in.Values = map[string][]string{"handed_in": {"31/2/2026"}, "got_back": {"2026-03-05"}, "founded": {"3/2026", "dont_know"}}
			in.Problems = []errs.Problem{{Item: "handed_in", Code: "wrong_type"}}
		})},
		{"every_whom", at("whom", func(in *FormInput) { in.Values = map[string][]string{"departments": {"t24.so-noi-vu"}} })},
		{"every_each", at("each", func(in *FormInput) {
			in.About, in.Position, in.Pages = about, 7, 10
			in.Values = map[string][]string{"each_level@t24.so-noi-vu": {"4"}, "each_level@t24.so-xay-dung": {"1"}, "used": {"yes"}}
			in.Problems = []errs.Problem{{Item: "each_level@t24.so-xay-dung", Code: "required"}, {Item: "each_level@t24.so-noi-vu", Code: "unknown_option"}}
		})},
		{"every_last", at("last", nil)},
		{"every_last_found", at("last", func(in *FormInput) {
			in.Find = map[string]string{"home": "thuan"}
			in.Values = map[string][]string{"home": {"x07210"}}
		})},
		{"every_last_not_found", at("last", func(in *FormInput) { in.Find = map[string]string{"home": "<zz>"} })},
		{"every_done", everyDone(q, lang)},
	}
}

func everyDone(q *questionnaire.Questionnaire, lang string) *Done {
	tell := Teller{Questionnaire: q, Lang: lang, Agency: "Sở <Nội> *vụ*"}
	d := NewDone(Frame{Lang: lang, URL: "/s/every/done"}, tell, &q.Ends[0])
	d.Receipt = "K7MP-4WQX-92HB"
	d.Drop(tell, []string{"how", "how_other", "nothing", "why_not"})
	return d
}

func previewFixtures(lang string) []fixture {
	mistakes := errs.Mistakes{
		{File: "surveys/every/survey.yaml", Line: 3, Column: 4, Message: `"titel" is not known here`, Cure: "did you mean title?", Source: "   titel: x"},
		{File: "surveys/every/survey.yaml", Message: "pages is missing", Cure: "add pages:"},
	}
	frame := Frame{Lang: lang, URL: "/?lang=" + lang}
	preview := &Preview{
		Frame: frame, Title: "Mọi loại", File: "surveys/every/survey.yaml", Version: "1a", Hash: "0123456789ab", Form: "/form?lang=" + lang,
		Languages: []Choice{{Value: "vi", Text: "Tiếng Việt", Selected: true}, {Value: "en", Text: "English"}},
		Agencies:  []Choice{{Value: "t24", Text: "Tỉnh Bắc Ninh"}}, Channels: []Choice{{Value: "link", Text: "Đường dẫn"}},
		Warnings: Faults(mistakes[:1]),
	}
	nothing := &Done{
		Frame: frame, Survey: "every", Heading: "X", Preview: true,
		Values: []Told{{"used", "Đã dùng chưa?", "Có (yes)"}, {"visits", "Số lần", "3"}},
	}
	return []fixture{
		{"preview", preview},
		{"preview_mistakes", &Mistakes{Frame: frame, File: "surveys/every/survey.yaml", Version: "1a", Faults: Faults(mistakes)}},
		{"preview_done", nothing},
	}
}
