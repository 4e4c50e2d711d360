package page

import (
	"math"
	"strconv"

	"hailong/internal/i18n"
)

// axis is the common scale of a dot plot.
type axis struct{ from, to, step float64 }

// newAxis spans values with at most six even steps of 1, 2 or 5 times a power of
// ten, and for shares stays between 0 and 100.
func newAxis(low, high float64, share bool) axis {
	if !(low <= high) { // also for NaN
		low, high = 0, 1
		if share {
			high = 100
		}
	}
	if high-low < 1e-9 {
		pad := max(math.Abs(low)*0.1, 0.5)
		low, high = low-pad, high+pad
	}
	step := niceStep((high - low) / 6)
	// A hair's breadth off a mark is on it: 4.4 / 0.2 is a little more than 22.
	a := axis{from: math.Floor(low/step+1e-9) * step, to: math.Ceil(high/step-1e-9) * step, step: step}
	if share {
		a.from, a.to = max(a.from, 0), min(a.to, 100)
	}
	return a
}

func niceStep(least float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= least {
			return m * power
		}
	}
	return 10 * power
}

// at is the place of a value on the axis, in per cent of its length with two
// decimals, as SVG attributes want it.
func (a axis) at(v float64) string {
	return coordinate(100 * (v - a.from) / (a.to - a.from))
}

// coordinate writes a percentage for SVG, kept inside the picture.
func coordinate(v float64) string {
	return strconv.FormatFloat(math.Round(min(max(v, 0), 100)*100)/100, 'f', -1, 64)
}

// Tick is one mark on the axis.
type Tick struct {
	X    string // per cent of the width
	Text string
}

// ticks lists the marks of the axis.
func (a axis) ticks(lang string, share bool) []Tick {
	decimals := max(0, int(math.Ceil(-math.Log10(a.step)-1e-9)))
	var ticks []Tick
	for i := range 12 {
		v := a.from + float64(i)*a.step
		if v > a.to+a.step*1e-6 {
			break
		}
		text := i18n.Number(lang, v, decimals)
		if share {
			text = i18n.WithPercent(lang, text)
		}
		ticks = append(ticks, Tick{X: a.at(v), Text: text})
	}
	return ticks
}
