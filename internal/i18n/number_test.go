package i18n

import (
	"math"
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		v        float64
		decimals int
		vi, en   string
	}{
		{0, 0, "0", "0"},
		{0, 2, "0,00", "0.00"},
		{1234.56, 2, "1.234,56", "1,234.56"},
		{84.09, 2, "84,09", "84.09"},
		{999, 0, "999", "999"},
		{1000, 0, "1.000", "1,000"},
		{-1234567.5, 1, "-1.234.567,5", "-1,234,567.5"},
		{math.Copysign(0, -1), 1, "0,0", "0.0"},
		{-0.04, 1, "0,0", "0.0"},
		{12, -3, "12", "12"},
		{math.NaN(), 2, Unknown, Unknown},
		{math.Inf(1), 2, Unknown, Unknown},
	}
	for _, tt := range tests {
		if got := Number("vi", tt.v, tt.decimals); got != tt.vi {
			t.Errorf("vi %v: got %q, want %q", tt.v, got, tt.vi)
		}
		if got := Number("en", tt.v, tt.decimals); got != tt.en {
			t.Errorf("en %v: got %q, want %q", tt.v, got, tt.en)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n      int64
		vi, en string
	}{
		{0, "0", "0"},
		{12, "12", "12"},
		{-1000, "-1.000", "-1,000"},
		{1234567, "1.234.567", "1,234,567"},
		{math.MinInt64, "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
	}
	for _, tt := range tests {
		if got := Int("vi", tt.n); got != tt.vi {
			t.Errorf("vi %d: got %q, want %q", tt.n, got, tt.vi)
		}
		if got := Int("en", tt.n); got != tt.en {
			t.Errorf("en %d: got %q, want %q", tt.n, got, tt.en)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	tests := []struct{ digits, vi, en string }{
		{"84.0900", "84,0900", "84.0900"},
		{"1234567.5", "1.234.567,5", "1,234,567.5"},
		{"-0.00", "0,00", "0.00"},
		{"-0.10", "-0,10", "-0.10"},
		{"", "", ""},
		{"1e9", "1e9", "1e9"},
		{"1.", "1.", "1."},
		{".5", ".5", ".5"},
		{"x", "x", "x"},
	}
	for _, tt := range tests {
		if got := Decimal("vi", tt.digits); got != tt.vi {
			t.Errorf("vi %q: got %q, want %q", tt.digits, got, tt.vi)
		}
		if got := Decimal("en", tt.digits); got != tt.en {
			t.Errorf("en %q: got %q, want %q", tt.digits, got, tt.en)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"1234.50", "-7", "", "-.", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, digits string) {
		got := Decimal("en", digits)
		back := strings.ReplaceAll(got, ",", "")
		if got != digits && back != digits && back != strings.TrimPrefix(digits, "-") {
			t.Errorf("Decimal(%q) = %q loses digits", digits, got)
		}
	})
}

func TestPercent(t *testing.T) {
	t.Parallel()
	tests := []struct{ got, want string }{
		{Percent("vi", 84.09, 2), "84,09\u00a0%"},
		{Percent("en", 84.09, 2), "84.09%"},
		{Percent("vi", math.NaN(), 2), Unknown},
		{WithPercent("en", Unknown), Unknown},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, got, want string }{
		{"vi day", Date("vi", "2026-03-05"), "05/03/2026"},
		{"en day", Date("en", "2026-03-05"), "5 March 2026"},
		{"no day", Date("en", "2026-02-30"), "2026-02-30"},
		{"empty day", Date("vi", ""), ""},
		{"vi month", Month("vi", "2026-03"), "tháng 3/2026"},
		{"en month", Month("en", "2026-03"), "March 2026"},
		{"month of a day", Month("en", "2026-12-31"), "December 2026"},
		{"no month", Month("vi", "2026-13"), "2026-13"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
