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
)

// TestAFileOfFormat1IsRead keeps every later program able to read what format 1.0
// wrote: testdata/format-1.db.gz is a data file, format-1.txt what it says. With
// HAILONG_TEST_UPDATE=1 both are made anew, which is right only while no data
// folder of this format is in anybody's hands.
func TestAFileOfFormat1IsRead(t *testing.T) {
	t.Parallel()
	if os.Getenv("HAILONG_TEST_UPDATE") != "" {
		writeGolden(t)
	}
	dir := t.TempDir()
	packed, err := gzip.NewReader(bytes.NewReader(readFile(t, "format-1.db.gz")))
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
	s := mustOpen(t, dir, Options{MustExist: true, FoldEvery: 10})
	if diff := cmp.Diff(string(readFile(t, "format-1.txt")), tell(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	submitAll(t, s, seeded(9).responses(s, "and it goes on", 30))
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

func writeGolden(t *testing.T) {
	t.Helper()
	s := field(t, t.TempDir(), Options{FoldEvery: 4}) // runs of two levels, ids beyond them
	submitAll(t, s, seeded(8).responses(s, "golden", 20))
	openWave(t, s, "2")
	for part := range 5 {
		submitAll(t, s, seeded(8).responses(s, fmt.Sprintf("golden-%d", part), 4))
	}
	submitAll(t, s, seeded(8).responses(s, "tail", 2))
	if err := os.WriteFile("testdata/format-1.txt", []byte(tell(t, s)), 0o600); err != nil {
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
	if err := os.WriteFile("testdata/format-1.db.gz", packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
