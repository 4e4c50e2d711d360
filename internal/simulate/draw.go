package simulate

import (
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// person is a respondent as the model sees one.
type person struct {
	trait         int32 // how kindly they see things
	speeder       bool
	straightLiner bool
}

// drawer makes one response after the other in the same memory.
type drawer struct {
	s      *Simulation
	random dice
	r      response.Response
	rated  *response.Repeat // what is being answered; nil: the response itself
	unit   *unit            // the agency that receives the response
	period int
	person person
	key    []byte
	lookup questionnaire.Lookup

	shownItem *questionnaire.Item // the item that shown is about
	shown     bool
	page      int            // the page that noise is about
	noise     int32          // what a straight-liner draws once per page
	ranks     []uint8        // of the ranking that is being answered: its options in order
	rankState response.State // of the ranks that have none
	rating    []*choice      // the agencies that were chosen for pages that repeat
}

// Constants of the model: on the latent scale in fixed point, shares in 65536ths.
const (
	traitSpread   = unitOne * 9 / 10
	hasteDivides  = 4 // the true opinion of one in haste
	writers       = 1 << 16 * CommentPercent / 100
	speeders      = 1 << 16 * SpeederPercent / 100
	straightLines = 1 << 16 * StraightLinerPercent / 100
	otherTongues  = 1 << 16 * 3 / 100
)

func newDrawer(s *Simulation) *drawer {
	d := &drawer{s: s}
	d.r.Answers = make([]response.Answer, len(s.variables))
	d.r.Version = s.config.Version
	d.lookup = d.value
	return d
}

// answers are those that are being given: of the response, or of one repetition.
func (d *drawer) answers() []response.Answer {
	if d.rated != nil {
		return d.rated.Answers
	}
	return d.r.Answers
}

// value is what conditions read: answers, of the same repetition where there is
// one, and the context.
func (d *drawer) value(id string) logic.Value {
	q := d.s.config.Questionnaire
	if v := q.Variable(id); v != nil {
		answers := d.r.Answers
		if d.rated != nil && q.Repeated(v) {
			answers = d.rated.Answers
		}
		return answers[v.Index].Value(v)
	}
	switch id {
	case "channel":
		return logic.Value{Kind: logic.Code, Code: d.r.Channel.String()}
	case "lang":
		return logic.Value{Kind: logic.Code, Code: q.Languages[d.r.Lang]}
	case "agency":
		return logic.Value{Kind: logic.Text, Text: d.unit.agency.ID}
	case "agency_level":
		return logic.Value{Kind: logic.Text, Text: d.unit.agency.Level}
	case "today":
		return logic.Value{Kind: logic.Date, Number: float64(d.r.Day)}
	}
	return logic.Value{}
}

// draw makes the j-th response of a period.
func (d *drawer) draw(p, j int) {
	s, period := d.s, &d.s.periods[p]
	index := period.first + j
	d.random.seed(s.config.Seed, uint64(index)) //nolint:gosec // indices are not negative
	d.key = s.key(d.key, index)
	d.period = p
	u := &s.units[pick(period.units, d.random.take(32))]
	d.unit = u
	channel := response.Channels[pick(u.channels, d.random.take(32))]

	d.r.ID = response.NewID(s.config.Questionnaire.Survey, string(d.key))
	d.r.Agency = u.number
	d.r.Wave = period.wave.Number
	d.r.Day = period.day(j)
	d.r.Channel = channel
	d.r.Lang = d.language()
	d.person = person{
		trait:         times(traitSpread, s.chance.normal[d.random.take(tableBits)]) + fixed(channelHabits[channel].effect),
		speeder:       d.random.chance(speeders),
		straightLiner: d.random.chance(straightLines),
	}
	asked := d.answer(u.quality[p*len(u.quality)/len(s.periods):])
	d.r.Seconds = d.seconds(asked)
	d.mark()
	d.r.Fingerprint = mix(s.config.Seed^mix(uint64(index))) | 1 //nolint:gosec // indices are not negative
}

func (d *drawer) language() uint8 {
	if d.s.languages > 1 && d.random.chance(otherTongues) {
		return uint8(1 + d.random.below(d.s.languages-1)) //nolint:gosec // a questionnaire has few languages
	}
	return 0
}

// answer fills in all answers and returns how many variables were asked.
func (d *drawer) answer(quality []int32) (asked int) {
	clear(d.r.Answers) // conditions see only what stands before them
	d.r.Repeats = d.r.Repeats[:0]
	d.rated, d.shownItem, d.page = nil, nil, -1
	repeated := false
	for _, p := range d.s.pages {
		switch {
		case !p.repeats:
			asked += d.answerPage(p, quality)
		case !repeated: // all pages that repeat, agency by agency
			repeated = true
			asked += d.repeat()
		}
	}
	return asked
}

// maxTries is how often a page is filled in anew when its answers break one of
// its rules, before what the rules are about is left out.
const maxTries = 30

// answerPage fills in the variables of a page.
func (d *drawer) answerPage(p pageVariables, quality []int32) (asked int) {
	answers := d.answers()
	for range maxTries {
		asked = 0
		clear(answers[p.first:p.end])
		d.shownItem = nil
		for i := p.first; i < p.end; i++ {
			v := &d.s.variables[i]
			if !v.always && !d.isShown(v.def.Item) {
				continue
			}
			asked++
			answers[i] = d.answerTo(v, quality[v.factor])
		}
		if d.broken(p) == nil {
			return asked
		}
	}
	for check := d.broken(p); check != nil; check = d.broken(p) {
		v := &d.s.variables[d.s.config.Questionnaire.Variable(check.Item).Index]
		a := &answers[v.def.Index]
		if a.State != response.Answered {
			break
		}
		*a = response.Answer{State: response.Skipped}
	}
	return asked
}

// broken returns a rule of the page that its answers break.
func (d *drawer) broken(p pageVariables) *questionnaire.Check {
	for i := range p.def.Checks {
		if check := &p.def.Checks[i]; check.Broken(d.lookup) {
			return check
		}
	}
	return nil
}

// isShown evaluates the condition that an item has, once for all rows of a matrix.
func (d *drawer) isShown(item *questionnaire.Item) bool {
	if d.shownItem != item {
		d.shownItem, d.shown = item, item.Shown(d.lookup)
	}
	return d.shown
}

func (d *drawer) answerTo(v *variable, quality int32) response.Answer {
	if v.follows != nil {
		return v.follows(d, v)
	}
	if state := d.leave(v); state != response.Answered {
		return response.Answer{State: state}
	}
	answered := response.Answer{State: response.Answered}
	switch v.kind {
	case questionnaire.OneOf:
		answered.Option = d.option(v, quality)
	case questionnaire.SetOf:
		answered.Set = d.set(v)
	case questionnaire.Amount:
		answered.Amount = d.amount(v)
	case questionnaire.Days, questionnaire.Months:
		answered.Amount = d.when(v)
	case questionnaire.Words:
		answered.Words = d.text(v, quality)
	}
	if answered.Set == 0 && answered.Words == "" &&
		(v.kind == questionnaire.SetOf || v.kind == questionnaire.Words) {
		return response.Answer{State: response.Skipped}
	}
	return answered
}

// leave draws whether a variable is answered, and how it is not.
func (d *drawer) leave(v *variable) response.State {
	leave := d.random.take(16)
	if leave < v.skip && !v.def.Item.Must(d.lookup) {
		return response.Skipped
	}
	leave = d.random.take(16)
	for _, m := range v.instead {
		if leave < m.limit {
			return m.state
		}
	}
	return response.Answered
}

// seconds is the time taken, rounded to 5 s. Paper does not tell.
func (d *drawer) seconds(asked int) uint16 {
	if d.r.Channel == response.Paper {
		return 0
	}
	tenths := 12 + d.random.below(140) + d.random.below(60)
	if d.person.speeder {
		tenths = 5 + d.random.below(6)
	} else {
		tenths = max(tenths, 25)
	}
	return uint16(max(5, min((asked*tenths/10+2)/5*5, 65_530)))
}
