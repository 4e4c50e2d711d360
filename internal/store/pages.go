package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"
)

// A page of bbolt begins with its number, what it is, how many elements it has, and
// how many pages follow that belong to it. bbolt's own check counts those one by one
// for as long as there is memory, so that one damaged bit of that number would take
// the machine with it: it is looked at before.
const (
	pageCount    = 10
	pageOverflow = 12
	pageHeader   = 16
	manyElements = 0xffff // the first number of the list of free pages tells how many there are

	metaFreelist = metaOffset + 32
	metaPages    = metaOffset + 40
	metaTx       = metaOffset + 48
	noFreelist   = ^uint64(0)
)

// pageFile reads the pages that a transaction sees.
type pageFile struct {
	file  *os.File
	size  int64
	pages uint64 // how many there are
}

// checkPages returns an error that wraps ErrDamaged when a page in use does not say
// its own number, or says that more pages belong to it than there are. O(pages).
func checkPages(path string, pageSize int, tx *bolt.Tx) error {
	f, err := os.Open(path) //nolint:gosec // the data file
	if err != nil {
		return fmt.Errorf("check pages: %w", err)
	}
	defer func() { _ = f.Close() }()
	p := pageFile{file: f, size: int64(pageSize)}
	list, err := p.meta(uint64(tx.ID())) //nolint:gosec // not negative
	if err != nil || list == noFreelist {
		return err
	}
	if info, err := f.Stat(); err != nil || p.pages > uint64(info.Size()/p.size) { //nolint:gosec // not negative
		return fmt.Errorf("%w: %d pages are not all there", ErrDamaged, p.pages)
	}
	free, err := p.free(list)
	if err != nil {
		return err
	}
	for id := uint64(2); id < p.pages; id++ {
		if free[id] {
			continue
		}
		_, more, err := p.header(id)
		if err != nil {
			return err
		}
		id += more
	}
	return nil
}

// meta reads how many pages the transaction with an id sees, and returns the page
// of its list of free ones.
func (p *pageFile) meta(id uint64) (list uint64, err error) {
	b := make([]byte, metaEnd)
	for i := range int64(2) {
		if _, err := p.file.ReadAt(b, i*p.size); err != nil && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("check pages: %w", err)
		}
		if binary.LittleEndian.Uint64(b[metaTx:]) == id {
			p.pages = binary.LittleEndian.Uint64(b[metaPages:])
			return binary.LittleEndian.Uint64(b[metaFreelist:]), nil
		}
	}
	return 0, fmt.Errorf("%w: no meta page of commit %d", ErrDamaged, id)
}

// header returns how many elements a page has, and how many pages follow it that
// belong to it.
func (p *pageFile) header(id uint64) (elements uint16, more uint64, err error) {
	var b [pageHeader]byte
	if _, err := p.file.ReadAt(b[:], int64(id)*p.size); err != nil { //nolint:gosec // below the count of pages
		return 0, 0, fmt.Errorf("%w: page %d: %w", ErrDamaged, id, err)
	}
	more = uint64(binary.LittleEndian.Uint32(b[pageOverflow:]))
	if said := binary.LittleEndian.Uint64(b[:]); said != id {
		return 0, 0, fmt.Errorf("%w: page %d says that it is page %d", ErrDamaged, id, said)
	}
	if more >= p.pages-id {
		return 0, 0, fmt.Errorf("%w: page %d says that %d more belong to it, of %d", ErrDamaged, id, more, p.pages)
	}
	return binary.LittleEndian.Uint16(b[pageCount:]), more, nil
}

// free reads the list of free pages.
func (p *pageFile) free(list uint64) ([]bool, error) {
	if list >= p.pages {
		return nil, fmt.Errorf("%w: the list of free pages is page %d of %d", ErrDamaged, list, p.pages)
	}
	elements, more, err := p.header(list)
	if err != nil {
		return nil, err
	}
	b := make([]byte, (int64(more)+1)*p.size-pageHeader)                       //nolint:gosec // at most the file
	if _, err := p.file.ReadAt(b, int64(list)*p.size+pageHeader); err != nil { //nolint:gosec // as above
		return nil, fmt.Errorf("%w: list of free pages: %w", ErrDamaged, err)
	}
	count := uint64(elements)
	if elements == manyElements {
		count, b = binary.LittleEndian.Uint64(b), b[8:]
	}
	if count > uint64(len(b)/8) {
		return nil, fmt.Errorf("%w: a list of %d free pages in %d bytes", ErrDamaged, count, len(b))
	}
	free := make([]bool, p.pages)
	for i := range count {
		id := binary.LittleEndian.Uint64(b[8*i:])
		if id >= p.pages {
			return nil, fmt.Errorf("%w: page %d of %d is said to be free", ErrDamaged, id, p.pages)
		}
		free[id] = true
	}
	return free, nil
}
