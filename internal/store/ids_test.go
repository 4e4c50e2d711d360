package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"
	"testing"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// packPrefixes makes the array of a run, with the sequences from 1 on.
func packPrefixes(prefixes []uint64) []byte {
	var b []byte
	for i, p := range prefixes {
		b = binary.BigEndian.AppendUint64(b, p)
		b = binary.BigEndian.AppendUint64(b, uint64(i)+1)
	}
	return b
}

func TestLowerBound(t *testing.T) {
	t.Parallel()
	random := seeded(1)
	const end = ^uint64(0)
	arrays := map[string]func(i int) uint64{
		"uniform":          func(int) uint64 { return random.Uint64() },
		"small":            func(int) uint64 { return random.Uint64N(5) },
		"all zero":         func(int) uint64 { return 0 },
		"all ones":         func(int) uint64 { return end },
		"the two ends":     func(i int) uint64 { return end * uint64(i%2) },
		"one in the midst": func(int) uint64 { return 1 << 63 },
		"powers":           func(i int) uint64 { return 1 << (i % 64) },
		"crowded at end":   func(int) uint64 { return end - random.Uint64N(3) },
	}
	for name, draw := range arrays {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 100, 1000} {
			prefixes := make([]uint64, n)
			for i := range prefixes {
				prefixes[i] = draw(i)
			}
			slices.Sort(prefixes)
			entries := packPrefixes(prefixes)
			wanted := []uint64{0, 1, 2, 3, 4, 5, 1<<63 - 1, 1 << 63, 1<<63 + 1, end - 2, end - 1, end}
			for range 50 {
				wanted = append(wanted, random.Uint64())
			}
			for _, p := range prefixes {
				wanted = append(wanted, p, p-1, p+1)
			}
			for _, p := range wanted {
				want := sort.Search(n, func(i int) bool { return prefixes[i] >= p })
				if got := lowerBound(entries, p); got != want {
					t.Fatalf("%s, %d entries, prefix %x: got %d, want %d", name, n, p, got, want)
				}
			}
		}
	}
}

func FuzzLowerBound(f *testing.F) {
	f.Add([]byte("12345678abcdefgh"), uint64(7))
	f.Fuzz(func(t *testing.T, b []byte, p uint64) {
		prefixes := make([]uint64, len(b)/8)
		for i := range prefixes {
			prefixes[i] = binary.BigEndian.Uint64(b[i*8:])
		}
		slices.Sort(prefixes)
		want := sort.Search(len(prefixes), func(i int) bool { return prefixes[i] >= p })
		if got := lowerBound(packPrefixes(prefixes), p); got != want {
			t.Errorf("%x in %x: got %d, want %d", p, prefixes, got, want)
		}
	})
}

func TestMergeEntries(t *testing.T) {
	t.Parallel()
	random := seeded(2)
	for range 200 {
		draw := func() []byte {
			prefixes := make([]uint64, random.IntN(20))
			for i := range prefixes {
				prefixes[i] = random.Uint64N(30)
			}
			slices.Sort(prefixes)
			return packPrefixes(prefixes)
		}
		a, b := draw(), draw()
		want := slices.Collect(slices.Chunk(slices.Concat(a, b), idEntry))
		slices.SortFunc(want, bytes.Compare)
		if got := mergeEntries(a, b); !bytes.Equal(got, bytes.Join(want, nil)) {
			t.Fatalf("%x and %x: got %x", a, b, got)
		}
	}
}

// levels counts the runs of each level as they stand in the file.
func levels(t *testing.T, s *Store) (count [idLevels]int) {
	t.Helper()
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketIDs).ForEach(func(k, _ []byte) error {
			count[k[0]]++
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// With a run for every fourth response, ids go through every level of runs, and
// are known in all of them, before and after reopening.
func TestIDsAreKnownInEveryRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{FoldEvery: 4})
	rs := seeded(3).responses(s, "key", 4*8*8*2+4*8*3+4*2+3)
	var seqs []uint64
	for part := range slices.Chunk(rs, 4) {
		for _, outcome := range submitAll(t, s, part) {
			seqs = append(seqs, outcome.Seq)
		}
	}
	if got, want := levels(t, s), [idLevels]int{2, 3, 2}; got != want {
		t.Errorf("runs of each level: got %d, want %d", got, want)
	}
	check := func(s *Store) {
		t.Helper()
		again, err := s.SubmitMany(t.Context(), rs)
		if err != nil {
			t.Fatal(err)
		}
		for i, outcome := range again {
			if want := (catalog.Outcome{Status: catalog.Duplicate, Seq: seqs[i]}); outcome != want {
				t.Fatalf("response %d again: got %+v, want %+v", i, outcome, want)
			}
			code, _ := response.ParseReceipt(rs[i].ID.Receipt())
			if got, err := s.ByReceipt(code); err != nil || !slices.Equal(got, seqs[i:i+1]) {
				t.Fatalf("receipt of event %d: got %d %v", seqs[i], got, err)
			}
		}
		for i := range 500 {
			code, _ := response.ParseReceipt(response.NewID("test", fmt.Sprintf("never sent %d", i)).Receipt())
			if got, err := s.ByReceipt(code); err != nil || len(got) > 0 {
				t.Fatalf("the receipt of nothing: got %d %v", got, err)
			}
		}
	}
	check(s)
	mustClose(t, s)
	s = mustOpen(t, dir, Options{FoldEvery: 4})
	check(s)
	mustClose(t, s)
	check(mustOpen(t, dir, Options{FoldEvery: 1000})) // another setting changes nothing that is stored
}

// Ids that begin alike are told apart, in memory and in runs, and a receipt that
// stands for several responses names them all.
func TestIDsThatBeginAlike(t *testing.T) {
	t.Parallel()
	for _, every := range []int{1, 2, 1000} {
		dir := t.TempDir()
		s := field(t, dir, Options{FoldEvery: every})
		q := s.Catalog().Version(1).Questionnaire
		random := seeded(4)
		ids := []response.ID{
			id(512, 0), id(512, 1), id(512, 2), // one prefix
			id(513, 0), id(1023, 0), // one receipt
			id(511, 0), id(1024, 0), // its neighbours
			id(0, 0), id(^uint64(0), ^uint64(0)),
		}
		var want []uint64
		for i, id := range ids {
			r := random.response(q, 1, "")
			r.ID = id
			outcome := submit(t, s, r, catalog.Accepted)
			if i < 5 {
				want = append(want, outcome.Seq)
			}
		}
		for _, when := range []string{"at once", "after reopening"} {
			for i, id := range ids {
				r := random.response(q, 1, "")
				r.ID = id
				if got := submit(t, s, r, catalog.Reused); got.Seq != uint64(i)+4 {
					t.Errorf("every %d, %s: id %x is that of event %d, want %d", every, when, id, got.Seq, i+4)
				}
			}
			code, _ := response.ParseReceipt(ids[0].Receipt())
			got, err := s.ByReceipt(code)
			if slices.Sort(got); err != nil || !slices.Equal(got, want) {
				t.Errorf("every %d, %s: the receipt stands for events %d %v, want %d", every, when, got, err, want)
			}
			mustClose(t, s)
			s = mustOpen(t, dir, Options{FoldEvery: every})
		}
	}
}
