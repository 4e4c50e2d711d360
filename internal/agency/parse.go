package agency

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// The limits of an agency file.
const (
	maxBytes = 16 << 20
	maxRows  = 100_000
)

// Parse reads an agency file: CSV in UTF-8 with a header that names the columns
// id, parent, level, unit_code, agency_code, name_vi, name_en, valid_from,
// valid_to and merged_into in any order, one agency to a line. Lines that begin
// with # may stand before the header. Agencies are numbered in the order of the
// file.
//
// The name of the file is for messages only. A file with mistakes gives an
// [hailong/internal/errs.Mistakes] with all of them, and no registry.
// O(n log n).
func Parse(file string, csv []byte) (*Registry, error) { return Update(Empty(), file, csv) }

// Update reads the agency file that follows prev. Agencies that prev knows keep
// their numbers; new ones get the next numbers in the order of the file. An
// agency of prev that isn't in the file is a mistake, because responses name it.
// Everything else is as with [Parse].
func Update(prev *Registry, file string, csv []byte) (*Registry, error) {
	if prev == nil {
		prev = Empty()
	}
	src, ok := readText(file, csv)
	if !ok {
		return nil, src.err()
	}
	t := readTable(src)
	agencies := t.check(prev)
	if err := src.err(); err != nil {
		return nil, err
	}
	return build(number(prev, agencies)), nil
}

// number gives out the numbers and puts the agencies in their order.
func number(prev *Registry, agencies []*Agency) []*Agency {
	ordered := make([]*Agency, prev.Len(), len(agencies))
	for _, a := range agencies {
		if known := prev.ByID(a.ID); known != nil {
			a.Number = known.Number
			ordered[a.Number-1] = a
			continue
		}
		ordered = append(ordered, a)
		a.Number = uint32(len(ordered)) //nolint:gosec // at most maxRows
	}
	return ordered
}

// readText checks what can be said before the file is cut into lines and
// fields. It returns false when there is no sense in reading on.
func readText(file string, csv []byte) (*source, bool) {
	whole := place{}
	switch {
	case len(csv) > maxBytes:
		src := newSource(file, "")
		src.fail(whole, "", "the file has %d bytes; at most %d are read", len(csv), maxBytes)
		return src, false
	case bytes.HasPrefix(csv, []byte("\xFF\xFE")), bytes.HasPrefix(csv, []byte("\xFE\xFF")):
		src := newSource(file, "")
		src.fail(whole, `save it as "CSV UTF-8"`, "the file is UTF-16, not UTF-8")
		return src, false
	}
	src := newSource(file, strings.TrimPrefix(string(csv), "\uFEFF"))
	if strings.TrimSpace(src.text) == "" {
		src.fail(whole, "begin it with the line "+strings.Join(columns[:], ","), "the file is empty")
		return src, false
	}
	for i := range src.starts {
		src.checkBytes(i + 1)
	}
	return src, len(src.mistakes) == 0
}

// checkBytes notes the first byte of a line that can't be part of a text.
func (s *source) checkBytes(number int) {
	line := s.line(number)
	if !utf8.ValidString(line) {
		s.fail(place{number, firstInvalid(line) + 1}, `save the file as "CSV UTF-8"`, "not valid UTF-8")
	}
	if i := strings.IndexByte(line, 0); i >= 0 {
		s.fail(place{number, i + 1}, "take it out; the file may be damaged", "a NUL byte")
	}
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		s.fail(place{number, i + 1}, "save the file with the line ends of Windows or Unix", "a carriage return inside a line")
	}
}

// firstInvalid returns the offset of the first byte that isn't UTF-8.
func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}
