package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// node is a part of an expression of any source, in the words of XPath as
// XLSForm has them, whatever language it was written in:
//
//	num, str, bool  a literal
//	ref             the answer to the question called text
//	name            a bare word; columns of choices in filters
//	self            the answer to the question itself
//	call            the function called text
//	and or = != < <= > >= + - * / mod neg   of args
type node struct {
	op   string
	text string
	num  float64
	args []*node
}

// Limits of one expression.
const (
	maxExpression = 4000 // bytes
	maxDepth      = 40
)

// syntax is the grammar of a source's expressions, on top of what they share.
type syntax struct {
	refs     func(p *exprParser) (*node, bool) // reads an answer at the current place
	words    map[string]string                 // infix operators that are words
	signs    map[string]string                 // infix operators that are signs
	postfix  map[string]string                 // words behind an operand, as functions
	name     func(name string) (*node, error)  // a bare word that is no function
	calls    map[string]string                 // functions by what XPath calls them
	bang     bool                              // ! is not
	dashes   bool                              // names may have - . : in them
	dots     bool                              // names may have . in them
	brackets bool                              // [a, b] is a list
}

// levels are the infix operators, the loosest first.
var levels = [][]string{
	{"or"}, {"and"}, {"=", "!=", "<", "<=", ">", ">=", "contains", "notcontains", "anyof", "allof", "noneof"}, {"+", "-"}, {"*", "/", "mod"},
}

type exprParser struct {
	*syntax
	src   string
	at    int
	depth int
}

// parseExpr reads an expression of a source.
func parseExpr(src string, s *syntax) (*node, error) {
	if len(src) > maxExpression {
		return nil, fmt.Errorf("it has more than %d bytes", maxExpression)
	}
	p := &exprParser{syntax: s, src: quotes.Replace(src)}
	n, err := p.infix(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.src) {
		return nil, p.unexpected()
	}
	return n, nil
}

