package errs_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

func TestMistakeString(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mistake errs.Mistake
		want    string
	}{
		"whole":         {errs.Mistake{File: "survey.yaml", Line: 3, Column: 5, Message: "unknown key", Cure: "remove it", Source: "    titel: x"}, "survey.yaml:3:5: unknown key; remove it\n        titel: x\n        ^"},
		"no cure":       {errs.Mistake{File: "f", Line: 1, Column: 2, Message: "m"}, "f:1:2: m"},
		"whole file":    {errs.Mistake{File: "f", Message: "too large", Cure: "split it"}, "f: too large; split it"},
		"no file":       {errs.Mistake{Message: "m"}, "m"},
		"no column":     {errs.Mistake{File: "f", Line: 2, Message: "m", Source: "abc"}, "f:2:1: m\n    abc\n    ^"},
		"negative":      {errs.Mistake{File: "f", Line: 2, Column: -9, Message: "m", Source: "abc"}, "f:2:1: m\n    abc\n    ^"},
		"at the end":    {errs.Mistake{File: "f", Line: 2, Column: 4, Message: "m", Source: "abc"}, "f:2:4: m\n    abc\n       ^"},
		"behind it":     {errs.Mistake{File: "f", Line: 2, Column: 99, Message: "m", Source: "abc"}, "f:2:99: m\n    abc\n       ^"},
		"tabs":          {errs.Mistake{File: "f", Line: 2, Column: 4, Message: "m", Source: "\ta\tbc"}, "f:2:4: m\n    \ta\tbc\n    \t \t^"},
		"characters":    {errs.Mistake{File: "f", Line: 2, Column: 5, Message: "m", Source: "hỏi: x"}, "f:2:5: m\n    hỏi: x\n        ^"},
		"marks":         {errs.Mistake{File: "f", Line: 2, Column: 6, Message: "m", Source: "ho\u0309i: x"}, "f:2:6: m\n    ho\u0309i: x\n        ^"},
		"for terminals": {errs.Mistake{File: "f", Line: 2, Column: 3, Message: "m", Source: "a\x1b[31m\r"}, "f:2:3: m\n    a\ufffd[31m\ufffd\n      ^"},
		"broken bytes":  {errs.Mistake{File: "f", Line: 2, Column: 2, Message: "m", Source: "\xff\xfe"}, "f:2:2: m\n    \ufffd\ufffd\n     ^"},
	} {
		if diff := cmp.Diff(c.want, c.mistake.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMistakesAreSorted(t *testing.T) {
	t.Parallel()
	ms := errs.Mistakes{
		{File: "b", Line: 1, Column: 1, Message: "4"},
		{File: "a", Line: 10, Column: 1, Message: "3"},
		{File: "a", Line: 2, Column: 9, Message: "first told"},
		{File: "a", Line: 2, Column: 9, Message: "and then told"},
		{File: "a", Line: 2, Column: 1, Message: "1"},
		{File: "a", Message: "whole file"},
	}
	err := ms.Err()
	want := "a: whole file\na:2:1: 1\na:2:9: first told\na:2:9: and then told\na:10:1: 3\nb:1:1: 4"
	if got := err.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if found, ok := errors.AsType[errs.Mistakes](err); !ok || len(found) != len(ms) {
		t.Errorf("got %d mistakes back, want %d", len(found), len(ms))
	}
}

func TestNoMistakes(t *testing.T) {
	t.Parallel()
	if err := (errs.Mistakes{}).Err(); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if got := (errs.Mistakes{}).Error(); got == "" {
		t.Error("the text is empty")
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	for want, ms := range map[string]errs.Mistakes{
		"0 mistakes in 0 files":             nil,
		"1 mistake in 1 file":               {{File: "a"}},
		"0 mistakes, 1 warning in 1 file":   {{File: "a", Warning: true}},
		"3 mistakes, 2 warnings in 2 files": {{File: "a"}, {File: "b", Warning: true}, {File: "a"}, {File: "b"}, {File: "a", Warning: true}},
	} {
		if got := ms.Summary(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
