package disclose

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// crossed is a table of rows × columns with its margins; of gives the counts.
func crossed(rows, columns int, of func(i, j int) int64) *Table {
	t := new(Table)
	at := func(i, j int) int { return i*(columns+1) + j }
	sums := make([][]int64, rows+1)
	for i := range sums {
		sums[i] = make([]int64, columns+1)
	}
	for i := range rows {
		for j := range columns {
			n := of(i, j)
			sums[i][j] = n
			sums[i][columns] += n
			sums[rows][j] += n
			sums[rows][columns] += n
		}
	}
	for i := range rows + 1 {
		for j := range columns + 1 {
			cost := 1.0
			if i == rows {
				cost *= 10
			}
			if j == columns {
				cost *= 3
			}
			t.Cells = append(t.Cells, Cell{ID: fmt.Sprintf("%d/%d", i, j), Count: sums[i][j], Cost: cost})
		}
	}
	for i := range rows + 1 {
		s := Sum{}
		for j := range columns + 1 {
			coef := 1.0
			if j == columns {
				coef = -1
			}
			s.Cells, s.Coefs = append(s.Cells, at(i, j)), append(s.Coefs, coef)
		}
		t.Sums = append(t.Sums, s)
	}
	for j := range columns + 1 {
		s := Sum{}
		for i := range rows + 1 {
			coef := 1.0
			if i == rows {
				coef = -1
			}
			s.Cells, s.Coefs = append(s.Cells, at(i, j)), append(s.Coefs, coef)
		}
		t.Sums = append(t.Sums, s)
	}
	return t
}

// solutions calls f with every way to fill the hidden cells that meets all sums.
func solutions(t *Table, hidden []int, most int64, f func(counts []int64)) {
	counts := make([]int64, len(t.Cells))
	for i := range t.Cells {
		counts[i] = t.Cells[i].Count
	}
	meets := func(known int) bool {
		for _, s := range t.Sums {
			sum, open := 0.0, false
			for k, c := range s.Cells {
				if i := slices.Index(hidden, c); i >= known {
					open = true
					break
				}
				sum += s.Coefs[k] * float64(counts[c])
			}
			if !open && sum != 0 {
				return false
			}
		}
		return true
	}
	var fill func(k int)
	fill = func(k int) {
		if !meets(k) {
			return
		}
		if k == len(hidden) {
			f(counts)
			return
		}
		for n := int64(0); n <= most; n++ {
			counts[hidden[k]] = n
			fill(k + 1)
		}
	}
	fill(0)
}

// An audit finds what a reader finds who tries every number.
func TestAuditIsWhatTryingFinds(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for range 150 {
		table := crossed(2+r.IntN(2), 2+r.IntN(2), func(int, int) int64 { return r.Int64N(6) })
		var hidden []int
		for i := range table.Cells {
			if table.Cells[i].Count < 8 && r.IntN(2) == 0 && len(hidden) < 7 {
				hidden = append(hidden, i)
			}
		}
		if len(hidden) == 0 {
			continue
		}
		got, ok := table.Audit(hidden)
		if !ok {
			t.Fatal("no answer")
		}
		want := make([]Range, len(hidden))
		for k := range want {
			want[k] = Range{math.Inf(1), math.Inf(-1)}
		}
		most := int64(table.total())
		if most > 30 {
			continue // too much to try
		}
		solutions(table, hidden, most, func(counts []int64) {
			for k, c := range hidden {
				want[k].Low, want[k].High = min(want[k].Low, float64(counts[c])), max(want[k].High, float64(counts[c]))
			}
		})
		for k := range got {
			if math.Abs(got[k].Low-want[k].Low) > 1e-6 || math.Abs(got[k].High-want[k].High) > 1e-6 {
				t.Fatalf("%v hidden %v: got %v, want %v", table.Cells, hidden, got, want)
			}
		}
	}
}

// What Suppress hides is safe, and nothing of the rest can be shown.
func TestSuppressIsSafe(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for range 60 {
		table := crossed(4+r.IntN(4), 3+r.IntN(3), func(int, int) int64 {
			if r.IntN(3) == 0 {
				return r.Int64N(6)
			}
			return r.Int64N(60)
		})
		primary := table.Primary(Standard)
		hidden, ok := table.Suppress(primary, Standard)
		if !ok {
			if len(primary) > 0 && table.total() > 400 {
				t.Fatalf("%v: no way", table.Cells)
			}
			continue
		}
		ranges, _ := table.Audit(hidden)
		for k, c := range hidden {
			n := float64(table.Cells[c].Count)
			if ranges[k].Low > n+1e-6 || ranges[k].High < n-1e-6 {
				t.Fatalf("the truth %v is not in %v", n, ranges[k])
			}
			if slices.Contains(primary, c) && ranges[k].Width() < Standard.Width-1e-6 {
				t.Fatalf("%s can be found out: %v", table.Cells[c].ID, ranges[k])
			}
		}
	}
}

func TestOddTables(t *testing.T) {
	t.Parallel()
	empty := new(Table)
	if hidden, ok := empty.Suppress(nil, Standard); !ok || len(hidden) != 0 {
		t.Errorf("got %v, %v", hidden, ok)
	}
	// A single cell without sums can be anything; with a total that is known it is known.
	lone := &Table{Cells: []Cell{{ID: "a", Count: 3}, {ID: "T", Count: 3, Cost: 5}}, Sums: []Sum{{Cells: []int{0, 1}, Coefs: []float64{1, -1}}}}
	r, ok := lone.Audit([]int{0})
	if !ok || r[0] != (Range{3, 3}) {
		t.Errorf("got %v", r)
	}
	if hidden, ok := lone.Suppress([]int{0}, Standard); !ok || len(hidden) != 2 {
		t.Errorf("got %v, %v: the total gives it away", hidden, ok)
	}
	// The same cell in last month's release gives it away, unless that hides it too.
	again := &Table{Cells: []Cell{{ID: "now", Count: 3}, {ID: "then", Count: 3}}, Sums: []Sum{{Cells: []int{0, 1}, Coefs: []float64{1, -1}}}}
	unsafe, _ := again.Unsafe([]int{0}, []int{0}, 5)
	if !slices.Equal(unsafe, []int{0}) {
		t.Errorf("got %v", unsafe)
	}
}

// The release of a province: 12 items, each 99 communes × 5 levels with margins.
func BenchmarkAuditProvince(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 3))
	tables, hidden, primary := make([]*Table, 12), make([][]int, 12), make([][]int, 12)
	for k := range tables {
		tables[k] = crossed(99, 5, func(_, j int) int64 { return int64(float64([]int{1, 3, 9, 40, 30}[j]) * (0.3 + 1.4*r.Float64())) })
		primary[k] = tables[k].Primary(Standard)
		var ok bool
		if hidden[k], ok = tables[k].Suppress(primary[k], Standard); !ok {
			b.Fatal("no way")
		}
	}
	for b.Loop() {
		for k := range tables {
			if unsafe, ok := tables[k].Unsafe(hidden[k], primary[k], Standard.Width); !ok || len(unsafe) > 0 {
				b.Fatal(unsafe)
			}
		}
	}
	b.ReportMetric(float64(len(hidden[0])), "hidden/item")
}
