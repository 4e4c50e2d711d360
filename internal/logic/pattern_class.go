package logic

import (
	"fmt"
	"slices"
	"strconv"
	"unicode"
)

// class reads the rest of a class such as [a-z].
func (p *patternParser) class(at int) runes {
	negated := p.take('^')
	var sets []runes
	for first := true; ; first = false {
		c := p.peek()
		switch {
		case c < 0:
			p.fail(at, "the class is not closed", `write ] at its end, or \[ for the character`)
			return nil
		case c == ']' && first:
			p.fail(at, "the class is empty", `write \] for the character`)
			return nil
		case c == ']':
			p.at++
			set := union(sets...)
			if negated {
				set = set.not()
			}
			if len(set) == 0 {
				p.fail(at, "no character is in this class", "leave one of its parts out")
			}
			return set
		}
		sets = append(sets, p.member(first))
	}
}

// member reads a character, a range or an escape of a class.
func (p *patternParser) member(first bool) runes {
	at := p.at
	low := p.classRune(first)
	if p.peek() != '-' || p.at+1 < len(p.src) && p.src[p.at+1] == ']' {
		return low
	}
	p.at++
	high := p.classRune(false)
	switch {
	case p.problem != nil:
	case !single(low) || !single(high):
		p.fail(at, "this is no range of characters", `write \- for the character -`)
	case low[0].low > high[0].low:
		p.fail(at, "the range is the wrong way round", fmt.Sprintf("write %c-%c", high[0].low, low[0].low))
	default:
		return runes{{low[0].low, high[0].low}}
	}
	return nil
}

func single(r runes) bool { return len(r) == 1 && r[0].low == r[0].high }

// classRune reads one character or escape inside a class. A - means itself where
// it stands first or last.
func (p *patternParser) classRune(first bool) runes {
	at := p.at
	c := p.next()
	last := p.at < len(p.src) && p.src[p.at] == ']'
	switch {
	case c == '\\':
		return p.escape(at)
	case c == '[':
		p.fail(at, "[ stands inside a class", `write \[ for the character; classes like [:alpha:] are not known`)
	case c == '-' && !first && !last:
		p.fail(at, "- stands between characters that are no range", `write \- for the character`)
	case c == 0xFFFD:
		p.fail(at, "this is no character", "save the file as UTF-8")
	case c < 0 || c == ']':
		p.fail(at, "the range has no end", `write \- for the character`)
	}
	return runes{{c, c}}
}

// escape reads what follows a backslash.
func (p *patternParser) escape(at int) runes {
	c := p.next()
	switch c {
	case 'd', 'w', 's':
		return named[c]
	case 'D', 'W', 'S':
		return named[unicode.ToLower(c)].not()
	case 'x', 'u':
		return p.code(at, c)
	}
	if i := slices.Index([]rune("tnvfr"), c); i >= 0 {
		r := rune("\t\n\v\f\r"[i])
		return runes{{r, r}}
	}
	switch {
	case c < 0:
		p.fail(at, `\ at the end means nothing`, `write \\ for the character`)
	case c == 'b' || c == 'B':
		p.fail(at, `\`+string(c)+" means different things in different places", "write what stands before and behind")
	case c == 'p' || c == 'P':
		p.fail(at, `\`+string(c)+" means different things in different places", "write the characters: [A-Za-zÀ-ỹ] has all letters of Vietnamese")
	case c >= '0' && c <= '9' || c == 'k':
		p.fail(at, "a reference to a group is not possible", "write the group out again")
	case c > unicode.MaxASCII || isLetter(byte(c)) && c != '_':
		p.fail(at, fmt.Sprintf(`\%c has no meaning`, c), fmt.Sprintf("write %c alone for the character", c))
	}
	return runes{{c, c}}
}

// code reads the number of a character: \xHH, \x{H…}, \uHHHH or \u{H…}.
func (p *patternParser) code(at int, kind rune) runes {
	digits := 2
	if kind == 'u' {
		digits = 4
	}
	braced := p.take('{')
	if braced {
		digits = max(0, slices.Index(p.src[p.at:], '}'))
	}
	end := min(p.at+digits, len(p.src))
	n, err := strconv.ParseUint(string(p.src[p.at:end]), 16, 32)
	if err != nil || end < p.at+digits || n > unicode.MaxRune || n >= 0xD800 && n <= 0xDFFF {
		p.fail(at, "this is no number of a character", `write for example \u1EF9 or \x2d`)
		return nil
	}
	p.at = end
	if braced {
		p.at++
	}
	return runes{{rune(n), rune(n)}}
}
