package logic

import (
	"strings"
	"testing"
)

// A submission evaluates every condition of the questionnaire.
func BenchmarkEval(b *testing.B) {
	e, problem := Parse("level in ('1', '2') and (selected(needs, 'a') or count(needs) > 2) and times < 10")
	if problem != nil {
		b.Fatal(*problem)
	}
	a := answers{
		"level": {Kind: Code, Code: "2", Number: 2}, "times": {Kind: Number, Number: 3}, "needs": {Kind: Set, Codes: []string{"b", "a"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		e.True(a.lookup)
	}
}

// The largest expression that can be read.
func BenchmarkParse(b *testing.B) {
	src := strings.Repeat("a = 1 or ", 249) + "a = 1"
	b.ReportAllocs()
	for b.Loop() {
		if _, problem := Parse(src); problem != nil {
			b.Fatal(*problem)
		}
	}
}

// The pattern with the most work in it.
func BenchmarkPattern(b *testing.B) {
	src := strings.Repeat("[a-zà-ỹ]{900}-?", 2) + strings.Repeat("(x[^a-c]|y)", 40)
	b.ReportAllocs()
	for b.Loop() {
		if _, problem := CompilePattern(src); problem != nil {
			b.Fatal(*problem)
		}
	}
}
