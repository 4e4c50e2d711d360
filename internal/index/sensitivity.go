package index

import (
	"fmt"
	"math"
	"slices"

	"hailong/internal/composite"
	"hailong/internal/stat"
)

// Noise is how far weights are moved at most, up or down: a quarter of themselves.
const Noise = 0.25

// maxDraws keeps the work within bounds.
const maxDraws = 100_000

// Robustness tells how far the ranks of an index depend on choices of its method.
type Robustness struct {
	Draws      int          `json:"draws"`
	Seed       uint64       `json:"seed"`
	Ranked     int          `json:"ranked"`        // units that have a rank
	Top        string       `json:"top,omitempty"` // group whose parts are weighed; empty: the root
	Units      []Spread     `json:"units"`         // in the order they were given
	Without    []Dropped    `json:"without"`       // each indicator left out in turn
	OtherMean  string       `json:"other_mean"`    // the top's parts put together by this mean
	Other      Moved        `json:"other"`
	Importance []Importance `json:"importance"`
}

// Spread describes the ranks of a unit under other weights.
type Spread struct {
	Unit   string `json:"unit"`
	Rank   int    `json:"rank,omitempty"` // 0: none, and no spread
	Low    int    `json:"low,omitempty"`  // best rank of all draws
	High   int    `json:"high,omitempty"`
	Q05    Number `json:"q05"` // quantiles of the ranks (R's type 7)
	Median Number `json:"median"`
	Q95    Number `json:"q95"`
}

// Moved is how far ranks move under another method, over the units that both
// methods rank.
type Moved struct {
	Ranked   int    `json:"ranked"` // by both
	Mean     Number `json:"mean"`   // absolute change of rank
	Max      Number `json:"max"`
	Spearman Number `json:"spearman"` // correlation with the ranks of before
}

// Dropped is an index without one of its indicators.
type Dropped struct {
	Indicator string `json:"indicator"`
	Moved
}

// Importance tells what a part of the index was meant to weigh and how much it
// weighs in effect: its squared correlation with the index, the share of variance
// the two have in common. Parts of a sum weigh what they add at most, where that
// is known.
type Importance struct {
	Part    string `json:"part"`
	Nominal Number `json:"nominal"`
	Effect  Number `json:"effect"`
}

// Sensitivity computes an index again with other weights at the top (each part's
// times a factor drawn evenly from 1 ± [Noise]; the same seed draws the same), without each
// indicator in turn, and with another mean at the top. The top is the root, or the
// first group below it that has more than one part. See OECD/JRC, Handbook on
// Constructing Composite Indicators, step 7.
// O((draws × parts + indicators²) × units + draws × units log units).
func Sensitivity(x *Index, in Input, draws int, seed uint64) (*Robustness, error) {
	if draws < 1 || draws > maxDraws {
		return nil, fmt.Errorf("index: %d draws; 1 to %d can be made", draws, maxDraws)
	}
	t, err := newTable(x, &in)
	if err != nil {
		return nil, err
	}
	base := t.values()
	ranks := t.ranks(base)
	chain := x.chain()
	top := chain[len(chain)-1]
	r := &Robustness{Draws: draws, Seed: seed, Top: top.ID, Units: make([]Spread, len(t.units))}
	for _, rank := range ranks {
		if rank > 0 {
			r.Ranked++
		}
	}
	t.reweigh(r, chain, ranks, base)
	for i := range x.Indicators {
		if t.used[i] {
			without := *t
			without.used = slices.Clone(t.used)
			without.used[i] = false
			r.Without = append(r.Without, Dropped{x.Indicators[i].ID, moved(ranks, without.ranks(without.values()))})
		}
	}
	other := *t
	var word string
	other.x, word = x.otherMean()
	r.OtherMean, r.Other = word, moved(ranks, other.ranks(other.values()))
	t.importance(r, top, base)
	return r, nil
}

// chain returns the root and, while there is only one group in a group, that one.
func (x *Index) chain() []*Group {
	g := &x.Root
	list := []*Group{g}
	for len(g.Groups) == 1 {
		g = &g.Groups[0]
		list = append(list, g)
	}
	return list
}

// otherMean returns the index with another mean at its top, and the mean's name.
func (x *Index) otherMean() (*Index, string) {
	y := *x
	g := &y.Root
	for len(g.Groups) == 1 {
		g.Groups = slices.Clone(g.Groups)
		g = &g.Groups[0]
	}
	if g.Mean == composite.Geometric {
		g.Mean = composite.Arithmetic
		return &y, "arithmetic"
	}
	g.Mean = composite.Geometric
	g.Max = nil // of another kind of value
	g.Cap = nil
	return &y, "geometric"
}

// values returns the index of every unit, NaN without: what [Compute] returns,
// without the steps.
func (t *table) values() []float64 {
	out := make([]float64, len(t.units))
	for u := range t.units {
		out[u] = math.NaN()
		if t.barred[u].Code != "" || !t.enough(u) {
			continue
		}
		if v := t.x.Factor * t.value(&t.x.Root, u); !math.IsInf(v, 0) {
			out[u] = v
		}
	}
	return out
}

// enough reports whether a unit has the indicators that it needs.
func (t *table) enough(u int) bool {
	observed, used := t.observed(u)
	return observed > 0 && float64(observed) >= (t.x.Available-1e-12)*float64(used)
}

// observed counts the indicators that count in the period, and those of them a
// unit has a value of that is not imputed.
func (t *table) observed(u int) (observed, used int) {
	for i, counts := range t.used {
		if !counts {
			continue
		}
		used++
		if t.steps[i][u].State == OK && !t.steps[i][u].Imputed.There {
			observed++
		}
	}
	return observed, used
}

