package response

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"hailong/internal/questionnaire"
)

// NewID returns the id of the submission that its sender calls key, which is
// unique within the survey. It is a digest, so the key itself is never stored.
func NewID(survey, key string) ID {
	b := make([]byte, 0, 256) // on the stack for every key that is accepted
	b = append(append(append(b, survey...), 0), key...)
	sum := sha256.Sum256(b)
	return ID(sum[:len(ID{})])
}

// crockford is Crockford's alphabet: no I, L, O, U, so a code can be read aloud.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var receiptEncoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// receiptBits is how much of the id a receipt shows: with 100 million responses
// the chance that a guessed code exists is below one in 300 million.
const receiptBits = 55

// Receipt returns the code that the respondent keeps, as XXXX-XXXX-XXXX: the
// first 55 bits of the id in eleven characters, and one check character. It
// says nothing about the answers.
func (id ID) Receipt() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], binary.BigEndian.Uint64(id[:8])&^(1<<(64-receiptBits)-1))
	code := receiptEncoding.EncodeToString(b[:])[:11]
	code += string(crockford[checkDigit(code)])
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// ReceiptRange is the range of id prefixes (their first eight bytes, big
// endian, both inclusive) that a receipt code stands for.
type ReceiptRange struct{ First, Last uint64 }

// ParseReceipt reads a receipt code as people type it: any case, with or
// without dashes and spaces, O for 0, I or L for 1. It returns false for a code
// that no response can have, such as one with a typing mistake.
func ParseReceipt(code string) (ReceiptRange, bool) {
	if len(code) > 64 {
		return ReceiptRange{}, false
	}
	code = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	if len(code) != 12 {
		return ReceiptRange{}, false
	}
	for i := range len(code) {
		if strings.IndexByte(crockford, code[i]) < 0 {
			return ReceiptRange{}, false
		}
	}
	if crockford[checkDigit(code[:11])] != code[11] {
		return ReceiptRange{}, false
	}
	var first uint64
	for i := range 11 {
		first = first<<5 | uint64(strings.IndexByte(crockford, code[i])) //nolint:gosec // the character was found above
	}
	first <<= 64 - receiptBits
	return ReceiptRange{First: first, Last: first | (1<<(64-receiptBits) - 1)}, true
}

// checkDigit is a weighted sum modulo 31, a prime: it finds every single wrong
// character (but 0 for Z, which have the same remainder) and every swap of neighbours.
func checkDigit(code string) int {
	sum := 0
	for i := range len(code) {
		sum += (i + 2) * strings.IndexByte(crockford, code[i])
	}
	return sum % 31
}

// Prefix returns the first eight bytes of the id as a number: what the id index sorts by.
func (id ID) Prefix() uint64 { return binary.BigEndian.Uint64(id[:8]) }

// maxText is the longest service code or text that a record may hold, in bytes.
// Questionnaires allow 5 000 characters of at most four bytes.
const maxText = 20_000

