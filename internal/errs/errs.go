// Package errs is the error vocabulary that every other package shares: a
// closed set of kinds, the problems of single answers, and the mistakes found
// in the files of authors.
//
// An [Error] separates what a person may read (its code, from which a page or
// the API makes a sentence) from its cause, which goes to the log only. Any
// other error that reaches an edge counts as [Internal] and is shown as an
// error number, never as text.
package errs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind classifies an error by what the caller can do about it. The web edge has
// one table from kinds to statuses, the command line one to exit codes.
type Kind uint8

// The kinds. Zero is Internal, so that a forgotten kind is never shown.
const (
	Internal    Kind = iota // our fault; nothing of it is shown
	Malformed               // the request cannot be read at all
	Invalid                 // readable, but with problems that Error.Problems lists
	NotFound                // no such survey, agency, receipt …
	Forbidden               // known, but not allowed now, such as a survey not yet open
	Gone                    // was there, is closed for good
	Conflict                // contradicts what is stored, such as a reused key
	TooLarge                // larger than a stated limit
	Unsupported             // a media type or encoding that is not read here
	Overloaded              // try again later; nothing was stored
)

// Problem is what is wrong with one answer or one parameter. Code names a
// message of the catalogue ("problem." + Code), Args fill its gaps.
type Problem struct {
	Item string         // item, matrix row or parameter; empty for the whole
	Code string         // such as "required", "unknown_option", "too_long"
	Args map[string]any // such as {"max": 500}; never an answer
}

// Error is an error that may be told to a person.
type Error struct {
	Kind     Kind
	Code     string         // names a message of the catalogue ("error." + Code)
	Args     map[string]any // fill the gaps of that message
	Problems []Problem
	cause    error
}

// New returns an error of a kind with a message code.
func New(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// With returns e with one more argument for its message.
func (e *Error) With(name string, value any) *Error {
	if e.Args == nil {
		e.Args = map[string]any{}
	}
	e.Args[name] = value
	return e
}

// Because returns e with its cause, which is logged and never shown.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// Bad returns an Invalid error that carries problems.
func Bad(problems ...Problem) *Error {
	return &Error{Kind: Invalid, Code: "invalid", Problems: problems}
}

// Error is for logs and the command line. It is the same for equal errors, and
// never empty.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	if e.Code == "" {
		b.WriteString("error")
	}
	for _, name := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&b, " %s=%v", name, e.Args[name])
	}
	for _, p := range e.Problems {
		b.WriteString("; ")
		if p.Item != "" {
			b.WriteString(p.Item + ": ")
		}
		b.WriteString(p.Code)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of the first [Error] in err's chain, Internal without one.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}
