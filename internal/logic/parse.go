package logic

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Limits of a condition: nobody writes, or reads, more.
const (
	MaxLength = 2000 // characters
	maxDepth  = 50
)

// Problem is what is wrong with a condition, with its place and cure.
type Problem struct {
	Column  int // in characters, from 1
	Message string
	Cure    string
}

// SyntaxError is the problem for which a condition cannot be read at all.
type SyntaxError = Problem

// Parse reads a condition. The syntax error is nil when it could be read. What
// was read has a [Expr.String] that can be read, too, and means the same.
func Parse(src string) (*Expr, *SyntaxError) {
	if utf8.RuneCountInString(src) > MaxLength {
		return nil, tooLong()
	}
	p := &parser{src: src}
	p.next()
	root := p.expr(0)
	if p.problem == nil && p.token.kind != endToken {
		p.fail("%q is not expected here", "join tests with and, or", p.token.text)
	}
	if p.problem != nil {
		return nil, p.problem
	}
	e := &Expr{root}
	if utf8.RuneCountInString(e.String()) > MaxLength { // spaces that were left out count
		return nil, tooLong()
	}
	return e, nil
}

func tooLong() *SyntaxError {
	return &SyntaxError{
		Column:  MaxLength,
		Message: fmt.Sprintf("a condition has at most %d characters", MaxLength),
		Cure:    "ask an item of its own for a part of it",
	}
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

func (p *parser) deep(depth int) bool {
	if depth > maxDepth {
		p.fail("the condition is nested too deep", "ask an item of its own for a part of it")
		return true
	}
	return false
}

func (p *parser) expr(depth int) node {
	n := p.and(depth)
	for p.take("or") {
		n = either{n, p.and(depth)}
	}
	return n
}

func (p *parser) and(depth int) node {
	n := p.not(depth)
	for p.take("and") {
		n = both{n, p.not(depth)}
	}
	return n
}

func (p *parser) not(depth int) node {
	if p.deep(depth) {
		return nil
	}
	if p.take("not") {
		return negation{p.not(depth + 1)}
	}
	return p.primary(depth)
}

func (p *parser) primary(depth int) node {
	switch {
	case p.take("("):
		n := p.expr(depth + 1)
		p.expect(")")
		return n
	case p.take("selected"):
		p.expect("(")
		item := p.item()
		p.expect(",")
		code := p.code()
		p.expect(")")
		return selection{item, code}
	case p.take("answered"):
		p.expect("(")
		item := p.item()
		p.expect(")")
		return presence{item}
	}
	return p.test()
}

var comparisons = []string{"=", "!=", "<", "<=", ">", ">="}

func (p *parser) test() node {
	left := p.operand()
	column := p.token.column
	switch {
	case p.take("in"):
		n := membership{of: left, column: column}
		p.expect("(")
		for {
			n.list = append(n.list, p.literal())
			if !p.take(",") {
				break
			}
		}
		p.expect(")")
		return n
	case p.take("between"):
		low := p.number()
		p.expect("and")
		return span{left, low, p.number(), column}
	case p.token.kind == signToken && slices.Contains(comparisons, p.token.text):
		op := p.token.text
		p.next()
		return comparison{left, p.operand(), op, column}
	}
	p.fail("a comparison is missing after %s", "write for example item = 'code', item > 2, or answered(item)", left.text)
	return nil
}

// want reads an operand that must begin with a token of a kind.
func (p *parser) want(message, cure string, kinds ...tokenKind) operand {
	if !slices.Contains(kinds, p.token.kind) || p.is("count") {
		p.fail(message, cure)
	}
	return p.operand()
}

func (p *parser) literal() operand {
	return p.want("a number or a text in quotes is needed here", "put codes in single quotes", numberToken, textToken)
}

func (p *parser) number() operand {
	return p.want("a number is needed here", "write for example times between 1 and 5", numberToken)
}

func (p *parser) code() operand {
	return p.want("a code in quotes is needed here", "write selected(item, 'code')", textToken)
}

func (p *parser) item() operand {
	return p.want("the id of an item is needed here", "write the id without quotes", wordToken)
}

var reserved = map[string]bool{"and": true, "or": true, "not": true, "in": true, "between": true, "selected": true, "answered": true, "count": true}

// Reserved reports whether a word means something in conditions, so that no
// item can have it as its id.
func Reserved(word string) bool { return reserved[word] }

func (p *parser) operand() operand {
	t := p.token
	o := operand{text: t.text, column: t.column}
	switch {
	case t.kind == wordToken && t.text == "count":
		p.next()
		p.expect("(")
		o = p.item()
		o.kind = countOperand
		p.expect(")")
		return o
	case t.kind == wordToken && !reserved[t.text]:
		o.kind = itemOperand
	case t.kind == numberToken:
		number, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail("%q is not a number", "write it as 12 or 1.5", t.text)
		}
		o.kind, o.number = numberOperand, number
	case t.kind == textToken:
		o.kind, o.text = textOperand, t.text[1:len(t.text)-1]
	default:
		p.fail("an item, a number or a text in quotes is missing", "for example quality = 'good'")
		return o
	}
	p.next()
	return o
}
