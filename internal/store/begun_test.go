package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/response"
)

// begun saves a draft at a place.
func begun(t *testing.T, s *Store, n int, place *draft.Place) {
	t.Helper()
	if err := s.SaveDraft(t.Context(), draftID(n), 9900, []byte("sealed"), place); err != nil {
		t.Fatal(err)
	}
}

// A form counts as begun once, however often its draft is saved, and as finished
// when it becomes a response; one that is dropped or runs out stays begun.
func TestBegun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	rs := seeded(61).responses(s, "key", 2)
	place, other := s.placeOf(rs[0]), &draft.Place{Survey: "other", Wave: "w", Agency: 3, Day: 9801, Channel: response.Kiosk, Counter: "q1"}
	if list, err := s.Begun(); list != nil || err != nil {
		t.Errorf("of nothing: got %+v, %v", list, err)
	}
	begun(t, s, 1, place)
	begun(t, s, 1, place)
	begun(t, s, 2, place)
	begun(t, s, 3, other)
	begun(t, s, 4, nil)
	if err := s.DropDraft(t.Context(), draftID(2)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is a duplicate, and its draft is gone
		if _, err := s.SubmitWith(t.Context(), rs[0], catalog.With{Draft: draftID(1)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.SubmitWith(t.Context(), rs[1], catalog.With{Draft: draftID(9)}); err != nil { // there is no such draft
		t.Fatal(err)
	}
	mustClose(t, s)
	s = mustOpen(t, dir, Options{})
	got, err := s.Begun()
	byPlace := map[draft.Place][2]uint64{}
	for _, x := range got {
		byPlace[x.Place] = [2]uint64{x.Forms, x.Finished}
	}
	if diff := cmp.Diff(map[draft.Place][2]uint64{*place: {2, 1}, *other: {1, 0}}, byPlace); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

// Damaged counts are told, and hinder no answer.
func TestDamagedBegun(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(b *bolt.Bucket) error{
		"a count": func(b *bolt.Bucket) error { k, _ := b.Cursor().First(); return b.Put(k, []byte("damaged")) },
		"a short count": func(b *bolt.Bucket) error {
			k, _ := b.Cursor().First()
			return b.Put(k, closeSum([]byte("short")))
		},
		"a place": func(b *bolt.Bucket) error { return b.Put([]byte{200}, closeSum(make([]byte, begunLen))) },
	} {
		s, err := Open(t.Context(), t.TempDir(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		begun(t, s, 1, &draft.Place{Survey: "trial", Day: 9800})
		if err := s.db.Update(func(tx *bolt.Tx) error { return damage(tx.Bucket(bucketBegun)) }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Begun(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %v", name, err)
		}
		if found, err := s.Check(t.Context(), CheckOptions{}); err == nil && len(found.Problems) == 0 {
			t.Errorf("%s: verify says nothing", name)
		}
		begun(t, s, 2, &draft.Place{Survey: "trial", Day: 9800})
		_ = s.Close()
	}
}
