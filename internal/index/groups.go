package index

import (
	"fmt"
	"math"
	"slices"

	"hailong/internal/composite"
)

// part is one part of a group as the file has it: where it stands, its weight, and
// whether there is something of it on a day.
type part struct {
	id, at string
	weight *float64
	days   func(day string) bool
	bounds bounds
}

// groups reads how indicators are put together: all in one, or group by group to
// any depth.
func (b *builder) groups() {
	f := &b.file
	root := fileGroup{
		Aggregate: f.Aggregate, Missing: f.Missing, Weights: f.Weights, Cap: f.Cap, Max: f.Max, Groups: f.Groups,
	}
	if len(f.Groups) == 0 {
		root.Indicators = b.ids
	}
	b.x.Root, _ = b.group("", &root)
	for i, id := range b.ids {
		if _, used := b.used[id]; !used && id != "" && b.parts[id] == fmt.Sprintf("indicators[%d].id", i) {
			b.At(b.parts[id], fmt.Sprintf("the indicator %q is in no group", id), "put it into the indicators of one group, or take it out")
		}
	}
}

// group reads a group, which stands at a path; the root's is empty.
func (b *builder) group(at string, f *fileGroup) (Group, part) {
	join := func(key string) string {
		if at == "" {
			return key
		}
		return at + "." + key
	}
	g := Group{ID: f.ID, Title: f.Title, Weight: 1, Cap: f.Cap, Max: f.Max}
	if at != "" {
		b.name(at, f.ID, "group")
		b.text(join("title"), f.Title)
	}
	words, list := means()
	g.Mean = list[b.choice(join("aggregate"), f.Aggregate, words)]
	gapWords, gapList := gaps()
	g.Missing = gapList[b.choice(join("missing"), f.Missing, gapWords)]
	parts := b.members(at, f, &g)
	if at != "" && len(f.Groups) == 0 && len(f.Indicators) == 0 {
		b.Lacks(at, "the group is empty", "write indicators: [ids], or groups:", "indicators", "groups")
	}
	if len(parts) > 1 && f.Aggregate == "" {
		b.Lacks(at, "nobody says how the parts are put together", "write aggregate: arithmetic, geometric, harmonic or sum", "aggregate")
	}
	if g.Mean == composite.Sum && f.Missing == "rescale" {
		b.At(join("missing"), "a sum has no weights that others could take over", "write missing: zero, or withhold")
	}
	b.weights(join("weights"), f.Weights, &g, parts)
	b.positive(join("aggregate"), &g, parts)
	return g, part{
		id: f.ID, at: at, weight: f.Weight, bounds: b.limits(join, &g, parts),
		days: func(day string) bool {
			return slices.ContainsFunc(parts, func(p part) bool { return p.days(day) })
		},
	}
}

// members reads the parts of a group.
func (b *builder) members(at string, f *fileGroup, g *Group) []part {
	if len(f.Groups) > 0 && len(f.Indicators) > 0 {
		b.At(at, "the group holds both indicators and groups", "put the indicators into a group of their own")
	}
	var parts []part
	for i := range f.Groups {
		here := fmt.Sprintf("groups[%d]", i)
		if at != "" {
			here = at + "." + here
		}
		inner, p := b.group(here, &f.Groups[i])
		g.Groups, parts = append(g.Groups, inner), append(parts, p)
	}
	for i, id := range f.Indicators {
		here := fmt.Sprintf("%s.indicators[%d]", at, i)
		if at == "" {
			here = fmt.Sprintf("indicators[%d]", i)
		}
		position := slices.Index(b.ids, id)
		if position < 0 {
			b.At(here, fmt.Sprintf("no indicator is called %q", id), b.Suggest(id, b.ids))
			continue
		}
		if first, twice := b.used[id]; twice {
			if at != "" { // at the top ids are told by name
				b.At(here, fmt.Sprintf("the indicator %q is already in a group, on line %d", id, b.Place(first).Line), "an indicator counts once")
			}
			continue
		}
		b.used[id] = here
		n := &b.x.Indicators[position]
		g.Indicators = append(g.Indicators, position)
		parts = append(parts, part{
			id: id, at: fmt.Sprintf("indicators[%d]", position), weight: b.file.Indicators[position].Weight,
			days: n.Span.has, bounds: n.bounds(),
		})
	}
	return parts
}

// weights reads what the parts of a group weigh. Those of a mean sum to 1 or to
// 100 in every spell of time; those of a sum are factors, 1 when left out.
func (b *builder) weights(path, word string, g *Group, parts []part) {
	equal := b.choice(path, word, []string{"given", "equal"}) == 1
	given := 0
	for i, p := range parts {
		if p.weight == nil {
			continue
		}
		given++
		if *p.weight <= 0 || *p.weight > 1e6 {
			b.At(p.at+".weight", fmt.Sprintf("%q can't weigh %v", p.id, *p.weight), "give it a weight above 0, or take it out")
		}
		g.weigh(b.x, i, *p.weight)
	}
	switch {
	case equal && g.Mean == composite.Sum:
		b.At(path, "a sum has no weights to be equal", "leave it out: every part counts once")
	case equal && given > 0:
		b.At(path, "weights are equal, and given", "leave one of the two out")
	case equal || g.Mean == composite.Sum || len(parts) == 1 && given == 0:
	case given < len(parts):
		for _, p := range parts {
			if p.weight == nil {
				b.Lacks(p.at, fmt.Sprintf("%q has no weight", p.id), "write weight: 0.2, or weights: equal in the group around it", "weight")
			}
		}
	default:
		b.weightsSum(parts)
	}
}

