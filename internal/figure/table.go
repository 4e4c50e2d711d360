package figure

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Table is a set of figures, at most one for each key. It is immutable.
type Table struct {
	rows []Figure // in the order of compareKeys
	hash func() string
}

// Empty returns the table without figures.
func Empty() *Table { return newTable(nil) }

// newTable makes a table of sorted rows.
func newTable(rows []Figure) *Table {
	t := &Table{rows: rows}
	t.hash = sync.OnceValue(func() string {
		sum := sha256.Sum256(t.Canonical())
		return hex.EncodeToString(sum[:])
	})
	return t
}

// Len returns the number of figures. O(1).
func (t *Table) Len() int { return len(t.rows) }

// All iterates over all figures, by figure, period, agency and cell. O(n).
func (t *Table) All() iter.Seq[Figure] { return slices.Values(t.rows) }

// Of iterates over the figures with an id in a period, by agency and cell.
// O(log n + m) for m figures.
func (t *Table) Of(figure, period string) iter.Seq[Figure] {
	from, _ := t.find(Figure{ID: figure, Period: period})
	return func(yield func(Figure) bool) {
		for _, f := range t.rows[from:] {
			if f.ID != figure || f.Period != period || !yield(f) {
				return
			}
		}
	}
}

// Value returns the figure of a key, and false when the table has none. A figure
// that is known to be missing is returned with There false and the reason in its
// note. The parts of the cell may stand in any order. O(log n).
func (t *Table) Value(figure, agency, period, cell string) (Figure, bool) {
	key := Figure{ID: figure, Agency: agency, Period: period, Cell: cell}
	i, found := t.find(key)
	if !found && strings.Contains(cell, "&") {
		key.Cell = CanonicalCell(cell)
		i, found = t.find(key)
	}
	if !found {
		return Figure{}, false
	}
	return t.rows[i], true
}

func (t *Table) find(key Figure) (int, bool) {
	return slices.BinarySearchFunc(t.rows, key, compareKeys)
}

// Select returns the figures with an id, in a period; an empty one means any. O(n).
func (t *Table) Select(figure, period string) *Table {
	var rows []Figure
	for _, f := range t.rows {
		if (figure == "" || f.ID == figure) && (period == "" || f.Period == period) {
			rows = append(rows, f)
		}
	}
	return newTable(rows)
}

// Equal reports whether both tables have the same figures. O(n).
func (t *Table) Equal(other *Table) bool { return slices.Equal(t.rows, other.rows) }

// Merge returns the table after another was loaded: figures of other replace
// those with the same key, new ones are added, and one without a value whose
// note is [Withdrawn] takes that figure out. Tables follow each other from the
// first to the last; a withdrawal leaves no trace. O(n + m).
func (t *Table) Merge(other *Table) *Table {
	rows := make([]Figure, 0, len(t.rows)+len(other.rows))
	t.zip(other, func(c Change) {
		switch c.Kind {
		case Dropped, Absent:
		case Kept:
			rows = append(rows, c.Before)
		case Added, Replaced, Same:
			rows = append(rows, c.After)
		}
	})
	return newTable(slices.Clip(rows))
}

// What merging a table does to a figure.
const (
	Kept     = "kept"      // the other table does not name it
	Added    = "added"     // it is new
	Replaced = "changed"   // it has another value, source, check or note
	Dropped  = "withdrawn" // it is taken out
	Same     = "unchanged" // it is loaded as it already is
	Absent   = "absent"    // it was to be taken out, and is not there
)

// Change is what merging does to one figure.
type Change struct {
	Kind   string // Kept to Absent
	Before Figure // in the first table; zero when Added or Absent
	After  Figure // in the other table; zero when Kept
}

// Changes returns what merging a table would do to each of its figures, in the
// order of the table. O(n + m).
func (t *Table) Changes(other *Table) []Change {
	list := make([]Change, 0, len(other.rows))
	t.zip(other, func(c Change) {
		if c.Kind != Kept {
			list = append(list, c)
		}
	})
	return list
}

// zip walks two tables in the order of their keys.
func (t *Table) zip(other *Table, f func(Change)) {
	i, j := 0, 0
	for i < len(t.rows) || j < len(other.rows) {
		order := -1
		if i == len(t.rows) {
			order = 1
		} else if j < len(other.rows) {
			order = compareKeys(t.rows[i], other.rows[j])
		}
		c := Change{Kind: Kept}
		if order <= 0 {
			c.Before = t.rows[i]
			i++
		}
		if order >= 0 {
			c.After = other.rows[j]
			c.Kind = kindOf(c.Before, c.After, order == 0)
			j++
		}
		f(c)
	}
}

// kindOf says what loading after does, where before is there or not.
func kindOf(before, after Figure, there bool) string {
	switch {
	case after.withdraws() && there:
		return Dropped
	case after.withdraws():
		return Absent
	case !there:
		return Added
	case before == after:
		return Same
	}
	return Replaced
}

// Canonical returns the table as a CSV file: one text for one table, whatever
// the order it was loaded in. [Parse] of it gives the same table. It is what the
// log stores, so its form must not change. O(n).
func (t *Table) Canonical() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(record [columnCount]string) { _ = w.Write(record[:]) } // a buffer can't fail, nor can a comma be a wrong separator
	write(columnNames())
	for _, f := range t.rows {
		write([columnCount]string{
			colFigure: f.ID, colAgency: f.Agency, colPeriod: f.Period, colCell: f.Cell,
			colValue: f.Text(), colSource: f.Source, colChecked: yesNo(f.Checked), colNote: f.Note,
		})
	}
	w.Flush()
	return b.Bytes()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// Hash returns the SHA-256 of the canonical form, in hexadecimal digits: equal
// for equal tables. O(n) the first time, then O(1).
func (t *Table) Hash() string { return t.hash() }
