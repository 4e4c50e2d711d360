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

// cubeCell is how many answers a cell has, by column, and whether they are all
// the same.
type cubeCell struct {
	at     cubeKey
	n      []uint32
	same   []int32               // option that all answers have; noAnswer, manyAnswers
	hidden []bool                // by leaf: columns, then nodes
	place  int                   // among all cells, once they are sorted
	lines  [directions]*cubeLine // that it is the total of
}

const (
	noAnswer    = -1
	manyAnswers = -2
)

// cube holds the bases of every agency of a survey, split by some axes, with all
// sums. It does not depend on what else a query asks for, so that what is decided
// on it is the same for all queries that use these axes.
//
// Memory is O(agencies × nodes × columns).
type cube struct {
	*layout
	axes    []*axis
	own     map[cubeKey][]int64 // counters of what each agency received, by leaves of the axes
	cells   map[cubeKey]*cubeCell
	catalog *catalog.Catalog
	levels  []string // of all agencies
	base    func(c *column, vector []int64) int64
}

func (p *plan) newCube(axes []*axis) *cube {
	return &cube{
		layout: p.layout, axes: axes, own: map[cubeKey][]int64{}, cells: map[cubeKey]*cubeCell{},
		catalog: p.catalog, levels: p.levels, base: p.baseOf,
	}
}

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
		if len(c.own) >= maxCounters/max(c.size, 1) {
			return tooManyRows()
		}
		vector = make([]int64, c.size)
		c.own[at] = vector
	}
	v.addTo(vector, cell)
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

// onlyOption returns the option that all answers to a column have, "don't know"
// being an answer of its own.
func onlyOption(c *column, vector []int64) int32 {
	same := int32(noAnswer)
	if c.dontKnows(vector) > 0 {
		return manyAnswers
	}
	for o, n := range c.options(vector) {
		switch {
		case n == 0:
		case same == noAnswer:
			same = int32(o) //nolint:gosec // at most 200
		default:
			return manyAnswers
		}
	}
	return same
}

// rollUp makes the cells of the cube from what the agencies received.
// O(own cells × depth of the tree × depths of the axes × columns).
func (c *cube) rollUp() error {
	bases, same := make([]uint32, len(c.columns)), make([]int32, len(c.columns))
	for leaf, vector := range c.own {
		for i := range c.columns {
			bases[i], same[i] = uint32(c.base(&c.columns[i], vector)), onlyOption(&c.columns[i], vector) //nolint:gosec // fewer than 2^32 responses
		}
		for _, agency := range c.holders(leaf.agency) {
			for first := leaf.node[0]; first >= 0; first = c.up(0, first) {
				for second := leaf.node[1]; second >= 0; second = c.up(1, second) {
					cell, err := c.cell(cubeKey{agency, [maxAxes]int{first, second}})
					if err != nil {
						return err
					}
					cell.add(bases, same)
				}
			}
		}
	}
	c.own = nil
	return nil
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
	if cell := c.cells[at]; cell != nil {
		return cell, nil
	}
	if len(c.cells) >= maxCounters/max(len(c.columns), 1) {
		return nil, tooManyRows()
	}
	cell := &cubeCell{
		at: at, n: make([]uint32, len(c.columns)), same: make([]int32, len(c.columns)),
		hidden: make([]bool, len(c.columns)+len(c.nodes)),
	}
	for i := range cell.same {
		cell.same[i] = noAnswer
	}
	c.cells[at] = cell
	return cell, nil
}

// add adds answers; in which order does not matter.
func (c *cubeCell) add(bases []uint32, same []int32) {
	for i, n := range bases {
		c.n[i] += n
		switch {
		case same[i] == noAnswer, same[i] == c.same[i]:
		case c.same[i] == noAnswer:
			c.same[i] = same[i]
		default:
			c.same[i] = manyAnswers
		}
	}
}

// baseIn returns the base of a leaf — a column, or after all of them a node — in
// a cell: of a composite, that of its busiest item.
func (c *cube) baseIn(cell *cubeCell, leaf int) int64 {
	if leaf < len(c.columns) {
		return int64(cell.n[leaf])
	}
	var n uint32
	for _, column := range c.nodes[leaf-len(c.columns)].all {
		n = max(n, cell.n[column])
	}
	return int64(n)
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
