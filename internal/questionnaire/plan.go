package questionnaire

import "slices"

// Plan is what publishing a questionnaire would do to the answers that are
// stored, and to the series of scores.
type Plan struct {
	Survey   string   `json:"survey"`
	Before   string   `json:"before,omitempty"` // version in the field; empty: none was published yet
	Now      string   `json:"now"`
	Changes  []Change `json:"changes"`            // in the order of the new version; never nil
	Warnings []string `json:"warnings,omitempty"` //
	Block    string   `json:"block,omitempty"`    // YAML: the key changes as it is, with the careful cure of whatever is refused
}

// Change is one difference between two versions.
type Change struct {
	Kind    string   `json:"kind"`              // what changed and how: item_removed, option_reused, measure_changed …
	Where   string   `json:"where"`             // such as "item level", or "option 4 of scale five"
	Items   []string `json:"items,omitempty"`   // ids that it is about: now; before, of what was removed
	What    string   `json:"what"`              // before → now
	Stored  int64    `json:"stored"`            // stored answers that it is about
	Answers string   `json:"answers,omitempty"` // what becomes of stored answers; empty: nothing
	Series  Series   `json:"series,omitempty"`  // what becomes of the series of scores; empty: there is none
	Verdict Verdict  `json:"verdict"`
	Cures   []Cure   `json:"cures,omitempty"` // of a refused one: one of these

	group string // changes of one group are told once
}

// Verdict says whether a change may be published.
type Verdict string

// The verdicts.
const (
	Fine     Verdict = "ok"       // plain, or without consequences
	Declared Verdict = "declared" // the file says under changes what it means
	Rejected Verdict = "refused"  // would lose or mix up answers without a word
)

// Series says how scores go on.
type Series string

// What becomes of a series.
const (
	Continues Series = "continues" // with the answers before
	Mapped    Series = "mapped"    // with the answers before, read as Changes says
	Begins    Series = "begins"    // nothing was answered before
	Broken    Series = "break"     // begins anew; the answers before are a series of their own
	EndsHere  Series = "ends"
	Undecided Series = "undecided" // until the file says
)

// Cure is one way to publish a change that is refused.
type Cure struct {
	If   string `json:"if"`             // when it is the right one, or what to do
	YAML string `json:"yaml,omitempty"` // to copy into the file

	changes Changes
	careful bool // takes nothing for the same that may not be
}

// Stored tells how many answers to a variable are stored, over all versions; with
// a code, how many of them chose that option. The id is that of the version in
// the field, or of the last version that had the variable.
type Stored func(variable, code string) int64

// Compare plans the publication of a questionnaire after the versions of a
// lineage. It knows nothing but its arguments. O(size of both versions), but for
// texts that are compared letter by letter.
//
// What has no stored answers may change freely. What has is refused unless it is
// plain that nothing is lost or mixed up: a code or an id keeps its meaning, an
// item with answers stays or is declared to be dropped, a method that changes
// marks a break. compareTexts says which new wording of a text is taken for a
// correction.
func Compare(published *Lineage, now *Questionnaire, stored Stored) *Plan {
	p := &Plan{Survey: now.Survey, Now: now.Version, Changes: []Change{}}
	if published.Len() == 0 {
		if now.Changes != nil {
			p.Warnings = append(p.Warnings, "changes: is there, but no version was published yet: it says nothing")
		}
		return p
	}
	before := published.At(published.Len() - 1)
	p.Before = before.Version
	if before.Version == now.Version {
		return p
	}
	c := &comparison{step: newStep(before, now), lineage: published, stored: stored, plan: p, languages: before.Languages}
	c.declarations()
	c.survey()
	c.pages()
	c.items()
	c.scoring()
	c.group()
	for i := range p.Changes {
		c.shorten(&p.Changes[i])
		c.writeCures(&p.Changes[i])
	}
	p.Block = c.block()
	return p
}

// Refused counts the changes that may not be published.
func (p *Plan) Refused() int { return p.count(Rejected) }

func (p *Plan) count(v Verdict) int {
	n := 0
	for i := range p.Changes {
		if p.Changes[i].Verdict == v {
			n++
		}
	}
	return n
}

