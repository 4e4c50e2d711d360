package store

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/tally"
)

// copied is a tally as a map.
func copied(t *tally.Tally) (watermark uint64, list map[tally.Key]tally.Cell) {
	list = map[tally.Key]tally.Cell{}
	t.Read(func(mark uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		watermark = mark
		for k, c := range cells {
			list[k] = tally.Cell{Responses: c.Responses, Counts: slices.Clone(c.Counts)}
		}
	})
	return watermark, list
}

// TestPast: the catalog and the counts of every event of the past come back,
// whatever came since, also from a folder that is open for reading only.
func TestPast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	type moment struct {
		catalog *catalog.Catalog
		cells   map[tally.Key]tally.Cell
	}
	then := map[uint64]moment{}
	remember := func() {
		mark, list := cells(s)
		then[mark] = moment{s.Catalog(), list}
	}
	remember()
	random := seeded(7)
	for round, r := range random.responses(s, "past", 60) {
		submit(t, s, r, catalog.Accepted)
		remember()
		if round == 20 {
			closeWave(t, s, "")
			remember()
			openWave(t, s, "")
			remember()
		}
	}
	check := func(s *Store) {
		t.Helper()
		for mark, want := range then {
			c, counted, err := s.Past(t.Context(), mark, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, list := copied(counted)
			if got != mark {
				t.Errorf("event %d: the counts say %d", mark, got)
			}
			if diff := cmp.Diff(want.cells, list); diff != "" {
				t.Errorf("event %d: counts (-then +now)\n%s", mark, diff)
			}
			if diff := cmp.Diff(string(want.catalog.Agencies.Canonical()), string(c.Agencies.Canonical())); diff != "" {
				t.Errorf("event %d: agencies (-then +now)\n%s", mark, diff)
			}
			if diff := cmp.Diff(want.catalog.Survey("test").Waves, c.Survey("test").Waves, cmp.AllowUnexported(catalog.Wave{}, catalog.Quota{})); diff != "" {
				t.Errorf("event %d: waves (-then +now)\n%s", mark, diff)
			}
		}
	}
	check(s)
	last := s.Watermark()
	_, _, err := s.Past(t.Context(), last+1, nil)
	if !errors.Is(err, ErrAhead) {
		t.Errorf("an event to come: got %v", err)
	}
	if c, counted, err := s.Past(t.Context(), 0, nil); err != nil || len(c.Surveys()) != 0 {
		t.Errorf("before the first event: %v, %v", c, err)
	} else if _, list := copied(counted); len(list) > 0 {
		t.Errorf("before the first event: %v", list)
	}
	done, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := s.Past(done, last, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: got %v", err)
	}
	mustClose(t, s)
	readOnly := mustOpen(t, dir, Options{ReadOnly: true})
	check(readOnly)
	var seen uint64
	if _, _, err := readOnly.Past(t.Context(), last, func(done, total uint64) {
		if done > total || total != last {
			t.Errorf("progress %d of %d", done, total)
		}
		seen++
	}); err != nil || seen == 0 {
		t.Errorf("progress was told %d times, %v", seen, err)
	}
}

// TestPastNeedsNoFold: what is saved is not looked at.
func TestPastNeedsNoFold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 8})
	random := seeded(9)
	submitAll(t, s, random.responses(s, "fold", 40))
	_, want := cells(s)
	mustClose(t, s)
	s = mustOpen(t, dir, Options{ReadOnly: true})
	s.tally = tally.New() // as if it were damaged
	_, counted, err := s.Past(t.Context(), s.Watermark(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, got := copied(counted)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got)\n%s", diff)
	}
}
