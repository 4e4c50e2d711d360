package report

import "slices"

// maxSolving bounds the work of solving for one leaf, in steps of a few
// nanoseconds. Chains of lines are short; what would take longer is not looked for.
const maxSolving = 20_000_000

// decision decides on the scores or the counts of one leaf.
type decision struct {
	*closing
	kind, leaf int
	flag       int // of the two in a cell
	left       int // steps of solving
	counts     []int64

	number  []int32 // by a cell's place: its number among the unknown, from 1
	unknown []*cubeCell
	rows    [][]term  // by line: its hidden cells, a total with −1
	solved  [][]term  // solved for the cell of the same number: those that are free
	pivot   []bool    // by number: it is solved for
	uses    [][]int32 // by number of a free one: those solved for that may need it
	sum     []float64 // by number, all 0 between steps
}

// term is a hidden cell, by its number, and how often it counts.
type term struct {
	of int32
	f  float64
}

// run hides cells until nothing changes.
func (s *decision) run() {
	for changed := true; changed; {
		changed = false
		for _, line := range s.lines {
			for s.mend(line) {
				changed = true
			}
		}
		changed = changed || s.solve()
	}
}

// mend hides one more cell of a line that needs it, and reports whether it did.
func (s *decision) mend(line *cubeLine) bool {
	total := line.total
	hidden, shown := 0, 0
	var cheapest *cubeCell
	var cost int64
	for _, part := range line.parts {
		n := s.baseIn(part, s.leaf)
		switch {
		case n == 0:
		case part.hidden[s.flag]:
			hidden++
		default:
			shown++
			if price := min(n, lowBase); cheapest == nil || price < cost {
				cheapest, cost = part, price
			}
		}
	}
	switch {
	case hidden+shown == 0:
		return false
	case shown == 0: // a total of one part is the same as that
		same := hidden == 1 && !total.hidden[s.flag] && s.free(total)
		total.hidden[s.flag] = total.hidden[s.flag] || same
		return same
	case total.hidden[s.flag]: // it must not be the sum of what is shown
		cheapest.hidden[s.flag] = cheapest.hidden[s.flag] || hidden == 0
		return hidden == 0
	case hidden == 0, hidden > 1 && s.restIsSafe(line):
		return false
	}
	if s.kind == hideScores && s.free(total) && int64(10+shown) < cost {
		cheapest = total
	}
	cheapest.hidden[s.flag] = true
	return true
}

// restIsSafe reports whether all that is hidden of a line together may be known.
func (s *decision) restIsSafe(line *cubeLine) bool {
	at := &s.leaves[s.leaf]
	var most int64
	for _, column := range at.columns {
		var n int64
		for segment := at.first; segment <= at.last; segment++ {
			i := segment*len(s.columns) + column
			n += int64(line.total.n[i])
			for _, part := range line.parts {
				if !part.hidden[s.flag] {
					n -= int64(part.n[i])
				}
			}
		}
		most = max(most, n)
	}
	if most < s.k || s.kind == hideScores {
		return most >= s.k
	}
	s.counts = s.addOptions(s.counts[:0], line.total, s.leaf, 1)
	for _, part := range line.parts {
		if !part.hidden[s.flag] {
			s.counts = s.addOptions(s.counts, part, s.leaf, -1)
		}
	}
	return !anySmall(s.counts)
}

// solve looks for cells that follow from all lines together and must not be
// known, hides another one beside each, and reports whether it hid any. Lines that
// each have two hidden cells can still determine one of them, in a chain.
func (s *decision) solve() (hid bool) {
	s.collect()
	core, rest := s.peel()
	for _, row := range core {
		s.add(row, -1)
	}
	for _, e := range slices.Backward(rest) {
		s.add(e.row, e.of)
	}
	for of, cell := range s.unknown {
		if !s.pivot[of] || len(s.solved[of]) > 0 {
			continue
		}
		var secret bool
		if s.counts, secret = s.sensitive(s.counts, cell, s.kind, s.leaf); secret {
			hid = s.hideBeside(cell) || hid
		}
	}
	return hid
}

// collect numbers the hidden cells and writes lines as equations.
func (s *decision) collect() {
	s.number = make([]int32, len(s.cells))
	s.unknown, s.rows = nil, nil
	add := func(row []term, cell *cubeCell, f float64) []term {
		if !cell.hidden[s.flag] || s.baseIn(cell, s.leaf) == 0 {
			return row
		}
		if s.number[cell.place] == 0 {
			s.unknown = append(s.unknown, cell)
			s.number[cell.place] = int32(len(s.unknown)) //nolint:gosec // at most maxCounters
		}
		return append(row, term{s.number[cell.place] - 1, f})
	}
	for _, line := range s.known {
		var row []term
		for _, part := range line.parts {
			row = add(row, part, 1)
		}
		if row = add(row, line.total, -1); row != nil {
			s.rows = append(s.rows, row)
		}
	}
	n := len(s.unknown)
	s.solved, s.pivot, s.uses, s.sum = make([][]term, n), make([]bool, n), make([][]int32, n), make([]float64, n)
}

