package questionnaire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/logic"
)

// What variables every type of item has.
func TestVariablesOfEveryType(t *testing.T) {
	t.Parallel()
	q := good(t, "everything")
	type variable struct {
		ID     string
		Kind   VariableKind
		Part   Part
		Rank   int
		Page   string
		Codes  string
		Repeat bool
	}
	var got []variable
	for i := range q.Variables() {
		v := &q.Variables()[i]
		var codes []string
		for _, o := range v.Options() {
			codes = append(codes, o.Code)
		}
		got = append(got, variable{v.ID, v.Kind, v.Part, v.Rank, q.Pages[v.Page].ID, strings.Join(codes, " "), q.Repeated(v)})
	}
	want := []variable{
		{"happy", OneOf, Whole, 0, "start", "1 2 3", false},
		{"tell", OneOf, Whole, 0, "start", "0 1 2 3 4 5 6 7 8 9 10", false},
		{"tell2", OneOf, Whole, 0, "start", "0 1 2 3 4 5 6 7 8 9 10", false},
		{"online", OneOf, Whole, 0, "choose", "yes no", false},
		{"sure", OneOf, Whole, 0, "choose", "yes no", false},
		{"why", OneOf, Whole, 0, "choose", "far slow else", false},
		{"why_other", Words, OfOther, 0, "choose", "", false},
		{"which", SetOf, Whole, 0, "choose", "a b none", false},
		{"which_other", Words, OfOther, 0, "choose", "", false},
		{"best_1", OneOf, OfRank, 1, "choose", "a b c", false},
		{"best_2", OneOf, OfRank, 2, "choose", "a b c", false},
		{"all_ranks_1", OneOf, OfRank, 1, "choose", "a b", false},
		{"all_ranks_2", OneOf, OfRank, 2, "choose", "a b", false},
		{"row_a", OneOf, OfRow, 0, "choose", "1 2", false},
		{"row_b", OneOf, OfRow, 0, "choose", "1 2", false},
		{"people", Amount, Whole, 0, "write", "", false},
		{"cost", Amount, Whole, 0, "write", "", false},
		{"weight", Amount, Whole, 0, "write", "", false},
		{"code", Words, Whole, 0, "write", "", false},
		{"story", Words, Whole, 0, "write", "", false},
		{"story2", Words, Whole, 0, "write", "", false},
		{"visit", Days, Whole, 0, "write", "", false},
		{"since", Months, Whole, 0, "write", "", false},
		{"mail", Words, Whole, 0, "write", "", false},
		{"tel", Words, Whole, 0, "write", "", false},
		{"tax", Words, Whole, 0, "write", "", false},
		{"dossier", Words, Whole, 0, "write", "", false},
		{"ref", Words, Whole, 0, "write", "", false},
		{"where", Words, Whole, 0, "write", "", false},
		{"per_head", Amount, Whole, 0, "write", "", false},
		{"grade", Amount, Whole, 0, "write", "", false},
		{"so", Words, Whole, 0, "write", "", false},
		{"reason", Words, Whole, 0, "write", "", false},
		{"until", Days, Whole, 0, "write", "", false},
		{"years", Amount, Whole, 0, "write", "", false},
		{"letter", Words, Whole, 0, "write", "", false},
		{"departments", Words, Whole, 0, "write", "", false},
		{"early", Words, Whole, 0, "each_1", "", true},
		{"fair", OneOf, Whole, 0, "each_1", "1 2", true},
		{"quick", OneOf, Whole, 0, "each_2", "1 2", true},
		{"late", Words, Whole, 0, "each_2", "", true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if got := q.Choice(); got == nil || got.ID != "departments" {
		t.Errorf("agencies are chosen in %+v, want departments", got)
	}
	if good(t, "pinned").Choice() != nil {
		t.Error("nothing repeats there")
	}
	if q.Item("read_this") == nil || q.Variable("read_this") != nil {
		t.Error("a note is an item without a variable")
	}
}

func TestValueOfEveryKind(t *testing.T) {
	t.Parallel()
	q := good(t, "everything")
	march, ok := ParseMonth("2026-03")
	first, okDay := ParseDay("2026-03-01")
	if !ok || !okDay {
		t.Fatal("no dates")
	}
	for id, c := range map[string]struct {
		option int
		amount float64
		words  string
		want   logic.Value
	}{
		"visit":       {0, first, "", logic.Value{Kind: logic.Date, Number: first}},
		"since":       {0, march, "", logic.Value{Kind: logic.Date, Number: first}},
		"best_2":      {2, 0, "", logic.Value{Kind: logic.Code, Code: "c"}},
		"why_other":   {0, 0, "mưa", logic.Value{Kind: logic.Text, Text: "mưa"}},
		"departments": {0, 0, "t24.so1 t24.so2", logic.Value{Kind: logic.Text, Text: "t24.so1 t24.so2"}},
		"online":      {1, 0, "", logic.Value{Kind: logic.Code, Code: "no", Values: map[string]float64{"yes": 1, "no": 0}}},
	} {
		if diff := cmp.Diff(c.want, q.Variable(id).Value(c.option, 0, c.amount, c.words)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

func TestRulesWork(t *testing.T) {
	t.Parallel()
	q := good(t, "everything")
	answers := map[string]logic.Value{"channel": {Kind: logic.Code, Code: "link"}}
	lookup := func(id string) logic.Value { return answers[id] }
	code := func(id, code string) { answers[id] = q.Variable(id).Value(q.Variable(id).Option(code), 0, 0, "") }
	number := func(id string, n float64) { answers[id] = q.Variable(id).Value(0, 0, n, "") }
	check := func(what string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("required by a condition that is unknown", q.Item("why").Must(lookup), false)
	code("online", "no")
	check("required by a condition", q.Item("why").Must(lookup), true)
	check("required", q.Item("happy").Must(lookup), true)
	check("shown by the page's condition", q.Item("people").Shown(lookup), true)
	check("shown by both conditions", q.Item("cost").Shown(lookup), false)
	number("people", 3)
	check("shown by both conditions", q.Item("cost").Shown(lookup), true)
	answers["channel"] = logic.Value{Kind: logic.Code, Code: "kiosk"}
	check("hidden by the page's condition", q.Item("cost").Shown(lookup), false)
	rule := &q.Pages[2].Checks[0]
	check("broken while an answer is missing", rule.Broken(lookup), false)
	number("cost", 2)
	check("broken", rule.Broken(lookup), true)
	number("cost", 3)
	check("kept", rule.Broken(lookup), false)
	if got := q.End(lookup); got == nil || got.ID != "good" {
		t.Errorf("got the end %+v, want the one without a condition", got)
	}
	code("happy", "1")
	if got := q.End(lookup); got == nil || got.ID != "sorry" {
		t.Errorf("got the end %+v, want sorry", got)
	}
	if got := good(t, "pinned").End(lookup); got != nil {
		t.Errorf("got the end %+v, want none", got)
	}
	if diff := cmp.Diff([]string{"channel", "people"}, q.Item("cost").Reads()); diff != "" {
		t.Errorf("what is read (-want +got):\n%s", diff)
	}
}

// What a calculation gives is kept in the kind and with the decimals of its item.
func TestWork(t *testing.T) {
	t.Parallel()
	q := good(t, "everything")
	answers := map[string]logic.Value{}
	lookup := func(id string) logic.Value { return answers[id] }
	for _, id := range []string{"per_head", "grade", "so", "reason", "until", "years", "people"} {
		if diff := cmp.Diff(logic.Value{}, q.Item(id).Work(lookup)); diff != "" {
			t.Errorf("%s without answers (-want +got):\n%s", id, diff)
		}
	}
	day, ok := ParseDay("2026-03-31")
	if !ok {
		t.Fatal("no day")
	}
	number := func(n float64) logic.Value { return logic.Value{Kind: logic.Number, Number: n} }
	answers = map[string]logic.Value{
		"cost": number(8.02), "people": number(8), "per_head": number(1.01),
		"happy": q.Variable("happy").Value(1, 0, 0, ""), "why": q.Variable("why").Value(0, 0, 0, ""),
		"visit": {Kind: logic.Date, Number: day}, "since": {Kind: logic.Date, Number: day - 800}, "today": {Kind: logic.Date, Number: day},
	}
	for id, want := range map[string]logic.Value{
		"per_head": number(1), // 1.0025
		"grade":    number(20),
		"so":       {Kind: logic.Text, Text: "ít"},
		"reason":   {Kind: logic.Text, Text: "far"}, // the code of an option
		"until":    {Kind: logic.Date, Number: day + 30},
		"years":    number(2),
		"happy":    {},
	} {
		if diff := cmp.Diff(want, q.Item(id).Work(lookup)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	answers["per_head"], answers["people"] = number(101), number(-8)
	if got, want := q.Item("so").Work(lookup).Text, "nhiều: far"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	answers["cost"] = number(8.04)
	if got, want := q.Item("per_head").Work(lookup).Number, -1.01; got != want { // -1.005
		t.Errorf("got %v, want %v", got, want)
	}
}

// Patterns are about the whole text.
func TestFits(t *testing.T) {
	t.Parallel()
	q := good(t, "everything")
	for text, want := range map[string]bool{"ABC": true, "ABC12": true, "AB": false, "xABC": false, "ABC-": false, "": false} {
		if got := q.Item("code").Fits(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	if !q.Item("story").Fits("x") {
		t.Error("a text without a pattern always fits")
	}
	if q.Item("code").Compiled() == nil || q.Item("online").Compiled() != nil {
		t.Error("what is always shown has no condition, what is not has one")
	}
}

func TestFieldworkOfEverything(t *testing.T) {
	t.Parallel()
	s, err := Parse("sample", "survey.yaml", []byte(source(t, "everything")))
	if err != nil {
		t.Fatal(err)
	}
	want := Fieldwork{
		Channels: []string{"link", "invitation"}, Invitation: true, MinSeconds: 20, MaxResponses: 1000,
		Quotas: []Quota{{ID: "far", Title: Text{"vi": "Xa", "en": "Far"}, If: "why = 'far'", Limit: 100, Message: Text{"vi": "Đủ rồi", "en": "Enough"}}},
		Waves:  []Wave{{ID: "2026", Title: Text{"vi": "Năm", "en": "Year"}, Opens: "2026-01-01"}},
	}
	if diff := cmp.Diff(want, s.Fieldwork); diff != "" {
		t.Errorf("fieldwork (-want +got):\n%s", diff)
	}
	if s.Untranslated || s.Warnings != nil {
		t.Errorf("got the warnings %v", s.Warnings)
	}
}

// A survey with warnings can be tried out; one that lacks a language says so.
func TestWarnings(t *testing.T) {
	t.Parallel()
	item := "pages: [{id: p, items: [{id: a, type: text, text: {vi: A}}]}]\n"
	waves := "fieldwork: {waves: [{id: b, title: {vi: B}, opens: \"2026-02-01\"}, {id: a, title: {vi: A}, opens: \"2026-01-01\", closes: \"2026-02-01\"}]}\n"
	for name, c := range map[string]struct {
		src          string
		want         []string
		untranslated bool
	}{
		"none": {"title: {vi: T}\nlanguages: [vi]\n" + item, nil, false},
		"a language": {
			"title: {vi: T, en: ''}\n" + item,
			[]string{
				`survey.yaml:1:8: warning: the text is missing in language "en"; add en:`,
				`survey.yaml:2:51: warning: the text is missing in language "en"; add en:`,
			},
			true,
		},
		"the program's words": {
			"title: {vi: T, lo: T}\nlanguages: [vi, lo]\npages: [{id: p, items: [{id: a, type: yes_no, text: {vi: A, lo: A}, options: [{code: \"no\", label: {vi: N, lo: N}}]}]}]\n",
			[]string{`survey.yaml:3:25: warning: yes has no standard label in language "lo"; add options: with {code: "yes", label: {…}}`},
			true,
		},
		"waves": {
			"title: {vi: T}\nlanguages: [vi]\n" + item + waves,
			[]string{`survey.yaml:4:52: warning: the wave "b" opens while "a" is open; close the one before the other opens`},
			false,
		},
	} {
		s, err := Parse("s", "survey.yaml", []byte(c.src))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, told(t, s.Warnings.Err())); diff != "" {
			t.Errorf("%s: warnings (-want +got):\n%s", name, diff)
		}
		if s.Untranslated != c.untranslated {
			t.Errorf("%s: untranslated: %v, want %v", name, s.Untranslated, c.untranslated)
		}
		if title := s.Questionnaire.Title; title["en"] != "" || len(title) > 2 || title.In("en") != "T" {
			t.Errorf("%s: got the title %v", name, title)
		}
	}
}
