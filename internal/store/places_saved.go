package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"

	"hailong/internal/tally"
)

// encode packs the counts of quotas as of an event (FORMAT.md).
func (p *places) encode(sequence uint64) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := []waveKey{}
	for k, t := range p.waves {
		if len(t.quotas) > 0 {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b waveKey) int { return cmp.Or(cmp.Compare(a.survey, b.survey), cmp.Compare(a.wave, b.wave)) })
	b := binary.AppendUvarint(nil, sequence)
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, k := range keys {
		text(k.survey)
		b = binary.AppendUvarint(b, uint64(k.wave))
		quotas := p.waves[k].quotas
		b = binary.AppendUvarint(b, uint64(len(quotas)))
		for _, q := range quotas {
			text(q.id)
			text(q.condition)
			b = binary.AppendUvarint(b, uint64(q.responses)) //nolint:gosec // a count
		}
	}
	return b
}

// restore takes over what encode packed, if it is as of the same event: else
// there is nothing known about quotas.
func (p *places) restore(saved []byte, sequence uint64) error {
	d := countReader{b: saved}
	if len(saved) == 0 || d.number() != sequence {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(d.b) > 0 && !d.bad {
		k := waveKey{survey: d.text(), wave: uint32(min(d.number(), math.MaxUint32))}
		t := p.at(k)
		n := d.number()
		d.bad = d.bad || n > uint64(len(d.b)) // each takes some bytes
		for range min(n, uint64(len(d.b))) {
			q := quotaCount{id: d.text(), condition: d.text()}
			q.responses = int(min(d.number(), math.MaxInt))
			t.quotas = append(t.quotas, q)
		}
	}
	if d.bad {
		return fmt.Errorf("%w: saved quotas", ErrDamaged)
	}
	return nil
}

// countReader takes saved counts apart and remembers that something was wrong.
type countReader struct {
	b   []byte
	bad bool
}

func (d *countReader) number() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *countReader) text() string {
	n := d.number()
	if n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

// loadPlaces makes the counts those of the saved folds: the responses of waves from the
// tally, those of quotas from what was saved with it, or from the log where that
// is missing.
func (s *Store) loadPlaces(ctx context.Context, saved []byte) error {
	c := s.catalog.Load()
	if err := s.places.restore(saved, s.tallyTip.sequence); err != nil {
		return err
	}
	s.tally.Read(func(_ uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		s.places.mu.Lock()
		defer s.places.mu.Unlock()
		for key, cell := range cells {
			if v := c.Version(key.Version); v != nil {
				s.places.at(waveKey{v.Questionnaire.Survey, key.Wave}).responses += int(cell.Responses)
			}
		}
	})
	list := s.places.missing(c)
	if len(list) == 0 {
		s.places.follow(c, nil, nil)
		return nil
	}
	h, err := s.history()
	if err != nil {
		return err
	}
	for i := range list {
		list[i].since = h.since(list[i])
	}
	counts, err := s.recount(ctx, list, h, s.tallyTip.sequence)
	if err != nil {
		return err
	}
	s.places.follow(c, list, counts)
	return nil
}
