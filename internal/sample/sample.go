// Package sample is the mathematics of survey samples: estimates and their
// variances by the design of the sample, and weights. Numbers in, numbers out.
//
// For the usual design — strata, each with one weight — everything follows from
// integer counts per stratum and answer, which add up in any order to the same
// bits. Only calibrated weights need a pass over respondents.
//
// All variances are Taylor's (linearisation), as in R's package survey, to which
// the tests compare. Notation: stratum h, n_h respondents, N_h population,
// f_h = n_h/N_h, w_h = N_h/n_h; a domain is the answers an estimate is about,
// whose respondents are part of the n_h of their strata. For input that has no
// answer functions return false, never NaN.
package sample

import "math"

// Lonely says what a stratum with a single respondent contributes to a variance:
// one answer shows no spread. It is a policy, and results must name it.
type Lonely uint8

// The policies, as R's survey.lonely.psu names them.
const (
	Adjust    Lonely = iota // the deviation from the estimate itself, (1−f)·e²: cautious, the default
	Remove                  // nothing
	Certainty               // nothing, as if it were sampled with certainty
	Average                 // the mean of the other strata of the domain
)

// LonelyNamed returns the policy with a name of survey.lonely.psu: adjust, remove,
// certainty or average. Any other text is Adjust, which holds when nothing is said.
func LonelyNamed(name string) Lonely {
	switch name {
	case "remove":
		return Remove
	case "certainty":
		return Certainty
	case "average":
		return Average
	}
	return Adjust
}

// Stratum is one stratum of a sample.
type Stratum struct {
	Population int64   // N_h; 0: not known, so there is no finite population correction
	Sampled    int64   // n_h: all respondents, also those outside the domain or without a valid answer
	Weight     float64 // w_h where Population is 0; else it is N_h/n_h
}

// valid reports whether a stratum can be: somebody was asked, no more than there are.
func (s Stratum) valid() bool {
	switch {
	case s.Sampled < 0 || s.Population < 0:
		return false
	case s.Population == 0:
		return s.Weight > 0 && !math.IsInf(s.Weight, 0)
	}
	return s.Sampled <= s.Population
}

// weight returns w_h.
func (s Stratum) weight() float64 {
	if s.Population == 0 {
		return s.Weight
	}
	return float64(s.Population) / float64(s.Sampled)
}

// rest returns 1 − f_h.
func (s Stratum) rest() float64 {
	if s.Population == 0 {
		return 1
	}
	return float64(s.Population-s.Sampled) / float64(s.Population)
}

// Estimate is an estimate with what is known of its precision.
type Estimate struct {
	N        int64   // valid answers in the domain
	Weight   float64 // sum of their weights
	Value    float64
	Variance float64 // by the design
	DF       int     // respondents (or clusters) minus strata, of the domain; not positive: no interval can be given
	Kish     float64 // (Σw)²/Σw²: how much the weights alone cost
	Spread   float64 // Σw(y−ȳ)²/Σw, the variance of one answer
	Complete bool    // everybody of every stratum of the domain was asked, so that there is no sampling error
}

// SE returns the standard error.
func (e Estimate) SE() float64 { return math.Sqrt(e.Variance) }

// DesignEffect returns the variance as a multiple of that of a simple random
// sample of as many answers, drawn with or without replacement. It returns false
// where that has no variance.
func (e Estimate) DesignEffect(replacement bool) (float64, bool) {
	n := float64(e.N)
	if e.N < 2 || !(e.Spread > 0) {
		return 0, false
	}
	simple := e.Spread * n / (n - 1) / n
	if !replacement {
		if !(e.Weight > n) {
			return 0, false
		}
		simple *= (e.Weight - n) / e.Weight
	}
	return e.Variance / simple, true
}

// variance sums what the strata of a domain contribute.
type variance struct {
	lonely Lonely
	sum    float64
	strata int // with somebody in the domain
	lone   int // of these, single ones whose contribution is not known
}

// add takes the sum and the sum of squares of the linearised values of one
// stratum of n units, of which a part 1−f = rest was not asked; centre is what a
// lonely unit is compared with.
func (v *variance) add(n int64, rest, sum, squares float64) {
	v.strata++
	switch {
	case rest < 1e-7:
	case n > 1:
		m := float64(n)
		spread := squares - float64(sum*sum)/m
		v.sum += float64(rest*m/(m-1)) * math.Max(spread, 0)
	case v.lonely == Adjust:
		v.sum += rest * squares
	case v.lonely == Average:
		v.lone++
	}
}

// total returns the variance.
func (v *variance) total() float64 {
	if v.lone > 0 && v.lone < v.strata {
		return v.sum * float64(v.strata) / float64(v.strata-v.lone)
	}
	return v.sum
}
