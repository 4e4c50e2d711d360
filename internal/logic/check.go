package logic

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Item is what an expression may know of an item before anybody answers.
type Item struct {
	Kind    ValueKind           // Missing: not known, and so not checked
	Options map[string]*float64 // Code and Set: value by code, nil for an option without one; empty: not known
}

// Check finds what would make the expression mean nothing: codes that an item
// does not have, an order where there is none, functions of values that they are
// not for. items returns an item by id; an unknown one is a problem, but for the
// context names, which are texts, and today a date, where items does not say more.
// An expression with problems must not be evaluated.
func (e *Expr) Check(items func(id string) (Item, bool)) []Problem {
	c := &checker{items: items}
	if e.root.truth {
		c.test(e.root)
	} else {
		c.value(e.root)
	}
	return c.problems
}

// Kind returns what a calculation gives: Number, Text, Date, or Code for an
// option (with its value); Missing for a condition, and when it is not known.
func (e *Expr) Kind(items func(id string) (Item, bool)) ValueKind {
	if e.root.truth {
		return Missing
	}
	c := &checker{items: items}
	return c.value(e.root).kind
}

type checker struct {
	items    func(id string) (Item, bool)
	problems []Problem
}

// typ is what is known of a part's value before anybody answers.
type typ struct {
	kind    ValueKind // Missing: nothing, or a problem was told
	options map[string]*float64
	node    *node
}

// numeric reports whether the value has an order: a number, or an item whose
// options all have a value.
func (t typ) numeric() bool {
	for _, v := range t.options {
		if v == nil {
			return false
		}
	}
	return t.kind == Number || t.kind == Code
}

func (t typ) wordy() bool   { return t.kind == Code || t.kind == Text }
func (t typ) literal() bool { return t.node.op == opText }

func (c *checker) problem(column int, cure, message string, args ...any) {
	c.problems = append(c.problems, Problem{Column: column, Message: fmt.Sprintf(message, args...), Cure: cure})
}

// item returns the item that a node names, with false after telling the problem.
func (c *checker) item(n *node) (Item, bool) {
	it, ok := c.items(n.text)
	if known := contextKind(n.text); known != Missing && it.Kind == Missing {
		return Item{Kind: known}, true
	}
	if !ok {
		c.problem(n.column, "use the id of an item or matrix row that stands before", "there is no item %q", n.text)
	}
	return it, ok
}

// test checks a condition.
func (c *checker) test(n *node) {
	switch n.op {
	case opAnd, opOr, opNot:
		for _, a := range n.args {
			c.test(a)
		}
	case opIf:
		for _, a := range n.args {
			c.test(a)
		}
	case opAnswered:
		c.item(n.args[0])
	case opSelected:
		c.selected(n)
	case opIn:
		of := c.value(n.args[0])
		for _, a := range n.args[1:] {
			c.pair(of, "=", c.value(a), n.column)
		}
	case opBetween:
		of := c.value(n.args[0])
		c.pair(of, ">=", c.value(n.args[1]), n.column)
		c.pair(of, "<=", c.value(n.args[2]), n.column)
	case "=", "!=", "<", "<=", ">", ">=":
		c.pair(c.value(n.args[0]), n.op, c.value(n.args[1]), n.column)
	default:
		c.arguments(n)
	}
}

func (c *checker) selected(n *node) {
	item, code := n.args[0], n.args[1]
	it, ok := c.item(item)
	if !ok || it.Kind == Missing {
		return // told, or not known for another reason
	}
	if it.Kind != Set {
		c.problem(item.column, fmt.Sprintf("write %s = '%s'", item.text, code.text), "%q has only one answer", item.text)
		return
	}
	c.code(code, typ{kind: Set, options: it.Options, node: item})
}

// pair checks that two values can be compared.
func (c *checker) pair(left typ, op string, right typ, column int) {
	if left.kind == Missing || right.kind == Missing {
		return
	}
	// A code that stands in the condition is one of the other side's options,
	// and has its value.
	switch {
	case left.kind == Code && right.literal():
		c.code(right.node, left)
		right.kind, right.options = left.kind, left.options
	case right.kind == Code && left.literal():
		c.code(left.node, right)
		left.kind, left.options = right.kind, right.options
	}
	ordered := op != "=" && op != "!="
	switch {
	case left.wordy() && right.wordy() && !ordered, left.kind == Date && right.kind == Date:
	case left.kind == Date || right.kind == Date:
		c.dated(left, right, column)
	case left.kind == Text || right.kind == Text:
		c.problem(column, "compare it with a number, without quotes", "a text has no order and is no number")
	case !left.numeric() || !right.numeric():
		c.problem(column, "give all options of the item a value, or test codes with = and in", "these can't be compared as numbers")
	}
}

// dated tells that a date is compared with something else.
func (c *checker) dated(left, right typ, column int) {
	cure := "compare it with today, with date('2026-03-31') or with another date"
	for _, t := range []typ{left, right} {
		if _, ok := parseDay(t.node.text); ok && t.literal() {
			cure = fmt.Sprintf("write date('%s')", t.node.text)
		} else if t.kind == Number {
			cure = "take the year of it with year(…), or the days between two dates with -"
		}
	}
	c.problem(column, cure, "a date can be compared with dates only")
}

// code checks that an item has a code.
func (c *checker) code(code *node, of typ) {
	if _, ok := of.options[code.text]; !ok && len(of.options) > 0 {
		c.problem(code.column, codesOf(of), "%s has no option %q", name(of.node), code.text)
	}
}

// maxListed is how many codes a cure lists.
const maxListed = 16

func codesOf(t typ) string {
	if len(t.options) > maxListed {
		return "use one of the item's codes"
	}
	return "use one of " + strings.Join(slices.Sorted(maps.Keys(t.options)), ", ")
}

// name is a part as messages speak of it.
func name(n *node) string {
	if n.op == opItem {
		return fmt.Sprintf("%q", n.text)
	}
	if s := n.String(); len(s) < 60 {
		return s
	}
	return n.op
}
