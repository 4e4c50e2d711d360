package store

import (
	"context"

	"hailong/internal/invite"
)

// Secret is what the data folder signs with: passes, challenges, digests of
// invitations.
func (s *Store) Secret() [32]byte { return [32]byte{} }

// Invite makes a batch of invitations durable and good.
func (s *Store) Invite(context.Context, invite.Batch) error { return errNotYet }

// Invitation returns what is known of an invitation, false for an unknown one.
func (s *Store) Invitation(invite.Digest) (invite.Entry, bool) { return invite.Entry{}, false }

// Revoke makes open invitations worthless, and returns how many it were.
func (s *Store) Revoke(context.Context, []invite.Digest) (int, error) { return 0, errNotYet }

// RevokeBatch makes all open invitations of a batch worthless, and returns how
// many it were.
func (s *Store) RevokeBatch(context.Context, string) (int, error) { return 0, errNotYet }

// Invitations counts what became of them, by batch and agency, in order of issue.
func (s *Store) Invitations() []invite.Count { return nil }
