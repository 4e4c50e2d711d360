package report

import (
	"cmp"
	"maps"
	"slices"

	"hailong/internal/figure"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/sample"
	"hailong/internal/tally"
)

// stratum is a part of the population that was sampled on its own: the people of
// an agency in a wave — of a survey without named waves, in a year — and where
// populations are told by channel those of one channel.
type stratum struct {
	agency     uint32
	wave       uint32
	year       response.Day     // its first day; 0 in a named wave
	channel    response.Channel // 0: all
	population int64            // N_h
	sampled    int64            // n_h: all that answered, whatever the query asks for
}

// stratumKey names the stratum of a cell before it is known how channels count.
type stratumKey struct {
	agency, wave uint32
	year         response.Day
	channel      response.Channel
}

// noStratum marks cells whose population is not known.
const noStratum = -1

// piece is what one stratum adds to one facet.
type piece struct {
	agency  uint32
	stratum int32 // index, noStratum where the population is not known
	facet
}

func comparePieces(a, b piece) int {
	return cmp.Or(compareFacets(a.facet, b.facet), cmp.Compare(a.agency, b.agency), cmp.Compare(a.stratum, b.stratum))
}

// strata keeps the counts of a query by stratum, for surveys whose figures tell
// populations. Memory is O(agencies × channels × facets × counters).
type strata struct {
	plan    *plan
	list    []stratum
	known   map[stratumKey]int32 // by the cell's own channel; noStratum where there is no population
	joined  map[stratumKey]int32 // of agencies without populations by channel
	pieces  map[piece][]int64
	members map[group][]piece // in a fixed order
}

// newStrata returns nil where no population is told: then answers are counted as
// they came, each of the same weight.
func (p *plan) newStrata() *strata {
	for f := range p.catalog.Figures.All() {
		if f.ID == figure.Population {
			return &strata{plan: p, known: map[stratumKey]int32{}, joined: map[stratumKey]int32{}, pieces: map[piece][]int64{}}
		}
	}
	return nil
}

// of returns the index of a cell's stratum.
func (s *strata) of(key *tally.Key) int32 {
	k := stratumKey{agency: key.Agency, wave: key.Wave, channel: key.Channel}
	period := s.plan.survey.Waves[key.Wave-1].ID
	if period == "" {
		text := key.Period.String()
		period = text[:len("2006")]
		k.year, _ = response.ParseDay(period + "-01-01")
	}
	at, ok := s.known[k]
	if !ok {
		at = s.add(k, period)
		s.known[k] = at
	}
	return at
}

// add finds the population of a stratum: that of the channel, else that of the
// agency; each for this survey alone, else for all.
func (s *strata) add(k stratumKey, period string) int32 {
	a := s.plan.catalog.Agencies.ByNumber(k.agency)
	if a == nil {
		return noStratum
	}
	find := func(cell string) (int64, bool) {
		for _, own := range []string{"survey=" + s.plan.survey.Slug, ""} {
			both := cell
			if cell != "" && own != "" {
				both += "&"
			}
			if n, reason := s.plan.catalog.Figures.Population(a.ID, period, both+own); reason == "" {
				return n, true
			}
		}
		return 0, false
	}
	if n, ok := find("channel=" + k.channel.String()); ok {
		s.list = append(s.list, stratum{agency: k.agency, wave: k.wave, year: k.year, channel: k.channel, population: n})
		return int32(len(s.list) - 1) //nolint:gosec // at most one per cell
	}
	k.channel = 0
	if at, ok := s.joined[k]; ok {
		return at
	}
	at := int32(noStratum)
	if n, ok := find(""); ok {
		s.list = append(s.list, stratum{agency: k.agency, wave: k.wave, year: k.year, population: n})
		at = int32(len(s.list) - 1) //nolint:gosec // as above
	}
	s.joined[k] = at
	return at
}

// vector returns the counters of a piece, new ones when it has none yet.
func (s *strata) vector(at piece) ([]int64, error) {
	v := s.pieces[at]
	if v == nil {
		if len(s.pieces) >= maxCounters/max(s.plan.layout.size, 1) {
			return nil, tooManyRows()
		}
		v = make([]int64, s.plan.layout.size)
		s.pieces[at] = v
	}
	return v, nil
}

// assign lists the pieces of every group: those of its place, and of everything
// below it. The order is that of comparePieces, so that sums come out the same to
// the last bit whatever the order of arrival. O(pieces × depth of the tree).
func (s *strata) assign() {
	p := s.plan
	s.members = map[group][]piece{}
	for _, at := range slices.SortedFunc(maps.Keys(s.pieces), comparePieces) {
		if !p.asked[byAgency] {
			g := group{place: p.places[at.agency], facet: at.facet}
			s.members[g] = append(s.members[g], at)
			continue
		}
		for a := p.catalog.Agencies.ByNumber(at.agency); a != nil; a = p.catalog.Agencies.ByID(a.Parent) {
			g := group{place: int32(a.Number), facet: at.facet} //nolint:gosec // far fewer than 2^31
			s.members[g] = append(s.members[g], at)
			if a == p.root {
				break
			}
		}
	}
}

// designs makes the design of one group after the other, using its memory again.
type designs struct {
	*strata
	design
	places map[int32]int // by stratum: its place in the design
	own    [][]int64     // vectors that belong to the design
}

// of returns the design of a group in a run of segments, and why there is none:
// a population that is not known, or smaller than its sample.
func (d *designs) of(place int32, x facet, run *run) (*design, string) {
	d.design = design{strata: d.design.strata[:0], vectors: d.vectors[:0]}
	clear(d.places)
	owned := 0
	for segment := run.first; segment <= run.last; segment++ {
		x.segment = uint8(segment) //nolint:gosec // at most maxCuts
		for _, at := range d.members[group{place: place, facet: x}] {
			if at.stratum == noStratum {
				return nil, noteNoPopulation
			}
			st := &d.list[at.stratum]
			if st.population < st.sampled {
				return nil, noteSmallPopulation
			}
			v := d.pieces[at]
			i, seen := d.places[at.stratum]
			if !seen {
				d.places[at.stratum] = len(d.vectors)
				d.join(st, v)
				continue
			}
			// Of two segments: the sum is the design's own.
			if owned == len(d.own) {
				d.own = append(d.own, make([]int64, len(v)))
			}
			sum := d.own[owned]
			owned++
			for j, n := range v {
				sum[j] = n + d.vectors[i][j]
			}
			d.vectors[i] = sum
		}
	}
	if len(d.vectors) == 0 {
		return nil, ""
	}
	return &d.design, ""
}

func (d *designs) join(st *stratum, v []int64) {
	d.design.strata = append(d.design.strata, sample.Stratum{Population: st.population, Sampled: st.sampled})
	d.vectors = append(d.vectors, v)
	d.sampled += st.sampled
	d.lonely = sample.LonelyNamed(d.plan.survey.Waves[st.wave-1].LonelyPolicy())
}

// sampleType tells how the respondents of some waves came: the weakest of their
// types, which every interval over them has to be called after.
func sampleType(types map[string]bool) string {
	for _, t := range []string{questionnaire.OptIn, questionnaire.Census, questionnaire.Probability} {
		if types[t] {
			return t
		}
	}
	return questionnaire.OptIn
}
