package export

import (
	"math"
	"strconv"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// versionDigits is how much of a version's hash a row shows.
const versionDigits = 12

// shortVersion returns the beginning of a version's hash.
func shortVersion(q *questionnaire.Questionnaire) string {
	return q.Version[:min(versionDigits, len(q.Version))]
}

// names are the texts of a row that come from tables, quoted for one format.
type names struct {
	survey   []byte
	versions [][]byte   // by number
	langs    [][][]byte // by number of the version, by language
	waves    [][]byte   // by number
	agencies [][]byte   // ids by number; 0 is none
	titles   [][]byte   // names of agencies by number
	channels [][]byte   // by number
	ids      [][][]byte // of variables, by number of the version, by variable
	flags    [][]byte   // by bit
	least    []int      // seconds that a response should take, by number of the wave; 0: any
}

// flagsOf returns the flags that a response was stored with and, for those
// stored before flags were, whether it took less time than its wave asks for.
// One whose time is unknown did not.
func (n *names) flagsOf(r *response.Response) response.Flags {
	flags := r.Flags
	if r.Seconds > 0 && int(r.Seconds) < n.least[r.Wave] {
		flags |= response.Fast
	}
	return flags
}

// newNames quotes all names once, so that rows only copy bytes.
func newNames(survey *catalog.Survey, agencies *agency.Registry, quote func([]byte, string) []byte) *names {
	n := &names{
		survey: quote(nil, survey.Slug), waves: make([][]byte, len(survey.Waves)+1),
		agencies: make([][]byte, agencies.Len()+1), titles: make([][]byte, agencies.Len()+1),
		least: make([]int, len(survey.Waves)+1),
	}
	for _, v := range survey.Versions {
		for len(n.versions) <= int(v.Number) {
			n.versions, n.langs, n.ids = append(n.versions, nil), append(n.langs, nil), append(n.ids, nil)
		}
		n.versions[v.Number] = quote(nil, shortVersion(v.Questionnaire))
		for _, lang := range v.Questionnaire.Languages {
			n.langs[v.Number] = append(n.langs[v.Number], quote(nil, lang))
		}
		for i := range v.Questionnaire.Variables() {
			n.ids[v.Number] = append(n.ids[v.Number], quote(nil, v.Questionnaire.Variables()[i].ID))
		}
	}
	for _, w := range survey.Waves {
		n.waves[w.Number], n.least[w.Number] = quote(nil, w.ID), w.MinSeconds
	}
	for _, a := range agencies.All() {
		n.agencies[a.Number] = quote(nil, a.ID)
		n.titles[a.Number] = quote(nil, a.Name.Vi)
	}
	for _, code := range response.AllFlags.Codes() {
		n.flags = append(n.flags, quote(nil, code))
	}
	for _, c := range response.Channels {
		for len(n.channels) <= int(c) {
			n.channels = append(n.channels, nil)
		}
		n.channels[c] = quote(nil, c.String())
	}
	return n
}

// appendAmount appends a number that is stored times 10^decimals.
func appendAmount(b []byte, amount int64, decimals int) []byte {
	if decimals <= 0 {
		return strconv.AppendInt(b, amount, 10)
	}
	size := uint64(amount) //nolint:gosec // its bits; the sign is taken off below
	if amount < 0 {
		b = append(b, '-')
		size = -size
	}
	scale := uint64(math.Pow10(decimals)) // exact up to 10^19
	b = strconv.AppendUint(b, size/scale, 10)
	// A leading 1 keeps the zeros after the point, and then becomes the point.
	at := len(b)
	b = strconv.AppendUint(b, size%scale+scale, 10)
	b[at] = '.'
	return b
}

// appendDate appends a day as 2026-03-31 or a month as 2026-03.
func appendDate(b []byte, n int64, kind questionnaire.VariableKind) []byte {
	if kind == questionnaire.Months {
		return response.Day(0).Date().AddDate(0, int(n), 0).AppendFormat(b, "2006-01")
	}
	return response.Day(0).Date().AddDate(0, 0, int(n)).AppendFormat(b, "2006-01-02")
}

// appendSeconds appends the time taken, or none where it is unknown.
func appendSeconds(b []byte, seconds uint16, none string) []byte {
	if seconds == 0 {
		return append(b, none...)
	}
	return strconv.AppendUint(b, uint64(seconds), 10)
}
