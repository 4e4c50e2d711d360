package catalog

import (
	"errors"
	"time"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// ErrOvertaken is the error of a publication that expected another version in
// the field than there is: somebody published in between.
var ErrOvertaken = errors.New("another version was published meanwhile; look at the plan again")

// Publication is one moment at which a version came into the field.
type Publication struct {
	Version *Version
	Day     response.Day
}

// Publishing returns the events that publish one survey and bring its waves to
// what its file says on a day, whatever the other surveys do. The version in the
// field must be expected (empty: none) when the events are applied, else Apply
// returns ErrOvertaken. A survey that is already as the file says has no events.
func (c *Catalog) Publishing(survey *questionnaire.Survey, expected string, day response.Day, at int64) ([]response.Control, error) {
	p := proposal{catalog: c}
	slug := survey.Questionnaire.Survey
	if err := p.propose(response.PublishedAfter(at, survey.Questionnaire.Canonical(), expected), nil); err != nil {
		return nil, err
	}
	for _, w := range waves(survey) {
		if err := p.changeWave(slug, w, &survey.Fieldwork, day, at); err != nil {
			return nil, err
		}
	}
	for _, closed := range p.catalog.undeclared([]*questionnaire.Survey{survey}) {
		if closed.Survey != slug {
			continue
		}
		if err := p.propose(closed.Event(at)); err != nil {
			return nil, err
		}
	}
	return p.events, nil
}

// dayOf returns the calendar day of an event's time, in seconds since 1970.
func dayOf(at int64) response.Day { return response.DayOf(time.Unix(at, 0)) }
