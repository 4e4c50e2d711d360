package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// The keys that rows can be asked by.
const (
	byAgency  = "agency"
	byLevel   = "level"
	byMonth   = "month"
	byDay     = "day"
	byWave    = "wave"
	byVersion = "version"
	byChannel = "channel"
	byFactor  = "factor"
	byItem    = "item"
)

// Keys lists what rows can be asked by, in the order that a page offers them.
var Keys = []string{byAgency, byLevel, byMonth, byDay, byWave, byVersion, byChannel, byFactor, byItem}

// plan is a query whose every name was looked up: what the pass over the cells
// needs is in arrays, because submissions wait for that pass.
type plan struct {
	catalog  *catalog.Catalog
	survey   *catalog.Survey
	current  *questionnaire.Questionnaire // its method is used for all versions
	index    *questionnaire.Index
	measure  *questionnaire.Measure
	by       []string
	asked    map[string]bool // by, as a set
	lang     string
	root     *agency.Agency // nil: no filter
	level    string
	from, to response.Day
	wave     uint32 // 0: no filter
	channels uint64 // bits by number; 0: no filter
	flags    string // with, without, only
	before   string // wave that is compared with; empty: none
	query    Query  // in canonical form

	agencies []*agency.Agency // within the filter, each before what is below it
	levels   []string         // of all agencies, sorted
	places   []int32          // by agency number: place of its group, noPlace when filtered out
	inRows   []bool           // by agency number: some row holds its answers
	layout   *layout
}

// noPlace marks an agency whose answers are not wanted.
const noPlace = -1

// maxRows is the largest answer given; a query for more is refused. All agencies
// of a province by month and item, over a year, are fewer.
const maxRows = 100_000

// newPlan checks a query against the catalog. It reports all problems at once.
func newPlan(c *catalog.Catalog, q Query) (*plan, error) {
	survey := c.Survey(q.Survey)
	if survey == nil {
		return nil, unknownSurvey(q.Survey)
	}
	p := &plan{catalog: c, survey: survey, current: survey.Current().Questionnaire, asked: map[string]bool{}}
	p.lang = p.language(q.Lang)
	check := &checker{}
	p.checkIndex(check, q.Index)
	p.checkMeasure(check, q.Measure)
	p.checkBy(check, q.By)
	p.checkPeriod(check, q.From, q.To)
	p.checkAgencies(check, q.Agency, q.Level, q.To)
	p.checkWave(check, q.Wave)
	channels := p.checkChannels(check, q.Channel)
	p.checkFlags(check, q.Flags)
	p.checkCompare(check, q.Compare)
	if len(check.problems) > 0 {
		return nil, errs.Bad(check.problems...)
	}
	if p.measure == nil { // the questionnaire's own check refuses this
		return nil, fmt.Errorf("index %s of %s has the unknown measure %q", p.index.ID, q.Survey, p.index.Measure)
	}
	p.query = Query{
		Survey: q.Survey, Index: p.index.ID, Measure: q.Measure, By: p.by, Level: q.Level,
		From: q.From, To: q.To, Wave: q.Wave, Channel: channels, Compare: q.Compare, Lang: p.lang, Internal: q.Internal,
	}
	if p.flags != FlagsWith {
		p.query.Flags = p.flags
	}
	if p.root != nil {
		p.query.Agency = p.root.ID
	}
	p.placeAgencies()
	var err error
	p.layout, err = newLayout(p)
	return p, err
}

// checker collects the problems of a query.
type checker struct{ problems []errs.Problem }

func (c *checker) add(parameter, code string, value any) {
	c.problems = append(c.problems, errs.Problem{Item: parameter, Code: code, Args: map[string]any{"value": value}})
}

func (p *plan) language(asked string) string {
	switch languages := p.current.Languages; {
	case slices.Contains(languages, asked):
		return asked
	case len(languages) > 0:
		return languages[0]
	default:
		return "vi"
	}
}

func (p *plan) checkIndex(check *checker, id string) {
	indices := p.current.Indices
	at := slices.IndexFunc(indices, func(x questionnaire.Index) bool { return id == "" || x.ID == id })
	if at < 0 { // also for a survey that has none
		check.add("index", "unknown_index", id)
		return
	}
	p.index = &indices[at]
}

// checkMeasure takes the measure asked for, which must be able to count all
// that the index counts, or else the index's own.
func (p *plan) checkMeasure(check *checker, id string) {
	if p.index == nil {
		return // told
	}
	for i := range p.current.Measures {
		m := &p.current.Measures[i]
		if m.ID == cmp.Or(id, p.index.Measure) && (id == "" || Fits(p.current, m, p.index.Factors)) {
			p.measure = m
		}
	}
	if p.measure == nil && id != "" {
		check.add("measure", "unknown_measure", id)
	}
}

// Fits reports whether a measure can count every variable below some factors.
func Fits(q *questionnaire.Questionnaire, m *questionnaire.Measure, factors []questionnaire.Factor) bool {
	for i := range factors {
		if !Fits(q, m, factors[i].Factors) {
			return false
		}
		for _, id := range factors[i].Variables {
			if v := q.Variable(id); v == nil || !fits(m, v) {
				return false
			}
		}
	}
	return true
}

