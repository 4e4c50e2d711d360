// Package composite is the mathematics of composite indices: indicators with
// different units are made comparable, weighted and put together, step by step as
// in the OECD/JRC Handbook on Constructing Composite Indicators (2008).
//
// A value that is not there is NaN, and so is a result that can't be: callers
// turn it into a state with a reason, never into a number. Everything else is
// finite. Numbers in, numbers out.
package composite

import (
	"math"
	"slices"

	"hailong/internal/stat"
)

// Scaling is how values of an indicator become comparable.
type Scaling struct {
	Method    Method
	Low, High float64 // MinMax: the scale's ends; Goalposts: the values that count 0 and 100
}

// Method is a way of scaling. Direction −1 means that less is better.
type Method uint8

// The methods.
const (
	MinMax      Method = iota // from Low (the worst of all) to High (the best): one unit's change moves all
	Goalposts                 // from 0 at Low to 100 at High, cut there: does not depend on the others
	ZScore                    // (x − mean)/sd, with divisor n−1; turned before
	PercentRank               // (rank − 1)/(n − 1), ties the lowest of their ranks
	AsIs                      // the value itself
)

// Scale returns the values of one indicator made comparable; missing ones stay
// missing. direction is 1 or −1. Where all are the same, so that there is nothing
// to scale by, or Low is not below High, all are NaN. The values given are left
// alone. O(n log n).
func (s Scaling) Scale(values []float64, direction int) []float64 {
	out := make([]float64, len(values))
	there := present(values)
	for i := range out {
		out[i] = math.NaN()
	}
	if len(there) == 0 {
		return out
	}
	sign := 1.0
	if direction < 0 {
		sign = -1
	}
	f := s.function(there, sign)
	for i, x := range values {
		if f != nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
			out[i] = f(x)
		}
	}
	return out
}

// function returns what is done to one value, nil when it can't be.
func (s Scaling) function(there []float64, sign float64) func(float64) float64 {
	switch s.Method {
	case MinMax:
		low, high := slices.Min(there), slices.Max(there)
		if !(low < high) {
			return nil
		}
		return func(x float64) float64 {
			r := (x - low) / (high - low)
			if sign < 0 {
				r = 1 - r
			}
			return s.Low + float64((s.High-s.Low)*r)
		}
	case Goalposts:
		if !(s.Low < s.High) {
			return nil
		}
		return func(x float64) float64 {
			r := min(max((x-s.Low)/(s.High-s.Low), 0), 1)
			if sign < 0 {
				r = 1 - r
			}
			return 100 * r
		}
	case ZScore:
		mean, sd, ok := meanSD(there)
		if !ok {
			return nil
		}
		return func(x float64) float64 { return sign * (x - mean) / sd }
	case PercentRank:
		if len(there) < 2 {
			return nil
		}
		sorted := make([]float64, len(there))
		for i, x := range there {
			sorted[i] = sign * x
		}
		slices.Sort(sorted)
		return func(x float64) float64 {
			below, _ := slices.BinarySearch(sorted, sign*x)
			return float64(below) / float64(len(sorted)-1)
		}
	case AsIs:
		return func(x float64) float64 { return sign * x }
	}
	return nil
}

// present returns the values that are there.
func present(values []float64) []float64 {
	var there []float64
	for _, x := range values {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			there = append(there, x)
		}
	}
	return there
}

// meanSD returns mean and sample deviation; false where there is no deviation.
func meanSD(x []float64) (m, sd float64, ok bool) {
	m = mean(x)
	for _, v := range x {
		sd += float64((v - m) * (v - m))
	}
	sd = math.Sqrt(sd / float64(len(x)-1))
	return m, sd, len(x) > 1 && sd > 0
}

// Mean is how parts are put together. They compensate each other fully in the
// arithmetic mean, less in the geometric, least in the harmonic one.
type Mean uint8

// The means.
const (
	Arithmetic Mean = iota
	Geometric       // of positive values only
	Harmonic        // of values other than 0
	Sum             // of points times their weights
)

