package sample

// Mean estimates the mean of values over a domain: a share when the values are 0
// and 1. counts[h][l] is how many respondents of stratum h gave answer l within
// the domain; values[l] is what answer l counts.
//
//	p = Σ_h w_h Σ_l c_hl v_l / W            W = Σ_h w_h Σ_l c_hl
//	variance = Σ_h (1−f_h) w_h² n_h/(n_h−1) (E2_h − E1_h²/n_h) / W²
//	E1_h = Σ_l c_hl (v_l − p)               E2_h = Σ_l c_hl (v_l − p)²
//
// Source: the Taylor series variance of a ratio in a stratified sample, e.g.
// C.-E. Särndal, B. Swensson and J. Wretman, Model Assisted Survey Sampling
// (1992), 5.6 and 10.3; equal to R's svymean on a subset. It returns false when
// there is no answer or a stratum can't be. O(strata × answers).
func Mean(values []float64, strata []Stratum, counts [][]int64, lonely Lonely) (Estimate, bool) {
	inside, ok := domain(strata, counts, len(values))
	if !ok {
		return Estimate{}, false
	}
	e := Estimate{Complete: true}
	var total, squares float64 // Σwy, Σw²
	for h, s := range strata {
		if inside[h] == 0 {
			continue
		}
		w, n := s.weight(), float64(inside[h])
		sum, _ := moments(values, counts[h], 0)
		e.N += inside[h]
		e.DF += int(inside[h]) - 1
		e.Weight += float64(w * n)
		total += float64(w * sum)
		squares += float64(w * w * n)
		e.Complete = e.Complete && s.rest() == 0
	}
	if e.N == 0 {
		return Estimate{}, false
	}
	e.Value = total / e.Weight
	e.Kish = e.Weight * e.Weight / squares
	v := variance{lonely: lonely}
	for h, s := range strata {
		if inside[h] == 0 {
			continue
		}
		e1, e2 := moments(values, counts[h], e.Value)
		w := s.weight()
		e.Spread += float64(w * e2)
		w /= e.Weight
		v.add(s.Sampled, s.rest(), float64(w*e1), float64(w*w*e2))
	}
	e.Spread /= e.Weight
	e.Variance = v.total()
	return e, true
}

// domain returns how many respondents of each stratum are in the domain: counts
// has cells per stratum. It returns false when a stratum can't be.
func domain(strata []Stratum, counts [][]int64, cells int) ([]int64, bool) {
	if len(strata) != len(counts) {
		return nil, false
	}
	inside := make([]int64, len(strata))
	for h, s := range strata {
		if len(counts[h]) != cells || !s.valid() {
			return nil, false
		}
		for _, c := range counts[h] {
			if c < 0 {
				return nil, false
			}
			inside[h] += c
		}
		if inside[h] > s.Sampled {
			return nil, false
		}
	}
	return inside, true
}

// moments returns Σc(v − about) and Σc(v − about)².
func moments(values []float64, counts []int64, about float64) (first, second float64) {
	for l, c := range counts {
		d := values[l] - about
		first += float64(float64(c) * d)
		second += float64(float64(c) * d * d)
	}
	return first, second
}

// Total estimates how many people of the population are inside a domain and
// answered so: Σ_h w_h Σ_l c_hl v_l, with its variance. Only Value, Variance, N,
// Weight and DF are set.
func Total(values []float64, strata []Stratum, counts [][]int64, lonely Lonely) (Estimate, bool) {
	inside, ok := domain(strata, counts, len(values))
	if !ok {
		return Estimate{}, false
	}
	var e Estimate
	v := variance{lonely: lonely}
	for h, s := range strata {
		if inside[h] == 0 {
			continue
		}
		e1, e2 := moments(values, counts[h], 0)
		w := s.weight()
		e.N += inside[h]
		e.DF += int(inside[h]) - 1
		e.Weight += float64(w * float64(inside[h]))
		e.Value += float64(w * e1)
		v.add(s.Sampled, s.rest(), float64(w*e1), float64(w*w*e2))
	}
	if e.N == 0 {
		return Estimate{}, false
	}
	e.Variance = v.total()
	return e, true
}

// Sums are the sums of one stratum that a ratio needs, over the respondents of
// the domain: u is the numerator of one respondent, d the denominator (such as
// how many items he is satisfied with, and how many he answered).
type Sums struct {
	N              int64 // respondents with d > 0
	U, D           int64
	UU, UD, DD     int64
	RespondentsAll int64 // respondents of the domain, also those with d = 0
}

// Add counts one respondent of the domain.
func (s *Sums) Add(u, d int64) {
	s.RespondentsAll++
	if d != 0 {
		s.N++
	}
	s.U += u
	s.D += d
	s.UU += u * u
	s.UD += u * d
	s.DD += d * d
}

// Merge counts those of another, in any order.
func (s *Sums) Merge(o Sums) {
	s.N += o.N
	s.RespondentsAll += o.RespondentsAll
	s.U, s.D = s.U+o.U, s.D+o.D
	s.UU, s.UD, s.DD = s.UU+o.UU, s.UD+o.UD, s.DD+o.DD
}

// Ratio estimates a ratio of two totals, R = Σwu/Σwd, such as the pooled share
// of satisfied answers over several items. Its linearised values are
// w(u − Rd)/Σwd; respondents outside the domain have 0. Equal to R's svyratio on a
// subset. Spread and Kish are not set. It returns false when the denominator is
// 0 or a stratum can't be. O(strata).
func Ratio(strata []Stratum, sums []Sums, lonely Lonely) (Estimate, bool) {
	if len(strata) != len(sums) {
		return Estimate{}, false
	}
	var e Estimate
	var total float64
	e.Complete = true
	for h, s := range strata {
		if sums[h].RespondentsAll == 0 {
			continue
		}
		if !s.valid() || sums[h].RespondentsAll > s.Sampled {
			return Estimate{}, false
		}
		w := s.weight()
		e.N += sums[h].D
		e.DF += int(sums[h].RespondentsAll) - 1
		e.Weight += float64(w * float64(sums[h].D))
		total += float64(w * float64(sums[h].U))
		e.Complete = e.Complete && s.rest() == 0
	}
	if !(e.Weight > 0) {
		return Estimate{}, false
	}
	e.Value = total / e.Weight
	v := variance{lonely: lonely}
	for h, s := range strata {
		a := sums[h]
		if a.RespondentsAll == 0 {
			continue
		}
		e1 := float64(a.U) - float64(e.Value*float64(a.D))
		e2 := float64(a.UU) - float64(2*e.Value*float64(a.UD)) + float64(e.Value*e.Value*float64(a.DD))
		w := s.weight() / e.Weight
		v.add(s.Sampled, s.rest(), float64(w*e1), float64(w*w*e2))
	}
	e.Variance = v.total()
	return e, true
}
