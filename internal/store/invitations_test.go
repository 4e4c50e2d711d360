package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// slip is a printed code with its digest.
type slip struct {
	code   string
	digest invite.Digest
}

// slips draws codes.
func (c chance) slips(t testing.TB, s *Store, n int) []slip {
	t.Helper()
	list := make([]slip, n)
	for i := range list {
		var random [8]byte
		for j := range random {
			random[j] = byte(c.Uint32())
		}
		code, ok := invite.Parse(invite.New(random))
		if !ok {
			t.Fatal("a new code is none")
		}
		list[i] = slip{code, invite.DigestOf(s.Secret(), code)}
	}
	return list
}

func digests(slips []slip) []invite.Digest {
	list := make([]invite.Digest, len(slips))
	for i := range slips {
		list[i] = slips[i].digest
	}
	return list
}

const (
	issuedOn  = response.Day(9800)
	expiresOn = response.Day(9900)
	service   = "1.004203"
)

// issue issues slips to agency 2 and a service, under the unnamed wave of "test".
func issue(t testing.TB, s *Store, id string, slips []slip) {
	t.Helper()
	if err := s.Invite(t.Context(), batchOf(id, invite.Group{Agency: 2, Resolver: 5, Service: service, Digests: digests(slips)})); err != nil {
		t.Fatal(err)
	}
}

func batchOf(id string, groups ...invite.Group) invite.Batch {
	return invite.Batch{ID: id, Survey: "test", Issued: issuedOn, Expires: expiresOn, Groups: groups}
}

// invited returns a response that fits the invitations of issue.
func (c chance) invited(s *Store, key string) *response.Response {
	r := c.response(s.Catalog().Version(1).Questionnaire, 1, key)
	r.Channel, r.Agency, r.Resolver, r.Service, r.Day = response.Invitation, 2, 5, service, 9822
	return r
}

