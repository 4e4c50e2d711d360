package questionnaire

import "slices"

// unit is what has a text that is answered, and an id: an item, or a row of a
// matrix. A matrix is one as well, without answers of its own.
type unit struct {
	id   string
	item *Item
	row  *Row
	page *Page
	vars []*Variable
}

func (u *unit) text() Text {
	if u.row != nil {
		return u.row.Text
	}
	return u.item.Text
}

func (u *unit) where() string {
	if u.row != nil {
		return "row " + u.id
	}
	return "item " + u.id
}

// ids are what a declaration may call the unit: by its own id, or its item's.
func (u *unit) ids() []string {
	if u.row != nil {
		return []string{u.id, u.item.ID}
	}
	return []string{u.id}
}

// answered reports whether the unit has answers of its own.
func (u *unit) answered() bool { return len(u.vars) > 0 }

// kind is that of the unit's first variable.
func (u *unit) kind() VariableKind { return u.vars[0].Kind }

// unitsOf lists the units of a questionnaire in their order.
func unitsOf(q *Questionnaire) []unit {
	variables := map[*Item][]*Variable{}
	for i := range q.variables {
		v := &q.variables[i]
		variables[v.Item] = append(variables[v.Item], v)
	}
	var list []unit
	for p := range q.Pages {
		page := &q.Pages[p]
		for i := range page.Items {
			it := &page.Items[i]
			main := unit{id: it.ID, item: it, page: page}
			var rows []unit
			for _, v := range variables[it] {
				if v.Part == OfRow {
					rows = append(rows, unit{id: v.ID, item: it, row: v.Row, page: page, vars: []*Variable{v}})
				} else {
					main.vars = append(main.vars, v)
				}
			}
			list = append(append(list, main), rows...)
		}
	}
	return list
}

// paired is a unit of now with the unit before that it continues, nil for a new one.
type paired struct{ before, now *unit }

// pair matches the units of the two versions and lists those that nothing
// continues, each with the place in pairs that it stands before.
func (c *comparison) pair() (pairs []paired, removed map[int][]*unit) {
	before, now := unitsOf(c.before), unitsOf(c.now)
	byID := map[string]int{}
	for i := range before {
		byID[before[i].id] = i
	}
	place := map[int]int{} // in pairs, of units before
	for i := range now {
		p := paired{now: &now[i]}
		if at, ok := byID[c.unitBefore(now[i].id)]; ok {
			p.before = &before[at]
			place[at] = i
		}
		pairs = append(pairs, p)
	}
	removed = map[int][]*unit{}
	next := 0
	for i := range before {
		if at, ok := place[i]; ok {
			next = at + 1
			continue
		}
		removed[next] = append(removed[next], &before[i])
	}
	return pairs, removed
}

// unitBefore returns the id that an item or row had before.
func (c *comparison) unitBefore(id string) string {
	if c.changes != nil {
		if old, ok := c.changes.Renamed[id]; ok {
			return old
		}
		if slices.Contains(c.changes.Dropped, id) {
			return ""
		}
	}
	if c.moved[id] {
		return ""
	}
	return id
}

// count is how many answers to a unit of the version before are stored.
func (c *comparison) count(u *unit) int64 {
	var n int64
	for _, v := range u.vars {
		n = max(n, c.stored(v.ID, ""))
	}
	for i := range u.item.Rows { // of a matrix
		if u.row == nil {
			n = max(n, c.stored(u.item.Rows[i].ID, ""))
		}
	}
	return n
}

// countOf is how many answers to a unit of the version before chose an option.
func (c *comparison) countOf(u *unit, code string) int64 {
	var n int64
	for _, v := range u.vars {
		if v.Part != OfOther {
			n += c.stored(v.ID, code)
		}
	}
	return n
}

// movedUnits tells which pairs stand in another order than before: all but the
// longest run that kept its order.
func movedUnits(pairs []paired, before []unit) []bool {
	at := map[string]int{}
	for i := range before {
		at[before[i].id] = i
	}
	moved := make([]bool, len(pairs))
	var ends []int                      // of the best run of each length: index in pairs
	previous := make([]int, len(pairs)) // in the run
	for i, p := range pairs {
		if p.before == nil {
			continue
		}
		moved[i] = true
		n, _ := slices.BinarySearchFunc(ends, at[p.before.id], func(end, place int) int { return at[pairs[end].before.id] - place })
		previous[i] = -1
		if n > 0 {
			previous[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = previous[i] {
			moved[i] = false
		}
	}
	return moved
}
