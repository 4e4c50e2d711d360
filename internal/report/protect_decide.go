package report

import "hailong/internal/disclose"

// decision decides on the scores or the counts of one leaf.
type decision struct {
	*closing
	kind, leaf int
	flag       int // of the two in a cell
	left       int // steps of solving
	counts     []int64

	bases   []int64     // by a cell's place
	number  []int32     // by a cell's place: its number among the unknown, from 1
	unknown []*cubeCell // what is hidden
	rows    [][]term    // by line: its hidden cells, a total with −1

	seen   []int32 // by a cell's place: the last search that came by, from 1
	looked []int32 // by line: the same
	spent  []bool  // by search: it found nothing to hide
}

// term is a hidden cell, by its number, and whether it counts once or less once.
type term struct {
	of    int32
	minus bool
}

// run hides cells until nothing changes.
func (s *decision) run() {
	s.bases = make([]int64, len(s.cells))
	for _, cell := range s.cells {
		s.bases[cell.place] = s.baseIn(cell, s.leaf)
	}
	for changed := true; changed; {
		changed = false
		for _, line := range s.lines {
			for s.mend(line) {
				changed = true
			}
		}
		changed = changed || s.solve() || s.narrow()
	}
}

// mend hides one more cell of a line that needs it, and reports whether it did.
func (s *decision) mend(line *cubeLine) bool {
	total := line.total
	hidden, shown := 0, 0
	var cheapest *cubeCell
	var cost int64
	for _, part := range line.parts {
		n := s.bases[part.place]
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

// maxNarrowed is how many hidden cells a leaf may have for linear programs to be
// worth it while somebody waits. Releases are audited whatever their size
// (AuditReleases).
const maxNarrowed = 40

// narrow looks for small groups, or small counts, that are known too well because
// no number is below 0, hides another cell beside each, and reports whether it hid
// any.
func (s *decision) narrow() (hid bool) {
	if len(s.unknown) > maxNarrowed {
		return false
	}
	table := disclose.Table{Cells: make([]disclose.Cell, len(s.unknown))}
	hidden := make([]int, len(s.unknown))
	for i := range hidden {
		hidden[i] = i
	}
	for _, row := range s.rows {
		var sum disclose.Sum
		for _, t := range row {
			f := 1.0
			if t.minus {
				f = -1
			}
			sum.Cells, sum.Coefs = append(sum.Cells, int(t.of)), append(sum.Coefs, f)
		}
		table.Sums = append(table.Sums, sum)
	}
	if s.kind == hideScores {
		return s.widen(&table, hidden, func(cell *cubeCell) int64 { return s.bases[cell.place] }, s.k)
	}
	for option := range s.optionsOf() {
		count := func(cell *cubeCell) int64 {
			s.counts = s.addOptions(s.counts[:0], cell, s.leaf, 1)
			return s.counts[option]
		}
		hid = s.widen(&table, hidden, count, disclose.Standard.Small) || hid
	}
	return hid
}

// optionsOf is how many options the leaf's answers have.
func (s *decision) optionsOf() int { return len(s.columns[s.leaves[s.leaf].columns[0]].codes) }

// widen makes the ranges of the counts from 1 to below a limit wide enough.
func (s *decision) widen(table *disclose.Table, hidden []int, count func(*cubeCell) int64, limit int64) (hid bool) {
	var secret []int
	for i, cell := range s.unknown {
		table.Cells[i].Count = count(cell)
		if n := table.Cells[i].Count; n > 0 && n < limit {
			secret = append(secret, i)
		}
	}
	unsafe, _ := table.Unsafe(hidden, secret, disclose.Standard.Width)
	for _, at := range unsafe {
		hid = s.hideBeside(s.unknown[at]) || hid
	}
	return hid
}

// collect numbers the hidden cells and writes lines as equations.
func (s *decision) collect() {
	if s.number == nil {
		s.number = make([]int32, len(s.cells))
	}
	clear(s.number)
	s.unknown, s.rows = s.unknown[:0], s.rows[:0]
	add := func(row []term, cell *cubeCell, minus bool) []term {
		if !cell.hidden[s.flag] || s.bases[cell.place] == 0 {
			return row
		}
		if s.number[cell.place] == 0 {
			s.unknown = append(s.unknown, cell)
			s.number[cell.place] = int32(len(s.unknown)) //nolint:gosec // at most maxCounters
		}
		return append(row, term{s.number[cell.place] - 1, minus})
	}
	for _, line := range s.known {
		var row []term
		for _, part := range line.parts {
			row = add(row, part, false)
		}
		if row = add(row, line.total, true); row != nil {
			s.rows = append(s.rows, row)
		}
	}
}

// hideBeside hides the cheapest cell of the lines that hold another or, where all
// of these are hidden, of the lines that hold those, and so on. It reports whether
// there was any to hide. O(cells of the lines it looks at); cells that hang
// together with nothing to hide are gone through once.
func (s *decision) hideBeside(cell *cubeCell) bool {
	if s.seen == nil {
		s.seen, s.looked, s.spent = make([]int32, len(s.cells)), make([]int32, len(s.known)), make([]bool, 1)
	}
	if at := s.seen[cell.place]; at > 0 && s.spent[at] {
		return false
	}
	s.spent = append(s.spent, false)
	search := int32(len(s.spent) - 1) //nolint:gosec // at most as many as cells
	s.seen[cell.place] = search
	for near := []*cubeCell{cell}; len(near) > 0; {
		near = s.beside(near, search)
		var cheapest *cubeCell
		for _, other := range near {
			if !other.hidden[s.flag] && s.free(other) && (cheapest == nil || s.bases[other.place] < s.bases[cheapest.place]) {
				cheapest = other
			}
		}
		if cheapest != nil {
			cheapest.hidden[s.flag] = true
			return true
		}
	}
	s.spent[search] = true
	return false
}

// beside lists the cells with answers of the lines of some others that a search
// has not come by yet.
func (s *decision) beside(near []*cubeCell, search int32) (out []*cubeCell) {
	for _, from := range near {
		for _, at := range s.lined[from.place] {
			if s.looked[at] == search {
				continue
			}
			s.looked[at] = search
			for i := -1; i < len(s.known[at].parts); i++ {
				other := s.known[at].total
				if i >= 0 {
					other = s.known[at].parts[i]
				}
				if s.bases[other.place] > 0 && s.seen[other.place] != search {
					s.seen[other.place] = search
					out = append(out, other)
				}
			}
		}
	}
	return out
}
