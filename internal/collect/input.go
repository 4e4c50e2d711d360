// Package collect is the write side: it takes what a person or a program sent,
// checks every answer against the exact questionnaire that was opened, and makes
// one response of it.
//
// Problems come back as a list of item and code; nothing typed is lost, because
// the sender's input is never changed. A response is made durable by the Log it
// is given to. Answers are never logged, and no error carries one.
package collect

// Input is one submission as it was sent, in the sender's own words.
type Input struct {
	Survey   string
	Key      string // unique per submission within the survey: Idempotency-Key, or the draft's id
	Version  string // hash of the questionnaire that was opened, or 8 characters of it; empty: the current one
	Agency   string // id or code of the receiving agency
	Resolver string // id or code of the resolving agency; may be empty
	Wave     string // empty: the only open one
	Service  string // code of the service rated; may be empty
	Channel  string // empty: link
	Lang     string // empty: the questionnaire's first
	Seconds  int    // time taken; 0 when unknown
	Answers  []Field
}

// Field is the answer to one item or matrix row.
type Field struct {
	Item  string
	Value Value
}

// Value is one answer as sent. Which fields count follows from Kind.
type Value struct {
	Kind ValueKind
	Text string   // String: the text; Number: the literal
	List []string // List: codes
	Rows []Field  // Rows: answers to the rows of a matrix
}

// ValueKind is the form in which an answer was sent.
type ValueKind uint8

// The forms.
const (
	None   ValueKind = iota // null, or nothing chosen
	String                  // a code or a text
	Number                  // a number literal
	List                    // several codes
	Rows                    // an object: one value per row of a matrix
	Other                   // a form that no item takes, such as true
)

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hash is FNV-1a over a string and a separator that no text holds.
func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime
}

// mix spreads every bit of a digest over all others (the finalizer of
// MurmurHash3). Sums of plain FNV digests would be equal where two answers only
// changed places.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Fingerprint digests what was sent, whatever the order of the answers, so that
// a retry can be told from another submission under the same key. How it was
// sent (language, version, seconds) may differ between a form and its retry and
// is left out. It is stored with the response; FORMAT.md has the definition. It
// is never zero.
func (in *Input) Fingerprint() uint64 {
	h := uint64(fnvOffset)
	for _, s := range [...]string{in.Agency, in.Resolver, in.Wave, in.Service, in.Channel} {
		h = hash(h, s)
	}
	return (mix(h) + sum(in.Answers, fnvOffset)) | 1
}

// sum adds the digests of all answers: addition does not care for the order.
func sum(fields []Field, seed uint64) uint64 {
	total := uint64(0)
	for i := range fields {
		f := &fields[i]
		h := hash(seed, f.Item)
		switch f.Value.Kind {
		case None:
			continue // null says the same as leaving the answer out
		case List:
			for _, code := range f.Value.List {
				total += mix(hash(h, code))
			}
		case Rows:
			total += sum(f.Value.Rows, h)
		case String, Number, Other:
			total += mix(hash(h, f.Value.Text))
		}
	}
	return total
}
