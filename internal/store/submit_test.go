package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

func TestWhatWasSubmittedIsThereAfterReopening(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	m := newModel()
	m.seq = 3
	for _, r := range seeded(1).responses(s, "key", 200) {
		want := m.submit(r)
		if got := submit(t, s, r, catalog.Accepted); got != want {
			t.Fatalf("got outcome %+v, want %+v", got, want)
		}
	}
	m.compare(t, s)
	mustClose(t, s)
	m.compare(t, mustOpen(t, dir, Options{MustExist: true}))
}

func TestScanOfAPart(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	random := seeded(2)
	submitAll(t, s, random.responses(s, "a", 30))
	openWave(t, s, "2") // an event in between is no response
	submitAll(t, s, random.responses(s, "b", 30))
	all := scan(t, s)
	if len(all) != 60 {
		t.Fatalf("got %d responses, want 60", len(all))
	}
	for after := range uint64(66) {
		for _, through := range []uint64{0, 1, after, after + 1, after + 7, 40, 64, 1000} {
			want := []stored{}
			for _, one := range all {
				if one.Seq > after && one.Seq <= through {
					want = append(want, one)
				}
			}
			if diff := cmp.Diff(want, scanPart(t, s, after, through)); diff != "" {
				t.Fatalf("after %d through %d (-want +got):\n%s", after, through, diff)
			}
		}
	}
	stop := errors.New("stop")
	if err := s.Scan(t.Context(), 0, 100, func(uint64, *response.Response) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of the callback: got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Scan(ended, 0, 100, func(uint64, *response.Response) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: got %v", err)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{FoldEvery: 5})
	want := seeded(3).responses(s, "key", 40)
	for i, outcome := range submitAll(t, s, want) {
		got, err := s.At(outcome.Seq)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Fatalf("event %d (-want +got):\n%s", outcome.Seq, diff)
		}
	}
	for _, seq := range []uint64{0, 1, 44, ^uint64(0)} { // none, an agency file, beyond the end
		if got, err := s.At(seq); err == nil {
			t.Errorf("event %d: got %+v, want an error", seq, got)
		}
	}
}

// copyOf is a copy of a response as a retry sends it, changed if it is another submission.
func copyOf(r *response.Response, change func(r *response.Response)) *response.Response {
	c := *r
	if change != nil {
		change(&c)
	}
	return &c
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 3})
	random := seeded(4)
	rs := random.responses(s, "key", 10)
	first := submitAll(t, s, rs)
	check := func(when string) {
		t.Helper()
		for i, r := range rs {
			got := submit(t, s, copyOf(r, func(c *response.Response) { c.Agency, c.Day = 99, 1 }), catalog.Duplicate)
			if got.Seq != first[i].Seq {
				t.Errorf("%s: retry of event %d: got event %d", when, first[i].Seq, got.Seq)
			}
			got = submit(t, s, copyOf(r, func(c *response.Response) { c.Fingerprint++ }), catalog.Reused)
			if got.Seq != first[i].Seq {
				t.Errorf("%s: reused key of event %d: got event %d", when, first[i].Seq, got.Seq)
			}
			for sent, want := range map[uint64]catalog.Status{r.Fingerprint: catalog.Duplicate, r.Fingerprint + 1: catalog.Reused} {
				if got, err := s.Find(r.ID, sent); err != nil || got != (catalog.Outcome{Status: want, Seq: first[i].Seq}) {
					t.Errorf("%s: find event %d: got %+v %v, want status %d", when, first[i].Seq, got, err, want)
				}
			}
			if got, err := s.Find(response.NewID("test", fmt.Sprint("never sent ", i)), 1); err != nil || got != (catalog.Outcome{}) {
				t.Errorf("%s: find what was never sent: got %+v %v", when, got, err)
			}
		}
	}
	check("at once")
	for _, test := range []struct {
		why    catalog.Refusal
		change func(r *response.Response)
	}{
		{catalog.UnknownVersion, func(r *response.Response) { r.Version = 2 }},
		{catalog.UnknownAgency, func(r *response.Response) { r.Agency = 6 }},
		{catalog.AgencyClosed, func(r *response.Response) { r.Agency = 4 }},
		{catalog.UnknownWave, func(r *response.Response) { r.Wave = 2 }},
	} {
		key := "refused " + string(test.why)
		r := random.response(s.Catalog().Version(1).Questionnaire, 1, key)
		if got := submit(t, s, copyOf(r, test.change), catalog.Refused); got.Refusal != test.why || got.Seq != 0 {
			t.Errorf("got %+v, want %s", got, test.why)
		}
		submit(t, s, r, catalog.Accepted) // a refusal leaves nothing behind
		submit(t, s, copyOf(r, test.change), map[bool]catalog.Status{
			true: catalog.Refused, false: catalog.Duplicate,
		}[test.why == catalog.UnknownVersion])
	}
	mustClose(t, s)
	s = mustOpen(t, dir, Options{FoldEvery: 3})
	check("after reopening")
	closeWave(t, s, "")
	check("after the wave closed")
	late := random.response(s.Catalog().Version(1).Questionnaire, 1, "late")
	if got := submit(t, s, late, catalog.Refused); got.Refusal != catalog.SurveyClosed {
		t.Errorf("a closed wave: got %+v", got)
	}
	openWave(t, s, "")
	submit(t, s, late, catalog.Accepted)
}

