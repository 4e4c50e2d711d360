package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// scoring compares measures and indices. Scores are always computed by the
// method of the version in the field, for all answers of a series: a change of
// the method would restate what was published, unless a break keeps the answers
// before apart.
func (c *comparison) scoring() {
	for i := range c.now.Indices {
		b := &c.now.Indices[i]
		if a := indexOf(c.before, b.ID); a != nil {
			c.index(a, b)
			continue
		}
		ch := Change{Kind: "index_added", Where: "index " + b.ID, What: "is new: " + inShort(b.Title, c.now.Languages)}
		if c.storedUnder(b) > 0 {
			ch.Answers, ch.Series = "answers so far to its items count in it", Continues
		}
		c.add(ch)
	}
	for i := range c.before.Indices {
		a := &c.before.Indices[i]
		if indexOf(c.now, a.ID) == nil {
			ch := Change{Kind: "index_removed", Where: "index " + a.ID, What: "is gone: " + inShort(a.Title, c.languages)}
			if ch.Stored = c.storedBefore(a); ch.Stored > 0 {
				ch.Answers, ch.Series = "all stay: the index can be put back at any time", EndsHere
			}
			c.add(ch)
		}
	}
	c.unusedMeasures()
}

func indexOf(q *Questionnaire, id string) *Index {
	if i := slices.IndexFunc(q.Indices, func(x Index) bool { return x.ID == id }); i >= 0 {
		return &q.Indices[i]
	}
	return nil
}

func measureOf(q *Questionnaire, id string) *Measure {
	if i := slices.IndexFunc(q.Measures, func(m Measure) bool { return m.ID == id }); i >= 0 {
		return &q.Measures[i]
	}
	return nil
}

// variablesUnder lists the variables below some factors.
func variablesUnder(factors []Factor) []string {
	var list []string
	for i := range factors {
		list = append(append(list, factors[i].Variables...), variablesUnder(factors[i].Factors)...)
	}
	return list
}

// storedBefore is how many answers the busiest item of an index before has.
func (c *comparison) storedBefore(x *Index) int64 {
	var n int64
	for _, id := range variablesUnder(x.Factors) {
		n = max(n, c.stored(id, ""))
	}
	return n
}

func (c *comparison) storedUnder(x *Index) int64 {
	var n int64
	for _, id := range variablesUnder(x.Factors) {
		if v := c.now.Variable(id); v != nil {
			if old := c.idBefore(v); old != "" {
				n = max(n, c.stored(old, ""))
			}
		}
	}
	return n
}

// index compares an index with what it was.
func (c *comparison) index(a, b *Index) {
	where, stored := "index "+b.ID, c.storedBefore(a)
	method := func(kind, what string) {
		ch := Change{Kind: kind, Where: where, What: what, Stored: stored}
		switch {
		case stored == 0:
			ch.Series = Begins
		case c.broken(b.ID):
			ch.Verdict, ch.Series, ch.Answers = Declared, Broken, "stay as they are, in a series of their own that ends here"
		default:
			ch.Verdict, ch.Series, ch.Answers = Rejected, Undecided, "would be scored again by the new method, unlike what was published"
			ch.Cures = []Cure{c.breakOf("the scores are to begin anew", b.ID)}
		}
		c.add(ch)
	}
	if !nearly(a.Title, b.Title, c.languages) || compareTexts(a.Title, b.Title, c.languages) != sameWords {
		c.add(Change{Kind: "text_changed", Where: where, What: "has another title: " + inShort(a.Title, c.languages) + " → " + inShort(b.Title, c.now.Languages)})
	}
	if a.Method != b.Method {
		c.add(Change{Kind: "text_changed", Where: where, What: "has another note on its method"})
	}
	if from, to := c.measureText(a, true), c.measureText(b, false); from != to {
		method("measure_changed", "counts "+from+" → "+to)
	} else if old, now := measureOf(c.before, a.Measure), measureOf(c.now, b.Measure); old != nil && now != nil && old.Kind != now.Kind {
		c.add(Change{Kind: "measure_changed", Where: where, What: fmt.Sprintf("is called %s → %s, and counts the same", old.Kind, now.Kind), Series: Continues})
	}
	if a.Aggregate != b.Aggregate {
		method("index_aggregate", fmt.Sprintf("is made %s → %s", a.Aggregate, b.Aggregate))
	}
	c.factors(c.flat(a, true), c.flat(b, false), method)
}

