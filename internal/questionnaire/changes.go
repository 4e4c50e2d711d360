package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// changes checks what of the changes can be seen in this version alone: that
// the items, codes and indices of now are there.
func (b *builder) changes() *Changes {
	f := b.file.Changes
	if f == nil {
		return nil
	}
	const at = "changes"
	c := &Changes{From: strings.ToLower(f.From), Renamed: f.Renamed, Recoded: f.Recoded, Reworded: f.Reworded, Dropped: f.Dropped}
	b.renamed(f.Renamed)
	for _, id := range slices.Sorted(maps.Keys(f.Recoded)) {
		b.recoded(id, f.Recoded[id], fmt.Sprintf("%s.recoded[%s]", at, id))
	}
	unique(b, f.Reworded, at+".reworded", "item", "", func(id string) string { return id })
	for i, id := range f.Reworded {
		b.isAsked(id, fmt.Sprintf("%s.reworded[%d]", at, i))
	}
	unique(b, f.Dropped, at+".dropped", "item", "", func(id string) string { return id })
	for i, id := range f.Dropped {
		if to, ok := b.asked[id]; ok && id != "" {
			b.At(fmt.Sprintf("%s.dropped[%d]", at, i), fmt.Sprintf("%q is still asked, on line %d", id, b.line(to.at)), "leave it out here, or leave out the item")
		}
	}
	unique(b, f.Breaks, at+".breaks", "break of", "of", func(k FileBreak) string { return k.Of })
	for i, k := range f.Breaks {
		path := fmt.Sprintf("%s.breaks[%d]", at, i)
		c.Breaks = append(c.Breaks, Break{Of: k.Of, Reason: b.text(k.Reason, path+".reason")})
		isIndex := slices.ContainsFunc(b.q.Indices, func(x Index) bool { return x.ID == k.Of })
		if k.Of != AllSeries && !isIndex {
			b.isAsked(k.Of, path+".of")
		}
	}
	return c
}

// renamed checks that the ids of now are there, and that none continues what
// another continues.
func (b *builder) renamed(before map[string]string) {
	now := map[string]string{} // by the id before
	for _, id := range slices.Sorted(maps.Keys(before)) {
		old, at := before[id], fmt.Sprintf("changes.renamed[%s]", id)
		first, twice := now[old]
		switch {
		case !b.isAsked(id, at) || old == "":
			continue
		case old == id:
			b.atName(at, fmt.Sprintf("%q had the same name before", id), "leave it out")
		case twice:
			b.At(at, fmt.Sprintf("%q is continued by %q already", old, first), "let one of the two begin anew")
		}
		now[old] = id
	}
}

// recoded checks that the codes of now are there.
func (b *builder) recoded(id string, codes map[string]string, at string) {
	if !b.isAsked(id, at) {
		return
	}
	options := b.asked[id].item.Options
	var known []string
	for i := range options {
		known = append(known, options[i].Code)
	}
	if len(known) == 0 {
		b.atName(at, fmt.Sprintf("the item %q has no options", id), "leave it out")
		return
	}
	for _, old := range slices.Sorted(maps.Keys(codes)) {
		if now := codes[old]; now != "" && !slices.Contains(known, now) {
			b.At(fmt.Sprintf("%s[%s]", at, old), fmt.Sprintf("the item %q has no option %q", id, now), b.Suggest(now, known))
		}
	}
}

// isAsked tells an id that no item or row has.
func (b *builder) isAsked(id, at string) bool {
	_, ok := b.asked[id]
	if !ok && id != "" {
		b.atName(at, fmt.Sprintf("there is no item %q", id), b.Suggest(id, b.ids))
	}
	return ok
}

// atName tells a mistake at the key that is a name, else at the value.
func (b *builder) atName(at, message, cure string) {
	if p, ok := b.Name(at); ok {
		b.Tell(p, message, cure)
		return
	}
	b.At(at, message, cure)
}