func fits(m *questionnaire.Measure, v *questionnaire.Variable) bool {
	if !m.Share() && m.Kind != questionnaire.Net {
		return !slices.ContainsFunc(v.Item.Options, func(o questionnaire.Option) bool { return o.Value == nil })
	}
	return !slices.ContainsFunc(slices.Concat(m.Codes, m.Against), func(code string) bool { return v.Option(code) < 0 })
}

func (p *plan) checkBy(check *checker, by []string) {
	if len(by) == 0 {
		by = []string{byAgency}
	}
	for _, key := range by {
		if !slices.Contains(Keys, key) || p.asked[key] || (key == byDay && !p.daily()) {
			check.add("by", "unknown_by", key)
		}
		p.asked[key] = true
	}
	p.by = slices.Clone(by)
}

// daily reports whether every version keeps its counts by day. Counts of a
// monthly version can't be told apart below the month.
func (p *plan) daily() bool {
	return !slices.ContainsFunc(p.survey.Versions, func(v *catalog.Version) bool {
		return v.Questionnaire.Grain != questionnaire.ByDay
	})
}

func (p *plan) checkPeriod(check *checker, from, to string) {
	p.from, p.to = 0, math.MaxUint32
	day := func(parameter, text string, bound *response.Day) bool {
		if text == "" {
			return false
		}
		d, ok := response.ParseDay(text)
		if !ok {
			check.add(parameter, "bad_date", text)
			return false
		}
		*bound = d
		return true
	}
	hasFrom, hasTo := day("from", from, &p.from), day("to", to, &p.to)
	if hasFrom && hasTo && p.from > p.to {
		check.add("to", "bad_value", to)
	}
	if p.daily() {
		return
	}
	if hasFrom && p.from.Month() != p.from {
		check.add("from", "not_month_border", from)
	}
	if hasTo && (p.to+1).Month() != p.to+1 {
		check.add("to", "not_month_border", to)
	}
}

func (p *plan) checkAgencies(check *checker, ref, level, day string) {
	registry := p.catalog.Agencies
	for _, a := range registry.All() {
		if !slices.Contains(p.levels, a.Level) {
			p.levels = append(p.levels, a.Level)
		}
	}
	slices.Sort(p.levels)
	if ref != "" {
		if p.root = registry.Find(ref, day); p.root == nil {
			check.add("agency", "unknown_agency", ref)
		}
	}
	if level != "" && !slices.Contains(p.levels, level) {
		check.add("level", "unknown_level", level)
	}
	p.level = level
}

func (p *plan) checkWave(check *checker, wave string) {
	if wave == "" {
		return
	}
	if w := p.survey.Wave(wave); w != nil {
		p.wave = w.Number
	} else {
		check.add("wave", "unknown_wave", wave)
	}
}

// checkChannels reads a list of channels and returns its canonical form: each
// once, in the order of the channels, so that one question has one text.
func (p *plan) checkChannels(check *checker, list string) string {
	if list == "" {
		return ""
	}
	for name := range strings.SplitSeq(list, ",") {
		channel, ok := response.ParseChannel(name)
		if !ok {
			check.add("channel", "unknown_channel", name)
			continue
		}
		p.channels |= 1 << channel
	}
	var names []string
	for _, channel := range response.Channels {
		if p.channels>>channel&1 == 1 {
			names = append(names, channel.String())
		}
	}
	return strings.Join(names, ",")
}

func (p *plan) checkFlags(check *checker, flags string) {
	p.flags = cmp.Or(flags, FlagsWith)
	if !slices.Contains([]string{FlagsWith, FlagsWithout, FlagsOnly}, p.flags) {
		check.add("flags", "unknown_flags", flags)
	}
}

// placeAgencies finds the agencies within the filter and gives each the place of
// the group that its answers count in: its own, its level's, or the only one.
func (p *plan) placeAgencies() {
	registry := p.catalog.Agencies
	if p.root != nil {
		p.agencies = registry.Subtree(p.root)
	} else {
		for _, top := range registry.Children("") {
			p.agencies = append(p.agencies, registry.Subtree(top)...)
		}
	}
	p.places = make([]int32, registry.Len()+1)
	for i := range p.places {
		p.places[i] = noPlace
	}
	p.inRows = make([]bool, len(p.places))
	for _, a := range p.agencies {
		above := registry.ByID(a.Parent)
		p.inRows[a.Number] = p.level == "" || a.Level == p.level || (p.asked[byAgency] && above != nil && p.inRows[above.Number])
		switch {
		case p.asked[byAgency]: // a level narrows the rows; what is below them still counts
			p.places[a.Number] = int32(a.Number) //nolint:gosec // far fewer than 2^31
		case p.level != "" && a.Level != p.level:
		case p.asked[byLevel]:
			p.places[a.Number] = int32(slices.Index(p.levels, a.Level)) //nolint:gosec // a handful
		default:
			p.places[a.Number] = 0
		}
	}
}
