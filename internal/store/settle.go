package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/invite"
)

// Settling is how the state of an invitation becomes durable with a response and
// leaves no trace of which response it was.
//
// The transaction of the response puts an entry into the bucket "settling": under
// a random key, encrypted, the digest and what becomes of it. So after a crash the
// code is known to be used if and only if the response is there. Soon after, the
// state is written in place into the file of invitations (codes_file.go), the
// entries are deleted, and the key that opens them is written over in place by a
// fresh one. What is left of the entries in free pages of the data file, beside
// the frames that they came with, can't be opened by anybody any more.
//
// The key is in a file of its own for the same reason as the states: in place.
// Where the disk or its file system keeps what was written over, such as a
// copy-on-write file system does, it keeps the keys as well.

// CodesKeyName is the file of the key of entries that are not settled.
const CodesKeyName = "invitations.key"

const (
	keyMagic    = "hl-key 1"
	keyFileSize = len(keyMagic) + 32 + recordSumLen

	// settleAfter and settleMost bound how long, and how many, entries stay: while
	// they do, the folder tells which codes were used in the last moments.
	settleAfter = time.Second
	settleMost  = 1024
)

// The kinds of entries. Numbers are stored: never reuse one.
const (
	entryUsed    = byte(invite.Used)
	entryRevoked = byte(invite.Revoked)
	entryBatch   = 3 // all open codes of a batch are revoked
)

// entry is what one entry says, in clear.
type entry struct {
	kind   byte
	digest invite.Digest // or for entryBatch: number of the batch, from 0, in 4 bytes
}

const entrySize = 1 + digestSize

func batchEntry(number int) entry {
	e := entry{kind: entryBatch}
	binary.BigEndian.PutUint32(e.digest[:], uint32(number)) //nolint:gosec // bounded by maxCodes
	return e
}

// sealedCode is an entry as it stands in the bucket.
type sealedCode struct {
	key    [16]byte
	sealed []byte
}

// settler writes states in place. It belongs to the writer, but for prepare,
// which belongs to whoever holds the lock of issuing.
type settler struct {
	dir       string
	codes     *codes
	after     time.Duration
	table     *os.File // nil until there are codes
	key       *os.File
	aead      cipher.AEAD // under the key in the file
	unsettled []uint32    // codes whose states are not yet in the table
}

// seal makes the entry that tells what becomes of a code.
func (s *settler) seal(e entry) sealedCode {
	var c sealedCode
	_, _ = rand.Read(c.key[:]) // never fails
	plain := append([]byte{e.kind}, e.digest[:]...)
	c.sealed = s.aead.Seal(nil, c.key[:s.aead.NonceSize()], plain, c.key[:])
	return c
}

// unseal reads an entry.
func unseal(aead cipher.AEAD, key, sealed []byte) (entry, error) {
	if len(key) != 16 {
		return entry{}, fmt.Errorf("%w: an unsettled invitation under a key of %d bytes", ErrDamaged, len(key))
	}
	plain, err := aead.Open(nil, key[:aead.NonceSize()], sealed, key)
	if err != nil || len(plain) != entrySize {
		return entry{}, fmt.Errorf("%w: an unsettled invitation that %s does not open", ErrDamaged, CodesKeyName)
	}
	return entry{kind: plain[0], digest: invite.Digest(plain[1:])}, nil
}

// settle brings the file up to date and makes the entries unreadable. Each step is
// durable before the next: a crash in between repeats them all, to the same end.
func (s *settler) settle(db *bolt.DB) error {
	if err := s.mark(); err != nil {
		return err
	}
	if err := db.Update(func(tx *bolt.Tx) error { return emptyBucket(tx, bucketSettling) }); err != nil {
		return fmt.Errorf("settle invitations: %w", err)
	}
	return s.rotate()
}

// mark writes the states of unsettled codes in place, in the order of the file.
func (s *settler) mark() error {
	slices.Sort(s.unsettled)
	var run []byte // states that stand side by side
	var from int64
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		_, err := s.table.WriteAt(run, from)
		return err
	}
	for _, number := range slices.Compact(s.unsettled) {
		at, state := s.codes.place(number)
		if at != from+int64(len(run)) {
			if err := flush(); err != nil {
				return fmt.Errorf("settle invitations: %w", err)
			}
			run, from = run[:0], at
		}
		run = append(run, stateByte(state))
	}
	if err := errors.Join(flush(), s.table.Sync()); err != nil {
		return fmt.Errorf("settle invitations: %w", err)
	}
	s.unsettled = s.unsettled[:0]
	return nil
}

// rotate writes a fresh key over the one that there was.
func (s *settler) rotate() error {
	b := make([]byte, 0, keyFileSize)
	b = append(b, keyMagic...)
	b = b[:len(keyMagic)+32]
	_, _ = rand.Read(b[len(keyMagic):]) // never fails
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	aead, err := parseKey(b)
	if err != nil {
		return err
	}
	_, err = s.key.WriteAt(b, 0)
	if err := errors.Join(err, s.key.Sync()); err != nil {
		return fmt.Errorf("write over the key of invitations: %w", err)
	}
	s.aead = aead
	return nil
}

// parseKey reads a key file.
func parseKey(b []byte) (cipher.AEAD, error) {
	if len(b) != keyFileSize || string(b[:len(keyMagic)]) != keyMagic {
		return nil, fmt.Errorf("%w: %s is no key", ErrDamaged, CodesKeyName)
	}
	body, err := openSum(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", CodesKeyName, err)
	}
	block, err := aes.NewCipher(body[len(keyMagic):])
	if err != nil {
		return nil, fmt.Errorf("key of invitations: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("key of invitations: %w", err)
	}
	return aead, nil
}

// readKey reads the key of the folder.
func readKey(dir string) (cipher.AEAD, error) {
	b, err := os.ReadFile(filepath.Join(dir, CodesKeyName)) //nolint:gosec // the operator's own folder
	if err != nil {
		return nil, fmt.Errorf("key of invitations: %w", err)
	}
	return parseKey(b)
}

// prepare opens the files, making them where there are none yet, and a key where
// none can be read: nothing may be left that needs it.
func (s *settler) prepare() error {
	if s.table != nil {
		return nil
	}
	open := func(name string) (*os.File, error) {
		return os.OpenFile(filepath.Join(s.dir, name), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator's own folder
	}
	table, err := open(CodesName)
	if err != nil {
		return fmt.Errorf("open the file of invitations: %w", err)
	}
	s.key, err = open(CodesKeyName)
	if err != nil {
		return errors.Join(fmt.Errorf("open the key of invitations: %w", err), table.Close())
	}
	if s.aead, err = readKey(s.dir); err != nil {
		err = s.rotate()
	}
	if err = errors.Join(err, syncDir(s.dir)); err != nil {
		return errors.Join(err, table.Close(), s.key.Close())
	}
	s.table = table
	return nil
}

// close lets the files go. Nobody may use them any more.
func (s *settler) close() error {
	if s.table == nil {
		return nil
	}
	err := errors.Join(s.table.Close(), s.key.Close())
	s.table = nil
	return err
}
