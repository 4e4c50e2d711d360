package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	tagged  = regexp.MustCompile(`\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$`)
	tagForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// languageNames are names of languages, in English and in the language itself,
// as they stand in files that name no tag. Diacritics are left out.
var languageNames = map[string]string{
	"vietnamese": "vi", "tieng viet": "vi", "viet": "vi", "viet nam": "vi", "vietnam": "vi", "kinh": "vi", "vn": "vi",
	"english": "en", "anglais": "en", "ingles": "en", "tieng anh": "en", "eng": "en",
	"french": "fr", "francais": "fr", "spanish": "es", "espanol": "es", "portuguese": "pt",
	"german": "de", "deutsch": "de", "dutch": "nl", "nederlands": "nl", "italian": "it", "italiano": "it",
	"chinese": "zh", "mandarin": "zh", "cantonese": "yue", "japanese": "ja", "korean": "ko", "tieng trung": "zh",
	"khmer": "km", "cambodian": "km", "lao": "lo", "laotian": "lo", "thai": "th", "burmese": "my", "myanmar": "my",
	"hmong": "hmn", "mong": "hmn", "tay": "tyz", "nung": "nut", "muong": "mtq", "cham": "cjm", "ede": "rad", "rade": "rad", "jarai": "jra", "bahnar": "bdq",
	"indonesian": "id", "bahasa": "id", "bahasa indonesia": "id", "malay": "ms", "filipino": "fil", "tagalog": "tl", "tetum": "tet",
	"arabic": "ar", "russian": "ru", "ukrainian": "uk", "turkish": "tr", "polish": "pl", "romanian": "ro", "greek": "el", "hebrew": "he",
	"hindi": "hi", "bengali": "bn", "bangla": "bn", "nepali": "ne", "urdu": "ur", "tamil": "ta", "sinhala": "si", "telugu": "te", "marathi": "mr", "punjabi": "pa",
	"persian": "fa", "farsi": "fa", "dari": "prs", "pashto": "ps", "kurdish": "ku", "uzbek": "uz", "kazakh": "kk", "mongolian": "mn",
	"swahili": "sw", "kiswahili": "sw", "amharic": "am", "somali": "so", "hausa": "ha", "yoruba": "yo", "zulu": "zu", "kinyarwanda": "rw",
	"chichewa": "ny", "creole": "ht", "haitian creole": "ht", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "hungarian": "hu",
	"de-informal": "de", "es-mx": "es-MX", "zh-hans": "zh-Hans", "zh-hant-tw": "zh-Hant", "zh-hant-hk": "zh-Hant",
}

// tags gives every language name of a source its BCP 47 tag.
type tags struct {
	byName map[string]string
	order  []string // of tags, as they were first asked for
	guess  string   // tag of texts that have no language
	own    int      // tags given out for unknown names
}

// tag returns the tag of a name such as "Tiếng Việt (vi)", "English" or "de-informal".
func (t *tags) tag(name string) string {
	if tag, ok := t.byName[name]; ok {
		return tag
	}
	tag := tagOf(name)
	if tag == "" { // local use
		tag = "qa" + string(rune('a'+t.own%26))
		t.own++
	}
	if t.byName == nil {
		t.byName = map[string]string{}
	}
	t.byName[name] = tag
	if !slices.Contains(t.order, tag) {
		t.order = append(t.order, tag)
	}
	return tag
}

// tagOf returns the tag of a language's name, empty for an unknown one.
func tagOf(name string) string {
	if m := tagged.FindStringSubmatch(name); m != nil {
		return canonicalTag(m[1])
	}
	words := plain(name, ' ')
	if tag, ok := languageNames[words]; ok {
		return tag
	}
	if tag, ok := languageNames[strings.ReplaceAll(words, " ", "-")]; ok {
		return tag
	}
	name = strings.TrimSpace(name)
	tag := canonicalTag(name)
	if first, _, _ := strings.Cut(tag, "-"); len(first) == 2 && tagForm.MatchString(tag) {
		return tag
	}
	return ""
}

// canonicalTag writes a tag as BCP 47 recommends: en, zh-Hant, pt-BR.
func canonicalTag(tag string) string {
	parts := strings.Split(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	for i, p := range parts[1:] {
		switch len(p) {
		case 2:
			parts[i+1] = strings.ToUpper(p)
		case 4:
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "-")
}

// vietnamese are letters that Vietnamese has and its neighbours on keyboards don't.
const vietnamese = "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"

// vietnameseWords are words that nearly every Vietnamese form has.
var vietnameseWords = []string{"không", "và", "của", "là", "ông", "bà", "gì", "tên", "ngày", "tháng", "năm"}

// guessLanguage tells Vietnamese from English, for texts that don't say it.
func guessLanguage(text string) string {
	text = strings.ToLower(text)
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	if strings.ContainsAny(text, vietnamese) || slices.ContainsFunc(words, func(w string) bool { return slices.Contains(vietnameseWords, w) }) {
		return "vi"
	}
	return "en"
}
