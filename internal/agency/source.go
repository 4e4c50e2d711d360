package agency

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"hailong/internal/errs"
)

// maxMistakes is how many mistakes of one file are kept: nobody reads more, and
// a file of another kind has millions.
const maxMistakes = 1000

// maxSource is the length in characters up to which a line is shown.
const maxSource = 400

// source is a text file, and the mistakes found in it so far.
type source struct {
	file     string
	text     string
	starts   []int // offset of every line
	mistakes errs.Mistakes
	dropped  int
}

func newSource(file, text string) *source {
	s := &source{file: file, text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.starts = append(s.starts, i+1)
		}
	}
	return s
}

// line returns a line by number from 1, without its end.
func (s *source) line(number int) string {
	if number < 1 || number > len(s.starts) {
		return ""
	}
	end := len(s.text)
	if number < len(s.starts) {
		end = s.starts[number] - 1
	}
	return strings.TrimSuffix(s.text[s.starts[number-1]:end], "\r")
}

// place is a byte of the file: line and column in bytes, from 1. Line 0 is the
// whole file.
type place struct{ line, column int }

// fail notes a mistake.
func (s *source) fail(at place, cure, format string, args ...any) {
	if len(s.mistakes) == maxMistakes {
		s.dropped++
		return
	}
	m := errs.Mistake{File: s.file, Message: fmt.Sprintf(format, args...), Cure: cure}
	if at.line > 0 {
		line := s.line(at.line)
		before := line[:min(max(at.column-1, 0), len(line))]
		m.Line, m.Column = at.line, utf8.RuneCountInString(before)+1
		m.Source = shorten(strings.ToValidUTF8(line, "\uFFFD"))
	}
	s.mistakes = append(s.mistakes, m)
}

// err returns all mistakes noted, nil when there are none.
func (s *source) err() error {
	if s.dropped > 0 {
		s.mistakes = append(s.mistakes, errs.Mistake{
			File:    s.file,
			Message: fmt.Sprintf("%d more mistakes are not shown", s.dropped),
			Cure:    "mend these first",
		})
	}
	return s.mistakes.Err()
}

func shorten(line string) string {
	n := 0
	for i := range line {
		if n == maxSource {
			return line[:i] + "…"
		}
		n++
	}
	return line
}
