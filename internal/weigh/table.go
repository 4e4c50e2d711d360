package weigh

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
)

// table counts respondents who are alike: of one agency, channel and
// characteristics, with the same answers.
type table struct {
	frame  *frame
	layout *layout
	flags  string
	counts map[string]*int64 // by key
	key    []byte

	outside    int64            // respondents of agencies that no margin is about
	incomplete map[string]int64 // respondents without a characteristic, by axis: of several, the first
	flagged    int64            // respondents left out because of flags
}

// A key is: segment, agency (4 bytes), channel, one byte per axis, one byte per
// column of the index. In order of keys combinations stand together.
const (
	keyAgency  = 1
	keyChannel = 5
	keyAxes    = 6
)

func newTable(f *frame, l *layout, flags string) *table {
	return &table{frame: f, layout: l, flags: flags, counts: map[string]*int64{}, incomplete: map[string]int64{}}
}

// add counts one response, if it is of the wave.
func (t *table) add(r *response.Response) error {
	if int(r.Version) >= len(t.layout.segment) || t.layout.segment[r.Version] == nothing || r.Wave != t.frame.wave.Number {
		return nil
	}
	flagged := r.Flags != 0
	if flagged && t.flags == report.FlagsWithout || !flagged && t.flags == report.FlagsOnly {
		t.flagged++
		return nil
	}
	if int(r.Agency) >= len(t.frame.covered) {
		return errs.New(errs.Internal, "internal").Because(fmt.Errorf("weigh: a response names agency %d, which the catalog does not know", r.Agency))
	}
	if !t.frame.covered[r.Agency] {
		t.outside++
		return nil
	}
	t.key = append(t.key[:0], t.layout.segment[r.Version])
	t.key = binary.BigEndian.AppendUint32(t.key, r.Agency)
	t.key = append(t.key, byte(r.Channel))
	for i := range t.frame.axes {
		a := &t.frame.axes[i]
		option := a.read(r)
		if option >= dontKnow || int(option) >= a.current {
			t.incomplete[a.variable.ID]++
			return nil
		}
		t.key = append(t.key, option)
	}
	for i := range t.layout.columns {
		t.key = append(t.key, t.layout.columns[i].read(r))
	}
	t.count(string(t.key), 1)
	return nil
}

// count adds respondents of a key.
func (t *table) count(key string, n int64) {
	if at := t.counts[key]; at != nil {
		*at += n
		return
	}
	t.counts[key] = &n
}

// row is the respondents of a combination with the same answers.
type row struct {
	answers string // a byte per column
	n       int64
}

// combination is the respondents who have one weight.
type combination struct {
	agency  uint32
	channel response.Channel
	options string // a byte per axis
	n       int64
	first   int // row
	last    int // row after the last one
	stratum int
	base    float64 // weight of one respondent by the design
	weight  float64 // after raking and trimming
}

// sorted returns the rows in the order of their keys, of the last series that has
// any, and how many respondents earlier series have.
func (t *table) sorted() (combos []combination, rows []row, earlier int64) {
	keys := slices.Sorted(maps.Keys(t.counts))
	if len(keys) == 0 {
		return nil, nil, 0
	}
	segment := keys[len(keys)-1][0]
	end := keyAxes + len(t.frame.axes)
	head := ""
	for _, key := range keys {
		n := *t.counts[key]
		if key[0] != segment {
			earlier += n
			continue
		}
		if key[:end] != head || len(combos) == 0 {
			head = key[:end]
			combos = append(combos, combination{
				agency: binary.BigEndian.Uint32([]byte(key[keyAgency:keyChannel])), channel: response.Channel(key[keyChannel]),
				options: key[keyAxes:end], first: len(rows),
			})
		}
		rows = append(rows, row{key[end:], n})
		c := &combos[len(combos)-1]
		c.n += n
		c.last = len(rows)
	}
	return combos, rows, earlier
}
