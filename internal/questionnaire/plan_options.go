package questionnaire

import (
	"fmt"
	"slices"
	"strings"
)

// optionsOf is one item's, or one scale's, comparison of options.
type optionsOf struct {
	*comparison

	before, now *unit
	of          string // "scale five" or "item level"
	group       string
	ids         []string        // what declarations may call it
	taken       map[string]bool // codes now that a code before goes on as
	restated    bool            // another value of an option with answers was told
}

// options compares the options of a unit code by code. What happens to a named
// scale is told once for all items that use it in the same way.
func (c *comparison) options(before, now *unit) {
	o := &optionsOf{comparison: c, before: before, now: now, of: "item " + now.item.ID, ids: []string{now.item.ID}, taken: map[string]bool{}}
	if now.row != nil {
		o.ids = now.ids()
	}
	if now.item.Scale != "" && now.item.Scale == before.item.Scale {
		o.group, o.of = "scale "+now.item.Scale, "scale "+now.item.Scale
	}
	list := before.item.Options
	for i := range list {
		if to, declared := o.declared(list[i].Code); declared && to != "" {
			o.taken[to] = true
		} else if !declared && o.find(list[i].Code) != nil {
			o.taken[list[i].Code] = true
		}
	}
	for i := range list {
		o.option(&list[i])
	}
	for i := range now.item.Options {
		if n := &now.item.Options[i]; !o.taken[n.Code] {
			o.added(n)
		}
	}
	o.span()
	o.order()
}

// declared returns what the file says that became of a code.
func (o *optionsOf) declared(code string) (to string, ok bool) {
	if o.changes == nil {
		return "", false
	}
	for _, id := range []string{o.now.id, o.now.item.ID} {
		if to, ok := o.changes.Recoded[id][code]; ok {
			return to, true
		}
	}
	return "", false
}

// find returns the option of now with a code, nil when there is none.
func (o *optionsOf) find(code string) *Option { return optionOf(o.now.item.Options, code) }

func optionOf(options []Option, code string) *Option {
	if i := slices.IndexFunc(options, func(x Option) bool { return x.Code == code }); i >= 0 {
		return &options[i]
	}
	return nil
}

// tell begins a change of an option.
func (o *optionsOf) tell(kind, code, what string, stored int64) Change {
	return Change{Kind: kind, Where: "option " + code + " of " + o.of, Items: []string{o.now.item.ID}, What: what, Stored: stored, group: o.group}
}

// storedOf is how many answers chose the code, in all rows of a matrix.
func (o *optionsOf) storedOf(code string) int64 {
	n := o.countOf(o.before, code)
	if o.before.row == nil {
		for i := range o.before.item.Rows {
			n += o.stored(o.before.item.Rows[i].ID, code)
		}
	}
	return n
}

// option tells what became of an option of the version before.
func (o *optionsOf) option(old *Option) {
	stored := o.storedOf(old.Code)
	to, declared := o.declared(old.Code)
	if declared {
		o.recoded(old, to, stored)
		return
	}
	next := o.find(old.Code)
	if next == nil {
		o.gone(old, stored)
		return
	}
	o.label(old, next, stored)
	o.value(old, next, stored)
	if old.Exclusive != next.Exclusive {
		o.add(o.tell("option_exclusive", old.Code, map[bool]string{true: "can now be chosen only alone", false: "can now be chosen beside others"}[next.Exclusive], stored))
	}
}

// recoded tells what the file declares of a code.
func (o *optionsOf) recoded(old *Option, to string, stored int64) {
	ch := o.tell("option_recoded", old.Code, "is now "+to, stored)
	ch.Verdict = Declared
	if to == "" {
		ch.Kind, ch.What = "option_removed", "is no longer offered: "+inShort(old.Label, o.languages)
		if stored > 0 {
			ch.Answers, ch.Series = "stay, and count with the value that the option had", Continues
		}
		o.add(ch)
		return
	}
	next := o.find(to)
	if next == nil {
		return // told with the declarations
	}
	if !nearly(old.Label, next.Label, o.languages) {
		ch.What += fmt.Sprintf(", %s → %s", inShort(old.Label, o.languages), inShort(next.Label, o.languages))
	}
	if stored > 0 {
		ch.Answers, ch.Series = "count as the new code in scores", Mapped
	}
	o.add(ch)
	o.value(old, next, stored)
}

// gone tells an option that is no longer there, or has another code.
func (o *optionsOf) gone(old *Option, stored int64) {
	for i := range o.now.item.Options {
		n := &o.now.item.Options[i]
		if o.taken[n.Code] || !o.alike(old.Label, n.Label) {
			continue
		}
		o.taken[n.Code] = true
		ch := o.tell("option_recoded", old.Code, fmt.Sprintf("has the code %s now: %s", n.Code, inShort(n.Label, o.languages)), stored)
		if stored > 0 {
			ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "would not count as the option that they chose"
			ch.Cures = []Cure{
				{If: "it is the same option", careful: true, changes: o.recode(old.Code, n.Code)},
				{If: "or give it its code " + old.Code + " back: codes are for ever, the order of options is free"},
			}
		}
		o.add(ch)
		return
	}
	ch := o.tell("option_removed", old.Code, "is no longer offered: "+inShort(old.Label, o.languages), stored)
	if stored > 0 {
		ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "would stand for an option that nobody is offered"
		ch.Cures = []Cure{
			{If: "it shall not be offered any more", careful: true, changes: o.recode(old.Code, "")},
			{If: "it became part of another option: write that one's code in place of \"\"", changes: o.recode(old.Code, "")},
		}
	}
	o.add(ch)
}

