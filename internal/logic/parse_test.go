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
		`(a = 1 or b = 1) or c = 1`:       `a = 1 or b = 1 or c = 1`,
		`(a = 1 and b = 1) and c = 1`:     `a = 1 and b = 1 and c = 1`,
		`a = 1 and (b = 1 and c = 1) `:    `a = 1 and (b = 1 and c = 1)`,
		`a + b * -c > (1 - 2) / 3`:        `a + b * -c > (1 - 2) / 3`,
		`(a + b) - (c - d) > 0`:           `a + b - (c - d) > 0`,
		`a -1 > - 1`:                      `a - 1 > -1`,
		`--a = -(-1)`:                     `--a = 1`,
		`-(a + 1) < -0`:                   `-(a + 1) < 0`,
		`a in (-1, date('2026-03-31'))`:   `a in (-1, date('2026-03-31'))`,
		`a between b+1 and c*2`:           `a between b + 1 and c * 2`,
		`today() > date("2026-03-31")`:    `today > date('2026-03-31')`,
		`age( birth ) > 18`:               `age(birth) > 18`,
		`age > 18 and min < max`:          `age > 18 and min < max`,
		`if = 1 or date = 2`:              `if = 1 or date = 2`,
		`if(a = 1, b = 1, true)`:          `if(a = 1, b = 1, true)`,
		`not if(true, false, a = 1)`:      `not if(true, false, a = 1)`,
		`matches(a , '[0-9]+')`:           `matches(a, '[0-9]+')`,
		`round(a) = round(b,2)`:           `round(a) = round(b, 2)`,
		`count(a,b , c) > 1`:              `count(a, b, c) > 1`,
		`channel = 'web' or today > d`:    `channel = 'web' or today > d`,
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
		`đ = 1`:                   {1, `'đ' is not part of a condition`, "use items, numbers, 'texts', functions, and, or, not, in, between, = != < <= > >= + - * /"},
		`a = 'đ' & b`:             {9, `'&' is not part of a condition`, "write and, or concat(a, b) for texts"},
		"a = \x00":                {5, `'\x00' is not part of a condition`, "use items, numbers, 'texts', functions, and, or, not, in, between, = != < <= > >= + - * /"},
		"a = \xff":                {5, `'�' is not part of a condition`, "use items, numbers, 'texts', functions, and, or, not, in, between, = != < <= > >= + - * /"},
		`a == 1`:                  {3, `"==" is not part of a condition`, "write ="},
		`a <> 1`:                  {3, `"<>" is not part of a condition`, "write !="},
		`a = 1 && b = 1`:          {7, `"&&" is not part of a condition`, "write and"},
		`a = 1 || b = 1`:          {7, `"||" is not part of a condition`, "write or"},
		`a = 1 AND b = 1`:         {7, `"AND" is not expected here`, "write and"},
		`a = 1 b = 1`:             {7, `"b" is not expected here`, "join tests with and, or"},
		`a = 1)`:                  {6, `")" is not expected here`, "remove it, or write ( before"},
		`(a = 1`:                  {7, ") is missing", "write it here"},
		`a = 1 and`:               {10, operand, example},
		`and a = 1`:               {1, operand, example},
		`not`:                     {4, operand, example},
		`! a = 1`:                 {1, operand, example},
		`a ! 1`:                   {3, "a comparison is missing after a", comparison},
		`a = 1.2.3`:               {5, `"1.2.3" is not a number`, "write it as 12 or 1.5"},
		`a = b = c`:               {7, `"=" is not expected here`, "join tests with and, or"},
		`a div 2 = 1`:             {3, "a comparison is missing after a", comparison},
		`a = 2 div 2`:             {7, `"div" is not expected here`, "write /"},
		`true()`:                  {5, `"(" is not expected here`, "write an operator before it; true and false stand alone"},
		`true = 1`:                {1, "a condition can't be compared", "leave the comparison out, or write not (…)"},
		`a = (b = 1)`:             {6, "a condition can't be compared", "leave the comparison out, or write not (…)"},
		`a + 1`:                   {6, "a comparison is missing after a + 1", comparison},
		`a and b = 1`:             {3, "a comparison is missing after a", comparison},
		`b = 1 and a`:             {12, "a comparison is missing after a", comparison},
		`not a`:                   {6, "a comparison is missing after a", comparison},
		`(a = 1) + 2 > 1`:         {2, "a value is needed here, not a condition", "write if(condition, 1, 0) to make a number of it"},
		`-answered(a) > 1`:        {2, "a value is needed here, not a condition", "write if(condition, 1, 0) to make a number of it"},
		`length(a = 1) > 1`:       {8, "a value is needed here, not a condition", "write if(condition, 1, 0) to make a number of it"},
		`if(a, 1, 2) = 1`:         {5, "a comparison is missing after a", comparison},
		`if(a = 1, 1) = 1`:        {12, ", is missing", "write it here"},
		`if(a = 1, 1, b = 1)`:     {14, "one branch of the if is a condition, the other a value", "make both values, or both conditions"},
		`if(a = 1, 2, 3)`:         {16, "a comparison is missing after if(a = 1, 2, 3)", comparison},
		`lengt(a) > 1`:            {1, `there is no function "lengt"`, "did you mean length(…)?"},
		`a = 1 or Round(a) > 1`:   {10, `there is no function "Round"`, "did you mean round(…)?"},
		`regex(a, 'x')`:           {1, `there is no function "regex"`, "write matches(text, 'pattern')"},
		`zzzzzzzz(a) > 1`:         {1, `there is no function "zzzzzzzz"`, "there are abs, age, answered, coalesce, concat, contains, count, date, if, int, length, matches, max, mean, min, round, selected, starts_with, sum, today, year"},
		`length() > 1`:            {1, "length doesn't take 0 values", "write length(text)"},
		`length(a, b) > 1`:        {1, "length doesn't take 2 values", "write length(text)"},
		`contains(a)`:             {1, "contains doesn't take 1 value", "write contains(text, 'part')"},
		`age(a, b, c) > 1`:        {1, "age doesn't take 3 values", "write age(date) or age(date, on_date)"},
		`today(1) > a`:            {7, ") is missing", "write it here"},
		`round(a, b) > 1`:         {10, "the number of decimals is a whole number from 0 to 10", "write for example round(x, 2)"},
		`round(a, 1.5) > 1`:       {10, "the number of decimals is a whole number from 0 to 10", "write for example round(x, 2)"},
		`a = date(b)`:             {10, "a date in quotes is needed here", "write it as date('2026-03-31')"},
		`a = date('2026-02-30')`:  {10, `"2026-02-30" is not a date`, "write it as date('2026-03-31')"},
		`a = date('31/03/2026')`:  {10, `"31/03/2026" is not a date`, "write it as date('2026-03-31')"},
		`matches(a, b)`:           {12, "the pattern is a text in quotes", "write it out: matches(item, '[0-9]{5}')"},
		`matches(a, 'x(y')`:       {14, "in the pattern: the group is not closed", `write ) at its end, or \( for the character`},
		`${a} = 1`:                {1, "'$' is not part of a condition", "write the id of the item alone, without ${ }"},
		`a = ‘x’`:                 {5, "'‘' is not part of a condition", "use straight quotes: '"},
		"a = '\xff'":              {5, "the text is not in UTF-8", "save the file as UTF-8"},
		`a in (1 + 2)`:            {9, ") is missing", "write it here"},
		`a in (-b)`:               {7, "a number or a text in quotes is needed here", "put codes in single quotes"},
		`a in 'x'`:                {6, "( is missing", "write it here"},
		`a in ()`:                 {7, "a number or a text in quotes is needed here", "put codes in single quotes"},
		`a in ('x', b)`:           {12, "a number or a text in quotes is needed here", "put codes in single quotes"},
		`a in ('x' 'y')`:          {11, ") is missing", "write it here"},
		`a between 1 or 2`:        {13, "and is missing", "write it here"},
		`selected(a)`:             {11, ", is missing", "write it here"},
		`selected('a', 'x')`:      {10, "the id of an item is needed here", "write the id without quotes"},
		`selected(a, x)`:          {13, "a code in quotes is needed here", "write selected(item, 'code')"},
		`answered a`:              {10, "( is missing", "write it here"},
		`answered(3)`:             {10, "the id of an item is needed here", "write the id without quotes"},
		`count(count(a)) > 1`:     {7, "the id of an item is needed here", "write the id without quotes"},
		`count(a)`:                {9, "a comparison is missing after count(a)", comparison},
		`count(and) > 1`:          {7, "the id of an item is needed here", "write the id without quotes"},
		`a = 1e5`:                 {6, `"e5" is not expected here`, "join tests with and, or"},
		strings.Repeat("x", 4001): {4000, "a condition has at most 4000 characters", "make an item of type calculated of a part of it"},
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
		"longer when printed":  strings.Repeat("a=-1or ", 480) + "a=1",
		"many tests":           strings.Repeat("a=1or ", 500) + "a=1",
		"many sums":            strings.Repeat("a+", 1900) + "a=1",
		"signs":                strings.Repeat("-", 1900) + "a=1",
		"functions":            strings.Repeat("abs(", 60) + "a" + strings.Repeat(")", 60) + "=1",
		"functions, not ended": strings.Repeat("abs(", 900),
		"ifs":                  strings.Repeat("if(true,", 300),
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
	e, problem := Parse(`a = 'đ' and (b1 in (1, 2) or not selected(c, 'x')) and answered(d) and count(e) between 1 and 2 and 3 < a` +
		` and age(f) > 1 and today() > max(g, today)`)
	if problem != nil {
		t.Fatal(*problem)
	}
	want := []Name{{"a", 1}, {"b1", 14}, {"c", 43}, {"d", 65}, {"e", 78}, {"a", 105}, {"today", 111}, {"f", 115}, {"today", 126}, {"g", 140}, {"today", 143}}
	if diff := cmp.Diff(want, e.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestParseValue(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"1", "'x'", "a", "a + 1", "if(a = 1, 1, 0)", "count(a)", "coalesce(a, b)", "today", "-a"} {
		e, problem := ParseValue(src)
		if problem != nil {
			t.Errorf("%s: %+v", src, *problem)
			continue
		}
		if e.String() != src || e.Eval(answers{}.lookup) != Unknown {
			t.Errorf("%s: printed as %s, is %d", src, e, e.Eval(answers{}.lookup))
		}
	}
	const condition = "a calculation gives a number, a text or a date, and this is a condition"
	for src, want := range map[string]SyntaxError{
		"":                                     {1, "an item, a number or a text in quotes is missing", "for example quality = 'good'"},
		"a b":                                  {3, `"b" is not expected here`, "join tests with and, or"},
		"max a, b":                             {5, `"a" is not expected here`, "join tests with and, or"},
		"a, b":                                 {2, `"," is not expected here`, "a function is missing before the parenthesis, such as max(a, b)"},
		"a > 1":                                {1, condition, "write if(a > 1, 1, 0)"},
		"true":                                 {1, condition, "write if(true, 1, 0)"},
		strings.Repeat("a=1or ", 20) + "a = 1": {1, condition, "write if(condition, 1, 0)"},
	} {
		_, problem := ParseValue(src)
		if diff := cmp.Diff(&want, problem); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
	e, problem := Parse("a = 1")
	if problem != nil {
		t.Fatal(*problem)
	}
	if v := e.Value(answers{"a": {Kind: Number, Number: 1}}.lookup); v.Kind != Missing || e.Kind(world) != Missing {
		t.Errorf("a condition has the value %+v", v)
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
	for _, word := range append(ContextNames(), "true", "false") {
		if !Reserved(word) {
			t.Errorf("%q may be an item", word)
		}
	}
	for _, word := range []string{"quality", "age", "min", "date", "length", "if", "year", "sum", "x"} {
		if Reserved(word) {
			t.Errorf("%q may not be an item", word)
		}
		if e, problem := Parse(word + " = 1"); problem != nil || len(e.Names()) != 1 {
			t.Errorf("%q was not read as an item", word)
		}
	}
}
