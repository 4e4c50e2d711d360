package importer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/logic"
)

const maxName = 40 // characters of an id, a code, a slug

// plain returns a text in small letters a to z, digits and sep: diacritics are
// left out, every run of other characters is one sep, none at the ends.
func plain(s string, sep byte) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r == 'đ':
			r = 'd'
		case unicode.Is(unicode.Mn, r):
			continue
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte(sep)
			}
			b.WriteRune(r)
			gap = false
		} else {
			gap = true
		}
	}
	return b.String()
}

// idOf makes an id of a name: a letter first, then letters, digits and _.
func idOf(name, otherwise string) string {
	if isID(name) {
		return name
	}
	id := plain(name, '_')
	if id == "" {
		id = otherwise
	}
	if id[0] < 'a' || id[0] > 'z' {
		id = "q_" + id
	}
	return strings.TrimRight(id[:min(len(id), maxName)], "_")
}

func isID(s string) bool {
	return wordOf(s, func(c byte, first bool) bool { return c >= 'a' && c <= 'z' || !first && (isDigit(c) || c == '_') })
}

// isCode reports whether a code may stay as it is.
func isCode(s string) bool {
	return wordOf(s, func(c byte, first bool) bool {
		return c >= 'a' && c <= 'z' || isDigit(c) || !first && (c == '_' || c == '-')
	})
}

func wordOf(s string, ok func(c byte, first bool) bool) bool {
	for i := range len(s) {
		if !ok(s[i], i == 0) {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// codeOf makes a code of an option's name.
func codeOf(name, otherwise string) string {
	if isCode(name) {
		return name
	}
	code := plain(name, '_')
	if strings.HasPrefix(name, "-") && code != "" && isDigit(code[0]) {
		code = "minus_" + code // -1 is not 1
	}
	if code == "" {
		code = otherwise
	}
	return strings.TrimRight(code[:min(len(code), maxName)], "_")
}

// slugOf makes the name of a survey.
func slugOf(name string) string {
	slug := plain(name, '-')
	slug = strings.TrimRight(slug[:min(len(slug), maxName)], "-")
	if slug == "" {
		return "imported"
	}
	return slug
}

// columns are ids that columns of the exports, links or conditions have already.
var columns = []string{
	"survey", "version", "wave", "agency", "agency_name", "agency_level", "resolver", "channel", "service", "counter", "lang", "today",
	"day", "seconds", "consent", "dropped", "flags", "repeat", "rated_agency", "fast",
}

// parameters are names that the parameters of links have already.
var parameters = []string{"t", "q", "within", "page", "go", "seen", "key"}

// takenCodes are codes that mean a missing answer.
var takenCodes = []string{"dont_know", "refused", "not_applicable", "skipped", "not_asked", "answered"}

// ids gives out names, each once.
type ids map[string]bool

// take returns id, or with a number behind it if it is taken. with is what else
// must be free behind the id, such as _other.
func (s ids) take(id string, with ...string) string {
	if slices.Contains(columns, id) || logic.Reserved(id) || id == "true" || id == "false" {
		id += "_item"
	}
	try := id
	for n := 2; !s.free(try, with); n++ {
		end := fmt.Sprintf("_%d", n)
		try = id[:min(len(id), maxName-len(end))] + end
	}
	s[try] = true
	for _, w := range with {
		s[try+w] = true
	}
	return try
}

func (s ids) free(id string, with []string) bool {
	return !s[id] && !slices.ContainsFunc(with, func(w string) bool { return s[id+w] })
}

// clip returns at most n characters of a text.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}

// visible returns a text in one line without characters that do things to a terminal.
func visible(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == ' ' || r == '\u2028' || r == '\u2029' }), " ")
}
