package report

import (
	"math/bits"

	"hailong/internal/questionnaire"
)

// A line of a cube is a cell and the cells that it is the sum of: an agency and
// those below it with what it received itself, a level and its agencies, all
// agencies and all levels, or a node of an axis and its children. Whoever knows the sum
// and all parts but one knows that one.
type cubeLine struct {
	total cubeKey
	parts []cubeKey
}

// closing hides cells of a cube until nothing small can be had by subtraction.
type closing struct {
	*cube
	k    int64
	mask uint // axes that are split in the cells at hand; others are decided
	all  bool // cells in which all answers are the same may be shown
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
// not so. Parts without answers count as hidden and look so.
//
// O(cells × leaves × rounds); the rounds are few, each hides something.
func (c *cube) close(k int64, allSame bool) {
	keys := c.sorted()
	for size := 0; size <= len(c.axes); size++ {
		for mask := uint(0); mask < 1<<len(c.axes); mask++ {
			if bits.OnesCount(mask) == size {
				x := closing{cube: c, k: k, mask: mask, all: allSame}
				x.run(keys)
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

func (x *closing) run(keys []cubeKey) {
	var lines []*cubeLine
	known := map[cubeKey][directions]*cubeLine{}
	for _, at := range keys {
		if maskOf(at) != x.mask {
			continue
		}
		x.primary(at)
		for direction, total := range x.totals(at) {
			if total == nil {
				continue
			}
			mine := known[*total]
			if mine[direction] == nil {
				mine[direction] = &cubeLine{total: *total}
				known[*total] = mine
				lines = append(lines, mine[direction])
			}
			mine[direction].parts = append(mine[direction].parts, at)
		}
	}
	x.lines = append(x.lines, lines...)
	for leaf := range len(x.columns) + len(x.nodes) {
		for changed := true; changed; {
			changed = false
			for _, line := range lines {
				changed = x.mend(line, leaf) || changed
			}
			changed = changed || x.solve(x.lines, leaf)
		}
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
func (x *closing) free(at cubeKey) bool { return maskOf(at) == x.mask && at.agency != 0 }

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
func (x *closing) primary(at cubeKey) {
	cell := x.cells[at]
	for leaf := range cell.hidden {
		n := x.baseIn(cell, leaf)
		cell.hidden[leaf] = n > 0 && x.primaryAt(cell, leaf)
	}
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
	total := x.cells[line.total]
	if total == nil || x.baseIn(total, leaf) == 0 {
		return false
	}
	var hidden cubeCell // the sum of hidden parts
	hidden.n = make([]uint32, len(x.columns))
	copy(hidden.n, total.n)
	count, shown := 0, 0
	cheapest, cost := cubeKey{}, int64(-1)
	for _, at := range line.parts {
		part := x.cells[at]
		n := x.baseIn(part, leaf)
		for i, m := range part.n {
			if !part.hidden[leaf] {
				hidden.n[i] -= m
			}
		}
		switch {
		case n == 0:
		case part.hidden[leaf]:
			count++
		default:
			shown++
			if price := min(n, lowBase); cost < 0 || price < cost {
				cheapest, cost = at, price
			}
		}
	}
	rest := x.baseIn(&hidden, leaf)
	switch {
	case shown == 0 && count == 1 && !total.hidden[leaf] && x.free(line.total): // they are the same
		total.hidden[leaf] = true
		return true
	case shown == 0:
		return false
	case total.hidden[leaf]: // it must not be the sum of what is shown
		if count > 0 {
			return false
		}
		x.cells[cheapest].hidden[leaf] = true
		return true
	case rest == 0, rest >= x.k && count > 1:
		return false
	}
	if x.free(line.total) && int64(10+shown) < cost {
		total.hidden[leaf] = true
		return true
	}
	x.cells[cheapest].hidden[leaf] = true
	return true
}

// publishesAllSame reports whether a questionnaire allows scores that say the
// same of everybody.
func publishesAllSame(q *questionnaire.Questionnaire) bool {
	return q.AllSame == questionnaire.PublishAllSame
}
