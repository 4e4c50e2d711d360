package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/composite"
)

// chance makes methods and figures of all kinds.
type chance struct{ *rand.Rand }

func (c chance) index(relative bool) *Index {
	x := &Index{ID: "x", Rounding: 2, MinUnits: 1 + c.IntN(3), Factor: 1 + c.Float64(), Available: []float64{0, 0.5, 1}[c.IntN(3)]}
	for i := range 2 + c.IntN(5) {
		n := Indicator{ID: fmt.Sprint("i", i), Source: Source{Figure: fmt.Sprint("f", i)}, Down: c.IntN(2) == 0, Weight: 0.1 + c.Float64()}
		n.Scaling = composite.Scaling{Method: composite.AsIs, Low: 2, High: 15}
		if c.IntN(2) == 0 {
			n.Scaling.Method = composite.Goalposts
		}
		if relative {
			n.Scaling.Method = composite.Method(c.IntN(5))
			n.Treat, n.Impute = c.IntN(3) == 0, c.IntN(3) == 0
		}
		switch c.IntN(6) {
		case 0:
			n.Source = Source{Share: &Share{Numerator: fmt.Sprint("f", i), Denominator: fmt.Sprint("f", i+1)}}
			n.Points, n.Down = &composite.Points{Max: 6, FullAt: 0.9, Empty: composite.Empty(c.IntN(3))}, false
		case 1:
			n.Steps, n.Down = []composite.Step{{AtLeast: 3, Points: 1}, {AtLeast: 9, Points: 2}}, false
		case 2:
			n.Source = Source{FirstOf: []Source{n.Source, {Survey: SurveyRef{Survey: "s", Index: n.ID}}}}
		}
		x.Indicators = append(x.Indicators, n)
	}
	x.Root = c.group("", []int{})
	for i := range x.Indicators {
		k := c.IntN(3)
		if len(x.Root.Groups) <= k {
			k = len(x.Root.Groups)
			x.Root.Groups = append(x.Root.Groups, c.group(fmt.Sprint("g", k), nil))
		}
		x.Root.Groups[k].Indicators = append(x.Root.Groups[k].Indicators, i)
	}
	if limit := 12.0; c.IntN(3) == 0 {
		x.Root.Groups[0].Cap = &limit
	}
	return x
}

func (c chance) group(id string, indicators []int) Group {
	return Group{ID: id, Weight: 0.1 + c.Float64(), Mean: composite.Mean(c.IntN(4)), Missing: composite.Gap(c.IntN(3)), Indicators: indicators}
}

// input makes figures of units, whole numbers so that some agree.
func (c chance) input(units int) Input {
	numbers := map[string]map[string]float64{}
	in := Input{Period: "2026"}
	for u := range units {
		in.Units = append(in.Units, Unit{ID: fmt.Sprintf("u%02d", u), Group: []string{"n", "s", ""}[c.IntN(3)]})
		for f := range 8 {
			id := fmt.Sprint("f", f)
			if numbers[id] == nil {
				numbers[id] = map[string]float64{}
			}
			switch v := float64(c.IntN(20)); c.IntN(12) {
			case 0:
			case 1:
				numbers[id][in.Units[u].ID] = []float64{math.NaN(), math.Inf(1), -5, 1e18, 0}[c.IntN(5)]
			default:
				numbers[id][in.Units[u].ID] = v
			}
		}
	}
	in.Figure = figures(numbers)
	in.Survey = func(ref SurveyRef, unit string) Score {
		v, there, _ := in.Figure("f7", unit, "")
		if !there {
			return Score{State: "hidden", Reason: "min_n"}
		}
		return Score{Value: v + float64(len(ref.Index)), SE: Number{0.5, v > 3}, N: 30}
	}
	return in
}

