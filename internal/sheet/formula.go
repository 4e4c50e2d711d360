package sheet

import (
	"strings"
	"unicode/utf8"
)

// formulaStarts are the characters with which spreadsheets take a cell for a
// formula, or move it into the next one; the last four are the full-width forms
// that some read alike.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// unseen are the characters that may stand before a formula without showing.
const unseen = " \u00a0\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"

// IsFormula reports whether a spreadsheet may take a text in a CSV file for a
// formula.
func IsFormula(s string) bool {
	if s == "" || (s[0] < utf8.RuneSelf && s[0] > '@') { // a letter, nearly always
		return false
	}
	s = strings.TrimLeft(s, unseen)
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune(formulaStarts, r)
}

// Guard puts an apostrophe before a text that a spreadsheet might run, which
// makes it a text there: a person's words are never run on another's machine.
func Guard(s string) string {
	if IsFormula(s) {
		return "'" + s
	}
	return s
}

// Unguard takes the apostrophe of [Guard] away.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && IsFormula(rest) {
		return rest
	}
	return s
}
