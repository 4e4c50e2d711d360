package logic

import (
	"fmt"
	"testing"
)

// answers looks values up by id; an id that is not there is missing.
type answers map[string]Value

func (a answers) lookup(id string) Value { return a[id] }

func eval(t *testing.T, src string, a answers) Truth {
	t.Helper()
	e, problem := Parse(src)
	if problem != nil {
		t.Fatalf("%s: %+v", src, *problem)
	}
	truth := e.Eval(a.lookup)
	if e.True(a.lookup) != (truth == True) {
		t.Errorf("%s: True and Eval differ", src)
	}
	return truth
}

// tests are conditions with each of the three truth values.
var tests = map[Truth]string{False: "n = 0", Unknown: "gone = 0", True: "n = 1"}

func TestKleene(t *testing.T) {
	t.Parallel()
	const f, u, y = False, Unknown, True
	a := answers{"n": {Kind: Number, Number: 1}}
	for _, row := range []struct{ left, right, and, or Truth }{
		{f, f, f, f},
		{f, u, f, u},
		{f, y, f, y},
		{u, f, f, u},
		{u, u, u, u},
		{u, y, u, y},
		{y, f, f, y},
		{y, u, u, y},
		{y, y, y, y},
	} {
		left, right := tests[row.left], tests[row.right]
		if got := eval(t, left+" and "+right, a); got != row.and {
			t.Errorf("%s and %s: got %d, want %d", left, right, got, row.and)
		}
		if got := eval(t, left+" or "+right, a); got != row.or {
			t.Errorf("%s or %s: got %d, want %d", left, right, got, row.or)
		}
	}
	for _, row := range []struct{ of, want Truth }{{f, y}, {u, u}, {y, f}} {
		if got := eval(t, "not "+tests[row.of], a); got != row.want {
			t.Errorf("not %s: got %d, want %d", tests[row.of], got, row.want)
		}
	}
}

func TestEval(t *testing.T) {
	t.Parallel()
	values := map[string]float64{"poor": 1, "fair": 2, "good": 3}
	a := answers{
		"quality": {Kind: Code, Code: "fair", Number: 2, Values: values},
		"again":   {Kind: Code, Code: "fair"},
		"plain":   {Kind: Code, Code: "yes"},
		"times":   {Kind: Number, Number: 3},
		"zero":    {Kind: Number},
		"needs":   {Kind: Set, Codes: []string{"a", "b"}},
		"nothing": {Kind: Set},
		"words":   {Kind: Text, Text: "hỏi"},
	}
	for src, want := range map[string]Truth{
		"quality = 'fair'":  True,
		"quality = 'good'":  False,
		"quality != 'good'": True,
		"'fair' = quality":  True,
		"quality = again":   True,
		"quality = plain":   False,
		"quality = gone":    Unknown,
		"gone = gone":       Unknown,
		"gone != 'x'":       Unknown,
		"words = 'hỏi'":     True,
		"words != 'hỏi'":    False,

		// by value
		"quality = 2":         True,
		"quality >= 2":        True,
		"quality > 2":         False,
		"quality < 'good'":    True,
		"quality <= 'fair'":   True,
		"quality > 'poor'":    True,
		"'poor' < quality":    True,
		"'good' <= quality":   False,
		"quality < 'unheard'": Unknown,
		"plain < 'yes'":       Unknown,
		"gone < 'good'":       Unknown,

		"times = 3":                    True,
		"times != 3":                   False,
		"times < 3":                    False,
		"times <= 3":                   True,
		"times > 2.5":                  True,
		"times >= 3.01":                False,
		"times > zero":                 True,
		"zero = 0":                     True,
		"times between 3 and 5":        True,
		"times between 1 and 3":        True,
		"times between 4 and 9":        False,
		"times between 5 and 1":        False,
		"gone between 1 and 2":         Unknown,
		"quality between 2 and 3":      True,
		"quality in ('fair','x')":      True,
		"quality in ('x', 'y')":        False,
		"gone in ('x')":                Unknown,
		"times in (1, 3)":              True,
		"not gone in ('x')":            Unknown,
		"selected(needs, 'a')":         True,
		"selected(needs, 'c')":         False,
		"selected(nothing, 'a')":       False,
		"selected(gone, 'a')":          Unknown,
		"not selected(needs, 'c')":     True,
		"count(needs) = 2":             True,
		"count(nothing) = 0":           True,
		"count(gone) = 0":              Unknown,
		"count(needs) between 2 and 2": True,
		"answered(times)":              True,
		"answered(nothing)":            True,
		"answered(gone)":               False,
		"not answered(gone)":           True,
		"answered(gone) and gone=1":    False,
		"not (gone = 1 or times=3)":    False,

		// and binds more than or, not more than and
		"times = 3 or times = 3 and times = 4":   True,
		"(times = 3 or times = 3) and times = 4": False,
		"not times = 4 and times = 4":            False,
		"not (times = 4 and times = 4)":          True,
	} {
		if got := eval(t, src, a); got != want {
			t.Errorf("%s: got %d, want %d", src, got, want)
		}
	}
}

// What was not checked may be asked for anything; it must not panic.
func TestEvalUnchecked(t *testing.T) {
	t.Parallel()
	kinds := []Value{{}, {Kind: Code, Code: "x"}, {Kind: Set, Codes: []string{"x"}}, {Kind: Number, Number: 1}, {Kind: Text, Text: "x"}, {Kind: 99}}
	for _, src := range []string{"a = b", "a < b", "a < 'x'", "a in ('x', 1)", "a between 1 and 2", "selected(a, 'x')", "count(a) > 1", "answered(a)"} {
		for i, left := range kinds {
			for j, right := range kinds {
				if got := eval(t, src, answers{"a": left, "b": right}); got > True {
					t.Errorf("%s with %d and %d: got %d", src, i, j, got)
				}
			}
		}
	}
}

func ExampleExpr_True() {
	shown, problem := Parse("harassment in ('some', 'many') or count(needs) > 2")
	if problem != nil {
		fmt.Println(problem.Column, problem.Message)
		return
	}
	fmt.Println(shown)
	for _, harassment := range []Value{{Kind: Code, Code: "many"}, {Kind: Code, Code: "none"}, {}} {
		fmt.Println(shown.True(answers{"harassment": harassment}.lookup))
	}
	// Output:
	// harassment in ('some', 'many') or count(needs) > 2
	// true
	// false
	// false
}
