package disclose

import (
	"cmp"
	"slices"
)

// Rule is what must be hidden, and how well.
type Rule struct {
	Small int64   // counts from 1 to below it are hidden; 0 stays, because nobody is there
	Width float64 // of the range that a reader may find out about a hidden cell, at least
}

// Standard is the rule for published tables: counts of 1 to 4 are hidden, and
// uncertain by 5 at least.
var Standard = Rule{Small: 5, Width: 5} //nolint:gochecknoglobals // a constant

// Primary returns the cells that a rule hides for their own sake.
func (t *Table) Primary(r Rule) []int {
	var list []int
	for i := range t.Cells {
		if n := t.Cells[i].Count; n > 0 && n < r.Small {
			list = append(list, i)
		}
	}
	return list
}

// Suppress returns which cells to hide, besides the primary ones, so that nobody
// finds these out: in ascending order, primary ones included. False means that no
// set does: even with all cells hidden a primary one is known, or rounding
// kept it from an answer.
//
// For one unsafe cell after the other it looks for the cheapest way in which the
// cell could have been larger by Width with all sums intact; cells that change on
// that way are hidden. Then cells that turn out not to be needed are shown again,
// the dearest first. The result is safe, and cheap, though not always the
// cheapest: that problem is NP-hard. Source: Fischetti and Salazar,
// Mathematical Programming 84 (1999) 283–312, and the heuristic there.
func (t *Table) Suppress(primary []int, r Rule) ([]int, bool) {
	hidden := map[int]bool{}
	for _, c := range primary {
		hidden[c] = true
	}
	p := t.movements()
	for range len(primary) + 1 {
		unsafe, ok := t.Unsafe(keys(hidden), primary, r.Width)
		if !ok {
			return nil, false
		}
		if len(unsafe) == 0 {
			return t.trim(hidden, primary, r)
		}
		if !t.protect(p, unsafe[0], hidden, r.Width) {
			return nil, false
		}
	}
	return nil, false
}

// movements is the program of all ways in which the cells of a table can change
// with its sums intact: variable i is how much cell i is larger, variable n+i how
// much it is smaller. No change is always a way, so that the program can be used
// for one cell after the other.
func (t *Table) movements() *program {
	n := len(t.Cells)
	upper := make([]float64, 2*n)
	for i := range t.Cells {
		upper[i], upper[n+i] = t.total(), float64(t.Cells[i].Count)
	}
	equations := make([][]float64, len(t.Sums))
	for i := range t.Sums {
		row := make([]float64, 2*n)
		for k, c := range t.Sums[i].Cells {
			row[c] += t.Sums[i].Coefs[k]
			row[n+c] -= t.Sums[i].Coefs[k]
		}
		equations[i] = row
	}
	return newProgram(equations, upper, make([]float64, 2*n))
}

// protect hides what has to be hidden for a cell to be uncertain.
func (t *Table) protect(p *program, cell int, hidden map[int]bool, width float64) bool {
	n := len(t.Cells)
	cost := make([]float64, 2*n)
	dear := 1.0
	for i := range t.Cells {
		price := t.price(i)
		if hidden[i] {
			price = 1e-6
		}
		cost[i], cost[n+i] = price, price
		dear += price
	}
	cost[cell] = -dear * float64(n+1)
	clear(p.x)
	before := [2]float64{p.upper[cell], p.upper[n+cell]}
	defer func() { p.upper[cell], p.upper[n+cell] = before[0], before[1] }()
	p.upper[cell], p.upper[n+cell] = width, 0
	if _, ok := p.minimize(cost, -1e300); !ok || p.x[cell] < width-1e-6 {
		return false
	}
	for i := range t.Cells {
		if p.x[i] > 1e-7 || p.x[n+i] > 1e-7 {
			hidden[i] = true
		}
	}
	return true
}

func (t *Table) price(i int) float64 {
	if t.Cells[i].Cost > 0 {
		return t.Cells[i].Cost
	}
	return 1
}

// trim shows cells again that need not be hidden.
func (t *Table) trim(hidden map[int]bool, primary []int, r Rule) ([]int, bool) {
	extra := slices.DeleteFunc(keys(hidden), func(c int) bool { return slices.Contains(primary, c) })
	slices.SortStableFunc(extra, func(a, b int) int { return cmp.Compare(t.price(b), t.price(a)) })
	for _, c := range extra {
		delete(hidden, c)
		unsafe, ok := t.Unsafe(keys(hidden), primary, r.Width)
		if !ok {
			return nil, false
		}
		if len(unsafe) > 0 {
			hidden[c] = true
		}
	}
	return keys(hidden), true
}

func keys(set map[int]bool) []int {
	list := make([]int, 0, len(set))
	for c := range set {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}
