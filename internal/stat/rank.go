package stat

import (
	"math"
	"slices"
)

// RankRange is what the data say of a rank: it is between Low and High, both
// included, 1 being the highest estimate.
type RankRange struct{ Low, High int }

// Ranks returns the ranks of estimates, 1 for the highest; equal ones share the
// best of their ranks. An estimate that is not a number has rank 0. O(n log n).
func Ranks(estimates []float64) []int {
	order := make([]int, 0, len(estimates))
	for i, x := range estimates {
		if !math.IsNaN(x) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case estimates[a] > estimates[b]:
			return -1
		case estimates[a] < estimates[b]:
			return 1
		}
		return a - b
	})
	ranks := make([]int, len(estimates))
	for place, i := range order {
		ranks[i] = place + 1
		if place > 0 && estimates[order[place-1]] == estimates[i] {
			ranks[i] = ranks[order[place-1]]
		}
	}
	return ranks
}

// JointRanks returns ranges that hold all true ranks at once with a probability
// of at least 95 %, for independent estimates with standard errors: K intervals
// at level 0.95^(1/K), and for the k-th
//
//	Low = 1 + #{j: L_j ≥ U_k}   High = K − #{j: U_j ≤ L_k}   j ≠ k
//
// Source: M. Klein, T. Wright and J. Wieczorek, JRSS A 183 (2020) 589–606. It
// returns false when a standard error is negative or anything is not a number.
// O(n log n).
func JointRanks(estimates, se []float64) ([]RankRange, bool) {
	n := len(estimates)
	if len(se) != n || !ranked(estimates, se) {
		return nil, false
	}
	z, _ := NormalQuantile((1 + math.Pow(0.95, 1/float64(max(n, 1)))) / 2)
	low, high := make([]float64, n), make([]float64, n)
	for i := range estimates {
		low[i], high[i] = estimates[i]-z*se[i], estimates[i]+z*se[i]
	}
	lows, highs := slices.Clone(low), slices.Clone(high)
	slices.Sort(lows)
	slices.Sort(highs)
	out := make([]RankRange, n)
	for k := range out {
		first, _ := slices.BinarySearch(lows, high[k]) // lows from here on are ≥ U_k
		above := n - first
		last, _ := slices.BinarySearchFunc(highs, low[k], func(h, l float64) int {
			if h <= l {
				return -1
			}
			return 1
		}) // highs before here are ≤ L_k
		if low[k] >= high[k] { // of itself, with a standard error of 0
			above--
			last--
		}
		out[k] = RankRange{1 + above, n - last}
	}
	return out, true
}

func ranked(estimates, se []float64) bool {
	for i := range estimates {
		if math.IsNaN(estimates[i]) || math.IsInf(estimates[i], 0) || !(se[i] >= 0) || math.IsInf(se[i], 0) {
			return false
		}
	}
	return true
}

// Pair is a comparison of two units.
type Pair struct {
	A, B int // indices, A below B
	Z    float64
	P    float64 // two-sided
	Holm float64 // adjusted for all pairs
}

// Pairs compares every two units: z = (a − b)/√(seₐ² + se_b²), 0 where both
// standard errors are 0 and the estimates agree. It returns false where
// JointRanks does. O(n² log n).
func Pairs(estimates, se []float64) ([]Pair, bool) {
	if len(se) != len(estimates) || !ranked(estimates, se) {
		return nil, false
	}
	n := len(estimates)
	pairs := make([]Pair, 0, n*(n-1)/2)
	p := make([]float64, 0, cap(pairs))
	for a := range n {
		for b := a + 1; b < n; b++ {
			z := pairZ(estimates, se, a, b)
			pairs = append(pairs, Pair{A: a, B: b, Z: z, P: NormalTails(z)})
			p = append(p, NormalTails(z))
		}
	}
	for i, h := range Holm(p) {
		pairs[i].Holm = h
	}
	return pairs, true
}

func pairZ(estimates, se []float64, a, b int) float64 {
	d, s := estimates[a]-estimates[b], math.Hypot(se[a], se[b])
	if d == 0 && s == 0 {
		return 0
	}
	return d / s
}

