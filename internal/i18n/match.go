package i18n

import "golang.org/x/text/language"

// maxWish is the longest language wish that is looked at. Real headers have a
// few dozen characters; the rest is somebody's experiment.
const maxWish = 256

var matcher = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// Match returns the program's language that suits a visitor best. The wishes
// come in order of weight, each a language tag or the value of an
// Accept-Language header; empty ones are passed over. What nobody here speaks
// is answered in Vietnamese.
func Match(preferred ...string) string {
	for _, wish := range preferred {
		if wish == "" || len(wish) > maxWish {
			continue
		}
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		// Only the index is used: the tag that comes back carries extensions
		// of the wish, and is not one of ours any more.
		_, index, confidence := matcher.Match(tags...)
		if confidence >= language.High {
			return Languages()[index]
		}
	}
	return Vietnamese
}
