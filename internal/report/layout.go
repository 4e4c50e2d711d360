package report

import (
	"fmt"
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/stat"
)

// layout says where the counters of an index's variables are: in the vectors of
// this package, and in the cells of every version.
type layout struct {
	columns  []column
	size     int        // counters of one vector
	nodes    []node     // the whole index, then its factors, depth first
	known    int        // version numbers below it are known
	versions []*version // by number; nil: of another survey
	cuts     []cut      // in order of publication
}

// column is one variable of the index. Its counters in a vector are those of the
// states, of the options, and of "answered", as in a cell; the options are those
// of the current version, then any that only earlier versions had.
type column struct {
	variable *questionnaire.Variable
	at       int // first counter
	codes    []string
	strands  []int       // options through all versions (questionnaire.Lineage)
	cuts     []bool      // by cut: its series begins anew there
	current  int         // so many codes are of the current version
	counted  []bool      // by option: in the numerator of a top box
	valued   []int       // options that have a value
	values   []stat.Wide // what they count, in the measure's unit
	plain    []float64   // the same, of a share per one
	offered  [questionnaire.StateSlots]bool
}

// node is the whole index, or one factor.
type node struct {
	factor   *questionnaire.Factor // nil: the whole index
	weight   stat.Wide
	pooled   bool
	columns  []int  // of a leaf
	children []int  // nodes
	all      []int  // columns of the node and everything below it, each once
	alike    bool   // all of them have the same options
	pool     int    // first of the counters over respondents, below 0: none
	cuts     []bool // by cut: its series begins anew there
}

// version says how a published version's cells are read.
type version struct {
	hash    string
	place   int   // in the order of publication
	segment uint8 // between which cuts it is
	slots   int
	spans   []span
	inexact []int // first pool counters of the nodes that the version's cells have no such sums for
}

// span is a run of counters that follow each other in cells and in vectors.
type span struct{ from, to, n int }

// newLayout lays out the variables of the plan's index. It returns an error only
// for a questionnaire that contradicts itself.
func newLayout(p *plan) (*layout, error) {
	l := &layout{}
	root := node{pooled: p.index.Aggregate != questionnaire.WeightedMean, weight: stat.Whole(1)}
	l.nodes = append(l.nodes, root)
	for i := range p.index.Factors {
		if err := l.addFactor(p.current, 0, &p.index.Factors[i]); err != nil {
			return nil, err
		}
	}
	for i := range l.columns {
		if err := l.columns[i].fill(p); err != nil {
			return nil, err
		}
		l.columns[i].at = l.size
		l.size += questionnaire.StateSlots + len(l.columns[i].codes) + 1
	}
	for i := range l.nodes {
		x := &l.nodes[i]
		x.alike = l.alike(x.all)
		x.pool = noPool
		if x.pooled && p.measure.Share() {
			x.pool = l.size
			l.size += poolCounters
		}
	}
	if err := l.addCuts(p); err != nil {
		return nil, err
	}
	l.addVersions(p)
	return l, nil
}

// addFactor appends a factor's node, then those below it, and hands its columns
// to the nodes above.
func (l *layout) addFactor(q *questionnaire.Questionnaire, parent int, f *questionnaire.Factor) error {
	at := len(l.nodes)
	l.nodes = append(l.nodes, node{factor: f, weight: stat.Decimal(f.Weight), pooled: f.Aggregate != questionnaire.WeightedMean})
	l.nodes[parent].children = append(l.nodes[parent].children, at)
	for _, id := range f.Variables {
		c, err := l.column(q, id)
		if err != nil {
			return err
		}
		l.nodes[at].columns = append(l.nodes[at].columns, c)
		l.nodes[at].all = append(l.nodes[at].all, c)
	}
	for i := range f.Factors {
		if err := l.addFactor(q, at, &f.Factors[i]); err != nil {
			return err
		}
	}
	for _, c := range l.nodes[at].all {
		if !slices.Contains(l.nodes[parent].all, c) {
			l.nodes[parent].all = append(l.nodes[parent].all, c)
		}
	}
	return nil
}

