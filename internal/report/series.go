package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
)

// cut is a place in the order of publication where series begin anew: versions
// from it on are never counted together with those before. Between two cuts is
// a segment; segment 0 is before the first.
//
// A break of an index, or of everything, is one of all its factors and items. A
// break of an item is one of every factor that counts it, and so of the index:
// a sum of answers that can't be compared can't be compared.
type cut struct {
	place  int
	breaks []*questionnaire.LineageBreak
}

// maxCuts keeps the number of a segment in eight bits, with room.
const maxCuts = 200

// addCuts finds the breaks of the index and its items, and whose series they cut.
func (l *layout) addCuts(p *plan) error {
	breaks := p.survey.Lineage.Breaks()
	for i := range breaks {
		b := &breaks[i]
		if b.Place == 0 || !p.isOfIndex(b) && !slices.ContainsFunc(l.columns, func(c column) bool { return p.survey.Lineage.Interrupts(b, c.variable) }) {
			continue
		}
		if n := len(l.cuts); n == 0 || l.cuts[n-1].place != b.Place {
			l.cuts = append(l.cuts, cut{place: b.Place})
		}
		at := &l.cuts[len(l.cuts)-1]
		at.breaks = append(at.breaks, b)
	}
	if len(l.cuts) > maxCuts {
		return fmt.Errorf("index %s of %s has more than %d breaks", p.index.ID, p.survey.Slug, maxCuts)
	}
	for i := range l.columns {
		c := &l.columns[i]
		for j := range l.cuts {
			c.cuts = append(c.cuts, slices.ContainsFunc(l.cuts[j].breaks, func(b *questionnaire.LineageBreak) bool {
				return p.isOfIndex(b) || p.survey.Lineage.Interrupts(b, c.variable)
			}))
		}
	}
	for i := range l.nodes {
		x := &l.nodes[i]
		for j := range l.cuts {
			x.cuts = append(x.cuts, slices.ContainsFunc(x.all, func(c int) bool { return l.columns[c].cuts[j] }))
		}
	}
	return nil
}

// isOfIndex reports whether a break is about all that the index counts.
func (p *plan) isOfIndex(b *questionnaire.LineageBreak) bool {
	return b.Of == questionnaire.AllSeries || b.Of == p.index.ID
}

// segment returns the segment of a place in the order of publication.
func (l *layout) segment(place int) uint8 {
	n := uint8(0)
	for i := range l.cuts {
		if l.cuts[i].place <= place {
			n++
		}
	}
	return n
}

// breaks lists the breaks for the answer.
func (p *plan) breaks() []Break {
	var out []Break
	for i := range p.layout.cuts {
		for _, b := range p.layout.cuts[i].breaks {
			out = append(out, Break{
				Version: b.Version, Day: p.survey.History[b.Place].Day.String(), Of: b.Of, Reason: b.Reason.In(p.lang),
			})
		}
	}
	return out
}

// series is a run of segments whose answers can be counted together.
type series struct {
	first, last int // segments
	number      int // from 1; 0 where there are no breaks
}

// seriesOf lists the series of what is cut there, oldest first.
func seriesOf(cuts []bool) []series {
	if !slices.Contains(cuts, true) {
		return []series{{last: len(cuts)}}
	}
	list := []series{{number: 1}}
	for i, cut := range cuts {
		if cut {
			list[len(list)-1].last = i
			list = append(list, series{first: i + 1, number: len(list) + 1})
		}
	}
	list[len(list)-1].last = len(cuts)
	return list
}

// cutsOf returns the cuts of what a leaf is about.
func (l *layout) cutsOf(at *leaf) []bool {
	if at.column >= 0 {
		return l.columns[at.column].cuts
	}
	return l.nodes[at.node].cuts
}

