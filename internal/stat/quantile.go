package stat

import (
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// NormalQuantile returns the number below which a standard normal variable lies
// with probability p. It returns false unless p is between 0 and 1, both
// excluded.
func NormalQuantile(p float64) (float64, bool) {
	if !(p > 0 && p < 1) {
		return 0, false
	}
	return distuv.UnitNormal.Quantile(p), true
}

// NormalTails returns the probability that a standard normal variable is at
// least as far from 0 as z, on either side. Tails as small as 1e-300 are exact
// to many digits, because they are not 1 minus something.
func NormalTails(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// StudentQuantile returns the number below which a variable of Student's t
// distribution with df degrees of freedom lies with probability p. It returns
// false unless p is between 0 and 1, both excluded, and df is positive.
func StudentQuantile(p, df float64) (float64, bool) {
	if !(p > 0 && p < 1) || !(df > 0) {
		return 0, false
	}
	if df > 1e10 {
		return NormalQuantile(p)
	}
	if k := int(df); p == 0.975 && k < len(student975) && float64(k) == df {
		if bits := student975[k].Load(); bits != 0 {
			return math.Float64frombits(bits), true
		}
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
		student975[k].Store(math.Float64bits(t))
		return t, true
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p), true
}

// student975 remembers the factors of 95 % intervals, which every interval needs:
// a function of the number of degrees of freedom, and of nothing else.
var student975 [8192]atomic.Uint64 //nolint:gochecknoglobals // a cache

// StudentTails returns the probability that a variable of Student's t
// distribution is at least as far from 0 as t, on either side. It returns false
// unless df is positive and t is a number.
func StudentTails(t, df float64) (float64, bool) {
	if !(df > 0) || math.IsNaN(t) {
		return 0, false
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+float64(t*t))), true
}

// FTail returns the probability that a variable of the F distribution with d1
// and d2 degrees of freedom is above f. The tail is computed as such (not as 1
// minus the rest), so that it is right below 1e-16, too. It returns false unless
// d1 and d2 are positive and f is not negative.
func FTail(f, d1, d2 float64) (float64, bool) {
	if !(d1 > 0) || !(d2 > 0) || !(f >= 0) {
		return 0, false
	}
	return mathext.RegIncBeta(d2/2, d1/2, d2/(d2+float64(d1*f))), true
}

// FQuantile returns the number below which a variable of the F distribution lies
// with probability p. It returns false unless p is between 0 and 1, both
// excluded, and d1 and d2 are positive.
func FQuantile(p, d1, d2 float64) (float64, bool) {
	x, ok := BetaQuantile(p, d1/2, d2/2)
	if !ok || x >= 1 {
		return 0, false
	}
	return d2 * x / (d1 * (1 - x)), true
}

// ChiSquareTail returns the probability that a variable of the chi-square
// distribution with df degrees of freedom (any positive number) is above x.
func ChiSquareTail(x, df float64) (float64, bool) {
	if !(df > 0) || !(x >= 0) {
		return 0, false
	}
	return mathext.GammaIncRegComp(df/2, x/2), true
}

// BetaQuantile returns the number below which a variable of the beta distribution
// with parameters a and b lies with probability p. It returns false unless p is
// between 0 and 1, both excluded, and a and b are positive.
//
// It solves RegIncBeta(a, b, x) = p by Newton's method within a bracket, on the
// logarithm of the distance to the nearer end, so that quantiles such as 1e-23
// are right to many digits as well.
func BetaQuantile(p, a, b float64) (float64, bool) {
	if !(p > 0 && p < 1) || !(a > 0) || !(b > 0) || math.IsInf(a, 0) || math.IsInf(b, 0) {
		return 0, false
	}
	if a >= 1 && b >= 1 {
		if x, ok := betaTail(min(p, 1-p), a, b, p > 0.5); ok {
			return x, true
		}
	}
	half := mathext.RegIncBeta(a, b, 0.5)
	if half < p {
		return 1 - lowBeta(1-p, b, a, math.Log(1-p)), true
	}
	return lowBeta(p, a, b, math.Log(p)), true
}

// betaTail finds the quantile of the lower tail, or of the upper one, where both
// parameters are at least 1: Halley's method from a good guess, two or three
// evaluations. False means that it did not settle.
func betaTail(p, a, b float64, upper bool) (float64, bool) {
	if upper {
		a, b = b, a
	}
	logB := logBeta(a, b)
	x := math.Exp(startBeta(p, a, b, math.Inf(-1), 0))
	for range 12 {
		if !(x > 0 && x < 1) {
			return 0, false
		}
		logX, logY := math.Log(x), math.Log1p(-x)
		density := math.Exp((a-1)*logX + (b-1)*logY - logB)
		step := (betaFraction(a, b, x, density) - p) / density
		next := x - step/(1-0.5*math.Min(1, step*((a-1)/x-(b-1)/(1-x))))
		if math.Abs(next-x) <= 1e-9*x {
			// The error of the next step would be about the cube of this one.
			if x = next; upper {
				return 1 - x, x > 1e-300
			}
			return x, x > 1e-300
		}
		x = next
	}
	return 0, false
}

// betaFraction is I(x) by its continued fraction (Abramowitz and Stegun 26.5.8,
// evaluated by Lentz's method), given the density at x.
func betaFraction(a, b, x, density float64) float64 {
	if x > (a+1)/(a+b+2) {
		return 1 - betaFraction(b, a, 1-x, density)
	}
	const tiny = 1e-300
	ab, ap, am := a+b, a+1, a-1
	c, d := 1.0, 1-ab*x/ap
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m < 10_000; m++ {
		m2 := 2 * m
		even := m * (b - m) * x / ((am + m2) * (a + m2))
		d = 1 / (1 + even*d)
		c = 1 + even/c
		h *= d * c
		odd := -(a + m) * (ab + m) * x / ((a + m2) * (ap + m2))
		d = 1 / (1 + odd*d)
		c = 1 + odd/c
		change := d * c
		h *= change
		if math.Abs(change-1) < 3e-16 {
			break
		}
	}
	return density * x * (1 - x) / a * h
}

// lowBeta finds the quantile where it is at most one half. It works on
// u = log x and g(u) = log I(x) − log p, which is almost straight for small x.
func lowBeta(p, a, b, logP float64) float64 {
	logB := logBeta(a, b)
	high := math.Log(0.5)
	// I(x) ≤ xᵃ·2^max(0, 1−b)/(aB): so below this I(x) is less than p.
	low := (logP+math.Log(a)+logB)/a - math.Max(0, 1-b)*math.Ln2/a - 1e-9
	if low >= high {
		low = high - 1
	}
	for incompleteBeta(a, b, low, logB) > p {
		low -= 2 - low/2
	}
	u := startBeta(p, a, b, low, high)
	for range 200 {
		i := incompleteBeta(a, b, u, logB)
		if i > p {
			high = u
		} else {
			low = u
		}
		next := math.NaN()
		if i > 0 {
			logI := math.Log(i)
			slope := math.Exp(a*u + (b-1)*math.Log1p(-math.Exp(u)) - logB - logI)
			next = u - (logI-logP)/slope
		}
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-u) <= 1e-15*math.Max(1, math.Abs(u)) {
			return math.Exp(next)
		}
		u = next
	}
	return math.Exp(u)
}

