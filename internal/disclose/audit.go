// Package disclose tells what a published table gives away about the cells that
// are hidden in it, and hides more where it gives away too much. It knows cells,
// counts and sums, and nothing of where they come from: margins, the tree of
// agencies and earlier releases are all sums between cells.
package disclose

import (
	"math"
	"slices"
)

// Cell is a number of a table.
type Cell struct {
	ID    string
	Count int64
	Cost  float64 // of hiding it: totals cost more than what they are made of; 0 is taken for 1
}

// Sum says that the counts of some cells, each times its coefficient, add up to
// nothing: parts with 1 and their total with −1; a cell of an earlier release that
// has not changed with 1 and −1.
type Sum struct {
	Cells []int // indices
	Coefs []float64
}

// Table is a set of cells with all that is known about how they add up.
type Table struct {
	Cells []Cell
	Sums  []Sum
}

// Range is what a reader can find out about a hidden cell: its count is at least
// Low and at most High.
type Range struct{ Low, High float64 }

// Width is how uncertain the count is.
func (r Range) Width() float64 { return r.High - r.Low }

// Audit returns what a reader can find out about each hidden cell, in the order of
// hidden: he knows all other cells, all sums, that no count is below 0 and none
// above the sum of all counts. Whole numbers are not made use of, so that the
// ranges can be a little wider than those of a reader with endless patience; for
// tables whose sums form a network they are the same.
//
// It returns false when rounding kept it from an answer, or a group is larger than
// about 4 000 cells that 1 000 sums connect. O(hidden² × sums × steps) per group of
// hidden cells that sums connect.
func (t *Table) Audit(hidden []int) ([]Range, bool) { return t.Ranges(hidden, hidden) }

// Ranges is Audit for some of the hidden cells only, in the order of interest.
func (t *Table) Ranges(hidden, interest []int) ([]Range, bool) {
	out := make([]Range, len(interest))
	place := make(map[int]int, len(interest))
	for i, c := range interest {
		place[c] = i
	}
	for _, group := range t.groups(hidden) {
		var p *program
		for k, c := range group {
			at, wanted := place[c]
			if !wanted {
				continue
			}
			if p == nil {
				p = t.program(group)
			}
			if p == nil {
				return nil, false
			}
			r, ok := p.bounds(k, math.Inf(1))
			if !ok {
				return nil, false
			}
			out[at] = r
		}
	}
	return out, true
}

// Unsafe returns the cells of interest about which a reader can find out more
// than that their count is one of a range at least so wide. It is quicker than
// Audit, because it stops where a range is wide enough.
func (t *Table) Unsafe(hidden, interest []int, width float64) ([]int, bool) {
	wanted := map[int]bool{}
	for _, c := range interest {
		wanted[c] = true
	}
	var list []int
	for _, group := range t.groups(hidden) {
		var p *program
		for k, c := range group {
			if !wanted[c] {
				continue
			}
			if p == nil {
				p = t.program(group)
			}
			if p == nil {
				return nil, false
			}
			r, ok := p.bounds(k, width)
			if !ok {
				return nil, false
			}
			if r.Width() < width-1e-7 {
				list = append(list, c)
			}
		}
	}
	slices.Sort(list)
	return list, true
}

// bounds returns the range of a variable, or one of at least a width within it.
func (p *program) bounds(k int, width float64) (Range, bool) {
	cost := make([]float64, p.n)
	cost[k] = 1
	start := p.x[k]
	low, ok := p.minimize(cost, start-width)
	if !ok {
		return Range{}, false
	}
	if start-low >= width {
		return Range{low, start}, true
	}
	cost[k] = -1
	high, ok := p.minimize(cost, -(low + width))
	return Range{low, -high}, ok
}

// groups parts hidden cells into those that sums connect.
func (t *Table) groups(hidden []int) [][]int {
	parent := map[int]int{}
	for _, c := range hidden {
		parent[c] = c
	}
	var find func(c int) int
	find = func(c int) int {
		if parent[c] != c {
			parent[c] = find(parent[c])
		}
		return parent[c]
	}
	for i := range t.Sums {
		first := -1
		for _, c := range t.Sums[i].Cells {
			if _, ok := parent[c]; !ok {
				continue
			}
			if first < 0 {
				first = c
			}
			parent[find(c)] = find(first)
		}
	}
	members := map[int][]int{}
	for _, c := range hidden {
		members[find(c)] = append(members[find(c)], c)
	}
	var groups [][]int
	for _, c := range hidden {
		if g := members[find(c)]; g != nil {
			groups = append(groups, g)
			delete(members, find(c))
		}
	}
	return groups
}

// maxProgram bounds the numbers of a linear program.
const maxProgram = 1 << 22

// program is what a reader knows of some hidden cells; it starts at the truth. It
// returns nil for one that is too large.
func (t *Table) program(cells []int) *program {
	index := make(map[int]int, len(cells))
	x, upper := make([]float64, len(cells)), make([]float64, len(cells))
	all := t.total()
	for k, c := range cells {
		index[c] = k
		x[k], upper[k] = float64(t.Cells[c].Count), all
	}
	var equations [][]float64
	for i := range t.Sums {
		var row []float64
		for k, c := range t.Sums[i].Cells {
			if j, ok := index[c]; ok {
				if row == nil {
					if (len(equations)+1)*len(cells) > maxProgram {
						return nil
					}
					row = make([]float64, len(cells))
				}
				row[j] += t.Sums[i].Coefs[k]
			}
		}
		if row != nil {
			equations = append(equations, row)
		}
	}
	return newProgram(equations, upper, x)
}

func (t *Table) total() float64 {
	sum := 0.0
	for i := range t.Cells {
		sum += float64(t.Cells[i].Count)
	}
	return sum
}
