package page

import "hailong/internal/i18n"

// Results lists the surveys with published results.
type Results struct {
	Frame
	Surveys []ResultsSurvey
	Indices []ResultsIndex // composite indices
}

// ResultsSurvey is one survey in the list.
type ResultsSurvey struct {
	Slug      string
	Title     string
	Responses int64 // counted so far
}

// PageTitle implements [Page].
func (r *Results) PageTitle() string { return i18n.T(r.Lang, "results.title", nil) }

func (r *Results) template() string { return "results" }

// Count is the number of responses in words.
func (s ResultsSurvey) Count(lang string) string {
	return i18n.Plural(lang, "results.responses", s.Responses, nil)
}
