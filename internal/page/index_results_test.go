package page

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/report"
)

// indexInput is a small index, computed from the files that the command line is
// tested with: three units with a value, one that lacks a figure, one withheld.
func indexInput(t *testing.T, lang, period, unit string) IndexResultsInput {
	t.Helper()
	list, err := report.LoadIndices(os.DirFS("../../cmd/hailong/testdata/indices"))
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range list {
		if own.Index.ID != "mini" {
			continue
		}
		scores, err := report.New(report.Nothing{}).Index(own.Index, period, lang, own.Figures)
		if err != nil {
			t.Fatal(err)
		}
		return IndexResultsInput{
			Frame: Frame{Lang: lang, URL: "/results/index/mini?period=" + scores.Period + "&unit=" + unit}, Scores: scores, Unit: unit,
			Digits: export.IndexDigits(scores), Fine: export.StepDigits, Raw: export.RawDigits,
		}
	}
	t.Fatal("there is no index mini")
	return IndexResultsInput{}
}

// withErrors is the index as one of surveys would be: with standard errors, and
// more periods than fit a line.
func withErrors(t *testing.T, lang string) IndexResultsInput {
	t.Helper()
	in := indexInput(t, lang, "2025", "")
	for i := range in.Scores.Rows {
		if row := &in.Scores.Rows[i]; row.Value != nil {
			row.SE, row.Low, row.High = new(1.5), new(*row.Value-2.94), new(*row.Value+2.94)
		}
	}
	in.Scores.Periods = []string{"2026-Q1", "2025", "2025-11", "dot-3", "2024", "2023", "2022", "2021"}
	in.Scores.Break, in.Scores.Watermark = "Cách tính mới", 104210
	in.Problems = []errs.Problem{{Item: "period", Code: "unknown_period"}}
	return in
}

func indexFixtures(t *testing.T, lang string) []fixture {
	t.Helper()
	nothing := indexInput(t, lang, "2025", "")
	nothing.Scores.Rows, nothing.Scores.Sensitivity = nil, nil
	return []fixture{
		{"index_results", NewIndexResults(indexInput(t, lang, "2025", ""))},
		{"index_results_unit", NewIndexResults(indexInput(t, lang, "2025", "b"))},
		{"index_results_missing", NewIndexResults(indexInput(t, lang, "2025", "d"))},
		{"index_results_errors", NewIndexResults(withErrors(t, lang))},
		{"index_results_nothing", NewIndexResults(nothing)},
		{"results_indices", &Results{Frame: Frame{Lang: lang, URL: "/results"}, Indices: []ResultsIndex{{ID: "mini", Title: "Mini", Period: PeriodText(lang, "2025")}}}},
	}
}

// The page, the file and the command line show the same digits, and the
// contributions add up to the value above.
func TestIndexSteps(t *testing.T) {
	t.Parallel()
	p := NewIndexResults(indexInput(t, "vi", "2025", "b"))
	if p.Unit == nil || len(p.Unit.Tables) != 3 {
		t.Fatalf("got %+v, want the index and its two groups", p.Unit)
	}
	service := p.Unit.Tables[1]
	want := IndexSteps{
		ID: service.ID, Title: "Phục vụ", How: service.How, Sum: "5,6800", Result: "5,6800", Raw: true, Added: true,
		Rows: []IndexStep{
			{"Chi phí", "20", "6,4000", "0,6", "3,8400", service.Rows[0].Note},
			{"Thời gian", "80 / 100 = 0,8", "4,6000", "0,4", "1,8400", service.Rows[1].Note},
		},
	}
	if diff := cmp.Diff(want, service); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if note := service.Rows[0].Note; !strings.Contains(note, "thấp") || !strings.Contains(note, "Báo cáo 12 (đã đối chiếu)") {
		t.Errorf("got note %q", note)
	}
	if root := p.Unit.Tables[0]; root.Sum != "5,7760" || root.Result != "57,76" || !strings.Contains(strings.Join(root.How, "|"), "Nhân với 10") {
		t.Errorf("the index: got %+v", root)
	}
}

// Whoever has no value has a reason in words, and no rank.
func TestIndexMissing(t *testing.T) {
	t.Parallel()
	p := NewIndexResults(indexInput(t, "vi", "2025", ""))
	var got []string
	for _, r := range p.Missing {
		if r.Rank != "" || r.Value != "" || r.Dot != nil || r.Class != "" {
			t.Errorf("%s has a value: %+v", r.Name, r)
		}
		got = append(got, r.Name+": "+r.Text)
	}
	want := []string{"Sở Xây dựng: Chi phí: chưa có số liệu (chưa gửi báo cáo)", "Sở Y tế: không công bố (Đang thanh tra số liệu)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestIndexUnknownUnit(t *testing.T) {
	t.Parallel()
	in := indexInput(t, "en", "2025", "b")
	in.Unit = "nobody"
	if p := NewIndexResults(in); p.Unit != nil {
		t.Errorf("got %+v for a unit that is not there", p.Unit)
	}
}

func TestPeriodText(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]string{
		"2026": "2026", "2026-Q3": "quarter 3 of 2026", "2026-11": "November 2026", "dot-1": "dot-1", "": "", "wave": "wave", "2026-x1": "2026-x1",
	} {
		if got := PeriodText("en", period); got != want {
			t.Errorf("%s: got %q, want %q", period, got, want)
		}
	}
}
