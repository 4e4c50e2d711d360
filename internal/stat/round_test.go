package stat_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"hailong/internal/stat"
)

func TestFormatHalfUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value    float64
		decimals int
		want     string
	}{
		{84.085, 2, "84.09"}, // the float64 is 84.08499999999999374
		{84.0849999, 2, "84.08"},
		{1.005, 2, "1.01"},
		{2.675, 2, "2.68"},
		{0.125, 2, "0.13"},
		{99.995, 2, "100.00"},
		{9.995, 2, "10.00"},
		{100, 2, "100.00"},
		{0, 2, "0.00"},
		{0.004, 2, "0.00"},
		{0.005, 2, "0.01"},
		{-0.004, 2, "0.00"},
		{-0.005, 2, "-0.01"},
		{-2.5, 0, "-3"},
		{2.5, 0, "3"},
		{0.5, 0, "1"},
		{0.4, 0, "0"},
		{1e21, 1, "1000000000000000000000.0"},
		{1e-300, 3, "0.000"},
		{1.25, -4, "1"},
		{100.0 / 3, 2, "33.33"},
		{200.0 / 3, 2, "66.67"},
		{math.NaN(), 2, ""},
		{math.Inf(-1), 2, ""},
	}
	for _, tt := range tests {
		if got := stat.FormatHalfUp(tt.value, tt.decimals); got != tt.want {
			t.Errorf("FormatHalfUp(%v, %d): got %q, want %q", tt.value, tt.decimals, got, tt.want)
		}
	}
}

func TestRoundHalfUp(t *testing.T) {
	t.Parallel()
	if got := stat.RoundHalfUp(84.085, 2); got != 84.09 {
		t.Errorf("got %v, want 84.09", got)
	}
	if got := stat.RoundHalfUp(math.Inf(1), 2); !math.IsInf(got, 1) {
		t.Errorf("got %v, want +Inf", got)
	}
}

// FuzzFormatHalfUp compares with exact arithmetic on the shortest decimal.
func FuzzFormatHalfUp(f *testing.F) {
	for _, v := range []float64{84.085, -0.005, 99.995, 1e-9, 5e-324, math.MaxFloat64} {
		f.Add(v, 2)
	}
	f.Fuzz(func(t *testing.T, value float64, decimals int) {
		got := stat.FormatHalfUp(value, decimals)
		if math.IsNaN(value) || math.IsInf(value, 0) {
			if got != "" {
				t.Errorf("got %q for %v", got, value)
			}
			return
		}
		decimals = min(max(decimals, 0), 15)
		if _, fraction, _ := strings.Cut(got, "."); len(fraction) != decimals {
			t.Errorf("got %q, want %d decimals", got, decimals)
		}
		exact, _ := new(big.Rat).SetString(new(big.Float).SetFloat64(value).Text('g', -1))
		// big.Rat rounds halves away from zero.
		want := exact.FloatString(decimals)
		if strings.Trim(want, "-0.") == "" {
			want = strings.TrimPrefix(want, "-")
		}
		if got != want {
			t.Errorf("FormatHalfUp(%v, %d): got %q, want %q", value, decimals, got, want)
		}
	})
}
