package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hailong/internal/yamlfile"
)

// declarations checks the key changes of the file against the two versions: what
// it names must have been there, and be there.
func (c *comparison) declarations() {
	declared := c.now.Changes
	if declared == nil {
		return
	}
	if c.changes == nil {
		c.plan.Warnings = append(c.plan.Warnings, fmt.Sprintf(
			"changes: tells how to go on from version %s, but %s is published: nothing of it counts; take it out, or write from: %s if it tells how to go on from there",
			declared.From, c.before.Version[:minFrom], c.before.Version[:minFrom]))
		return
	}
	before, now := unitIDs(c.before), unitIDs(c.now)
	for _, id := range slices.Sorted(maps.Keys(declared.Renamed)) {
		old := declared.Renamed[id]
		switch {
		case !slices.Contains(before, old):
			c.mistaken("renamed", old, fmt.Sprintf("the version before has no item or row %q", old), suggestion(old, before))
		case !slices.Contains(now, id):
			c.mistaken("renamed", id, fmt.Sprintf("the file has no item or row %q", id), suggestion(id, now))
		case slices.Contains(now, old) && declared.Renamed[old] == "":
			c.mistaken("renamed", id, fmt.Sprintf("%q can't go on as %q, because it is still asked itself", old, id), "give "+id+" answers of its own: leave it out of renamed")
		case slices.Contains(declared.Dropped, old):
			c.mistaken("renamed", id, fmt.Sprintf("%q is both renamed and dropped", old), "leave it out of one of the two")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(declared.Recoded)) {
		c.declaredCodes(id, declared.Recoded[id], now)
	}
	for _, id := range declared.Reworded {
		if !slices.Contains(now, id) {
			c.mistaken("reworded", id, fmt.Sprintf("the file has no item or row %q", id), suggestion(id, now))
		} else if !slices.Contains(before, c.unitBefore(id)) {
			c.mistaken("reworded", id, fmt.Sprintf("%q is new: there are no words before", id), "leave it out")
		}
	}
	for _, id := range declared.Dropped {
		switch {
		case !slices.Contains(before, id) && c.before.Variable(id) == nil:
			c.mistaken("dropped", id, fmt.Sprintf("the version before has no item or row %q", id), suggestion(id, before))
		case slices.Contains(now, id):
			c.mistaken("dropped", id, fmt.Sprintf("%q is still asked", id), "take it out of pages, or give what is asked now an id of its own")
		}
	}
	for i := range declared.Breaks {
		id := declared.Breaks[i].Of
		if id != AllSeries && !slices.Contains(now, id) && c.now.Variable(id) == nil && indexOf(c.now, id) == nil {
			c.mistaken("breaks", id, fmt.Sprintf("the file has no index, item or row %q", id), suggestion(id, append(now, AllSeries)))
		}
	}
}

func (c *comparison) declaredCodes(id string, codes map[string]string, now []string) {
	next := c.optionsNow(id)
	if next == nil {
		c.mistaken("recoded", id, fmt.Sprintf("the file has no item %q with options", id), suggestion(id, now))
		return
	}
	before := c.optionsBefore(id)
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		to := codes[code]
		switch {
		case optionOf(before, code) == nil:
			c.mistaken("recoded", id, fmt.Sprintf("%s had no code %q before", id, code), suggestion(code, codesOf(before)))
		case to != "" && optionOf(next, to) == nil:
			c.mistaken("recoded", id, fmt.Sprintf("%s has no code %q", id, to), suggestion(to, codesOf(next)))
		}
	}
}

// optionsNow returns the options of an item or row, nil when it has none.
func (c *comparison) optionsNow(id string) []Option {
	if it := c.now.Item(id); it != nil {
		return it.Options
	}
	if v := c.now.Variable(id); v != nil {
		return v.Options()
	}
	return nil
}

func (c *comparison) optionsBefore(id string) []Option {
	old := c.unitBefore(id)
	if it := c.before.Item(old); it != nil {
		return it.Options
	}
	if v := c.before.Variable(old); v != nil {
		return v.Options()
	}
	return nil
}

func codesOf(options []Option) []string {
	list := make([]string, len(options))
	for i := range options {
		list[i] = options[i].Code
	}
	return list
}

// unitIDs lists the ids of items and rows.
func unitIDs(q *Questionnaire) []string {
	units := unitsOf(q)
	list := make([]string, len(units))
	for i := range units {
		list[i] = units[i].id
	}
	return list
}

func suggestion(word string, known []string) string { return (&yamlfile.Notes{}).Suggest(word, known) }

// mistaken tells a declaration that can't be meant as it stands.
func (c *comparison) mistaken(key, id, what, cure string) {
	c.add(Change{Kind: "declaration", Where: "changes." + key + " " + id, What: what, Verdict: Rejected, Cures: []Cure{{If: cure}}})
}

