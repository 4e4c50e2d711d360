package stat

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Reliability tells how well the items of a scale measure the same thing, among
// respondents who answered them all. It says nothing about how well agencies are
// told apart.
type Reliability struct {
	Items, N        int
	Alpha           float64  // Cronbach's, of the answers as they are
	AlphaStandard   float64  // of standardised answers
	AlphaInterval   Interval // 95 %, Feldt's
	MeanCorrelation float64  // between two items
	Omega           float64  // McDonald's, of one factor; only when Factor is set
	Variance        float64  // average variance extracted; only when Factor is set
	Factor          bool     // there are at least three items, and the factor was found
	Item            []ItemReliability
}

// ItemReliability is one item's part in a scale.
type ItemReliability struct {
	Mean, SD     float64
	Rest         float64 // correlation with the sum of the others
	AlphaWithout float64 // Alpha of the others; only with three items or more
	Loading      float64 // standardised, on one factor; only when Factor is set
}

// NewReliability looks at complete answers, a row per respondent and a column per
// item.
//
//	α = k/(k−1) (1 − Σs_i²/s_T²)      L. J. Cronbach, Psychometrika 16 (1951) 297–334
//	1−α ~ F(n−1, (n−1)(k−1))           L. S. Feldt, Psychometrika 30 (1965) 357–370
//	ω = (Σλ)²/((Σλ)² + Σθ)             R. P. McDonald, Test Theory (1999); λ and θ by maximum likelihood
//
// It returns false with fewer than two items or three respondents, or when an
// item has the same answer from all. O(respondents × items² + items³ × rounds).
func NewReliability(answers *mat.Dense) (Reliability, bool) {
	n, k := answers.Dims()
	if n < 3 || k < 2 {
		return Reliability{}, false
	}
	var cov mat.SymDense
	stat.CovarianceMatrix(&cov, answers, nil)
	for i := range k {
		if !(cov.At(i, i) > 0) {
			return Reliability{}, false
		}
	}
	r := Reliability{Items: k, N: n, Item: make([]ItemReliability, k)}
	every := make([]bool, k)
	for i := range every {
		every[i] = true
	}
	r.Alpha = alpha(&cov, every)
	pairs := 0
	for i := range k {
		for j := range i {
			r.MeanCorrelation += cov.At(i, j) / math.Sqrt(cov.At(i, i)*cov.At(j, j))
			pairs++
		}
	}
	r.MeanCorrelation /= float64(pairs)
	r.AlphaStandard = float64(k) * r.MeanCorrelation / (1 + float64(k-1)*r.MeanCorrelation)
	d1, d2 := float64(n-1), float64((n-1)*(k-1))
	high, _ := FQuantile(0.975, d1, d2)
	low, _ := FQuantile(0.025, d1, d2)
	r.AlphaInterval = Interval{1 - (1-r.Alpha)*high, 1 - (1-r.Alpha)*low}
	for i := range k {
		r.Item[i] = itemReliability(answers, &cov, i, every)
	}
	if k > 2 {
		r.factor(&cov)
	}
	return r, true
}

// alpha is that of the items that are in.
func alpha(cov *mat.SymDense, in []bool) float64 {
	own, all, k := 0.0, 0.0, 0.0
	for i, x := range in {
		if !x {
			continue
		}
		k++
		own += cov.At(i, i)
		for j, y := range in {
			if y {
				all += cov.At(i, j)
			}
		}
	}
	return k / (k - 1) * (1 - own/all)
}

func itemReliability(answers *mat.Dense, cov *mat.SymDense, i int, in []bool) ItemReliability {
	n, k := answers.Dims()
	out := ItemReliability{SD: math.Sqrt(cov.At(i, i))}
	for row := range n {
		out.Mean += answers.At(row, i)
	}
	out.Mean /= float64(n)
	with, rest := 0.0, 0.0
	for j := range k {
		if j == i {
			continue
		}
		with += cov.At(i, j)
		for m := range k {
			if m != i {
				rest += cov.At(j, m)
			}
		}
	}
	out.Rest = with / (out.SD * math.Sqrt(rest))
	if k > 2 {
		in[i] = false
		out.AlphaWithout = alpha(cov, in)
		in[i] = true
	}
	return out
}

