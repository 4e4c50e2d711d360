package report

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// rank is a row's place in the order of each key of the query, in order of keys,
// then its series.
type rank [10]uint32

// rowMaker makes the rows of one group after the other.
type rowMaker struct {
	*plan
	estimator *estimator
	leaves    []leaf
	numbers   slab
	counts    []Count // memory for the counts of rows
	rows      []Row
	ranks     []rank      // of rows
	trend     bool        // rows lie in time
	runs      []run       // of segments that rows are made of, each once
	used      []bool      // by segment: some row counts it
	vectors   [][]int64   // of the group at hand, by segment
	designs   *designs    // nil: no population is told
	guard     *protection // nil: nothing is protected
	place     int32       // of the group at hand
}

// leaf is what one row of a group is about: a column or a node.
type leaf struct {
	node, column int      // column is -1 for a node
	row          Row      // what is the same in every group
	series       []series // that it has rows of
}

// place is a group's place: an agency, or a level.
type place struct {
	number int32
	row    Row // what is the same for all its rows
}

// scores makes the rows of all groups, in the order of the query's keys.
func (p *plan) scores(f *folded, guard *protection) (*Scores, error) {
	facets := f.facets()
	places := p.rowPlaces(f, facets)
	m := &rowMaker{plan: p, leaves: p.leaves(), guard: guard}
	if f.strata != nil {
		f.strata.assign()
	}
	m.spans(f)
	shown := bare(facets)
	perPlace := 0
	for i := range m.leaves {
		perPlace += len(m.leaves[i].series) * len(shown)
	}
	if len(places)*perPlace > maxRows {
		return nil, tooManyRows()
	}
	m.make(f, places, shown, perPlace)
	out, err := p.head(f, m.used)
	if err != nil {
		return nil, err
	}
	if guard != nil {
		guard.protectHead(out)
	}
	out.Rows = m.sorted()
	m.mark(out.Rows)
	return out, nil
}

// fewRows is how many rows are not worth a further goroutine.
const fewRows = 2048

// make makes the rows of all places, on all processors; where one part of them
// ends and the next begins changes no number.
func (m *rowMaker) make(f *folded, places []place, shown []facet, perPlace int) {
	size := len(places) * perPlace
	m.rows, m.ranks = make([]Row, size), make([]rank, size)
	parts := make([]*rowMaker, min(runtime.GOMAXPROCS(0), 1+size/fewRows))
	var wait sync.WaitGroup
	for i := range parts {
		from, to := i*len(places)/len(parts), (i+1)*len(places)/len(parts)
		parts[i] = m.part(f, from*perPlace, to*perPlace)
		wait.Go(func() { parts[i].makePlaces(f, places, from, to, shown) })
	}
	wait.Wait()
	n := 0
	for _, part := range parts {
		if at := m.rows[n:]; len(part.rows) > 0 && &at[0] != &part.rows[0] { // places before it had fewer rows
			copy(at, part.rows)
			copy(m.ranks[n:], part.ranks)
		}
		n += len(part.rows)
	}
	m.rows, m.ranks = m.rows[:n], m.ranks[:n]
}

// part returns a maker of some of the rows, with memory of its own.
func (m *rowMaker) part(f *folded, from, to int) *rowMaker {
	out := *m
	out.estimator = newEstimator(m.layout, m.measure)
	out.estimator.onlyItems = m.asked[byItem]
	out.vectors = make([][]int64, len(m.layout.cuts)+1)
	out.rows, out.ranks = m.rows[from:from:to], m.ranks[from:from:to]
	if f.strata != nil {
		out.designs = &designs{strata: f.strata, places: map[int32]int{}}
	}
	return &out
}

// places makes the rows of some places.
func (m *rowMaker) makePlaces(f *folded, places []place, from, to int, shown []facet) {
	for i := from; i < to; i++ {
		for _, x := range shown {
			if !m.load(f, places[i].number, x) && !m.asked[byAgency] && m.onlyExisting() {
				continue
			}
			m.add(&places[i], uint32(i), x) //nolint:gosec // at most maxRows
		}
	}
}

// bare lists facets without their segments, each once.
func bare(facets []facet) []facet {
	out := slices.Clone(facets)
	for i := range out {
		out[i].segment = 0
	}
	return slices.Compact(out)
}

// load fetches the vectors of a group and reports whether there is any.
func (m *rowMaker) load(f *folded, place int32, x facet) bool {
	found := false
	m.place = place
	for segment := range m.vectors {
		x.segment = uint8(segment)
		m.vectors[segment] = f.groups[group{place: place, facet: x}]
		found = found || m.vectors[segment] != nil
	}
	return found
}

