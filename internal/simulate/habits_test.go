package simulate

import (
	"math"
	"testing"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// people draws n responses and tells who each respondent was.
func people(t *testing.T, n int, look func(p person, r *response.Response)) {
	t.Helper()
	s := simulation(t, config(t, n))
	d := newDrawer(s)
	for p := range s.periods {
		for j := range s.periods[p].count {
			d.draw(p, j)
			look(d.person, &d.r)
		}
	}
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.4f, want %.4f ± %.4f", what, got, want, tolerance)
	}
}

func TestHabitsHaveTheirShares(t *testing.T) {
	t.Parallel()
	const n = 40_000
	var speeders, liners float64
	people(t, n, func(p person, _ *response.Response) {
		if p.speeder {
			speeders++
		}
		if p.straightLiner {
			liners++
		}
	})
	within(t, "share of speeders", speeders/n, SpeederPercent/100.0, 0.005)
	within(t, "share of straight-liners", liners/n, StraightLinerPercent/100.0, 0.005)
}

// Who knows only the responses can tell the habits as well.
func TestHabitsShow(t *testing.T) {
	t.Parallel()
	q := habits(t)
	var all, flat, liners float64
	people(t, 20_000, func(p person, r *response.Response) {
		asked := 0
		for _, a := range r.Answers {
			if a.State != response.NotAsked {
				asked++
			}
		}
		if r.Seconds > 0 { // rounded to 5 s
			perItem := float64(r.Seconds) / float64(asked)
			if fast := perItem <= 1.5; fast != p.speeder {
				t.Fatalf("speeder %v took %.1f s per item", p.speeder, perItem)
			}
		}
		same := oneLevel(q, r)
		if p.straightLiner {
			liners++
			if !same {
				t.Fatalf("a straight-liner answered %+v", r.Answers)
			}
			return
		}
		all++
		if same {
			flat++
		}
	})
	if liners == 0 {
		t.Error("nobody is a straight-liner")
	}
	// Happy people give one answer all the way as well; but not most of them.
	if share := flat / all; share > 0.4 {
		t.Errorf("%.2f of the others answer all on one level", share)
	}
}

// oneLevel reports whether all scales of five on the first page have one answer.
func oneLevel(q *questionnaire.Questionnaire, r *response.Response) bool {
	first := -1
	for i, v := range q.Variables() {
		if v.Page != 0 || v.Item.Scale != "five" || r.Answers[i].State != response.Answered {
			continue
		}
		if first >= 0 && int(r.Answers[i].Option) != first {
			return false
		}
		first = int(r.Answers[i].Option)
	}
	return true
}

// The model moves what it should: kinder channels, waves, a scale whose first
// option is the best.
func TestDirections(t *testing.T) {
	t.Parallel()
	q := habits(t)
	seats, whole := q.Variable("seats").Index, q.Variable("whole").Index
	var phone, qr, early, late, happy, unhappy mean
	people(t, 60_000, func(p person, r *response.Response) {
		level := float64(r.Answers[seats].Option)
		switch r.Channel {
		case response.Phone:
			phone.add(level)
		case response.QR:
			qr.add(level)
		default:
		}
		switch r.Wave {
		case 1:
			early.add(level)
		case 4:
			late.add(level)
		default:
		}
		good := 0.0
		if r.Answers[whole].Option == 0 {
			good = 1
		}
		switch {
		case p.trait > unitOne:
			happy.add(good)
		case p.trait < -unitOne:
			unhappy.add(good)
		}
	})
	if phone.value() <= qr.value()+0.05 {
		t.Errorf("by telephone %.3f, by QR code %.3f: want telephone higher", phone.value(), qr.value())
	}
	if late.value() <= early.value() {
		t.Errorf("first wave %.3f, last wave %.3f: want a rise", early.value(), late.value())
	}
	if happy.value() <= unhappy.value()+0.2 {
		t.Errorf("good for %.3f of the kind and %.3f of the unkind: want far more of the kind", happy.value(), unhappy.value())
	}
	if m := early.value() + 1; m < 3 || m > 4.6 {
		t.Errorf("mean level %.2f of 5, want one that real offices have", m)
	}
}

type mean struct{ sum, n float64 }

func (m *mean) add(x float64)  { m.sum += x; m.n++ }
func (m *mean) value() float64 { return m.sum / m.n }

func TestPick(t *testing.T) {
	t.Parallel()
	limits := cumulate([]float64{0, 1, 0, 3, 0})
	for random, want := range map[uint32]int{0: 1, 1<<30 - 1: 1, 1 << 30: 3, math.MaxUint32: 3} {
		if got := pick(limits, random); got != want {
			t.Errorf("pick(%d): got %d, want %d", random, got, want)
		}
	}
	if got := cumulate([]float64{0, 0}); got != nil {
		t.Errorf("limits of nothing: got %v, want nil", got)
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	chance := newTables()
	last := len(chance.normal) - 1
	for i := range chance.normal {
		if chance.normal[i] != -chance.normal[last-i] || chance.logistic[i] != -chance.logistic[last-i] {
			t.Fatalf("entry %d is not symmetric", i)
		}
	}
	// Quantiles from printed tables: Φ(1.96) = 0.975, logit(0.9) = 2.1972.
	within(t, "97.5 % of the normal", float64(chance.normal[len(chance.normal)*975/1000])/unitOne, 1.96, 0.01)
	within(t, "90 % of the logistic", float64(chance.logistic[len(chance.logistic)*9/10])/unitOne, 2.1972, 0.01)
}

func TestDiceUseEveryBitOnce(t *testing.T) {
	t.Parallel()
	var a, b dice
	a.seed(1, 2)
	b.seed(1, 2)
	word := b.source.Uint64()
	if got, want := uint64(a.take(12))|uint64(a.take(20))<<12|uint64(a.take(32))<<32, word; got != want {
		t.Errorf("got %x, want %x", got, want)
	}
	var c dice
	c.seed(1, 3)
	if uint64(c.take(32)) == word&math.MaxUint32 {
		t.Error("another response has the same dice")
	}
}
