package golden

import (
	"slices"
	"strconv"
	"testing"

	"hailong/internal/sample"
)

// responses are the answers of a wave with their strata.
type responses struct {
	*table
	strata   []sample.Stratum
	stratum  []int // of each row
	agencies []string
	items    []string // with answers 1 to 5
	factors  map[string][]string
	order    []string // of factors
}

func readResponses(t *testing.T, wave string) *responses {
	t.Helper()
	r := &responses{table: read(t, "data/responses_w"+wave+".csv"), factors: map[string][]string{}}
	items := read(t, "data/items.csv")
	for i := range items.rows {
		if items.text(i, "min") != "1" {
			continue
		}
		item, factor := items.text(i, "item"), items.text(i, "factor")
		r.items = append(r.items, item)
		if factor[0] == 'F' {
			if r.factors[factor] == nil {
				r.order = append(r.order, factor)
			}
			r.factors[factor] = append(r.factors[factor], item)
		}
	}
	population := read(t, "data/pop_strata.csv")
	index := population.index("stratum_id")
	known := map[string]int{}
	for i := range r.rows {
		id := r.text(i, "stratum_id")
		h, ok := known[id]
		if !ok {
			h = len(r.strata)
			known[id] = h
			r.strata = append(r.strata, sample.Stratum{Population: int64(population.number(index[id], "N"))})
		}
		r.strata[h].Sampled++
		r.stratum = append(r.stratum, h)
		if a := r.text(i, "agency_id"); !slices.Contains(r.agencies, a) {
			r.agencies = append(r.agencies, a)
		}
	}
	slices.Sort(r.agencies)
	return r
}

// answer is 1 to 5, or 0 for don't know, not applicable and missing.
func (r *responses) answer(row int, item string) int {
	n, err := strconv.Atoi(r.text(row, item))
	if err != nil || n > 5 {
		return 0
	}
	return n
}

// every calls f for each agency and for all of them, with its domain.
func (r *responses) every(f func(agency string, in func(row int) bool)) {
	for _, a := range append(slices.Clone(r.agencies), "ALL") {
		f(a, func(row int) bool { return a == "ALL" || r.text(row, "agency_id") == a })
	}
}

// counts tells how many gave each answer to an item in a domain, by stratum and level.
func (r *responses) counts(item string, in func(row int) bool) [][]int64 {
	counts := make([][]int64, len(r.strata))
	for h := range counts {
		counts[h] = make([]int64, 5)
	}
	for i := range r.rows {
		if a := r.answer(i, item); a > 0 && in(i) {
			counts[r.stratum[i]][a-1]++
		}
	}
	return counts
}

// added adds up counts over strata.
func added(counts [][]int64) []int64 {
	sum := make([]int64, len(counts[0]))
	for _, c := range counts {
		for l, n := range c {
			sum[l] += n
		}
	}
	return sum
}

var (
	satisfied = []float64{0, 0, 0, 1, 1}
	levels    = []float64{1, 2, 3, 4, 5}
)
