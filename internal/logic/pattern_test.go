package logic

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		src      string
		yes, no  []string
		browsers string
	}{
		{`[0-9]{5}`, []string{"12345"}, []string{"1234", "123456", "a12345", "１２３４５"}, `[0-9]{5}`},
		{`^\d{10}(-\d{3})?$`, []string{"0123456789", "0123456789-001"}, []string{"0123456789-"}, `[0-9]{10}(?:\x2d[0-9]{3})?`},
		{`^a$|^b$`, []string{"a", "b"}, []string{"ab", ""}, `a|b`},
		{`a|`, []string{"a", ""}, []string{"aa"}, `a|`},
		{``, []string{""}, []string{"a"}, ``},
		{`.`, []string{"a", "ễ", "👍", "\r"}, []string{"", "\n", "ab"}, `[^\x0a]`},
		{`\w\W`, []string{"a-", "_ễ"}, []string{"ễ-"}, `[0-9A-Z\x5fa-z][^0-9A-Z\x5fa-z]`},
		{`\s\S`, []string{" a", "\vb"}, []string{"\u00a0a"}, `[\x09-\x0d\x20][^\x09-\x0d\x20]`},
		{`\D`, []string{"a"}, []string{"1"}, `[^0-9]`},
		{`[\d.]+`, []string{"1.5"}, []string{"1,5"}, `[\x2e0-9]+`},
		{`[^-a\]\\]`, []string{"b", "["}, []string{"-", "a", "]", `\`}, `[^\x2d\x5c\x5da]`},
		{`[a-c-]x`, []string{"bx", "-x"}, []string{"dx"}, `[\x2da-c]x`},
		{`[aa-bb-cc]`, []string{"a", "c"}, []string{"d"}, `[a-c]`},
		{`[ab]`, []string{"a", "b"}, []string{"c"}, `[ab]`},
		{`[^\n]`, []string{"a"}, []string{"\n"}, `[^\x0a]`},
		{`[\s\S]`, []string{"a", "\n"}, []string{""}, `[\x00-\u{10ffff}]`},
		{`(?:ab|c){2}`, []string{"abc", "cc"}, []string{"ab"}, `(?:ab|c){2}`},
		{`(ab)c`, []string{"abc"}, []string{"ab"}, `abc`},
		{`((a|b)c)?`, []string{"", "ac"}, []string{"c"}, `(?:(?:a|b)c)?`},
		{`a*b+c?d{2,}e{1,3}`, []string{"bdde"}, []string{"bde"}, `a*b+c?d{2,}e{1,3}`},
		{`a*?b`, []string{"b", "aab"}, []string{"a"}, `a*b`},
		{`\x41\u1EF9\u{1F44D}\x{e9}`, []string{"Aỹ👍é"}, nil, `Aỹ\u{1f44d}é`},
		{`\.\*\/\-\_\ \t`, []string{".*/-_ \t"}, nil, `\x2e\x2a\x2f\x2d\x5f\x20\x09`},
		{`[A-ZÀ-Ỹ][a-zà-ỹ]*( [A-ZÀ-Ỹ][a-zà-ỹ]*)*`, []string{"Nguyễn Thị Ánh"}, []string{"nguyễn"}, `[A-ZÀ-Ỹ][a-zà-ỹ]*(?:\x20[A-ZÀ-Ỹ][a-zà-ỹ]*)*`},
	} {
		p, problem := CompilePattern(row.src)
		if problem != nil {
			t.Errorf("%s: %+v", row.src, *problem)
			continue
		}
		if diff := cmp.Diff(row.browsers, p.JS()); diff != "" {
			t.Errorf("%s for browsers (-want +got):\n%s", row.src, diff)
		}
		for _, text := range row.yes {
			if !p.MatchString(text) {
				t.Errorf("%s refuses %q", row.src, text)
			}
		}
		for _, text := range row.no {
			if p.MatchString(text) {
				t.Errorf("%s takes %q", row.src, text)
			}
		}
	}
}

func TestPatternProblems(t *testing.T) {
	t.Parallel()
	const (
		character = "write \\%s for the character"
		smaller   = "use smaller limits, or + and *, and max_chars for the length"
		places    = " means different things in different places"
	)
	literal := func(c string) string { return strings.Replace(character, "%s", c, 1) }
	for src, want := range map[string]Problem{
		`a(`:                        {2, "the group is not closed", `write ) at its end, or \( for the character`},
		`a)`:                        {2, ") closes nothing", `write \) for the character, or remove it`},
		`a()`:                       {2, "the group is empty", `leave it out, or write \( for the character`},
		`[a`:                        {1, "the class is not closed", `write ] at its end, or \[ for the character`},
		`x[]`:                       {2, "the class is empty", `write \] for the character`},
		`[[:alpha:]]`:               {2, "[ stands inside a class", `write \[ for the character; classes like [:alpha:] are not known`},
		`[z-a]`:                     {2, "the range is the wrong way round", "write a-z"},
		`[a-z-9]`:                   {5, "- stands between characters that are no range", literal("-")},
		`[\d-z]`:                    {2, "this is no range of characters", `write \- for the character -`},
		`[a-`:                       {4, "the range has no end", literal("-")},
		`[^\s\S]`:                   {1, "no character is in this class", "leave one of its parts out"},
		`*a`:                        {1, "there is nothing for * to repeat", literal("*")},
		`a|+`:                       {3, "there is nothing for + to repeat", literal("+")},
		`a**`:                       {3, "a repeat of a repeat", "put the first one in parentheses, or leave one out"},
		`a{2}{3}`:                   {5, "a repeat of a repeat", "put the first one in parentheses, or leave one out"},
		`a++`:                       {3, "a repeat of a repeat", "put the first one in parentheses, or leave one out"},
		`a{`:                        {2, "this is no number of times", `write for example {3} or {2,5}, or \{ for the character`},
		`a{x}`:                      {2, "this is no number of times", `write for example {3} or {2,5}, or \{ for the character`},
		`a{3,2}`:                    {2, "the limits are the wrong way round", "write {2,3}"},
		`a{0}`:                      {2, "this repeats nothing", "leave it out"},
		`a{1001}`:                   {2, "this repeats more than 1000 times", "use a smaller limit, or + and *, and max_chars for the length"},
		`a{99999999999999999999}`:   {2, "this repeats more than 1000 times", "use a smaller limit, or + and *, and max_chars for the length"},
		`(((a{1000}){1000}){1000})`: {3, "this repeats more than 1000 times", smaller},
		`a{1000}b{1000}c`:           {1, "the repeats come to more than 2000 characters", "use smaller limits, or + and *, and max_chars for the length"},
		`{`:                         {1, "{ has no meaning here", literal("{")},
		`a]`:                        {2, "] has no meaning here", literal("]")},
		`a^b`:                       {2, "^ stands inside the pattern", `leave it out, the whole text is tested anyway; write \^ for the character`},
		`(a$)`:                      {3, "$ stands inside the pattern", `leave it out, the whole text is tested anyway; write \$ for the character`},
		`\`:                         {1, `\ at the end means nothing`, `write \\ for the character`},
		`a\b`:                       {2, `\b` + places, "write what stands before and behind"},
		`\p{L}`:                     {1, `\p` + places, "write the characters: [A-Za-zÀ-ỹ] has all letters of Vietnamese"},
		`(a)\1`:                     {4, "a reference to a group is not possible", "write the group out again"},
		`\q`:                        {1, `\q has no meaning`, "write q alone for the character"},
		`\ễ`:                        {1, `\ễ has no meaning`, "write ễ alone for the character"},
		`\u12`:                      {1, "this is no number of a character", `write for example \u1EF9 or \x2d`},
		`\u{110000}`:                {1, "this is no number of a character", `write for example \u1EF9 or \x2d`},
		`\uD83D`:                    {1, "this is no number of a character", `write for example \u1EF9 or \x2d`},
		`\x{41`:                     {1, "this is no number of a character", `write for example \u1EF9 or \x2d`},
		`(?i)a`:                     {1, "flags are not possible", "write both cases, as in [Aa], and ( or (?: for a group"},
		`a(?=b)`:                    {2, "looking ahead is not possible", "write what the whole text looks like, or use a second test with matches"},
		`(?!b)`:                     {1, "looking ahead is not possible", "write what the whole text looks like, or test with not matches(…)"},
		`(?<!b)`:                    {1, "looking behind is not possible", "write what the whole text looks like"},
		`(?<n>b)`:                   {1, "groups have no names here", "write ( alone"},
		`(?P<n>b)`:                  {1, "groups have no names here", "write ( alone"},
		"a\xff":                     {2, "this is no character", "save the file as UTF-8"},
		"[\xff]":                    {2, "this is no character", "save the file as UTF-8"},
		strings.Repeat("(", 60):     {51, "the pattern is nested too deep", "make it simpler"},
		strings.Repeat("a", 501):    {500, "a pattern has at most 500 characters", "test a part of it, or use min_chars and max_chars"},
	} {
		p, problem := CompilePattern(src)
		if problem == nil {
			t.Errorf("%.60s was read: %s", src, p.JS())
			continue
		}
		if diff := cmp.Diff(want, *problem); diff != "" {
			t.Errorf("%.60s (-want +got):\n%s", src, diff)
		}
	}
}

// What a browser could take for ever over is refused, with the place; what it
// reads in one way, or in few, is not.
func TestPatternWays(t *testing.T) {
	t.Parallel()
	for src, column := range map[string]int{
		`(a+)+`:              1,
		`(a*)*`:              1,
		`x(a|a)*`:            2,
		`(ab|ac)*`:           1,
		`(a|)+`:              1,
		`(|)*`:               1,
		`(\w+\.?)*`:          1,
		`(\w+\.)*\w+`:        0,
		`(.*,)*`:             1,
		`(a?){30}a{30}`:      1,
		`(a|b|ab){20}`:       1,
		`.*a.*b.*`:           1,
		`\s*.*\s*`:           1,
		`x\w+\d+x`:           0,
		`\w+\d+\w+`:          1,
		`(a{1,30}){1,30}b`:   1,
		`((a{1,9}b?){3})+`:   1,
		`.*abc.*`:            0,
		`[^@]+@[^@]+\.[^@]+`: 0,
		`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`: 0,
		`\w+(\.\w+)*`:                        0,
		`(\d{1,3}\.){3}\d{1,3}`:              0,
		`(\s*\w+\s*;)*`:                      0,
		`(0|\+84)[35789]\d{8}`:               0,
		`(https?|http)://.*`:                 0,
		`\w{1,30}\s?\w{1,30}`:                0,
		`([A-Z]{2}-)?\d{4,6}\d?`:             0,
		`[^,]*(,[^,]*)*`:                     0,
		`H\d{2}(\.\d{2}){1,3}-\d{6}-\d{4,6}`: 0,
		`(a|b)*c`:                            0,
		strings.Repeat(`(a|b)*c`, 70):        0,
		strings.Repeat(`a?`, 20) + `a`:       9,
	} {
		_, problem := CompilePattern(src)
		switch {
		case problem == nil && column > 0:
			t.Errorf("%s was not refused", src)
		case problem != nil && column == 0:
			t.Errorf("%s: %+v", src, *problem)
		case problem != nil && (problem.Column != column || !strings.Contains(problem.Message, "too many ways")):
			t.Errorf("%s: got %+v, want it in column %d", src, *problem, column)
		}
	}
}
