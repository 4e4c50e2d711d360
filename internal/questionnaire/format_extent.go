package questionnaire

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// end returns where a value ends that is written out. False means that it was
// not found.
func (f *findings) end(node *yaml.Node, start spot) (spot, bool) {
	if start.line >= len(f.lines) || start.column >= len(f.lines[start.line]) {
		return spot{}, false
	}
	switch {
	case inBlock(node):
		return f.blockEnd(node, start), true
	case node.Style&yaml.DoubleQuotedStyle != 0:
		return f.quoteEnd(start, '"', '\\')
	case node.Style&yaml.SingleQuotedStyle != 0:
		return f.quoteEnd(start, '\'', '\'')
	default:
		return f.plainEnd(start, []rune(node.Value))
	}
}

// quoteEnd finds the end of a value in quotes. After the escape the next
// character is passed over; in single quotes that is the quote itself, doubled.
func (f *findings) quoteEnd(start spot, quote, escape rune) (spot, bool) {
	column := start.column + 1
	for l := start.line; l < len(f.lines); l++ {
		line := f.lines[l]
		for c := column; c < len(line); c++ {
			switch {
			case line[c] == quote && (quote != escape || c+1 >= len(line) || line[c+1] != quote):
				return spot{l, c + 1}, true
			case line[c] == escape:
				c++
			}
		}
		column = 0
	}
	return spot{}, false
}

// plainEnd finds the end of a value without quotes by what it says: a line
// break stands for a space, and more of them for one break less.
func (f *findings) plainEnd(start spot, value []rune) (spot, bool) {
	l, c := start.line, start.column
	for i := 0; i < len(value); i++ {
		line := f.lines[l]
		if (value[i] == ' ' || value[i] == '\n') && isBlank(line[min(c, len(line)):]) {
			breaks := 0
			for l++; l < len(f.lines) && isBlank(f.lines[l]); l++ {
				breaks++
			}
			if l >= len(f.lines) || !stands(value[i:], breaks) {
				return spot{}, false
			}
			i += max(breaks-1, 0)
			c = len(f.lines[l]) - len(trimLeft(f.lines[l]))
			continue
		}
		if c >= len(line) || line[c] != value[i] {
			return spot{}, false
		}
		c++
	}
	return spot{l, c}, true
}

// stands reports whether a value goes on with what some empty lines stand for.
func stands(value []rune, empty int) bool {
	if empty == 0 {
		return value[0] == ' '
	}
	return len(value) >= empty && !slices.ContainsFunc(value[:empty], func(r rune) bool { return r != '\n' })
}

func trimLeft(line []rune) []rune { return line[leading(line, " \t"):] }

// leading counts the characters of a set that a line begins with.
func leading(line []rune, set string) int {
	n := 0
	for n < len(line) && strings.ContainsRune(set, line[n]) {
		n++
	}
	return n
}

// blockEnd finds the end of a block: behind its last line. Empty lines below it
// belong to it only where it says so (+).
func (f *findings) blockEnd(node *yaml.Node, start spot) spot {
	head := f.lines[start.line]
	last := start.line
	if indent, ok := f.blockIndent(node, start.line); ok {
		keep := strings.ContainsRune(beforeRemark(head[start.column:]), '+')
		for l := start.line + 1; l < len(f.lines); l++ {
			spaces := leading(f.lines[l], " ")
			blank := spaces == len(f.lines[l])
			if !blank && spaces < indent {
				break
			}
			if !blank || spaces > indent || keep && l+1 < len(f.lines) {
				last = l
			}
		}
	}
	if last == start.line { // a comment may follow on the line
		return spot{start.line, start.column + len([]rune(strings.TrimRight(beforeRemark(head[start.column:]), " \t")))}
	}
	return spot{last, len(f.lines[last])}
}

// blockIndent returns how far the lines of a block are indented. False means
// that it has none.
func (f *findings) blockIndent(node *yaml.Node, head int) (int, bool) {
	for line := range strings.SplitSeq(node.Value, "\n") {
		own := leading([]rune(line), " ")
		if own == len([]rune(line)) {
			continue
		}
		for l := head + 1; l < len(f.lines); l++ {
			if spaces := leading(f.lines[l], " "); spaces < len(f.lines[l]) {
				return spaces - own, true
			}
		}
	}
	return 0, false
}

// beforeRemark returns the head of a block without the comment behind it.
func beforeRemark(head []rune) string {
	text, _, _ := strings.Cut(string(head), "#")
	return text
}
