package report

import (
	"math/bits"
	"runtime"
	"slices"
	"sync"

	"hailong/internal/disclose"
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
	at    []*cubeCell // the cells at hand
	lines []*cubeLine // of these
	known []*cubeLine // and of all decided before
	lined [][]int32   // by a cell's place: the known lines that hold it
	some  []bool      // of scores, then counts, by leaf: something is hidden
}

// close decides every cell of the cube, those of fewer axes first: what was
// decided on them is not decided again, so that a query with fewer axes can't
// show what one with more hides, nor the other way round.
//
// The score of a cell is hidden when its base is from 1 to k−1, or all its answers
// are the same and unfavourable. Its counts by option are hidden when the score
// is, or one of them is small (disclose.Standard). Then, for as long as anything
// changes, every line whose total is shown needs its hidden parts to be at least
// two, with k answers together, so that only the sum of what is hidden can be
// had – of counts, no small one in it – and every line whose total is hidden needs
// a hidden part; the cheapest further cell is hidden where that is not so. Parts
// without answers count as hidden and look so. What lines then still tell together
// is looked for in decision.solve, and what a composite tells about its items in
// closing.across.
//
// O(cells × leaves × rounds); the rounds are few, each hides something. Leaves
// have nothing to do with one another within a round and are decided on all
// processors.
func (c *cube) close(k int64, allSame bool) {
	x := closing{cube: c, k: k, all: allSame, some: make([]bool, 2*len(c.leaves))}
	cells := c.sorted()
	x.lined = make([][]int32, len(cells))
	for size := 0; size <= len(c.axes); size++ {
		for x.mask = 0; x.mask < 1<<len(c.axes); x.mask++ {
			if bits.OnesCount(x.mask) == size {
				x.run(cells)
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

// run decides the cells that are split by the axes at hand: their scores, then
// their counts.
func (x *closing) run(cells []*cubeCell) {
	x.at, x.lines = nil, nil
	for _, cell := range cells {
		if maskOf(cell.at) == x.mask {
			x.at = append(x.at, cell)
			x.addLines(cell)
		}
	}
	for _, line := range x.lines {
		at := int32(len(x.known)) //nolint:gosec // as many as cells
		x.known = append(x.known, line)
		x.lined[line.total.place] = append(x.lined[line.total.place], at)
		for _, part := range line.parts {
			x.lined[part.place] = append(x.lined[part.place], at)
		}
	}
	for kind := range 2 {
		x.primary(kind)
		for changed := true; changed; changed = x.across(kind) {
			x.decide(kind)
		}
	}
}

// addLines puts a cell in the lines that it is a part of.
func (x *closing) addLines(cell *cubeCell) {
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

// The kinds of what is hidden: scores, and counts by option.
const (
	hideScores = iota
	hideCounts
)

// flag returns where a cell says whether a leaf is hidden.
func (c *cube) flag(kind, leaf int) int { return kind*len(c.leaves) + leaf }

// decide hides what else must be hidden within the lines of each leaf.
func (x *closing) decide(kind int) {
	var wait sync.WaitGroup
	leaves := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for leaf := range leaves {
				d := &decision{closing: x, kind: kind, leaf: leaf, flag: x.flag(kind, leaf), left: maxSolving / len(x.leaves)}
				d.run()
			}
		})
	}
	for leaf := range x.leaves {
		if x.some[x.flag(kind, leaf)] {
			leaves <- leaf
		}
	}
	close(leaves)
	wait.Wait()
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
			out[alongAxes+i] = &up //nolint:gosec // at most maxAxes
		}
	}
	return out
}

// primary hides what must not be known for its own sake.
func (x *closing) primary(kind int) {
	var buffer []int64
	for _, cell := range x.at {
		for leaf := range x.leaves {
			var hide bool
			if buffer, hide = x.sensitive(buffer, cell, kind, leaf); hide {
				flag := x.flag(kind, leaf)
				cell.hidden[flag], x.some[flag] = true, true
			}
		}
	}
}

// sensitive reports whether a score or the counts of a cell must not be known.
// It returns the buffer for the next call.
func (x *closing) sensitive(buffer []int64, cell *cubeCell, kind, leaf int) ([]int64, bool) {
	n := x.baseIn(cell, leaf)
	switch {
	case n == 0:
		return buffer, false
	case kind == hideScores:
		return buffer, n < x.k || n < lowBase && !x.all && x.tells(cell, leaf)
	case !x.leaves[leaf].alike: // there are no counts
		return buffer, false
	case cell.hidden[leaf]:
		return buffer, true
	}
	buffer = x.addOptions(buffer[:0], cell, leaf, 1)
	return buffer, anySmall(buffer)
}