// comparison is a plan in the making.
type comparison struct {
	*step

	lineage   *Lineage
	stored    Stored
	plan      *Plan
	languages []string // of the version before: the first decides whether a text is another
	compared  int      // texts, in search of one that is alike
}

// maxAlike bounds the search for texts that are alike, which would take a time
// that is the square of two hostile files. What is not found is not suggested.
const maxAlike = 200_000

// alike is nearly, for a search.
func (c *comparison) alike(before, now Text) bool {
	c.compared++
	return c.compared <= maxAlike && nearly(before, now, c.languages)
}

func (c *comparison) add(ch Change) {
	if ch.Verdict == "" {
		ch.Verdict = Fine
	}
	c.plan.Changes = append(c.plan.Changes, ch)
}

// group tells what happened to many items in the same way once, such as a
// change of the scale that they share.
func (c *comparison) group() {
	first := map[string]int{}
	var out []Change
	for _, ch := range c.plan.Changes {
		key := ch.group + "\x00" + ch.Kind + "\x00" + ch.What + "\x00" + string(ch.Verdict) + "\x00" + string(ch.Series)
		at, known := first[key]
		if ch.group == "" || !known {
			first[key] = len(out)
			out = append(out, ch)
			continue
		}
		to := &out[at]
		to.Items = append(slices.Clip(to.Items), ch.Items...)
		to.Stored += ch.Stored
		for i := range to.Cures {
			to.Cures[i].changes = to.Cures[i].changes.with(&ch.Cures[i].changes)
		}
	}
	if out != nil {
		c.plan.Changes = out
	}
}

// broken returns whether the file declares a break of one of the ids, or of
// every index that counts them.
func (c *comparison) broken(ids ...string) bool {
	if c.changes == nil {
		return false
	}
	declared := func(ids []string) bool {
		return slices.ContainsFunc(c.changes.Breaks, func(b Break) bool { return b.Of == AllSeries || slices.Contains(ids, b.Of) })
	}
	if declared(ids) {
		return true
	}
	indices := c.countedIn(ids)
	return len(indices) > 0 && !slices.ContainsFunc(indices, func(id string) bool { return !declared([]string{id}) })
}

// countedIn lists the indices of now that count an item or row.
func (c *comparison) countedIn(ids []string) []string {
	var list []string
	for i := range c.now.Indices {
		x := &c.now.Indices[i]
		if slices.ContainsFunc(variablesUnder(x.Factors), func(id string) bool {
			v := c.now.Variable(id)
			return slices.Contains(ids, id) || v != nil && slices.Contains(ids, v.Item.ID)
		}) {
			list = append(list, x.ID)
		}
	}
	return list
}

// reworded returns whether the file declares that one of the ids means what it meant.
func (c *comparison) reworded(ids ...string) bool {
	return c.changes != nil && slices.ContainsFunc(c.changes.Reworded, func(id string) bool { return slices.Contains(ids, id) })
}

// settle decides a change of meaning: it needs a declaration when there are
// answers. same reports whether the author may say that nothing changed.
func (c *comparison) settle(ch Change, same bool, ids ...string) Change {
	switch {
	case ch.Stored == 0:
		ch.Series = Begins
	case c.broken(ids...):
		ch.Verdict, ch.Series = Declared, Broken
		ch.Answers = "stay as they are, in a series of their own that ends here"
	case same && c.reworded(ids...):
		ch.Verdict, ch.Series = Declared, Continues
		ch.Answers = "count on as answers to the new words"
	default:
		ch.Verdict, ch.Series = Rejected, Undecided
		ch.Answers = "would be taken for answers to something else"
		if same {
			ch.Cures = append(ch.Cures, Cure{If: "it still means the same", changes: Changes{Reworded: ids[:1]}})
		}
		ch.Cures = append(ch.Cures, c.breakOf("it means something else", ids[0]))
	}
	return ch
}

// breakOf is the cure that marks a break.
func (c *comparison) breakOf(when string, ids ...string) Cure {
	cure := Cure{If: when, careful: true}
	for _, id := range ids {
		cure.changes.Breaks = append(cure.changes.Breaks, Break{Of: id})
	}
	return cure
}
