package simulate

import (
	"testing"

	"hailong/internal/response"
)

func TestMarksHaveTheirShares(t *testing.T) {
	t.Parallel()
	const n = 40_000
	var all, marked, places, named float64
	flags := map[response.Flags]int{}
	at := map[string]int{}
	people(t, n, func(p person, r *response.Response) {
		if r.Channel != response.Import {
			all++
		}
		if r.Flags != 0 {
			marked++
			flags[r.Flags&^response.StraightLine]++
		}
		if r.Flags.Has(response.StraightLine) && !p.straightLiner {
			t.Fatal("a straight line is flagged where there is none")
		}
		if r.Flags.Has(response.OutsideHours) && r.Channel != response.Kiosk && r.Channel != response.Paper {
			t.Fatalf("%s has hours", r.Channel)
		}
		if r.Channel == response.QR || r.Channel == response.Kiosk {
			places++
		}
		if r.Counter != "" {
			named++
			at[r.Counter]++
			if !response.ValidCounter(r.Counter) || (r.Channel != response.QR && r.Channel != response.Kiosk) {
				t.Fatalf("counter %q by %s", r.Counter, r.Channel)
			}
		}
	})
	within(t, "share of flagged responses", marked/all, FlaggedPercent/100.0, 0.004)
	within(t, "share of counters", named/places, AtCounterPercent/100.0, 0.02)
	for _, f := range []response.Flags{response.OutsideHours, response.Burst, response.SameDevice, response.Unverified} {
		if flags[f] == 0 {
			t.Errorf("nothing is flagged %s", f)
		}
	}
	if len(at) != len(counters) {
		t.Errorf("got counters %v, want all of %v", at, counters)
	}
}
