package report

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// axis is one way to split the answers of agencies: a tree of nodes, of which 0
// is all of them and the leaves are single values. Time is split into years,
// quarters, months and, where counts are kept by day, days; other axes have one
// level.
type axis struct {
	key    string // byMonth for time, byChannel, byWave, byVersion, flagAxis
	daily  bool   // of time
	parent []int
	node   map[axisValue]int
	months map[response.Day]int // of time: the node of a day's month
}

// flagAxis splits flagged responses from the others.
const flagAxis = "flags"

// axisValue names a node: its level in the tree and its number there.
type axisValue struct {
	level  uint8
	number uint32
}

// The levels of time. Other axes have leaves only.
const (
	levelLeaf uint8 = iota
	levelMonth
	levelQuarter
	levelYear
)

func newAxis(key string, daily bool) *axis {
	return &axis{key: key, daily: daily, parent: []int{-1}, node: map[axisValue]int{}, months: map[response.Day]int{}}
}

// at returns the node of a value, made below a parent when it is new.
func (x *axis) at(v axisValue, parent func() int) int {
	n, ok := x.node[v]
	if !ok {
		above := parent()
		n = len(x.parent)
		x.parent = append(x.parent, above)
		x.node[v] = n
	}
	return n
}

func all() int { return 0 }

// of returns the leaf of a cell.
func (x *axis) of(key *tally.Key, place int) int {
	switch x.key {
	case byChannel:
		return x.at(axisValue{levelLeaf, uint32(key.Channel)}, all)
	case byWave:
		return x.at(axisValue{levelLeaf, key.Wave}, all)
	case byVersion:
		return x.at(axisValue{levelLeaf, uint32(place)}, all) //nolint:gosec // not negative
	case flagAxis:
		return x.at(flagValue(key.Flagged), all)
	}
	month := func() int { return x.month(key.Period) }
	if x.daily {
		return x.at(axisValue{levelLeaf, uint32(key.Period)}, month)
	}
	return month()
}

func flagValue(flagged bool) axisValue {
	if flagged {
		return axisValue{levelLeaf, 1}
	}
	return axisValue{levelLeaf, 0}
}

// month returns the node of a day's month, with those of its quarter and year.
func (x *axis) month(day response.Day) int {
	node, ok := x.months[day]
	if !ok {
		m, q, y := monthsOf(day)
		year := func() int { return x.at(axisValue{levelYear, y}, all) }
		quarter := func() int { return x.at(axisValue{levelQuarter, q}, year) }
		node = x.at(axisValue{levelMonth, m}, quarter)
		x.months[day] = node
	}
	return node
}

// monthsOf numbers the month, quarter and year of a day.
func monthsOf(day response.Day) (month, quarter, year uint32) {
	date := day.String()
	y := uint32(date[0]-'0')*1000 + uint32(date[1]-'0')*100 + uint32(date[2]-'0')*10 + uint32(date[3]-'0')
	m := uint32(date[5]-'0')*10 + uint32(date[6]-'0') - 1
	return y*12 + m, y*4 + m/3, y
}

// most is how many axes one public query may use.
const maxAxes = 2

// cubeKey names a cell of a cube: an agency with everything below it (0: all
// agencies), and a node of each axis. With ownBit it is what an agency that has
// others below it received itself, with levelBit all agencies of a level, without
// what is below them.
type cubeKey struct {
	agency uint32
	node   [maxAxes]int
}

const (
	ownBit   = 1 << 31
	levelBit = 1 << 30
)

// cubeCell is how many answers a cell has, by segment and column.
type cubeCell struct {
	at      cubeKey
	n       []uint32              // base of the score
	options []uint32              // of each option, then of "don't know" (cube.starts)
	hidden  []bool                // scores by leaf, then counts by leaf
	place   int                   // among all cells, once they are sorted
	lines   [directions]*cubeLine // that it is the total of
}

// cubeLeaf is what a row is about: a column, or a node, in one of its series.
type cubeLeaf struct {
	node        int   // -1: a column
	columns     []int // that its counts are made of
	first, last int   // segments
	alike       bool  // rows count its answers by option
}

// cube holds the answers of every agency of a survey, split by some axes, with
// all sums. It does not depend on what else a query asks for, so that what is
// decided on it is the same for all queries that use these axes.
//
// Memory is O(agencies × nodes of the axes × options of all columns).
type cube struct {
	*layout
	axes    []*axis
	leaves  []cubeLeaf
	firsts  []int               // by column, then node: its first leaf; those of further series follow
	starts  []int               // by column: its place in the options of a segment; the last is their number
	own     map[cubeKey][]int64 // counters of what each agency received, by segment and leaves of the axes
	cells   map[cubeKey]*cubeCell
	catalog *catalog.Catalog
	levels  []string // of all agencies
	base    func(c *column, vector []int64) int64
}

