package importer

import (
	"math"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// constrain has a question take what a condition on its own answer says, part by
// part, as its limits; what it can't take becomes a check of the page.
func (q *question) constrain(c *cond, message texts) {
	if c == nil {
		return
	}
	if q.kind == questionnaire.Note || q.unseen() {
		q.entry.note("left out: %s of what is not asked", c.what)
		return
	}
	if c.err != nil {
		q.rules = append(q.rules, rule{c, message})
		return
	}
	var left *node
	before := q.item.Pattern
	for _, part := range conjuncts(c.tree, nil) {
		if q.absorb(part) {
			continue
		}
		if left == nil {
			left = part
		} else {
			left = &node{op: "and", args: []*node{left, part}}
		}
	}
	switch {
	case left != nil:
		rest := *c
		rest.tree = left
		q.rules = append(q.rules, rule{&rest, message})
	case len(message) > 0 && q.item.Pattern == before:
		q.entry.note("left out: the message of the %s; limits have standard words", c.what)
	}
	if q.item.Pattern != before {
		q.item.Message = questionnaire.Text(message)
	}
}

func conjuncts(n *node, list []*node) []*node {
	if n.op == "and" {
		return conjuncts(n.args[1], conjuncts(n.args[0], list))
	}
	return append(list, n)
}

var turned = map[string]string{"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// absorb takes one condition as a limit of the item; false if it can't.
func (q *question) absorb(n *node) bool {
	switch n.op {
	case "=", "!=", "<", "<=", ">", ">=":
		op, l, r := n.op, n.args[0], n.args[1]
		if !q.isOwn(l) && !q.ofOwn(l) {
			op, l, r = turned[op], r, l
		}
		switch {
		case q.isOwn(l):
			return q.limit(op, r)
		case q.ofOwn(l):
			return q.size(l.text, op, r)
		}
	case "call":
		switch {
		case n.text == "regex" && len(n.args) == 2 && q.isOwn(n.args[0]) && n.args[1].op == "str":
			return q.form(n.args[1].text)
		case n.text == "match-regex" && len(n.args) == 2 && q.isOwn(n.args[1]) && n.args[0].op == "str":
			pattern, err := phpPattern(n.args[0].text)
			return err == nil && q.form(pattern)
		case n.text == "not" && len(n.args) == 1:
			return q.exclusive(n.args[0])
		}
	}
	return false
}

// isOwn reports whether a node is the question's own answer.
func (q *question) isOwn(n *node) bool {
	return n.op == "self" || n.op == "ref" && n.text == q.name && q.name != ""
}

// ofOwn reports whether a node is the length or the count of the own answer.
func (q *question) ofOwn(n *node) bool {
	return n.op == "call" && (n.text == "string-length" || n.text == "count-selected") && len(n.args) == 1 && q.isOwn(n.args[0])
}

func amountOf(n *node) (float64, bool) {
	switch {
	case n.op == "num":
		return n.num, true
	case n.op == "neg" && n.args[0].op == "num":
		return -n.args[0].num, true
	}
	return 0, false
}

// limit takes . >= 5 and the like.
func (q *question) limit(op string, r *node) bool {
	switch q.kind {
	case questionnaire.Integer, questionnaire.Decimal, questionnaire.Number:
		f, ok := amountOf(r)
		return ok && q.bound(op, f)
	case questionnaire.Date:
		return q.day(op, r)
	default:
		return false
	}
}

func (q *question) bound(op string, f float64) bool {
	if q.kind == questionnaire.Integer && f != math.Trunc(f) {
		if f = math.Floor(f); op == ">" || op == ">=" {
			op, f = ">=", f+1
		} else {
			op = "<="
		}
	}
	whole := q.kind == questionnaire.Integer
	switch {
	case math.Abs(f) > 1e12:
		return false
	case op == ">" && whole:
		op, f = ">=", f+1
	case op == "<" && whole:
		op, f = "<=", f-1
	}
	switch {
	case op == ">=" && (q.item.Max == nil || f <= *q.item.Max):
		return set(&q.item.Min, f)
	case op == "<=" && (q.item.Min == nil || f >= *q.item.Min):
		return set(&q.item.Max, f)
	}
	return false
}

// set fills what is still empty; false if it is not.
func set[T any](to **T, v T) bool {
	if *to != nil {
		return false
	}
	*to = &v
	return true
}

func (q *question) day(op string, r *node) bool {
	var day string
	switch {
	case r.op == "call" && r.text == "today" && len(r.args) == 0:
		day = "today"
	case r.op == "call" && r.text == "date" && len(r.args) == 1 && r.args[0].op == "str" && isDate.MatchString(r.args[0].text):
		day = isDate.FindStringSubmatch(r.args[0].text)[1]
	case r.op == "str" && isDate.MatchString(r.text):
		day = isDate.FindStringSubmatch(r.text)[1]
	default:
		return false
	}
	if day != "today" {
		if _, problem := logic.ParseValue("date('" + day + "')"); problem != nil || day < "1900-01-01" || day > "2199-12-31" {
			return false
		}
	}
	switch {
	case op == ">=" && q.item.Earliest == "" && (q.item.Latest == "" || day < q.item.Latest):
		q.item.Earliest = day
	case op == "<=" && q.item.Latest == "" && (q.item.Earliest == "" || day > q.item.Earliest):
		q.item.Latest = day
	default:
		return false
	}
	return true
}

// size takes string-length(.) <= 10 and count-selected(.) <= 3.
func (q *question) size(call, op string, r *node) bool {
	f, ok := amountOf(r)
	if !ok || f != math.Trunc(f) || f < 0 || f > 5000 {
		return false
	}
	n := int(f)
	switch op {
	case "<":
		op, n = "<=", n-1
	case ">":
		op, n = ">=", n+1
	}
	least, most, limit := &q.item.MinChars, &q.item.MaxChars, 5000
	if call == "count-selected" {
		if q.kind != questionnaire.Multiple {
			return false
		}
		least, most, limit = &q.item.MinChoices, &q.item.MaxChoices, min(maxSet, len(q.list.choices))
	} else if q.kind != questionnaire.TextType && q.kind != questionnaire.LongText {
		return false
	}
	switch {
	case n < 1 || n > limit:
		return op == ">=" && n < 1
	case op == ">=" && (*most == nil || n <= **most):
		return set(least, n)
	case op == "<=" && (*least == nil || n >= **least):
		return set(most, n)
	case op == "=" && *least == nil && *most == nil:
		return set(least, n) && set(most, n)
	}
	return false
}

// form takes a pattern of the whole text.
func (q *question) form(pattern string) bool {
	if q.kind != questionnaire.TextType && q.kind != questionnaire.LongText || q.item.Pattern != "" {
		return false
	}
	if _, problem := logic.CompilePattern(pattern); problem != nil {
		return false
	}
	q.item.Pattern = pattern
	return true
}

// exclusive takes not(selected(., 'none') and count-selected(.) > 1).
func (q *question) exclusive(n *node) bool {
	if q.kind != questionnaire.Multiple || n.op != "and" {
		return false
	}
	sel, count := n.args[0], n.args[1]
	if sel.op != "call" {
		sel, count = count, sel
	}
	if sel.op != "call" || sel.text != "selected" || len(sel.args) != 2 || !q.isOwn(sel.args[0]) {
		return false
	}
	more, _ := amountOf(orNone(lastArg(count)))
	if len(count.args) != 2 || !q.ofOwn(count.args[0]) || count.args[0].text != "count-selected" || !(count.op == ">" && more == 1 || count.op == ">=" && more == 2) {
		return false
	}
	name, ok := literalText(sel.args[1])
	if !ok {
		return false
	}
	for i := range q.list.choices {
		if q.list.choices[i].name == name {
			q.alone()
			q.list.choices[i].exclusive = true
			return true
		}
	}
	return false
}

func lastArg(n *node) *node {
	if len(n.args) == 0 {
		return nil
	}
	return n.args[len(n.args)-1]
}
