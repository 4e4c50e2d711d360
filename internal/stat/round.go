package stat

import (
	"math"
	"strconv"
	"strings"
)

// FormatHalfUp writes a value with exactly so many decimals (0 to 15), rounding
// half up as people do on paper: 84.085 becomes 84.09, and −0.5 becomes −1, away
// from zero, as spreadsheets round.
//
// It rounds the shortest decimal number that names the float64, not the binary
// fraction: the float64 nearest to 84.085 lies a little below it, and
// arithmetic on binary fractions, as in fmt, would give 84.08. There is no
// negative zero. It returns the empty string for an infinity or NaN.
func FormatHalfUp(value float64, decimals int) string {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		return ""
	}
	decimals = min(max(decimals, 0), 15)
	text := strconv.FormatFloat(math.Abs(value), 'f', -1, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	up := len(fraction) > decimals && fraction[decimals] >= '5'
	if len(fraction) < decimals {
		fraction += strings.Repeat("0", decimals-len(fraction))
	}
	digits := []byte("0" + whole + fraction[:decimals])
	for i := len(digits) - 1; up; i-- { // ends at the leading 0 at the latest
		if digits[i] == '9' {
			digits[i] = '0'
			continue
		}
		digits[i]++
		up = false
	}
	if digits[0] == '0' {
		digits = digits[1:]
	}
	out := string(digits)
	if decimals > 0 {
		point := len(out) - decimals
		out = out[:point] + "." + out[point:]
	}
	if value < 0 && strings.Trim(out, "0.") != "" {
		out = "-" + out
	}
	return out
}

// RoundHalfUp returns the float64 nearest to what [FormatHalfUp] writes; an
// infinity or NaN stays what it is.
func RoundHalfUp(value float64, decimals int) float64 {
	rounded, err := strconv.ParseFloat(FormatHalfUp(value, decimals), 64)
	if err != nil {
		return value
	}
	return rounded
}
