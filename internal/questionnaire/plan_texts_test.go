package questionnaire

import "testing"

var textPlans = []planned{
	{name: "title", edit: []string{"Khảo sát thử", "Khảo sát khác hẳn"}, want: []string{"ok text_changed: title"}},
	{name: "thanks", edit: []string{"Thank you.", "Thanks."}, want: []string{"ok text_changed: thanks"}},
	{name: "intro", edit: []string{"grain:", "intro: [{vi: \"Hai phút.\", en: \"Two minutes.\"}]\ngrain:"}, want: []string{"ok text_changed: intro"}},
	{name: "page title", edit: []string{`title: {vi: "Nhu cầu"`, `title: {vi: "Cần gì"`}, want: []string{"ok page_look: page/needs"}},
	{name: "a letter of a text", edit: []string{"Mức hài lòng với lần", "Mức hài long với lần"}, want: []string{"ok item_corrected: item/level continues"}},
	{name: "diacritics", edit: []string{"Thái độ lịch sự", "Thai do lich su"}, want: []string{"ok item_corrected: row/polite continues"}},
	{name: "punctuation and case", edit: []string{"Ý kiến khác", "Ý KIẾN KHÁC?"}, want: []string{"ok item_corrected: item/comment continues"}},
	{name: "only the translation", edit: []string{"How satisfied were you", "Were you happy with the service"}, want: []string{"ok item_retranslated: item/level continues"}},
	{name: "another question", edit: []string{"Mức hài lòng với lần phục vụ", "Thời gian chờ đợi của ông/bà"}, want: []string{"refused item_reworded: item/level undecided"}},
	{name: "a word more", edit: []string{"Thái độ lịch sự", "Thái độ rất lịch sự"}, want: []string{"refused item_reworded: row/polite undecided"}},
	{name: "another number", edit: []string{"trong 3 tháng qua", "trong 6 tháng qua"}, want: []string{"refused item_reworded: item/second undecided"}},
	{name: "declared to: mean the same", edit: []string{"Thái độ lịch sự", "Cán bộ cư xử lịch sự"}, changes: &Changes{Reworded: []string{"polite"}}, want: []string{"declared item_reworded: row/polite continues"}},
	{name: "declared by: its matrix", edit: []string{"Thái độ lịch sự", "Cán bộ cư xử lịch sự"}, changes: &Changes{Reworded: []string{"staff"}}, want: []string{"declared item_reworded: row/polite continues"}},
	{name: "declared to: be another", edit: []string{"Thái độ lịch sự", "Giá cả hợp lý"}, changes: &Changes{Breaks: []Break{{Of: "polite", Reason: Text{"vi": "x", "en": "x"}}}}, want: []string{"declared item_reworded: row/polite break"}},
	{name: "a break of all", edit: []string{"Thái độ lịch sự", "Giá cả hợp lý"}, changes: &Changes{Breaks: []Break{{Of: "all", Reason: Text{"vi": "x", "en": "x"}}}}, want: []string{"declared item_reworded: row/polite break"}},
	{name: "the heading of a matrix", edit: []string{"Cán bộ tiếp nhận hồ sơ", "Lãnh đạo cơ quan"}, want: []string{"refused item_reworded: item/staff undecided"}},
	{name: "another note", edit: []string{"Phần sau hỏi về nhu cầu", "Xin cảm ơn"}, want: []string{"ok item_reworded: item/hint"}},
	{name: "another unit", edit: []string{"vi: lần, en: times", "vi: ngày, en: days"}, want: []string{"refused item_unit: item/times undecided"}},
	{name: "help", edit: []string{"id: why, type", "id: why, help: {vi: \"Vài chữ.\", en: \"A few words.\"}, type"}, want: []string{"ok item_look: item/why continues"}},
	{name: "without English", mutate: func(q *Questionnaire) { q.Languages = []string{"vi"} }, want: []string{"ok languages: languages"}},
	{name: "English first", mutate: func(q *Questionnaire) { q.Languages = []string{"en", "vi"} }, want: []string{"ok languages: languages"}},
	{name: "consent", mutate: func(q *Questionnaire) { q.Consent = &Consent{Text: Text{"vi": "Đồng ý?", "en": "Agreed?"}} }, want: []string{"ok consent: consent"}},
	{name: "ends", mutate: func(q *Questionnaire) { q.Ends = []End{{ID: "x", Text: Text{"vi": "Hết", "en": "End"}}} }, want: []string{"ok text_changed: ends"}},
	{name: "a check", mutate: func(q *Questionnaire) {
		q.Pages[0].Checks = []Check{{Require: "level != '1'", Message: Text{"vi": "x", "en": "x"}, Item: "level"}}
	}, want: []string{"ok page_checks: page/rating"}},
	{name: "grain", edit: []string{"grain: month", "grain: day"}, want: []string{"ok grain: grain continues"}},
	{name: "min_n", edit: []string{"min_n: 10", "min_n: 5"}, want: []string{"ok min_n: min_n continues"}},
}

func TestPlansOfTexts(t *testing.T) {
	t.Parallel()
	checkPlans(t, textPlans)
}

// What is taken for a correction, and what is not.
func TestNearWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, now string
		want        bool
	}{
		{"Hài lòng", "Hài lòng", true},
		{"Hài lòng", "hài lòng!", true},
		{"Hài lòng", "Hai long", true},
		{"Hài lòng", "Hài lỏng", true},
		{"Hoà nhã", "Hòa nhã", true},
		{"e-mail", "email", true},
		{"The staff were kinnd", "The staff were kind", true},
		{"How sastisfied are you?", "How satisfied are you?", true},
		{"Hài lòng", "Không hài lòng", false},
		{"Ông bà có hài lòng với lần phục vụ vừa rồi không", "Ông bà có chưa hài lòng với lần phục vụ vừa rồi không", false},
		{"Were you satisfied with the staff at the desk", "Were you dissatisfied with the staff at the desk", false},
		{"Do you agree that the office is clean", "Do you agree that the office is not clean", false},
		{"In the last 3 months, how often did you come", "In the last 6 months, how often did you come", false},
		{"Before you came to the office, did you call us", "After you came to the office, did you call us", false},
		{"Was the price high for what you got from us", "Was the price low for what you got from us", false},
		{"Tốt", "Kém", false},
		{"Có", "Không", false},
		{"Yes", "No", false},
		{"1", "2", false},
		{"", "x", false},
		{"!", "?", false},
		{"!", "! ", true},
		{"đúng hẹn", "không đúng hẹn", false},
		{"nhiều hơn", "ít hơn", false},
		{"Cảm ơn", "Xin cảm ơn", false},
	} {
		if got := nearWords(c.before, c.now); got != c.want {
			t.Errorf("%q and %q: got %v, want %v", c.before, c.now, got, c.want)
		}
		if got := nearWords(c.now, c.before); got != c.want {
			t.Errorf("%q and %q: got %v, want %v", c.now, c.before, got, c.want)
		}
	}
}

func FuzzNearWords(f *testing.F) {
	f.Add("Hài lòng", "Không hài lòng")
	f.Fuzz(func(t *testing.T, a, b string) {
		if nearWords(a, b) != nearWords(b, a) {
			t.Errorf("%q and %q are near in one direction only", a, b)
		}
		if a == b && a != "" && !nearWords(a, b) {
			t.Errorf("%q is not near to itself", a)
		}
	})
}