// spend submits a response with an invitation.
func spend(t testing.TB, s *Store, r *response.Response, d invite.Digest) catalog.Outcome {
	t.Helper()
	got, err := s.SubmitWith(context.Background(), r, catalog.With{Invitation: d})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func stateOfCode(t testing.TB, s *Store, d invite.Digest) invite.State {
	t.Helper()
	e, known := s.Invitation(d)
	if !known {
		t.Fatalf("an invitation is not known: %v", s.InvitationsFailed())
	}
	return e.State
}

// mustCount compares the sums over all invitations.
func mustCount(t testing.TB, s *Store, codes, used, revoked int) {
	t.Helper()
	got := [3]int{}
	for _, c := range s.Invitations() {
		got[0], got[1], got[2] = got[0]+c.Codes, got[1]+c.Used, got[2]+c.Revoked
	}
	if want := [3]int{codes, used, revoked}; got != want {
		t.Errorf("issued, used, revoked: got %d, want %d (%v)", got, want, s.InvitationsFailed())
	}
}

func TestAnInvitationIsGoodForOneResponse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	openWave(t, s, "2")
	random := seeded(20)
	slips := random.slips(t, s, 10)
	issue(t, s, "a", slips[:8])
	if n, err := s.Revoke(t.Context(), []invite.Digest{slips[7].digest}); n != 1 || err != nil {
		t.Fatalf("revoke: %d %v", n, err)
	}
	with := func(change func(r *response.Response)) *response.Response {
		r := random.invited(s, fmt.Sprint(random.Uint64()))
		change(r)
		return r
	}
	first := random.invited(s, "first")
	for _, step := range []struct {
		name     string
		response *response.Response
		slip     int
		want     catalog.Outcome
	}{
		{"nobody's", random.invited(s, "x"), 9, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUnknown}},
		{"another agency", with(func(r *response.Response) { r.Agency = 3 }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUnknown}},
		{"another resolver", with(func(r *response.Response) { r.Resolver = 0 }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUnknown}},
		{"another service", with(func(r *response.Response) { r.Service = "" }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUnknown}},
		{"another wave", with(func(r *response.Response) { r.Wave = 2 }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUnknown}},
		{"too late", with(func(r *response.Response) { r.Day = expiresOn + 1 }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationExpired}},
		{"on the last day", with(func(r *response.Response) { r.Day = expiresOn }), 1, catalog.Outcome{Status: catalog.Accepted, Seq: 7}},
		{"revoked", random.invited(s, "y"), 7, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationRevoked}},
		{"good", first, 0, catalog.Outcome{Status: catalog.Accepted, Seq: 8}},
		{"again", first, 0, catalog.Outcome{Status: catalog.Duplicate, Seq: 8}},
		{"again with another code", first, 2, catalog.Outcome{Status: catalog.Duplicate, Seq: 8}},
		{"used", random.invited(s, "z"), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUsed}},
		{"used and too late", with(func(r *response.Response) { r.Day = expiresOn + 1 }), 0, catalog.Outcome{Status: catalog.Refused, Refusal: catalog.InvitationUsed}},
	} {
		if got := spend(t, s, step.response, slips[step.slip].digest); got != step.want {
			t.Errorf("%s: got %+v, want %+v", step.name, got, step.want)
		}
	}
	if _, err := s.SubmitWith(t.Context(), with(func(r *response.Response) { r.Channel = response.QR }), catalog.With{Invitation: slips[2].digest}); err == nil {
		t.Error("an invitation by another channel was taken")
	}
	check := func(s *Store) {
		t.Helper()
		mustCount(t, s, 8, 2, 1)
		want := invite.Entry{Batch: "a", Survey: "test", Agency: 2, Resolver: 5, Service: service, Expires: expiresOn, State: invite.Used}
		if got, _ := s.Invitation(slips[0].digest); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got := stateOfCode(t, s, slips[2].digest); got != invite.Open {
			t.Errorf("one that only duplicates came with: got state %d", got)
		}
		if _, known := s.Invitation(slips[9].digest); known {
			t.Error("one that was never issued is known")
		}
	}
	check(s)
	crashed := copyFolder(t, dir)
	mustClose(t, s)
	check(mustOpen(t, crashed, Options{ReadOnly: true}))
	check(mustOpen(t, dir, Options{ReadOnly: true}))
	s = mustOpen(t, copyFolder(t, crashed), Options{})
	check(s)
	if got := spend(t, s, first, slips[0].digest); got.Status != catalog.Duplicate {
		t.Errorf("again after a crash: got %+v", got)
	}
	if got := spend(t, s, random.invited(s, "more"), slips[0].digest); got.Refusal != catalog.InvitationUsed {
		t.Errorf("used, after a crash: got %+v", got)
	}
}

// Fifty people have a copy of one slip: one of them is counted.
func TestOneOfFiftyWinsACode(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	const codes, racers = 20, 50
	slips := seeded(21).slips(t, s, codes)
	issue(t, s, "a", slips)
	var mu sync.Mutex
	outcomes := map[catalog.Status]int{}
	for c := range codes {
		start := make(chan struct{})
		var all sync.WaitGroup
		for g := range racers {
			r := seeded(uint64(g)).invited(s, fmt.Sprint(c, " ", g))
			all.Go(func() {
				<-start
				got := spend(t, s, r, slips[c].digest)
				mu.Lock()
				defer mu.Unlock()
				outcomes[got.Status]++
				if got.Status == catalog.Refused && got.Refusal != catalog.InvitationUsed {
					t.Errorf("got %+v", got)
				}
			})
		}
		close(start)
		all.Wait()
	}
	want := map[catalog.Status]int{catalog.Accepted: codes, catalog.Refused: codes * (racers - 1)}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mustCount(t, s, codes, codes, 0)
}

