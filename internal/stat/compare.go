package stat

import (
	"math"
	"slices"
)

// Newcombe returns the difference p1 − p2 of two proportions of independent
// samples, x1 of n1 and x2 of n2, with its 95 % hybrid score interval:
//
//	low  = d − √((p1−l1)² + (u2−p2)²)   high = d + √((u1−p1)² + (p2−l2)²)
//
// where (l, u) are Wilson's intervals. Source: R. G. Newcombe, Statistics in
// Medicine 17 (1998) 873–890, method 10. It returns false for an empty sample or
// an x that is not between 0 and n.
func Newcombe(x1, n1, x2, n2 int64) (float64, Interval, bool) {
	if n1 <= 0 || n2 <= 0 || x1 < 0 || x2 < 0 || x1 > n1 || x2 > n2 {
		return 0, Interval{}, false
	}
	p1, p2 := float64(x1)/float64(n1), float64(x2)/float64(n2)
	a, _ := Wilson(p1, float64(n1))
	b, _ := Wilson(p2, float64(n2))
	d := p1 - p2
	return d, Interval{d - math.Hypot(p1-a.Low, b.High-p2), d + math.Hypot(a.High-p1, p2-b.Low)}, true
}

// PooledZ returns the z statistic of the difference of two proportions under the
// hypothesis that they are equal, and its two-sided p value. It returns false
// where both samples agree wholly, so that there is no variance.
func PooledZ(x1, n1, x2, n2 int64) (z, p float64, ok bool) {
	if n1 <= 0 || n2 <= 0 || x1 < 0 || x2 < 0 || x1 > n1 || x2 > n2 {
		return 0, 0, false
	}
	all := float64(x1+x2) / float64(n1+n2)
	v := all * (1 - all) * (1/float64(n1) + 1/float64(n2))
	if !(v > 0) {
		return 0, 0, false
	}
	z = (float64(x1)/float64(n1) - float64(x2)/float64(n2)) / math.Sqrt(v)
	return z, NormalTails(z), true
}

// Difference is what separates two independent estimates.
type Difference struct {
	Value float64 // second − first, in the unit of the estimates
	SE    float64
	DF    float64
	T     float64 // 0 where SE is 0
	P     float64 // two-sided; 1 where SE is 0
	Interval
}

// Compare returns the difference b − a of two estimates from independent samples
// with their standard errors and degrees of freedom, which add up:
// SE = √(seₐ² + se_b²), t = difference / SE with dfₐ + df_b degrees of freedom.
// Estimates from overlapping samples must not be compared like this. It returns
// false when a standard error is negative, there are no degrees of freedom, or
// SE is 0 (below 1e-12): two agencies of which everybody answered differ by what
// they differ, and no test is needed.
func Compare(a, seA, dfA, b, seB, dfB float64) (Difference, bool) {
	d := Difference{Value: b - a, SE: math.Sqrt(float64(seA*seA) + float64(seB*seB)), DF: dfA + dfB, P: 1}
	if !(seA >= 0) || !(seB >= 0) || !(d.DF > 0) || !(d.SE > 1e-12) {
		return d, false
	}
	d.T = d.Value / d.SE
	d.P, _ = StudentTails(d.T, d.DF)
	d.Interval, _ = StudentMean(d.Value, d.SE, d.DF)
	return d, true
}

// Holm returns p values adjusted for that there are many (S. Holm, Scandinavian
// Journal of Statistics 6 (1979) 65–70): to call those below 5 % different is
// wrong in any of them with a probability of at most 5 %. p is left as it is.
// O(n log n).
func Holm(p []float64) []float64 {
	order := ascending(p)
	adjusted := make([]float64, len(p))
	worst := 0.0
	for i, k := range order {
		worst = math.Max(worst, math.Min(1, float64(len(p)-i)*p[k]))
		adjusted[k] = worst
	}
	return adjusted
}

// BenjaminiHochberg returns p values adjusted for that there are many (Y.
// Benjamini and Y. Hochberg, JRSS B 57 (1995) 289–300): of those below 5 % at most
// 5 % are expected to be wrong. It is for looking where to look, not for claims.
func BenjaminiHochberg(p []float64) []float64 {
	order := ascending(p)
	adjusted := make([]float64, len(p))
	best := 1.0
	for i, k := range slices.Backward(order) {
		best = math.Min(best, float64(len(p))/float64(i+1)*p[k])
		adjusted[k] = best
	}
	return adjusted
}

// Bonferroni returns p values times their number, at most 1.
func Bonferroni(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	for i := range p {
		adjusted[i] = math.Min(1, float64(len(p))*p[i])
	}
	return adjusted
}

// ascending returns the indices of p from the least to the greatest, equal ones
// in their order.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order
}
