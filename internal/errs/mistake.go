package errs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	Warning bool   // a fault that one can go on with for now
}

// String shows the mistake as compilers do, with the line and a caret. Control
// characters of the line, which could do things to a terminal, are not shown.
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, max(m.Column, 1))
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if m.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(m.Message)
	if m.Cure != "" {
		b.WriteString("; " + m.Cure)
	}
	if m.Source != "" {
		source, lead := show(m.Source, m.Column)
		b.WriteString("\n    " + source + "\n    " + lead + "^")
	}
	return b.String()
}

// show returns a line as it can be printed, and what leads to a column below it:
// tabs for tabs, nothing for marks that take no room of their own, else spaces.
func show(line string, column int) (source, lead string) {
	var s, l strings.Builder
	at := 1
	for _, r := range line {
		if r != '\t' && unicode.IsControl(r) {
			r = unicode.ReplacementChar
		}
		s.WriteRune(r)
		switch {
		case at >= column:
		case r == '\t':
			l.WriteByte('\t')
		case !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			l.WriteByte(' ')
		}
		at++
	}
	return s.String(), l.String()
}

// Mistakes is a list of mistakes that is an error. All of a file's mistakes are
// reported at once.
type Mistakes []Mistake

// Error shows every mistake, one below the other.
func (ms Mistakes) Error() string {
	if len(ms) == 0 {
		return "no mistakes"
	}
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// Count counts the mistakes, and those that are only warnings.
func (ms Mistakes) Count() (mistakes, warnings int) {
	for _, m := range ms {
		if m.Warning {
			warnings++
		} else {
			mistakes++
		}
	}
	return mistakes, warnings
}

// Summary says in a line how much was found, such as "3 mistakes, 2 warnings in
// 1 file".
func (ms Mistakes) Summary() string {
	mistakes, warnings := ms.Count()
	files := map[string]bool{}
	for _, m := range ms {
		files[m.File] = true
	}
	text := Plural(mistakes, "mistake")
	if warnings > 0 {
		text += ", " + Plural(warnings, "warning")
	}
	return text + " in " + Plural(len(files), "file")
}

// Plural is a count with its English noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
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
