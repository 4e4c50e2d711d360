package questionnaire

import "time"

// Today is what Earliest and Latest say for the day of the response.
const Today = "today"

// The years that dates may have.
const (
	firstYear = 1900
	lastYear  = 2199
)

// ParseDay reads a day as YYYY-MM-DD and returns its distance from 2000-01-01
// in days, as answers to items of type date are kept; false for what is no day
// of the years 1900 to 2199.
func ParseDay(text string) (days float64, ok bool) {
	day, ok := parseTime(text, time.DateOnly)
	return float64(day.Unix()/86_400 - epoch), ok
}

// ParseMonth reads a month as YYYY-MM and returns its distance from 2000-01 in
// months, as answers to items of type month are kept; false for what is no
// month of the years 1900 to 2199.
func ParseMonth(text string) (months float64, ok bool) {
	day, ok := parseTime(text, "2006-01")
	return float64((day.Year()-2000)*12 + int(day.Month()-time.January)), ok
}

// epoch is 2000-01-01 in days since 1970-01-01.
const epoch = 10_957

func parseTime(text, layout string) (time.Time, bool) {
	day, err := time.Parse(layout, text)
	return day, err == nil && day.Year() >= firstYear && day.Year() <= lastYear
}

// FirstDay returns the first day of a month, both as distances from 2000-01.
func FirstDay(month float64) float64 {
	first := time.Date(2000, time.January+time.Month(int(month)), 1, 0, 0, 0, 0, time.UTC)
	return float64(first.Unix()/86_400 - epoch)
}
