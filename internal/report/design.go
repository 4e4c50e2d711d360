package report

import (
	"math"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

// design is the sample that the answers of a group come from: its strata with
// what was counted in each. It belongs to the caller of estimator.run.
type design struct {
	strata  []sample.Stratum
	vectors [][]int64 // by stratum
	lonely  sample.Lonely
	sampled int64 // respondents of all strata
}

// errorOf finds the standard error of a composite, and by the design its value.
//
// A pooled share is a ratio of totals over respondents (sample.Ratio), for which
// cells keep sums over respondents: its standard error is exact. Of other
// composites only a bound is known: the standard error of a mean is at most the
// mean of the standard errors of its parts, whatever their correlation.
func (e *estimator) errorOf(out *estimate, x *node, vector []int64, d *design) {
	switch {
	case len(x.all) == 1: // as the item
		item := &e.items[x.all[0]]
		out.se, out.df, out.known, out.upper, out.effect = item.se, item.df, item.known, item.upper, item.effect
		out.weighted, out.complete = item.weighted, item.complete
		return
	case x.pool != noPool && e.ratio(out, x, vector, d):
		return
	case x.pooled:
		e.bound(out, x, d)
	case len(x.children) > 0:
		out.known = true
		weighted := 0
		var total, se float64
		out.df = math.MaxInt
		for _, child := range x.children {
			part := &e.nodes[child]
			w := e.layout.nodes[child].weight.Float64()
			total += w
			se += float64(w * part.se)
			out.join(part)
			if part.weighted {
				weighted++
			}
		}
		out.se = se / total
		out.weighted = weighted == len(x.children)
	default:
		e.mean(out, x)
	}
}

// join lowers what is known of a composite to what is known of a part.
func (x *estimate) join(part *estimate) {
	x.known = x.known && part.known
	x.upper = true
	x.df = min(x.df, part.df)
	x.complete = x.complete && part.complete
}

// mean bounds the standard error of the plain mean of items.
func (e *estimator) mean(out *estimate, x *node) {
	out.known, out.weighted, out.complete, out.df = true, true, true, math.MaxInt
	n, se := 0, 0.0
	for _, c := range x.columns {
		item := &e.items[c]
		if item.reason != "" {
			continue
		}
		n++
		se += item.se
		out.join(item)
		out.weighted = out.weighted && item.weighted
	}
	out.se = se / float64(n)
}

// bound bounds the standard error of pooled items for which nothing was counted
// over respondents: that of Σ Wⱼpⱼ / Σ Wⱼ with every deviation in one direction.
// The deviations are from the composite, so that what an item differs from it by
// is part of the error of who answered which item.
func (e *estimator) bound(out *estimate, x *node, d *design) {
	out.known, out.upper, out.complete, out.df = true, true, d != nil, math.MaxInt
	out.weighted = e.weighted(x.all)
	centre := out.value.Mean.Float64()
	var total, se float64
	for _, c := range x.all {
		item := &e.items[c]
		if item.reason != "" {
			continue
		}
		w := float64(item.base)
		if out.weighted {
			w = item.mass
		}
		total += w
		off := item.value.Mean.Float64() - centre
		about := item.se*item.se + float64(off*off)/math.Max(item.value.N, 1)
		se += float64(w * math.Sqrt(about))
		out.join(item)
	}
	out.se = se / total
}

// ratio takes value and standard error of a pooled share from the sums over
// respondents. It reports false when some response was not counted so.
func (e *estimator) ratio(out *estimate, x *node, vector []int64, d *design) bool {
	one := design{strata: []sample.Stratum{{Weight: 1}}, vectors: [][]int64{vector}}
	if d == nil {
		d = &one
		one.sampled = vector[x.pool]
		one.strata[0].Sampled = one.sampled
	}
	e.sums = e.sums[:0]
	for _, v := range d.vectors {
		if v[x.pool+poolInexact] != 0 {
			return false
		}
		e.sums = append(e.sums, e.sumsOf(x, v))
	}
	got, ok := sample.Ratio(d.strata, e.sums, d.lonely)
	if !ok || got.DF <= 0 {
		return false
	}
	out.se, out.df, out.known = 100*got.SE(), got.DF, true
	if d == &one {
		if sums := e.sums[0]; sums.DD == sums.D { // one answer of each: a simple sample of answers
			out.effect, out.value.N = 1, float64(sums.D)
		}
		return true // the value is known better than this
	}
	out.weighted, out.complete = true, got.Complete && out.n == d.sampled
	out.value.Mean = stat.Float(100 * got.Value)
	return true
}

// sumsOf reads the sums over respondents of a stratum.
func (e *estimator) sumsOf(x *node, v []int64) sample.Sums {
	s := sample.Sums{N: v[x.pool], RespondentsAll: v[x.pool], UU: v[x.pool+1], UD: v[x.pool+2], DD: v[x.pool+3]}
	for _, at := range x.all {
		c := &e.layout.columns[at]
		for o, n := range c.options(v) {
			s.D += n
			if c.counted[o] {
				s.U += n
			}
		}
		if e.dontKnow {
			s.D += c.dontKnows(v)
		}
	}
	return s
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
	row.Estimate = numbers.put(x.value.Mean.Float64())
	row.Weighted = x.weighted
	if x.known {
		row.SE = numbers.put(x.se)
		row.DF = x.df
		row.DesignEffect = x.effect
	}
	interval, how, ok := e.interval(row, x)
	if !ok {
		return
	}
	row.Interval = how
	row.Low, row.High = numbers.put(interval.Low), numbers.put(interval.High)
}

// interval returns the interval of an estimate in its unit and how it was made.
// It sets the row's effective base.
func (e *estimator) interval(row *Row, x *estimate) (stat.Interval, string, bool) {
	value := x.value.Mean.Float64()
	simple := x.effect == 1 && !x.weighted // an item of a simple sample, or a composite of one
	switch {
	case x.complete:
		return stat.Interval{Low: value, High: value}, completeCount, true
	case e.share && (simple || !x.known):
		i, ok := stat.Wilson(value/100, x.value.N)
		return hundred(i), wilson95, ok
	case e.share:
		i, n, ok := stat.KornGraubard(value/100, x.se*x.se/1e4, float64(x.n), float64(x.df), true)
		if !ok {
			return stat.Interval{}, "", false
		}
		row.EffectiveN = n
		return hundred(i), pick(x.upper, kornUpper, kornGraubard), true
	case x.known && !simple:
		i, ok := stat.StudentMean(value, x.se, float64(x.df))
		return i, pick(x.upper, studentUpper, student95), ok
	}
	i, ok := x.value.Interval()
	return i, normal95, ok
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func hundred(i stat.Interval) stat.Interval {
	return stat.Interval{Low: 100 * i.Low, High: 100 * i.High}
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
