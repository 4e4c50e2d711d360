package collect

import (
	"errors"
	"slices"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// Limits is what a Log may know besides: which limits of a wave are reached. A
// Log without them refuses what is too much when it is submitted.
type Limits interface {
	// Full tells what can't be had any more of a wave: any response at all, or
	// those that some quotas cover, by their ids. It may be out of date when it
	// returns.
	Full(survey, wave string) (whole bool, quotas []string)
}

// Full returns the error that Submit would return if the draft was submitted
// now, as far as that follows from what was asked up to a place: there are enough
// responses (survey_full), or enough like this one (quota_full). So people can be
// told before they fill in the rest. It is nil otherwise. wave may be nil.
func (c *Collector) Full(d *Draft, at Place, wave *catalog.Wave) error {
	limits, ok := c.log.(Limits)
	if !ok || wave == nil {
		return nil
	}
	whole, full := limits.Full(d.Questionnaire.Survey, wave.ID)
	if whole {
		return refused(catalog.Outcome{Refusal: catalog.SurveyFull})
	}
	if len(full) == 0 {
		return nil
	}
	d.check()
	for _, id := range full {
		quota := wave.Quota(id)
		if quota != nil && d.decided(quota.If, at) && quota.Covers(d.checker.look) {
			return refused(catalog.Outcome{Refusal: catalog.QuotaFull, Quota: id})
		}
	}
	return nil
}

// decided reports whether everything that a condition reads was asked up to a
// place. Before that its truth may change, even without a change of mind.
func (d *Draft) decided(condition string, at Place) bool {
	expr, problem := logic.Parse(condition)
	if problem != nil {
		return false
	}
	return !slices.ContainsFunc(expr.Names(), func(name logic.Name) bool {
		v := d.Questionnaire.Variable(name.ID)
		return v != nil && v.Page > at.Page
	})
}

// FullWords returns what is said to those whom a full quota turns away, in
// Markdown, when an error of Submit or Full says so; nil for standard words.
func FullWords(wave *catalog.Wave, err error) questionnaire.Text {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || wave == nil {
		return nil
	}
	id, _ := e.Args["quota"].(string)
	if quota := wave.Quota(id); quota != nil {
		return quota.Message
	}
	return nil
}
