package questionnaire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// document reads the only YAML document of a file. Without one that can be
// looked at any further it tells why and returns nil.
func (n *notes) document(src []byte) *yaml.Node {
	if len(src) > maxFileBytes {
		n.tell(place{}, fmt.Sprintf("the file has more than %d bytes", maxFileBytes), "split it into several surveys")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	n.lines = splitLines(string(src))
	if !n.readable() {
		return nil
	}
	if len(n.lines)+bytes.Count(src, []byte(",")) > maxParts {
		n.tell(place{1, 1}, "the file has too many parts", "split it into several surveys")
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(limits{}))
	if err != nil {
		n.tell(place{1, 1}, "the file cannot be read: "+err.Error(), "save it as UTF-8")
		return nil
	}
	var root, extra yaml.Node
	switch err := loader.Load(&root); {
	case errors.Is(err, io.EOF) || err == nil && (len(root.Content) == 0 || root.Content[0].ShortTag() == "!!null"):
		n.tell(place{1, 1}, "the file is empty", "begin with title:")
		return nil
	case err != nil:
		n.syntax(err)
		return nil
	}
	switch err := loader.Load(&extra); {
	case err == nil:
		n.tell(place{max(extra.Line, 1), max(extra.Column, 1)}, "a second document begins here", "keep one survey in a file, and no line ---")
		return nil
	case !errors.Is(err, io.EOF):
		n.syntax(err)
		return nil
	}
	return root.Content[0]
}

// readable tells lines with bytes that no text has.
func (n *notes) readable() bool {
	for i, line := range n.lines {
		if column := unreadable(line); column > 0 {
			n.lines[i] = strings.Map(func(r rune) rune {
				if r != '\t' && unreadable(string(r)) > 0 {
					return '�'
				}
				return r
			}, line)
			n.tell(place{i + 1, column}, "this is no character of a text", "save the file as UTF-8")
		}
	}
	return len(n.mistakes) == 0
}

// limits stops the YAML reader before it follows any nesting that no survey
// has. Aliases need no limit: they are read, but never followed.
type limits struct{}

var errTooDeep = errors.New(tooDeep)

// CheckDepth is called for every level of brackets and of indents.
func (limits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > 2*maxNesting {
		return errTooDeep
	}
	return nil
}

// CheckAlias is called for every alias.
func (limits) CheckAlias(int, int) error { return nil }

// syntax tells where a file is no YAML. The list of errors is looked for first:
// it unwraps to only the first of them.
func (n *notes) syntax(err error) {
	var found []*yaml.LoadError
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &all):
		found = all.Errors
	case errors.As(err, &one):
		found = []*yaml.LoadError{one}
	default:
		n.tell(place{1, 1}, "this is no YAML document: "+err.Error(), "the file holds keys with values, such as title:")
	}
	for _, e := range found {
		p, start := place{e.Mark.Line, e.Mark.Column}, place{e.ContextMark.Line, e.ContextMark.Column}
		if start.line > 0 && (p.line == 0 || strings.Contains(e.Message, "end of stream")) {
			p = start // of what was never closed
		}
		p = place{min(max(p.line, 1), len(n.lines)), max(p.column, 1)}
		if e.Message == tooDeep {
			n.tell(p, tooDeep, deepCure)
			continue
		}
		cure := "look for a wrong indent, a missing colon, bracket or quote on this line or the one before; a value with , : or # in it needs quotes"
		if strings.HasPrefix(n.lines[p.line-1], "\t") {
			cure = "indent with spaces, not with tabs"
		}
		n.tell(p, "this is no valid YAML: "+e.Message, cure)
	}
}
