package stat

import "math"

// BetaBinomial is a distribution of true shares among units, Beta(Alpha, Beta),
// estimated from how many of each unit's answers are counted.
type BetaBinomial struct {
	Alpha, Beta   float64
	LogLikelihood float64 // without the binomial coefficients
}

// FitBetaBinomial estimates the distribution by maximum likelihood: counted[i] of
// answers[i] of unit i. It is found by Newton's method on log Alpha and log Beta.
// It returns false with fewer than two units that have answers, or when the
// likelihood grows without end: with Alpha and Beta, because the units differ no
// more than chance makes them, or as both fall to 0, because each unit has all or
// none of its answers counted. Source: J. G. Skellam, JRSS B 10 (1948) 257–261. O(units).
func FitBetaBinomial(counted, answers []int64) (BetaBinomial, bool) {
	y, n := kept(counted, answers)
	if len(n) < 2 || unanimous(y, n) {
		return BetaBinomial{}, false
	}
	m, ok := MomentsBetaBinomial(counted, answers)
	if !ok {
		return BetaBinomial{}, false
	}
	precision := 50.0
	if m.Precision > 0 && m.Precision < 1e6 {
		precision = m.Precision
	}
	u, v := math.Log(m.Mean*precision), math.Log((1-m.Mean)*precision)
	value := betaBinomialLog(y, n, math.Exp(u), math.Exp(v))
	for range 500 {
		a, b := math.Exp(u), math.Exp(v)
		g1, g2, h11, h12, h22 := betaBinomialSlopes(y, n, a, b)
		// On the logarithms.
		h11, h12, h22 = float64(h11*a*a)+float64(g1*a), float64(h12*a*b), float64(h22*b*b)+float64(g2*b)
		g1, g2 = g1*a, g2*b
		du, dv := newton2(g1, g2, h11, h12, h22)
		step := 1.0
		for {
			next := betaBinomialLog(y, n, math.Exp(u+step*du), math.Exp(v+step*dv))
			if next >= value-1e-12*math.Abs(value) || step < 1e-10 {
				value = next
				break
			}
			step /= 2
		}
		u, v = u+step*du, v+step*dv
		if math.Abs(du)+math.Abs(dv) < 1e-10 {
			break
		}
		if u > 25 || v > 25 {
			return BetaBinomial{}, false
		}
	}
	// Where units differ no more than chance the likelihood creeps up to that of one
	// share for all, and where the search ends is arbitrary.
	if value <= oneShareLog(y, n)+1e-5 {
		return BetaBinomial{}, false
	}
	return BetaBinomial{Alpha: math.Exp(u), Beta: math.Exp(v), LogLikelihood: value}, true
}

// unanimous reports whether every unit has all or none of its answers counted.
func unanimous(y, n []float64) bool {
	for i := range n {
		if y[i] > 0 && y[i] < n[i] {
			return false
		}
	}
	return true
}

// oneShareLog is the log likelihood of all units having the same share.
func oneShareLog(y, n []float64) (log float64) {
	var counted, answers float64
	for i := range n {
		counted, answers = counted+y[i], answers+n[i]
	}
	if counted == 0 || counted == answers {
		return 0
	}
	return counted*math.Log(counted/answers) + (answers-counted)*math.Log1p(-counted/answers)
}

// kept leaves units without answers out.
func kept(counted, answers []int64) (y, n []float64) {
	for i := range answers {
		if i < len(counted) && answers[i] > 0 && counted[i] >= 0 && counted[i] <= answers[i] {
			y, n = append(y, float64(counted[i])), append(n, float64(answers[i]))
		}
	}
	return y, n
}

func betaBinomialLog(y, n []float64, a, b float64) float64 {
	sum := 0.0
	for i := range n {
		sum += logBeta(y[i]+a, n[i]-y[i]+b) - logBeta(a, b)
	}
	return sum
}

// betaBinomialSlopes returns the first and second derivatives of the log
// likelihood by a and b.
func betaBinomialSlopes(y, n []float64, a, b float64) (g1, g2, h11, h12, h22 float64) {
	da, db, ds := digamma(a), digamma(b), digamma(a+b)
	ta, tb, ts := trigamma(a), trigamma(b), trigamma(a+b)
	for i := range n {
		dn, tn := digamma(n[i]+a+b), trigamma(n[i]+a+b)
		g1 += digamma(y[i]+a) - dn - da + ds
		g2 += digamma(n[i]-y[i]+b) - dn - db + ds
		h11 += trigamma(y[i]+a) - tn - ta + ts
		h22 += trigamma(n[i]-y[i]+b) - tn - tb + ts
		h12 += ts - tn
	}
	return g1, g2, h11, h12, h22
}

