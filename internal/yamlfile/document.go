package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Limits of a file. Real ones stay far below: the longest we ship has 40 kB,
// nests seven deep, and has 2 000 parts.
const (
	MaxBytes   = 1 << 20
	maxParts   = 150_000 // commas and lines: YAML has no more values than about twice that
	maxEntries = 5000    // of one list
	maxNesting = 40
)

const (
	tooDeep  = "this is nested too deep"
	deepCure = "look for a wrong indent or a lost bracket"
)

// Document reads the only YAML document of a file. Without one that can be
// looked at any further it tells why and returns nil.
func (n *Notes) Document(src []byte) *yaml.Node {
	if len(src) > MaxBytes {
		n.Tell(Place{}, fmt.Sprintf("the file has more than %d bytes", MaxBytes), "split it into several files")
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	n.Lines = splitLines(string(src))
	if !n.readable() {
		return nil
	}
	if len(n.Lines)+bytes.Count(src, []byte(",")) > maxParts {
		n.Tell(Place{1, 1}, "the file has too many parts", "split it into several files")
		return nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(limits{}))
	if err != nil {
		n.Tell(Place{1, 1}, "the file cannot be read: "+err.Error(), "save it as UTF-8")
		return nil
	}
	var root, extra yaml.Node
	switch err := loader.Load(&root); {
	case errors.Is(err, io.EOF) || err == nil && (len(root.Content) == 0 || root.Content[0].ShortTag() == "!!null"):
		n.Tell(Place{1, 1}, "the file is empty", "begin with title:")
		return nil
	case err != nil:
		n.syntax(err)
		return nil
	}
	switch err := loader.Load(&extra); {
	case err == nil:
		n.Tell(Place{max(extra.Line, 1), max(extra.Column, 1)}, "a second document begins here", "keep one in a file, and no line ---")
		return nil
	case !errors.Is(err, io.EOF):
		n.syntax(err)
		return nil
	}
	return root.Content[0]
}

// readable tells lines with bytes that no text has.
func (n *Notes) readable() bool {
	for i, line := range n.Lines {
		if column := unreadable(line); column > 0 {
			n.Lines[i] = strings.Map(func(r rune) rune {
				if r != '\t' && unreadable(string(r)) > 0 {
					return '�'
				}
				return r
			}, line)
			n.Tell(Place{i + 1, column}, "this is no character of a text", "save the file as UTF-8")
		}
	}
	return len(n.Mistakes) == 0
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
func (n *Notes) syntax(err error) {
	var found []*yaml.LoadError
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &all):
		found = all.Errors
	case errors.As(err, &one):
		found = []*yaml.LoadError{one}
	default:
		n.Tell(Place{1, 1}, "this is no YAML document: "+err.Error(), "the file holds keys with values, such as title:")
	}
	for _, e := range found {
		p, start := Place{e.Mark.Line, e.Mark.Column}, Place{e.ContextMark.Line, e.ContextMark.Column}
		if start.Line > 0 && (p.Line == 0 || strings.Contains(e.Message, "end of stream")) {
			p = start // of what was never closed
		}
		p = Place{min(max(p.Line, 1), len(n.Lines)), max(p.Column, 1)}
		if e.Message == tooDeep {
			n.Tell(p, tooDeep, deepCure)
			continue
		}
		cure := "look for a wrong indent, a missing colon, bracket or quote on this line or the one before; a value with , : or # in it needs quotes"
		if strings.HasPrefix(n.Lines[p.Line-1], "\t") {
			cure = "indent with spaces, not with tabs"
		}
		n.Tell(p, "this is no valid YAML: "+e.Message, cure)
	}
}
