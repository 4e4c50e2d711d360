package logic

import (
	"math"
	"strings"
	"unicode/utf8"
)

// function is what is known of a function whose arguments are all values.
type function struct {
	params  []ValueKind // the kinds of its arguments; Missing: words, numbers or dates
	least   int         // arguments that it needs
	endless bool        // the last parameter may be given any number of times
	truth   bool        // a test
	result  ValueKind   // of a value; Missing: that of its arguments
	usage   string      // how it is written
}

var functions = map[string]function{
	"length":      {[]ValueKind{Text}, 1, false, false, Number, "length(text)"},
	"contains":    {[]ValueKind{Text, Text}, 2, false, true, Missing, "contains(text, 'part')"},
	"starts_with": {[]ValueKind{Text, Text}, 2, false, true, Missing, "starts_with(text, 'beginning')"},
	opMatches:     {[]ValueKind{Text, Text}, 2, false, true, Missing, "matches(text, 'pattern')"},
	opAge:         {[]ValueKind{Date, Date}, 1, false, false, Number, "age(date) or age(date, on_date)"},
	"year":        {[]ValueKind{Date}, 1, false, false, Number, "year(date)"},
	"sum":         {[]ValueKind{Number}, 1, true, false, Number, "sum(a, b)"},
	"mean":        {[]ValueKind{Number}, 1, true, false, Number, "mean(a, b)"},
	"min":         {[]ValueKind{Number}, 1, true, false, Missing, "min(a, b)"},
	"max":         {[]ValueKind{Number}, 1, true, false, Missing, "max(a, b)"},
	opRound:       {[]ValueKind{Number, Number}, 1, false, false, Number, "round(number) or round(number, 2)"},
	"abs":         {[]ValueKind{Number}, 1, false, false, Number, "abs(number)"},
	"int":         {[]ValueKind{Number}, 1, false, false, Number, "int(number)"},
	"concat":      {[]ValueKind{Missing}, 1, true, false, Text, "concat(a, ' ', b)"},
	opCoalesce:    {[]ValueKind{Missing}, 1, true, false, Missing, "coalesce(a, b)"},
}

// maxText is the longest text that concat makes, in characters.
const maxText = 10_000

// number is a result, missing when it is not finite, and never minus zero.
func number(x float64) Value {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Value{}
	}
	if x == 0 {
		x = 0
	}
	return Value{Kind: Number, Number: x}
}

// arithmetic works out a binary operator. Dates are days, so that the difference
// of two is a number and all else that has a date in it is a date.
func arithmetic(op string, a, b Value) Value {
	if a.Kind == Missing || b.Kind == Missing {
		return Value{}
	}
	var x float64
	switch op {
	case "+":
		x = a.Number + b.Number
	case "-":
		x = a.Number - b.Number
	case "*":
		return number(a.Number * b.Number)
	default:
		return number(a.Number / b.Number)
	}
	if (a.Kind == Date) != (b.Kind == Date) {
		return day(x)
	}
	return number(x)
}

// overall works out the functions of any number of values, of those that are not
// missing. A mean is the sum from left to right, divided once.
func overall(name string, list []Value) Value {
	var x float64
	var n int
	var kind ValueKind
	for _, v := range list {
		if v.Kind == Missing {
			continue
		}
		n++
		switch {
		case n == 1:
			x, kind = v.Number, v.Kind
		case name == "min":
			x = min(x, v.Number)
		case name == "max":
			x = max(x, v.Number)
		default:
			x += v.Number
		}
	}
	switch {
	case n == 0:
		return Value{}
	case name == "mean":
		return number(x / float64(n))
	case kind == Date:
		return day(x)
	}
	return number(x)
}

// concat joins values; a missing one makes the whole missing.
func concat(list []Value) Value {
	var b strings.Builder
	length := 0
	for _, v := range list {
		var part string
		switch v.Kind {
		case Missing:
			return Value{}
		case Number:
			part = decimal(v.Number)
		case Date:
			part = isoDay(v.Number)
		default:
			part = word(v)
		}
		if length += utf8.RuneCountInString(part); length > maxText {
			return Value{}
		}
		b.WriteString(part)
	}
	return Value{Kind: Text, Text: b.String()}
}

// word is a value as a text: the code of an option, the text of a text.
func word(v Value) string {
	if v.Kind == Code {
		return v.Code
	}
	return v.Text
}
