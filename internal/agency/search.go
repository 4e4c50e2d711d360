package agency

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as it is compared in searches: decomposed, without diacritics
// and invisible characters, đ as d, lower case. The place of a tone mark makes
// no difference: "Hoà" and "Hòa" are both "hoa". Fold of a folded text is the
// same text. O(n).
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, "\uFFFD")) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case strings.ContainsRune("đĐðÐ", r): // the last two are Icelandic, and typed for the first
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isFolded is true for what needs no work: ASCII without capitals.
func isFolded(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

// foldedWords cuts a text into folded words of letters and digits.
func foldedWords(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// ByName returns the agencies ordered by folded Vietnamese name, then by the
// name itself, then by id. The order is good enough to find a name in a list; it
// isn't the dictionary's. O(n log n).
func ByName(agencies []*Agency) []*Agency {
	type keyed struct {
		key    string
		agency *Agency
	}
	list := make([]keyed, len(agencies))
	for i, a := range agencies {
		list[i] = keyed{Fold(a.Name.Vi), a}
	}
	slices.SortFunc(list, func(a, b keyed) int {
		return cmp.Or(
			strings.Compare(a.key, b.key),
			strings.Compare(a.agency.Name.Vi, b.agency.Name.Vi),
			strings.Compare(a.agency.ID, b.agency.ID))
	})
	sorted := make([]*Agency, len(list))
	for i, k := range list {
		sorted[i] = k.agency
	}
	return sorted
}

// index finds agencies by the beginnings of words. Agencies are meant by their
// place in byName, so that results come out in that order.
type index struct {
	byName  []*Agency
	texts   []string // by place: all folded words, each after a space
	entries []entry  // in order of word, then place
}

type entry struct {
	word  string
	place int
}

// newIndex makes the index. O(w log w) in the words of all agencies.
func newIndex(agencies []*Agency) *index {
	x := &index{byName: ByName(agencies), texts: make([]string, len(agencies))}
	for place, a := range x.byName {
		var words []string
		for _, s := range []string{a.Name.Vi, a.Name.En, a.UnitCode, a.AgencyCode, a.ID} {
			words = append(words, foldedWords(s)...)
		}
		x.texts[place] = " " + strings.Join(words, " ")
		slices.Sort(words)
		for _, word := range slices.Compact(words) {
			x.entries = append(x.entries, entry{word, place})
		}
	}
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.word, b.word), a.place-b.place)
	})
	return x
}

// starting returns the entries whose word begins with prefix. O(log w), found
// without looking at the entries between.
func (x *index) starting(prefix string) []entry {
	first, _ := slices.BinarySearchFunc(x.entries, prefix, func(e entry, p string) int { return strings.Compare(e.word, p) })
	rest := x.entries[first:]
	end, _ := slices.BinarySearchFunc(rest, prefix, func(e entry, p string) int {
		if strings.HasPrefix(e.word, p) {
			return -1
		}
		return 1
	})
	return rest[:end]
}

// places returns the places of the agencies that have, for each of the words, a
// word that begins with it, in order of name.
func (x *index) places(words []string) []int {
	if len(words) == 0 {
		all := make([]int, len(x.byName))
		for i := range all {
			all[i] = i
		}
		return all
	}
	rarest := x.starting(words[0])
	for _, word := range words[1:] {
		if found := x.starting(word); len(found) < len(rarest) {
			rarest = found
		}
	}
	var places []int
	for _, e := range rarest {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(x.texts[e.place], " "+word) }) {
			places = append(places, e.place)
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// Search lists the agencies that exist on a day (any day when empty) and have,
// for every word of the query, a word in their names, codes or id that begins
// with it. Diacritics and case don't count. First come those whose id or code is
// the query, then those whose name it is, then those whose name begins with it
// (the kind of unit, such as "xã", left out or not), then the others; each by name. An empty query finds
// all. limit is the largest number of results, 0 for all.
//
// O(log w + k log k), with w words in the registry and k agencies that have the
// rarest word of the query.
func (r *Registry) Search(query, day string, limit int) []*Agency {
	x := r.words()
	words := foldedWords(query)
	places := x.places(words)
	places = slices.DeleteFunc(places, func(p int) bool { return day != "" && !x.byName[p].ValidOn(day) })
	if len(words) > 0 {
		phrase := strings.Join(words, " ")
		exact := Fold(strings.TrimSpace(query))
		ranks := make(map[int]int, len(places))
		for _, p := range places {
			ranks[p] = x.byName[p].closeness(exact, phrase)
		}
		slices.SortStableFunc(places, func(a, b int) int { return ranks[a] - ranks[b] })
	}
	if limit > 0 && len(places) > limit {
		places = places[:limit]
	}
	found := make([]*Agency, len(places))
	for i, p := range places {
		found[i] = x.byName[p]
	}
	return found
}

// kinds are the folded words before the proper name of a unit, and none.
var kinds = []string{"", "thanh pho ", "dac khu ", "phuong ", "tinh ", "xa "}

// closeness is smaller for an agency that is more likely meant.
func (a *Agency) closeness(exact, phrase string) int {
	const isRef, isName, beginsName, other = 0, 1, 2, 3
	if exact == a.ID || exact == Fold(a.AgencyCode) || exact == a.UnitCode {
		return isRef
	}
	closest := other
	for _, name := range []string{a.Name.Vi, a.Name.En} {
		name = strings.Join(foldedWords(name), " ")
		for _, kind := range kinds {
			rest, ok := strings.CutPrefix(name, kind)
			switch {
			case ok && rest == phrase:
				return isName
			case ok && strings.HasPrefix(rest, phrase):
				closest = beginsName
			}
		}
	}
	return closest
}
