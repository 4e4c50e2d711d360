package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// idIndex finds the sequence of a response by its id: the fold that makes
// "exactly once" hold for ever.
//
// Ids are digests, so they arrive in random order, and a B+tree keyed by them
// would rewrite a page for almost every response (measured: 80 to 88 % of the
// ingest rate). So the ids since the last save stay in memory and are written as
// sorted runs, merged eight at a time: a response costs 16 bytes, written about
// three times, and a look-up O(runs), each by interpolation because digests are
// uniform. The ids themselves are durable from the first moment: they stand in
// the log's records, in the same transaction.
type idIndex struct {
	tail    []tailID          // ids since the last run, in log order
	byTail  map[uint64]uint32 // id prefix without its receipt's blind bits → 1 + index into tail
	runs    []idRun           // as they stand in the bucket
	through tip               // everything up to here is in runs
}

type tailID struct {
	id          response.ID
	seq         uint64
	fingerprint uint64
	before      uint32 // 1 + index of the previous one with the same shortened prefix
}

// idRun is a sorted array of (prefix, sequence) in the ids bucket.
type idRun struct {
	level byte
	first uint64 // lowest sequence in it; names it together with level
}

const (
	idBlind   = 9       // bits of the prefix that a receipt does not show
	idTail    = 1 << 16 // ids kept in memory before they become a run
	idFanIn   = 8       // runs of one level that are merged into one of the next
	idLevels  = 3       // runs of the last level are not merged: a merge stalls the writer for as long as it writes
	idEntry   = 16
	idSumSize = 4
)

func newIDs() *idIndex { return &idIndex{byTail: make(map[uint64]uint32, idTail)} }

// add notes the id of an accepted response. O(1).
func (x *idIndex) add(id response.ID, seq, fingerprint uint64) {
	short := id.Prefix() >> idBlind
	x.tail = append(x.tail, tailID{id: id, seq: seq, fingerprint: fingerprint, before: x.byTail[short]})
	x.byTail[short] = uint32(len(x.tail)) //nolint:gosec // at most a few times idTail
}

// inTail returns the entry of an id among those in memory.
func (x *idIndex) inTail(id response.ID) *tailID {
	for i := x.byTail[id.Prefix()>>idBlind]; i != 0; i = x.tail[i-1].before {
		if x.tail[i-1].id == id {
			return &x.tail[i-1]
		}
	}
	return nil
}

// inRange appends the sequences of all ids with a prefix from first to last,
// which may not be wider than one receipt.
func (x *idIndex) inRange(tx *bolt.Tx, found []uint64, first, last uint64) ([]uint64, error) {
	for i := x.byTail[first>>idBlind]; i != 0; i = x.tail[i-1].before {
		if p := x.tail[i-1].id.Prefix(); p >= first && p <= last {
			found = append(found, x.tail[i-1].seq)
		}
	}
	b := tx.Bucket(bucketIDs)
	for _, r := range x.runs {
		entries, err := r.entries(b)
		if err != nil {
			return found, err
		}
		for i := lowerBound(entries, first); i < len(entries)/idEntry && prefixAt(entries, i) <= last; i++ {
			found = append(found, binary.BigEndian.Uint64(entries[i*idEntry+8:]))
		}
	}
	return found, nil
}

func (r idRun) key() []byte {
	return binary.BigEndian.AppendUint64([]byte{r.level}, r.first)
}

// entries returns the run's sorted array, without looking at its checksum: that
// is verify's work.
func (r idRun) entries(b *bolt.Bucket) ([]byte, error) {
	v := b.Get(r.key())
	if len(v) < idSumSize || (len(v)-idSumSize)%idEntry != 0 {
		return nil, fmt.Errorf("%w: id run %d/%d", ErrDamaged, r.level, r.first)
	}
	return v[:len(v)-idSumSize], nil
}

func prefixAt(entries []byte, i int) uint64 { return binary.BigEndian.Uint64(entries[i*idEntry:]) }

