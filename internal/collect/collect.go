package collect

import (
	"context"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Log makes responses durable and knows what may be collected.
type Log interface {
	// Catalog returns what is published, open and known now.
	Catalog() *catalog.Catalog
	// Submit returns the outcome once it is durable. An error of kind Overloaded
	// means that nothing was stored; any other, that the outcome is unknown and
	// the same response may be submitted again.
	Submit(ctx context.Context, r *response.Response) (catalog.Outcome, error)
	// Find returns Duplicate or Reused for an id that is stored, by the
	// fingerprint it is stored with, and the zero outcome for one that is not.
	Find(id response.ID, fingerprint uint64) (catalog.Outcome, error)
}

// Collector takes submissions. Its methods may be called from any goroutine.
type Collector struct {
	log  Log
	now  func() time.Time
	pool sync.Pool
}

// New returns a collector that stores into log; now tells the day.
func New(log Log, now func() time.Time) *Collector {
	return &Collector{log: log, now: now, pool: sync.Pool{New: func() any { return new(work) }}}
}

// work is the memory of one submission.
type work struct {
	checker  Checker
	response response.Response
}

// Receipt is the proof of a stored response.
type Receipt struct {
	ID   response.ID
	Seq  uint64
	New  bool // false when the same submission was already stored
	Code string
}

const maxKey = 200 // bytes

// ValidKey reports whether a key may name a submission: 1 to 200 visible ASCII
// characters.
func ValidKey(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}

// Submit checks a whole submission and returns its receipt once it is durable.
// Errors are of kind NotFound (survey), Forbidden (not yet open), Gone (closed),
// Invalid (with every problem), Malformed (the key is none, or an item was sent
// twice), Conflict (the key was used for something else),
// Overloaded (nothing stored), or Internal (outcome unknown: submit again).
func (c *Collector) Submit(ctx context.Context, in *Input) (Receipt, error) {
	if !ValidKey(in.Key) {
		return Receipt{}, errs.New(errs.Malformed, "bad_key")
	}
	w, _ := c.pool.Get().(*work)
	defer c.pool.Put(w)
	r := &w.response
	*r = response.Response{}
	r.ID, r.Fingerprint = response.NewID(in.Survey, in.Key), in.Fingerprint()
	t, err := c.open(in, r)
	if errs.KindOf(err) == errs.Gone {
		return c.afterClosing(r, err)
	}
	if err != nil {
		return Receipt{}, err
	}
	if t.questionnaire != nil {
		w.checker.Check(t.questionnaire, in.Answers, len(t.questionnaire.Pages))
		t.problems = append(t.problems, w.checker.Problems()...)
	}
	if len(t.problems) > 0 {
		e := errs.Bad(t.problems...)
		if t.questionnaire != nil && w.checker.twice {
			e.Kind = errs.Malformed
		}
		return Receipt{}, e
	}
	r.Answers = w.checker.Answers()
	outcome, err := c.log.Submit(ctx, r)
	if err != nil {
		return Receipt{}, err
	}
	return receiptOf(r.ID, outcome)
}

// afterClosing answers a submission to a survey that is closed: one that was
// stored before, and is only sent again, has its receipt.
func (c *Collector) afterClosing(r *response.Response, closed error) (Receipt, error) {
	outcome, err := c.log.Find(r.ID, r.Fingerprint)
	if err != nil {
		return Receipt{}, err
	}
	if outcome.Status == 0 {
		return Receipt{}, closed
	}
	return receiptOf(r.ID, outcome)
}

// receiptOf words an outcome.
func receiptOf(id response.ID, outcome catalog.Outcome) (Receipt, error) {
	receipt := Receipt{ID: id, Seq: outcome.Seq, Code: id.Receipt()}
	switch outcome.Status {
	case catalog.Accepted:
		receipt.New = true
		return receipt, nil
	case catalog.Duplicate:
		return receipt, nil
	case catalog.Reused:
		return receipt, errs.New(errs.Conflict, "key_reused")
	case catalog.Refused:
		return Receipt{}, refused(outcome.Refusal)
	}
	return Receipt{}, errs.New(errs.Internal, "internal")
}

// refused is the error of a response that the log refused: what it names
// changed after it was looked up.
func refused(why catalog.Refusal) error {
	switch why {
	case catalog.SurveyClosed:
		return errs.New(errs.Gone, string(why))
	case catalog.SurveyNotOpen:
		return errs.New(errs.Forbidden, string(why))
	case catalog.UnknownVersion:
		return errs.Bad(errs.Problem{Item: "version", Code: string(why)})
	case catalog.UnknownWave:
		return errs.Bad(errs.Problem{Item: "wave", Code: string(why)})
	case catalog.ChannelNotAllowed:
		return errs.Bad(errs.Problem{Item: "channel", Code: string(why)})
	case catalog.UnknownAgency, catalog.AgencyClosed, catalog.NoRefusal:
	}
	return errs.Bad(errs.Problem{Item: "agency", Code: string(why)})
}

// target is what a submission is about.
type target struct {
	questionnaire *questionnaire.Questionnaire // nil when it is not known, so that nothing can be checked
	problems      []errs.Problem
}

// open finds everything a submission names and fills the response's head.
// Problems of single parameters are collected; a survey that can't be answered
// at all is an error.
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

	wave, code, err := FindWave(survey, in.Wave)
	if err != nil {
		return target{}, err
	}
	if code != "" {
		problem("wave", code)
	} else {
		r.Wave = wave.Number
	}
	r.Day = response.DayOf(c.now())
	c.openAgencies(cat, in, r, &t)
	if r.Channel, code = FindChannel(in.Channel, wave); code != "" {
		problem("channel", code)
	}
	if in.Lang != "" && t.questionnaire != nil {
		lang := slices.Index(t.questionnaire.Languages, in.Lang)
		if lang < 0 {
			problem("lang", "unknown_language")
		}
		r.Lang = uint8(max(lang, 0)) //nolint:gosec // at most 20 languages
	}
	if r.Service = clean(in.Service); !utf8.ValidString(in.Service) {
		problem("service", "invalid_text")
	} else if utf8.RuneCountInString(r.Service) > maxService {
		t.problems = append(t.problems, errs.Problem{Item: "service", Code: "service_too_long", Args: map[string]any{"max": maxService}})
	}
	r.Seconds = uint16((min(max(in.Seconds, 0), 65_533) + 2) / 5 * 5)
	return t, nil
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
	if in.Agency == "" {
		t.problems = append(t.problems, errs.Problem{Item: "agency", Code: "agency_required"})
	} else {
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
