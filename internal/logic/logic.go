// Package logic is the condition language of questionnaires: parse, check,
// evaluate.
//
//	expr := and { "or" and }        and  := not { "and" not }
//	not  := "not" not | prim        prim := "(" expr ")" | test | func
//	test := operand cmp operand | operand "in" "(" literal { "," literal } ")"
//	      | operand "between" number "and" number
//	func := selected(item, 'code') | answered(item)
//	cmp  := = | != | < | <= | > | >=
//	operand := item | number | 'string' | count(item)
//
// It is small on purpose and has no loops, no regular expressions and no state,
// so that the same condition can be evaluated anywhere. Truth has three values:
// a test of a missing answer is unknown, not, and, or follow Kleene, and only
// what is true counts as fulfilled. answered() is never unknown.
package logic

// Value is an answer as a condition sees it. The zero Value is missing: an item
// not asked, skipped, or answered with a missing code.
type Value struct {
	Kind   ValueKind
	Code   string   // Code
	Codes  []string // Set
	Number float64  // Number; of a Code, the option's value
	Text   string   // Text
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

type either struct{ left, right node } // or

func (n either) eval(l func(string) Value) Truth { return max(n.left.eval(l), n.right.eval(l)) }

func (n either) names(add func(string, int)) { n.left.names(add); n.right.names(add) }
func (n either) level() int                  { return 1 }

type both struct{ left, right node } // and

func (n both) eval(l func(string) Value) Truth { return min(n.left.eval(l), n.right.eval(l)) }

func (n both) names(add func(string, int)) { n.left.names(add); n.right.names(add) }
func (n both) level() int                  { return 2 }

type negation struct{ of node }

func (n negation) eval(l func(string) Value) Truth { return True - n.of.eval(l) }

func (n negation) names(add func(string, int)) { n.of.names(add) }
func (n negation) level() int                  { return 3 }

// comparison is operand cmp operand.
type comparison struct {
	left, right operand
	op          string
	column      int
}

func (n comparison) eval(l func(string) Value) Truth {
	return compare(n.left.value(l), n.op, n.right.value(l))
}

func (n comparison) names(add func(string, int)) { n.left.names(add); n.right.names(add) }
func (n comparison) level() int                  { return 4 }

// compare compares two answers. Codes and texts are equal or not; numbers, and
// codes by the values of their options, have an order too. Which of these are
// allowed is settled when the condition is checked.
func compare(a Value, op string, b Value) Truth {
	if a.Kind == Missing || b.Kind == Missing {
		return Unknown
	}
	words := (a.Kind == Code || a.Kind == Text) && (b.Kind == Code || b.Kind == Text)
	switch op {
	case "=", "!=":
		equal := a.Number == b.Number
		if words {
			equal = a.Code+a.Text == b.Code+b.Text
		}
		return truth(equal == (op == "="))
	case "<":
		return truth(a.Number < b.Number)
	case "<=":
		return truth(a.Number <= b.Number)
	case ">":
		return truth(a.Number > b.Number)
	default:
		return truth(a.Number >= b.Number)
	}
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

// membership is operand in (literals).
type membership struct {
	of     operand
	list   []operand
	column int
}

func (n membership) eval(l func(string) Value) Truth {
	v, t := n.of.value(l), False
	for _, literal := range n.list {
		t = max(t, compare(v, "=", literal.value(l)))
	}
	return t
}

func (n membership) names(add func(string, int)) { n.of.names(add) }
func (n membership) level() int                  { return 4 }

// span is operand between number and number, both included.
type span struct {
	of        operand
	low, high operand
	column    int
}

func (n span) eval(l func(string) Value) Truth {
	v := n.of.value(l)
	return min(compare(v, ">=", n.low.value(l)), compare(v, "<=", n.high.value(l)))
}

func (n span) names(add func(string, int)) { n.of.names(add) }
func (n span) level() int                  { return 4 }

// selection is selected(item, 'code').
type selection struct {
	item, code operand
}

func (n selection) eval(l func(string) Value) Truth {
	v := n.item.value(l)
	if v.Kind == Missing {
		return Unknown
	}
	for _, code := range v.Codes {
		if code == n.code.text {
			return True
		}
	}
	return False
}

func (n selection) names(add func(string, int)) { n.item.names(add) }
func (n selection) level() int                  { return 4 }

// presence is answered(item).
type presence struct{ item operand }

func (n presence) eval(l func(string) Value) Truth { return truth(n.item.value(l).Kind != Missing) }

func (n presence) names(add func(string, int)) { n.item.names(add) }
func (n presence) level() int                  { return 4 }

type operandKind uint8

const (
	itemOperand operandKind = iota
	countOperand
	numberOperand
	textOperand
)

// operand is what is compared.
type operand struct {
	kind   operandKind
	text   string  // item id or literal
	number float64 // numberOperand
	column int
}

func (o operand) value(lookup func(string) Value) Value {
	switch o.kind {
	case itemOperand:
		return lookup(o.text)
	case countOperand:
		v := lookup(o.text)
		if v.Kind == Missing {
			return v
		}
		return Value{Kind: Number, Number: float64(len(v.Codes))}
	case numberOperand:
		return Value{Kind: Number, Number: o.number}
	default:
		return Value{Kind: Code, Code: o.text, Number: o.number}
	}
}

func (o operand) names(add func(string, int)) {
	if o.kind == itemOperand || o.kind == countOperand {
		add(o.text, o.column)
	}
}