// lowerBound returns the index of the first entry whose prefix is at least p.
// It guesses from the value, because digests are uniform, and falls back to
// halving, so it never takes more than O(log n) steps.
func lowerBound(entries []byte, p uint64) int {
	low, high := 0, len(entries)/idEntry // the answer is in [low, high]
	lowP, highP := uint64(0), ^uint64(0)
	for step := 0; low < high; step++ {
		middle := low + (high-low)/2
		if step < 4 && highP > lowP {
			hi, lo := bits.Mul64(p-lowP, uint64(high-low))
			if hi < highP-lowP {
				guess, _ := bits.Div64(hi, lo, highP-lowP)
				middle = min(low+int(guess), high-1) //nolint:gosec // below the count of entries
			}
		}
		if v := prefixAt(entries, middle); v < p {
			low, lowP = middle+1, v
		} else {
			high, highP = middle, v
		}
		if p < lowP || p > highP {
			lowP, highP = 0, 0 // equal neighbours: no more guessing
		}
	}
	return low
}

// load reads which runs there are, and up to where they reach. O(runs).
func (x *idIndex) load(tx *bolt.Tx) error {
	through, err := readTip(tx, keyIDsTip)
	if err != nil {
		return err
	}
	x.through = through
	c := tx.Bucket(bucketIDs).Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) != 9 {
			return fmt.Errorf("%w: id run key", ErrDamaged)
		}
		x.runs = append(x.runs, idRun{level: k[0], first: binary.BigEndian.Uint64(k[1:])})
	}
	return nil
}

// seal writes the ids in memory as a run and merges where eight of one level
// have come together. The new state is returned, to take effect when the
// transaction has; the index itself is not changed. There must be ids in memory.
// O(ids written).
func (x *idIndex) seal(tx *bolt.Tx, at tip) (*idIndex, error) {
	b := tx.Bucket(bucketIDs)
	next := newIDs()
	next.through = at
	next.runs = slices.Clone(x.runs)
	entries := make([]byte, 0, len(x.tail)*idEntry+idSumSize)
	sorted := slices.Clone(x.tail)
	slices.SortFunc(sorted, func(a, b tailID) int {
		return cmp.Or(cmp.Compare(a.id.Prefix(), b.id.Prefix()), cmp.Compare(a.seq, b.seq))
	})
	for i := range sorted {
		entries = binary.BigEndian.AppendUint64(entries, sorted[i].id.Prefix())
		entries = binary.BigEndian.AppendUint64(entries, sorted[i].seq)
	}
	if err := next.put(b, idRun{level: 0, first: x.tail[0].seq}, entries); err != nil {
		return nil, err
	}
	for level := range byte(idLevels - 1) {
		if err := next.merge(b, level); err != nil {
			return nil, err
		}
	}
	return next, writeTip(tx, keyIDsTip, at)
}

func (x *idIndex) put(b *bolt.Bucket, r idRun, entries []byte) error {
	entries = binary.LittleEndian.AppendUint32(entries, crc32.Checksum(entries, castagnoli))
	if err := b.Put(r.key(), entries); err != nil {
		return fmt.Errorf("write id run: %w", err)
	}
	x.runs = append(x.runs, r)
	return nil
}

// merge replaces the runs of a level by one of the next, when there are enough.
func (x *idIndex) merge(b *bolt.Bucket, level byte) error {
	var parts []idRun
	for _, r := range x.runs {
		if r.level == level {
			parts = append(parts, r)
		}
	}
	if len(parts) < idFanIn {
		return nil
	}
	merged := []byte{}
	for _, r := range parts {
		entries, err := r.entries(b)
		if err != nil {
			return err
		}
		merged = mergeEntries(merged, entries)
	}
	for _, r := range parts {
		if err := b.Delete(r.key()); err != nil {
			return fmt.Errorf("delete merged id run: %w", err)
		}
	}
	first := slices.MinFunc(parts, func(a, b idRun) int { return cmp.Compare(a.first, b.first) }).first
	x.runs = slices.DeleteFunc(x.runs, func(r idRun) bool { return r.level == level })
	return x.put(b, idRun{level: level + 1, first: first}, merged)
}

// mergeEntries merges two sorted arrays. An entry compares as its 16 bytes:
// prefix first, then sequence, both big endian.
func mergeEntries(a, b []byte) []byte {
	out := make([]byte, 0, len(a)+len(b)+idSumSize)
	for len(a) > 0 && len(b) > 0 {
		if string(a[:idEntry]) <= string(b[:idEntry]) {
			out, a = append(out, a[:idEntry]...), a[idEntry:]
		} else {
			out, b = append(out, b[:idEntry]...), b[idEntry:]
		}
	}
	return append(append(out, a...), b...)
}
