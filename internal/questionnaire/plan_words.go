package questionnaire

import (
	"slices"
	"strings"
	"unicode"

	"hailong/internal/errs"
)

// wording says how far one text is from another.
type wording uint8

const (
	sameWords  wording = iota
	retold             // only in other languages than the first
	corrected          // the first language a little: the meaning stays
	otherWords         // more than that: nobody knows but the author
)

// compareTexts says how a text changed. The first language of both versions
// decides, because the others are translations of it.
//
// A small correction, which nobody needs to declare, changes letters and never
// words: without case, punctuation, spaces and diacritics the two are equal, or
// they have as many words, each of them but for a third of its letters the same,
// and all in all at most a fifth of the letters, and at most eight, differ. What
// turns a meaning round is never small: a number, a negation (không, chưa, not,
// no …), or a negating prefix (satisfied, dissatisfied).
func compareTexts(before, now Text, languages []string) wording {
	lang := ""
	for _, l := range languages {
		if before[l] != "" && now[l] != "" {
			lang = l
			break
		}
	}
	switch {
	case len(before) == 0 && len(now) == 0:
		return sameWords
	case lang == "":
		return otherWords // also from or to nothing
	case before[lang] != now[lang] && !nearWords(before[lang], now[lang]):
		return otherWords
	case before[lang] != now[lang]:
		return corrected
	case len(before) != len(now):
		return retold
	}
	for l, text := range before {
		if now[l] != text {
			return retold
		}
	}
	return sameWords
}

// nearly reports whether two texts mean the same as far as can be seen.
func nearly(before, now Text, languages []string) bool {
	return compareTexts(before, now, languages) != otherWords
}

// Limits of a small correction.
const (
	maxCorrection = 8 // letters
	wordShare     = 3 // at most a third of a word
	textShare     = 5 // at most a fifth of the text
)

func nearWords(before, now string) bool {
	a, b := plainWords(before), plainWords(now)
	if !slices.Equal(turning(a), turning(b)) {
		return false
	}
	if strings.Join(a, "") == strings.Join(b, "") {
		// Signs alone, such as ! and ?, are texts without letters.
		return len(a) > 0 || strings.TrimSpace(before) == strings.TrimSpace(now)
	}
	if len(a) != len(b) {
		return false
	}
	letters, changed := 0, 0
	for i := range a {
		longer := max(len(a[i]), len(b[i]))
		letters += longer
		if a[i] == b[i] {
			continue
		}
		if longer > maxWord || negated(a[i], b[i]) || negated(b[i], a[i]) {
			return false
		}
		d := errs.Edits(a[i], b[i])
		if d*wordShare > longer {
			return false
		}
		changed += d
	}
	return changed <= maxCorrection && changed*textShare <= letters
}

// maxWord keeps the comparison of two words cheap.
const maxWord = 60

// turning returns the words that turn a meaning round.
func turning(words []string) []string {
	var out []string
	for _, w := range words {
		if strings.ContainsFunc(w, unicode.IsDigit) || slices.Contains(negations, w) {
			out = append(out, w)
		}
	}
	return out
}

// negations are written as plainWords does.
var negations = []string{
	"khong", "chua", "chang", "cha", "dung", "khoi", "tru", "ngoai", "it", "nhieu",
	"not", "no", "non", "never", "none", "nobody", "nothing", "neither", "nor", "without", "except", "dont", "doesnt", "didnt", "isnt",
	"arent", "wasnt", "werent", "cant", "cannot", "wont", "less", "more",
}

// negated reports whether one word is the other with a negating prefix.
func negated(word, with string) bool {
	return slices.ContainsFunc([]string{"un", "dis", "in", "im", "ir", "il", "non"}, func(prefix string) bool { return with == prefix+word })
}

// plainWords splits a text into words of small letters and digits without
// diacritics. An apostrophe does not end a word.
func plainWords(s string) []string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		case r == 'đ':
			b.WriteByte('d')
		case unicode.IsLetter(r):
			b.WriteRune(plainLetter(r))
		case unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// plainLetter returns a letter without its marks. It knows the letters of
// Vietnamese and of western Europe; others stay as they are.
func plainLetter(r rune) rune {
	if r < 0x80 {
		return r
	}
	for _, family := range families {
		if strings.ContainsRune(family, r) {
			return rune(family[0])
		}
	}
	return r
}

var families = []string{
	"aàáảãạăằắẳẵặâầấẩẫậäåā", "eèéẻẽẹêềếểễệëē", "iìíỉĩịîïī", "oòóỏõọôồốổỗộơờớởỡợöøō", "uùúủũụưừứửữựûüū", "yỳýỷỹỵÿ", "cç", "nñ",
}
