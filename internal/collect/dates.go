package collect

import (
	"slices"
	"strings"
	"time"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// date takes a day as 2026-03-31 or a month as 2026-03, between the item's limits.
func (c *Checker) date(v *questionnaire.Variable, sent *Value, a *response.Answer) (string, map[string]any) {
	if sent.Kind != String {
		return "wrong_type", nil
	}
	text := strings.TrimSpace(sent.Text)
	if text == "" {
		return "", nil
	}
	parse, bad, early, late := questionnaire.ParseDay, "bad_date", "date_too_early", "date_too_late"
	if v.Kind == questionnaire.Months {
		parse, bad, early, late = questionnaire.ParseMonth, "bad_month", "month_too_early", "month_too_late"
	}
	n, ok := parse(text)
	if !ok {
		return bad, nil
	}
	if limit, ok := c.limit(v, v.Item.Earliest); ok && n < limit {
		return early, dayArgs(v, limit)
	}
	if limit, ok := c.limit(v, v.Item.Latest); ok && n > limit {
		return late, dayArgs(v, limit)
	}
	*a = response.Answer{State: response.Answered, Amount: int64(n)}
	return "", nil
}

// limit returns a limit of an item, as the distance that answers are kept as;
// false when there is none.
func (c *Checker) limit(v *questionnaire.Variable, text string) (float64, bool) {
	switch {
	case text == "":
		return 0, false
	case text != questionnaire.Today && v.Kind == questionnaire.Months:
		return questionnaire.ParseMonth(text)
	case text != questionnaire.Today:
		return questionnaire.ParseDay(text)
	case v.Kind == questionnaire.Months:
		today := c.world.Day.Date()
		return float64((today.Year()-2000)*12 + int(today.Month()) - 1), true
	}
	return float64(c.world.Day), true
}

// dayArgs fills the message of a limit.
func dayArgs(v *questionnaire.Variable, limit float64) map[string]any {
	if v.Kind == questionnaire.Months {
		return map[string]any{"month": monthText(limit)}
	}
	return map[string]any{"day": dayText(limit)}
}

// dayText writes a day, given as its distance from 2000-01-01, as 2026-03-31.
func dayText(n float64) string {
	return response.Day(0).Date().AddDate(0, 0, int(n)).Format(time.DateOnly)
}

// monthText writes a month, given as its distance from 2000-01, as 2026-03.
func monthText(n float64) string { return dayText(questionnaire.FirstDay(n))[:len("2026-03")] }

// written turns a day or month that people write, day first as in Viet Nam
// (31/3/2026, 31-03-2026, 3/2026), or with the year first, into 2026-03-31 or
// 2026-03. Anything else is returned as it is, for the check to say so.
func written(kind questionnaire.VariableKind, text string) string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/-. \u00a0\t", r) })
	for _, part := range parts {
		if !isDigits(part) || len(part) > 4 {
			return text
		}
	}
	wanted := 3
	if kind == questionnaire.Months {
		wanted = 2
	}
	if len(parts) != wanted {
		return text
	}
	if len(parts[0]) < 4 {
		slices.Reverse(parts)
	}
	if len(parts[0]) != 4 {
		return text
	}
	for i := 1; i < len(parts); i++ {
		switch len(parts[i]) {
		case 1:
			parts[i] = "0" + parts[i]
		case 2:
		default:
			return text
		}
	}
	return strings.Join(parts, "-")
}
