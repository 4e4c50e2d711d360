package logic

import "slices"

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
	a, b := n.left.value(l), n.right.value(l)
	if ordered(n.op) {
		if n.left.kind == textOperand {
			a = valued(a, b)
		}
		if n.right.kind == textOperand {
			b = valued(b, a)
		}
	}
	return compare(a, n.op, b)
}

func ordered(op string) bool { return op != "=" && op != "!=" }

// valued gives a code that stands in the condition the value that it has among
// the options of the item it is compared with. It is missing when it has none.
func valued(literal, item Value) Value {
	number, ok := item.Values[literal.Code]
	if !ok {
		return Value{}
	}
	return Value{Kind: Code, Code: literal.Code, Number: number}
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
	return truth(slices.Contains(v.Codes, n.code.text))
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