func (o *optionsOf) recode(from, to string) Changes {
	return Changes{Recoded: map[string]map[string]string{o.now.item.ID: {from: to}}}
}

// label tells another label of the same code.
func (o *optionsOf) label(old, next *Option, stored int64) {
	what := fmt.Sprintf("%s → %s", inShort(old.Label, o.languages), inShort(next.Label, o.languages))
	ch := o.tell("", old.Code, "", stored)
	switch compareTexts(old.Label, next.Label, o.languages) {
	case sameWords:
		return
	case retold:
		ch.Kind, ch.What = "option_retranslated", "says it in other words in "+strings.Join(otherLanguages(old.Label, next.Label, o.languages), ", ")
		o.goesOn(&ch, o.now)
	case corrected:
		ch.Kind, ch.What = "option_corrected", "is spelt in another way: "+what
		o.goesOn(&ch, o.now)
	case otherWords:
		ch.Kind, ch.What = "option_reused", "has another label: "+what
		if other := o.labelled(next.Label, old.Code); other != "" {
			ch.What += ", which was the label of code " + other
			ch = o.settle(ch, false, o.ids...)
			if ch.Verdict == Rejected {
				if codes, ok := o.permutation(); ok {
					ch.Cures = append([]Cure{{If: "the codes changed places and the options are the same", changes: Changes{Recoded: map[string]map[string]string{o.now.item.ID: codes}}}}, ch.Cures...)
				}
				ch.Cures = append(ch.Cures, Cure{If: "or give every option its code back: codes are for ever, the order of options is free"})
			}
		} else {
			ch = o.settle(ch, true, o.ids...)
			if ch.Verdict == Rejected {
				ch.Cures = append(ch.Cures, Cure{If: "or give the new option a code that was never used, and say what became of the old one", changes: o.recode(old.Code, "")})
			}
		}
		if stored == 0 { // others of the item's options have answers, or none has
			ch.Series = ""
		}
	}
	o.add(ch)
}

// labelled returns the code before, other than one, whose label a text is.
func (o *optionsOf) labelled(label Text, not string) string {
	for i := range o.before.item.Options {
		if old := &o.before.item.Options[i]; old.Code != not && o.alike(old.Label, label) {
			return old.Code
		}
	}
	return ""
}

// permutation returns the codes now by the codes before when every option that
// changed its label is found under another code.
func (o *optionsOf) permutation() (map[string]string, bool) {
	codes := map[string]string{}
	for i := range o.before.item.Options {
		old := &o.before.item.Options[i]
		if next := o.find(old.Code); next != nil && nearly(old.Label, next.Label, o.languages) {
			continue
		}
		at := slices.IndexFunc(o.now.item.Options, func(n Option) bool { return o.alike(old.Label, n.Label) })
		if at < 0 {
			return nil, false
		}
		codes[old.Code] = o.now.item.Options[at].Code
	}
	return codes, true
}

// rowIDs are the ids of all variables that share the unit's options.
func (u *unit) rowIDs() []string {
	ids := []string{u.id}
	for i := range u.item.Rows {
		ids = append(ids, u.item.Rows[i].ID)
	}
	return ids
}

// added tells a new option. A code that an earlier version had must mean the same.
func (o *optionsOf) added(n *Option) {
	ch := o.tell("option_added", n.Code, "is offered from now on: "+inShort(n.Label, o.step.now.Languages), 0)
	if o.count(o.before) > 0 {
		ch.Series, ch.Answers = Continues, "nobody could choose it so far"
	}
	for _, id := range o.before.rowIDs() {
		t := o.lineage.threads[id]
		if t == nil || !t.live {
			continue
		}
		old, known := t.strands[n.Code]
		if !known || t.last.Option(n.Code) >= 0 || nearly(old.option.Label, n.Label, o.languages) {
			continue
		}
		ch.Kind, ch.What = "option_reused", fmt.Sprintf("the code was that of another option in an earlier version: %s → %s", inShort(old.option.Label, o.languages), inShort(n.Label, o.languages))
		if ch.Stored = o.stored(id, n.Code); ch.Stored > 0 {
			ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "two meanings would stand under one code in every file of answers"
			ch.Cures = []Cure{{If: "give the new option a code that was never used"}}
		}
		break
	}
	o.add(ch)
}

// order tells that options stand in another order.
func (o *optionsOf) order() {
	var before, now []string
	for i := range o.before.item.Options {
		code := o.before.item.Options[i].Code
		if to, ok := o.declared(code); ok {
			code = to
		}
		if o.find(code) != nil {
			before = append(before, code)
		}
	}
	for i := range o.now.item.Options {
		if code := o.now.item.Options[i].Code; slices.Contains(before, code) {
			now = append(now, code)
		}
	}
	if slices.Equal(before, now) || len(before) != len(now) {
		return
	}
	ch := Change{
		Kind: "option_order", Where: "options of " + o.of, Items: []string{o.now.item.ID}, group: o.group, Stored: o.count(o.before),
		What: fmt.Sprintf("stand in another order: %s → %s", ends(before), ends(now)),
	}
	if ch.Stored > 0 {
		ch.Series, ch.Answers = Continues, "keep their codes; some people answer another order in another way"
	}
	o.add(ch)
}

// ends names the first and the last of some codes.
func ends(codes []string) string { return codes[0] + " … " + codes[len(codes)-1] }
