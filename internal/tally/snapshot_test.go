package tally_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/response"
	"hailong/internal/tally"
)

func TestRestoreReadsWhatEncodeWrote(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	for _, n := range []int{0, 1, 2, 1000} {
		counts := tally.New()
		counts.Add(uint64(n)+7, randomEntries(uint64(n), n, q))
		watermark, encoded := counts.Encode()
		if watermark != uint64(n)+7 {
			t.Errorf("%d responses: encoded at watermark %d", n, watermark)
		}
		restored := tally.New()
		restored.Add(1, randomEntries(99, 3, q)) // what was there before goes
		if err := restored.Restore(watermark, encoded); err != nil {
			t.Fatalf("%d responses: %v", n, err)
		}
		wantMark, want := cells(counts)
		gotMark, got := cells(restored)
		if diff := cmp.Diff(want, got); diff != "" || gotMark != wantMark {
			t.Errorf("%d responses: watermark %d, want %d (-want +got):\n%s", n, gotMark, wantMark, diff)
		}
		if _, again := restored.Encode(); !bytes.Equal(again, encoded) {
			t.Errorf("%d responses: encoded again, the bytes differ", n)
		}
		// It is the same tally from here on.
		more := randomEntries(5, 20, q)
		counts.Add(2000, more)
		restored.Add(2000, more)
		_, want2 := counts.Encode()
		if _, got2 := restored.Encode(); !bytes.Equal(want2, got2) {
			t.Errorf("%d responses: the restored tally counts otherwise", n)
		}
	}
}

func TestRestoreNothing(t *testing.T) {
	t.Parallel()
	counts := tally.New()
	counts.Add(3, randomEntries(1, 3, readSurvey(t)))
	if err := counts.Restore(0, nil); err != nil {
		t.Fatal(err)
	}
	if watermark, got := cells(counts); watermark != 0 || len(got) != 0 {
		t.Errorf("got %d cells at %d, want none", len(got), watermark)
	}
}

