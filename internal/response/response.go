// Package response holds what is collected: responses, their answers, and the
// other events of the log, with the packed format in which they are stored.
//
// A response knows its questionnaire, agency and wave by number (the order of
// their first appearance in the log), because that is what makes a record
// small. Nothing in a record identifies a respondent: no address, no browser, no
// time finer than the day. Answers to items that are marked personal leave only
// their state there; their values stand in pieces of their own ([AppendPersonal]),
// which are stored apart and deleted in time.
package response

import (
	"math"
	"slices"
	"time"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// ID identifies a response for ever. It is a digest of the survey and of the
// key its sender chose (see NewID), so that the same submission has the same id
// however often it arrives.
type ID [16]byte

// Day is a calendar day in Viet Nam: days since 1 January 2000.
type Day uint32

// Zone is the time zone of all calendar days: UTC+7, without daylight saving.
var Zone = time.FixedZone("+07", 7*60*60)

// DayOf returns the calendar day of an instant.
func DayOf(t time.Time) Day {
	t = t.In(Zone)
	return sinceEpoch(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
}

// sinceEpoch counts the days up to a UTC midnight; before 2000 there is none.
func sinceEpoch(midnight time.Time) Day {
	return Day(max(midnight.Sub(epoch), 0) / (24 * time.Hour)) //nolint:gosec // not negative, and a Duration ends in the year 2292
}

var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Date returns the day as a UTC midnight, for formatting.
func (d Day) Date() time.Time { return epoch.AddDate(0, 0, int(d)) }

// String returns the day as YYYY-MM-DD.
func (d Day) String() string { return d.Date().Format(time.DateOnly) }

// Month returns the first day of d's month.
func (d Day) Month() Day {
	t := d.Date()
	return sinceEpoch(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads YYYY-MM-DD between 2000 and 2199.
func ParseDay(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2199 {
		return 0, false
	}
	return sinceEpoch(t), true
}

// Channel is how a response was collected. Numbers are stored: never reuse one.
type Channel uint8

// The channels.
const (
	Link       Channel = 1
	QR         Channel = 2
	Kiosk      Channel = 3
	Invitation Channel = 4
	Paper      Channel = 5
	Phone      Channel = 6
	Import     Channel = 7
)

// Channels lists every channel in order of its number.
var Channels = []Channel{Link, QR, Kiosk, Invitation, Paper, Phone, Import}

var channelNames = [...]string{"", "link", "qr", "kiosk", "invitation", "paper", "phone", "import"}

// String returns the channel's name as used in files and addresses.
func (c Channel) String() string {
	if int(c) < len(channelNames) {
		return channelNames[c]
	}
	return ""
}

// ParseChannel returns the channel of a name, false for an unknown one.
func ParseChannel(name string) (Channel, bool) {
	for _, c := range Channels {
		if channelNames[c] == name {
			return c, true
		}
	}
	return 0, false
}

// State tells whether an answer was given, and if not, why.
// Numbers are stored: never reuse one.
type State uint8

// The states. The order is that of the counters in a tally (questionnaire.Variable).
const (
	NotAsked      State = 0 // hidden by a condition
	Skipped       State = 1 // shown, left empty
	DontKnow      State = 2
	Refused       State = 3
	NotApplicable State = 4
	Answered      State = 5
)

var stateCodes = [...]string{"not_asked", "skipped", "dont_know", "refused", "not_applicable", "answered"}

// String returns the state's code as used in files and in the API.
func (s State) String() string { return stateCodes[s] }

// Answer is the answer to one variable. Which field counts follows from the
// variable's kind; all are zero unless State is Answered.
type Answer struct {
	State  State
	Apart  bool   // Answered, but the value is personal and was not read, or is deleted: the fields below are zero
	Option uint8  // OneOf: index of the option
	Set    uint64 // SetOf: bit i is option i; never zero when answered
	Amount int64  // Amount: the number times 10^decimals; Days and Months: the distance from 2000-01-01, 2000-01
	Words  string // Words: NFC text
}

// Value returns the answer to v as conditions see it: missing unless State is
// Answered, and for a value that is Apart. O(options).
func (a *Answer) Value(v *questionnaire.Variable) logic.Value {
	if a.State != Answered || a.Apart {
		return logic.Value{}
	}
	amount := float64(a.Amount)
	if v.Kind == questionnaire.Amount {
		amount /= math.Pow10(v.Item.Decimals)
	}
	return v.Value(int(a.Option), a.Set, amount, a.Words)
}

// Response is one complete submission.
type Response struct {
	ID          ID
	Version     uint32   // number of the published questionnaire
	Agency      uint32   // number of the receiving agency
	Resolver    uint32   // number of the resolving agency, 0 when not told
	Wave        uint32   // number of the survey's wave
	Day         Day      // calendar day of submission
	Channel     Channel  //
	Lang        uint8    // index into the questionnaire's languages
	Seconds     uint16   // time taken, rounded to 5 s; 0 when unknown
	Fingerprint uint64   // digest of what was sent, tells a retry from a reused key
	Service     string   // code of the service rated; may be empty
	Counter     string   // code of the counter where it was collected (ValidCounter); may be empty
	Flags       Flags    // why it looks unusual; 0: it does not
	Answers     []Answer // one per variable of the questionnaire, in order; NotAsked for those of repeated pages
	Repeats     []Repeat // one per chosen agency, in the order chosen
	Dropped     []int    // indices of variables, ascending, whose answers were dropped because a later answer hid them
}

// Repeat holds what was answered on repeated pages about one chosen agency. It
// counts for that agency.
type Repeat struct {
	Agency  uint32   // number
	Answers []Answer // one per variable of the questionnaire, in order; NotAsked for those of other pages
}

// Clone returns a copy that shares no memory with r. Empty slices become nil.
func (r *Response) Clone() *Response {
	c := *r
	c.Answers = slices.Clone(r.Answers)
	c.Dropped = append([]int(nil), r.Dropped...)
	c.Repeats = nil
	for _, one := range r.Repeats {
		c.Repeats = append(c.Repeats, Repeat{Agency: one.Agency, Answers: slices.Clone(one.Answers)})
	}
	return &c
}
