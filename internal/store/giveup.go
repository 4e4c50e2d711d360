package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hailong/internal/response"
)

// GiveUpInvitations makes all invitations worthless that were ever issued, and
// returns how many the log tells of. It is for a folder that lost what became of
// them ([Store.InvitationsFailed]) and has no backup: others can be issued
// afterwards, which must be other codes, since those that were used are forgotten
// too. Their file is kept under another name.
func (s *Store) GiveUpInvitations(ctx context.Context) (n int, err error) {
	s.issuing.Lock()
	defer s.issuing.Unlock()
	if trouble := s.codes.broken(); !lost(trouble) {
		return 0, errors.Join(errors.New("the invitations of this folder are not lost: there is nothing to give up; a batch can be revoked"), trouble)
	}
	err = s.writer.do(ctx, func() (err error) { //nolint:contextcheck // what is queued is committed even when the caller is gone
		n, err = s.writer.giveUp()
		return err
	})
	return n, err
}

func (w *writer) giveUp() (n int, err error) {
	s := w.store
	for _, b := range s.issued {
		n += b.codes
	}
	ev, err := response.InvitationsRevoked{Count: n, Lost: true}.Event(s.now().Unix())
	if err != nil {
		return 0, err
	}
	if _, err := w.change(ev, response.AppendControl(nil, ev)); err != nil {
		return 0, err
	}
	// A crash before the file is out of the way leaves a folder that is in trouble
	// still, and can be given up again.
	path := filepath.Join(s.settler.dir, CodesName)
	if err := os.Rename(path, path+".given-up"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("give up invitations: %w", err)
	}
	if err := errors.Join(syncDir(s.settler.dir), s.settler.close()); err != nil {
		return 0, err
	}
	s.spent = map[string]uint64{} // there was none if it could not be read
	s.settler.unsettled = nil
	s.codes.reset()
	return n, nil
}
