package yamlfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	known := []string{"id", "text", "type", "title", "max_chars"}
	for word, want := range map[string]string{
		"titel": `did you mean "title"?`, "Text": `did you mean "text"?`, "txet": `did you mean "text"?`, "maxchars": `did you mean "max_chars"?`,
		"ID": `did you mean "id"?`, "ab": "known here: id, text, type, title, max_chars", "": "known here: id, text, type, title, max_chars",
		"colour": "known here: id, text, type, title, max_chars", strings.Repeat("text", 100): "known here: id, text, type, title, max_chars",
	} {
		if got := (&Notes{}).Suggest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got, want := (&Notes{}).Suggest("x", strings.Split("abcdefghijklmnopqrstuvw", "")), "known here: a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t …"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (&Notes{compared: maxCompared}).Suggest("titel", known), "known here: id, text, type, title, max_chars"; got != want {
		t.Errorf("got %q, want %q: enough was compared", got, want)
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
		at         Place
		column     int
		want       Place
	}{
		"plain":             {"k: ab cd", "ab cd", Place{1, 4}, 4, Place{1, 7}},
		"quoted":            {`k: "ab cd"`, "ab cd", Place{1, 4}, 4, Place{1, 8}},
		"a space before":    {`k: " ab cd"`, "ab cd", Place{1, 4}, 4, Place{1, 9}},
		"an escaped quote":  {`k: "a \"b\" c"`, `a "b" c`, Place{1, 4}, 7, Place{1, 13}},
		"a doubled quote":   {`k: 'a ''b'' c'`, `a 'b' c`, Place{1, 4}, 7, Place{1, 13}},
		"on the next line":  {"k: ab\n   cd", "ab cd", Place{1, 4}, 4, Place{2, 4}},
		"a literal block":   {"k: |\n  ab\n   cd", "ab\n cd", Place{1, 4}, 5, Place{2 + 1, 4}},
		"a folded block":    {"k: >-  # x\n\n  ab\n  cd", "ab cd", Place{1, 4}, 1, Place{3, 3}},
		"the end":           {"k: ab", "ab", Place{1, 4}, 3, Place{1, 6}},
		"far beyond":        {"k: ab", "ab", Place{1, 4}, 99, Place{1, 6}},
		"not to be found":   {`k: "\u0061b"`, "ab", Place{1, 4}, 2, Place{1, 4}},
		"beyond the file":   {"k: ab", "ab", Place{7, 4}, 2, Place{7, 4}},
		"beyond characters": {"k: ab", "ab", Place{1, 40}, 2, Place{1, 40}},
		"Vietnamese":        {"đ: 'ộ = đ'", "ộ = đ", Place{1, 4}, 5, Place{1, 9}},
	} {
		n := &Notes{Lines: splitLines(c.file)}
		if got := n.Spread(c.at, c.text)(c.column); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
