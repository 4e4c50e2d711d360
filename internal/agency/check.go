package agency

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// check applies every rule to the rows and returns the agencies in the order of
// the file. They are good only if no mistake was noted. O(n log n).
func (t *table) check(prev *Registry) []*Agency {
	drafts := make([]draft, len(t.rows))
	agencies := make([]*Agency, len(t.rows))
	byID := make(map[string]int, len(t.rows))
	for i := range t.rows {
		d := t.checkRow(&t.rows[i])
		drafts[i], agencies[i] = d, d.Agency
		if first, twice := byID[d.ID]; twice && d.ID != "" {
			t.fail(d.row, colID, "give every agency an id of its own", "id %q stands twice, first in line %d", d.ID, drafts[first].line())
		} else if !twice {
			byID[d.ID] = i
		}
	}
	f := forest{table: t, drafts: drafts, byID: byID}
	for i := range drafts {
		f.checkParent(&drafts[i])
		f.checkSuccessor(&drafts[i])
	}
	f.checkCycles(colParent, "is below itself", "let one of them have another parent")
	f.checkCycles(colMergedInto, "is merged into itself", "a merger leads to an agency that goes on; leave merged_into of the last one empty")
	f.checkHolders(colUnitCode, "unit code")
	f.checkHolders(colAgencyCode, "agency code")
	if !t.gaps {
		t.checkVanished(prev, byID)
	}
	return agencies
}

// line returns the line on which the agency stands.
func (d *draft) line() int { return d.row.places[colID].line }

// forest is the rows with their references.
type forest struct {
	*table
	drafts []draft
	byID   map[string]int
}

// target returns the agency that a field names, nil for none. A name that no
// agency has is a mistake.
func (f *forest) target(d *draft, column int) *draft {
	id := d.row.fields[column]
	if id == "" {
		return nil
	}
	if i, ok := f.byID[id]; ok {
		return &f.drafts[i]
	}
	if !f.gaps {
		f.fail(d.row, column, f.suggest(id), "%s %q is not in the file", columns[column], id)
	}
	return nil
}

// suggest is the cure for a reference to an unknown id: the same id in another
// spelling, or the id of the unit code that was written instead. It doesn't look
// for the nearest id, which for codes would be a wrong neighbour.
func (f *forest) suggest(id string) string {
	for _, near := range []string{Fold(id), "t" + id, "x" + id} {
		if _, ok := f.byID[near]; ok {
			return fmt.Sprintf("did you mean %q?", near)
		}
	}
	return "write the id of an agency of this file, or add its line"
}

func (f *forest) checkParent(d *draft) {
	if !slices.Contains(levels, d.Level) {
		return
	}
	if d.Parent == "" {
		if d.Level != Province {
			f.fail(d.row, colParent, "give the id of its province", "a %s has no parent", d.Level)
		}
		return
	}
	if d.Level == Province {
		f.fail(d.row, colParent, "leave it empty; a merged province has merged_into", "a province has the parent %q", d.Parent)
		return
	}
	parent := f.target(d, colParent)
	if parent == nil || !slices.Contains(levels, parent.Level) {
		return
	}
	switch {
	case d.Level == Commune && parent.Level != Province:
		f.fail(d.row, colParent, "give the id of its province", "the parent of a commune is a province, %q is a %s", d.Parent, parent.Level)
	case d.Level == Department && parent.Level == Commune:
		f.fail(d.row, colParent, "give the id of its province or department",
			"the parent of a department is a province or a department, %q is a commune", d.Parent)
	case d.goodLife && parent.goodLife && !d.overlaps(parent.Agency):
		f.fail(d.row, colParent, "mend the dates or the parent",
			"the agency and its parent %q (%s) never exist on the same day", d.Parent, life(parent.Agency))
	}
}

// life tells the days of an agency.
func life(a *Agency) string {
	switch {
	case a.ValidTo == "":
		return "from " + a.ValidFrom
	case a.ValidFrom == "":
		return "until " + a.ValidTo
	default:
		return a.ValidFrom + " to " + a.ValidTo
	}
}

func (f *forest) checkSuccessor(d *draft) { f.target(d, colMergedInto) }

// checkCycles notes every cycle of a reference once, at its first line. O(n).
func (f *forest) checkCycles(column int, what, cure string) {
	const unseen, done = 0, -1
	round := make([]int, len(f.drafts)) // the walk that is on an agency, or done
	next := func(i int) (int, bool) {
		j, ok := f.byID[f.drafts[i].row.fields[column]]
		return j, ok && f.drafts[i].row.fields[column] != ""
	}
	for start := range f.drafts {
		at, more := start, true
		for more && round[at] == unseen {
			round[at] = start + 1
			at, more = next(at)
		}
		if more && round[at] == start+1 {
			f.failCycle(at, column, next, what, cure)
		}
		for i, on := start, true; on && round[i] == start+1; i, on = next(i) {
			round[i] = done
		}
	}
}

// failCycle names the agencies of the cycle that goes through one of them,
// beginning with the first in the file.
func (f *forest) failCycle(through, column int, next func(int) (int, bool), what, cure string) {
	const shown = 10
	first := through
	for i, _ := next(through); i != through; i, _ = next(i) {
		first = min(first, i)
	}
	ids := []string{f.drafts[first].ID}
	i, _ := next(first)
	for ; i != first && len(ids) < shown; i, _ = next(i) {
		ids = append(ids, f.drafts[i].ID)
	}
	if i != first {
		ids = append(ids, "…")
	}
	ids = append(ids, f.drafts[first].ID)
	f.fail(f.drafts[first].row, column, cure, "agency %q %s: %s", f.drafts[first].ID, what, strings.Join(ids, " → "))
}

// checkHolders notes agencies that have the same code on the same day: the later
// line, with the first such day. O(n log n).
func (f *forest) checkHolders(column int, what string) {
	holders := map[string][]*draft{}
	for i := range f.drafts {
		d := &f.drafts[i]
		if code := d.row.fields[column]; code != "" && d.goodLife && f.byID[d.ID] == i {
			holders[code] = append(holders[code], d)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(holders)) {
		list := holders[code]
		slices.SortStableFunc(list, func(a, b *draft) int { return strings.Compare(a.ValidFrom, b.ValidFrom) })
		last := list[0]
		for _, d := range list[1:] {
			if d.overlaps(last.Agency) {
				f.failHolder(last, d, column, what, code)
			}
			if last.ValidTo != "" && (d.ValidTo == "" || d.ValidTo > last.ValidTo) {
				last = d
			}
		}
	}
}

func (f *forest) failHolder(a, b *draft, column int, what, code string) {
	if a.line() > b.line() {
		a, b = b, a
	}
	since := "from the first day"
	if from := max(a.ValidFrom, b.ValidFrom); from != "" {
		since = "on " + from
	}
	f.fail(b.row, column, "correct the code, or end one of the two with valid_to",
		"%s %q also belongs to %q (line %d) %s", what, code, a.ID, a.line(), since)
}

// checkVanished notes the agencies of prev that the file no longer has.
func (t *table) checkVanished(prev *Registry, byID map[string]int) {
	for _, a := range prev.All() {
		if _, ok := byID[a.ID]; !ok {
			t.src.fail(place{}, "keep the line and give it a valid_to; responses name it",
				"agency %q (%s) is no longer in the file", a.ID, a.Name.Vi)
		}
	}
}
