package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/invite"
)

// invitedFolders makes three states of a folder with two batches of codes: before
// and after some were used and revoked, and with some used that are not settled.
func invitedFolders(t *testing.T) (earlier, later, unsettled string, slips []slip) {
	t.Helper()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	slips = seeded(40).slips(t, s, 30)
	issue(t, s, "a", slips[:10])
	issue(t, s, "b", slips[10:20])
	mustClose(t, s)
	earlier = copyFolder(t, dir)
	s = mustOpen(t, dir, Options{})
	for i := range 3 {
		spend(t, s, seeded(1).invited(s, fmt.Sprint(i)), slips[i].digest)
	}
	err := s.writer.do(t.Context(), func() error { // it can't settle meanwhile
		unsettled = copyFolder(t, dir)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.Revoke(t.Context(), digests(slips[12:14])); n != 2 || err != nil {
		t.Fatalf("revoke: %d %v", n, err)
	}
	mustClose(t, s)
	return earlier, dir, unsettled, slips
}

// Whatever happens to the files of invitations, no code is good twice: the folder
// opens, all but invitations works, and everybody is told.
func TestDamagedInvitationsAreRefused(t *testing.T) {
	t.Parallel()
	earlier, later, unsettled, slips := invitedFolders(t)
	write := func(dir, name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(dir, name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	edit := func(name string, change func(b []byte) []byte) func(dir string) {
		return func(dir string) { write(dir, name, change(bytes.Clone(read(dir, name)))) }
	}
	flip := func(at int) func(b []byte) []byte {
		return func(b []byte) []byte {
			b[(at+len(b))%len(b)] ^= 1
			return b
		}
	}
	for name, test := range map[string]struct {
		of     string
		damage func(dir string)
		says   string
	}{
		"no file":                {later, func(dir string) { _ = os.Remove(filepath.Join(dir, CodesName)) }, "no such file"},
		"an earlier file":        {later, func(dir string) { write(dir, CodesName, read(earlier, CodesName)) }, "of batch"},
		"an earlier data file":   {later, func(dir string) { write(dir, FileName, read(earlier, FileName)) }, "the log 0"},
		"an empty file":          {later, func(dir string) { write(dir, CodesName, nil) }, "0 batches"},
		"another program's file": {later, func(dir string) { write(dir, CodesName, []byte("hailong invitations")) }, "not a file"},
		"cut off":                {later, edit(CodesName, func(b []byte) []byte { return b[:len(b)-1] }), "1 batches"},
		"a state":                {later, edit(CodesName, flip(-1)), "state"},
		"a used code made open":  {later, edit(CodesName, func(b []byte) []byte { return bytes.Replace(b, []byte{0x55}, []byte{0}, 1) }), "used"},
		"one more used":          {later, edit(CodesName, func(b []byte) []byte { b[len(b)-1] = 0x55; return b }), "used"},
		"a revoked code opened":  {later, edit(CodesName, func(b []byte) []byte { return bytes.Replace(b, []byte{0xaa}, []byte{0}, 1) }), "revoked"},
		"a digest":               {later, edit(CodesName, flip(-30)), "checksum"},
		"a head":                 {later, edit(CodesName, flip(20)), "batch 1"},
		"the magic":              {later, edit(CodesName, flip(1)), "not a file"},
		"other batches":          {later, edit(CodesName, func(b []byte) []byte { return otherBatches(t, b) }), "not the one of the log"},
		"unsettled, no key":      {unsettled, func(dir string) { _ = os.Remove(filepath.Join(dir, CodesKeyName)) }, "3 of them are not settled"},
		"unsettled, other key":   {unsettled, func(dir string) { write(dir, CodesKeyName, read(earlier, CodesKeyName)); rekey(t, dir) }, "does not open"},
		"unsettled, damaged key": {unsettled, edit(CodesKeyName, flip(20)), "checksum"},
		"unsettled, short key":   {unsettled, edit(CodesKeyName, func(b []byte) []byte { return b[:9] }), "no key"},
		"unsettled, one more":    {unsettled, edit(CodesName, func(b []byte) []byte { b[len(b)-1] = 0x55; return b }), "used"},
		"unsettled, a short name": {unsettled, func(dir string) {
			tamper(t, dir, func(tx *bolt.Tx) error { return tx.Bucket(bucketSettling).Put([]byte("short"), []byte("x")) })
		}, "a key of 5 bytes"},
		"a damaged count": {later, func(dir string) {
			tamper(t, dir, func(tx *bolt.Tx) error {
				return tx.Bucket(bucketSpent).Put([]byte(spentKey("test", "")), []byte("damaged!"))
			})
		}, "how many"},
		"a lost count": {later, func(dir string) {
			tamper(t, dir, func(tx *bolt.Tx) error { return tx.Bucket(bucketSpent).Delete([]byte(spentKey("test", ""))) })
		}, "3 used"},
		"unsettled, no file": {unsettled, func(dir string) { _ = os.Remove(filepath.Join(dir, CodesName)) }, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copyFolder(t, test.of)
			test.damage(dir)
			mustRefuse(t, dir, slips, test.says)
			mustGiveUp(t, dir, slips)
		})
	}
}

// otherBatches swaps the names of two batches of equal length.
func otherBatches(t *testing.T, b []byte) []byte {
	t.Helper()
	list, _, err := parseCodes(b)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d batches: %v", len(list), err)
	}
	out := []byte(codesMagic)
	for i := range list {
		list[i].head.Batch = list[1-i].head.Batch + "x"
		if out, _, err = appendBatch(out, &list[i].head, list[i].digests); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// rekey writes a fresh key into a folder.
func rekey(t *testing.T, dir string) {
	t.Helper()
	s := settler{dir: dir}
	if err := s.prepare(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.rotate(), s.close()); err != nil {
		t.Fatal(err)
	}
}

func mustRefuse(t *testing.T, dir string, slips []slip, says string) {
	t.Helper()
	files := func() string {
		var all strings.Builder
		for _, name := range []string{CodesName, CodesKeyName} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			fmt.Fprintf(&all, "%x %t\n", b, err == nil)
		}
		return all.String()
	}
	before := files()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatalf("the folder does not open: %v", err)
	}
	failed := s.InvitationsFailed()
	if !errors.Is(failed, ErrInvitations) || !strings.Contains(failed.Error(), says) || !strings.Contains(failed.Error(), "backup") {
		t.Errorf("got %v, want ErrInvitations that says %q, with a cure", failed, says)
	}
	for i, slip := range slips {
		r := seeded(2).invited(s, fmt.Sprint("again ", i))
		got, err := s.SubmitWith(t.Context(), r, catalog.With{Invitation: slip.digest})
		if errs.KindOf(err) != errs.Overloaded || !errors.Is(err, ErrInvitations) {
			t.Fatalf("a code: got %+v %v, want it to be refused", got, err)
		}
		if _, known := s.Invitation(slip.digest); known {
			t.Error("a code is known")
		}
	}
	if err := s.Invite(t.Context(), batchOf("new", invite.Group{Agency: 1, Digests: digests(slips[25:])})); !errors.Is(err, ErrInvitations) {
		t.Errorf("invite: got %v", err)
	}
	if n, err := s.Revoke(t.Context(), digests(slips)); n != 0 || !errors.Is(err, ErrInvitations) {
		t.Errorf("revoke: got %d %v", n, err)
	}
	if n, err := s.RevokeBatch(t.Context(), "a"); n != 0 || !errors.Is(err, ErrInvitations) {
		t.Errorf("revoke a batch: got %d %v", n, err)
	}
	submitAll(t, s, seeded(3).responses(s, "without", 10))
	path, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	copied := mustOpenUnchecked(t, filepath.Dir(path)) // as verify does while it is served
	if err := copied.InvitationsFailed(); !errors.Is(err, ErrInvitations) || !strings.Contains(err.Error(), says) {
		t.Errorf("of the copy: got %v, want it to say %q", err, says)
	}
	mustClose(t, copied)
	mustClose(t, s)
	if files() != before {
		t.Error("the files of invitations were changed")
	}
	s = mustOpenUnchecked(t, dir)
	findings, err := s.Check(t.Context(), CheckOptions{})
	if err != nil || len(findings.Problems) == 0 || !strings.Contains(strings.Join(findings.Problems, "\n"), says) {
		t.Errorf("verify: got %+v %v", findings, err)
	}
	mustClose(t, s)
}

// mustGiveUp gives up all codes of a damaged folder: then others can be issued, and
// the folder is sound.
func mustGiveUp(t *testing.T, dir string, slips []slip) {
	t.Helper()
	s := mustOpen(t, dir, Options{})
	if n, err := s.GiveUpInvitations(t.Context()); n != 20 && n != 0 || err != nil {
		t.Fatalf("give up: %d %v", n, err)
	}
	if _, err := s.GiveUpInvitations(t.Context()); err == nil {
		t.Error("given up twice")
	}
	again := mustOpen(t, copyFolder(t, dir), Options{}) // as after a crash
	for _, s := range []*Store{s, again} {
		if err := s.InvitationsFailed(); err != nil {
			t.Fatal(err)
		}
		if got := spend(t, s, seeded(4).invited(s, "given up"), slips[4].digest); got.Refusal != catalog.InvitationUnknown {
			t.Errorf("a code that was given up: got %+v", got)
		}
		issue(t, s, "a", slips[25:])
		if got := spend(t, s, seeded(4).invited(s, "new"), slips[25].digest); got.Status != catalog.Accepted {
			t.Errorf("a new code: got %+v", got)
		}
	}
	mustClose(t, s)
	s = mustOpen(t, dir, Options{})
	mustCount(t, s, 5, 1, 0)
	if got := spend(t, s, seeded(4).invited(s, "given up"), slips[4].digest); got.Refusal != catalog.InvitationUnknown {
		t.Errorf("a code that was given up, opened again: got %+v", got)
	}
}

// mustOpenUnchecked opens a folder that is not sound.
func mustOpenUnchecked(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Trouble that passes asks nobody to give anything up.
func TestATroubleThatPasses(t *testing.T) {
	t.Parallel()
	_, _, unsettled, slips := invitedFolders(t)
	dir := copyFolder(t, unsettled)
	path := filepath.Join(dir, CodesName)
	kept := path + ".kept"
	if err := errors.Join(os.Rename(path, kept), os.Mkdir(path, 0o750)); err != nil { // what can't be read
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.InvitationsFailed(); !errors.Is(err, ErrInvitations) || strings.Contains(err.Error(), "give up") {
		t.Errorf("got %v", err)
	}
	if n, err := s.GiveUpInvitations(t.Context()); n != 0 || err == nil {
		t.Errorf("gave up %d", n)
	}
	mustClose(t, s)
	if err := errors.Join(os.Remove(path), os.Rename(kept, path)); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir, Options{})
	mustCount(t, s, 20, 3, 0)
	if got := spend(t, s, seeded(5).invited(s, "x"), slips[0].digest); got.Refusal != catalog.InvitationUsed {
		t.Errorf("got %+v", got)
	}
}

// A key that nothing needs may be lost.
func TestAKeyThatNothingNeeds(t *testing.T) {
	t.Parallel()
	_, later, _, slips := invitedFolders(t)
	for _, key := range [][]byte{nil, []byte("x"), make([]byte, keyFileSize)} {
		dir := copyFolder(t, later)
		if err := os.WriteFile(filepath.Join(dir, CodesKeyName), key, 0o600); err != nil {
			t.Fatal(err)
		}
		s := mustOpen(t, dir, Options{})
		if got := spend(t, s, seeded(1).invited(s, "x"), slips[5].digest); got.Status != catalog.Accepted {
			t.Errorf("got %+v", got)
		}
		mustCount(t, s, 20, 4, 2)
	}
}

// Codes that were swapped, with a checksum that fits, are found by verify.
func TestVerifyComparesTheCodes(t *testing.T) {
	t.Parallel()
	earlier, _, _, _ := invitedFolders(t)
	path := filepath.Join(earlier, CodesName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := parseCodes(b)
	if err != nil {
		t.Fatal(err)
	}
	out := []byte(codesMagic)
	for i := range list {
		list[i].digests[len(list[i].digests)-1] ^= 1
		if out, _, err = appendBatch(out, &list[i].head, list[i].digests); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	s := mustOpenUnchecked(t, earlier)
	defer s.Close()
	findings, err := s.Check(t.Context(), CheckOptions{})
	if err != nil || len(findings.Problems) != 2 || !strings.Contains(findings.Problems[0], `batch "a"`) {
		t.Errorf("got %+v %v", findings, err)
	}
}

// Codes that were used without a response, in all places that tell of it, are
// found by verify.
func TestVerifyComparesTheResponses(t *testing.T) {
	t.Parallel()
	_, later, _, _ := invitedFolders(t)
	later = copyFolder(t, later)
	path := filepath.Join(later, CodesName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := parseCodes(b)
	if err != nil {
		t.Fatal(err)
	}
	open := bytes.IndexByte(list[1].states, stateByte(invite.Open))
	b[int(list[1].statesAt)+open] = stateByte(invite.Used)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(filepath.Join(later, FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketSpent).Put([]byte(spentKey("test", "")), closeSum(binary.BigEndian.AppendUint64(nil, 4)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s := mustOpenUnchecked(t, later)
	defer s.Close()
	mustCount(t, s, 20, 4, 2)
	findings, err := s.Check(t.Context(), CheckOptions{})
	if err != nil || len(findings.Problems) != 1 || !strings.Contains(findings.Problems[0], "4 were used in wave \"\" of \"test\"") {
		t.Errorf("got %+v %v", findings, err)
	}
}

func FuzzParseCodes(f *testing.F) {
	head, digests, err := arrange(&invite.Batch{ID: "a", Survey: "test", Groups: []invite.Group{
		{Agency: 1, Digests: []invite.Digest{{1}, {2}}}, {Agency: 2, Service: "x", Digests: []invite.Digest{{3}}},
	}})
	if err != nil {
		f.Fatal(err)
	}
	packed, _, err := appendBatch([]byte(codesMagic), &head, digests)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add(packed[:len(packed)-1])
	f.Add([]byte(codesMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, end, err := parseCodes(b)
		if end > len(b) || err == nil && end != len(b) || err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d batches to %d of %d bytes: %v", len(list), end, len(b), err)
		}
		c := newCodes()
		for i := range list {
			if err := c.add(&list[i]); err != nil {
				return // a code twice
			}
		}
		for d, n := range c.numbers {
			if at, s := c.place(n); b[at] != stateByte(s) {
				t.Fatalf("code %x stands at %d", d, at)
			}
		}
	})
}
