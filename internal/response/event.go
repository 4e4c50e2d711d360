package response

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Kind tells what an event of the log is. Numbers are stored: never reuse one.
type Kind uint8

// The kinds of events.
const (
	KindResponse   Kind = 1 // a Response without Repeats and Dropped
	KindPublished  Kind = 2 // a questionnaire version: its canonical form
	KindAgencies   Kind = 3 // an agency file: its canonical form
	KindWaveOpened Kind = 4 // a WaveOpened
	KindWaveClosed Kind = 5 // a WaveClosed
	KindExtended   Kind = 6 // a Response with Repeats or Dropped, without Flags and Counter
	KindMarked     Kind = 7 // a Response with Flags or a Counter

	KindInvitationsIssued  Kind = 8 // an InvitationsIssued
	KindInvitationsRevoked Kind = 9 // an InvitationsRevoked

	KindFigures   Kind = 10 // figures that were loaded: the canonical form of their table
	kindAfterLast Kind = 11
)

// IsResponse reports whether events of the kind are responses.
func (k Kind) IsResponse() bool { return k == KindResponse || k == KindExtended || k == KindMarked }

// MaxControl is the longest payload of a control event, in bytes.
const MaxControl = 64 << 20

// Control is an event other than a response: it changes what may be collected.
// At is when it was proposed, in seconds since 1970 (responses carry no time).
type Control struct {
	Kind    Kind
	At      int64
	Payload []byte // by kind: canonical questionnaire, agency file or table of figures, or JSON
}

// WaveOpened opens a wave, or opens it again with other dates, channels or limits.
type WaveOpened struct {
	Survey       string            `json:"survey"`
	Wave         string            `json:"wave"`
	Title        map[string]string `json:"title,omitempty"`
	Opens        string            `json:"opens,omitempty"`
	Closes       string            `json:"closes,omitempty"`
	Channels     []string          `json:"channels,omitempty"`
	Invitation   bool              `json:"invitation,omitempty"`    // responses by link, qr and kiosk need an invitation
	MinSeconds   int               `json:"min_seconds,omitempty"`   // faster responses are flagged
	MaxResponses int               `json:"max_responses,omitempty"` // 0: no limit
	Quotas       []Quota           `json:"quotas,omitempty"`
	Effort       bool              `json:"effort,omitempty"` // responses by link and qr come with a proof of work, or are flagged
	Passes       bool              `json:"passes,omitempty"` // kiosk, paper and phone need a pass; else those without one are flagged
	Embed        []string          `json:"embed,omitempty"`  // origins whose pages may show the survey in a frame; "*": all
	Hours        string            `json:"hours,omitempty"`  // of work, such as 07:00-17:30
	Sample       string            `json:"sample,omitempty"` // how respondents came: probability, census, opt_in; empty: opt_in
	Lonely       string            `json:"lonely,omitempty"` // strata of one respondent: adjust, remove, certainty, average; empty: adjust
}

// Quota is a limit on the responses of a wave that meet a condition.
type Quota struct {
	ID      string            `json:"id"`
	Title   map[string]string `json:"title,omitempty"`
	If      string            `json:"if"` // condition on the answers (package logic)
	Limit   int               `json:"limit"`
	Message map[string]string `json:"message,omitempty"` // said when it is full; empty: standard words
}

// WaveClosed closes a wave.
type WaveClosed struct {
	Survey string `json:"survey"`
	Wave   string `json:"wave"`
}

// Published returns the event that publishes a questionnaire.
func Published(at int64, canonical []byte) Control {
	return Control{Kind: KindPublished, At: at, Payload: canonical}
}

// AgenciesImported returns the event that replaces the agency registry.
func AgenciesImported(at int64, canonical []byte) Control {
	return Control{Kind: KindAgencies, At: at, Payload: canonical}
}

// FiguresLoaded returns the event that merges figures into those that are there.
func FiguresLoaded(at int64, canonical []byte) Control {
	return Control{Kind: KindFigures, At: at, Payload: canonical}
}

// Event returns the event that opens the wave.
func (w WaveOpened) Event(at int64) (Control, error) { return jsonEvent(KindWaveOpened, at, w) }

// Event returns the event that closes the wave.
func (w WaveClosed) Event(at int64) (Control, error) { return jsonEvent(KindWaveClosed, at, w) }

func jsonEvent(kind Kind, at int64, v any) (Control, error) {
	payload, err := json.Marshal(v)
	if err != nil {
		return Control{}, fmt.Errorf("encode event: %w", err)
	}
	return Control{Kind: kind, At: at, Payload: payload}, nil
}

// AppendControl appends the packed form of c to b (FORMAT.md, kinds 2 to 5 and 8 to 10).
func AppendControl(b []byte, c Control) []byte {
	b = append(b, byte(c.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(c.At)) //nolint:gosec // stored as its bits
	return append(b, c.Payload...)
}

// ReadControl reads a packed control event. The payload is copied.
func ReadControl(b []byte) (Control, error) {
	d := reader{b: b}
	c := Control{Kind: Kind(d.byte()), At: int64(d.uint64())} //nolint:gosec // stored as its bits
	if d.err != nil {
		return Control{}, d.err
	}
	if c.Kind == 0 || c.Kind.IsResponse() || c.Kind >= kindAfterLast || len(d.b) > MaxControl {
		return Control{}, fmt.Errorf("%w: kind %d", ErrRecord, c.Kind)
	}
	c.Payload = append([]byte(nil), d.b...)
	return c, nil
}
