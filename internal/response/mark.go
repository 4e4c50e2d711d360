package response

import (
	"encoding/binary"
	"strings"
)

// Flags are the reasons why a response looks unusual. Flagged responses are kept
// and counted; scores can be had with and without them. Bits are stored: never
// reuse one.
type Flags uint16

// The flags.
const (
	Fast         Flags = 1 << iota // quicker than the wave's least time
	StraightLine                   // the same answer to every item of a scale
	Burst                          // one of many from one place within minutes
	OutsideHours                   // at a kiosk or on paper outside the hours of the survey
	SameDevice                     // the device answered this wave about this agency before
	Honeypot                       // a field that people don't see was filled in
	Unverified                     // the channel is one of places or staff, and no pass showed that it was theirs
	NoEffort                       // the survey asks for work, and none was done
)

// flagNames are the codes of the flags, in order of their bits.
var flagNames = []string{
	"fast", "straight_line", "burst", "outside_hours", "same_device", "honeypot", "unverified", "no_effort",
}

// AllFlags has every flag.
const AllFlags Flags = 1<<8 - 1

// Has reports whether all of some flags are set.
func (f Flags) Has(some Flags) bool { return f&some == some }

// Codes returns the codes of the flags, as used in files, in order of their bits.
func (f Flags) Codes() []string {
	var list []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return list
}

// String returns the codes with blanks between them.
func (f Flags) String() string { return strings.Join(f.Codes(), " ") }

// MaxCounter is the longest code of a counter, in characters.
const MaxCounter = 20

// ValidCounter reports whether a code may name a counter: 1 to 20 letters,
// digits, dots, dashes and underscores of ASCII.
func ValidCounter(code string) bool {
	if code == "" || len(code) > MaxCounter {
		return false
	}
	for i := range len(code) {
		c := code[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// appendMark appends what kind 7 has at its end.
func appendMark(b []byte, r *Response) []byte {
	b = binary.AppendUvarint(b, uint64(r.Flags))
	b = binary.AppendUvarint(b, uint64(len(r.Counter)))
	return append(b, r.Counter...)
}

// mark reads what kind 7 has at its end.
func (d *reader) mark(r *Response) {
	flags := d.uvarint()
	if flags&^uint64(AllFlags) != 0 {
		d.fail("flags")
		return
	}
	r.Flags = Flags(flags) //nolint:gosec // bounded above
	if n := d.uvarint(); n > MaxCounter {
		d.fail("counter")
	} else {
		r.Counter = string(d.take(int(n)))
	}
	if r.Counter != "" && !ValidCounter(r.Counter) || r.Flags == 0 && r.Counter == "" {
		d.fail("mark") // no response is written like this
	}
}
