package index

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"hailong/internal/composite"
	"hailong/internal/stat"
)

// table is an index on its way: columns of indicators over units, which are in
// order of their ids so that sums do not depend on the order they were given in.
type table struct {
	x      *Index
	in     *Input
	units  []Unit
	order  []int    // position in the input of each unit
	used   []bool   // by indicator: part of the method in the period
	barred []Reason // by unit: why it gets no index at all; an empty code: it gets one

	steps  [][]Step    // by indicator, then unit
	scaled [][]float64 // NaN: there is none
	slope  [][]slope
	kinds  []IndicatorResult
}

// slope is how an error comes through a step: error = the score's standard error
// times the change of the step's value by one of the score. A reason says why it
// can't.
type slope struct {
	part   string // indicator
	survey string // empty: there is no sample behind it
	error  float64
	reason string
}

// Compute computes an index. Each unit has a value, or a state and the reasons
// why it has none; a Result has neither NaN nor infinity. It does not depend on the
// order of units, and of those that a scale does not compare with each other none
// depends on another. O(indicators × units log units).
//
// The error tells of an input that is none: no index, or a unit that is there
// twice.
func Compute(x *Index, in Input) (*Result, error) {
	t, err := newTable(x, &in)
	if err != nil {
		return nil, err
	}
	return t.result()
}

// newTable reads and scales all indicators.
func newTable(x *Index, in *Input) (*table, error) {
	if x == nil {
		return nil, errors.New("index: there is no index to compute")
	}
	t := &table{x: x, in: in, order: make([]int, len(in.Units))}
	for i := range in.Units {
		t.order[i] = i
	}
	slices.SortFunc(t.order, func(a, b int) int { return strings.Compare(in.Units[a].ID, in.Units[b].ID) })
	for k, i := range t.order {
		t.units = append(t.units, in.Units[i])
		if k > 0 && t.units[k-1].ID == t.units[k].ID {
			return nil, fmt.Errorf("index %s: the unit %q is there twice", x.ID, t.units[k].ID)
		}
	}
	t.bar()
	for i := range x.Indicators {
		t.indicator(i)
	}
	return t, nil
}

// bar says which indicators count in the period, and which units get no index.
func (t *table) bar() {
	t.used, t.barred = make([]bool, len(t.x.Indicators)), make([]Reason, len(t.units))
	day := firstDay(t.in.Period)
	if day == "" {
		day = t.in.Day
	}
	whole := Reason{}
	switch {
	case t.x.timeless():
	case day == "":
		whole.Code = UnknownPeriod
	case !t.x.Periods.has(day):
		whole.Code = OutsidePeriods
	}
	for i := range t.used {
		t.used[i] = whole.Code == "" && t.x.Indicators[i].Span.has(day)
	}
	for u := range t.units {
		t.barred[u] = whole
		for _, w := range t.x.Withheld {
			if w.Unit == t.units[u].ID && (w.Period == "" || w.Period == t.in.Period) {
				t.barred[u] = Reason{Code: UnitWithheld, Text: w.Reason}
			}
		}
	}
}

// indicator reads, imputes, treats and scales one indicator.
func (t *table) indicator(i int) {
	n := &t.x.Indicators[i]
	units := len(t.units)
	finds := make([]found, units)
	raw := make([]float64, units)
	steps := make([]Step, units)
	info := IndicatorResult{ID: n.ID, Used: t.used[i]}
	for u := range t.units {
		raw[u] = math.NaN()
		steps[u] = Step{ID: n.ID, State: NoData}
		switch {
		case t.barred[u].Code == UnitWithheld:
			steps[u].State = IsWithheld
			continue
		case !t.used[i]:
			steps[u].State = NotInPeriod
			continue
		}
		f := n.fetch(&n.Source, t.in, t.units[u].ID)
		finds[u] = f
		steps[u].From, steps[u].Reasons = f.from, f.reasons
		steps[u].Numerator, steps[u].Denominator = f.num, f.den
		steps[u].Raw, steps[u].RawSE = number(f.raw), f.se
		if len(f.reasons) == 0 {
			raw[u] = f.raw
			info.There++
		}
	}
	column := &column{n: n, finds: finds, steps: steps, raw: raw, info: &info}
	if t.used[i] {
		column.impute(t.units)
		column.treat()
		column.scale(t.x.MinUnits)
	} else {
		column.clear()
		info.Reason = NotInPeriod
	}
	t.steps = append(t.steps, column.steps)
	t.scaled = append(t.scaled, column.scaled)
	t.slope = append(t.slope, column.slopes)
	t.kinds = append(t.kinds, info)
}