// with returns the changes together with others, which win.
func (c *Changes) with(more *Changes) Changes {
	out := Changes{From: c.From, Renamed: maps.Clone(c.Renamed)}
	if out.Renamed == nil && more.Renamed != nil {
		out.Renamed = map[string]string{}
	}
	maps.Copy(out.Renamed, more.Renamed)
	for _, recoded := range []map[string]map[string]string{c.Recoded, more.Recoded} {
		for id, codes := range recoded {
			if out.Recoded == nil {
				out.Recoded = map[string]map[string]string{}
			}
			if out.Recoded[id] == nil {
				out.Recoded[id] = map[string]string{}
			}
			maps.Copy(out.Recoded[id], codes)
		}
	}
	union := func(a, b []string) []string {
		list := slices.Clone(a)
		for _, id := range b {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
		return list
	}
	out.Reworded, out.Dropped = union(c.Reworded, more.Reworded), union(c.Dropped, more.Dropped)
	out.Breaks = slices.Clone(c.Breaks)
	for _, b := range more.Breaks {
		if !slices.ContainsFunc(out.Breaks, func(x Break) bool { return x.Of == b.Of }) {
			out.Breaks = append(out.Breaks, b)
		}
	}
	return out
}

// empty reports whether nothing is declared.
func (c *Changes) empty() bool {
	return len(c.Renamed)+len(c.Recoded)+len(c.Reworded)+len(c.Dropped)+len(c.Breaks) == 0
}

// manyItems is from how many items on a cure says the same in fewer words.
const manyItems = 7

// shorten makes the cures of what happened to many items readable: a break of
// the indices that count all of them, or else of everything, instead of one for
// each; and no list of what is the same for all.
func (c *comparison) shorten(ch *Change) {
	for i := range ch.Cures {
		cure := &ch.Cures[i]
		if len(cure.changes.Breaks) >= manyItems {
			*cure = c.breakOf(cure.If, c.indicesOf(cure.changes.Breaks)...)
		}
		if len(cure.changes.Recoded) >= manyItems && !cure.careful {
			id := slices.Min(slices.Collect(maps.Keys(cure.changes.Recoded)))
			first := Changes{From: c.before.Version[:minFrom], Recoded: map[string]map[string]string{id: cure.changes.Recoded[id]}}
			cure.If += "; so for this item, and in the same way for the others"
			cure.YAML, cure.changes = first.yaml(c.now.Languages), Changes{}
		}
	}
}

// indicesOf lists the indices that count what some breaks are of, or all when
// one of it is in none.
func (c *comparison) indicesOf(breaks []Break) []string {
	var list []string
	for _, b := range breaks {
		indices := c.countedIn([]string{b.Of})
		if len(indices) == 0 {
			return []string{AllSeries}
		}
		for _, id := range indices {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}

// writeCures writes the YAML of the cures of a change.
func (c *comparison) writeCures(ch *Change) {
	for i := range ch.Cures {
		if cure := &ch.Cures[i]; !cure.changes.empty() {
			cure.changes.From = c.before.Version[:minFrom]
			cure.YAML = cure.changes.yaml(c.now.Languages)
		}
	}
}

// block returns the key changes as it should stand in the file: what it declares
// now and, for every change that is refused, its careful cure. Empty when
// nothing is refused.
func (c *comparison) block() string {
	var all Changes
	if c.changes != nil {
		all = *c.changes
	}
	added := false
	for i := range c.plan.Changes {
		ch := &c.plan.Changes[i]
		for j := range ch.Cures {
			if cure := &ch.Cures[j]; ch.Verdict == Rejected && cure.careful {
				all = all.with(&cure.changes)
				added = true
				break
			}
		}
	}
	if !added {
		return ""
	}
	all.From = c.before.Version[:minFrom]
	return all.yaml(c.now.Languages)
}

// yaml writes changes as they stand in a file.
func (c *Changes) yaml(languages []string) string {
	var b strings.Builder
	b.WriteString("changes:\n  from: \"" + c.From + "\"\n")
	if len(c.Renamed) > 0 {
		b.WriteString("  renamed: # id now: id before\n")
		for _, id := range slices.Sorted(maps.Keys(c.Renamed)) {
			fmt.Fprintf(&b, "    %s: %s\n", yamlID(id), yamlID(c.Renamed[id]))
		}
	}
	if len(c.Recoded) > 0 {
		b.WriteString("  recoded: # code before: code now, empty for one that is gone\n")
		for _, id := range slices.Sorted(maps.Keys(c.Recoded)) {
			var codes []string
			for _, code := range slices.Sorted(maps.Keys(c.Recoded[id])) {
				codes = append(codes, fmt.Sprintf("%q: %q", code, c.Recoded[id][code]))
			}
			fmt.Fprintf(&b, "    %s: {%s}\n", yamlID(id), strings.Join(codes, ", "))
		}
	}
	writeList(&b, "reworded", c.Reworded)
	writeList(&b, "dropped", c.Dropped)
	if len(c.Breaks) > 0 {
		b.WriteString("  breaks:\n")
	}
	for i := range c.Breaks {
		b.WriteString("    - " + c.Breaks[i].yaml(languages) + "\n")
	}
	return b.String()
}

// yaml writes a break; a reason that is not there yet as a text to replace.
func (b *Break) yaml(languages []string) string {
	var reason []string
	for _, l := range languages {
		words := b.Reason[l]
		if words == "" {
			words = "…"
		}
		reason = append(reason, fmt.Sprintf("%s: %s", l, yamlQuote(words)))
	}
	return fmt.Sprintf("{of: %s, reason: {%s}}", yamlID(b.Of), strings.Join(reason, ", "))
}

// yamlQuote writes a text between double quotes.
func yamlQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}

// yamlID writes an id, between quotes where a reader of YAML would take it for
// something else.
func yamlID(id string) string {
	switch id {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return yamlQuote(id)
	}
	return id
}

// writeList writes ids under a key, none for no ids, on as many lines as it takes.
func writeList(b *strings.Builder, key string, ids []string) {
	if len(ids) == 0 {
		return
	}
	const width = 100
	line := "  " + key + ": ["
	for i, id := range ids {
		word := yamlID(id) + ","
		if i == len(ids)-1 {
			word = yamlID(id) + "]"
		}
		if i > 0 {
			if len(line)+len(word) >= width {
				b.WriteString(line + "\n")
				line = "   "
			}
			line += " "
		}
		line += word
	}
	b.WriteString(line + "\n")
}
