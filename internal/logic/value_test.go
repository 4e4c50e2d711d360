package logic

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValueJSON(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]Value{
		`null`:                                                   {},
		`{"kind":"number","number":0}`:                           {Kind: Number},
		`{"kind":"date","number":-1}`:                            {Kind: Date, Number: -1},
		`{"kind":"text","text":""}`:                              {Kind: Text},
		`{"kind":"set","codes":[]}`:                              {Kind: Set},
		`{"kind":"set","codes":["a","b"]}`:                       {Kind: Set, Codes: []string{"a", "b"}},
		`{"kind":"code","code":"x","number":0}`:                  {Kind: Code, Code: "x"},
		`{"kind":"code","code":"x","number":2,"values":{"x":2}}`: {Kind: Code, Code: "x", Number: 2, Values: map[string]float64{"x": 2}},
	} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(data)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", v, diff)
		}
		var again Value
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		if len(again.Codes) == 0 {
			again.Codes = nil
		}
		if diff := cmp.Diff(v, again); diff != "" {
			t.Errorf("%s read (-want +got):\n%s", data, diff)
		}
	}
	if _, err := json.Marshal(Value{Kind: Number, Number: math.NaN()}); err == nil {
		t.Error("a number that is none was written")
	}
	var kind ValueKind
	if err := kind.UnmarshalText([]byte("colour")); err == nil {
		t.Error("a kind that is none was read")
	}
	if got := ValueKind(99).String(); got != "kind 99" {
		t.Errorf("got %q", got)
	}
}

// A calculation that was not checked may be asked for anything; it must not
// panic, and what is not finite is missing.
func TestValueUnchecked(t *testing.T) {
	t.Parallel()
	kinds := []Value{
		{},
		{Kind: Code, Code: "x"},
		{Kind: Set, Codes: []string{"x"}},
		{Kind: Number, Number: 1},
		{Kind: Text, Text: "x"},
		{Kind: Date, Number: 1e300},
		{Kind: Number, Number: math.Inf(1)},
		{Kind: Number, Number: math.NaN()},
		{Kind: Date, Number: -1e18},
		{Kind: 99},
	}
	for _, src := range []string{
		"a + b", "a - b", "a * b", "a / b", "-a", "round(a, 2)", "int(a)", "abs(a)", "min(a, b)", "sum(a, b)", "mean(a, b)", "length(a)", "year(a)", "age(a)", "age(a, b)",
		"concat(a, b)", "coalesce(a, 'x')", "if(a = b, a, 'x')", "if(contains(a, b), a, b)", "if(matches(a, 'x'), a, b)", "count(a)", "count(a, b)", "if(a between b and 'x', 1, b)",
	} {
		e, problem := ParseValue(src)
		if problem != nil {
			t.Fatalf("%s: %+v", src, *problem)
		}
		for _, left := range kinds {
			for _, right := range kinds {
				v := e.Value(answers{"a": left, "b": right, today: {Kind: Date}}.lookup)
				if math.IsNaN(v.Number) || math.IsInf(v.Number, 0) {
					t.Errorf("%s with %+v and %+v: got %+v", src, left, right, v)
				}
			}
		}
	}
}

// A text that grows without end is missing, long before it takes memory.
func TestConcatIsLimited(t *testing.T) {
	t.Parallel()
	a := answers{"a": {Kind: Text, Text: strings.Repeat("ễ", maxText/2)}}
	for src, want := range map[string]ValueKind{"concat(a, a)": Text, "concat(a, a, '!')": Missing, "concat(a" + strings.Repeat(", a", 1000) + ")": Missing} {
		e, problem := ParseValue(src)
		if problem != nil {
			t.Fatal(*problem)
		}
		if got := e.Value(a.lookup).Kind; got != want {
			t.Errorf("%.20s: got %s, want %s", src, got, want)
		}
	}
}

func ExampleExpr_Value() {
	wait, problem := ParseValue("if(answered(ready), ready - filed, today - filed)")
	if problem != nil {
		fmt.Println(problem.Column, problem.Message)
		return
	}
	a := answers{"filed": {Kind: Date, Number: 9600}, "today": {Kind: Date, Number: 9661}}
	fmt.Println(wait.Value(a.lookup).Number, "days")
	fmt.Println(string(wait.Compiled()))
	// Output:
	// 61 days
	// ["if",["answered",["item","ready"]],["-",["item","ready"],["item","filed"]],["-",["item","today"],["item","filed"]]]
}