// sorted returns the rows in the order of their ranks; rows of equal rank keep
// theirs. Most queries make them in order.
func (m *rowMaker) sorted() []Row {
	compare := func(a, b rank) int { return slices.Compare(a[:], b[:]) }
	if slices.IsSortedFunc(m.ranks, compare) {
		return m.rows
	}
	order := make([]int, len(m.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(m.ranks[a], m.ranks[b]) })
	out := make([]Row, len(order))
	for i, at := range order {
		out[i] = m.rows[at]
	}
	return out
}

// onlyExisting reports whether rows are left out for groups without any cell.
// The one group of a query that asks only by factor or item always has rows.
func (p *plan) onlyExisting() bool {
	return slices.ContainsFunc(p.by, func(key string) bool { return key != byFactor && key != byItem })
}

// rowPlaces lists the places that get rows.
func (p *plan) rowPlaces(f *folded, facets []facet) []place {
	var out []place
	switch {
	case p.asked[byAgency]:
		for _, a := range f.shown(facets) {
			out = append(out, place{number: int32(a.Number), row: p.agencyRow(a)}) //nolint:gosec // far fewer than 2^31
		}
	case p.asked[byLevel]:
		for i, level := range p.levels {
			out = append(out, place{number: int32(i), row: Row{Level: level}})
		}
	default:
		out = append(out, place{})
	}
	return out
}

func (p *plan) agencyRow(a *agency.Agency) Row {
	return Row{Agency: a.ID, AgencyName: a.Name.In(p.lang), Level: a.Level}
}

// leaves lists what every group has a row for: the items, the factors, or the
// whole index.
func (p *plan) leaves() []leaf {
	var out []leaf
	seen := make([]bool, len(p.layout.columns))
	for i := range p.layout.nodes {
		x := &p.layout.nodes[i]
		row := Row{Measure: p.measure.ID}
		if x.factor != nil {
			row.Factor, row.FactorName = x.factor.ID, x.factor.Title.In(p.lang)
		}
		switch {
		case p.asked[byItem]:
			for _, c := range x.columns {
				if seen[c] { // an item of two factors is shown under the first
					continue
				}
				seen[c] = true
				v := p.layout.columns[c].variable
				row.Item, row.ItemText = v.ID, v.Text().In(p.lang)
				out = append(out, leaf{node: i, column: c, row: row})
			}
		case p.asked[byFactor] == (x.factor != nil):
			out = append(out, leaf{node: i, column: -1, row: row})
		}
	}
	return out
}

// add makes the rows of the group at hand.
func (m *rowMaker) add(at *place, index uint32, x facet) {
	label := m.label(x)
	for i := range m.runs {
		run := &m.runs[i]
		vector := m.sumOf(run)
		d, problem := m.design(x, run)
		m.estimator.run(vector, d)
		before := m.anyBefore(run.first)
		for _, r := range run.rows {
			leaf := &m.leaves[r.leaf]
			// Of several series in time, those that have responses; of none, the newest.
			if m.trend && vector == nil && (before || r.series < len(leaf.series)-1) {
				continue
			}
			m.rows, m.ranks = append(m.rows, leaf.row), append(m.ranks, m.rank(index, x, leaf, leaf.series[r.series].number))
			row := &m.rows[len(m.rows)-1]
			row.Agency, row.AgencyName, row.Level = at.row.Agency, at.row.AgencyName, at.row.Level
			row.Month, row.Day, row.Wave, row.Version, row.Channel = label.Month, label.Day, label.Wave, label.Version, label.Channel
			row.Series = leaf.series[r.series].number
			row.Note = cmp.Or(m.breakNote(before, run), problem)
			about := &m.estimator.nodes[leaf.node]
			if leaf.column >= 0 {
				about = &m.estimator.items[leaf.column]
			}
			m.estimator.judge(row, about, m.current.MinN, &m.numbers)
			m.finish(row, x, leaf, vector)
		}
	}
}

// finish adds the counts to a row, as far as they may be seen, or hides the row.
func (m *rowMaker) finish(row *Row, x facet, leaf *leaf, vector []int64) {
	score, counts := true, true
	if m.guard != nil && !m.guard.empty() {
		score, counts = m.guard.shows(m.place, x, leaf, row.Series)
		score = score && (row.Estimate != nil || row.Reason == reasonNoFactor)
	}
	switch {
	case !score:
		m.guard.hide(row)
	case row.Estimate != nil && counts:
		row.Counts = m.countsOf(leaf, vector)
	case row.Estimate != nil:
		row.FewCounts = true
	}
}

