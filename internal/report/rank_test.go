package report_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/stat"
	"hailong/internal/tally"
)

// league is a world with communes c0, c1 … of one province: commune i has
// counted[i] of answers[i] satisfied.
func league(t *testing.T, counted, answers []int) *world {
	t.Helper()
	csv := "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\np,,province,,,Tỉnh,,,,\n"
	for i := range counted {
		csv += fmt.Sprintf("c%d,p,commune,,,Xã %d,,,,\n", i, i)
	}
	registry, err := agency.Parse("agencies.csv", []byte(csv))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, catalog: catalog.New(), tally: tally.New()}
	w.apply(response.AgenciesImported(0, registry.Canonical()))
	w.publish("first.yaml", w.read("first.yaml"))
	w.applyEvent(waves("2026-1"))
	w.applyEvent(waves("2026-2"))
	for i := range counted {
		id := fmt.Sprintf("c%d", i)
		w.same(counted[i], id, "2026-01-05", "5")
		w.same(answers[i]-counted[i], id, "2026-01-05", "1")
	}
	return w
}

// Ranks come with the range that the data allow, and with as many others that
// can't be told apart; few answers give no rank.
func TestRanks(t *testing.T) {
	t.Parallel()
	w := league(t, []int{97, 75, 40, 20}, []int{100, 100, 100, 20})
	rows := w.score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows
	type standing struct{ rank, low, high, ranked, alike int }
	want := []standing{{1, 1, 1, 3, 0}, {2, 2, 2, 3, 0}, {3, 3, 3, 3, 0}, {}}
	for i, x := range want {
		r := &rows[i]
		if got := (standing{r.Rank, r.RankLow, r.RankHigh, r.Ranked, len(report.Alike(rows, i))}); got != x {
			t.Errorf("%s: got %+v, want %+v", r.Agency, got, x)
		}
	}
	near := league(t, []int{85, 84, 83, 50}, []int{100, 100, 100, 100}).score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows
	want = []standing{{1, 1, 3, 4, 2}, {2, 1, 3, 4, 2}, {3, 1, 3, 4, 2}, {4, 4, 4, 4, 0}}
	for i, x := range want {
		r := &near[i]
		if got := (standing{r.Rank, r.RankLow, r.RankHigh, r.Ranked, len(report.Alike(near, i))}); got != x {
			t.Errorf("%s: got %+v, want %+v", r.Agency, got, x)
		}
	}
}

// A share of 100 % of 30 answers is no certainty: its range holds the neighbour.
func TestAShareOfAllIsNotCertain(t *testing.T) {
	t.Parallel()
	rows := league(t, []int{30, 97}, []int{30, 100}).score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows
	if rows[0].Rank != 1 || rows[0].RankHigh != 2 || rows[1].RankLow != 1 {
		t.Errorf("got %+v and %+v, want ranks that can't be told apart", rows[0], rows[1])
	}
}

// As many rows are alike as the range has places beside the rank, in every line.
func TestAlikeIsTheRange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(3000, 13)...)
	ranked := 0
	for _, by := range [][]string{{"agency"}, {"agency", "item"}, {"agency", "factor", "channel"}, {"agency", "month"}} {
		rows := w.score(report.Query{By: by, Index: "weighted"}).Rows
		for i := range rows {
			r := &rows[i]
			if got := len(report.Alike(rows, i)); got != r.RankHigh-r.RankLow {
				t.Errorf("%+v: %d are alike, the range is %d to %d", r, got, r.RankLow, r.RankHigh)
			}
			if r.Rank > 0 && (r.State != report.OK || r.Rank < r.RankLow || r.Rank > r.RankHigh || r.RankHigh > r.Ranked) {
				t.Errorf("%+v has a rank outside its range, or should have none", r)
			}
			if r.Rank > 0 {
				ranked++
			}
		}
	}
	if ranked < 50 {
		t.Errorf("%d rows are ranked, want many", ranked)
	}
}

// The fewer answers, the nearer to the others.
func TestShrunk(t *testing.T) {
	t.Parallel()
	rows := league(t, []int{12, 480, 700, 350, 60}, []int{12, 600, 1000, 700, 100}).score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows
	mean := 0.0
	for i := range 5 {
		if rows[i].Shrunk == nil {
			t.Fatalf("%s has no shrunk estimate", rows[i].Agency)
		}
		mean += *rows[i].Estimate / 5
	}
	moved := func(i int) float64 {
		return math.Abs(*rows[i].Shrunk-*rows[i].Estimate) / math.Abs(*rows[i].Estimate-mean)
	}
	if !(moved(0) > moved(4) && moved(4) > moved(1)) || *rows[0].Shrunk >= 100 || *rows[0].ShrunkHigh > 100 || *rows[0].ShrunkLow > *rows[0].Shrunk {
		t.Errorf("got %v of 100 %% in 12 answers; moved %v %v %v", *rows[0].Shrunk, moved(0), moved(4), moved(1))
	}
	if two := league(t, []int{20, 30}, []int{40, 40}).score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows; two[0].Shrunk != nil {
		t.Error("two units can't tell how units differ")
	}
}

