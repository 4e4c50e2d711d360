package store

import (
	"crypto/rand"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Secret is what the data folder signs with: passes, challenges, records of
// devices, digests of invitations. It was drawn when the folder was made, or first
// opened for writing by a program that knows of it; until then it is zero, which
// nothing may be signed with.
func (s *Store) Secret() [32]byte { return s.secret }

// makeSecret draws the secret, once, in the transaction that stamps the file.
func makeSecret(tx *bolt.Tx) error {
	b := tx.Bucket(bucketMeta)
	if b.Get(keySecret) != nil {
		return nil
	}
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	return b.Put(keySecret, closeSum(secret[:]))
}

func readSecret(tx *bolt.Tx) (secret [32]byte, err error) {
	b, err := openSum(tx.Bucket(bucketMeta).Get(keySecret))
	if err != nil {
		return secret, fmt.Errorf("%s: %w", keySecret, err)
	}
	if b == nil && tx.Bucket(bucketDrafts) == nil {
		return secret, nil // a file of an earlier format
	}
	if len(b) != len(secret) { // none at all would let everybody sign
		return secret, fmt.Errorf("%w: %s", ErrDamaged, keySecret)
	}
	return [32]byte(b), nil
}