// held keeps the writer from folding, so that submissions queue up behind it.
// It returns when the writer waits, with the function that lets it go on.
func held(t testing.TB, s *Store, plug *response.Response) (release func()) {
	t.Helper()
	// A refusal leaves nothing behind, and what the writer did before is done.
	submit(t, s, copyOf(plug, func(r *response.Response) { r.Agency = 99 }), catalog.Refused)
	before, err := s.lastSequence()
	if err != nil {
		t.Fatal(err)
	}
	s.idsMu.RLock()
	var done sync.WaitGroup
	done.Go(func() {
		if _, err := s.Submit(context.Background(), plug); err != nil {
			t.Errorf("the response that the writer is held with: %v", err)
		}
	})
	for now := before; now == before; {
		time.Sleep(time.Millisecond)
		if now, err = s.lastSequence(); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		s.idsMu.RUnlock()
		done.Wait()
	}
}

// waitQueued returns when so many submissions are queued.
func waitQueued(s *Store, n int) {
	for len(s.writer.queue) < n {
		time.Sleep(time.Millisecond)
	}
}

func TestOutcomesWithinOneFrame(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	rs := seeded(5).responses(s, "key", 6)
	batch := []*response.Response{
		rs[0], rs[1], copyOf(rs[0], nil), copyOf(rs[1], func(r *response.Response) { r.Fingerprint ^= 2 }),
		copyOf(rs[2], func(r *response.Response) { r.Agency = 4 }), rs[2], copyOf(rs[2], nil), rs[3],
	}
	release := held(t, s, rs[5])
	frames := lastFrame(t, s)
	result := make(chan []catalog.Outcome)
	go func() {
		outcomes, err := s.SubmitMany(context.Background(), batch)
		if err != nil {
			t.Errorf("submit: %v", err)
		}
		result <- outcomes
	}()
	waitQueued(s, len(batch))
	release()
	want := []catalog.Outcome{
		{Status: catalog.Accepted, Seq: 5},
		{Status: catalog.Accepted, Seq: 6},
		{Status: catalog.Duplicate, Seq: 5},
		{Status: catalog.Reused, Seq: 6},
		{Status: catalog.Refused, Refusal: catalog.AgencyClosed},
		{Status: catalog.Accepted, Seq: 7},
		{Status: catalog.Duplicate, Seq: 7},
		{Status: catalog.Accepted, Seq: 8},
	}
	if diff := cmp.Diff(want, <-result); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := lastFrame(t, s); got != frames+1 {
		t.Errorf("the batch took %d frames, want one", got-frames)
	}
}

