package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// CopyPrefix is how the names of the folders begin that Snapshot makes.
const CopyPrefix = "verify-copy-"

// copyKept is how long a copy is left alone. Who made it removes it long before,
// unless it was killed.
const copyKept = 24 * time.Hour

// dropCopies removes the copies that somebody left behind: a copy keeps what was
// deleted since, and two states of the invitations tell more than one. Folders that
// hold anything else stay.
func dropCopies(dir string, now time.Time) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("remove old copies: %w", err)
	}
	for _, one := range list {
		info, err := one.Info()
		if err != nil || !one.IsDir() || !strings.HasPrefix(one.Name(), CopyPrefix) || now.Sub(info.ModTime()) < copyKept {
			continue
		}
		path := filepath.Join(dir, one.Name())
		for _, name := range []string{FileName, CodesName, CodesKeyName} {
			if err := os.Remove(filepath.Join(path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // the operator's own folder
				return fmt.Errorf("remove old copies: %w", err)
			}
		}
		_ = os.Remove(path) //nolint:gosec // as above. It stays while there is anything else in it
	}
	return nil
}

// Snapshot writes a consistent copy of the data folder into a new folder within
// it, and returns the path of the copied data file. The folder of the copy belongs
// to the caller, who removes it; Purge removes it after a day. The read transaction lasts as long as the local
// disk takes, and no longer.
//
// Invitations are settled before they are copied, so that nothing of the copy tells
// which of them were used last, and it needs no key.
func (s *Store) Snapshot() (path string, err error) {
	// Nobody issues meanwhile: the file and the log would tell of different batches.
	s.issuing.Lock()
	defer s.issuing.Unlock()
	dir, err := os.MkdirTemp(s.settler.dir, CopyPrefix+"*")
	if err != nil {
		return "", fmt.Errorf("snapshot: %w", err)
	}
	if err := s.copyTo(dir); err != nil {
		return "", errors.Join(fmt.Errorf("snapshot: %w", err), os.RemoveAll(dir))
	}
	return filepath.Join(dir, FileName), nil
}

func (s *Store) copyTo(dir string) (err error) {
	var tx *bolt.Tx
	begin := func() error {
		s.writer.settle()
		err := s.Failed()
		if err == nil {
			tx, err = s.db.Begin(false)
		}
		if err != nil {
			return err
		}
		if s.codes.broken() != nil {
			return s.copyCodes(dir, CodesName, CodesKeyName) // nothing was settled; verify is to see the same trouble
		}
		return s.copyCodes(dir, CodesName)
	}
	if s.readOnly || s.Failed() != nil {
		// Nobody settles any more: what is not settled stays so in the copy.
		if tx, err = s.db.Begin(false); err == nil {
			err = s.copyCodes(dir, CodesName, CodesKeyName)
		}
	} else {
		err = s.writer.do(context.Background(), begin)
	}
	if tx != nil {
		defer func() { err = errors.Join(err, tx.Rollback()) }()
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(dir, FileName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // made above
	if err != nil {
		return err
	}
	_, err = tx.WriteTo(io.Writer(file))
	return errors.Join(err, file.Close())
}

// copyCodes copies files of invitations, as far as there are any. O(codes).
func (s *Store) copyCodes(dir string, names ...string) error {
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(s.settler.dir, name)) //nolint:gosec // the operator's own folder
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o600) //nolint:gosec // as above
		}
		if err != nil {
			return fmt.Errorf("copy %s: %w", name, err)
		}
	}
	return nil
}
