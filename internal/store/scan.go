package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// Watermark returns the sequence of the last event that is folded.
func (s *Store) Watermark() uint64 { return s.watermark.Load() }

// Scan calls f for every response with a sequence after one and up to another,
// in log order. The response is used again for the next call. Personal answers
// are Apart. Transactions are short, so f may be slow. An end of ctx ends the scan
// with its error. O(events between the two, plus the log of all).
func (s *Store) Scan(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error {
	return s.scan(ctx, after, through, scanner{store: s, each: f})
}

// ScanPersonal is Scan with what there still is of personal answers: those that
// are deleted stay Apart. It is for callers who may see them, and say so in their
// audit.
func (s *Store) ScanPersonal(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error {
	return s.scan(ctx, after, through, scanner{store: s, each: f, personal: true})
}

func (s *Store) scan(ctx context.Context, after, through uint64, scan scanner) error {
	var pos uint64
	err := s.db.View(func(tx *bolt.Tx) error {
		var err error
		pos, err = framePosition(tx, after+1)
		return err
	})
	if err != nil || after >= through {
		return err
	}
	scan.after, scan.through = after, through
	err = s.log.Read(ctx, Pos(max(pos, 1)-1), func(e Entry) error { return scan.frame(e.Data) })
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

var errEnough = errors.New("enough")

// scanner reads the responses of frames, into one response that it uses again.
type scanner struct {
	store          *Store
	after, through uint64
	personal       bool // read personal values too
	each           func(seq uint64, r *response.Response) error
	response       response.Response
}

func (s *scanner) frame(b []byte) error {
	f, err := openFrame(b)
	if err != nil {
		return err
	}
	for seq := f.head.first; ; seq++ {
		record, err := f.next()
		switch {
		case err != nil:
			return fmt.Errorf("event %d: %w", seq, err)
		case record == nil:
			return nil
		case seq > s.through:
			return errEnough
		case seq <= s.after || !response.Kind(record[0]).IsResponse():
			continue
		}
		if err := response.ReadRecord(record, &s.response, s.store.definitions); err != nil {
			return fmt.Errorf("event %d: %w", seq, err)
		}
		if s.personal {
			if err := s.store.addPersonal(seq, &s.response); err != nil {
				return err
			}
		}
		if err := s.each(seq, &s.response); err != nil {
			return err
		}
	}
}

// ByReceipt returns the sequences of the responses that a receipt code stands
// for: none, one, or by rare chance two. O(id runs).
func (s *Store) ByReceipt(code response.ReceiptRange) ([]uint64, error) {
	s.idsMu.RLock()
	defer s.idsMu.RUnlock()
	var found []uint64
	err := s.db.View(func(tx *bolt.Tx) error {
		var err error
		found, err = s.ids.inRange(tx, nil, code.First, code.Last)
		return err
	})
	return found, err
}

// At returns the response with a sequence. Personal answers are Apart.
func (s *Store) At(seq uint64) (*response.Response, error) {
	r := new(response.Response)
	err := s.db.View(func(tx *bolt.Tx) error {
		record, err := recordAt(tx, seq)
		if err != nil {
			return err
		}
		return response.ReadRecord(record, r, s.definitions)
	})
	return r, err
}

// AtPersonal is At with what there still is of personal answers.
func (s *Store) AtPersonal(seq uint64) (*response.Response, error) {
	r, err := s.At(seq)
	if err != nil {
		return nil, err
	}
	return r, s.addPersonal(seq, r)
}

// addPersonal reads the personal values of a response that was read.
func (s *Store) addPersonal(seq uint64, r *response.Response) error {
	l := s.definitions(r.Version)
	if len(l.Retentions()) == 0 {
		return nil
	}
	return s.db.View(func(tx *bolt.Tx) error { return readPersonal(tx, seq, r, l) })
}

// recordAt returns the packed event with a sequence; it aliases the transaction's pages.
func recordAt(tx *bolt.Tx, seq uint64) ([]byte, error) {
	pos, err := framePosition(tx, seq)
	if err != nil {
		return nil, err
	}
	f, err := openFrame(tx.Bucket(bucketLog).Get(key(pos)))
	if err != nil {
		return nil, err
	}
	for at := f.head.first; ; at++ {
		record, err := f.next()
		if err != nil {
			return nil, err
		}
		if record == nil {
			return nil, fmt.Errorf("%w: event %d is not in frame %d", ErrDamaged, seq, pos)
		}
		if at == seq {
			return record, nil
		}
	}
}

// framePosition returns the position of the frame that holds an event, or of
// the last frame when the event is not there yet; 0 for an empty log. O(log frames).
func framePosition(tx *bolt.Tx, seq uint64) (uint64, error) {
	b := tx.Bucket(bucketLog)
	k, _ := b.Cursor().Last()
	if k == nil {
		return 0, nil
	}
	low, high := uint64(1), binary.BigEndian.Uint64(k) // the answer is in [low, high]
	for low < high {
		middle := low + (high-low+1)/2
		f, err := openFrame(b.Get(key(middle)))
		if err != nil {
			return 0, fmt.Errorf("log entry %d: %w", middle, err)
		}
		if f.head.first <= seq {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}

// lastSequence returns the sequence of the last event of the log.
func (s *Store) lastSequence() (uint64, error) {
	var last uint64
	err := s.db.View(func(tx *bolt.Tx) error {
		k, v := tx.Bucket(bucketLog).Cursor().Last()
		if k == nil {
			return nil
		}
		f, err := openFrame(v)
		last = f.head.first + uint64(f.head.count) - 1
		return err
	})
	return last, err
}

// Size returns the size of the data file in bytes.
func (s *Store) Size() (int64, error) {
	info, err := os.Stat(s.db.Path())
	if err != nil {
		return 0, fmt.Errorf("size of data file: %w", err)
	}
	return info.Size(), nil
}

// Counted returns the tally as it stands (tally.Encode) and the event up to
// which it counts. O(cells × slots).
func (s *Store) Counted() (through uint64, encoded []byte) { return s.tally.Encode() }
