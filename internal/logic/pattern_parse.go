package logic

import (
	"fmt"
	"strconv"
	"strings"
)

type patternParser struct {
	src     []rune
	at      int
	depth   int
	problem *Problem
}

// fail keeps the first problem and ends the input. at counts from 0.
func (p *patternParser) fail(at int, message, cure string) {
	if p.problem == nil {
		p.problem = &Problem{Column: at + 1, Message: message, Cure: cure}
	}
	p.at = len(p.src)
}

// peek returns the next character, -1 at the end.
func (p *patternParser) peek() rune {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return -1
}

// next reads the next character, -1 at the end.
func (p *patternParser) next() rune {
	c := p.peek()
	if c >= 0 {
		p.at++
	}
	return c
}

func (p *patternParser) take(r rune) bool {
	if p.peek() == r {
		p.at++
		return true
	}
	return false
}

// ahead reports whether the pattern goes on with a text.
func (p *patternParser) ahead(text string) bool {
	return strings.HasPrefix(string(p.src[p.at:min(p.at+4, len(p.src))]), text)
}

// choice reads branches up to the end or a closing parenthesis.
func (p *patternParser) choice() *piece {
	at := p.at
	var branches []*piece
	for {
		branches = append(branches, p.branch())
		if !p.take('|') {
			return anyOf(branches, at)
		}
	}
}

// branch reads pieces one after the other. Outside all groups it may have anchors
// at its ends.
func (p *patternParser) branch() *piece {
	at := p.at
	var pieces []*piece
	if p.depth == 0 {
		p.take('^')
	}
	for {
		switch c := p.peek(); {
		case c < 0 || c == '|' || c == ')':
			return row(pieces, at)
		case c == '$' && p.depth == 0 && (p.at+1 == len(p.src) || p.src[p.at+1] == '|'):
			p.at++
			return row(pieces, at)
		}
		pieces = append(pieces, p.quantified())
	}
}

// quantified reads one piece with what says how often.
func (p *patternParser) quantified() *piece {
	at := p.at
	x := p.atom()
	least, most, ok := p.quantifier()
	if !ok {
		return x
	}
	p.take('?') // as little as possible: the same where the whole text must fit
	if strings.ContainsRune("?*+{", p.peek()) {
		p.fail(p.at, "a repeat of a repeat", "put the first one in parentheses, or leave one out")
	}
	x = times(x, least, most, at)
	if x.nested > maxRepeat && p.problem == nil {
		p.fail(at, fmt.Sprintf("this repeats more than %d times", maxRepeat), "use smaller limits, or + and *, and max_chars for the length")
	}
	return x
}

// quantifier reads ? * + {n} {n,} {n,m}; ok is false when there is none.
func (p *patternParser) quantifier() (least, most int, ok bool) {
	at := p.at
	switch {
	case p.take('?'):
		return 0, 1, true
	case p.take('*'):
		return 0, endless, true
	case p.take('+'):
		return 1, endless, true
	case !p.take('{'):
		return 0, 0, false
	}
	least = p.count()
	most = least
	if p.take(',') {
		most = endless
		if p.peek() != '}' {
			most = p.count()
		}
	}
	switch {
	case least < 0 || most < endless || !p.take('}'):
		p.fail(at, "this is no number of times", `write for example {3} or {2,5}, or \{ for the character`)
	case least > maxRepeat || most > maxRepeat:
		p.fail(at, fmt.Sprintf("this repeats more than %d times", maxRepeat), "use a smaller limit, or + and *, and max_chars for the length")
	case most == 0:
		p.fail(at, "this repeats nothing", "leave it out")
	case most != endless && most < least:
		p.fail(at, "the limits are the wrong way round", fmt.Sprintf("write {%d,%d}", most, least))
	}
	return least, most, p.problem == nil
}

// count reads a number, -2 when there is none.
func (p *patternParser) count() int {
	const none = -2
	start := p.at
	for p.at < len(p.src) && p.src[p.at] >= '0' && p.src[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.Atoi(string(p.src[start:p.at]))
	switch {
	case start == p.at:
		return none
	case err != nil:
		return maxRepeat + 1
	}
	return n
}

// atom reads a character, a class or a group.
func (p *patternParser) atom() *piece {
	at := p.at
	c := p.next()
	switch c {
	case '(':
		return p.group(at)
	case '[':
		return one(p.class(at), at)
	case '.':
		return one(named['.'], at)
	case '\\':
		return one(p.escape(at), at)
	case '^', '$':
		p.fail(at, fmt.Sprintf("%c stands inside the pattern", c), fmt.Sprintf(`leave it out, the whole text is tested anyway; write \%c for the character`, c))
	case '?', '*', '+':
		p.fail(at, fmt.Sprintf("there is nothing for %c to repeat", c), fmt.Sprintf(`write \%c for the character`, c))
	case '{', '}', ']':
		p.fail(at, fmt.Sprintf("%c has no meaning here", c), fmt.Sprintf(`write \%c for the character`, c))
	case 0xFFFD:
		p.fail(at, "this is no character", "save the file as UTF-8")
	}
	return one(runes{{c, c}}, at)
}

// refused are groups that are not simply groups.
var refused = []struct{ begins, message, cure string }{
	{"?=", "looking ahead is not possible", "write what the whole text looks like, or use a second test with matches"},
	{"?!", "looking ahead is not possible", "write what the whole text looks like, or test with not matches(…)"},
	{"?<=", "looking behind is not possible", "write what the whole text looks like"},
	{"?<!", "looking behind is not possible", "write what the whole text looks like"},
	{"?<", "groups have no names here", "write ( alone"},
	{"?P", "groups have no names here", "write ( alone"},
	{"?", "flags are not possible", "write both cases, as in [Aa], and ( or (?: for a group"},
	{"*", "there is nothing for * to repeat", `write \* for the character`},
}

// group reads the rest of a group.
func (p *patternParser) group(at int) *piece {
	if p.ahead("?:") {
		p.at += 2
	}
	for _, r := range refused {
		if p.ahead(r.begins) {
			p.fail(at, r.message, r.cure)
		}
	}
	if p.depth++; p.depth > maxDepth {
		p.fail(at, "the pattern is nested too deep", "make it simpler")
	}
	if p.peek() == ')' {
		p.fail(at, "the group is empty", `leave it out, or write \( for the character`)
	}
	x := p.choice()
	p.depth--
	if !p.take(')') {
		p.fail(at, "the group is not closed", `write ) at its end, or \( for the character`)
	}
	return x
}
