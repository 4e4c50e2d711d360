package export

import "io"

// flushAt is how many bytes are collected before they are written.
const flushAt = 64 << 10

// buffer collects bytes for a writer and remembers the first error, so that it
// needs to be looked at only at the end.
type buffer struct {
	w   io.Writer
	b   []byte
	err error
}

func newBuffer(w io.Writer) *buffer { return &buffer{w: w, b: make([]byte, 0, flushAt+flushAt/4)} }

// spill writes what was collected when it is enough.
func (f *buffer) spill() {
	if len(f.b) >= flushAt {
		f.flush()
	}
}

// flush writes what was collected. After an error nothing more is written.
func (f *buffer) flush() {
	if f.err == nil && len(f.b) > 0 {
		_, f.err = f.w.Write(f.b)
	}
	f.b = f.b[:0]
}

// end flushes and returns the first error.
func (f *buffer) end() error {
	f.flush()
	return f.err
}
