// Package logic is the condition language of questionnaires: parse, check,
// evaluate.
//
//	expr    := and { "or" and }
//	and     := not { "and" not }
//	not     := "not" not | part
//	func    := selected(item, 'code') | answered(item)
//	part    := "(" expr ")" | test | func
//	test    := operand cmp operand | operand "in" "(" literal { "," literal } ")"
//	         | operand "between" number "and" number
//	cmp     := = | != | < | <= | > | >=
//	operand := item | literal | count(item)
//	literal := number | 'string'
//
// It is small on purpose and has no loops, no regular expressions and no state,
// so that the same condition can be evaluated anywhere. Truth has three values:
// a test of a missing answer is unknown, not, and, or follow Kleene, and only
// what is true counts as fulfilled. answered() is never unknown.
//
// Options are equal by their codes and ordered by their values, never by the
// spelling of their codes: quality >= 'good' holds for every option whose value
// is not below that of the option good.
//
// What a condition may read, and when, is not known here: package questionnaire
// decides that.
package logic

// Value is an answer as a condition sees it. The zero Value is missing: an item
// not asked, skipped, or answered with a missing code.
type Value struct {
	Kind   ValueKind
	Code   string             // Code
	Codes  []string           // Set
	Number float64            // Number; of a Code, the option's value
	Text   string             // Text
	Values map[string]float64 // Code: the values of all options of the item, if all have one; only read
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
)

// Truth is true, false or unknown.
type Truth uint8

// The truth values. The order makes and the minimum, or the maximum.
const (
	False Truth = iota
	Unknown
	True
)

// Expr is a condition. It is immutable.
type Expr struct{ root node }

// node is one part of a condition.
type node interface {
	eval(lookup func(id string) Value) Truth
	names(add func(id string, column int))
	check(c *checker)
	print(p *printer)
	level() int // of precedence: 1 or, 2 and, 3 not, 4 the rest
}

// Eval returns the truth of the condition; lookup returns the answer to an item.
func (e *Expr) Eval(lookup func(id string) Value) Truth { return e.root.eval(lookup) }

// True reports whether the condition is true: neither false nor unknown.
func (e *Expr) True(lookup func(id string) Value) bool { return e.Eval(lookup) == True }

// Name is an item that a condition reads, with the place where it does.
type Name struct {
	ID     string
	Column int // in characters, from 1
}

// Names lists the items that the condition reads, in the order in which they stand there.
func (e *Expr) Names() []Name {
	var list []Name
	e.root.names(func(id string, column int) { list = append(list, Name{id, column}) })
	return list
}
