package logic

import (
	"fmt"
	"maps"
)

// value checks a part that is a value, and returns what it is.
func (c *checker) value(n *node) typ {
	t := typ{node: n}
	switch n.op {
	case opNumber:
		t.kind = Number
	case opText:
		t.kind = Text
	case opDate:
		t.kind = Date
	case opItem:
		return c.single(n)
	case opIf:
		c.test(n.args[0])
		return c.branches(n, n.args[1:])
	case opCoalesce:
		return c.branches(n, n.args)
	case opCount:
		t.kind = c.count(n.args)
	case "+", "-":
		t.kind = c.sum(n)
	case "*", "/", opNeg:
		t.kind = Number
		for _, a := range n.args {
			c.want(a, c.value(a), Number)
		}
	case "min", "max":
		t.kind = c.extreme(n)
	default:
		c.arguments(n)
		t.kind = functions[n.op].result
	}
	return t
}

// single is the type of an item with one answer.
func (c *checker) single(n *node) typ {
	it, ok := c.item(n)
	if ok && it.Kind == Set {
		c.problem(n.column, fmt.Sprintf("write selected(%s, 'code')", n.text), "%q has several answers", n.text)
	}
	if !ok || it.Kind == Set {
		return typ{node: n}
	}
	return typ{kind: it.Kind, options: it.Options, node: n}
}

// count checks what is counted.
func (c *checker) count(items []*node) ValueKind {
	for _, n := range items {
		it, ok := c.item(n)
		if !ok {
			return Missing
		}
		if len(items) == 1 && it.Kind != Set {
			if it.Kind != Missing {
				c.problem(n.column, "count the options of an item of type multiple, or the answers to several items", "%q has no options to count", n.text)
			}
			return Missing
		}
	}
	return Number
}

// arguments checks the arguments of a function against its parameters.
func (c *checker) arguments(n *node) {
	params := functions[n.op].params
	for i, a := range n.args {
		t := c.value(a)
		if kind := params[min(i, len(params)-1)]; kind != Missing {
			c.want(a, t, kind)
		}
	}
}

// want checks that a part is of a kind, and reports whether that is known.
func (c *checker) want(n *node, t typ, kind ValueKind) bool {
	switch {
	case t.kind == Missing:
		return false
	case t.kind == kind:
		return true
	case kind == Number && t.kind == Code:
		if !t.numeric() {
			c.problem(n.begin(), "give all options of the item a value", "%s is no number: not all of its options have a value", name(n))
		}
		return t.numeric()
	}
	c.problem(n.begin(), cure(n, t.kind, kind), "%s is a %s, and a %s is needed here", name(n), t.kind, kind)
	return false
}

// cure says how to come from one kind to another.
func cure(n *node, from, to ValueKind) string {
	switch {
	case to == Number && n.op == opText:
		return "write numbers without quotes"
	case to == Number && from == Date:
		return "take year(…) of it, or the days between two dates with -"
	case to == Number:
		return "use an item of type number, or length(…) of the text"
	case to == Text && (from == Code || from == Number):
		return fmt.Sprintf("write concat(%s) to make a text of it", n)
	case to == Date && n.op == opText:
		return "write a date as date('2026-03-31')"
	case to == Date:
		return "use an item of type date, today, or date('2026-03-31')"
	}
	return "use an item of another type"
}

// sum checks + and -, which dates know, too.
func (c *checker) sum(n *node) ValueKind {
	left, right := c.value(n.args[0]), c.value(n.args[1])
	switch {
	case left.kind == Missing || right.kind == Missing:
		// The other may still be told to be no number.
		for i, t := range []typ{left, right} {
			if t.kind != Date {
				c.want(n.args[i], t, Number)
			}
		}
		return Missing
	case left.kind == Date && right.kind == Date:
		if n.op == "+" {
			c.problem(n.column, "take the days between them with -, or add a number of days", "two dates can't be added")
			return Missing
		}
		return Number
	case left.kind == Date:
		c.want(n.args[1], right, Number)
		return Date
	case right.kind == Date:
		if n.op == "-" {
			c.problem(n.column, "write the date first", "a date can't be taken from a number")
			return Missing
		}
		c.want(n.args[0], left, Number)
		return Date
	}
	c.want(n.args[0], left, Number)
	c.want(n.args[1], right, Number)
	return Number
}

// extreme checks min and max: of numbers, or of dates.
func (c *checker) extreme(n *node) ValueKind {
	kind := Missing
	for _, a := range n.args {
		t := c.value(a)
		want := kind
		if want == Missing && t.kind == Date {
			want = Date
		} else if want == Missing {
			want = Number
		}
		if c.want(a, t, want) {
			kind = want
		}
	}
	return kind
}

// branches checks that what an if or coalesce chooses from is of one kind.
func (c *checker) branches(n *node, list []*node) typ {
	first := typ{node: n}
	for _, a := range list {
		t := c.value(a)
		if t.kind == Missing {
			continue
		}
		if n.words && t.wordy() {
			t = typ{kind: Text}
		}
		switch {
		case first.kind == Missing:
			first.kind, first.options = t.kind, maps.Clone(t.options)
		case first.kind != t.kind:
			c.problem(a.begin(), mix(first.kind, t.kind, a, list[0]), "%s is a %s, and what stands before it is a %s", name(a), t.kind, first.kind)
			return typ{node: n}
		default:
			first.options = merge(first.options, t.options)
		}
	}
	return first
}

// merge puts the options of two items together, of which a code with two values
// has none. It gives nothing when it does not know the options of one.
func merge(a, b map[string]*float64) map[string]*float64 {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	for code, value := range b {
		if before, ok := a[code]; ok && (before == nil || value == nil || *before != *value) {
			value = nil
		}
		a[code] = value
	}
	return a
}

// mix says what to do with values of two kinds.
func mix(first, then ValueKind, a, before *node) string {
	switch {
	case first == Number && then == Code:
		return fmt.Sprintf("write %s + 0 for the value of the option", a)
	case first == Code && then == Number:
		return fmt.Sprintf("write %s + 0 for the value of the option", before)
	case first == Text && then == Date || first == Text && then == Number || first == Text && then == Code:
		return fmt.Sprintf("write concat(%s) to make a text of it", a)
	}
	return "make all of one kind: numbers, texts, dates or options"
}