// newton2 is the step to the maximum of a quadratic form, or uphill where it has
// none.
func newton2(g1, g2, h11, h12, h22 float64) (float64, float64) {
	det := float64(h11*h22) - float64(h12*h12)
	if h11 < 0 && det > 0 {
		return (float64(h12*g2) - float64(h22*g1)) / det, (float64(h12*g1) - float64(h11*g2)) / det
	}
	scale := 1 / (math.Abs(g1) + math.Abs(g2) + 1e-300)
	return g1 * scale, g2 * scale
}

// digamma is the derivative of the logarithm of the gamma function, for x > 0.
func digamma(x float64) float64 {
	sum := 0.0
	for ; x < 10; x++ {
		sum -= 1 / x
	}
	i := 1 / (x * x)
	return sum + math.Log(x) - 1/(2*x) - i*(1.0/12-i*(1.0/120-i*(1.0/252-i*(1.0/240-i*(1.0/132-i*691.0/32760)))))
}

// trigamma is the derivative of digamma, for x > 0.
func trigamma(x float64) float64 {
	sum := 0.0
	for ; x < 15; x++ {
		sum += 1 / (x * x)
	}
	i := 1 / (x * x)
	return sum + 1/x + i/2 + i/x*(1.0/6-i*(1.0/30-i*(1.0/42-i*(1.0/30-i*5.0/66))))
}

// Shrunk is the share of a unit, drawn towards that of all as far as its few
// answers make it uncertain. It stands beside the raw share, never alone.
type Shrunk struct {
	Value    float64 // (counted + Alpha)/(answers + Alpha + Beta)
	OnData   float64 // weight of the unit's own answers
	Interval         // 95 % of the posterior
}

// Shrink returns the posterior of one unit's share.
func (b BetaBinomial) Shrink(counted, answers int64) (Shrunk, bool) {
	if counted < 0 || answers < counted || !(b.Alpha > 0) || !(b.Beta > 0) {
		return Shrunk{}, false
	}
	y, n, all := float64(counted), float64(answers), b.Alpha+b.Beta
	s := Shrunk{Value: (y + b.Alpha) / (n + all), OnData: n / (n + all)}
	var ok1, ok2 bool
	s.Low, ok1 = BetaQuantile(0.025, y+b.Alpha, n-y+b.Beta)
	s.High, ok2 = BetaQuantile(0.975, y+b.Alpha, n-y+b.Beta)
	return s, ok1 && ok2
}

// BetaBinomialMoments is the distribution of true shares by the method of
// moments.
type BetaBinomialMoments struct {
	Mean      float64 // the pooled share
	Rho       float64 // correlation within a unit, from 0 to 1
	Precision float64 // Alpha + Beta = (1−ρ)/ρ; infinite when ρ is 0
}

// MomentsBetaBinomial estimates the distribution by the method of moments, units
// weighted by their answers (J. C. Kleinman, JASA 68 (1973) 46–54):
//
//	S = Σ n(p−p̄)²   ρ = (S − (K−1)p̄(1−p̄)) / (p̄(1−p̄)(N − Σn²/N − (K−1)))
//
// What comes out below 0 or above 1, as it may with few units, counts 0 or 1. It
// returns false with fewer than two units, when all or no answers are counted, or
// when no unit has more than one answer.
func MomentsBetaBinomial(counted, answers []int64) (BetaBinomialMoments, bool) {
	y, n := kept(counted, answers)
	var sumY, sumN, sumNN float64
	for i := range n {
		sumY += y[i]
		sumN += n[i]
		sumNN += n[i] * n[i]
	}
	k := float64(len(n))
	if k < 2 || sumN == k || sumY == 0 || sumY == sumN {
		return BetaBinomialMoments{}, false
	}
	p := sumY / sumN
	s := 0.0
	for i := range n {
		d := y[i]/n[i] - p
		s += float64(n[i] * d * d)
	}
	base := p * (1 - p)
	m := BetaBinomialMoments{Mean: p, Rho: min(1, max(0, (s-(k-1)*base)/(base*(sumN-sumNN/sumN-(k-1)))))}
	m.Precision = (1 - m.Rho) / m.Rho
	return m, true
}

// Shrink draws the share of a unit towards that of all.
func (m BetaBinomialMoments) Shrink(counted, answers int64) float64 {
	if m.Rho == 0 {
		return m.Mean
	}
	return (float64(counted) + m.Mean*m.Precision) / (float64(answers) + m.Precision)
}
