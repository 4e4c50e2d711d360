package draft

import (
	"encoding/binary"
	"errors"

	"hailong/internal/response"
)

// Place is where and when a form was begun, as far as rates of response need it.
// Many have the same.
type Place struct {
	Survey  string
	Wave    string // id; may be empty
	Agency  uint32 // number; 0 while it is not chosen
	Day     response.Day
	Channel response.Channel
	Counter string // code; may be empty
}

// Begun is how many forms were begun at a place, and how many of these, or of
// those begun on another day, became responses. The others were left, or are
// unfinished still.
type Begun struct {
	Place

	Forms    uint64
	Finished uint64
}

// maxName is the longest id of a survey or wave, in bytes.
const maxName = 255

// Key names a place among others: both ids with their lengths, the agency, the
// day, the channel, and the counter. It returns false for ids that are too long.
func (p *Place) Key() ([]byte, bool) {
	if len(p.Survey) > maxName || len(p.Wave) > maxName {
		return nil, false
	}
	b := append([]byte{byte(len(p.Survey))}, p.Survey...) //nolint:gosec // at most maxName
	b = append(append(b, byte(len(p.Wave))), p.Wave...)   //nolint:gosec // at most maxName
	b = binary.BigEndian.AppendUint32(b, p.Agency)
	b = binary.BigEndian.AppendUint32(b, uint32(p.Day))
	return append(append(b, byte(p.Channel)), p.Counter...), true
}

// ErrPlace is returned for bytes that name no place.
var ErrPlace = errors.New("not a place where a form is begun")

// ReadPlace reads what Key wrote.
func ReadPlace(b []byte) (p Place, err error) {
	name := func() string {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			err, b = ErrPlace, nil
			return ""
		}
		text := string(b[1 : 1+b[0]])
		b = b[1+b[0]:]
		return text
	}
	p.Survey, p.Wave = name(), name()
	if err != nil || len(b) < 9 {
		return Place{}, ErrPlace
	}
	p.Agency, p.Day = binary.BigEndian.Uint32(b), response.Day(binary.BigEndian.Uint32(b[4:]))
	p.Channel, p.Counter = response.Channel(b[8]), string(b[9:])
	if p.Counter != "" && !response.ValidCounter(p.Counter) {
		return Place{}, ErrPlace
	}
	return p, nil
}
