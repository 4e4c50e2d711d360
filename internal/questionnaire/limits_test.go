package questionnaire

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hailong/internal/errs"
	"hailong/internal/yamlfile"
)

// head is a survey up to its items, in one language.
const head = "title: {vi: T}\nlanguages: [vi]\npages:\n  - id: p\n    items:\n"

// repeat writes a line n times, with a number in it.
func repeat(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i)
	}
	return b.String()
}

func options(n int) string {
	return "[" + repeat(n, "{code: c%d, label: {vi: A}}, ") + "]"
}

// first reads a file and returns its first mistake, empty without one. It fails
// when that takes long.
func first(t *testing.T, src string) string {
	t.Helper()
	var (
		s   *Survey
		err error
	)
	within(t, time.Second, func() { s, err = Parse("s", "survey.yaml", []byte(src)) })
	var list errs.Mistakes
	switch {
	case err == nil && s != nil:
		return ""
	case !errors.As(err, &list) || s != nil:
		t.Fatalf("got %v and %v, want a survey or mistakes", s, err)
	}
	if text := list.Error(); len(text) > 4<<20 {
		t.Errorf("the report has %d bytes", len(text))
	}
	return list[0].Message
}

// within fails when f takes longer, three times: once may be the machine's fault.
func within(t *testing.T, limit time.Duration, f func()) {
	t.Helper()
	best := time.Duration(1<<63 - 1)
	for range 3 {
		start := time.Now()
		f()
		if best = min(best, time.Since(start)); best < limit*patience {
			return
		}
	}
	t.Errorf("took %v, want less than %v", best, limit*patience)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	item := "      - {id: i%d, type: text, text: {vi: A}}\n"
	rows := "      - {id: m%d, type: matrix, scale: s, text: {vi: A}, rows: [" + repeat(100, "{id: r%%[1]d_%d, text: {vi: A}}, ") + "]}\n"
	scales := "scales: {s: {options: " + options(2) + "}}\n"
	for name, c := range map[string]struct{ src, want string }{
		"2000 items":           {head + repeat(2000, item), ""},
		"2001 items":           {head + repeat(2001, item), "the questionnaire has more than 2000 variables"},
		"20 matrices":          {scales + head + repeat(20, rows), ""},
		"21 matrices":          {scales + head + repeat(21, rows), "the questionnaire has more than 2000 variables"},
		"101 rows":             {scales + head + "      - {id: m, type: matrix, scale: s, text: {vi: A}, rows: [" + repeat(101, "{id: r%d, text: {vi: A}}, ") + "]}\n", "rows has too many entries"},
		"200 options":          {head + "      - {id: a, type: single, text: {vi: A}, options: " + options(200) + "}\n", ""},
		"201 options":          {head + "      - {id: a, type: single, text: {vi: A}, options: " + options(201) + "}\n", "options has too many entries"},
		"64 of several":        {head + "      - {id: a, type: multiple, text: {vi: A}, options: " + options(64) + "}\n", ""},
		"65 of several":        {head + "      - {id: a, type: multiple, text: {vi: A}, options: " + options(65) + "}\n", "an item of type multiple has at most 64 options"},
		"201 options of scale": {"scales: {s: {options: " + options(201) + "}}\n" + head + "      - {id: a, type: scale, scale: s, text: {vi: A}}\n", "options has too many entries"},
		"ranks and texts":      {head + repeat(95, "      - {id: r%d, type: ranking, text: {vi: A}, options: "+options(20)+"}\n") + repeat(50, "      - {id: o%d, type: single, text: {vi: A}, options: [{code: a, label: {vi: A}, other: true}]}\n"), ""},
		"one rank too many":    {head + repeat(95, "      - {id: r%d, type: ranking, text: {vi: A}, options: "+options(20)+"}\n") + repeat(50, "      - {id: o%d, type: single, text: {vi: A}, options: [{code: a, label: {vi: A}, other: true}]}\n") + item, "the questionnaire has more than 2000 variables"},
		"one per page":         {strings.Replace(head, "    items:", "    one_per_page: true\n    items:", 1) + repeat(2000, item), ""},
		"5001 entries":         {head + strings.Repeat("      - {}\n", 5001), "the list has more than 5000 entries"},
		"factors in factors":   {head + fmt.Sprintf(item, 1) + factors(30), "this is nested too deep"},
		"1 MiB":                {pad(head+fmt.Sprintf(item, 1), 1<<20), ""},
		"1 MiB and a byte":     {pad(head+fmt.Sprintf(item, 1), 1<<20+1), "the file has more than 1048576 bytes"},
		"a byte-order mark":    {"\ufeff" + head + fmt.Sprintf(item, 1), ""},
		"Windows line ends":    {strings.ReplaceAll(head+fmt.Sprintf(item, 1), "\n", "\r\n"), ""},
		"invalid UTF-8":        {head + "      - {id: a, type: text, text: {vi: \"\xff\"}}\n", "this is no character of a text"},
		"NUL":                  {head + "      - {id: a, type: text, text: {vi: \"\x00\"}}\n", "this is no character of a text"},
		"NUL by escape":        {head + "      - {id: a, type: text, text: {vi: \"a\\0b\"}}\n", "the text has a character that cannot be shown"},
		"a control character":  {head + "      - {id: a, type: text, text: {vi: \"\\e[31m\"}}\n", "the text has a character that cannot be shown"},
		"UTF-16":               {"\xff\xfet\x00:\x00 \x00x\x00", "this is no character of a text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := first(t, c.src); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// factors nests factors n deep.
func factors(n int) string {
	return "measures: [{id: m, kind: mean, title: {vi: M}}]\nindices: [{id: i, measure: m, aggregate: pooled, title: {vi: I}, " +
		repeat(n, "factors: [{id: f%d, title: {vi: F}, ") + "items: [i1]" + strings.Repeat("}]", n) + "}]\n"
}

// pad adds comments until a file has a size.
func pad(src string, size int) string {
	line := "# " + strings.Repeat("x", 97) + "\n"
	src += strings.Repeat(line, (size-len(src))/len(line))
	return src + strings.Repeat("#", size-len(src))
}

// Files that are made to be slow, or to make a report without end, are refused
// as quickly as others. They run one by one, to be measured alone.
func TestHostileFiles(t *testing.T) {
	const n = 300_000
	cond := "      - {id: i%d, type: text, text: {vi: A}, show_if: \"" + strings.TrimSuffix(strings.Repeat("x1 = 1 or ", 60), " or ") + "\"}\n"
	ring := "      - {id: i%d, type: text, text: {vi: A}, show_if: i0 = 'x' or i1999 = 'x' or i%[1]d = 'x'}\n"
	index := "measures: [{id: m, kind: top_box, codes: " + "[" + repeat(200, "c%d, ") + "], title: {vi: M}}]\nindices:\n"
	page := "show_if: " + strings.TrimSuffix(strings.Repeat("x = 'a' or ", 170), " or ") + "\n    items:\n"
	ask := "      - {id: i%d, type: text, text: {vi: A}}\n"
	// long, but without a mistake
	long := map[string]bool{"one long text": true, "escapes": true, "a page's condition": true, "conditions in one line": true, "one text of answers": true}
	for name, src := range map[string]string{
		"open brackets":      strings.Repeat("[", n),
		"open braces":        strings.Repeat("{", n),
		"pairs of brackets":  strings.Repeat("[]", n),
		"nested indents":     strings.Repeat("- ", n),
		"nested keys":        strings.Repeat("? ", n),
		"stairs":             stairs(1000),
		"brackets in titles": "title: " + strings.Repeat("[", n/2) + strings.Repeat("]", n/2),
		"lists":              "[" + strings.Repeat("[],", n) + "]",
		"words":              "[" + strings.Repeat("a,", 500_000) + "]",
		"lines":              strings.Repeat("\n", 1<<20),
		"comments":           strings.Repeat("#\n", 1<<19),
		"comments of items":  head + strings.Repeat("      - #\n", 100_000),
		"unknown keys":       repeat(70_000, "tilte%d: 1\n"),
		"one key":            strings.Repeat("title: 1\n", 100_000),
		"unknown in one row": "{" + repeat(60_000, "tilte%d: 1, ") + "}",
		"documents":          strings.Repeat("---\na\n", 100_000),
		"tags":               "title: " + strings.Repeat("!!str ", 100_000),
		"aliases":            "a: &a [x]\nb: [" + strings.Repeat("*a,", 100_000) + "]",
		"a bomb":             bomb(30),
		"one long text":      head + "      - {id: a, type: text, text: {vi: \"" + strings.Repeat("a ", 500_000) + "\"}}\n",
		"escapes":            head + "      - {id: a, type: text, text: {vi: \"" + strings.Repeat("\\u0061", 150_000) + "\"}}\n",
		"100 000 items":      head + strings.Repeat("      - {}\n", 100_000),
		"many shorter lists": "title: {vi: T}\nlanguages: [vi]\npages:\n" + strings.Repeat("  - id: p\n    items:\n"+strings.Repeat("      - {}\n", 4000), 22),
		"a page's condition": head + "      - {id: x, type: single, options: [{code: a, label: {vi: A}}], text: {vi: A}}\n  - id: q\n    " + page + repeat(1999, ask),
		"conditions in one line": "{title: {vi: T}, languages: [vi], pages: [{id: p, items: [{id: x, type: text, text: {vi: A}}, " +
			repeat(1999, "{id: i%d, type: text, text: {vi: A}, show_if: \""+strings.TrimSuffix(strings.Repeat("x = 'a' or ", 25), " or ")+"\"}, ") + "]}]}\n",
		"mistakes in one line": "{title: {vi: T}, languages: [vi], pages: [{id: p, items: [{id: x, type: text, text: {vi: A}}, " +
			repeat(1999, "{id: i%d, type: text, text: {vi: A}, show_if: \""+strings.TrimSuffix(strings.Repeat("y = 'a' or ", 25), " or ")+"\"}, ") + "]}]}\n",
		"one text of answers":   head + fmt.Sprintf(ask, 1) + "  - id: q\n    title: {vi: \"" + strings.Repeat("${i1}", 150_000) + "\"}\n    items:\n" + fmt.Sprintf(ask, 2),
		"one text of gaps":      head + fmt.Sprintf(ask, 1) + "thanks: {vi: \"" + strings.Repeat("${", 400_000) + "\"}\n",
		"gaps for nothing":      head + fmt.Sprintf(ask, 1) + "  - id: q\n    title: {vi: \"" + strings.Repeat("${some_id}", 90_000) + "\"}\n    items:\n" + fmt.Sprintf(ask, 2),
		"texts in no language":  "title: {vi: T}\nlanguages: [vi]\nthanks: {" + repeat(70_000, "l%d: x, ") + "}\n",
		"renamed":               head + fmt.Sprintf(ask, 1) + "changes: {from: abcdefabcdef, renamed: {" + repeat(50_000, "x%d: y, ") + "}}\n",
		"scales":                "scales: {" + repeat(40_000, "s%d: {}, ") + "}\n" + head + fmt.Sprintf(ask, 1),
		"options of conditions": head + "      - {id: x1, type: single, text: {vi: A}, options: " + options(200) + "}\n  - id: q\n    items:\n" + strings.ReplaceAll(repeat(1300, cond), "x1 = 1", "x1='c'"),
		"nested repeats":        head + "      - {id: a, type: text, text: {vi: A}, message: {vi: M}, pattern: \"" + strings.Repeat("(", 20) + "a{1000}" + strings.Repeat("){1000}", 20) + "\"}\n",
		"catastrophic patterns": head + repeat(2000, "      - {id: i%d, type: text, text: {vi: A}, message: {vi: M}, pattern: \"(a+)+b(x|x)*(y*)*\"}\n"),
		"a long pattern":        head + "      - {id: a, type: text, text: {vi: A}, message: {vi: M}, pattern: \"" + strings.Repeat("a?", 250_000) + "\"}\n",
		"long calculations":     head + repeat(200, "      - {id: i%d, type: calculated, calculate: \""+strings.Repeat("1+", 2000)+"1\"}\n"),
		"empty items":           head + strings.Repeat("      - {}\n", 90_000),
		"one id":                head + strings.Repeat("      - {id: a}\n", 60_000),
		"many languages":        "title: {vi: T}\nlanguages: [" + repeat(100_000, "l%d, ") + "]\n",
		"conditions":            head + repeat(1300, cond),
		"a ring":                head + repeat(2000, ring),
		"one condition":         head + "      - {id: a, type: text, text: {vi: A}, show_if: \"" + strings.Repeat("(", 1_000_000) + "\"}\n",
		"items of a factor":     head + repeat(2000, "      - {id: i%d, type: text, text: {vi: A}}\n") + index + "  - {id: x, measure: m, aggregate: pooled, title: {vi: X}, factors: [{id: f, title: {vi: F}, items: [" + repeat(90_000, "i%d, ") + "]}]}\n",
		"no such items":         head + repeat(2000, "      - {id: i%d, type: text, text: {vi: A}}\n") + index + "  - {id: x, measure: m, aggregate: pooled, title: {vi: X}, factors: [{id: f, title: {vi: F}, items: [" + repeat(60_000, "some_item_%d, ") + "]}]}\n",
		"codes of a measure":    "measures: [{id: m, kind: top_box, codes: [" + repeat(100_000, "c%d, ") + "], title: {vi: M}}]\n" + head,
		"waves":                 "fieldwork: {waves: [" + repeat(60_000, "{id: w%d}, ") + "]}\n" + head,
		"a line of mistakes":    "x: [" + strings.Repeat("a", 500_000) + "]\n" + "pages: [" + strings.Repeat("{}, ", 100_000) + "]\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := first(t, src); (got == "") != long[name] {
				t.Errorf("got the mistake %q", got)
			}
		})
	}
}

