package dossier

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hailong/internal/errs"
)

// maxShown is the length in characters up to which a line is shown.
const maxShown = 300

// source is the text of a file, and the mistakes found in it.
type source struct {
	file     string
	text     string
	starts   []int // offset of every line; nil until somebody asks
	mistakes errs.Mistakes
	dropped  int
}

// line returns a line by its number, from 1.
func (s *source) line(number int) string {
	if s.starts == nil {
		s.starts = []int{0}
		for i := range len(s.text) {
			if s.text[i] == '\n' {
				s.starts = append(s.starts, i+1)
			}
		}
	}
	if number < 1 || number > len(s.starts) {
		return ""
	}
	end := len(s.text)
	if number < len(s.starts) {
		end = s.starts[number] - 1
	}
	return s.text[s.starts[number-1]:end]
}

// character turns a column in bytes into one in characters; both from 1.
func (s *source) character(line, column int) int {
	text := s.line(line)
	return utf8.RuneCountInString(text[:min(max(column-1, 0), len(text))]) + 1
}

// fail notes a mistake; line 0 is the whole file.
func (s *source) fail(line, column int, cure, format string, args ...any) {
	if len(s.mistakes) == maxFaults {
		s.dropped++
		return
	}
	m := errs.Mistake{File: s.file, Message: fmt.Sprintf(format, args...), Cure: cure}
	if line > 0 {
		m.Line, m.Column, m.Source = line, column, shorten(strings.ToValidUTF8(s.line(line), "\uFFFD"))
	}
	s.mistakes = append(s.mistakes, m)
}

// broken notes what the CSV reader can't go on after.
func (s *source) broken(err error, skipped int) {
	e := new(csv.ParseError)
	if !errors.As(err, &e) {
		s.fail(0, 0, "", "the file can't be read: %v", err)
		return
	}
	line := e.StartLine + skipped
	s.fail(line, 1, "double the quotes within a text, and put quotes around the whole text; look for a quote that is never closed",
		"a quote stands where none can be")
}

// err returns all mistakes, nil when there are none.
func (s *source) err() error {
	if s.dropped > 0 {
		s.mistakes = append(s.mistakes, errs.Mistake{
			File: s.file, Message: fmt.Sprintf("%d more mistakes are not shown", s.dropped), Cure: "mend these first",
		})
		s.dropped = 0
	}
	return s.mistakes.Err()
}

func shorten(line string) string {
	n := 0
	for i := range line {
		if n == maxShown {
			return line[:i] + "…"
		}
		n++
	}
	return line
}
