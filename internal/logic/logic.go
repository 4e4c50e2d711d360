// Package logic is the language of conditions and calculations in
// questionnaires: parse, check, evaluate, and hand over to the browser.
//
//	or      := and { "or" and }
//	and     := not { "and" not }
//	not     := compare | "not" not
//	compare := sum [ cmp sum | "in" "(" literal { "," literal } ")" | "between" sum "and" sum ]
//	cmp     := = | != | < | <= | > | >=
//	sum     := product { ("+" | "-") product }
//	product := minus { ("*" | "/") minus }
//	minus   := single | "-" minus
//	single  := "(" or ")" | item | literal | true | false | function "(" [ or { "," or } ] ")"
//	literal := number | 'text' | date('2026-03-31')
//
// It is small on purpose and has no loops and no state, so that the same
// expression can be evaluated anywhere. A condition is true, false or unknown; a
// calculation gives a [Value]: a number, a text, a date or an option. The two
// are never taken for each other: if(condition, 1, 0) makes a number of one, a
// comparison a condition of the other.
//
// # Functions
//
//	answered(item)           is there an answer? Never unknown.
//	selected(item, 'code')   is it among the options chosen?
//	count(item)              how many options are chosen
//	count(a, b, …)           how many of two or more items are answered
//	contains(text, text)     starts_with(text, text)    capital letters count
//	matches(text, 'pattern') has the whole text this form? See [CompilePattern].
//	if(condition, a, b)      a or b, both of one kind
//	coalesce(a, b, …)        the first that is not missing, all of one kind
//	min max sum mean (a, …)  of those that are not missing; min and max of dates, too
//	round(x, digits)         half away from zero, of the number as it is written in
//	                         decimal: round(1.005, 2) = 1.01; digits 0 to 10, or left out
//	int(x)  abs(x)           int cuts off what is behind the point
//	length(text)             characters, which are Unicode code points
//	concat(a, …)             texts, codes, numbers in full decimal, dates as 2026-03-31
//	date('2026-03-31')       today() or today    year(date)
//	age(date)  age(date, on) completed years today, or on a day; negative before the date;
//	                         who was born on 29 February completes a year on 1 March
//
// A word is a function only where "(" follows, so an item may be called age or
// min; [Reserved] lists the words that no item can have. Date minus date is a
// number of days, date plus or minus a number is a date, rounded down to a whole
// day. An option with a value counts as that number.
//
// channel, lang, agency_level, service, agency and today are read like items.
//
// # What is missing
//
// A test of a missing answer is unknown; not, and, or follow Kleene, and only
// what is true counts as fulfilled. Of a missing operand comes a missing result,
// except in the functions that pass over what is missing: coalesce, min, max,
// sum, mean (missing when nothing is left) and the counts of answered items. A
// condition that is unknown makes its if missing. Division by zero, numbers that
// are not finite, days outside the years 1 to 9999 and texts of more than 10,000
// characters are missing.
//
// Options are equal by their codes and ordered by their values, never by the
// spelling of their codes: quality >= 'good' holds for every option whose value
// is not below that of the option good.
//
// # In the browser
//
// [Expr.Compiled] is an expression as JSON for static/logic.js, which gives the
// same results to the last bit. Numbers, texts, true and false stand for
// themselves, everything else is an array that begins with its name:
//
//	["item", id]                             lookup(id)
//	["date", days]                           days since 2000-01-01
//	["and", test, …]  ["or", test, …]  ["not", test]
//	["=", a, b]  likewise != < <= > >=
//	["in", a, literal, …]  ["between", a, low, high]
//	["+", a, b]  likewise - * /              ["neg", a]
//	["words", a]                             a, where an option becomes the text of its code
//	["matches", text, source]                source of a RegExp: new RegExp("^(?:" + source + ")$", "u")
//	[function, argument, …]                  the functions above; round and age with both arguments
//
// The page supplies lookup(id) for every id of [Expr.Names]: null where the
// answer is missing, else what [Value] is in JSON, with all fields its kind has.
// Of an option that is code, number (its value) and values (the values of all
// options of the item by code, if all have one), which tests such as
// quality >= 'good' need. Texts are to be in Unicode's NFC with \n for a line
// break, as the server keeps them.
//
// What an expression may read, and when, is not known here: package questionnaire
// decides that.
package logic