// The bytes of FORMAT.md, by hand.
func TestEncodedBytes(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	r := &response.Response{Version: 1, Agency: 300, Wave: 1, Day: 31, Channel: response.QR, Answers: make([]response.Answer, 7)}
	r.Answers[0] = response.Answer{State: response.Answered, Option: 1}
	for i := 1; i < 7; i++ {
		r.Answers[i].State = response.Skipped
	}
	counts := tally.New()
	counts.Add(9, []tally.Entry{{Questionnaire: q, Response: r}, {Questionnaire: q, Response: r}})
	_, got := counts.Encode()
	want := []byte{
		1,                    // one cell
		1, 0xac, 2, 31, 2, 1, // version, agency, period, channel, wave
		2, 68, // responses, slots
		6, 2, 3, 2, // overall: option 1, answered
		1, 2, 8, 2, 9, 2, 5, 2, // skipped: how, needs, hours, remarks
		5, 2, 10, 2, // skipped: staff_polite, staff_clear
		9, 2, 2, 2, // the pool of overall and the staff: 2 respondents, u² and ud are 0, d² is 1 each
		0, 0, // no zeros to the end
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRestoreRefusesEveryShorterAndLongerSnapshot(t *testing.T) {
	t.Parallel()
	counts := tally.New()
	counts.Add(9, randomEntries(6, 40, readSurvey(t)))
	watermark, encoded := counts.Encode()
	_, want := cells(counts)
	for n := 1; n < len(encoded); n++ {
		if err := counts.Restore(1, encoded[:n]); !errors.Is(err, tally.ErrSnapshot) {
			t.Fatalf("%d of %d bytes: got %v, want ErrSnapshot", n, len(encoded), err)
		}
	}
	for _, more := range []byte{0, 1, 255} {
		if err := counts.Restore(1, append(slices.Clip(encoded), more)); !errors.Is(err, tally.ErrSnapshot) {
			t.Fatalf("one byte more: got %v, want ErrSnapshot", err)
		}
	}
	gotMark, got := cells(counts)
	if diff := cmp.Diff(want, got); diff != "" || gotMark != watermark {
		t.Errorf("a refused snapshot changed the tally to %d (-want +got):\n%s", gotMark, diff)
	}
}

// A changed bit may change a count, which only the store's checksum can tell,
// but it never goes unseen in the counts.
func TestNoChangedBitIsReadAsTheSameCounts(t *testing.T) {
	t.Parallel()
	counts := tally.New()
	counts.Add(9, randomEntries(7, 30, readSurvey(t)))
	_, encoded := counts.Encode()
	refused := 0
	for i := range encoded {
		for bit := range 8 {
			changed := slices.Clone(encoded)
			changed[i] ^= 1 << bit
			restored := tally.New()
			if err := restored.Restore(9, changed); err != nil {
				refused++
				continue
			}
			if _, got := restored.Encode(); bytes.Equal(got, encoded) {
				t.Fatalf("byte %d, bit %d: changed, and read as before", i, bit)
			}
		}
	}
	if refused == 0 {
		t.Error("no changed bit was refused")
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	cell := []byte{1, 1, 1, 1, 1, 5, 3, 1, 5, 1, 0} // version … wave, responses 5, slots 3: 0 5 0
	huge := binary.AppendUvarint(nil, 1<<33)
	for name, encoded := range map[string][]byte{
		"one cell twice":        slices.Concat([]byte{2}, cell, cell),
		"fewer cells than said": slices.Concat([]byte{2}, cell),
		"more cells than said":  slices.Concat([]byte{1}, cell, cell),
		"too many cells":        huge,
		"agency out of range":   slices.Concat([]byte{1, 1}, huge, cell[2:]),
		"channel out of range":  slices.Concat([]byte{1}, cell[:3], []byte{0x80, 2}, cell[4:]),
		// 400 000 zeros, 1, 99 999 zeros: well-formed, but no questionnaire has so many slots.
		"more slots than can be":    {1, 1, 1, 1, 1, 1, 5, 0xa0, 0xc2, 0x1e, 0x80, 0xb5, 0x18, 1, 0x9f, 0x8d, 0x06, 0},
		"a count beyond the slots":  {1, 1, 1, 1, 1, 1, 5, 3, 3, 5, 0, 0},
		"zeros beyond the slots":    {1, 1, 1, 1, 1, 1, 5, 3, 1, 5, 2, 0},
		"zeros short of the slots":  {1, 1, 1, 1, 1, 1, 5, 3, 1, 5, 0, 0},
		"zeros out of range":        slices.Concat([]byte{1}, cell[:7], huge, []byte{5, 1, 0}),
		"a number that never ends":  bytes.Repeat([]byte{0x80}, 20),
		"a count beyond 32 bits":    slices.Concat([]byte{1}, cell[:8], huge, []byte{1, 0}),
		"a cell cut off":            slices.Concat([]byte{1}, cell[:5]),
		"counts without their end":  slices.Concat([]byte{1}, cell[:9]),
		"the number of cells alone": {1},
	} {
		if err := tally.New().Restore(1, encoded); !errors.Is(err, tally.ErrSnapshot) {
			t.Errorf("%s: got %v, want ErrSnapshot", name, err)
		}
	}
	if err := tally.New().Restore(1, slices.Concat([]byte{1}, cell)); err != nil {
		t.Errorf("the cell that the others are made from is refused: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	counts := tally.New()
	counts.Add(9, randomEntries(8, 5, readSurvey(f)))
	_, encoded := counts.Encode()
	f.Add(encoded)
	f.Add([]byte{})
	f.Add([]byte{1, 1, 1, 1, 1, 1, 5, 3, 1, 5, 1, 0})
	f.Fuzz(func(t *testing.T, encoded []byte) {
		if len(encoded) > 4096 {
			return // every cell may claim its memory
		}
		first := tally.New()
		if err := first.Restore(3, encoded); err != nil {
			if !errors.Is(err, tally.ErrSnapshot) {
				t.Errorf("got %v, want ErrSnapshot", err)
			}
			return
		}
		watermark, once := first.Encode()
		second := tally.New()
		if err := second.Restore(watermark, once); err != nil {
			t.Fatalf("encoded again, it is refused: %v", err)
		}
		if _, twice := second.Encode(); !bytes.Equal(once, twice) {
			t.Errorf("encoded twice:\n%x\n%x", once, twice)
		}
	})
}
