package store

import (
	"bytes"
	"cmp"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/invite"
	"hailong/internal/response"
)

// loggedBatch is what the log says of a batch.
type loggedBatch struct {
	id      string
	codes   int
	revoked int
	set     string
}

// issued is the fold of the events about invitations: what the file must agree with.
type issued []loggedBatch

// issueNote is one event about invitations, or none.
type issueNote struct {
	issued  *response.InvitationsIssued
	revoked *response.InvitationsRevoked
}

// follow takes over an event.
func (l *issued) follow(n issueNote) {
	if e := n.issued; e != nil {
		codes := 0
		for _, g := range e.Groups {
			codes += g.Count
		}
		*l = append(*l, loggedBatch{id: e.Batch, codes: codes, set: e.Digest})
	}
	if e := n.revoked; e != nil && e.Lost {
		*l = nil
	} else if e != nil {
		for i := range *l {
			if (*l)[i].id == e.Batch {
				(*l)[i].revoked += e.Count
			}
		}
	}
}

// readIssue reads an event about invitations; any other is none.
func readIssue(ev response.Control) (n issueNote, err error) {
	switch ev.Kind {
	case response.KindInvitationsIssued:
		n.issued = new(response.InvitationsIssued)
		err = json.Unmarshal(ev.Payload, n.issued)
	case response.KindInvitationsRevoked:
		n.revoked = new(response.InvitationsRevoked)
		err = json.Unmarshal(ev.Payload, n.revoked)
	default:
	}
	if err != nil {
		return n, fmt.Errorf("invitations: %w", err)
	}
	return n, nil
}

// issuedEvent is the event that makes a batch good. It holds no code, and no
// digest of one.
func issuedEvent(head *batchHead, digests []byte, now time.Time) (response.Control, error) {
	e := response.InvitationsIssued{
		Batch: head.Batch, Survey: head.Survey, Wave: head.Wave, Expires: head.Expires.String(), Digest: digestOfSet(digests),
	}
	for _, g := range head.Groups {
		e.Groups = append(e.Groups, response.InvitationGroup{Agency: g.Agency, Resolver: g.Resolver, Service: g.Service, Count: g.Count})
	}
	return e.Event(now.Unix())
}

// savedCodes is what the data file says of invitations, beside its log.
type savedCodes struct {
	entries []sealedCode // not settled
	spent   map[string]uint64
}

func readSavedCodes(tx *bolt.Tx) (saved savedCodes, err error) {
	saved.spent = map[string]uint64{}
	settling, spent := tx.Bucket(bucketSettling), tx.Bucket(bucketSpent)
	if settling == nil || spent == nil {
		return saved, nil // a file of an earlier format
	}
	err = settling.ForEach(func(k, v []byte) error {
		one := sealedCode{sealed: bytes.Clone(v)}
		if copy(one.key[:], k) != len(k) || len(k) != len(one.key) {
			return fmt.Errorf("%w: an unsettled invitation under a key of %d bytes", ErrDamaged, len(k))
		}
		saved.entries = append(saved.entries, one)
		return nil
	})
	if err != nil {
		return saved, err
	}
	return saved, spent.ForEach(func(k, v []byte) error {
		n, err := openSum(v)
		if err == nil && len(n) != 8 {
			err = ErrDamaged
		}
		if err != nil {
			return fmt.Errorf("how many invitations were used: %w", err)
		}
		saved.spent[string(k)] = binary.BigEndian.Uint64(n)
		return nil
	})
}

// loadCodes reads the file of invitations, finishes what a crash left unsettled,
// and compares it with what the log says. If anything is wrong, all invitations
// are refused from now on, and nothing is changed.
func (s *Store) loadCodes() {
	saved, trouble := s.tryCodes()
	if trouble == nil && !s.readOnly && len(s.issued) > 0 {
		trouble = s.openCodes(len(saved.entries))
	}
	if trouble == nil {
		return
	}
	s.settler.unsettled = nil // it stays as it is until the trouble is over
	s.codes.mu.Lock()
	defer s.codes.mu.Unlock()
	if !lost(trouble) {
		s.codes.trouble = fmt.Errorf("%w: %w; no code is taken until this is mended and the folder %s is opened again", ErrInvitations, trouble, s.settler.dir)
		return
	}
	s.codes.trouble = fmt.Errorf("%w: %w; no code is taken until the files %s, %s and %s of %s are of one time again: restore all three from one backup, "+
		"or give up all codes issued so far with \"hailong verify --give-up-invitations\"",
		ErrInvitations, trouble, FileName, CodesName, CodesKeyName, s.settler.dir)
}

// lost reports whether trouble stays: other errors, such as a full disk, pass.
func lost(trouble error) bool {
	return errors.Is(trouble, ErrDamaged) || errors.Is(trouble, fs.ErrNotExist)
}

