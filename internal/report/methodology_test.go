package report_test

import (
	"fmt"
	"math"
	"testing"

	"hailong/internal/draft"
	"hailong/internal/report"
	"hailong/internal/response"
)

// TestMethodologyOfStrata: where answers count by population one item is worked out
// by its strata, and the steps alone lead to value and standard error, by the
// formula of the page in plain arithmetic.
func TestMethodologyOfStrata(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.add(w.random(3000, 7)...)
	var lines []string
	for i, a := range w.catalog.Agencies.All() {
		for j, wave := range []string{"2026-1", "2026-2"} {
			lines = append(lines, fmt.Sprintf("population,%s,%s,,%d,test,yes,", a.ID, wave, 400+100*i+1000*j))
		}
	}
	w.figures(lines...)
	m, err := w.moment().Methodology("vi", report.Reach{})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Worked) != 1 || m.Worked[0].Rule != report.RuleStrata || len(m.Worked[0].Terms) != 2 {
		t.Fatalf("got %+v", m.Worked)
	}
	x := m.Worked[0]
	var over, under float64
	for _, s := range x.Terms {
		weight := float64(s.Population) / float64(s.Sampled)
		over, under = over+weight*s.Sum, under+weight*float64(s.N)
	}
	p, variance := over/under, 0.0
	for _, s := range x.Terms { // of a share Σu² = Σu
		n, weight := float64(s.Sampled), float64(s.Population)/float64(s.Sampled)/under
		z := weight * (s.Sum - p*float64(s.N))
		zz := weight * weight * (s.Sum - 2*p*s.Sum + p*p*float64(s.N))
		variance += (1 - n/float64(s.Population)) * n / (n - 1) * (zz - z*z/n)
	}
	if got := 100 * p; math.Abs(got-*x.Published) > 1e-9 {
		t.Errorf("by hand %v, published %v", got, *x.Published)
	}
	if got := 100 * math.Sqrt(variance); math.Abs(got-*x.SE) > 1e-9 {
		t.Errorf("standard error by hand %v, published %v", got, *x.SE)
	}
}

// TestMethodologyHidesFew: few flagged responses, few of a channel, and a wave that
// is left when the others are taken from all, are not told.
func TestMethodologyHidesFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.applyEvent(waves("2026-3"))
	for i := range 64 {
		r := w.answer(0, "tan-chi", "2026-03-01", map[string]string{"signs": "4"})
		r.Wave, r.Channel = 1+uint32(i%2), response.Link
		switch {
		case i < 4:
			r.Wave = 3 // 4 responses
		case i < 9:
			r.Channel, r.Flags = response.Kiosk, 1
		}
		w.add(r)
	}
	m, err := w.moment().Methodology("vi", report.Reach{Begun: []draft.Begun{}})
	if err != nil {
		t.Fatal(err)
	}
	if m.Responses != 64 || m.Flagged != nil || len(m.Channels) != 0 {
		t.Errorf("got %d responses, flagged %v, channels %v", m.Responses, m.Flagged, m.Channels)
	}
	var shown int64
	for _, o := range m.Outreach {
		if o.Finished.State == report.Hidden && (o.Started.State != report.Hidden || o.OfStarted != nil) {
			t.Errorf("%s tells how many began", o.Period)
		}
		shown += o.Finished.N
	}
	if rest := m.Responses - shown; rest < int64(m.MinN) {
		t.Errorf("the hidden wave has %d responses by subtraction", rest)
	}
}
