package stat

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// FunnelLimit returns the number of n answers' share below which a unit lies with
// probability p when its true share is target: the exact binomial limit,
// interpolated so that it does not jump with n, cut to [0, 1]. Source: D. J.
// Spiegelhalter, Statistics in Medicine 24 (2005) 1185–1202, A.1.1. It returns
// false unless n is positive and target and p are inside (0, 1).
func FunnelLimit(n int64, target, p float64) (float64, bool) {
	if n <= 0 || !(target > 0 && target < 1) || !(p > 0 && p < 1) {
		return 0, false
	}
	x := binomialQuantile(n, target, p)
	below, at := binomialBelow(n, x-1, target), binomialBelow(n, x, target)
	a := (at - p) / (at - below)
	return math.Min(1, math.Max(0, (float64(x)-a)/float64(n))), true
}

// binomialBelow is the probability of at most x of n.
func binomialBelow(n, x int64, p float64) float64 {
	switch {
	case x < 0:
		return 0
	case x >= n:
		return 1
	}
	return mathext.RegIncBeta(float64(n-x), float64(x+1), 1-p)
}

// binomialQuantile is the least x with a probability of at least p for x or less.
func binomialQuantile(n int64, target, p float64) int64 {
	low, high := int64(-1), n
	for high-low > 1 {
		mid := low + (high-low)/2
		if binomialBelow(n, mid, target) >= p*(1-64*2.220446049250313e-16) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// Funnel is the target of a funnel plot and how much more than chance units
// scatter around it.
type Funnel struct {
	Target float64 // the pooled share
	Phi    float64 // over-dispersion: mean of the squared z scores, those beyond the 10 % and 90 % quantiles drawn in
	Tau2   float64 // the variance between units that it amounts to
}

// NewFunnel looks at units: counted[i] of answers[i]. It returns false with
// fewer than two units, one without answers, or when all or no answers are
// counted.
func NewFunnel(counted, answers []int64) (Funnel, bool) {
	y, n := kept(counted, answers)
	if len(n) < 2 || len(n) != len(answers) {
		return Funnel{}, false
	}
	var sumY, sumN float64
	for i := range n {
		sumY += y[i]
		sumN += n[i]
	}
	f := Funnel{Target: sumY / sumN}
	base := f.Target * (1 - f.Target)
	if !(base > 0) {
		return Funnel{}, false
	}
	z := make([]float64, len(n))
	var s1, s2 float64
	for i := range n {
		z[i] = f.Z(y[i]/n[i], n[i])
		s1 += n[i] / base
		s2 += n[i] / base * n[i] / base
	}
	low, _ := Quantile(z, 0.1)
	high, _ := Quantile(z, 0.9)
	for _, x := range z {
		x = math.Min(math.Max(x, low), high)
		f.Phi += float64(x * x)
	}
	k := float64(len(n))
	f.Phi /= k
	f.Tau2 = math.Max(0, (k*f.Phi-(k-1))/(s1-s2/s1))
	return f, true
}

// Z returns how many standard errors a unit's share is away from the target.
func (f Funnel) Z(p, n float64) float64 {
	return (p - f.Target) / math.Sqrt(f.Target*(1-f.Target)/n)
}

// ZRandom is Z with the variance between units taken into account.
func (f Funnel) ZRandom(p, n float64) float64 {
	return (p - f.Target) / math.Sqrt(f.Target*(1-f.Target)/n+f.Tau2)
}

// Normal returns the 95 % limits around the target by the normal approximation,
// cut to [0, 1].
func (f Funnel) Normal(n float64) Interval {
	half := Z95 * math.Sqrt(f.Target*(1-f.Target)/n)
	return Interval{math.Max(0, f.Target-half), math.Min(1, f.Target+half)}
}
