package catalog

import (
	"encoding/json"
	"fmt"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/figure"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// New returns the catalog of an empty log.
func New() *Catalog { return &Catalog{Agencies: agency.Empty(), Figures: figure.Empty()} }

// Apply returns the catalog after one more control event. It depends on nothing
// but the catalog and the event. An event that changes nothing, such as the
// publication of the current version, returns the same catalog. An event that
// can't be applied returns an error and leaves the catalog as it was.
func (c *Catalog) Apply(ev response.Control) (*Catalog, error) {
	switch ev.Kind {
	case response.KindPublished:
		return c.publish(ev)
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
	case response.KindFigures:
		return c.loadFigures(ev.Payload)
	case response.KindInvitationsIssued, response.KindInvitationsRevoked:
		return c, nil // package store keeps what became of invitations
	default:
		return c, fmt.Errorf("event of unknown kind %d: made by a newer version of the program", ev.Kind)
	}
}

func (c *Catalog) publish(ev response.Control) (*Catalog, error) {
	canonical, expected, conditional := response.SplitPublished(ev.Payload)
	q, err := questionnaire.Decode(canonical)
	if err != nil {
		return c, fmt.Errorf("published questionnaire: %w", err)
	}
	if q.Slots() > tally.MaxSlots {
		return c, fmt.Errorf("published questionnaire %q needs %d counters, at most %d can be kept: split it", q.Survey, q.Slots(), tally.MaxSlots)
	}
	old := c.Survey(q.Survey)
	if old != nil && old.Current().Questionnaire.Version == q.Version {
		return c, nil
	}
	if conditional && expected != old.inField() {
		return c, fmt.Errorf("published questionnaire %q: %w", q.Survey, ErrOvertaken)
	}
	next := *c
	version := old.find(q.Version)
	if version == nil { // a version that comes back keeps its number
		version = &Version{
			Number: uint32(len(c.versions)) + 1, Questionnaire: q, Layout: response.NewLayout(q), //nolint:gosec // far fewer than 2^32
		}
		next.versions = append(slices.Clip(c.versions), version)
	}
	survey := &Survey{Slug: q.Survey}
	if old != nil {
		survey.Waves, survey.History, survey.Lineage = old.Waves, slices.Clip(old.History), old.Lineage
		survey.Versions = slices.DeleteFunc(slices.Clone(old.Versions), func(v *Version) bool { return v == version })
	}
	survey.Versions = append(survey.Versions, version)
	survey.History = append(survey.History, Publication{version, dayOf(ev.At)})
	survey.Lineage = survey.Lineage.Extend(version.Questionnaire)
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
	wave := &Wave{
		ID: w.Wave, Title: w.Title, Opens: w.Opens, Closes: w.Closes, Open: true,
		Invitation: w.Invitation, MinSeconds: w.MinSeconds, MaxResponses: w.MaxResponses, Effort: w.Effort, Passes: w.Passes,
	}
	if err := wave.design(w); err != nil {
		return c, fmt.Errorf("wave %q of %q: %w", w.Wave, w.Survey, err)
	}
	if err := wave.place(w); err != nil {
		return c, fmt.Errorf("wave %q of %q: %w", w.Wave, w.Survey, err)
	}
	for _, name := range w.Channels {
		channel, ok := response.ParseChannel(name)
		if !ok {
			return c, fmt.Errorf("wave %q of %q: unknown channel %q", w.Wave, w.Survey, name)
		}
		wave.Channels = append(wave.Channels, channel)
	}
	for _, q := range w.Quotas {
		if err := wave.addQuota(q); err != nil {
			return c, fmt.Errorf("wave %q of %q: %w", w.Wave, w.Survey, err)
		}
	}
	return c.withWave(survey, wave), nil
}

// design takes what an event says of the sample into the wave that it makes. What
// this program does not know would change what intervals are called, and is refused.
func (w *Wave) design(ev response.WaveOpened) error {
	if ev.Sample != "" && !slices.Contains(questionnaire.SampleTypes(), ev.Sample) {
		return fmt.Errorf("sample %q", ev.Sample)
	}
	if ev.Lonely != "" && !slices.Contains(questionnaire.LonelyPolicies(), ev.Lonely) {
		return fmt.Errorf("lonely %q", ev.Lonely)
	}
	w.Sample, w.Lonely = ev.Sample, ev.Lonely
	return nil
}

// place takes the hours and origins of an event into the wave that it makes.
// They were checked with the file, and are again: origins stand in headers.
func (w *Wave) place(ev response.WaveOpened) error {
	if ev.Hours != "" {
		from, to, ok := questionnaire.ParseHours(ev.Hours)
		if !ok || from >= to {
			return fmt.Errorf("hours %q", ev.Hours)
		}
		w.From, w.To = from, to
	}
	for _, origin := range ev.Embed {
		if !questionnaire.ValidOrigin(origin) {
			return fmt.Errorf("origin %q", origin)
		}
	}
	w.Embed = ev.Embed
	return nil
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
