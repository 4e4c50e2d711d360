// Package invite knows invitations: codes that let somebody answer once.
//
// A code is printed on a slip, or sent; nothing of it is stored but a digest that
// only the holder of the code and of the data folder can compute. What was
// issued to which dossier is known to whoever issued it and to nobody here; that
// a code was used is known as one of a set without an order. So what is stored
// can't be led back to a dossier (package store tells how it keeps to that).
package invite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"hailong/internal/response"
)

// Characters is the length of a code: ten of 50 random bits and one that finds
// typing mistakes. Dashes don't count. It differs from that of a receipt.
const Characters = 11

// crockford is Crockford's alphabet: no I, L, O, U, so that a code can be read aloud.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var encoding = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// New makes a code of 50 of the random bits, as it is printed: XXXX-XXXX-XXX.
func New(random [8]byte) string {
	code := encoding.EncodeToString(random[:])[:Characters-1]
	code += string(crockford[check(code)])
	return code[:4] + "-" + code[4:8] + "-" + code[8:]
}

// Parse reads a code as people type it, or copy it from a text: any case, with or
// without spaces and dashes of any kind, O for 0, I or L for 1. It returns the code
// without dashes, and false for what no code can be, such as one with a typing
// mistake.
func Parse(typed string) (string, bool) {
	if len(typed) > 64 {
		return "", false
	}
	code := make([]byte, 0, Characters)
	for _, r := range typed {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf): // Cf: soft hyphens, marks of direction
			continue
		case r >= utf8.RuneSelf || len(code) == Characters:
			return "", false
		}
		c := alias(byte(r)) //nolint:gosec // ASCII
		if strings.IndexByte(crockford, c) < 0 {
			return "", false
		}
		code = append(code, c)
	}
	if len(code) != Characters || crockford[check(string(code[:Characters-1]))] != code[Characters-1] {
		return "", false
	}
	return string(code), true
}

// alias returns the character of the alphabet that is meant.
func alias(c byte) byte {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return c
}

// check returns the value of the check character: the sum of (place + 2) × value,
// places from 0, modulo 31. It finds every single wrong character, and every
// swap of neighbours, but for 0 and Z, whose values are 31 apart.
func check(code string) int {
	sum := 0
	for i := range len(code) {
		sum += (i + 2) * strings.IndexByte(crockford, code[i])
	}
	return sum % 31
}

// Digest is what is stored of a code.
type Digest [16]byte

// DigestOf returns the digest of a code that Parse returned: the first 16 bytes
// of HMAC-SHA-256 under the data folder's secret, so that codes can't be found by
// trying without it. The zero Digest stands for no invitation.
func DigestOf(secret [32]byte, code string) Digest {
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte("invitation\x00" + code))
	return Digest(mac.Sum(nil)[:16])
}

// Compare orders digests by their bytes.
func (d Digest) Compare(e Digest) int {
	a, b := binary.BigEndian.Uint64(d[:8]), binary.BigEndian.Uint64(e[:8])
	if a == b {
		a, b = binary.BigEndian.Uint64(d[8:]), binary.BigEndian.Uint64(e[8:])
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// State tells what became of an invitation. Numbers are stored: never reuse one.
type State uint8

// The states.
const (
	Open    State = 0
	Used    State = 1
	Revoked State = 2
)

// Group is a part of a batch about one agency and one service.
type Group struct {
	Agency   uint32 // number of the receiving agency
	Resolver uint32 // number of the resolving agency, 0 when not told
	Service  string // code of the service rated; may be empty
	Digests  []Digest
}

// Batch is what is issued at once. Its digests come in any order: whoever stores
// them sorts them, so that their order says nothing.
type Batch struct {
	ID      string // names the batch within the data folder
	Survey  string // slug
	Wave    string // id; empty for the unnamed wave
	Issued  response.Day
	Expires response.Day // the last day on which the codes are good
	Groups  []Group
}

// Entry is what is known of one invitation.
type Entry struct {
	Batch    string
	Survey   string
	Wave     string
	Agency   uint32
	Resolver uint32
	Service  string
	Expires  response.Day
	State    State
}

// Count tells what became of the invitations of one batch to one agency.
type Count struct {
	Batch   string
	Survey  string
	Wave    string
	Agency  uint32
	Issued  response.Day
	Expires response.Day
	Codes   int // all that were issued
	Used    int
	Revoked int
}