import (
	"encoding/json"
	"fmt"
)

// Value is an answer or a result. The zero Value is missing: an item not asked,
// skipped, or answered with a missing code.
type Value struct {
	Kind   ValueKind
	Code   string             // Code
	Codes  []string           // Set
	Number float64            // Number; of a Code, the option's value; of a Date, days since 2000-01-01
	Text   string             // Text
	Values map[string]float64 // Code: the values of all options of the item, if all have one; only read
}

// MarshalJSON writes what static/logic.js calls a value: the fields of its kind,
// null when it is missing. It fails on a number that is not finite.
func (v Value) MarshalJSON() ([]byte, error) {
	type fields struct {
		Kind   ValueKind          `json:"kind"`
		Code   *string            `json:"code,omitempty"`
		Codes  *[]string          `json:"codes,omitempty"`
		Number *float64           `json:"number,omitempty"`
		Text   *string            `json:"text,omitempty"`
		Values map[string]float64 `json:"values,omitempty"`
	}
	f := fields{Kind: v.Kind}
	switch v.Kind {
	case Code:
		f.Code, f.Number, f.Values = &v.Code, &v.Number, v.Values
	case Set:
		codes := append([]string{}, v.Codes...) // never null
		f.Codes = &codes
	case Number, Date:
		f.Number = &v.Number
	case Text:
		f.Text = &v.Text
	default:
		return []byte("null"), nil
	}
	return json.Marshal(f)
}

// ValueKind tells which field of a Value counts.
type ValueKind uint8

// The kinds of values.
const (
	Missing ValueKind = iota
	Code
	Set
	Number
	Text
	Date
)

var kindNames = []string{Missing: "missing", Code: "code", Set: "set", Number: "number", Text: "text", Date: "date"}

// String is the name of the kind, as in JSON.
func (k ValueKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// MarshalText returns the name of the kind.
func (k ValueKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *ValueKind) UnmarshalText(text []byte) error {
	for kind, name := range kindNames {
		if name == string(text) {
			*k = ValueKind(kind)
			return nil
		}
	}
	return fmt.Errorf("there is no kind of value %q", text)
}

// Truth is true, false or unknown.
type Truth uint8

// The truth values. The order makes and the minimum, or the maximum.
const (
	False Truth = iota
	Unknown
	True
)

// Expr is a condition, made by [Parse], or a calculation, made by [ParseValue].
// It is immutable.
type Expr struct{ root *node }

// Eval returns the truth of a condition; lookup returns the answer to an item or
// context name. A calculation is neither true nor false, but unknown.
func (e *Expr) Eval(lookup func(id string) Value) Truth { return e.root.eval(lookup) }

// True reports whether the condition is true: neither false nor unknown.
func (e *Expr) True(lookup func(id string) Value) bool { return e.Eval(lookup) == True }

// Value returns the result of a calculation; lookup returns the answer to an item
// or context name. A condition has none: it is missing.
func (e *Expr) Value(lookup func(id string) Value) Value { return e.root.value(lookup) }

// Name is an item or context name that an expression reads, with the place where
// it does.
type Name struct {
	ID     string
	Column int // in characters, from 1
}

// Names lists what the expression reads, in the order in which it stands there.
// age(date) reads today, in its own place.
func (e *Expr) Names() []Name {
	var list []Name
	e.root.names(func(id string, column int) { list = append(list, Name{id, column}) })
	return list
}

// ContextNames lists the names that are read like items and are none: how, in
// which language, about whom and when the form is answered.
func ContextNames() []string {
	return []string{"channel", "lang", "agency_level", "service", "agency", today}
}

const today = "today"

var reserved = map[string]bool{
	"and": true, "or": true, "not": true, "in": true, "between": true,
	opTrue: true, opFalse: true, opSelected: true, opAnswered: true, opCount: true,
}

// Reserved reports whether a word means something in expressions, so that no
// item can have it as its id: an operator, a context name.
func Reserved(word string) bool { return reserved[word] || contextKind(word) != Missing }

// contextKind is what a context name holds when the caller does not say more,
// Missing for another word.
func contextKind(word string) ValueKind {
	switch word {
	case today:
		return Date
	case "channel", "lang", "agency_level", "service", "agency":
		return Text
	}
	return Missing
}