// value of a group of a unit; NaN without.
func (t *table) value(g *Group, u int) float64 {
	values, weights := t.parts(g, u)
	if len(values) == 0 {
		return math.NaN()
	}
	v, _, _ := g.combine(values, weights)
	return v
}

// parts returns the values and weights of a group's parts that count in the period.
func (t *table) parts(g *Group, u int) (values, weights []float64) {
	for _, i := range g.Indicators {
		if t.used[i] {
			values, weights = append(values, t.scaled[i][u]), append(weights, t.x.Indicators[i].Weight)
		}
	}
	for i := range g.Groups {
		if inner := &g.Groups[i]; t.counts(inner) {
			values, weights = append(values, t.value(inner, u)), append(weights, inner.Weight)
		}
	}
	return values, weights
}

// counts reports whether anything of a group counts in the period.
func (t *table) counts(g *Group) bool {
	return slices.ContainsFunc(g.Indicators, func(i int) bool { return t.used[i] }) ||
		slices.ContainsFunc(g.Groups, func(inner Group) bool { return t.counts(&inner) })
}

// ranks gives values their places, 0 where there are none or too few.
func (t *table) ranks(values []float64) []int {
	there := 0
	for _, v := range values {
		if !math.IsNaN(v) {
			there++
		}
	}
	if there < t.x.MinUnits {
		return make([]int, len(values))
	}
	return composite.Ranks(values)
}

// reweigh ranks units under other weights of the top's parts.
func (t *table) reweigh(r *Robustness, chain []*Group, ranks []int, base []float64) {
	parts := make([][]float64, len(t.units))
	var nominal []float64
	for u := range t.units {
		parts[u], nominal = t.parts(chain[len(chain)-1], u)
	}
	drawn := make([][]float64, len(t.units))
	values, weights := make([]float64, len(t.units)), make([]float64, len(nominal))
	g := newPCG(r.Seed)
	for range r.Draws {
		for i, w := range nominal {
			weights[i] = w * (1 + Noise*(2*g.float()-1))
		}
		for u := range t.units {
			if values[u] = math.NaN(); !math.IsNaN(base[u]) {
				values[u] = upward(chain, parts[u], weights)
			}
		}
		for u, rank := range t.ranks(values) {
			if rank > 0 {
				drawn[u] = append(drawn[u], float64(rank))
			}
		}
	}
	for u, list := range drawn {
		s := Spread{Unit: t.units[u].ID, Rank: ranks[u]}
		if s.Rank > 0 && len(list) > 0 {
			s.Low, s.High = int(slices.Min(list)), int(slices.Max(list))
			s.Q05, s.Median, s.Q95 = quantile(list, 0.05), quantile(list, 0.5), quantile(list, 0.95)
		}
		r.Units[t.order[u]] = s
	}
}

// upward puts the parts of the innermost group of a chain together, and that in
// the groups around it.
func upward(chain []*Group, parts, weights []float64) float64 {
	last := len(chain) - 1
	v, _, _ := chain[last].combine(parts, weights)
	for k := last - 1; k >= 0; k-- {
		v, _, _ = chain[k].combine([]float64{v}, []float64{chain[k+1].Weight})
	}
	return v
}

func quantile(list []float64, p float64) Number {
	q, ok := stat.Quantile(list, p)
	if !ok {
		return Number{}
	}
	return number(q)
}

// moved compares two lists of ranks.
func moved(before, after []int) Moved {
	m := Moved{}
	for i := range before {
		if before[i] > 0 && after[i] > 0 {
			m.Ranked++
		}
	}
	if m.Ranked > 0 {
		s := composite.Shifts(before, after)
		m.Mean, m.Max, m.Spearman = number(s.Mean), number(s.Max), number(s.Spearman)
	}
	return m
}

// member is a part of the top.
type member struct {
	id      string
	nominal float64 // what it was meant to weigh; NaN: not known
	value   func(u int) float64
}

// importance compares what the top's parts were meant to weigh with what they do.
func (t *table) importance(r *Robustness, top *Group, base []float64) {
	members := t.members(top)
	total := 0.0
	for _, m := range members {
		total += m.nominal
	}
	for _, m := range members {
		var a, b []float64
		for u := range t.units {
			if v := m.value(u); !math.IsNaN(v) && !math.IsNaN(base[u]) {
				a, b = append(a, v), append(b, base[u])
			}
		}
		part := Importance{Part: m.id, Nominal: number(m.nominal / total)}
		if c, ok := stat.Pearson(a, b); ok {
			part.Effect = number(c * c)
		}
		r.Importance = append(r.Importance, part)
	}
}

// members are the parts of a group that count in the period.
func (t *table) members(g *Group) []member {
	var list []member
	for _, i := range g.Indicators {
		if n := &t.x.Indicators[i]; t.used[i] {
			list = append(list, member{n.ID, g.meant(n.Weight, n.bounds()), func(u int) float64 { return t.scaled[i][u] }})
		}
	}
	for i := range g.Groups {
		inner := &g.Groups[i]
		if t.counts(inner) {
			list = append(list, member{inner.ID, g.meant(inner.Weight, inner.most()), func(u int) float64 { return t.value(inner, u) }})
		}
	}
	return list
}

// most is what a group can be at most, as far as the file says so.
func (g *Group) most() bounds {
	for _, limit := range []*float64{g.Cap, g.Max} {
		if limit != nil {
			return bounds{high: *limit, highKnown: true}
		}
	}
	return bounds{}
}

// meant is what a part was meant to weigh, before all are made to sum to 1.
func (g *Group) meant(weight float64, b bounds) float64 {
	switch {
	case g.Mean != composite.Sum:
		return weight
	case b.highKnown && b.high > 0:
		return weight * b.high
	}
	return math.NaN()
}
