package stat_test

import (
	"testing"

	"hailong/internal/stat"
)

func TestMomentsUndefined(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values []stat.Wide
		counts []int64
	}{
		{"nothing", nil, nil},
		{"no answers", fivePoints, make([]int64, 5)},
		{"lengths differ", fivePoints, []int64{1}},
		{"negative count", fivePoints, []int64{3, 0, 0, 0, -1}},
	}
	for _, tt := range tests {
		if got, ok := stat.MomentsOf(tt.values, tt.counts); ok {
			t.Errorf("%s: got %v, want undefined", tt.name, got)
		}
	}
	one, ok := stat.MomentsOf(fivePoints, []int64{0, 0, 0, 1, 0})
	if !ok || one.Mean.Float64() != 4 {
		t.Fatalf("one answer: got %v %v, want mean 4", one, ok)
	}
	if _, ok := one.SD(); ok {
		t.Error("one answer has no sample deviation")
	}
	if _, ok := one.Interval(); ok {
		t.Error("one answer has no interval")
	}
}

func TestMomentsOfDecimalValues(t *testing.T) {
	t.Parallel()
	// Three answers of 0.1 have the mean 0.1; in float64 0.1+0.1+0.1 is not 0.3.
	got, _ := stat.MomentsOf([]stat.Wide{stat.Decimal(0.1)}, []int64{3})
	if got.Mean.Float64() != 0.1 || got.Variance != 0 {
		t.Errorf("got %v, want mean 0.1 without variance", got)
	}
}

// A mixture weighted by the bases is the same as pooling the answers, but for N.
func TestMixIsPooling(t *testing.T) {
	t.Parallel()
	a, b := []int64{1, 2, 3, 4, 5}, []int64{9, 0, 0, 2, 2}
	all := make([]int64, 5)
	var parts []stat.Part
	for _, counts := range [][]int64{a, b} {
		m, _ := stat.MomentsOf(fivePoints, counts)
		parts = append(parts, stat.Part{Weight: stat.Whole(int64(m.N)), Moments: m})
		for i, c := range counts {
			all[i] += c
		}
	}
	got, ok := stat.Mix(parts)
	want, _ := stat.MomentsOf(fivePoints, all)
	if !ok || got.Mean.Float64() != want.Mean.Float64() || !near(got.Variance, want.Variance, 1e-14) {
		t.Errorf("got %v, want %v", got, want)
	}
	if wantN := float64(15*15+13*13) / 28; got.N != wantN {
		t.Errorf("got N %v, want %v", got.N, wantN)
	}
}

func TestMix(t *testing.T) {
	t.Parallel()
	at := func(mean, n float64) stat.Moments { return stat.Moments{N: n, Mean: stat.Decimal(mean), Variance: 1} }
	got, ok := stat.Mix([]stat.Part{
		{Weight: stat.Decimal(0.2), Moments: at(2, 10)},
		{Weight: stat.Decimal(0.8), Moments: at(4.5, 20)},
	})
	if !ok || got.Mean.Float64() != 4 || got.N != 18 || !near(got.Variance, 2, 1e-14) {
		t.Errorf("got %v %v, want mean 4, N 18, variance 1 + 0.2·2² + 0.8·0.5² = 2", got, ok)
	}
	for name, parts := range map[string][]stat.Part{
		"no parts":        nil,
		"no weight":       {{Moments: at(1, 1)}},
		"negative weight": {{Weight: stat.Whole(-1), Moments: at(1, 1)}, {Weight: stat.Whole(3), Moments: at(1, 1)}},
	} {
		if got, ok := stat.Mix(parts); ok {
			t.Errorf("%s: got %v, want undefined", name, got)
		}
	}
}
