package simulate

import "hailong/internal/response"

// Shares of what a server notes about responses, in per cent.
const (
	FlaggedPercent   = 2  // look unusual, of all responses but imported ones
	AtCounterPercent = 33 // name a counter, of those by QR code or kiosk
)

// Shares in 65536ths.
const (
	flagged   = 1 << 16 * FlaggedPercent / 100
	atCounter = 1 << 16 * AtCounterPercent / 100
)

// counters are those of every agency.
var counters = [...]string{"Q1", "Q2", "Q3", "Q4"}

// mark draws what a server notes about a response. It comes after everything
// else is drawn, so that nothing else depends on it.
func (d *drawer) mark() {
	d.r.Counter, d.r.Flags = "", 0
	if (d.r.Channel == response.QR || d.r.Channel == response.Kiosk) && d.random.chance(atCounter) {
		d.r.Counter = counters[d.random.below(len(counters))]
	}
	if d.r.Channel == response.Import || !d.random.chance(flagged) {
		return
	}
	d.r.Flags = unusual(d.r.Channel, d.random.take(1) == 1)
	if d.person.straightLiner {
		d.r.Flags |= response.StraightLine
	}
}

// unusual is one of the two flags that fit a channel.
func unusual(c response.Channel, rare bool) response.Flags {
	switch {
	case (c == response.Kiosk || c == response.Paper) && rare, c == response.Phone:
		return response.Unverified
	case c == response.Kiosk || c == response.Paper:
		return response.OutsideHours
	case rare:
		return response.Burst
	}
	return response.SameDevice
}
