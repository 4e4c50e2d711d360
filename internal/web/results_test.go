package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/report"
)

// A question that can't be answered loses what is wrong with it and nothing else.
func TestWithout(t *testing.T) {
	t.Parallel()
	full := report.Query{
		Survey: "s", Index: "i", Measure: "m", By: []string{"agency"}, Agency: "a", Level: "l", From: "f", To: "t",
		Wave: "w", Channel: "c", Flags: "only", Compare: "previous", Lang: "vi",
	}
	bare := report.Query{Survey: "s", By: []string{"agency"}, Lang: "vi"}
	tests := []struct {
		name  string
		from  report.Query
		items []string
		want  func(*report.Query)
	}{
		{"one filter", full, []string{"agency"}, func(q *report.Query) { q.Agency = "" }},
		{"two filters", full, []string{"index", "compare"}, func(q *report.Query) { q.Index, q.Compare = "", "" }},
		{"half a window", full, []string{"to"}, func(q *report.Query) { q.From, q.To = "", "" }},
		{"all the others", full, []string{"measure", "level", "wave", "channel", "flags"}, func(q *report.Query) {
			q.Measure, q.Level, q.Wave, q.Channel, q.Flags = "", "", "", "", ""
		}},
		{"too fine", full, []string{"by"}, func(q *report.Query) { q.Flags = "" }},
		{"too fine twice", full, []string{"by", "by"}, func(q *report.Query) { q.Flags, q.Channel = "", "" }},
		{"too fine three times", full, []string{"by", "by", "by"}, func(q *report.Query) { q.Flags, q.Channel, q.From, q.To = "", "", "", "" }},
		{"unknown to us", full, []string{"something"}, func(q *report.Query) { *q = bare }},
		{"not there", bare, []string{"agency"}, func(*report.Query) {}},
	}
	for _, tt := range tests {
		var problems []errs.Problem
		for _, item := range tt.items {
			problems = append(problems, errs.Problem{Item: item})
		}
		want := tt.from
		tt.want(&want)
		if diff := cmp.Diff(want, without(tt.from, problems)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// What can't be answered is told at its field, and the rest of the question holds.
func TestResultsKeepWhatCanBeAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	const selected, invalid = ` selected>`, `aria-invalid="true"`
	for _, s := range []scenario{
		{
			name: "a period", path: "/results/trial?period=2026-11&channel=link&lang=vi", status: 200,
			want:  []string{`value="2026-11"` + selected, `value="link"` + selected, `href="/results/trial?from=2026-11-01&amp;lang=vi&amp;to=2026-11-30" aria-label="Bỏ lọc: Kênh`, "Thời gian: tháng 11/2026"},
			never: []string{invalid, "period="},
		},
		{
			name: "no such period", path: "/results/trial?period=2026-13&channel=link&lang=vi", status: 422,
			want: []string{`href="#f-period"`, `value="link"` + selected},
		},
		{
			name: "dates that are not public", path: "/results/trial?from=2026-11-03&to=2026-11-04&channel=link&lang=vi", status: 422,
			want: []string{
				`name="from" value="2026-11-03" aria-describedby="e-from" ` + invalid, `name="to" value="2026-11-04"`, `value="link"` + selected,
				`href="#f-from"`, `href="/results/trial?lang=vi" aria-label="Bỏ lọc: Kênh`,
			},
		},
		{
			name: "too many splits", path: "/results/trial?period=2026-11&channel=link&flags=without&lang=vi", status: 422,
			want: []string{"có thể để lộ câu trả lời", `value="link"` + selected, `value="2026-11"` + selected},
		},
		{
			name: "nothing to compare with", path: "/results/trial?compare=previous&level=commune&lang=vi", status: 422,
			want: []string{`<select id="f-compare" name="compare" aria-describedby="e-compare" ` + invalid, `value="commune"` + selected, `value="previous"` + selected},
		},
		{
			name: "a wave that is none", path: "/results/trial?wave=w9&compare=previous&lang=vi", status: 422,
			want: []string{"Khảo sát không có đợt này.", `href="#f-compare"`, `value="previous"` + selected},
		},
		{name: "compared", path: "/results/trial?compare=parent&lang=en", status: 200, want: []string{"Change from the agency above"}, never: []string{invalid}},
		{name: "a comparison that is none", path: "/results/trial?compare=%3Cb%3E", status: 422, want: []string{`href="#f-compare"`}, never: []string{"<b>"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w.run(t, s)
		})
	}
}