func TestInviteRefuses(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	slips := seeded(22).slips(t, s, 5)
	issue(t, s, "a", slips[:2])
	group := func(agency uint32, slips ...slip) invite.Group {
		return invite.Group{Agency: agency, Digests: digests(slips)}
	}
	change := func(f func(b *invite.Batch)) invite.Batch {
		b := batchOf("b", group(1, slips[2]))
		f(&b)
		return b
	}
	for name, b := range map[string]invite.Batch{
		"no id":            batchOf("", group(1, slips[2])),
		"a known id":       batchOf("a", group(1, slips[2])),
		"no group":         batchOf("b"),
		"an empty group":   batchOf("b", group(1, slips[2]), group(2)),
		"no such agency":   batchOf("b", group(99, slips[2])),
		"no such resolver": batchOf("b", invite.Group{Agency: 1, Resolver: 99, Digests: digests(slips[2:3])}),
		"a known code":     batchOf("b", group(1, slips[1], slips[2])),
		"a code twice":     batchOf("b", group(1, slips[2]), group(2, slips[2])),
		"no code":          batchOf("b", group(1, slip{})),
		"no such survey":   change(func(b *invite.Batch) { b.Survey = "other" }),
		"no such wave":     change(func(b *invite.Batch) { b.Wave = "other" }),
		"expired":          change(func(b *invite.Batch) { b.Expires = b.Issued - 1 }),
		"a strange code":   batchOf("b", invite.Group{Agency: 1, Service: "\xff", Digests: digests(slips[2:3])}),
	} {
		if err := s.Invite(t.Context(), b); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	mustCount(t, s, 2, 0, 0)
	issue(t, s, "b", slips[2:])
	mustCount(t, s, 5, 0, 0)
	for _, kind := range []response.Kind{response.KindInvitationsIssued, response.KindInvitationsRevoked} {
		if _, err := s.Change(t.Context(), response.Control{Kind: kind, Payload: []byte("{}")}); err == nil {
			t.Errorf("an event of kind %d that names no codes was taken", kind)
		}
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	slips := seeded(23).slips(t, s, 30)
	issue(t, s, "a", slips[:20])
	issue(t, s, "b", slips[20:29])
	for i := range 3 {
		spend(t, s, seeded(1).invited(s, fmt.Sprint(i)), slips[i].digest)
	}
	before := s.Watermark()
	list := append(digests(slips[2:5]), slips[4].digest, slips[29].digest, slips[20].digest) // used, two, one again, unknown, of b
	for _, want := range []int{3, 0} {
		if n, err := s.Revoke(t.Context(), list); n != want || err != nil {
			t.Errorf("revoke: got %d %v, want %d", n, err, want)
		}
	}
	for _, want := range []int{15, 0} {
		if n, err := s.RevokeBatch(t.Context(), "a"); n != want || err != nil {
			t.Errorf("revoke a batch: got %d %v, want %d", n, err, want)
		}
	}
	if _, err := s.RevokeBatch(t.Context(), "c"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a batch that is not there: got %v", err)
	}
	if got := s.Watermark() - before; got != 3 {
		t.Errorf("%d events, want one for each batch of the list, and one for the batch", got)
	}
	crashed := copyFolder(t, dir)
	mustClose(t, s)
	for _, dir := range []string{dir, crashed} {
		s := mustOpen(t, dir, Options{})
		mustCount(t, s, 29, 3, 17+1)
		for i, want := range []invite.State{invite.Used, invite.Used, invite.Used, invite.Revoked, invite.Revoked, invite.Revoked} {
			if got := stateOfCode(t, s, slips[i].digest); got != want {
				t.Errorf("slip %d: got state %d, want %d", i, got, want)
			}
		}
		want := []invite.Count{
			{Batch: "a", Survey: "test", Agency: 2, Issued: issuedOn, Expires: expiresOn, Codes: 20, Used: 3, Revoked: 17},
			{Batch: "b", Survey: "test", Agency: 2, Issued: issuedOn, Expires: expiresOn, Codes: 9, Revoked: 1},
		}
		if diff := cmp.Diff(want, s.Invitations()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// A crash at any step of settling, also in the middle of one, loses nothing and
// lets no code in twice.
func TestSettlingGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	slips := seeded(24).slips(t, s, 40)
	issue(t, s, "a", slips[:20])
	issue(t, s, "b", slips[20:])
	left := map[string]string{}
	err := s.writer.do(t.Context(), func() error { // what the writer does, step by step
		w := &s.writer
		left["nothing"] = copyFolder(t, dir)
		for i := range 6 {
			sub := &submission{request: request{response: seeded(1).invited(s, fmt.Sprint(i)), with: catalog.With{Invitation: slips[i].digest}}}
			sub.record = response.AppendRecord(nil, sub.response, s.definitions(1))
			if _, err := w.oneFrame([]*submission{sub}); err != nil || sub.outcome.Status != catalog.Accepted {
				t.Fatalf("got %+v %v", sub.outcome, err)
			}
		}
		left["committed"] = copyFolder(t, dir)
		half := s.settler
		half.unsettled = append([]uint32(nil), s.settler.unsettled[:3]...)
		if err := half.mark(); err != nil {
			return err
		}
		left["half marked"] = copyFolder(t, dir)
		if err := s.settler.mark(); err != nil {
			return err
		}
		left["marked"] = copyFolder(t, dir)
		key, err := os.ReadFile(filepath.Join(dir, CodesKeyName))
		if err != nil {
			return err
		}
		if err := s.settler.settle(s.db); err != nil {
			return err
		}
		left["settled"] = copyFolder(t, dir)
		left["not rotated"] = copyFolder(t, dir)
		return os.WriteFile(filepath.Join(left["not rotated"], CodesKeyName), key, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	for step, dir := range left {
		used := 6
		if step == "nothing" {
			used = 0
		}
		for _, o := range []Options{{ReadOnly: true}, {}, {ReadOnly: true}} {
			s := mustOpen(t, dir, o)
			if mustCount(t, s, 40, used, 0); t.Failed() {
				t.Fatalf("after %q, %+v", step, o)
			}
			mustClose(t, s)
			if left := attack(t, dir, nil); !o.ReadOnly && left.opens(left.key) > 0 {
				t.Errorf("after %q: what is in free pages can be opened", step)
			}
		}
	}
}

// A batch, or a part of it, whose event did not come to be is nobody's, and the
// next one takes its place.
func TestABatchWithoutItsEvent(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]int{"all of it": 0, "a part": 30, "its first byte": 1} {
		for _, first := range []bool{false, true} {
			dir := t.TempDir()
			s := field(t, dir, Options{})
			slips := seeded(25).slips(t, s, 20)
			known := 0
			if !first {
				issue(t, s, "a", slips[:known+5])
				known = 5
			}
			path := filepath.Join(dir, CodesName)
			var whole int64
			if info, err := os.Stat(path); err == nil {
				whole = info.Size()
			}
			head, all, err := arrange(new(batchOf("lost", invite.Group{Agency: 1, Digests: digests(slips[5:10])})))
			if err == nil {
				_, err = s.appendCodes(&head, all)
			}
			if err != nil {
				t.Fatal(err)
			}
			mustClose(t, s)
			if part > 0 {
				if err := os.Truncate(path, whole+int64(part)); err != nil {
					t.Fatal(err)
				}
			}
			s = mustOpen(t, dir, Options{})
			mustCount(t, s, known, 0, 0)
			issue(t, s, "lost", slips[5:12])
			mustCount(t, s, known+7, 0, 0)
			if got := spend(t, s, seeded(1).invited(s, name), slips[5].digest); got.Status != catalog.Accepted {
				t.Errorf("%s: got %+v", name, got)
			}
			mustClose(t, s)
			mustCount(t, mustOpen(t, dir, Options{ReadOnly: true}), known+7, 1, 0)
		}
	}
}
