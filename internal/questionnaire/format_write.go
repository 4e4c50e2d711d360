package questionnaire

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// layout writes a file anew. It follows the values in order, and takes along
// what was found between them.
type layout struct {
	found   *findings
	out     []byte
	open    bool    // a line is begun
	at      int     // the line of the file that was written last
	told    int     // remarks that are written
	dashes  int     // dashes that are written
	closers int     // brackets that are closed
	levels  []level // that are open
}

// level is the column of the entries of a mapping or a list, in the file and as
// it is written.
type level struct{ column, indent int }

// nested is how much further to the right the next level stands.
const nested = 2

func (w *layout) file(root *yaml.Node) []byte {
	w.at = -1
	w.block(root, reflect.TypeFor[File](), 0, 0, false)
	w.endLine()
	end := len(w.out)
	w.above(len(w.found.lines), append(slices.Clip(w.levels), w.levels[:min(1, len(w.levels))]...))
	if tail := strings.TrimRight(string(w.out[end:]), "\n"); tail != "" {
		return append(w.out[:end], tail+"\n"...)
	}
	return w.out[:end]
}

func (w *layout) write(s string) { w.out, w.open = append(w.out, s...), true }

func (w *layout) newLine() { w.out, w.open = append(w.out, '\n'), false }

// begin begins a line.
func (w *layout) begin(indent int) { w.write(strings.Repeat(" ", indent)) }

// endLine ends a line, with the comment that stood at its end.
func (w *layout) endLine() {
	if w.open {
		w.trailing()
		w.newLine()
	}
}

// trailing writes the comment at the end of the line, if there is one.
func (w *layout) trailing() {
	if i, ok := w.found.byLine[w.at]; ok && i == w.told {
		w.write(" " + w.found.remarks[i].text)
		w.told++
	}
}

// above writes the comments and empty lines that stand between what was written
// last and a line of the file.
func (w *layout) above(line int, levels []level) {
	for l := w.at + 1; l < line && l < len(w.found.lines); l++ {
		switch i, ok := w.found.byLine[l]; {
		case ok && i >= w.told:
			w.begin(indentOf(w.found.remarks[i].column, levels))
			w.write(w.found.remarks[i].text)
			w.newLine()
			w.told = i + 1
		case isBlank(w.found.lines[l]) && len(w.out) > 0 && !strings.HasSuffix(string(w.out[max(len(w.out)-2, 0):]), "\n\n"):
			w.newLine()
		}
	}
}

// indentOf finds where a comment goes: to the level it stood at, the innermost
// one that begins no further right. Where a list is not indented two levels have
// one column: then it goes to the level of what comes next, which is the last.
func indentOf(column int, levels []level) int {
	best := level{-1, 0}
	for i, l := range levels {
		if l.column <= column && (l.column > best.column || l.column == best.column && i == len(levels)-1) {
			best = l
		}
	}
	return best.indent
}

// entry begins an entry of a mapping or list: on a line of its own, or behind a
// dash.
func (w *layout) entry(at spot, indent, depth int, inline bool) {
	now := level{at.column, indent}
	if !inline {
		w.endLine()
		w.above(at.line, append(slices.Clip(w.levels), now))
		w.begin(indent)
	}
	w.levels = append(w.levels[:min(depth, len(w.levels))], now)
	w.at = max(w.at, at.line)
}

// block writes a mapping or list whose entries have lines of their own.
func (w *layout) block(node *yaml.Node, shape reflect.Type, indent, depth int, inline bool) {
	if node.Kind == yaml.MappingNode && w.isBracket(node) { // the whole file
		w.entry(spot{node.Line - 1, node.Column - 1}, indent, depth, inline)
		w.flow(node, shape, indent)
		return
	}
	if node.Kind == yaml.SequenceNode {
		for _, item := range node.Content {
			dash := w.dash()
			w.entry(dash, indent, depth, inline)
			w.write("-")
			w.value(item, elementOf(shape), indent, depth+1, true)
			inline = false
		}
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		w.entry(spot{key.Line - 1, key.Column - 1}, indent, depth, inline)
		w.key(key)
		w.write(":")
		w.value(value, fieldOf(shape, key.Value), indent, depth+1, false)
		inline = false
	}
}

// dash returns where the next dash stood.
func (w *layout) dash() spot {
	if w.dashes >= len(w.found.dashes) {
		return spot{w.at, 0} // the result is compared with the file, and will differ
	}
	w.dashes++
	return w.found.dashes[w.dashes-1]
}

// isBracket reports whether a mapping or list is written in brackets.
func (w *layout) isBracket(node *yaml.Node) bool {
	line := w.found.lines[node.Line-1]
	return node.Style&yaml.FlowStyle != 0 && node.Column <= len(line) && (line[node.Column-1] == '{' || line[node.Column-1] == '[')
}

// value writes a value behind its key or dash.
func (w *layout) value(node *yaml.Node, shape reflect.Type, indent, depth int, dash bool) {
	if node.Kind == yaml.ScalarNode || node.Style&yaml.FlowStyle != 0 {
		if isNothing(node) {
			return
		}
		if w.remarked(node.Line - 1) {
			w.endLine()
			w.above(node.Line-1, []level{{0, indent + nested}})
			w.begin(indent + nested)
		} else {
			w.write(" ")
		}
		w.flow(node, shape, indent)
		return
	}
	inline := dash && !w.remarked(w.first(node))
	if inline {
		w.write(" ")
	} else {
		w.endLine()
	}
	w.block(node, shape, indent+nested, depth, inline)
}

// first returns the line on which a mapping or list begins: that of its first
// dash or key.
func (w *layout) first(node *yaml.Node) int {
	if node.Kind == yaml.SequenceNode && w.dashes < len(w.found.dashes) {
		return w.found.dashes[w.dashes].line
	}
	return node.Line - 1
}

// remarked reports whether a comment stands between what was written last and a
// line of the file.
func (w *layout) remarked(line int) bool {
	for l := w.at; l < line; l++ {
		if i, ok := w.found.byLine[l]; ok && i >= w.told {
			return true
		}
	}
	return false
}

// fieldOf returns the shape of a key's value, nil when there is none.
func fieldOf(shape reflect.Type, key string) reflect.Type {
	for shape != nil && shape.Kind() == reflect.Pointer {
		shape = shape.Elem()
	}
	switch {
	case shape == nil:
	case shape.Kind() == reflect.Map:
		if shape == textType {
			return textType // of one language
		}
		return shape.Elem()
	case shape.Kind() == reflect.Struct:
		for f := range shape.Fields() {
			if yamlName(f) == key {
				return f.Type
			}
		}
	}
	return nil
}

// elementOf returns the shape of a list's entries, nil when there is none.
func elementOf(shape reflect.Type) reflect.Type {
	for shape != nil && shape.Kind() == reflect.Pointer {
		shape = shape.Elem()
	}
	if shape == nil || shape.Kind() != reflect.Slice {
		return nil
	}
	return shape.Elem()
}