func (p *plan) newCube(axes []*axis) *cube {
	c := &cube{
		layout: p.layout, axes: axes, own: map[cubeKey][]int64{}, cells: map[cubeKey]*cubeCell{},
		catalog: p.catalog, levels: p.levels, base: p.baseOf,
	}
	add := func(leaf cubeLeaf, cuts []bool) {
		c.firsts = append(c.firsts, len(c.leaves))
		for _, s := range seriesOf(cuts) {
			leaf.first, leaf.last = s.first, s.last
			c.leaves = append(c.leaves, leaf)
		}
	}
	n := 0
	for i := range c.columns {
		add(cubeLeaf{node: -1, columns: []int{i}, alike: true}, c.columns[i].cuts)
		c.starts = append(c.starts, n)
		n += len(c.columns[i].codes) + 1
	}
	c.starts = append(c.starts, n)
	for i := range c.nodes {
		add(cubeLeaf{node: i, columns: c.nodes[i].all, alike: c.nodes[i].alike}, c.nodes[i].cuts)
	}
	return c
}

// width is how many options all columns have in a segment.
func (c *cube) width() int { return c.starts[len(c.columns)] }

// segments is how many segments there are.
func (c *cube) segments() int { return len(c.cuts) + 1 }

// count adds a cell of the tally, which the fold has checked.
func (c *cube) count(key *tally.Key, cell *tally.Cell) error {
	v := c.versions[key.Version]
	if v == nil || len(cell.Counts) != v.slots {
		return nil
	}
	at := cubeKey{agency: key.Agency}
	for i, x := range c.axes {
		at.node[i] = x.of(key, v.place)
	}
	vector := c.own[at]
	if vector == nil {
		if len(c.own) >= maxCounters/max(c.size*c.segments(), 1) {
			return tooManyRows()
		}
		vector = make([]int64, c.size*c.segments())
		c.own[at] = vector
	}
	v.addTo(vector[int(v.segment)*c.size:][:c.size], cell)
	return nil
}

// baseOf returns how many people's answers to a column are in its score.
func (p *plan) baseOf(c *column, vector []int64) int64 {
	var n int64
	if c.several() {
		n = vector[c.at+questionnaire.StateSlots+len(c.codes)]
	} else {
		for _, k := range c.options(vector) {
			n += k
		}
	}
	if p.measure.Base == questionnaire.WithDontKnow {
		n += c.dontKnows(vector)
	}
	return n
}

// rollUp makes the cells of the cube from what the agencies received.
// O(own cells × depth of the tree × depths of the axes × options).
func (c *cube) rollUp() error {
	one := c.newCell(cubeKey{})
	for leaf, vector := range c.own {
		c.read(one, vector)
		for _, agency := range c.holders(leaf.agency) {
			for first := leaf.node[0]; first >= 0; first = c.up(0, first) {
				for second := leaf.node[1]; second >= 0; second = c.up(1, second) {
					cell, err := c.cell(cubeKey{agency, [maxAxes]int{first, second}})
					if err != nil {
						return err
					}
					cell.add(one)
				}
			}
		}
	}
	c.own = nil
	return nil
}

// read sets the counts of a cell from counters by segment.
func (c *cube) read(cell *cubeCell, counters []int64) {
	for segment := range c.segments() {
		vector := counters[segment*c.size:][:c.size]
		n := cell.n[segment*len(c.columns):]
		options := cell.options[segment*c.width():]
		for i := range c.columns {
			column := &c.columns[i]
			n[i] = uint32(c.base(column, vector)) //nolint:gosec // fewer than 2^32 responses
			to := options[c.starts[i]:c.starts[i+1]]
			for o, k := range column.options(vector) {
				to[o] = uint32(k) //nolint:gosec // as above
			}
			to[len(to)-1] = uint32(column.dontKnows(vector)) //nolint:gosec // as above
		}
	}
}

// up returns the node above another, below 0 above them all.
func (c *cube) up(i, node int) int {
	if i >= len(c.axes) {
		return -1
	}
	return c.axes[i].parent[node]
}

// holders lists what holds the answers that an agency received.
func (c *cube) holders(agency uint32) []uint32 {
	out := []uint32{c.receiver(agency), c.levelOf(agency)}
	for up := agency; up != 0; up = c.above(up) {
		if up != out[0] {
			out = append(out, up)
		}
	}
	return append(out, 0)
}

