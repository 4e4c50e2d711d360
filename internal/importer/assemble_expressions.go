package importer

import (
	"fmt"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// never is a condition that is never true.
const never = "false"

// expressions translates what questions say in expressions. Pages keep theirs
// where all of it stands on earlier pages; else it is said of every item.
func (a *assembly) expressions() {
	for _, p := range a.pages {
		if !a.before(p) {
			for _, q := range p.questions {
				q.when = append(append([]*cond{}, p.when...), q.when...)
			}
			p.when = nil
		}
		if a.show(p) == never {
			for _, q := range p.questions {
				q.gone = true
				q.entry.refuse("it is never asked: the condition of its page is never true")
			}
			continue
		}
		for _, q := range p.questions {
			a.express(q)
		}
	}
}

// before reports whether the conditions of a page read earlier pages only.
func (a *assembly) before(p *page) bool {
	for _, c := range p.when {
		if c.tree == nil {
			continue
		}
		for _, name := range c.tree.refs() {
			r := p.questions[0].scope.lookup(name)
			if r != nil && r.question != nil && r.question.id != "" && r.question.page >= p.questions[0].page {
				return false
			}
		}
	}
	return true
}

// express translates the expressions of a question.
func (a *assembly) express(q *question) {
	if len(q.when) > 0 {
		if q.item.ShowIf = a.all(q, q.when, q.entry); q.item.ShowIf == never {
			q.gone = true
			q.entry.refuse("it is never asked: its condition is never true")
			return
		}
	}
	if q.must != nil {
		if o, ok := a.translate(q, q.must, q.entry); ok {
			q.item.Required = o.fixed != nil && *o.fixed
			if o.fixed == nil {
				q.item.RequiredIf = o.src
			}
		}
	}
	if q.calc != nil {
		a.calculate(q)
	}
}

// show translates the conditions of a page, once.
func (a *assembly) show(p *page) string {
	if len(p.when) > 0 && p.show == "" {
		entry := p.entry
		if entry == nil {
			entry = p.questions[0].entry
		}
		p.show = a.all(p.questions[0], p.when, entry)
	}
	return p.show
}

// all joins conditions that must all hold. One that can't be said is left out,
// and the author is told that more will be asked than before.
func (a *assembly) all(q *question, list []*cond, e *Entry) string {
	joined := literal(true)
	for _, c := range list {
		if o, ok := a.translate(q, c, e); ok {
			joined = join("and", joined, o)
		}
	}
	if joined.fixed != nil && *joined.fixed {
		return ""
	}
	return joined.src
}

// translator returns the translator of what stands at q.
func (a *assembly) translator(q *question, e *Entry) *translator {
	return &translator{
		resolve: func(name string) (*target, error) { return a.resolve(name, q) },
		remark:  func(format string, args ...any) { e.warn(format, args...) },
	}
}

// translate translates a condition; ok is false, and the author told, if it
// can't be said.
func (a *assembly) translate(q *question, c *cond, e *Entry) (o out, ok bool) {
	err := c.err
	if err == nil {
		o, err = a.translator(q, e).condition(c.tree)
	}
	if err == nil && o.fixed == nil {
		err = sound(o.src, false)
	}
	if err != nil {
		e.warn("%s is left out: %s (%s)", c.what, err, clip(c.src, 200))
		return out{}, false
	}
	return o, true
}

// sound asks the language itself.
func sound(src string, isValue bool) error {
	var problem *logic.SyntaxError
	if isValue {
		_, problem = logic.ParseValue(src)
	} else {
		_, problem = logic.Parse(src)
	}
	if problem != nil {
		return fmt.Errorf("%s", problem.Message)
	}
	return nil
}

// calculate translates a calculation. Without one the question is of no use, but
// stays, because others may read it.
func (a *assembly) calculate(q *question) {
	v, err := value{}, q.calc.err
	if err == nil {
		v, err = a.translator(q, q.entry).value(q.calc.tree)
	}
	if err == nil && v.kind == logic.Code {
		v = call("concat", logic.Text, v)
	}
	if err == nil && v.kind == logic.Set {
		err = fmt.Errorf("several answers are no value")
	}
	if err == nil {
		err = sound(v.src, true)
	}
	if err != nil {
		q.entry.refuse("%s: %s (%s)", q.calc.what, err, clip(q.calc.src, 200))
		q.gone = true
		return
	}
	q.item.Calculate, q.result = v.src, v.kind
}

// resolve returns what a name stands for where it is read by q.
func (a *assembly) resolve(name string, q *question) (*target, error) {
	r := q.scope.lookup(name)
	short := clip(name, 60)
	switch {
	case r == nil:
		return nil, fmt.Errorf("it reads %s, which is not there", short)
	case r.question == nil || r.question.id == "" || r.question.gone:
		return nil, fmt.Errorf("it reads %s, which was refused", short)
	case r.question == q:
		return nil, fmt.Errorf("it reads the question itself")
	case r.question.at > q.at:
		return nil, fmt.Errorf("it reads %s, which comes later", short)
	}
	of := r.question
	t := &target{id: of.id, kind: of.valueKind(), list: of.list, yesNo: of.kind == questionnaire.YesNo}
	switch {
	case r.row != nil:
		t.id, t.kind = r.row.id, logic.Code
	case t.kind == logic.Missing:
		return nil, fmt.Errorf("it reads %s, which has no single answer", short)
	}
	if r.member != "" {
		code, ok := t.has(r.member)
		if !ok {
			return nil, fmt.Errorf("it reads %s, which is not there", short)
		}
		t.member = code
	}
	page := a.pages[of.page]
	t.known = of.item.Required && len(of.when) == 0 && len(page.when) == 0 && of.page < q.page && of.item.Missing == nil && !of.unseen()
	return t, nil
}

// valueKind is what an answer to a question is in a condition.
func (q *question) valueKind() logic.ValueKind {
	switch q.kind {
	case questionnaire.Scale, questionnaire.Single, questionnaire.YesNo, questionnaire.Rating, questionnaire.NetPromoter:
		return logic.Code
	case questionnaire.Multiple:
		return logic.Set
	case questionnaire.Number, questionnaire.Integer, questionnaire.Decimal:
		return logic.Number
	case questionnaire.Date, questionnaire.Month:
		return logic.Date
	case questionnaire.Calculated:
		return q.result
	case questionnaire.Note, questionnaire.Matrix, questionnaire.Ranking:
		return logic.Missing
	default:
		return logic.Text
	}
}

// checks translates the rules that the item itself could not take.
func (a *assembly) checks(q *question) []questionnaire.FileCheck {
	var checks []questionnaire.FileCheck
	for _, r := range q.rules {
		tr := a.translator(q, q.entry)
		self := &target{id: q.id, kind: q.valueKind(), list: q.list, known: true}
		tr.self = self
		resolve := tr.resolve
		tr.resolve = func(name string) (*target, error) {
			if found := q.scope.lookup(name); found != nil && found.question == q && found.row == nil && found.member == "" {
				return self, nil
			}
			return resolve(name)
		}
		o, err := out{}, r.cond.err
		if err == nil && self.kind == logic.Missing {
			err = fmt.Errorf("rules are not known for this type")
		}
		if err == nil {
			o, err = tr.condition(r.cond.tree)
		}
		if err == nil && o.fixed == nil {
			err = sound(o.src, false)
		}
		switch {
		case err != nil:
			q.entry.change("%s is left out: %s (%s)", r.cond.what, err, clip(r.cond.src, 200))
		case o.fixed != nil:
			q.entry.change("%s is left out: it is always %s (%s)", r.cond.what, o.src, clip(r.cond.src, 200))
		default:
			message := a.say(r.message, q.entry, nil)
			if message == nil {
				message = a.say(a.tags.stand("check"), q.entry, nil)
			}
			checks = append(checks, questionnaire.FileCheck{Require: o.src, Message: message, Item: q.id})
		}
	}
	return checks
}
