package questionnaire

import (
	"fmt"
	"slices"

	"hailong/internal/logic"
	"hailong/internal/yamlfile"
)

// rule is a condition or a calculation with what is needed to speak of it.
type rule struct {
	*logic.Expr
	words string                          // what it is called
	place func(column int) yamlfile.Place // in the file
	// mayRead tells why the rule may not read what an id stands for.
	mayRead func(id string, to *asked) (message, cure string)
}

// tellRule tells a problem where it is in the rule's text.
func (b *builder) tellRule(r *rule, p logic.Problem) {
	b.Tell(r.place(p.Column), "in the "+r.words+": "+p.Message, p.Cure)
}

// rule reads the condition, or with another parser the calculation, at a path;
// nil when there is none, or none that can be read.
func (b *builder) rule(src, at, words string, parse func(string) (*logic.Expr, *logic.SyntaxError)) *rule {
	if src == "" {
		return nil
	}
	r := &rule{words: words, place: b.Spread(b.Place(at), src)}
	expr, problem := parse(src)
	if problem != nil {
		b.tellRule(r, *problem)
		return nil
	}
	r.Expr = expr
	return r
}

func (b *builder) condition(src, at string) *rule { return b.rule(src, at, "condition", logic.Parse) }

// told says whether a rule has mistakes; it checks what the rule reads.
func (b *builder) told(r *rule) bool {
	told := false
	for _, name := range r.Names() {
		if message, cure := b.mayName(r, name.ID); message != "" {
			b.tellRule(r, logic.Problem{Column: name.Column, Message: message, Cure: cure})
			told = true
		}
	}
	problems := r.Check(b.understood)
	for _, problem := range problems {
		b.tellRule(r, problem)
	}
	return told || len(problems) > 0
}

func (b *builder) mayName(r *rule, id string) (message, cure string) {
	if slices.Contains(contextNames, id) {
		return "", ""
	}
	to, ok := b.asked[id]
	if !ok {
		return fmt.Sprintf("there is no item %q", id), b.Suggest(id, b.ids)
	}
	if message, cure = noVariable(id, to); message != "" {
		return message, cure
	}
	return r.mayRead(id, to)
}

// noVariable tells that an id stands for no answer.
func noVariable(id string, to *asked) (message, cure string) {
	switch {
	case !to.whole:
		return "", ""
	case to.item.Type == Matrix:
		return fmt.Sprintf("%q is a matrix", id), "use the id of one of its rows"
	case to.item.Type == Ranking:
		return fmt.Sprintf("%q is a ranking", id), fmt.Sprintf("use the id of one of its ranks, such as %s, which holds the option put first", RankID(id, 1))
	}
	return fmt.Sprintf("%q is a note, which nobody answers", id), "use an item with an answer"
}

// understood returns what a rule may know of an item: of one with mistakes
// nothing, so that they are not told twice.
func (b *builder) understood(id string) (logic.Item, bool) {
	if slices.Contains(contextNames, id) {
		return b.context(id), true
	}
	to, ok := b.asked[id]
	if !ok || to.whole {
		return logic.Item{}, true
	}
	if to.item.Type == Calculated {
		return describe(to), true // changes when its calculation was read
	}
	known, ok := b.described[id]
	if !ok {
		known = describe(to)
		b.described[id] = known
	}
	return known, true
}

// describe tells a rule what kind of answer an id stands for.
func describe(to *asked) logic.Item {
	if to.part == OfOther {
		return logic.Item{Kind: logic.Text}
	}
	d := logic.Item{}
	switch kind, _ := kindOf(to.item); kind {
	case OneOf, SetOf:
		if d.Kind = logic.Code; kind == SetOf {
			d.Kind = logic.Set
		}
		if len(to.item.Options) == 0 {
			return logic.Item{}
		}
		d.Options = make(map[string]*float64, len(to.item.Options))
		for _, o := range to.item.Options {
			d.Options[o.Code] = o.Value
		}
	case Amount:
		d.Kind = logic.Number
	case Words:
		d.Kind = logic.Text
	case Days, Months:
		d.Kind = logic.Date
	}
	if to.item.Type == Calculated && to.item.Result == "" {
		d.Kind = logic.Missing // with a mistake, or behind what reads it
	}
	return d
}

// itemRules are the rules of one item of the file, nil where there is none.
type itemRules struct {
	item             *Item
	show, must, work *rule
}

// conditions checks the rules of items and puts them into canonical form. They
// may read what stands before the item: a browser shows and hides the items of a
// page while they are answered, and no rule can depend on itself.
func (b *builder) conditions() {
	list := b.rulesOfItems()
	arrows := make([][]int, len(list))
	for node, rules := range list {
		for _, r := range []*rule{rules.show, rules.must, rules.work} {
			arrows[node] = append(arrows[node], b.nodesOf(r)...)
		}
	}
	knot, node := knots(arrows), 0
	for p := range b.file.Pages {
		f := &b.file.Pages[p]
		page := b.condition(f.ShowIf, fmt.Sprintf("pages[%d].show_if", p))
		if page != nil {
			page.mayRead = b.beforePage(p, node)
			if b.told(page) || !b.reachable(page) {
				page = nil
			}
		}
		for i := range f.Items {
			b.itemRules(&list[node], &f.Items[i], page, b.before(p, node, list[node].item, knot))
			node++
		}
	}
}

