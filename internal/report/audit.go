package report

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"hailong/internal/disclose"
	"hailong/internal/errs"
	"hailong/internal/response"
)

// Audit is what a reader of public scores, and of the same scores as they were
// published before, could work out by linear programming (package disclose).
type Audit struct {
	Survey    string    `json:"survey"`
	Index     string    `json:"index"`
	Measure   string    `json:"measure"`
	Query     string    `json:"query"` // canonical
	Watermark uint64    `json:"watermark"`
	Earlier   []uint64  `json:"earlier"` // watermarks of earlier releases, oldest first
	Cells     int       `json:"cells"`   // groups with answers, by item, factor and index, of all releases
	Hidden    int       `json:"hidden"`  // of these
	Secret    int       `json:"secret"`  // what must not be known: small groups, small counts, few new answers
	Width     float64   `json:"width"`   // how uncertain each of these must stay
	Findings  []Finding `json:"findings"`
	Unsolved  []string  `json:"unsolved"` // items and factors whose tables are too large, or that rounding kept from an answer
}

// Safe reports whether nothing was found and everything was looked at.
func (a *Audit) Safe() bool { return len(a.Findings) == 0 && len(a.Unsolved) == 0 }

// The kinds of findings.
const (
	FoundScore  = "score"  // how many answered, where it is hidden
	FoundCounts = "counts" // how many chose an option, where that is hidden
	FoundNew    = "new"    // how many answered since an earlier release
)

// Finding is a number that must not be known and can be, within Low and High.
type Finding struct {
	Kind       string   `json:"kind"`
	Watermark  uint64   `json:"watermark"` // of the release
	Since      uint64   `json:"since,omitempty"`
	Agency     string   `json:"agency"` // empty: all
	AgencyName string   `json:"agency_name"`
	Own        bool     `json:"own,omitempty"`   // what it received itself, without those below it
	Level      string   `json:"level,omitempty"` // all agencies of a level
	Split      []string `json:"split,omitempty"` // by what else the group is split, in the order of the query's keys
	Of         string   `json:"of"`              // id of the item or factor; empty: the index
	Option     string   `json:"option,omitempty"`
	Count      int64    `json:"count"`
	Low        float64  `json:"low"`
	High       float64  `json:"high"`
}

// AuditReleases audits what a query shows of a moment together with what it
// showed of earlier ones, oldest first. What an earlier release hid is as secret
// as before, and so are fewer than k new answers of a group. It returns the errors
// of [Report.Score].
//
// Memory is O(cells × options) for one item or factor at a time; time is that of
// the linear programs.
func AuditReleases(q Query, now *Moment, earlier ...*Moment) (*Audit, error) {
	q.Internal = false
	var releases []*release
	for _, m := range append(slices.Clone(earlier), now) {
		r, err := m.release(q)
		if err != nil {
			return nil, err
		}
		releases = append(releases, r)
	}
	last := releases[len(releases)-1]
	out := &Audit{
		Survey: last.plan.survey.Slug, Index: last.plan.index.ID, Measure: last.plan.measure.ID, Query: last.plan.query.canonical(),
		Watermark: now.watermark, Width: disclose.Standard.Width, Earlier: []uint64{}, Findings: []Finding{}, Unsolved: []string{},
	}
	for _, m := range earlier {
		out.Earlier = append(out.Earlier, m.watermark)
	}
	for leaf := range last.leaves {
		of := last.leafName(leaf)
		for _, kind := range []int{hideScores, hideCounts} {
			a := newAuditTable(of, kind)
			for _, r := range releases {
				a.add(r)
			}
			if kind == hideScores {
				a.addNew(releases)
				out.Cells += a.cells
				out.Hidden += len(a.hidden)
			}
			out.Secret += len(a.secret)
			if !a.find(out) {
				out.Unsolved = append(out.Unsolved, cmp.Or(of.id, last.plan.index.ID))
			}
		}
	}
	out.Unsolved = slices.Compact(out.Unsolved)
	return out, nil
}

// release is what the public sees of a moment.
type release struct {
	*protection
	watermark uint64
	names     map[leafName]int
}

func (m *Moment) release(q Query) (*release, error) {
	p, err := newPlan(m.catalog, q)
	if err != nil {
		return nil, err
	}
	guard, err := p.newProtection(new(cubes))
	if err != nil {
		return nil, err
	}
	if _, err = p.fold(m, guard); err == nil {
		err = guard.seal(m.watermark)
	}
	if errors.Is(err, errStale) {
		err = errs.New(errs.Internal, "internal").Because(err)
	}
	if err != nil {
		return nil, err
	}
	r := &release{protection: guard, watermark: m.watermark, names: map[leafName]int{}}
	for leaf := range r.leaves {
		r.names[r.leafName(leaf)] = leaf
	}
	return r, nil
}

// leafName names a leaf in all releases.
type leafName struct {
	id     string // of an item or factor; empty: the index
	item   bool
	series int
}

