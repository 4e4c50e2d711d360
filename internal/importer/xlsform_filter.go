package importer

// maxFiltered is how many options are looked at by all filters together.
const maxFiltered = 500_000

// filter keeps the options that a choice_filter of columns and literals lets
// through. One that reads answers can't be said: all options are offered.
func (x *xlsform) filter(q *question, n *rowNode, t *table) {
	src := n.row.get("choice_filter")
	c := newCond("choice_filter", src, xpath())
	if c == nil {
		return
	}
	if c.err != nil {
		n.entry.warn("choice_filter is left out, all %d options are offered: %s (%s)", len(q.list.choices), c.err, clip(src, 100))
		return
	}
	if len(c.tree.refs()) > 0 {
		n.entry.warn("choice_filter is left out, all %d options are offered: options can't depend on answers; make one question of each group of options, with show_if (%s)", len(q.list.choices), clip(src, 100))
		return
	}
	keep := map[string]bool{}
	if x.filtered += len(t.lists[q.list.name]); x.filtered > maxFiltered {
		n.entry.warn("choice_filter is left out, all %d options are offered: the file has too many filters", len(q.list.choices))
		return
	}
	for _, r := range t.lists[q.list.name] {
		pass, ok := passes(c.tree, r)
		if !ok {
			n.entry.warn("choice_filter is left out, all %d options are offered: it is not understood (%s)", len(q.list.choices), clip(src, 100))
			return
		}
		if pass {
			keep[r.get("name")] = true
		}
	}
	q.list = x.derived(q.list, src, func(l *list) {
		all := l.choices
		l.choices = nil
		for _, c := range all {
			if keep[c.name] {
				l.choices = append(l.choices, c)
			}
		}
	})
}

// passes evaluates a filter for a row of the sheet choices.
func passes(n *node, r *tableRow) (pass, ok bool) {
	switch n.op {
	case "and", "or":
		l, lok := passes(n.args[0], r)
		right, rok := passes(n.args[1], r)
		if n.op == "and" {
			return l && right, lok && rok
		}
		return l || right, lok && rok
	case "=", "!=":
		l, lok := cellText(n.args[0], r)
		right, rok := cellText(n.args[1], r)
		return (l == right) == (n.op == "="), lok && rok
	case "call":
		if n.text == "not" && len(n.args) == 1 {
			pass, ok := passes(n.args[0], r)
			return !pass, ok
		}
		return constant(n)
	case "bool":
		return n.text == "true", true
	}
	return false, false
}

// cellText is a literal, a column, or a word that is neither and stands for itself.
func cellText(n *node, r *tableRow) (string, bool) {
	if n.op == "name" {
		if r.has(n.text) {
			return r.get(n.text), true
		}
		return n.text, true
	}
	return literalText(n)
}
