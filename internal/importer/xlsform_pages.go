package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// place is where rows stand: in which groups, and in which repetition.
type place struct {
	scope *scope
	when  []*cond // of the groups around
	title texts
	name  string
}

// maxCopies is how often a repeat with a fixed count is written out.
const maxCopies = 10

// lay makes pages of rows: a group is a page, and so is every run of questions
// between groups, which may be spread over several.
func (x *xlsform) lay(nodes []*rowNode, in place) []*page {
	var pages []*page
	var run *page
	for _, n := range nodes {
		switch n.typ.kind {
		case groupRow:
			pages, run = append(pages, x.group(n, in)...), nil
		case repeatRow:
			pages, run = append(pages, x.repeat(n, in)...), nil
		default:
			q := x.question(n, in.scope)
			if q == nil {
				continue
			}
			if run == nil {
				run = &page{name: in.name, title: in.title, when: in.when, loose: true}
				pages = append(pages, run)
			}
			run.questions = append(run.questions, q)
		}
	}
	return merged(pages)
}

// merged moves what is never shown from pages of its own to the page before,
// or to the one behind.
func merged(pages []*page) []*page {
	var list []*page
	for _, p := range pages {
		hidden := !slices.ContainsFunc(p.questions, func(q *question) bool { return !q.unseen() })
		before := len(list) > 0 && !slices.ContainsFunc(list[len(list)-1].questions, func(q *question) bool { return !q.unseen() })
		switch {
		case len(p.questions) == 0:
		case len(list) > 0 && hidden:
			list[len(list)-1].join(p, false)
		case before:
			p.join(list[len(list)-1], true)
			list[len(list)-1] = p
		default:
			list = append(list, p)
		}
	}
	return list
}

// join adds the questions of another page. Where the two are shown by different
// conditions, these go to the questions.
func (p *page) join(o *page, first bool) {
	if !slices.Equal(p.when, o.when) {
		p.demote()
		o.demote()
	}
	if first {
		p.questions = append(o.questions, p.questions...)
	} else {
		p.questions = append(p.questions, o.questions...)
	}
}

// demote has every question say the conditions of its page.
func (p *page) demote() {
	for _, q := range p.questions {
		q.when = append(slices.Clone(p.when), q.when...)
	}
	p.when = nil
}

func (n *rowNode) appearance() string { return " " + strings.ToLower(n.row.get("appearance")) + " " }

func (n *rowNode) looks(word string) bool { return strings.Contains(n.appearance(), " "+word+" ") }

// size counts the questions of a group, with a large number for what must not be
// shown on one page.
func (n *rowNode) size() int {
	size := 0
	for _, c := range n.children {
		switch c.typ.kind {
		case groupRow:
			size += c.size()
		case repeatRow:
			size += 1000
		default:
			size++
		}
	}
	return size
}

// inside returns the place of what stands in a group.
func (x *xlsform) inside(n *rowNode, in place) place {
	if c := newCond("relevant", n.row.get("relevant"), xpath()); c != nil {
		in.when = append(slices.Clone(in.when), c)
	}
	in.name = n.row.get("name")
	if title := n.row.texts("label", x.tags, x.label); len(title) > 0 {
		in.title = title
	}
	return in
}

func (x *xlsform) group(n *rowNode, in place) []*page {
	in = x.inside(n, in)
	together := n.looks("field-list") || n.looks("table-list")
	if hint := n.row.get("hint"); hint != "" {
		n.entry.note("left out: hint of a group")
	}
	var pages []*page
	if together || n.size() <= looseItems {
		p := &page{entry: n.entry, name: in.name, title: in.title, when: in.when, loose: !together}
		p.questions = x.flat(n, place{scope: in.scope})
		pages = []*page{p}
	} else {
		pages = x.lay(n.children, in)
		for _, p := range pages {
			if p.entry == nil {
				p.entry = n.entry
				break
			}
		}
	}
	x.leftovers(n)
	if len(pages) == 0 || len(pages[0].questions) == 0 {
		n.entry.note("nothing in it was imported")
		return nil
	}
	return pages
}

