package report

import (
	"math"
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/sample"
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

// The methods of intervals, all of 95 %. An upper one rests on the largest
// standard error that the counts allow, where they don't tell how the answers of
// one person go together.
const (
	wilson95      = "wilson95"   // of a share, by its base
	normal95      = "normal95"   // of a mean, by its standard deviation
	kornGraubard  = "kg95"       // of a share, by its design variance (stat.KornGraubard, capped)
	kornUpper     = "kg95_upper" // the same, of an upper variance
	student95     = "student95"  // of a mean, by its design variance
	studentUpper  = "student95_upper"
	completeCount = "complete" // everybody was asked and answered: there is no sampling error
)

// estimate is the score of a column or a node before it is judged.
type estimate struct {
	n      int64        // valid answers; of a composite, to the busiest item
	base   int64        // of an item: denominator of its value
	value  stat.Moments // of a share, in per cent; N is the effective base
	reason string       // why there is no value; empty when there is one

	se       float64 // by the design, in the unit of the value; of a mean of parts the largest possible
	known    bool    // there is a standard error
	upper    bool    // it is the largest possible
	weighted bool    // by populations
	mass     float64 // of an item by populations: the weights of its answers
	complete bool    // everybody of every stratum was asked
	df       int     // degrees of freedom of the design
	effect   float64 // design effect; 0: not known
}

// estimator computes the estimates of one group after the other, using its
// memory again.
type estimator struct {
	layout    *layout
	share     bool // the measure is a share; else a mean
	dontKnow  bool // "don't know" is in the denominator
	onlyItems bool // nobody asks for composites
	items     []estimate
	nodes     []estimate
	parts     []stat.Part
	counts    []int64
	cells     [][]int64 // per stratum
	memory    []int64   // of cells
	sums      []sample.Sums
}

func newEstimator(l *layout, m *questionnaire.Measure) *estimator {
	return &estimator{
		layout:   l,
		share:    m.Share(),
		dontKnow: m.Base == questionnaire.WithDontKnow,
		items:    make([]estimate, len(l.columns)),
		nodes:    make([]estimate, len(l.nodes)),
	}
}

// run computes the estimates of all columns and nodes from a vector of counters;
// nil stands for zeros. d is the same by stratum, nil where populations are not
// known. O(strata × counters).
func (e *estimator) run(vector []int64, d *design) {
	for i := range e.items {
		e.items[i] = estimate{reason: reasonNoAnswers}
		if vector != nil {
			e.items[i] = e.item(&e.layout.columns[i], vector)
			e.weigh(&e.items[i], &e.layout.columns[i], d)
		}
	}
	for i := len(e.nodes) - 1; i >= 0 && !e.onlyItems; i-- { // depth first: what is below comes later
		e.nodes[i] = e.node(&e.layout.nodes[i])
		if e.nodes[i].reason == "" {
			e.errorOf(&e.nodes[i], &e.layout.nodes[i], vector, d)
		}
	}
}

// options returns the counters of a column's options.
func (c *column) options(vector []int64) []int64 {
	first := c.at + questionnaire.StateSlots
	return vector[first : first+len(c.codes)]
}

// dontKnows returns how many answered that they don't know.
func (c *column) dontKnows(vector []int64) int64 { return vector[c.at+int(response.DontKnow)] }

// several reports whether one answer may have several options.
func (c *column) several() bool { return c.variable.Kind == questionnaire.SetOf }

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
	if c.several() { // several options are one answer
		out.n = vector[c.at+questionnaire.StateSlots+len(c.codes)]
	}
	var ok bool
	switch {
	case e.share:
		if e.dontKnow {
			out.n, out.base = out.n+c.dontKnows(vector), out.base+c.dontKnows(vector)
		}
		out.value.Mean, ok = stat.TopBox(counted, out.base)
		out.value.N = float64(out.n)
		if p := float64(counted) / float64(out.base); ok && out.n == out.base {
			out.precise(100*math.Sqrt(p*(1-p)/float64(out.n-1)), int(out.n)-1)
		}
	default:
		e.counts = e.counts[:0]
		values := c.values
		for _, o := range c.valued {
			e.counts = append(e.counts, options[o])
		}
		if e.dontKnow {
			values = append(slices.Clip(values), stat.Whole(0))
			e.counts = append(e.counts, c.dontKnows(vector))
			out.n += c.dontKnows(vector)
		}
		out.value, ok = stat.MomentsOf(values, e.counts)
		out.base = int64(out.value.N)
		if sd, there := out.value.SD(); ok && there && !c.several() {
			out.precise(sd/math.Sqrt(out.value.N), int(out.value.N)-1)
		}
	}
	if ok {
		out.reason = ""
	}
	return out
}

// precise sets the standard error of a simple sample.
func (x *estimate) precise(se float64, df int) {
	if df > 0 {
		x.se, x.df, x.known, x.effect = se, df, true, 1
	}
}

// weigh replaces an estimate of an item by that of the design.
func (e *estimator) weigh(x *estimate, c *column, d *design) {
	if d == nil || c.several() || x.reason != "" {
		return
	}
	width := len(c.valued)
	values := c.plain
	if e.dontKnow {
		width++
		values = append(slices.Clip(values), 0)
	}
	e.cells, e.memory = e.cells[:0], e.memory[:0]
	for _, vector := range d.vectors {
		from := len(e.memory)
		options := c.options(vector)
		for _, o := range c.valued {
			e.memory = append(e.memory, options[o])
		}
		if e.dontKnow {
			e.memory = append(e.memory, c.dontKnows(vector))
		}
		e.cells = append(e.cells, e.memory[from:from+width])
	}
	got, ok := sample.Mean(values, d.strata, e.cells, d.lonely)
	if !ok {
		return
	}
	x.weighted, x.mass, x.complete = true, got.Weight, got.Complete && x.n == d.sampled
	x.value.Mean, x.value.N = stat.Float(got.Value), float64(x.n)
	x.value.Variance = got.Spread
	x.se, x.df, x.known = got.SE(), got.DF, got.DF > 0
	x.effect, _ = got.DesignEffect(false)
}

// node makes a composite of what is below a node.
//
// Pooled: the ratio of the summed numerators and denominators of all items, that
// is, their mean weighted by their bases. Weighted mean: Σ wᵢeᵢ / Σ wᵢ over the
// factors below, or the plain mean of the items that have data in a leaf. A
// factor without data leaves the whole without an estimate: leaving it out would
// give its weight to the others without saying so.
//
// Where no standard error can be had, the effective base is the mean base of the
// items, not their sum, because one respondent answers many items and these
// answers are not independent: the worst case is assumed, that they are wholly
// dependent.
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
	weighted := e.weighted(columns)
	for _, c := range columns {
		it := &e.items[c]
		if it.reason != "" {
			continue
		}
		part := stat.Part{Weight: stat.Whole(1), Moments: it.value}
		switch {
		case byBase && weighted:
			part.Weight = stat.Float(it.mass)
		case byBase:
			part.Weight = stat.Whole(it.base)
		}
		e.parts = append(e.parts, part)
	}
}

// weighted reports whether all items that have data are weighted by populations.
func (e *estimator) weighted(columns []int) bool {
	for _, c := range columns {
		if it := &e.items[c]; it.reason == "" && !it.weighted {
			return false
		}
	}
	return true
}