// spans decides which series every leaf has rows of, and lists the runs of
// segments that have to be added up for them, each once. Laid out in time, all
// have rows; else the newest that anything was counted in, the same in every
// group, so that agencies can be compared.
func (m *rowMaker) spans(f *folded) {
	counted := make([]bool, len(m.layout.cuts)+1) // by segment
	for g := range f.groups {
		counted[g.segment] = true
	}
	m.used = make([]bool, len(counted))
	m.trend = slices.ContainsFunc(m.by, isTrend)
	for i := range m.leaves {
		at := &m.leaves[i]
		at.series = seriesOf(m.layout.cutsOf(at))
		if !m.trend {
			newest := len(at.series) - 1
			for newest > 0 && !slices.Contains(counted[at.series[newest].first:at.series[newest].last+1], true) {
				newest--
			}
			at.series = at.series[newest : newest+1]
		}
		for j, s := range at.series {
			for segment := s.first; segment <= s.last; segment++ {
				m.used[segment] = true
			}
			to := slices.IndexFunc(m.runs, func(r run) bool { return r.first == s.first && r.last == s.last })
			if to < 0 {
				to = len(m.runs)
				m.runs = append(m.runs, run{first: s.first, last: s.last})
			}
			m.runs[to].rows = append(m.runs[to].rows, runRow{leaf: i, series: j})
		}
	}
	slices.SortFunc(m.runs, func(a, b run) int { return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(a.first, b.first)) })
}

// run is segments that are added up together, and the rows made of the sum.
type run struct {
	first, last int
	rows        []runRow
}

// runRow is a leaf and which of its series.
type runRow struct{ leaf, series int }

// sumOf adds up the vectors of a group's segments in a run, nil when there are none.
func (m *rowMaker) sumOf(run *run) []int64 {
	var sum []int64
	shared := false
	for segment := run.first; segment <= run.last; segment++ {
		v := m.vectors[segment]
		switch {
		case v == nil:
		case sum == nil:
			sum, shared = v, true
		default:
			if shared {
				sum, shared = slices.Clone(sum), false
			}
			for i, n := range v {
				sum[i] += n
			}
		}
	}
	return sum
}

// mark says on the first row of every series but the first what it began with.
func (m *rowMaker) mark(rows []Row) {
	if !m.trend || len(m.layout.cuts) == 0 {
		return
	}
	type line struct{ agency, level, channel, factor, item string }
	seen := map[line]int{}
	for i := range rows {
		r := &rows[i]
		key := line{r.Agency, r.Level, r.Channel, r.Factor, r.Item}
		if r.Series > max(seen[key], 1) {
			r.Break = m.reasonOf(r)
		}
		seen[key] = max(seen[key], r.Series)
	}
}

// reasonOf words the break that a row's series began with.
func (m *rowMaker) reasonOf(r *Row) string {
	at := slices.IndexFunc(m.leaves, func(x leaf) bool { return x.row.Factor == r.Factor && x.row.Item == r.Item })
	if at < 0 {
		return ""
	}
	cuts := m.layout.cutsOf(&m.leaves[at])
	number := 1
	for i, cut := range cuts {
		if !cut {
			continue
		}
		if number++; number != r.Series {
			continue
		}
		var reasons []string
		for _, b := range m.layout.cuts[i].breaks {
			if words := b.Reason.In(m.lang); !slices.Contains(reasons, words) && m.isAbout(b, &m.leaves[at]) {
				reasons = append(reasons, words)
			}
		}
		return strings.Join(reasons, "; ")
	}
	return ""
}

// isAbout reports whether a break cuts what a leaf is about.
func (m *rowMaker) isAbout(b *questionnaire.LineageBreak, at *leaf) bool {
	columns := m.layout.nodes[at.node].all
	if at.column >= 0 {
		columns = []int{at.column}
	}
	return m.isOfIndex(b) || slices.ContainsFunc(columns, func(c int) bool { return m.survey.Lineage.Interrupts(b, m.layout.columns[c].variable) })
}
