// Package collect is the write side: it takes what a person or a program sent,
// checks every answer against the exact questionnaire that was opened, and makes
// one response of it.
//
// Problems come back as a list of item and code; nothing typed is lost, because
// the sender's input is never changed. A response is made durable by the Log it
// is given to. Answers are never logged, and no error carries one.
package collect

import "hailong/internal/seal"

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
	Counter  string // code of the counter; may be empty
	Lang     string // empty: the questionnaire's first
	Seconds  int    // time taken; 0 when unknown
	Consent  bool   // to what the questionnaire asks consent for
	Answers  []Field
	Repeats  []Repeat // what is answered on pages that repeat, once per chosen agency

	// Parameters are the parameters of the link, by the ids of hidden items. These
	// may stand in Answers too, but not in both.
	Parameters map[string]string
	Invitation string // code, as typed; it decides agency, wave, service and channel
	Pass       string // shows that a link for a kiosk, or for staff, was made here
	Challenge  string // of a proof of work, with its solution; empty: none was asked for
	Solution   string
	Trap       string      // of a field that people don't see
	Device     seal.Device // what the device says was answered on it
	Draft      bool        // the key is the token of a draft, which this submission ends

	// Trusted tells that this comes from the operator, who enters what staff
	// collected: channels need no pass.
	Trusted bool
	// Form tells that this was filled in page by page: what was answered about an
	// agency that is not chosen any more is dropped, not refused.
	Form bool
}

// Repeat is what is answered about one chosen agency.
type Repeat struct {
	Agency  string // id or code
	Answers []Field
}

// Field is the answer to one variable (item, row of a matrix, rank, text beside
// an option), or to a whole matrix or ranking.
type Field struct {
	Item  string
	Value Value
}

// Value is one answer as sent. Which fields count follows from Kind.
type Value struct {
	Kind ValueKind
	Text string   // String: the text; Number: the literal
	List []string // List: codes, or agencies; of a ranking in order
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
