package questionnaire

import (
	"fmt"
	"math"

	"hailong/internal/logic"
	"hailong/internal/stat"
)

// condition is a compiled condition or calculation; nil expression: there is none.
type condition struct{ expr *logic.Expr }

// compiler compiles each condition once: a page's stands at all of its items.
type compiler map[string]condition

func (known compiler) condition(src string) (condition, error) {
	if c, ok := known[src]; ok || src == "" {
		return c, nil
	}
	expr, problem := logic.Parse(src)
	if problem != nil {
		return condition{}, fmt.Errorf("condition: %s", problem.Message)
	}
	known[src] = condition{expr}
	return known[src], nil
}

// matcher is a compiled pattern.
type matcher interface{ MatchString(text string) bool }

// Lookup returns the answer to an item, row, rank or context name by its id.
type Lookup = func(id string) logic.Value

// Shown reports whether an item is asked, given the answers so far. A condition
// that cannot be decided because an answer is missing hides the item.
func (it *Item) Shown(lookup Lookup) bool { return it.show.expr == nil || it.show.expr.True(lookup) }

// Must reports whether an item that is asked needs an answer.
func (it *Item) Must(lookup Lookup) bool {
	return it.Required || it.must.expr != nil && it.must.expr.True(lookup)
}

// Work returns the value of a Calculated item as it is kept, of the kind that
// Result says: a number rounded to the item's decimals, half away from zero, a
// text, or a date in whole days. It is Missing when it can't be worked out.
func (it *Item) Work(lookup Lookup) logic.Value {
	if it.calculate.expr == nil {
		return logic.Value{}
	}
	v := it.calculate.expr.Value(lookup)
	switch {
	case it.Result == "text" && v.Kind == logic.Code:
		return logic.Value{Kind: logic.Text, Text: v.Code}
	case it.Result == "text" && v.Kind == logic.Text:
		return v
	case it.Result == "date" && v.Kind == logic.Date:
		v.Number = math.Round(v.Number)
		return v
	case it.Result == "number" && v.Kind == logic.Number:
		v.Number = stat.RoundHalfUp(v.Number, it.Decimals)
		return v
	}
	return logic.Value{}
}

// Fits reports whether a text has the form that an item asks for.
func (it *Item) Fits(text string) bool { return it.pattern == nil || it.pattern.MatchString(text) }

// Compiled returns the condition that an item is shown by as the browser
// evaluates it, nil for an item that is always shown.
func (it *Item) Compiled() []byte {
	if it.show.expr == nil {
		return nil
	}
	return it.show.expr.Compiled()
}

// Reads lists the ids that the item's show condition reads, each once.
func (it *Item) Reads() []string { return reads(it.show) }

func reads(c condition) []string {
	if c.expr == nil {
		return nil
	}
	var ids []string
	seen := map[string]bool{}
	for _, name := range c.expr.Names() {
		if !seen[name.ID] {
			seen[name.ID] = true
			ids = append(ids, name.ID)
		}
	}
	return ids
}

// Broken reports whether the answers are known to break the rule.
func (c *Check) Broken(lookup Lookup) bool {
	return c.require.expr != nil && c.require.expr.Eval(lookup) == logic.False
}

// End returns what is said after a response with these answers, nil when it is Thanks.
func (q *Questionnaire) End(lookup Lookup) *End {
	for i := range q.Ends {
		if e := &q.Ends[i]; e.when.expr == nil || e.when.expr.True(lookup) {
			return e
		}
	}
	return nil
}