// Shuffling the units changes nothing to the last bit, relabelling them nothing
// that can be seen, and no result has a number that is none.
func TestOrderAndNames(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		c := chance{rand.New(rand.NewPCG(seed, 1))}
		x, in := c.index(true), c.input(2+c.IntN(9))
		before := compute(t, x, in)
		order := c.Perm(len(in.Units))
		other := in
		other.Units = nil
		for _, u := range order {
			other.Units = append(other.Units, in.Units[u])
		}
		after := compute(t, x, other)
		for k, u := range order {
			if diff := cmp.Diff(before.Units[u], after.Units[k]); diff != "" {
				t.Fatalf("seed %d, shuffled (-want +got):\n%s", seed, diff)
			}
		}
		if diff := cmp.Diff(before.Indicators, after.Indicators); diff != "" {
			t.Fatalf("seed %d, shuffled (-want +got):\n%s", seed, diff)
		}
		names := map[string]string{}
		other = in
		other.Units = slices.Clone(in.Units)
		for k := range other.Units {
			id := fmt.Sprint("z", order[k])
			names[id] = other.Units[k].ID
			other.Units[k].ID = id
		}
		other.Figure = func(id, unit, period string) (float64, bool, string) { return in.Figure(id, names[unit], period) }
		other.Survey = func(ref SurveyRef, unit string) Score { return in.Survey(ref, names[unit]) }
		for k, u := range compute(t, x, other).Units {
			was := before.Units[k]
			if u.State != was.State || u.Rank != was.Rank || math.Abs(u.Value.Value-was.Value.Value) > 1e-9*(1+math.Abs(was.Value.Value)) {
				t.Fatalf("seed %d, relabelled: got %+v, want %+v", seed, u, was)
			}
		}
	}
}

// A unit whose scales do not depend on others has the same index alone.
func TestAlone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		c := chance{rand.New(rand.NewPCG(seed, 2))}
		x, in := c.index(false), c.input(5)
		x.MinUnits = 1
		all := compute(t, x, in)
		for k := range in.Units {
			one := in
			one.Units = in.Units[k : k+1]
			got, want := compute(t, x, one).Units[0], all.Units[k]
			want.Rank = got.Rank
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
			}
		}
	}
}

// pattern tells which parts of a unit are there.
func pattern(u UnitResult) string {
	s := ""
	for _, step := range u.Steps {
		s += step.State + " "
	}
	for _, g := range u.Groups {
		s += g.State + " "
	}
	return s
}

// Where more is better everywhere, more is never worse, as long as the same parts
// are there.
func TestMoreIsBetter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		c := chance{rand.New(rand.NewPCG(seed, 3))}
		x, in := c.index(false), c.input(1)
		for i := range x.Indicators {
			n := &x.Indicators[i]
			n.Down, n.Points, n.Source = false, nil, Source{Figure: fmt.Sprint("f", i)}
		}
		before := compute(t, x, in).Units[0]
		more := in
		more.Figure = func(id, unit, period string) (float64, bool, string) {
			v, there, note := in.Figure(id, unit, period)
			return v + 1, there, note
		}
		after := compute(t, x, more).Units[0]
		if pattern(before) == pattern(after) && before.Value.There && after.Value.There && after.Value.Value < before.Value.Value-1e-9 {
			t.Fatalf("seed %d: %v became %v", seed, before.Value, after.Value)
		}
	}
}

// The values that sensitivity works with are those of the result, and it does not
// depend on the order of units.
func TestSensitivityAgrees(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		c := chance{rand.New(rand.NewPCG(seed, 4))}
		x, in := c.index(true), c.input(2+c.IntN(9))
		r := compute(t, x, in)
		tab, err := newTable(x, &in)
		if err != nil {
			t.Fatal(err)
		}
		values := tab.values()
		for u := range values {
			want := r.Units[tab.order[u]].Value
			if got := number(values[u]); got != want {
				t.Fatalf("seed %d: got %v, want %v", seed, got, want)
			}
		}
		s, err := Sensitivity(x, in, 20, seed)
		if err != nil {
			t.Fatal(err)
		}
		for k, u := range s.Units {
			if u.Unit != r.Units[k].Unit.ID || u.Rank != r.Units[k].Rank || u.Rank > 0 && (u.Low < 1 || u.High > s.Ranked || float64(u.Low) > u.Median.Value) {
				t.Fatalf("seed %d: %+v of %+v", seed, u, r.Units[k])
			}
		}
		slices.Reverse(in.Units)
		other, err := Sensitivity(x, in, 20, seed)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(other.Units)
		if diff := cmp.Diff(s, other); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}

func TestTwice(t *testing.T) {
	t.Parallel()
	x := method(t, "indicators:\n"+flow("a", "source: {figure: a}"))
	if _, err := Compute(x, Input{Units: unitsOf("u", "v", "u"), Period: "2026"}); err == nil {
		t.Error("a unit may be there twice")
	}
	if _, err := Compute(nil, Input{}); err == nil {
		t.Error("no index was computed")
	}
	if r := compute(t, x, Input{Period: "2026"}); len(r.Units) != 0 || r.Ranked != 0 {
		t.Errorf("got %+v for no units", r)
	}
}