// equation is a line that is solved for a cell which no line before it has.
type equation struct {
	row []term
	of  int32
}

// peel takes out lines with a cell that no other line has, again and again: they
// say nothing about the cells of the other lines. It returns those that are left,
// and those taken out, in order. O(terms).
func (s *decision) peel() (core [][]term, taken []equation) {
	within := make([][]int32, len(s.unknown)) // by number: its lines
	count := make([]int32, len(s.unknown))
	for i, row := range s.rows {
		for _, t := range row {
			within[t.of] = append(within[t.of], int32(i))
			count[t.of]++
		}
	}
	var single []int32
	for of, n := range count {
		if n == 1 {
			single = append(single, int32(of))
		}
	}
	gone := make([]bool, len(s.rows))
	for len(single) > 0 {
		of := single[len(single)-1]
		single = single[:len(single)-1]
		at := slices.IndexFunc(within[of], func(i int32) bool { return !gone[i] })
		if at < 0 {
			continue
		}
		line := within[of][at]
		gone[line] = true
		taken = append(taken, equation{s.rows[line], of})
		for _, t := range s.rows[line] {
			if count[t.of]--; count[t.of] == 1 {
				single = append(single, t.of)
			}
		}
	}
	for i, row := range s.rows {
		if !gone[i] {
			core = append(core, row)
		}
	}
	return core, taken
}

// add solves a line for a cell, for any when of is below 0, with what is solved
// already put in.
func (s *decision) add(row []term, of int32) {
	if s.left < 0 {
		return
	}
	var touched []int32
	put := func(at int32, f float64) {
		if s.sum[at] == 0 {
			touched = append(touched, at)
		}
		s.sum[at] += f
		s.left--
	}
	for _, t := range row {
		if !s.pivot[t.of] {
			put(t.of, t.f)
			continue
		}
		for _, free := range s.solved[t.of] {
			put(free.of, t.f*free.f)
		}
	}
	left := s.take(touched)
	at := slices.IndexFunc(left, func(t term) bool { return t.of == of || of < 0 })
	if at < 0 { // it says nothing new
		return
	}
	// 0 = f·x + Σ g·y, so x = Σ −g/f·y.
	x := left[at]
	left = slices.Delete(left, at, at+1)
	for i := range left {
		left[i].f /= -x.f
		s.uses[left[i].of] = append(s.uses[left[i].of], x.of)
	}
	s.pivot[x.of], s.solved[x.of] = true, left
	for _, other := range s.uses[x.of] {
		s.replace(other, x.of)
	}
	s.uses[x.of] = nil
}

// replace puts what a cell is solved as into the solution of another.
func (s *decision) replace(other, of int32) {
	at := slices.IndexFunc(s.solved[other], func(t term) bool { return t.of == of })
	if at < 0 {
		return
	}
	var touched []int32
	f := s.solved[other][at].f
	for i, t := range s.solved[other] {
		if i != at {
			touched = append(touched, t.of)
			s.sum[t.of] = t.f
		}
	}
	for _, t := range s.solved[of] {
		if s.sum[t.of] == 0 {
			touched = append(touched, t.of)
			s.uses[t.of] = append(s.uses[t.of], other)
		}
		s.sum[t.of] += f * t.f
	}
	s.left -= len(touched)
	s.solved[other] = s.take(touched)
}

// zero is what rounding may leave of a coefficient that is 0: they are small
// fractions of whole numbers.
const zero = 1e-9

// take returns the sums that are not 0, in order, and clears them.
func (s *decision) take(touched []int32) (out []term) {
	slices.Sort(touched)
	for _, at := range slices.Compact(touched) {
		if f := s.sum[at]; f > zero || f < -zero {
			out = append(out, term{at, f})
		}
		s.sum[at] = 0
	}
	return out
}

// hideBeside hides the cheapest cell of a line that holds another, and reports
// whether there was any to hide.
func (s *decision) hideBeside(cell *cubeCell) bool {
	var cheapest *cubeCell
	var cost int64
	try := func(other *cubeCell) {
		if other.hidden[s.flag] || !s.free(other) {
			return
		}
		if n := s.baseIn(other, s.leaf); n > 0 && (cheapest == nil || n < cost) {
			cheapest, cost = other, n
		}
	}
	for _, line := range s.known {
		if line.total != cell && !slices.Contains(line.parts, cell) {
			continue
		}
		try(line.total)
		for _, part := range line.parts {
			try(part)
		}
	}
	if cheapest != nil {
		cheapest.hidden[s.flag] = true
	}
	return cheapest != nil
}
