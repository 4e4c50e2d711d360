package report

import (
	"slices"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// rank is a row's place in the order of each key of the query, in order of keys.
type rank [8]uint32

// rowMaker makes the rows of one group after the other.
type rowMaker struct {
	*plan
	estimator *estimator
	leaves    []leaf
	numbers   slab
	counts    []Count // memory for the counts of rows
	rows      []Row
	ranks     []rank // of rows
}

// leaf is what one row of a group is about: a column or a node.
type leaf struct {
	node, column int // column is -1 for a node
	row          Row // what is the same in every group
}

// place is a group's place: an agency, or a level.
type place struct {
	number int32
	row    Row // what is the same for all its rows
}

// scores makes the rows of all groups, in the order of the query's keys.
func (p *plan) scores(f *folded) (*Scores, error) {
	facets := f.facets()
	places := p.rowPlaces(f, facets)
	m := &rowMaker{plan: p, estimator: newEstimator(p.layout, p.measure), leaves: p.leaves()}
	if len(places)*len(facets)*len(m.leaves) > maxRows {
		return nil, tooManyRows()
	}
	size := len(places) * len(facets) * len(m.leaves)
	m.rows, m.ranks = make([]Row, 0, size), make([]rank, 0, size)
	for i := range places {
		for j := range facets {
			vector := f.groups[group{place: places[i].number, facet: facets[j]}]
			if vector == nil && !p.asked[byAgency] && p.onlyExisting() {
				continue
			}
			m.add(&places[i], uint32(i), facets[j], vector)
		}
	}
	out, err := p.head(f)
	if err != nil {
		return nil, err
	}
	out.Rows = m.sorted()
	return out, nil
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

// add makes the rows of one group.
func (m *rowMaker) add(at *place, index uint32, x facet, vector []int64) {
	m.estimator.run(vector)
	label := m.label(x)
	for i := range m.leaves {
		leaf := &m.leaves[i]
		m.rows, m.ranks = append(m.rows, leaf.row), append(m.ranks, m.rank(index, x, leaf))
		row := &m.rows[len(m.rows)-1]
		row.Agency, row.AgencyName, row.Level = at.row.Agency, at.row.AgencyName, at.row.Level
		row.Month, row.Day, row.Wave, row.Channel = label.Month, label.Day, label.Wave, label.Channel
		about := &m.estimator.nodes[leaf.node]
		if leaf.column >= 0 {
			about = &m.estimator.items[leaf.column]
		}
		m.estimator.judge(row, about, m.current.MinN, &m.numbers)
		if row.Estimate != nil {
			row.Counts = m.countsOf(leaf, vector)
		}
	}
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
	row.Channel = x.channel.String()
	return row
}

func (m *rowMaker) rank(place uint32, x facet, at *leaf) rank {
	var out rank
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