// flat makes the questions of a group that is one page. The title of a group
// inside it becomes a note, its relevance that of its questions.
func (x *xlsform) flat(n *rowNode, in place) []*question {
	if questions := x.matrix(n, in); questions != nil {
		return questions
	}
	var questions []*question
	for _, c := range n.children {
		switch c.typ.kind {
		case groupRow:
			inner := in
			if cond := newCond("relevant", c.row.get("relevant"), xpath()); cond != nil {
				inner.when = append(slices.Clone(in.when), cond)
			}
			if title := c.row.texts("label", x.tags, x.label); len(title) > 0 {
				questions = append(questions, x.heading(c, title, inner))
			}
			list := x.flat(c, inner)
			x.leftovers(c)
			questions = append(questions, list...)
		case repeatRow:
			for _, p := range x.repeat(c, in) {
				p.demote()
				questions = append(questions, p.questions...)
			}
		default:
			if q := x.question(c, in.scope); q != nil {
				q.when = append(slices.Clone(in.when), q.when...)
				questions = append(questions, q)
			}
		}
	}
	return questions
}

func (x *xlsform) heading(n *rowNode, title texts, in place) *question {
	n.entry.change("a group inside a page: its label is a note, its relevance that of its questions")
	bold := texts{}
	for lang, text := range title {
		bold[lang] = "**" + oneLine(text) + "**"
	}
	return &question{entry: n.entry, name: n.row.get("name") + "_title", kind: questionnaire.Note, text: bold, scope: in.scope, when: slices.Clone(in.when)}
}

var wholeNumber = regexp.MustCompile(`^\d{1,4}$`)

// repeat writes a repeat with a fixed count out; any other is asked once,
// because ours repeat for chosen agencies only.
func (x *xlsform) repeat(n *rowNode, in place) []*page {
	count := strings.Trim(n.row.get("repeat_count"), `"' `)
	copies := 1
	if wholeNumber.MatchString(count) {
		copies, _ = strconv.Atoi(count)
	}
	switch {
	case copies > 1 && copies <= maxCopies && copies*n.size() <= 200:
		n.entry.change("asked %d times, as questions of their own: pages repeat for chosen agencies only", copies)
	case copies == 0:
		n.entry.refuse("it is repeated 0 times")
		x.refuseAll(n, in.scope, "it stands in a repeat that is never asked")
		return nil
	default:
		n.entry.warn("asked only once instead of %s: pages repeat for chosen agencies only", repeated(count))
		copies = 1
	}
	if name := n.row.get("name"); name != "" {
		in.scope.name(name, &ref{why: "it is a repeat"})
	}
	in = x.inside(n, in)
	title := in.title
	var pages []*page
	for i := range copies {
		in.scope = newScope(in.scope)
		if copies > 1 {
			in.title = texts{}
			for lang, text := range title {
				in.title[lang] = fmt.Sprintf("%s (%d/%d)", text, i+1, copies)
			}
		}
		list := x.lay(n.children, in)
		if i == 0 && len(list) > 0 && list[0].entry == nil {
			list[0].entry = n.entry
		}
		pages = append(pages, list...)
		if copies == 1 { // what stands behind the repeat may read it
			for name, r := range in.scope.names {
				in.scope.around.name(name, r)
			}
		}
		in.scope = in.scope.around
	}
	x.leftovers(n)
	return pages
}

func repeated(count string) string {
	if count == "" {
		return "as often as wanted"
	}
	return clip(count, 60) + " times"
}

func (x *xlsform) refuseAll(n *rowNode, s *scope, why string) {
	for _, c := range n.children {
		c.entry.refuse("%s", why)
		if name := c.row.get("name"); name != "" {
			s.name(name, &ref{why: why})
		}
		x.refuseAll(c, s, why)
	}
}

