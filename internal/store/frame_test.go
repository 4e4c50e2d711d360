package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
)

// frameOf packs records into a frame.
func frameOf(h head, records ...[]byte) []byte {
	var w frameWriter
	w.reset(h)
	for _, r := range records {
		w.add(r)
	}
	data, _ := w.seal()
	return data
}

// records reads a frame to its end.
func records(data []byte) (list [][]byte, err error) {
	f, err := openFrame(data)
	if err != nil {
		return nil, err
	}
	for {
		r, err := f.next()
		if r == nil || err != nil {
			return list, err
		}
		list = append(list, r)
	}
}

func TestFramesReadAsWritten(t *testing.T) {
	t.Parallel()
	random := seeded(1)
	var w frameWriter // used again, as the writer does
	for range 200 {
		h := head{position: random.Uint64(), first: random.Uint64()}
		for i := range h.previous {
			h.previous[i] = byte(random.Uint32())
		}
		want := make([][]byte, random.IntN(20))
		w.reset(h)
		for i := range want {
			want[i] = make([]byte, 1+random.IntN(300))
			for b := range want[i] {
				want[i][b] = byte(random.Uint32())
			}
			w.add(want[i])
		}
		data, hash := w.seal()
		if hash != sha256.Sum256(data[:len(data)-32]) || !bytes.Equal(hash[:], data[len(data)-32:]) {
			t.Fatal("the frame does not end with its hash")
		}
		if err := verifyFrame(data); err != nil {
			t.Fatal(err)
		}
		f, err := openFrame(data)
		h.count = uint32(len(want))
		if err != nil || f.head != h || f.hash != hash {
			t.Fatalf("got head %+v %v, want %+v", f.head, err, h)
		}
		got, err := records(data)
		if err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("got records %x %v, want %x", got, err, want)
		}
	}
}

func TestFull(t *testing.T) {
	t.Parallel()
	var w frameWriter
	w.reset(head{})
	for n := range maxPerFrame {
		if w.full() {
			t.Fatalf("full with %d of %d events", n, maxPerFrame)
		}
		w.add([]byte{1})
	}
	if !w.full() {
		t.Error("a frame of all events is not full")
	}
	w.reset(head{})
	w.add(make([]byte, maxFrame))
	if !w.full() {
		t.Error("a frame of all bytes is not full")
	}
	if w.reset(head{}); w.full() {
		t.Error("an empty frame is full")
	}
}

// Every changed bit is noticed: in a record when it is read, anywhere by the hash.
func TestNoChangedBitOfAFrameGoesUnseen(t *testing.T) {
	t.Parallel()
	data := frameOf(exampleHead, []byte("first record"), bytes.Repeat([]byte("second"), 50))
	want, err := records(data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		for bit := range 8 {
			changed := slices.Clone(data)
			changed[i] ^= 1 << bit
			if err := verifyFrame(changed); !errors.Is(err, ErrDamaged) {
				t.Fatalf("byte %d, bit %d: the hash notices nothing", i, bit)
			}
			got, err := records(changed)
			inRecords := i >= frameHeader && i < len(data)-sha256.Size
			if inRecords && err == nil {
				t.Fatalf("byte %d, bit %d: read without an error as %q", i, bit, got)
			}
			if err == nil && !slices.EqualFunc(got, want, bytes.Equal) {
				t.Fatalf("byte %d, bit %d: other records, %q", i, bit, got)
			}
		}
	}
	for n := range data {
		if err := verifyFrame(data[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d of %d bytes: the hash notices nothing", n, len(data))
		}
	}
}

func TestSums(t *testing.T) {
	t.Parallel()
	for _, body := range [][]byte{{0}, []byte("tally"), bytes.Repeat([]byte("x"), 5000)} {
		sealed := closeSum(body)
		got, err := openSum(sealed)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("got %x %v, want %x", got, err, body)
		}
		for i := range sealed {
			changed := slices.Clone(sealed)
			changed[i] ^= 4
			if _, err := openSum(changed); !errors.Is(err, ErrDamaged) {
				t.Fatalf("byte %d of %d changed: got %v, want ErrDamaged", i, len(sealed), err)
			}
		}
		for n := 1; n < len(sealed); n++ {
			if _, err := openSum(sealed[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%d of %d bytes: got %v, want ErrDamaged", n, len(sealed), err)
			}
		}
	}
	if got, err := openSum(nil); got != nil || err != nil {
		t.Errorf("nothing: got %x %v", got, err)
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(frameOf(exampleHead, []byte("one"), []byte("two")))
	f.Add(frameOf(head{}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := records(data)
		verified := verifyFrame(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged", err)
			}
			return
		}
		if verified != nil {
			return
		}
		// What is whole is what the writer makes, but for the count and for longer
		// forms of a length, which the hash fixes all the same.
		opened, err := openFrame(data)
		if err != nil {
			t.Fatal(err)
		}
		again := frameOf(opened.head, list...)
		if got, err := records(again); err != nil || !slices.EqualFunc(got, list, bytes.Equal) {
			t.Errorf("written again: got %x %v, want %x", got, err, list)
		}
	})
}
