package figure

import "math"

// Population returns how many people of an agency, in a period and a cell, could have
// been asked: the N_h of a stratum, from the figure of that name. The cell must
// be given exactly: the people of a cell are never guessed from those of the
// whole agency, nor those of a year from its months.
//
// The reason says why there are none: "missing" when the table has no such
// figure, else the note of the figure that has no value. It is empty when there
// is a number, zero included.
func (t *Table) Population(agency, period, cell string) (n int64, reason string) {
	f, ok := t.Value(Population, agency, period, cell)
	switch {
	case !ok:
		return 0, Missing
	case !f.There:
		return 0, f.Note
	case f.Value < 0 || f.Value != math.Trunc(f.Value) || f.Value > maxWhole:
		return 0, Missing // can't be: Parse refuses it
	}
	return int64(f.Value), ""
}

// Missing is the reason for a number that no figure tells.
const Missing = "missing"

// maxWhole is the largest number that figures can have.
const maxWhole = 1e15
