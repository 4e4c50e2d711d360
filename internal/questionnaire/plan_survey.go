package questionnaire

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// survey compares what belongs to no page.
func (c *comparison) survey() {
	a, b := c.before, c.now
	text := func(name string, before, now Text) {
		if compareTexts(before, now, c.languages) != sameWords {
			c.add(Change{Kind: "text_changed", Where: name, What: "has other words: " + inShort(before, c.languages) + " → " + inShort(now, b.Languages)})
		}
	}
	if !slices.Equal(a.Languages, b.Languages) {
		ch := Change{Kind: "languages", Where: "languages", What: strings.Join(a.Languages, ", ") + " → " + strings.Join(b.Languages, ", ")}
		for _, l := range a.Languages {
			if !slices.Contains(b.Languages, l) {
				ch.Answers = "stay, and are exported with the language they were given in"
			}
		}
		c.add(ch)
	}
	text("title", a.Title, b.Title)
	if !reflect.DeepEqual(a.Intro, b.Intro) {
		c.add(Change{Kind: "text_changed", Where: "intro", What: "has other words"})
	}
	if !reflect.DeepEqual(a.Consent, b.Consent) {
		what := "has other words; responses so far were given under the old ones"
		switch {
		case a.Consent == nil:
			what = "is asked for from now on; responses so far were given without"
		case b.Consent == nil:
			what = "is no longer asked for"
		}
		c.add(Change{Kind: "consent", Where: "consent", What: what})
	}
	text("thanks", a.Thanks, b.Thanks)
	if !reflect.DeepEqual(bare(a.Ends), bare(b.Ends)) {
		c.add(Change{Kind: "text_changed", Where: "ends", What: "differ"})
	}
	if a.Grain != b.Grain {
		ch := Change{Kind: "grain", Where: "grain", What: fmt.Sprintf("counts are kept by %s → %s", a.Grain, b.Grain), Series: Continues}
		ch.Answers = "stay counted by " + string(a.Grain) + "; scores by day need that every version counts by day"
		c.add(ch)
	}
	if a.MinN != b.MinN {
		c.add(Change{Kind: "min_n", Where: "min_n", What: fmt.Sprintf("%d → %d", a.MinN, b.MinN), Series: Continues, Answers: "the new limit holds for what they are published in, too"})
	}
	if a.AllSame != b.AllSame {
		rule := map[bool]string{true: PublishAllSame, false: HideAllSame}
		c.add(Change{
			Kind: "all_same", Where: "disclosure", What: fmt.Sprintf("all_same %s → %s", rule[a.AllSame == PublishAllSame], rule[b.AllSame == PublishAllSame]),
			Series: Continues, Answers: "the new rule holds for what they are published in, too",
		})
	}
	if decimals(a.Rounding) != decimals(b.Rounding) {
		c.add(Change{
			Kind: "rounding", Where: "rounding", What: fmt.Sprintf("decimals %s → %s", decimals(a.Rounding), decimals(b.Rounding)),
			Series: Continues, Answers: "what was published shows other digits when it is asked for again",
		})
	}
	if !slices.EqualFunc(a.Images, b.Images, func(x, y Image) bool { return x.Name == y.Name && bytes.Equal(x.Data, y.Data) }) {
		c.add(Change{Kind: "images", Where: "images", What: "differ"})
	}
}

// decimals words how finely scores are written.
func decimals(rounding *int) string {
	if rounding == nil {
		return "as the program has them"
	}
	return strconv.Itoa(*rounding)
}

// bare are ends without what is compiled.
func bare(ends []End) []End {
	list := slices.Clone(ends)
	for i := range list {
		list[i].when = condition{}
	}
	return list
}

// pages compares pages; their items are compared apart.
func (c *comparison) pages() {
	find := func(q *Questionnaire, id string) *Page {
		if i := slices.IndexFunc(q.Pages, func(p Page) bool { return p.ID == id }); i >= 0 {
			return &q.Pages[i]
		}
		return nil
	}
	var before, now []string
	for i := range c.now.Pages {
		b := &c.now.Pages[i]
		a := find(c.before, b.ID)
		where := "page " + b.ID
		if a == nil {
			c.add(Change{Kind: "page_added", Where: where, What: "is new: " + inShort(b.Title, c.now.Languages)})
			continue
		}
		now = append(now, b.ID)
		c.page(a, b, where)
	}
	for i := range c.before.Pages {
		a := &c.before.Pages[i]
		if find(c.now, a.ID) == nil {
			c.add(Change{Kind: "page_removed", Where: "page " + a.ID, What: "is gone; its items are told one by one"})
			continue
		}
		before = append(before, a.ID)
	}
	if !slices.Equal(before, now) {
		c.add(Change{Kind: "page_moved", Where: "pages", What: strings.Join(before, ", ") + " → " + strings.Join(now, ", ")})
	}
}

func (c *comparison) page(a, b *Page, where string) {
	var list []string
	if !reflect.DeepEqual(a.Title, b.Title) {
		list = append(list, "title")
	}
	if !reflect.DeepEqual(a.Note, b.Note) {
		list = append(list, "note")
	}
	if a.Order != b.Order {
		list = append(list, "order")
	}
	if len(list) > 0 {
		c.add(Change{Kind: "page_look", Where: where, What: "looks different: " + strings.Join(list, ", ")})
	}
	if !slices.EqualFunc(a.Checks, b.Checks, func(x, y Check) bool {
		return c.renamedIn(x.Require) == y.Require && reflect.DeepEqual(x.Message, y.Message) && x.Item == y.Item
	}) {
		c.add(Change{Kind: "page_checks", Where: where, What: "checks other rules", Answers: "stay as they are, also those that would not be accepted any more"})
	}
}