// anySmall reports whether the count of an option is small, but not 0; "don't
// know", the last, says nothing about anybody.
func anySmall(counts []int64) bool {
	return slices.ContainsFunc(counts[:max(len(counts)-1, 0)], func(n int64) bool { return n > 0 && n < disclose.Standard.Small })
}

// tells reports whether all answers of a leaf are the same, and such that
// somebody might be asked who gave them.
func (c *cube) tells(cell *cubeCell, leaf int) bool {
	at := &c.leaves[leaf]
	some := false
	for _, column := range at.columns {
		var options []int64
		one := cubeLeaf{columns: []int{column}, first: at.first, last: at.last}
		options = c.addOptionsOf(options, cell, &one, 1)
		answered := slices.IndexFunc(options, func(n int64) bool { return n > 0 })
		if answered < 0 {
			continue
		}
		some = true
		if slices.ContainsFunc(options[answered+1:], func(n int64) bool { return n > 0 }) || !c.columns[column].worst(answered) {
			return false
		}
	}
	return some
}

// worst reports whether an option is one that counts least.
func (c *column) worst(option int) bool {
	at := slices.Index(c.valued, option)
	return at >= 0 && c.plain[at] == slices.Min(c.plain)
}

// across hides parts of composites: whoever knows a composite and all its parts
// but one can find that one out, and a hidden composite from all its parts. It
// reports whether it hid anything. O(cells × nodes × parts).
func (x *closing) across(kind int) (changed bool) {
	for i := range x.nodes {
		for leaf := x.firsts[len(x.columns)+i]; leaf < len(x.leaves) && x.leaves[leaf].node == i; leaf++ {
			for _, parts := range x.partsOf(leaf) {
				for _, cell := range x.at {
					changed = x.mendAcross(cell, kind, leaf, parts) || changed
				}
			}
		}
	}
	return changed
}

// partsOf lists the leaves that a composite is made of, in each way; those of
// other series do not add up to it.
func (x *closing) partsOf(leaf int) (out [][]int) {
	at := &x.leaves[leaf]
	node := &x.nodes[at.node]
	same := func(firsts []int) (parts []int) {
		for _, first := range firsts {
			for part := first; part < len(x.leaves) && x.leaves[part].node == x.leaves[first].node && slices.Equal(x.leaves[part].columns, x.leaves[first].columns); part++ {
				if x.leaves[part].first == at.first && x.leaves[part].last == at.last {
					parts = append(parts, part)
				}
			}
		}
		return parts
	}
	var children, columns []int
	for _, child := range node.children {
		children = append(children, x.firsts[len(x.columns)+child])
	}
	own := node.columns
	if node.pooled {
		own = node.all
	}
	for _, column := range own {
		columns = append(columns, x.firsts[column])
	}
	for _, firsts := range [][]int{children, columns} {
		if parts := same(firsts); len(parts) > 0 && len(parts) == len(firsts) {
			out = append(out, parts)
		}
	}
	return out
}

// mendAcross hides one more part of a composite in a cell when it needs it.
func (x *closing) mendAcross(cell *cubeCell, kind, leaf int, parts []int) bool {
	if !x.some[x.flag(kind, leaf)] && !slices.ContainsFunc(parts, func(part int) bool { return x.some[x.flag(kind, part)] }) {
		return false
	}
	hidden, cheapest := 0, -1
	var cost int64
	for _, part := range parts {
		n := x.baseIn(cell, part)
		switch {
		case n == 0:
		case cell.hidden[x.flag(kind, part)]:
			hidden++
		case cheapest < 0 || n < cost:
			cheapest, cost = part, n
		}
	}
	total := cell.hidden[x.flag(kind, leaf)]
	switch {
	case kind == hideCounts && !x.leaves[leaf].alike, x.baseIn(cell, leaf) == 0:
		return false
	case cheapest < 0 && hidden == 1 && !total: // the composite is its only part
		cheapest = leaf
	case cheapest < 0, total && hidden > 0, !total && hidden != 1:
		return false
	}
	flag := x.flag(kind, cheapest)
	cell.hidden[flag], x.some[flag] = true, true
	return true
}

// publishesAllSame reports whether a questionnaire allows scores that say the
// same of everybody.
func publishesAllSame(q *questionnaire.Questionnaire) bool {
	return q.AllSame == questionnaire.PublishAllSame
}
