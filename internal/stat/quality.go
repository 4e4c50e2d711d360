package stat

import "math"

// NCHS says whether a share may be shown, by the presentation standards of the
// US National Center for Health Statistics (J. D. Parker et al., Vital and Health
// Statistics 2(175), 2017), given its capped Korn–Graubard interval.
//
// The codes: present; suppress_n (fewer than 30 answers, real or effective),
// suppress_width (interval of 30 points or more), suppress_relwidth (wider than
// 130 % of the share), present_complement_unreliable (the same for what is left
// to 100 %), review_df (fewer than 8 degrees of freedom), review_zero (nobody or
// everybody), review (no interval). The numeric limits are as quoted there.
func NCHS(p, n, effective, df float64, interval Interval, known bool) string {
	width := interval.High - interval.Low
	switch {
	case n < 30 || effective < 30:
		return "suppress_n"
	case !known:
		return "review"
	case width >= 0.30:
		return "suppress_width"
	case width <= 0.05 && df < 8:
		return "review_df"
	case width <= 0.05:
		return "present"
	case p > 0 && width/p > 1.30:
		return "suppress_relwidth"
	case p < 1 && width/(1-p) > 1.30:
		return "present_complement_unreliable"
	case df < 8:
		return "review_df"
	case p == 0 || p == 1:
		return "review_zero"
	}
	return "present"
}

// StraightLine reports whether answers to the items of a scale are all the same,
// although enough were given: at least 80 % of the items. missing are answers
// that are not there, as NaN.
func StraightLine(answers []float64) bool {
	n, first, same := 0, 0.0, true
	for _, a := range answers {
		if math.IsNaN(a) {
			continue
		}
		if n++; n == 1 {
			first = a
		}
		same = same && a == first
	}
	return n > 0 && same && float64(n) >= math.Ceil(0.8*float64(len(answers)))
}

// Outcomes are the final dispositions of the people of a sample (AAPOR, Standard
// Definitions, 10th edition, 2023).
type Outcomes struct {
	Complete     int64 // I
	Partial      int64 // P
	Refusal      int64 // R: refused, or broke off
	NonContact   int64 // NC
	Other        int64 // O
	UnknownHouse int64 // UH: not known whether there is anybody to ask
	UnknownOther int64 // UO
	NotEligible  int64 // NE
}

// Rates are AAPOR's outcome rates. One without a base is NaN inside and false
// outside: see [Outcomes.Rates].
type Rates struct {
	Eligible    float64 // e: the share of unknown cases taken for eligible, by proportional allocation
	Response    [6]float64
	Cooperation [4]float64
	Refusals    [3]float64
	Contact     [3]float64
}

// Rates returns the outcome rates. RR1 = I/(I+P+R+NC+O+UH+UO); RR3 and RR4 take
// the share e = (I+P+R+NC+O)/(I+P+R+NC+O+NE) of the unknown for eligible, RR5 and
// RR6 none; the even ones count partial answers as responses. It returns false
// when nobody was contacted (I+P+R = 0) or a number is negative.
func (o Outcomes) Rates() (Rates, bool) {
	for _, n := range []int64{o.Complete, o.Partial, o.Refusal, o.NonContact, o.Other, o.UnknownHouse, o.UnknownOther, o.NotEligible} {
		if n < 0 {
			return Rates{}, false
		}
	}
	i, p, r := float64(o.Complete), float64(o.Partial), float64(o.Refusal)
	if i+p+r == 0 {
		return Rates{}, false
	}
	contacted := i + p + r + float64(o.Other)
	base := contacted + float64(o.NonContact)
	unknown := float64(o.UnknownHouse + o.UnknownOther)
	var x Rates
	x.Eligible = base / (base + float64(o.NotEligible))
	for k, d := range []float64{base + unknown, base + float64(x.Eligible*unknown), base} {
		x.Response[2*k], x.Response[2*k+1] = i/d, (i+p)/d
		x.Refusals[k], x.Contact[k] = r/d, contacted/d
	}
	x.Cooperation = [4]float64{i / contacted, (i + p) / contacted, i / (i + p + r), (i + p) / (i + p + r)}
	return x, true
}
