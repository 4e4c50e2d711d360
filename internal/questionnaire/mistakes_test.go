package questionnaire

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	known := []string{"id", "text", "type", "title", "max_chars"}
	for word, want := range map[string]string{
		"titel": `did you mean "title"?`, "Text": `did you mean "text"?`, "txet": `did you mean "text"?`, "maxchars": `did you mean "max_chars"?`,
		"ID": `did you mean "id"?`, "ab": "known here: id, text, type, title, max_chars", "": "known here: id, text, type, title, max_chars",
		"colour": "known here: id, text, type, title, max_chars", strings.Repeat("text", 100): "known here: id, text, type, title, max_chars",
	} {
		if got := (&notes{}).suggest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got, want := (&notes{}).suggest("x", strings.Split("abcdefghijklmnopqrst", "")), "known here: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p …"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (&notes{compared: maxCompared}).suggest("titel", known), "known here: id, text, type, title, max_chars"; got != want {
		t.Errorf("got %q, want %q: enough was compared", got, want)
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "bc", 1}, {"kitten", "sitting", 3}, {"title", "tilte", 2}} {
		if got := errs.Edits(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSplitLines(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][]string{
		"":                              {""},
		"a":                             {"a"},
		"a\n":                           {"a", ""},
		"a\nb":                          {"a", "b"},
		"a\r\nb\rc\u0085d\u2028e\u2029": {"a", "b", "c", "d", "e", ""},
		"\n\r":                          {"", "", ""},
		"\r\r\n\n":                      {"", "", "", ""},
		"a\xff\nb":                      {"a\xff", "b"},
	} {
		if diff := cmp.Diff(want, splitLines(src)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", src, diff)
		}
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{"": 0, "đường\t<→ 标题": 0, "a\ufffd": 0, "đ\xff": 2, "\x00": 1, "ab\x07": 3, "a\u0080": 2, "\ufeffa": 1, "a\x7f": 2} {
		if got := unreadable(line); got != want {
			t.Errorf("%q: got column %d, want %d", line, got, want)
		}
	}
}

// Places of conditions are found in every way of writing a text in YAML.
func TestSpread(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text string
		at         place
		column     int
		want       place
	}{
		"plain":             {"k: ab cd", "ab cd", place{1, 4}, 4, place{1, 7}},
		"quoted":            {`k: "ab cd"`, "ab cd", place{1, 4}, 4, place{1, 8}},
		"a space before":    {`k: " ab cd"`, "ab cd", place{1, 4}, 4, place{1, 9}},
		"an escaped quote":  {`k: "a \"b\" c"`, `a "b" c`, place{1, 4}, 7, place{1, 13}},
		"a doubled quote":   {`k: 'a ''b'' c'`, `a 'b' c`, place{1, 4}, 7, place{1, 13}},
		"on the next line":  {"k: ab\n   cd", "ab cd", place{1, 4}, 4, place{2, 4}},
		"a literal block":   {"k: |\n  ab\n   cd", "ab\n cd", place{1, 4}, 5, place{2 + 1, 4}},
		"a folded block":    {"k: >-  # x\n\n  ab\n  cd", "ab cd", place{1, 4}, 1, place{3, 3}},
		"the end":           {"k: ab", "ab", place{1, 4}, 3, place{1, 6}},
		"far beyond":        {"k: ab", "ab", place{1, 4}, 99, place{1, 6}},
		"not to be found":   {`k: "\u0061b"`, "ab", place{1, 4}, 2, place{1, 4}},
		"beyond the file":   {"k: ab", "ab", place{7, 4}, 2, place{7, 4}},
		"beyond characters": {"k: ab", "ab", place{1, 40}, 2, place{1, 40}},
		"Vietnamese":        {"đ: 'ộ = đ'", "ộ = đ", place{1, 4}, 5, place{1, 9}},
	} {
		n := &notes{lines: splitLines(c.file)}
		if got := n.spread(c.at, c.text)(c.column); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// Tarjan's knots are those that a search from every node finds.
func TestKnots(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 1 + r.IntN(12)
		arrows := make([][]int, n)
		for range r.IntN(2 * n) {
			from := r.IntN(n)
			arrows[from] = append(arrows[from], r.IntN(n))
		}
		reach := make([][]bool, n)
		for from := range reach {
			reach[from] = make([]bool, n)
			queue := []int{from}
			for len(queue) > 0 {
				v := queue[0]
				queue = queue[1:]
				if !reach[from][v] {
					reach[from][v] = true
					queue = append(queue, arrows[v]...)
				}
			}
		}
		knot := knots(arrows)
		for a := range n {
			for b := range n {
				if got, want := knot[a] == knot[b], reach[a][b] && reach[b][a]; got != want {
					t.Fatalf("%v: %d and %d in one knot: %v, want %v", arrows, a, b, got, want)
				}
			}
		}
	}
	if got := knots(make([][]int, 0)); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

// A rule that does not fit its field makes the validator panic, but only when
// the field has a value.
func TestRulesFitTheirFields(t *testing.T) {
	t.Parallel()
	var f File
	fill(t, reflect.ValueOf(&f).Elem(), 0)
	check, err := validate()
	if err != nil {
		t.Fatal(err)
	}
	if err := check.Struct(&f); err == nil {
		t.Error("a file full of x has no mistake")
	}
}

// fill gives everything a value.
func fill(t *testing.T, v reflect.Value, depth int) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), depth)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(t, field, depth)
		}
	case reflect.Slice:
		if depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(t, v.Index(0), depth+1)
		}
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(t, element, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x"), element)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	default:
		t.Fatalf("the shapes have a %s", v.Kind())
	}
}
