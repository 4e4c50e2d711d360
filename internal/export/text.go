package export

import (
	"strings"
	"unicode/utf8"
)

// bom makes spreadsheets read a file as UTF-8.
const bom = "\ufeff"

// formulaStarts are the characters with which spreadsheets take a cell for a
// formula, or move it into the next one; the last four are the full-width forms
// that some read alike.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// unseen are the characters that may stand before a formula without showing.
const unseen = " \u00a0\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"

// isFormula reports whether a spreadsheet may take a text for a formula.
func isFormula(s string) bool {
	if s == "" || (s[0] < utf8.RuneSelf && s[0] > '@') { // a letter, nearly always
		return false
	}
	s = strings.TrimLeft(s, unseen)
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune(formulaStarts, r)
}

// appendCSV appends a text as one field of RFC 4180. A text that a spreadsheet
// might run gets an apostrophe in front, which makes it a text there; a person's
// words are never run on the analyst's machine.
func appendCSV(b []byte, s string) []byte {
	formula := isFormula(s)
	quote := false
	for i := 0; i < len(s) && !quote; i++ {
		c := s[i]
		quote = c == '"' || c == ',' || c == '\n' || c == '\r'
	}
	quote = quote || (s != "" && (s[0] == ' ' || s[len(s)-1] == ' '))
	if quote {
		b = append(b, '"')
	}
	if formula {
		b = append(b, '\'')
	}
	if !quote {
		return append(b, s...)
	}
	for {
		at := strings.IndexByte(s, '"')
		if at < 0 {
			return append(append(b, s...), '"')
		}
		b = append(append(b, s[:at+1]...), '"')
		s = s[at+1:]
	}
}

const hexDigits = "0123456789abcdef"

// appendJSON appends a text as a JSON string. Bytes that are not UTF-8 become
// U+FFFD, and the two line separators that break JavaScript are escaped.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			if c >= ' ' && c != '"' && c != '\\' {
				continue
			}
			b = append(b, s[start:i-1]...)
			b = appendEscape(b, c)
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
			i += size
			continue
		}
		b = append(b, s[start:i]...)
		switch r {
		case '\u2028', '\u2029':
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&15])
		default:
			b = append(b, `\ufffd`...)
		}
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	default:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
