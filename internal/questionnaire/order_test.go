package questionnaire

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// These orders were seen by respondents: they must never change.
func TestShuffleIsPinned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n    int
		seed uint64
		name string
		want []int
	}{
		{0, 1, "a", []int{}},
		{-1, 1, "a", []int{}},
		{1, 1, "a", []int{0}},
		{5, 0, "", []int{1, 0, 4, 2, 3}},
		{5, 1, "needs", []int{4, 1, 3, 2, 0}},
		{5, 2, "needs", []int{1, 2, 4, 0, 3}},
		{5, 1, "other", []int{2, 3, 4, 0, 1}},
		{8, 1<<64 - 1, "needs rows", []int{4, 6, 0, 3, 2, 7, 1, 5}},
	} {
		if diff := cmp.Diff(c.want, Shuffle(c.n, c.seed, c.name)); diff != "" {
			t.Errorf("%d, %d, %q (-want +got):\n%s", c.n, c.seed, c.name, diff)
		}
	}
}

// The numbers are those that the inventors of the generator publish.
func TestSplitMix64(t *testing.T) {
	t.Parallel()
	state := uint64(1234567)
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := splitMix64(&state); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	if got, want := fnv1a("foobar"), uint64(0x85944171f73967e8); got != want {
		t.Errorf("got %x, want %x", got, want)
	}
}

// Every order of four is about as frequent as any other.
func TestShuffleIsFair(t *testing.T) {
	t.Parallel()
	const rounds = 24_000
	count := map[[4]int]int{}
	for seed := range uint64(rounds) {
		count[[4]int(Shuffle(4, seed, "item"))]++
	}
	if len(count) != 24 {
		t.Errorf("got %d orders, want 24", len(count))
	}
	for order, n := range count {
		if n < 850 || n > 1150 {
			t.Errorf("%v: got %d times, want about 1000", order, n)
		}
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	options := []Option{{Code: "a"}, {Code: "none", Exclusive: true}, {Code: "b"}, {Code: "else", Other: true}, {Code: "c"}}
	rows := make([]Row, 6)
	for name, c := range map[string]struct {
		order Order
		want  []int
	}{
		"fixed":    {Fixed, []int{0, 2, 4, 1, 3}},
		"reversed": {Reversed, []int{4, 2, 0, 1, 3}},
		"unknown":  {"sideways", []int{0, 2, 4, 1, 3}},
	} {
		it := Item{ID: "x", Options: options, Order: c.order}
		if diff := cmp.Diff(c.want, it.ShownOptions(7)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	it := Item{ID: "x", Options: options, Order: Random, Rows: rows, RowOrder: Random}
	page := Page{ID: "x", Items: make([]Item, 6), Order: Random}
	seen := map[int]bool{}
	for seed := range uint64(20) {
		got := it.ShownOptions(seed)
		seen[got[0]] = true
		if !slices.Equal(got[3:], []int{1, 3}) {
			t.Errorf("got %v, want what is exclusive or asks for a text last", got)
		}
		if slices.Equal(it.ShownRows(seed), page.ShownItems(seed)) && slices.Equal(it.ShownRows(seed+1), page.ShownItems(seed+1)) {
			t.Errorf("rows and items have one order with seed %d", seed)
		}
		slices.Sort(got)
		if !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
			t.Errorf("got the options %v, want each once", got)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d options were first, want 3", len(seen))
	}
	if got := (&Item{}).ShownOptions(1); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
	if got := (&Item{Rows: rows, RowOrder: Reversed}).ShownRows(1); !slices.Equal(got, []int{5, 4, 3, 2, 1, 0}) {
		t.Errorf("got %v", got)
	}
}
