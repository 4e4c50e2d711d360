package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Pos is the position of an entry of the log: contiguous from 1.
type Pos uint64

// Entry is one frame of the log with its position.
type Entry struct {
	Pos  Pos
	Data []byte // valid only inside the callback that got it
}

// Log is the ordered, durable sequence of entries that everything else is
// folded from. On one machine it is a bucket of the data file; a cluster puts
// another implementation in its place.
type Log interface {
	// Append returns once the entry is durable, and with it what belongs to it but
	// stands beside the log: both or neither are there. An error means that the
	// outcome is unknown, and the log takes no more.
	Append(ctx context.Context, data []byte, with *beside) (Pos, error)
	// Read calls f for every entry after a position, in order, until the end of
	// the log at the time of the call, f's error, or the end of ctx. An entry
	// that is missing or damaged is an error that wraps ErrDamaged.
	Read(ctx context.Context, after Pos, f func(Entry) error) error
	// Last returns the position of the last entry, 0 for an empty log.
	Last() (Pos, error)
}

// boltLog is the log in a bucket: key position (8 bytes, big endian), value frame.
type boltLog struct {
	db     *bolt.DB
	last   Pos // written by the one writer only
	failed error
}

var errFailed = errors.New("the log failed before and takes no more entries")

func openLog(db *bolt.DB) (*boltLog, error) {
	l := &boltLog{db: db}
	err := db.View(func(tx *bolt.Tx) error {
		if k, _ := tx.Bucket(bucketLog).Cursor().Last(); k != nil {
			if len(k) != 8 {
				return fmt.Errorf("%w: log key of %d bytes", ErrDamaged, len(k))
			}
			l.last = Pos(binary.BigEndian.Uint64(k))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return l, nil
}

// Append implements Log. bbolt syncs the data pages and then the page that
// makes them visible, so a crash leaves all of the entry or none. O(entry).
func (l *boltLog) Append(_ context.Context, data []byte, with *beside) (Pos, error) {
	if l.failed != nil {
		return 0, l.failed
	}
	pos := l.last + 1
	err := l.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLog)
		b.FillPercent = 1 // keys only grow: never leave room for later ones
		if err := b.Put(key(uint64(pos)), data); err != nil {
			return err
		}
		return with.put(tx)
	})
	if err != nil {
		// A failed sync leaves the page cache in a state nobody can trust, and
		// the entry may be on disk all the same: stop for good.
		l.failed = fmt.Errorf("%w: %w", errFailed, err)
		return 0, l.failed
	}
	l.last = pos
	return pos, nil
}

// Last implements Log.
func (l *boltLog) Last() (Pos, error) { return l.last, nil }

// readBytes is how much of the log one read transaction copies out. It keeps
// transactions to a few milliseconds: while one is open, the file's free pages
// pile up, and the writer may have to wait for it.
const readBytes = 1 << 20

// Read implements Log. Each transaction copies a batch and ends before f sees it.
func (l *boltLog) Read(ctx context.Context, after Pos, f func(Entry) error) error {
	var b logBatch
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.db.View(func(tx *bolt.Tx) error { return b.copy(tx, uint64(after)+1) }); err != nil {
			return err
		}
		if len(b.ends) == 0 {
			return nil
		}
		start := 0
		for _, end := range b.ends {
			after++
			if err := f(Entry{Pos: after, Data: b.data[start:end]}); err != nil {
				return err
			}
			start = end
		}
	}
}

// logBatch is what one read transaction copied out.
type logBatch struct {
	data []byte
	ends []int // of the entries within data
}

// copy takes entries from a position on, as many as fit.
func (b *logBatch) copy(tx *bolt.Tx, want uint64) error {
	b.data, b.ends = b.data[:0], b.ends[:0]
	c := tx.Bucket(bucketLog).Cursor()
	for k, v := c.Seek(key(want)); k != nil && len(b.data) < readBytes; k, v = c.Next() {
		if len(k) != 8 || binary.BigEndian.Uint64(k) != want {
			return fmt.Errorf("%w: log entry %d is missing", ErrDamaged, want)
		}
		want++
		b.data = append(b.data, v...)
		b.ends = append(b.ends, len(b.data))
	}
	return nil
}

// tip is what the next frame continues: positions, sequence and hash chain.
type tip struct {
	position Pos
	sequence uint64 // of the last event
	hash     [sha256.Size]byte
}

// follow checks that a frame continues the tip and returns the tip after it.
func (t tip) follow(f frame, pos Pos) (tip, error) {
	switch {
	case f.head.position != uint64(pos) || pos != t.position+1:
		return t, fmt.Errorf("%w: frame %d follows frame %d", ErrDamaged, f.head.position, t.position)
	case f.head.first != t.sequence+1:
		return t, fmt.Errorf("%w: frame %d starts at event %d after event %d", ErrDamaged, pos, f.head.first, t.sequence)
	case f.head.previous != t.hash:
		return t, fmt.Errorf("%w: frame %d does not continue the hash of frame %d", ErrDamaged, pos, t.position)
	}
	return tip{position: pos, sequence: t.sequence + uint64(f.head.count), hash: f.hash}, nil
}

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
