package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// countInvited notes a response that came by invitation.
func (c *checker) countInvited(r *response.Response) {
	if r.Channel != response.Invitation {
		return
	}
	catalog := c.store.Catalog()
	c.invited[spentKey(catalog.Version(r.Version).Questionnaire.Survey, catalog.WaveOf(r).ID)]++
}

// compareCodes compares the invitations with the log: that their file is the one
// of the log was found at start, and how many were used and revoked. Here are the
// codes themselves, and the responses that there must be to them. A response by
// invitation may have come without a code, from a file that was imported; a code
// was never used without a response.
func (c *checker) compareCodes() error {
	s := c.store
	if err := s.InvitationsFailed(); err != nil {
		c.problem("%v", err)
		return nil
	}
	for wave, n := range s.spent {
		if n > c.invited[wave] {
			c.problem("invitations: %d were used in %s, and %d responses came by invitation", n, spentName(wave), c.invited[wave])
		}
	}
	data, err := os.ReadFile(filepath.Join(s.settler.dir, CodesName))
	if errors.Is(err, fs.ErrNotExist) && len(s.issued) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("invitations: %w", err)
	}
	list, _, _ := parseCodes(data) // what does not belong to the log is of no use, and no harm
	for i, logged := range s.issued {
		if i >= len(list) || digestOfSet(list[i].digests) != logged.set {
			c.problem("invitations: the codes of batch %q are not those that the log tells of", logged.id)
		}
	}
	return nil
}

// drafts checks the drafts and how many were begun: that they are whole, not what
// they say.
func (c *checker) drafts(tx *bolt.Tx) error {
	if _, err := readBegun(tx); err != nil {
		return fmt.Errorf("forms that were begun: %w", err)
	}
	b := tx.Bucket(bucketDrafts)
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, v []byte) error {
		if len(k) != 16 || bytes.Equal(k, make([]byte, 16)) {
			return fmt.Errorf("%w: id of %d bytes", ErrDamaged, len(k))
		}
		if _, _, err := openDraft(v); err != nil {
			return fmt.Errorf("draft %x: %w", k[:4], err)
		}
		return nil
	})
}
