package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/errs"
	"hailong/internal/response"
)

// draftID makes the id of the draft with a number.
func draftID(n int) (id draft.ID) {
	binary.BigEndian.PutUint64(id[:], uint64(n+1)*0x9e3779b97f4a7c15)
	return id
}

func save(t testing.TB, s *Store, n int, expires response.Day, sealed string) {
	t.Helper()
	if err := s.SaveDraft(t.Context(), draftID(n), expires, []byte(sealed), nil); err != nil {
		t.Fatal(err)
	}
}

// mustHoldDraft compares a draft with what it should be; empty: none.
func mustHoldDraft(t testing.TB, s *Store, n int, want string) {
	t.Helper()
	got, err := s.Draft(draftID(n))
	if err != nil || string(got) != want || (got == nil) != (want == "") {
		t.Errorf("draft %d: got %q %v, want %q", n, got, err, want)
	}
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	before := s.log.last
	sealed := []byte("first")
	if err := s.SaveDraft(t.Context(), draftID(1), 9800, sealed, nil); err != nil {
		t.Fatal(err)
	}
	copy(sealed, "XXXXX") // the caller's own again
	save(t, s, 2, 9800, "second")
	mustHoldDraft(t, s, 1, "first")
	save(t, s, 1, 9801, "replaced")
	mustHoldDraft(t, s, 1, "replaced")
	mustHoldDraft(t, s, 3, "")
	for range 2 { // also one that is not there
		if err := s.DropDraft(t.Context(), draftID(2)); err != nil {
			t.Fatal(err)
		}
		mustHoldDraft(t, s, 2, "")
	}
	if s.log.last != before {
		t.Error("drafts stand in the log")
	}
	for name, call := range map[string]func() error{
		"no id":      func() error { return s.SaveDraft(t.Context(), draft.ID{}, 9800, []byte("x"), nil) },
		"no content": func() error { return s.SaveDraft(t.Context(), draftID(9), 9800, nil, nil) },
		"too long":   func() error { return s.SaveDraft(t.Context(), draftID(9), 9800, make([]byte, maxDraft+1), nil) },
	} {
		if call() == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	save(t, s, 4, 9800, string(bytes.Repeat([]byte("y"), maxDraft)))
	crashed := copyFolder(t, dir)
	mustClose(t, s)
	for _, dir := range []string{dir, crashed} {
		s := mustOpen(t, dir, Options{ReadOnly: true})
		mustHoldDraft(t, s, 1, "replaced")
		mustHoldDraft(t, s, 2, "")
		if got, want := (draftSum{s.drafts.count.Load(), s.drafts.size.Load()}), (draftSum{2, maxDraft + 8 + 2*draftOverhead}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if err := s.SaveDraft(t.Context(), draftID(1), 9800, []byte("x"), nil); !errors.Is(err, ErrClosed) {
			t.Errorf("saved by a reader: got %v", err)
		}
	}
}

// The draft goes with the response that it became, in one transaction; also when
// the response is sent again. A response that is refused leaves it.
func TestTheDraftGoesWithItsResponse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	rs := seeded(60).responses(s, "key", 2)
	send := func(r *response.Response, status catalog.Status) {
		t.Helper()
		if got, err := s.SubmitWith(t.Context(), r, catalog.With{Draft: draftID(1)}); err != nil || got.Status != status {
			t.Fatalf("got %+v %v, want status %d", got, err, status)
		}
	}
	save(t, s, 1, 9800, "x")
	refused := *rs[0]
	refused.Wave = 9
	send(&refused, catalog.Refused)
	mustHoldDraft(t, s, 1, "x")
	send(rs[0], catalog.Accepted)
	mustHoldDraft(t, s, 1, "")
	save(t, s, 1, 9800, "late") // from another tab
	mustHoldDraft(t, s, 1, "")
	send(rs[0], catalog.Duplicate)
	mustClose(t, s)
	s = mustOpen(t, dir, Options{})
	save(t, s, 1, 9800, "much later")
	other := *rs[0]
	other.Fingerprint ^= 2
	send(&other, catalog.Reused)
	mustHoldDraft(t, s, 1, "much later")
	send(rs[0], catalog.Duplicate)
	mustHoldDraft(t, s, 1, "")
	send(rs[1], catalog.Accepted) // without one
	if n := s.drafts.count.Load(); n != 0 {
		t.Errorf("%d drafts are counted", n)
	}
}

func TestFinishedDraftsAreRememberedForAWhile(t *testing.T) {
	t.Parallel()
	var f finishedDrafts
	if f.has(draftID(0)) {
		t.Error("nothing was added")
	}
	for i := range 3 * finishedLately {
		f.add(draftID(i))
	}
	for n, want := range map[int]bool{0: false, finishedLately - 1: false, finishedLately: true, 2 * finishedLately: true, 3*finishedLately - 1: true, 3 * finishedLately: false} {
		if f.has(draftID(n)) != want {
			t.Errorf("draft %d: got %t, want %t", n, !want, want)
		}
	}
}

// Drafts and responses share transactions, in the order in which they come.
func TestDraftsShareTransactions(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	r := seeded(61).responses(s, "key", 1)[0]
	batch := []*submission{}
	add := func(q request) *submission {
		sub := &submission{request: q, done: make(chan struct{}, 1)}
		if q.response != nil {
			sub.record = response.AppendRecord(nil, q.response, s.definitions(1))
		}
		batch = append(batch, sub)
		return sub
	}
	change := func(n int, sealed string) {
		d := &draftChange{id: draftID(n), expires: 9800, sealed: []byte(sealed)}
		if sealed == "" {
			d.sealed = nil
		}
		add(request{draft: d})
	}
	change(1, "one")
	change(2, "two")
	first := add(request{response: r, with: catalog.With{Draft: draftID(2)}})
	change(1, "")
	change(3, "three")
	change(3, "3")
	again := add(request{response: r, with: catalog.With{Draft: draftID(4)}})
	change(4, "")
	before, tx := s.log.last, s.db.Stats()
	err := s.writer.do(t.Context(), func() error { return s.writer.responses(batch) })
	if err != nil || first.outcome.Status != catalog.Accepted || again.outcome.Status != catalog.Duplicate {
		t.Fatalf("got %+v %+v %v", first.outcome, again.outcome, err)
	}
	after := s.db.Stats()
	if n := after.TxStats.GetWrite() - tx.TxStats.GetWrite(); s.log.last != before+1 || n == 0 {
		t.Errorf("%d frames, %d writes", s.log.last-before, n)
	}
	for n, want := range []string{"", "", "", "3", ""} {
		mustHoldDraft(t, s, n, want)
	}
}

func TestExpiredDraftsArePurged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	const n = 2*purgeBatch + 100
	var all sync.WaitGroup
	for g := range 20 {
		all.Go(func() {
			for i := g; i < n; i += 20 {
				save(t, s, i, response.Day(9800+i%4), fmt.Sprint("draft ", i))
			}
		})
	}
	all.Wait()
	for _, step := range []struct {
		day  response.Day
		left int64
	}{{9700, n}, {9800, n}, {9801, n / 4 * 3}, {9800, n / 4 * 3}, {9803, n / 4}, {9804, 0}} {
		if _, err := s.Purge(step.day); err != nil {
			t.Fatal(err)
		}
		if got := s.drafts.count.Load(); got != step.left {
			t.Errorf("on %s: %d drafts are left, want %d", step.day, got, step.left)
		}
		if i := 3; step.left > 0 {
			mustHoldDraft(t, s, i, "draft 3")
		}
	}
	if got := s.drafts.size.Load(); got != 0 {
		t.Errorf("drafts of %d bytes are counted, and none is left", got)
	}
}

