package logic

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// span is a range of characters, both included.
type span struct{ low, high rune }

// runes is a set of characters: ranges in order that do not touch.
type runes []span

// named are the classes with a name.
var named = map[rune]runes{
	'd': {{'0', '9'}},
	'w': {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
	's': {{'\t', '\r'}, {' ', ' '}}, // tab, line break, vertical tab, form feed, carriage return, space
	'.': {{0, '\n' - 1}, {'\n' + 1, unicode.MaxRune}},
}

// union returns the characters of all sets.
func union(sets ...runes) runes {
	all := slices.Concat(sets...)
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.low, b.low) })
	merged := all[:0]
	for _, s := range all {
		if last := len(merged) - 1; last >= 0 && s.low <= merged[last].high+1 {
			merged[last].high = max(merged[last].high, s.high)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// not returns all other characters.
func (r runes) not() runes {
	var others runes
	next := rune(0)
	for _, s := range r {
		if s.low > next {
			others = append(others, span{next, s.low - 1})
		}
		next = s.high + 1
	}
	if next <= unicode.MaxRune {
		others = append(others, span{next, unicode.MaxRune})
	}
	return others
}

// meets reports whether two sets have a character in common.
func (r runes) meets(other runes) bool {
	for i, j := 0, 0; i < len(r) && j < len(other); {
		switch {
		case r[i].high < other[j].low:
			i++
		case other[j].high < r[i].low:
			j++
		default:
			return true
		}
	}
	return false
}

// write writes the set as a regular expression. A character that could mean
// something is written as a number, beyond 255 as in format.
func (r runes) write(b *strings.Builder, format string) {
	if len(r) == 1 && r[0].low == r[0].high {
		writeRune(b, r[0].low, format)
		return
	}
	b.WriteByte('[')
	if others := r.not(); len(others) > 0 && len(others) < len(r) || len(r) > 0 && r[len(r)-1].high == unicode.MaxRune && len(others) > 0 {
		b.WriteByte('^')
		r = others
	}
	for _, s := range r {
		writeRune(b, s.low, format)
		if s.high > s.low+1 {
			b.WriteByte('-')
		}
		if s.high > s.low {
			writeRune(b, s.high, format)
		}
	}
	b.WriteByte(']')
}

func writeRune(b *strings.Builder, r rune, format string) {
	switch {
	case unicode.IsLetter(r) || r >= '0' && r <= '9':
		b.WriteRune(r)
	case r <= 0xFF:
		fmt.Fprintf(b, `\x%02x`, r)
	default:
		fmt.Fprintf(b, format, r)
	}
}
