package response_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/response"
)

func TestPersonalValuesReadAsWritten(t *testing.T) {
	t.Parallel()
	q := readRich(t)
	l, random := response.NewLayout(q), seeded(7)
	if got := l.Retentions(); !slices.Equal(got, []int{30, 365}) {
		t.Fatalf("values are kept for %d days, want 30 and 365", got)
	}
	if got := response.NewLayout(readSurvey(t)).Retentions(); len(got) > 0 {
		t.Errorf("nothing is personal, but kept for %d days", got)
	}
	got := new(response.Response)
	for i := range 2000 {
		want := random.response(q)
		if err := response.ReadRecord(response.AppendRecord(nil, want, l), got, only(l)); err != nil {
			t.Fatal(err)
		}
		for _, days := range l.Retentions() {
			piece := response.AppendPersonal(nil, want, l, days)
			if l.Apart(got, days) != (len(piece) > 0) {
				t.Fatalf("response %d: %d bytes are kept for %d days, the record says otherwise", i, len(piece), days)
			}
			if err := response.ReadPersonal(piece, got, l, days); err != nil {
				t.Fatalf("response %d: %v", i, err)
			}
			if l.Apart(got, days) {
				t.Fatalf("response %d: after all was read, something is apart", i)
			}
		}
		if diff := cmp.Diff(want, got.Clone()); diff != "" {
			t.Fatalf("response %d (-want +got):\n%s", i, diff)
		}
	}
}

// The bytes of FORMAT.md, by hand.
func TestPersonalBytes(t *testing.T) {
	t.Parallel()
	r, l := extended(t)
	const want = "00" + "0e" + "0a" + "30393132333435363738" + // the response, variable 14, 10 bytes
		"01" + "0d" + "03" + "4c616e" + // its first repeat, variable 13, 3 bytes
		"02" + "0d" + "03" + "4c616e"
	if got := hex.EncodeToString(response.AppendPersonal(nil, r, l, 30)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := response.AppendPersonal(nil, r, l, 365); len(got) > 0 {
		t.Errorf("kept for 365 days: got %x, want nothing", got)
	}
	if got := response.AppendPersonal(nil, r, l, 31); len(got) > 0 {
		t.Errorf("kept for 31 days: got %x, want nothing", got)
	}
}

func TestReadPersonalRefuses(t *testing.T) {
	t.Parallel()
	r, l := extended(t)
	record := response.AppendRecord(nil, r, l)
	whole := response.AppendPersonal(nil, r, l, 30)
	first, second := whole[:13], whole[13:19]
	for name, piece := range map[string][]byte{
		"cut off":                  whole[:len(whole)-1],
		"half of an entry":         whole[:1],
		"out of order":             slices.Concat(second, first),
		"an entry twice":           slices.Concat(first, first),
		"a place too many":         {3, 13, 0},
		"a variable too many":      {0, 200, 0},
		"the one after the last":   {0, 19, 0},
		"an answer that is open":   {0, 7, 1, 'x'},
		"one that was not given":   {0, 15, 2},
		"a text too long":          slices.Concat([]byte{0, 14, 0xa1, 0x9c, 1}, bytes.Repeat([]byte("x"), 20_001)),
		"a number in a wider form": {0x80, 0, 14, 0},
	} {
		var got response.Response
		if err := response.ReadRecord(record, &got, only(l)); err != nil {
			t.Fatal(err)
		}
		if err := response.ReadPersonal(piece, &got, l, 30); !errors.Is(err, response.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
	var got response.Response
	if err := response.ReadRecord(record, &got, only(l)); err != nil {
		t.Fatal(err)
	}
	if err := response.ReadPersonal(first, &got, l, 365); !errors.Is(err, response.ErrRecord) {
		t.Errorf("a value that is kept otherwise: got %v, want ErrRecord", err)
	}
}

func FuzzReadPersonal(f *testing.F) {
	r, l := extended(f)
	record := response.AppendRecord(nil, r, l)
	f.Add(response.AppendPersonal(nil, r, l, 30))
	f.Add([]byte{0, 14, 0})
	f.Fuzz(func(t *testing.T, piece []byte) {
		var got response.Response
		if err := response.ReadRecord(record, &got, only(l)); err != nil {
			t.Fatal(err)
		}
		if err := response.ReadPersonal(piece, &got, l, 30); err != nil {
			if !errors.Is(err, response.ErrRecord) {
				t.Errorf("got %v, want ErrRecord", err)
			}
			return
		}
		if again := response.AppendPersonal(nil, &got, l, 30); !bytes.Equal(again, piece) {
			t.Errorf("read and written again:\n%x\n%x", piece, again)
		}
	})
}

func TestGoes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		day  response.Day
		kept int
		want response.Day
	}{{100, 30, 130}, {100, 0, 100}, {100, -5, 100}, {1<<32 - 1, 30, 1<<32 - 1}} {
		if got := test.day.Goes(test.kept); got != test.want {
			t.Errorf("day %d, kept for %d: got %d, want %d", test.day, test.kept, got, test.want)
		}
	}
}
