package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"hailong/internal/response"
)

// Personal values do not stand in the log, which nobody can take anything out
// of. They stand in a bucket of their own, put there by the transaction that puts
// their response into the log, under the day they go and the sequence of the
// response: all that are due stand at its beginning.
//
// How far they were deleted is written down with the deletion, so that verify
// can tell a value that was deleted from one that was lost.

// personal is one piece of values with its key.
type personal struct {
	goes  response.Day
	seq   uint64
	piece []byte
}

// key is how a piece is found: the day it goes, then the sequence.
func (p personal) key() []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 12), uint32(p.goes))
	return binary.BigEndian.AppendUint64(b, p.seq)
}

// apart packs the personal values of a response. Sequences are not known yet.
func apart(r *response.Response, l *response.Layout) (list []personal) {
	for _, days := range l.Retentions() {
		if piece := response.AppendPersonal(nil, r, l, days); len(piece) > 0 {
			list = append(list, personal{goes: r.Day.Goes(days), piece: piece})
		}
	}
	return list
}

// putPersonal stores pieces in the transaction of their responses.
func putPersonal(tx *bolt.Tx, list []personal) error {
	if len(list) == 0 {
		return nil
	}
	b := tx.Bucket(bucketPersonal)
	for _, p := range list {
		if err := b.Put(p.key(), closeSum(p.piece)); err != nil {
			return fmt.Errorf("store personal values: %w", err)
		}
	}
	return nil
}

// readPersonal adds to a response that was read what there still is of its
// personal values.
func readPersonal(tx *bolt.Tx, seq uint64, r *response.Response, l *response.Layout) error {
	b := tx.Bucket(bucketPersonal)
	if b == nil {
		return nil // a file of format 1, in which nothing is personal
	}
	for _, days := range l.Retentions() {
		piece, err := openSum(b.Get(personal{goes: r.Day.Goes(days), seq: seq}.key()))
		if err != nil {
			return fmt.Errorf("personal values of event %d: %w", seq, err)
		}
		if err := response.ReadPersonal(piece, r, l, days); err != nil {
			return fmt.Errorf("personal values of event %d: %w", seq, err)
		}
	}
	return nil
}

// purgeBatch is how many pieces one transaction deletes, so that submissions do
// not wait for long.
const purgeBatch = 500

// Purge deletes the personal values that go on a day or went before, and returns
// how many pieces these were: one for each response and each time of keeping. It
// deletes the drafts that were kept through a day before it as well, and copies of
// the folder that somebody left behind ([Store.Snapshot]) a day ago. It may be called at any time, by whoever has a calendar, and again after it was
// cut off. What is deleted can no longer be read by this program; its bytes may
// stay in the file until they are written over. O(pieces deleted + drafts). An error
// in the data file but ErrClosed stops the store.
func (s *Store) Purge(day response.Day) (n int, err error) {
	if s.readOnly {
		return 0, fmt.Errorf("%w for writing", ErrClosed)
	}
	for {
		if err := s.Failed(); err != nil {
			return n, err
		}
		gone, err := s.purgeSome(day)
		if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
			return n, ErrClosed
		}
		if err != nil {
			err = fmt.Errorf("delete personal values: %w", err)
			s.writer.fail(err)
			return n, err
		}
		if n += gone; gone < purgeBatch {
			return n, errors.Join(s.purgeDrafts(day), dropCopies(s.settler.dir, s.now()))
		}
	}
}

// purgeSome deletes what is due, at most purgeBatch, in a transaction of its own.
// With nothing to do it writes nothing.
func (s *Store) purgeSome(day response.Day) (gone int, err error) {
	var due [][]byte
	stale := false
	err = s.db.View(func(tx *bolt.Tx) error {
		due = duePieces(tx, day)
		purged, known, err := purgedThrough(tx)
		stale = !known || purged < day
		return err
	})
	if err != nil || len(due) == 0 && !stale {
		return 0, err
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		purged, known, err := purgedThrough(tx)
		if err != nil {
			return err
		}
		if !known || purged < day {
			mark := binary.BigEndian.AppendUint32(nil, uint32(day))
			if err := tx.Bucket(bucketMeta).Put(keyPurged, closeSum(mark)); err != nil {
				return err
			}
		}
		due := duePieces(tx, day)
		gone = len(due)
		for _, k := range due {
			if err := tx.Bucket(bucketPersonal).Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
	return gone, err
}

// duePieces lists the keys of the first pieces that go on a day or before.
func duePieces(tx *bolt.Tx, day response.Day) (due [][]byte) {
	c := tx.Bucket(bucketPersonal).Cursor()
	for k, _ := c.First(); k != nil && len(due) < purgeBatch; k, _ = c.Next() {
		if len(k) != 12 || response.Day(binary.BigEndian.Uint32(k)) > day {
			break
		}
		due = append(due, append([]byte(nil), k...))
	}
	return due
}

// purgedThrough returns the last day whose personal values were deleted; false
// when none ever were.
func purgedThrough(tx *bolt.Tx) (response.Day, bool, error) {
	mark, err := openSum(tx.Bucket(bucketMeta).Get(keyPurged))
	if err != nil || mark == nil {
		return 0, false, err
	}
	if len(mark) != 4 {
		return 0, false, fmt.Errorf("%w: %s", ErrDamaged, keyPurged)
	}
	return response.Day(binary.BigEndian.Uint32(mark)), true, nil
}
