package questionnaire

import (
	"fmt"
	"slices"
	"strings"
)

// items compares items and rows.
func (c *comparison) items() {
	pairs, removed := c.pair()
	moved := movedUnits(pairs, unitsOf(c.before))
	for i, p := range pairs {
		for _, u := range removed[i] {
			c.removed(u, pairs)
		}
		if p.before == nil {
			c.added(p.now)
			continue
		}
		c.unit(p.before, p.now, moved[i])
	}
	for _, u := range removed[len(pairs)] {
		c.removed(u, pairs)
	}
}

// added tells a new item. An id that an earlier version had, or that the version
// before uses for something else, must not get another meaning.
func (c *comparison) added(u *unit) {
	ch := Change{Kind: "item_added", Where: u.where(), Items: []string{u.id}, What: "is asked from now on: " + inShort(u.text(), c.now.Languages)}
	if !u.answered() {
		c.add(ch)
		return
	}
	ch.Answers, ch.Series = "responses so far have none", Begins
	v := u.vars[0]
	old := c.lineage.threads[v.ID]
	switch {
	case old == nil || c.stored(v.ID, "") == 0:
	case old.live || old.last.Kind != v.Kind || !meansSame(old.last, v, c.languages):
		ch.Kind, ch.Stored, ch.Verdict, ch.Series = "item_reused", c.stored(v.ID, ""), Rejected, Undecided
		ch.What = fmt.Sprintf("the id was that of another item: %s → %s", inShort(old.last.Text(), c.languages), inShort(u.text(), c.now.Languages))
		ch.Answers = "two meanings would stand under one name in every file of answers"
		ch.Cures = []Cure{{If: "give the new one an id of its own, such as " + u.id + "_2"}}
	default:
		ch.Kind, ch.Stored, ch.Series = "item_returned", c.stored(v.ID, ""), Continues
		ch.What, ch.Answers = "is asked again, as it was by an earlier version", "those of that version count again"
	}
	c.add(ch)
}

// removed tells an item that is no longer asked.
func (c *comparison) removed(u *unit, pairs []paired) {
	ch := Change{Kind: "item_removed", Where: u.where(), Items: []string{u.id}, What: "is no longer asked: " + inShort(u.text(), c.languages), Stored: c.count(u)}
	if u.row == nil && u.item.Type == Matrix { // its rows are told
		ch.Stored = 0
	}
	switch {
	case ch.Stored == 0:
	case c.dropped(u.vars[0].ID) || slices.Contains(c.changes.dropped(), u.id):
		ch.Verdict, ch.Series, ch.Answers = Declared, EndsHere, "stay as they are, and are exported as before"
	default:
		ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "would be left behind without a word"
		for i := range pairs {
			if p := &pairs[i]; p.before == nil && p.now.answered() && p.now.kind() == u.kind() && c.alike(u.text(), p.now.text()) {
				ch.Cures = append(ch.Cures, Cure{
					If: fmt.Sprintf("it goes on as %s, which asks the same", p.now.where()), careful: true,
					changes: Changes{Renamed: map[string]string{p.now.id: u.id}},
				})
				break
			}
		}
		ch.Cures = append(ch.Cures, Cure{If: "it shall not be asked any more", careful: len(ch.Cures) == 0, changes: Changes{Dropped: []string{u.id}}})
	}
	c.add(ch)
}

func (c *Changes) dropped() []string {
	if c == nil {
		return nil
	}
	return c.Dropped
}

// unit compares an item or row with what it was before.
func (c *comparison) unit(before, now *unit, moved bool) {
	stored := c.count(before)
	tell := func(kind, what string) Change {
		return Change{Kind: kind, Where: now.where(), Items: []string{now.id}, What: what, Stored: stored}
	}
	series := func(ch Change, s Series) Change {
		if stored > 0 && now.answered() {
			ch.Series = s
		}
		return ch
	}
	if before.id != now.id {
		ch := series(tell("item_renamed", before.id+" → "+now.id), Mapped)
		ch.Verdict, ch.Answers = Declared, "stay under the old id in files, and count for the new one in scores"
		c.add(ch)
	}
	if moved {
		c.add(series(tell("item_moved", "is asked at another place"), Continues))
	}
	if before.page.Repeat != now.page.Repeat && now.answered() {
		what := "is asked about every chosen agency"
		if now.page.Repeat == "" {
			what = "is asked once, no longer about every chosen agency"
		}
		c.add(c.settle(tell("item_repeated", what), false, now.ids()...))
	}
	c.typeOf(before, now, tell)
	c.words(before, now, tell)
	if before.answered() != now.answered() || now.answered() && before.kind() != now.kind() {
		return // nothing else can be compared
	}
	// What all rows of a matrix share is told with the matrix.
	shared := now.row != nil && before.row != nil && c.unitBefore(now.item.ID) == before.item.ID
	if !shared && len(before.item.Options) > 0 && len(now.item.Options) > 0 {
		c.options(before, now)
	}
	if now.row == nil {
		c.details(before, now, tell)
	}
}

