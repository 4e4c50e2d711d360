package store

import (
	"errors"
	"fmt"
	"testing"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/response"
)

const figuresHeader = "figure,agency,period,cell,value,source,checked,note\n"

// loadFigures loads rows, which must change something.
func loadFigures(t testing.TB, s *Store, rows string) {
	t.Helper()
	ev, changed, err := s.Catalog().ChangeFigures("figures.csv", []byte(figuresHeader+rows), 1)
	if !changed {
		t.Errorf("loading %q changes nothing", rows)
	}
	change(t, s, ev, err)
}

// TestFigures: figures are in the catalog as soon as they are loaded, and after
// the folder was closed, after the process was killed, and after all folds were
// made again from the log.
func TestFigures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 5})
	submitAll(t, s, seeded(3).responses(s, "before", 12))
	loadFigures(t, s, "population,H05.36,2026,,41000,GSO,yes,\nhandled,bac-ninh,2026-Q1,,1200,MC,no,\n")
	submitAll(t, s, seeded(3).responses(s, "between", 12))
	loadFigures(t, s, "population,kinh-bac,2026,,41500,GSO,yes,\nhandled,bac-ninh,2026-Q1,,,MC,no,withdrawn\n")
	want := figuresHeader + "population,kinh-bac,2026,,41500,GSO,yes,\n"
	if got := string(s.Catalog().Figures.Canonical()); got != want {
		t.Fatalf("got\n%swant\n%s", got, want)
	}
	killed := copyFolder(t, dir) // as the disk would be after a kill
	submitAll(t, s, seeded(3).responses(s, "after", 3))
	mustClose(t, s)
	rebuilt := copyFolder(t, dir)
	forgetFolds(t, rebuilt)
	for name, dir := range map[string]string{"closed": dir, "killed": killed, "rebuilt": rebuilt} {
		for _, o := range []Options{{ReadOnly: true}, {FoldEvery: 5}} {
			s := mustOpen(t, dir, o)
			if got := string(s.Catalog().Figures.Canonical()); got != want {
				t.Errorf("%s: got\n%swant\n%s", name, got, want)
			}
			mustClose(t, s)
			mustBeSound(t, dir)
		}
	}
}

// forgetFolds takes out of a file what can be made again from its log.
func forgetFolds(t *testing.T, dir string) {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketControl, bucketIDs, bucketFolds} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, s.db.Close()); err != nil { // not the store: it would save them again
		t.Fatal(err)
	}
}

// Figures that can't be applied are not stored.
func TestFiguresThatAreRefused(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{})
	before := s.Watermark()
	for name, payload := range map[string]string{
		"nothing": "", "a code": figuresHeader + "a,H05,2026,,1,S,no,\n", "a slip": figuresHeader + "a,kinh-bac,2026,,1,S,maybe,\n",
	} {
		outcome, err := s.Change(t.Context(), response.FiguresLoaded(1, []byte(payload)))
		if _, ok := errors.AsType[errs.Mistakes](err); !ok || outcome.Status != 0 {
			t.Errorf("%s: got %+v, %v", name, outcome, err)
		}
	}
	if s.Watermark() != before || s.Catalog().Figures.Len() != 0 {
		t.Error("something was stored")
	}
}

// A folder of format 3 gets figures, and is one of format 4 from then on.
func TestFiguresInAFolderOfFormat3(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpackFolder(t, "format-3", dir)
	s := mustOpen(t, dir, Options{})
	if s.Catalog().Figures.Len() != 0 {
		t.Error("there are figures that nobody loaded")
	}
	loadFigures(t, s, "population,kinh-bac,2026,,41000,GSO,yes,\n")
	mustClose(t, s)
	s = mustOpen(t, dir, Options{ReadOnly: true})
	mustBeOfThisFormat(t, s)
	if n, _ := s.Catalog().Figures.Population("kinh-bac", "2026", ""); n != 41000 {
		t.Errorf("got %d people", n)
	}
}

// loadForKill loads figures that change with every turn, for a child that will be
// killed.
func loadForKill(t *testing.T, s *Store, turn int) error {
	t.Helper()
	rows := fmt.Sprintf("population,kinh-bac,2026,,%d,S,no,\n", turn)
	for i := range 50 {
		rows += fmt.Sprintf("handled,bac-ninh,2026,part=p%d,%d,S,no,\n", i, turn)
	}
	ev, _, err := s.Catalog().ChangeFigures("figures.csv", []byte(figuresHeader+rows), int64(turn))
	if err != nil {
		return err
	}
	outcome, err := s.Change(t.Context(), ev)
	if err == nil && outcome.Status != catalog.Accepted {
		err = fmt.Errorf("figures: got %+v", outcome)
	}
	return err
}
