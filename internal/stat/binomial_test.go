package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A quantile put back gives its probability, for all parameters.
func TestBetaQuantileInverts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		a, b := math.Exp(r.Float64()*16-4), math.Exp(r.Float64()*16-4)
		p := r.Float64()
		x, ok := BetaQuantile(p, a, b)
		if !ok || math.IsNaN(x) || x < 0 || x > 1 {
			t.Fatalf("%v of Beta(%v, %v): %v, %v", p, a, b, x, ok)
		}
		if x < 1e-280 || x > 1-1e-6 {
			continue // too near to 0 or 1 to be put back
		}
		if got := betaBelow(a, b, x); math.Abs(got-p) > 1e-9 {
			t.Fatalf("%v of Beta(%v, %v) is %v, below which lies %v", p, a, b, x, got)
		}
	}
}

func betaBelow(a, b, x float64) float64 {
	if x > 0.5 {
		return 1 - incompleteBeta(b, a, math.Log(1-x), logBeta(a, b))
	}
	return incompleteBeta(a, b, math.Log(x), logBeta(a, b))
}

// Intervals hold the share, lie within [0, 1], and are never NaN.
func TestIntervalsOfShares(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		n := float64(1 + r.IntN(2000))
		x := math.Floor(r.Float64() * (n + 1))
		p := x / n
		v := p * (1 - p) / n * (0.3 + 3*r.Float64())
		intervals := map[string]func() (Interval, bool){
			"wilson":  func() (Interval, bool) { return Wilson(p, n) },
			"ac":      func() (Interval, bool) { return AgrestiCoull(p, n) },
			"exact":   func() (Interval, bool) { return ClopperPearson(x, n) },
			"jeffrey": func() (Interval, bool) { return Jeffreys(x, n) },
			"kg": func() (Interval, bool) {
				i, effective, ok := KornGraubard(p, v, n, n-1, true)
				if ok && effective > n {
					t.Errorf("an effective number of %v of %v", effective, n)
				}
				return i, ok
			},
			"logit": func() (Interval, bool) { return Logit(p, math.Sqrt(v), n-1) },
		}
		for name, f := range intervals {
			i, ok := f()
			if !ok {
				if name != "logit" && name != "kg" {
					t.Fatalf("%s has none for %v of %v", name, x, n)
				}
				continue
			}
			if !(i.Low >= 0 && i.Low <= p+1e-12 && i.High >= p-1e-12 && i.High <= 1) {
				t.Fatalf("%s of %v of %v: %v", name, x, n, i)
			}
		}
	}
}

func TestNoIntervals(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, ok := range map[string]bool{
		"no answers":            second(ClopperPearson(0, 0)),
		"more than all":         second(ClopperPearson(3, 2)),
		"NaN":                   second(ClopperPearson(nan, 2)),
		"logit of 1":            second(Logit(1, 0.1, 10)),
		"logit without error":   second(Logit(0.5, 0, 10)),
		"no degrees of freedom": second(Logit(0.5, 0.1, 0)),
		"mean without freedom":  second(StudentMean(1, 1, 0)),
		"a negative error":      second(StudentMean(1, -1, 5)),
		"probability 0":         second(BetaQuantile(0, 1, 1)),
		"probability 1":         second(BetaQuantile(1, 1, 1)),
		"parameter 0":           second(BetaQuantile(0.5, 0, 1)),
		"endless parameter":     second(BetaQuantile(0.5, math.Inf(1), 1)),
		"t without freedom":     second(StudentQuantile(0.5, 0)),
		"F":                     second(FTail(-1, 1, 1)),
	} {
		if ok {
			t.Errorf("%s has a number", name)
		}
	}
	if _, _, ok := KornGraubard(0.5, 0, 10, 9, true); ok {
		t.Error("no variance has an interval")
	}
	if _, _, ok := KornGraubard(0.5, 0.1, 10, 0, true); ok {
		t.Error("no degrees of freedom have an interval")
	}
	if i, n, ok := KornGraubard(1, 0, 9, 8, true); !ok || n != 9 || math.Abs(i.Low-0.663732883) > 1e-9 || i.High != 1 {
		t.Errorf("9 of 9: got %v, %v, %v", i, n, ok)
	}
}

func second[T any](_ T, ok bool) bool { return ok }

func BenchmarkKornGraubard3321x30(b *testing.B) {
	for b.Loop() {
		for i := range 3321 * 30 {
			p := 0.6 + float64(i%400)/1000
			if _, _, ok := KornGraubard(p, p*(1-p)/80+1e-9*float64(i%7), 90, 88, true); !ok {
				b.Fatal("no interval")
			}
		}
	}
}
