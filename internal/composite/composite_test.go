package composite

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var missing = math.NaN()

func TestScale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scaling   Scaling
		direction int
		in, want  []float64
	}{
		"min-max 1 to 10":             {Scaling{Method: MinMax, Low: 1, High: 10}, 1, []float64{0, 5, 10, missing}, []float64{1, 5.5, 10, missing}},
		"less is better":              {Scaling{Method: MinMax, Low: 1, High: 10}, -1, []float64{0, 5, 10}, []float64{10, 5.5, 1}},
		"all the same":                {Scaling{Method: MinMax, Low: 1, High: 10}, 1, []float64{3, 3, 3}, []float64{missing, missing, missing}},
		"one unit":                    {Scaling{Method: MinMax, High: 100}, 1, []float64{3}, []float64{missing}},
		"goalposts are cut":           {Scaling{Method: Goalposts, Low: 20, High: 80}, 1, []float64{0, 20, 50, 80, 200}, []float64{0, 0, 50, 100, 100}},
		"goalposts the wrong way":     {Scaling{Method: Goalposts, Low: 80, High: 20}, 1, []float64{50}, []float64{missing}},
		"z":                           {Scaling{Method: ZScore}, 1, []float64{1, 2, 3}, []float64{-1, 0, 1}},
		"z of the same":               {Scaling{Method: ZScore}, 1, []float64{2, 2}, []float64{missing, missing}},
		"percent ranks share a place": {Scaling{Method: PercentRank}, 1, []float64{1, 2, 2, 4, missing}, []float64{0, 1.0 / 3, 1.0 / 3, 1, missing}},
		"percent rank of one":         {Scaling{Method: PercentRank}, 1, []float64{1, missing}, []float64{missing, missing}},
		"nothing":                     {Scaling{Method: MinMax, High: 1}, 1, []float64{missing}, []float64{missing}},
		"infinity is missing":         {Scaling{Method: MinMax, High: 1}, 1, []float64{0, 1, math.Inf(1)}, []float64{0, 1, missing}},
	} {
		got := c.scaling.Scale(c.in, c.direction)
		for i := range c.want {
			if math.Abs(got[i]-c.want[i]) > 1e-12 || math.IsNaN(got[i]) != math.IsNaN(c.want[i]) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
				break
			}
		}
	}
}

