package agency

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                        "",
		"abc 1":                   "abc 1",
		"Phường Đa Mai":           "phuong da mai",
		"ĐẮK LẮK":                 "dak lak",
		"Hoà":                     "hoa",
		"Hòa":                     "hoa",
		"Thuỵ":                    "thuy",
		"Thụy":                    "thuy",
		"ệ ở ữ ẵ":                 "e o u a",
		"Ðắk":                     "dak", // Icelandic Eth
		"zero\u200bwidth":         "zerowidth",
		"\xff":                    "\uFFFD",
		norm.NFD.String("Quế Võ"): "que vo",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q): got %q, want %q", in, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Hoà Đắk", "İẞΩ", "\xff\u0301", "ǅ", "가"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Fold(s)
		if !utf8.ValidString(got) {
			t.Errorf("Fold(%q) = %q is not UTF-8", s, got)
		}
		if again := Fold(got); again != got {
			t.Errorf("Fold(%q) = %q, and again %q", s, got, again)
		}
		if utf8.ValidString(s) && (Fold(norm.NFC.String(s)) != got || Fold(norm.NFD.String(s)) != got) {
			t.Errorf("Fold(%q) depends on the form", s)
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	r := mustParse(t, merged)
	for _, tc := range []struct {
		query, day string
		limit      int
		want       string
	}{
		{"bac giang", "", 0, "x07210 tbg"},
		{"Bắc Giang", "2025-07-01", 0, "x07210"},
		{"BẮC GIA", "2025-06-30", 0, "tbg"},
		{norm.NFD.String("bắc"), "", 0, "x07210 tbg t24 tbn"},
		{"bac", "", 2, "x07210 tbg"},
		{"ninh bac", "2025-07-01", 0, "t24"},
		{"province", "", 0, "t24"},
		{"ninh", "", 0, "t24 tbn"},
		{"noi vu", "", 0, "t24.snv"},
		{"24", "", 0, "tbg t24"},
		{"t24", "", 0, "t24 t24.snv.p1 t24.snv"},
		{"h05", "2025-07-01", 0, "t24 t24.snv"},
		{"H05.12", "", 0, "t24.snv"},
		{"0721", "2025-07-01", 0, "x07210"},
		{"7210", "", 0, ""},
		{"giang bac nam", "", 0, ""},
		{"…", "2025-07-01", 2, "t24.snv.p1 x07210"},
		{"", "", 0, "h02 t24.snv.p1 x07210 xhvt t24.snv tbg t24 tbn"},
	} {
		if got := strings.Join(ids(r.Search(tc.query, tc.day, tc.limit)), " "); got != tc.want {
			t.Errorf("search %q on %q: got %q, want %q", tc.query, tc.day, got, tc.want)
		}
	}
}

// The index must find what a reading of every agency finds.
func FuzzSearch(f *testing.F) {
	r, err := Parse("a.csv", []byte(merged))
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"bac", "phuong b", "t24.", "Ở", "h05 12", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		var want []string
		for _, a := range r.All() {
			have := foldedWords(strings.Join([]string{a.Name.Vi, a.Name.En, a.UnitCode, a.AgencyCode, a.ID}, " "))
			missing := func(word string) bool {
				return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, word) })
			}
			if !slices.ContainsFunc(foldedWords(query), missing) {
				want = append(want, a.ID)
			}
		}
		got := ids(r.Search(query, "", 0))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("search %q: got %q, want %q", query, got, want)
		}
	})
}
