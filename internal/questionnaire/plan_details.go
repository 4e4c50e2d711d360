package questionnaire

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// details compares what does not change the meaning of answers, or does so only
// now and then: who is asked, what is accepted, how it looks.
func (c *comparison) details(before, now *unit, tell func(kind, what string) Change) {
	a, b := before.item, now.item
	c.parts(before, now)
	if len(a.Options) > 0 || len(b.Options) > 0 {
		c.missingCodes(a, b, now, tell)
	}
	if from, to := c.renamedIn(a.ShowIf), b.ShowIf; from != to {
		c.asked(now, tell("item_condition", fmt.Sprintf("is asked %s → %s", when(from, "always"), when(to, "always"))))
	}
	if c.demanded(a.Required, a.RequiredIf, true) != c.demanded(b.Required, b.RequiredIf, false) {
		ch := tell("item_required", fmt.Sprintf("%s → %s", c.demanded(a.Required, a.RequiredIf, true), c.demanded(b.Required, b.RequiredIf, false)))
		if ch.Stored > 0 {
			ch.Series, ch.Answers = Continues, "count on; more or fewer people may skip it from now on"
		}
		c.add(ch)
	}
	if from, to := c.renamedIn(a.Calculate), b.Calculate; from != to && a.Type == b.Type {
		c.add(c.settle(tell("item_calculation", fmt.Sprintf("is worked out as %s → %s", from, to)), true, now.ids()...))
	}
	c.limits(a, b, now, tell)
	c.personal(a, b, tell)
	c.looks(a, b, now, tell)
}

// asked tells that other people are asked.
func (c *comparison) asked(u *unit, ch Change) {
	if ch.Stored > 0 && u.item.Type != Note {
		ch.Series, ch.Answers = Continues, "count on; who is asked differs from now on: mark a break if scores can't be compared any more"
		if c.broken(u.ids()...) {
			ch.Series, ch.Verdict = Broken, Declared
			ch.Answers = "stay as they are, in a series of their own that ends here"
		}
	}
	c.add(ch)
}

// when words a condition.
func when(condition, never string) string {
	if condition == "" {
		return never
	}
	return "if " + condition
}

// demanded words whether an answer is needed.
func (c *comparison) demanded(required bool, condition string, before bool) string {
	switch {
	case required:
		return "required"
	case condition == "":
		return "optional"
	case before:
		condition = c.renamedIn(condition)
	}
	return "required if " + condition
}