func (c *cube) leafName(leaf int) leafName {
	at := &c.leaves[leaf]
	column := len(c.columns) + at.node
	var name leafName
	switch {
	case at.node < 0:
		column = at.columns[0]
		name = leafName{id: c.columns[column].variable.ID, item: true}
	case c.nodes[at.node].factor != nil:
		name.id = c.nodes[at.node].factor.ID
	}
	name.series = leaf - c.firsts[column]
	return name
}

// auditPlace names a cell in all releases.
type auditPlace struct {
	agency uint32
	at     [maxAxes]axisValue
	option int // −1: how many answered
}

// auditTable is the table of all releases for one leaf.
type auditTable struct {
	of     leafName
	kind   int
	table  disclose.Table
	from   []auditCell // by cell of the table
	hidden []int
	secret []int
	cells  int
	last   map[auditPlace]int // cells of the latest release so far
	before map[auditPlace]int // and of that before
}

// auditCell says what a cell of the table is.
type auditCell struct {
	release *release
	since   *release // of new answers
	place   auditPlace
}

func newAuditTable(of leafName, kind int) *auditTable { return &auditTable{of: of, kind: kind} }

// put adds a cell to the table.
func (a *auditTable) put(of auditCell, count int64, hidden, secret bool) int {
	at := len(a.table.Cells)
	a.table.Cells = append(a.table.Cells, disclose.Cell{ID: strconv.Itoa(at), Count: count})
	a.from = append(a.from, of)
	if hidden {
		a.hidden = append(a.hidden, at)
	}
	if secret {
		a.secret = append(a.secret, at)
	}
	return at
}

func (a *auditTable) sum(cells []int, coefs ...float64) {
	a.table.Sums = append(a.table.Sums, disclose.Sum{Cells: cells, Coefs: coefs})
}

// add adds the cells of a release with their sums.
func (a *auditTable) add(r *release) {
	a.before, a.last = a.last, map[auditPlace]int{}
	leaf, ok := r.names[a.of]
	if !ok || a.kind == hideCounts && !r.leaves[leaf].alike {
		return
	}
	nodes := r.values()
	var buffer []int64
	var order []*cubeCell
	for _, cell := range r.sorted() {
		n := r.baseIn(cell, leaf)
		if n == 0 {
			continue
		}
		order = append(order, cell)
		place := auditPlace{agency: cell.at.agency, option: -1}
		for i := range r.axes {
			place.at[i] = nodes[i][cell.at.node[i]]
		}
		hidden := cell.hidden[r.flag(hideScores, leaf)]
		var secret bool
		buffer, secret = r.secret(buffer, cell, leaf)
		a.last[place] = a.put(auditCell{release: r, place: place}, n, hidden, secret && a.kind == hideScores)
		a.cells++
		if a.kind == hideCounts {
			buffer = a.addOptions(buffer, r, cell, leaf, place)
		}
	}
	for _, cell := range order {
		for _, line := range cell.lines {
			if line != nil {
				a.addLine(r, line, leaf, nodes)
			}
		}
	}
}

// secret reports whether the score of a cell must not be known for its own sake.
func (r *release) secret(buffer []int64, cell *cubeCell, leaf int) ([]int64, bool) {
	x := closing{cube: r.cube, k: r.k, all: publishesAllSame(r.plan.current)}
	return x.sensitive(buffer, cell, hideScores, leaf)
}

// addOptions adds the counts of a cell by option, which make up its base where
// people choose one.
func (a *auditTable) addOptions(buffer []int64, r *release, cell *cubeCell, leaf int, place auditPlace) []int64 {
	base := a.last[place]
	buffer = r.addOptions(buffer[:0], cell, leaf, 1)
	hidden := cell.hidden[r.flag(hideCounts, leaf)]
	cells, coefs := []int{base}, []float64{-1}
	sum := int64(0)
	for o, n := range buffer[:len(buffer)-1] {
		place.option = o
		at := a.put(auditCell{release: r, place: place}, n, hidden, hidden && n > 0 && n < disclose.Standard.Small)
		a.last[place] = at
		cells, coefs = append(cells, at), append(coefs, 1)
		sum += n
	}
	if sum == a.table.Cells[base].Count {
		a.sum(cells, coefs...)
	}
	return buffer
}

// addLine adds the sums of a line.
func (a *auditTable) addLine(r *release, line *cubeLine, leaf int, nodes [maxAxes]map[int]axisValue) {
	place := func(cell *cubeCell, option int) (int, bool) {
		p := auditPlace{agency: cell.at.agency, option: option}
		for i := range r.axes {
			p.at[i] = nodes[i][cell.at.node[i]]
		}
		at, ok := a.last[p]
		return at, ok
	}
	options := 0
	if a.kind == hideCounts {
		options = len(r.columns[r.leaves[leaf].columns[0]].codes)
	}
	for option := -1; option < options; option++ {
		total, ok := place(line.total, option)
		if !ok {
			continue
		}
		cells, coefs := []int{total}, []float64{-1}
		for _, part := range line.parts {
			if at, ok := place(part, option); ok {
				cells, coefs = append(cells, at), append(coefs, 1)
			}
		}
		// The base of a composite is that of its busiest item, which need not add up.
		n := int64(0)
		for i, at := range cells {
			n += int64(coefs[i]) * a.table.Cells[at].Count
		}
		if n == 0 {
			a.sum(cells, coefs...)
		}
	}
}

