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

// foreign are signs of other languages and what they are called here.
var foreign = map[string]string{"==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "&&": "and", "||": "or"}

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
