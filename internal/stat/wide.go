package stat

import (
	"math"
	"math/big"
	"strconv"
)

// Wide is a number with about 31 significant digits, as an unevaluated sum of
// two float64 (double-double arithmetic: T. J. Dekker, Numerische Mathematik 18
// (1971) 224–242; the zero value is 0).
//
// Scores are means of means with weights such as 0.2, which no float64 holds. In
// float64 an index that is exactly 84.085 comes out as 84.08499999999999, or not,
// depending on the order of summation, and is then rounded to 84.08. A Wide comes
// out as the float64 nearest to the exact value, in any order.
//
// Magnitudes must stay between 1e-100 and 1e100; scores do.
type Wide struct{ hi, lo float64 }

// Whole returns an integer as a Wide, exactly.
func Whole(n int64) Wide {
	hi := float64(n)
	if hi == 1<<63 { // the nearest float64 is no int64
		return Wide{hi: hi, lo: float64(n - math.MaxInt64 - 1)}
	}
	return Wide{hi: hi, lo: float64(n - int64(hi))}
}

// Float returns a float64 as a Wide, exactly: for what was computed in float64.
// It returns 0 for an infinity or NaN.
func Float(f float64) Wide {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Wide{}
	}
	return Wide{hi: f}
}

// Decimal returns the decimal number that a person wrote and a parser read as f:
// Decimal(0.2) is one fifth, not the float64 below it. It returns 0 for an
// infinity or NaN, which no file may contain.
func Decimal(f float64) Wide {
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	if !ok {
		return Wide{}
	}
	rest := new(big.Rat).Sub(exact, new(big.Rat).SetFloat64(f))
	lo, _ := rest.Float64()
	return Wide{hi: f, lo: lo}
}

// Float64 returns the nearest float64.
func (a Wide) Float64() float64 { return a.hi }

// Add returns a + b.
func (a Wide) Add(b Wide) Wide {
	hi, lo := twoSum(a.hi, b.hi)
	lo2, rest := twoSum(a.lo, b.lo)
	hi, lo = quickTwoSum(hi, lo+lo2)
	return normal(hi, lo+rest)
}

// Mul returns a × b.
func (a Wide) Mul(b Wide) Wide {
	hi := float64(a.hi * b.hi)
	lo := math.FMA(a.hi, b.hi, -hi)
	lo += float64(a.hi*b.lo) + float64(a.lo*b.hi)
	return normal(hi, lo)
}

// Quo returns a ÷ b, and 0 when b is 0: callers check their bases first.
func (a Wide) Quo(b Wide) Wide {
	if b.hi == 0 {
		return Wide{}
	}
	q := a.hi / b.hi
	rest := a.Add(b.Mul(Wide{hi: -q}))
	q2 := rest.hi / b.hi
	rest = rest.Add(b.Mul(Wide{hi: -q2}))
	q3 := rest.hi / b.hi
	q, q2 = quickTwoSum(q, q2)
	return Wide{hi: q, lo: q2}.Add(Wide{hi: q3})
}

func normal(hi, lo float64) Wide {
	hi, lo = quickTwoSum(hi, lo)
	return Wide{hi: hi, lo: lo}
}

// twoSum returns a + b and its rounding error.
func twoSum(a, b float64) (sum, err float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// quickTwoSum is twoSum for |a| ≥ |b|.
func quickTwoSum(a, b float64) (sum, err float64) {
	sum = a + b
	return sum, b - (sum - a)
}
