package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// A frame is one entry of the log: a few events that became durable together.
// FORMAT.md shows it byte by byte.
const (
	frameFormat  = 1
	frameHeader  = 1 + 8 + 8 + 4 + sha256.Size
	maxFrame     = 512 << 10 // bytes of responses; a control event may be longer
	maxPerFrame  = 1024      // events
	recordSumLen = 4
)

// ErrDamaged is returned for stored bytes that are not what was written.
var ErrDamaged = errors.New("damaged data")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// head is the fixed part of a frame.
type head struct {
	position uint64 // of the frame, contiguous from 1
	first    uint64 // sequence of its first event, contiguous from 1
	count    uint32 // events
	previous [sha256.Size]byte
}

// frameWriter builds one frame. The caller sets head.position, first and
// previous, adds events, and takes the bytes with seal.
type frameWriter struct {
	head head
	b    []byte
}

// reset empties the frame, keeping its memory.
func (w *frameWriter) reset(h head) {
	w.head = h
	w.head.count = 0
	w.b = append(w.b[:0], make([]byte, frameHeader)...)
}

// add appends one event's packed form.
func (w *frameWriter) add(record []byte) {
	w.b = binary.AppendUvarint(w.b, uint64(len(record)))
	w.b = append(w.b, record...)
	w.b = binary.LittleEndian.AppendUint32(w.b, crc32.Checksum(record, castagnoli))
	w.head.count++
}

func (w *frameWriter) full() bool {
	return w.head.count >= maxPerFrame || len(w.b) >= maxFrame
}

// seal completes the frame and returns its bytes, valid until the next reset,
// and its hash, which the next frame carries.
func (w *frameWriter) seal() ([]byte, [sha256.Size]byte) {
	w.b[0] = frameFormat
	binary.BigEndian.PutUint64(w.b[1:], w.head.position)
	binary.BigEndian.PutUint64(w.b[9:], w.head.first)
	binary.BigEndian.PutUint32(w.b[17:], w.head.count)
	copy(w.b[21:], w.head.previous[:])
	hash := sha256.Sum256(w.b)
	w.b = append(w.b, hash[:]...)
	return w.b, hash
}

// frame is a frame being read. It aliases the bytes it was made from.
type frame struct {
	head head
	rest []byte // records not yet read
	hash [sha256.Size]byte
}

// openFrame checks the fixed parts of a frame. The hash of the whole is
// compared only by verify: each record has a checksum of its own.
func openFrame(b []byte) (frame, error) {
	if len(b) < frameHeader+sha256.Size || b[0] != frameFormat {
		return frame{}, fmt.Errorf("%w: frame of %d bytes", ErrDamaged, len(b))
	}
	f := frame{
		head: head{
			position: binary.BigEndian.Uint64(b[1:]),
			first:    binary.BigEndian.Uint64(b[9:]),
			count:    binary.BigEndian.Uint32(b[17:]),
		},
		rest: b[frameHeader : len(b)-sha256.Size],
	}
	copy(f.head.previous[:], b[21:])
	copy(f.hash[:], b[len(b)-sha256.Size:])
	return f, nil
}

// verifyFrame compares the hash of a frame with its bytes.
func verifyFrame(b []byte) error {
	if len(b) < sha256.Size {
		return fmt.Errorf("%w: short frame", ErrDamaged)
	}
	hash := sha256.Sum256(b[:len(b)-sha256.Size])
	if !bytes.Equal(hash[:], b[len(b)-sha256.Size:]) {
		return fmt.Errorf("%w: frame hash", ErrDamaged)
	}
	return nil
}

// next returns the next record after checking its checksum, nil at the end.
func (f *frame) next() ([]byte, error) {
	if len(f.rest) == 0 {
		return nil, nil
	}
	size, n := binary.Uvarint(f.rest)
	if n <= 0 || size == 0 || size > uint64(len(f.rest)) || uint64(len(f.rest)) < uint64(n)+size+recordSumLen {
		return nil, fmt.Errorf("%w: record length", ErrDamaged)
	}
	end := n + int(size) //nolint:gosec // bounded by the frame's length above
	record := f.rest[n:end]
	sum := binary.LittleEndian.Uint32(f.rest[end:])
	f.rest = f.rest[end+recordSumLen:]
	if crc32.Checksum(record, castagnoli) != sum {
		return nil, fmt.Errorf("%w: record checksum", ErrDamaged)
	}
	return record, nil
}
