package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// wanted is a quota whose count is not known.
type wanted struct {
	key   waveKey
	index int // among the quotas of its wave
	quota *catalog.Quota
	since uint64 // the event that gave it its condition
}

// missing lists the quotas of a catalog that are not counted yet.
func (p *places) missing(c *catalog.Catalog) (list []wanted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, survey := range c.Surveys() {
		for _, w := range survey.Waves {
			k := waveKey{survey.Slug, w.Number}
			for i := range w.Quotas {
				if _, known := p.waves[k].find(&w.Quotas[i]); !known {
					list = append(list, wanted{key: k, index: i, quota: &w.Quotas[i]})
				}
			}
		}
	}
	return list
}

// recount counts the responses of the log up to an event for quotas. history is
// the catalog as it was at each event. It shares nothing with the counting of
// single responses but the conditions. O(events × answers).
func (s *Store) recount(ctx context.Context, list []wanted, history history, through uint64) ([]int, error) {
	counts := make([]int, len(list))
	if len(list) == 0 {
		return counts, nil
	}
	err := s.Scan(ctx, 0, through, func(seq uint64, r *response.Response) error {
		for i, one := range list {
			c := history.at(max(seq, one.since))
			if v := c.Version(r.Version); v != nil && r.Wave == one.key.wave && v.Questionnaire.Survey == one.key.survey &&
				one.quota.Covers(c.Lookup(r)) {
				counts[i]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count for quotas: %w", err)
	}
	return counts, nil
}

// prepareCounts counts what the quotas of the next catalog need, before the event
// that makes it, which follows the tip. Where a wave has no responses yet, the log
// is not read.
func (s *Store) prepareCounts(ctx context.Context, next *catalog.Catalog) (list []wanted, counts []int, err error) {
	list = slices.DeleteFunc(s.places.missing(next), func(one wanted) bool { return s.places.empty(one.key) })
	if len(list) == 0 {
		return nil, nil, nil
	}
	// What is counted again is decided by the catalog that the event makes.
	counts, err = s.recount(ctx, list, history{{catalog: next}}, s.tip.sequence)
	return list, counts, err
}

// epoch is a catalog from the event on that made it.
type epoch struct {
	seq     uint64
	catalog *catalog.Catalog
}

// history is every catalog that ever was, in order.
type history []epoch

// at returns the catalog as of an event.
func (h history) at(seq uint64) *catalog.Catalog {
	i, found := slices.BinarySearchFunc(h, seq, func(e epoch, seq uint64) int { return cmp.Compare(e.seq, seq) })
	if !found {
		i--
	}
	if i < 0 {
		return h[0].catalog
	}
	return h[i].catalog
}

// since returns the event that gave a quota the condition that it has.
func (h history) since(one wanted) uint64 {
	first := h[len(h)-1].seq
	for _, e := range slices.Backward(h) {
		survey := e.catalog.Survey(one.key.survey)
		if survey == nil || int(one.key.wave) > len(survey.Waves) {
			break
		}
		if q := survey.Waves[one.key.wave-1].Quota(one.quota.ID); q == nil || q.If != one.quota.If {
			break
		}
		first = e.seq
	}
	return first
}

// history returns every catalog that ever was, as of the saved folds and what
// followed them. It is not empty: the first is that of an empty log.
func (s *Store) history() (history, error) {
	h := history{{catalog: catalog.New()}}
	add := func(seq uint64, ev response.Control) error {
		next, err := h[len(h)-1].catalog.Apply(ev)
		h = append(h, epoch{seq, next})
		return err
	}
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketControl).ForEach(func(k, record []byte) error {
			ev, err := openControl(record)
			if err != nil {
				return err
			}
			if len(k) != 8 {
				return fmt.Errorf("%w: key of %d bytes", ErrDamaged, len(k))
			}
			return add(binary.BigEndian.Uint64(k), ev)
		})
	})
	for _, c := range s.control {
		if err == nil {
			var ev response.Control
			if ev, err = response.ReadControl(c.record); err == nil {
				err = add(c.seq, ev)
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("catalogs of the past: %w", err)
	}
	return h, nil
}
