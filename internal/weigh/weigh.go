// Package weigh makes estimates for a population from respondents who do not
// look like it: it takes known numbers of people (by sex, age, channel, agency),
// rakes the respondents of a wave to them, and estimates an index with the
// standard errors that calibration leaves.
//
// Weights are the one thing that counts in tallies cannot give, because they
// depend on characteristics together. So the responses of the wave are read once.
// What is kept of them is a table of combinations: how many respondents are of
// one agency, channel and characteristics, and within that how many gave the same
// answers. Respondents of one combination have one weight, so that nothing is
// lost; and because the table is counted in integers and sorted before the first
// division, every result is the same to the last bit whatever the order of the
// responses in the log and however many processors there are. Memory is
// O(respondents × (margins + items)) bytes, less where people answer alike.
//
// Nothing leaves the package about less than a combination: no id, no receipt, no
// place in the log. It reads no clock and writes no file.
package weigh

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/report"
	"hailong/internal/response"
)

// Folder is what the package needs of a store.
type Folder interface {
	report.Source
	// Watermark returns the sequence of the last event.
	Watermark() uint64
	// Scan calls f with the responses after one event and up to another.
	Scan(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error
}

// Query says what is wanted. Values are as they came from the caller; Weigh
// checks them. Empty fields stand for what their comment says.
type Query struct {
	Survey   string   `json:"survey"`
	Wave     string   `json:"wave,omitempty"`     // id; may be empty for a survey with one wave
	Index    string   `json:"index,omitempty"`    // id; empty: the first
	Measure  string   `json:"measure,omitempty"`  // id; empty: the index's own
	By       string   `json:"by,omitempty"`       // agency (empty is the same), level, channel, whole, or the id of a question of a margin
	Period   string   `json:"period,omitempty"`   // of the population; empty: the wave's id, else the only one there is
	Rake     []string `json:"rake,omitempty"`     // names of margins; empty: all of the file
	Low      float64  `json:"low,omitempty"`      // weights are not below so many times their median
	High     float64  `json:"high,omitempty"`     // nor above so many times; 0: they are not trimmed
	Collapse int      `json:"collapse,omitempty"` // cells of fewer respondents are joined with the next option; 0: none are
	Flags    string   `json:"flags,omitempty"`    // what to do with flagged responses: with (empty is the same), without, only
	Interval string   `json:"interval,omitempty"` // of shares: kg (empty is the same) or logit
	Lang     string   `json:"lang,omitempty"`     // of names
}

// Figures is a file of figures with the population.
type Figures struct {
	Name string // for messages
	CSV  []byte // nil: the figures of the data folder
}

// Weigh weights the respondents of a wave and estimates an index with it.
//
// It returns an errs.Mistakes for a file that can't be read, an [errs.Error] of
// kind NotFound for an unknown survey, and one of kind Invalid with all problems
// for margins that do not fit the questionnaire or the respondents. It never
// guesses: a cell without people or without respondents, margins that disagree,
// and raking that does not settle are problems that name the cell.
func Weigh(ctx context.Context, folder Folder, q Query, file Figures) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	through := folder.Watermark()
	cat := folder.Catalog() // knows all that the responses up to there name
	survey := cat.Survey(q.Survey)
	if survey == nil {
		return nil, errs.New(errs.NotFound, "unknown_survey").With("survey", q.Survey)
	}
	wave, err := waveOf(survey, q.Wave)
	if err != nil {
		return nil, err
	}
	scores, err := report.New(folder).Score(report.Query{
		Survey: q.Survey, Index: q.Index, Measure: q.Measure, Wave: q.Wave, Flags: q.Flags, Lang: q.Lang, By: []string{"factor"}, Internal: true,
	})
	if err != nil {
		return nil, err
	}
	population, err := readPopulation(cat, file)
	if err != nil {
		return nil, err
	}
	f, err := newFrame(cat, survey, wave, population, q)
	if err != nil {
		return nil, err
	}
	l, err := newLayout(survey, scores.Index, scores.Measure)
	if err != nil {
		return nil, err
	}
	by, err := f.checkBy(q.By)
	if err != nil {
		return nil, err
	}
	t := newTable(f, l, q.Flags)
	if err := folder.Scan(ctx, 0, through, func(_ uint64, r *response.Response) error { return t.add(r) }); err != nil {
		return nil, fmt.Errorf("weigh: %w", err)
	}
	d, out, err := t.design(q)
	if err != nil {
		return nil, err
	}
	out.Survey, out.Title, out.Index, out.IndexTitle = scores.Survey, scores.Title, scores.Index, scores.IndexTitle
	out.Measure, out.MeasureTitle, out.Unit = scores.Measure, scores.MeasureTitle, l.unit()
	out.Wave, out.SampleType, out.IntervalKind, out.Watermark, out.MinN = wave.ID, wave.SampleType(), intervalKind(wave), through, scores.MinN
	out.Decimals, out.By, out.Population = decimalsOf(survey), by.name(), population.Hash()
	if out.Method, err = methodOf(scores.Method, population, f.period, q); err != nil {
		return nil, err
	}
	e := newEstimator(f, l, d, q)
	out.Rows, out.Questions = e.rows(by, out.MinN), f.questions(e.lang)
	return out, nil
}

