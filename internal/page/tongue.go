package page

import (
	"strings"

	"hailong/internal/questionnaire"
)

// tongues are the names of languages in themselves: those that people in Việt
// Nam are asked in.
var tongues = map[string]string{
	"vi": "Tiếng Việt", "en": "English", "fr": "Français", "de": "Deutsch", "es": "Español", "pt": "Português", "it": "Italiano",
	"ru": "Русский", "uk": "Українська", "pl": "Polski", "cs": "Čeština", "nl": "Nederlands",
	"zh": "中文", "ja": "日本語", "ko": "한국어", "th": "ไทย", "lo": "ລາວ", "km": "ខ្មែរ", "id": "Bahasa Indonesia", "ms": "Bahasa Melayu",
	"tyz": "Tày", "nut": "Nùng", "mtq": "Mường", "blt": "Thái", "hmn": "Hmoob", "hmv": "Hmoob", "cjm": "Chăm",
	"rad": "Êđê", "jra": "Jrai", "bdq": "Bahnar", "sed": "Sedang", "hre": "Hrê", "kpm": "K’Ho", "bru": "Bru",
}

// tongue is the name of a language in itself, or its tag.
func tongue(tag string) string {
	if name, ok := tongues[tag]; ok {
		return name
	}
	base, _, _ := strings.Cut(tag, "-")
	if name, ok := tongues[base]; ok {
		return name + " (" + tag + ")"
	}
	return tag
}

// otherTongues lists the languages of a questionnaire but one, by their tags
// with their names.
func otherTongues(q *questionnaire.Questionnaire, but string) []Field {
	var others []Field
	for _, tag := range q.Languages {
		if tag != but {
			others = append(others, Field{Name: tongue(tag), Value: tag})
		}
	}
	return others
}
