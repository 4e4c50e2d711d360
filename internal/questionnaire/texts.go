package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hailong/internal/yamlfile"
)

// text checks that a text is there in every language, and in no other. Without
// the first language it is a mistake, without another one a warning.
func (b *builder) text(t Text, at string) Text {
	if len(t) == 0 {
		return nil
	}
	text := make(Text, len(t))
	for i, lang := range b.languages {
		if t[lang] != "" {
			text[lang] = t[lang]
		} else if !b.Unread(yamlfile.Join(at, lang)) {
			b.lacksLanguage(i, at, fmt.Sprintf("the text is missing in language %q", lang), fmt.Sprintf("add %s:", lang))
		}
	}
	hasGap := false
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		hasGap = hasGap || strings.Contains(t[lang], gapStart)
		if !slices.Contains(b.languages, lang) {
			b.At(yamlfile.Join(at, lang), fmt.Sprintf("the language %q is not one of the survey's languages", lang), "add it to languages:, or leave the text out")
		}
	}
	if hasGap {
		b.gaps = append(b.gaps, gap{text, at})
	}
	return text
}

// lacksLanguage tells that something is missing in a language, by its number.
func (b *builder) lacksLanguage(number int, at, message, cure string) {
	if number == 0 {
		b.At(at, message, cure)
		return
	}
	b.Warn(at, message, cure)
	b.untranslated = true
}

// needed is a text that must be there.
func (b *builder) needed(t Text, at, key string) Text {
	path := yamlfile.Join(at, key)
	if len(t) == 0 && !b.Unread(at) && !b.Unread(path) {
		b.At(path, key+" is missing", "add "+key+":")
	}
	return b.text(t, path)
}

// standard returns the program's own words in the survey's languages. Where it
// has none, as in a language it does not know, the file must say them by a key.
func (b *builder) standard(words Text, at, what, cure string) Text {
	label := Text{}
	for i, lang := range b.languages {
		s, ok := words[lang]
		if base, _, found := strings.Cut(lang, "-"); !ok && found {
			s, ok = words[base]
		}
		if ok {
			label[lang] = s
		} else if words != nil {
			b.lacksLanguage(i, at, fmt.Sprintf("%s in language %q", what, lang), cure)
		}
	}
	return label
}

// or is a text of the file, or the program's own words where the file has none.
func (b *builder) or(t Text, at, key string) Text {
	if len(t) > 0 {
		return b.text(t, yamlfile.Join(at, key))
	}
	return b.standard(standardWords[key], at, "there are no standard words for "+key, "add "+key+":")
}

// standardMissing are the labels of missing codes that a file does not label.
var standardMissing = map[string]Text{
	DontKnow:      {"vi": "Không biết", "en": "Don’t know"},
	Refused:       {"vi": "Không muốn trả lời", "en": "Prefer not to answer"},
	NotApplicable: {"vi": "Không áp dụng với tôi", "en": "Does not apply to me"},
}

// standardWords are other words that a file need not say, by their keys; yes
// and no are option codes.
var standardWords = map[string]Text{
	"yes":     {"vi": "Có", "en": "Yes"},
	"no":      {"vi": "Không", "en": "No"},
	"low":     {"vi": "Hoàn toàn không", "en": "Not at all likely"},
	"high":    {"vi": "Chắc chắn có", "en": "Extremely likely"},
	"agree":   {"vi": "Tôi đồng ý", "en": "I agree"},
	"decline": {"vi": "Tôi không đồng ý", "en": "I do not agree"},
	"refused": {"vi": "Cảm ơn ông/bà. Không có thông tin nào được lưu lại.", "en": "Thank you. Nothing was stored."},
}

// consent is what the respondent agrees to, nil when nothing is asked.
func (b *builder) consent() *Consent {
	f := b.file.Consent
	if f == nil {
		return nil
	}
	const at = "consent"
	return &Consent{
		Title: b.text(f.Title, at+".title"), Text: b.text(f.Text, at+".text"),
		Agree:   b.or(f.Agree, at, "agree"),
		Decline: b.or(f.Decline, at, "decline"),
		Refused: b.or(f.Refused, at, "refused"),
	}
}
