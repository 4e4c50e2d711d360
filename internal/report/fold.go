package report

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// group names what one set of rows is about.
type group struct {
	place int32 // agency's number, level's index, or 0 (plan.places)
	facet
}

// facet is the part of a group that is not its place. Fields not asked by are zero.
type facet struct {
	period  response.Day
	wave    uint32
	version int32 // place in the order of publication, from 1
	channel response.Channel
	segment uint8 // between two cuts (layout.cuts), whether asked by or not
}

func compareFacets(a, b facet) int {
	return cmp.Or(cmp.Compare(a.period, b.period), cmp.Compare(a.wave, b.wave), cmp.Compare(a.version, b.version),
		cmp.Compare(a.channel, b.channel), cmp.Compare(a.segment, b.segment))
}

// folded is what one pass over the cells brings: a vector of counters per group.
type folded struct {
	plan      *plan
	watermark uint64
	groups    map[group][]int64
	counted   []bool // by version number

	received [][]int64       // by segment, by channel: responses that were counted
	flagged  []int64         // by segment: flagged responses, counted or not
	strata   *strata         // nil: no population is told
	types    map[string]bool // sample types of the waves that were counted
}

// maxCounters bounds the memory of one query, at eight bytes each.
const maxCounters = 1 << 24

// fold adds up the cells by group. It returns errStale when they name a version,
// agency or wave that the plan's catalog doesn't know yet.
func (p *plan) fold(src Source, guard *protection) (*folded, error) {
	segments := len(p.layout.cuts) + 1
	f := &folded{
		plan: p, groups: map[group][]int64{}, counted: make([]bool, p.layout.known),
		received: make([][]int64, segments), flagged: make([]int64, segments),
		strata: p.newStrata(), types: map[string]bool{},
	}
	for i := range f.received {
		f.received[i] = make([]int64, int(slices.Max(response.Channels))+1)
	}
	var err error
	src.Tallies(func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		f.watermark = watermark
		if guard != nil {
			guard.begin(watermark)
		}
		for key, cell := range cells {
			if err = f.add(key, cell); err == nil && guard != nil && !guard.closed {
				err = guard.count(&key, cell)
			}
			if err != nil {
				return
			}
		}
	})
	return f, err
}

func (f *folded) add(key tally.Key, cell *tally.Cell) error {
	p := f.plan
	if int(key.Version) >= p.layout.known {
		return errStale
	}
	v := p.layout.versions[key.Version]
	if v == nil {
		return nil
	}
	if int(key.Agency) >= len(p.places) || int(key.Wave) > len(p.survey.Waves) {
		return errStale
	}
	place := p.places[key.Agency]
	if place == noPlace {
		return nil
	}
	at := int32(noStratum)
	if f.strata != nil {
		if at = f.strata.of(&key); at != noStratum {
			f.strata.list[at].sampled += int64(cell.Responses)
		}
	}
	if !p.covers(&key) {
		return nil
	}
	shown := p.inRows[key.Agency]
	if key.Flagged && shown {
		f.flagged[v.segment] += int64(cell.Responses)
	}
	if (key.Flagged && p.flags == FlagsWithout) || (!key.Flagged && p.flags == FlagsOnly) {
		return nil
	}
	if len(cell.Counts) != v.slots {
		return errs.New(errs.Internal, "internal").Because(
			fmt.Errorf("a cell of version %d has %d counters, its questionnaire %d", key.Version, len(cell.Counts), v.slots))
	}
	vector, err := f.vector(group{place: place, facet: p.facet(key, v)})
	if err != nil {
		return err
	}
	f.counted[key.Version] = true
	f.types[p.survey.Waves[key.Wave-1].SampleType()] = true
	if shown {
		f.received[v.segment][key.Channel] += int64(cell.Responses)
	}
	v.addTo(vector, cell)
	if f.strata == nil {
		return nil
	}
	part, err := f.strata.vector(piece{agency: key.Agency, stratum: at, facet: p.facet(key, v)})
	if err != nil {
		return err
	}
	v.addTo(part, cell)
	return nil
}

// addTo adds the counters of a cell to a vector.
func (v *version) addTo(vector []int64, cell *tally.Cell) {
	for _, s := range v.spans {
		to, from := vector[s.to:s.to+s.n], cell.Counts[s.from:s.from+s.n]
		for i, n := range from {
			to[i] += int64(n)
		}
	}
	for _, at := range v.inexact {
		vector[at] += int64(cell.Responses)
	}
}

// covers reports whether a cell lies within the period, the wave and the
// channels of the query.
func (p *plan) covers(key *tally.Key) bool {
	return key.Period >= p.from && key.Period <= p.to &&
		(p.wave == 0 || key.Wave == p.wave) && (p.channels == 0 || p.channels>>key.Channel&1 == 1)
}