// measureText words what an index counts, in the codes of now.
func (c *comparison) measureText(x *Index, before bool) string {
	q := c.now
	if before {
		q = c.before
	}
	m := measureOf(q, x.Measure)
	if m == nil {
		return x.Measure
	}
	codes := func(list []string) string {
		list = slices.Clone(list)
		if before {
			list = c.codesNow(x, list)
		}
		slices.Sort(list)
		return strings.Join(slices.Compact(list), ", ")
	}
	text := ""
	switch m.Kind {
	case Mean:
		return "the mean of the values"
	case Score100:
		return "the mean of the values, from 0 to 100"
	case NPS:
		return "the net promoter score"
	case Net:
		text = "the share of " + codes(m.Codes) + " minus the share of " + codes(m.Against)
	case TopBox, BottomBox:
		text = "the share of " + codes(m.Codes)
	}
	if m.Base == WithDontKnow {
		text += " among all, also those who don't know"
	}
	return text
}

// codesNow translates the codes of a measure before by what the file declares
// for the first item of the index. Items that were recoded in another way, or
// not, show in the scores of now as they must: by their own options.
func (c *comparison) codesNow(x *Index, codes []string) []string {
	for _, id := range variablesUnder(x.Factors) {
		v := c.after(id)
		if v == nil {
			continue
		}
		for i, code := range codes {
			if to := c.codeNow(v, code); to != "" {
				codes[i] = to
			}
		}
		break
	}
	return codes
}

// after returns the variable of now that continues one before, nil when none does.
func (c *comparison) after(id string) *Variable {
	for i := range c.now.variables {
		if v := &c.now.variables[i]; c.idBefore(v) == id {
			return v
		}
	}
	return nil
}

// indexPart is a factor of an index, or a variable in one, as a comparison sees it.
type indexPart struct {
	weight    string // empty where it plays no part
	aggregate Aggregate
	variable  bool
}

// flat lists the parts of an index by their path, in the ids of now.
func (c *comparison) flat(x *Index, before bool) map[string]indexPart {
	out := map[string]indexPart{}
	var walk func(path string, factors []Factor, aggregate Aggregate)
	walk = func(path string, factors []Factor, aggregate Aggregate) {
		for i := range factors {
			f := &factors[i]
			at := path + "factor " + f.ID
			p := indexPart{aggregate: f.Aggregate}
			if aggregate == WeightedMean {
				p.weight = strconv.FormatFloat(f.Weight, 'g', -1, 64)
			}
			out[at] = p
			for _, id := range f.Variables {
				if before {
					if v := c.after(id); v != nil {
						id = v.ID
					}
				}
				out[at+", item "+id] = indexPart{variable: true}
			}
			walk(at+", ", f.Factors, f.Aggregate)
		}
	}
	walk("", x.Factors, x.Aggregate)
	return out
}

func (c *comparison) factors(a, b map[string]indexPart, method func(kind, what string)) {
	for _, at := range slices.Sorted(maps.Keys(b)) {
		old, known := a[at]
		now := b[at]
		switch {
		case !known:
			method("index_parts", at+" counts from now on")
		case old.weight != now.weight && old.weight != "" && now.weight != "":
			method("index_weight", fmt.Sprintf("%s weighs %s → %s", at, old.weight, now.weight))
		case old.aggregate != now.aggregate:
			method("index_aggregate", fmt.Sprintf("%s is made %s → %s", at, old.aggregate, now.aggregate))
		}
	}
	for _, at := range slices.Sorted(maps.Keys(a)) {
		if _, still := b[at]; !still {
			method("index_parts", at+" counts no longer")
		}
	}
}

// unusedMeasures tells what changed of measures that no index has as its own.
func (c *comparison) unusedMeasures() {
	used := func(id string) bool {
		return slices.ContainsFunc(c.before.Indices, func(x Index) bool {
			now := indexOf(c.now, x.ID)
			return x.Measure == id && now != nil && now.Measure == id
		})
	}
	for i := range c.now.Measures {
		b := &c.now.Measures[i]
		a := measureOf(c.before, b.ID)
		where := "measure " + b.ID
		switch {
		case a == nil:
			c.add(Change{Kind: "measure_added", Where: where, What: "is new: " + inShort(b.Title, c.now.Languages)})
		case !used(b.ID) && (a.Kind != b.Kind || a.Base != b.Base || !slices.Equal(a.Codes, b.Codes) || !slices.Equal(a.Against, b.Against)):
			c.add(Change{Kind: "measure_changed", Where: where, What: "counts something else; no index has it as its own", Answers: "a score that is asked for with it counts all answers in the new way", Series: Continues})
		case compareTexts(a.Title, b.Title, c.languages) != sameWords:
			c.add(Change{Kind: "text_changed", Where: where, What: "has another title: " + inShort(a.Title, c.languages) + " → " + inShort(b.Title, c.now.Languages)})
		}
	}
	for i := range c.before.Measures {
		if a := &c.before.Measures[i]; measureOf(c.now, a.ID) == nil {
			c.add(Change{Kind: "measure_removed", Where: "measure " + a.ID, What: "is gone: " + inShort(a.Title, c.languages)})
		}
	}
}
