package store

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// TestAFileOfFormat2IsRead is the same for format 2.0.
func TestAFileOfFormat2IsRead(t *testing.T) {
	t.Parallel()
	mustRead(t, "format-2", tellAll)
}

// TestAFolderOfFormat3IsRead is the same for a folder of format 3.0.
func TestAFolderOfFormat3IsRead(t *testing.T) {
	t.Parallel()
	mustRead(t, "format-3", tellMore)
}

// TestAFolderOfFormat4IsRead is the same for a folder of format 4.0. With
// HAILONG_TEST_UPDATE=1 its files are made anew, which is right only while no data
// folder of this format is in anybody's hands.
func TestAFolderOfFormat4IsRead(t *testing.T) {
	t.Parallel()
	if os.Getenv("HAILONG_TEST_UPDATE") != "" {
		writeGolden(t)
	}
	mustRead(t, "format-4", tellFigures)
}

// mustRead opens a golden file for reading and for writing, and goes on with it.
func mustRead(t *testing.T, name string, tell func(*testing.T, *Store) string) {
	t.Helper()
	dir := t.TempDir()
	unpackFolder(t, name, dir)
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

// A file of an earlier format that was opened for writing is one of this format,
// which programs of that time leave alone.
func TestAFileOfAnEarlierFormatIsUpgraded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"format-1", "format-2", "format-3"} {
		dir := t.TempDir()
		unpackFolder(t, name, dir)
		for range 2 {
			mustClose(t, mustOpen(t, dir, Options{}))
		}
		mustBeOfThisFormat(t, mustOpen(t, dir, Options{ReadOnly: true}))
	}
}

func mustBeOfThisFormat(t *testing.T, s *Store) {
	t.Helper()
	err := s.db.View(func(tx *bolt.Tx) error {
		if got := string(tx.Bucket(bucketMeta).Get(keyFormat)); got != `{"major":4,"minor":0,"min_reader":4,"written_by":"hailong"}` {
			t.Errorf("the stamp is %s", got)
		}
		for _, name := range buckets(formatMajor) {
			if tx.Bucket(name) == nil {
				t.Errorf("there is no part %q", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goldenFiles are the files of a folder, by the ends of the names under which they
// are kept in testdata.
var goldenFiles = map[string]string{".db.gz": FileName, ".invitations.gz": CodesName, ".key.gz": CodesKeyName}

// unpackFolder makes a folder of golden files.
func unpackFolder(t *testing.T, name, dir string) {
	t.Helper()
	for end, file := range goldenFiles {
		kept, err := os.ReadFile(filepath.Join("testdata", name+end))
		if errors.Is(err, fs.ErrNotExist) && file != FileName {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		packed, err := gzip.NewReader(bytes.NewReader(kept))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(packed)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// packFolder keeps a folder as golden files.
func packFolder(t *testing.T, name, dir string) {
	t.Helper()
	for end, file := range goldenFiles {
		data, err := os.ReadFile(filepath.Join(dir, file))
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
		if err := os.WriteFile(filepath.Join("testdata", name+end), packed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
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
	b.WriteString(tellCounts(s))
	for n := uint32(1); s.Catalog().Version(n) != nil; n++ {
		fmt.Fprintf(&b, "version %d: %s\n", n, s.Catalog().Version(n).Questionnaire.Version)
	}
	fmt.Fprintf(&b, "%d agencies\n", s.Catalog().Agencies.Len())
	return b.String()
}

// tellCounts writes down the counts, by what cells were named when they were written.
func tellCounts(s *Store) string {
	through, counted := cells(s)
	lines := make([]string, 0, len(counted))
	for k, c := range counted {
		line := fmt.Sprintf("%d %d %d %d %d: %d %d", k.Version, k.Agency, k.Period, k.Channel, k.Wave, c.Responses, c.Counts)
		if k.Flagged {
			line += " flagged"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return fmt.Sprintf("counted through %d: %x\n", through, sha256.Sum256([]byte(strings.Join(lines, "\n"))))
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

// tellMore is tellAll with what format 3 added.
func tellMore(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "secret %x\n", sha256.Sum256(append([]byte("of a test"), s.secret[:]...)))
	for i, slip := range seeded(8).slips(t, s, 12) {
		e, known := s.Invitation(slip.digest)
		fmt.Fprintf(&b, "slip %d: %t %q %q %q %d %d %q %s %d\n", i, known, e.Batch, e.Survey, e.Wave, e.Agency, e.Resolver, e.Service, e.Expires, e.State)
	}
	for n := range 4 {
		sealed, err := s.Draft(draftID(n))
		fmt.Fprintf(&b, "draft %d: %q %v\n", n, sealed, err)
	}
	for _, one := range scan(t, s) {
		if r := &one.Response; r.Flags != 0 || r.Counter != "" {
			fmt.Fprintf(&b, "%d: flags %s, counter %q\n", one.Seq, r.Flags, r.Counter)
		}
	}
	return b.String() + tellAll(t, s)
}

// tellFigures is tellMore with what format 4 added.
func tellFigures(t *testing.T, s *Store) string {
	t.Helper()
	return string(s.Catalog().Figures.Canonical()) + tellMore(t, s)
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
	slips := seeded(8).slips(t, s, 12)
	issue(t, s, "a", slips[:6])
	issue(t, s, "b", slips[6:])
	for n := range 3 {
		save(t, s, n, response.Day(9800+n), fmt.Sprint("sealed ", n))
		spend(t, s, seeded(8).invited(s, fmt.Sprint("invited-", n)), slips[n].digest)
	}
	if n, err := s.Revoke(t.Context(), digests(slips[5:8])); n != 3 || err != nil {
		t.Fatalf("revoke: %d %v", n, err)
	}
	loadFigures(t, s, "population,kinh-bac,2026,,41000,GSO 2026,yes,\npopulation,kinh-bac,2026,gender=female,20900,GSO 2026,no,\n"+
		"on_time,kinh-bac,2026-Q3,,96.3,\"Cổng DVC, quý 3\",yes,\nself,so-y-te,2026,,,Sở Y tế,no,chưa nộp\n")
	submitAll(t, s, seeded(8).responses(s, "tail", 2))
	loadFigures(t, s, "on_time,kinh-bac,2026-Q3,,96.4,\"Cổng DVC, quý 3\",yes,sửa\npopulation,kinh-bac,2026,gender=female,,GSO 2026,no,withdrawn\n")
	var dir string
	spend(t, s, seeded(8).invited(s, "invited-last"), slips[8].digest) // not settled
	err := s.writer.do(t.Context(), func() error {
		dir = copyFolder(t, s.settler.dir)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	packFolder(t, "format-4", dir)
	if err := os.WriteFile("testdata/format-4.txt", []byte(tellFigures(t, s)), 0o600); err != nil {
		t.Fatal(err)
	}
}
