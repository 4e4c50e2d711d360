package collect

import (
	"maps"
	"slices"

	"hailong/internal/questionnaire"
)

// take sorts what was sent by variable. The rows of a matrix may come on their
// own or as an object under the matrix's id, ranks on their own or as a list
// under the ranking's.
func (c *Checker) take(fields []Field, within *questionnaire.Item) {
	for i := range fields {
		if c.twice {
			return
		}
		f := &fields[i]
		v := c.q.Variable(f.Item)
		switch {
		case v == nil && within == nil && c.takeWhole(fields[:i], f):
		case v == nil || within != nil && v.Item != within:
			if c.unknown++; c.unknown <= maxUnknown {
				c.problem(shown(f.Item), "unknown_item", nil)
			}
		case c.now.sent[v.Index] != nil:
			c.duplicate(f.Item)
		default:
			c.now.sent[v.Index] = &f.Value
			c.misplaced(v, &f.Value)
		}
	}
}

// misplaced tells answers that were sent where nobody asks for them.
func (c *Checker) misplaced(v *questionnaire.Variable, sent *Value) {
	switch {
	case !filled(sent):
	case v.Item.Type == questionnaire.Calculated:
		c.problem(v.ID, "calculated_item", nil)
	case c.q.Repeated(v) && c.now.agency == nil:
		c.problem(v.ID, "repeated_item", nil)
	case !c.q.Repeated(v) && c.now.agency != nil:
		c.problem(v.ID, "item_not_repeated", nil)
	}
}

// takeWhole takes a field that names a matrix or a ranking; false when it does
// not. before are the fields that stand before it.
func (c *Checker) takeWhole(before []Field, f *Field) bool {
	item := c.q.Item(f.Item)
	if item == nil || item.Type != questionnaire.Matrix && item.Type != questionnaire.Ranking {
		return false
	}
	if slices.ContainsFunc(before, func(b Field) bool { return b.Item == f.Item }) {
		c.duplicate(f.Item) // rows could be told apart, but nobody means that
		return true
	}
	switch {
	case item.Type == questionnaire.Ranking:
		c.takeRanking(item, f)
	case f.Value.Kind == Rows:
		c.take(f.Value.Rows, item)
	case f.Value.Kind != None:
		c.problem(f.Item, "wrong_type", nil)
	}
	return true
}

func (c *Checker) takeRanking(it *questionnaire.Item, f *Field) {
	if c.now.rankings == nil {
		c.now.rankings = map[*questionnaire.Item]*Value{}
	}
	c.now.rankings[it] = &f.Value
	c.misplaced(c.q.Variable(questionnaire.RankID(it.ID, 1)), &f.Value)
}

// takeParameters looks at the parameters of the link: they are answers to hidden
// items, and to nothing else.
func (c *Checker) takeParameters() {
	if len(c.in.Parameters) == 0 {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(c.in.Parameters)) {
		v := c.q.Variable(id)
		switch {
		case v == nil || v.Item.Type != questionnaire.Hidden:
			if c.unknown++; c.unknown <= maxUnknown {
				c.problem(shown(id), "unknown_item", nil)
			}
		case filled(c.whole.sent[v.Index]):
			c.duplicate(id)
			return
		}
	}
}

// duplicate tells an item that was sent twice: the last one silently winning
// has cost others their data.
func (c *Checker) duplicate(id string) {
	c.twice = true
	c.problem(id, "duplicate", nil)
}
