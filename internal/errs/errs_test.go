package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"hailong/internal/errs"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]*errs.Error{
		"error":          {},
		"unknown_survey": errs.New(errs.NotFound, "unknown_survey"),
		"not_json at=7 of=b: unexpected EOF": errs.New(errs.Malformed, "not_json").
			With("of", "b").With("at", 7).Because(io.ErrUnexpectedEOF),
		"invalid; q1: required; broken": errs.Bad(errs.Problem{Item: "q1", Code: "required"}, errs.Problem{Code: "broken"}),
	} {
		for range 20 { // the order of arguments must not be that of a map
			if got := e.Error(); got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	}
}

func TestErrorTextNeverShowsArgumentsOfProblems(t *testing.T) {
	t.Parallel()
	e := errs.Bad(errs.Problem{Item: "q1", Code: "too_long", Args: map[string]any{"max": 500}})
	if got, want := e.Error(), "invalid; q1: too_long"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	gone := errs.New(errs.Gone, "survey_closed")
	for name, c := range map[string]struct {
		err  error
		want errs.Kind
	}{
		"none":                  {nil, errs.Internal},
		"somebody else's":       {io.EOF, errs.Internal},
		"itself":                {gone, errs.Gone},
		"wrapped":               {fmt.Errorf("submit: %w", gone), errs.Gone},
		"joined":                {errors.Join(io.EOF, gone), errs.Gone},
		"the outer of two":      {errs.New(errs.Conflict, "key_reused").Because(gone), errs.Conflict},
		"without a kind":        {&errs.Error{Code: "forgotten"}, errs.Internal},
		"bad":                   {errs.Bad(), errs.Invalid},
		"beside a list":         {errors.Join(errs.Mistakes{{Message: "m"}}, gone), errs.Gone},
		"mistakes of an author": {errs.Mistakes{{Message: "m"}}, errs.Internal},
	} {
		if got := errs.KindOf(c.err); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	e := errs.New(errs.Internal, "internal").Because(io.ErrUnexpectedEOF)
	if !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if errors.Unwrap(errs.New(errs.Internal, "internal")) != nil {
		t.Error("an error without a cause has one")
	}
}
