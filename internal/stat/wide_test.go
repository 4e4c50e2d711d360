package stat_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"hailong/internal/stat"
)

func TestWholeIsExact(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{0, 1, -1, 1<<53 + 1, -(1<<53 + 1), math.MaxInt64, math.MinInt64} {
		if got := stat.Whole(n).Add(stat.Whole(-1)).Add(stat.Whole(1)).Float64(); got != float64(n) {
			t.Errorf("Whole(%d): got %v", n, got)
		}
	}
	if got := stat.Whole(math.MaxInt64).Add(stat.Whole(math.MinInt64 + 1)).Float64(); got != 0 {
		t.Errorf("MaxInt64 − MaxInt64: got %v, want 0", got)
	}
	if got := stat.Whole(1<<53 + 1).Add(stat.Whole(-1 << 53)).Float64(); got != 1 {
		t.Errorf("the last digit of 2⁵³+1 is lost: got %v", got)
	}
}

func TestQuoByZero(t *testing.T) {
	t.Parallel()
	if got := stat.Whole(3).Quo(stat.Wide{}).Float64(); got != 0 {
		t.Errorf("got %v, want 0", got)
	}
	if got := stat.Decimal(math.Inf(1)).Float64(); got != 0 {
		t.Errorf("Decimal(+Inf) = %v, want 0", got)
	}
}

// A weighted mean of shares, in random order, comes out as the float64 nearest
// to the exact rational number.
func TestWeightedMeanIsNearest(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	weights := []float64{0.2, 0.15, 0.35, 0.1, 0.2}
	for range 2000 {
		exact := new(big.Rat)
		got := stat.Wide{}
		for _, i := range rng.Perm(len(weights)) {
			n := rng.Int64N(1e6) + 1
			k := rng.Int64N(n + 1)
			share, _ := stat.TopBox(k, n)
			got = got.Add(stat.Decimal(weights[i]).Mul(share))
			weight, _ := new(big.Rat).SetString(stat.FormatHalfUp(weights[i], 2))
			exact.Add(exact, weight.Mul(weight, big.NewRat(100*k, n)))
		}
		want, _ := exact.Float64()
		if got.Float64() != want {
			t.Fatalf("got %v, want %v", got.Float64(), want)
		}
	}
}

// The case that float64 gets wrong: an index of exactly 84.085.
func TestIndexAtTheEdge(t *testing.T) {
	t.Parallel()
	got := stat.Wide{}
	for _, c := range []struct {
		weight float64
		k, n   int64
	}{{0.1, 84085, 100000}, {0.2, 84085, 100000}, {0.7, 84085, 100000}} {
		share, _ := stat.TopBox(c.k, c.n)
		got = got.Add(stat.Decimal(c.weight).Mul(share))
	}
	if text := stat.FormatHalfUp(got.Float64(), 2); text != "84.09" {
		t.Errorf("got %s (%v), want 84.09", text, got.Float64())
	}
}
