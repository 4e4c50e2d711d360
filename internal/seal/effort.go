package seal

import (
	"crypto/sha256"
	"math/bits"
	"strconv"
	"strings"
)

// Bits is how many zero bits the digest of a solved challenge begins with: about
// 32 000 tries, a tenth of a second to a second on a phone. It is a brake for
// programs that answer by the thousand, not evidence of a person.
const Bits = 15

// Wait is how many seconds somebody waits who can't do the work: without
// JavaScript, time is the price.
const Wait = 20

// challengeAge is for how many seconds a challenge is good.
const challengeAge = 24 * 60 * 60

// Challenge returns what somebody who answers has to work on: it is bound to the
// key of the response (so it buys one response) and to the second it was issued,
// counted from 1970.
func Challenge(secret [32]byte, survey, key string, issued int64) string {
	at := strconv.FormatInt(issued, 36)
	return at + "." + mac(secret, "effort", survey, key, at)
}

// Effort is what was done for a challenge.
type Effort uint8

// The efforts.
const (
	None   Effort = iota // nothing, or not enough, or for another challenge
	Waited               // enough time went by
	Worked               // a solution was found
)

// Done tells what was done for the challenge of a response: the solution is a
// number n such that SHA-256 of challenge, a dot, and n in decimal begins with
// Bits zero bits. A challenge of the future, or one that is a day old, is none.
func Done(secret [32]byte, survey, key, challenge, solution string, now int64) Effort {
	at, _, ok := strings.Cut(challenge, ".")
	issued, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || !clean(survey, key) || !same(challenge, Challenge(secret, survey, key, issued)) {
		return None
	}
	if issued > now+60 || now-issued > challengeAge {
		return None
	}
	if _, err := strconv.ParseUint(solution, 10, 53); err == nil && Solves(challenge, solution) {
		return Worked
	}
	if now-issued >= Wait {
		return Waited
	}
	return None
}

// Solves reports whether a number solves a challenge.
func Solves(challenge, solution string) bool {
	sum := sha256.Sum256([]byte(challenge + "." + solution))
	zeros := 0
	for _, b := range sum {
		zeros += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return zeros >= Bits
}
