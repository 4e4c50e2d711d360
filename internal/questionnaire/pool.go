package questionnaire

import "slices"

// Pool is a set of variables that an index pools under a share. A respondent
// who answers several of them is one person, so the variance of their pooled
// share needs, besides the counts of options, sums over respondents; these have
// counters of their own in a tally's cells, PoolSlots from Slot on.
type Pool struct {
	Variables []int // by index, ascending; at least two
	Slot      int

	counted [][]bool // by place in Variables, by option: in the numerator
	more    bool     // "don't know" is in the denominator, too
}

// PoolSlots is the number of counters of a pool. With u the answers of one
// respondent that count and d those in the denominator they are how many
// respondents have d > 0, and the sums of u², of ud and of d² over them.
const PoolSlots = 4

// maxPooled keeps the sum of d² of a million respondents in 32 bits.
const maxPooled = 64

// Share reports whether a measure is the share of some options.
func (m *Measure) Share() bool { return m.Kind == TopBox || m.Kind == BottomBox }

// Pools lists the pools of all indices, each once; the slice belongs to the
// questionnaire. Means have none: their values need not be whole numbers.
func (q *Questionnaire) Pools() []Pool { return q.pools }

// Counts reports whether an option of a variable, by its place in Variables, is
// in the numerator.
func (p *Pool) Counts(place, option int) bool { return p.counted[place][option] }

// WithDontKnow reports whether "don't know" is in the denominator.
func (p *Pool) WithDontKnow() bool { return p.more }

// addPools finds the pools of all factors and gives them their counters.
func (q *Questionnaire) addPools() {
	q.pools = nil
	for i := range q.Indices {
		x := &q.Indices[i]
		m := slices.IndexFunc(q.Measures, func(m Measure) bool { return m.ID == x.Measure })
		if m < 0 || !q.Measures[m].Share() {
			continue
		}
		q.addPool(&q.Measures[m], x.Factors)
	}
}

// addPool adds the pool of some factors together, then of each, and returns
// what they count.
func (q *Questionnaire) addPool(m *Measure, factors []Factor) []int {
	var all []int
	for i := range factors {
		f := &factors[i]
		own := q.addPool(m, f.Factors)
		for _, id := range f.Variables {
			if v := q.Variable(id); v != nil {
				own = append(own, v.Index)
			}
		}
		q.pool(m, own)
		all = append(all, own...)
	}
	q.pool(m, all)
	return all
}

// pool adds a pool, unless it is there or is of a single variable.
func (q *Questionnaire) pool(m *Measure, variables []int) {
	list := slices.Clone(variables)
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) < 2 || len(list) > maxPooled {
		return
	}
	p := Pool{Variables: list, Slot: q.slots, more: m.Base == WithDontKnow}
	for _, i := range list {
		v := &q.variables[i]
		counted := make([]bool, len(v.Options()))
		for o := range counted {
			counted[o] = slices.Contains(m.Codes, v.Options()[o].Code)
		}
		p.counted = append(p.counted, counted)
	}
	if slices.ContainsFunc(q.pools, func(o Pool) bool { return o.same(&p) }) {
		return
	}
	q.slots += PoolSlots
	q.pools = append(q.pools, p)
}

// same reports whether two pools count the same.
func (p *Pool) same(o *Pool) bool {
	return p.more == o.more && slices.Equal(p.Variables, o.Variables) && slices.EqualFunc(p.counted, o.counted, slices.Equal)
}
