package index

import (
	"math"
	"slices"

	"hailong/internal/composite"
)

// column is one indicator over all units, on its way from raw to scaled.
type column struct {
	n     *Indicator
	finds []found
	steps []Step
	info  *IndicatorResult

	raw     []float64 // NaN: there is none
	imputed []bool
	treated []float64
	moved   bool // treatment changed every value
	scaled  []float64
	slopes  []slope
}

// clear leaves no value in a column.
func (c *column) clear() {
	c.scaled, c.slopes = slices.Clone(c.raw), make([]slope, len(c.raw))
	for u := range c.scaled {
		c.scaled[u] = math.NaN()
	}
}

// impute fills in the mean of the unit's group for a figure or score that is
// missing. What is there and can't be (a numerator above its denominator), and
// what the method withholds, stays missing.
func (c *column) impute(units []Unit) {
	c.imputed = make([]bool, len(c.raw))
	if !c.n.Impute {
		return
	}
	groups := make([]string, len(units))
	for u := range units {
		groups[u] = units[u].Group
	}
	filled, imputed := composite.ImputeMean(c.raw, groups)
	for u := range filled {
		if !imputed[u] || c.steps[u].State != NoData || c.finds[u].share || slices.ContainsFunc(c.steps[u].Reasons, strange) {
			continue
		}
		c.raw[u], c.imputed[u] = filled[u], true
		c.steps[u].Imputed = number(filled[u])
		c.info.Imputed++
	}
}

// strange reports whether a value is missing for another reason than that nobody
// has it.
func strange(r Reason) bool { return r.Code != Missing && r.Code != NoScore }

// treat draws in outliers.
func (c *column) treat() {
	c.treated = c.raw
	if c.n.Treat {
		out, what := composite.Treat(c.raw)
		c.treated, c.moved = out, what.Logged
		c.info.Skewness, c.info.Kurtosis = number(what.Skewness), number(what.Kurtosis)
		c.info.Winsorised, c.info.Logged = what.Winsorised, what.Logged
	}
	low, high := math.Inf(1), math.Inf(-1)
	for u, v := range c.treated {
		if math.IsNaN(v) {
			continue
		}
		if c.n.Treat {
			c.steps[u].Treated = number(v)
		}
		low, high = min(low, v), max(high, v)
	}
	c.info.Low, c.info.High = number(low), number(high)
}

// scale makes the values comparable, or gives points for them.
func (c *column) scale(minUnits int) {
	c.clear()
	if why := c.incomparable(minUnits); why != "" {
		c.info.Reason = why
		for u := range c.steps {
			if c.steps[u].State == NoData && !math.IsNaN(c.raw[u]) {
				c.steps[u].Reasons = []Reason{{Code: why, Part: c.n.ID}}
			}
		}
		return
	}
	direction := 1
	if c.n.Down {
		direction = -1
	}
	scaled := c.n.Scaling.Scale(c.treated, direction)
	for u := range c.steps {
		s := &c.steps[u]
		if s.State != NoData || len(s.Reasons) > 0 && !c.imputed[u] {
			continue
		}
		v := scaled[u]
		switch {
		case c.n.Points != nil:
			v = c.points(u)
		case len(c.n.Steps) > 0:
			v = c.stepped(u)
		}
		if math.IsNaN(v) {
			if len(s.Reasons) == 0 {
				s.Reasons = []Reason{{Code: c.unscaled(), Part: c.n.ID}}
			}
			continue
		}
		s.State, c.scaled[u] = OK, v
		s.Scaled = number(v)
		c.slopes[u] = c.slopeOf(u)
		s.SE = node{terms: []slope{c.slopes[u]}}.error(1)
	}
}

// incomparable says why values can't be compared: a scale that goes by all of them
// needs enough that differ. The empty word means they can.
func (c *column) incomparable(minUnits int) string {
	relative := c.n.Points == nil && len(c.n.Steps) == 0 && relative(c.n.Scaling.Method)
	if !relative {
		return ""
	}
	there := 0
	for _, v := range c.treated {
		if !math.IsNaN(v) {
			there++
		}
	}
	switch {
	case there == 0:
		return ""
	case there < max(minUnits, 2):
		return TooFewUnits
	case c.info.Low == c.info.High:
		return AllEqual
	}
	return ""
}

// unscaled says why a value that is there has no scaled one: what differs by less
// than numbers can tell is the same.
func (c *column) unscaled() string {
	if c.n.Points == nil && len(c.n.Steps) == 0 && relative(c.n.Scaling.Method) {
		return AllEqual
	}
	return NotANumber
}

// relative reports whether a scale depends on the values of all units.
func relative(m composite.Method) bool {
	return m == composite.MinMax || m == composite.ZScore || m == composite.PercentRank
}

// points of a unit, NaN when there are none.
func (c *column) points(u int) float64 {
	f, p := c.finds[u], c.n.Points
	num, den, rule := f.num.Value, f.den.Value, *p
	if !f.share || c.imputed[u] { // a value that gets all points at full_at
		num, den, rule.FullAt = min(c.raw[u], p.FullAt), p.FullAt, 1
	}
	v, ok := rule.Score(num, den)
	if !ok {
		return math.NaN()
	}
	return v
}

// stepped is the points of the step that a unit's value reaches.
func (c *column) stepped(u int) float64 {
	value := c.treated[u]
	if c.n.AtMost {
		value = -value
	}
	v, ok := composite.Stepped(c.n.Steps, value)
	if !ok {
		c.steps[u].Reasons = []Reason{{Code: BelowSteps, Part: c.n.ID, Figure: c.steps[u].From}}
		return math.NaN()
	}
	return v
}

// slopeOf is how the error of a unit's score comes through.
func (c *column) slopeOf(u int) slope {
	f := c.finds[u]
	s := slope{part: c.n.ID, survey: f.survey}
	switch {
	case c.imputed[u]:
		s.reason = OfImputed
		return s
	case f.survey == "":
		return s // hard data, also where others' samples set the scale
	case !f.se.There:
		s.reason = NoError
		return s
	case c.moved || c.treated[u] != c.raw[u]:
		s.reason = OfTreated
		return s
	}
	n := c.n
	switch {
	case n.Points != nil && f.raw >= n.Points.FullAt:
		s.reason = AtCut
	case n.Points != nil:
		s.error = f.se.Value * n.Points.Max / n.Points.FullAt
	case len(n.Steps) > 0:
		s.reason = ByStep
	case n.Scaling.Method == composite.Goalposts && (c.raw[u] <= n.Scaling.Low || c.raw[u] >= n.Scaling.High):
		s.reason = AtCut
	case n.Scaling.Method == composite.Goalposts:
		s.error = f.se.Value * 100 / (n.Scaling.High - n.Scaling.Low)
	case relative(n.Scaling.Method):
		s.reason = Relative
	default:
		s.error = f.se.Value
	}
	if s.reason == "" && (math.IsInf(s.error, 0) || math.IsNaN(s.error)) {
		s.reason, s.error = NoError, 0
	}
	return s
}
