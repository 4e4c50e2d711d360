package report

import (
	"cmp"
	"iter"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/index"
	"hailong/internal/tally"
)

// Nothing is a source without a data folder: no surveys, no agencies, no figures.
// An index that ships its own figures can be computed from it.
type Nothing struct{}

// Catalog implements [Source].
func (Nothing) Catalog() *catalog.Catalog { return catalog.New() }

// Tallies implements [Source].
func (Nothing) Tallies(f func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell])) {
	f(0, func(func(tally.Key, *tally.Cell) bool) {})
}

// ask computes all scores of surveys that the index reads.
func (b *indexing) ask() error {
	for _, ref := range b.x.Surveys() {
		q := Query{Survey: ref.Survey, Index: ref.Index, Measure: ref.Measure, Channel: ref.Channel, By: []string{byAgency}, Level: b.x.Units.Level, Lang: b.lang}
		switch {
		case b.period == "":
			continue
		case b.wave:
			q.Wave = b.period
		default:
			q.From, q.To = b.first, b.last
		}
		switch {
		case ref.Item != "":
			q.By = append(q.By, byItem)
		case ref.Factor != "":
			q.By = append(q.By, byFactor)
		}
		scores, err := b.report.Score(q)
		if code := unanswerable(err); code != "" {
			b.scores[ref] = map[string]index.Score{"": {State: string(NoData), Reason: code}}
			continue
		}
		if err != nil {
			return err
		}
		b.watermark = max(b.watermark, scores.Watermark)
		b.scores[ref] = scoresOf(scores, ref)
	}
	return nil
}

// unanswerable returns why a survey has no scores of the period at all, such as
// unknown_survey; empty for an answer and for errors of ours.
func unanswerable(err error) string {
	switch errs.KindOf(err) {
	case errs.NotFound:
		return "unknown_survey"
	case errs.Invalid:
		return "not_asked"
	default:
		return ""
	}
}

// scoresOf takes the scores of a reference out of rows, by agency.
func scoresOf(s *Scores, ref index.SurveyRef) map[string]index.Score {
	out := map[string]index.Score{}
	for i := range s.Rows {
		row := &s.Rows[i]
		if ref.Factor != "" && row.Factor != ref.Factor || ref.Item != "" && row.Item != ref.Item {
			continue
		}
		score := index.Score{N: float64(row.N), State: index.OK}
		switch {
		case row.State == OK && row.Estimate != nil:
			score.Value = *row.Estimate
			if row.SE != nil {
				score.SE = index.Number{Value: *row.SE, There: true}
			}
		default:
			// Too few to rank is too few to rank by.
			score = index.Score{State: string(row.State), Reason: cmp.Or(row.Reason, string(row.State))}
		}
		out[row.Agency] = score
	}
	return out
}

// survey implements index.Input.Survey.
func (b *indexing) survey(ref index.SurveyRef, unit string) index.Score {
	scores := b.scores[ref]
	if whole, ok := scores[""]; ok {
		return whole
	}
	if score, ok := scores[unit]; ok {
		return score
	}
	return index.Score{State: string(NoData), Reason: string(NoData)}
}

// surveyPeriods adds the waves of the surveys that the index reads, and the years
// in which they were answered.
func (b *indexing) surveyPeriods(seen map[string]bool) {
	for _, ref := range b.x.Surveys() {
		s := b.catalog.Survey(ref.Survey)
		if s == nil {
			continue
		}
		for _, w := range s.Waves {
			if w.ID != "" {
				seen[w.ID] = true
			}
		}
		months, err := b.report.Score(Query{Survey: ref.Survey, By: []string{byMonth}})
		if err != nil {
			continue // the periods are an offer; what can't be asked is told when it is
		}
		for i := range months.Rows {
			if month := months.Rows[i].Month; len(month) >= len("2026") && months.Rows[i].State != NoData {
				seen[month[:len("2026")]] = true
			}
		}
	}
}
