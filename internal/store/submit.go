package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// overloaded is returned when the queue is longer than what can be written in
// half a second. Nothing was stored.
func overloaded() error {
	return errs.New(errs.Overloaded, "overloaded").With("seconds", retrySeconds)
}

// Submit makes a response durable and counts it. The response, which it only
// reads, may be used again when Submit returns. The outcome holds when the error
// is nil; any error but errs.Overloaded and ErrClosed means that the outcome is
// unknown, and the same response may be submitted again.
//
// A ctx that ends does not recall the response: Submit waits for its outcome,
// which is at most one commit away. Personal answers become durable with it and
// are kept until [Store.Purge] takes them; the fingerprint stays, so it must not
// be computed from them.
func (s *Store) Submit(ctx context.Context, r *response.Response) (catalog.Outcome, error) {
	return s.SubmitWith(ctx, r, catalog.With{})
}

// SubmitWith is Submit with what becomes durable in the same transaction: the
// draft that the response was is deleted, unless the response is refused; the
// invitation it came with is used up. An invitation that can't be used, because it
// is unknown, or to something else than the response, or not open any more, makes
// the outcome Refused. While invitations can't be looked at all (ErrInvitations),
// the error is one of errs.Overloaded. A response that is stored already is a
// Duplicate, whatever became of its invitation since.
func (s *Store) SubmitWith(ctx context.Context, r *response.Response, with catalog.With) (catalog.Outcome, error) {
	if with.Invitation != (invite.Digest{}) && r.Channel != response.Invitation {
		return catalog.Outcome{}, fmt.Errorf("a response by %s with an invitation", r.Channel)
	}
	l := s.definitions(r.Version)
	if l == nil {
		return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.UnknownVersion}, nil
	}
	if err := l.Fits(r); err != nil {
		return catalog.Outcome{}, err
	}
	return s.writer.submit(ctx, request{response: r, layout: l, with: with})
}

// SubmitMany makes responses durable in their order, as few syncs as possible,
// and returns one outcome each. It is for imports: it waits where Submit would
// refuse because of load, and an error leaves the outcome of all unknown, so the
// whole call may be repeated.
func (s *Store) SubmitMany(ctx context.Context, responses []*response.Response) ([]catalog.Outcome, error) {
	w := &s.writer
	queued := make([]*submission, 0, len(responses))
	outcomes := make([]catalog.Outcome, len(responses))
	var failed error
	for i, r := range responses {
		l := s.definitions(r.Version)
		if l == nil {
			failed = fmt.Errorf("response %d of the batch is to a questionnaire that is not published", i+1)
			break
		}
		if err := l.Fits(r); err != nil {
			failed = fmt.Errorf("response %d of the batch: %w", i+1, err)
			break
		}
		sub := &submission{
			request: request{response: r}, record: response.AppendRecord(nil, r, l), apart: apart(r, l), done: make(chan struct{}, 1),
		}
		if failed = w.enqueueSoon(ctx, sub); failed != nil {
			break
		}
		queued = append(queued, sub)
	}
	for i, sub := range queued {
		<-sub.done
		outcomes[i] = sub.outcome
		failed = errors.Join(failed, sub.err)
	}
	return outcomes, failed
}

// do runs a task in the writer and waits for it, also when there is much to do.
func (w *writer) do(ctx context.Context, task func() error) error {
	sub := &submission{request: request{task: task}, done: make(chan struct{}, 1)}
	if err := w.enqueueSoon(ctx, sub); err != nil {
		return err
	}
	<-sub.done
	return sub.err
}

// enqueueSoon queues, waiting for room.
func (w *writer) enqueueSoon(ctx context.Context, sub *submission) error {
	for {
		if err := errors.Join(ctx.Err(), w.failure()); err != nil {
			return err
		}
		if w.queue == nil {
			return fmt.Errorf("%w for writing", ErrClosed)
		}
		err := w.enqueue(sub)
		if errs.KindOf(err) != errs.Overloaded {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// Change makes a control event durable and applies it. An event that contradicts
// the catalog is an error and is not stored. Events about invitations are made by
// Invite and Revoke.
func (s *Store) Change(ctx context.Context, c response.Control) (catalog.Outcome, error) {
	if c.Kind == response.KindInvitationsIssued || c.Kind == response.KindInvitationsRevoked {
		return catalog.Outcome{}, errors.New("an event about invitations that names no codes")
	}
	if len(c.Payload) > response.MaxControl {
		return catalog.Outcome{}, fmt.Errorf("an event of %d bytes; at most %d can be stored", len(c.Payload), response.MaxControl)
	}
	return s.writer.submit(ctx, request{control: &c})
}

// submit queues a request and waits for its outcome.
func (w *writer) submit(ctx context.Context, r request) (catalog.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return catalog.Outcome{}, err
	}
	if w.queue == nil {
		return catalog.Outcome{}, fmt.Errorf("%w for writing", ErrClosed)
	}
	if err := w.failure(); err != nil {
		return catalog.Outcome{}, err
	}
	if w.wait() > maxWait {
		return catalog.Outcome{}, overloaded()
	}
	sub, _ := w.pool.Get().(*submission)
	sub.request, sub.err, sub.outcome, sub.apart, sub.record = r, nil, catalog.Outcome{}, nil, sub.record[:0]
	switch {
	case r.control != nil:
		sub.record = response.AppendControl(sub.record, *r.control)
	case r.response != nil:
		sub.record, sub.apart = response.AppendRecord(sub.record, r.response, r.layout), apart(r.response, r.layout)
	}
	if err := w.enqueue(sub); err != nil {
		return catalog.Outcome{}, err
	}
	<-sub.done
	outcome, err := sub.outcome, sub.err
	sub.request, sub.apart = request{}, nil
	if cap(sub.record) <= 64<<10 {
		w.pool.Put(sub)
	}
	return outcome, err
}

// wait estimates how long a submission that comes now has to wait: one commit
// for every batch that is queued before it. With nothing queued it is nothing,
// so that one slow commit does not refuse those that come when all is well.
func (w *writer) wait() time.Duration {
	return time.Duration(w.took.Load() * int64((len(w.queue)+maxPerFrame-1)/maxPerFrame))
}

func (w *writer) enqueue(sub *submission) error {
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.closing {
		return ErrClosed
	}
	select {
	case w.queue <- sub:
		return nil
	default:
		return overloaded()
	}
}
