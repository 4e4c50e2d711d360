package sample

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// world is an invented sample: strata, and counts of five levels.
func world(r *rand.Rand) ([]Stratum, [][]int64) {
	n := 1 + r.IntN(6)
	strata, counts := make([]Stratum, n), make([][]int64, n)
	for h := range strata {
		counts[h] = make([]int64, 5)
		for l := range counts[h] {
			if r.IntN(3) > 0 {
				counts[h][l] = int64(r.IntN(30))
			}
			strata[h].Sampled += counts[h][l]
		}
		strata[h].Sampled += int64(r.IntN(5))
		switch r.IntN(4) {
		case 0:
			strata[h].Population = strata[h].Sampled // everybody
		case 1:
			strata[h].Weight = 0.5 + 10*r.Float64()
		default:
			strata[h].Population = strata[h].Sampled + int64(r.IntN(500))
		}
		if strata[h].Sampled == 0 {
			strata[h] = Stratum{Weight: 1}
		}
	}
	return strata, counts
}

var levels = []float64{1, 2, 3, 4, 5}

// No sample gives a number that is none.
func TestNothingIsNaN(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		strata, counts := world(r)
		for lonely := Adjust; lonely <= Average; lonely++ {
			e, ok := Mean(levels, strata, counts, lonely)
			for _, x := range []float64{e.Value, e.Variance, e.Kish, e.Spread, e.Weight, e.SE()} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%v %v: %+v", strata, counts, e)
				}
			}
			if ok && (e.Value < 1-1e-9 || e.Value > 5+1e-9 || e.Variance < 0) {
				t.Fatalf("%v %v: %+v", strata, counts, e)
			}
			if e.Complete && e.Variance > 1e-20 {
				t.Fatalf("everybody was asked, and the variance is %v", e.Variance)
			}
		}
	}
}

// The order of strata, and splitting counts that are added up, change no bit.
func TestOrderChangesNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		strata, counts := world(r)
		e, ok := Mean(levels, strata, counts, Adjust)
		merged := make([][]int64, len(counts))
		for h := range counts {
			merged[h] = make([]int64, 5)
			for _, l := range r.Perm(5) {
				part := r.Int64N(counts[h][l] + 1)
				merged[h][l] += counts[h][l] - part
				merged[h][l] += part
			}
		}
		if f, fine := Mean(levels, strata, merged, Adjust); f != e || fine != ok {
			t.Fatalf("got %+v, want %+v", f, e)
		}
	}
}

// The same answers twice, from a population twice as large, halve the variance
// but for the finite ends (n/(n−1)).
func TestTwiceTheDataHalvesTheVariance(t *testing.T) {
	t.Parallel()
	strata := []Stratum{{Population: 90_000, Sampled: 3000}, {Population: 10_000, Sampled: 2000}}
	counts := [][]int64{{100, 200, 300, 1400, 900}, {10, 90, 200, 700, 900}}
	once, _ := Mean(levels, strata, counts, Adjust)
	for h := range strata {
		strata[h].Population, strata[h].Sampled = 2*strata[h].Population, 2*strata[h].Sampled
		for l := range counts[h] {
			counts[h][l] *= 2
		}
	}
	twice, _ := Mean(levels, strata, counts, Adjust)
	if ratio := once.Variance / twice.Variance; math.Abs(ratio-2) > 0.002 {
		t.Errorf("the variance is divided by %v", ratio)
	}
	if once.Value != twice.Value {
		t.Errorf("got %v, want %v", twice.Value, once.Value)
	}
}

