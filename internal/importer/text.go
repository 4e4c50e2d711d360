package importer

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// texts is a text by language tag. Within it, \x01name\x02 stands for the answer
// to the question with that name in the source.
type texts map[string]string

const (
	pipeOpen  = '\x01'
	pipeClose = '\x02'
)

// longest is the most characters that are kept of one text.
const longest = 4000

// clean returns a text as it can stand in our files: UTF-8 without characters
// that can't be shown, at most [longest] characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == utf8.RuneError || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
	return clip(strings.TrimSpace(s), longest)
}

var (
	hidden    = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)\s*>|<!--.*?-->`)
	anyTag    = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)
	breaks    = regexp.MustCompile(`(?i)<br\s*/?>`)
	paragraph = regexp.MustCompile(`(?i)</?(p|div|ul|ol|h[1-6]|table|tr)(\s[^<>]*)?>`)
	bullet    = regexp.MustCompile(`(?i)<li(\s[^<>]*)?>`)
	bold      = regexp.MustCompile(`(?is)<(b|strong)(?:\s[^<>]*)?>([^<>\n]*)</(?:b|strong)>`)
	italic    = regexp.MustCompile(`(?is)<(i|em)(?:\s[^<>]*)?>([^<>\n]*)</(?:i|em)>`)
	anchor    = regexp.MustCompile(`(?is)<a\s[^<>]*href\s*=\s*["'](https?://[^"'\s<>()]+)["'][^<>]*>([^<>\n]*)</a>`)
	blanks    = regexp.MustCompile(`[ \t\x{00a0}]+`)
	lines     = regexp.MustCompile(` ?\n ?`)
	newlines  = regexp.MustCompile(`\n{3,}`)
)

// unmarked takes the HTML out of a text that is shown as it is.
func unmarked(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	text := hidden.ReplaceAllString(s, "")
	text = breaks.ReplaceAllString(text, "\n")
	text = paragraph.ReplaceAllString(text, "\n")
	text = bullet.ReplaceAllString(text, "\n– ")
	text = html.UnescapeString(anyTag.ReplaceAllString(text, ""))
	return tidy(text)
}

var (
	embedded = regexp.MustCompile(`(?i)<(img|video|audio|iframe|object|embed|svg|canvas|table|input|form|script)\b`)
	styled   = regexp.MustCompile(`(?i)<(b|strong|i|em|u|a|span|font|h[1-6]|ul|ol|sub|sup)\b`)
)

// look notes what a text loses that is more than paragraphs, for tell.
func (f *form) look(s string, plain bool) {
	for _, m := range embedded.FindAllStringSubmatch(s, 10) {
		f.lost(strings.ToLower(m[1]) + " in a text is left out")
	}
	if plain && styled.MatchString(s) {
		f.lost("formatting of a text is left out")
	}
}

func (f *form) lost(what string) {
	if !slices.Contains(f.losses, what) {
		f.losses = append(f.losses, what)
	}
}

// tell notes at an entry what its texts lost.
func (f *form) tell(e *Entry) {
	for _, what := range f.losses {
		if strings.HasPrefix(what, "formatting") {
			e.note("%s", what)
		} else {
			e.change("%s", what)
		}
	}
	f.losses = nil
}

// markdown turns HTML into the Markdown of notes and helps.
func markdown(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	s = hidden.ReplaceAllString(s, "")
	s = bold.ReplaceAllStringFunc(s, func(m string) string { return around("**", bold.FindStringSubmatch(m)[2]) })
	s = italic.ReplaceAllStringFunc(s, func(m string) string { return around("*", italic.FindStringSubmatch(m)[2]) })
	s = anchor.ReplaceAllString(s, "[$2]($1)")
	s = breaks.ReplaceAllString(s, "\n")
	s = paragraph.ReplaceAllString(s, "\n\n")
	s = bullet.ReplaceAllString(s, "\n- ")
	return tidy(html.UnescapeString(anyTag.ReplaceAllString(s, "")))
}

func around(mark, s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	return mark + strings.TrimSpace(s) + mark
}

// tidy leaves single spaces and at most one empty line.
func tidy(s string) string {
	s = clean(s)
	s = blanks.ReplaceAllString(s, " ")
	s = lines.ReplaceAllString(s, "\n")
	return strings.TrimSpace(newlines.ReplaceAllString(s, "\n\n"))
}

// pipes replaces what find finds, whose first group is a name of the source, by
// the mark of an answer.
func pipes(s string, find *regexp.Regexp) string {
	return find.ReplaceAllString(s, string(pipeOpen)+"$1"+string(pipeClose))
}

var marked = regexp.MustCompile("\x01([^\x01\x02]*)\x02")

// piped lists the names whose answers stand in a text.
func (t texts) piped() []string {
	var names []string
	for _, lang := range sortedKeys(t) {
		for _, m := range marked.FindAllStringSubmatch(t[lang], -1) {
			names = append(names, m[1])
		}
	}
	return names
}
