package report_test

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/index"
	"hailong/internal/report"
	"hailong/internal/response"
)

const mixed = `id: mixed
title: {vi: Hỗn hợp, en: Mixed}
units: {level: commune}
rounding: 1
min_units: 2
aggregate: arithmetic
missing: withhold
indicators:
  - {id: heard, title: {vi: Hài lòng, en: Satisfaction}, source: {survey: {survey: sample, index: INDEX}}, scale: as_is, weight: 0.5}
  - {id: on_time, title: {vi: Đúng hạn, en: On time}, source: {figure: on_time}, scale: as_is, weight: 0.5}
groups:
  - {id: all, title: {vi: Chung, en: All}, weight: 1, aggregate: arithmetic, missing: withhold, indicators: [heard, on_time]}
`

func mixedIndex(t *testing.T, replacements ...string) *index.Index {
	t.Helper()
	x, err := index.Parse("mixed", "index.yaml", []byte(strings.NewReplacer(replacements...).Replace(mixed)))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func table(t *testing.T, rows string) *figure.Table {
	t.Helper()
	f, err := figure.Parse("f.csv", []byte("figure,agency,period,cell,value,source,checked,note\n"+rows), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func miniIndex(t *testing.T) report.OwnIndex {
	t.Helper()
	list, err := report.LoadIndices(os.DirFS("../../cmd/hailong/testdata/indices"))
	if err != nil || len(list) == 0 || list[0].Index.ID != "mini" {
		t.Fatalf("got %v, %v", list, err)
	}
	return list[0]
}

func computed(t *testing.T, r *report.Report, own report.OwnIndex, period string) *report.IndexScores {
	t.Helper()
	x, err := r.Index(own.Index, period, "vi", own.Figures)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Every group that adds up its parts is the sum of their contributions, and every
// contribution a weight times a value.
func TestIndexContributions(t *testing.T) {
	t.Parallel()
	x := computed(t, report.New(report.Nothing{}), miniIndex(t), "")
	if x.Period != "2025" || x.Ranked != 3 || x.Watermark != 0 || len(x.Method) != 64 || len(x.Figures) != 64 {
		t.Errorf("got %+v", x)
	}
	for _, row := range x.Rows {
		for at, p := range x.Parts {
			if p.Leaf() || row.Steps[at].Value == nil {
				continue
			}
			sum := 0.0
			for i, part := range x.Parts {
				if part.Above == at && row.Steps[i].Contribution != nil {
					sum += *row.Steps[i].Contribution
				}
			}
			if p.Factor != 0 {
				sum *= p.Factor
			}
			if math.Abs(sum-*row.Steps[at].Value) > 1e-9 {
				t.Errorf("%s of %s: the parts add up to %v, it is %v", p.ID, row.Unit, sum, *row.Steps[at].Value)
			}
		}
	}
}

// The order of rows: by rank, then those that have no value by id.
func TestIndexOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range computed(t, report.New(report.Nothing{}), miniIndex(t), "2025").Rows {
		got = append(got, r.Unit+":"+r.State)
	}
	if diff := cmp.Diff([]string{"a:ok", "c:ok", "b:ok", "d:incomplete", "e:withheld"}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// Figures of the data folder come before those that the index ships, and the hash
// of the figures tells them apart.
func TestIndexFiguresOfTheFolderComeFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	own := report.OwnIndex{Index: mixedIndex(t, "source: {survey: {survey: sample, index: INDEX}}", "source: {figure: heard}"), Figures: table(t,
		"heard,kinh-bac,2026,,80,S,no,\non_time,kinh-bac,2026,,60,S,no,\n")}
	find := func(x *report.IndexScores) *float64 {
		for _, r := range x.Rows {
			if r.Unit == "kinh-bac" {
				return r.Value
			}
		}
		t.Fatal("there is no such unit")
		return nil
	}
	before := computed(t, w.report(), own, "2026")
	w.apply(response.FiguresLoaded(0, []byte("figure,agency,period,cell,value,source,checked,note\non_time,kinh-bac,2026,,100,T,yes,\n")))
	after := computed(t, w.report(), own, "2026")
	if a, b := find(before), find(after); a == nil || b == nil || *a != 70 || *b != 90 {
		t.Errorf("got %v and %v, want 70 and 90", a, b)
	}
	if before.Figures == after.Figures || before.Method != after.Method {
		t.Error("the hash of the figures is the same, or that of the method not")
	}
}

// Scores come from the same rows as everywhere; what is too little to publish is
// missing with its reason, and never a zero.
func TestIndexOfSurveys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	x := mixedIndex(t, "INDEX", w.catalog.Survey("sample").Current().Questionnaire.Indices[0].ID)
	var rows strings.Builder
	communes := 0
	for _, a := range w.catalog.Agencies.All() {
		if a.Level == "commune" {
			communes++
			rows.WriteString("on_time," + a.ID + ",2026,,90,S,no,\n")
		}
	}
	w.same(60, "kinh-bac", "2026-02-02", "5")
	own := report.OwnIndex{Index: x, Figures: table(t, rows.String())}
	got := computed(t, w.report(), own, "2026")
	if len(got.Rows) == 0 || len(got.Rows) > communes || got.Watermark == 0 {
		t.Fatalf("got %d rows of %d, watermark %d", len(got.Rows), communes, got.Watermark)
	}
	for _, r := range got.Rows {
		if r.Unit == "kinh-bac" {
			continue
		}
		if r.Value != nil || len(r.Reasons) == 0 || r.Reasons[0].Code != index.NoScore || r.Reasons[0].Part != "Hài lòng" {
			t.Errorf("%s: got %v %+v, want no score", r.Unit, r.Value, r.Reasons)
		}
	}
}

// An agency that was merged in mid-period is a unit of every period that it was
// there in, and of no other.
func TestIndexOfAMergedAgency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	own := report.OwnIndex{Index: mixedIndex(t, "source: {survey: {survey: sample, index: INDEX}}", "source: {figure: heard}"), Figures: table(t,
		"heard,van-an,2026-Q1,,80,S,no,\non_time,van-an,2026-Q1,,60,S,no,\nheard,van-an,2026-Q2,,80,S,no,\non_time,van-an,2026-Q2,,60,S,no,\n")}
	for period, want := range map[string]bool{"2026-Q1": true, "2026-01": true, "2026-Q2": false, "2025": true} {
		there := false
		for _, r := range computed(t, w.report(), own, period).Rows {
			there = there || r.Unit == "van-an"
		}
		if there != want {
			t.Errorf("%s: a unit: %t, want %t", period, there, want)
		}
	}
}

func TestIndexRefusesPeriods(t *testing.T) {
	t.Parallel()
	own := miniIndex(t)
	for _, period := range []string{"soon", "2026-13", "x"} {
		_, err := report.New(report.Nothing{}).Index(own.Index, period, "vi", own.Figures)
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: got %v, want Invalid", period, err)
		}
	}
	x, err := report.New(report.Nothing{}).Index(own.Index, "", "xx", nil)
	if err != nil || len(x.Rows) != 0 || x.Period != "" {
		t.Errorf("without figures: got %+v, %v", x, err)
	}
}

// All mistakes of all files are told, and what is good is there.
func TestLoadIndices(t *testing.T) {
	t.Parallel()
	good := strings.ReplaceAll(mixed, "INDEX", "services")
	fsys := fstest.MapFS{
		"mixed/index.yaml":  {Data: []byte(good)},
		"bad/index.yaml":    {Data: []byte("id: bad\n")},
		"lost/index.yaml":   {Data: []byte(strings.Replace(good, "id: mixed", "id: lost", 1))},
		"lost/figures.csv":  {Data: []byte("figure\n")},
		"other/survey.yaml": {Data: []byte("x")},
	}
	list, err := report.LoadIndices(fsys)
	mistakes, ok := errors.AsType[errs.Mistakes](err)
	if !ok || len(list) != 1 || list[0].Index.ID != "mixed" {
		t.Fatalf("got %v, %v", list, err)
	}
	text := mistakes.Error()
	for _, want := range []string{"bad/index.yaml", "lost/figures.csv"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want it to name %s", text, want)
		}
	}
}
