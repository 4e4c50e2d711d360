// Package agency is the registry of agencies: a tree whose members have an
// immutable id, and names, codes and a parent from their first day to their
// last. A unit that takes another name keeps its id; a unit that is merged into
// another ends, and names its successor.
//
// A [Registry] is immutable and may be shared. Reading a file never changes one:
// the file is checked whole, against itself and against the registry it would
// follow, before a new registry exists. Every line that was ever read stays, so
// that the numbers in old responses keep their meaning.
//
// The package doesn't know what is asked about an agency, and never moves
// anything from an agency to its successor.
package agency

import "slices"

// Name is the agency's name by language ("vi" always, "en" where known), in
// Unicode's composed form.
type Name struct{ Vi, En string }

// In returns the name in a language, Vietnamese when there is none.
func (n Name) In(lang string) string {
	if lang == "en" && n.En != "" {
		return n.En
	}
	return n.Vi
}

// The levels of agencies.
const (
	Province   = "province"   // a province or a city of the same rank; has no parent
	Department = "department" // a specialised agency; below a province or another department
	Commune    = "commune"    // a commune, ward or special zone; below a province
)

// Agency is one receiving or resolving agency.
type Agency struct {
	ID         string // immutable, lower-case letters, digits, '-' and '.'
	Number     uint32 // order of first appearance, from 1; what responses store
	Parent     string // id of the parent; empty at the top
	Level      string // Province, Department or Commune
	UnitCode   string // administrative-unit code as text, with its leading zeros; may be empty
	AgencyCode string // electronic agency code, such as H05.12; may be empty
	Name       Name   // by language
	ValidFrom  string // YYYY-MM-DD, first day; empty: always
	ValidTo    string // YYYY-MM-DD, last day; empty: still valid
	MergedInto string // id of the successor; may be empty
}

// ValidOn reports whether the agency exists on a day (YYYY-MM-DD).
func (a *Agency) ValidOn(day string) bool {
	return (a.ValidFrom == "" || a.ValidFrom <= day) && (a.ValidTo == "" || day <= a.ValidTo)
}

// overlaps reports whether there is a day on which both agencies exist. An
// agency whose dates are in the wrong order exists on no day.
func (a *Agency) overlaps(b *Agency) bool {
	from := max(a.ValidFrom, b.ValidFrom)
	return (a.ValidTo == "" || from <= a.ValidTo) && (b.ValidTo == "" || from <= b.ValidTo)
}

// Levels lists the levels, from the widest to the narrowest area.
func Levels() []string { return slices.Clone(levels) }
