package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

func replaceOnce(t *testing.T, s, old, next string) string {
	t.Helper()
	if strings.Count(s, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(s, old))
	}
	return strings.Replace(s, old, next, 1)
}

// caller is a response of a day with a telephone number and a day of birth.
func caller(s *Store, key string, day response.Day) *response.Response {
	r := seeded(1).response(s.Catalog().Version(2).Questionnaire, 2, key)
	r.Day = day
	r.Answers[14] = response.Answer{State: response.Answered, Words: "0912345678 " + key}
	r.Answers[15] = response.Answer{State: response.Answered, Amount: -8000}
	return r
}

func TestPersonalValuesAreReadOnlyWhenAskedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := richField(t, dir, Options{})
	want := caller(s, "key", 9800)
	seq := submit(t, s, want, catalog.Accepted).Seq
	submit(t, s, caller(s, "key", 9800), catalog.Duplicate)
	check := func(s *Store) {
		t.Helper()
		open, err := s.At(seq)
		if err != nil {
			t.Fatal(err)
		}
		hidden := without(want, 30, 365)
		if diff := cmp.Diff(&hidden, open); diff != "" {
			t.Errorf("at (-want +got):\n%s", diff)
		}
		full, err := s.AtPersonal(seq)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, full); diff != "" {
			t.Errorf("at, with personal values (-want +got):\n%s", diff)
		}
	}
	check(s)
	if _, err := s.AtPersonal(1); err == nil {
		t.Error("an agency file has personal values")
	}
	if _, err := s.Submit(t.Context(), func() *response.Response { r := without(want, 30); r.ID[0]++; return &r }()); err == nil {
		t.Error("a response whose values were not read was taken")
	}
	mustClose(t, s)
	check(mustOpen(t, dir, Options{ReadOnly: true}))
}

func TestPurge(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := richField(t, dir, Options{})
	const n = purgeBatch + 100
	for i := range n {
		submit(t, s, caller(s, fmt.Sprint(i), response.Day(9800+i%10)), catalog.Accepted)
	}
	_, before := s.Counted()
	purge := func(day response.Day, want int) {
		t.Helper()
		if got, err := s.Purge(day); err != nil || got != want {
			t.Errorf("through %s: deleted %d %v, want %d", day, got, err, want)
		}
	}
	kept := func() (phones, births int) {
		for _, one := range scanPersonal(t, s) {
			if !one.Response.Answers[14].Apart {
				phones++
			}
			if !one.Response.Answers[15].Apart {
				births++
			}
		}
		return phones, births
	}
	for _, step := range []struct {
		day                   response.Day
		gone, phones, birthes int
	}{
		{9829, 0, n, n},
		{9830, n / 10, n - n/10, n}, // 30 days after day 9800
		{9830, 0, n - n/10, n},
		{9839, n - n/10, 0, n}, // more than one transaction deletes
		{9700, 0, 0, n},        // a clock that is wrong
		{9800 + 365 + 4, n / 2, 0, n / 2},
	} {
		purge(step.day, step.gone)
		if phones, births := kept(); phones != step.phones || births != step.birthes {
			t.Errorf("after %s: %d numbers and %d days of birth, want %d and %d", step.day, phones, births, step.phones, step.birthes)
		}
	}
	if _, after := s.Counted(); !bytes.Equal(after, before) {
		t.Error("what is deleted is counted otherwise")
	}
	mustClose(t, s)
	if _, err := s.Purge(9999); !errors.Is(err, ErrClosed) {
		t.Errorf("purge of a closed store: got %v", err)
	}
	reader := mustOpen(t, dir, Options{ReadOnly: true})
	if _, err := reader.Purge(9999); !errors.Is(err, ErrClosed) {
		t.Errorf("purge by a reader: got %v", err)
	}
	mustClose(t, reader)
	s = mustOpen(t, dir, Options{})
	// One that comes too late is kept until the next time.
	submit(t, s, caller(s, "late", 9000), catalog.Accepted)
	purge(9999, 2)
	purge(1<<32-1, n/2)
	if phones, births := kept(); phones != 0 || births != 0 {
		t.Errorf("%d numbers and %d days of birth are left", phones, births)
	}
}

// Nothing personal stands in the log, and so in no fold and no hash.
func TestTheLogHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	s := richField(t, t.TempDir(), Options{})
	submit(t, s, caller(s, "key", 9800), catalog.Accepted)
	err := s.log.Read(t.Context(), 0, func(e Entry) error {
		if bytes.Contains(e.Data, []byte("0912345678")) {
			t.Error("the telephone number stands in the log")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(filepath.Dir(s.db.Path()), FileName))
	if err != nil || bytes.Count(content, []byte("0912345678")) == 0 {
		t.Errorf("the telephone number is not in the file at all: %v", err)
	}
}
