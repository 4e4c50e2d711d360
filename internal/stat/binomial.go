package stat

import "math"

// AgrestiCoull returns the 95 % interval of Agresti and Coull for a proportion p
// seen in n answers: p̃ ± z·√(p̃(1−p̃)/ñ) with ñ = n + z² and p̃ = (np + z²/2)/ñ,
// cut to [0, 1]. Source: The American Statistician 52 (1998) 119–126. It returns
// false when n is not positive or p is not in [0, 1].
func AgrestiCoull(p, n float64) (Interval, bool) {
	if !(n > 0) || !(p >= 0 && p <= 1) {
		return Interval{}, false
	}
	more := n + Z95*Z95
	centre := (float64(n*p) + Z95*Z95/2) / more
	half := Z95 * math.Sqrt(centre*(1-centre)/more)
	return Interval{max(0, centre-half), min(1, centre+half)}, true
}

// ClopperPearson returns the exact 95 % interval of a proportion: x counted of n
// answers, neither of which need be whole (an effective number of answers).
//
//	low  = BetaQuantile(0.025, x, n−x+1), 0 when x = 0
//	high = BetaQuantile(0.975, x+1, n−x), 1 when x = n
//
// Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404–413. Worked
// example: 8 of 10 gives 0.4439 to 0.9748. It returns false when n is not
// positive or x is not between 0 and n.
func ClopperPearson(x, n float64) (Interval, bool) { return betaInterval(x, n, 1) }

// Jeffreys returns the 95 % interval of a proportion from its posterior under
// Jeffreys' prior, Beta(½, ½); like ClopperPearson it is 0 or 1 where all answers
// agree. Source: Brown, Cai and DasGupta, Statistical Science 16 (2001) 101–133.
func Jeffreys(x, n float64) (Interval, bool) { return betaInterval(x, n, 0.5) }

// betaInterval has more in the parameter of what lies outside: 1 for the exact
// interval, ½ on both sides for Jeffreys'.
func betaInterval(x, n, more float64) (Interval, bool) {
	if !(n > 0) || !(x >= 0 && x <= n) {
		return Interval{}, false
	}
	less := 1 - more
	out := Interval{0, 1}
	ok := true
	if x > 0 {
		out.Low, ok = BetaQuantile(0.025, x+less, n-x+more)
	}
	if ok && x < n {
		out.High, ok = BetaQuantile(0.975, x+more, n-x+less)
	}
	return out, ok
}

// KornGraubard returns the 95 % interval of a proportion from a complex sample,
// and the effective number of answers it rests on: the exact interval on
//
//	n* = p(1−p)/v × (t(n−1)/t(df))²,  t(k) the 97.5 % quantile of Student's t
//
// where v is the design variance of p, n the number of answers and df the degrees
// of freedom of the design. Capped at n when capped is set: a design effect below
// one is rather chance than merit. Source: E. L. Korn and B. I. Graubard, Survey
// Methodology 24 (1998) 193–201; the cap is that of the US National Center for
// Health Statistics (Parker et al., 2017).
//
// Where p is 0 or 1 the variance tells nothing, and n itself is used, capped or
// not. It returns false when n is below 2 with p inside (0, 1), df is not
// positive, v is not positive, or p is not in [0, 1].
func KornGraubard(p, v, n, df float64, capped bool) (Interval, float64, bool) {
	switch {
	case !(p >= 0 && p <= 1) || !(n > 0):
		return Interval{}, 0, false
	case p == 0 || p == 1:
		i, ok := ClopperPearson(float64(n*p), n)
		return i, n, ok
	case !(v > 0):
		return Interval{}, 0, false
	}
	t1, ok1 := StudentQuantile(0.975, n-1)
	t2, ok2 := StudentQuantile(0.975, df)
	if !ok1 || !ok2 {
		return Interval{}, 0, false
	}
	effective := p * (1 - p) / v * (t1 / t2) * (t1 / t2)
	if capped {
		effective = math.Min(effective, n)
	}
	i, ok := ClopperPearson(effective*p, effective)
	return i, effective, ok
}

// Logit returns the 95 % interval of a proportion from a complex sample on the
// logit scale: the inverse logit of logit p ± t(df)·se/(p(1−p)). Source: the
// standard practice of SUDAAN and SPSS Complex Samples. It returns false when p is
// not inside (0, 1), se is not positive, or df is not positive.
func Logit(p, se, df float64) (Interval, bool) {
	t, ok := StudentQuantile(0.975, df)
	if !ok || !(p > 0 && p < 1) || !(se > 0) {
		return Interval{}, false
	}
	l, s := math.Log(p/(1-p)), se/(p*(1-p))
	expit := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	return Interval{expit(l - t*s), expit(l + t*s)}, true
}

// StudentMean returns the 95 % interval of an estimate from a complex sample:
// estimate ± t(df)·se. It returns false when df is not positive or se is negative.
func StudentMean(estimate, se, df float64) (Interval, bool) {
	t, ok := StudentQuantile(0.975, df)
	if !ok || !(se >= 0) {
		return Interval{}, false
	}
	return Interval{estimate - t*se, estimate + t*se}, true
}
