package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/invite"
)

// attacker is somebody who has the whole data folder, all bytes of it, and the
// list of codes in the order of the dossiers they went to.
type attacker struct {
	t     *testing.T
	data  []byte // of the data file, its free pages included
	table []byte
	key   []byte
	slips []slip
}

func attack(t *testing.T, dir string, slips []slip) *attacker {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return &attacker{t: t, data: read(FileName), table: read(CodesName), key: read(CodesKeyName), slips: slips}
}

// mentions counts how often a code or its digest stands in the data file, in any
// of the forms that a program would write, or a good part of it.
func (a *attacker) mentions() (n int) {
	a.t.Helper()
	for _, s := range a.slips {
		d := s.digest[:]
		dashed := s.code[:4] + "-" + s.code[4:8] + "-" + s.code[8:]
		for _, form := range [][]byte{d[:8], d[8:], []byte(hex.EncodeToString(d[:8])), []byte(s.code), []byte(dashed), bytes.ToLower([]byte(s.code))} {
			n += bytes.Count(a.data, form)
		}
	}
	return n
}

// opens counts the entries that the key in the folder opens, trying every place of
// the data file and every length that an entry may have.
func (a *attacker) opens(key []byte) (n int) {
	a.t.Helper()
	aead, err := parseKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	size := entrySize + aead.Overhead()
	nothing := make([]byte, 16) // most of the file
	for at := 0; at+16+size <= len(a.data); at++ {
		if bytes.Equal(a.data[at:at+16], nothing) {
			continue
		}
		if _, err := unseal(aead, a.data[at:at+16], a.data[at+16:at+16+size]); err == nil {
			n++
		}
	}
	return n
}

// Whoever has the data folder, and knows which code went to whom, learns which
// codes were used, and nothing of which response came with one of them.
func TestResponsesCantBeLinkedToInvitations(t *testing.T) {
	t.Parallel()
	const codes, used = 60, 40
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 10})
	slips := seeded(30).slips(t, s, codes)
	issue(t, s, "a", slips)
	mustClose(t, s)
	start := copyFolder(t, dir)
	var tables [][]byte
	for order := range uint64(2) {
		dir := copyFolder(t, start)
		s := mustOpen(t, dir, Options{FoldEvery: 10, settleAfter: time.Hour}) // it is settled below
		seen, left := 0, 0
		keys := [][]byte{}
		for i, which := range seeded(order).Perm(used) {
			token := draft.Token(fmt.Sprintf("ABCDEFGHIJKLMNOPQRSTUV%04d", which))
			sealed, err := token.Seal([12]byte{byte(i)}, &draft.Content{Survey: "test", Invitation: slips[which].code})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.SaveDraft(t.Context(), token.ID(), 9900, sealed, nil); err != nil {
				t.Fatal(err)
			}
			r := seeded(order*1000+uint64(i)).invited(s, fmt.Sprint("key", i))
			with := catalog.With{Invitation: slips[which].digest, Draft: token.ID()}
			if got, err := s.SubmitWith(t.Context(), r, with); err != nil || got.Status != catalog.Accepted {
				t.Fatalf("got %+v %v", got, err)
			}
			if i%10 == 9 { // as the clock would
				if i == 19 && order == 0 { // while they are not settled, the attack below succeeds
					a := attack(t, dir, slips)
					seen = a.opens(a.key)
				}
				keys = append(keys, attack(t, dir, slips).key)
				if err := s.writer.do(t.Context(), func() error { s.writer.settle(); return nil }); err != nil {
					t.Fatal(err)
				}
				if i == 19 && order == 0 { // the entries stand in free pages: only the key is gone
					left = attack(t, dir, slips).opens(keys[len(keys)-1])
				}
			}
		}
		if order == 0 && (seen < 10 || left < 10) {
			t.Errorf("the attack finds %d entries that are not settled, and would find %d in free pages: the test says little", seen, left)
		}
		if n, err := s.Revoke(t.Context(), digests(slips[used:used+5])); n != 5 || err != nil {
			t.Fatalf("revoke: %d %v", n, err)
		}
		for _, closed := range []bool{false, true} {
			if closed {
				mustClose(t, s)
			}
			a := attack(t, dir, slips)
			if n := a.mentions(); n > 0 {
				t.Errorf("%d codes or digests stand in the data file", n)
			}
			if closed && order == 0 {
				if n := a.opens(a.key); n > 0 {
					t.Errorf("the key opens %d entries that are settled", n)
				}
			}
			for _, old := range keys {
				if bytes.Contains(append(append([]byte(nil), a.data...), append(a.table, a.key...)...), old[8:40]) {
					t.Error("a key is left that was written over")
				}
			}
		}
		tables = append(tables, attack(t, dir, slips).table)
	}
	if !bytes.Equal(tables[0], tables[1]) {
		t.Error("the file of invitations depends on the order in which codes were used")
	}
	if same := attack(t, start, slips).table; bytes.Equal(same, tables[0]) {
		t.Error("nothing was used")
	}
}

