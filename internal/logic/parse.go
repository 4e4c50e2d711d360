package logic

import (
	"fmt"
	"strconv"
	"strings"
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

// Parse reads a condition. The problem is nil when it could be read.
func Parse(src string) (*Expr, *Problem) {
	if utf8.RuneCountInString(src) > MaxLength {
		return nil, &Problem{MaxLength, fmt.Sprintf("a condition has at most %d characters", MaxLength), "split the item or ask an item of its own for the condition"}
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
	return &Expr{root}, nil
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	numberToken
	textToken
	signToken
)

type token struct {
	kind   tokenKind
	text   string
	column int
}

type parser struct {
	src     string
	at      int // byte offset of the next token
	column  int // characters before at
	token   token
	problem *Problem
}

// fail keeps the first problem, at the current token, and ends the input.
func (p *parser) fail(message, cure string, args ...any) {
	if p.problem == nil {
		p.problem = &Problem{Column: p.token.column, Message: fmt.Sprintf(message, args...), Cure: cure}
	}
	p.at = len(p.src)
	p.token = token{column: p.token.column}
}

func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// run returns the end of the bytes from start that all satisfy ok.
func (p *parser) run(start int, ok func(byte) bool) int {
	for start < len(p.src) && ok(p.src[start]) {
		start++
	}
	return start
}

// next reads one token.
func (p *parser) next() {
	start := p.run(p.at, isSpace)
	p.column += start - p.at // spaces are one byte each
	p.at = start
	p.token = token{column: p.column + 1}
	if start >= len(p.src) {
		return
	}
	c, end := p.src[start], start+1
	switch {
	case isLetter(c):
		p.token.kind = wordToken
		end = p.run(start, func(c byte) bool { return isLetter(c) || isDigit(c) })
	case isDigit(c) || c == '-' && end < len(p.src) && isDigit(p.src[end]):
		p.token.kind = numberToken
		end = p.run(end, func(c byte) bool { return isDigit(c) || c == '.' })
	case c == '\'' || c == '"':
		p.token.kind = textToken
		length := strings.IndexByte(p.src[end:], c)
		if length < 0 {
			p.fail("the text is not closed", "end it with the quote it began with")
			return
		}
		end += length + 1
	case strings.IndexByte("(),=<>!", c) >= 0:
		p.token.kind = signToken
		if end < len(p.src) && p.src[end] == '=' && strings.IndexByte("<>!", c) >= 0 {
			end++
		}
	default:
		r, _ := utf8.DecodeRuneInString(p.src[start:])
		p.fail("%q is not part of a condition", "use items, numbers, 'codes', and, or, not, in, between, = != < <= > >=", r)
		return
	}
	p.token.text = p.src[start:end]
	p.column += utf8.RuneCountInString(p.token.text)
	p.at = end
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
		code := p.operand()
		if code.kind != textOperand {
			p.fail("selected needs a code in quotes", "write selected(item, 'code')")
		}
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
		low := p.literal()
		p.expect("and")
		return span{left, low, p.literal(), column}
	case p.token.kind == signToken && strings.Contains("= != < <= > >=", p.token.text) && p.token.text != "!":
		op := p.token.text
		p.next()
		return comparison{left, p.operand(), op, column}
	}
	p.fail("a comparison is missing after %s", "write for example item = 'code', item > 2, or answered(item)", left.text)
	return nil
}

func (p *parser) literal() operand {
	o := p.operand()
	if o.kind != numberOperand && o.kind != textOperand {
		p.fail("a number or a text in quotes is needed here", "put codes in single quotes")
	}
	return o
}

func (p *parser) item() operand {
	o := p.operand()
	if o.kind != itemOperand {
		p.fail("the id of an item is needed here", "write the id without quotes")
	}
	return o
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