// incompleteBeta is I(x) for x = exp u. Where x is small beside 1/b it sums the
// power series, which needs no difference of large logarithms:
//
//	I(x) = xᵃ/B Σ_n (1−b)_n xⁿ/(n!(a+n))
func incompleteBeta(a, b, u, logB float64) float64 {
	x := math.Exp(u)
	if b*x > 0.5 || x > 0.5 {
		return mathext.RegIncBeta(a, b, x)
	}
	sum, term := 1/a, 1.0
	for n := 1.0; n < 500; n++ {
		term *= (n - b) * x / n
		add := term / (a + n)
		sum += add
		if math.Abs(add) <= 1e-17*math.Abs(sum) {
			break
		}
	}
	return sum * math.Exp(a*u-logB)
}

// logBeta is the logarithm of the beta function. Where a parameter is large the
// differences of the logarithms of gamma functions are taken by Stirling's series,
// so that nothing is lost (A. R. DiDonato and A. H. Morris, ACM TOMS 18 (1992)
// 360–373).
func logBeta(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	switch {
	case b < 10:
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		z, _ := math.Lgamma(a + b)
		return x + y - z
	case a < 10:
		x, _ := math.Lgamma(a)
		return x - (a+b-0.5)*math.Log1p(a/b) - a*math.Log(b) + a + stirling(b) - stirling(a+b)
	}
	return 0.5*math.Log(2*math.Pi) - 0.5*math.Log(b) + (a-0.5)*math.Log(a/(a+b)) + b*math.Log1p(-a/(a+b)) +
		stirling(a) + stirling(b) - stirling(a+b)
}

// stirling is what Stirling's formula lacks of the logarithm of the gamma
// function, for x ≥ 10.
func stirling(x float64) float64 {
	i := 1 / (x * x)
	return (1.0/12 - i*(1.0/360-i*(1.0/1260-i*(1.0/1680-i*(1.0/1188-i*691.0/360360))))) / x
}

// startBeta guesses log x from the normal approximation (Abramowitz and Stegun
// 26.5.22), kept within the bracket.
func startBeta(p, a, b, low, high float64) float64 {
	u := low + (high-low)/2
	if a > 1 && b > 1 {
		y := -distuv.UnitNormal.Quantile(p)
		al, be := 1/(2*a-1), 1/(2*b-1)
		h := 2 / (al + be)
		lambda := (y*y - 3) / 6
		w := y*math.Sqrt(h+lambda)/h - (be-al)*(lambda+5.0/6-2/(3*h))
		if guess := math.Log(a / (a + b*math.Exp(2*w))); guess > low && guess < high {
			u = guess
		}
	}
	return u
}
