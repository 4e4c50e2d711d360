package i18n

import (
	"fmt"
	"time"
)

// Date writes a day that is given as YYYY-MM-DD: 05/03/2026 in Vietnamese,
// 5 March 2026 in English. Anything else is returned as it is.
func Date(lang, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	if lang == English {
		return t.Format("2 January 2006")
	}
	return t.Format("02/01/2006")
}

// Month writes a month that is given as YYYY-MM or by one of its days: tháng
// 3/2026 in Vietnamese, March 2026 in English. Anything else is returned as it
// is.
func Month(lang, month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, month); err != nil {
			return month
		}
	}
	if lang == English {
		return t.Format("January 2006")
	}
	return fmt.Sprintf("tháng %d/%d", t.Month(), t.Year())
}