// rulesOfItems reads the rules of all items.
func (b *builder) rulesOfItems() []itemRules {
	var list []itemRules
	for p := range b.file.Pages {
		page, within := b.pageOf[p].first, 0
		for i := range b.file.Pages[p].Items {
			for within == len(b.q.Pages[page].Items) {
				page, within = page+1, 0
			}
			f, at := &b.file.Pages[p].Items[i], fmt.Sprintf("pages[%d].items[%d]", p, i)
			list = append(list, itemRules{
				item: &b.q.Pages[page].Items[within],
				show: b.condition(f.ShowIf, at+".show_if"),
				must: b.condition(f.RequiredIf, at+".required_if"),
				work: b.rule(f.Calculate, at+".calculate", "calculation", logic.ParseValue),
			})
			within++
		}
	}
	return list
}

// nodesOf lists the items that a rule reads.
func (b *builder) nodesOf(r *rule) []int {
	if r == nil {
		return nil
	}
	var nodes []int
	for _, name := range r.Names() {
		if to, ok := b.asked[name.ID]; ok {
			nodes = append(nodes, to.node)
		}
	}
	return nodes
}

type mayRead = func(id string, to *asked) (message, cure string)

// beforePage lets the condition of a page read what stands before it.
func (b *builder) beforePage(page, node int) mayRead {
	f := &b.file.Pages[page]
	return func(id string, to *asked) (message, cure string) {
		switch {
		case to.node >= node && to.node < node+len(f.Items):
			return fmt.Sprintf("cyclic: the page %q depends on its own item %q", f.ID, id), "use an item of an earlier page"
		case to.node >= node:
			return fmt.Sprintf("%q is asked later", id), "move it to an earlier page, or this page behind it"
		}
		return notAgain(id, to, f.Repeat != "")
	}
}

// before lets the rules of an item read what stands before it.
func (b *builder) before(page, node int, it *Item, knot []int) mayRead {
	f := &b.file.Pages[page]
	return func(id string, to *asked) (message, cure string) {
		switch {
		case to.node == node:
			return fmt.Sprintf("cyclic: %q depends on itself", it.ID), "use an item that stands before it"
		case to.node > node && knot[to.node] == knot[node]:
			return fmt.Sprintf("cyclic: %q and %q depend on each other", it.ID, id), "use an item that stands before it"
		case to.node > node:
			return fmt.Sprintf("%q is asked later", id), "move it before this item, or this item behind it"
		case b.pageOf[page].first <= to.page && orderOf(f.Order) != Fixed && !f.OnePerPage:
			return fmt.Sprintf("%q may come later, because the order of the page is %s", id, f.Order), "move it to an earlier page, or leave out the page's order"
		}
		return notAgain(id, to, f.Repeat != "")
	}
}

func notAgain(id string, to *asked, again bool) (message, cure string) {
	if to.again && !again {
		return fmt.Sprintf("%q is asked once for each chosen agency", id), "read it on the pages that repeat"
	}
	return "", ""
}

// itemRules checks the rules of an item and gives them to it.
func (b *builder) itemRules(rules *itemRules, f *FileItem, page *rule, may mayRead) {
	it := rules.item
	for _, r := range []*rule{rules.show, rules.must} {
		if r == nil {
			continue
		}
		r.mayRead = may
		if b.told(r) || !b.reachable(r) {
			continue
		}
		if r == rules.must {
			it.RequiredIf = r.String()
		} else {
			it.ShowIf = r.String()
		}
	}
	if page != nil {
		b.both(it, page, rules.show)
	}
	if r := rules.work; r != nil {
		r.mayRead = may
		b.calculation(it, f, r)
	}
}

// both makes an item's condition of its page's and its own.
func (b *builder) both(it *Item, page, own *rule) {
	if it.ShowIf == "" {
		it.ShowIf = page.String()
		return
	}
	expr, problem := logic.Parse("(" + page.String() + ") and (" + it.ShowIf + ")")
	if problem != nil {
		b.Tell(own.place(1), "in the condition, together with the page's: "+problem.Message, "shorten one of the two")
		return
	}
	it.ShowIf = expr.String()
	b.reachable(&rule{Expr: expr, words: "condition, together with the page's", place: own.place})
}

// calculation gives an item its calculation, and what follows from its kind.
func (b *builder) calculation(it *Item, f *FileItem, r *rule) {
	if it.Type != Calculated || b.told(r) {
		return
	}
	it.Calculate = r.String()
	problem := logic.Problem{Column: 1}
	switch r.Kind(b.understood) {
	case logic.Text, logic.Code:
		it.Result = "text"
	case logic.Date:
		it.Result = "date"
	default:
		it.Result, it.Decimals = "number", given(f.Decimals, amountDecimals)
	}
	if it.Result == "text" || it.Result == "date" {
		for _, id := range reads(condition{r.Expr}) {
			if to, ok := b.asked[id]; ok && to.item.Personal != nil {
				problem.Message, problem.Cure = fmt.Sprintf("%q is personal, and would be kept with the other answers", id), "calculate a number of it, such as age(…), or nothing"
			}
		}
		if f.Decimals != nil || len(f.Unit) > 0 {
			problem.Message, problem.Cure = "the value is a "+it.Result+", which has no decimals and no unit", "leave them out"
		}
	}
	if problem.Message != "" {
		b.tellRule(r, problem)
	}
}
