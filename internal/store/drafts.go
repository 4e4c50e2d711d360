package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"hailong/internal/draft"
	"hailong/internal/response"
)

// Drafts are no events: they are replaced and deleted, and when they are gone
// nothing of them may stay. They are written by the one writer, so that a draft
// and the response that it becomes have an order, and share its transactions. A
// transaction of drafts alone appends no frame.

const (
	maxDraft      = 1 << 20  // bytes of a sealed draft
	maxDraftBytes = 4 << 20  // of the drafts of one transaction, but for its last
	maxDraftQueue = 64 << 20 // bytes of drafts that may wait
	// maxDrafts and maxDraftsSize are how many there may be, and their bytes: a
	// disk full of drafts must not keep responses out.
	maxDrafts     = 1 << 20
	maxDraftsSize = 4 << 30
	draftOverhead = 4 + recordSumLen
)

// draftChange is a draft on its way into the bucket, or out of it.
type draftChange struct {
	id      draft.ID
	expires response.Day
	sealed  []byte       // nil: it is deleted
	place   *draft.Place // where the form is begun or, of one that is deleted, became a response; nil: it is not counted
}

// SaveDraft makes a sealed draft durable in the place of the one with its id. It
// is kept through the day expires. When there are more drafts than the folder
// takes, or more waiting than can be written soon, the error is one of
// errs.Overloaded, and nothing was stored. One that comes after the response that
// the draft became is forgotten. The first draft of an id is counted as a form that
// was begun at a place, unless that is nil. The bytes may be used again when
// SaveDraft returns.
func (s *Store) SaveDraft(ctx context.Context, id draft.ID, expires response.Day, sealed []byte, place *draft.Place) error {
	if id == (draft.ID{}) || len(sealed) == 0 {
		return errors.New("a draft needs an id and a content")
	}
	if len(sealed) > maxDraft {
		return fmt.Errorf("a draft of %d bytes; at most %d can be stored", len(sealed), maxDraft)
	}
	w := &s.writer
	if w.draftBytes.Add(int64(len(sealed))) > maxDraftQueue || s.drafts.full() {
		w.draftBytes.Add(-int64(len(sealed)))
		return overloaded()
	}
	defer w.draftBytes.Add(-int64(len(sealed)))
	_, err := w.submit(ctx, request{draft: &draftChange{id: id, expires: expires, sealed: sealed, place: place}})
	return err
}

// Draft returns a sealed draft, nil when there is none. The bytes are the caller's.
func (s *Store) Draft(id draft.ID) (sealed []byte, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketDrafts)
		if b == nil {
			return nil // a file of an earlier format
		}
		v := b.Get(id[:])
		if v == nil {
			return nil
		}
		_, body, err := openDraft(v)
		sealed = append(sealed, body...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read draft: %w", err)
	}
	return sealed, nil
}

// DropDraft deletes a draft. One that is not there is no error.
func (s *Store) DropDraft(ctx context.Context, id draft.ID) error {
	_, err := s.writer.submit(ctx, request{draft: &draftChange{id: id}})
	return err
}

// closeDraft packs a draft: the day it goes, then what is sealed, then a checksum.
func closeDraft(d *draftChange) []byte {
	b := make([]byte, 0, draftOverhead+len(d.sealed))
	return closeSum(append(binary.BigEndian.AppendUint32(b, uint32(d.expires)), d.sealed...))
}

// openDraft reads what closeDraft packed. The result aliases v.
func openDraft(v []byte) (expires response.Day, sealed []byte, err error) {
	body, err := openSum(v)
	if err != nil {
		return 0, nil, err
	}
	if len(body) <= 4 {
		return 0, nil, fmt.Errorf("%w: a draft of %d bytes", ErrDamaged, len(v))
	}
	return response.Day(binary.BigEndian.Uint32(body)), body[4:], nil
}

// draftSum is how many drafts there are, or how many more, and their bytes.
type draftSum struct{ count, size int64 }

// draftTotal is the sum of all drafts; it follows transactions.
type draftTotal struct{ count, size atomic.Int64 }

func (t *draftTotal) add(more draftSum) {
	t.count.Add(more.count)
	t.size.Add(more.size)
}

func (t *draftTotal) full() bool {
	return t.count.Load() >= maxDrafts || t.size.Load() >= maxDraftsSize
}

