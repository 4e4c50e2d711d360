// Package store keeps everything durable in one bbolt file: the log of events,
// and the folds over it that answers questions quickly. FORMAT.md beside this
// file documents every byte.
//
// The log is the truth; only personal answers and drafts stand apart, where they
// can be deleted, and invitations, in a file of their own, where what is used
// leaves no order (settle.go). A response is acknowledged after the frame that holds it
// was synced to disk, and what is in memory (catalog, tallies, limits, id index)
// follows in log order before the acknowledgement. Folds are deterministic functions of
// the log: no clock, no randomness, no configuration. They are saved now and
// then with the position they reach, and brought up to date from the log at start.
//
// One goroutine writes, with natural group commit: all that queued during one
// sync become durable with the next. Read transactions copy a batch and end; none
// is open while a caller does something slow.
//
// After a failed write the store takes nothing more until it is opened again: the
// state of the page cache is then unknown. What it does not do: check answers,
// know who asks, or show anything.
package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"hailong/internal/catalog"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// FileName is the data file's name within the data folder.
const FileName = "hailong.db"

var (
	bucketMeta     = []byte("meta")
	bucketLog      = []byte("log")
	bucketPersonal = []byte("personal") // since format 2
	bucketControl  = []byte("control")
	bucketIDs      = []byte("ids")
	bucketFolds    = []byte("folds")
	bucketDrafts   = []byte("drafts")   // since format 3
	bucketSettling = []byte("settling") // since format 3
	bucketSpent    = []byte("spent")    // since format 3
	bucketBegun    = []byte("begun")    // since format 4, with the first draft

	keyFormat   = []byte("format")
	keyPurged   = []byte("purged")
	keySecret   = []byte("secret") // since format 3
	keyTally    = []byte("tally")
	keyQuotas   = []byte("quotas")
	keyTallyTip = []byte("tally tip")
	keyIDsTip   = []byte("ids tip")
)

// buckets lists the buckets of a file of a format.
func buckets(major int) [][]byte {
	list := [][]byte{bucketMeta, bucketLog, bucketControl, bucketIDs, bucketFolds}
	if major > 1 {
		list = append(list, bucketPersonal)
	}
	if major > 2 {
		list = append(list, bucketDrafts, bucketSettling, bucketSpent)
	}
	return list
}

// Errors of Open. Each is wrapped with the folder and a cure.
var (
	ErrInUse      = errors.New("the data folder is in use by another process")
	ErrNewer      = errors.New("the data folder was written by a newer version of the program")
	ErrNotOurs    = errors.New("not a data file of this program")
	ErrUnwritable = errors.New("the data folder cannot be written")
	ErrMissing    = errors.New("there is no data file")
	ErrClosed     = errors.New("the store is closed")
)

// format is the stamp of the data file. A program reads files whose MinReader
// is not above its own Major.
type format struct {
	Major     int    `json:"major"`
	Minor     int    `json:"minor"`
	MinReader int    `json:"min_reader"`
	WrittenBy string `json:"written_by"`
}

// formatMajor and formatMinor are the format that this program writes.
const (
	formatMajor = 4
	formatMinor = 0
)

// Options are what a store may be told. The zero value is good.
type Options struct {
	// ReadOnly opens an existing file without changing it, even when the folder
	// cannot be written. Submissions fail.
	ReadOnly bool
	// MustExist refuses to create a new data file.
	MustExist bool
	// Progress is called now and then while the log is read at start, with how
	// many of how many events were read. May be nil.
	Progress func(done, total uint64)
	// FoldEvery saves the folds after so many events; 0 means 65 536.
	FoldEvery int
	// Now is the clock that stamps events about invitations; nil is time.Now.
	Now func() time.Time

	settleAfter time.Duration // tests settle sooner
}

