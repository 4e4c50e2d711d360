package questionnaire

import (
	"fmt"
	"maps"
	"slices"

	"hailong/internal/logic"
)

// maxTries bounds how often conditions are tried with answers.
const maxTries = 20_000

// reachable tells a condition that says nothing: one that reads nothing, and one
// that no answer to the only item it reads makes true.
func (b *builder) reachable(r *rule) bool {
	ids := reads(condition{r.Expr})
	switch len(ids) {
	case 0:
		return b.changing(r)
	case 1:
		values := b.values(ids[0])
		if values == nil || b.tries > maxTries {
			return true
		}
		b.tries += len(values)
		for _, v := range values {
			if r.True(func(string) logic.Value { return v }) {
				return true
			}
		}
		b.tellRule(r, logic.Problem{Column: 1, Message: fmt.Sprintf("no answer to %q makes it true", ids[0]), Cure: "correct it, or leave out what it is for"})
		return false
	}
	return true
}

// changing tells a condition that does not depend on anything.
func (b *builder) changing(r *rule) bool {
	asked := false
	truth := r.Eval(func(string) logic.Value {
		asked = true
		return logic.Value{}
	})
	switch {
	case asked || len(r.Names()) > 0:
		return true
	case truth == logic.True:
		b.tellRule(r, logic.Problem{Column: 1, Message: "it is always true", Cure: "leave it out"})
	default:
		b.tellRule(r, logic.Problem{Column: 1, Message: "it is never true", Cure: "correct it, or leave out what it is for"})
	}
	return false
}

// values lists all answers to what an id stands for, and that there is none;
// nil when they can't be listed.
func (b *builder) values(id string) []logic.Value {
	if slices.Contains(contextNames, id) {
		var list []logic.Value
		for _, code := range slices.Sorted(maps.Keys(b.context(id).Options)) {
			list = append(list, logic.Value{Kind: logic.Code, Code: code})
		}
		return list
	}
	to := b.asked[id]
	if kind, _ := kindOf(to.item); kind != OneOf || to.part == OfOther || to.whole {
		return nil
	}
	list := []logic.Value{{}}
	values := valuesOf(to.item.Options)
	for i := range to.item.Options {
		list = append(list, codeValue(&to.item.Options[i], values))
	}
	return list
}

// codeValue is an option as conditions see it.
func codeValue(o *Option, values map[string]float64) logic.Value {
	value := logic.Value{Kind: logic.Code, Code: o.Code, Values: values}
	if o.Value != nil {
		value.Number = *o.Value
	}
	return value
}
