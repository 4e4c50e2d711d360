package store

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// freelistOf returns the page of the list of free pages, and how many pages there are.
func freelistOf(t *testing.T, dir string) (list, pages uint64) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, FileName), 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	file, err := os.Open(db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := pageFile{file: file, size: int64(db.Info().PageSize)}
	err = db.View(func(tx *bolt.Tx) error {
		list, err = p.meta(uint64(tx.ID()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, p.pages
}

// One bit of a page that says that thousands of millions of pages belong to it must
// not make verify count them: it tells, at once.
func TestPagesThatClaimTooMuchAreTold(t *testing.T) {
	t.Parallel()
	dir := lived(t)
	list, pages := freelistOf(t, dir)
	file, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	size := int64(os.Getpagesize())
	at := func(page uint64, offset int64, mask ...byte) damage {
		return damage{Offset: int64(page)*size + offset, Mask: mask}
	}
	whole, told := inspectSafely(dir), 0
	for page := uint64(2); page < pages; page++ {
		d := at(page, pageOverflow+3, 0x7f)
		if err := d.apply(file); err != nil {
			t.Fatal(err)
		}
		if said := inspectSafely(dir); strings.Contains(said, "more belong to it") {
			told++
		} else if said != whole && !strings.HasPrefix(said, "noticed") { // one that is free, or in the middle of a long value
			t.Errorf("page %d: nobody notices", page)
		}
		if err := d.apply(file); err != nil {
			t.Fatal(err)
		}
	}
	if told < 20 {
		t.Errorf("only %d of %d pages were in use", told, pages)
	}
	for name, c := range map[string]struct {
		d    damage
		says string
	}{
		"another number":             {at(list, 0, 1), "says that it is page"},
		"more free pages than fit":   {at(list, pageCount+1, 0x40), "free pages in"},
		"a count elsewhere":          {at(list, pageCount, 0, 0), ""},
		"a free page that is not":    {at(list, pageHeader+7, 1), "said to be free"},
		"a list of too many pages":   {at(list, pageOverflow, 0, 0, 0, 1), "more belong to it"},
		"a list that is longer by 1": {at(list, pageOverflow+1, 1), "more belong to it"},
	} {
		if name == "a count elsewhere" { // 0xffff, whatever it was: the count is the first element
			var count [2]byte
			if _, err := file.ReadAt(count[:], c.d.Offset); err != nil {
				t.Fatal(err)
			}
			c.d.Mask = []byte{count[0] ^ 0xff, count[1] ^ 0xff}
		}
		if err := c.d.apply(file); err != nil {
			t.Fatal(err)
		}
		if said := inspectSafely(dir); !strings.HasPrefix(said, "noticed") || !strings.Contains(said, c.says) {
			t.Errorf("%s: got %s, want it to say %q", name, said, c.says)
		}
		if err := c.d.apply(file); err != nil {
			t.Fatal(err)
		}
	}
	if said := inspectSafely(dir); said != whole {
		t.Errorf("undone: %s", said)
	}
}

// A list of many free pages has their count in its first element.
func TestManyFreePages(t *testing.T) {
	t.Parallel()
	const size, n = 4096, 70_000
	data := make([]byte, 2*size+16+8*(n+1))
	data = append(data, make([]byte, (size-len(data)%size)%size)...)
	page := data[2*size:]
	page[0] = 2
	binary.LittleEndian.PutUint16(page[pageCount:], manyElements)
	binary.LittleEndian.PutUint32(page[pageOverflow:], uint32(len(page)/size-1))
	binary.LittleEndian.PutUint64(page[pageHeader:], n)
	for i := range n {
		binary.LittleEndian.PutUint64(page[pageHeader+8+8*i:], uint64(1000+i))
	}
	path := filepath.Join(t.TempDir(), "pages")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p := pageFile{file: file, size: size, pages: 1000 + n}
	free, err := p.free(2)
	if err != nil || free[999] || !free[1000] || !free[999+n] {
		t.Errorf("got %d pages, %v", len(free), err)
	}
	p.pages--
	if _, err := p.free(2); !errors.Is(err, ErrDamaged) {
		t.Errorf("a page that is not there: got %v, want ErrDamaged", err)
	}
}
