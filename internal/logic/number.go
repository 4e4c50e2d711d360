package logic

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// decimal writes a number with the fewest digits that tell it from every other,
// without an exponent.
func decimal(x float64) string {
	if x == 0 {
		return "0" // never -0
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// maxDigits is the most decimals that round keeps.
const maxDigits = 10

// round rounds to a number of decimals, half away from zero. It shifts the point
// of the number as it is written in decimal, so that 1.005 is halfway between
// 1.00 and 1.01 although no binary number is; the same two conversions are done
// in the browser.
func round(x float64, digits int) Value {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(x), 'e', -1, 64), "e")
	shift, err := strconv.Atoi(exponent)
	if err != nil {
		return Value{} // infinite, or not a number
	}
	scaled, err := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(shift+digits), 64)
	if err != nil || scaled >= 1<<53 {
		return number(x) // too large to have such decimals
	}
	whole := strconv.FormatFloat(math.Round(scaled), 'f', 0, 64)
	rounded, err := strconv.ParseFloat(whole+"e-"+strconv.Itoa(digits), 64)
	if err != nil {
		return Value{}
	}
	return number(math.Copysign(rounded, x))
}

// Days are counted from 2000-01-01, and exist from 0001-01-01 to 9999-12-31.
const (
	epoch    = 10_957 // days from 1970-01-01 to 2000-01-01
	firstDay = -730_119
	lastDay  = 2_921_939
)

// day is a date, missing when there is no such day.
func day(x float64) Value {
	x = math.Floor(x)
	if !(x >= firstDay && x <= lastDay) {
		return Value{}
	}
	if x == 0 {
		x = 0
	}
	return Value{Kind: Date, Number: x}
}

// civil is a day as a time; ok is false when there is no such day.
func civil(days float64) (t time.Time, ok bool) {
	v := day(days)
	return time.Unix((int64(v.Number)+epoch)*86_400, 0).UTC(), v.Kind == Date
}

func isoDay(days float64) string {
	t, ok := civil(days)
	if !ok {
		return ""
	}
	return t.Format(time.DateOnly)
}

// year is the year of a date.
func year(days float64) Value {
	t, ok := civil(days)
	if !ok {
		return Value{}
	}
	return number(float64(t.Year()))
}

// age is the number of years that are complete on a day.
func age(born, on float64) Value {
	from, ok1 := civil(born)
	to, ok2 := civil(on)
	if !ok1 || !ok2 {
		return Value{}
	}
	years := to.Year() - from.Year()
	if to.Month() < from.Month() || to.Month() == from.Month() && to.Day() < from.Day() {
		years--
	}
	return number(float64(years))
}

// parseDay reads a date such as 2026-03-31 as days since 2000-01-01.
func parseDay(text string) (days float64, ok bool) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return float64(t.Unix()/86_400 - epoch), true
}