// addNew adds what is new in each release since the one before. A group that has
// not changed is taken to be known as such.
func (a *auditTable) addNew(releases []*release) {
	byPlace := map[auditPlace][]int{}
	var order []auditPlace
	for at := range a.from {
		place := a.from[at].place
		if byPlace[place] == nil {
			order = append(order, place)
		}
		byPlace[place] = append(byPlace[place], at)
	}
	k := releases[len(releases)-1].k
	for _, place := range order {
		list := byPlace[place]
		for i := 1; i < len(list); i++ {
			then, now := list[i-1], list[i]
			switch d := a.table.Cells[now].Count - a.table.Cells[then].Count; {
			case d == 0:
				a.sum([]int{now, then}, 1, -1)
			case d > 0:
				of := auditCell{release: a.from[now].release, since: a.from[then].release, place: place}
				a.sum([]int{now, then, a.put(of, d, true, d < k)}, 1, -1, -1)
			}
		}
	}
}

// find looks for what can be known and must not. It returns false when a table is
// too large.
func (a *auditTable) find(out *Audit) bool {
	if len(a.secret) == 0 {
		return true
	}
	// Secrets that nothing hides are found without a program.
	open := slices.DeleteFunc(slices.Clone(a.secret), func(at int) bool { return slices.Contains(a.hidden, at) })
	for _, at := range open {
		n := float64(a.table.Cells[at].Count)
		out.Findings = append(out.Findings, a.finding(at, disclose.Range{Low: n, High: n}))
	}
	unsafe, ok := a.table.Unsafe(a.hidden, a.secret, out.Width)
	if !ok {
		return false
	}
	if len(unsafe) == 0 {
		return true
	}
	ranges, ok := a.table.Ranges(a.hidden, unsafe)
	if !ok {
		return false
	}
	for i, at := range unsafe {
		out.Findings = append(out.Findings, a.finding(at, ranges[i]))
	}
	return true
}

// finding words a cell of the table.
func (a *auditTable) finding(at int, r disclose.Range) Finding {
	cell := a.from[at]
	c := cell.release
	f := Finding{Kind: FoundScore, Watermark: c.watermark, Of: a.of.id, Count: a.table.Cells[at].Count, Low: r.Low, High: r.High}
	switch {
	case cell.since != nil:
		f.Kind, f.Since = FoundNew, cell.since.watermark
	case cell.place.option >= 0:
		f.Kind = FoundCounts
		f.Option = c.columns[c.leaves[c.names[a.of]].columns[0]].codes[cell.place.option]
	}
	number := cell.place.agency
	if number&levelBit != 0 {
		if at := int(number&^levelBit) - 1; at >= 0 {
			f.Level = c.levels[at]
		}
		number = 0
	}
	f.Own = number&ownBit != 0
	if agency := c.catalog.Agencies.ByNumber(number &^ ownBit); agency != nil && number != 0 {
		f.Agency, f.AgencyName = agency.ID, agency.Name.In(c.plan.lang)
	}
	for i, x := range c.axes {
		if text := c.valueName(x, cell.place.at[i]); text != "" {
			f.Split = append(f.Split, text)
		}
	}
	return f
}

// values lists by axis the values of its nodes; that of all of them is noValue.
func (c *cube) values() (out [maxAxes]map[int]axisValue) {
	for i, x := range c.axes {
		out[i] = map[int]axisValue{0: noValue}
		for v, n := range x.node {
			out[i][n] = v
		}
	}
	return out
}

// noValue stands for all values of an axis.
var noValue = axisValue{level: levelYear + 1} //nolint:gochecknoglobals // a constant

// valueName names a node of an axis for people; all of them have no name.
func (r *protection) valueName(x *axis, v axisValue) string {
	switch {
	case v == noValue:
		return ""
	case x.key == byMonth:
		return timeName(v)
	case x.key == byChannel:
		return response.Channel(v.number).String() //nolint:gosec // it was one
	case x.key == byWave:
		return r.plan.survey.Waves[v.number-1].ID
	case x.key == flagAxis:
		return []string{FlagsWithout, FlagsOnly}[v.number]
	}
	return r.plan.survey.Lineage.At(int(v.number)).Version[:12]
}

// timeName writes a day, month, quarter or year.
func timeName(v axisValue) string {
	switch v.level {
	case levelMonth:
		return dateOf(v.number)[:len("2006-01")]
	case levelQuarter:
		return fmt.Sprintf("%04d-Q%d", v.number/4, v.number%4+1)
	case levelYear:
		return fmt.Sprintf("%04d", v.number)
	}
	return response.Day(v.number).String()
}
