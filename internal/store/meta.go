package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// bbolt ends a commit by writing one of two meta pages, in turns. When one is
// damaged it goes on with the other, which is a commit older, and says nothing.
// These are the places of a meta page that tell whether it is whole (bbolt file
// format 2; numbers in the order of the machine, which is little endian
// everywhere this program is built for).
const (
	metaOffset   = 16 // after the page's own header
	metaChecksum = metaOffset + 56
	metaEnd      = metaChecksum + 8
	metaMagic    = 0xED0CDAED
)

// checkMeta returns an error that wraps ErrDamaged when a meta page of the file
// is not as bbolt wrote it.
func checkMeta(path string, pageSize int) error {
	f, err := os.Open(path) //nolint:gosec // the data file
	if err != nil {
		return fmt.Errorf("check meta pages: %w", err)
	}
	defer func() { _ = f.Close() }()
	page := make([]byte, metaEnd)
	for i := range int64(2) {
		if _, err := f.ReadAt(page, i*int64(pageSize)); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("check meta pages: %w", err)
		}
		sum := fnv.New64a()
		sum.Write(page[metaOffset:metaChecksum])
		if binary.LittleEndian.Uint32(page[metaOffset:]) != metaMagic || binary.LittleEndian.Uint64(page[metaChecksum:]) != sum.Sum64() {
			return fmt.Errorf("%w: meta page %d; the last commit may be missing", ErrDamaged, i)
		}
	}
	return nil
}
