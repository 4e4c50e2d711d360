package questionnaire

import (
	"fmt"

	"hailong/internal/logic"
)

// shownIf is a condition with what is needed to speak of it.
type shownIf struct {
	*logic.Expr
	item  *Item
	page  int
	node  int
	place func(column int) place // in the file
}

// conditions checks what items are shown for. A condition may read items of
// earlier pages only: without JavaScript the page is made before its items are
// answered, and no condition can depend on itself.
func (b *builder) conditions() {
	var list []shownIf
	node := -1
	for p := range b.file.Pages {
		for i := range b.file.Pages[p].Items {
			node++
			src := b.file.Pages[p].Items[i].ShowIf
			if src == "" {
				continue
			}
			c := shownIf{item: &b.q.Pages[p].Items[i], page: p, node: node}
			c.place = b.spread(b.places[fmt.Sprintf("pages[%d].items[%d].show_if", p, i)], src)
			expr, problem := logic.Parse(src)
			if problem != nil {
				b.condition(c, *problem)
				continue
			}
			c.Expr, c.item.ShowIf = expr, expr.String()
			list = append(list, c)
		}
	}
	arrows := make([][]int, node+1)
	for _, c := range list {
		for _, name := range c.Names() {
			if to, ok := b.asked[name.ID]; ok {
				arrows[c.node] = append(arrows[c.node], to.node)
			}
		}
	}
	knot := knots(arrows)
	for _, c := range list {
		b.reads(c, knot)
	}
}

// condition tells a problem where it is in the condition's text.
func (b *builder) condition(c shownIf, problem logic.Problem) {
	b.tell(c.place(problem.Column), "in the condition: "+problem.Message, problem.Cure)
}

// reads checks what a condition reads: that it is there, earlier, and can be
// compared as it is.
func (b *builder) reads(c shownIf, knot []int) {
	understood := map[string]logic.Item{}
	for _, name := range c.Names() {
		problem := logic.Problem{Column: name.Column}
		to, ok := b.asked[name.ID]
		switch {
		case !ok:
			problem.Message, problem.Cure = fmt.Sprintf("there is no item %q", name.ID), b.suggest(name.ID, b.ids)
		case to.item.Type == Matrix && !to.row:
			problem.Message, problem.Cure = fmt.Sprintf("%q is a matrix", name.ID), "use the id of one of its rows"
		case to.page >= c.page && to.node == c.node:
			problem.Message, problem.Cure = fmt.Sprintf("cyclic: %q is shown depending on itself", c.item.ID), "use an item of an earlier page"
		case to.page >= c.page && knot[to.node] == knot[c.node]:
			problem.Message, problem.Cure = fmt.Sprintf("cyclic: %q and %q are shown depending on each other", c.item.ID, name.ID), "use an item of an earlier page"
		case to.page >= c.page:
			problem.Message, problem.Cure = fmt.Sprintf("%q is asked on the same or a later page", name.ID), "move it to an earlier page, or this item to a later one"
		}
		if problem.Message != "" {
			b.condition(c, problem)
		}
		if ok {
			understood[name.ID] = describe(to.item)
		}
	}
	for _, problem := range c.Check(func(id string) (logic.Item, bool) { return understood[id], true }) {
		b.condition(c, problem)
	}
}

// describe tells a condition what it may know of an item: of one with mistakes
// nothing, so that they are not told twice.
func describe(it *Item) logic.Item {
	d := logic.Item{Options: map[string]*float64{}}
	for _, o := range it.Options {
		d.Options[o.Code] = o.Value
	}
	switch it.Type {
	case Scale, Single, Matrix:
		d.Kind = logic.Code
	case Multiple:
		d.Kind = logic.Set
	case Number:
		return logic.Item{Kind: logic.Number}
	case TextType:
		return logic.Item{Kind: logic.Text}
	}
	if len(it.Options) == 0 {
		d.Kind = logic.Missing
	}
	return d
}

// knots numbers the nodes of a graph so that two have the same number if, and
// only if, each can be reached from the other (Tarjan's algorithm, with a stack
// of its own instead of recursion). It takes O(nodes + arrows).
func knots(arrows [][]int) []int {
	const unseen = 0
	var (
		knot    = make([]int, len(arrows))
		order   = make([]int, len(arrows)) // in which nodes were seen, from 1
		low     = make([]int, len(arrows)) // the earliest node that can be reached
		next    = make([]int, len(arrows)) // arrow to follow
		open    []int                      // nodes whose knot is not known yet
		path    []int
		seen, n int
	)
	enter := func(v int) {
		seen++
		order[v], low[v] = seen, seen
		open, path = append(open, v), append(path, v)
	}
	leave := func(v int) {
		path = path[:len(path)-1]
		if len(path) > 0 {
			up := path[len(path)-1]
			low[up] = min(low[up], low[v])
		}
		if low[v] != order[v] {
			return
		}
		n++
		for last := -1; last != v; {
			last = open[len(open)-1]
			open = open[:len(open)-1]
			knot[last] = n
		}
	}
	for root := range arrows {
		if order[root] == unseen {
			enter(root)
		}
		for len(path) > 0 {
			v := path[len(path)-1]
			if next[v] == len(arrows[v]) {
				leave(v)
				continue
			}
			to := arrows[v][next[v]]
			next[v]++
			if order[to] == unseen {
				enter(to)
			} else if knot[to] == 0 {
				low[v] = min(low[v], order[to])
			}
		}
	}
	return knot
}