// AppendRecord appends the packed form of r to b (FORMAT.md, kinds 1, 6 and 7) and
// returns the longer slice. l is the layout of r's questionnaire, which r must
// fit ([Layout.Fits]). Personal values are left out. O(answers).
func AppendRecord(b []byte, r *Response, l *Layout) []byte {
	kind := KindResponse
	switch {
	case r.Flags != 0 || r.Counter != "":
		kind = KindMarked
	case len(r.Repeats) > 0 || len(r.Dropped) > 0:
		kind = KindExtended
	}
	b = append(b, byte(kind))
	b = append(b, r.ID[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Fingerprint)
	b = binary.AppendUvarint(b, uint64(r.Version))
	b = binary.AppendUvarint(b, uint64(r.Agency))
	b = binary.AppendUvarint(b, uint64(r.Resolver))
	b = binary.AppendUvarint(b, uint64(r.Wave))
	b = binary.AppendUvarint(b, uint64(r.Day))
	b = append(b, byte(r.Channel), r.Lang)
	b = binary.AppendUvarint(b, uint64(r.Seconds/5))
	b = binary.AppendUvarint(b, uint64(len(r.Service)))
	b = append(b, r.Service...)
	for i := range l.columns {
		b = appendAnswer(b, &r.Answers[i], l.columns[i])
	}
	if kind != KindResponse {
		b = appendExtension(b, r, l)
	}
	if kind == KindMarked {
		b = appendMark(b, r)
	}
	return b
}

func appendAnswer(b []byte, a *Answer, c column) []byte {
	if a.State != Answered {
		return append(b, byte(a.State))
	}
	if c.personal {
		return append(b, byte(Answered))
	}
	if c.kind == questionnaire.OneOf {
		return append(b, byte(Answered)+a.Option)
	}
	return appendValue(append(b, byte(Answered)), a, c.kind)
}

// appendValue appends the value of an answer.
func appendValue(b []byte, a *Answer, kind questionnaire.VariableKind) []byte {
	switch kind {
	case questionnaire.OneOf:
		return append(b, a.Option)
	case questionnaire.SetOf:
		return binary.AppendUvarint(b, a.Set)
	case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
		return binary.AppendVarint(b, a.Amount)
	case questionnaire.Words:
		b = binary.AppendUvarint(b, uint64(len(a.Words)))
		return append(b, a.Words...)
	}
	return b
}

// ErrRecord is returned for a record that does not have the documented form.
var ErrRecord = errors.New("damaged record")

// Definitions returns the layout of a published questionnaire by its number, nil
// when there is none.
type Definitions func(version uint32) *Layout

// ReadRecord reads a packed response into r, using the memory of its slices
// again. Texts are copied: r keeps nothing of b. Personal answers are Apart. It
// returns an error that wraps [ErrRecord] for anything but the exact output of
// AppendRecord.
func ReadRecord(b []byte, r *Response, definitions Definitions) error {
	d := reader{b: b}
	kind := Kind(d.byte())
	if !kind.IsResponse() {
		d.fail("kind")
	}
	copy(r.ID[:], d.take(len(r.ID)))
	r.Fingerprint = d.uint64()
	r.Version = d.uint32()
	r.Agency = d.uint32()
	r.Resolver = d.uint32()
	r.Wave = d.uint32()
	r.Day = Day(d.uint32())
	r.Channel = Channel(d.byte())
	r.Lang = d.byte()
	seconds := d.uvarint()
	if seconds > 65535/5 {
		d.fail("seconds")
	}
	r.Seconds = uint16(seconds * 5) //nolint:gosec // bounded above
	r.Service = d.text()
	if d.err != nil {
		return d.err
	}
	l := definitions(r.Version)
	if l == nil {
		return fmt.Errorf("%w: unknown questionnaire %d", ErrRecord, r.Version)
	}
	r.Answers = sized(r.Answers, len(l.columns))
	for i := range l.columns {
		r.Answers[i] = d.answer(l.columns[i])
	}
	for _, i := range l.repeated {
		if r.Answers[i].State != NotAsked {
			d.fail("repeated answer")
		}
	}
	r.Repeats, r.Dropped, r.Flags, r.Counter = r.Repeats[:0], r.Dropped[:0], 0, ""
	if kind != KindResponse {
		d.extension(r, l)
	}
	switch kind {
	case KindMarked:
		d.mark(r)
	case KindExtended:
		if len(r.Repeats) == 0 && len(r.Dropped) == 0 {
			d.fail("kind") // the same response has a record of kind 1
		}
	default:
	}
	if d.err == nil && len(d.b) > 0 {
		d.fail("length")
	}
	return d.err
}

// sized returns a slice of n answers, in the memory of one that is no longer
// needed where that is large enough.
func sized(answers []Answer, n int) []Answer {
	if cap(answers) < n {
		return make([]Answer, n)
	}
	return answers[:n]
}

// RecordKey reads only the id and the fingerprint of a packed response.
func RecordKey(b []byte) (id ID, fingerprint uint64, err error) {
	d := reader{b: b}
	if !Kind(d.byte()).IsResponse() {
		d.fail("kind")
	}
	copy(id[:], d.take(len(id)))
	fingerprint = d.uint64()
	return id, fingerprint, d.err
}

// reader takes a record apart and remembers the first error, so that it needs
// to be looked at only once.
type reader struct {
	b   []byte
	err error
}

func (d *reader) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrRecord, what)
	}
	d.b = nil
}

func (d *reader) take(n int) []byte {
	if n > len(d.b) {
		d.fail("short")
		return nil
	}
	t := d.b[:n]
	d.b = d.b[n:]
	return t
}

func (d *reader) byte() byte {
	if len(d.b) == 0 {
		d.fail("short")
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *reader) uint64() uint64 {
	t := d.take(8)
	if t == nil {
		return 0
	}
	return binary.BigEndian.Uint64(t)
}

func (d *reader) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || (n > 1 && d.b[n-1] == 0) { // a longer form of the same number would make two records equal
		d.fail("number")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *reader) uint32() uint32 {
	v := d.uvarint()
	if v > 1<<32-1 {
		d.fail("number")
		return 0
	}
	return uint32(v)
}

func (d *reader) text() string {
	n := d.uvarint()
	if n > maxText {
		d.fail("text")
		return ""
	}
	return string(d.take(int(n)))
}

// count reads how many entries follow, at most limit.
func (d *reader) count(limit int) int {
	n := d.uvarint()
	if n > uint64(limit) { //nolint:gosec // limits are not negative
		d.fail("count")
		return 0
	}
	return int(n) //nolint:gosec // bounded
}

func (d *reader) answer(c column) Answer {
	state := d.byte()
	if state < byte(Answered) {
		return Answer{State: State(state)}
	}
	a := Answer{State: Answered}
	switch {
	case c.kind == questionnaire.OneOf && !c.personal:
		a.Option = state - byte(Answered)
		if int(a.Option) >= int(c.options) {
			d.fail("option")
		}
	case state != byte(Answered):
		d.fail("state")
	case c.personal:
		a.Apart = true
	default:
		d.value(&a, c)
	}
	return a
}

// value reads the value of an answer.
func (d *reader) value(a *Answer, c column) {
	switch c.kind {
	case questionnaire.OneOf:
		a.Option = d.byte()
		if int(a.Option) >= int(c.options) {
			d.fail("option")
		}
	case questionnaire.SetOf:
		a.Set = d.uvarint()
		if a.Set == 0 || a.Set>>c.options != 0 {
			d.fail("set")
		}
	case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
		u := d.uvarint()
		a.Amount = int64(u>>1) ^ -int64(u&1)
	case questionnaire.Words:
		a.Words = d.text()
	}
}
