package catalog

import (
	"encoding/json"
	"fmt"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// New returns the catalog of an empty log.
func New() *Catalog { return &Catalog{Agencies: agency.Empty()} }

// Apply returns the catalog after one more control event. It depends on nothing
// but the catalog and the event. An event that changes nothing, such as the
// publication of the current version, returns the same catalog. An event that
// can't be applied returns an error and leaves the catalog as it was.
func (c *Catalog) Apply(ev response.Control) (*Catalog, error) {
	switch ev.Kind {
	case response.KindPublished:
		return c.publish(ev.Payload)
	case response.KindAgencies:
		return c.importAgencies(ev.Payload)
	case response.KindWaveOpened:
		var w response.WaveOpened
		if err := json.Unmarshal(ev.Payload, &w); err != nil {
			return c, fmt.Errorf("wave opened: %w", err)
		}
		return c.openWave(w)
	case response.KindWaveClosed:
		var w response.WaveClosed
		if err := json.Unmarshal(ev.Payload, &w); err != nil {
			return c, fmt.Errorf("wave closed: %w", err)
		}
		return c.closeWave(w)
	default:
		return c, fmt.Errorf("event of unknown kind %d: made by a newer version of the program", ev.Kind)
	}
}

func (c *Catalog) publish(canonical []byte) (*Catalog, error) {
	q, err := questionnaire.Decode(canonical)
	if err != nil {
		return c, fmt.Errorf("published questionnaire: %w", err)
	}
	old := c.Survey(q.Survey)
	if old != nil && old.Current().Questionnaire.Version == q.Version {
		return c, nil
	}
	next := *c
	version := old.find(q.Version)
	if version == nil { // a version that comes back keeps its number
		version = &Version{Number: uint32(len(c.versions)) + 1, Questionnaire: q} //nolint:gosec // far fewer than 2^32
		next.versions = append(slices.Clip(c.versions), version)
	}
	survey := &Survey{Slug: q.Survey}
	if old != nil {
		survey.Waves = old.Waves
		survey.Versions = slices.DeleteFunc(slices.Clone(old.Versions), func(v *Version) bool { return v == version })
	}
	survey.Versions = append(survey.Versions, version)
	next.put(survey)
	return &next, nil
}

// find returns the version with exactly this hash, nil when there is none.
func (s *Survey) find(hash string) *Version {
	if s == nil {
		return nil
	}
	for _, v := range s.Versions {
		if v.Questionnaire.Version == hash {
			return v
		}
	}
	return nil
}

func (c *Catalog) importAgencies(canonical []byte) (*Catalog, error) {
	registry, err := agency.Update(c.Agencies, "agencies.csv", canonical)
	if err != nil {
		return c, fmt.Errorf("agency import: %w", err)
	}
	next := *c
	next.Agencies = registry
	return &next, nil
}

func (c *Catalog) openWave(w response.WaveOpened) (*Catalog, error) {
	survey := c.Survey(w.Survey)
	if survey == nil {
		return c, fmt.Errorf("wave %q opened in unknown survey %q", w.Wave, w.Survey)
	}
	wave := &Wave{ID: w.Wave, Title: w.Title, Opens: w.Opens, Closes: w.Closes, Open: true}
	for _, name := range w.Channels {
		channel, ok := response.ParseChannel(name)
		if !ok {
			return c, fmt.Errorf("wave %q of %q: unknown channel %q", w.Wave, w.Survey, name)
		}
		wave.Channels = append(wave.Channels, channel)
	}
	return c.withWave(survey, wave), nil
}

func (c *Catalog) closeWave(w response.WaveClosed) (*Catalog, error) {
	survey := c.Survey(w.Survey)
	if survey == nil || survey.Wave(w.Wave) == nil {
		return c, fmt.Errorf("unknown wave %q of %q closed", w.Wave, w.Survey)
	}
	wave := *survey.Wave(w.Wave)
	wave.Open = false
	return c.withWave(survey, &wave), nil
}

// withWave puts a wave in the place of the one with its id, or after the last.
func (c *Catalog) withWave(old *Survey, wave *Wave) *Catalog {
	survey := *old
	survey.Waves = slices.Clone(old.Waves)
	if before := old.Wave(wave.ID); before != nil {
		wave.Number = before.Number
		survey.Waves[before.Number-1] = wave
	} else {
		wave.Number = uint32(len(old.Waves)) + 1 //nolint:gosec // far fewer than 2^32
		survey.Waves = append(survey.Waves, wave)
	}
	next := *c
	next.put(&survey)
	return &next
}

// put replaces the survey of the same slug, or appends it. The slice is new:
// other catalogs share the old one.
func (c *Catalog) put(survey *Survey) {
	c.surveys = slices.Clone(c.surveys)
	for i, s := range c.surveys {
		if s.Slug == survey.Slug {
			c.surveys[i] = survey
			return
		}
	}
	c.surveys = append(c.surveys, survey)
}

// waveByNumber returns a wave by number, nil when there is none.
func (s *Survey) waveByNumber(number uint32) *Wave {
	if number == 0 || int(number) > len(s.Waves) {
		return nil
	}
	return s.Waves[number-1]
}

// Refusal is why a response is not accepted, as a code of the message catalogue.
type Refusal string

// The refusals.
const (
	NoRefusal         Refusal = ""
	UnknownVersion    Refusal = "unknown_version"
	UnknownAgency     Refusal = "unknown_agency"
	AgencyClosed      Refusal = "agency_closed"
	UnknownWave       Refusal = "unknown_wave"
	SurveyNotOpen     Refusal = "survey_not_open"
	SurveyClosed      Refusal = "survey_closed"
	ChannelNotAllowed Refusal = "channel_not_allowed"
)

// Admit says whether a response may be accepted now: its version is known, its
// agencies exist on its day, its wave is open to its channel. It is decided in
// log order, so a response that races with the closing of its wave has one
// outcome. Answers are not looked at.
func (c *Catalog) Admit(r *response.Response) Refusal {
	version := c.Version(r.Version)
	if version == nil {
		return UnknownVersion
	}
	survey := c.Survey(version.Questionnaire.Survey)
	wave := survey.waveByNumber(r.Wave)
	switch {
	case wave == nil:
		return UnknownWave
	case !wave.Open:
		return SurveyClosed
	case len(wave.Channels) > 0 && !slices.Contains(wave.Channels, r.Channel):
		return ChannelNotAllowed
	}
	if refusal := c.admitAgency(r.Agency, r.Day); refusal != NoRefusal || r.Resolver == 0 {
		return refusal
	}
	return c.admitAgency(r.Resolver, r.Day)
}

func (c *Catalog) admitAgency(number uint32, day response.Day) Refusal {
	a := c.Agencies.ByNumber(number)
	if a == nil {
		return UnknownAgency
	}
	// Most agencies have open ends; formatting the day for them would cost a
	// tenth of a submission.
	if (a.ValidFrom != "" || a.ValidTo != "") && !a.ValidOn(day.String()) {
		return AgencyClosed
	}
	return NoRefusal
}
