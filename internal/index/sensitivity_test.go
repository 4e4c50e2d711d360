package index

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/composite"
)

// The reference implementation's demonstration of pcg32 with seed 42 and stream 54.
func TestPCG(t *testing.T) {
	t.Parallel()
	g := newPCG(42)
	for i, want := range []uint32{0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e} {
		if got := g.next(); got != want {
			t.Fatalf("number %d: got %#x, want %#x", i, got, want)
		}
	}
	low, high, sum := 1.0, 0.0, 0.0
	for range 100_000 {
		f := g.float()
		low, high, sum = min(low, f), max(high, f), sum+f
	}
	if low < 0 || high >= 1 || math.Abs(sum/1e5-0.5) > 0.005 {
		t.Errorf("from %v to %v, mean %v", low, high, sum/1e5)
	}
}

// Two parts, one of which decides: what moves when it goes.
func TestSensitivity(t *testing.T) {
	t.Parallel()
	x := method(t, "aggregate: arithmetic\nindicators:\n"+flow("a", "source: {figure: a}, weight: 0.5")+flow("b", "source: {figure: b}, weight: 0.5"))
	in := Input{Units: unitsOf("u", "v", "w"), Period: "2026", Figure: figures(map[string]map[string]float64{
		"a": {"u": 1, "v": 2, "w": 9}, "b": {"u": 9.5, "v": 8.2, "w": 1.1},
	})}
	s, err := Sensitivity(x, in, 500, 7)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(s); err != nil || strings.Contains(string(text), "NaN") {
		t.Fatal(string(text), err)
	}
	// Means are 5.25, 5.1 and 5.05: close enough for weights to decide.
	if u := s.Units[0]; u.Rank != 1 || u.Low != 1 || u.High != 3 || s.Ranked != 3 {
		t.Errorf("got %+v", s.Units)
	}
	want := []Dropped{
		{"a", Moved{3, Number{0, true}, Number{0, true}, Number{1, true}}}, // by b alone the order is the same
		{"b", Moved{3, Number{4.0 / 3, true}, Number{2, true}, Number{-1, true}}},
	}
	if diff := cmp.Diff(want, s.Without); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Geometric: 3.08, 4.05, 3.15 change the order to v, w, u.
	if s.OtherMean != "geometric" || s.Other.Max.Value != 2 || s.Other.Ranked != 3 {
		t.Errorf("got %s %+v", s.OtherMean, s.Other)
	}
	for _, part := range s.Importance {
		if part.Nominal.Value != 0.5 || !part.Effect.There {
			t.Errorf("got %+v", part)
		}
	}
	for _, draws := range []int{0, -1, maxDraws + 1} {
		if _, err := Sensitivity(x, in, draws, 7); err == nil {
			t.Errorf("%d draws were made", draws)
		}
	}
}

// PCI 2019: the sensitivity of package composite, in another order of work.
func TestSensitivityOfPCI(t *testing.T) {
	t.Parallel()
	x, r, table := computed(t, "pci", "2019")
	in := Input{Units: x.UnitsIn(table, "2019"), Period: "2019", Figure: FromTable(table)}
	s, err := Sensitivity(x, in, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	old := composite.Index{Factor: 10, OuterGap: composite.Withhold, InnerGap: composite.Withhold}
	values := make([][]float64, len(x.Indicators))
	for i, n := range x.Indicators {
		old.Subs = append(old.Subs, composite.Sub{ID: n.ID, Weight: n.Weight})
		old.Indicators = append(old.Indicators, composite.Indicator{ID: n.ID, Sub: n.ID, Direction: 1, Weight: 1, Scaling: n.Scaling})
		for _, u := range r.Units {
			v := math.NaN()
			if u.State == OK {
				v = u.Steps[i].Scaled.Value
			}
			values[i] = append(values[i], v)
		}
	}
	g := newPCG(1)
	var sets [][]float64
	for range 200 {
		set := make([]float64, len(old.Subs))
		for i, sub := range old.Subs {
			set[i] = sub.Weight * (1 + Noise*(2*g.float()-1))
		}
		sets = append(sets, set)
	}
	for u, want := range old.Reweigh(values, sets) {
		got := s.Units[u]
		if got.Rank != want.Base || got.Low != want.Min || got.High != want.Max || got.Rank > 0 && (got.Q05.Value != want.Q05 || got.Q95.Value != want.Q95) {
			t.Errorf("%s: got %+v, want %+v", got.Unit, got, want)
		}
	}
	base := old.Compute(values)
	for i, c := range base.Importance() {
		if got := s.Importance[i]; got.Part != x.Indicators[i].ID || math.Abs(got.Effect.Value-c*c) > 1e-12 || math.Abs(got.Nominal.Value-x.Indicators[i].Weight/100) > 1e-12 {
			t.Errorf("got %+v, want %v", got, c*c)
		}
	}
	if len(s.Without) != 10 || slices.ContainsFunc(s.Without, func(d Dropped) bool { return d.Ranked != 22 }) {
		t.Errorf("got %+v", s.Without)
	}
}

// Points that sum up weigh what they can add; a single group at the top is looked
// into.
func TestSensitivityOfPoints(t *testing.T) {
	t.Parallel()
	x, _, table := computed(t, "qd766", "2026-08")
	in := Input{Units: x.UnitsIn(table, "2026-08"), Period: "2026-08", Figure: FromTable(table)}
	s, err := Sensitivity(x, in, 50, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range s.Importance {
		if math.Abs(part.Nominal.Value-1.0/3) > 1e-12 {
			t.Errorf("got %+v", part)
		}
	}
	deep := method(t, "aggregate: sum\nindicators:\n"+flow("a", "source: {figure: a}, weight: 0.5")+flow("b", "source: {figure: b}, weight: 0.5")+
		"groups:\n  - {id: all, title: {vi: T, en: A}, aggregate: arithmetic, indicators: [a, b]}\n")
	s, err = Sensitivity(deep, Input{Units: unitsOf("u"), Period: "2026"}, 5, 1)
	if err != nil || s.Top != "all" || len(s.Importance) != 2 || s.Ranked != 0 || s.Units[0].Q05.There || s.Other.Mean.There || s.Other.Ranked != 0 {
		t.Errorf("got %+v, %v", s, err)
	}
}
