package index

import (
	"time"

	"hailong/internal/figure"
)

// firstDay returns the first day of a calendar period, nothing for others.
func firstDay(period string) string {
	first, _, _ := figure.Days(period)
	return first
}

// lastDay returns the last day of a calendar period, nothing for others.
func lastDay(period string) string {
	_, last, _ := figure.Days(period)
	return last
}

// dayAfter returns the day after a day, nothing for what is no day.
func dayAfter(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// open reports whether the span has no ends.
func (s Span) open() bool { return s.From == "" && s.To == "" }

// has reports whether a period that begins on a day is in the span: it begins no
// sooner than From, and no later than To ends.
func (s Span) has(day string) bool {
	return (s.From == "" || day >= firstDay(s.From)) && (s.To == "" || day <= lastDay(s.To))
}

// timeless reports whether the method is the same in all periods, so that it need
// not be known when a wave was.
func (x *Index) timeless() bool {
	for _, i := range x.Indicators {
		if !i.Span.open() {
			return false
		}
	}
	return x.Periods.open()
}

// regimes returns a day for each of the spells of time that the method has
// different indicators in.
func (x *Index) regimes() []string {
	days := []string{"0001-01-01"}
	if x.Periods.From != "" {
		days[0] = firstDay(x.Periods.From)
	}
	for _, i := range x.Indicators {
		for _, day := range []string{firstDay(i.Span.From), dayAfter(lastDay(i.Span.To))} {
			if day != "" && x.Periods.has(day) {
				days = append(days, day)
			}
		}
	}
	return days
}

// BreakAt returns the break that begins a new series with a period, nil without.
func (x *Index) BreakAt(period string) *Break {
	for i := range x.Breaks {
		if x.Breaks[i].Period == period {
			return &x.Breaks[i]
		}
	}
	return nil
}

// BreaksBetween returns the breaks after a first period and up to a second: with
// any of them values of the two can't be compared. Of periods that are not of the
// calendar only the second itself is looked at.
func (x *Index) BreaksBetween(first, second string) []Break {
	var list []Break
	from, to := firstDay(first), firstDay(second)
	for _, b := range x.Breaks {
		day := firstDay(b.Period)
		if b.Period == second && first != second || day != "" && from != "" && from < day && day <= to {
			list = append(list, b)
		}
	}
	return list
}
