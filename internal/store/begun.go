package store

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/draft"
	"hailong/internal/response"
)

// How many forms were begun, and became responses, is counted by place: in the
// transaction of the first draft of a form, and in that of the response it became.
// Who leaves a form leaves nothing else. The bucket comes with the first draft.

// begunLen is the length of two counts.
const begunLen = 16

// Begun returns how many forms were begun, by place, in the order of their keys.
func (s *Store) Begun() (list []draft.Begun, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		list, err = readBegun(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read how many forms were begun: %w", err)
	}
	return list, nil
}

func readBegun(tx *bolt.Tx) (list []draft.Begun, err error) {
	b := tx.Bucket(bucketBegun)
	if b == nil {
		return nil, nil
	}
	err = b.ForEach(func(k, v []byte) error {
		place, err := draft.ReadPlace(k)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		forms, finished, err := openBegun(v)
		list = append(list, draft.Begun{Place: place, Forms: forms, Finished: finished})
		return err
	})
	return list, err
}

func openBegun(v []byte) (forms, finished uint64, err error) {
	body, err := openSum(v)
	switch {
	case err != nil:
		return 0, 0, err
	case body == nil:
		return 0, 0, nil
	case len(body) != begunLen:
		return 0, 0, fmt.Errorf("%w: counts of %d bytes", ErrDamaged, len(body))
	}
	return binary.BigEndian.Uint64(body), binary.BigEndian.Uint64(body[8:]), nil
}

// countBegun counts a form that was begun, or one that became a response.
func countBegun(tx *bolt.Tx, place *draft.Place, finished bool) error {
	key, ok := place.Key()
	if !ok {
		return nil // such a survey or wave can't be
	}
	b, err := tx.CreateBucketIfNotExists(bucketBegun)
	if err != nil {
		return err
	}
	forms, done, err := openBegun(b.Get(key))
	if err != nil {
		return nil //nolint:nilerr // Begun and verify tell; a damaged count must keep no answer out
	}
	if finished {
		done++
	} else {
		forms++
	}
	body := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(make([]byte, 0, begunLen), forms), done)
	return b.Put(key, closeSum(body))
}

// placeOf is where a response was given.
func (s *Store) placeOf(r *response.Response) *draft.Place {
	c := s.Catalog()
	v := c.Version(r.Version)
	if v == nil {
		return nil
	}
	p := &draft.Place{Survey: v.Questionnaire.Survey, Agency: r.Agency, Day: r.Day, Channel: r.Channel, Counter: r.Counter}
	if w := c.WaveOf(r); w != nil {
		p.Wave = w.ID
	}
	return p
}
