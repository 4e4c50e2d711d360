package yamlfile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitLines splits where YAML does, so that its line numbers are ours.
func splitLines(s string) []string {
	var lines []string
	start := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch r {
		case '\r':
			if i < len(s) && s[i] == '\n' {
				continue
			}
			lines, start = append(lines, s[start:i-1]), i
		case '\n', '\u0085', '\u2028', '\u2029':
			lines, start = append(lines, strings.TrimSuffix(s[start:i-size], "\r")), i
		}
	}
	return append(lines, s[start:])
}

// unreadable returns the column of the first byte of a line that is no
// character, or of a character that has no place in a text; 0 without one.
func unreadable(line string) int {
	column := 0
	for i, r := range line {
		column++
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(line[i:]); size == 1 {
				return column
			}
		}
		if unicode.IsControl(r) && r != '\t' || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			return column
		}
	}
	return 0
}

// Spread maps the columns of a text to the places of its characters in the
// file, where the value that holds it begins at p: plain, in quotes, or as a
// block. Columns that cannot be found stand at p. The text is looked for when a
// column is asked for first.
func (n *Notes) Spread(p Place, text string) func(column int) Place {
	var places []Place // of the characters; nil when they are not found
	looked := false
	return func(column int) Place {
		if !looked {
			places, looked = n.find(p, []rune(text)), true
		}
		switch last := len(places) - 1; {
		case last < 0:
			return p
		case column-1 > last: // the end of the text
			return Place{places[last].Line, places[last].Column + 1}
		default:
			return places[max(column-1, 0)]
		}
	}
}

// find returns the places of the characters of a text.
func (n *Notes) find(p Place, text []rune) []Place {
	const lead = 100 // the longest that a quote, or the head of a block, may be
	var (
		src    []rune
		places []Place
		most   = 2*len(text) + lead
	)
	for line := p.Line; line >= 1 && line <= len(n.Lines) && len(src) <= most; line++ {
		runes, from := n.runes(line), 0
		if line == p.Line {
			from = min(max(p.Column-1, 0), len(runes))
		}
		for i := from; i < len(runes) && len(src) <= most; i++ {
			src, places = append(src, runes[i]), append(places, Place{line, i + 1})
		}
		src, places = append(src, '\n'), append(places, Place{line, len(runes) + 1})
	}
	for start := range min(lead, len(src)) {
		if found := match(src[start:], text); found != nil {
			at := make([]Place, len(found))
			for i, f := range found {
				at[i] = places[start+f]
			}
			return at
		}
	}
	return nil
}

// runes returns the characters of a line, which may be the whole file.
func (n *Notes) runes(line int) []rune {
	if n.line1 != line {
		n.line1, n.chars = line, []rune(n.Lines[line-1])
	}
	return n.chars
}

// match returns for each character of a text its index in src, nil when src
// does not begin with the text. Spaces match any spaces, as YAML folds them;
// what escapes a quote is passed over.
func match(src, text []rune) []int {
	var found []int
	i := 0
	for _, r := range text {
		for i < len(src) && len(found) > 0 && src[i] != r && silent(src[i-1], src[i]) {
			i++
		}
		if i >= len(src) || src[i] != r && (!unicode.IsSpace(src[i]) || !unicode.IsSpace(r)) {
			return nil
		}
		found = append(found, i)
		i++
	}
	return found
}

// silent reports whether a character may stand for nothing after another: what
// escapes a quote, a quote that is doubled, more space.
func silent(last, r rune) bool {
	return r == '\\' || r == '\'' && last == '\'' || unicode.IsSpace(r) && unicode.IsSpace(last)
}
