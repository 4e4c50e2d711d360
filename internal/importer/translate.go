package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/logic"
)

// target is what a name stands for where an expression reads it.
type target struct {
	id     string
	kind   logic.ValueKind
	list   *list  // of Code and Set
	yesNo  bool   // a Code with the options yes and no
	member string // the code that the name asks for: LimeSurvey has a name for every option of a set
	known  bool   // answered wherever it is read, so that nothing need be said of a missing answer
}

// has returns our code of an option by its name in the source.
func (t *target) has(name string) (string, bool) {
	if t.list == nil {
		return "", false
	}
	for i := range t.list.choices {
		if c := &t.list.choices[i]; c.name == name {
			return c.code, true
		}
	}
	return "", false
}

// translator writes expressions of a source in our language.
//
// Its conditions are true exactly where the source's are, also where answers
// are missing. truth has a condition, or its contrary (want is false), written so
// that it is true exactly where the source's is true (or false), by the
// rules of De Morgan, and what reads an answer that may be missing with what the source
// makes of that. Elsewhere it is false or unknown; with strict it is never
// unknown, which if() needs.
type translator struct {
	resolve func(name string) (*target, error)
	self    *target // what . stands for; nil where it stands for nothing
	remark  func(format string, args ...any)
}

// out is a part of an expression of ours.
type out struct {
	src   string
	level int   // of precedence
	fixed *bool // it is a literal truth
}

// The levels of precedence.
const (
	orLevel = iota
	andLevel
	notLevel
	testLevel
	sumLevel
	productLevel
	partLevel
)

// in returns the part as it stands inside one of a level.
func (o out) in(level int) string {
	if o.level < level {
		return "(" + o.src + ")"
	}
	return o.src
}

func literal(truth bool) out {
	return out{src: strconv.FormatBool(truth), level: partLevel, fixed: &truth}
}

// join combines two conditions.
func join(op string, l, r out) out {
	and := op == "and"
	for i, o := range []out{l, r} {
		if o.fixed != nil {
			if *o.fixed == and {
				return []out{r, l}[i]
			}
			return o
		}
	}
	level := orLevel
	if and {
		level = andLevel
	}
	return out{src: l.in(level) + " " + op + " " + r.in(level), level: level}
}

// condition translates a condition.
func (t *translator) condition(n *node) (out, error) { return t.truth(n, true, false) }

func (t *translator) truth(n *node, want, strict bool) (out, error) {
	switch n.op {
	case "and", "or":
		op := n.op
		if !want {
			op = map[string]string{"and": "or", "or": "and"}[op]
		}
		l, err := t.truth(n.args[0], want, strict)
		if err != nil {
			return out{}, err
		}
		r, err := t.truth(n.args[1], want, strict)
		return join(op, l, r), err
	case "=", "!=", "<", "<=", ">", ">=":
		return t.compare(n, want, strict)
	case "call":
		if test := testOf(n.text); test != nil {
			return test(t, n, want, strict)
		}
	case "bool":
		return literal((n.text == "true") == want), nil
	case "num":
		return literal((n.num != 0) == want), nil
	case "str":
		return literal((n.text != "") == want), nil
	case "ref", "self":
		of, err := t.target(n)
		if err != nil {
			return out{}, err
		}
		return t.truthOf(of, want, strict)
	}
	v, err := t.value(n)
	switch {
	case err != nil:
		return out{}, err
	case v.kind != logic.Number:
		return out{}, fmt.Errorf("a condition is needed where it has a value")
	}
	return atom(v, "!=", number(0), want, strict), nil
}

// truthOf is an answer taken for a condition.
func (t *translator) truthOf(of *target, want, strict bool) (out, error) {
	switch {
	case of.yesNo:
		return atom(of.value(), "=", codeText("yes"), want, strict), nil
	case of.kind == logic.Number:
		return atom(of.value(), "!=", number(0), want, strict), nil
	}
	return answered(of, want), nil
}

// target returns what a ref or self stands for.
func (t *translator) target(n *node) (*target, error) {
	if n.op == "self" {
		if t.self == nil {
			return nil, fmt.Errorf("it reads the question's own answer, which is not there yet")
		}
		return t.self, nil
	}
	return t.resolve(n.text)
}

// answered says that there is an answer, or that there is none.
func answered(of *target, want bool) out {
	switch {
	case of.member != "":
		return test(fmt.Sprintf("selected(%s, '%s')", of.id, of.member), want)
	case of.known:
		return literal(want)
	}
	return test("answered("+of.id+")", want)
}

