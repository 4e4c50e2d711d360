package questionnaire

import (
	"fmt"
	"slices"
	"strconv"
)

// value tells another value. It decides nothing unless a mean counts it.
func (o *optionsOf) value(old, next *Option, stored int64) {
	if valueText(old.Value) == valueText(next.Value) {
		return
	}
	ch := o.tell("option_value", old.Code, fmt.Sprintf("the value %s → %s", valueText(old.Value), valueText(next.Value)), stored)
	o.restated = o.restated || stored > 0
	indices := o.indicesWith(MeasureKind.Valued)
	switch {
	case stored == 0:
	case len(indices) == 0:
		ch.Answers, ch.Series = "no index takes the mean of it; a mean that is asked for counts all answers with the new value", Continues
	default:
		o.restate(&ch, indices, "would get another value after the fact")
	}
	o.add(ch)
}

// restate settles a change that gives answers another number in some indices: it
// is refused, unless a break keeps them apart.
func (o *optionsOf) restate(ch *Change, indices []string, what string) {
	if o.broken(o.ids...) || !slices.ContainsFunc(indices, func(id string) bool { return !o.broken(id) }) {
		ch.Verdict, ch.Series, ch.Answers = Declared, Broken, "stay as they are, in a series of their own that ends here"
		return
	}
	ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, what
	ch.Cures = []Cure{o.breakOf("the scores are to begin anew", indices...)}
}

// span tells that the smallest or the largest value of an item is another one,
// which gives all its answers another place between 0 and 100.
func (o *optionsOf) span() {
	low, high := spanOf(o.before.item.Options)
	nowLow, nowHigh := spanOf(o.now.item.Options)
	if low == nowLow && high == nowHigh || o.restated { // told
		return
	}
	indices := o.indicesWith(func(kind MeasureKind) bool { return kind == Score100 })
	if len(indices) == 0 {
		return
	}
	ch := Change{
		Kind: "option_span", Where: "options of " + o.of, Items: []string{o.now.item.ID}, group: o.group, Stored: o.count(o.before),
		What: fmt.Sprintf("have values from %s to %s → from %s to %s", valueText(&low), valueText(&high), valueText(&nowLow), valueText(&nowHigh)),
	}
	if ch.Stored > 0 {
		o.restate(&ch, indices, "would stand elsewhere between 0 and 100")
	}
	o.add(ch)
}

func valueText(v *float64) string {
	if v == nil {
		return "none"
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}

// indicesWith lists the indices, before or now, that count the unit by a measure of
// some kinds.
func (o *optionsOf) indicesWith(kinds func(MeasureKind) bool) []string {
	var ids []string
	for _, q := range []*Questionnaire{o.step.before, o.step.now} {
		for i := range q.Indices {
			x := &q.Indices[i]
			if m := measureOf(q, x.Measure); m == nil || !kinds(m.Kind) || slices.Contains(ids, x.ID) || indexOf(o.step.now, x.ID) == nil {
				continue
			}
			counted := variablesUnder(x.Factors)
			for _, u := range []*unit{o.before, o.now} {
				if slices.ContainsFunc(u.rowIDs(), func(id string) bool { return slices.Contains(counted, id) }) && !slices.Contains(ids, x.ID) {
					ids = append(ids, x.ID)
				}
			}
		}
	}
	return ids
}
