package questionnaire

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"hailong/internal/yamlfile"
)

// Format returns a survey file in the usual layout: indents of two spaces, one
// space where one is enough, texts in double quotes, at most one empty line in a
// row. It says the same as before: every value, comment and empty line is still
// there, in the same order, on lines as the author broke them. Keys stay in the
// author's order too, because a comment can't be asked what it is about.
//
// The error is an errs.Mistakes: a file that is no YAML, or that has parts which
// surveys do not use, is not formatted. Other mistakes do not matter.
func Format(file string, src []byte) ([]byte, error) {
	n := &yamlfile.Notes{File: file}
	root := n.Document(src)
	if root == nil {
		return nil, n.Err()
	}
	if root.Kind != yaml.MappingNode {
		n.Tell(yamlfile.Place{Line: root.Line, Column: root.Column}, "keys with values are needed here", "begin with title:")
		return nil, n.Err()
	}
	found := scan(n, root)
	if err := n.Err(); err != nil {
		return nil, err
	}
	w := &layout{found: found}
	out := w.file(root)
	if at, ok := same(file, out, root, found); !ok {
		n.Tell(at, "this can't be laid out without changing what it says", "write it in a plainer way, such as with the text on one line in double quotes")
		return nil, n.Err()
	}
	return out, nil
}

// same reports whether a file that was laid out says what it said before, and
// else where it no longer does. A layout that loses something would be a fault
// of ours; nobody shall lose a line by it.
func same(file string, out []byte, root *yaml.Node, found *findings) (yamlfile.Place, bool) {
	n := &yamlfile.Notes{File: file}
	again := n.Document(out)
	if again == nil {
		return yamlfile.Place{Line: root.Line, Column: root.Column}, false
	}
	if at := differs(root, again); at != nil {
		return yamlfile.Place{Line: at.Line, Column: at.Column}, false
	}
	left := scan(n, again)
	if len(n.Mistakes) > 0 || !slices.EqualFunc(found.remarks, left.remarks, func(a, b remark) bool { return a.text == b.text }) {
		return yamlfile.Place{Line: root.Line, Column: root.Column}, false
	}
	return yamlfile.Place{}, true
}

// differs returns the first node of a that says something else than that of b.
func differs(a, b *yaml.Node) *yaml.Node {
	if a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return a
	}
	for i := range a.Content {
		if at := differs(a.Content[i], b.Content[i]); at != nil {
			return at
		}
	}
	return nil
}

// findings are what the YAML reader does not say of a file, in the order of the
// file. Lines and columns count from 0 here, as slices do.
type findings struct {
	lines   [][]rune
	extents map[*yaml.Node]extent // of the values that are written out
	remarks []remark
	byLine  map[int]int // index of the remark on a line
	dashes  []spot
	closers []spot
}

type spot struct{ line, column int }

// extent is where a value begins and ends; the end is behind its last character.
type extent struct{ start, end spot }

// remark is a comment with its #.
type remark struct {
	column int
	text   string
	alone  bool // on its line
}

// scan finds what stands between the values: comments, dashes, brackets. It
// tells what surveys do not use.
func scan(n *yamlfile.Notes, root *yaml.Node) *findings {
	f := &findings{extents: map[*yaml.Node]extent{}, byLine: map[int]int{}, lines: make([][]rune, len(n.Lines))}
	for i, line := range n.Lines {
		f.lines[i] = []rune(line)
	}
	at := spot{}
	var walk func(node *yaml.Node) bool
	walk = func(node *yaml.Node) bool {
		if node.Style&yaml.TaggedStyle != 0 {
			n.Tell(yamlfile.Place{Line: node.Line, Column: node.Column}, fmt.Sprintf("the tag %s is not used here", node.ShortTag()), "leave it out")
			return false
		}
		if node.Kind != yaml.ScalarNode {
			return !slices.ContainsFunc(node.Content, func(c *yaml.Node) bool { return !walk(c) })
		}
		if isNothing(node) {
			return true
		}
		start := spot{node.Line - 1, node.Column - 1}
		if !f.between(n, at, start) {
			return false
		}
		end, ok := f.end(node, start)
		if !ok {
			n.Tell(yamlfile.Place{Line: node.Line, Column: node.Column}, "this value can't be followed", "write it on one line, in double quotes")
			return false
		}
		head := f.lines[start.line]
		if hash := slices.Index(head[start.column:], '#'); hash >= 0 && inBlock(node) && end.line > start.line {
			f.marks(n, start.line, start.column+hash, len(head))
		}
		f.extents[node] = extent{start, end}
		at = end
		return true
	}
	if walk(root) && at.line < len(f.lines) {
		f.between(n, at, spot{len(f.lines) - 1, len(f.lines[len(f.lines)-1])})
	}
	return f
}

// inBlock reports whether a value is written as a block of lines.
func inBlock(node *yaml.Node) bool { return node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 }

// isNothing reports whether a value is not there at all.
func isNothing(node *yaml.Node) bool {
	return node.Value == "" && node.Style == 0 && node.ShortTag() == "!!null"
}

// between reads what stands from one place to another. False means that it
// holds something that was told.
func (f *findings) between(n *yamlfile.Notes, from, to spot) bool {
	for l := from.line; l <= to.line && l < len(f.lines); l++ {
		start, end := 0, len(f.lines[l])
		if l == from.line {
			start = from.column
		}
		if l == to.line {
			end = min(to.column, end)
		}
		if !f.marks(n, l, start, end) {
			return false
		}
	}
	return true
}

// marks reads a part of a line without values.
func (f *findings) marks(n *yamlfile.Notes, l, start, end int) bool {
	line := f.lines[l]
	if start == 0 && (isMarker(line, "---") || isMarker(line, "...")) {
		start = 3
	}
	for c := start; c < end; c++ {
		switch r := line[c]; r {
		case ' ', '\t', ':', ',', '[', '{':
		case ']', '}':
			f.closers = append(f.closers, spot{l, c})
		case '-':
			f.dashes = append(f.dashes, spot{l, c})
		case '#':
			text := []rune(string(line[c:]))
			for len(text) > 0 && (text[len(text)-1] == ' ' || text[len(text)-1] == '\t') {
				text = text[:len(text)-1]
			}
			f.byLine[l] = len(f.remarks)
			f.remarks = append(f.remarks, remark{column: c, text: string(text), alone: isBlank(line[:c])})
			return true
		default:
			message, cure := fmt.Sprintf("%q is not used here", r), "leave it out"
			switch r {
			case '?':
				cure = "write key: value"
			case '&', '*':
				message, cure = "anchors and aliases (& and *) are not used here", "write it out, or name a scale"
			}
			n.Tell(yamlfile.Place{Line: l + 1, Column: c + 1}, message, cure)
			return false
		}
	}
	return true
}

// isMarker reports whether a line begins or ends a document.
func isMarker(line []rune, marker string) bool {
	return len(line) >= 3 && string(line[:3]) == marker && (len(line) == 3 || line[3] == ' ' || line[3] == '\t')
}

func isBlank(line []rune) bool {
	return !slices.ContainsFunc(line, func(r rune) bool { return r != ' ' && r != '\t' })
}
