package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"hailong/internal/agency"
	"hailong/internal/response"
)

// unit is an agency as the model sees it.
type unit struct {
	agency   *agency.Agency
	number   uint32
	size     float64 // expected share of responses, not normalised
	quality  []int32 // by wave and factor: wave*factors + factor
	channels []uint64
}

// channelHabits are how often a channel is used and what it does to answers, in
// logits: people are kinder to a voice and to a screen in the agency's hall.
// Nobody is asked by Import; it is used only where nothing else is allowed.
var channelHabits = [...]struct{ weight, effect float64 }{
	response.Link:       {30, -0.10},
	response.QR:         {35, -0.15},
	response.Kiosk:      {15, 0.25},
	response.Invitation: {8, 0},
	response.Paper:      {7, 0.10},
	response.Phone:      {5, 0.35},
	response.Import:     {0, 0},
}

// newUnits gives every agency a size, a quality and its own mix of channels.
// Sizes are log-normal; every twentieth agency is tiny, and one of several has
// no visitors at all.
func newUnits(rng *rand.Rand, c Config, factors int) []unit {
	units := make([]unit, len(c.Agencies))
	empty := -1
	if len(units) > 2 {
		empty = rng.IntN(len(units))
	}
	for i := range units {
		u := &units[i]
		u.agency, u.number = c.Agencies[i], c.Agencies[i].Number
		u.size = math.Exp(1.1 * rng.NormFloat64())
		if rng.IntN(20) == 0 {
			u.size /= 40
		}
		if i == empty {
			u.size = 0
		}
		u.quality = drift(rng, len(c.Waves), factors)
		u.channels = newChannels(rng, c.Channels)
	}
	return units
}

// drift draws the quality of one agency per factor, and its way from wave to
// wave: most get a little better, some do not.
func drift(rng *rand.Rand, waves, factors int) []int32 {
	quality := make([]int32, 0, waves*factors)
	level := make([]float64, factors)
	whole := 0.5 + 0.55*rng.NormFloat64()
	for f := range level {
		level[f] = whole + 0.35*rng.NormFloat64()
	}
	for range waves {
		for f := range level {
			quality = append(quality, fixed(level[f]))
		}
		step := 0.08 + 0.12*rng.NormFloat64()
		for f := range level {
			level[f] += step + 0.06*rng.NormFloat64()
		}
	}
	return quality
}

// newChannels returns the limits of an agency's mix of channels, over all
// channels of response.Channels.
func newChannels(rng *rand.Rand, allowed []response.Channel) []uint64 {
	weights := make([]float64, len(response.Channels))
	for i, ch := range response.Channels {
		tilt := math.Exp(0.6 * rng.NormFloat64()) // drawn for all, so that an allowed channel more changes little
		if len(allowed) == 0 || slices.Contains(allowed, ch) {
			weights[i] = channelHabits[ch].weight * tilt
		}
	}
	if limits := cumulate(weights); limits != nil {
		return limits
	}
	for i, ch := range response.Channels {
		if slices.Contains(allowed, ch) {
			weights[i] = 1
		}
	}
	return cumulate(weights)
}

// period is a wave with its share of the responses.
type period struct {
	wave  Wave
	first int      // index of the first response
	count int      //
	units []uint64 // limits of the choice of an agency, among those that exist throughout
	days  []int    // for day d of the wave, the number of responses before day d+1
}

// newPeriods shares the responses out equally among the waves.
func newPeriods(c Config, units []unit) ([]period, error) {
	periods := make([]period, len(c.Waves))
	for i, w := range c.Waves {
		if w.Closes < w.Opens {
			return nil, fmt.Errorf("simulate: wave %d closes on %s, before it opens on %s", w.Number, w.Closes, w.Opens)
		}
		p := &periods[i]
		p.wave = w
		p.first = c.Responses * i / len(c.Waves)
		p.count = c.Responses*(i+1)/len(c.Waves) - p.first
		weights := make([]float64, len(units))
		for j, a := range c.Agencies {
			if a.ValidOn(w.Opens.String()) && a.ValidOn(w.Closes.String()) {
				weights[j] = units[j].size
			}
		}
		if p.units = cumulate(weights); p.units == nil {
			return nil, fmt.Errorf("simulate: no agency exists throughout wave %d", w.Number)
		}
		p.days = newDays(w, p.count)
	}
	return periods, nil
}

// newDays spreads responses over the days of a wave; few come at the weekend.
func newDays(w Wave, count int) []int {
	weights := make([]float64, w.Closes-w.Opens+1)
	total := 0.0
	for d := range weights {
		weights[d] = 1
		switch (w.Opens + response.Day(d)).Date().Weekday() {
		case time.Saturday:
			weights[d] = 0.3
		case time.Sunday:
			weights[d] = 0.1
		default:
		}
		total += weights[d]
	}
	days := make([]int, len(weights))
	sum := 0.0
	for d, weight := range weights {
		sum += weight
		days[d] = int(math.Round(float64(count) * sum / total))
	}
	days[len(days)-1] = count
	return days
}

// day returns the day of the j-th response of the period.
func (p *period) day(j int) response.Day {
	d, _ := slices.BinarySearch(p.days, j+1)
	return p.wave.Opens + response.Day(d) //nolint:gosec // d is below the number of days
}
