package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hailong/internal/draft"
	"hailong/internal/response"
	"hailong/internal/store"
)

// What is kept no longer is deleted once a day; a day on which that fails is tried
// again, and told.
func TestPurger(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	morning := time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)
	ends := response.DayOf(morning)
	hold := func(id byte, expires response.Day) {
		t.Helper()
		if err := s.SaveDraft(t.Context(), draft.ID{id}, expires, []byte("sealed"), nil); err != nil {
			t.Fatal(err)
		}
	}
	mustHold := func(when string, want ...bool) {
		t.Helper()
		for i, want := range want {
			if got, err := s.Draft(draft.ID{byte(i + 1)}); err != nil || (got != nil) != want {
				t.Errorf("%s, draft %d: got %q %v, want it to be there: %t", when, i+1, got, err, want)
			}
		}
	}
	hold(1, ends-1)
	hold(2, ends)
	var logged bytes.Buffer
	p := &purger{store: s, log: slog.New(slog.NewTextHandler(&logged, nil))}
	p.follow(morning)
	mustHold("on the last day of one", false, true)
	hold(1, ends-1)
	p.follow(morning.Add(time.Hour))
	mustHold("on the same day again", true, true)
	p.follow(morning.AddDate(0, 0, 1))
	mustHold("the day after", false, false)
	if logged.Len() > 0 {
		t.Errorf("nothing personal was there, and it is said: %s", &logged)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	done := p.done
	p.follow(morning.AddDate(0, 0, 2))
	if !strings.Contains(logged.String(), "tried again in a minute") || p.done != done {
		t.Errorf("with a store that is closed: day %s, %s", p.done, &logged)
	}
}
