package store

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
)

// TestAFileOfFormat1IsRead keeps every later program able to read what format 1.0
// wrote: testdata/format-1.db.gz is a data file, format-1.txt what it says.
func TestAFileOfFormat1IsRead(t *testing.T) {
	t.Parallel()
	mustRead(t, "format-1", tell)
}

// TestAFileOfFormat2IsRead is the same for format 2.0. With HAILONG_TEST_UPDATE=1
// its files are made anew, which is right only while no data folder of this format
// is in anybody's hands.
func TestAFileOfFormat2IsRead(t *testing.T) {
	t.Parallel()
	if os.Getenv("HAILONG_TEST_UPDATE") != "" {
		writeGolden(t)
	}
	mustRead(t, "format-2", tellAll)
}

// mustRead opens a golden file for reading and for writing, and goes on with it.
func mustRead(t *testing.T, name string, tell func(*testing.T, *Store) string) {
	t.Helper()
	dir := t.TempDir()
	unpack(t, name+".db.gz", dir)
	before := fingerprint(t, dir)
	s := mustOpen(t, dir, Options{ReadOnly: true})
	if diff := cmp.Diff(string(readFile(t, name+".txt")), tell(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mustClose(t, s)
	mustBeSound(t, dir)
	if fingerprint(t, dir) != before {
		t.Error("reading changed the file")
	}
	s = mustOpen(t, dir, Options{MustExist: true, FoldEvery: 10})
	if diff := cmp.Diff(string(readFile(t, name+".txt")), tell(t, s)); diff != "" {
		t.Errorf("opened for writing (-want +got):\n%s", diff)
	}
	submitAll(t, s, seeded(9).responses(s, "and it goes on", 30))
	if s.Catalog().Survey("rich") == nil {
		change(t, s, response.Published(1, readRich(t).Canonical()), nil)
	}
	limit(t, s, response.WaveOpened{Wave: "and on", Quotas: []response.Quota{{ID: "q", If: "overall > 1", Limit: 1}}})
}

// A file of format 1 that was opened for writing is one of this format, which
// programs of that time leave alone.
func TestAFileOfFormat1IsUpgraded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unpack(t, "format-1.db.gz", dir)
	for range 2 {
		mustClose(t, mustOpen(t, dir, Options{}))
	}
	s := mustOpen(t, dir, Options{ReadOnly: true})
	err := s.db.View(func(tx *bolt.Tx) error {
		if got := string(tx.Bucket(bucketMeta).Get(keyFormat)); got != `{"major":2,"minor":0,"min_reader":2,"written_by":"hailong"}` {
			t.Errorf("the stamp is %s", got)
		}
		if tx.Bucket(bucketPersonal) == nil {
			t.Error("there is no place for personal values")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, name, dir string) {
	t.Helper()
	packed, err := gzip.NewReader(bytes.NewReader(readFile(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// tell writes down what a store says, in a form that new fields do not change.
func tell(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	for _, one := range scan(t, s) {
		r := one.Response
		fmt.Fprintf(&b, "%d %s version %d, agency %d, resolver %d, wave %d, %s, %s, language %d, %d s, %x, %q:", one.Seq, r.ID.Receipt(),
			r.Version, r.Agency, r.Resolver, r.Wave, r.Day, r.Channel, r.Lang, r.Seconds, r.Fingerprint, r.Service)
		for _, a := range r.Answers {
			fmt.Fprintf(&b, " %s/%d/%x/%d/%q", a.State, a.Option, a.Set, a.Amount, a.Words)
		}
		b.WriteString("\n")
	}
	through, counted := s.Counted()
	fmt.Fprintf(&b, "counted through %d: %x\n", through, sha256.Sum256(counted))
	for n := uint32(1); s.Catalog().Version(n) != nil; n++ {
		fmt.Fprintf(&b, "version %d: %s\n", n, s.Catalog().Version(n).Questionnaire.Version)
	}
	fmt.Fprintf(&b, "%d agencies\n", s.Catalog().Agencies.Len())
	return b.String()
}

// tellAll is tell with what format 2 added.
func tellAll(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	for _, one := range scanPersonal(t, s) {
		r := one.Response
		fmt.Fprintf(&b, "%d %s dropped %d:", one.Seq, r.ID.Receipt(), r.Dropped)
		for i, a := range r.Answers {
			if a.Apart || a.State == response.Answered && personalDays[i] > 0 && r.Version == 2 {
				fmt.Fprintf(&b, " %d %v %d %q;", i, a.Apart, a.Amount, a.Words)
			}
		}
		for _, rated := range r.Repeats {
			fmt.Fprintf(&b, " agency %d:", rated.Agency)
			for _, a := range rated.Answers[11:14] {
				fmt.Fprintf(&b, " %s/%d/%x/%v/%q", a.State, a.Option, a.Set, a.Apart, a.Words)
			}
		}
		b.WriteString("\n")
	}
	responses, quotas := s.Taken("rich", "")
	whole, full := s.Full("rich", "")
	fmt.Fprintf(&b, "%d responses, %v; full: %v %v\n", responses, quotas, whole, full)
	return b.String() + tell(t, s)
}

func writeGolden(t *testing.T) {
	t.Helper()
	s := richField(t, t.TempDir(), Options{FoldEvery: 4}) // runs of two levels, ids beyond them
	submitAll(t, s, seeded(8).responses(s, "golden", 20))
	openWave(t, s, "2")
	for part := range 5 {
		submitAll(t, s, seeded(8).responses(s, fmt.Sprintf("golden-%d", part), 4))
	}
	limit(t, s, response.WaveOpened{MaxResponses: 40, Quotas: []response.Quota{
		{ID: "country", Title: map[string]string{"vi": "Nông thôn"}, If: "region = 'country'", Limit: 3, Message: map[string]string{"vi": "Đủ"}},
		{ID: "screens", If: "channel in ('qr', 'kiosk')", Limit: 100},
	}})
	for _, r := range seeded(8).richResponses(s, "golden-rich", 30) {
		if _, err := s.Submit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Purge(9850); err != nil {
		t.Fatal(err)
	}
	submitAll(t, s, seeded(8).responses(s, "tail", 2))
	if err := os.WriteFile("testdata/format-2.txt", []byte(tellAll(t, s)), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/format-2.db.gz", packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
