package logic

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

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
	called bool // a word with "(" behind it
}

type parser struct {
	src     string
	at      int // byte offset of the next token
	column  int // characters before at
	token   token
	depth   int
	parts   int // operators, tests and functions so far
	problem *Problem
}

// fail keeps the first problem, at the current token, and ends the input.
func (p *parser) fail(message, cure string, args ...any) {
	p.failAt(p.token.column, message, cure, args...)
}

// failAt is fail with the problem's column.
func (p *parser) failAt(column int, message, cure string, args ...any) {
	if p.problem == nil {
		p.problem = &Problem{Column: column, Message: fmt.Sprintf(message, args...), Cure: cure}
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

// foreign are signs of other languages and what they are called here.
var foreign = map[string]string{
	"==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "&&": "and", "||": "or", "**": "a * a",
}

// strange are characters that people bring from elsewhere, and what to do.
var strange = map[rune]string{
	'$': "write the id of the item alone, without ${ }", '{': "write the id of the item alone, without ${ }",
	'‘': "use straight quotes: '", '’': "use straight quotes: '", '“': "use straight quotes: '", '”': "use straight quotes: '",
	'&': "write and, or concat(a, b) for texts", '|': "write or", '≥': "write >=", '≤': "write <=", '≠': "write !=",
	'[': "write for example item in ('a', 'b')", '×': "write *", '÷': "write /", '−': "write -", '–': "write -", '\u00a0': "use an ordinary space",
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
	if sign := p.src[start:min(start+2, len(p.src))]; foreign[sign] != "" {
		p.fail("%q is not part of a condition", "write "+foreign[sign], sign)
		return
	}
	switch {
	case isLetter(c):
		p.token.kind = wordToken
		end = p.run(start, func(c byte) bool { return isLetter(c) || isDigit(c) })
		after := p.run(end, isSpace)
		p.token.called = after < len(p.src) && p.src[after] == '('
	case isDigit(c):
		p.token.kind = numberToken
		end = p.run(end, func(c byte) bool { return isDigit(c) || c == '.' })
	case c == '\'' || c == '"':
		p.token.kind = textToken
		if end = p.quoted(end, c); end == 0 {
			return
		}
	case strings.IndexByte("(),=<>!+-*/", c) >= 0:
		p.token.kind = signToken
		if end < len(p.src) && p.src[end] == '=' && strings.IndexByte("<>!", c) >= 0 {
			end++
		}
	default:
		p.unknown(start)
		return
	}
	p.token.text = p.src[start:end]
	p.column += utf8.RuneCountInString(p.token.text)
	p.at = end
}

// quoted returns the end of a text whose first character is at start, 0 after
// telling what is wrong with it.
func (p *parser) quoted(start int, quote byte) int {
	length := strings.IndexByte(p.src[start:], quote)
	if length < 0 {
		p.fail("the text is not closed", "end it with the quote it began with")
		return 0
	}
	if !utf8.ValidString(p.src[start : start+length]) {
		p.fail("the text is not in UTF-8", "save the file as UTF-8")
		return 0
	}
	return start + length + 1
}

func (p *parser) unknown(start int) {
	r, _ := utf8.DecodeRuneInString(p.src[start:])
	cure, ok := strange[r]
	if !ok {
		cure = "use items, numbers, 'texts', functions, and, or, not, in, between, = != < <= > >= + - * /"
	}
	p.fail("%q is not part of a condition", cure, r)
}
