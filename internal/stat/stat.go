// Package stat is the mathematics of scores: numbers in, numbers out. It knows
// nothing of questionnaires or agencies, reads nothing and keeps nothing.
//
// Every function says what its number means, in which unit, where the formula
// comes from and for which input there is no answer; such input gives false,
// never NaN and never a guess. Products that feed a sum are rounded explicitly
// (float64(a*b)), so that no processor fuses them and all print the same bytes.
//
// All intervals here are for a simple random sample. Design effects, weights
// and finite populations are not taken into account.
package stat

import "math"

// Z95 is the 97.5 % quantile of the standard normal distribution: the factor of
// a two-sided 95 % interval.
const Z95 = 1.959963984540054

// Interval is a two-sided interval, both ends included, in the unit of the
// estimate it belongs to.
type Interval struct{ Low, High float64 }

// Wilson returns the 95 % score interval of a proportion p in [0, 1] that was
// seen in n answers. n may be an effective number of answers and so need not be
// whole.
//
//	centre ± half, with
//	centre = (p + z²/2n) / (1 + z²/n)
//	half   = z / (1 + z²/n) × √(p(1−p)/n + z²/4n²)
//
// Source: E. B. Wilson, JASA 22 (1927) 209–212; recommended for small n by
// Brown, Cai and DasGupta, Statistical Science 16 (2001) 101–133. Unlike p ± z·se
// it never leaves [0, 1] and is not of width zero at p = 0 or p = 1.
// Worked example: 8 of 10 gives 0.4902 to 0.9433.
//
// It returns false when n is not positive or p is not in [0, 1].
func Wilson(p, n float64) (Interval, bool) {
	if !(n > 0) || math.IsInf(n, 0) || !(p >= 0 && p <= 1) {
		return Interval{}, false
	}
	const zz = float64(Z95 * Z95)
	scale := 1 + zz/n
	centre := (p + zz/(2*n)) / scale
	half := Z95 / scale * math.Sqrt(float64(p*(1-p))/n+zz/float64(4*n*n))
	out := Interval{Low: max(centre-half, 0), High: min(centre+half, 1)}
	// At the ends the exact limit is p itself; the subtraction above leaves dust.
	if p == 0 {
		out.Low = 0
	}
	if p == 1 {
		out.High = 1
	}
	return out, true
}

// NormalMean returns the 95 % interval of a mean: mean ± z·sd/√n, where sd is the
// sample standard deviation (divisor n−1) and n the number of answers, whole or
// effective. The unit is that of the mean.
//
// The normal quantile is used, not Student's t: below about 30 answers the
// interval is therefore too narrow (at n = 10 by 13 %), which is why such scores
// are marked as having a low base. The limits are not cut at the ends of the
// scale. Equal answers (sd = 0) give an interval of width zero.
//
// It returns false when n is below 2, where no sample deviation exists, or when
// sd is negative or not a number.
func NormalMean(mean, sd, n float64) (Interval, bool) {
	if !(n >= 2) || math.IsInf(n, 0) || !(sd >= 0) || math.IsInf(sd, 0) || math.IsNaN(mean) || math.IsInf(mean, 0) {
		return Interval{}, false
	}
	half := float64(Z95 * sd / math.Sqrt(n))
	return Interval{Low: mean - half, High: mean + half}, true
}

// TopBox returns the share, in per cent, of n answers that are among the counted
// ones: 100·k/n, with about 31 digits. It returns false when n is not positive, is
// above 2^46 (70 trillion), or k is not between 0 and n.
func TopBox(k, n int64) (Wide, bool) {
	if n <= 0 || n > 1<<46 || k < 0 || k > n {
		return Wide{}, false
	}
	// Both are exact in float64, and so is the remainder of the division.
	part, whole := float64(100*k), float64(n)
	hi := part / whole
	return Wide{hi: hi, lo: math.FMA(-hi, whole, part) / whole}, true
}
