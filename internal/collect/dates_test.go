package collect

import (
	"slices"
	"testing"

	"hailong/internal/questionnaire"
)

// Days and months as people write them, in Viet Nam and elsewhere; what is none
// stays as it is.
func TestWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"31/3/2026": "2026-03-31", "31-03-2026": "2026-03-31", "31.3.2026": "2026-03-31", "31 3 2026": "2026-03-31", " 31 / 3 / 2026 ": "2026-03-31",
		"2026-03-31": "2026-03-31", "2026/3/1": "2026-03-01", "1/1/1900": "1900-01-01", "31/2/2026": "2026-02-31", "13/13/2026": "2026-13-13",
		"": "", "31/3": "31/3", "31//2026": "31//2026", "31/3/26": "31/3/26", "31/003/2026": "31/003/2026", "2026/03/031": "2026/03/031", "ngày 31/3/2026": "ngày 31/3/2026",
		"31/3/20260": "31/3/20260", "31/3/2026/1": "31/3/2026/1", "３１/3/2026": "３１/3/2026", "2026/2026/2026": "2026/2026/2026", "today": "today",
	} {
		if got := written(questionnaire.Days, text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"3/2026": "2026-03", "03-2026": "2026-03", "12 2026": "2026-12", "2026-03": "2026-03", "2026/3": "2026-03", "1/3/2026": "1/3/2026", "3/26": "3/26", "/2026": "/2026", "": "", "tháng 3/2026": "tháng 3/2026",
	} {
		if got := written(questionnaire.Months, text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzForms: what is kept is taken again as it is, and no text makes a panic.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"a@b.vn", "+84 912 345 678", "0100109106-001", "H05.01-231122-0001", "31/3/2026", "", "@", "-", "\xff", "84", "0084"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = clean(s)
		for item, form := range forms {
			kept, code := form(s)
			if code != "" {
				continue
			}
			if again, code := form(kept); again != kept || code != "" {
				t.Fatalf("%s: %q is kept as %q, then as %q (%s)", item, s, kept, again, code)
			}
		}
		for _, kind := range []questionnaire.VariableKind{questionnaire.Days, questionnaire.Months} {
			if once := written(kind, s); written(kind, once) != once {
				t.Fatalf("%q became %q, then %q", s, once, written(kind, once))
			}
		}
	})
}

// A draft sees what changes in it between two calls.
func TestDraftIsNeverStale(t *testing.T) {
	t.Parallel()
	d := every(t, "used=no")
	at := Place{Page: 0}
	for _, change := range []struct {
		name string
		do   func()
	}{
		{"a value", func() { d.Values["used"] = []string{"yes"} }},
		{"a value in place", func() { d.Values["used"][0] = "no" }},
		{"another value", func() { d.Values["used"] = []string{"yes"} }},
		{"a code more", func() { d.Values["how"] = []string{"counter"} }},
		{"codes that change places", func() { d.Values["needs"] = []string{"web", "time"} }},
		{"parameters", func() { d.Parameters = map[string]string{"campaign": "a"} }},
		{"another parameter", func() { d.Parameters["campaign"] = "b" }},
		{"the world", func() { d.World.Channel = 3 }},
		{"the questionnaire", func() { d.Questionnaire = load(t, "every.yaml").Questionnaire }},
	} {
		change.do()
		fresh := &Draft{Questionnaire: d.Questionnaire, World: d.World, Values: d.Values, Parameters: d.Parameters}
		if got, want := codes(d.Problems(at)), codes(fresh.Problems(at)); got != want {
			t.Errorf("%s: got %s, want %s", change.name, got, want)
		}
		if got, want := steps(d.Steps()), steps(fresh.Steps()); got != want {
			t.Errorf("%s: got the steps %s, want %s", change.name, got, want)
		}
	}
	d.Values["needs"] = []string{"web", "time"}
	before := d.Lookup(at)("needs_1").Code
	slices.Reverse(d.Values["needs"])
	if after := d.Lookup(at)("needs_1").Code; before == after {
		t.Errorf("got %s first, whatever the order", after)
	}
}
