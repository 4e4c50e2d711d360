package questionnaire

import (
	"testing"
	"time"
)

func TestParseDay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"2000-01-01": 0, "2000-01-02": 1, "1999-12-31": -1, "2026-03-31": 9586, "1900-01-01": -36524, "2199-12-31": 73048, "2024-02-29": 8825,
	} {
		if got, ok := ParseDay(text); !ok || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "today", "2026-02-29", "2026-13-01", "2026-1-1", "1899-12-31", "2200-01-01", "31/03/2026", "2026-03", "2026-03-31 ", "+2026-03-31"} {
		if got, ok := ParseDay(text); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestParseMonth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"2000-01": 0, "1999-12": -1, "2026-03": 314, "1900-01": -1200, "2199-12": 2399} {
		if got, ok := ParseMonth(text); !ok || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "today", "2026-00", "2026-13", "2026-3", "1899-12", "2200-01", "2026-03-01"} {
		if got, ok := ParseMonth(text); ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// Conditions see a month as its first day.
func TestFirstDay(t *testing.T) {
	t.Parallel()
	for month := -1200.0; month < 2400; month++ {
		day := time.Date(1900, time.January, 1, 0, 0, 0, 0, time.UTC).AddDate(0, int(month)+1200, 0).Format(time.DateOnly)
		want, ok := ParseDay(day)
		if got := FirstDay(month); !ok || got != want {
			t.Fatalf("%v: got %v, want %v, which is %s", month, got, want, day)
		}
	}
}
