package composite

import (
	"math"
	"slices"
)

// Treatment tells what was done to an indicator's outliers.
type Treatment struct {
	Skewness, Kurtosis float64 // before; NaN where there is none
	Winsorised         int     // points drawn in to the next
	Logged             bool    // the logarithm was taken instead
	Passed             bool    // in the end skewness is at most 2 or kurtosis at most 3.5, in absolute terms
}

// maxWinsorised is how many points may be drawn in.
const maxWinsorised = 5

// Treat draws in outliers that would decide an indicator on their own: while
// |skewness| is above 2 and kurtosis above 3.5 the most extreme points take the
// value of the next, up to five of them; if that is not enough, the logarithm
// log(x − min + (max − min)/100) of the values as they were is taken. Skewness and
// kurtosis are the unbiased ones. Equal to COINr's qTreat. The values given are
// left alone. O(n log n).
func Treat(values []float64) ([]float64, Treatment) {
	var t Treatment
	t.Skewness, t.Kurtosis, t.Passed = shape(values)
	out := slices.Clone(values)
	if t.Passed {
		return out, t
	}
	skew := t.Skewness
	for t.Winsorised < maxWinsorised && !t.Passed {
		n := drawIn(out, skew > 0)
		if n == 0 {
			break
		}
		t.Winsorised++
		skew, _, t.Passed = shape(out)
	}
	if t.Passed {
		return out, t
	}
	there := present(values)
	low, high := slices.Min(there), slices.Max(there)
	for i, x := range values {
		out[i] = math.Log(x - low + (high-low)/100)
	}
	t.Winsorised, t.Logged = 0, true
	_, _, t.Passed = shape(out)
	return out, t
}

// drawIn gives the points furthest out on one side the value of the next, and
// returns how many they were, 0 when there is no next.
func drawIn(values []float64, upper bool) int {
	extreme, next := math.NaN(), math.NaN()
	beyond := func(a, b float64) bool { return math.IsNaN(b) || upper && a > b || !upper && a < b }
	for _, x := range values {
		switch {
		case math.IsNaN(x) || x == extreme:
		case beyond(x, extreme):
			extreme, next = x, extreme
		case beyond(x, next):
			next = x
		}
	}
	if math.IsNaN(next) {
		return 0
	}
	n := 0
	for i, x := range values {
		if x == extreme {
			values[i] = next
			n++
		}
	}
	return n
}

// shape returns unbiased skewness and excess kurtosis, and whether no more than
// one of them is out of bounds. Fewer than four different values pass.
func shape(values []float64) (skewness, kurtosis float64, ok bool) {
	x := present(values)
	n := float64(len(x))
	if n < 4 {
		return math.NaN(), math.NaN(), true
	}
	mean := 0.0
	for _, v := range x {
		mean += v
	}
	mean /= n
	var m2, m3, m4 float64
	for _, v := range x {
		d := v - mean
		m2 += d * d
		m3 += d * d * d
		m4 += d * d * d * d
	}
	m2, m3, m4 = m2/n, m3/n, m4/n
	if !(m2 > 0) {
		return math.NaN(), math.NaN(), true
	}
	g1, g2 := m3/math.Pow(m2, 1.5), m4/(m2*m2)-3
	skewness = g1 * math.Sqrt(n*(n-1)) / (n - 2)
	kurtosis = ((n+1)*g2 + 6) * (n - 1) / ((n - 2) * (n - 3))
	return skewness, kurtosis, math.Abs(skewness) <= 2 || kurtosis <= 3.5
}
