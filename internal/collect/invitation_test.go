package collect

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/invite"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// codesFor issues a batch about an agency, good until a day, and returns its codes.
func (w *world) codesFor(t testing.TB, batch, survey, agency string, n int, expires response.Day) []string {
	t.Helper()
	a := w.store.Catalog().Agencies.ByID(agency)
	if a == nil {
		t.Fatal("no agency ", agency)
	}
	group := invite.Group{Agency: a.Number, Service: "1.001"}
	var list []string
	for i := range n {
		var random [8]byte
		random[0], random[1] = byte(i>>8), byte(i)
		copy(random[2:], batch)
		code, _ := invite.Parse(invite.New(random))
		list = append(list, code)
		group.Digests = append(group.Digests, invite.DigestOf(w.store.Secret(), code))
	}
	today := response.DayOf(w.clock.now())
	err := w.store.Invite(t.Context(), invite.Batch{ID: batch, Survey: survey, Wave: "1", Issued: today, Expires: expires, Groups: []invite.Group{group}})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// invited is a world whose survey is answered by invitation alone.
func invited(t testing.TB) *world {
	t.Helper()
	w := open(t)
	w.publish(t, "first.yaml")
	w.limit(t, func(w *response.WaveOpened) { w.Invitation = true })
	return w
}

func (w *world) by(t testing.TB, key, code string) *Input {
	t.Helper()
	in := input(t, key)
	in.Agency, in.Invitation = "", code
	return in
}

const tomorrow = 1

func TestInvitationsAreToldApart(t *testing.T) {
	t.Parallel()
	w := invited(t)
	today := response.DayOf(w.clock.now())
	good := w.codesFor(t, "aaaaaa", "trial", "tan-chi", 4, today+tomorrow)
	w.clock.at = w.clock.at.AddDate(0, 0, -5)
	late := w.codesFor(t, "bbbbbb", "trial", "tan-chi", 1, today-1)
	w.clock.at = w.clock.at.AddDate(0, 0, 5)
	another, err := questionnaire.Parse("another", "first.yaml", read(t, "first.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w.change(t, response.Published(0, another.Questionnaire.Canonical()), nil)
	ev, err := response.WaveOpened{Survey: "another", Wave: "1"}.Event(0)
	w.change(t, ev, err)
	other := w.codesFor(t, "cccccc", "another", "tan-chi", 1, today+tomorrow)
	if n, err := w.store.Revoke(t.Context(), []invite.Digest{invite.DigestOf(w.store.Secret(), good[3])}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := w.collector.Submit(t.Context(), w.by(t, "first", good[0])); err != nil {
		t.Fatal(err)
	}
	mistyped := good[1][:10] + string("0123456789"[(strings.IndexByte("0123456789", good[1][10])+1)%10])
	if _, ok := invite.Parse(mistyped); ok {
		t.Fatal("the check character is no check")
	}
	for name, c := range map[string]struct{ code, want string }{
		"used":                {good[0], "2 invalid invitation:invitation_used"},
		"mistyped":            {mistyped, "2 invalid invitation:invitation_mistyped"},
		"too short":           {good[1][:8], "2 invalid invitation:invitation_mistyped"},
		"not a code at all":   {"<script>alert(1)</script>", "2 invalid invitation:invitation_mistyped"},
		"forged":              {invite.New([8]byte{9, 9, 9}), "2 invalid invitation:invitation_unknown"},
		"of another survey":   {other[0], "2 invalid invitation:invitation_unknown"},
		"expired":             {late[0], "2 invalid invitation:invitation_expired"},
		"revoked":             {good[3], "2 invalid invitation:invitation_revoked"},
		"small, with dashes":  {strings.ToLower(good[1][:4] + "-" + good[1][4:8] + "-" + good[1][8:]), "stored"},
		"spaces, O for zero ": {" " + strings.ReplaceAll(good[2], "0", "O") + " ", "stored"},
	} {
		_, err := w.collector.Submit(t.Context(), w.by(t, "key-"+strings.ReplaceAll(name, " ", ""), c.code))
		if got := kindOf(err); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// An empty invitation is none, in whatever way it is written.
func TestNothingIsNoInvitation(t *testing.T) {
	t.Parallel()
	w := invited(t)
	for _, body := range []string{`null`, `""`, `"  "`, `[]`, `{}`, `0`, `false`} {
		in, err := ReadJSON(`{"agency":"tan-chi","channel":"invitation","answers":{"level":"4"},"invitation":` + body + `}`)
		if err == nil {
			in.Survey, in.Key = "trial", "k"
			_, err = w.collector.Submit(t.Context(), in)
		}
		if err == nil {
			t.Errorf("%s lets somebody in", body)
		}
	}
	w.limit(t, func(*response.WaveOpened) {})
	in := input(t, "k")
	in.Channel = "invitation"
	if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != "2 invalid invitation:invitation_missing" {
		t.Errorf("got %v", err)
	}
}

// The invitation decides what a response is about, whatever else is sent.
func TestInvitationDecides(t *testing.T) {
	t.Parallel()
	w := invited(t)
	code := w.codesFor(t, "aaaaaa", "trial", "tan-chi", 1, response.DayOf(w.clock.now()))[0]
	in := w.by(t, "key", code)
	in.Agency, in.Channel, in.Service, in.Wave = "ha-noi", "kiosk", "9.999", "9"
	if _, err := w.collector.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	got := w.stored(t)[0]
	if got.Agency != w.store.Catalog().Agencies.ByID("tan-chi").Number || got.Channel != response.Invitation || got.Service != "1.001" || got.Flags != 0 {
		t.Errorf("got %+v", got)
	}
}

// One code is good for one answer, also when fifty people type it at once; who
// sends again under the same key has the receipt.
func TestInvitationOnce(t *testing.T) {
	t.Parallel()
	w := invited(t)
	code := w.codesFor(t, "aaaaaa", "trial", "tan-chi", 1, response.DayOf(w.clock.now()))[0]
	var all sync.WaitGroup
	results := make([]string, 50)
	for i := range results {
		all.Go(func() {
			_, err := w.collector.Submit(t.Context(), w.by(t, fmt.Sprint("key-", i), code))
			results[i] = kindOf(err)
		})
	}
	all.Wait()
	stored := 0
	for i, got := range results {
		switch got {
		case "stored":
			stored++
			receipt, err := w.collector.Submit(t.Context(), w.by(t, fmt.Sprint("key-", i), code))
			if err != nil || receipt.New || receipt.Code == "" {
				t.Errorf("again: got %+v, %v, want the same receipt", receipt, err)
			}
		case "2 invalid invitation:invitation_used":
		default:
			t.Errorf("got %s", got)
		}
	}
	if stored != 1 || len(w.stored(t)) != 1 {
		t.Errorf("%d told to be stored, %d are", stored, len(w.stored(t)))
	}
}

// An agency that was merged since its invitations went out can't be rated any more.
func TestInvitationToAnAgencyThatClosed(t *testing.T) {
	t.Parallel()
	w := invited(t)
	w.clock.at = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	code := w.codesFor(t, "aaaaaa", "trial", "old", 1, response.DayOf(w.clock.now())+9)[0]
	w.clock.at = time.Date(2026, time.March, 9, 12, 0, 0, 0, time.UTC)
	if _, err := w.collector.Submit(t.Context(), w.by(t, "key", code)); kindOf(err) != "2 invalid agency:agency_closed" {
		t.Errorf("got %v", err)
	}
}

// A response that is named after its code could be found by whoever has the list.
func TestKeyIsNoCode(t *testing.T) {
	t.Parallel()
	w := invited(t)
	code := w.codesFor(t, "aaaaaa", "trial", "tan-chi", 1, response.DayOf(w.clock.now()))[0]
	for _, key := range []string{code, strings.ToLower(code), code[:4] + "-" + code[4:]} {
		if _, err := w.collector.Submit(t.Context(), w.by(t, key, code)); kindOf(err) != "1 key_is_code" {
			t.Errorf("%s: got %v", key, err)
		}
	}
}

// Whoever guesses is slowed down; who mistypes is not.
func TestGuesses(t *testing.T) {
	t.Parallel()
	w := invited(t)
	code := w.codesFor(t, "aaaaaa", "trial", "tan-chi", 1, response.DayOf(w.clock.now())+9)[0]
	for i := range guessBurst {
		for range 3 {
			if _, err := w.collector.Invitation("MISTYPED"); kindOf(err) != "2 invalid invitation:invitation_mistyped" {
				t.Fatal(err)
			}
		}
		if _, err := w.collector.Invitation(invite.New([8]byte{7, byte(i)})); kindOf(err) != "2 invalid invitation:invitation_unknown" {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	if _, err := w.collector.Invitation(code); kindOf(err) != "9 too_many_codes" {
		t.Errorf("got %v, want too_many_codes", err)
	}
	if _, err := w.collector.Submit(t.Context(), w.by(t, "key", code)); kindOf(err) != "9 too_many_codes" {
		t.Errorf("got %v, want too_many_codes", err)
	}
	w.clock.at = w.clock.at.Add(time.Second / guessRate)
	if got, err := w.collector.Invitation(code); err != nil || got.Survey.Slug != "trial" || got.Agency.ID != "tan-chi" {
		t.Errorf("after a pause: got %+v, %v", got, err)
	}
}

// What is stored of a submission does not depend on its code.
func TestFingerprintIsBlindToTheCode(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	plain, coded := input(t, "k"), input(t, "k")
	coded.Invitation = invite.New([8]byte{1})
	if plain.Fingerprint(q) != coded.Fingerprint(q) {
		t.Error("the fingerprint depends on the code")
	}
	counter := input(t, "k")
	counter.Counter = "Q2"
	if plain.Fingerprint(q) == counter.Fingerprint(q) {
		t.Error("another counter has the same fingerprint")
	}
	// Stored responses have this one: it may never change.
	if got, want := plain.Fingerprint(q), uint64(0xb4839a0ac668c0ef); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}
