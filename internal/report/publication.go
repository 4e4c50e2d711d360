package report

import (
	"errors"
	"iter"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/tally"
)

// Plan tells what the publication of a questionnaire would do to the answers
// that are stored. It returns an Internal [errs.Error] when the counts don't fit
// the catalog. O(cells × slots).
func (r *Report) Plan(q *questionnaire.Questionnaire) (*questionnaire.Plan, error) {
	for range staleTries {
		c := r.src.Catalog()
		survey := c.Survey(q.Survey)
		if survey == nil {
			return questionnaire.Compare(nil, q, func(string, string) int64 { return 0 }), nil
		}
		counts, err := r.countStored(c, survey)
		if errors.Is(err, errStale) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return questionnaire.Compare(survey.Lineage, q, func(variable, code string) int64 { return counts[answer{variable, code}] }), nil
	}
	return nil, errs.New(errs.Internal, "internal").Because(errStale)
}

// answer names a variable, or one of its options, as the last version that has
// it does; without a code it is any answer.
type answer struct{ variable, code string }

// countStored adds up the stored answers of all versions of a survey.
func (r *Report) countStored(c *catalog.Catalog, survey *catalog.Survey) (map[answer]int64, error) {
	sums, err := r.sums(c, survey)
	if err != nil {
		return nil, err
	}
	counts := map[answer]int64{}
	for _, v := range survey.Versions {
		sum := sums[v.Number]
		if len(sum) != v.Questionnaire.Slots() { // nothing was answered
			continue
		}
		place := survey.Lineage.Place(v.Questionnaire.Version)
		names, codes := survey.Lineage.Names(place), survey.Lineage.Codes(place)
		for i, variable := range v.Questionnaire.Variables() {
			if names[i] == "" {
				continue
			}
			counts[answer{names[i], ""}] += sum[variable.Slot+variable.Slots-1]
			for o, code := range codes[i] {
				if code != "" {
					counts[answer{names[i], code}] += sum[variable.Slot+questionnaire.StateSlots+o]
				}
			}
		}
	}
	return counts, nil
}

// sums adds up the cells of every version of a survey, by its number.
func (r *Report) sums(c *catalog.Catalog, survey *catalog.Survey) ([][]int64, error) {
	own := versionNumbers(c, survey)
	sums := make([][]int64, len(own))
	var err error
	r.src.Tallies(func(_ uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		for key, cell := range cells {
			switch {
			case int(key.Version) >= len(own):
				err = errStale
				return
			case !own[key.Version]:
				continue
			case sums[key.Version] == nil:
				sums[key.Version] = make([]int64, len(cell.Counts))
			}
			for i, n := range cell.Counts {
				sums[key.Version][i] += int64(n)
			}
		}
	})
	return sums, err
}