// channels adds up the counted responses of the segments that rows are made
// from; a series that is not shown must not seem to be part of the score.
func (f *folded) channels(used []bool) []ChannelCount {
	var out []ChannelCount
	for _, channel := range response.Channels {
		var n int64
		for segment, counts := range f.received {
			if used[segment] {
				n += counts[channel]
			}
		}
		if n > 0 {
			out = append(out, ChannelCount{Channel: channel.String(), N: n})
		}
	}
	return out
}

// flaggedOf adds up the flagged responses of the same segments, or of all where
// nothing was counted: then there is no series to speak of.
func (f *folded) flaggedOf(used []bool) (n int64) {
	all := len(f.channels(used)) == 0
	for segment, flagged := range f.flagged {
		if all || used[segment] {
			n += flagged
		}
	}
	return n
}

// facet keeps of a key what the query asks by.
func (p *plan) facet(key tally.Key, v *version) facet {
	out := facet{segment: v.segment}
	switch {
	case p.asked[byDay]:
		out.period = key.Period
	case p.asked[byMonth]:
		out.period = key.Period.Month()
	}
	if p.asked[byWave] {
		out.wave = key.Wave
	}
	if p.asked[byVersion] {
		out.version = int32(v.place) + 1 //nolint:gosec // far fewer than 2^31
	}
	if p.asked[byChannel] {
		out.channel = key.Channel
	}
	return out
}

// vector returns the counters of a group, new ones when it has none yet.
func (f *folded) vector(g group) ([]int64, error) {
	vector := f.groups[g]
	if vector == nil {
		if len(f.groups) >= maxCounters/max(f.plan.layout.size, 1) {
			return nil, tooManyRows()
		}
		vector = make([]int64, f.plan.layout.size)
		f.groups[g] = vector
	}
	return vector, nil
}

func tooManyRows() error {
	return errs.Bad(errs.Problem{Item: "by", Code: "too_many_rows", Args: map[string]any{"max": maxRows}})
}

// facets lists the facets that occur, sorted. There is at least one for a query
// that asks by none, whether anything was counted or not.
func (f *folded) facets() []facet {
	seen := map[facet]bool{}
	for g := range f.groups {
		seen[g.facet] = true
	}
	if len(seen) == 0 && !slices.ContainsFunc(f.plan.by, isFacet) {
		return []facet{{}}
	}
	return slices.SortedFunc(maps.Keys(seen), compareFacets)
}

// isFacet reports whether a key splits groups beside their place.
func isFacet(key string) bool { return key == byChannel || isTrend(key) }

// isTrend reports whether a key lays out time, so that both sides of a break are seen.
func isTrend(key string) bool {
	return key == byMonth || key == byDay || key == byWave || key == byVersion
}

// rollUp adds the counts of every agency to those of its parent, from the bottom
// up to the top of the filter, so that an agency's row holds its whole subtree.
// Each group is added once: O(groups × slots).
func (f *folded) rollUp() error {
	p := f.plan
	if !p.asked[byAgency] {
		return nil
	}
	registry := p.catalog.Agencies
	facets := f.facets()
	for _, a := range slices.Backward(p.agencies) { // each after everything below it
		parent := registry.ByID(a.Parent)
		if parent == nil || a == p.root {
			continue
		}
		for _, facet := range facets {
			own := f.groups[group{place: int32(a.Number), facet: facet}] //nolint:gosec // far fewer than 2^31
			if own == nil {
				continue
			}
			to, err := f.vector(group{place: int32(parent.Number), facet: facet}) //nolint:gosec // as above
			if err != nil {
				return err
			}
			for i, n := range own {
				to[i] += n
			}
		}
	}
	return nil
}

// shown lists the agencies that get rows, in registry order: those of the level
// asked for that have answers, or exist on the last day asked for. Without such
// a day, those exist that are not known to end.
func (f *folded) shown(facets []facet) []*agency.Agency {
	p := f.plan
	var out []*agency.Agency
	for _, a := range p.catalog.Agencies.All() {
		if p.places[a.Number] == noPlace || (p.level != "" && a.Level != p.level) {
			continue
		}
		exists := a.ValidTo == ""
		if p.query.To != "" {
			exists = a.ValidOn(p.query.To)
		}
		if exists || slices.ContainsFunc(facets, func(x facet) bool {
			return f.groups[group{place: int32(a.Number), facet: x}] != nil //nolint:gosec // far fewer than 2^31
		}) {
			out = append(out, a)
		}
	}
	return out
}
