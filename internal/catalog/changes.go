package catalog

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Changes returns the events that bring the catalog to what the files say on a
// day: new questionnaire versions, waves to open and to close. Proposing them
// twice changes nothing the second time. at is when they are proposed, in
// seconds since 1970. A survey whose file is gone keeps its versions and closes
// its waves.
func (c *Catalog) Changes(surveys []*questionnaire.Survey, day response.Day, at int64) ([]response.Control, error) {
	p := proposal{catalog: c}
	for _, survey := range surveys {
		q := survey.Questionnaire
		if err := p.propose(response.Published(at, q.Canonical()), nil); err != nil {
			return nil, err
		}
		for _, w := range waves(survey) {
			if err := p.changeWave(q.Survey, w, &survey.Fieldwork, day, at); err != nil {
				return nil, err
			}
		}
	}
	for _, closed := range p.catalog.undeclared(surveys) {
		if err := p.propose(closed.Event(at)); err != nil {
			return nil, err
		}
	}
	return p.events, nil
}

// proposal is a list of events, each of which changes something, and the catalog
// after them.
type proposal struct {
	catalog *Catalog
	events  []response.Control
}

// propose adds an event, unless it changes nothing. It takes the results of what
// makes events.
func (p *proposal) propose(ev response.Control, err error) error {
	if err != nil {
		return err
	}
	next, err := p.catalog.Apply(ev)
	if err != nil {
		return err
	}
	if next != p.catalog {
		p.events = append(p.events, ev)
	}
	p.catalog = next
	return nil
}

// undeclared lists the closings of open waves that no file has any more.
func (c *Catalog) undeclared(surveys []*questionnaire.Survey) []response.WaveClosed {
	var list []response.WaveClosed
	for _, s := range c.surveys {
		for _, w := range s.OpenWaves() {
			if !declared(surveys, s.Slug, w.ID) {
				list = append(list, response.WaveClosed{Survey: s.Slug, Wave: w.ID})
			}
		}
	}
	return list
}

// waves returns the waves of a file; one without waves has one that never closes.
func waves(s *questionnaire.Survey) []questionnaire.Wave {
	if len(s.Fieldwork.Waves) == 0 {
		return []questionnaire.Wave{{}}
	}
	return s.Fieldwork.Waves
}

func declared(surveys []*questionnaire.Survey, slug, wave string) bool {
	for _, s := range surveys {
		if s.Questionnaire.Survey == slug {
			return slices.ContainsFunc(waves(s), func(w questionnaire.Wave) bool { return w.ID == wave })
		}
	}
	return false
}

// changeWave proposes that a wave opens, closes or takes other dates or limits. A wave
// whose last day was already past when it was first read is opened and closed
// at once, so that imports may name it and pages say that it is over.
func (p *proposal) changeWave(slug string, w questionnaire.Wave, f *questionnaire.Fieldwork, day response.Day, at int64) error {
	today := day.String()
	if w.Opens != "" && today < w.Opens {
		if known := p.catalog.Survey(slug).Wave(w.ID); known != nil && known.Open { // it was put off
			return p.propose(response.WaveClosed{Survey: slug, Wave: w.ID}.Event(at))
		}
		return nil
	}
	over := w.Closes != "" && today > w.Closes
	want := opening(slug, w, f)
	known := p.catalog.Survey(slug).Wave(w.ID)
	if known == nil || !known.says(want) || (!known.Open && !over) {
		if err := p.propose(want.Event(at)); err != nil {
			return err
		}
		known = nil
	}
	if over && (known == nil || known.Open) {
		return p.propose(response.WaveClosed{Survey: slug, Wave: w.ID}.Event(at))
	}
	return nil
}

// opening returns the event that opens a wave of a file.
func opening(slug string, w questionnaire.Wave, f *questionnaire.Fieldwork) response.WaveOpened {
	ev := response.WaveOpened{
		Survey: slug, Wave: w.ID, Title: w.Title, Opens: w.Opens, Closes: w.Closes, Channels: f.Channels,
		Invitation: f.Invitation, MinSeconds: f.MinSeconds, MaxResponses: f.MaxResponses,
		Effort: f.Effort, Passes: f.Passes, Embed: f.Embed, Hours: f.Hours,
		Sample: unlessUsual(questionnaire.OptIn, w.Sample, f.Sample), Lonely: unlessUsual(questionnaire.LonelyAdjust, w.Lonely, f.Lonely),
	}
	for _, q := range f.Quotas {
		ev.Quotas = append(ev.Quotas, response.Quota{ID: q.ID, Title: q.Title, If: q.If, Limit: q.Limit, Message: q.Message})
	}
	return ev
}

// unlessUsual returns the first of some values that says anything, or nothing when
// it says what holds anyway: a file that begins to say so opens no wave again.
func unlessUsual(usual string, values ...string) string {
	if said := cmp.Or(values...); said != usual {
		return said
	}
	return ""
}

// says reports whether the wave already is as the event would make it.
func (w *Wave) says(ev response.WaveOpened) bool {
	names := make([]string, len(w.Channels))
	for i, ch := range w.Channels {
		names[i] = ch.String()
	}
	quotas := make([]response.Quota, len(w.Quotas))
	for i := range w.Quotas {
		quotas[i] = w.Quotas[i].event()
	}
	return w.Opens == ev.Opens && w.Sample == ev.Sample && w.Lonely == ev.Lonely && w.Closes == ev.Closes &&
		w.Effort == ev.Effort && w.Passes == ev.Passes && w.Hours() == ev.Hours && slices.Equal(w.Embed, ev.Embed) &&
		w.Invitation == ev.Invitation && w.MinSeconds == ev.MinSeconds && w.MaxResponses == ev.MaxResponses &&
		maps.Equal(map[string]string(w.Title), ev.Title) && slices.Equal(names, ev.Channels) && slices.EqualFunc(quotas, ev.Quotas, same)
}

// ChangeAgencies returns the event that makes an agency file the registry, and
// false when it already is. The file is checked whole against the registry;
// its mistakes are an errs.Mistakes.
func (c *Catalog) ChangeAgencies(file string, csv []byte, at int64) (response.Control, bool, error) {
	next, err := agency.Update(c.Agencies, file, csv)
	if err != nil {
		return response.Control{}, false, fmt.Errorf("agencies: %w", err)
	}
	canonical := next.Canonical()
	if bytes.Equal(canonical, c.Agencies.Canonical()) {
		return response.Control{}, false, nil
	}
	return response.AgenciesImported(at, canonical), true, nil
}
