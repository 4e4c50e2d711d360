package report

import (
	"math/bits"
	"runtime"
	"sync"

	"hailong/internal/questionnaire"
)

// A line of a cube is a cell and the cells that it is the sum of: an agency and
// those below it with what it received itself, a level and its agencies, all
// agencies and all levels, or a node of an axis and its children. Whoever knows the sum
// and all parts but one knows that one.
type cubeLine struct {
	total *cubeCell
	parts []*cubeCell
}

// closing hides cells of a cube until nothing small can be had by subtraction.
type closing struct {
	*cube
	k     int64
	all   bool        // cells in which all answers are the same may be shown
	mask  uint        // axes that are split in the cells at hand; others are decided
	lines []*cubeLine // of the cells at hand
	known []*cubeLine // and of all decided before
}

// close decides every cell of the cube, those of fewer axes first: what was
// decided on them is not decided again, so that a query with fewer axes can't
// show what one with more hides, nor the other way round.
//
// A cell is hidden when its base is from 1 to k−1, or all its answers are the same
// and unfavourable. Then, for as long as anything changes, every line whose total
// is shown needs its hidden parts to be at least two, with k answers together, so
// that only the sum of what is hidden can be had, and every line whose total is
// hidden needs a hidden part; the cheapest further cell is hidden where that is
// not so. Parts without answers count as hidden and look so. What lines then
// still tell together is looked for in closing.solve.
//
// O(cells × leaves × rounds); the rounds are few, each hides something. Leaves
// have nothing to do with one another and are decided on all processors.
func (c *cube) close(k int64, allSame bool) {
	x := closing{cube: c, k: k, all: allSame}
	cells := c.sorted()
	hidden := make([]bool, len(c.columns)+len(c.nodes))
	for size := 0; size <= len(c.axes); size++ {
		for x.mask = 0; x.mask < 1<<len(c.axes); x.mask++ {
			if bits.OnesCount(x.mask) == size {
				x.run(cells, hidden)
			}
		}
	}
}

func maskOf(at cubeKey) (mask uint) {
	for i, node := range at.node {
		if node != 0 {
			mask |= 1 << i
		}
	}
	return mask
}

// run decides the cells that are split by the axes at hand. hidden says of leaves
// whether anything of them is hidden so far.
func (x *closing) run(cells []*cubeCell, hidden []bool) {
	x.lines = nil
	for _, cell := range cells {
		if maskOf(cell.at) != x.mask {
			continue
		}
		x.primary(cell, hidden)
		for direction, at := range x.totals(cell.at) {
			if at == nil {
				continue
			}
			total := x.cells[*at]
			line := total.lines[direction]
			if line == nil {
				line = &cubeLine{total: total}
				total.lines[direction] = line
				x.lines = append(x.lines, line)
			}
			line.parts = append(line.parts, cell)
		}
	}
	x.known = append(x.known, x.lines...)
	var wait sync.WaitGroup
	leaves := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for leaf := range leaves {
				x.decide(leaf)
			}
		})
	}
	for leaf := range hidden {
		if hidden[leaf] {
			leaves <- leaf
		}
	}
	close(leaves)
	wait.Wait()
}

// decide hides what else must be hidden of a leaf.
func (x *closing) decide(leaf int) {
	solver := solver{closing: x, leaf: leaf, left: maxSolving}
	for changed := true; changed; {
		changed = false
		for _, line := range x.lines {
			for x.mend(line, leaf) {
				changed = true
			}
		}
		changed = changed || solver.hide()
	}
}

// The directions of lines: along the tree, of a level, of all levels, then along
// each axis.
const (
	alongTree = iota
	alongLevel
	alongLevels
	alongAxes
	directions = alongAxes + maxAxes
)

// free reports whether a cell is still to be decided; that of all agencies is
// hidden only when it is small itself.
func (x *closing) free(cell *cubeCell) bool { return maskOf(cell.at) == x.mask && cell.at.agency != 0 }

