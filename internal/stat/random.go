package stat

import "math"

// Between is how the between-unit variance τ² of RandomEffects is estimated.
type Between uint8

// The estimators.
const (
	PauleMandel       Between = iota // Σ w(p−μ)² = K−1: Fay and Herriot's moment estimator, the default
	Restricted                       // restricted maximum likelihood
	MaximumLikelihood                // maximum likelihood
	DerSimonianLaird
)

// RandomEffects is the model that estimates p_i with known variances v_i scatter
// around true values which scatter around Mu with variance Tau2: Fay–Herriot
// without covariates (R. E. Fay and R. A. Herriot, JASA 74 (1979) 269–277).
type RandomEffects struct {
	Tau2, Mu, SE float64
	Q            float64 // Cochran's, with DF degrees of freedom
	DF           int
	P            float64 // of Q
	I2           float64 // per cent of the variance that is between units
}

// FitRandomEffects estimates the model. Variances should not come from each
// unit's own share, which would give a unit with 100 % the variance 0: take that
// of the pooled share. It returns false with fewer than two units, or a variance
// that is not positive. O(units × rounds).
func FitRandomEffects(p, v []float64, method Between) (RandomEffects, bool) {
	if len(p) < 2 || len(p) != len(v) {
		return RandomEffects{}, false
	}
	for i := range v {
		if !(v[i] > 0) || math.IsInf(v[i], 0) || math.IsNaN(p[i]) || math.IsInf(p[i], 0) {
			return RandomEffects{}, false
		}
	}
	k := float64(len(p))
	var r RandomEffects
	r.DF = len(p) - 1
	_, _, r.Q = weighted(p, v, 0)
	r.P, _ = ChiSquareTail(r.Q, k-1)
	switch method {
	case DerSimonianLaird:
		var s1, s2 float64
		for _, x := range v {
			s1 += 1 / x
			s2 += 1 / (x * x)
		}
		r.Tau2 = math.Max(0, (r.Q-(k-1))/(s1-s2/s1))
	case PauleMandel:
		r.Tau2 = root(func(t float64) float64 { _, _, q := weighted(p, v, t); return q - (k - 1) }, v)
	case Restricted, MaximumLikelihood:
		r.Tau2 = root(func(t float64) float64 { return likelihoodSlope(p, v, t, method == Restricted) }, v)
	}
	var w float64
	r.Mu, w, _ = weighted(p, v, r.Tau2)
	r.SE = 1 / math.Sqrt(w)
	// I² by the typical variance of J. P. T. Higgins and S. G. Thompson (2002).
	var s1, s2 float64
	for _, x := range v {
		s1 += 1 / x
		s2 += 1 / (x * x)
	}
	typical := (k - 1) * s1 / (s1*s1 - s2)
	r.I2 = 100 * r.Tau2 / (r.Tau2 + typical)
	return r, true
}

// weighted returns the mean with weights 1/(v+t), their sum, and Q.
func weighted(p, v []float64, t float64) (mu, sum, q float64) {
	for i := range p {
		w := 1 / (v[i] + t)
		sum += w
		mu += w * p[i]
	}
	mu /= sum
	for i := range p {
		d := p[i] - mu
		q += float64(d * d / (v[i] + t))
	}
	return mu, sum, q
}

// likelihoodSlope is twice the derivative of the (restricted) log likelihood by τ².
func likelihoodSlope(p, v []float64, t float64, restricted bool) float64 {
	mu, sum, _ := weighted(p, v, t)
	var slope, squares float64
	for i := range p {
		w, d := 1/(v[i]+t), p[i]-mu
		slope += float64(w*w*d*d) - w
		squares += float64(w * w)
	}
	if restricted {
		slope += squares / sum
	}
	return slope
}

// root finds where a falling function of τ² is 0, or 0 when it begins below.
func root(f func(float64) float64, v []float64) float64 {
	if f(0) <= 0 {
		return 0
	}
	high := 0.0
	for _, x := range v {
		high = math.Max(high, x)
	}
	for f(high) > 0 && high < 1e300 {
		high *= 2
	}
	low := 0.0
	for range 300 {
		mid := low + (high-low)/2
		if mid == low || mid == high {
			break
		}
		if f(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low + (high-low)/2
}

// Predict returns the empirical Bayes estimate of one unit, γp + (1−γ)μ with γ =
// τ²/(τ²+v), its standard error (that of μ included) and γ.
//
//	se² = γv + (1−γ)² se_μ²
func (r RandomEffects) Predict(p, v float64) (value, se, gamma float64) {
	gamma = r.Tau2 / (r.Tau2 + v)
	value = gamma*p + (1-gamma)*r.Mu
	se = math.Sqrt(gamma*v + (1-gamma)*(1-gamma)*r.SE*r.SE)
	return value, se, gamma
}