// sumDrafts counts what there is. O(drafts).
func sumDrafts(tx *bolt.Tx) (sum draftSum) {
	b := tx.Bucket(bucketDrafts)
	if b == nil {
		return sum
	}
	c := b.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		sum.count++
		sum.size += int64(len(v))
	}
	return sum
}

// putDrafts makes changes of drafts in their order, and tells how many more there are.
func putDrafts(tx *bolt.Tx, list []draftChange) (more draftSum, err error) {
	b := tx.Bucket(bucketDrafts)
	for i := range list {
		d := &list[i]
		old := b.Get(d.id[:])
		if old != nil {
			more.count--
			more.size -= int64(len(old))
		}
		if finished := d.sealed == nil; d.place != nil && finished == (old != nil) {
			if err := countBegun(tx, d.place, finished); err != nil {
				return more, fmt.Errorf("count a form that was begun: %w", err)
			}
		}
		if d.sealed == nil {
			err = b.Delete(d.id[:])
		} else {
			v := closeDraft(d)
			more.count++
			more.size += int64(len(v))
			err = b.Put(d.id[:], v)
		}
		if err != nil {
			return more, fmt.Errorf("store draft: %w", err)
		}
	}
	return more, nil
}

// wanted reports whether a change of a draft changes anything, given those before
// it in the same transaction: dropping what is not there costs no sync.
func (d *draftChange) wanted(tx *bolt.Tx, before []draftChange) bool {
	if d.sealed != nil {
		return true
	}
	for _, earlier := range slices.Backward(before) {
		if earlier.id == d.id {
			return earlier.sealed != nil
		}
	}
	return tx.Bucket(bucketDrafts).Get(d.id[:]) != nil
}

// finishedDrafts are the drafts that lately became responses. A save that comes
// after its response, from another tab or on a slow way, must not bring the draft
// back. It is the writer's. Whether a draft is finished for longer, the response
// with its key tells.
type finishedDrafts struct{ young, old map[draft.ID]struct{} }

// finishedLately bounds one of the two generations that are remembered.
const finishedLately = 1 << 15

func (f *finishedDrafts) add(id draft.ID) {
	if len(f.young) >= finishedLately || f.young == nil {
		f.young, f.old = map[draft.ID]struct{}{}, f.young
	}
	f.young[id] = struct{}{}
}

func (f *finishedDrafts) has(id draft.ID) bool {
	_, young := f.young[id]
	_, old := f.old[id]
	return young || old
}

// purgeDrafts deletes the drafts that were kept through a day before, in small
// transactions. O(drafts): their ids are digests, so what is due stands anywhere.
func (s *Store) purgeDrafts(day response.Day) error {
	var after []byte
	for done := false; !done; {
		var due [][]byte
		err := s.db.View(func(tx *bolt.Tx) error {
			due, after, done = expiredDrafts(tx, after, day)
			return nil
		})
		var more draftSum
		if err == nil && len(due) > 0 {
			err = s.db.Update(func(tx *bolt.Tx) error {
				more, err = dropExpired(tx, due, day)
				return err
			})
		}
		if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			return ErrClosed
		}
		if err != nil {
			err = fmt.Errorf("delete expired drafts: %w", err)
			s.writer.fail(err)
			return err
		}
		s.drafts.add(more)
	}
	return nil
}

// draftScan is how many drafts one transaction looks at.
const draftScan = 20_000

// expiredDrafts lists drafts after one that are due, at most as many as one
// transaction deletes; done tells that there are no more to look at.
func expiredDrafts(tx *bolt.Tx, after []byte, day response.Day) (due [][]byte, last []byte, done bool) {
	c := tx.Bucket(bucketDrafts).Cursor()
	k, v := c.Seek(after)
	for range draftScan {
		if k == nil {
			return due, last, true
		}
		last = append(last[:0], k...)
		if len(v) >= 4 && response.Day(binary.BigEndian.Uint32(v)) < day {
			due = append(due, append([]byte(nil), k...))
			if len(due) == purgeBatch {
				break
			}
		}
		k, v = c.Next()
	}
	return due, last, false
}

// dropExpired deletes drafts that are due still: they may have been saved again.
func dropExpired(tx *bolt.Tx, due [][]byte, day response.Day) (draftSum, error) {
	b := tx.Bucket(bucketDrafts)
	gone := []draftChange{}
	for _, k := range due {
		if v := b.Get(k); len(v) >= 4 && response.Day(binary.BigEndian.Uint32(v)) < day {
			gone = append(gone, draftChange{id: draft.ID(k)})
		}
	}
	return putDrafts(tx, gone)
}
