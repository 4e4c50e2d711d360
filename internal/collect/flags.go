package collect

import (
	"sync"
	"time"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/seal"
)

// Challenge returns what somebody who answers a survey under a key has to work on
// (seal.Challenge), when the survey asks for it.
func (c *Collector) Challenge(survey, key string) string {
	return seal.Challenge(c.log.Secret(), survey, key, c.now().Unix())
}

// Verified reports whether a pass shows that a link for a place was made here.
func (c *Collector) Verified(place seal.Place, pass string) bool {
	return pass != "" && seal.Passed(c.log.Secret(), place, pass, response.DayOf(c.now()))
}

// claimed reports whether a channel belongs to places and staff, so that only a
// pass shows that it is theirs.
func claimed(channel response.Channel) bool {
	switch channel {
	case response.Kiosk, response.Paper, response.Phone, response.Import:
		return true
	case response.Link, response.QR, response.Invitation:
	}
	return false
}

// open channels are those that anybody can come by.
func openChannel(channel response.Channel) bool {
	return channel == response.Link || channel == response.QR
}

// vouch looks at what shows where a response comes from: a pass of the place, or
// work done by who comes by an open link.
func (c *Collector) vouch(in *Input, r *response.Response, t *target) {
	if claimed(r.Channel) && !in.Trusted {
		place := seal.Place{Survey: in.Survey, Counter: r.Counter, Channel: r.Channel}
		if t.world.Agency != nil {
			place.Agency = t.world.Agency.ID
		}
		if !c.Verified(place, in.Pass) {
			r.Flags |= response.Unverified
			if t.wave != nil && t.wave.Passes {
				t.refusal = errs.New(errs.Forbidden, "pass_required")
			}
		}
	}
	if t.wave == nil || !t.wave.Effort || !openChannel(r.Channel) || in.Trusted {
		return
	}
	switch done := seal.Done(c.log.Secret(), in.Survey, in.Key, in.Challenge, in.Solution, c.now().Unix()); {
	case done != seal.None:
	case in.Challenge == "":
		t.refusal = errs.New(errs.Forbidden, "effort_required")
	case in.Solution != "":
		t.problems = append(t.problems, errs.Problem{Item: "effort", Code: "effort_failed"})
	default:
		t.problems = append(t.problems, errs.Problem{Item: "effort", Code: "effort_wait", Args: map[string]any{"seconds": seal.Wait}})
	}
}

// flag tells why a response that was checked looks unusual. What it looks at
// besides the response is not kept.
func (c *Collector) flag(in *Input, r *response.Response, t *target) {
	now := c.now()
	if w := t.wave; w != nil {
		if w.MinSeconds > 0 && r.Seconds > 0 && int(r.Seconds) < w.MinSeconds {
			r.Flags |= response.Fast
		}
		if (r.Channel == response.Kiosk || r.Channel == response.Paper) && !in.Trusted && !w.AtWork(now.In(response.Zone)) {
			r.Flags |= response.OutsideHours
		}
		if openChannel(r.Channel) && t.world.Agency != nil && in.Device.Count(c.log.Secret(), in.Survey, w.ID, t.world.Agency.ID) > 0 {
			r.Flags |= response.SameDevice
		}
	}
	if in.Trap != "" {
		r.Flags |= response.Honeypot
	}
	if straightLine(t.questionnaire, r) {
		r.Flags |= response.StraightLine
	}
	if !in.Trusted && c.pace.burst(placeKey{in.Survey, r.Wave, r.Agency, r.Channel, r.Counter}, now) {
		r.Flags |= response.Burst
	}
}

// straightLeast is how many items of one scale make a line.
const straightLeast = 6

// straightLine reports whether at least six items that share a scale were
// answered, and all alike (A. Meade and S. B. Craig, Psychological Methods 17
// (2012) 437–455, call it a long string). Rows of a matrix count as items.
// Short scales of honest people can look the same: it is a reason to look, no more.
func straightLine(q *questionnaire.Questionnaire, r *response.Response) bool {
	if q == nil {
		return false
	}
	type line struct {
		n      int
		option uint8
		broken bool
	}
	lines := map[string]line{}
	variables := q.Variables()
	for i := range r.Answers {
		a, v := &r.Answers[i], &variables[i]
		if a.State != response.Answered || a.Apart || v.Item.Scale == "" || v.Kind != questionnaire.OneOf {
			continue
		}
		l := lines[v.Item.Scale]
		if l.n > 0 && l.option != a.Option {
			l.broken = true
		}
		l.n, l.option = l.n+1, a.Option
		lines[v.Item.Scale] = l
	}
	for _, l := range lines {
		if l.n >= straightLeast && !l.broken {
			return true
		}
	}
	return false
}

// The pace of one place above which responses are flagged. A busy hall has one
// person a minute at a device; a link that was sent to many can have more.
const (
	paceWindow  = 2 * time.Minute
	paceKiosk   = 15
	paceOpen    = 30
	paceRepeat  = 3 * time.Second // two answers at one kiosk within: the button was pressed twice
	pacePlaces  = 20_000          // places that are remembered
	paceDefault = 60              // staff with a stack of forms, people who were invited
)

// placeKey is where responses come from, as far as responses say.
type placeKey struct {
	survey  string
	wave    uint32
	agency  uint32
	channel response.Channel
	counter string
}

// pace counts responses by place, in memory only: times are never stored. Its
// size is bounded.
type pace struct {
	mu     sync.Mutex
	places map[placeKey]*tempo
}

// tempo is the pace of one place: responses in this window and in the one before.
type tempo struct {
	window       int64
	last         time.Time
	now, earlier int
}

// burst counts a response, and reports whether there are more than are likely.
func (p *pace) burst(key placeKey, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	window := now.UnixNano() / int64(paceWindow)
	t := p.places[key]
	if t == nil {
		if len(p.places) >= pacePlaces {
			p.forget(window)
		}
		if p.places == nil {
			p.places = map[placeKey]*tempo{}
		}
		t = &tempo{window: window}
		p.places[key] = t
	}
	switch window - t.window {
	case 0:
	case 1:
		t.earlier, t.now = t.now, 0
	default:
		t.earlier, t.now = 0, 0
	}
	t.window = window
	since := now.Sub(t.last) // below zero after the clock was set back
	again := key.channel == response.Kiosk && !t.last.IsZero() && since >= 0 && since < paceRepeat
	t.last = now
	t.now++
	// A sliding window, estimated from two fixed ones.
	part := float64(now.UnixNano()%int64(paceWindow)) / float64(paceWindow)
	return again || float64(t.now)+(1-part)*float64(t.earlier) > float64(paceLimit(key.channel))
}

// forget drops the places that were quiet for long, or all when none was.
func (p *pace) forget(window int64) {
	for key, t := range p.places {
		if window-t.window > 1 {
			delete(p.places, key)
		}
	}
	if len(p.places) >= pacePlaces {
		clear(p.places)
	}
}

func paceLimit(channel response.Channel) int {
	switch channel {
	case response.Kiosk:
		return paceKiosk
	case response.Link, response.QR:
		return paceOpen
	case response.Invitation, response.Paper, response.Phone, response.Import:
	}
	return paceDefault
}