// Both ways to roll up stand beside each other and differ as they should.
func TestMeanOfUnits(t *testing.T) {
	t.Parallel()
	w := league(t, []int{90, 10, 5}, []int{100, 20, 5})
	for _, r := range w.score(report.Query{By: []string{"agency"}}).Rows {
		if r.MeanOfUnits == nil {
			continue
		}
		if r.Units != 2 || *r.MeanOfUnits != 70 || *r.Estimate != 84 {
			t.Errorf("%s: got the mean %v of %d units beside %v, want 70 of the 2 with enough answers beside 84", r.Agency, *r.MeanOfUnits, r.Units, *r.Estimate)
		}
		return
	}
	t.Error("no row has units below it")
}

func TestCompare(t *testing.T) {
	t.Parallel()
	w := league(t, []int{90, 60, 30}, []int{100, 100, 100})
	ids := []string{}
	for _, r := range w.score(report.Query{By: []string{"agency"}, Level: "commune"}).Rows[:3] {
		ids = append(ids, r.Agency)
	}
	for i, n := range []int{95, 90, 3} { // of 100, 100 and 5 in the second wave
		for k := range []int{100, 100, 5}[i] {
			code := "1"
			if k < n {
				code = "5"
			}
			r := w.answer(0, ids[i], "2026-02-05", map[string]string{"signs": code})
			r.Wave = 2
			w.add(r)
		}
	}
	rows := w.score(report.Query{By: []string{"agency"}, Level: "commune", Wave: "2026-2", Compare: "previous"}).Rows
	before, _ := stat.Wilson(0.6, 100) // wider than by the standard error of 4.92
	after, _ := stat.Wilson(0.9, 100)
	half := func(i stat.Interval) float64 { return 50 * (i.High - i.Low) / stat.Z95 }
	want, _ := stat.Compare(60, math.Max(100*math.Sqrt(0.6*0.4/99), half(before)), 99, 90, math.Max(100*math.Sqrt(0.9*0.1/99), half(after)), 99)
	c := rows[1].Change
	if c == nil || c.Value != 30 || math.Abs(*c.Low-want.Low) > 1e-9 || math.Abs(*c.High-want.High) > 1e-9 || math.Abs(*c.P-want.P) > 1e-12 {
		t.Errorf("got %+v, want %+v", c, want)
	}
	if first := rows[0].Change; first == nil || *first.Holm < *first.P || *c.Holm < 2**c.P-1e-15 || *c.Screened < *c.P {
		t.Errorf("p values are not adjusted for two claims: %+v and %+v", first, c)
	}
	if rows[2].Change != nil {
		t.Errorf("five answers were compared: %+v", rows[2].Change)
	}
	parents := w.score(report.Query{By: []string{"agency"}, Wave: "2026-1", Compare: "parent"}).Rows
	for _, r := range parents {
		if r.Agency == ids[0] && (r.Change == nil || r.Change.Value != 30 || *r.Change.P > 1e-6 || *r.Change.Low < 20) {
			t.Errorf("90 beside 60 of the whole: got %+v", r.Change)
		}
	}
	peers := w.score(report.Query{By: []string{"agency"}, Level: "commune", Wave: "2026-1", Compare: "peers"}).Rows
	if c := peers[1].Change; c == nil || c.Value != 0 || *c.P != 1 {
		t.Errorf("the one in the middle: got %+v, want no difference", c)
	}
	for compare, code := range map[string]string{"previous": "no_previous_wave", "wave:nothing": "unknown_wave", "wave:2026-1": "unknown_wave", "nonsense": "unknown_compare"} {
		_, err := w.report().Score(report.Query{Survey: "sample", Wave: "2026-1", Compare: compare})
		var e *errs.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: got %v", compare, err)
		}
		if got := e.Problems; len(got) != 1 || got[0].Code != code || got[0].Item != "compare" {
			t.Errorf("%s: got %v, want %s", compare, err, code)
		}
	}
	if _, err := w.report().Score(report.Query{Survey: "sample", Compare: "previous"}); err == nil {
		t.Error("without a wave there is none before it")
	}
}