// result puts everything together.
func (t *table) result() (*Result, error) {
	hash, err := t.x.Hash()
	if err != nil {
		return nil, err
	}
	r := &Result{
		Index: t.x.ID, Method: hash, Period: t.in.Period, Rounding: t.x.Rounding, Break: t.x.BreakAt(t.in.Period),
		Indicators: t.kinds, Units: make([]UnitResult, len(t.units)),
	}
	values := make([]float64, len(t.units))
	for u := range t.units {
		o := t.unit(u)
		values[u] = math.NaN()
		if o.Value.There {
			values[u] = o.Value.Value
			r.Ranked++
		}
		r.Units[t.order[u]] = o
	}
	ranks := composite.Ranks(values)
	few := r.Ranked < t.x.MinUnits
	if few {
		r.Ranked = 0
	}
	for u := range t.units {
		o := &r.Units[t.order[u]]
		switch {
		case !o.Value.There:
		case few:
			o.State, o.Reasons = Unranked, []Reason{{Code: TooFewUnits}}
		default:
			o.Rank = ranks[u]
		}
	}
	return r, nil
}

// unit is the index of one unit.
func (t *table) unit(u int) UnitResult {
	o := UnitResult{Unit: t.units[u], State: OK, SE: Error{Kind: UnknownSE}, Steps: make([]Step, len(t.x.Indicators))}
	for i := range t.x.Indicators {
		o.Steps[i] = t.steps[i][u]
	}
	if why := t.barred[u]; why.Code != "" {
		o.State, o.Reasons = NoData, []Reason{why}
		if why.Code == UnitWithheld {
			o.State = IsWithheld
		}
		o.Groups = t.silent(&t.x.Root, o.State, nil)
		o.SE.Reasons = o.Reasons
		return o
	}
	root, groups, weights := t.group(&t.x.Root, u)
	o.Groups, o.Weights = groups, weights
	value := t.x.Factor * root.value
	observed, _ := t.observed(u)
	switch {
	case observed == 0:
		o.State = NoData
		o.Reasons = reasonsOf(o.Steps)
	case !t.enough(u):
		o.State = Incomplete
		o.Reasons = append([]Reason{{Code: TooFewAvailable}}, reasonsOf(o.Steps)...)
	case math.IsNaN(value) || math.IsInf(value, 0):
		o.State, o.Reasons = Incomplete, root.reasons
	default:
		o.Value = number(value)
		shown := stat.RoundHalfUp(value, t.x.Rounding)
		o.Shown = number(shown)
		o.Class, _ = composite.Classify(composites(t.x.Classes), shown)
		o.SE = root.error(t.x.Factor)
	}
	if !o.Value.There {
		o.SE.Reasons = o.Reasons
	}
	return o
}

// reasonsOf are the reasons of the indicators that have no value of their own.
func reasonsOf(steps []Step) []Reason {
	var list []Reason
	for _, s := range steps {
		if s.State == NoData || s.Imputed.There {
			list = append(list, s.Reasons...)
		}
	}
	if len(list) == 0 {
		list = []Reason{{Code: NoParts}}
	}
	return list
}

// composites are the grades as package composite has them.
func composites(list []Class) []composite.Class {
	out := make([]composite.Class, len(list))
	for i, c := range list {
		out[i] = composite.Class{ID: c.ID, AtLeast: c.AtLeast}
	}
	return out
}

// silent are the groups of a unit that gets no index.
func (t *table) silent(g *Group, state string, list []GroupStep) []GroupStep {
	for i := range g.Groups {
		list = append(list, GroupStep{ID: g.Groups[i].ID, State: state, SE: Error{Kind: UnknownSE}})
		list = t.silent(&g.Groups[i], state, list)
	}
	return list
}
