package collect

import (
	"errors"
	"sync"
	"time"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// Invited is an invitation with what it lets somebody answer.
type Invited struct {
	Code   string // as invite.Parse returns it
	Digest invite.Digest
	invite.Entry
	Survey *catalog.Survey
	Wave   *catalog.Wave  // nil when it is not known any more
	Agency *agency.Agency // the receiving agency; nil when it is not known any more
}

// Invitation looks up a code as it was typed. The error is a problem of the item
// "invitation": invitation_mistyped for what no code can be, invitation_unknown for
// one that nobody issued, and invitation_used, invitation_revoked or
// invitation_expired, in which case what the code was for is returned as well. After
// too many wrong codes in all it is too_many_codes for a while (kind Overloaded):
// whoever guesses must not find out quickly, and addresses say nothing about who
// guesses.
func (c *Collector) Invitation(typed string) (Invited, error) {
	code, ok := invite.Parse(typed)
	if !ok {
		return Invited{}, invitationProblem("invitation_mistyped")
	}
	if wait := c.guesses.wait(c.now()); wait > 0 {
		return Invited{}, errs.New(errs.Overloaded, "too_many_codes").With("seconds", int(wait/time.Second)+1)
	}
	in := Invited{Code: code, Digest: invite.DigestOf(c.log.Secret(), code)}
	in.Entry, ok = c.log.Invitation(in.Digest)
	if ok {
		in.Survey = c.log.Catalog().Survey(in.Entry.Survey)
	}
	if in.Survey == nil {
		c.guesses.wrong(c.now())
		return Invited{}, invitationProblem(string(catalog.InvitationUnknown))
	}
	in.Wave = in.Survey.Wave(in.Entry.Wave)
	in.Agency = c.log.Catalog().Agencies.ByNumber(in.Entry.Agency)
	switch {
	case in.State == invite.Used:
		return in, invitationProblem(string(catalog.InvitationUsed))
	case in.State == invite.Revoked:
		return in, invitationProblem(string(catalog.InvitationRevoked))
	case response.DayOf(c.now()) > in.Expires:
		return in, invitationProblem(string(catalog.InvitationExpired))
	}
	return in, nil
}

func invitationProblem(code string) error {
	return errs.Bad(errs.Problem{Item: "invitation", Code: code})
}

// How many wrong codes are told, from everybody together: so many at once, and so
// many a second. With fifty random bits a code and a million of them out, one guess
// in a thousand million hits; ten a second hit one in three years. Fewer would let
// anybody keep all who were invited out, with a handful of wrong codes.
const (
	guessBurst = 100
	guessRate  = 10 // a second
)

// guesses counts wrong codes. Its zero value has seen none.
type guesses struct {
	mu   sync.Mutex
	used float64 // of guessBurst
	last time.Time
}

// wait returns for how long no code is looked up.
func (g *guesses) wait(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	if over := g.used - (guessBurst - 1); over > 0 {
		return time.Duration(over / guessRate * float64(time.Second))
	}
	return 0
}

func (g *guesses) wrong(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	g.used = min(g.used+1, guessBurst)
}

// forget lets the past go by; a clock that was set back stands still.
func (g *guesses) forget(now time.Time) {
	if gone := now.Sub(g.last); gone > 0 {
		g.used = max(0, g.used-gone.Seconds()*guessRate)
	}
	g.last = now
}

// invite makes a submission that of its invitation: the code decides agency,
// wave, service and channel, whatever else was sent.
func (c *Collector) invite(in *Input, r *response.Response, t *target) {
	invited, err := c.Invitation(in.Invitation)
	if err == nil && invited.Entry.Survey != in.Survey {
		err = invitationProblem(string(catalog.InvitationUnknown))
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		if e.Kind == errs.Overloaded {
			t.refusal = err
		}
		t.problems = append(t.problems, e.Problems...)
		if invited.Survey == nil || invited.Entry.Survey != in.Survey {
			return
		}
	}
	t.with.Invitation = invited.Digest
	t.invited = &invited
	r.Channel, r.Service = response.Invitation, invited.Service
	r.Agency, r.Resolver = invited.Entry.Agency, invited.Resolver
}

// traceable reports whether a submission is named after its invitation. The name
// of a response can be found out by trying keys, so whoever has the list of codes
// could tell whose answers it holds.
func (in *Input) traceable() bool {
	if in.Invitation == "" {
		return false
	}
	code, ok := invite.Parse(in.Invitation)
	key, same := invite.Parse(in.Key)
	return ok && same && key == code || in.Key == in.Invitation
}