// check tells numbers and words that can't be meant.
func (q *Query) check() error {
	check := &checker{}
	if trimmed := q.Low != 0 || q.High != 0; trimmed && !(q.Low >= 0 && q.Low < 1 && q.High > 1 && q.High <= mostTimes) {
		check.add(errs.Problem{Item: "trim", Code: "weigh_trim", Args: map[string]any{"max": mostTimes}})
	}
	if q.Collapse < 0 {
		check.add(errs.Problem{Item: "collapse", Code: "weigh_collapse"})
	}
	if q.Interval != "" && q.Interval != intervalShort && q.Interval != intervalLogit {
		check.add(errs.Problem{Item: "interval", Code: "weigh_interval", Args: map[string]any{"value": q.Interval}})
	}
	return check.err()
}

// mostTimes is the widest bound of weights, in multiples of their median.
const mostTimes = 1000

// waveOf finds the wave; it need not be named where there is only one.
func waveOf(s *catalog.Survey, id string) (*catalog.Wave, error) {
	if w := s.Wave(id); w != nil {
		return w, nil
	}
	if id == "" && len(s.Waves) == 1 {
		return s.Waves[0], nil
	}
	if id != "" {
		return nil, errs.Bad(errs.Problem{Item: "wave", Code: "unknown_wave", Args: map[string]any{"value": id}})
	}
	var ids []string
	for _, w := range s.Waves {
		ids = append(ids, w.ID)
	}
	return nil, errs.Bad(errs.Problem{Item: "wave", Code: "weigh_wave", Args: map[string]any{"text": list(ids)}})
}

// readPopulation reads the file, or takes what the data folder knows.
func readPopulation(cat *catalog.Catalog, file Figures) (*figure.Table, error) {
	if file.CSV == nil {
		return cat.Figures, nil
	}
	t, err := cat.ReadFigures(file.Name, file.CSV)
	if mistakes, ok := errors.AsType[errs.Mistakes](err); ok {
		return nil, mistakes
	}
	return t, err
}

// intervalKind says what an interval is about: people who chose themselves have
// no margin of sampling error (AAPOR, 2015), only one under a model.
func intervalKind(w *catalog.Wave) string {
	if w.SampleType() == optIn {
		return intervalModel
	}
	return intervalSampling
}

// methodOf names the method: everything the numbers depend on but the answers.
func methodOf(scores string, population *figure.Table, period string, q Query) (string, error) {
	q.By, q.Lang = "", ""
	form, err := json.Marshal(struct {
		Scores, Population, Period string
		Query                      Query
	}{scores, population.Hash(), period, q})
	if err != nil {
		return "", fmt.Errorf("weigh: method: %w", err)
	}
	sum := sha256.Sum256(form)
	return hex.EncodeToString(sum[:]), nil
}
