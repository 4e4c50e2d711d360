package stat

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestRanks(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		in   []float64
		want []int
	}{
		{nil, []int{}},
		{[]float64{5}, []int{1}},
		{[]float64{1, 3, 2}, []int{3, 1, 2}},
		{[]float64{2, 2, 1}, []int{1, 1, 3}},
		{[]float64{nan, 2, nan}, []int{0, 1, 0}},
	} {
		if got := Ranks(c.in); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.in, got, c.want)
		}
	}
}

// league is an invented league table.
func league(r *rand.Rand) (estimates, se []float64) {
	for range 1 + r.IntN(25) {
		estimates = append(estimates, math.Round(r.Float64()*50)/50)
		se = append(se, math.Round(r.Float64()*5)/50)
	}
	return estimates, se
}

// Every range holds the rank that is seen, and what is sure of more is narrower.
func TestRankRanges(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		estimates, se := league(r)
		n := len(estimates)
		joint, ok := JointRanks(estimates, se)
		if !ok {
			t.Fatal(estimates, se)
		}
		// By the definition, without sorting.
		z, _ := NormalQuantile((1 + math.Pow(0.95, 1/float64(n))) / 2)
		for k := range n {
			want := RankRange{1, n}
			for j := range n {
				if j == k {
					continue
				}
				if estimates[j]-z*se[j] >= estimates[k]+z*se[k] {
					want.Low++
				}
				if estimates[j]+z*se[j] <= estimates[k]-z*se[k] {
					want.High--
				}
			}
			if joint[k] != want {
				t.Fatalf("%v ± %v, unit %d: got %v, want %v", estimates, se, k, joint[k], want)
			}
		}
		marginal, _ := MarginalRanks(estimates, se)
		pairs, _ := Pairs(estimates, se)
		simultaneous := SimultaneousRanks(n, pairs)
		for k, rank := range Ranks(estimates) {
			if m := marginal[k]; m.Low > rank || m.Low < 1 || m.High > n || m.High < m.Low {
				t.Fatalf("%v ± %v, unit %d of rank %d: %v", estimates, se, k, rank, m)
			}
			if s, m := simultaneous[k], marginal[k]; s.Low > m.Low || s.High < m.High {
				t.Fatalf("%v ± %v, unit %d: all at once %v, alone %v", estimates, se, k, s, m)
			}
		}
	}
}

func TestNoRanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2][]float64{
		"a negative error": {{1, 2}, {0.1, -1}},
		"no number":        {{1, math.NaN()}, {0.1, 0.1}},
		"infinity":         {{1, math.Inf(1)}, {0.1, 0.1}},
		"too few errors":   {{1, 2}, {0.1}},
	} {
		if _, ok := JointRanks(c[0], c[1]); ok {
			t.Errorf("%s has joint ranges", name)
		}
		if _, ok := MarginalRanks(c[0], c[1]); ok {
			t.Errorf("%s has marginal ranges", name)
		}
		if _, ok := Pairs(c[0], c[1]); ok {
			t.Errorf("%s has pairs", name)
		}
	}
}

// Adjusted p values are not smaller than those they come from, keep their order,
// and do not depend on it.
func TestAdjustedP(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		p := make([]float64, 1+r.IntN(30))
		for i := range p {
			p[i] = math.Round(r.Float64()*100) / 100
		}
		holm, bh, bonferroni := Holm(p), BenjaminiHochberg(p), Bonferroni(p)
		for i := range p {
			if !(p[i] <= bh[i]+1e-15 && bh[i] <= holm[i]+1e-12 && holm[i] <= bonferroni[i]+1e-12 && bonferroni[i] <= 1) {
				t.Fatalf("%v: %v %v %v", p, bh, holm, bonferroni)
			}
		}
		order := r.Perm(len(p))
		shuffled := make([]float64, len(p))
		for k, i := range order {
			shuffled[k] = p[i]
		}
		for k, h := range Holm(shuffled) {
			if h != holm[order[k]] {
				t.Fatalf("%v: the order matters", p)
			}
		}
	}
}

