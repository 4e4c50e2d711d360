package logic

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Limits of an expression: nobody writes, or reads, more.
const (
	MaxLength = 4000 // characters
	maxDepth  = 50   // of parentheses, functions, not and -
	maxParts  = 500  // operators, tests and functions
)

// Problem is what is wrong with an expression, with its place and cure.
type Problem struct {
	Column  int // in characters, from 1
	Message string
	Cure    string
}

// SyntaxError is the problem for which an expression cannot be read at all.
type SyntaxError = Problem

// Parse reads a condition. The syntax error is nil when it could be read. What
// was read has a [Expr.String] that can be read, too, and means the same.
func Parse(src string) (*Expr, *SyntaxError) {
	return parse(src, func(p *parser) *node { return p.condition(p.or()) })
}

// ParseValue reads a calculation: an expression that gives a value. Otherwise it
// is as [Parse].
func ParseValue(src string) (*Expr, *SyntaxError) {
	return parse(src, func(p *parser) *node {
		n := p.or()
		if p.problem == nil && n.truth && p.token.kind == endToken {
			cure := "write if(condition, 1, 0)"
			if s := n.String(); len(s) < 60 {
				cure = fmt.Sprintf("write if(%s, 1, 0)", s)
			}
			p.failAt(1, "a calculation gives a number, a text or a date, and this is a condition", cure)
		}
		return n
	})
}

func parse(src string, read func(p *parser) *node) (*Expr, *SyntaxError) {
	if tooLong(src) {
		return nil, tooLongError()
	}
	p := &parser{src: src}
	p.next()
	root := read(p)
	if p.problem == nil && p.token.kind != endToken {
		p.unexpected()
	}
	if p.problem != nil {
		return nil, p.problem
	}
	if tooLong(root.String()) { // spaces that were left out count
		return nil, tooLongError()
	}
	return &Expr{root}, nil
}

func tooLong(src string) bool {
	return len(src) > MaxLength*utf8.UTFMax || utf8.RuneCountInString(src) > MaxLength
}

func tooLongError() *SyntaxError {
	return &SyntaxError{
		Column:  MaxLength,
		Message: fmt.Sprintf("a condition has at most %d characters", MaxLength),
		Cure:    "make an item of type calculated of a part of it",
	}
}

// unexpected tells that the expression should have ended before the current token.
func (p *parser) unexpected() {
	cure, ok := map[string]string{
		"div": "write /", "(": "write an operator before it; true and false stand alone", "AND": "write and", "OR": "write or", "is": "write =", ")": "remove it, or write ( before",
		",": "a function is missing before the parenthesis, such as max(a, b)", "mod": "write a - int(a / b) * b",
	}[p.token.text]
	if !ok {
		cure = "join tests with and, or"
	}
	p.fail("%q is not expected here", cure, p.token.text)
}

func (p *parser) is(text string) bool {
	return (p.token.kind == wordToken || p.token.kind == signToken) && p.token.text == text
}

func (p *parser) take(text string) bool {
	if p.is(text) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(text string) {
	if !p.take(text) {
		p.fail("%s is missing", "write it here", text)
	}
}

// enter begins a nested part, and fails when it is nested too deep.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail("the condition is nested too deep", "make an item of type calculated of a part of it")
	}
}

func (p *parser) leave() { p.depth-- }

// part counts a part that is more than a literal or an item.
func (p *parser) part(n *node) *node {
	if p.parts++; p.parts > maxParts {
		p.failAt(n.column, "the condition has more than %d parts", "make an item of type calculated of a part of it", maxParts)
	}
	return n
}

// condition fails when what was just read is a value.
func (p *parser) condition(n *node) *node {
	if p.problem == nil && !n.truth {
		what := n.String()
		if len(what) > 60 {
			what = "the calculation"
		}
		p.fail("a comparison is missing after %s", "write for example item = 'code', item > 2, or answered(item)", what)
	}
	return n
}

// value fails when what was just read is a condition.
func (p *parser) value(n *node) *node {
	if p.problem == nil && n.truth {
		p.failAt(n.begin(), "a value is needed here, not a condition", "write if(condition, 1, 0) to make a number of it")
	}
	return n
}

// begin is the column in which the node begins.
func (n *node) begin() int {
	column := n.column
	if len(n.args) > 0 {
		column = min(column, n.args[0].begin())
	}
	return column
}

func (p *parser) or() *node  { return p.chain(opOr, p.and) }
func (p *parser) and() *node { return p.chain(opAnd, p.not) }

