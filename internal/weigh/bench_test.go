package weigh

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hailong/internal/sample"
)

// benchDesign is 100 000 respondents of 99 agencies with three margins: agency,
// sex, age and 3 channels that are strata.
func benchDesign(respondents int) (*design, []sample.Margin, []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	t := newTable(&frame{axes: make([]axis, 2)}, nil, "")
	sizes := []int{99, 2, 6}
	listed := make([]sample.Margin, len(sizes))
	for j, size := range sizes {
		listed[j] = sample.Margin{Name: fmt.Sprint("margin ", j), Totals: make([]float64, size)}
	}
	for range respondents {
		// Uneven, so that raking has to work.
		agency, sex, age := r.IntN(99), min(1, r.IntN(3)), int(math.Sqrt(float64(r.IntN(36))))
		t.count(string([]byte{0, 0, 0, 0, byte(agency), byte(1 + r.IntN(3)), byte(sex), byte(age)}), 1)
		for j, at := range []int{agency, sex, age} {
			listed[j].Cells = append(listed[j].Cells, at)
		}
	}
	for j, size := range sizes {
		for at := range size {
			listed[j].Totals[at] = 2e6 / float64(size)
		}
	}
	d := &design{frame: t.frame}
	d.combos, d.rows, _ = t.sorted()
	for j, size := range sizes {
		p := &placed{margin: &margin{name: listed[j].Name}, labels: make([]string, size), people: listed[j].Totals, n: make([]int64, size)}
		for i := range d.combos {
			c := &d.combos[i]
			p.of = append(p.of, []int{int(c.agency), int(c.options[0]), int(c.options[min(1, len(c.options)-1)])}[j])
		}
		d.margins = append(d.margins, p)
	}
	for i := range d.combos {
		d.combos[i].base = 1
	}
	base := make([]float64, respondents)
	for i := range base {
		base[i] = 1
	}
	return d, listed, base
}

// BenchmarkRake rakes 100 000 respondents on three margins: on the table of
// combinations, and one by one.
func BenchmarkRake(b *testing.B) {
	d, listed, base := benchDesign(100_000)
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			if err := d.weigh(Query{}, &Weighting{}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(d.combos)), "combinations")
	})
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := sample.Rake(base, listed); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestRakeTableIsRake: the table and respondents one by one come to the same.
func TestRakeTableIsRake(t *testing.T) {
	t.Parallel()
	d, listed, base := benchDesign(5000)
	w := &Weighting{}
	must(t, d.weigh(Query{}, w))
	raked, _, err := sample.Rake(base, listed)
	must(t, err)
	at := map[[3]int]float64{}
	for i := range raked {
		at[[3]int{listed[0].Cells[i], listed[1].Cells[i], listed[2].Cells[i]}] = raked[i]
	}
	for i := range d.combos {
		c := &d.combos[i]
		near(t, fmt.Sprint(c.agency, c.options), c.weight, at[[3]int{int(c.agency), int(c.options[0]), int(c.options[1])}], 1e-11, 0)
	}
}

// BenchmarkWeigh is all of it over a data folder: 10 000 responses, read and
// estimated for 5 agencies and 3 items.
func BenchmarkWeigh(b *testing.B) {
	w := newWorld(b, crowd(10_000, 1))
	margins := figures("t24,gender=male,50000", "t24,gender=female,55000", "t24,age=18-34,30000", "t24,age=35-59,45000", "t24,age=60,30000")
	for b.Loop() {
		w.weigh(b, first, margins)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
}