// renamedIn writes a condition of the version before with the ids of now.
func (c *comparison) renamedIn(condition string) string {
	if c.changes == nil || len(c.changes.Renamed) == 0 {
		return condition
	}
	ids := map[string]string{}
	for id, old := range c.changes.Renamed {
		ids[old] = id
	}
	var out, word strings.Builder
	quote := false
	flush := func() {
		w := word.String()
		if id, ok := ids[w]; ok {
			w = id
		}
		out.WriteString(w)
		word.Reset()
	}
	for _, r := range condition {
		if !quote && (r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			word.WriteRune(r)
			continue
		}
		flush()
		quote = quote != (r == '\'')
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

// parts tells variables of an item that are gone: ranks, and the text of an
// option that asked for one.
func (c *comparison) parts(before, now *unit) {
	if !before.answered() || !now.answered() || before.kind() != now.kind() {
		return // told with the type
	}
	for _, v := range before.vars[1:] {
		id := partID(now.id, v)
		if next := c.now.Variable(id); next != nil && next.Part == v.Part {
			continue
		}
		ch := Change{Kind: "item_removed", Where: "part " + v.ID + " of " + now.where(), Items: []string{now.id}, Stored: c.stored(v.ID, "")}
		ch.What = "the text beside an option is no longer asked"
		if v.Part == OfRank {
			ch.What = "rank " + strconv.Itoa(v.Rank) + " is no longer asked"
		}
		switch {
		case ch.Stored == 0:
		case c.dropped(v.ID):
			ch.Verdict, ch.Series, ch.Answers = Declared, EndsHere, "stay as they are, and are exported as before"
		default:
			ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "would be left behind without a word"
			ch.Cures = []Cure{{If: "it shall not be asked any more", careful: true, changes: Changes{Dropped: []string{v.ID}}}}
		}
		c.add(ch)
	}
}

// missingCodes compares the ways of not answering.
func (c *comparison) missingCodes(a, b *Item, u *unit, tell func(kind, what string) Change) {
	codes := func(it *Item) []string {
		var list []string
		for _, m := range it.Missing {
			list = append(list, m.Code)
		}
		return list
	}
	before, now := codes(a), codes(b)
	for _, code := range now {
		if !slices.Contains(before, code) {
			c.missing(a, b, u, tell("missing_added", "can also be answered with "+code))
		}
	}
	for _, code := range before {
		if !slices.Contains(now, code) {
			c.missing(a, b, u, tell("missing_removed", "can't be answered with "+code+" any more"))
		}
	}
}

func (c *comparison) missing(a, b *Item, u *unit, ch Change) {
	if a.Scale != "" && a.Scale == b.Scale {
		ch.group, ch.Where = "scale "+b.Scale, "scale "+b.Scale
	}
	if ch.Stored > 0 {
		ch.Answers = "count on; the base of the scores may change, because these answers are no part of it"
	}
	c.goesOn(&ch, u)
	c.add(ch)
}

// limits compares what is accepted.
func (c *comparison) limits(a, b *Item, u *unit, tell func(kind, what string) Change) {
	var list []string
	differ := func(name, before, now string) {
		if before != now {
			list = append(list, fmt.Sprintf("%s %s → %s", name, orNone(before), orNone(now)))
		}
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	limit := func(v *float64) string {
		if v == nil {
			return ""
		}
		return valueText(v)
	}
	differ("min", limit(a.Min), limit(b.Min))
	differ("max", limit(a.Max), limit(b.Max))
	differ("decimals", number(a.Decimals), number(b.Decimals))
	differ("min_chars", number(a.MinChars), number(b.MinChars))
	differ("max_chars", number(a.MaxChars), number(b.MaxChars))
	differ("pattern", a.Pattern, b.Pattern)
	differ("earliest", a.Earliest, b.Earliest)
	differ("latest", a.Latest, b.Latest)
	differ("ranks", number(a.Ranks), number(b.Ranks))
	differ("min_choices", number(a.MinChoices), number(b.MinChoices))
	differ("max_choices", number(a.MaxChoices), number(b.MaxChoices))
	differ("within", a.Within, b.Within)
	differ("levels", strings.Join(a.Levels, " "), strings.Join(b.Levels, " "))
	differ("value", a.Value, b.Value)
	if len(list) == 0 {
		return
	}
	ch := tell("item_limits", strings.Join(list, ", "))
	if ch.Stored > 0 {
		ch.Answers = "stay as they are, also those that would not be accepted any more"
	}
	c.goesOn(&ch, u)
	c.add(ch)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// personal compares whether answers are personal data.
func (c *comparison) personal(a, b *Item, tell func(kind, what string) Change) {
	switch {
	case a.Personal == nil && b.Personal == nil:
	case a.Personal == nil:
		ch := tell("item_personal", fmt.Sprintf("is personal from now on: kept apart, and deleted after %d days", b.Personal.RetentionDays))
		if ch.Stored > 0 {
			ch.Answers = "those so far stay where they are, in every export; only new ones are kept apart"
		}
		c.add(ch)
	case b.Personal == nil:
		ch := tell("item_personal", "is no longer personal: answers are kept for ever, and exported")
		if ch.Stored > 0 {
			ch.Answers = "those so far are deleted as was promised"
		}
		c.add(ch)
	case a.Personal.RetentionDays != b.Personal.RetentionDays:
		ch := tell("item_personal", fmt.Sprintf("is deleted after %d → %d days", a.Personal.RetentionDays, b.Personal.RetentionDays))
		if ch.Stored > 0 {
			ch.Answers = "those so far are deleted on the day that was promised"
		}
		c.add(ch)
	case !maps.Equal(a.Personal.Purpose, b.Personal.Purpose):
		c.add(tell("item_personal", fmt.Sprintf("is asked for another purpose: %s → %s", inShort(a.Personal.Purpose, c.languages), inShort(b.Personal.Purpose, c.languages))))
	}
}

// looks compares what is shown around the item.
func (c *comparison) looks(a, b *Item, u *unit, tell func(kind, what string) Change) {
	var list []string
	for _, x := range []struct {
		name        string
		before, now any
	}{
		{"help", a.Help, b.Help},
		{"message", a.Message, b.Message},
		{"image", a.Image, b.Image},
		{"low", a.Low, b.Low},
		{"high", a.High, b.High},
		{"order", a.Order, b.Order},
		{"row_order", a.RowOrder, b.RowOrder},
		{"lines", a.Lines, b.Lines},
	} {
		if !reflect.DeepEqual(x.before, x.now) {
			list = append(list, x.name)
		}
	}
	if len(list) > 0 {
		ch := tell("item_look", "looks different: "+strings.Join(list, ", "))
		c.goesOn(&ch, u)
		c.add(ch)
	}
}