// test is a function call, or its contrary.
func test(call string, want bool) out {
	if want {
		return out{src: call, level: partLevel}
	}
	return out{src: "not " + call, level: notLevel}
}

// guard adds to a condition what the source makes of missing answers: where the
// contrary is wanted, it holds; where it must not be unknown, it does not hold.
func guard(o out, reads []*target, want, strict bool) out {
	for i, read := range slices.Backward(reads) {
		if slices.ContainsFunc(reads[:i], func(r *target) bool { return r.id == read.id }) {
			continue
		}
		switch {
		case !want:
			o = join("or", answered(read, false), o)
		case strict:
			o = join("and", answered(read, true), o)
		}
	}
	return o
}

var contrary = map[string]string{"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

// atom compares two values.
func atom(l value, op string, r value, want, strict bool) out {
	reads := append(append([]*target{}, l.reads...), r.reads...)
	if op == "!=" {
		op, want = "=", !want // of a missing answer, too
	}
	if !want {
		op = contrary[op]
	}
	o := out{src: l.in(sumLevel) + " " + op + " " + r.in(sumLevel), level: testLevel}
	return guard(o, reads, want, strict)
}

// compare translates a comparison.
func (t *translator) compare(n *node, want, strict bool) (out, error) {
	op, l, r := n.op, n.args[0], n.args[1]
	if op == "=" || op == "!=" {
		if o, done, err := t.same(l, r, want == (op == "="), strict); done || err != nil {
			return o, err
		}
	}
	lv, err := t.operand(l)
	if err != nil {
		return out{}, err
	}
	rv, err := t.operand(r)
	if err != nil {
		return out{}, err
	}
	if lv, rv, err = t.alike(lv, rv, op); err != nil {
		return out{}, err
	}
	if lv.never || rv.never { // compared with a code that there is not
		return literal((op == "!=") == want), nil
	}
	return atom(lv, op, rv, want, strict), nil
}

// same translates an equality that is no comparison of two values; done is
// false for one that is.
func (t *translator) same(l, r *node, want, strict bool) (o out, done bool, err error) {
	for _, pair := range [][2]*node{{l, r}, {r, l}} {
		a, b := pair[0], pair[1]
		truth, fixed := constant(b)
		switch {
		case fixed && !isLiteral(a):
			o, err = t.truth(a, want == truth, strict)
			return o, true, err
		case b.is("") && (a.op == "ref" || a.op == "self"):
			of, err := t.target(a)
			if err != nil {
				return out{}, true, err
			}
			return answered(of, !want), true, nil
		case b.is("") && !isLiteral(a):
			return out{}, true, fmt.Errorf("only an answer can be compared with the empty text")
		case a.op == "ref" || a.op == "self":
			of, err := t.target(a)
			if err == nil && (of.member != "" || of.kind == logic.Set) {
				o, err = t.only(of, b, want, strict)
				return o, true, err
			}
		}
	}
	return out{}, false, nil
}

// only says that a set has one option and no other, or that a member is chosen.
func (t *translator) only(of *target, b *node, want, strict bool) (out, error) {
	name, ok := literalText(b)
	if !ok {
		return out{}, fmt.Errorf("the answers to a question with several can be compared with one code only")
	}
	if of.member != "" {
		return answered(of, (strings.EqualFold(name, "Y") || name == "1") == want), nil
	}
	code, ok := of.has(name)
	if !ok {
		t.remark("it asks for %q, which is no option: never true", clip(name, 40))
		return literal(!want), nil
	}
	chosen := test(fmt.Sprintf("selected(%s, '%s')", of.id, code), want)
	if want {
		o := join("and", chosen, out{src: fmt.Sprintf("count(%s) = 1", of.id), level: testLevel})
		return guard(o, of.maybe(), want, strict), nil
	}
	return guard(join("or", chosen, out{src: fmt.Sprintf("count(%s) != 1", of.id), level: testLevel}), of.maybe(), want, strict), nil
}

// constant returns the truth of a literal one.
func constant(n *node) (truth, ok bool) {
	if n.op == "bool" || n.op == "call" && len(n.args) == 0 && (n.text == "true" || n.text == "false") {
		return n.text == "true", true
	}
	return false, false
}

func isLiteral(n *node) bool {
	_, ok := constant(n)
	return ok || n.op == "num" || n.op == "str"
}

// literalText returns a literal as a text: codes are sometimes written as numbers.
func literalText(n *node) (string, bool) {
	switch {
	case n.op == "str":
		return n.text, true
	case n.op == "num":
		return plainNumber(n.num), true
	case n.op == "neg" && n.args[0].op == "num":
		return plainNumber(-n.args[0].num), true
	}
	return "", false
}

func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