// A folder takes no more drafts than fit; responses it takes.
func TestDraftsDoNotFillTheDisk(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	for _, sum := range []draftSum{{count: maxDrafts}, {size: maxDraftsSize}} {
		s.drafts.add(sum)
		if err := s.SaveDraft(t.Context(), draftID(1), 9800, []byte("x"), nil); errs.KindOf(err) != errs.Overloaded {
			t.Errorf("%+v: got %v, want it to be refused", sum, err)
		}
		s.drafts.add(draftSum{-sum.count, -sum.size})
	}
	s.writer.draftBytes.Add(maxDraftQueue)
	if err := s.SaveDraft(t.Context(), draftID(1), 9800, []byte("x"), nil); errs.KindOf(err) != errs.Overloaded {
		t.Errorf("got %v, want it to be refused", err)
	}
	submit(t, s, seeded(62).responses(s, "key", 1)[0], catalog.Accepted)
	s.writer.draftBytes.Add(-maxDraftQueue)
	save(t, s, 1, 9800, "x")
	if n := s.writer.draftBytes.Load(); n != 0 {
		t.Errorf("%d bytes are said to wait", n)
	}
}

func TestADamagedDraftIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, 1, 9800, "x")
	err = s.db.Update(func(tx *bolt.Tx) error {
		id := draftID(1)
		return tx.Bucket(bucketDrafts).Put(id[:], []byte("damaged"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Draft(draftID(1)); got != nil || !errors.Is(err, ErrDamaged) {
		t.Errorf("got %q %v, want ErrDamaged", got, err)
	}
	mustClose(t, s)
	s = mustOpenUnchecked(t, dir)
	defer s.Close()
	if findings, err := s.Check(t.Context(), CheckOptions{}); err != nil || len(findings.Problems) != 1 {
		t.Errorf("verify: got %+v %v", findings, err)
	}
}

// The secret is drawn once, and lasts.
func TestSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	first := s.Secret()
	if first == ([32]byte{}) {
		t.Error("there is no secret")
	}
	mustClose(t, s)
	if got := mustOpen(t, dir, Options{ReadOnly: true}).Secret(); got != first {
		t.Error("the secret does not last")
	}
	if mustOpen(t, t.TempDir(), Options{}).Secret() == first {
		t.Error("two folders have the same secret")
	}
	old := t.TempDir()
	unpackFolder(t, "format-2", old)
	reader := mustOpen(t, old, Options{ReadOnly: true})
	if reader.Secret() != ([32]byte{}) {
		t.Error("a file of an earlier format that can't be written has a secret")
	}
	if d, err := reader.Draft(draftID(1)); d != nil || err != nil {
		t.Errorf("draft of a file of an earlier format: got %q %v", d, err)
	}
	mustClose(t, reader)
	if mustOpen(t, old, Options{}).Secret() == ([32]byte{}) {
		t.Error("a file that was brought to this format has no secret")
	}
}

func FuzzOpenDraft(f *testing.F) {
	f.Add(closeDraft(&draftChange{expires: 9800, sealed: []byte("sealed")}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		expires, sealed, err := openDraft(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged", err)
			}
			return
		}
		if len(sealed) == 0 || !bytes.Equal(closeDraft(&draftChange{expires: expires, sealed: sealed}), b) {
			t.Errorf("%x is read as something else", b)
		}
	})
}
