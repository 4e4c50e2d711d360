package sample

// Crossed holds, for the respondents of one stratum within a domain, the sums of
// products that the mean of several items' estimates needs, because one
// respondent answers them all. With y the value of an answer (a small integer;
// 0 or 1 for a share) and k items:
//
//	Both[i*k+j]  how many answered item i and item j
//	First[i*k+j] Σ y_i over those
//	Product[i*k+j] Σ y_i y_j over those
type Crossed struct {
	Respondents          int64 // of the domain with any valid answer
	Both, First, Product []int64
}

// NewCrossed returns empty sums for k items.
func NewCrossed(k int) *Crossed {
	return &Crossed{Both: make([]int64, k*k), First: make([]int64, k*k), Product: make([]int64, k*k)}
}

// Add counts one respondent: the values of his answers, and which items he
// answered. O(k²).
func (c *Crossed) Add(values []int64, answered []bool) {
	k := len(values)
	some := false
	for i := range k {
		if !answered[i] {
			continue
		}
		some = true
		for j := range k {
			if answered[j] {
				c.Both[i*k+j]++
				c.First[i*k+j] += values[i]
				c.Product[i*k+j] += values[i] * values[j]
			}
		}
	}
	if some {
		c.Respondents++
	}
}

// Merge counts those of another, in any order.
func (c *Crossed) Merge(o *Crossed) {
	c.Respondents += o.Respondents
	for i := range c.Both {
		c.Both[i] += o.Both[i]
		c.First[i] += o.First[i]
		c.Product[i] += o.Product[i]
	}
}

// MeanOfItems estimates the weighted mean of the items' own estimates, such as
// the mean of shares: Σ a_j p_j / Σ a_j over the items that anybody answered.
// The weights may be nil, which means equal ones. The items' linearised values
// add up per respondent, so that their covariance is in the variance. It also
// returns how many items there were to average. N is the number of answers. It
// returns false when nobody answered, a weight is negative, or a stratum can't
// be. O(strata × k²).
func MeanOfItems(strata []Stratum, sums []*Crossed, weights []float64, lonely Lonely) (Estimate, int, bool) {
	if len(strata) != len(sums) || len(strata) == 0 {
		return Estimate{}, 0, false
	}
	k := 0
	for k*k < len(sums[0].Both) {
		k++
	}
	totals, bases, answers, ok := itemTotals(strata, sums, k)
	if !ok {
		return Estimate{}, 0, false
	}
	share, items, ok := itemShares(bases, weights)
	if !ok {
		return Estimate{}, 0, false
	}
	e := Estimate{Complete: true}
	p := make([]float64, k)
	for j := range k {
		if bases[j] == 0 {
			continue
		}
		p[j] = totals[j] / bases[j]
		e.Value += float64(share[j] * p[j])
		e.N += answers[j]
		share[j] /= bases[j] // of a linearised value: a_j (y − p_j) / W_j
	}
	v := variance{lonely: lonely}
	for h, s := range strata {
		c := sums[h]
		if c.Respondents == 0 {
			continue
		}
		e.DF += int(c.Respondents) - 1
		e.Complete = e.Complete && s.rest() == 0
		e1, e2 := c.linearised(share, p)
		w := s.weight()
		v.add(s.Sampled, s.rest(), float64(w*e1), float64(w*w*e2))
	}
	e.Variance = v.total()
	return e, items, true
}

// linearised returns the sum, and the sum of squares, of the respondents' values
// Σ_j share_j (y_j − p_j).
func (c *Crossed) linearised(share, p []float64) (e1, e2 float64) {
	k := len(p)
	for i := range k {
		e1 += float64(share[i] * (float64(c.First[i*k+i]) - float64(p[i]*float64(c.Both[i*k+i]))))
		for j := range k {
			cross := float64(c.Product[i*k+j]) - float64(p[j]*float64(c.First[i*k+j])) -
				float64(p[i]*float64(c.First[j*k+i])) + float64(p[i]*p[j]*float64(c.Both[i*k+j]))
			e2 += float64(share[i] * share[j] * cross)
		}
	}
	return e1, e2
}

// itemShares returns the weights of the items that anybody answered, which sum
// to 1, and how many they are.
func itemShares(bases, weights []float64) (share []float64, items int, ok bool) {
	share = make([]float64, len(bases))
	all := 0.0
	for j := range bases {
		if bases[j] == 0 {
			continue
		}
		share[j] = 1
		if weights != nil {
			share[j] = weights[j]
		}
		if share[j] < 0 {
			return nil, 0, false
		}
		items++
		all += share[j]
	}
	for j := range share {
		share[j] /= all
	}
	return share, items, all > 0
}

// itemTotals returns Σwy and Σw of every item, and how many answered it.
func itemTotals(strata []Stratum, sums []*Crossed, k int) (totals, bases []float64, answers []int64, ok bool) {
	totals, bases, answers = make([]float64, k), make([]float64, k), make([]int64, k)
	for h, s := range strata {
		c := sums[h]
		if len(c.Both) != k*k || !s.valid() || c.Respondents > s.Sampled {
			return nil, nil, nil, false
		}
		if c.Respondents == 0 {
			continue
		}
		w := s.weight()
		for j := range k {
			totals[j] += float64(w * float64(c.First[j*k+j]))
			bases[j] += float64(w * float64(c.Both[j*k+j]))
			answers[j] += c.Both[j*k+j]
		}
	}
	return totals, bases, answers, true
}
