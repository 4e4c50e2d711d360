// Package catalog is the fold of the events that change what may be collected:
// which questionnaires are published, which waves are open, which agencies
// exist. Responses name all three by the numbers given out here, in log order.
// Beside them stand the figures, what is known about agencies from elsewhere.
//
// A [Catalog] is immutable; applying an event makes a new one that shares what
// did not change.
package catalog

import (
	"cmp"
	"fmt"
	"time"

	"hailong/internal/agency"
	"hailong/internal/figure"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Catalog is everything that is known at one point of the log.
type Catalog struct {
	Agencies *agency.Registry // never nil
	Figures  *figure.Table    // numbers from elsewhere; never nil
	versions []*Version       // by number - 1
	surveys  []*Survey        // in order of first publication
}

// Version is one published questionnaire.
type Version struct {
	Number        uint32 // from 1, over all surveys
	Questionnaire *questionnaire.Questionnaire
	Layout        *response.Layout // of the questionnaire
}

// Survey is a survey with all its versions and waves.
type Survey struct {
	Slug     string
	Versions []*Version             // in order of publication; the last is current
	Waves    []*Wave                // by number - 1
	History  []Publication          // all publications; a version that came back is there more than once
	Lineage  *questionnaire.Lineage // of History
}

// Wave is a period of fieldwork as the log knows it.
type Wave struct {
	Number   uint32 // from 1, within the survey
	ID       string // empty for the unnamed wave of a survey without waves
	Title    questionnaire.Text
	Opens    string // YYYY-MM-DD, may be empty
	Closes   string // YYYY-MM-DD, may be empty
	Open     bool
	Channels []response.Channel // allowed; empty means all

	Invitation   bool    // responses by link, qr and kiosk need an invitation
	MinSeconds   int     // faster responses are kept, but flagged; 0: none is too fast
	MaxResponses int     // 0: no limit
	Quotas       []Quota // in the order of the file

	Effort   bool     // responses by link and qr come with a proof of work, or are flagged
	Passes   bool     // kiosk, paper and phone need a pass; else those without one are flagged
	Embed    []string // origins whose pages may show the survey in a frame; "*": all; empty: none
	From, To int      // hours of work, in minutes of the day; both 0: none are said

	Sample string // how respondents came, as the file says it; SampleType reads it
	Lonely string // what strata of one respondent add, as the file says it; LonelyPolicy reads it
}

// SampleType returns how respondents came to the wave, one of
// [questionnaire.SampleTypes]: OptIn when nobody said.
func (w *Wave) SampleType() string { return cmp.Or(w.Sample, questionnaire.OptIn) }

// LonelyPolicy returns what strata of one respondent add to a variance, one of
// [questionnaire.LonelyPolicies]: LonelyAdjust when nobody said.
func (w *Wave) LonelyPolicy() string { return cmp.Or(w.Lonely, questionnaire.LonelyAdjust) }

// Hours returns the hours of work as files say them, empty when there are none.
func (w *Wave) Hours() string {
	if w.From == 0 && w.To == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", w.From/60, w.From%60, w.To/60, w.To%60)
}

// AtWork reports whether a moment, in the time of the place, lies in the hours
// of work: Monday to Friday, from the first minute up to the last. Without hours
// every moment does.
func (w *Wave) AtWork(local time.Time) bool {
	if w.From == 0 && w.To == 0 {
		return true
	}
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		return false
	}
	minute := local.Hour()*60 + local.Minute()
	return w.From <= minute && minute < w.To
}

// Current returns the questionnaire that new respondents get.
func (s *Survey) Current() *Version { return s.Versions[len(s.Versions)-1] }

// inField returns the hash of the current version, empty for a survey that was
// never published.
func (s *Survey) inField() string {
	if s == nil {
		return ""
	}
	return s.Current().Questionnaire.Version
}

// Version returns the version of a hash (its whole or a unique beginning of at
// least 8 characters), nil when the survey has none.
func (s *Survey) Version(hash string) *Version {
	if len(hash) < 8 {
		return nil
	}
	var found *Version
	for _, v := range s.Versions {
		if len(v.Questionnaire.Version) >= len(hash) && v.Questionnaire.Version[:len(hash)] == hash {
			if found != nil {
				return nil
			}
			found = v
		}
	}
	return found
}

// Wave returns the wave with an id, nil when there is none.
func (s *Survey) Wave(id string) *Wave {
	for _, w := range s.Waves {
		if w.ID == id {
			return w
		}
	}
	return nil
}

// OpenWaves lists the waves that take responses.
func (s *Survey) OpenWaves() []*Wave {
	var open []*Wave
	for _, w := range s.Waves {
		if w.Open {
			open = append(open, w)
		}
	}
	return open
}

// Survey returns the survey with a slug, nil when there is none.
func (c *Catalog) Survey(slug string) *Survey {
	for _, s := range c.surveys {
		if s.Slug == slug {
			return s
		}
	}
	return nil
}

// Surveys lists all surveys in order of first publication.
func (c *Catalog) Surveys() []*Survey { return c.surveys }

// Version returns the version with a number, nil when there is none.
func (c *Catalog) Version(number uint32) *Version {
	if number == 0 || int(number) > len(c.versions) {
		return nil
	}
	return c.versions[number-1]
}
