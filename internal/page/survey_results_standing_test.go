package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

func TestRanks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		row  report.Row
		want *Rank
	}{
		{"none", report.Row{State: report.OK}, nil},
		{"a low base", report.Row{State: report.LowBase, Rank: 2, Ranked: 9, RankLow: 1, RankHigh: 9}, nil},
		{"no range", report.Row{State: report.OK, Rank: 3, Ranked: 9}, &Rank{Text: "hạng 3, chưa có khoảng hạng", Range: "3", Of: "trong 9", Alike: "–"}},
		{
			"a range",
			report.Row{State: report.OK, Rank: 3, Ranked: 3321, RankLow: 1, RankHigh: 7},
			&Rank{Text: "hạng 3 (1–7)", Range: "3 (1–7)", Of: "trong 3.321", Alike: "6 cơ quan"},
		},
		{
			"alone",
			report.Row{State: report.OK, Rank: 1, Ranked: 9, RankLow: 1, RankHigh: 1},
			&Rank{Text: "hạng 1 (1–1)", Range: "1 (1–1)", Of: "trong 9", Alike: "0 cơ quan"},
		},
	}
	b := newResultsBuilder(resultsInput(nil, "vi", "/results/sipas"))
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, b.rank(&tt.row)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Only a sample drawn by chance has a sampling error, and what is not known to be
// one is not.
func TestIntervalsAreNamedAfterTheSample(t *testing.T) {
	t.Parallel()
	for sample, want := range map[string]string{
		"probability": "Khoảng tin cậy 95\u00a0% (sai số chọn mẫu)", "census": "Khoảng 95\u00a0% của điều tra toàn bộ",
		"opt_in": "Khoảng mô hình 95\u00a0%", "": "Khoảng mô hình 95\u00a0%", "something": "Khoảng mô hình 95\u00a0%",
	} {
		in := resultsInput(survey(t, "sipas"), "vi", "/results/sipas?agency=bn")
		in.Scores.SampleType, in.Profile = sample, profileInput()
		s := NewSurveyResults(in)
		if s.Interval.Column != want {
			t.Errorf("%q: got %q, want %q", sample, s.Interval.Column, want)
		}
		html := strings.ToLower(render(t, s))
		if got := strings.Contains(html, "khoảng tin cậy"); got != (sample == "probability") {
			t.Errorf("%q: the page speaks of a confidence interval: %t", sample, got)
		}
		if !strings.Contains(html, `href="/results/sipas/method">xem cách thu phiếu`) {
			t.Errorf("%q: no link to the method", sample)
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	holm := func(value, p float64) *report.Change {
		return &report.Change{Value: value, Low: new(value - 1.5), High: new(value + 1.5), P: new(p / 10), Holm: new(p)}
	}
	tests := []struct {
		name    string
		compare string
		change  *report.Change
		want    *ChangeText
	}{
		{"none", "parent", nil, nil},
		{"risen", "previous", holm(2.5, 0.01), &ChangeText{"+2,50", "+1,00 – +4,00", "tăng, có ý nghĩa thống kê"}},
		{"fallen", "wave:2025-2", holm(-2.5, 0.05), &ChangeText{"−2,50", "−4,00 – −1,00", "giảm, có ý nghĩa thống kê"}},
		{"higher", "parent", holm(1, 0.01), &ChangeText{"+1,00", "−0,50 – +2,50", "cao hơn, có ý nghĩa thống kê"}},
		{"lower", "peers", holm(-1, 0.01), &ChangeText{"−1,00", "−2,50 – +0,50", "thấp hơn, có ý nghĩa thống kê"}},
		{"by chance", "peers", holm(2.5, 0.051), &ChangeText{"+2,50", "+1,00 – +4,00", "chưa thấy khác biệt"}},
		{"not at all", "previous", holm(0, 1), &ChangeText{"0,00", "−1,50 – +1,50", "chưa thấy khác biệt"}},
		{"not known", "parent", &report.Change{Value: 9}, &ChangeText{"+9,00", "", "không kiểm định được"}},
	}
	for _, tt := range tests {
		in := resultsInput(nil, "vi", "/results/sipas")
		in.Query.Compare = tt.compare
		b := newResultsBuilder(in)
		r := row("a", "A", "commune", 100, 80, 5, report.OK)
		r.Change = tt.change
		if diff := cmp.Diff(tt.want, b.change(&r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		r.State = report.Suppressed
		if b.change(&r) != nil {
			t.Errorf("%s: a hidden row shows a change", tt.name)
		}
	}
}

func TestComparedWith(t *testing.T) {
	t.Parallel()
	tests := []struct{ compare, wave, column string }{
		{"parent", "", "Thay đổi so với cơ quan cấp trên"},
		{"peers", "", "Thay đổi so với trung bình cùng cấp"},
		{"previous", "2026-1", "Thay đổi so với Đợt 2/2025"},
		{"previous", "2025-2", "Thay đổi so với đợt ngay trước"},
		{"wave:2025-2", "2026-1", "Thay đổi so với Đợt 2/2025"},
	}
	for _, tt := range tests {
		in := resultsInput(nil, "vi", "/results/sipas?compare="+tt.compare)
		in.Waves = []Choice{{Value: "2025-2", Text: "Đợt 2/2025"}, {Value: "2026-1", Text: "Đợt 1/2026"}}
		in.Query.Compare, in.Query.Wave = tt.compare, tt.wave
		s := NewSurveyResults(in)
		if s.Changes == nil || s.Changes.Column != tt.column || s.Changes.Any || !strings.Contains(s.Changes.Note, "Chưa có cặp số liệu") {
			t.Errorf("%s of %s: got %+v", tt.compare, tt.wave, s.Changes)
		}
		in.Scores.Rows[0].Change = &report.Change{Value: 1}
		if s = NewSurveyResults(in); !s.Changes.Any || !strings.Contains(s.Changes.Note, "điểm phần trăm") {
			t.Errorf("%s of %s: got %+v", tt.compare, tt.wave, s.Changes)
		}
	}
	if s := NewSurveyResults(resultsInput(nil, "vi", "/results/sipas")); s.Changes != nil {
		t.Errorf("nothing is compared: got %+v", s.Changes)
	}
}

func TestShrunkAndUnits(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas")
	in.Scores = small()
	r := &in.Scores.Rows[0]
	r.Shrunk, r.ShrunkLow, r.ShrunkHigh, r.MeanOfUnits, r.Units = new(81.5), new(79.0), new(84.0), new(77.25), 99
	hiddenRow := &in.Scores.Rows[3]
	hiddenRow.Shrunk, hiddenRow.MeanOfUnits, hiddenRow.Units = new(55.0), new(55.0), 3
	s := NewSurveyResults(in)
	at := 0
	for i, row := range s.Rows {
		if row.Name == r.AgencyName {
			at = i
		}
	}
	if got := s.Rows[at]; !s.Shrunk || got.Shrunk != "81,50\u00a0%" || got.ShrunkRange != "79,00\u00a0% – 84,00\u00a0%" {
		t.Errorf("got shrunk %q, %q", got.Shrunk, got.ShrunkRange)
	}
	if diff := cmp.Diff([]UnitsRow{{Name: "Đà Nẵng", Pooled: "80,00\u00a0%", Mean: "77,25\u00a0%", Units: "99"}}, s.Units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if html := render(t, s); strings.Contains(html, "55,00") {
		t.Error("a number of a hidden row is on the page")
	}
}