// weightsSum tells weights that do not sum to a whole.
func (b *builder) weightsSum(parts []part) {
	told := map[float64]bool{}
	for _, day := range b.x.regimes() {
		sum := 0.0
		for _, p := range parts {
			if p.days(day) {
				sum += *p.weight
			}
		}
		if sum == 0 || math.Abs(sum-1) < 1e-6 || math.Abs(sum-100) < 1e-4 || told[sum] {
			continue
		}
		told[sum] = true
		when := ""
		if !b.x.timeless() {
			when = " on " + day
		}
		b.At(parts[0].at+".weight", fmt.Sprintf("the weights from %q to %q sum to %.6g%s", parts[0].id, parts[len(parts)-1].id, sum, when), "make them sum to 1, or to 100")
	}
}

// weigh sets the weight of a part.
func (g *Group) weigh(x *Index, i int, weight float64) {
	if len(g.Groups) > 0 {
		if i < len(g.Groups) {
			g.Groups[i].Weight = weight
		}
		return
	}
	x.Indicators[g.Indicators[i]].Weight = weight
}

// bounds are the least and the most that a part can be, as far as is known from
// the method alone.
type bounds struct {
	low, high           float64
	lowKnown, highKnown bool
}

// bounds of an indicator.
func (n *Indicator) bounds() bounds {
	switch {
	case n.Points != nil:
		return bounds{0, n.Points.Max, true, true}
	case len(n.Steps) > 0:
		o := bounds{math.Inf(1), math.Inf(-1), true, true}
		for _, s := range n.Steps {
			o.low, o.high = min(o.low, s.Points), max(o.high, s.Points)
		}
		return o
	}
	var o bounds
	switch n.Scaling.Method {
	case composite.MinMax:
		o = bounds{n.Scaling.Low, n.Scaling.High, true, true}
	case composite.Goalposts:
		o = bounds{0, 100, true, true}
		span := n.Scaling.High - n.Scaling.Low
		if n.Min != nil && !n.Down {
			o.low = 100 * max(0, (*n.Min-n.Scaling.Low)/span)
		}
		if n.Max != nil && n.Down {
			o.low = 100 * max(0, (n.Scaling.High-*n.Max)/span)
		}
	case composite.PercentRank:
		o = bounds{0, 1, true, true}
	case composite.AsIs:
		least, most := n.Min, n.Max
		if n.Down {
			least, most = n.Max, n.Min
		}
		sign := 1.0
		if n.Down {
			sign = -1
		}
		if least != nil {
			o.low, o.lowKnown = sign**least, true
		}
		if most != nil {
			o.high, o.highKnown = sign**most, true
		}
	case composite.ZScore:
	}
	return o
}

// positive tells a geometric or harmonic mean over what can be 0 or less.
func (b *builder) positive(path string, g *Group, parts []part) {
	if g.Mean != composite.Geometric && g.Mean != composite.Harmonic || len(parts) < 2 {
		return
	}
	for _, p := range parts {
		switch {
		case p.bounds.lowKnown && p.bounds.low > 0:
		case !p.bounds.lowKnown && p.bounds.low == 0 && b.asIs(p.id):
			b.Warn(path, fmt.Sprintf("%q may be 0 or less, where there is no such mean", p.id), "give it a min above 0")
		default:
			b.At(path, fmt.Sprintf("%q can reach 0, where there is no such mean", p.id), "scale it to a range that begins above 0, such as {method: min_max, low: 1, high: 10}")
		}
	}
}

// asIs reports whether a part is an indicator whose values are taken as they are,
// or a group of unknown range.
func (b *builder) asIs(id string) bool {
	i := slices.Index(b.ids, id)
	return i < 0 || b.x.Indicators[i].Scaling.Method == composite.AsIs
}

// limits returns the bounds of a group, and tells a cap or a max that can't be.
func (b *builder) limits(join func(string) string, g *Group, parts []part) bounds {
	o := g.bounds(parts)
	if g.Cap != nil && g.Max != nil && *g.Cap > *g.Max {
		b.At(join("cap"), fmt.Sprintf("the cap %v is above the most there is, %v", *g.Cap, *g.Max), "write one of cap and max")
	}
	if g.Cap != nil {
		if o.lowKnown && *g.Cap < o.low {
			b.At(join("cap"), fmt.Sprintf("nothing is as low as the cap %v", *g.Cap), "look for a slip")
		}
		if !o.highKnown || o.high > *g.Cap {
			o.high, o.highKnown = *g.Cap, true
		}
	}
	if g.Max != nil {
		if g.Mean == composite.Sum && b.x.timeless() && o.highKnown && math.Abs(o.high-*g.Max) > 1e-9 {
			b.At(join("max"), fmt.Sprintf("the parts sum to at most %.6g, not to %v", o.high, *g.Max), "correct the points of a part, or max")
		}
		o.high, o.highKnown = *g.Max, true
	}
	return o
}

// bounds of a group that follow from those of its parts.
func (g *Group) bounds(parts []part) bounds {
	if len(parts) == 0 {
		return bounds{}
	}
	o := bounds{low: math.Inf(1), high: math.Inf(-1), lowKnown: true, highKnown: true}
	low, high := 0.0, 0.0 // of a sum
	for _, p := range parts {
		o.lowKnown, o.highKnown = o.lowKnown && p.bounds.lowKnown, o.highKnown && p.bounds.highKnown
		o.low, o.high = min(o.low, p.bounds.low), max(o.high, p.bounds.high)
		w := 1.0
		if p.weight != nil {
			w = *p.weight
		}
		low, high = low+float64(w*p.bounds.low), high+float64(w*p.bounds.high)
	}
	if g.Mean == composite.Sum {
		o.low, o.high = low, high
	}
	if g.Missing == composite.AsZero {
		o.low = min(o.low, 0)
	}
	if !o.lowKnown {
		o.low = 0
	}
	return o
}
