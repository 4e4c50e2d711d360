package seal

import (
	"strconv"

	"hailong/internal/response"
)

// Place is where, and by whom, answers are collected under a pass.
type Place struct {
	Survey  string // slug
	Agency  string // id; empty: any
	Counter string // code; empty: any
	Channel response.Channel
}

// Pass returns the text that shows that a link for a place was made here, and
// until which day it is good.
func Pass(secret [32]byte, p Place, until response.Day) string {
	day := strconv.FormatUint(uint64(until), 36)
	return day + "-" + mac(secret, p.parts(day)...)
}

// Passed reports whether a pass is one for the place, or for the agency with any
// counter, or for any agency, and good on a day.
func Passed(secret [32]byte, p Place, pass string, day response.Day) bool {
	until, tag, ok := cut(pass)
	if !ok || !clean(p.Survey, p.Agency, p.Counter) {
		return false
	}
	n, err := strconv.ParseUint(until, 36, 32)
	if err != nil || n < uint64(day) || strconv.FormatUint(n, 36) != until {
		return false
	}
	for _, place := range []Place{p, {p.Survey, p.Agency, "", p.Channel}, {p.Survey, "", "", p.Channel}} {
		if same(tag, mac(secret, place.parts(until)...)) {
			return true
		}
	}
	return false
}

func (p Place) parts(until string) []string {
	return []string{"pass", p.Survey, p.Agency, p.Counter, p.Channel.String(), until}
}

// cut parts a pass.
func cut(pass string) (until, tag string, ok bool) {
	for i := range len(pass) {
		if pass[i] == '-' {
			return pass[:i], pass[i+1:], true
		}
	}
	return "", "", false
}
