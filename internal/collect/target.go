package collect

import (
	"slices"
	"unicode/utf8"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// target is what a submission is about.
type target struct {
	questionnaire *questionnaire.Questionnaire // nil when it is not known, so that nothing can be checked
	wave          *catalog.Wave                // nil when it is not known
	world         World
	problems      []errs.Problem
	refusal       error // why it can't be answered, or not like this; nil when it can
	with          catalog.With
	invited       *Invited // nil: no invitation that was issued
}

// check checks the answers and fills the response with them.
func (t *target) check(w *work, in *Input) {
	q, r := t.questionnaire, &w.response
	if q == nil {
		return
	}
	if q.Consent != nil && !in.Consent {
		t.problems = append(t.problems, errs.Problem{Item: "consent", Code: "consent_required"})
	}
	w.checker.Check(q, &t.world, in, len(q.Pages))
	t.problems = append(t.problems, w.checker.Problems()...)
	w.repeats = w.checker.AppendRepeats(w.repeats[:0])
	r.Answers, r.Repeats, r.Dropped = w.checker.Answers(), w.repeats, w.checker.Dropped()
}

// bad is the error of a submission with problems.
func (t *target) bad(w *work) error {
	e := errs.Bad(t.problems...)
	if t.questionnaire != nil && w.checker.twice {
		e.Kind = errs.Malformed
	}
	return e
}

// tell completes the receipt of a submission that was checked.
func (t *target) tell(w *work, receipt *Receipt) {
	if t.questionnaire == nil {
		return
	}
	for _, i := range w.checker.Dropped() {
		receipt.Dropped = append(receipt.Dropped, t.questionnaire.Variables()[i].ID)
	}
	if end := t.questionnaire.End(w.checker.Lookup()); end != nil {
		receipt.End = end.ID
	}
}

// open finds everything a submission names and fills the response's head.
// Problems of single parameters are collected; a survey that can't be answered
// at all, or not like this, is an error. The target holds what was found by then.
func (c *Collector) open(in *Input, r *response.Response) (target, error) {
	cat := c.log.Catalog()
	survey := cat.Survey(in.Survey)
	if survey == nil {
		return target{}, errs.New(errs.NotFound, "unknown_survey")
	}
	var t target
	problem := func(item, code string) { t.problems = append(t.problems, errs.Problem{Item: item, Code: code}) }

	version := survey.Current()
	if in.Version != "" {
		version = survey.Version(in.Version)
	}
	if version == nil {
		problem("version", "unknown_version")
	} else {
		t.questionnaire = version.Questionnaire
		r.Version = version.Number
	}

	r.Day = response.DayOf(c.now())
	if in.Invitation != "" {
		c.invite(in, r, &t)
	}
	c.openWave(in, survey, r, &t)
	if in.Invitation == "" || t.invited != nil || in.Agency != "" {
		c.openAgencies(cat, in, r, &t) // else the invitation would have told
	}
	if in.Lang != "" && t.questionnaire != nil {
		lang := slices.Index(t.questionnaire.Languages, in.Lang)
		if lang < 0 {
			problem("lang", "unknown_language")
		}
		r.Lang = uint8(max(lang, 0)) //nolint:gosec // at most 20 languages
	}
	if t.invited != nil {
		r.Service = t.invited.Service
	} else if r.Service = clean(in.Service); !utf8.ValidString(in.Service) {
		problem("service", "invalid_text")
	} else if utf8.RuneCountInString(r.Service) > maxService {
		t.problems = append(t.problems, errs.Problem{Item: "service", Code: "service_too_long", Args: map[string]any{"max": maxService}})
	}
	r.Seconds = uint16((min(max(in.Seconds, 0), 65_533) + 2) / 5 * 5)
	t.world.Agencies, t.world.Day, t.world.Channel, t.world.Lang = cat.Agencies, r.Day, r.Channel, in.Lang
	t.world.Agency, t.world.Service = cat.Agencies.ByNumber(r.Agency), r.Service
	if r.Counter = in.Counter; r.Counter != "" && !response.ValidCounter(r.Counter) {
		r.Counter = ""
		t.problems = append(t.problems, errs.Problem{Item: "counter", Code: "invalid_counter"})
	}
	c.vouch(in, r, &t)
	return t, t.refusal
}

// openWave finds the wave and the channel.
func (c *Collector) openWave(in *Input, survey *catalog.Survey, r *response.Response, t *target) {
	id := in.Wave
	if t.invited != nil {
		id = t.invited.Entry.Wave
	}
	wave, code, refusal := FindWave(survey, id)
	if refusal != nil {
		t.refusal = refusal
	}
	if code != "" {
		t.problems = append(t.problems, errs.Problem{Item: "wave", Code: code})
	}
	if wave != nil {
		r.Wave, t.wave = wave.Number, wave
	}
	name := in.Channel
	if in.Invitation != "" {
		name = response.Invitation.String()
	}
	channel, code := FindChannel(name, wave)
	r.Channel = channel
	switch {
	case code != "":
		t.problems = append(t.problems, errs.Problem{Item: "channel", Code: code})
	case wave != nil && wave.Invites(channel), channel == response.Invitation && in.Invitation == "" && wave != nil && wave.Invitation:
		t.refusal = errs.New(errs.Forbidden, string(catalog.InvitationRequired))
	case channel == response.Invitation && in.Invitation == "" && !in.Trusted:
		t.problems = append(t.problems, errs.Problem{Item: "invitation", Code: "invitation_missing"})
	}
}

// maxService is the longest service code, in characters.
const maxService = 80

func (c *Collector) openAgencies(cat *catalog.Catalog, in *Input, r *response.Response, t *target) {
	find := func(item, ref string) uint32 {
		day := r.Day.String()
		a := cat.Agencies.Find(ref, day)
		switch {
		case a == nil:
			t.problems = append(t.problems, errs.Problem{Item: item, Code: "unknown_agency"})
			return 0
		case !a.ValidOn(day):
			t.problems = append(t.problems, errs.Problem{
				Item: item, Code: "agency_closed",
				Args: map[string]any{"name": a.Name.In(in.Lang), "day": day},
			})
		}
		return a.Number
	}
	switch {
	case t.invited != nil:
		if a := t.invited.Agency; a != nil && !a.ValidOn(r.Day.String()) {
			t.problems = append(t.problems, errs.Problem{
				Item: "agency", Code: "agency_closed", Args: map[string]any{"name": a.Name.In(in.Lang), "day": r.Day.String()},
			})
		}
		return
	case in.Agency == "":
		t.problems = append(t.problems, errs.Problem{Item: "agency", Code: "agency_required"})
	default:
		r.Agency = find("agency", in.Agency)
	}
	if in.Resolver != "" {
		r.Resolver = find("resolver", in.Resolver)
	}
}

// FindChannel returns the channel with a name, link for an empty one. The code is
// a problem of the parameter: there is no such channel, or the wave (which may be
// nil) does not take it.
func FindChannel(name string, wave *catalog.Wave) (response.Channel, string) {
	channel, ok := response.Link, true
	if name != "" {
		channel, ok = response.ParseChannel(name)
	}
	switch {
	case !ok:
		return 0, "unknown_channel"
	case wave != nil && len(wave.Channels) > 0 && !slices.Contains(wave.Channels, channel):
		return 0, string(catalog.ChannelNotAllowed)
	}
	return channel, ""
}

// FindWave returns the wave that a response belongs to: the open one with the
// id, or the only open one for an empty id. The code is a problem of the
// parameter. A survey without an open wave is an error: Forbidden before the
// first opens, Gone after the last has closed.
func FindWave(survey *catalog.Survey, id string) (*catalog.Wave, string, error) {
	open := survey.OpenWaves()
	if len(open) == 0 {
		if len(survey.Waves) == 0 {
			return nil, "", errs.New(errs.Forbidden, "survey_not_open")
		}
		return nil, "", errs.New(errs.Gone, "survey_closed")
	}
	if id == "" {
		if len(open) > 1 {
			return nil, "wave_required", nil
		}
		return open[0], "", nil
	}
	wave := survey.Wave(id)
	switch {
	case wave == nil:
		return nil, "unknown_wave", nil
	case !wave.Open:
		return nil, "", errs.New(errs.Gone, "survey_closed")
	}
	return wave, "", nil
}