func (s *Store) tryCodes() (saved savedCodes, err error) {
	err = s.db.View(func(tx *bolt.Tx) (err error) {
		saved, err = readSavedCodes(tx)
		return err
	})
	if err != nil {
		return saved, err
	}
	s.spent = saved.spent
	if err := s.readTable(); err != nil {
		return saved, err
	}
	if err := s.recover(saved.entries); err != nil {
		return saved, err
	}
	return saved, s.compareCodes()
}

// readTable takes over the batches of the file that the log knows. Behind them may
// stand one more, or a part of it, whose event did not come to be.
func (s *Store) readTable() error {
	data, err := os.ReadFile(filepath.Join(s.settler.dir, CodesName))
	if errors.Is(err, fs.ErrNotExist) && len(s.issued) == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the file of invitations: %w", err)
	}
	list, _, rest := parseCodes(data)
	if len(s.issued) == 0 && len(data) < len(codesMagic) && bytes.HasPrefix([]byte(codesMagic), data) {
		return nil // the folder's first batch did not come to be
	}
	if len(list) < len(s.issued) || len(list) == 0 && len(data) > 0 && !bytes.HasPrefix(data, []byte(codesMagic)) {
		return fmt.Errorf("%s has %d batches, the log %d: %w", CodesName, len(list), len(s.issued), cmp.Or(rest, ErrDamaged))
	}
	if unknown := len(list) - len(s.issued); unknown > 1 || unknown == 1 && rest != nil {
		return fmt.Errorf("%w: %s has %d batches that the log does not have: it is newer than %s", ErrDamaged, CodesName, unknown, FileName)
	}
	s.codes.end = int64(len(codesMagic))
	for i, logged := range s.issued {
		if b := &list[i]; b.head.Batch != logged.id || b.head.codes() != logged.codes {
			return fmt.Errorf("%w: batch %d of %s is not the one of the log", ErrDamaged, i+1, CodesName)
		}
		if err := s.codes.add(&list[i]); err != nil {
			return err
		}
		s.codes.end = list[i].statesAt + int64(len(list[i].states))
	}
	return nil
}

// recover applies the entries that were not settled: of codes first, then of whole
// batches, whose codes that were used before have entries, or are marked.
func (s *Store) recover(entries []sealedCode) error {
	if len(entries) == 0 {
		return nil
	}
	aead, err := readKey(s.settler.dir)
	if err != nil {
		return fmt.Errorf("%d of them are not settled: %w", len(entries), err)
	}
	list, err := unsealAll(aead, entries)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := s.recoverOne(e); err != nil {
			return err
		}
	}
	return nil
}

func unsealAll(aead cipher.AEAD, entries []sealedCode) ([]entry, error) {
	list := make([]entry, len(entries))
	for i := range entries {
		var err error
		if list[i], err = unseal(aead, entries[i].key[:], entries[i].sealed); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.kind, b.kind) })
	return list, nil
}

func (s *Store) recoverOne(e entry) error {
	if e.kind == entryBatch {
		number := binary.BigEndian.Uint32(e.digest[:])
		if int(number) >= len(s.codes.batches) {
			return fmt.Errorf("%w: an unsettled batch that is not there", ErrDamaged)
		}
		for _, code := range s.codes.open(s.codes.batches[number]) {
			s.codes.change(code, invite.Revoked)
			s.settler.unsettled = append(s.settler.unsettled, code)
		}
		return nil
	}
	code, known := s.codes.numbers[e.digest]
	if !known || e.kind != entryUsed && e.kind != entryRevoked {
		return fmt.Errorf("%w: an unsettled invitation that is not there", ErrDamaged)
	}
	s.codes.change(code, invite.State(e.kind))
	s.settler.unsettled = append(s.settler.unsettled, code)
	return nil
}

// compareCodes compares the states with how many codes were used, and revoked: a
// file of another time would let codes in that were used since.
func (s *Store) compareCodes() error {
	used, revoked := s.codes.sums()
	for _, b := range s.issued {
		if revoked[b.id] != b.revoked {
			return fmt.Errorf("%w: of batch %q, %s has %d revoked, the log %d", ErrDamaged, b.id, CodesName, revoked[b.id], b.revoked)
		}
	}
	for wave, n := range s.spent {
		if used[wave] != n {
			return fmt.Errorf("%w: of %s, %s has %d used, %s %d", ErrDamaged, spentName(wave), CodesName, used[wave], FileName, n)
		}
		delete(used, wave)
	}
	for wave, n := range used {
		return fmt.Errorf("%w: of %s, %s has %d used, %s none", ErrDamaged, spentName(wave), CodesName, n, FileName)
	}
	return nil
}

// openCodes opens the files for writing and finishes what a crash may have cut off:
// with entries left it settles them. With none, the key may still be the one that
// opens those in free pages, so that it is written over in any case.
func (s *Store) openCodes(entries int) error {
	if err := s.settler.prepare(); err != nil {
		return err
	}
	if entries == 0 {
		return s.settler.rotate()
	}
	return s.settler.settle(s.db)
}
