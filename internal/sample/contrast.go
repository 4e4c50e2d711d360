package sample

// Contrast estimates the difference of the means of two domains of one sample,
// second minus first, with the covariance that strata they share give it.
// counts[h][k] respondents of stratum h gave an answer that counts values[k] and
// belong to domain group[k], which is 0 or 1. The linearised value of a
// respondent is w(y − p₁)/W₁ in the second domain and −w(y − p₀)/W₀ in the first.
// Value, Variance, N and DF are set. It returns false when a domain has no answer
// or a stratum can't be. O(strata × answers).
func Contrast(values []float64, group []int, strata []Stratum, counts [][]int64, lonely Lonely) (Estimate, bool) {
	inside, ok := domain(strata, counts, len(values))
	if !ok || len(values) != len(group) {
		return Estimate{}, false
	}
	var means [2]Estimate
	for g := range means {
		if means[g], ok = Mean(values, strata, ofGroup(counts, group, g), lonely); !ok {
			return Estimate{}, false
		}
	}
	e := Estimate{Value: means[1].Value - means[0].Value, N: means[0].N + means[1].N}
	v := variance{lonely: lonely}
	for h, s := range strata {
		if inside[h] == 0 {
			continue
		}
		var e1, e2 float64
		for k, n := range counts[h] {
			m := &means[group[k]]
			z := s.weight() * (values[k] - m.Value) / m.Weight
			if group[k] == 0 {
				z = -z
			}
			e1 += float64(float64(n) * z)
			e2 += float64(float64(n) * z * z)
		}
		e.DF += int(inside[h]) - 1
		v.add(s.Sampled, s.rest(), e1, e2)
	}
	e.Variance = v.total()
	return e, true
}

// ofGroup returns the counts of the cells that belong to a group.
func ofGroup(counts [][]int64, group []int, g int) [][]int64 {
	out := make([][]int64, len(counts))
	for h := range counts {
		out[h] = make([]int64, len(counts[h]))
		for k, n := range counts[h] {
			if group[k] == g {
				out[h][k] = n
			}
		}
	}
	return out
}