// Store is an open data folder. Its methods may be called from any goroutine.
type Store struct {
	db       *bolt.DB
	log      *boltLog
	readOnly bool
	every    int

	catalog atomic.Pointer[catalog.Catalog]
	tally   *tally.Tally
	places  *places
	tip     tip // of the last event folded; the writer's

	watermark atomic.Uint64 // tip.sequence, for everybody else

	idsMu sync.RWMutex // the writer changes ids under it
	ids   *idIndex

	entries []tally.Entry // the writer's, used again for every frame

	secret [32]byte
	now    func() time.Time
	drafts draftTotal

	issuing sync.Mutex // held by whoever issues invitations, or copies their file
	codes   *codes
	settler settler
	issued  issued            // the writer's, as the two below
	spent   map[string]uint64 // by spentKey: responses that came with an invitation

	control  []controlRecord // not yet in the control bucket
	tallyTip tip             // saved
	saved    uint64          // sequence up to which the catalog is saved, whatever became of the counts
	tallyLen int             // bytes of the last saved tally

	writer writer
}

// Open opens the data folder, creating it and its file when missing, and brings
// the folds up to date. O(events since the last save). The error wraps one of
// this package's errors where one fits.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	path := filepath.Join(dir, FileName)
	if err := prepare(dir, path, o); err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout:      time.Second,
		ReadOnly:     o.ReadOnly,
		FreelistType: bolt.FreelistMapType,
		// Room in the address space, so that the file can grow without waiting
		// for readers. It costs no memory.
		InitialMmapSize: 4 << 30,
	})
	if err != nil {
		return nil, openError(dir, err)
	}
	if !o.ReadOnly {
		if err := upgrade(db); err != nil {
			_ = db.Close()
			return nil, openError(dir, err)
		}
	}
	s := &Store{
		db: db, readOnly: o.ReadOnly, every: o.FoldEvery, now: o.Now,
		tally: tally.New(), places: newPlaces(), ids: newIDs(), codes: newCodes(),
	}
	s.settler = settler{dir: dir, codes: s.codes, after: cmp.Or(o.settleAfter, settleAfter)}
	if s.now == nil {
		s.now = time.Now //nolint:forbidigo // what callers without a clock of their own get
	}
	if s.every <= 0 {
		s.every = idTail
	}
	s.catalog.Store(catalog.New())
	if err := s.load(ctx, o.Progress); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.loadCodes()
	if o.ReadOnly {
		return s, nil
	}
	s.writer.start(s) //nolint:contextcheck // what is queued is committed even when the caller is gone
	return s, nil
}

// prepare makes sure that there is a data file of a format this program knows.
func prepare(dir, path string, o Options) error {
	info, err := os.Stat(path) //nolint:gosec // the operator says where
	switch {
	case err == nil && info.Mode().IsRegular() && info.Size() < 2*int64(os.Getpagesize()):
		return fmt.Errorf("%w: %s has only %d bytes; it was left untouched: remove it, or restore a backup", ErrNotOurs, path, info.Size())
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: %s is not a regular file; give another folder with --data", ErrNotOurs, path)
	case err == nil:
		return checkStamp(path)
	case !errors.Is(err, fs.ErrNotExist):
		return openError(dir, err)
	case o.ReadOnly || o.MustExist:
		return fmt.Errorf("%w in %s; give the folder with --data, or make one with \"hailong serve\" or \"hailong demo\"", ErrMissing, dir)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil { //nolint:gosec // as above
		return openError(dir, err)
	}
	return create(dir, path)
}

// checkStamp reads the format stamp without the lock a writer holds, so that a
// newer file is refused before anything touches it.
func checkStamp(path string) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, ReadOnly: true})
	if err != nil {
		return openError(filepath.Dir(path), err)
	}
	defer func() { _ = db.Close() }()
	return db.View(func(tx *bolt.Tx) error {
		// Pages beyond the end of the file would end the process when they are read.
		if info, err := os.Stat(path); err != nil || tx.Size() > info.Size() { //nolint:gosec // the operator says where
			return fmt.Errorf("%w: %s should have %d bytes: it was cut off; keep it as it is, and restore a backup", ErrDamaged, path, tx.Size())
		}
		b := tx.Bucket(bucketMeta)
		if b == nil {
			return fmt.Errorf("%w: %s has no format stamp; it was left untouched", ErrNotOurs, path)
		}
		var f format
		if err := json.Unmarshal(b.Get(keyFormat), &f); err != nil {
			return fmt.Errorf("%w: %s has a damaged format stamp; it was left untouched", ErrNotOurs, path)
		}
		if f.MinReader > formatMajor {
			return fmt.Errorf("%w: %s has format %d.%d, this program reads up to %d; it was left untouched: use the newer program",
				ErrNewer, path, f.Major, f.Minor, formatMajor)
		}
		for _, name := range buckets(f.Major) {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("%w: %s has no part %q; it was left untouched", ErrNotOurs, path, name)
			}
		}
		return nil
	})
}

