package weigh

import (
	"fmt"
	"slices"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// What a byte of a combination says beside the option: nothing that counts, or
// that the person does not know.
const (
	nothing  = 255
	dontKnow = 254
	mostOpts = 254 // options in a byte
)

// optIn is the sample of whoever came.
const optIn = questionnaire.OptIn

// reading says where the answers to a variable of the current version are in
// responses of every version. Options are those of the current version, then
// those that only earlier versions had.
type reading struct {
	codes   []string
	options []*questionnaire.Option
	strands []int       // options through all versions (questionnaire.Lineage)
	current int         // so many are of the current version
	places  []readPlace // by number of the version
}

// readPlace is a variable in one version.
type readPlace struct {
	answer int     // index of the answer, -1: that version does not ask it
	to     []uint8 // options, by option of that version
}

// newReading follows a variable of the current version back through all versions.
func newReading(s *catalog.Survey, v *questionnaire.Variable) (*reading, error) {
	r := &reading{}
	last := s.Lineage.Len() - 1
	for place := last; place >= 0; place-- {
		from, numbers := s.Lineage.Earlier(place, v)
		if from == nil {
			continue
		}
		version := s.Version(s.Lineage.At(place).Version)
		if version == nil {
			continue
		}
		to := r.take(from, numbers, version.Questionnaire.Version)
		if place == last {
			r.current = len(r.codes)
		}
		for len(r.places) <= int(version.Number) {
			r.places = append(r.places, readPlace{answer: -1})
		}
		if r.places[version.Number].answer < 0 { // a version that came back is read as it was last
			r.places[version.Number] = readPlace{from.Index, to}
		}
	}
	if len(r.codes) >= mostOpts {
		return nil, errs.Bad(errs.Problem{Item: v.ID, Code: "weigh_many_options", Args: map[string]any{"n": len(r.codes), "max": mostOpts - 1}})
	}
	return r, nil
}

// take adds the options of one version that are not known yet, and returns where
// each of them is.
func (r *reading) take(from *questionnaire.Variable, strands []int, version string) []uint8 {
	to := make([]uint8, len(strands))
	for i, strand := range strands {
		at := slices.Index(r.strands, strand)
		if at < 0 {
			at = len(r.strands)
			o := &from.Options()[i]
			code := o.Code
			if slices.Contains(r.codes, code) { // it means something else now
				code += "@" + version[:8]
			}
			r.strands, r.codes, r.options = append(r.strands, strand), append(r.codes, code), append(r.options, o)
		}
		to[i] = uint8(min(at, nothing))
	}
	return to
}

// read returns what a response says: an option, dontKnow or nothing.
func (r *reading) read(x *response.Response) uint8 {
	if int(x.Version) >= len(r.places) || r.places[x.Version].answer < 0 {
		return nothing
	}
	at := &r.places[x.Version]
	switch a := &x.Answers[at.answer]; {
	case a.State == response.Answered && !a.Apart && int(a.Option) < len(at.to):
		return at.to[a.Option]
	case a.State == response.DontKnow:
		return dontKnow
	}
	return nothing
}

// column is one variable of the index.
type column struct {
	*reading
	variable *questionnaire.Variable
	valid    []bool    // by option, then dontKnow: in the denominator
	y        []float64 // by the same: what it counts, a share of the unit's scale
}

// node is the whole index (the first one), or one factor.
type node struct {
	factor   *questionnaire.Factor // nil: the whole index
	pooled   bool
	columns  []int // of a leaf
	children []int // nodes
	all      []int // columns of the node and everything below it, each once
}

// layout is the index that is estimated.
type layout struct {
	index   *questionnaire.Index
	measure *questionnaire.Measure
	columns []column
	nodes   []node
	owner   []int // by column: the leaf that shows it
	allSame bool  // what says the same of everybody may be shown
	cuts    []int // places in the order of publication where series begin anew
	segment []uint8
}

// newLayout lays out an index of a survey under a measure.
func newLayout(s *catalog.Survey, index, measure string) (*layout, error) {
	q := s.Current().Questionnaire
	l := &layout{allSame: q.AllSame == questionnaire.PublishAllSame}
	for i := range q.Indices {
		if q.Indices[i].ID == index {
			l.index = &q.Indices[i]
		}
	}
	for i := range q.Measures {
		if q.Measures[i].ID == measure {
			l.measure = &q.Measures[i]
		}
	}
	if l.index == nil || l.measure == nil {
		return nil, fmt.Errorf("weigh: %s has no index %q or measure %q", s.Slug, index, measure)
	}
	l.nodes = append(l.nodes, node{pooled: l.index.Aggregate != questionnaire.WeightedMean})
	for i := range l.index.Factors {
		if err := l.addFactor(s, 0, &l.index.Factors[i]); err != nil {
			return nil, err
		}
	}
	l.addCuts(s)
	return l, nil
}

func (l *layout) addFactor(s *catalog.Survey, parent int, f *questionnaire.Factor) error {
	at := len(l.nodes)
	l.nodes = append(l.nodes, node{factor: f, pooled: f.Aggregate != questionnaire.WeightedMean})
	l.nodes[parent].children = append(l.nodes[parent].children, at)
	for _, id := range f.Variables {
		c, err := l.column(s, id, at)
		if err != nil {
			return err
		}
		l.nodes[at].columns = append(l.nodes[at].columns, c)
		l.nodes[at].all = append(l.nodes[at].all, c)
	}
	for i := range f.Factors {
		if err := l.addFactor(s, at, &f.Factors[i]); err != nil {
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
func (l *layout) column(s *catalog.Survey, id string, owner int) (int, error) {
	if at := slices.IndexFunc(l.columns, func(c column) bool { return c.variable.ID == id }); at >= 0 {
		return at, nil
	}
	q := s.Current().Questionnaire
	v := q.Variable(id)
	if v == nil || !single(q, v) {
		// Several answers of one person, or of one about several agencies, are a
		// cluster of answers; weights of persons are not theirs.
		return 0, errs.Bad(errs.Problem{Item: "index", Code: "weigh_not_one_answer", Args: map[string]any{"id": id}})
	}
	r, err := newReading(s, v)
	if err != nil {
		return 0, err
	}
	c := column{reading: r, variable: v, valid: make([]bool, mostOpts+1), y: make([]float64, mostOpts+1)}
	for i, o := range r.options {
		reused := r.codes[i] != o.Code
		c.y[i], c.valid[i] = worth(l.measure, v, o, reused)
	}
	c.valid[dontKnow] = l.measure.Base == questionnaire.WithDontKnow
	l.columns, l.owner = append(l.columns, c), append(l.owner, owner)
	return len(l.columns) - 1, nil
}

// worth returns what an option counts, and false when it is outside: a share of
// 1 for all kinds but means, which count values.
func worth(m *questionnaire.Measure, v *questionnaire.Variable, o *questionnaire.Option, reused bool) (float64, bool) {
	in := func(codes []string) bool { return slices.Contains(codes, o.Code) && !reused }
	if m.Kind.Coded() {
		switch {
		case in(m.Codes):
			return 1, true
		case m.Kind == questionnaire.Net && in(m.Against):
			return -1, true
		}
		return 0, true
	}
	if o.Value == nil {
		return 0, false
	}
	switch {
	case m.Kind == questionnaire.NPS && *o.Value >= questionnaire.PromoterFrom:
		return 1, true
	case m.Kind == questionnaire.NPS && *o.Value <= questionnaire.DetractorTo:
		return -1, true
	case m.Kind == questionnaire.NPS:
		return 0, true
	case m.Kind == questionnaire.Score100:
		low, high := *o.Value, *o.Value
		for _, other := range v.Options() {
			if other.Value != nil {
				low, high = min(low, *other.Value), max(high, *other.Value)
			}
		}
		if !(low < high) {
			return 0, false
		}
		return (*o.Value - low) / (high - low), true
	}
	return *o.Value, true
}

// proportion reports whether estimates lie between 0 and 1.
func (l *layout) proportion() bool {
	return l.measure.Kind == questionnaire.TopBox || l.measure.Kind == questionnaire.BottomBox
}

// scale is what estimates are multiplied with to be in the unit of the measure.
func (l *layout) scale() float64 {
	if l.measure.Kind == questionnaire.Mean {
		return 1
	}
	return 100
}

// unit is "%" for shares, empty for others.
func (l *layout) unit() string {
	if l.proportion() {
		return "%"
	}
	return ""
}

// addCuts finds where the series of the index begin anew: answers before and
// after a declared break are never in one estimate.
func (l *layout) addCuts(s *catalog.Survey) {
	breaks := s.Lineage.Breaks()
	for i := range breaks {
		b := &breaks[i]
		if b.Place > 0 && (b.Of == questionnaire.AllSeries || b.Of == l.index.ID ||
			slices.ContainsFunc(l.columns, func(c column) bool { return s.Lineage.Interrupts(b, c.variable) })) {
			l.cuts = append(l.cuts, b.Place)
		}
	}
	slices.Sort(l.cuts)
	l.cuts = slices.Compact(l.cuts)
	for _, v := range s.Versions {
		place, n := s.Lineage.Place(v.Questionnaire.Version), 0
		for _, cut := range l.cuts {
			if cut <= place {
				n++
			}
		}
		for len(l.segment) <= int(v.Number) {
			l.segment = append(l.segment, nothing) // of another survey
		}
		l.segment[v.Number] = uint8(min(n, nothing-1))
	}
}

// decimalsOf is how many decimals published numbers of a survey have.
func decimalsOf(s *catalog.Survey) int {
	if r := s.Current().Questionnaire.Rounding; r != nil {
		return *r
	}
	return 2
}