// stairs nests keys, each a space further in.
func stairs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// bomb refers to itself, twice as often on every line.
func bomb(n int) string {
	b := "title: &l0 {vi: T}\n"
	for i := range n {
		b += fmt.Sprintf("x%d: &l%d [*l%d, *l%d]\n", i, i+1, i, i)
	}
	return b
}

func TestMistakesAreCapped(t *testing.T) {
	t.Parallel()
	_, err := Parse("s", "survey.yaml", []byte(head+strings.Repeat("      - {}\n", 1000)))
	var list errs.Mistakes
	if !errors.As(err, &list) {
		t.Fatal(err)
	}
	last := list[len(list)-1]
	if got, want := len(list), yamlfile.MaxMistakes+1; got != want {
		t.Errorf("got %d mistakes, want %d", got, want)
	}
	if want := "2000 more mistakes are not listed"; last.Message != want {
		t.Errorf("got %q, want %q", last.Message, want)
	}
}

func TestWarningsAreCapped(t *testing.T) {
	t.Parallel()
	src := strings.Replace(head, "languages: [vi]", "languages: [vi, en]", 1) + repeat(1200, "      - {id: i%d, type: text, text: {vi: A}}\n")
	s, err := Parse("s", "survey.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	last := s.Warnings[len(s.Warnings)-1]
	if got, want := len(s.Warnings), yamlfile.MaxMistakes+1; got != want || !last.Warning {
		t.Errorf("got %d warnings, want %d; the last is %v", got, want, last)
	}
	if want := "201 more warnings are not listed"; last.Message != want {
		t.Errorf("got %q, want %q", last.Message, want)
	}
}