func lastFrame(t testing.TB, s *Store) Pos {
	t.Helper()
	var last Pos
	err := s.log.Read(context.Background(), 0, func(e Entry) error {
		last = e.Pos
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

// A batch that does not fit in one frame is split, and ids are known across the split.
func TestABatchOfManyFrames(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	m := newModel()
	m.seq = 3
	rs := seeded(6).responses(s, "key", 60)
	for _, r := range rs {
		r.Answers[4] = response.Answer{State: response.Answered, Words: strings.Repeat("x", 20_000)}
	}
	m.submit(rs[59])
	release := held(t, s, rs[59])
	frames := lastFrame(t, s)
	batch := append(append([]*response.Response{}, rs[:59]...), rs[:59]...)
	result := make(chan []catalog.Outcome)
	go func() {
		outcomes, err := s.SubmitMany(context.Background(), batch)
		if err != nil {
			t.Errorf("submit: %v", err)
		}
		result <- outcomes
	}()
	waitQueued(s, len(batch))
	release()
	for i, got := range <-result {
		if want := m.submit(batch[i]); got != want {
			t.Errorf("response %d: got %+v, want %+v", i, got, want)
		}
	}
	if got := lastFrame(t, s) - frames; got != 3 {
		t.Errorf("59 records of 20 000 bytes took %d frames of 512 KB, want 3", got)
	}
	m.compare(t, s)
}

func TestSubmitManyKeepsTheOrder(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	rs := seeded(7).responses(s, "key", queueLen+5000) // more than the queue holds
	for i, outcome := range submitAll(t, s, rs) {
		if want := uint64(i) + 4; outcome.Seq != want {
			t.Fatalf("response %d is event %d, want %d", i, outcome.Seq, want)
		}
	}
	again, err := s.SubmitMany(t.Context(), rs[:100]) // the whole call may be repeated
	if err != nil {
		t.Fatal(err)
	}
	for i, outcome := range again {
		if outcome.Status != catalog.Duplicate || outcome.Seq != uint64(i)+4 {
			t.Fatalf("response %d again: got %+v", i, outcome)
		}
	}
}

func TestSubmitManyRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	rs := seeded(8).responses(s, "key", 5)
	rs[3] = copyOf(rs[3], func(r *response.Response) { r.Answers = r.Answers[1:] })
	if _, err := s.SubmitMany(t.Context(), rs); err == nil || !strings.Contains(err.Error(), "response 4") {
		t.Errorf("six answers to seven variables: got error %v", err)
	}
	if got := len(scan(t, s)); got > 3 {
		t.Errorf("%d responses are stored, want those before the wrong one at most", got)
	}
	if _, err := s.Submit(t.Context(), rs[3]); err == nil {
		t.Error("Submit took six answers to seven variables")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.SubmitMany(ended, rs[:1]); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: got %v", err)
	}
	if _, err := s.Submit(ended, rs[4]); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: got %v", err)
	}
}

func TestChangeRefuses(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	for name, ev := range map[string]response.Control{
		"a kind of the future":   {Kind: 7},
		"an extended response":   {Kind: response.KindExtended},
		"a response":             {Kind: response.KindResponse},
		"a broken form":          response.Published(1, []byte("{}")),
		"agencies that are gone": response.AgenciesImported(1, []byte("id,parent\n")),
		"an unknown wave":        {Kind: response.KindWaveClosed, Payload: []byte(`{"survey":"test","wave":"?"}`)},
	} {
		if got, err := s.Change(t.Context(), ev); err == nil {
			t.Errorf("%s: got %+v, want an error", name, got)
		}
	}
	if got := s.Watermark(); got != 3 {
		t.Errorf("a refused event was stored: watermark %d, want 3", got)
	}
	submit(t, s, seeded(9).responses(s, "key", 1)[0], catalog.Accepted)
}

// What is too large to be read back must not be written.
func TestChangeRefusesWhatCanNotBeReadBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	ev, err := response.WaveOpened{Survey: "test", Wave: "w", Title: map[string]string{"vi": strings.Repeat("x", 64<<20)}}.Event(1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Change(t.Context(), ev); err == nil {
		t.Error("an event of more than 64 MiB was taken")
	}
	_ = s.Close() // the saved catalog is what matters
	again, err := Open(t.Context(), dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatalf("the folder can't be opened any more: %v", err)
	}
	mustClose(t, again)
}

func TestSnapshotIsAWholeDataFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 7})
	submitAll(t, s, seeded(15).responses(s, "a", 50))
	want := scan(t, s)
	path, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	submitAll(t, s, seeded(15).responses(s, "b", 50))
	copied := t.TempDir()
	moveFile(t, path, copied)
	m := mustOpen(t, copied, Options{MustExist: true})
	if diff := cmp.Diff(want, scan(t, m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if size, err := s.Size(); err != nil || size < 10_000 {
		t.Errorf("size of the data file: got %d %v", size, err)
	}
}

// A frame that follows another must say so.
func TestFollow(t *testing.T) {
	t.Parallel()
	at := tip{position: 4, sequence: 9, hash: [32]byte{1}}
	good := head{position: 5, first: 10, count: 3, previous: [32]byte{1}}
	next, err := at.follow(frame{head: good, hash: [32]byte{2}}, 5)
	if want := (tip{position: 5, sequence: 12, hash: [32]byte{2}}); err != nil || next != want {
		t.Fatalf("got %+v %v, want %+v", next, err, want)
	}
	for name, change := range map[string]func(h *head, pos *Pos){
		"position of the frame": func(h *head, _ *Pos) { h.position = 6 },
		"position of the entry": func(_ *head, pos *Pos) { *pos = 6 },
		"both":                  func(h *head, pos *Pos) { h.position, *pos = 6, 6 },
		"first event":           func(h *head, _ *Pos) { h.first = 11 },
		"hash":                  func(h *head, _ *Pos) { h.previous[31] = 1 },
	} {
		h, pos := good, Pos(5)
		change(&h, &pos)
		if got, err := at.follow(frame{head: h}, pos); !errors.Is(err, ErrDamaged) || got != at {
			t.Errorf("wrong %s: got %+v %v, want ErrDamaged", name, got, err)
		}
	}
}
