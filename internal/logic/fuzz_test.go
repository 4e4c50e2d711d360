package logic

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// valuesFrom gives items values that depend on nothing but their id and a seed.
func valuesFrom(seed uint64) func(id string) Value {
	return func(id string) Value {
		h := seed
		for _, c := range []byte(id) {
			h = h*31 + uint64(c)
		}
		r := rand.New(rand.NewPCG(h, seed))
		codes := []string{"x", "y", "z"}
		values := map[string]float64{"x": 1, "y": 2, "z": 3}
		code := codes[r.IntN(3)]
		return []Value{
			{},
			{Kind: Code, Code: code, Number: values[code], Values: values},
			{Kind: Code, Code: code},
			{Kind: Set, Codes: codes[:r.IntN(4)]},
			{Kind: Number, Number: float64(r.IntN(5) - 1)},
			{Kind: Text, Text: code},
		}[r.IntN(6)]
	}
}

// same fails unless two conditions agree on answers of many kinds.
func same(t *testing.T, a, b *Expr) {
	t.Helper()
	for seed := range uint64(16) {
		lookup := valuesFrom(seed)
		if got, want := b.Eval(lookup), a.Eval(lookup); got != want {
			t.Fatalf("%s: got %d, want %d as of the first", b, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a = 'x'", "a in ('x', 'y') and not b > 2", "selected(n, 'x') or count(n) between 1 and 3", "answered(a) and (b != 'it''s' or c = \"it's\")",
		"a = -0", "a = 1.", "((((", "not not(not", "a < 'y' or 'x' >= b", "a == b && c", "'", "a=1or b=2", "\xff", "đ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, problem := Parse(src)
		if problem != nil {
			if e != nil || problem.Column < 1 || problem.Column > utf8.RuneCountInString(src)+1 || problem.Message == "" || problem.Cure == "" {
				t.Fatalf("%q: %+v", src, *problem)
			}
			return
		}
		for _, name := range e.Names() {
			if at := []rune(src)[name.Column-1:]; !strings.HasPrefix(string(at), name.ID) {
				t.Fatalf("%q: %q is not in column %d", src, name.ID, name.Column)
			}
		}
		e.Check(world)
		again, problem := Parse(e.String())
		if problem != nil {
			t.Fatalf("%q printed as %q: %+v", src, e, *problem)
		}
		if again.String() != e.String() {
			t.Fatalf("%q printed as %q, then as %q", src, e, again)
		}
		same(t, e, again)
	})
}

// Conditions that are made at random mean the same after they were printed and read.
func TestPrintKeepsMeaning(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	tests := []string{"a = 'x'", "b > 1", "c in (1, 'y')", "d between 0 and 2", "selected(e, 'x')", "answered(f)", "count(g) < 2", "h < 'z'"}
	var random func(depth int) string
	random = func(depth int) string {
		if depth == 0 {
			return tests[r.IntN(len(tests))]
		}
		switch r.IntN(4) {
		case 0:
			return "not (" + random(depth-1) + ")"
		case 1:
			return "(" + random(depth-1) + ") or (" + random(depth-1) + ")"
		case 2:
			return "(" + random(depth-1) + ") and (" + random(depth-1) + ")"
		default:
			return "(" + random(depth-1) + ")"
		}
	}
	for range 500 {
		src := random(5)
		e, problem := Parse(src)
		if problem != nil {
			t.Fatalf("%s: %+v", src, *problem)
		}
		again, problem := Parse(e.String())
		if problem != nil {
			t.Fatalf("%s: %+v", e, *problem)
		}
		if len(e.String()) > len(src) {
			t.Errorf("%s became longer: %s", src, e)
		}
		same(t, e, again)
	}
}
