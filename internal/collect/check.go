package collect

import (
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Checker checks what was sent against a questionnaire. It may be used again,
// by one goroutine at a time; its results are valid until then.
type Checker struct {
	q        *questionnaire.Questionnaire
	world    *World
	in       *Input
	day      string // of the world, as YYYY-MM-DD; empty until it is needed
	whole    scope
	repeats  []scope // one per chosen agency, in the order chosen
	agencies []*agency.Agency
	choice   bool   // the agencies of repeated pages were asked for
	now      *scope // in which names are looked up
	look     questionnaire.Lookup
	problems []errs.Problem
	gone     []bool // by variable: an answer was dropped
	dropped  []int
	unknown  int  // items that are not asked
	twice    bool // an item was sent twice
}

// scope is the answers of the response as a whole, or those about one agency.
type scope struct {
	agency   *agency.Agency // nil: of the whole
	sent     []*Value       // by variable
	rankings map[*questionnaire.Item]*Value
	answers  []response.Answer
}

// reset empties a scope for n variables, reusing its memory.
func (s *scope) reset(n int, about *agency.Agency) {
	s.agency, s.sent, s.answers = about, resize(s.sent, n), resize(s.answers, n)
	clear(s.rankings)
}

// resize returns s with n zero elements, reusing its memory.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// maxUnknown is how many unknown items are told. Nobody needs more, and the
// answer to a body of made-up names must not be many times its size.
const maxUnknown = 20

// Check checks the Answers, Repeats and Parameters of in: those of the pages
// from the first up to and including through (an index; all pages when it is
// larger). The input and the world must not change while the results are used.
//
// Items that a condition hides are not asked, whatever was sent for them: an
// answer hidden by a later change of mind is dropped. Calculated items are
// worked out from what is left. Problems are in questionnaire order, unknown
// items first; those about a chosen agency name the item as item@agency. An item
// that was sent twice is the last problem: nothing else is checked then.
// O(variables × chosen agencies).
func (c *Checker) Check(q *questionnaire.Questionnaire, w *World, in *Input, through int) {
	if c.look == nil {
		c.look = c.lookup
	}
	n := len(q.Variables())
	c.q, c.world, c.in, c.day = q, w, in, ""
	c.whole.reset(n, nil)
	c.repeats, c.agencies, c.choice, c.now = c.repeats[:0], c.agencies[:0], false, &c.whole
	c.gone, c.dropped, c.problems = resize(c.gone, n), c.dropped[:0], c.problems[:0]
	c.unknown, c.twice = 0, false
	c.take(in.Answers, nil)
	c.takeParameters()
	if len(in.Repeats) > 0 && q.Choice() == nil {
		c.problem("repeat", "unknown_item", nil)
	}
	next := 0
	for p := 0; p < len(q.Pages) && p <= through && !c.twice; p++ {
		if q.Pages[p].Repeat == "" {
			next = c.page(p, next)
			continue
		}
		end := c.blockEnd(p)
		next = c.block(p, end, min(end, through+1), next)
		p = end - 1
	}
	for i, gone := range c.gone {
		if gone {
			c.dropped = append(c.dropped, i)
		}
	}
}

// Answers returns one answer per variable; those with a problem are skipped,
// those of pages that repeat not asked.
func (c *Checker) Answers() []response.Answer { return c.whole.answers }

// AppendRepeats appends what was answered about each chosen agency. The answers
// belong to the checker.
func (c *Checker) AppendRepeats(list []response.Repeat) []response.Repeat {
	for i := range c.repeats {
		list = append(list, response.Repeat{Agency: c.repeats[i].agency.Number, Answers: c.repeats[i].answers})
	}
	return list
}

// Dropped returns the indices of the variables for which something was sent that
// is not asked as things stand, in order.
func (c *Checker) Dropped() []int { return c.dropped }

// Problems returns what was wrong.
func (c *Checker) Problems() []errs.Problem { return c.problems }

// Lookup returns what conditions on the response as a whole read.
func (c *Checker) Lookup() questionnaire.Lookup { return c.look }

// problem notes a problem of an item, here and now.
func (c *Checker) problem(item, code string, args map[string]any) {
	if c.now.agency != nil {
		item += "@" + c.now.agency.ID
	}
	c.problems = append(c.problems, errs.Problem{Item: item, Code: code, Args: args})
}

// page checks the answers of one page, whose variables begin at an index; it
// returns the index after them.
func (c *Checker) page(p, first int) int {
	variables := c.q.Variables()
	before, i := len(c.problems), first
	for i < len(variables) && variables[i].Page == p {
		end := i + 1
		for end < len(variables) && variables[end].Item == variables[i].Item {
			end++
		}
		c.item(variables[i:end])
		i = end
	}
	c.rules(p, variables[first:i], c.problems[before:])
	return i
}

// item checks the answers to one item, given all its variables.
func (c *Checker) item(parts []questionnaire.Variable) {
	it := parts[0].Item
	if !it.Shown(c.look) {
		c.drop(parts)
		return
	}
	if it.Type == questionnaire.Calculated {
		c.work(&parts[0])
		return
	}
	if it.Type == questionnaire.Ranking {
		c.ranking(it, parts)
		return
	}
	must := it.Must(c.look)
	for i := range parts {
		v := &parts[i]
		if v.Part == questionnaire.OfOther {
			c.other(&parts[0], v)
		} else {
			c.answer(v, must)
		}
	}
}

// drop notes what was sent for an item that is not asked.
func (c *Checker) drop(parts []questionnaire.Variable) {
	for i := range parts {
		if v := &parts[i]; filled(c.now.sent[v.Index]) {
			c.gone[v.Index] = true
		}
	}
	if list := c.now.rankings[parts[0].Item]; filled(list) {
		c.gone[parts[0].Index] = true
	}
}

// filled reports whether something was answered: more than nothing, an empty
// text, or an empty list.
func filled(v *Value) bool {
	if v == nil {
		return false
	}
	switch v.Kind {
	case None:
		return false
	case String:
		return legible(v.Text)
	case List:
		return slices.ContainsFunc(v.List, legible)
	case Rows:
		return slices.ContainsFunc(v.Rows, func(f Field) bool { return filled(&f.Value) })
	case Number, Other:
	}
	return true
}

// rules checks the rules across items of a page. wrong are the problems that its
// answers have.
func (c *Checker) rules(p int, variables []questionnaire.Variable, wrong []errs.Problem) {
	checks := c.q.Pages[p].Checks
	for i := range checks {
		stands := c.standsAt(&checks[i], variables)
		if stands == "" || !checks[i].Broken(c.look) {
			continue
		}
		if !slices.ContainsFunc(wrong, func(p errs.Problem) bool { return p.Item == stands || strings.HasPrefix(p.Item, stands+"@") }) {
			c.problem(stands, "check_failed", map[string]any{"message": checks[i].Message.In(c.world.lang(c.q))})
		}
	}
}

// standsAt returns the variable at which the message of a broken rule stands:
// its own, or when that is not asked now, the last of its page that is. It is
// empty when the page asks nothing.
func (c *Checker) standsAt(check *questionnaire.Check, variables []questionnaire.Variable) string {
	last := ""
	for i := range variables {
		v := &variables[i]
		if c.now.answers[v.Index].State == response.NotAsked || !isShown(v.Item) {
			continue
		}
		if last = v.ID; v.ID == check.Item {
			return v.ID
		}
	}
	return last
}

// lookup shows a condition the answers so far. On pages that repeat a name means
// the answer about the same agency.
func (c *Checker) lookup(id string) logic.Value { return c.value(c.now, id) }

func (c *Checker) value(s *scope, id string) logic.Value {
	v := c.q.Variable(id)
	if v == nil {
		return c.world.value(c.q, id)
	}
	if s.agency != nil && !c.q.Repeated(v) {
		s = &c.whole
	}
	return s.answers[v.Index].Value(v)
}
