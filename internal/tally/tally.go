// Package tally keeps integer counts of every option of every variable, per
// agency, period, channel, wave and questionnaire version, flagged responses
// apart, in memory and in log order. All scores come from these counts; no score reads a response.
//
// A response counts in the cell of its agency. What it says on repeated pages
// counts in the cells of the agencies it was said about, variable by variable,
// and nowhere else: the n of a measure counts ratings, Responses counts the
// responses that an agency received, and a cell may have the one without the
// other.
//
// Memory grows with the number of cells that have an answer — O(agencies ×
// periods × channels × waves × slots) — never with the number of responses.
package tally

import (
	"iter"
	"sync"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Key names a cell.
type Key struct {
	Version uint32       // number of the published questionnaire
	Agency  uint32       // number of the receiving agency
	Period  response.Day // the day, or the first day of the month, by the questionnaire's grain
	Channel response.Channel
	Wave    uint32 // number of the survey's wave
	Flagged bool   // the responses look unusual (response.Flags)
}

// Cell holds the counts of one key.
type Cell struct {
	Responses uint32   // received by the agency; those that only rate it on repeated pages are not among them
	Counts    []uint32 // one per slot of the questionnaire (questionnaire.Variable, questionnaire.Pool)
}

// Tally is the fold. One goroutine adds, any number read.
type Tally struct {
	mu        sync.RWMutex
	watermark uint64
	cells     map[Key]*Cell
}

// New returns an empty tally.
func New() *Tally { return &Tally{cells: map[Key]*Cell{}} }

// KeyOf returns the cell a response counts in.
func KeyOf(q *questionnaire.Questionnaire, r *response.Response) Key {
	period := r.Day
	if q.Grain != questionnaire.ByDay {
		period = r.Day.Month()
	}
	return Key{Version: r.Version, Agency: r.Agency, Period: period, Channel: r.Channel, Wave: r.Wave, Flagged: r.Flags != 0}
}

// Entry is one response to count, with its questionnaire.
type Entry struct {
	Questionnaire *questionnaire.Questionnaire
	Response      *response.Response
}

// MaxSlots is how many counters a cell may have: 2 000 variables of 206 slots. A
// questionnaire with more must not be published.
const MaxSlots = 2000 * 206

// Add counts entries, all at once for any reader, and moves the watermark to
// the sequence of the last event applied. O(answers).
func (t *Tally) Add(watermark uint64, entries []Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range entries {
		key := KeyOf(e.Questionnaire, e.Response)
		t.cell(key, e.Questionnaire).add(e.Questionnaire, e.Response.Answers)
		for i := range e.Response.Repeats {
			one := &e.Response.Repeats[i]
			key.Agency = one.Agency
			t.cell(key, e.Questionnaire).addRepeat(e.Questionnaire, one.Answers)
		}
	}
	t.watermark = watermark
}

func (t *Tally) cell(key Key, q *questionnaire.Questionnaire) *Cell {
	cell := t.cells[key]
	if cell == nil {
		cell = &Cell{Counts: make([]uint32, q.Slots())}
		t.cells[key] = cell
	}
	return cell
}

// add counts a response without what it says on repeated pages.
func (c *Cell) add(q *questionnaire.Questionnaire, answers []response.Answer) {
	c.Responses++
	variables := q.Variables()
	page, repeated := -1, false
	for i := range answers {
		v := &variables[i]
		if v.Page != page {
			page, repeated = v.Page, q.Repeated(v)
		}
		if !repeated {
			c.count(v, &answers[i])
		}
	}
	c.addPools(q, answers, false)
}

// addRepeat counts what a response says on repeated pages about one agency.
func (c *Cell) addRepeat(q *questionnaire.Questionnaire, answers []response.Answer) {
	variables := q.Variables()
	for i := range answers {
		if v := &variables[i]; q.Repeated(v) {
			c.count(v, &answers[i])
		}
	}
	c.addPools(q, answers, true)
}

// count counts one answer. Of a personal one only that it was given: its value
// will be gone one day.
func (c *Cell) count(v *questionnaire.Variable, a *response.Answer) {
	if a.State != response.Answered {
		c.Counts[v.Slot+int(a.State)]++
		return
	}
	c.Counts[v.Slot+v.Slots-1]++
	if v.Item.Personal != nil {
		return
	}
	switch v.Kind {
	case questionnaire.OneOf:
		c.Counts[v.Slot+questionnaire.StateSlots+int(a.Option)]++
	case questionnaire.SetOf:
		for o := range v.Item.Options {
			if a.Set>>o&1 == 1 {
				c.Counts[v.Slot+questionnaire.StateSlots+o]++
			}
		}
	case questionnaire.Amount, questionnaire.Words, questionnaire.Days, questionnaire.Months:
	}
}

// pooled returns how many answers of a variable, by its place in a pool, are in the
// pool's numerator and denominator.
func pooled(p *questionnaire.Pool, place int, v *questionnaire.Variable, a *response.Answer) (u, d uint32) {
	switch {
	case a.State == response.DontKnow && p.WithDontKnow():
		return 0, 1
	case a.State != response.Answered:
	case v.Kind == questionnaire.OneOf:
		if p.Counts(place, int(a.Option)) {
			return 1, 1
		}
		return 0, 1
	case v.Kind == questionnaire.SetOf:
		for o := range v.Item.Options {
			if a.Set>>o&1 == 1 {
				d++
				if p.Counts(place, o) {
					u++
				}
			}
		}
	}
	return u, d
}

// addPools counts one person's answers to the variables that are pooled, of
// pages that repeat or of the others.
func (c *Cell) addPools(q *questionnaire.Questionnaire, answers []response.Answer, repeated bool) {
	variables, pools := q.Variables(), q.Pools()
	for i := range pools {
		p := &pools[i]
		var u, d uint32
		for place, index := range p.Variables {
			if v := &variables[index]; v.Item.Personal == nil && q.Repeated(v) == repeated {
				counted, base := pooled(p, place, v, &answers[index])
				u, d = u+counted, d+base
			}
		}
		if d == 0 {
			continue
		}
		counts := c.Counts[p.Slot : p.Slot+questionnaire.PoolSlots]
		counts[0]++
		counts[1] += u * u
		counts[2] += u * d
		counts[3] += d * d
	}
}

// Read calls f with the watermark and all cells, in no order, while nothing is
// added. The cells belong to the tally and are valid only inside f, which must
// be quick: submissions wait for it.
func (t *Tally) Read(f func(watermark uint64, cells iter.Seq2[Key, *Cell])) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	f(t.watermark, func(yield func(Key, *Cell) bool) {
		for k, c := range t.cells {
			if !yield(k, c) {
				return
			}
		}
	})
}
