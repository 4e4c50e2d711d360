package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// folderWith makes a folder whose data file has a content.
func folderWith(t *testing.T, content []byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// boltFile makes a folder whose data file is a bbolt file of another program or version.
func boltFile(t *testing.T, fill func(tx *bolt.Tx) error) string {
	t.Helper()
	dir := t.TempDir()
	db, err := bolt.Open(filepath.Join(dir, FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fill), db.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func stamped(stamp string) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket(bucketMeta)
		if err != nil {
			return err
		}
		return b.Put(keyFormat, []byte(stamp))
	}
}

// fingerprint is everything about the files of a folder.
func fingerprint(t *testing.T, dir string) string {
	t.Helper()
	var said strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		sum := sha256.Sum256(content)
		said.WriteString(path + " " + string(sum[:]) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return said.String()
}

func TestOpenRefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	random := seeded(1)
	noise := make([]byte, 1<<16)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	directory := t.TempDir()
	if err := os.MkdirAll(filepath.Join(directory, FileName, "inside"), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		dir  string
		want error
	}{
		"an empty file":         {folderWith(t, nil), ErrNotOurs},
		"one byte":              {folderWith(t, []byte("x")), ErrNotOurs},
		"a text":                {folderWith(t, bytes.Repeat([]byte("id,parent\n"), 5000)), ErrNotOurs},
		"noise":                 {folderWith(t, noise), ErrNotOurs},
		"zeros":                 {folderWith(t, make([]byte, 1<<16)), ErrNotOurs},
		"a directory":           {directory, ErrNotOurs},
		"an empty bbolt file":   {boltFile(t, func(*bolt.Tx) error { return nil }), ErrNotOurs},
		"another program's":     {boltFile(t, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("users")); return err }), ErrNotOurs},
		"no stamp":              {boltFile(t, func(tx *bolt.Tx) error { _, err := tx.CreateBucket(bucketMeta); return err }), ErrNotOurs},
		"a broken stamp":        {boltFile(t, stamped("{")), ErrNotOurs},
		"a newer format":        {boltFile(t, stamped(`{"major":5,"minor":0,"min_reader":5,"written_by":"hailong"}`)), ErrNewer},
		"a much newer format":   {boltFile(t, stamped(`{"major":20,"minor":1,"min_reader":7,"new":[1]}`)), ErrNewer},
		"a stamp and no bucket": {boltFile(t, stamped(`{"major":1,"minor":0,"min_reader":1}`)), ErrNotOurs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := fingerprint(t, test.dir)
			for _, o := range []Options{{}, {ReadOnly: true}, {MustExist: true}} {
				s, err := openOrPanic(t, test.dir, o)
				if s != nil {
					mustClose(t, s)
				}
				if !errors.Is(err, test.want) {
					t.Errorf("%+v: got %v, want %v", o, err, test.want)
				} else if !strings.Contains(err.Error(), test.dir) {
					t.Errorf("%+v: the error does not name the folder: %v", o, err)
				}
			}
			if after := fingerprint(t, test.dir); after != before {
				t.Errorf("the folder was changed from\n%q\nto\n%q", before, after)
			}
		})
	}
}

// openOrPanic opens a folder; a panic is an error, so that the test goes on.
func openOrPanic(t *testing.T, dir string, o Options) (s *Store, err error) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return Open(t.Context(), dir, o)
}

// A newer minor format, and one that older programs can read, is opened.
func TestOpenTakesWhatOlderProgramsCanRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	submitAll(t, s, seeded(2).responses(s, "key", 5))
	err := s.db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketMeta).Put(keyFormat, []byte(`{"major":5,"minor":3,"min_reader":4,"more":true}`))
	})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	if got := len(scan(t, mustOpen(t, dir, Options{}))); got != 5 {
		t.Errorf("got %d responses, want 5", got)
	}
}

func TestOpenOfNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "there")
	for _, o := range []Options{{ReadOnly: true}, {MustExist: true}} {
		if _, err := Open(t.Context(), dir, o); !errors.Is(err, ErrMissing) {
			t.Errorf("%+v: got %v, want ErrMissing", o, err)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	mustClose(t, mustOpen(t, dir, Options{}))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != FileName {
		t.Errorf("a new folder holds %v %v, want the data file only", entries, err)
	}
	if info, err := os.Stat(filepath.Join(dir, FileName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the data file has mode %v %v, want 0600", info.Mode(), err)
	}
}

// What a crash while creating left behind is in nobody's way.
func TestOpenAfterACrashWhileCreating(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, FileName+".new-1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	field(t, dir, Options{})
}

func TestOpenInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	submitAll(t, s, seeded(3).responses(s, "key", 5))
	for _, o := range []Options{{}, {ReadOnly: true}, {MustExist: true}} {
		start := time.Now()
		_, err := Open(t.Context(), dir, o)
		if took := time.Since(start); !errors.Is(err, ErrInUse) || took > 3*time.Second {
			t.Errorf("%+v: got %v after %s, want ErrInUse within 3 s", o, err, took)
		}
	}
	submit(t, s, seeded(4).responses(s, "still", 1)[0], 1)
	mustClose(t, s)
	first := mustOpen(t, dir, Options{ReadOnly: true})
	second := mustOpen(t, dir, Options{ReadOnly: true}) // readers do not exclude each other
	if len(scan(t, first)) != 6 || len(scan(t, second)) != 6 {
		t.Error("two readers do not see the six responses")
	}
	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("a writer beside readers: got %v, want ErrInUse", err)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 4})
	rs := seeded(5).responses(s, "key", 10)
	submitAll(t, s, rs)
	want := s.Watermark()
	mustClose(t, s)
	before := fingerprint(t, dir)
	s = mustOpen(t, dir, Options{ReadOnly: true})
	if got := s.Watermark(); got != want {
		t.Errorf("watermark %d, want %d", got, want)
	}
	if _, err := s.Submit(t.Context(), rs[0]); !errors.Is(err, ErrClosed) {
		t.Errorf("submit: got %v, want ErrClosed", err)
	}
	if _, err := s.SubmitMany(t.Context(), rs); !errors.Is(err, ErrClosed) {
		t.Errorf("submit many: got %v, want ErrClosed", err)
	}
	if _, err := s.Change(t.Context(), response.Control{Kind: response.KindWaveClosed}); !errors.Is(err, ErrClosed) {
		t.Errorf("change: got %v, want ErrClosed", err)
	}
	if s.Failed() != nil {
		t.Errorf("a reader says it has failed: %v", s.Failed())
	}
	mustClose(t, s)
	if after := fingerprint(t, dir); after != before {
		t.Error("a reader changed the folder")
	}
}

func TestOpenWhereNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		_, err := Open(t.Context(), dir, Options{})
		if err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s is no folder: got %v", dir, err)
		}
	}
}

func TestOpenWithoutPermission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere; TestAReadOnlyFileSystem is for root")
	}
	locked := t.TempDir()
	mustClose(t, field(t, locked, Options{}))
	for path, mode := range map[string]fs.FileMode{filepath.Join(locked, FileName): 0o400, locked: 0o500} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(locked, 0o700) })
	if _, err := Open(t.Context(), locked, Options{}); !errors.Is(err, ErrUnwritable) {
		t.Errorf("a folder of mode 0500: got %v, want ErrUnwritable", err)
	}
	mustOpen(t, locked, Options{ReadOnly: true})
	if _, err := Open(t.Context(), filepath.Join(locked, "new"), Options{}); !errors.Is(err, ErrUnwritable) {
		t.Errorf("a new folder in one of mode 0500: got %v, want ErrUnwritable", err)
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	submitAll(t, s, seeded(6).responses(s, "key", 50))
	mustClose(t, s)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := Open(ended, dir, Options{}); err == nil {
		mustClose(t, s)
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	mustOpen(t, dir, Options{}) // nothing holds the lock
}

// What is after the saved folds is read at start, and told.
func TestProgress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	for i := range 5 {
		submitAll(t, s, seeded(7).responses(s, string(rune('a'+i)), 10))
	}
	copied := copyFolder(t, dir) // as after a crash: the folds are saved as of event 3
	calls := 0
	again := mustOpen(t, copied, Options{Progress: func(done, total uint64) {
		if calls++; done >= total || total != 53 {
			t.Errorf("progress %d of %d", done, total)
		}
	}})
	if calls == 0 || again.Watermark() != 53 {
		t.Errorf("%d calls, watermark %d", calls, again.Watermark())
	}
}

// copyFolder copies the files of a store that is quiet: what a crash leaves.
func copyFolder(t testing.TB, dir string) string {
	t.Helper()
	copied := t.TempDir()
	for _, name := range []string{FileName, CodesName, CodesKeyName} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) && name != FileName {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(copied, name), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return copied
}
