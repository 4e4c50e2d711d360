package logic

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// eval returns the truth of a condition.
func (n *node) eval(l func(string) Value) Truth {
	switch n.op {
	case opTrue:
		return True
	case opFalse:
		return False
	case opAnd:
		t := True
		for _, a := range n.args {
			t = min(t, a.eval(l))
		}
		return t
	case opOr:
		t := False
		for _, a := range n.args {
			t = max(t, a.eval(l))
		}
		return t
	case opNot:
		return True - n.args[0].eval(l)
	case opAnswered:
		return truth(n.args[0].value(l).Kind != Missing)
	}
	return n.test(l)
}

// test returns the truth of what is made of values.
func (n *node) test(l func(string) Value) Truth {
	if !n.truth {
		return Unknown
	}
	if n.op == opIf {
		switch n.args[0].eval(l) {
		case True:
			return n.args[1].eval(l)
		case False:
			return n.args[2].eval(l)
		default:
			return Unknown
		}
	}
	v := n.args[0].value(l)
	switch n.op {
	case opIn:
		t := False
		for _, literal := range n.args[1:] {
			t = max(t, compare(v, "=", literal.value(l)))
		}
		return t
	case opBetween:
		return min(n.compare(l, v, ">=", n.args[1]), n.compare(l, v, "<=", n.args[2]))
	case "=", "!=", "<", "<=", ">", ">=":
		return n.compare(l, v, n.op, n.args[1])
	}
	other := n.args[1].value(l)
	if v.Kind == Missing || other.Kind == Missing {
		return Unknown
	}
	switch n.op {
	case opSelected:
		return truth(slices.Contains(v.Codes, other.Text))
	case "contains":
		return truth(strings.Contains(word(v), word(other)))
	case "starts_with":
		return truth(strings.HasPrefix(word(v), word(other)))
	default: // matches
		return truth(n.pattern.MatchString(word(v)))
	}
}

// compare compares the value of the node's first argument with another argument.
// A code that stands in the condition has the value that it has among the
// options of the item it is compared with.
func (n *node) compare(l func(string) Value, a Value, op string, right *node) Truth {
	b := right.value(l)
	if op != "=" && op != "!=" {
		switch {
		case right.op == opText:
			b = valued(b, a)
		case n.args[0].op == opText:
			a = valued(a, b)
		}
	}
	return compare(a, op, b)
}

func valued(literal, item Value) Value {
	x, ok := item.Values[literal.Text]
	if !ok {
		return Value{}
	}
	return Value{Kind: Code, Code: literal.Text, Number: x}
}

// compare compares two values. Codes and texts are equal or not; numbers, dates,
// and codes by the values of their options, have an order too. Which of these are
// allowed is settled when the expression is checked.
func compare(a Value, op string, b Value) Truth {
	if a.Kind == Missing || b.Kind == Missing {
		return Unknown
	}
	words := (a.Kind == Code || a.Kind == Text) && (b.Kind == Code || b.Kind == Text)
	switch op {
	case "=", "!=":
		equal := a.Number == b.Number
		if words {
			equal = word(a) == word(b)
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

// value returns the result of a calculation.
func (n *node) value(l func(string) Value) Value {
	switch n.op {
	case opItem:
		v := l(n.text)
		if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
			return Value{}
		}
		return v
	case opNumber:
		return Value{Kind: Number, Number: n.number}
	case opText:
		return Value{Kind: Text, Text: n.text}
	case opDate:
		return Value{Kind: Date, Number: n.number}
	case opIf, opCoalesce:
		v := n.choose(l)
		if n.words && v.Kind == Code {
			return Value{Kind: Text, Text: v.Code}
		}
		return v
	case opCount:
		return n.count(l)
	}
	if n.truth {
		return Value{}
	}
	return n.work(l)
}

// choose returns the argument that an if or coalesce stands for.
func (n *node) choose(l func(string) Value) Value {
	if n.op == opCoalesce {
		for _, a := range n.args {
			if v := a.value(l); v.Kind != Missing {
				return v
			}
		}
		return Value{}
	}
	switch n.args[0].eval(l) {
	case True:
		return n.args[1].value(l)
	case False:
		return n.args[2].value(l)
	default:
		return Value{}
	}
}

// count counts the options of one item, or the items that are answered.
func (n *node) count(l func(string) Value) Value {
	if len(n.args) == 1 {
		v := n.args[0].value(l)
		if v.Kind == Missing {
			return Value{}
		}
		return number(float64(len(v.Codes)))
	}
	answered := 0
	for _, a := range n.args {
		if a.value(l).Kind != Missing {
			answered++
		}
	}
	return number(float64(answered))
}

// work works out operators and functions that look at all their arguments.
func (n *node) work(l func(string) Value) Value {
	args := make([]Value, len(n.args), len(n.args)+1)
	for i, a := range n.args {
		args[i] = a.value(l)
	}
	switch n.op {
	case "+", "-", "*", "/":
		return arithmetic(n.op, args[0], args[1])
	case "sum", "mean", "min", "max":
		return overall(n.op, args)
	case "concat":
		return concat(args)
	case opAge:
		if len(args) == 1 {
			args = append(args, l(today))
		}
		if args[1].Kind == Missing {
			return Value{}
		}
	}
	if len(args) == 0 || args[0].Kind == Missing {
		return Value{}
	}
	x := args[0].Number
	switch n.op {
	case opNeg:
		return number(-x)
	case "abs":
		return number(math.Abs(x))
	case "int":
		return number(math.Trunc(x))
	case opRound:
		if len(args) == 1 {
			return round(x, 0)
		}
		return round(x, int(n.args[1].number))
	case "year":
		return year(x)
	case opAge:
		return age(x, args[1].Number)
	case "length":
		return number(float64(utf8.RuneCountInString(args[0].Text)))
	}
	return Value{}
}