const (
	factorRounds = 200_000
	factorTiny   = 1e-13
)

// factor fits one factor to a covariance matrix by maximum likelihood, with the
// EM algorithm of D. B. Rubin and D. T. Thayer (Psychometrika 47 (1982) 69–76),
// accelerated by squared extrapolation (SQUAREM: R. Varadhan and C. Roland,
// Scandinavian Journal of Statistics 35 (2008) 335–353).
func (r *Reliability) factor(cov *mat.SymDense) {
	k := r.Items
	x := make([]float64, 2*k)
	for i := range k {
		x[i] = math.Sqrt(math.Max(r.MeanCorrelation, 0.05) * cov.At(i, i))
		x[k+i] = cov.At(i, i) - x[i]*x[i]
	}
	step := func(x []float64) []float64 { return factorStep(cov, x) }
	for round := 0; round < factorRounds; round += 3 {
		x1 := step(x)
		x2 := step(x1)
		norm, curve := 0.0, 0.0
		for i := range x {
			a, b := x1[i]-x[i], x2[i]-2*x1[i]+x[i]
			norm += a * a
			curve += b * b
		}
		if norm < factorTiny*factorTiny || curve == 0 {
			x = x2
			break
		}
		length := -math.Sqrt(norm / curve)
		next := make([]float64, len(x))
		for i := range x {
			a, b := x1[i]-x[i], x2[i]-2*x1[i]+x[i]
			next[i] = x[i] - 2*length*a + length*length*b
		}
		good := true
		for i := range k {
			good = good && next[k+i] > 0
		}
		if !good || factorDeviance(cov, next) > factorDeviance(cov, x2) {
			next = x2
		}
		x = step(next)
	}
	sum, unique, squares := 0.0, 0.0, 0.0
	for i := range k {
		if !(x[k+i] > 0) || math.IsNaN(x[i]) {
			return
		}
		sum += x[i]
		unique += x[k+i]
		r.Item[i].Loading = x[i] / math.Sqrt(x[i]*x[i]+x[k+i])
		squares += r.Item[i].Loading * r.Item[i].Loading
	}
	r.Factor = true
	r.Omega = sum * sum / (sum*sum + unique)
	r.Variance = squares / float64(k)
}

// factorStep is one EM step for loadings λ = x[:k] and unique variances θ = x[k:].
func factorStep(cov *mat.SymDense, x []float64) []float64 {
	k := len(x) / 2
	h := 1.0
	for i := range k {
		h += x[i] * x[i] / x[k+i]
	}
	weights := make([]float64, k) // of the factor's expectation given the items
	for i := range k {
		weights[i] = x[i] / x[k+i] / h
	}
	cross := make([]float64, k)
	second := 1 / h
	for i := range k {
		for j := range k {
			cross[i] += cov.At(i, j) * weights[j]
		}
	}
	for i := range k {
		second += weights[i] * cross[i]
	}
	out := make([]float64, 2*k)
	for i := range k {
		out[i] = cross[i] / second
		out[k+i] = math.Max(1e-9*cov.At(i, i), cov.At(i, i)-out[i]*cross[i])
	}
	return out
}

// factorDeviance is log |Σ| + tr(SΣ⁻¹), which the fit makes least.
func factorDeviance(cov *mat.SymDense, x []float64) float64 {
	k := len(x) / 2
	h, logs, trace := 1.0, 0.0, 0.0
	for i := range k {
		h += x[i] * x[i] / x[k+i]
		logs += math.Log(x[k+i])
		trace += cov.At(i, i) / x[k+i]
	}
	for i := range k {
		for j := range k {
			trace -= cov.At(i, j) * x[i] / x[k+i] * x[j] / x[k+j] / h
		}
	}
	return logs + math.Log(h) + trace
}
