package report

import (
	"hailong/internal/questionnaire"
	"hailong/internal/stat"
)

// lowBase is the base below which a score is published but not ranked. It is the
// usual limit of official surveys; the questionnaire sets the one below which
// nothing is published.
const lowBase = 30

// The reasons for a state.
const (
	reasonNoAnswers = "no_answers"          // nobody gave a valid answer
	reasonNoFactor  = "factor_without_data" // a weighted mean lacks a part
	reasonMinN      = "min_n"
	reasonLowBase   = "below_30"
)

// The methods of intervals.
const (
	wilson95 = "wilson95"
	normal95 = "normal95"
)

// estimate is the score of a column or a node before it is judged.
type estimate struct {
	n      int64        // valid answers; of a composite, to the busiest item
	base   int64        // of an item: denominator of its value
	value  stat.Moments // of a share, in per cent; N is the effective base
	reason string       // why there is no value; empty when there is one
}

// estimator computes the estimates of one group after the other, using its
// memory again.
type estimator struct {
	layout *layout
	share  bool // the measure is a share; else a mean
	items  []estimate
	nodes  []estimate
	parts  []stat.Part
	counts []int64
}

func newEstimator(l *layout, m *questionnaire.Measure) *estimator {
	return &estimator{
		layout: l,
		share:  m.Kind == questionnaire.TopBox,
		items:  make([]estimate, len(l.columns)),
		nodes:  make([]estimate, len(l.nodes)),
	}
}

// run computes the estimates of all columns and nodes from a vector of counters;
// nil stands for zeros.
func (e *estimator) run(vector []int64) {
	for i := range e.items {
		e.items[i] = estimate{reason: reasonNoAnswers}
		if vector != nil {
			e.items[i] = e.item(&e.layout.columns[i], vector)
		}
	}
	for i := len(e.nodes) - 1; i >= 0; i-- { // depth first: what is below comes later
		e.nodes[i] = e.node(&e.layout.nodes[i])
	}
}

// options returns the counters of a column's options.
func (c *column) options(vector []int64) []int64 {
	first := c.at + questionnaire.StateSlots
	return vector[first : first+len(c.codes)]
}

func (e *estimator) item(c *column, vector []int64) estimate {
	options := c.options(vector)
	var all, counted int64
	for i, n := range options {
		all += n
		if c.counted[i] {
			counted += n
		}
	}
	out := estimate{n: all, base: all, reason: reasonNoAnswers}
	if c.variable.Kind == questionnaire.SetOf { // several options are one answer
		out.n = vector[c.at+questionnaire.StateSlots+len(c.codes)]
	}
	var ok bool
	if e.share {
		out.value.Mean, ok = stat.TopBox(counted, all)
		out.value.N = float64(out.n)
	} else {
		e.counts = e.counts[:0]
		for _, o := range c.valued {
			e.counts = append(e.counts, options[o])
		}
		out.value, ok = stat.MomentsOf(c.values, e.counts)
		out.base = int64(out.value.N)
	}
	if ok {
		out.reason = ""
	}
	return out
}

// node makes a composite of what is below a node.
//
// Pooled: the ratio of the summed numerators and denominators of all items, that
// is, their mean weighted by their bases. Weighted mean: Σ wᵢeᵢ / Σ wᵢ over the
// factors below, or the plain mean of the items that have data in a leaf. A
// factor without data leaves the whole without an estimate: leaving it out would
// give its weight to the others without saying so.
//
// The effective base is the mean base of the items, not their sum, because one
// respondent answers many items and these answers are not independent. Until
// errors are computed from the design, the worst case is assumed: that they are
// wholly dependent.
func (e *estimator) node(x *node) estimate {
	out := estimate{}
	for _, c := range x.all {
		out.n = max(out.n, e.items[c].n)
	}
	if out.n == 0 {
		out.reason = reasonNoAnswers
		return out
	}
	e.parts = e.parts[:0]
	switch {
	case x.pooled:
		e.addItems(x.all, true)
	case len(x.children) == 0:
		e.addItems(x.columns, false)
	default:
		for _, child := range x.children {
			if e.nodes[child].reason != "" {
				out.reason = reasonNoFactor
				return out
			}
			e.parts = append(e.parts, stat.Part{Weight: e.layout.nodes[child].weight, Moments: e.nodes[child].value})
		}
	}
	var ok bool
	if out.value, ok = stat.Mix(e.parts); !ok {
		out.reason = reasonNoAnswers
	}
	if x.pooled && ok {
		var sum float64
		for _, p := range e.parts {
			sum += p.N
		}
		out.value.N = sum / float64(len(e.parts))
	}
	return out
}

// addItems takes the columns that have data as parts, weighted by their bases or
// equally.
func (e *estimator) addItems(columns []int, byBase bool) {
	for _, c := range columns {
		it := &e.items[c]
		if it.reason != "" {
			continue
		}
		part := stat.Part{Weight: stat.Whole(1), Moments: it.value}
		if byBase {
			part.Weight = stat.Whole(it.base)
		}
		e.parts = append(e.parts, part)
	}
}

// judge fills what a row says of an estimate, counts excepted.
func (e *estimator) judge(row *Row, x *estimate, minN int, numbers *slab) {
	row.N = x.n
	switch {
	case x.reason != "":
		row.State, row.Reason = NoData, x.reason
		return
	case x.n < int64(minN):
		row.State, row.Reason = Suppressed, reasonMinN
		return
	case x.n < lowBase:
		row.State, row.Reason = LowBase, reasonLowBase
	default:
		row.State = OK
	}
	row.EffectiveN = x.value.N
	value := x.value.Mean.Float64()
	row.Estimate = numbers.put(value)
	var interval stat.Interval
	var ok bool
	scale := 1.0
	if e.share {
		scale = 100
		interval, ok = stat.Wilson(value/100, x.value.N)
		row.Interval = wilson95
	} else {
		interval, ok = x.value.Interval()
		row.Interval = normal95
	}
	if !ok {
		row.Interval = ""
		return
	}
	row.Low, row.High = numbers.put(interval.Low*scale), numbers.put(interval.High*scale)
}

// slab hands out places for numbers, many to an allocation.
type slab struct{ free []float64 }

func (s *slab) put(v float64) *float64 {
	if len(s.free) == 0 {
		s.free = make([]float64, 1024)
	}
	at := &s.free[0]
	s.free = s.free[1:]
	*at = v
	return at
}
