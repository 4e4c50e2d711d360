package questionnaire

import "fmt"

// pages makes the pages with their items. False means that there are too many
// of them to look at what refers to them.
func (b *builder) pages() bool {
	unique(b, b.file.Pages, "pages", "page", "id", func(p FilePage) string { return p.ID })
	variables := 0
	for i := range b.file.Pages {
		p, at := &b.file.Pages[i], fmt.Sprintf("pages[%d]", i)
		first := len(b.q.Pages)
		sc := scope{page: first, again: p.Repeat != ""}
		title, note := b.piped(p.Title, at+".title", sc), b.piped(p.Note, at+".note", sc)
		if p.OnePerPage && orderOf(p.Order) != Fixed {
			b.At(at+".order", "a page of one item has no order", "leave order out, or one_per_page")
		}
		j := 0
		for n, size := range split(p) {
			page := Page{ID: p.ID, Title: title, Items: make([]Item, size), Order: orderOf(p.Order), Repeat: p.Repeat}
			if n == 0 {
				page.Note = note
			}
			if p.OnePerPage {
				page.ID, page.Order = fmt.Sprintf("%s_%d", p.ID, n+1), Fixed
			}
			for k := range page.Items {
				path := fmt.Sprintf("%s.items[%d]", at, j)
				b.item(&page.Items[k], &p.Items[j], path, asked{page: len(b.q.Pages), node: b.nodes, again: p.Repeat != ""})
				b.nodes++
				j++
				if variables += max(1, parts(&page.Items[k])); variables > maxVariables {
					b.At(path, fmt.Sprintf("the questionnaire has more than %d variables", maxVariables), "split it into several surveys")
					return false
				}
			}
			b.q.Pages = append(b.q.Pages, page)
		}
		b.pageOf = append(b.pageOf, span{first, len(b.q.Pages) - 1})
	}
	b.pageIDs()
	return true
}

// split says how many items each of the pages takes that a page of the file
// becomes: all, or one each. What is never shown stays with the item before it.
func split(p *FilePage) []int {
	if !p.OnePerPage {
		return []int{len(p.Items)}
	}
	sizes, shown := []int{0}, false
	for i := range p.Items {
		seen := !neverShown(ItemType(p.Items[i].Type))
		if seen && shown {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
		shown = shown || seen
	}
	return sizes
}

// neverShown reports whether items of a type are not seen by respondents.
func neverShown(t ItemType) bool { return t == Hidden || t == Calculated }

// parts counts the variables of an item.
func parts(it *Item) int {
	n := 1
	switch it.Type {
	case Matrix:
		n = len(it.Rows)
	case Ranking:
		n = it.Ranks
	case Note:
		n = 0
	default:
	}
	if otherOf(it.Options) >= 0 {
		n++
	}
	return n
}

// otherOf returns the index of the option that asks for a text, -1 without one.
func otherOf(options []Option) int {
	for i := range options {
		if options[i].Other {
			return i
		}
	}
	return -1
}

// pageIDs tells ids that one_per_page makes and another page has.
func (b *builder) pageIDs() {
	owner := map[string]int{} // page of the file by id
	for i := range b.file.Pages {
		if !b.file.Pages[i].OnePerPage {
			owner[b.file.Pages[i].ID] = i
		}
	}
	for i, s := range b.pageOf {
		if !b.file.Pages[i].OnePerPage {
			continue
		}
		for p := s.first; p <= s.last; p++ {
			id := b.q.Pages[p].ID
			if other, twice := owner[id]; twice && other != i && b.file.Pages[other].ID != b.file.Pages[i].ID {
				b.At(fmt.Sprintf("pages[%d].id", i), fmt.Sprintf("the page id %q, which one_per_page makes, is taken by the page on line %d", id, b.line(fmt.Sprintf("pages[%d].id", other))), "give one of the two pages another id")
				break
			}
			owner[id] = i
		}
	}
}

// piped is a text into which earlier answers may be put.
func (b *builder) piped(t Text, at string, sc scope) Text {
	b.scopes[at] = sc
	return b.text(t, at)
}

// repeats checks the pages that are asked once per agency: that the item in
// which the agencies are chosen is there, and is the only one.
func (b *builder) repeats() {
	var choices []string // items in which several agencies are chosen
	for _, id := range b.ids {
		if it := b.asked[id].item; it.Type == AgencyType && it.MaxChoices > 1 {
			choices = append(choices, id)
		}
	}
	first, last := "", -1
	used := map[string]bool{}
	for i := range b.file.Pages {
		p, at := &b.file.Pages[i], fmt.Sprintf("pages[%d].repeat", i)
		if p.Repeat == "" {
			continue
		}
		used[p.Repeat] = true
		switch good := b.repeat(p.Repeat, at, b.pageOf[i].first, choices); {
		case !good:
		case first == "":
			first = p.Repeat
		case p.Repeat != first:
			b.At(at, fmt.Sprintf("this page repeats for %q, an earlier one for %q", p.Repeat, first), "repeat all pages for one item")
		case last != i-1:
			b.At(at, "pages that repeat must follow each other", "move the pages between them before or behind them")
		}
		last = i
	}
	for n, id := range choices {
		as := b.asked[id]
		switch {
		case n > 0:
			b.At(as.at, fmt.Sprintf("several agencies are chosen in %q already", choices[0]), "keep one such item, or leave max_choices out")
		case !used[id]:
			b.At(as.at, fmt.Sprintf("no page repeats for the agencies chosen in %q", id), "add repeat: "+id+" to a later page, or leave max_choices out")
		}
	}
}

// repeat checks what one page that repeats names.
func (b *builder) repeat(id, at string, page int, choices []string) bool {
	to, ok := b.asked[id]
	switch {
	case !ok:
		b.At(at, fmt.Sprintf("there is no item %q", id), b.Suggest(id, choices))
	case to.item.Type != AgencyType:
		b.At(at, fmt.Sprintf("%q is no item of type agency", id), "name the item in which the agencies are chosen")
	case to.item.MaxChoices <= 1:
		b.At(at, fmt.Sprintf("only one agency can be chosen in %q", id), "give it max_choices: above 1")
	case to.page >= page:
		b.At(at, fmt.Sprintf("%q is asked on the same or a later page", id), "move it to an earlier page")
	case to.again:
		b.At(at, fmt.Sprintf("%q is itself asked once per agency", id), "leave repeat out of its page")
	default:
		return true
	}
	return false
}
