package questionnaire

import (
	"strings"
	"unicode/utf8"
)

// line writes one line.
func (e *encoder) line(indent int, words ...string) {
	text := strings.TrimRight(strings.Join(words, ""), " ")
	if text != "" {
		e.out = append(e.out, strings.Repeat(" ", indent)...)
	}
	e.out = append(append(e.out, text...), '\n')
}

// keys writes the keys of a mapping, or the entries of a list.
func (e *encoder) keys(p *written, indent int) {
	for _, child := range p.parts {
		e.above(child, indent)
		if p.list {
			e.entry(child, indent)
		} else {
			e.value(child, child.key+":", indent)
		}
	}
}

// above writes what stands above a part: an empty line, comments.
func (e *encoder) above(p *written, indent int) {
	if p.apart && len(e.out) > 0 {
		e.line(0)
	}
	for _, line := range p.comment {
		e.line(indent, "# ", line)
	}
}

// entry writes an entry of a list. Its first key stands beside the dash.
func (e *encoder) entry(p *written, indent int) {
	if e.fits(p, "-", indent) || p.list || len(p.parts) == 0 {
		e.value(p, "-", indent)
		return
	}
	for i, child := range p.parts {
		if i > 0 {
			e.above(child, indent+2)
			e.value(child, child.key+":", indent+2)
			continue
		}
		for _, line := range child.comment {
			e.line(indent, "# ", line)
		}
		start := len(e.out)
		e.value(child, child.key+":", indent+2)
		e.out[start+indent] = '-'
	}
}

// value writes a value after its key or dash.
func (e *encoder) value(p *written, head string, indent int) {
	switch {
	case p.block != nil:
		e.line(indent, head, " |")
		for _, line := range p.block {
			e.line(indent+2, line)
		}
	case e.fits(p, head, indent):
		e.line(indent, head, " ", flow(p))
	default:
		e.line(indent, head)
		e.keys(p, indent+2)
	}
}

// fits reports whether a part is written on one line.
func (e *encoder) fits(p *written, head string, indent int) bool {
	if len(p.parts) == 0 {
		return p.block == nil
	}
	return !p.tall && indent+utf8.RuneCountInString(head)+1+utf8.RuneCountInString(flow(p)) <= maxColumns
}

// flow writes a part on one line.
func flow(p *written) string {
	if len(p.parts) == 0 && p.scalar != "" {
		return p.scalar
	}
	words := make([]string, len(p.parts))
	for i, child := range p.parts {
		words[i] = flow(child)
		if !p.list {
			words[i] = child.key + ": " + words[i]
		}
	}
	if p.list {
		return "[" + strings.Join(words, ", ") + "]"
	}
	return "{" + strings.Join(words, ", ") + "}"
}
