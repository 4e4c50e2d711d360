package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// 64 goroutines: every outcome is right, every response is there once, and a
// commit carries many of them.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	const submitters, each = 64, 40
	s := field(t, t.TempDir(), Options{FoldEvery: 300})
	q := s.Catalog().Version(1).Questionnaire
	seqs := make([][]uint64, submitters)
	var all sync.WaitGroup
	for g := range submitters {
		all.Go(func() {
			random := seeded(uint64(g))
			for i := range each {
				r := random.response(q, 1, fmt.Sprintf("%d-%d", g, i))
				shared := random.response(q, 1, fmt.Sprintf("shared-%d", i))
				shared.Fingerprint = 1 // all submit the same
				for _, r := range []*response.Response{r, shared} {
					outcome, err := s.Submit(t.Context(), r)
					if err != nil || outcome.Status != catalog.Accepted && (r != shared || outcome.Status != catalog.Duplicate) {
						t.Errorf("got %+v %v", outcome, err)
						return
					}
					if got, err := s.At(outcome.Seq); err != nil || got.ID != r.ID {
						t.Errorf("acknowledged event %d can't be read: %v", outcome.Seq, err)
					}
					if s.Watermark() < outcome.Seq {
						t.Errorf("acknowledged event %d is not counted", outcome.Seq)
					}
					seqs[g] = append(seqs[g], outcome.Seq)
				}
			}
		})
	}
	all.Wait()
	seen := map[uint64]int{}
	for _, list := range seqs {
		for i, seq := range list {
			seen[seq]++
			if i >= 2 && i%2 == 0 && seq <= list[i-2] {
				t.Errorf("event %d of one submitter comes after event %d", seq, list[i-2])
			}
		}
	}
	m := newModel()
	m.seq = 3
	for _, one := range scan(t, s) {
		if seen[one.Seq] == 0 {
			t.Errorf("event %d was acknowledged to nobody", one.Seq)
		}
		delete(seen, one.Seq)
		m.submit(&one.Response)
	}
	if len(seen) > 0 {
		t.Errorf("%d acknowledged events are not stored", len(seen))
	}
	if want := submitters*each + each; len(m.list) != want {
		t.Errorf("%d responses are stored, want %d", len(m.list), want)
	}
	m.compare(t, s)
	if frames := lastFrame(t, s); int(frames)*4 > len(m.list) {
		t.Errorf("%d responses took %d commits", len(m.list), frames)
	}
}

// A response that races with the closing of its wave has one outcome.
func TestTheClosingOfAWaveIsAPointInTheLog(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	q := s.Catalog().Version(1).Questionnaire
	var all sync.WaitGroup
	var lock sync.Mutex
	var accepted []uint64
	refused := 0
	for g := range 16 {
		all.Go(func() {
			random := seeded(uint64(g))
			for i := range 1000 {
				outcome, err := s.Submit(t.Context(), random.response(q, 1, fmt.Sprintf("%d-%d", g, i)))
				if err != nil {
					t.Errorf("submit: %v", err)
					return
				}
				lock.Lock()
				if outcome.Status == catalog.Accepted {
					accepted = append(accepted, outcome.Seq)
				} else if refused++; outcome.Refusal != catalog.SurveyClosed {
					t.Errorf("got %+v", outcome)
				}
				lock.Unlock()
				if outcome.Status == catalog.Refused {
					return
				}
			}
		})
	}
	time.Sleep(10 * time.Millisecond)
	ev, err := response.WaveClosed{Survey: "test"}.Event(1)
	closed := change(t, s, ev, err)
	all.Wait()
	if refused == 0 || len(accepted) == 0 {
		t.Fatalf("%d accepted, %d refused: nothing raced", len(accepted), refused)
	}
	for _, seq := range accepted {
		if seq > closed {
			t.Errorf("event %d was accepted after the wave closed with event %d", seq, closed)
		}
	}
}
