package logic

import (
	"maps"
	"math"
	"slices"
	"strings"

	"hailong/internal/errs"
)

// call reads a function with its arguments.
func (p *parser) call() *node {
	p.enter()
	defer p.leave()
	n := &node{op: p.token.text, column: p.token.column}
	f, ok := functions[n.op]
	if !ok && !isSpecial(n.op) {
		p.fail("there is no function %q", suggest(n.op), n.op)
		return n
	}
	p.next()
	p.expect("(")
	switch n.op {
	case opSelected:
		n.truth = true
		n.args = []*node{p.item()}
		p.expect(",")
		n.args = append(n.args, p.quote("a code in quotes is needed here", "write selected(item, 'code')"))
	case opAnswered:
		n.truth = true
		n.args = []*node{p.item()}
	case opCount:
		n.args = []*node{p.item()}
		for p.take(",") {
			n.args = append(n.args, p.item())
		}
	case opDate:
		p.date(n)
		return n
	case today:
		n.op, n.text = opItem, today
		p.expect(")")
		return n
	case opIf:
		p.choice(n)
	default:
		p.arguments(n, f)
	}
	p.expect(")")
	return p.part(n)
}

// isSpecial tells the functions that are not called with values only.
func isSpecial(name string) bool {
	return isCall(name) || name == opIf || name == opDate || name == today
}

// item reads the id of an item.
func (p *parser) item() *node {
	n := &node{op: opItem, text: p.token.text, column: p.token.column}
	if p.token.kind != wordToken || p.token.called || reserved[p.token.text] {
		p.fail("the id of an item is needed here", "write the id without quotes")
		return n
	}
	p.next()
	return n
}

// quote reads a text in quotes.
func (p *parser) quote(message, cure string) *node {
	if p.token.kind != textToken {
		p.fail(message, cure)
		return &node{op: opText}
	}
	return p.primary()
}

// date reads the rest of date('2026-03-31').
func (p *parser) date(n *node) {
	const cure = "write it as date('2026-03-31')"
	text := p.quote("a date in quotes is needed here", cure)
	p.expect(")")
	days, ok := parseDay(text.text)
	if !ok && p.problem == nil {
		p.failAt(text.column, "%q is not a date", cure, text.text)
	}
	n.text, n.number = text.text, days
}

// choice reads the arguments of if(condition, a, b).
func (p *parser) choice(n *node) {
	n.args = []*node{p.condition(p.or())}
	p.expect(",")
	n.args = append(n.args, p.or())
	p.expect(",")
	n.args = append(n.args, p.or())
	if p.problem != nil {
		return
	}
	a, b := n.args[1], n.args[2]
	if a.truth != b.truth {
		p.failAt(b.begin(), "one branch of the if is a condition, the other a value", "make both values, or both conditions")
	}
	n.truth, n.words = a.truth, a.textual() || b.textual()
}

// arguments reads the arguments of a function of values.
func (p *parser) arguments(n *node, f function) {
	for !p.is(")") {
		n.args = append(n.args, p.value(p.or()))
		if !p.take(",") {
			break
		}
	}
	if p.problem != nil {
		return
	}
	if len(n.args) < f.least || len(n.args) > len(f.params) && !f.endless {
		p.failAt(n.column, "%s doesn't take %d %s", "write "+f.usage, n.op, len(n.args), plural(len(n.args), "value"))
		return
	}
	n.truth = f.truth
	switch n.op {
	case opCoalesce:
		n.words = slices.ContainsFunc(n.args, (*node).textual)
	case opMatches:
		p.pattern(n)
	case opRound:
		if len(n.args) == 2 && !isDigits(n.args[1]) {
			p.failAt(n.args[1].begin(), "the number of decimals is a whole number from 0 to %d", "write for example round(x, 2)", maxDigits)
		}
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func isDigits(n *node) bool {
	return n.op == opNumber && n.number >= 0 && n.number <= maxDigits && n.number == math.Trunc(n.number)
}

// pattern compiles the pattern of matches, and tells its problems where they are.
func (p *parser) pattern(n *node) {
	literal := n.args[1]
	if literal.op != opText {
		p.failAt(literal.begin(), "the pattern is a text in quotes", "write it out: matches(item, '[0-9]{5}')")
		return
	}
	pattern, problem := CompilePattern(literal.text)
	if problem != nil {
		p.failAt(literal.column+problem.Column, "%s", problem.Cure, "in the pattern: "+problem.Message)
		return
	}
	n.pattern = pattern
}

// elsewhere are functions by the names they have in other languages.
var elsewhere = map[string]string{
	"string_length": "length(text)", "len": "length(text)", "size": "length(text), or count(item)",
	"regex": "matches(text, 'pattern')", "regexp": "matches(text, 'pattern')", "match": "matches(text, 'pattern')", "like": "contains(text, 'part')",
	"iif": "if(condition, a, b)", "case": "if(condition, a, b)", "avg": "mean(a, b)", "average": "mean(a, b)",
	"floor": "int(number)", "trunc": "int(number)", "number": "the item alone", "string": "concat(item)", "str": "concat(item)",
	"now": "today", "empty": "not answered(item)", "isnull": "not answered(item)", "ifnull": "coalesce(a, b)", "once": "the value alone",
	"startswith": "starts_with(text, 'beginning')", "includes": "contains(text, 'part')", "total": "sum(a, b)", "add": "sum(a, b)",
}

// Functions lists the words that are functions before "(", in alphabetical order.
func Functions() []string {
	known := append(slices.Collect(maps.Keys(functions)), opSelected, opAnswered, opCount, opIf, opDate, today)
	slices.Sort(known)
	return known
}

// suggest says what to write for a function that does not exist.
func suggest(name string) string {
	if there, ok := elsewhere[strings.ToLower(name)]; ok {
		return "write " + there
	}
	known := Functions()
	best, distance := "", min(len(name), 2+len(name)/4)
	for _, k := range known {
		if len(name) > 2*len(k) {
			continue
		}
		if d := errs.Edits(strings.ToLower(name), k); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return "did you mean " + best + "(…)?"
	}
	return "there are " + strings.Join(known, ", ")
}
