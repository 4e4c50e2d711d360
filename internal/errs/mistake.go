package errs

import (
	"fmt"
	"slices"
	"strings"
)

// Mistake is one fault in a file that a person wrote, with its place and cure.
// Lines and columns count from 1, columns in characters; 0 means "the whole file".
type Mistake struct {
	File    string
	Line    int
	Column  int
	Message string // what is wrong, in one sentence
	Cure    string // what to do about it; may be empty when the message says it
	Source  string // the offending line as it stands in the file
}

// String shows the mistake as compilers do, with the line and a caret.
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, max(m.Column, 1))
	}
	b.WriteString(": " + m.Message)
	if m.Cure != "" {
		b.WriteString("; " + m.Cure)
	}
	if m.Source != "" {
		lead := []rune(m.Source)
		lead = lead[:min(max(m.Column-1, 0), len(lead))]
		for i, r := range lead {
			if r != '\t' {
				lead[i] = ' '
			}
		}
		fmt.Fprintf(&b, "\n    %s\n    %s^", m.Source, string(lead))
	}
	return b.String()
}

// Mistakes is a list of mistakes that is an error. All of a file's mistakes are
// reported at once.
type Mistakes []Mistake

// Error shows every mistake, one below the other.
func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Err returns the mistakes in order of file and place, or nil when there are none.
func (ms Mistakes) Err() error {
	if len(ms) == 0 {
		return nil
	}
	slices.SortStableFunc(ms, func(a, b Mistake) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ms
}
