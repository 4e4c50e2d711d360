package store

import (
	"fmt"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// recount is the naive fold: cell → answer → count.
type recount map[tally.Key]recounted

// recounted is one cell of it.
type recounted map[given]uint32

// given names one answer to one variable; zero counts responses. It is a number
// and not a struct because a recount is mostly look-ups of these.
type given uint32

// giveName names the answer to a variable by its index and state, and one of its
// options by its index from 1; 0 is the answer as a whole.
func giveName(variable int, state response.State, option int) given {
	return given((variable+1)<<16 | int(state)<<8 | option) //nolint:gosec // at most 2 000 variables of 200 options
}

// poolBit marks the sums of pools among what is given.
const poolBit = 1 << 31

// givePool names one of the sums of a pool.
func givePool(pool, sum int) given {
	return given(poolBit | pool<<8 | sum) //nolint:gosec // at most 100 indices of a few hundred factors
}

// String is for messages.
func (g given) String() string {
	switch {
	case g == 0:
		return "responses"
	case g&poolBit != 0:
		return fmt.Sprintf("pool %d, sum %d", g&^poolBit>>8, g&0xff)
	}
	return fmt.Sprintf("variable %d, %s, option %d", g>>16, response.State(g>>8&0xff), g&0xff)
}

// count adds a response the slow and obvious way. O(answers × options).
func (x recount) count(s *Store, r *response.Response) {
	q := s.Catalog().Version(r.Version).Questionnaire
	key := tally.KeyOf(q, r)
	cell := x.cell(key)
	cell[0]++
	variables := q.Variables()
	for i := range variables {
		if q.Pages[variables[i].Page].Repeat == "" {
			cell.answer(&variables[i], &r.Answers[i])
		}
	}
	cell.pools(q, r.Answers, "")
	for _, one := range r.Repeats {
		key.Agency = one.Agency
		cell := x.cell(key)
		for i := range variables {
			if q.Pages[variables[i].Page].Repeat != "" {
				cell.answer(&variables[i], &one.Answers[i])
			}
		}
		cell.pools(q, one.Answers, "repeated")
	}
}

// pools counts what the answers of one person to pooled variables add up to; on
// names the pages that they are on.
func (x recounted) pools(q *questionnaire.Questionnaire, answers []response.Answer, on string) {
	for i, p := range q.Pools() {
		counted, base := poolSums(q, &p, answers, on)
		if base == 0 {
			continue
		}
		for n, sum := range [questionnaire.PoolSlots]uint32{1, counted * counted, counted * base, base * base} {
			if sum > 0 {
				x[givePool(i, n)] += sum
			}
		}
	}
}

// poolSums counts one person's answers in the numerator and denominator of a pool.
func poolSums(q *questionnaire.Questionnaire, p *questionnaire.Pool, answers []response.Answer, on string) (counted, base uint32) {
	for place, index := range p.Variables {
		v, a := q.Variables()[index], answers[index]
		if (q.Pages[v.Page].Repeat != "") != (on != "") || a.Apart || v.Item.Personal != nil {
			continue
		}
		for o := range v.Options() {
			if chose(&v, &a, o) {
				base++
				if p.Counts(place, o) {
					counted++
				}
			}
		}
		if a.State == response.DontKnow && p.WithDontKnow() {
			base++
		}
	}
	return counted, base
}

// chose reports whether an answer is, or has among others, an option.
func chose(v *questionnaire.Variable, a *response.Answer, option int) bool {
	if v.Kind == questionnaire.OneOf {
		return a.State == response.Answered && int(a.Option) == option
	}
	return a.State == response.Answered && a.Set&(1<<option) != 0
}

func (x recount) cell(key tally.Key) recounted {
	cell := x[key]
	if cell == nil {
		cell = recounted{}
		x[key] = cell
	}
	return cell
}

func (x recounted) answer(v *questionnaire.Variable, a *response.Answer) {
	x[giveName(v.Index, a.State, 0)]++
	switch {
	case a.State != response.Answered || a.Apart:
	case v.Item.Type == questionnaire.Multiple && v.Part == questionnaire.Whole:
		for o := range v.Item.Options {
			if a.Set&(1<<o) != 0 {
				x[giveName(v.Index, a.State, o+1)]++
			}
		}
	case len(v.Options()) > 0:
		x[giveName(v.Index, a.State, int(a.Option)+1)]++
	}
}

// spread lists a cell's counts that are not zero as the recount does.
func spread(cell *tally.Cell, q *questionnaire.Questionnaire) recounted {
	out := recounted{}
	if cell.Responses > 0 {
		out[0] = cell.Responses
	}
	for i, p := range q.Pools() {
		for n, sum := range cell.Counts[p.Slot : p.Slot+questionnaire.PoolSlots] {
			if sum > 0 {
				out[givePool(i, n)] = sum
			}
		}
	}
	variables := q.Variables()
	for i := range variables {
		v := &variables[i]
		for slot, n := range cell.Counts[v.Slot : v.Slot+v.Slots] {
			switch {
			case n == 0:
			case slot < questionnaire.StateSlots:
				out[giveName(i, response.State(slot), 0)] = n
			case slot < v.Slots-1:
				out[giveName(i, response.Answered, slot-questionnaire.StateSlots+1)] = n
			default:
				out[giveName(i, response.Answered, 0)] = n
			}
		}
	}
	return out
}

func difference(want, got recounted) string {
	for k, n := range want {
		if got[k] != n {
			return fmt.Sprintf("%s: log %d, fold %d", k, n, got[k])
		}
	}
	return "the fold counts answers that are not in the log"
}