// A mean of one item is its own mean, and a ratio with a denominator of one is a
// share: three ways to the same number.
func TestThreeWaysAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		strata, counts := world(r)
		share := []float64{0, 0, 0, 1, 1}
		a, ok := Mean(share, strata, counts, Adjust)
		sums, crossed := make([]Sums, len(strata)), make([]*Crossed, len(strata))
		for h := range strata {
			crossed[h] = NewCrossed(1)
			for l, n := range counts[h] {
				for range n {
					sums[h].Add(int64(share[l]), 1)
					crossed[h].Add([]int64{int64(share[l])}, []bool{true})
				}
			}
		}
		b, ok1 := Ratio(strata, sums, Adjust)
		c, _, ok2 := MeanOfItems(strata, crossed, nil, Adjust)
		if ok1 != ok || ok2 != ok {
			t.Fatalf("%v: %v %v %v", strata, ok, ok1, ok2)
		}
		for _, x := range []Estimate{b, c} {
			if ok && (math.Abs(x.Value-a.Value) > 1e-12 || math.Abs(x.Variance-a.Variance) > 1e-12 || x.DF != a.DF || x.N != a.N) {
				t.Fatalf("got %+v, want %+v", x, a)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	good, one := []Stratum{{Population: 10, Sampled: 5}}, [][]int64{{0, 0, 1, 2, 2}}
	for name, c := range map[string]struct {
		strata []Stratum
		counts [][]int64
	}{
		"no strata":                     {nil, nil},
		"no answer":                     {good, [][]int64{{0, 0, 0, 0, 0}}},
		"population below the sample":   {[]Stratum{{Population: 4, Sampled: 5}}, one},
		"more answers than respondents": {[]Stratum{{Population: 10, Sampled: 4}}, one},
		"negative weight":               {[]Stratum{{Weight: -1, Sampled: 5}}, one},
		"no weight":                     {[]Stratum{{Sampled: 5}}, one},
		"negative count":                {good, [][]int64{{0, 0, -1, 2, 2}}},
		"too few levels":                {good, [][]int64{{1, 2}}},
		"a stratum without counts":      {good, nil},
	} {
		if e, ok := Mean(levels, c.strata, c.counts, Adjust); ok {
			t.Errorf("%s: got %+v", name, e)
		}
	}
}

func TestWeightingTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	w := []float64{1, 1, 1, 1}
	margin := func(name string, cells []int, totals ...float64) Margin {
		return Margin{Name: name, Cells: cells, Totals: totals}
	}
	for name, c := range map[string]struct {
		weights []float64
		margins []Margin
		want    error
	}{
		"an empty cell":         {w, []Margin{margin("sex", []int{0, 0, 0, 0}, 10, 10)}, ErrEmptyCell},
		"nobody in the margin":  {w, []Margin{margin("sex", []int{0, 0, 1, 1}, 10, 0)}, ErrNoPeople},
		"totals that disagree":  {w, []Margin{margin("sex", []int{0, 0, 1, 1}, 10, 10), margin("age", []int{0, 1, 0, 1}, 10, 20)}, ErrTotals},
		"a cell that is none":   {w, []Margin{margin("sex", []int{0, 0, 1, 2}, 10, 10)}, ErrShape},
		"too few cells":         {w, []Margin{margin("sex", []int{0, 1}, 10, 10)}, ErrShape},
		"a negative weight":     {[]float64{1, -1, 1, 1}, []Margin{margin("sex", []int{0, 0, 1, 1}, 10, 10)}, ErrShape},
		"a negative total":      {w, []Margin{margin("sex", []int{0, 0, 1, 1}, 20, -5)}, ErrShape},
		"margins that conflict": {w, []Margin{margin("sex", []int{0, 0, 1, 1}, 10, 30), margin("age", []int{0, 0, 1, 1}, 30, 10)}, ErrDiverges},
	} {
		if _, _, err := Rake(c.weights, c.margins); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if _, _, ok := Trim([]float64{1, 2, 3}, 5, 6); ok {
		t.Error("bounds that leave no room were met")
	}
	if _, ok := Kish([]float64{0, 0}); ok {
		t.Error("weights of nothing have an effective number")
	}
}

// Raked weights meet their margins, whatever they were before.
func TestRakeMeetsItsMargins(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		n := 200
		sex, age := Margin{Name: "sex"}, Margin{Name: "age"}
		weights := make([]float64, n)
		truth := make([]float64, n)
		sex.Totals, age.Totals = make([]float64, 2), make([]float64, 4)
		for i := range n {
			a, b := r.IntN(2), r.IntN(4)
			sex.Cells, age.Cells = append(sex.Cells, a), append(age.Cells, b)
			weights[i], truth[i] = 1+r.Float64(), 1+9*r.Float64()
			sex.Totals[a] += truth[i]
			age.Totals[b] += truth[i]
		}
		before := slices.Clone(weights)
		out, rounds, err := Rake(weights, []Margin{sex, age})
		if err != nil || rounds < 2 || !slices.Equal(before, weights) {
			t.Fatal(rounds, err)
		}
		for _, m := range []Margin{sex, age} {
			sums, _ := m.sums(out)
			for c := range sums {
				if math.Abs(sums[c]-m.Totals[c]) > 1e-9*m.Totals[c] {
					t.Fatalf("%s %d: got %v, want %v", m.Name, c, sums[c], m.Totals[c])
				}
			}
		}
	}
}

func BenchmarkMean3321x30(b *testing.B) {
	strata := []Stratum{{Population: 9000, Sampled: 60}, {Population: 800, Sampled: 30}}
	counts := [][]int64{{2, 4, 10, 24, 18}, {1, 1, 4, 11, 12}}
	share := []float64{0, 0, 0, 1, 1}
	for b.Loop() {
		for range 3321 * 30 {
			if _, ok := Mean(share, strata, counts, Adjust); !ok {
				b.Fatal("no estimate")
			}
		}
	}
}

func BenchmarkRake100000(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	n := 100_000
	sizes := []int{34, 2, 6}
	margins := make([]Margin, len(sizes))
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = 1 + r.Float64()
	}
	for k, size := range sizes {
		margins[k] = Margin{Name: "margin", Totals: make([]float64, size)}
		for range n {
			c := r.IntN(size)
			margins[k].Cells = append(margins[k].Cells, c)
			margins[k].Totals[c]++
		}
		for c := range margins[k].Totals {
			margins[k].Totals[c] *= 0.8 + 0.4*r.Float64()
		}
		sum := 0.0
		for _, t := range margins[k].Totals {
			sum += t
		}
		for c := range margins[k].Totals {
			margins[k].Totals[c] *= 1e6 / sum
		}
	}
	for b.Loop() {
		if _, _, err := Rake(weights, margins); err != nil {
			b.Fatal(err)
		}
	}
}
