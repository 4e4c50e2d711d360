package i18n

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collator returns a comparison of names in the order of a language's
// dictionaries, with numbers inside names by value (Quận 2 before Quận 10). The
// function belongs to the caller and must not be shared between goroutines.
func Collator(lang string) func(a, b string) int {
	tag := language.Vietnamese
	if lang == English {
		tag = language.English
	}
	return collate.New(tag, collate.Numeric).CompareString
}