// create makes an empty data file under another name, syncs it, and gives it its
// name: a power cut in between leaves no half-made file behind, which bbolt
// alone can't promise.
func create(dir, path string) error {
	temporary := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	defer func() { _ = os.Remove(temporary) }() //nolint:gosec // as above
	db, err := bolt.Open(temporary, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType})
	if err != nil {
		return openError(dir, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets(formatMajor) {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		if err := makeSecret(tx); err != nil {
			return err
		}
		return writeStamp(tx)
	})
	if err := errors.Join(err, db.Sync(), db.Close()); err != nil {
		return openError(dir, err)
	}
	// Link fails where a file already is: another process was quicker, use its file.
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return openError(dir, err)
	}
	return syncDir(dir)
}

func writeStamp(tx *bolt.Tx) error {
	stamp, err := json.Marshal(format{Major: formatMajor, Minor: formatMinor, MinReader: formatMajor, WrittenBy: "hailong"})
	if err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keyFormat, stamp)
}

// upgrade makes a file of an earlier format one of this, so that earlier programs
// leave it alone: they know neither repeated answers nor quotas, neither marks of
// responses nor invitations, nor figures.
func upgrade(db *bolt.DB) error {
	var f format
	err := db.View(func(tx *bolt.Tx) error { return json.Unmarshal(tx.Bucket(bucketMeta).Get(keyFormat), &f) })
	if err != nil || f.Major >= formatMajor {
		return err
	}
	return db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets(formatMajor) {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if err := makeSecret(tx); err != nil {
			return err
		}
		return writeStamp(tx)
	})
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's own folder
	if err != nil {
		return openError(dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return openError(dir, err)
	}
	return nil
}

func openError(dir string, err error) error {
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("%w: %s; stop it, or give another folder with --data", ErrInUse, dir)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return fmt.Errorf("%w: %s (%w); it was left untouched: restore a backup, or give another folder with --data", ErrNotOurs, dir, err)
	case errors.Is(err, fs.ErrPermission), isReadOnlyFS(err):
		return fmt.Errorf("%w: %s (%w); make it writable for this user, or give another folder with --data", ErrUnwritable, dir, err)
	}
	return fmt.Errorf("open data folder %s: %w", dir, err)
}

// Catalog returns what is published, open and known now. It never changes.
func (s *Store) Catalog() *catalog.Catalog { return s.catalog.Load() }

// Tallies calls f with a consistent view of the counts (tally.Tally.Read).
func (s *Store) Tallies(f func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell])) {
	s.tally.Read(f)
}

// definitions returns the layout of a version of the catalog, nil when it has none.
func (s *Store) definitions(version uint32) *response.Layout {
	v := s.catalog.Load().Version(version)
	if v == nil {
		return nil
	}
	return v.Layout
}

// Failed returns why the store takes nothing more, or nil.
func (s *Store) Failed() error { return s.writer.failure() }

// Close stops accepting, commits what is queued, saves the folds and releases
// the folder.
func (s *Store) Close() error {
	var err error
	if !s.readOnly {
		err = s.writer.stop()
	}
	s.issuing.Lock()
	defer s.issuing.Unlock()
	return errors.Join(err, s.settler.close(), s.db.Close())
}