// The order in which codes are handed in to be issued is the order of dossiers; it
// is not kept.
func TestTheOrderOfIssueIsNotKept(t *testing.T) {
	t.Parallel()
	start := t.TempDir()
	mustClose(t, field(t, start, Options{Now: fixed}))
	var files [2][]byte
	var frames [2]uint64
	for i := range files {
		dir := copyFolder(t, start)
		s := mustOpen(t, dir, Options{Now: fixed})
		slips := seeded(31).slips(t, s, 30)
		all := digests(slips)
		seeded(uint64(i)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		groups := []invite.Group{{Agency: 2, Digests: all[:10]}, {Agency: 1, Service: "x", Digests: all[10:20]}, {Agency: 2, Digests: all[20:]}}
		if i == 1 {
			byAgency := map[invite.Digest]bool{}
			for _, d := range append(digests(seededOrder(t, s, 0)[:10]), digests(seededOrder(t, s, 0)[20:])...) {
				byAgency[d] = true
			}
			groups = []invite.Group{{Agency: 1, Service: "x"}, {Agency: 2}}
			for _, d := range all {
				g := &groups[0]
				if byAgency[d] {
					g = &groups[1]
				}
				g.Digests = append(g.Digests, d)
			}
		}
		if err := s.Invite(t.Context(), batchOf("a", groups...)); err != nil {
			t.Fatal(err)
		}
		files[i], frames[i] = attack(t, dir, nil).table, s.Watermark()
		mustCount(t, s, 30, 0, 0)
	}
	if !bytes.Equal(files[0], files[1]) || frames[0] != frames[1] {
		t.Error("the file of invitations depends on the order in which they were issued")
	}
}

// seededOrder draws the codes of the test above in the order of its first round.
func seededOrder(t *testing.T, s *Store, order uint64) []slip {
	t.Helper()
	slips := seeded(31).slips(t, s, 30)
	seeded(order).Shuffle(len(slips), func(i, j int) { slips[i], slips[j] = slips[j], slips[i] })
	return slips
}

// A copy of a running server's folder holds nothing that is not settled, and no key.
func TestACopyIsSettled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	slips := seeded(32).slips(t, s, 20)
	issue(t, s, "a", slips)
	for i := range 5 {
		spend(t, s, seeded(1).invited(s, fmt.Sprint(i)), slips[i].digest)
	}
	path, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	spend(t, s, seeded(1).invited(s, "later"), slips[5].digest)
	copied := filepath.Dir(path)
	if filepath.Dir(copied) != dir {
		t.Errorf("the copy is in %s", copied)
	}
	if _, err := os.Stat(filepath.Join(copied, CodesKeyName)); !os.IsNotExist(err) {
		t.Errorf("the key was copied: %v", err)
	}
	before := fingerprint(t, copied)
	reader := mustOpen(t, copied, Options{ReadOnly: true})
	mustCount(t, reader, 20, 5, 0)
	err = reader.db.View(func(tx *bolt.Tx) error {
		if n := tx.Bucket(bucketSettling).Stats().KeyN; n > 0 {
			t.Errorf("%d entries are not settled", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, reader)
	if fingerprint(t, copied) != before {
		t.Error("reading changed the copy")
	}
	again := mustOpen(t, copied, Options{})
	if got := spend(t, again, seeded(1).invited(again, "copied"), slips[5].digest); got.Status != catalog.Accepted {
		t.Errorf("in the copy: got %+v", got)
	}
	mustCount(t, s, 20, 6, 0)
	if got := spend(t, s, seeded(1).invited(s, "3"), invite.Digest{}); got.Status != catalog.Duplicate {
		t.Errorf("got %+v", got)
	}
}

// A copy that whoever asked for it did not remove goes after a day, and nothing else.
func TestAForgottenCopyGoes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ahead := time.Duration(0)
	s := field(t, dir, Options{Now: func() time.Time { return time.Now().Add(ahead) }})
	issue(t, s, "a", seeded(33).slips(t, s, 2))
	path, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, CopyPrefix+"of-somebody", "file")
	if err := errors.Join(os.Mkdir(filepath.Dir(foreign), 0o750), os.WriteFile(foreign, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, ahead = range []time.Duration{0, copyKept + time.Minute} {
		if _, err := s.Purge(issuedOn); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]bool{filepath.Dir(path): ahead == 0, foreign: true, filepath.Join(dir, FileName): true} {
			if _, err := os.Stat(path); (err == nil) != want {
				t.Errorf("after %s, %s: %v", ahead, path, err)
			}
		}
	}
}
