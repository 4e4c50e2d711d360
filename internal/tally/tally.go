// Package tally keeps integer counts of every option of every variable, per
// agency, period, channel, wave and questionnaire version, in memory and in log
// order. All scores come from these counts; no score reads a response.
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
}

// Cell holds the counts of one key.
type Cell struct {
	Responses uint32
	Counts    []uint32 // one per slot of the questionnaire (questionnaire.Variable)
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
	return Key{Version: r.Version, Agency: r.Agency, Period: period, Channel: r.Channel, Wave: r.Wave}
}

// Entry is one response to count, with its questionnaire.
type Entry struct {
	Questionnaire *questionnaire.Questionnaire
	Response      *response.Response
}

// Add counts entries, all at once for any reader, and moves the watermark to
// the sequence of the last event applied. O(answers).
func (t *Tally) Add(watermark uint64, entries []Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range entries {
		key := KeyOf(e.Questionnaire, e.Response)
		cell := t.cells[key]
		if cell == nil {
			cell = &Cell{Counts: make([]uint32, e.Questionnaire.Slots())}
			t.cells[key] = cell
		}
		cell.add(e.Questionnaire.Variables(), e.Response.Answers)
	}
	t.watermark = watermark
}

func (c *Cell) add(variables []questionnaire.Variable, answers []response.Answer) {
	c.Responses++
	for i := range answers {
		a, v := &answers[i], &variables[i]
		if a.State != response.Answered {
			c.Counts[v.Slot+int(a.State)]++
			continue
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
		case questionnaire.Amount, questionnaire.Words:
		}
		c.Counts[v.Slot+v.Slots-1]++
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
