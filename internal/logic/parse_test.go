package logic

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseAndPrint(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`a='x'`:                           `a = 'x'`,
		`  a  =  "x"  `:                   `a = 'x'`,
		"a = 'x'\n\tand\r\nb = 'y'":       `a = 'x' and b = 'y'`,
		`a = "it's"`:                      `a = "it's"`,
		`a = 'say "x"'`:                   `a = 'say "x"'`,
		`a = ''`:                          `a = ''`,
		`a = 'đường'`:                     `a = 'đường'`,
		`a!=1`:                            `a != 1`,
		`a<1 and a<=1 and a>1 and a>=1`:   `a < 1 and a <= 1 and a > 1 and a >= 1`,
		`1<a`:                             `1 < a`,
		`a = -1.50`:                       `a = -1.5`,
		`a = 007`:                         `a = 7`,
		`a = 1.`:                          `a = 1`,
		`a = b`:                           `a = b`,
		`a in ('x','y' , "z")`:            `a in ('x', 'y', 'z')`,
		`a in (1)`:                        `a in (1)`,
		`a between 1 and 5 and b = 2`:     `a between 1 and 5 and b = 2`,
		`count(a)>2`:                      `count(a) > 2`,
		`count ( a ) between 1 and 2`:     `count(a) between 1 and 2`,
		`selected(a,'x')`:                 `selected(a, 'x')`,
		`answered( a )`:                   `answered(a)`,
		`((a = 1))`:                       `a = 1`,
		`not a = 1`:                       `not a = 1`,
		`not (a = 1)`:                     `not a = 1`,
		`not (not a = 1)`:                 "not " + `not a = 1`,
		`not (a = 1 and b = 1)`:           `not (a = 1 and b = 1)`,
		`(not a = 1) and b = 1`:           `not a = 1 and b = 1`,
		`(a = 1 and b = 1) or c = 1`:      `a = 1 and b = 1 or c = 1`,
		`a = 1 and (b = 1 or c = 1)`:      `a = 1 and (b = 1 or c = 1)`,
		`a = 1 or b = 1 or c = 1`:         `a = 1 or b = 1 or c = 1`,
		`a = 1 or (b = 1 or c = 1)`:       `a = 1 or (b = 1 or c = 1)`,
		`a = 1 and (b = 1 and c = 1)`:     `a = 1 and (b = 1 and c = 1)`,
		`order = 1 or android = 2`:        `order = 1 or android = 2`,
		`selected_1 = 'and' or n1 = 'or'`: `selected_1 = 'and' or n1 = 'or'`,
	} {
		e, problem := Parse(src)
		if problem != nil {
			t.Errorf("%q: %+v", src, *problem)
			continue
		}
		if got := e.String(); got != want {
			t.Errorf("%q: got %q, want %q", src, got, want)
		}
		again, problem := Parse(want)
		if problem != nil {
			t.Errorf("%q: %+v", want, *problem)
			continue
		}
		if got := again.String(); got != want {
			t.Errorf("%q again: got %q", want, got)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	const (
		operand    = "an item, a number or a text in quotes is missing"
		example    = "for example quality = 'good'"
		comparison = "write for example item = 'code', item > 2, or answered(item)"
	)
	for src, want := range map[string]SyntaxError{
		``:                        {1, operand, example},
		`   `:                     {4, operand, example},
		`a`:                       {2, "a comparison is missing after a", comparison},
		`a b`:                     {3, "a comparison is missing after a", comparison},
		`a =`:                     {4, operand, example},
		`a = 'x`:                  {5, "the text is not closed", "end it with the quote it began with"},
		`đ = 1`:                   {1, `'đ' is not part of a condition`, "use items, numbers, 'codes', and, or, not, in, between, = != < <= > >="},
		`a = 'đ' & b`:             {9, `'&' is not part of a condition`, "use items, numbers, 'codes', and, or, not, in, between, = != < <= > >="},
		"a = \x00":                {5, `'\x00' is not part of a condition`, "use items, numbers, 'codes', and, or, not, in, between, = != < <= > >="},
		"a = \xff":                {5, `'�' is not part of a condition`, "use items, numbers, 'codes', and, or, not, in, between, = != < <= > >="},
		`a == 1`:                  {3, `"==" is not part of a condition`, "write ="},
		`a <> 1`:                  {3, `"<>" is not part of a condition`, "write !="},
		`a = 1 && b = 1`:          {7, `"&&" is not part of a condition`, "write and"},
		`a = 1 || b = 1`:          {7, `"||" is not part of a condition`, "write or"},
		`a = 1 AND b = 1`:         {7, `"AND" is not expected here`, "join tests with and, or"},
		`a = 1 b = 1`:             {7, `"b" is not expected here`, "join tests with and, or"},
		`a = 1)`:                  {6, `")" is not expected here`, "join tests with and, or"},
		`(a = 1`:                  {7, ") is missing", "write it here"},
		`a = 1 and`:               {10, operand, example},
		`and a = 1`:               {1, operand, example},
		`not`:                     {4, operand, example},
		`! a = 1`:                 {1, operand, example},
		`a ! 1`:                   {3, "a comparison is missing after a", comparison},
		`a = 1.2.3`:               {5, `"1.2.3" is not a number`, "write it as 12 or 1.5"},
		`a in 'x'`:                {6, "( is missing", "write it here"},
		`a in ()`:                 {7, "a number or a text in quotes is needed here", "put codes in single quotes"},
		`a in ('x', b)`:           {12, "a number or a text in quotes is needed here", "put codes in single quotes"},
		`a in ('x' 'y')`:          {11, ") is missing", "write it here"},
		`a between 'x' and 2`:     {11, "a number is needed here", "write for example times between 1 and 5"},
		`a between 1 or 2`:        {13, "and is missing", "write it here"},
		`a between 1 and b`:       {17, "a number is needed here", "write for example times between 1 and 5"},
		`selected(a)`:             {11, ", is missing", "write it here"},
		`selected('a', 'x')`:      {10, "the id of an item is needed here", "write the id without quotes"},
		`selected(a, x)`:          {13, "a code in quotes is needed here", "write selected(item, 'code')"},
		`answered a`:              {10, "( is missing", "write it here"},
		`answered(3)`:             {10, "the id of an item is needed here", "write the id without quotes"},
		`count(count(a)) > 1`:     {7, "the id of an item is needed here", "write the id without quotes"},
		`count(a)`:                {9, "a comparison is missing after a", comparison},
		`count(and) > 1`:          {7, operand, example},
		`a = 1e5`:                 {6, `"e5" is not expected here`, "join tests with and, or"},
		strings.Repeat("x", 2001): {2000, "a condition has at most 2000 characters", "ask an item of its own for a part of it"},
	} {
		e, problem := Parse(src)
		if problem == nil {
			t.Errorf("%q was read as %s", src, e)
			continue
		}
		if diff := cmp.Diff(want, *problem); diff != "" {
			t.Errorf("%q (-want +got):\n%s", src, diff)
		}
	}
}

// Hostile input must neither overflow the stack nor take long.
func TestLimits(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for name, src := range map[string]string{
		"100 000 parentheses":  strings.Repeat("(", 100_000) + "a = 1" + strings.Repeat(")", 100_000),
		"1 900 parentheses":    strings.Repeat("(", 1900) + "a = 1",
		"nots":                 strings.Repeat("not ", 490) + "a = 1",
		"nots and parentheses": strings.Repeat("not(", 51) + "a = 1" + strings.Repeat(")", 51),
		"a million characters": strings.Repeat("a = 1 or ", 120_000) + "a = 1",
		"longer when printed":  strings.Repeat("a=1or ", 332) + "a=1",
		"a huge number":        "a = 1" + strings.Repeat("0", 400),
	} {
		if e, problem := Parse(src); problem == nil {
			t.Errorf("%s: read, as %.60s…", name, e)
		}
	}
	deep := strings.Repeat("(", maxDepth) + "a = 1" + strings.Repeat(")", maxDepth)
	if _, problem := Parse(deep); problem != nil {
		t.Errorf("%d parentheses: %+v", maxDepth, *problem)
	}
	long := strings.Repeat("a = 1 or ", 200) + "a = 1"
	if _, problem := Parse(long); problem != nil {
		t.Errorf("200 tests: %+v", *problem)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	e, problem := Parse(`a = 'đ' and (b1 in (1, 2) or not selected(c, 'x')) and answered(d) and count(e) between 1 and 2 and 3 < a`)
	if problem != nil {
		t.Fatal(*problem)
	}
	want := []Name{{"a", 1}, {"b1", 14}, {"c", 43}, {"d", 65}, {"e", 78}, {"a", 105}}
	if diff := cmp.Diff(want, e.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestReserved(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"and", "or", "not", "in", "between", "selected", "answered", "count"} {
		if !Reserved(word) {
			t.Errorf("%q may be an item", word)
		}
		if _, problem := Parse(word + " = 1"); problem == nil {
			t.Errorf("%q was read as an item", word)
		}
	}
	if Reserved("quality") {
		t.Error("quality may not be an item")
	}
}
