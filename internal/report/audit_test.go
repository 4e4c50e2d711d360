package report_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

// freeze stops a world where it is.
func (w *world) freeze() *report.Moment {
	w.t.Helper()
	m, err := w.report().Freeze("sample")
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// audited audits what everybody sees of moments, the last of which is now.
func audited(t *testing.T, q report.Query, moments ...*report.Moment) *report.Audit {
	t.Helper()
	q.Survey = "sample"
	a, err := report.AuditReleases(q, moments[len(moments)-1], moments[:len(moments)-1]...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// some adds answers of an agency, each option as often as it says.
func (w *world) some(agency, day string, ones, fives int) {
	for i := range ones + fives {
		option := "5"
		if i < ones {
			option = "1"
		}
		w.add(w.answer(0, agency, day, map[string]string{"signs": option}))
	}
}

// What is hidden of one release stays within a range that is wide enough.
func TestAuditOfOneRelease(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		w := tree(t)
		rng := rand.New(rand.NewPCG(seed, 9))
		for _, a := range w.catalog.Agencies.All() {
			for _, month := range months {
				if rng.IntN(3) > 0 {
					w.some(a.ID, month+"-07", rng.IntN(4), rng.IntN([]int{4, 9, 30}[rng.IntN(3)]))
				}
			}
		}
		for _, by := range [][]string{{"agency"}, {"agency", "item"}, {"agency", "month"}} {
			a := audited(t, report.Query{By: by}, w.freeze())
			// What is split by month is too much for linear programs while somebody
			// waits: there nothing follows exactly.
			exact := slices.ContainsFunc(a.Findings, func(f report.Finding) bool { return f.Low == f.High })
			if len(by) < 2 || by[1] != "month" {
				exact = !a.Safe()
			}
			if exact || a.Secret == 0 {
				t.Errorf("seed %d, by %v: %d secret, unsolved %v, %d findings, first %+v", seed, by, a.Secret, a.Unsolved, len(a.Findings), a.Findings[:min(1, len(a.Findings))])
			}
		}
	}
}

// Few answers that came since the last release are told by subtracting it.
func TestAuditOfEarlierReleases(t *testing.T) {
	t.Parallel()
	w := tree(t)
	for _, id := range []string{"c1", "c2", "c3", "h1", "h2", "c4"} {
		w.some(id, "2026-01-07", 12, 20)
	}
	first := w.freeze()
	w.some("c1", "2026-02-07", 1, 2)
	second := w.freeze()
	q := report.Query{By: []string{"agency"}}
	got := audited(t, q, first, second)
	want := map[string]int64{"c1": 3, "p": 3, "": 3}
	found := map[string]int64{}
	for _, f := range got.Findings {
		if f.Kind != report.FoundNew || f.Low != 3 || f.High != 3 || f.Since != first.Watermark() || f.Watermark != second.Watermark() {
			t.Errorf("got %+v", f)
		}
		if f.Level == "" && !f.Own && f.Of == "" {
			found[f.Agency] = f.Count
		}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	w.some("c1", "2026-02-07", 5, 5)
	third := w.freeze()
	if got := audited(t, q, first, third); !got.Safe() || len(got.Earlier) != 1 {
		t.Errorf("thirteen new answers: %+v", got.Findings)
	}
	if got := audited(t, q, third, third); !got.Safe() {
		t.Errorf("nothing new: %+v", got.Findings)
	}
	// A commune that merely moves below another agency is subtracted as well.
	if got := audited(t, report.Query{By: []string{"agency"}, Wave: "2026-1"}, third); !got.Safe() {
		t.Errorf("of a wave: %+v", got.Findings)
	}
}

// BenchmarkAuditRelease audits the release of a province: 99 communes × 12 items
// × 5 levels with margins, before and after as many answers again. The limit is 5 s.
func BenchmarkAuditRelease(b *testing.B) {
	p := newPlace(b, 100, 12, 1)
	for _, cell := range p.cells {
		for i := range cell.Counts {
			cell.Counts[i] /= 4
		}
	}
	before, err := report.New(p).Freeze("sample")
	if err != nil {
		b.Fatal(err)
	}
	for _, cell := range p.cells {
		for i, n := range cell.Counts {
			cell.Counts[i] += n
		}
	}
	now, err := report.New(p).Freeze("sample")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a, err := report.AuditReleases(report.Query{Survey: "sample", By: []string{"agency", "item"}}, now, before)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(a.Hidden), "hidden")
		b.ReportMetric(float64(a.Secret), "secret")
		b.ReportMetric(float64(len(a.Findings)), "findings")
		b.ReportMetric(float64(len(a.Unsolved)), "unsolved")
	}
}