// totals returns the cells that a cell is a part of.
func (x *closing) totals(at cubeKey) (out [directions]*cubeKey) {
	up := func(agency uint32) *cubeKey { return &cubeKey{agency: agency, node: at.node} }
	switch {
	case at.agency == 0:
	case at.agency&levelBit != 0:
		out[alongLevels] = up(0)
	default:
		out[alongTree] = up(x.above(at.agency))
		if x.receiver(at.agency&^ownBit) == at.agency {
			out[alongLevel] = up(x.levelOf(at.agency))
		}
	}
	for i, axis := range x.axes {
		if at.node[i] != 0 {
			up := at
			up.node[i] = axis.parent[at.node[i]]
			out[alongAxes+i] = &up
		}
	}
	return out
}

// primary hides what is small or says the same of everybody.
func (x *closing) primary(cell *cubeCell, hidden []bool) {
	for leaf := range cell.hidden {
		if n := x.baseIn(cell, leaf); n > 0 && x.sensitive(cell, leaf) {
			cell.hidden[leaf], hidden[leaf] = true, true
		}
	}
}

// sensitive reports whether a cell must not be known.
func (x *closing) sensitive(cell *cubeCell, leaf int) bool {
	n := x.baseIn(cell, leaf)
	return n < x.k || n < lowBase && !x.all && x.tells(cell, leaf)
}

// tells reports whether all answers of a leaf are the same, and such that
// somebody might be asked who gave them.
func (c *cube) tells(cell *cubeCell, leaf int) bool {
	if leaf < len(c.columns) {
		return cell.same[leaf] >= 0 && c.columns[leaf].worst(int(cell.same[leaf]))
	}
	some := false
	for _, column := range c.nodes[leaf-len(c.columns)].all {
		if cell.n[column] == 0 {
			continue
		}
		if some = true; !c.tells(cell, column) {
			return false
		}
	}
	return some
}

// worst reports whether an option is one that counts least.
func (c *column) worst(option int) bool {
	value := 0.0
	found := false
	least := 0.0
	for i, o := range c.valued {
		if i == 0 || c.plain[i] < least {
			least = c.plain[i]
		}
		if o == option {
			value, found = c.plain[i], true
		}
	}
	return found && value == least
}

// mend hides one more cell of a line that needs it, and reports whether it did.
func (x *closing) mend(line *cubeLine, leaf int) bool {
	total := line.total
	hidden, shown := 0, 0
	var cheapest *cubeCell
	var cost int64
	for _, part := range line.parts {
		n := x.baseIn(part, leaf)
		switch {
		case n == 0:
		case part.hidden[leaf]:
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
		same := hidden == 1 && !total.hidden[leaf] && x.free(total)
		total.hidden[leaf] = total.hidden[leaf] || same
		return same
	case total.hidden[leaf]: // it must not be the sum of what is shown
		cheapest.hidden[leaf] = cheapest.hidden[leaf] || hidden == 0
		return hidden == 0
	case hidden == 0, hidden > 1 && x.rest(line, leaf) >= x.k:
		return false
	}
	if x.free(total) && int64(10+shown) < cost {
		cheapest = total
	}
	cheapest.hidden[leaf] = true
	return true
}

// rest returns the base of all that is hidden of a line together.
func (x *closing) rest(line *cubeLine, leaf int) int64 {
	rest := func(column int) int64 {
		n := line.total.n[column]
		for _, part := range line.parts {
			if !part.hidden[leaf] {
				n -= part.n[column]
			}
		}
		return int64(n)
	}
	if leaf < len(x.columns) {
		return rest(leaf)
	}
	var most int64
	for _, column := range x.nodes[leaf-len(x.columns)].all {
		most = max(most, rest(column))
	}
	return most
}

// publishesAllSame reports whether a questionnaire allows scores that say the
// same of everybody.
func publishesAllSame(q *questionnaire.Questionnaire) bool {
	return q.AllSame == questionnaire.PublishAllSame
}
