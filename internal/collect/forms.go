package collect

import (
	"strings"
	"time"
	"unicode"

	"hailong/internal/questionnaire"
)

// forms are the types of text that have a form of their own. Each takes a clean
// text and returns it in the form that is kept, or the code of a problem.
var forms = map[questionnaire.ItemType]func(string) (string, string){
	questionnaire.Email: email, questionnaire.Phone: phone,
	questionnaire.TaxCode: taxCode, questionnaire.DossierCode: dossierCode,
}

// maxEmail is how long an address may be that mail can be sent to (RFC 5321), in bytes.
const maxEmail = 254

// email takes one plausible address: whether it exists, only a mail can tell.
// Its domain is kept in small letters.
func email(s string) (string, string) {
	name, domain, ok := strings.Cut(s, "@")
	switch {
	case !ok || len(s) > maxEmail || name == "" || len(name) > 64:
		return "", "bad_email"
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		return "", "bad_email"
	case strings.ContainsFunc(name, func(r rune) bool { return !mailRune(r) }):
		return "", "bad_email"
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 || len(labels[len(labels)-1]) < 2 {
		return "", "bad_email"
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool {
				return r != '-' && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r)
			}) {
			return "", "bad_email"
		}
	}
	return name + "@" + strings.ToLower(domain), ""
}

// mailRune reports whether a character may stand before the @ of an address
// without quotes (RFC 5322, RFC 6531).
func mailRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r)
}

// phone takes a Vietnamese number as people write it: of a mobile telephone, 0
// and 9 digits that begin with 3, 5, 7, 8 or 9, or of a landline, 0 and 10 digits
// that begin with 2. It is kept as its digits.
func phone(s string) (string, string) {
	plus := strings.HasPrefix(s, "+")
	digits := without(strings.TrimPrefix(s, "+"), " .-()\u00a0\u2011")
	if !isDigits(digits) {
		return "", "bad_phone"
	}
	switch {
	case plus && strings.HasPrefix(digits, "84"), !plus && strings.HasPrefix(digits, "84") && len(digits) > 10:
		digits = "0" + strings.TrimPrefix(digits[2:], "0")
	case strings.HasPrefix(digits, "0084"):
		digits = "0" + strings.TrimPrefix(digits[4:], "0")
	case plus:
		return "", "bad_phone"
	}
	if len(digits) < 2 || digits[0] != '0' {
		return "", "bad_phone"
	}
	mobile := len(digits) == 10 && strings.IndexByte("35789", digits[1]) >= 0
	landline := len(digits) == 11 && digits[1] == '2'
	if !mobile && !landline {
		return "", "bad_phone"
	}
	return digits, ""
}

// taxWeights are what the first nine digits of a tax code count in its tenth.
var taxWeights = [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3}

// taxCode takes the tax code of an enterprise: ten digits, of which the last
// proves the others, and for a branch three more. It is kept as 0101234567 or
// 0101234567-001.
func taxCode(s string) (string, string) {
	digits := without(s, " .\u00a0")
	main, branch, dash := strings.Cut(strings.ReplaceAll(digits, "\u2011", "-"), "-")
	if !dash && len(main) == 13 {
		main, branch, dash = main[:10], main[10:], true
	}
	if !isDigits(main) || len(main) != 10 || dash && (!isDigits(branch) || len(branch) != 3 || branch == "000") {
		return "", "bad_tax_code"
	}
	sum := 0
	for i, weight := range taxWeights {
		sum += weight * int(main[i]-'0')
	}
	if 10-sum%11 != int(main[9]-'0') {
		return "", "bad_tax_check"
	}
	if dash {
		main += "-" + branch
	}
	return main, ""
}

// dossierCode takes the code of a dossier: the agency's code or the procedure's,
// groups of letters and digits with points between; the day of receipt, yymmdd;
// a number of 4 to 6 digits. The national rule fixes more than that, but offices
// differ, so that the form is taken leniently. It is kept in capital letters.
func dossierCode(s string) (string, string) {
	s = strings.ToUpper(without(s, " \u00a0"))
	parts := strings.Split(strings.ReplaceAll(s, "\u2011", "-"), "-")
	if len(parts) != 3 || len(s) > 60 {
		return "", "bad_dossier_code"
	}
	for group := range strings.SplitSeq(parts[0], ".") {
		if group == "" || strings.ContainsFunc(group, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
			return "", "bad_dossier_code"
		}
	}
	if _, err := time.Parse("060102", parts[1]); err != nil || !isDigits(parts[1]) {
		return "", "bad_dossier_code"
	}
	if n := len(parts[2]); !isDigits(parts[2]) || n < 4 || n > 6 {
		return "", "bad_dossier_code"
	}
	return strings.Join(parts, "-"), ""
}

// without returns a text without some characters.
func without(s, cutset string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(cutset, r) {
			return -1
		}
		return r
	}, s)
}

// isDigits reports whether a text is digits, 0 to 9, and nothing else.
func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
