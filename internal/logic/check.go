package logic

import "fmt"

// Item is what a condition may know of an item before anybody answers.
type Item struct {
	Kind    ValueKind           // Code, Set, Number or Text
	Options map[string]*float64 // Code and Set: value by code, nil for an option without one
}

// Check finds what would make the condition mean nothing: codes that an item
// does not have, an order where there is none, functions on items they are not
// for. items returns an item by id; an unknown one is a problem. A condition
// with problems must not be evaluated.
func (e *Expr) Check(items func(id string) (Item, bool)) []Problem {
	c := &checker{items: items}
	e.root.check(c)
	return c.problems
}

type checker struct {
	items    func(id string) (Item, bool)
	problems []Problem
}

func (c *checker) problem(column int, cure, message string, args ...any) {
	c.problems = append(c.problems, Problem{Column: column, Message: fmt.Sprintf(message, args...), Cure: cure})
}

// item returns the item an operand names, with false after telling the problem.
func (c *checker) item(o operand) (Item, bool) {
	it, ok := c.items(o.text)
	if !ok {
		c.problem(o.column, "use the id of an item or matrix row of an earlier page", "there is no item %q", o.text)
	}
	return it, ok
}

// kind returns what an operand is, Missing after telling a problem.
func (c *checker) kind(o operand) (ValueKind, Item) {
	switch o.kind {
	case numberOperand:
		return Number, Item{}
	case textOperand:
		return Text, Item{}
	case countOperand:
		it, ok := c.item(o)
		if ok && it.Kind != Set && it.Kind != Missing {
			c.problem(o.column, "count the options of an item of type multiple", "%q has no options to count", o.text)
		}
		if !ok || it.Kind != Set {
			return Missing, it
		}
		return Number, Item{}
	default:
		it, ok := c.item(o)
		if ok && it.Kind == Set {
			c.problem(o.column, fmt.Sprintf("write selected(%s, 'code')", o.text), "%q has several answers", o.text)
		}
		if !ok || it.Kind == Set {
			return Missing, it
		}
		return it.Kind, it
	}
}

func (n either) check(c *checker)   { n.left.check(c); n.right.check(c) }
func (n both) check(c *checker)     { n.left.check(c); n.right.check(c) }
func (n negation) check(c *checker) { n.of.check(c) }
func (n presence) check(c *checker) { c.item(n.item) }

func (n selection) check(c *checker) {
	it, ok := c.item(n.item)
	if !ok || it.Kind == Missing {
		return // told, or not known for another reason
	}
	if it.Kind != Set {
		c.problem(n.item.column, fmt.Sprintf("write %s = 'code'", n.item.text), "%q has only one answer", n.item.text)
		return
	}
	c.code(n.code, n.item, it)
}

func (n comparison) check(c *checker) { c.pair(n.left, n.op, n.right, n.column) }

func (n membership) check(c *checker) {
	for _, o := range n.list {
		c.pair(n.of, "=", o, n.column)
	}
}

func (n span) check(c *checker) {
	c.pair(n.of, ">=", n.low, n.column)
	c.pair(n.of, "<=", n.high, n.column)
}

// pair checks that two operands can be compared.
func (c *checker) pair(left operand, op string, right operand, column int) {
	lk, li := c.kind(left)
	rk, ri := c.kind(right)
	if lk == Missing || rk == Missing {
		return
	}
	// A code that stands in the condition is one of the other side's options,
	// and has its value.
	switch {
	case lk == Code && right.kind == textOperand:
		c.code(right, left, li)
		rk, ri = lk, li
	case rk == Code && left.kind == textOperand:
		c.code(left, right, ri)
		lk, li = rk, ri
	}
	words := (lk == Code || lk == Text) && (rk == Code || rk == Text)
	switch {
	case words && !ordered(op):
	case lk == Text || rk == Text:
		c.problem(column, "compare it with a number, without quotes", "a text has no order and is no number")
	case !numeric(lk, li) || !numeric(rk, ri):
		c.problem(column, "give all options of the item a value, or test codes with = and in", "these can't be compared as numbers")
	}
}

// numeric reports whether what is compared has an order: a number, or an item
// whose options all have a value.
func numeric(kind ValueKind, it Item) bool {
	for _, v := range it.Options {
		if v == nil {
			return false
		}
	}
	return kind == Number || kind == Code
}

// code checks that an item has a code.
func (c *checker) code(code, item operand, it Item) {
	if _, ok := it.Options[code.text]; !ok {
		c.problem(code.column, "use one of the item's codes", "%q has no option %q", item.text, code.text)
	}
}