// column returns the column of a variable, a new one when it has none yet.
func (l *layout) column(q *questionnaire.Questionnaire, id string) (int, error) {
	if at := slices.IndexFunc(l.columns, func(c column) bool { return c.variable.ID == id }); at >= 0 {
		return at, nil
	}
	v := q.Variable(id)
	if v == nil || (v.Kind != questionnaire.OneOf && v.Kind != questionnaire.SetOf) {
		return 0, fmt.Errorf("index of %s counts %q, which has no options", q.Survey, id)
	}
	l.columns = append(l.columns, column{variable: v})
	return len(l.columns) - 1, nil
}

// fill collects the options of all versions. The current version's values hold
// for all; an option that it no longer has keeps the last value it had, and its
// code unless another option has that now.
func (c *column) fill(p *plan) error {
	lineage := p.survey.Lineage
	for place := lineage.Len() - 1; place >= 0; place-- {
		v, strands := lineage.Earlier(place, c.variable)
		if place == lineage.Len()-1 && v != c.variable {
			return fmt.Errorf("the lineage of %s does not end with its current version", p.survey.Slug)
		}
		if v != nil {
			c.add(v, strands, p.measure, lineage.At(place).Version)
		}
		if c.current == 0 {
			c.current = len(c.codes)
		}
	}
	for _, m := range c.variable.Item.Missing {
		for state := range c.offered {
			c.offered[state] = c.offered[state] || response.State(state).String() == m.Code
		}
	}
	return nil
}

func (c *column) add(v *questionnaire.Variable, strands []int, m *questionnaire.Measure, version string) {
	for i := range v.Item.Options {
		o := &v.Item.Options[i]
		if slices.Contains(c.strands, strands[i]) {
			continue
		}
		code := o.Code
		c.counted = append(c.counted, slices.Contains(m.Codes, code) && !slices.Contains(c.codes, code))
		if value, ok := worth(o, m, c, slices.Contains(c.codes, code)); ok {
			c.valued = append(c.valued, len(c.codes))
			c.values = append(c.values, value)
			c.plain = append(c.plain, value.Float64())
		}
		if slices.Contains(c.codes, code) { // it means something else now
			code += "@" + version[:8]
		}
		c.codes, c.strands = append(c.codes, code), append(c.strands, strands[i])
	}
}

// alike reports whether columns have the same options, so that their counts can
// be added up code by code.
func (l *layout) alike(columns []int) bool {
	for _, c := range columns {
		if !slices.Equal(l.columns[c].codes, l.columns[columns[0]].codes) {
			return false
		}
	}
	return len(columns) > 0
}

// addVersions maps the counters of every version: those of the variables and
// options that the current ones continue.
func (l *layout) addVersions(p *plan) {
	own := versionNumbers(p.catalog, p.survey)
	l.known = len(own)
	l.versions = make([]*version, len(own))
	lineage := p.survey.Lineage
	for _, published := range p.survey.Versions {
		q := published.Questionnaire
		place := lineage.Place(q.Version)
		v := &version{hash: q.Version, place: place, segment: l.segment(place), slots: q.Slots()}
		for i := range l.columns {
			c := &l.columns[i]
			from, strands := lineage.Earlier(place, c.variable)
			if from == nil {
				continue
			}
			for state := range questionnaire.StateSlots {
				v.add(from.Slot+state, c.at+state)
			}
			for o := range from.Item.Options {
				to := slices.Index(c.strands, strands[o])
				v.add(from.Slot+questionnaire.StateSlots+o, c.at+questionnaire.StateSlots+to)
			}
			v.add(from.Slot+from.Slots-1, c.at+questionnaire.StateSlots+len(c.codes))
		}
		l.addPools(p, v, q)
		l.versions[published.Number] = v
	}
}

// add maps one counter, as part of the last run where it continues that.
func (v *version) add(from, to int) {
	if n := len(v.spans); n > 0 {
		if last := &v.spans[n-1]; last.from+last.n == from && last.to+last.n == to {
			last.n++
			return
		}
	}
	v.spans = append(v.spans, span{from: from, to: to, n: 1})
}
