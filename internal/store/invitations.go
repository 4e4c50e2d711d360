package store

import (
	"context"
	"errors"
	"fmt"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// Invitation returns what is known of an invitation, false for an unknown one, and
// for all while InvitationsFailed says why. O(log groups).
func (s *Store) Invitation(d invite.Digest) (invite.Entry, bool) {
	_, e, known := s.codes.find(d)
	return e, known
}

// Invitations counts what became of them, by batch and agency, in order of issue.
// O(groups).
func (s *Store) Invitations() []invite.Count { return s.codes.counts() }

// InvitationsFailed returns why the folder's invitations can't be used, with a
// cure; it wraps ErrInvitations. Nil when they can.
func (s *Store) InvitationsFailed() error { return s.codes.broken() }

// usedCode is an invitation that an accepted response uses up.
type usedCode struct {
	number uint32
	wave   string // spentKey
}

// admit says whether an invitation lets a response in: nothing is changed yet. The
// answer is the same for one that nobody issued and one to something else, so that
// it helps nobody who guesses.
func (s *Store) admit(c *catalog.Catalog, r *response.Response, d invite.Digest) (*usedCode, catalog.Refusal, error) {
	if err := s.codes.broken(); err != nil {
		return nil, "", errs.New(errs.Overloaded, "invitations_unusable").With("seconds", retrySeconds).Because(err)
	}
	number, e, known := s.codes.find(d)
	survey := c.Version(r.Version).Questionnaire.Survey
	if !known || e.Survey != survey || e.Wave != c.WaveOf(r).ID || e.Agency != r.Agency || e.Resolver != r.Resolver || e.Service != r.Service {
		return nil, catalog.InvitationUnknown, nil
	}
	switch {
	case e.State == invite.Used:
		return nil, catalog.InvitationUsed, nil
	case e.State == invite.Revoked:
		return nil, catalog.InvitationRevoked, nil
	case r.Day > e.Expires:
		return nil, catalog.InvitationExpired, nil
	}
	return &usedCode{number: number, wave: spentKey(e.Survey, e.Wave)}, catalog.NoRefusal, nil
}

// Invite makes a batch of invitations durable and good: first the file of
// invitations, then the event that says so. A batch whose event did not come to be
// is written over by the next one. The batch's id, and all its codes, must be new.
// O(codes).
func (s *Store) Invite(ctx context.Context, b invite.Batch) error {
	s.issuing.Lock()
	defer s.issuing.Unlock()
	if s.readOnly {
		return fmt.Errorf("%w for writing", ErrClosed)
	}
	select {
	case <-s.writer.closed:
		return ErrClosed
	default:
	}
	if err := errors.Join(s.Failed(), s.codes.broken(), s.mayInvite(&b)); err != nil {
		return err
	}
	head, digests, err := arrange(&b)
	if err != nil {
		return err
	}
	if err := s.codes.allNew(head.Batch, digests); err != nil {
		return err
	}
	at, err := s.appendCodes(&head, digests)
	if err != nil {
		return err
	}
	ev, err := issuedEvent(&head, digests, s.now())
	if err != nil {
		return err
	}
	if _, err := s.writer.submit(ctx, request{control: &ev}); err != nil {
		return fmt.Errorf("issue invitations: %w", err)
	}
	stored := &storedBatch{head: head, digests: digests, states: make([]byte, len(digests)/digestSize), statesAt: at}
	if err := s.codes.add(stored); err != nil {
		s.writer.fail(err) // allNew looked
		return err
	}
	s.codes.end = at + int64(len(stored.states))
	return nil
}

// appendCodes writes a batch behind those that the log knows, and returns where
// its states are.
func (s *Store) appendCodes(head *batchHead, digests []byte) (statesAt int64, err error) {
	packed, states, err := appendBatch(nil, head, digests)
	if err != nil {
		return 0, err
	}
	if err := s.settler.prepare(); err != nil {
		return 0, err
	}
	end, table := s.codes.end, s.settler.table
	if end == 0 {
		packed, states = append([]byte(codesMagic), packed...), states+len(codesMagic)
	}
	err = table.Truncate(end)
	if err == nil {
		_, err = table.WriteAt(packed, end)
	}
	if err = errors.Join(err, table.Sync()); err != nil {
		return 0, fmt.Errorf("write invitations: %w", err)
	}
	return end + int64(states), nil
}

// mayInvite finds what the catalog has against a batch.
func (s *Store) mayInvite(b *invite.Batch) error {
	c := s.Catalog()
	survey := c.Survey(b.Survey)
	switch {
	case b.ID == "":
		return errors.New("a batch of invitations without an id")
	case survey == nil:
		return fmt.Errorf("invitations to %q: there is no such survey", b.Survey)
	case survey.Wave(b.Wave) == nil:
		return fmt.Errorf("invitations to wave %q of %q: there is no such wave", b.Wave, b.Survey)
	case b.Expires < b.Issued:
		return fmt.Errorf("invitations that expire on %s and are issued on %s", b.Expires, b.Issued)
	}
	for _, g := range b.Groups {
		if c.Agencies.ByNumber(g.Agency) == nil || g.Resolver != 0 && c.Agencies.ByNumber(g.Resolver) == nil {
			return fmt.Errorf("invitations to agency %d, resolved by %d: there is no such agency", g.Agency, g.Resolver)
		}
	}
	return nil
}

// Revoke makes open invitations worthless, and returns how many it were: those
// that are used, revoked or unknown are not among them. It may be called again
// after an error.
func (s *Store) Revoke(ctx context.Context, digests []invite.Digest) (n int, err error) {
	byBatch, order := map[string][]invite.Digest{}, []string{}
	for _, d := range digests {
		if _, e, known := s.codes.find(d); known && e.State == invite.Open {
			if byBatch[e.Batch] == nil {
				order = append(order, e.Batch)
			}
			byBatch[e.Batch] = append(byBatch[e.Batch], d)
		}
	}
	for _, id := range order {
		for list := byBatch[id]; len(list) > 0; {
			part := list[:min(len(list), settleMost)]
			list = list[len(part):]
			gone, err := s.revoke(ctx, id, part)
			if n += gone; err != nil {
				return n, err
			}
		}
	}
	return n, s.codes.broken()
}

// RevokeBatch makes all open invitations of a batch worthless, and returns how
// many it were.
func (s *Store) RevokeBatch(ctx context.Context, id string) (int, error) {
	if err := s.codes.broken(); err != nil {
		return 0, err
	}
	if _, _, known := s.codes.batch(id); !known {
		return 0, errs.New(errs.NotFound, "unknown_batch").With("id", id)
	}
	return s.revoke(ctx, id, nil)
}

// revoke revokes codes of a batch, or with none given all of them.
func (s *Store) revoke(ctx context.Context, id string, digests []invite.Digest) (n int, err error) {
	err = s.writer.do(ctx, func() (err error) { //nolint:contextcheck // what is queued is committed even when the caller is gone
		n, err = s.writer.revoke(id, digests)
		return err
	})
	return n, err
}

// revoke is what the writer does: the event and the entries about the codes in one
// transaction, then, as with those that were used, the states in place.
func (w *writer) revoke(id string, digests []invite.Digest) (int, error) {
	s := w.store
	b, number, known := s.codes.batch(id)
	if !known {
		return 0, s.codes.broken()
	}
	var open []uint32
	var entries []sealedCode
	if digests == nil {
		open = s.codes.open(b)
		entries = append(entries, s.settler.seal(batchEntry(number)))
	}
	for _, d := range digests {
		if code, e, known := s.codes.find(d); known && e.State == invite.Open && e.Batch == id {
			open = append(open, code)
			entries = append(entries, s.settler.seal(entry{kind: entryRevoked, digest: d}))
			s.codes.change(code, invite.Revoked) // one that is given twice counts once
		}
	}
	if len(open) == 0 {
		return 0, nil
	}
	ev, err := response.InvitationsRevoked{Batch: id, Count: len(open)}.Event(s.now().Unix())
	if err != nil {
		return 0, err
	}
	if _, err := w.change(ev, response.AppendControl(nil, ev), entries...); err != nil {
		w.fail(err) // what is in memory is ahead of what is stored
		return 0, err
	}
	for _, code := range open {
		s.codes.change(code, invite.Revoked)
	}
	s.settler.unsettled = append(s.settler.unsettled, open...)
	w.settle()
	return len(open), w.failure()
}
