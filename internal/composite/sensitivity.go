package composite

import (
	"math"
	"slices"

	"hailong/internal/stat"
)

// Shift is how far ranks move under another method, over the units that are
// ranked by it.
type Shift struct {
	Mean, Max float64 // of the absolute change of rank
	Spearman  float64 // correlation with the ranks of before; NaN when there is none
}

// Shifts compares two lists of ranks.
func Shifts(before, after []int) Shift {
	var a, b []float64
	s := Shift{Spearman: math.NaN()}
	for i := range after {
		if after[i] == 0 || before[i] == 0 {
			continue
		}
		d := math.Abs(float64(after[i] - before[i]))
		s.Mean += d
		s.Max = max(s.Max, d)
		a, b = append(a, float64(before[i])), append(b, float64(after[i]))
	}
	if len(a) == 0 {
		return s
	}
	s.Mean /= float64(len(a))
	if rho, ok := stat.Spearman(a, b); ok {
		s.Spearman = rho
	}
	return s
}

// Without computes the index without one indicator: its weight is zero and it is
// not counted among those a unit needs.
func (x *Index) Without(values [][]float64, indicator int) Result {
	y := *x
	y.Indicators = slices.Delete(slices.Clone(x.Indicators), indicator, indicator+1)
	return y.Compute(slices.Delete(slices.Clone(values), indicator, indicator+1))
}

// RankRange describes the ranks of a unit under many sets of weights.
type RankRange struct {
	Base                   int
	Mean, Q05, Median, Q95 float64
	Min, Max               int
}

// Reweigh computes the index with other weights of its sub-indices, set by set,
// and describes the ranks. O(sets × units × (sub-indices + log units)).
func (x *Index) Reweigh(values, sets [][]float64) []RankRange {
	base := x.Compute(values)
	units := len(base.Index)
	ranks := make([][]float64, units)
	y := *x
	y.Subs = slices.Clone(x.Subs)
	for _, weights := range sets {
		for s := range y.Subs {
			y.Subs[s].Weight = weights[s]
		}
		r := Result{Scaled: base.Scaled}
		y.aggregate(&r, units)
		for u, rank := range r.Ranks {
			if rank > 0 {
				ranks[u] = append(ranks[u], float64(rank))
			}
		}
	}
	out := make([]RankRange, units)
	for u, list := range ranks {
		out[u].Base = base.Ranks[u]
		if len(list) == 0 {
			continue
		}
		o := &out[u]
		for _, r := range list {
			o.Mean += r
		}
		o.Mean /= float64(len(list))
		o.Q05, _ = stat.Quantile(list, 0.05)
		o.Median, _ = stat.Quantile(list, 0.5)
		o.Q95, _ = stat.Quantile(list, 0.95)
		o.Min, o.Max = int(slices.Min(list)), int(slices.Max(list))
	}
	return out
}

// Importance tells how much a sub-index weighs in effect: its correlation with the
// index (squared: the share of variance they have in common), beside the weight
// that was meant. NaN when there is none.
func (r *Result) Importance() []float64 {
	out := make([]float64, len(r.Subs))
	for s := range r.Subs {
		var a, b []float64
		for u := range r.Index {
			if !math.IsNaN(r.Subs[s][u]) && !math.IsNaN(r.Index[u]) {
				a, b = append(a, r.Subs[s][u]), append(b, r.Index[u])
			}
		}
		out[s] = math.NaN()
		if c, ok := stat.Pearson(a, b); ok {
			out[s] = c
		}
	}
	return out
}