// chain reads what is joined by and, or by or: one node, whatever was in
// parentheses at its beginning.
func (p *parser) chain(op string, next func() *node) *node {
	n := next()
	if !p.is(op) {
		return n
	}
	column := p.token.column
	args := []*node{p.condition(n)}
	if n.op == op {
		args = n.args
	}
	for p.take(op) {
		args = append(args, p.condition(next()))
		n = p.part(&node{op: op, args: args, column: column, truth: true})
	}
	return n
}

func (p *parser) not() *node {
	column := p.token.column
	if !p.take(opNot) {
		return p.test()
	}
	p.enter()
	defer p.leave()
	return p.part(&node{op: opNot, args: []*node{p.condition(p.not())}, column: column, truth: true})
}

var comparisons = []string{"=", "!=", "<", "<=", ">", ">="}

func (p *parser) test() *node {
	left := p.sum()
	n := &node{column: p.token.column, truth: true}
	switch {
	case p.is(opIn):
		n.op, n.args = opIn, []*node{p.value(left)}
		p.next()
		p.expect("(")
		for {
			n.args = append(n.args, p.literal())
			if !p.take(",") {
				break
			}
		}
		p.expect(")")
	case p.is(opBetween):
		p.value(left)
		p.next()
		low := p.value(p.sum())
		p.expect(opAnd)
		n.op, n.args = opBetween, []*node{left, low, p.value(p.sum())}
	case p.token.kind == signToken && slices.Contains(comparisons, p.token.text):
		n.op = p.token.text
		p.compared(left)
		p.next()
		n.args = []*node{left, p.compared(p.sum())}
	default:
		return left
	}
	return p.part(n)
}

// compared fails when a condition is compared.
func (p *parser) compared(n *node) *node {
	if p.problem == nil && n.truth {
		p.failAt(n.begin(), "a condition can't be compared", "leave the comparison out, or write not (…)")
	}
	return n
}

func (p *parser) sum() *node     { return p.binary([]string{"+", "-"}, p.product) }
func (p *parser) product() *node { return p.binary([]string{"*", "/"}, p.minus) }

func (p *parser) binary(signs []string, next func() *node) *node {
	n := next()
	for p.token.kind == signToken && slices.Contains(signs, p.token.text) {
		op, column := p.token.text, p.token.column
		p.value(n)
		p.next()
		n = p.part(&node{op: op, args: []*node{n, p.value(next())}, column: column})
	}
	return n
}

// minus reads a sign before a part; before a number it belongs to the number.
func (p *parser) minus() *node {
	column := p.token.column
	if !p.take("-") {
		return p.primary()
	}
	p.enter()
	defer p.leave()
	of := p.value(p.minus())
	if of.op == opNumber {
		of.number, of.column = 0-of.number, column
		return of
	}
	return p.part(&node{op: opNeg, args: []*node{of}, column: column})
}

func (p *parser) primary() *node {
	t := p.token
	n := &node{op: opItem, text: t.text, column: t.column}
	switch {
	case p.is("("):
		p.enter()
		defer p.leave()
		p.next()
		n = p.or()
		p.expect(")")
		return n
	case t.kind == wordToken && (t.called && !isOperator(t.text) || isCall(t.text)):
		return p.call()
	case t.kind == wordToken && (t.text == opTrue || t.text == opFalse):
		n.op, n.truth = t.text, true
	case t.kind == wordToken && !reserved[t.text]:
	case t.kind == numberToken:
		x, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail("%q is not a number", "write it as 12 or 1.5", t.text)
		}
		n.op, n.number = opNumber, x
	case t.kind == textToken:
		n.op, n.text = opText, t.text[1:len(t.text)-1]
	default:
		p.fail("an item, a number or a text in quotes is missing", "for example quality = 'good'")
		return n
	}
	p.next()
	return n
}

// isOperator tells the reserved words that are no function, although "(" may follow.
func isOperator(word string) bool { return reserved[word] && !isCall(word) }

// isCall tells the reserved words that are functions, and nothing else.
func isCall(word string) bool { return word == opSelected || word == opAnswered || word == opCount }

// literal reads one of the values after in.
func (p *parser) literal() *node {
	begins := p.token.kind == numberToken || p.token.kind == textToken || p.is("-") || p.is(opDate) && p.token.called
	n := &node{column: p.token.column}
	if begins {
		n = p.minus()
	}
	if n.op != opNumber && n.op != opText && n.op != opDate {
		p.failAt(n.column, "a number or a text in quotes is needed here", "put codes in single quotes")
	}
	return n
}
