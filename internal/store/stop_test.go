package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"hailong/internal/errs"
	"hailong/internal/response"
)

func TestAfterClose(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	rs := seeded(10).responses(s, "key", 2)
	mustClose(t, s)
	if _, err := s.Submit(t.Context(), rs[0]); !errors.Is(err, ErrClosed) {
		t.Errorf("submit: got %v, want ErrClosed", err)
	}
	if _, err := s.SubmitMany(t.Context(), rs); !errors.Is(err, ErrClosed) {
		t.Errorf("submit many: got %v, want ErrClosed", err)
	}
	if _, err := s.Change(t.Context(), response.Control{Kind: response.KindWaveClosed}); !errors.Is(err, ErrClosed) {
		t.Errorf("change: got %v, want ErrClosed", err)
	}
}

// Close commits what is queued before it.
func TestCloseWaitsForWhatIsQueued(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	rs := seeded(11).responses(s, "key", 50)
	release := held(t, s, rs[0])
	result := make(chan error)
	go func() {
		_, err := s.SubmitMany(context.Background(), rs[1:])
		result <- err
	}()
	waitQueued(s, 49)
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	time.Sleep(10 * time.Millisecond)
	release()
	if err := errors.Join(<-result, <-closed); err != nil {
		t.Fatal(err)
	}
	if got := len(scan(t, mustOpen(t, dir, Options{}))); got != 50 {
		t.Errorf("%d responses are stored, want 50", got)
	}
}

// After a failed write nobody can say what is on disk: the store stops for good.
func TestAFailedCommitStopsTheStore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	rs := seeded(12).responses(s, "key", 20)
	submitAll(t, s, rs[:10])
	if s.Failed() != nil {
		t.Fatalf("failed before anything was wrong: %v", s.Failed())
	}
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range rs[10:] {
		if got, err := s.Submit(t.Context(), r); err == nil {
			t.Fatalf("got %+v without a file to write to", got)
		}
	}
	if s.Failed() == nil {
		t.Error("the store says that it has not failed")
	}
	if _, err := s.SubmitMany(t.Context(), rs); err == nil {
		t.Error("SubmitMany works without a file to write to")
	}
	if err := s.Close(); err == nil {
		t.Error("Close says that all is well")
	}
	again := mustOpen(t, dir, Options{})
	if got := len(scan(t, again)); got != 10 {
		t.Errorf("%d responses are there, want the 10 that were acknowledged", got)
	}
	submitAll(t, again, rs[10:])
}

// One slow disk moment must not make a store refuse for ever.
func TestOverloadPasses(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	s.writer.took.Store(int64(10 * time.Second)) // as after a commit of a minute
	r := seeded(13).responses(s, "key", 1)[0]
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		_, err := s.Submit(t.Context(), r)
		if err == nil {
			return
		}
		if errs.KindOf(err) != errs.Overloaded {
			t.Fatal(err)
		}
		if time.Since(start) > 2*time.Second {
			t.Fatalf("with nothing to do, still refused after two seconds: %v", err)
		}
	}
}

func TestOverload(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	rs := seeded(14).responses(s, "key", 60)
	release := held(t, s, rs[0])
	s.writer.took.Store(int64(10 * time.Second))
	var all sync.WaitGroup
	turnedAway := make(chan *response.Response, 60)
	for _, r := range rs[1:] {
		all.Go(func() {
			_, err := s.Submit(context.Background(), r)
			if errs.KindOf(err) == errs.Overloaded && err != nil {
				turnedAway <- r
			} else if err != nil {
				t.Errorf("submit: %v", err)
			}
		})
	}
	time.Sleep(100 * time.Millisecond)
	release()
	all.Wait()
	close(turnedAway)
	if len(turnedAway) == 0 {
		t.Fatal("nobody was told that the store is overloaded")
	}
	refused := map[response.ID]bool{}
	for r := range turnedAway {
		refused[r.ID] = true
	}
	stored := scan(t, s)
	for _, one := range stored {
		if refused[one.Response.ID] {
			t.Errorf("event %d is stored although its sender was told that nothing was", one.Seq)
		}
	}
	if len(stored)+len(refused) != len(rs) {
		t.Errorf("%d stored, %d refused, %d submitted", len(stored), len(refused), len(rs))
	}
	if e, ok := errors.AsType[*errs.Error](overloaded()); !ok || e.Args["seconds"] == nil {
		t.Error("the error does not say when to come back")
	}
}
