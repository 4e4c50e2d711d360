package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/report"
)

// filterField finds a field of the form.
func filterField(t *testing.T, s *SurveyResults, name string) FilterField {
	t.Helper()
	for _, f := range s.Filter.Fields {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("the form has no field %s", name)
	return FilterField{}
}

// chosen is the value that a field sends when nobody touches it.
func chosen(f FilterField) string {
	for _, c := range f.Choices {
		if c.Selected {
			return c.Value
		}
	}
	return f.Value
}

func TestWindow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                    string
		period, from, to, shown string
		first, last             string
		wrong                   bool
	}{
		{name: "nothing"},
		{name: "a year", period: "2026", first: "2026-01-01", last: "2026-12-31"},
		{name: "a quarter", period: "2026-Q2", first: "2026-04-01", last: "2026-06-30"},
		{name: "the last quarter", period: "2026-Q4", first: "2026-10-01", last: "2026-12-31"},
		{name: "a month of a leap year", period: "2028-02", first: "2028-02-01", last: "2028-02-29"},
		{name: "dates alone", from: "2026-01-05", first: "2026-01-05"},
		{name: "dates as said", period: "dates", from: "2026-01-05", to: "2026-01-06", first: "2026-01-05", last: "2026-01-06"},
		{name: "dates typed while a period was chosen", period: "2026-Q2", from: "2026-01-05", first: "2026-01-05"},
		{name: "a period instead of dates that were there", period: "2026-Q2", from: "2026-01-05", shown: "2026-01-05..", first: "2026-04-01", last: "2026-06-30"},
		{name: "dates changed", period: "2026-Q2", from: "2026-01-05", to: "2026-02-02", shown: "2026-01-05..", first: "2026-01-05", last: "2026-02-02"},
		{name: "what can't be a date is kept", period: "dates", from: "soon", first: "soon"},
		{name: "no quarter", period: "2026-Q5", wrong: true},
		{name: "no month", period: "2026-13", wrong: true},
		{name: "no year", period: "soon", wrong: true},
		{name: "no period", period: "xxxx-Q1", wrong: true},
	}
	for _, tt := range tests {
		first, last, ok := Window(tt.period, tt.from, tt.to, tt.shown)
		if first != tt.first || last != tt.last || ok == tt.wrong {
			t.Errorf("%s: got %q to %q, %t, want %q to %q, %t", tt.name, first, last, ok, tt.first, tt.last, !tt.wrong)
		}
	}
}

func FuzzWindow(f *testing.F) {
	for _, period := range []string{"2026", "2026-Q2", "2026-05", "2026-Q", "\xff026", ""} {
		f.Add(period)
	}
	f.Fuzz(func(t *testing.T, period string) {
		first, last, ok := Window(period, "", "", "")
		if ok && first > last {
			t.Errorf("%q begins on %s and ends on %s", period, first, last)
		}
		if again := periodOf(first, last); ok && first != "" && again != period {
			t.Errorf("%q has the days of %q", period, again)
		}
	})
}

func TestPeriodsOffered(t *testing.T) {
	t.Parallel()
	want := []string{"2026", "2026-Q2", "2026-04", "2026-Q1", "2026-03", "2026-01", "2025", "2025-Q4", "2025-12"}
	if diff := cmp.Diff(want, periods([]string{"2025-12", "2026-01", "2026-03", "soon", "2026-04"})); diff != "" {
		t.Errorf("periods (-want +got):\n%s", diff)
	}
}

