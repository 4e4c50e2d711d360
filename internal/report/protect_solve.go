package report

import (
	"maps"
	"slices"
)

// maxUnknown is how many hidden cells that hang together are solved for. Lines
// that each have two hidden cells can still determine one together, in a chain;
// chains are short, and beyond this size are not looked for.
const maxUnknown = 600

// solve looks for small cells that follow from all lines together, as a system of
// linear equations, and hides more until there are none. It reports whether it
// hid anything. O(unknown³) for each set of hidden cells that hang together.
func (x *closing) solve(lines []*cubeLine, leaf int) bool {
	for _, part := range x.connected(lines, leaf) {
		if len(part.unknown) > maxUnknown {
			continue
		}
		for _, at := range part.determined() {
			if cell := x.cells[at]; x.primaryAt(cell, leaf) && x.hideBeside(part.lines, at, leaf) {
				return true
			}
		}
	}
	return false
}

// primaryAt reports whether a cell must not be known.
func (x *closing) primaryAt(cell *cubeCell, leaf int) bool {
	n := x.baseIn(cell, leaf)
	return n < x.k || n < lowBase && !x.all && x.tells(cell, leaf)
}

// hideBeside hides the cheapest cell of a line that holds another.
func (x *closing) hideBeside(lines []*cubeLine, at cubeKey, leaf int) bool {
	var cheapest *cubeCell
	var cost int64
	for _, line := range lines {
		if line.total != at && !slices.Contains(line.parts, at) {
			continue
		}
		for _, other := range append([]cubeKey{line.total}, line.parts...) {
			cell := x.cells[other]
			if cell == nil || cell.hidden[leaf] || !x.free(other) {
				continue
			}
			if n := x.baseIn(cell, leaf); n > 0 && (cheapest == nil || n < cost) {
				cheapest, cost = cell, n
			}
		}
	}
	if cheapest != nil {
		cheapest.hidden[leaf] = true
	}
	return cheapest != nil
}

// system is a set of hidden cells that lines connect.
type system struct {
	unknown []cubeKey
	lines   []*cubeLine
	rows    []map[cubeKey]float64 // by line: its hidden cells, the total with −1
}

// connected splits the hidden cells into sets that share no line.
func (x *closing) connected(lines []*cubeLine, leaf int) []*system {
	hidden := func(at cubeKey) bool {
		cell := x.cells[at]
		return cell != nil && cell.hidden[leaf] && x.baseIn(cell, leaf) > 0
	}
	of := map[cubeKey]*system{}
	var all []*system
	for _, line := range lines {
		row := map[cubeKey]float64{}
		for _, at := range line.parts {
			if hidden(at) {
				row[at] = 1
			}
		}
		if hidden(line.total) {
			row[line.total] = -1
		}
		if len(row) == 0 {
			continue
		}
		joined := &system{lines: []*cubeLine{line}, rows: []map[cubeKey]float64{row}}
		for _, at := range slices.Concat(line.parts, []cubeKey{line.total}) {
			if row[at] == 0 {
				continue
			}
			if old := of[at]; old == nil {
				joined.unknown = append(joined.unknown, at)
			} else if old != joined {
				joined.take(old, of)
			}
			of[at] = joined
		}
		all = append(all, joined)
	}
	return slices.DeleteFunc(all, func(s *system) bool { return len(s.unknown) == 0 })
}

// take moves everything of another set into this one.
func (s *system) take(old *system, of map[cubeKey]*system) {
	for _, at := range old.unknown {
		of[at] = s
	}
	s.unknown = append(s.unknown, old.unknown...)
	s.lines, s.rows = append(s.lines, old.lines...), append(s.rows, old.rows...)
	old.unknown, old.lines, old.rows = nil, nil, nil
}

// determined lists the cells that the lines determine, by elimination.
func (s *system) determined() []cubeKey {
	place := map[cubeKey]int{}
	for i, at := range s.unknown {
		place[at] = i
	}
	var rows [][]float64
	var pivots []int
	for _, line := range s.rows {
		v := make([]float64, len(s.unknown))
		for at, f := range maps.All(line) {
			v[place[at]] = f
		}
		for i, row := range rows {
			if f := v[pivots[i]]; f != 0 {
				subtract(v, row, f)
			}
		}
		at := slices.IndexFunc(v, func(f float64) bool { return f > solved || f < -solved })
		if at < 0 {
			continue
		}
		f := v[at]
		for i := range v {
			v[i] /= f
		}
		for _, row := range rows {
			if f := row[at]; f != 0 {
				subtract(row, v, f)
			}
		}
		rows, pivots = append(rows, v), append(pivots, at)
	}
	var out []cubeKey
	for i, row := range rows {
		alone := true
		for j, f := range row {
			alone = alone && (j == pivots[i] || f < solved && f > -solved)
		}
		if alone {
			out = append(out, s.unknown[pivots[i]])
		}
	}
	return out
}

// solved is what rounding may leave of a coefficient that is 0; they are small
// fractions of whole numbers.
const solved = 1e-9

func subtract(v, row []float64, f float64) {
	for i, x := range row {
		if v[i] -= f * x; v[i] < solved && v[i] > -solved {
			v[i] = 0
		}
	}
}
