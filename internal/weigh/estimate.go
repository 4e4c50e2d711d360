package weigh

import (
	"math"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

// estimator makes estimates of one domain after the other with one calibration.
type estimator struct {
	frame  *frame
	layout *layout
	design *design
	logit  bool
	lang   string

	margins *projection

	// of the domain at hand
	in      []bool
	totals  []float64 // Σwy by column
	bases   []float64 // Σw by column
	answers []int64   // valid ones by column
	same    []int     // by column: the option everybody chose, -1: none
	looked  [][]float64
}

// newEstimator prepares what all domains and items have in common.
func newEstimator(f *frame, l *layout, d *design, q Query) *estimator {
	e := &estimator{frame: f, layout: l, design: d, logit: q.Interval == intervalLogit, lang: f.language(q.Lang)}
	e.margins = newProjection(d.combos, d.margins)
	k := len(l.columns)
	e.totals, e.bases, e.answers, e.same = make([]float64, k), make([]float64, k), make([]int64, k), make([]int, k)
	e.looked = make([][]float64, k)
	for j := range e.looked {
		e.looked[j] = make([]float64, nothing+1)
	}
	return e
}

// linear is an estimate as a function of its columns: its value, and how it
// changes with Σwy and Σw of each.
type linear struct {
	value  float64
	y, w   []float64 // by column
	used   []int     // columns
	reason string    // why there is no value; empty when there is one
	same   bool      // everybody answered everything alike
}

// load adds up the answers of a domain.
func (e *estimator) load(in []bool) {
	e.in = in
	clear(e.totals)
	clear(e.bases)
	clear(e.answers)
	seen := make([]bool, len(e.same))
	for i := range e.design.combos {
		if !in[i] {
			continue
		}
		c := &e.design.combos[i]
		for _, r := range e.design.rows[c.first:c.last] {
			w := c.weight * float64(r.n)
			for j := range e.layout.columns {
				option := r.answers[j]
				if !e.layout.columns[j].valid[min(int(option), dontKnow)] || option == nothing {
					continue
				}
				e.totals[j] += float64(w * e.layout.columns[j].y[option])
				e.bases[j] += w
				e.answers[j] += r.n
				if !seen[j] {
					seen[j], e.same[j] = true, int(option)
				} else if e.same[j] != int(option) {
					e.same[j] = -1
				}
			}
		}
	}
}

// ratio is Σ Σwy / Σ Σw over columns: of one, its mean; of several, the pooled
// answers.
func (e *estimator) ratio(columns []int) linear {
	out := linear{y: make([]float64, len(e.totals)), w: make([]float64, len(e.totals)), same: true}
	var total, base float64
	for _, j := range columns {
		if e.answers[j] == 0 {
			continue
		}
		out.used = append(out.used, j)
		total += e.totals[j]
		base += e.bases[j]
		out.same = out.same && e.same[j] >= 0
	}
	if len(out.used) == 0 || !(base > 0) {
		return linear{reason: reasonNoAnswers}
	}
	out.value = total / base
	for _, j := range out.used {
		out.y[j], out.w[j] = 1/base, -out.value/base
	}
	return out
}

// node is the estimate of a factor or the whole index, made as package report
// makes it: pooled answers, the mean of items, or the weighted mean of factors,
// which needs all of them.
func (e *estimator) node(at int) linear {
	x := &e.layout.nodes[at]
	if x.pooled {
		return e.ratio(x.all)
	}
	var parts []linear
	var weights []float64
	if len(x.children) == 0 {
		for _, j := range x.columns {
			if e.answers[j] > 0 {
				parts, weights = append(parts, e.ratio([]int{j})), append(weights, 1)
			}
		}
	}
	for _, child := range x.children {
		part := e.node(child)
		if part.reason != "" {
			if e.any(x.all) {
				return linear{reason: reasonNoFactor}
			}
			return linear{reason: reasonNoAnswers}
		}
		parts, weights = append(parts, part), append(weights, e.layout.nodes[child].factor.Weight)
	}
	return mean(parts, weights)
}

func (e *estimator) any(columns []int) bool {
	for _, j := range columns {
		if e.answers[j] > 0 {
			return true
		}
	}
	return false
}

// mean is the weighted mean of estimates.
func mean(parts []linear, weights []float64) linear {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	if len(parts) == 0 || !(sum > 0) {
		return linear{reason: reasonNoAnswers}
	}
	out := linear{y: make([]float64, len(parts[0].y)), w: make([]float64, len(parts[0].y)), same: true}
	used := make([]bool, len(out.y))
	for i, p := range parts {
		share := weights[i] / sum
		out.value += float64(share * p.value)
		out.same = out.same && p.same
		for _, j := range p.used {
			out.y[j] += float64(share * p.y[j])
			out.w[j] += float64(share * p.w[j])
			if !used[j] {
				used[j] = true
				out.used = append(out.used, j)
			}
		}
	}
	return out
}

// lookUp fills what every answer adds to the linearised value of a respondent,
// u = Σ_j (∂/∂Σwy_j · y_j + ∂/∂Σw_j).
func (e *estimator) lookUp(l *linear) {
	for _, j := range l.used {
		c := &e.layout.columns[j]
		clear(e.looked[j])
		for option, valid := range c.valid {
			if valid {
				e.looked[j][option] = float64(l.y[j]*c.y[option]) + l.w[j]
			}
		}
	}
}

// value returns a respondent's linearised value, and whether he gave any answer.
func (e *estimator) value(l *linear, answers string) (u float64, some bool) {
	for _, j := range l.used {
		option := answers[j]
		if option != nothing && e.layout.columns[j].valid[option] {
			u += e.looked[j][option]
			some = true
		}
	}
	return u, some
}

// moments are the sums of one stratum over all its respondents.
type moments struct {
	first, second float64
	inside        int64 // respondents of the domain with an answer
}

// estimate finds the variance after calibration (C.-E. Särndal, B. Swensson and
// J. Wretman, Model Assisted Survey Sampling (1992), 6.6; J.-C. Deville and C.-E.
// Särndal, JASA 87 (1992) 376–382), as R's calibrate does:
//
//	e = u − X(X'WX)⁻¹X'Wu,  W the base weights, X the margins
//	variance = that of the strata's sums of we, w the weights after raking
//
// Only what the margins do not explain varies. Respondents outside the domain
// have u = 0, and are in the sums by what the margins say of them. It is
// sample.Calibration for respondents that are counted, not listed.
// O(rows of the domain × items + combinations × margins + cells × cells of
// all margins but the largest).
func (e *estimator) estimate(l *linear) sample.Estimate {
	e.lookUp(l)
	out := sample.Estimate{Value: l.value}
	big, other := make([]float64, len(e.margins.diagonal)), make([]float64, e.margins.width)
	strata := make([]moments, len(e.design.strata))
	var squares, spread float64
	for i := range e.design.combos {
		if !e.in[i] {
			continue
		}
		c := &e.design.combos[i]
		sum := 0.0
		for _, r := range e.design.rows[c.first:c.last] {
			u, some := e.value(l, r.answers)
			n := float64(r.n)
			sum += float64(n * u)
			if some {
				out.N += r.n
				strata[c.stratum].inside += r.n
				out.Weight += float64(c.weight * n)
				squares += float64(c.weight * c.weight * n)
				spread += float64(c.weight * n * u * u)
			}
		}
		big[e.margins.big[i]] += float64(c.base * sum)
		for _, col := range e.margins.columns[i] {
			other[col] += float64(c.base * sum)
		}
	}
	out.Kish = out.Weight * out.Weight / squares
	out.Spread = spread * out.Weight
	e.margins.fit(big, other)
	e.residuals(l, big, other, strata)
	out.Variance, out.Complete = e.variance(strata)
	out.DF = int(out.N)
	for h := range strata {
		if strata[h].inside > 0 {
			out.DF--
		}
	}
	return out
}

// residuals adds up, by stratum, what the margins do not explain.
func (e *estimator) residuals(l *linear, big, other []float64, strata []moments) {
	for i := range e.design.combos {
		c := &e.design.combos[i]
		fitted := e.margins.value(i, big, other)
		s := &strata[c.stratum]
		if !e.in[i] {
			z := c.weight * fitted
			s.first -= float64(z * float64(c.n))
			s.second += float64(z * z * float64(c.n))
			continue
		}
		for _, r := range e.design.rows[c.first:c.last] {
			u, _ := e.value(l, r.answers)
			z := c.weight * (u - fitted)
			s.first += float64(z * float64(r.n))
			s.second += float64(z * z * float64(r.n))
		}
	}
}

// variance adds up the strata. A stratum of one respondent adds what the wave's
// policy says (sample.Lonely).
func (e *estimator) variance(strata []moments) (v float64, complete bool) {
	complete = true
	lone, used := 0, 0
	for h, s := range e.design.strata {
		rest := 1.0
		if s.Population > 0 {
			rest = float64(s.Population-s.Sampled) / float64(s.Population)
		}
		m := &strata[h]
		if m.inside > 0 {
			complete = complete && rest == 0
		}
		used++
		switch n := float64(s.Sampled); {
		case rest < 1e-7:
		case s.Sampled > 1:
			v += float64(rest*n/(n-1)) * math.Max(m.second-float64(m.first*m.first)/n, 0)
		case e.design.lonely == sample.Adjust:
			v += rest * m.second
		case e.design.lonely == sample.Average:
			lone++
		}
	}
	if lone > 0 && lone < used {
		v *= float64(used) / float64(used-lone)
	}
	return v, complete
}

// interval returns the limits of an estimate and how they were made. A variance
// that is nothing but rounding, of a domain that the margins explain or that was
// asked as a whole, gives no interval but the point itself where all were asked.
func (e *estimator) interval(x *sample.Estimate) (stat.Interval, string, bool) {
	if x.Variance <= noVariance {
		switch {
		case x.Complete:
			return stat.Interval{Low: x.Value, High: x.Value}, intervalComplete, true
		case !e.layout.proportion() || x.Value > 0 && x.Value < 1:
			return stat.Interval{}, "", false
		}
	}
	if !e.layout.proportion() {
		i, ok := stat.StudentMean(x.Value, x.SE(), float64(x.DF))
		return i, intervalStudent, ok
	}
	if e.logit && x.Value > 0 && x.Value < 1 {
		i, ok := stat.Logit(x.Value, x.SE(), float64(x.DF))
		return i, intervalLogit95, ok
	}
	i, _, ok := stat.KornGraubard(x.Value, x.Variance, float64(x.N), float64(x.DF), true)
	return i, intervalKorn, ok
}

const noVariance = 1e-15
