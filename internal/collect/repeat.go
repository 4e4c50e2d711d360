package collect

import (
	"slices"

	"hailong/internal/agency"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// blockEnd returns the index of the page after the last that repeats together
// with a page.
func (c *Checker) blockEnd(p int) int {
	end := p + 1
	for end < len(c.q.Pages) && c.q.Pages[end].Repeat != "" {
		end++
	}
	return end
}

// block checks the answers about each chosen agency: the pages from first to
// end repeat, those before through are looked at. The variables of the pages
// begin at an index; the index after them is returned.
func (c *Checker) block(first, end, through, variable int) int {
	next := variable
	for v := c.q.Variables(); next < len(v) && v[next].Page < end; {
		next++
	}
	c.open()
	if c.twice {
		return next
	}
	for k := range c.repeats {
		c.within(k)
		at := variable
		for p := first; p < through; p++ {
			at = c.page(p, at)
		}
	}
	c.outside()
	return next
}

// open makes a scope for each chosen agency and sorts what was sent about it.
func (c *Checker) open() {
	n := len(c.q.Variables())
	for _, a := range c.agencies {
		k := len(c.repeats)
		c.repeats = slices.Grow(c.repeats, 1)[:k+1] // what was there keeps its memory
		c.repeats[k].reset(n, a)
	}
	taken := map[int]bool{}
	for i := range c.in.Repeats {
		sent := &c.in.Repeats[i]
		k := c.chosen(c.agencyOf(sent.Agency))
		switch {
		case k < 0:
			c.stray(sent)
			continue
		case taken[k]:
			c.outside()
			c.duplicate("repeat")
			return
		}
		taken[k] = true
		c.within(k)
		if c.take(sent.Answers, nil); c.twice {
			return
		}
	}
	c.outside()
}

// agencyOf returns the id of the agency that people mean by a reference on the
// day, or the reference.
func (c *Checker) agencyOf(ref string) string {
	if a := c.find(ref); a != nil {
		return a.ID
	}
	return ref
}

// find returns the agency that people mean by a reference on the day.
func (c *Checker) find(ref string) *agency.Agency {
	if c.world.Agencies == nil {
		return nil
	}
	if c.day == "" {
		c.day = c.world.Day.String()
	}
	return c.world.Agencies.Find(ref, c.day)
}

// stray looks at what was sent about an agency that is not chosen.
func (c *Checker) stray(sent *Repeat) {
	c.outside()
	choice := c.q.Choice()
	switch state := c.whole.answers[choice.Index].State; {
	case c.in.Form || state == response.NotAsked:
		c.dropRepeat(sent.Answers)
	case c.wrong(choice.ID):
	default:
		if c.unknown++; c.unknown <= maxUnknown {
			c.problem("repeat", "agency_not_chosen", map[string]any{"agency": shown(sent.Agency)})
		}
	}
}

// wrong reports whether an item has a problem.
func (c *Checker) wrong(id string) bool {
	for i := range c.problems {
		if c.problems[i].Item == id {
			return true
		}
	}
	return false
}

// dropRepeat notes what was sent about an agency that is not chosen any more.
func (c *Checker) dropRepeat(fields []Field) {
	for i := range fields {
		f := &fields[i]
		if !filled(&f.Value) {
			continue
		}
		if f.Value.Kind == Rows {
			c.dropRepeat(f.Value.Rows)
		}
		v := c.q.Variable(f.Item)
		if it := c.q.Item(f.Item); v == nil && it != nil && it.Type == questionnaire.Ranking {
			v = c.q.Variable(questionnaire.RankID(it.ID, 1))
		}
		if v != nil && c.q.Repeated(v) && v.Item.Type != questionnaire.Calculated {
			c.gone[v.Index] = true
		}
	}
}

// chosen returns the place of an agency among those chosen, -1 when it is not.
func (c *Checker) chosen(id string) int {
	return slices.IndexFunc(c.repeats, func(s scope) bool { return s.agency.ID == id })
}

// within lets names mean the answers about a chosen agency.
func (c *Checker) within(k int) { c.now = &c.repeats[k] }

// about is within for the id of an agency; one that is not chosen has no answers.
func (c *Checker) about(id string) {
	c.outside()
	if k := c.chosen(id); k >= 0 {
		c.within(k)
	}
}

// outside lets names mean the answers of the response as a whole.
func (c *Checker) outside() { c.now = &c.whole }

// lookupAbout returns what conditions about an agency read; of the response as a
// whole for an empty id.
func (c *Checker) lookupAbout(id string) questionnaire.Lookup {
	return func(name string) logic.Value {
		if k := c.chosen(id); k >= 0 {
			return c.value(&c.repeats[k], name)
		}
		return c.value(&c.whole, name)
	}
}
