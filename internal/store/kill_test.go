package store

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/invite"
	"hailong/internal/response"
)

const killSubmitters = 10

// submitChild submits from many goroutines for as long as it lives, and reports
// every id once Submit has returned. Its first submissions are retries of those
// that the child before it may have made. With HAILONG_TEST_EARLY it reports
// before it submits: a lie that the test must see through.
func submitChild(t *testing.T, _ *bufio.Scanner, report io.Writer) {
	t.Helper()
	from, err := strconv.Atoi(os.Getenv("HAILONG_TEST_FROM"))
	if err != nil {
		t.Fatal(err)
	}
	early := os.Getenv("HAILONG_TEST_EARLY") != ""
	s, err := Open(t.Context(), os.Getenv("HAILONG_TEST_DIR"), Options{FoldEvery: 40, settleAfter: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	slips := killSlips(t, s)
	var all sync.WaitGroup
	for g := range killSubmitters {
		all.Go(func() {
			for i := from; ; i++ {
				version := uint32(1 + i%2)
				q := s.Catalog().Version(version).Questionnaire
				r := seeded(uint64(i)).response(q, version, fmt.Sprintf("%d-%d", g, i))
				var with catalog.With
				if i%5 == 0 { // all compete for the same codes
					r = seeded(uint64(i)).invited(s, fmt.Sprintf("%d-%d", g, i))
					r.Wave = 2
					with.Invitation = slips[(i/5)%len(slips)].digest
				}
				if known, err := s.Find(r.ID, r.Fingerprint); i%3 == 0 && known.Status == 0 && err == nil {
					with.Draft = draft.ID(r.ID)
					if err := s.SaveDraft(t.Context(), with.Draft, 9900, []byte("sealed"), nil); err != nil {
						fmt.Fprintf(report, "failed: %v\n", err)
					}
				}
				if early {
					fmt.Fprintf(report, "%d %x\n", i, r.ID)
					time.Sleep(20 * time.Millisecond)
				}
				outcome, err := s.SubmitWith(t.Context(), r, with)
				if err == nil && (outcome.Refusal == catalog.QuotaFull && outcome.Quota == "screens" || outcome.Refusal == catalog.InvitationUsed) {
					continue
				}
				if err != nil || outcome.Status != catalog.Accepted && outcome.Status != catalog.Duplicate {
					fmt.Fprintf(report, "failed: %+v %v\n", outcome, err)
					return
				}
				if !early {
					fmt.Fprintf(report, "%d %x\n", i, r.ID)
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	all.Go(func() {
		for day := response.Day(9830); ; day++ {
			openWaveAgain(t, s)
			_, err := s.Purge(day)
			err = errors.Join(err, loadForKill(t, s, int(day)))
			if day%3 == 0 {
				err = errors.Join(err, inviteAndRevoke(t, s, fmt.Sprint(time.Now().UnixNano())))
			}
			if err != nil {
				fmt.Fprintf(report, "failed: %v\n", err)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	all.Wait()
}

// killSlips are the codes that the children use; they are issued before.
func killSlips(t *testing.T, s *Store) []slip {
	t.Helper()
	return seeded(50).slips(t, s, 2000)
}

// issueForKill issues them to wave 2, in which every response has a code.
func issueForKill(t *testing.T, s *Store) {
	t.Helper()
	openWave(t, s, "codes")
	b := batchOf("a", invite.Group{Agency: 2, Resolver: 5, Service: service, Digests: digests(killSlips(t, s))})
	b.Wave = "codes"
	if err := s.Invite(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// inviteAndRevoke issues codes that nobody uses and revokes some.
func inviteAndRevoke(t *testing.T, s *Store, id string) error {
	t.Helper()
	slips := seeded(uint64(time.Now().UnixNano())).slips(t, s, 5)
	err := s.Invite(t.Context(), batchOf(id, invite.Group{Agency: 1, Digests: digests(slips)}))
	if err != nil {
		return err
	}
	if _, err = s.Revoke(t.Context(), digests(slips[:2])); err == nil && s.Watermark()%2 == 0 {
		_, err = s.RevokeBatch(t.Context(), id)
	}
	return err
}

// mustMatchCodes compares the responses of wave 2 with the codes used.
func mustMatchCodes(t *testing.T, s *Store) {
	t.Helper()
	responses := 0
	for _, one := range scan(t, s) {
		if one.Response.Version == 1 && one.Response.Wave == 2 {
			responses++
		}
	}
	if list := s.Invitations(); len(list) == 0 || list[0].Codes != 2000 || list[0].Used != responses {
		t.Errorf("got %+v, want %d used of 2000 (%v)", list, responses, s.InvitationsFailed())
	}
}

func openWaveAgain(t *testing.T, s *Store) {
	t.Helper()
	ev, err := response.WaveOpened{Survey: "test", Wave: "other"}.Event(1)
	if err == nil {
		_, err = s.Change(t.Context(), ev)
	}
	if err != nil {
		t.Error(err)
	}
}

// killed is a data folder whose writer is killed again and again.
type killed struct {
	dir    string
	acked  map[response.ID]bool
	next   int // where the next child begins
	random chance
}

// round starts a child, kills it at a random moment and notes what it reported.
// It returns the ids reported.
func (k *killed) round(t *testing.T, env ...string) (reported []response.ID) {
	t.Helper()
	c := startChild(t, "submit", append(env, "HAILONG_TEST_DIR="+k.dir, "HAILONG_TEST_FROM="+strconv.Itoa(k.next))...)
	note := func(line string) {
		number, id, ok := strings.Cut(line, " ")
		raw, err := hex.DecodeString(id)
		i, err2 := strconv.Atoi(number)
		if !ok || err != nil || err2 != nil || len(raw) != len(response.ID{}) {
			t.Errorf("child: %s", line)
			return
		}
		k.acked[response.ID(raw)] = true
		reported = append(reported, response.ID(raw))
		k.next = max(k.next, i-3) // the next child repeats a few
	}
	deadline := time.Now().Add(time.Duration(1+k.random.IntN(120)) * time.Millisecond)
	for first := true; first || time.Now().Before(deadline); {
		line, ok := c.next(time.Minute)
		if !ok {
			t.Fatal("the child ended by itself")
		}
		if first { // what takes its time is starting a process
			deadline = time.Now().Add(time.Duration(1+k.random.IntN(120)) * time.Millisecond)
			first = false
		}
		note(line)
	}
	for _, line := range c.kill() {
		note(line)
	}
	return reported
}

// lost opens the folder and returns how many acknowledged responses are missing.
// It fails when one is there twice, or can't be found by its receipt.
func (k *killed) lost(t *testing.T, reported []response.ID) (lost int) {
	t.Helper()
	s, err := Open(t.Context(), k.dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mustMatchCodes(t, s)
	times := map[response.ID]int{}
	seqs := map[response.ID]uint64{}
	err = s.Scan(t.Context(), 0, s.Watermark(), func(seq uint64, r *response.Response) error {
		times[r.ID]++
		seqs[r.ID] = seq
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, n := range times {
		if n > 1 {
			t.Errorf("response %x is there %d times", id, n)
		}
	}
	for id := range k.acked {
		if times[id] == 0 {
			lost++
		}
		if left, err := s.Draft(draft.ID(id)); times[id] > 0 && left != nil || err != nil {
			t.Errorf("response %x is stored, and its draft as well: %v", id, err)
		}
	}
	for _, id := range reported {
		code, _ := response.ParseReceipt(id.Receipt())
		got, err := s.ByReceipt(code)
		if err != nil || times[id] > 0 && !slices.Contains(got, seqs[id]) {
			t.Errorf("receipt of event %d: got %d %v", seqs[id], got, err)
		}
	}
	return lost
}

// A server is killed fifty times at random moments. After each, every response
// that was acknowledged is there, once, with its personal values unless they were
// deleted, no quota has more than it takes, as many codes are used as there are
// responses to them, and the file is sound.
func TestNothingAcknowledgedIsLostByKilling(t *testing.T) {
	t.Parallel()
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	k := &killed{dir: t.TempDir(), acked: map[response.ID]bool{}, random: seeded(seed)}
	const places = 60
	s := richField(t, k.dir, Options{})
	limit(t, s, response.WaveOpened{Quotas: []response.Quota{{ID: "screens", If: "channel in ('qr', 'kiosk')", Limit: places}}})
	issueForKill(t, s)
	mustClose(t, s)
	for round := range rounds {
		reported := k.round(t)
		if lost := k.lost(t, reported); lost > 0 {
			t.Fatalf("round %d: %d of %d acknowledged responses are lost", round, lost, len(k.acked))
		}
		if findings := mustBeSound(t, k.dir); findings == nil || t.Failed() {
			t.Fatalf("round %d: the file is not sound", round)
		}
	}
	s = mustOpen(t, k.dir, Options{})
	mustMatchCodes(t, s)
	t.Logf("invitations: %+v, %d batches", s.Invitations()[0], len(s.Invitations()))
	if _, quotas := s.Taken("rich", ""); quotas["screens"] > places || !testing.Short() && quotas["screens"] < places {
		t.Errorf("the quota of %d was filled with %d", places, quotas["screens"])
	}
	t.Logf("%d rounds, %d responses acknowledged, %d stored", rounds, len(k.acked), len(scan(t, s)))
	if len(k.acked) < rounds*killSubmitters {
		t.Errorf("only %d responses were acknowledged: the children were killed before they did anything", len(k.acked))
	}
}

// A server that acknowledges before it commits loses what it acknowledged: the
// test above would see it.
func TestLossWouldBeSeen(t *testing.T) {
	t.Parallel()
	k := &killed{dir: t.TempDir(), acked: map[response.ID]bool{}, random: seeded(1)}
	s := richField(t, k.dir, Options{})
	issueForKill(t, s)
	mustClose(t, s)
	lost := 0
	for range 3 {
		lost = k.lost(t, k.round(t, "HAILONG_TEST_EARLY=1"))
		k.next += 10 // nobody makes up for the loss
	}
	if lost == 0 {
		t.Error("responses that were never committed are not missed")
	}
}
