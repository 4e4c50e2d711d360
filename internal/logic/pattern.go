package logic

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Pattern is the form of a text. It is immutable, and safe to be used by many.
//
// Patterns are the regular expressions that mean the same in Go and in a browser
// and are quick in both. A pattern is always about the whole text; ^ at its
// beginning and $ at its end may stand there and change nothing.
//
//	a é .           the character itself; any character but a line break
//	[a-zđ] [^0-9]   one of these characters; one of all others
//	\d \w \s        [0-9], [A-Za-z0-9_], white space of ASCII; \D \W \S: all others
//	\. \\ \- …      a character that would mean something; \t \n \r \f \v
//	\xHH \uHHHH \u{H…} a character by its number
//	ab  a|b  (ab)  (?:ab)
//	a? a* a+ a{2} a{2,} a{2,5}   up to 1000 times
//
// Refused is what means different things in different places (flags, \b, \p,
// look-around, named groups, references), and what a browser, which tries all
// ways to read a text one after the other, could take for ever over. Where the
// next character decides how to go on there is one way; elsewhere the ways are
// bounded from above and multiplied. One repeat without limit that what stands
// behind it may continue, as in .*abc.*, is fine; two of them, or one that is
// repeated itself, are not.
type Pattern struct {
	src, js string
	re      *regexp.Regexp
}

// Limits of a pattern.
const (
	maxPattern = 500    // characters
	maxRepeat  = 1000   // times; also of a repeat in a repeat
	maxSize    = 2000   // characters of the pattern with its repeats written out
	longText   = 5000   // characters of the longest text
	maxWays    = 50_000 // to read a text of that length
)

// CompilePattern reads a pattern. Columns of the problem count within it. It takes
// time in proportion to the length of the pattern and its repeats, both bounded.
func CompilePattern(src string) (*Pattern, *SyntaxError) {
	p := &patternParser{src: []rune(src)}
	if len(p.src) > maxPattern {
		return nil, &Problem{Column: maxPattern, Message: fmt.Sprintf("a pattern has at most %d characters", maxPattern), Cure: "test a part of it, or use min_chars and max_chars"}
	}
	root := p.choice()
	switch {
	case p.problem == nil && p.at < len(p.src):
		p.fail(p.at, ") closes nothing", `write \) for the character, or remove it`)
	case p.problem == nil && root.size > maxSize:
		p.fail(0, fmt.Sprintf("the repeats come to more than %d characters", maxSize), "use smaller limits, or + and *, and max_chars for the length")
	}
	if p.problem == nil {
		p.ways(root, nil)
	}
	if p.problem != nil {
		return nil, p.problem
	}
	re, err := regexp.Compile(`\A(?:` + root.write(`\x{%x}`) + `)\z`)
	if err != nil { // never: what was read is simpler than what Go reads
		return nil, &Problem{Column: 1, Message: "the pattern can't be used", Cure: "make it simpler"}
	}
	return &Pattern{src: src, js: root.write(`\u{%x}`), re: re}, nil
}

// MatchString reports whether the whole text has this form. It takes time in
// proportion to the length of the text.
func (p *Pattern) MatchString(s string) bool { return p.re.MatchString(s) }

// String returns the pattern as it was written.
func (p *Pattern) String() string { return p.src }

// JS returns the same pattern for a browser: the source of a RegExp with the flag
// u or v, and the value of the attribute pattern in HTML. It is without anchors:
// new RegExp("^(?:" + JS + ")$", "u").
func (p *Pattern) JS() string { return p.js }

type pieceKind uint8

const (
	oneOf    pieceKind = iota // a character of a set
	sequence                  // pieces one after the other
	choice                    // one of the pieces
	repeat                    // a piece several times
)

// piece is a part of a pattern.
type piece struct {
	kind        pieceKind
	of          []*piece
	set         runes
	least, most int  // repeat; most is endless when there is no limit
	at          int  // where it stands in the pattern, from 0
	size        int  // characters with the repeats written out
	nested      int  // the product of the limits of repeats in repeats
	empty       bool // fits the empty text
	first       runes
}

const endless = -1

// one makes a piece that is one character of a set.
func one(set runes, at int) *piece {
	return &piece{kind: oneOf, set: set, at: at, size: 1, nested: 1, first: set}
}

// row makes a sequence.
func row(of []*piece, at int) *piece {
	if len(of) == 1 {
		return of[0]
	}
	s := &piece{kind: sequence, of: of, at: at, nested: 1, empty: true}
	for _, x := range of {
		s.size += x.size
		s.nested = max(s.nested, x.nested)
		if s.empty {
			s.first = union(s.first, x.first)
		}
		s.empty = s.empty && x.empty
	}
	return s
}

// anyOf makes a choice.
func anyOf(of []*piece, at int) *piece {
	if len(of) == 1 {
		return of[0]
	}
	c := &piece{kind: choice, of: of, at: at, nested: 1}
	sets := make([]runes, len(of))
	for i, x := range of {
		c.size += x.size
		c.nested = max(c.nested, x.nested)
		c.empty = c.empty || x.empty
		sets[i] = x.first
	}
	c.first = union(sets...)
	return c
}

// times makes a repeat.
func times(x *piece, least, most, at int) *piece {
	n := most
	if most == endless {
		n = least + 1
	}
	return &piece{
		kind: repeat, of: []*piece{x}, least: least, most: most, at: at,
		size: min(x.size*n, maxSize+1), nested: min(x.nested*n, maxSize+1), empty: x.empty || least == 0, first: x.first,
	}
}

// write returns the piece as a regular expression with numbers of characters as
// in format. It is all the language Go and JavaScript share.
func (x *piece) write(format string) string {
	var b strings.Builder
	x.append(&b, format)
	return b.String()
}

func (x *piece) append(b *strings.Builder, format string) {
	switch x.kind {
	case oneOf:
		x.set.write(b, format)
	case sequence:
		for _, part := range x.of {
			part.group(b, format, part.kind == choice)
		}
	case choice:
		for i, branch := range x.of {
			if i > 0 {
				b.WriteByte('|')
			}
			branch.append(b, format)
		}
	case repeat:
		x.of[0].group(b, format, x.of[0].kind != oneOf)
		b.WriteString(x.quantifier())
	}
}

func (x *piece) group(b *strings.Builder, format string, parentheses bool) {
	if !parentheses {
		x.append(b, format)
		return
	}
	b.WriteString("(?:")
	x.append(b, format)
	b.WriteByte(')')
}

func (x *piece) quantifier() string {
	least, most := strconv.Itoa(x.least), strconv.Itoa(x.most)
	switch {
	case x.most == endless && x.least == 0:
		return "*"
	case x.most == endless && x.least == 1:
		return "+"
	case x.most == endless:
		return "{" + least + ",}"
	case x.least == 0 && x.most == 1:
		return "?"
	case x.least == x.most:
		return "{" + least + "}"
	}
	return "{" + least + "," + most + "}"
}