func TestAggregate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mean           Mean
		parts, weights []float64
		want           float64
	}{
		"arithmetic":                  {Arithmetic, []float64{10, 40}, []float64{1, 1}, 25},
		"geometric":                   {Geometric, []float64{10, 40}, []float64{1, 1}, 20},
		"harmonic":                    {Harmonic, []float64{10, 40}, []float64{1, 1}, 16},
		"sum":                         {Sum, []float64{10, 40}, []float64{1, 0.5}, 30},
		"weights are scaled up":       {Arithmetic, []float64{10, missing, 40}, []float64{1, 5, 3}, 32.5},
		"all missing":                 {Arithmetic, []float64{missing}, []float64{1}, missing},
		"weights of nothing":          {Arithmetic, []float64{1, 2}, []float64{0, 0}, missing},
		"no logarithm":                {Geometric, []float64{0, 40}, []float64{1, 1}, missing},
		"not there for a weight of 0": {Geometric, []float64{0, 40}, []float64{0, 1}, 40},
		"no reciprocal":               {Harmonic, []float64{0, 40}, []float64{1, 1}, missing},
	} {
		got := c.mean.Aggregate(c.parts, c.weights)
		if math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestPoints(t *testing.T) {
	t.Parallel()
	dossiers, petitions := Points{Max: 6, FullAt: 0.9, Empty: NoPoints}, Points{Max: 6, Empty: FullPoints}
	for name, c := range map[string]struct {
		points      Points
		num, den    float64
		want        float64
		wantAnswers bool
	}{
		"in proportion":               {dossiers, 45, 100, 3, true},
		"full from 90 per cent":       {dossiers, 90, 100, 6, true},
		"not above":                   {dossiers, 100, 100, 6, true},
		"no dossier":                  {dossiers, 0, 0, 0, true},
		"no petition":                 {petitions, 0, 0, 6, true},
		"half of the petitions":       {petitions, 1, 2, 3, true},
		"no rule for nothing":         {Points{Max: 6}, 0, 0, 0, false},
		"more than all":               {petitions, 3, 2, 0, false},
		"negative":                    {petitions, -1, 2, 0, false},
		"missing":                     {petitions, missing, 2, 0, false},
		"a denominator that is none":  {petitions, 1, missing, 0, false},
		"a denominator without limit": {petitions, 1, math.Inf(1), 0, false},
	} {
		got, ok := c.points.Score(c.num, c.den)
		if math.Abs(got-c.want) > 1e-12 || ok != c.wantAnswers {
			t.Errorf("%s: got %v, %v; want %v, %v", name, got, ok, c.want, c.wantAnswers)
		}
	}
	steps := []Step{{0, 0}, {0.5, 1}, {0.8, 2}}
	for value, want := range map[float64]float64{0: 0, 0.49: 0, 0.5: 1, 0.8: 2, 1: 2} {
		if got, ok := Stepped(steps, value); !ok || got != want {
			t.Errorf("%v: got %v, want %v", value, got, want)
		}
	}
	if _, ok := Stepped(steps, missing); ok {
		t.Error("a missing value got points")
	}
	classes := []Class{{"poor", 0}, {"excellent", 15}, {"good", 12}}
	for value, want := range map[float64]string{0: "poor", 12: "good", 14.99: "good", 15: "excellent", 18: "excellent"} {
		if got, ok := Classify(classes, value); !ok || got != want {
			t.Errorf("%v: got %q, want %q", value, got, want)
		}
	}
	if _, ok := Classify(classes, -1); ok {
		t.Error("a value below all classes got one")
	}
	if Capped(7, 6) != 6 || Capped(5, 6) != 5 {
		t.Error("the cap does not hold")
	}
}

// Relabelling units changes nothing, a withheld index has no rank, and no value
// is infinite.
func TestIndexProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		units := 2 + r.IntN(12)
		x := Index{
			Subs: []Sub{{"a", r.Float64()}, {"b", 1}}, Inner: Mean(r.IntN(4)), Outer: Mean(r.IntN(4)),
			InnerGap: Gap(r.IntN(3)), OuterGap: Gap(r.IntN(3)),
		}
		var values [][]float64
		for j := range 4 {
			x.Indicators = append(x.Indicators, Indicator{
				Sub: []string{"a", "b"}[j%2], Direction: 1 - 2*r.IntN(2), Weight: r.Float64(),
				Scaling: Scaling{Method: Method(r.IntN(5)), Low: 1, High: 10},
			})
			column := make([]float64, units)
			for u := range column {
				if column[u] = float64(r.IntN(20)); r.IntN(6) == 0 {
					column[u] = missing
				}
			}
			values = append(values, column)
		}
		before := x.Compute(values)
		order := r.Perm(units)
		shuffled := make([][]float64, len(values))
		for j := range values {
			for _, u := range order {
				shuffled[j] = append(shuffled[j], values[j][u])
			}
		}
		after := x.Compute(shuffled)
		for k, u := range order {
			if math.IsInf(before.Index[u], 0) || math.IsNaN(before.Index[u]) != (before.Ranks[u] == 0) {
				t.Fatalf("index %v has rank %d", before.Index[u], before.Ranks[u])
			}
			if d := math.Abs(after.Index[k] - before.Index[u]); d > 1e-9 || math.IsNaN(after.Index[k]) != math.IsNaN(before.Index[u]) || after.Ranks[k] != before.Ranks[u] {
				t.Fatalf("got %v (%d), want %v (%d)", after.Index[k], after.Ranks[k], before.Index[u], before.Ranks[u])
			}
		}
	}
}

func TestTreat(t *testing.T) {
	t.Parallel()
	in := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1000, missing}
	before := slices.Clone(in)
	out, what := Treat(in)
	if what.Winsorised != 1 || !what.Passed || what.Logged || out[9] != 9 || !math.IsNaN(out[10]) {
		t.Errorf("got %v, %+v", out, what)
	}
	if in[9] != before[9] {
		t.Error("the values given were changed")
	}
	if _, what := Treat([]float64{5, 5, 5, 5, 5}); !what.Passed {
		t.Errorf("the same values have outliers: %+v", what)
	}
	if _, what := Treat(nil); !what.Passed {
		t.Errorf("nothing has outliers: %+v", what)
	}
}
