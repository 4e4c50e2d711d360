package report

import (
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/stat"
)

// worth returns what an option counts in a measure, in the measure's unit, and
// false when answers that chose it are outside. reused tells that its code means
// another option now, so that it is never among those a share counts.
func worth(o *questionnaire.Option, m *questionnaire.Measure, c *column, reused bool) (stat.Wide, bool) {
	in := func(codes []string) bool { return slices.Contains(codes, o.Code) && !reused }
	switch m.Kind {
	case questionnaire.TopBox, questionnaire.BottomBox:
		if in(m.Codes) {
			return stat.Whole(100), true
		}
		return stat.Whole(0), true
	case questionnaire.Net:
		switch {
		case in(m.Codes):
			return stat.Whole(100), true
		case in(m.Against):
			return stat.Whole(-100), true
		}
		return stat.Whole(0), true
	case questionnaire.Mean, questionnaire.Score100, questionnaire.NPS:
	}
	if o.Value == nil {
		return stat.Wide{}, false
	}
	return valueWorth(*o.Value, m.Kind, c)
}

// valueWorth is worth for measures that count what options are worth.
func valueWorth(value float64, kind questionnaire.MeasureKind, c *column) (stat.Wide, bool) {
	switch {
	case kind == questionnaire.NPS && value >= questionnaire.PromoterFrom:
		return stat.Whole(100), true
	case kind == questionnaire.NPS && value <= questionnaire.DetractorTo:
		return stat.Whole(-100), true
	case kind == questionnaire.NPS:
		return stat.Whole(0), true
	case kind == questionnaire.Score100:
		low, high, ok := ends(c.variable)
		if !ok {
			return stat.Wide{}, false
		}
		above := stat.Decimal(value).Add(stat.Decimal(-low))
		return stat.Whole(100).Mul(above).Quo(stat.Decimal(high).Add(stat.Decimal(-low))), true
	}
	return stat.Decimal(value), true
}

// ends returns the lowest and the highest value of a variable's options, false
// when they are the same.
func ends(v *questionnaire.Variable) (low, high float64, ok bool) {
	first := true
	for _, o := range v.Options() {
		if o.Value == nil {
			continue
		}
		if first {
			low, high, first = *o.Value, *o.Value, false
		}
		low, high = min(low, *o.Value), max(high, *o.Value)
	}
	return low, high, low < high
}

// noPool marks a node without counters over respondents.
const noPool = -1

// A node's counters over respondents are those of a questionnaire.Pool, then how
// many responses are of versions that did not count them so.
const (
	poolCounters = questionnaire.PoolSlots + 1
	poolInexact  = questionnaire.PoolSlots
)

// addPools maps the pools of a version to the nodes that count the same: the same
// variables, as far as the version has them, and the same options.
func (l *layout) addPools(p *plan, v *version, q *questionnaire.Questionnaire) {
	for i := range l.nodes {
		x := &l.nodes[i]
		if x.pool == noPool {
			continue
		}
		if pool := l.poolOf(p, v, q, x); pool != nil {
			for n := range questionnaire.PoolSlots {
				v.add(pool.Slot+n, x.pool+n)
			}
			continue
		}
		v.inexact = append(v.inexact, x.pool+poolInexact)
	}
}

// poolOf returns the pool of a version that counts what a node counts, nil when
// there is none.
func (l *layout) poolOf(p *plan, v *version, q *questionnaire.Questionnaire, x *node) *questionnaire.Pool {
	type part struct {
		column  *column
		strands []int
	}
	parts := map[int]part{} // by index of the version's variable
	var variables []int
	for _, c := range x.all {
		from, strands := p.survey.Lineage.Earlier(v.place, l.columns[c].variable)
		if from != nil {
			parts[from.Index] = part{&l.columns[c], strands}
			variables = append(variables, from.Index)
		}
	}
	slices.Sort(variables)
	pools := q.Pools()
	for i := range pools {
		pool := &pools[i]
		if !slices.Equal(pool.Variables, variables) || pool.WithDontKnow() != (p.measure.Base == questionnaire.WithDontKnow) {
			continue
		}
		same := true
		for place, index := range pool.Variables {
			from := parts[index]
			for o, strand := range from.strands {
				same = same && pool.Counts(place, o) == from.column.counted[slices.Index(from.column.strands, strand)]
			}
		}
		if same {
			return pool
		}
	}
	return nil
}
