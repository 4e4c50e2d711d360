package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/i18n"
	"hailong/internal/index"
)

// Index computes a composite index of a period, with every step. An empty period
// is the newest that there are figures of.
//
// Units are the agencies of the level that exist in the period, those that the
// index's file lists, or those that its figures are about. Figures of the data
// folder come before own, those that the index ships. Scores of surveys are those
// that the public gets: what is suppressed or too small to rank is missing, with
// that reason.
//
// It returns an Invalid [errs.Error] for a period that is none. Time is that of
// one Score for each score of a survey that the index names, plus that of
// index.Compute and index.Sensitivity.
func (r *Report) Index(x *index.Index, period, lang string, own *figure.Table) (*IndexScores, error) {
	b := &indexing{report: r, catalog: r.src.Catalog(), x: x, lang: lang, own: own, scores: map[index.SurveyRef]map[string]index.Score{}}
	if !i18n.Known(b.lang) {
		b.lang = i18n.Vietnamese
	}
	if b.own == nil {
		b.own = figure.Empty()
	}
	out := &IndexScores{
		Index: x.ID, Title: x.Title.In(b.lang), Notes: x.Notes, Reference: x.Reference, Lang: b.lang, Decimals: x.Rounding, Periods: b.periods(),
	}
	if period == "" && len(out.Periods) > 0 {
		period = out.Periods[0]
	}
	b.period, out.Period = period, period
	if err := b.days(out.Periods); err != nil {
		return nil, err
	}
	units := b.units()
	if err := b.ask(); err != nil {
		return nil, err
	}
	out.Watermark = b.watermark
	in := index.Input{Units: units, Period: period, Day: b.first, Figure: b.figure, Survey: b.survey}
	return out, b.compute(out, in)
}

// IndexPeriods lists the periods that an index can be asked for, newest first.
func (r *Report) IndexPeriods(own OwnIndex) []string {
	b := &indexing{report: r, catalog: r.src.Catalog(), x: own.Index, own: own.Figures}
	if b.own == nil {
		b.own = figure.Empty()
	}
	return b.periods()
}

// indexing computes one index.
type indexing struct {
	report      *Report
	catalog     *catalog.Catalog
	x           *index.Index
	lang        string
	own         *figure.Table
	period      string
	first, last string // days of the period; empty: not known
	wave        bool   // the period is a wave
	watermark   uint64
	scores      map[index.SurveyRef]map[string]index.Score // by agency
}

// days finds the days of the period. The days of a wave are those of the first
// survey of the index that has it.
func (b *indexing) days(periods []string) error {
	if b.period == "" {
		return nil
	}
	var ok bool
	if b.first, b.last, ok = figure.Days(b.period); ok {
		return nil
	}
	b.wave = true
	for _, ref := range b.x.Surveys() {
		s := b.catalog.Survey(ref.Survey)
		if s == nil {
			continue
		}
		for _, w := range s.Waves {
			if w.ID == b.period {
				b.first, b.last = w.Opens, w.Closes
				return nil
			}
		}
	}
	if slices.Contains(periods, b.period) {
		return nil
	}
	return errs.Bad(errs.Problem{Item: "period", Code: "unknown_period"})
}

// units lists the units that are compared, in the order of their ids.
func (b *indexing) units() []index.Unit {
	var list []index.Unit
	switch {
	case len(b.x.Units.List) > 0:
		list = slices.Clone(b.x.Units.List)
	case b.x.Units.Level != "":
		for _, a := range b.catalog.Agencies.All() {
			if a.Level == b.x.Units.Level && b.exists(a) {
				list = append(list, index.Unit{ID: a.ID, Name: a.Name.In(b.lang)})
			}
		}
	default:
		list = b.unitsOfFigures()
	}
	slices.SortFunc(list, func(x, y index.Unit) int { return strings.Compare(x.ID, y.ID) })
	for i := range list {
		if list[i].Name == "" {
			list[i].Name = b.name(list[i].ID)
		}
	}
	return list
}

// exists reports whether an agency exists on some day of the period.
func (b *indexing) exists(a *agency.Agency) bool {
	return (b.last == "" || a.ValidFrom <= b.last) && (a.ValidTo == "" || b.first <= a.ValidTo)
}

func (b *indexing) name(id string) string {
	if name := b.x.Units.Name(id); name != "" {
		return name
	}
	if a := b.catalog.Agencies.ByID(id); a != nil {
		return a.Name.In(b.lang)
	}
	return id
}

// unitsOfFigures lists the units that any figure of the index is about.
func (b *indexing) unitsOfFigures() []index.Unit {
	var list []index.Unit
	seen := map[string]bool{}
	for _, id := range b.x.Figures() {
		for _, table := range b.tables() {
			for f := range table.Of(id, b.period) {
				if f.Cell == "" && !seen[f.Agency] {
					seen[f.Agency] = true
					list = append(list, index.Unit{ID: f.Agency})
				}
			}
		}
	}
	return list
}

// tables lists the tables of figures, those that come first first.
func (b *indexing) tables() []*figure.Table { return []*figure.Table{b.catalog.Figures, b.own} }

// find returns the figure of a unit.
func (b *indexing) find(id, unit, period string) (figure.Figure, bool) {
	for _, table := range b.tables() {
		if f, ok := table.Value(id, unit, period, ""); ok {
			return f, true
		}
	}
	return figure.Figure{}, false
}

// figure implements index.Input.Figure.
func (b *indexing) figure(id, unit, period string) (value float64, there bool, note string) {
	f, ok := b.find(id, unit, period)
	if !ok {
		return 0, false, ""
	}
	return f.Value, f.There, f.Note
}

// periods lists the periods that the index can be asked for, newest first: those
// of its figures, and where it reads none, the waves and years of its surveys.
func (b *indexing) periods() []string {
	seen := map[string]bool{}
	read := map[string]bool{}
	for _, id := range b.x.Figures() {
		read[id] = true
	}
	for _, table := range b.tables() {
		for f := range table.All() {
			if read[f.ID] {
				seen[f.Period] = true
			}
		}
	}
	if len(read) == 0 {
		b.surveyPeriods(seen)
	}
	list := make([]string, 0, len(seen))
	for period := range seen {
		list = append(list, period)
	}
	slices.SortFunc(list, func(x, y string) int {
		return cmp.Or(strings.Compare(endOf(y), endOf(x)), strings.Compare(y, x))
	})
	return list
}

// endOf is the last day of a period, or the id of a wave as it stands: most begin
// with the year.
func endOf(period string) string {
	if _, last, ok := figure.Days(period); ok {
		return last
	}
	return period
}

// hash names the figures of the index in the period: the SHA-256 of their
// canonical form, those of the data folder before those of the index.
func (b *indexing) hash() string {
	sum := sha256.New()
	for _, id := range b.x.Figures() {
		for _, table := range b.tables() {
			for f := range table.Of(id, b.period) {
				for _, text := range []string{f.ID, f.Agency, f.Period, f.Cell, f.Text(), f.Source, f.Note} {
					sum.Write([]byte(text + "\x00"))
				}
			}
		}
		sum.Write([]byte{1})
	}
	return hex.EncodeToString(sum.Sum(nil))
}
