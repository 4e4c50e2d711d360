package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/index"
	"hailong/internal/report"
)

// indexReasons words why a unit, a group or an indicator has no value, by the
// code that the files have.
func indexReasons() map[string]string {
	return map[string]string{
		index.Missing:         "index.why_missing",
		index.NoScore:         "index.why_no_score",
		index.NotANumber:      "index.why_not_a_number",
		index.Negative:        "index.why_negative",
		index.AboveWhole:      "index.why_above_whole",
		index.NoDenominator:   "index.why_no_denominator",
		index.OutOfRange:      "index.why_out_of_range",
		index.BelowSteps:      "index.why_below_steps",
		index.AllEqual:        "index.why_all_equal",
		index.TooFewUnits:     "index.why_too_few_units",
		index.PartMissing:     "index.why_part_missing",
		index.NoParts:         "index.why_no_parts",
		index.NoMean:          "index.why_no_mean",
		index.AboveMax:        "index.why_above_max",
		index.TooFewAvailable: "index.why_too_few_available",
		index.UnitWithheld:    "index.why_withheld",
		index.OutsidePeriods:  "index.why_outside_periods",
		index.UnknownPeriod:   "index.why_unknown_period",
		index.NotInPeriod:     "index.why_not_in_period",
	}
}

// surveyReasons words why a survey has no score that counts, by the notes of
// package report.
func surveyReasons() map[string]string {
	return map[string]string{
		"min_n":                   "index.score_min_n",
		"unknown_survey":          "index.score_unknown_survey",
		"not_asked":               "index.score_not_asked",
		string(report.LowBase):    "state.low_base",
		string(report.Suppressed): "state.suppressed",
		string(report.Withheld):   "state.withheld",
		string(report.NoData):     "state.no_data",
	}
}

// maxReasons is how many reasons are told in a line.
const maxReasons = 3

// reasons words why there is no value.
func (b *indexBuilder) reasons(list []report.IndexReason) string {
	var texts []string
	for _, r := range list {
		text := r.Code
		if id, ok := indexReasons()[r.Code]; ok {
			text = i18n.T(b.lang, id, nil)
		}
		if r.Text != "" {
			said := r.Text
			if id, ok := surveyReasons()[r.Text]; ok {
				said = i18n.T(b.lang, id, nil)
			}
			text += " (" + said + ")"
		}
		if r.Part != "" {
			text = r.Part + ": " + text
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if more := len(texts) - maxReasons; more > 0 {
		texts = append(texts[:maxReasons], i18n.Plural(b.lang, "index.more_reasons", int64(more), nil))
	}
	return strings.Join(texts, "; ")
}
