package logic

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
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
			{Kind: Date, Number: float64(r.IntN(20_000))},
		}[r.IntN(7)]
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
		if got, want := b.Value(lookup), a.Value(lookup); !cmp.Equal(got, want) {
			t.Fatalf("%s: got %+v, want %+v as of the first", b, got, want)
		}
	}
}

var seeds = []string{
	"a = 'x'", "a in ('x', 'y') and not b > 2", "selected(n, 'x') or count(n) between 1 and 3", "answered(a) and (b != 'it''s' or c = \"it's\")",
	"a = -0", "a = 1.", "((((", "not not(not", "a < 'y' or 'x' >= b", "a == b && c", "'", "a=1or b=2", "\xff", "đ",
	"if(a > 1, b, -c * 2) / 3 = round(d, 2)", "matches(a, '[a-z]{2,}') and today() - date('2026-03-31') > age(b)",
	"coalesce(a, 'x')", "--a - -1", "min(a, max(b), sum(c, 1))", "concat(a, 1.50, date('0001-01-01'))", "true or false", "length('\xff') = 1",
}

// FuzzParse reads everything as a condition and as a calculation.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, read := range []func(string) (*Expr, *SyntaxError){Parse, ParseValue} {
			e, problem := read(src)
			if problem != nil {
				if e != nil || problem.Column < 1 || problem.Column > utf8.RuneCountInString(src)+1 || problem.Message == "" || problem.Cure == "" {
					t.Fatalf("%q: %+v", src, *problem)
				}
				continue
			}
			readable(t, src, e)
			again, problem := read(e.String())
			if problem != nil {
				t.Fatalf("%q printed as %q: %+v", src, e, *problem)
			}
			if again.String() != e.String() || !bytes.Equal(again.Compiled(), e.Compiled()) {
				t.Fatalf("%q printed as %q, then as %q", src, e, again)
			}
			same(t, e, again)
		}
	})
}

// readable fails when what is said of an expression is not in its source.
func readable(t *testing.T, src string, e *Expr) {
	t.Helper()
	for _, name := range e.Names() {
		at := string([]rune(src)[name.Column-1:])
		if !strings.HasPrefix(at, name.ID) && (name.ID != today || !strings.HasPrefix(at, opAge)) {
			t.Fatalf("%q: %q is not in column %d", src, name.ID, name.Column)
		}
	}
	for _, problem := range e.Check(world) {
		if problem.Column < 1 || problem.Column > utf8.RuneCountInString(src) || problem.Message == "" || problem.Cure == "" {
			t.Fatalf("%q: %+v", src, problem)
		}
	}
	e.Kind(world)
	if !json.Valid(e.Compiled()) {
		t.Fatalf("%q compiled to %s", src, e.Compiled())
	}
}

// FuzzPattern reads patterns and matches texts.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{`[0-9]{5}`, `(a|b)*c`, `\w+(\.\w+)*`, `^a$|^b$`, `(a{1000}){1000}`, `[^\s\S]`, `\x{`, `\u00e9-[\d-]`, `(?i)a`, `((((`, `a{2,1}`, `[z-a]`, `\`, "[\xff]"} {
		f.Add(seed, "abc")
	}
	f.Fuzz(func(t *testing.T, src, text string) {
		p, problem := CompilePattern(src)
		if problem != nil {
			if p != nil || problem.Column < 1 || problem.Column > utf8.RuneCountInString(src)+1 || problem.Message == "" || problem.Cure == "" {
				t.Fatalf("%q: %+v", src, *problem)
			}
			return
		}
		if p.String() != src {
			t.Fatalf("%q became %q", src, p)
		}
		// Its form for browsers is a pattern itself, and means the same.
		again, problem := CompilePattern(p.JS())
		if problem != nil {
			if len([]rune(p.JS())) <= maxPattern {
				t.Fatalf("%q is %q for browsers: %+v", src, p.JS(), *problem)
			}
			return
		}
		if again.JS() != p.JS() || again.MatchString(text) != p.MatchString(text) {
			t.Fatalf("%q is %q for browsers, then %q", src, p.JS(), again.JS())
		}
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
