package report

import (
	"errors"
	"iter"
	"sync"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/tally"
)

// Report computes scores from the counts of a [Source]. Between calls it keeps
// nothing but what of the present counts the public may see, up to 128 MB. Any
// number of goroutines may share it.
type Report struct {
	src  Source
	kept cubes
}

// New returns a report over a source.
func New(src Source) *Report { return &Report{src: src} }

// errStale tells that the counts name something newer than the catalog that was
// read before them.
var errStale = errors.New("the counts are newer than the catalog")

// staleTries is how often a query starts again because of errStale. Each time
// takes a control event between two reads, and those come a few times a day.
const staleTries = 5

// Score answers a query. All numbers come from the tallies, in one pass over the
// cells; no response is read.
//
// It returns an [errs.Error]: NotFound for an unknown survey, Invalid with a
// problem per parameter for a query that can't be answered, Internal when the
// counts don't fit the catalog.
//
// Time is O(cells × slots of the index) plus O(rows), and memory O(groups × slots
// of the index); neither grows with the number of responses. The returned scores
// belong to the caller.
func (r *Report) Score(q Query) (*Scores, error) {
	for range staleTries {
		p, err := newPlan(r.src.Catalog(), q)
		if err != nil {
			return nil, err
		}
		guard, err := p.newProtection(&r.kept)
		if err != nil {
			return nil, err
		}
		f, err := p.fold(r.src, guard)
		if errors.Is(err, errStale) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := f.rollUp(); err != nil {
			return nil, err
		}
		if guard != nil {
			if err := guard.seal(f.watermark); err != nil {
				return nil, err
			}
		}
		scores, err := p.scores(f, guard)
		if err != nil {
			return nil, err
		}
		return scores, r.relate(p, scores)
	}
	return nil, errs.New(errs.Internal, "internal").Because(errStale)
}

// relate says how the rows of agencies stand to one another.
func (r *Report) relate(p *plan, scores *Scores) error {
	if !p.asked[byAgency] {
		return nil
	}
	var wait sync.WaitGroup // each writes fields of its own
	wait.Go(func() { addRanks(scores.Rows) })
	wait.Go(func() { addShrunk(scores.Rows, p.measure.Share()) })
	wait.Go(func() { addUnits(scores.Rows, p.parentOf()) })
	wait.Wait()
	var earlier *Scores
	if p.before != "" {
		q := p.query
		q.Wave, q.Compare = p.before, ""
		var err error
		if earlier, err = r.Score(q); err != nil {
			return err
		}
	}
	p.compare(scores.Rows, earlier)
	return nil
}

// Overview returns how many responses of a survey are counted, and the sequence
// of the last event of the log that the count includes. It returns a NotFound
// [errs.Error] for an unknown survey. O(cells).
func (r *Report) Overview(survey string) (responses int64, watermark uint64, err error) {
	c := r.src.Catalog()
	s := c.Survey(survey)
	if s == nil {
		return 0, 0, unknownSurvey(survey)
	}
	own := versionNumbers(c, s)
	r.src.Tallies(func(mark uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		watermark = mark
		for key, cell := range cells {
			if int(key.Version) < len(own) && own[key.Version] {
				responses += int64(cell.Responses)
			}
		}
	})
	return responses, watermark, nil
}

// versionNumbers tells by number which published versions belong to a survey.
// Its length is one more than the highest number of any survey.
func versionNumbers(c *catalog.Catalog, s *catalog.Survey) []bool {
	var own []bool
	for _, other := range c.Surveys() {
		for _, v := range other.Versions {
			for len(own) <= int(v.Number) {
				own = append(own, false)
			}
			own[v.Number] = other == s
		}
	}
	return own
}

func unknownSurvey(slug string) error {
	return errs.New(errs.NotFound, "unknown_survey").With("survey", slug)
}