// Shrinkage lies between the unit's own share and that of all, and the fewer
// answers a unit has, the nearer to the latter.
func TestShrinkage(t *testing.T) {
	t.Parallel()
	counted, answers := []int64{9, 400, 520, 90, 310, 45, 200}, []int64{9, 500, 610, 130, 420, 80, 230}
	fit, ok := FitBetaBinomial(counted, answers)
	if !ok || fit.Alpha <= 0 || fit.Beta <= 0 {
		t.Fatalf("got %+v", fit)
	}
	mean := fit.Alpha / (fit.Alpha + fit.Beta)
	for i := range answers {
		s, ok := fit.Shrink(counted[i], answers[i])
		raw := float64(counted[i]) / float64(answers[i])
		if !ok || s.Value < min(raw, mean) || s.Value > max(raw, mean) || s.Low >= s.Value || s.High <= s.Value {
			t.Errorf("unit %d: raw %v, mean %v, got %+v", i, raw, mean, s)
		}
	}
	for name, c := range map[string][2][]int64{
		"nothing":          {nil, nil},
		"one unit":         {{3}, {5}},
		"no answers":       {{0, 0}, {0, 0}},
		"all are counted":  {{5, 7}, {5, 7}},
		"none are counted": {{0, 0}, {5, 7}},
		"no differences":   {{50, 50, 50}, {100, 100, 100}},
	} {
		if fit, ok := FitBetaBinomial(c[0], c[1]); ok {
			t.Errorf("%s: got %+v", name, fit)
		}
		if f, ok := NewFunnel(c[0], c[1]); ok && name != "no differences" {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	for name, c := range map[string][2][]float64{
		"one unit": {{0.5}, {0.1}}, "no variance": {{0.5, 0.6}, {0.1, 0}}, "no number": {{0.5, math.NaN()}, {0.1, 0.1}}, "nothing": {nil, nil},
	} {
		if m, ok := FitRandomEffects(c[0], c[1], PauleMandel); ok {
			t.Errorf("%s: got %+v", name, m)
		}
	}
	if m, ok := FitRandomEffects([]float64{0.5, 0.5}, []float64{0.1, 0.1}, Restricted); !ok || m.Tau2 != 0 {
		t.Errorf("units that agree differ by %+v", m)
	}
}

func TestScalesWithoutAnswer(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*mat.Dense{
		"one item":        mat.NewDense(4, 1, []float64{1, 2, 3, 4}),
		"two respondents": mat.NewDense(2, 2, []float64{1, 2, 3, 4}),
		"the same answer": mat.NewDense(4, 2, []float64{1, 3, 2, 3, 3, 3, 4, 3}),
	} {
		if r, ok := NewReliability(m); ok {
			t.Errorf("%s: got %+v", name, r)
		}
	}
	same := mat.NewDense(5, 2, []float64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5})
	if d, ok := NewDrivers([]float64{1, 2, 3, 4, 6}, same, nil); ok {
		t.Errorf("drivers that are one: got %+v", d)
	}
	if d, ok := NewDrivers([]float64{1, 1, 1, 1, 1}, mat.NewDense(5, 1, []float64{1, 2, 3, 4, 5}), nil); ok {
		t.Errorf("nothing to explain: got %+v", d)
	}
}

func TestSampleSize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan           SampleSize
		answers, asked int64
	}{
		{SampleSize{Share: 0.5, Margin: 0.05, DesignEffect: 1}, 385, 385},
		{SampleSize{Share: 0.5, Margin: 0.05, DesignEffect: 1, Population: 1000}, 278, 278},
		{SampleSize{Share: 0.84, Margin: 0.03, DesignEffect: 2.5, Response: 0.5}, 1435, 2870},
		{SampleSize{Share: 0.5, Margin: 0.05, DesignEffect: 1, Population: 10}, 10, 10},
	} {
		n, asked, ok := c.plan.Answers()
		if !ok || n != c.answers || asked != c.asked {
			t.Errorf("%+v: got %d of %d, want %d of %d", c.plan, n, asked, c.answers, c.asked)
		}
	}
	for _, bad := range []SampleSize{{}, {Share: 1, Margin: 0.1, DesignEffect: 1}, {Share: 0.5, Margin: 0, DesignEffect: 1}, {Share: 0.5, Margin: 0.1, DesignEffect: 1, Response: 2}} {
		if n, _, ok := bad.Answers(); ok {
			t.Errorf("%+v: got %d", bad, n)
		}
	}
	// Two provinces of 580 answers: 4.2 points at a design effect of 1, 6.7 at 2.5 (statistics.md, finding 2).
	if _, seen, _ := DetectableChange(0.84, 580, 580, 1); math.Abs(seen-0.042) > 0.0005 {
		t.Errorf("got %v, want 4.2 points", seen)
	}
	if _, seen, _ := DetectableChange(0.84, 580, 580, 2.5); math.Abs(seen-0.067) > 0.0005 {
		t.Errorf("got %v, want 6.7 points", seen)
	}
}

// Units that differ no more than chance have no distribution of shares: wherever
// the search for its ever greater precision ended would be arbitrary.
func TestBetaBinomialOfEqualUnits(t *testing.T) {
	t.Parallel()
	for _, c := range [][2][]int64{
		{{50, 50, 50}, {100, 100, 100}},
		{{51, 49, 50}, {100, 100, 100}},
		{{8, 80, 160}, {10, 100, 200}},
		{{52, 47, 55, 49, 51}, {100, 100, 100, 100, 100}},
		// Nor have units of one mind each: the likelihood grows as Alpha and Beta fall to 0.
		{{0, 100}, {100, 100}},
		{{0, 5, 7, 0, 9}, {6, 5, 7, 3, 9}},
		{{0, 1, 1}, {1, 1, 1}},
		{{0, 1000000}, {1000000, 1000000}},
	} {
		if fit, ok := FitBetaBinomial(c[0], c[1]); ok {
			t.Errorf("%v of %v: got %+v", c[0], c[1], fit)
		}
	}
	if fit, ok := FitBetaBinomial([]int64{60, 40, 55, 30, 72}, []int64{100, 100, 100, 100, 100}); !ok || fit.Alpha+fit.Beta > 100 {
		t.Errorf("units that differ: got %+v, %v", fit, ok)
	}
}

// The correlation within units is estimated from few of them, and may come out
// beyond what a correlation can be.
func TestBetaBinomialMomentsStayWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counted, answers []int64
		rho, shrunk      float64 // of the first unit
	}{
		{[]int64{10, 90}, []int64{100, 100}, 1, 0.1},
		{[]int64{0, 100}, []int64{100, 100}, 1, 0},
		{[]int64{50, 50, 50}, []int64{100, 100, 100}, 0, 0.5},
	} {
		m, ok := MomentsBetaBinomial(c.counted, c.answers)
		if got := m.Shrink(c.counted[0], c.answers[0]); !ok || m.Rho != c.rho || math.Abs(got-c.shrunk) > 1e-12 {
			t.Errorf("%v of %v: got %+v, %v and %v", c.counted, c.answers, m, ok, got)
		}
	}
	// One answer of each says nothing of what those of one unit have in common.
	if m, ok := MomentsBetaBinomial([]int64{0, 1, 1}, []int64{1, 1, 1}); ok {
		t.Errorf("got %+v", m)
	}
}