// alikeTypes are types whose answers are of one nature: what changes is how they
// are asked for.
var alikeTypes = [][]ItemType{
	{Scale, Single, Matrix, Rating, YesNo, NetPromoter}, {Number, Integer, Decimal}, {TextType, LongText},
}

// typeOf compares the types. Where options are chosen before and now, the
// options decide.
func (c *comparison) typeOf(before, now *unit, tell func(kind, what string) Change) {
	a, b := before.item.Type, now.item.Type
	if a == b {
		return
	}
	ch := tell("item_type", fmt.Sprintf("the type %s → %s", a, b))
	switch {
	case !before.answered():
		ch.Series = ""
		c.add(ch)
	case slices.ContainsFunc(alikeTypes, func(set []ItemType) bool { return slices.Contains(set, a) && slices.Contains(set, b) }):
		if ch.Stored > 0 {
			ch.Series, ch.Answers = Continues, "count on; the options are compared one by one"
			if len(before.item.Options) == 0 {
				ch.Answers = "count on"
			}
		}
		c.add(ch)
	case !now.answered() || before.kind() != now.kind():
		ch = c.settle(ch, false, now.ids()...)
		if ch.Verdict == Rejected {
			ch.Answers = "can't be read as answers to the new type"
			ch.Cures = append([]Cure{{If: "give the new one an id of its own, and declare that the old one is dropped", changes: Changes{Dropped: []string{before.id}}}}, ch.Cures...)
		}
		c.add(ch)
	default:
		c.add(c.settle(ch, true, now.ids()...))
	}
}

// words compares the text, and what else tells the respondent what is meant.
func (c *comparison) words(before, now *unit, tell func(kind, what string) Change) {
	c.wording(before.text(), now.text(), now, tell)
	if now.row == nil {
		c.unitWord(before, now, tell)
	}
}

func (c *comparison) wording(before, now Text, u *unit, tell func(kind, what string) Change) {
	what := fmt.Sprintf("%s → %s", inShort(before, c.languages), inShort(now, c.languages))
	switch compareTexts(before, now, c.languages) {
	case sameWords:
	case retold:
		ch := tell("item_retranslated", "says it in other words in "+strings.Join(otherLanguages(before, now, c.languages), ", "))
		c.goesOn(&ch, u)
		c.add(ch)
	case corrected:
		ch := tell("item_corrected", "is spelt in another way: "+what)
		c.goesOn(&ch, u)
		c.add(ch)
	case otherWords:
		if ch := tell("item_reworded", "has other words: "+what); u.item.Type == Note {
			c.add(ch)
		} else {
			c.add(c.settle(ch, true, u.ids()...))
		}
	}
}

func (*comparison) goesOn(ch *Change, u *unit) {
	if ch.Stored > 0 && u.item.Type != Note {
		ch.Series = Continues
	}
}

// unitWord compares the unit of a number: 5 million is not 5 thousand.
func (c *comparison) unitWord(before, now *unit, tell func(kind, what string) Change) {
	if len(before.item.Unit) == 0 && len(now.item.Unit) == 0 {
		return
	}
	ch := tell("item_unit", fmt.Sprintf("the unit %s → %s", inShort(before.item.Unit, c.languages), inShort(now.item.Unit, c.languages)))
	switch compareTexts(before.item.Unit, now.item.Unit, c.languages) {
	case sameWords:
	case retold, corrected:
		c.goesOn(&ch, now)
		c.add(ch)
	case otherWords:
		c.add(c.settle(ch, true, now.ids()...))
	}
}

// otherLanguages lists the languages in which a text changed.
func otherLanguages(before, now Text, first []string) []string {
	var list []string
	for _, texts := range []Text{before, now} {
		for l := range texts {
			if before[l] != now[l] && !slices.Contains(list, l) {
				list = append(list, l)
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if i, j := slices.Index(first, a), slices.Index(first, b); i != j && i >= 0 && j >= 0 {
			return i - j
		}
		return strings.Compare(a, b)
	})
	return list
}

// inShort is a text for a plan: in the first language that it has, cut to a line.
func inShort(t Text, languages []string) string {
	s := ""
	for _, l := range languages {
		if s = t[l]; s != "" {
			break
		}
	}
	if s == "" {
		if s = t.In("vi"); s == "" {
			return "nothing"
		}
	}
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxQuoted {
		s = string(r[:maxQuoted-1]) + "…"
	}
	return "“" + s + "”"
}

// maxQuoted is how many characters of a text a plan shows.
const maxQuoted = 60
