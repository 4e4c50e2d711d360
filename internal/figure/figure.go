// Package figure holds what is known about agencies from elsewhere: hard data,
// such as the ratio of dossiers resolved on time, the points of a
// self-assessment, or how many people an agency serves.
//
// A [Figure] is one number of one agency in one period, perhaps for a part of
// its people (its cell), with the source it comes from and whether somebody
// checked it. A [Table] is a set of them, at most one for each figure, agency,
// period and cell; it is immutable and may be shared. Figures come as CSV files
// ([Parse]), which are checked whole before a table exists; tables follow each
// other by [Table.Merge].
//
// The package knows neither agencies nor surveys: whoever reads a file says
// which references mean an agency. It never invents a number: what is not there
// is not there, and zero is a number like any other.
package figure

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The figures that the program itself knows how to use. All but EligibleShare
// count people or dossiers: they are whole and not negative.
const (
	Population       = "population"        // people who could be asked: the N_h of a stratum
	Handled          = "handled"           // dossiers handled
	Invited          = "invited"           // people invited
	Ineligible       = "ineligible"        // of AAPOR: invited, but not of the population
	Refused          = "refused"           // of AAPOR: refused, or broke off
	Noncontact       = "noncontact"        // of AAPOR: never reached
	OtherNonresponse = "other_nonresponse" // of AAPOR: took no part for another reason
	Unknown          = "unknown"           // of AAPOR: not known whether eligible
	EligibleShare    = "eligible_share"    // of AAPOR: the share e of Unknown that is eligible, from 0 to 1
)

// Counts lists the figures that count people or dossiers.
func Counts() []string {
	return []string{Population, Handled, Invited, Ineligible, Refused, Noncontact, OtherNonresponse, Unknown}
}

// Withdrawn is the note of a figure without a value that takes the figure of the
// same key out of the table it is merged into.
const Withdrawn = "withdrawn"

// Figure is one number from elsewhere. ID, Agency, Period and Cell are its key.
type Figure struct {
	ID      string  // of the figure, such as population
	Agency  string  // id of the agency
	Period  string  // 2026, 2026-Q3, 2026-11, or the id of a wave
	Cell    string  // the part of the agency's people it is about, such as age=18-34&gender=female; empty: all
	Value   float64 // 0 when there is none; always finite
	There   bool    // false: there is no value, and Note says why
	Source  string  // where it comes from; never empty
	Checked bool    // somebody compared it with the source
	Note    string  // may be empty when There
}

// Text returns the value as files have it: a decimal without an exponent, empty
// when there is none.
func (f Figure) Text() string {
	if !f.There {
		return ""
	}
	return strconv.FormatFloat(f.Value, 'f', -1, 64)
}

// withdraws reports whether the figure takes one out of a table.
func (f Figure) withdraws() bool { return !f.There && f.Note == Withdrawn }

// compareKeys orders figures by figure, period, agency and cell, so that those
// of one figure in one period stand together.
func compareKeys(a, b Figure) int {
	return cmp.Or(
		strings.Compare(a.ID, b.ID), strings.Compare(a.Period, b.Period),
		strings.Compare(a.Agency, b.Agency), strings.Compare(a.Cell, b.Cell),
	)
}

// maxParts is how many characteristics a cell may have.
const maxParts = 8

// words are the patterns of what stands in files. They are compiled when a file
// is read, which is rare.
type words struct{ id, agency, wave, key, value, number *regexp.Regexp }

func newWords() *words {
	return &words{
		id:     regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`),
		agency: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`),
		wave:   regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`), // as in a survey's file
		key:    regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`),
		value:  regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`),
		number: regexp.MustCompile(`^-?\d+(\.\d+)?$`),
	}
}

// CanonicalCell returns a cell with its parts in the order of their keys, which
// is how tables have them: age=18-34&gender=female.
func CanonicalCell(cell string) string {
	if !strings.Contains(cell, "&") {
		return cell
	}
	parts := strings.Split(cell, "&")
	slices.SortStableFunc(parts, func(a, b string) int {
		ka, _, _ := strings.Cut(a, "=")
		kb, _, _ := strings.Cut(b, "=")
		return strings.Compare(ka, kb)
	})
	return strings.Join(parts, "&")
}
