package simulate

import (
	"math"
	"math/bits"

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
	person person
	key    []byte
	lookup func(id string) logic.Value

	shownItem *questionnaire.Item // the item that shown is about
	shown     bool
	page      int   // the page that noise is about
	noise     int32 // what a straight-liner draws once per page
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
	d.lookup = func(id string) logic.Value {
		v := s.config.Questionnaire.Variable(id)
		if v == nil {
			return logic.Value{}
		}
		a := &d.r.Answers[v.Index]
		if a.State != response.Answered {
			return logic.Value{}
		}
		return v.Value(int(a.Option), a.Set, float64(a.Amount)/math.Pow10(v.Item.Decimals), a.Words)
	}
	return d
}

// draw makes the j-th response of a period.
func (d *drawer) draw(p, j int) {
	s, period := d.s, &d.s.periods[p]
	index := period.first + j
	d.random.seed(s.config.Seed, uint64(index)) //nolint:gosec // indices are not negative
	d.key = s.key(d.key, index)
	u := &s.units[pick(period.units, d.random.take(32))]
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
	quality := u.quality[p*len(u.quality)/len(s.periods):]
	asked := d.answer(quality)
	d.r.Seconds = d.seconds(asked)
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
	d.shownItem, d.page = nil, -1
	for i := range d.s.variables {
		v := &d.s.variables[i]
		if !d.isShown(v.def.Item) {
			continue
		}
		asked++
		d.r.Answers[i] = d.answerTo(v, quality[v.factor])
	}
	return asked
}

// isShown evaluates the condition of an item, once for all rows of a matrix.
func (d *drawer) isShown(item *questionnaire.Item) bool {
	if item.ShowIf == "" {
		return true
	}
	if d.shownItem != item {
		d.shownItem, d.shown = item, item.Shown(d.lookup)
	}
	return d.shown
}

func (d *drawer) answerTo(v *variable, quality int32) response.Answer {
	leave := d.random.take(16)
	if leave < v.skip {
		return response.Answer{State: response.Skipped}
	}
	leave = d.random.take(16)
	for _, m := range v.instead {
		if leave < m.limit {
			return response.Answer{State: m.state}
		}
	}
	answered := response.Answer{State: response.Answered}
	switch v.def.Kind {
	case questionnaire.OneOf:
		answered.Option = d.option(v, quality)
	case questionnaire.SetOf:
		answered.Set = d.set(v)
	case questionnaire.Amount:
		answered.Amount = d.amount(v)
	case questionnaire.Words:
		answered.Words = d.words(v, quality)
	}
	if answered.Set == 0 && answered.Words == "" &&
		(v.def.Kind == questionnaire.SetOf || v.def.Kind == questionnaire.Words) {
		return response.Answer{State: response.Skipped}
	}
	return answered
}

// option draws one option: by popularity, or where options have values by an
// ordered logit.
func (d *drawer) option(v *variable, quality int32) uint8 {
	if v.levels == nil {
		return uint8(pick(v.options, d.random.take(32))) //nolint:gosec // an item has at most 255 options
	}
	latent := d.latent(v, quality)
	level := 0
	for level < len(v.cuts) && latent > v.cuts[level] {
		level++
	}
	return v.levels[level]
}

// latent is where the respondent stands on this variable.
func (d *drawer) latent(v *variable, quality int32) int32 {
	noise := d.s.chance.logistic[d.random.take(tableBits)]
	opinion := quality + d.person.trait - v.difficulty
	if d.person.straightLiner {
		if d.page != v.def.Page {
			d.page, d.noise = v.def.Page, quality+d.person.trait+noise
		}
		return d.noise
	}
	if d.person.speeder {
		return opinion/hasteDivides + 2*noise
	}
	return opinion + noise
}

// set draws any of the options, or one exclusive option alone. Zero: none.
func (d *drawer) set(v *variable) uint64 {
	options := v.def.Item.Options
	var set, exclusive uint64
	for i, limit := range v.shares {
		chosen := uint64(0)
		if d.random.chance(limit) {
			chosen = 1 << i
		}
		if options[i].Exclusive {
			exclusive |= chosen
		} else {
			set |= chosen
		}
	}
	if exclusive != 0 && (set == 0 || d.random.chance(1<<15)) {
		set = exclusive & -exclusive // exclusive options stand alone, even without each other
	}
	if set == 0 && v.def.Item.Required {
		set = 1 << d.random.below(len(options))
	}
	return set
}

// amount draws a number; small ones are far more common.
func (d *drawer) amount(v *variable) int64 {
	u := uint64(d.random.take(32))
	u = u * u >> 32
	u = u * u >> 32
	high, _ := bits.Mul64(u<<32, uint64(v.span)+1) //nolint:gosec // the width is not negative
	return v.low + int64(high)                     //nolint:gosec // below the width
}

// words draws a comment that suits the opinion, from the few who write one.
func (d *drawer) words(v *variable, quality int32) string {
	item := v.def.Item
	if !item.Required && (!d.random.chance(writers) || d.person.speeder) {
		return ""
	}
	mood := quality + d.person.trait + d.s.chance.logistic[d.random.take(tableBits)]
	lang := d.s.config.Questionnaire.Languages[d.r.Lang]
	return comment(mood, lang, item.MaxChars, d.random.take(16))
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
