package collect

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// maxFree is how long a text is that has no limit of its own: a parameter, or
// what is written beside an option. In characters.
const maxFree = 200

// words takes a text of an item, in the form that its type keeps.
func (c *Checker) words(it *questionnaire.Item, sent *Value, a *response.Answer) (string, map[string]any) {
	if form, ok := forms[it.Type]; ok {
		code, args := free(sent, 0, maxFree, a)
		if code != "" || a.State != response.Answered {
			return code, args
		}
		a.Words, code = form(a.Words)
		return code, nil
	}
	if it.Type == questionnaire.Hidden {
		return free(sent, 0, maxFree, a)
	}
	code, args := free(sent, it.MinChars, it.MaxChars, a)
	if code == "" && a.State == response.Answered && !it.Fits(a.Words) {
		return "bad_pattern", map[string]any{"message": it.Message.In(c.world.lang(c.q))}
	}
	return code, args
}

// free takes a text of so many characters; nothing is taken of one without any
// to read.
func free(sent *Value, least, most int, a *response.Answer) (string, map[string]any) {
	if sent.Kind != String {
		return "wrong_type", nil
	}
	if !utf8.ValidString(sent.Text) {
		return "invalid_text", nil
	}
	text := clean(sent.Text)
	if !legible(text) {
		return "", nil
	}
	switch n := utf8.RuneCountInString(text); {
	case n > most:
		return "too_long", map[string]any{"max": most, "length": n}
	case n < least:
		return "text_too_short", map[string]any{"min": least, "length": n}
	}
	*a = response.Answer{State: response.Answered, Words: text}
	return "", nil
}

// parameter returns what the link says for a hidden item, or its own value; nil
// when there is neither.
func (c *Checker) parameter(it *questionnaire.Item) *Value {
	text := c.in.Parameters[it.ID]
	if !legible(text) {
		text = it.Value
	}
	if text == "" {
		return nil
	}
	return &Value{Kind: String, Text: text}
}

// legible reports whether a text has anything to read: not only spaces and
// characters without a shape, such as zero-width ones.
func legible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) })
}

// clean brings a text to one form: NFC, line feeds only, no control characters
// or inlegible marks that turn the direction of text around, no space at either end.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0xFEFF:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}
