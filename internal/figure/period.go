package figure

import (
	"strconv"
	"strings"
	"time"
)

// Days returns the first and the last day (YYYY-MM-DD) of a period that is a
// year (2026), a quarter (2026-Q3) or a month (2026-11), and false for any other
// text, such as the id of a wave, whose days only its survey knows.
func Days(period string) (first, last string, ok bool) {
	year, rest, parted := strings.Cut(period, "-")
	if len(year) != 4 || !allDigits(year) || year == "0000" {
		return "", "", false
	}
	from, months := 1, 12
	if parted {
		from, months = part(rest)
		if from == 0 {
			return "", "", false
		}
	}
	number, err := strconv.Atoi(year)
	if err != nil {
		return "", "", false
	}
	start := time.Date(number, time.Month(from), 1, 0, 0, 0, 0, time.UTC)
	end := start.AddDate(0, months, -1)
	return start.Format(time.DateOnly), end.Format(time.DateOnly), true
}

// part returns the first month of a quarter or month, and how many it has; 0 for
// what is neither.
func part(text string) (from, months int) {
	if len(text) != 2 || text[1] < '0' || text[1] > '9' {
		return 0, 0
	}
	digit := int(text[1] - '0')
	switch {
	case text[0] == 'Q' && 1 <= digit && digit <= 4:
		return 3*digit - 2, 3
	case text[0] == '0' && digit >= 1:
		return digit, 1
	case text[0] == '1' && digit <= 2:
		return 10 + digit, 1
	}
	return 0, 0
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// meant returns the period that a text with a slip probably means: 2026-7, q3
// 2026, 07/2026, quý 3/2026. It is empty when the text looks like no period.
func meant(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" -/._", r) })
	var year, rest string
	quarter := false
	for _, field := range fields {
		switch {
		case len(field) == 4 && allDigits(field):
			year = field
		case field == "quý", field == "quy", field == "q":
			quarter = true
		case field == "tháng", field == "thang", field == "năm", field == "nam":
		default:
			trimmed := strings.TrimLeft(field, "qt")
			quarter = quarter || strings.HasPrefix(field, "q")
			if rest != "" || !allDigits(trimmed) || len(trimmed) > 2 {
				return ""
			}
			rest = trimmed
		}
	}
	period := year
	switch {
	case rest != "" && quarter:
		period += "-Q" + strings.TrimLeft(rest, "0")
	case rest != "":
		period += "-" + strings.Repeat("0", 2-len(rest)) + rest
	}
	if _, _, ok := Days(period); !ok {
		return ""
	}
	return period
}
