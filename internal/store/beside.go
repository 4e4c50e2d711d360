package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// beside is what becomes durable in the transaction of a frame and is no part of
// the log: what must be deleted one day, and what nobody may read in an order.
type beside struct {
	personal []personal
	drafts   []draftChange
	codes    []sealedCode
	spent    map[string]uint64 // by spentKey: how many codes of the wave there are responses to, all in all

	lost bool // nothing more is known of invitations: what was is deleted

	grown draftSum // set by put: how many more drafts there are
}

// reset empties it, keeping its memory.
func (b *beside) reset() {
	clear(b.personal)
	clear(b.drafts)
	b.personal, b.drafts, b.codes = b.personal[:0], b.drafts[:0], b.codes[:0]
	clear(b.spent)
	b.lost = false
}

// empty reports whether there is nothing to do.
func (b *beside) empty() bool {
	return len(b.personal) == 0 && len(b.drafts) == 0 && len(b.codes) == 0 && len(b.spent) == 0
}

// put stores all of it.
func (b *beside) put(tx *bolt.Tx) error {
	if err := putPersonal(tx, b.personal); err != nil {
		return err
	}
	var err error
	if b.grown, err = putDrafts(tx, b.drafts); err != nil {
		return err
	}
	if b.lost {
		return errors.Join(emptyBucket(tx, bucketSettling), emptyBucket(tx, bucketSpent))
	}
	settling := tx.Bucket(bucketSettling)
	for i := range b.codes {
		if err := settling.Put(b.codes[i].key[:], b.codes[i].sealed); err != nil {
			return fmt.Errorf("store what becomes of an invitation: %w", err)
		}
	}
	spent := tx.Bucket(bucketSpent)
	for k, n := range b.spent {
		if err := spent.Put([]byte(k), closeSum(binary.BigEndian.AppendUint64(nil, n))); err != nil {
			return fmt.Errorf("store how many invitations were used: %w", err)
		}
	}
	return nil
}

func emptyBucket(tx *bolt.Tx, name []byte) error {
	if err := tx.DeleteBucket(name); err != nil {
		return fmt.Errorf("empty %s: %w", name, err)
	}
	if _, err := tx.CreateBucket(name); err != nil {
		return fmt.Errorf("empty %s: %w", name, err)
	}
	return nil
}

// spentKey names a wave in the bucket of used invitations.
func spentKey(survey, wave string) string { return survey + "\x00" + wave }

// spentName says which wave a key names.
func spentName(k string) string {
	survey, wave, _ := strings.Cut(k, "\x00")
	return fmt.Sprintf("wave %q of %q", wave, survey)
}
