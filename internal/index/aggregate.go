package index

import (
	"math"

	"hailong/internal/composite"
)

// node is the value of a part of one unit, with what its error is made of.
type node struct {
	id      string
	weight  float64
	value   float64 // NaN: there is none
	reasons []Reason
	terms   []slope // of the scores below, in order of the indicators
}

// error puts terms together. Terms of one survey add up as if they went together
// fully, those of different surveys as independent ones.
func (o node) error(factor float64) Error {
	e := Error{Kind: FixedSE}
	var surveys []string
	sums := map[string]float64{}
	bound := false
	for _, s := range o.terms {
		switch {
		case s.reason != "":
			e.Reasons = append(e.Reasons, Reason{Code: s.reason, Part: s.part})
		case s.survey == "":
		default:
			if _, again := sums[s.survey]; again {
				bound = true
			} else {
				surveys = append(surveys, s.survey)
			}
			sums[s.survey] += math.Abs(s.error)
		}
	}
	switch {
	case len(e.Reasons) > 0:
		e.Kind = UnknownSE
		return e
	case len(surveys) == 0:
		return e
	}
	v := 0.0
	for _, name := range surveys {
		v = math.Hypot(v, sums[name])
	}
	e.Kind = IndependentSE
	if bound {
		e.Kind = BoundSE
	}
	if e.SE = number(factor * v); !e.SE.There {
		return Error{Kind: UnknownSE, Reasons: []Reason{{Code: NoError}}}
	}
	return e
}

// combine puts the values of a group's parts together: those that are part of the
// method in the period. Without a value it says why.
func (g *Group) combine(values, weights []float64) (value float64, capped bool, why string) {
	there := false
	for _, v := range values {
		there = there || !math.IsNaN(v)
	}
	if !there && g.Missing != composite.AsZero {
		return math.NaN(), false, NoParts
	}
	filled, ok := g.Missing.Fill(values)
	if !ok {
		return math.NaN(), false, PartMissing
	}
	if g.Mean == composite.Harmonic {
		for _, v := range filled {
			if v <= 0 {
				return math.NaN(), false, NoMean
			}
		}
	}
	v := g.Mean.Aggregate(filled, weights)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return math.NaN(), false, NoMean
	}
	if g.Cap != nil && v >= *g.Cap {
		v, capped = composite.Capped(v, *g.Cap), true
	}
	if g.Max != nil && v > *g.Max+1e-9 {
		return math.NaN(), capped, AboveMax
	}
	return v, capped, ""
}

// effective is what a part weighs in a group's value: its share of the weights of
// the parts that are there, or its factor in a sum.
func (g *Group) effective(nodes []node) []Weight {
	all, there := 0.0, 0.0
	for _, p := range nodes {
		all += p.weight
		if !math.IsNaN(p.value) || g.Missing == composite.AsZero {
			there += p.weight
		}
	}
	if g.Mean == composite.Sum {
		all, there = 1, 1
	}
	out := make([]Weight, len(nodes))
	for i, p := range nodes {
		out[i] = Weight{Part: p.id, Nominal: number(p.weight / all)}
		if !math.IsNaN(p.value) || g.Missing == composite.AsZero {
			out[i].Effective = number(p.weight / there)
		}
	}
	return out
}

// derivative of a group's value by one of its parts.
func (g *Group) derivative(value, part, weight float64) float64 {
	switch g.Mean {
	case composite.Geometric:
		return weight * value / part
	case composite.Harmonic:
		return weight * (value / part) * (value / part)
	case composite.Arithmetic, composite.Sum:
	}
	return weight
}

// group computes a group of one unit, with its steps: outer groups before inner
// ones, without itself.
func (t *table) group(g *Group, u int) (node, []GroupStep, []Weight) {
	nodes, steps := t.nodes(g, u)
	o := node{id: g.ID, weight: g.Weight, value: math.NaN()}
	if len(nodes) == 0 {
		o.reasons = []Reason{{Code: NotInPeriod, Part: g.ID}}
		return o, steps, nil
	}
	values, weights := make([]float64, len(nodes)), make([]float64, len(nodes))
	for i, p := range nodes {
		values[i], weights[i] = p.value, p.weight
	}
	value, capped, why := g.combine(values, weights)
	shares := g.effective(nodes)
	o.value = value
	switch why {
	case "":
		o.terms = g.terms(nodes, value, capped, shares)
	case PartMissing, NoParts:
		for _, p := range nodes {
			o.reasons = append(o.reasons, p.reasons...)
		}
	default:
		o.reasons = []Reason{{Code: why, Part: g.ID}}
	}
	return o, steps, shares
}

// nodes are the parts of a group of one unit that count in the period, and the
// steps of its inner groups.
func (t *table) nodes(g *Group, u int) (nodes []node, steps []GroupStep) {
	for _, i := range g.Indicators {
		if !t.used[i] {
			continue
		}
		p := node{id: t.x.Indicators[i].ID, weight: t.x.Indicators[i].Weight, value: t.scaled[i][u]}
		if math.IsNaN(p.value) {
			p.reasons = t.steps[i][u].Reasons
		} else {
			p.terms = []slope{t.slope[i][u]}
		}
		nodes = append(nodes, p)
	}
	for i := range g.Groups {
		inner := &g.Groups[i]
		p, below, shares := t.group(inner, u)
		step := GroupStep{ID: inner.ID, State: OK, Value: number(p.value), Weights: shares, SE: Error{Kind: UnknownSE}}
		switch {
		case shares == nil:
			step.State = NotInPeriod
		case math.IsNaN(p.value):
			step.State, step.Reasons = Incomplete, p.reasons
			step.SE.Reasons = p.reasons
			nodes = append(nodes, p)
		default:
			step.SE, step.Capped = p.error(1), inner.Cap != nil && p.value >= *inner.Cap
			nodes = append(nodes, p)
		}
		steps = append(append(steps, step), below...)
	}
	return nodes, steps
}

// terms are the errors of a group's value: those of its parts times the change of
// the value by them.
func (g *Group) terms(nodes []node, value float64, capped bool, shares []Weight) []slope {
	var out []slope
	for i, p := range nodes {
		if math.IsNaN(p.value) {
			continue
		}
		d := g.derivative(value, p.value, shares[i].Effective.Value)
		for _, s := range p.terms {
			s.error *= d
			if capped && s.survey != "" && s.reason == "" {
				s.reason = AtCut
			}
			out = append(out, s)
		}
	}
	return out
}
