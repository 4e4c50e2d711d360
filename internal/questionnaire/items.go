package questionnaire

import (
	"fmt"
	"maps"
	"slices"
)

// pages makes the pages with their items. False means that there are too many
// of them to look at what refers to them.
func (b *builder) pages() bool {
	unique(b, b.file.Pages, "pages", "page", "id", func(p pageFile) string { return p.ID })
	b.q.Pages = make([]Page, len(b.file.Pages))
	node, variables := 0, 0
	for i, p := range b.file.Pages {
		at := fmt.Sprintf("pages[%d]", i)
		b.q.Pages[i] = Page{ID: p.ID, Title: b.text(p.Title, at+".title"), Note: b.text(p.Note, at+".note"), Items: make([]Item, len(p.Items))}
		for j := range p.Items {
			path := fmt.Sprintf("%s.items[%d]", at, j)
			b.item(&b.q.Pages[i].Items[j], &p.Items[j], path, asked{page: i, node: node})
			node++
			if variables += max(1, len(p.Items[j].Rows)); variables > maxVariables {
				b.at(path, fmt.Sprintf("the questionnaire has more than %d variables", maxVariables), "split it into several surveys")
				return false
			}
		}
	}
	return true
}

// name notes the id of an item or row, which must be new.
func (b *builder) name(id string, as asked) {
	if id == "" {
		return
	}
	if first, twice := b.asked[id]; twice {
		b.at(as.at, fmt.Sprintf("the id %q is there twice, first on line %d", id, b.line(first.at)), "give one of the two another id")
		return
	}
	if takenID(id) {
		b.at(as.at, fmt.Sprintf("the id %q has a meaning of its own", id), "choose another id, such as "+id+"_item")
	}
	b.asked[id] = &as
	b.ids = append(b.ids, id)
}

// item fills an item; as says what stands for it.
func (b *builder) item(it *Item, f *itemFile, at string, as asked) {
	as.item, as.at = it, at+".id"
	b.name(f.ID, as)
	*it = Item{
		ID: f.ID, Type: ItemType(f.Type), Required: f.Required, Text: b.text(f.Text, at+".text"), Help: b.text(f.Help, at+".help"),
	}
	b.misplaced(f, at)
	switch it.Type {
	case Scale, Matrix:
		b.scaled(it, f, at)
		if it.Type == Matrix {
			b.rows(it, f, at, as)
		}
	case Single, Multiple:
		it.Options = b.ownOptions(f, at)
	case Number:
		b.amount(it, f, at)
	case TextType:
		it.MaxChars, it.Lines = given(f.MaxChars, 1000), given(f.Lines, 4)
	}
	if f.Missing != nil {
		it.Missing = b.missing(*f.Missing, at)
	}
}

func given(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return *n
}

// scaled gives an item the options of its scale, and its missing codes, which
// the item's own replace.
func (b *builder) scaled(it *Item, f *itemFile, at string) {
	it.Scale = f.Scale
	s, ok := b.scales[f.Scale]
	switch {
	case f.Scale == "":
		b.lacks(at, fmt.Sprintf("the item %q has no scale", f.ID), "add scale: with the name of one of the scales", "scale")
	case !ok:
		b.at(at+".scale", fmt.Sprintf("there is no scale %q", f.Scale), b.suggest(f.Scale, slices.Sorted(maps.Keys(b.scales))))
	}
	it.Options, it.Missing = s.options, s.missing
}

func (b *builder) ownOptions(f *itemFile, at string) []Option {
	options := b.options(f.Options, at, f.Type != string(Single))
	switch {
	case len(options) == 0:
		b.lacks(at, fmt.Sprintf("the item %q has no options", f.ID), "add options:", "options")
	case f.Type == string(Multiple) && len(options) > maxSet:
		b.at(at+".options", fmt.Sprintf("an item of type multiple has at most %d options", maxSet), "split the item")
	}
	return options
}

// maxSet is the most options of which several can be chosen: an answer is a
// set of 64 bits.
const maxSet = 64

func (b *builder) rows(it *Item, f *itemFile, at string, as asked) {
	if len(f.Rows) == 0 {
		b.lacks(at, fmt.Sprintf("the matrix %q has no rows", f.ID), "add rows:", "rows")
	}
	for i, r := range f.Rows {
		path := fmt.Sprintf("%s.rows[%d]", at, i)
		as.at, as.row = path+".id", true
		b.name(r.ID, as)
		it.Rows = append(it.Rows, Row{ID: r.ID, Text: b.text(r.Text, path+".text")})
	}
}

func (b *builder) amount(it *Item, f *itemFile, at string) {
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		b.at(at+".max", "max is below min", "swap the two")
	}
	it.Min, it.Max, it.Decimals, it.Unit = f.Min, f.Max, given(f.Decimals, 0), b.text(f.Unit, at+".unit")
}

// misplaced tells keys that mean nothing for an item's type.
func (b *builder) misplaced(f *itemFile, at string) {
	if f.Type == "" {
		return // told
	}
	for _, key := range []struct {
		name  string
		given bool
		types []ItemType
	}{
		{"scale", f.Scale != "", []ItemType{Scale, Matrix}},
		{"options", len(f.Options) > 0, []ItemType{Single, Multiple}},
		{"rows", len(f.Rows) > 0, []ItemType{Matrix}},
		{"min", f.Min != nil, []ItemType{Number}},
		{"max", f.Max != nil, []ItemType{Number}},
		{"decimals", f.Decimals != nil, []ItemType{Number}},
		{"unit", len(f.Unit) > 0, []ItemType{Number}},
		{"max_chars", f.MaxChars != nil, []ItemType{TextType}},
		{"lines", f.Lines != nil, []ItemType{TextType}},
	} {
		if key.given && isType(f.Type) && !slices.Contains(key.types, ItemType(f.Type)) {
			b.at(at+"."+key.name, fmt.Sprintf("an item of type %s has no %s", f.Type, key.name), "leave it out, or change the type")
		}
	}
}

func isType(itemType string) bool {
	_, ok := kinds[ItemType(itemType)]
	return ok || itemType == string(Matrix)
}