// breakNote says which side of a break is counted, where rows are not laid out in time.
func (m *rowMaker) breakNote(before bool, run *run) string {
	switch {
	case m.trend:
	case before:
		return noteSinceBreak
	case run.last < len(m.vectors)-1:
		return noteBeforeBreak
	}
	return ""
}

// The notes of a row.
const (
	noteSinceBreak  = "since_break"  // answers before a break are there, and not in the row
	noteBeforeBreak = "before_break" // nothing that was asked for came after the last break yet

	// Populations are told, but the row's answers could not be weighted by them.
	noteNoPopulation    = "no_population"        // that of some stratum is not
	noteSmallPopulation = "population_too_small" // that of some stratum is smaller than its sample
)

// design returns the design of the group at hand, and a note where it has none.
func (m *rowMaker) design(x facet, run *run) (*design, string) {
	if m.designs == nil {
		return nil, ""
	}
	return m.designs.of(m.place, x, run)
}

// anyBefore reports whether the group at hand has responses in earlier segments.
func (m *rowMaker) anyBefore(segment int) bool {
	return slices.ContainsFunc(m.vectors[:segment], func(v []int64) bool { return v != nil })
}

// label names a facet.
func (m *rowMaker) label(x facet) Row {
	var row Row
	if m.asked[byDay] {
		row.Day = x.period.String()
	}
	if m.asked[byMonth] {
		row.Month = x.period.String()[:len("2006-01")]
	}
	if m.asked[byWave] && x.wave > 0 {
		row.Wave = m.survey.Waves[x.wave-1].ID
	}
	if m.asked[byVersion] && x.version > 0 {
		row.Version = m.survey.Lineage.At(int(x.version) - 1).Version[:12]
	}
	row.Channel = x.channel.String()
	return row
}

func (m *rowMaker) rank(place uint32, x facet, at *leaf, series int) rank {
	var out rank
	out[len(m.by)] = uint32(series) //nolint:gosec // at most maxCuts
	for i, key := range m.by {
		switch key {
		case byAgency:
			out[i] = place
		case byLevel:
			if !m.asked[byAgency] { // else it follows from the agency
				out[i] = place
			}
		case byMonth:
			out[i] = uint32(x.period.Month())
		case byDay:
			out[i] = uint32(x.period)
		case byWave:
			out[i] = x.wave
		case byVersion:
			out[i] = uint32(x.version) //nolint:gosec // not negative
		case byChannel:
			out[i] = uint32(x.channel)
		case byFactor:
			out[i] = uint32(at.node) //nolint:gosec // a handful
		case byItem:
			out[i] = uint32(at.column + 1) //nolint:gosec // a few hundred
		}
	}
	return out
}

// countsOf returns the counts of a row: options in order, then the codes of
// missing answers. A composite adds up the answers to its items, code by code,
// and has no counts when their options differ.
func (m *rowMaker) countsOf(at *leaf, vector []int64) []Count {
	if at.column >= 0 {
		return m.sum([]int{at.column}, vector)
	}
	x := &m.layout.nodes[at.node]
	if !x.alike {
		return nil
	}
	return m.sum(x.all, vector)
}

// missingStates are the states without an answer in the order of Row.Counts.
var missingStates = [...]response.State{
	response.DontKnow, response.Refused, response.NotApplicable, response.Skipped, response.NotAsked,
}

func (m *rowMaker) sum(columns []int, vector []int64) []Count {
	first := &m.layout.columns[columns[0]]
	length := len(first.codes) + questionnaire.StateSlots
	if cap(m.counts)-len(m.counts) < length {
		m.counts = make([]Count, 0, 256*length)
	}
	start := len(m.counts)
	for i, code := range first.codes {
		var n int64
		for _, c := range columns {
			n += m.layout.columns[c].options(vector)[i]
		}
		if n > 0 || i < first.current { // an option of old only where it was chosen
			m.counts = append(m.counts, Count{Code: code, N: n})
		}
	}
	for _, state := range missingStates {
		var n int64
		offered := false
		for _, c := range columns {
			column := &m.layout.columns[c]
			n += vector[column.at+int(state)]
			offered = offered || column.offered[state]
		}
		if n > 0 || offered {
			m.counts = append(m.counts, Count{Code: state.String(), N: n})
		}
	}
	return m.counts[start:len(m.counts):len(m.counts)]
}
