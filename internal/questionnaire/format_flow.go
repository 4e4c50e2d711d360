package questionnaire

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// flow writes a value that is no block of entries: a scalar, or what stands in
// brackets, which is broken into lines where the author broke it. indent is that
// of the entry it belongs to.
func (w *layout) flow(node *yaml.Node, shape reflect.Type, indent int) {
	if node.Kind == yaml.ScalarNode {
		w.scalar(node, shape, indent)
		return
	}
	bracketed := w.isBracket(node)
	w.at = max(w.at, node.Line-1)
	open, shut := "{", "}"
	if node.Kind == yaml.SequenceNode {
		open, shut = "[", "]"
	}
	if bracketed {
		w.write(open)
	}
	broken := false
	step := 1
	if node.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i+step <= len(node.Content); i += step {
		if i > 0 {
			w.write(",")
		}
		if w.broke(node.Content[i].Line-1, indent+nested, indent+nested) {
			broken = true
		} else if i > 0 {
			w.write(" ")
		}
		inner := indent
		if broken {
			inner += nested
		}
		if step == 1 {
			w.flow(node.Content[i], elementOf(shape), inner)
		} else {
			w.pair(node.Content[i], node.Content[i+1], shape, inner)
		}
	}
	if bracketed {
		w.broke(w.closer().line, indent, indent+nested)
		w.write(shut)
	}
}

// pair writes a key and its value in brackets.
func (w *layout) pair(key, value *yaml.Node, shape reflect.Type, indent int) {
	w.key(key)
	if isNothing(value) {
		return
	}
	w.write(":")
	if !w.remarked(value.Line-1) || !w.broke(value.Line-1, indent+nested, indent+nested) {
		w.write(" ")
	}
	w.flow(value, fieldOf(shape, key.Value), indent)
}

// closer returns where the next bracket was closed.
func (w *layout) closer() spot {
	if w.closers >= len(w.found.closers) {
		return spot{w.at, 0} // the result is compared with the file, and will differ
	}
	w.closers++
	return w.found.closers[w.closers-1]
}

// broke begins a new line where the file has one before what stands on a line.
// Comments in between have an indent of their own.
func (w *layout) broke(line, indent, remarks int) bool {
	if line <= w.at {
		return false
	}
	w.endLine()
	w.above(line, []level{{0, remarks}})
	w.begin(indent)
	w.at = line
	return true
}

// key writes a key as it stands in the file.
func (w *layout) key(node *yaml.Node) {
	e := w.found.extents[node]
	if e.start.line != e.end.line {
		return // no key is; the result is compared with the file
	}
	w.write(string(w.found.lines[e.start.line][e.start.column:e.end.column]))
	w.at = max(w.at, e.end.line)
}

// scalar writes a single value. indent is that of its key or dash.
func (w *layout) scalar(node *yaml.Node, shape reflect.Type, indent int) {
	e, ok := w.found.extents[node]
	if !ok {
		return
	}
	if inBlock(node) {
		w.lines(node, e, indent)
		return
	}
	lines := make([]string, 0, e.end.line-e.start.line+1)
	for l := e.start.line; l <= e.end.line; l++ {
		start, end := 0, len(w.found.lines[l])
		if l == e.start.line {
			start = e.start.column
		}
		if l == e.end.line {
			end = e.end.column
		}
		lines = append(lines, string(w.found.lines[l][start:end]))
	}
	lines = requoted(lines, node, shape == textType)
	for i, line := range lines {
		if i > 0 {
			w.write("\n")
			line = strings.TrimLeft(line, " \t")
			if line != "" {
				w.begin(indent + nested)
			}
		}
		if i < len(lines)-1 {
			line = trimEnd(line, node.Style&yaml.DoubleQuotedStyle != 0)
		}
		w.write(line)
	}
	w.at = e.end.line
}

// trimEnd leaves out the spaces at the end of a line, but for one that is
// escaped.
func trimEnd(line string, escapes bool) string {
	short := strings.TrimRight(line, " \t")
	escapers := len(short) - len(strings.TrimRight(short, `\`))
	if escapes && escapers%2 == 1 && len(short) < len(line) {
		return line[:len(short)+1]
	}
	return short
}

// requoted puts a value into double quotes: a text always, another value when it
// has quotes. Where that would take escapes it stays as it is.
func requoted(lines []string, node *yaml.Node, text bool) []string {
	single := node.Style&yaml.SingleQuotedStyle != 0
	plain := node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
	whole := strings.Join(lines, "\n")
	if strings.ContainsAny(whole, `"\`) || !single && (!plain || !text || node.ShortTag() != "!!str") {
		return lines
	}
	if single {
		whole = strings.ReplaceAll(whole[1:len(whole)-1], "''", "'")
	}
	return strings.Split(`"`+whole+`"`, "\n")
}

// lines writes a block of lines.
func (w *layout) lines(node *yaml.Node, e extent, indent int) {
	head := beforeRemark(w.found.lines[e.start.line][e.start.column:])
	for _, r := range strings.TrimSpace(head) {
		if r >= '1' && r <= '9' {
			r = '0' + nested
		}
		w.write(string(r))
	}
	w.at = e.start.line
	w.trailing()
	from, _ := w.found.blockIndent(node, e.start.line)
	for l := e.start.line + 1; l <= e.end.line; l++ {
		line := w.found.lines[l]
		w.write("\n")
		if len(line) > from {
			w.begin(indent + nested)
			w.write(string(line[from:]))
		}
	}
	w.at = e.end.line
}
