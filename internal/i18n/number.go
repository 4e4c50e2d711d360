package i18n

import (
	"math"
	"strconv"
	"strings"
)

// Unknown stands where a number would, when there is none.
const Unknown = "–"

// Int writes a whole number with groups of three: 1.234 in Vietnamese, 1,234 in
// English.
func Int(lang string, n int64) string { return Decimal(lang, strconv.FormatInt(n, 10)) }

// Number writes a number with a fixed count of decimals: 1.234,56 in Vietnamese,
// 1,234.56 in English. The value is expected to be rounded already, by the rule
// of whoever computed it; what is not finite is [Unknown].
func Number(lang string, v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	return Decimal(lang, strconv.FormatFloat(v, 'f', max(decimals, 0), 64))
}

// Percent writes a percentage, such as 84,09 % in Vietnamese (with a space that
// does not break) and 84.09% in English.
func Percent(lang string, v float64, decimals int) string {
	return WithPercent(lang, Number(lang, v, decimals))
}

// WithPercent puts the percent sign behind a number that is written already.
func WithPercent(lang, number string) string {
	if number == Unknown {
		return number
	}
	if lang == English {
		return number + "%"
	}
	return number + "\u00a0%"
}

// Decimal writes a number that is given as plain digits with a point, such as
// -1234.50, in the language's way, and keeps every digit: pages show the very
// digits of the files. Anything else is returned as it is.
func Decimal(lang, digits string) string {
	rest, negative := strings.CutPrefix(digits, "-")
	whole, fraction, hasPoint := strings.Cut(rest, ".")
	if !allDigits(whole) || (hasPoint && !allDigits(fraction)) {
		return digits
	}
	group, point := ".", ","
	if lang == English {
		group, point = ",", "."
	}
	var b strings.Builder
	if negative && strings.Trim(rest, "0.") != "" {
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(group)
		}
		b.WriteByte(whole[i])
	}
	if hasPoint {
		b.WriteString(point + fraction)
	}
	return b.String()
}

// shortest writes a number with as many decimals as it has.
func shortest(lang string, v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Unknown
	}
	return Decimal(lang, strconv.FormatFloat(v, 'f', -1, 64))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