// MarginalRanks returns, for each unit, a range that holds its own true rank with
// a probability of at least 95 %: it is compared with every other by a two-sided
// z test, Holm's adjustment over the n−1 comparisons; the rank is beyond those it
// differs from. Source: M. Mogstad, J. P. Romano, A. Shaikh and D. Wilhelm, Review
// of Economic Studies 91 (2024) 476–518, in the form with Holm's adjustment. It
// returns false where JointRanks does. O(n² log n).
func MarginalRanks(estimates, se []float64) ([]RankRange, bool) {
	if len(se) != len(estimates) || !ranked(estimates, se) {
		return nil, false
	}
	n := len(estimates)
	out := make([]RankRange, n)
	p, z := make([]float64, 0, n), make([]float64, 0, n)
	for k := range n {
		p, z = p[:0], z[:0]
		for j := range n {
			if j != k {
				x := pairZ(estimates, se, k, j)
				z = append(z, x)
				p = append(p, NormalTails(x))
			}
		}
		out[k] = RankRange{1, n}
		for i, adjusted := range Holm(p) {
			out[k].cut(adjusted, z[i])
		}
	}
	return out, true
}

// cut takes one unit out of the range where it is significantly above or below.
func (r *RankRange) cut(p, z float64) {
	switch {
	case p >= 0.05:
	case z < 0:
		r.Low++
	default:
		r.High--
	}
}

// SimultaneousRanks returns ranges that hold all true ranks at once with a
// probability of at least 95 %, by Holm's adjustment over all pairs.
func SimultaneousRanks(n int, pairs []Pair) []RankRange {
	out := make([]RankRange, n)
	for k := range out {
		out[k] = RankRange{1, n}
	}
	for _, p := range pairs {
		out[p.A].cut(p.Holm, p.Z)
		out[p.B].cut(p.Holm, -p.Z)
	}
	return out
}

// RankSpread describes the ranks of one unit over simulated draws.
type RankSpread struct {
	Mean, Q025, Median, Q975 float64
	Top, Bottom              float64 // probability to be among the first and the last three
}

// SimulateRanks describes the ranks that estimates + se·z take over given draws of
// standard normal numbers (one slice of n per draw). It is for display only: such
// ranges are too short where units are close (Al Mohamad, Goeman and
// van Zwet, Biometrical Journal 64 (2022)). O(draws × n log n).
func SimulateRanks(estimates, se []float64, draws [][]float64) []RankSpread {
	n := len(estimates)
	all := make([][]float64, n)
	value := make([]float64, n)
	for _, z := range draws {
		for i := range n {
			value[i] = estimates[i] + float64(se[i]*z[i])
		}
		for i, r := range Ranks(value) {
			all[i] = append(all[i], float64(r))
		}
	}
	out := make([]RankSpread, n)
	for i, ranks := range all {
		if len(ranks) == 0 {
			continue
		}
		slices.Sort(ranks)
		s := &out[i]
		for _, r := range ranks {
			s.Mean += r
			if r <= 3 {
				s.Top++
			}
			if r > float64(n-3) {
				s.Bottom++
			}
		}
		s.Mean, s.Top, s.Bottom = s.Mean/float64(len(ranks)), s.Top/float64(len(ranks)), s.Bottom/float64(len(ranks))
		s.Q025, s.Median, s.Q975 = quantileSorted(ranks, 0.025), quantileSorted(ranks, 0.5), quantileSorted(ranks, 0.975)
	}
	return out
}

// Quantile returns the p-quantile of numbers by linear interpolation between
// order statistics (type 7 of Hyndman and Fan, R's default). It returns false
// without a number or for a p outside [0, 1].
func Quantile(x []float64, p float64) (float64, bool) {
	if len(x) == 0 || !(p >= 0 && p <= 1) {
		return 0, false
	}
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	return quantileSorted(sorted, p), true
}

func quantileSorted(x []float64, p float64) float64 {
	h := float64(len(x)-1) * p
	// As in R: what rounding leaves beside a whole number is none.
	k := math.Floor(h + 4*2.220446049250313e-16)
	i := int(k)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	if h -= k; math.Abs(h) < 4*2.220446049250313e-16 {
		return x[i]
	}
	return x[i] + float64(h*(x[i+1]-x[i]))
}