// matrix makes a matrix of a group whose questions are all answered on one
// scale and shown as a table; nil if it is none. A question that only heads the
// table gives the matrix its text.
func (x *xlsform) matrix(n *rowNode, in place) []*question {
	head, body := x.tableRows(n)
	if len(body) < 2 || len(body) > 100 {
		return nil
	}
	l := x.list(x.choices, body[0].typ.list)
	if l == nil || len(l.choices) > maxOptions {
		return nil
	}
	q := &question{entry: n.entry, name: n.row.get("name"), kind: questionnaire.Matrix, list: l, scope: in.scope, when: in.when}
	q.text = n.row.texts("label", x.tags, x.label)
	q.item.Required, _ = required(body[0].row.get("required"))
	if head != nil {
		head.row.get("required")
		if text := head.row.texts("label", x.tags, x.label); len(text) > 0 {
			q.text = text
		}
		head.entry.ID = "" // the matrix has its words
		head.entry.change("it heads the table: its label is the text of the matrix")
		if name := head.row.get("name"); name != "" {
			in.scope.name(name, &ref{why: "it only heads a table"})
		}
		x.leftovers(head)
	}
	if q.name == "" {
		q.name = "matrix"
	}
	for _, c := range body {
		x.matrixRow(q, c, in.scope)
	}
	return []*question{q}
}

// tableRows returns the rows of a group that is shown as a table, and what heads
// it; no rows if it is none.
func (x *xlsform) tableRows(n *rowNode) (head *rowNode, body []*rowNode) {
	table := n.looks("table-list")
	for _, c := range n.children {
		switch {
		case c.typ.kind != selectRow || c.typ.name != "one" || c.typ.orOther:
			return nil, nil
		case c.looks("label") && head == nil && len(body) == 0:
			head = c
		case !table && !c.looks("list-nolabel") || !x.plainRow(c, n.children[0]):
			return nil, nil
		default:
			body = append(body, c)
		}
	}
	return head, body
}

// plainRow reports whether a question has nothing that a row of a matrix can't have.
func (x *xlsform) plainRow(c, like *rowNode) bool {
	for _, name := range []string{"relevant", "constraint", "choice_filter", "calculation"} {
		if c.row.get(name) != "" {
			return false
		}
	}
	must, cond := required(c.row.get("required"))
	first, _ := required(like.row.get("required"))
	return cond == "" && (must == first || like.looks("label")) && c.typ.list == like.typ.list
}

func (x *xlsform) matrixRow(q *question, c *rowNode, s *scope) {
	text := c.row.texts("label", x.tags, x.label)
	r := &row{entry: c.entry, name: c.row.get("name"), text: text}
	q.rows = append(q.rows, r)
	if hint := c.row.get("hint"); hint != "" {
		c.entry.note("left out: hint of a row of a matrix")
	}
	if r.name != "" && !s.name(r.name, &ref{question: q, row: r}) {
		c.entry.change("the name %s is there twice: conditions that read it mean the first", r.name)
	}
	x.leftovers(c)
}

// required reads the column required: yes, no, or an expression.
func required(s string) (must bool, expr string) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "no", "false", "false()", "0":
		return false, ""
	case "yes", "true", "true()", "1", "x":
		return true, ""
	}
	return false, s
}

// leftovers tells the cells of a row that nothing was made of.
func (x *xlsform) leftovers(n *rowNode) {
	for _, name := range []string{"appearance", "name", "type", "label"} {
		for i, c := range n.row.columns {
			if c.name == name && name != "appearance" {
				n.row.used[i] = true
			}
		}
	}
	for i, c := range n.row.columns {
		if strings.HasPrefix(c.name, "hailong_") {
			n.row.used[i] = true
		}
	}
	for _, cell := range n.row.rest() {
		n.entry.note("left out: %s", cell)
	}
	if look := n.row.get("appearance"); look != "" && !understoodLook(look) {
		n.entry.note("left out: appearance=%s", clip(look, 60))
	}
}

// understoodLook reports whether appearances were made use of, or are the way
// things look here anyway.
func understoodLook(look string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(look)) {
		if !slices.Contains([]string{"field-list", "table-list", "label", "list-nolabel", "multiline", "month-year", "rating", "likert", "minimal", "numbers", "w1", "w2", "w3", "w4"}, word) {
			return false
		}
	}
	return true
}