// Aggregate puts the parts of one unit together. Missing ones are left out and
// the weights of the others scaled up (not for a Sum). It is NaN when all are
// missing, the weights of those there are not positive, or the mean does not
// exist for a value.
func (m Mean) Aggregate(parts, weights []float64) float64 {
	total := 0.0
	for i, x := range parts {
		if !math.IsNaN(x) {
			total += weights[i]
		}
	}
	if !(total > 0) {
		return math.NaN()
	}
	sum := 0.0
	for i, x := range parts {
		if math.IsNaN(x) || weights[i] == 0 {
			continue
		}
		w := weights[i] / total
		switch m {
		case Arithmetic:
			sum += float64(w * x)
		case Geometric:
			if x <= 0 {
				return math.NaN()
			}
			sum += float64(w * math.Log(x))
		case Harmonic:
			if x == 0 {
				return math.NaN()
			}
			sum += w / x
		case Sum:
			sum += float64(weights[i] * x)
		}
	}
	switch m {
	case Geometric:
		return math.Exp(sum)
	case Harmonic:
		if sum == 0 {
			return math.NaN()
		}
		return 1 / sum
	case Arithmetic, Sum:
	}
	return sum
}

// Index is a composite index of one level of sub-indices.
type Index struct {
	Indicators []Indicator
	Subs       []Sub
	Inner      Mean    // of indicators within a sub-index
	Outer      Mean    // of sub-indices
	InnerGap   Gap     // what a missing indicator does to its sub-index
	OuterGap   Gap     // what a missing sub-index does to the index
	Available  float64 // least share of indicators a unit needs; 0: any
	Factor     float64 // the index is multiplied by it; 0 is taken for 1
}

// Indicator is one measured quantity.
type Indicator struct {
	ID        string
	Sub       string // ID of its sub-index
	Direction int    // 1 or −1
	Weight    float64
	Scaling   Scaling
}

// Sub is a sub-index.
type Sub struct {
	ID     string
	Weight float64
}

// Result is an index with every step on the way to it.
type Result struct {
	Scaled [][]float64 // by indicator, then unit
	Subs   [][]float64 // by sub-index, then unit
	Index  []float64   // by unit
	Ranks  []int       // 1 is the highest; 0 without an index; indices that agree to nine decimals share a rank
}

// Compute computes an index: values[j][u] is indicator j of unit u. O(indicators ×
// units log units).
func (x *Index) Compute(values [][]float64) Result {
	var r Result
	units := 0
	for j := range x.Indicators {
		r.Scaled = append(r.Scaled, x.Indicators[j].Scaling.Scale(values[j], x.Indicators[j].Direction))
		units = len(values[j])
	}
	x.aggregate(&r, units)
	return r
}

// aggregate fills in what follows from the scaled indicators.
func (x *Index) aggregate(r *Result, units int) {
	r.Subs = make([][]float64, len(x.Subs))
	r.Index = make([]float64, units)
	weights := make([]float64, len(x.Subs))
	for s := range x.Subs {
		weights[s] = x.Subs[s].Weight
		r.Subs[s] = make([]float64, units)
	}
	factor := x.Factor
	if factor == 0 {
		factor = 1
	}
	parts := make([]float64, len(x.Subs))
	for u := range units {
		for s := range x.Subs {
			parts[s] = x.sub(r, x.Subs[s].ID, u)
			r.Subs[s][u] = parts[s]
		}
		r.Index[u] = math.NaN()
		if filled, ok := x.OuterGap.Fill(parts); ok && x.enough(r, u) {
			r.Index[u] = factor * x.Outer.Aggregate(filled, weights)
		}
	}
	r.Ranks = Ranks(r.Index)
}

// sub is the sub-index of one unit.
func (x *Index) sub(r *Result, id string, unit int) float64 {
	var parts, weights []float64
	for j := range x.Indicators {
		if x.Indicators[j].Sub == id {
			parts, weights = append(parts, r.Scaled[j][unit]), append(weights, x.Indicators[j].Weight)
		}
	}
	filled, ok := x.InnerGap.Fill(parts)
	if !ok {
		return math.NaN()
	}
	return x.Inner.Aggregate(filled, weights)
}

// enough reports whether a unit has as many indicators as it needs.
func (x *Index) enough(r *Result, unit int) bool {
	there := 0
	for j := range x.Indicators {
		if !math.IsNaN(r.Scaled[j][unit]) {
			there++
		}
	}
	return float64(there) >= (x.Available-1e-12)*float64(len(x.Indicators))
}

// Ranks ranks indices, 1 the highest. Those that agree to nine decimals share
// the best of their ranks: what separates them is rounding.
func Ranks(index []float64) []int {
	rounded := make([]float64, len(index))
	for i, v := range index {
		rounded[i] = math.Round(v*1e9) / 1e9
	}
	return stat.Ranks(rounded)
}