// The form shows what was asked for, by the field that asks for it.
func TestResultsFilter(t *testing.T) {
	t.Parallel()
	names := []string{"agency", "level", "period", "from", "to", "wave", "channel", "compare"}
	tests := []struct {
		name  string
		query report.Query
		want  []string // values of the fields
		kept  []Field
	}{
		{"nothing", report.Query{}, []string{"", "", "", "", "", "", "", ""}, nil},
		{
			"a month",
			report.Query{Agency: "zz", From: "2026-02-01", To: "2026-02-28"},
			[]string{"zz", "", "2026-02", "", "", "", "", ""},
			nil,
		},
		{
			"a year without answers",
			report.Query{From: "2024-01-01", To: "2024-12-31"},
			[]string{"", "", "2024", "", "", "", "", ""},
			nil,
		},
		{
			"dates",
			report.Query{From: "2026-02-03", Level: "commune", Wave: "2026-1", Channel: "qr", Compare: "peers"},
			[]string{"", "commune", "dates", "2026-02-03", "", "2026-1", "qr", "peers"},
			[]Field{{"shown", "2026-02-03.."}},
		},
		{"unknown", report.Query{Compare: "wave:<x>"}, []string{"", "", "", "", "", "", "", "wave:<x>"}, nil},
	}
	for _, tt := range tests {
		in := resultsInput(nil, "vi", "/results/sipas?sort=n&period=2026")
		in.Query = tt.query
		in.Query.Survey = "sipas"
		s := NewSurveyResults(in)
		var got []string
		for _, name := range names {
			got = append(got, chosen(filterField(t, s, name)))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: chosen (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(append([]Field{{"sort", "n"}}, tt.kept...), s.Filter.Keep); diff != "" {
			t.Errorf("%s: kept (-want +got):\n%s", tt.name, diff)
		}
		if s.Filter.Action != "/results/sipas" || strings.Contains(s.URL, "period") {
			t.Errorf("%s: got action %q and address %q", tt.name, s.Filter.Action, s.URL)
		}
	}
}

// What can't be answered is told at its field, with everything that was asked
// for still in the form; the links lead to what can be answered.
func TestResultsProblems(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas?channel=qr&compare=previous&from=2026-02-03&to=2026-02-04&sort=n")
	in.Query.Channel, in.Query.From, in.Query.To, in.Query.Compare = "qr", "2026-02-03", "2026-02-04", "previous"
	in.Used = in.Query
	in.Used.From, in.Used.To, in.Used.Compare = "", "", ""
	in.Problems = []errs.Problem{{Item: "from", Code: "not_public"}, {Item: "compare", Code: "compare_needs_wave"}, {Item: "index", Code: "unknown_index"}}
	s := NewSurveyResults(in)
	for name, want := range map[string]struct {
		value  string
		errors int
	}{"channel": {"qr", 0}, "period": {"dates", 0}, "from": {"2026-02-03", 1}, "to": {"2026-02-04", 0}, "compare": {"previous", 1}} {
		if f := filterField(t, s, name); chosen(f) != want.value || len(f.Errors) != want.errors {
			t.Errorf("%s: got %q with %q, want %q with %d problems", name, chosen(f), f.Errors, want.value, want.errors)
		}
	}
	var hrefs []string
	for _, m := range s.Listed {
		hrefs = append(hrefs, m.Href)
	}
	if diff := cmp.Diff([]string{"#f-from", "#f-compare", ""}, hrefs); diff != "" || !s.Filter.Open {
		t.Errorf("open %t, listed (-want +got):\n%s", s.Filter.Open, diff)
	}
	if len(s.Chips) != 1 || s.Clear != "/results/sipas?sort=n" || s.Sorts[1].Href != "/results/sipas?channel=qr&dir=asc&sort=name" {
		t.Errorf("got chips %+v, %q and %q", s.Chips, s.Clear, s.Sorts[1].Href)
	}
	if got := s.Downloads[0].Href; strings.Contains(got, "from=") || !strings.Contains(got, "channel=qr") {
		t.Errorf("the file is at %q", got)
	}
	if !strings.Contains(s.URL, "from=2026-02-03") {
		t.Errorf("in another language the question is %q", s.URL)
	}
	html := render(t, s)
	for _, want := range []string{`<details class="narrow" open>`, `<a href="#f-from">`, `id="f-from" name="from" value="2026-02-03" aria-describedby="e-from" aria-invalid="true"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	// Of a period the problem is at the period.
	in.Query.From, in.Query.To = "2026-02-01", "2026-02-28"
	if f := filterField(t, NewSurveyResults(in), "period"); len(f.Errors) != 1 || chosen(f) != "2026-02" {
		t.Errorf("got %q with %q at the period", chosen(f), f.Errors)
	}
}