// receiver names what an agency received itself: the agency, or its own part
// where there are others below it.
func (c *cube) receiver(agency uint32) uint32 {
	if a := c.catalog.Agencies.ByNumber(agency); a != nil && len(c.catalog.Agencies.Children(a.ID)) > 0 {
		return agency | ownBit
	}
	return agency
}

// levelOf names all agencies of an agency's level.
func (c *cube) levelOf(agency uint32) uint32 {
	level := ""
	if a := c.catalog.Agencies.ByNumber(agency &^ ownBit); a != nil {
		level = a.Level
	}
	return c.levelNumber(level)
}

func (c *cube) levelNumber(level string) uint32 {
	return levelBit | uint32(slices.Index(c.levels, level)+1) //nolint:gosec // a handful
}

// above returns the agency above another, 0 for all.
func (c *cube) above(agency uint32) uint32 {
	switch {
	case agency&ownBit != 0:
		return agency &^ ownBit
	case agency&levelBit != 0:
		return 0
	}
	a := c.catalog.Agencies.ByNumber(agency)
	if a == nil {
		return 0
	}
	parent := c.catalog.Agencies.ByID(a.Parent)
	if parent == nil {
		return 0
	}
	return parent.Number
}

// cell returns a cell, a new one when there is none.
func (c *cube) cell(at cubeKey) (*cubeCell, error) {
	cell := c.cells[at]
	if cell == nil {
		if len(c.cells) >= 2*maxCounters/max(c.segments()*(c.width()+len(c.columns)), 1) { // they have four bytes each
			return nil, tooManyRows()
		}
		cell = c.newCell(at)
		c.cells[at] = cell
	}
	return cell, nil
}

func (c *cube) newCell(at cubeKey) *cubeCell {
	bases := len(c.columns) * c.segments()
	counters := make([]uint32, bases+c.width()*c.segments())
	return &cubeCell{at: at, n: counters[:bases], options: counters[bases:], hidden: make([]bool, 2*len(c.leaves))}
}

// add adds the answers of another cell.
func (x *cubeCell) add(other *cubeCell) {
	for i, n := range other.n {
		x.n[i] += n
	}
	for i, n := range other.options {
		x.options[i] += n
	}
}

// baseIn returns the base of a leaf in a cell: of a composite, that of its
// busiest item.
func (c *cube) baseIn(cell *cubeCell, leaf int) int64 {
	at := &c.leaves[leaf]
	var most int64
	for _, column := range at.columns {
		var n int64
		for segment := at.first; segment <= at.last; segment++ {
			n += int64(cell.n[segment*len(c.columns)+column])
		}
		most = max(most, n)
	}
	return most
}

// addOptions adds the answers of a leaf in a cell by option, "don't know" last,
// times a sign to what is there.
func (c *cube) addOptions(to []int64, cell *cubeCell, leaf int, sign int64) []int64 {
	return c.addOptionsOf(to, cell, &c.leaves[leaf], sign)
}

func (c *cube) addOptionsOf(to []int64, cell *cubeCell, at *cubeLeaf, sign int64) []int64 {
	for _, column := range at.columns {
		for segment := at.first; segment <= at.last; segment++ {
			from := cell.options[segment*c.width():][c.starts[column]:c.starts[column+1]]
			for len(to) < len(from) {
				to = append(to, 0)
			}
			for o, n := range from {
				to[o] += sign * int64(n)
			}
		}
	}
	return to
}

// sorted lists the cells in an order that does not depend on the order in which
// they were counted: decisions follow it where cells cost the same.
func (c *cube) sorted() []*cubeCell {
	var places [maxAxes][]int
	for i, x := range c.axes {
		places[i] = x.places()
	}
	out := slices.SortedFunc(maps.Values(c.cells), func(a, b *cubeCell) int {
		for i := range c.axes {
			if order := cmp.Compare(places[i][a.at.node[i]], places[i][b.at.node[i]]); order != 0 {
				return order
			}
		}
		return cmp.Compare(a.at.agency, b.at.agency)
	})
	for i, cell := range out {
		cell.place = i
	}
	return out
}

// places returns by node its place among all nodes, in the order of their values.
func (x *axis) places() []int {
	values := slices.SortedFunc(maps.Keys(x.node), func(a, b axisValue) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.number, b.number))
	})
	out := make([]int, len(x.parent))
	for i, v := range values {
		out[x.node[v]] = i + 1
	}
	return out
}
