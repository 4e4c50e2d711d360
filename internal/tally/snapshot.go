package tally

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"hailong/internal/response"
)

// ErrSnapshot is returned for bytes that Encode did not make.
var ErrSnapshot = errors.New("damaged tally")

// Encode returns the watermark and all cells in a packed form that depends on
// nothing but the counts (FORMAT.md). Zero counts are skipped by runs.
// O(cells × slots).
func (t *Tally) Encode() (watermark uint64, encoded []byte) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	keys := make([]Key, 0, len(t.cells))
	for k := range t.cells {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, Key.compare)
	b := binary.AppendUvarint(nil, uint64(len(keys)))
	for _, k := range keys {
		c := t.cells[k]
		for _, v := range []uint64{
			uint64(k.Version), uint64(k.Agency), uint64(k.Period), k.packedChannel(), uint64(k.Wave),
			uint64(c.Responses), uint64(len(c.Counts)),
		} {
			b = binary.AppendUvarint(b, v)
		}
		b = appendCounts(b, c.Counts)
	}
	return t.watermark, b
}

func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Version, o.Version), cmp.Compare(k.Agency, o.Agency), cmp.Compare(k.Period, o.Period),
		cmp.Compare(k.packedChannel(), o.packedChannel()), cmp.Compare(k.Wave, o.Wave))
}

// flaggedBit is added to the channel of cells of flagged responses, so that
// snapshots from before there were any mean what they meant.
const flaggedBit = 0x80

func (k Key) packedChannel() uint64 {
	if k.Flagged {
		return uint64(k.Channel) | flaggedBit
	}
	return uint64(k.Channel)
}

// appendCounts writes pairs of (zeros skipped, count) for the counts that are
// not zero; the zeros at the end are not written, their pair has count 0.
func appendCounts(b []byte, counts []uint32) []byte {
	zeros := uint64(0)
	for _, n := range counts {
		if n == 0 {
			zeros++
			continue
		}
		b = binary.AppendUvarint(b, zeros)
		b = binary.AppendUvarint(b, uint64(n))
		zeros = 0
	}
	return append(binary.AppendUvarint(b, zeros), 0)
}

// Restore replaces all cells by those of Encode, as of a watermark. Nothing is
// an empty tally. On an error the tally is as it was.
func (t *Tally) Restore(watermark uint64, encoded []byte) error {
	cells := map[Key]*Cell{}
	if len(encoded) > 0 {
		d := decoder{b: encoded}
		for range d.number(1 << 32) {
			k := Key{Version: d.uint32(), Agency: d.uint32(), Period: response.Day(d.uint32())}
			packed := d.number(255)
			k.Channel, k.Flagged = response.Channel(packed&^flaggedBit), packed&flaggedBit != 0 //nolint:gosec // bounded
			k.Wave = d.uint32()
			c := &Cell{Responses: d.uint32()}
			c.Counts = d.counts(int(d.number(MaxSlots))) //nolint:gosec // bounded
			if d.bad || cells[k] != nil {
				return ErrSnapshot
			}
			cells[k] = c
		}
		if d.bad || len(d.b) > 0 {
			return ErrSnapshot
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watermark, t.cells = watermark, cells
	return nil
}

// decoder remembers that something was wrong, so that it needs to be asked once.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) number(limit uint64) uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > limit {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) uint32() uint32 { return uint32(d.number(1<<32 - 1)) } //nolint:gosec // bounded

func (d *decoder) counts(n int) []uint32 {
	if d.bad {
		return nil
	}
	counts := make([]uint32, n)
	for i := 0; ; i++ {
		i += int(d.number(MaxSlots)) //nolint:gosec // bounded
		v := d.uint32()
		if d.bad || v == 0 {
			d.bad = d.bad || i != n
			return counts
		}
		if i >= n {
			d.bad = true
			return counts
		}
		counts[i] = v
	}
}
