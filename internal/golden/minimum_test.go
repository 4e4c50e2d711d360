package golden

import "testing"

func TestGolden11MinimumN(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/11_min_n.csv"), compare(t)
	rows := e.index("agency_id", "item")
	r.every(func(agency string, in func(int) bool) {
		for _, item := range r.items {
			row, ok := rows[agency+"|"+item]
			if !ok {
				continue
			}
			n := added(r.counts(item, in))
			var all, used int64
			small := false
			for _, k := range n {
				all += k
				if k > 0 {
					used++
				}
				small = small || k > 0 && k < 5
			}
			c.row(e, row, agency+"|"+item, map[string]float64{
				"n_valid": float64(all), "hidden_n_lt_10": truth(all < 10), "low_base_10_29": truth(all >= 10 && all < 30),
				"cell_1_4": truth(small), "all_same": truth(used == 1),
			}, tight)
		}
	})
}
