package store

import (
	"context"
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// comparePlaces counts the responses of waves, and those that quotas cover, again
// from the log.
func (c *checker) comparePlaces(ctx context.Context) error {
	h, err := c.store.history()
	if err != nil {
		return err
	}
	fresh := newPlaces() // knows no quota, so that all are wanted
	catalog := c.store.Catalog()
	list := fresh.missing(catalog)
	for i := range list {
		list[i].since = h.since(list[i])
	}
	counts, err := c.store.recount(ctx, list, h, c.tip.sequence)
	if err != nil {
		return err
	}
	for i, one := range list {
		got, known := c.store.places.at(one.key).find(one.quota)
		if !known || got != counts[i] {
			c.problem("quota %q of wave %d of %q: log %d, fold %d", one.quota.ID, one.key.wave, one.key.survey, counts[i], got)
		}
	}
	responses := map[waveKey]int{}
	for key, cell := range c.counted {
		k := waveKey{catalog.Version(key.Version).Questionnaire.Survey, key.Wave}
		responses[k] += int(cell[0])
	}
	for k, t := range c.store.places.waves {
		if t.responses != responses[k] {
			c.problem("wave %d of %q: log %d responses, fold %d", k.wave, k.survey, responses[k], t.responses)
		}
		delete(responses, k)
	}
	for k, n := range responses {
		if n > 0 {
			c.problem("wave %d of %q: log %d responses, fold none", k.wave, k.survey, n)
		}
	}
	return nil
}

// checkPersonal finds the personal values of a response that was read. They may
// be missing from the day on which they go, if that day's were deleted.
func (c *checker) checkPersonal(r *response.Response, seq uint64) error {
	l := c.store.definitions(r.Version)
	if len(l.Retentions()) == 0 {
		return nil
	}
	return c.store.db.View(func(tx *bolt.Tx) error {
		if tx.Bucket(bucketPersonal) == nil {
			return fmt.Errorf("%w: no part for personal values", ErrDamaged)
		}
		purged, some, err := purgedThrough(tx)
		if err != nil {
			return err
		}
		want := map[int]bool{}
		for _, days := range l.Retentions() {
			want[days] = l.Apart(r, days)
		}
		if err := readPersonal(tx, seq, r, l); err != nil {
			c.problem("%v", err)
			return nil
		}
		for _, days := range l.Retentions() {
			goes := r.Day.Goes(days)
			found := tx.Bucket(bucketPersonal).Get(personal{goes: goes, seq: seq}.key()) != nil
			if found {
				c.pieces++
			}
			switch deleted := some && goes <= purged && !found; {
			case deleted:
			case found != want[days]:
				c.problem("event %d: personal values that go on %s: found %v, want %v", seq, goes, found, want[days])
			case l.Apart(r, days):
				c.problem("event %d: some of the personal values that go on %s are missing", seq, goes)
			}
		}
		return nil
	})
}

// personal checks that there are no personal values but those that were found
// with their responses.
func (c *checker) personal(tx *bolt.Tx) error {
	b := tx.Bucket(bucketPersonal)
	if b == nil {
		return nil
	}
	n := 0
	err := b.ForEach(func(k, v []byte) error {
		n++
		if len(k) != 12 {
			return fmt.Errorf("%w: key of %d bytes", ErrDamaged, len(k))
		}
		if _, err := openSum(v); err != nil {
			return fmt.Errorf("of event %d: %w", binary.BigEndian.Uint64(k[4:]), err)
		}
		return nil
	})
	if err == nil && n != c.pieces {
		c.problem("%d pieces of personal values are of responses that are not there, or do not have them", n-c.pieces)
	}
	return err
}
