package collect

import (
	"context"
	"sync"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// Log makes responses durable and knows what may be collected.
type Log interface {
	// Catalog returns what is published, open and known now.
	Catalog() *catalog.Catalog
	// SubmitWith returns the outcome once it is durable, with what becomes durable
	// together with the response. An error of kind Overloaded means that nothing was
	// stored; any other, that the outcome is unknown and the same response may be
	// submitted again.
	SubmitWith(ctx context.Context, r *response.Response, with catalog.With) (catalog.Outcome, error)
	// Find returns Duplicate or Reused for an id that is stored, by the
	// fingerprint it is stored with, and the zero outcome for one that is not.
	Find(id response.ID, fingerprint uint64) (catalog.Outcome, error)
	// Secret returns what this data folder signs with.
	Secret() [32]byte
	// Invitation returns what is known of an invitation, false for an unknown one.
	Invitation(d invite.Digest) (invite.Entry, bool)
	// SaveDraft makes a sealed draft durable, instead of the one before; the first
	// one is counted as begun at a place.
	SaveDraft(ctx context.Context, id draft.ID, expires response.Day, sealed []byte, place *draft.Place) error
	// Draft returns a sealed draft, nil when there is none.
	Draft(id draft.ID) ([]byte, error)
	// DropDraft deletes a draft, which need not be there.
	DropDraft(ctx context.Context, id draft.ID) error
}

// Collector takes submissions. Its methods may be called from any goroutine.
type Collector struct {
	log  Log
	now  func() time.Time
	pool sync.Pool

	guesses guesses
	pace    pace
}

// New returns a collector that stores into log; now tells the day.
func New(log Log, now func() time.Time) *Collector {
	return &Collector{log: log, now: now, pool: sync.Pool{New: func() any { return new(work) }}}
}

// work is the memory of one submission.
type work struct {
	checker  Checker
	response response.Response
	repeats  []response.Repeat
}

// Receipt is the proof of a stored response.
type Receipt struct {
	ID      response.ID
	Seq     uint64
	New     bool // false when the same submission was already stored
	Code    string
	Dropped []string // ids of the variables for which something was sent that is not asked, and so not stored
	End     string   // id of what is said now (questionnaire.End); empty: the questionnaire's thanks
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
// Errors are of kind NotFound (survey), Forbidden (not yet open, or only by
// invitation), Gone (closed, or full: see [FullWords]), Invalid (with every
// problem), Malformed (the key is none, or an item was sent twice), Conflict (the
// key was used for something else), Overloaded (nothing stored), or Internal
// (outcome unknown: submit again).
func (c *Collector) Submit(ctx context.Context, in *Input) (Receipt, error) {
	if !ValidKey(in.Key) {
		return Receipt{}, errs.New(errs.Malformed, "bad_key")
	}
	if in.traceable() {
		return Receipt{}, errs.New(errs.Malformed, "key_is_code")
	}
	w, _ := c.pool.Get().(*work)
	defer c.pool.Put(w)
	r := &w.response
	*r = response.Response{ID: response.NewID(in.Survey, in.Key)}
	t, refusal := c.open(in, r)
	r.Fingerprint = in.Fingerprint(t.questionnaire)
	if kind := errs.KindOf(refusal); refusal != nil && kind != errs.Gone && kind != errs.Forbidden {
		return Receipt{}, refusal
	}
	t.check(w, in)
	if in.Draft {
		if token, ok := draft.ParseToken(in.Key); ok {
			t.with.Draft = token.ID()
		}
	}
	var outcome catalog.Outcome
	var err error
	switch {
	case refusal != nil:
		outcome, err = c.log.Find(r.ID, r.Fingerprint)
		if err == nil && outcome.Status == 0 {
			err = refusal
		}
	case len(t.problems) > 0:
		// What was stored may be wrong by now: an agency may have closed since.
		if outcome, err = c.log.Find(r.ID, r.Fingerprint); err == nil && outcome.Status != catalog.Duplicate {
			err = t.bad(w)
		}
	default:
		c.flag(in, r, &t)
		outcome, err = c.log.SubmitWith(ctx, r, t.with)
	}
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := receiptOf(r.ID, outcome)
	if err == nil {
		t.tell(w, &receipt)
	}
	return receipt, err
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
		return Receipt{}, refused(outcome)
	}
	return Receipt{}, errs.New(errs.Internal, "internal")
}

// refused is the error of a response that the log refused: what it names
// changed after it was looked up, or there are enough of its kind.
func refused(outcome catalog.Outcome) error {
	switch why := outcome.Refusal; why {
	case catalog.SurveyClosed, catalog.SurveyFull:
		return errs.New(errs.Gone, string(why))
	case catalog.QuotaFull:
		return errs.New(errs.Gone, string(why)).With("quota", outcome.Quota)
	case catalog.SurveyNotOpen, catalog.InvitationRequired:
		return errs.New(errs.Forbidden, string(why))
	case catalog.UnknownVersion:
		return errs.Bad(errs.Problem{Item: "version", Code: string(why)})
	case catalog.UnknownWave:
		return errs.Bad(errs.Problem{Item: "wave", Code: string(why)})
	case catalog.ChannelNotAllowed:
		return errs.Bad(errs.Problem{Item: "channel", Code: string(why)})
	case catalog.InvitationUnknown, catalog.InvitationUsed, catalog.InvitationExpired, catalog.InvitationRevoked:
		return invitationProblem(string(why))
	case catalog.UnknownAgency, catalog.AgencyClosed, catalog.NoRefusal:
	}
	return errs.Bad(errs.Problem{Item: "agency", Code: string(outcome.Refusal)})
}