// quotes are what spreadsheets make of quotes and spaces.
var quotes = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`, "\u00a0", " ")

func (p *exprParser) unexpected() error {
	p.space()
	if p.at >= len(p.src) {
		return fmt.Errorf("it ends too early")
	}
	return fmt.Errorf("%q is not understood there", clip(p.src[p.at:], 20))
}

func (p *exprParser) space() {
	for p.at < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.at]) >= 0 {
		p.at++
	}
}

// sign takes a sign if it comes next.
func (p *exprParser) sign(s string) bool {
	p.space()
	if strings.HasPrefix(p.src[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

// infix reads operands with the operators of a level and the tighter ones.
func (p *exprParser) infix(level int) (*node, error) {
	if p.depth++; p.depth > maxDepth*len(levels) {
		return nil, fmt.Errorf("it is nested too deep")
	}
	defer func() { p.depth-- }()
	if level == len(levels) {
		return p.prefix()
	}
	left, err := p.infix(level + 1)
	for err == nil {
		op := p.operator(levels[level])
		if op == "" {
			return left, nil
		}
		var right *node
		if right, err = p.infix(level + 1); err == nil {
			left = &node{op: op, args: []*node{left, right}}
			if level == 2 {
				left = p.comparison(left)
			}
		}
	}
	return nil, err
}

// comparison makes functions of the operators that XPath has not.
func (p *exprParser) comparison(n *node) *node {
	switch n.op {
	case "contains", "notcontains", "anyof", "allof", "noneof":
		n.op, n.text = "call", "has-"+n.op
	}
	return n
}

// operator takes the next operator if it is one of a level.
func (p *exprParser) operator(level []string) string {
	p.space()
	if word := p.peekWord(); word != "" {
		op := p.words[strings.ToLower(word)]
		if slices.Contains(level, op) {
			p.at += len(word)
			return op
		}
		return ""
	}
	for length := 2; length > 0; length-- {
		if p.at+length > len(p.src) {
			continue
		}
		if op, ok := p.signs[p.src[p.at:p.at+length]]; ok {
			if slices.Contains(level, op) {
				p.at += length
				return op
			}
			return ""
		}
	}
	return ""
}

// peekWord returns the word that comes next, empty for anything else.
func (p *exprParser) peekWord() string {
	end := p.at
	for end < len(p.src) {
		c := p.src[end]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		inside := isDigit(c) || p.dashes && strings.IndexByte("-.:", c) >= 0 || p.dots && c == '.'
		if !letter && (end == p.at || !inside) {
			break
		}
		end++
	}
	return p.src[p.at:end]
}

func (p *exprParser) prefix() (*node, error) {
	if p.depth++; p.depth > maxDepth*len(levels) {
		return nil, fmt.Errorf("it is nested too deep")
	}
	defer func() { p.depth-- }()
	p.space()
	switch {
	case p.bang && p.sign("!"):
		of, err := p.prefix()
		return &node{op: "call", text: "not", args: []*node{of}}, err
	case p.sign("-"):
		of, err := p.prefix()
		return &node{op: "neg", args: []*node{of}}, err
	}
	n, err := p.operand()
	for err == nil && p.postfix != nil {
		p.space()
		word := p.peekWord()
		call := p.postfix[strings.ToLower(word)]
		if call == "" {
			break
		}
		p.at += len(word)
		n = &node{op: "call", text: call, args: []*node{n}}
	}
	return n, err
}

func (p *exprParser) operand() (*node, error) {
	p.space()
	if p.at >= len(p.src) {
		return nil, p.unexpected()
	}
	if n, ok := p.refs(p); ok {
		return n, nil
	}
	switch c := p.src[p.at]; {
	case c == '(':
		p.at++
		n, err := p.infix(0)
		if err == nil && !p.sign(")") {
			err = p.unexpected()
		}
		return n, err
	case c == '[' && p.brackets:
		p.at++
		args, err := p.list("]")
		return &node{op: "call", text: "list", args: args}, err
	case c == '\'' || c == '"':
		end := strings.IndexByte(p.src[p.at+1:], c)
		if end < 0 {
			return nil, fmt.Errorf("a text is not closed")
		}
		text := p.src[p.at+1 : p.at+1+end]
		p.at += end + 2
		return &node{op: "str", text: text}, nil
	case isDigit(c) || c == '.' && p.at+1 < len(p.src) && isDigit(p.src[p.at+1]):
		return p.number()
	}
	word := p.peekWord()
	if word == "" {
		return nil, p.unexpected()
	}
	p.at += len(word)
	if !p.sign("(") {
		return p.name(word)
	}
	if xpath, ok := p.calls[strings.ToLower(word)]; ok {
		word = xpath
	}
	args, err := p.list(")")
	return &node{op: "call", text: word, args: args}, err
}

func (p *exprParser) number() (*node, error) {
	end := p.at
	for end < len(p.src) && (isDigit(p.src[end]) || p.src[end] == '.') {
		end++
	}
	num, err := strconv.ParseFloat(p.src[p.at:end], 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", clip(p.src[p.at:end], 20))
	}
	p.at = end
	return &node{op: "num", num: num}, nil
}

// list reads expressions between commas up to a closing sign.
func (p *exprParser) list(end string) ([]*node, error) {
	if p.sign(end) {
		return nil, nil
	}
	var args []*node
	for {
		n, err := p.infix(0)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		switch {
		case p.sign(","):
		case p.sign(end):
			return args, nil
		default:
			return nil, p.unexpected()
		}
	}
}

// walk calls f for a node and all below it.
func (n *node) walk(f func(*node)) {
	if n == nil {
		return
	}
	f(n)
	for _, a := range n.args {
		a.walk(f)
	}
}

// refs lists the names that an expression reads.
func (n *node) refs() []string {
	var names []string
	n.walk(func(n *node) {
		if n.op == "ref" {
			names = append(names, n.text)
		}
	})
	return names
}

// is reports whether a node is a literal text.
func (n *node) is(text string) bool { return n.op == "str" && n.text == text }
