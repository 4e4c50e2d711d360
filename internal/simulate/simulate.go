// Package simulate invents fieldwork: responses to any questionnaire from
// agencies of very different sizes, over several waves, by several channels,
// with the habits of real respondents — items left out, haste, the same answer
// all the way down.
//
// It is for demonstrations, tests and measurements. The model knows what it put
// in: every agency has a true quality per factor that moves from wave to wave,
// every respondent a trait, every channel an effect of its own, and a level of
// a scale is chosen by an ordered logit over their sum. Nothing here knows any
// particular survey.
//
// The same [Config] gives the same responses on every machine: there is no
// clock and no other source of chance than the seed, each response has a
// generator of its own, and what is drawn per answer is integer arithmetic.
package simulate

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Per cent of respondents with a habit. A respondent may have both.
const (
	SpeederPercent       = 4 // answer in about a second per item, with little regard to what is asked
	StraightLinerPercent = 6 // choose one level for all scales of a page
	CommentPercent       = 5 // write into an optional text item, unless in haste
)

// Config says what fieldwork to invent.
type Config struct {
	Seed          uint64
	Responses     int
	Questionnaire *questionnaire.Questionnaire
	Version       uint32             // its number in the log
	Agencies      []*agency.Agency   // those that receive responses
	Registry      *agency.Registry   // what items of type agency offer; nil: Agencies
	Waves         []Wave             // in order of time
	Channels      []response.Channel // allowed; empty means all
}

// Wave is a period of fieldwork; both days belong to it.
type Wave struct {
	Number        uint32
	Opens, Closes response.Day
}

// Simulation is fieldwork that can be gone through any number of times. It is
// immutable and may be shared.
type Simulation struct {
	config    Config
	chance    *tables
	variables []variable
	pages     []pageVariables
	choices   map[int][]choice // by variable
	units     []unit
	periods   []period
	languages int
}

// New lays out the fieldwork: how large and how good the agencies are, how
// difficult the items. It fails when the configuration leaves nothing to draw from.
func New(c Config) (*Simulation, error) {
	switch {
	case c.Questionnaire == nil || len(c.Questionnaire.Variables()) == 0:
		return nil, errors.New("simulate: no questionnaire")
	case c.Responses < 0:
		return nil, fmt.Errorf("simulate: %d responses", c.Responses)
	case len(c.Agencies) == 0:
		return nil, errors.New("simulate: no agencies")
	case len(c.Waves) == 0:
		return nil, errors.New("simulate: no waves")
	}
	s := &Simulation{config: c, chance: newTables(), languages: len(c.Questionnaire.Languages)}
	rng := rand.New(rand.NewPCG(mix(c.Seed), mix(^c.Seed))) //nolint:gosec // reproducible on purpose
	factors := factorsOf(c.Questionnaire)
	s.variables = newVariables(rng, c.Questionnaire, factors)
	s.units = newUnits(rng, c, factors.count)
	s.pages = pagesOf(c.Questionnaire)
	s.choices = newChoices(rng, c, factors.count)
	periods, err := newPeriods(c, s.units)
	if err != nil {
		return nil, err
	}
	s.periods = periods
	return s, nil
}

// Responses yields the responses in order of their days. The value that is
// yielded belongs to the iterator and is overwritten by the next one: whoever
// keeps it copies it (response.Response.Clone).
func (s *Simulation) Responses() iter.Seq[*response.Response] {
	return func(yield func(*response.Response) bool) {
		d := newDrawer(s)
		for p := range s.periods {
			for j := range s.periods[p].count {
				d.draw(p, j)
				if !yield(&d.r) {
					return
				}
			}
		}
	}
}

// key is what the sender of response i calls its submission.
func (s *Simulation) key(buf []byte, i int) []byte {
	buf = append(buf[:0], "simulated-"...)
	buf = strconv.AppendUint(buf, s.config.Seed, 16)
	buf = append(buf, '-')
	return strconv.AppendInt(buf, int64(i), 10)
}
