package composite

import "math"

// ImputeMean fills in what is missing with the mean of the unit's group, and
// reports which values were. Where a group has none, or a unit has no group, it
// stays missing. The values given are left alone. Imputed values are no
// observations: results that rest on them must say so.
func ImputeMean(values []float64, group []string) (filled []float64, imputed []bool) {
	members := map[string][]float64{}
	for u, x := range values {
		if !math.IsNaN(x) && group[u] != "" {
			members[group[u]] = append(members[group[u]], x)
		}
	}
	means := map[string]float64{}
	for g, x := range members {
		means[g] = mean(x)
	}
	filled, imputed = make([]float64, len(values)), make([]bool, len(values))
	for u, x := range values {
		filled[u] = x
		if m, ok := means[group[u]]; math.IsNaN(x) && ok {
			filled[u], imputed[u] = m, true
		}
	}
	return filled, imputed
}

// mean is exact to the last bit or almost: what the first pass lost is added by a
// second, so that a mean of tenths is a tenth and ties with one.
func mean(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m += v
	}
	m /= float64(len(x))
	rest := 0.0
	for _, v := range x {
		rest += v - m
	}
	return m + rest/float64(len(x))
}
