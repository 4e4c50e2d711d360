package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"hailong/internal/logic"
)

// value is a part of an expression of ours that has a value.
type value struct {
	out
	kind  logic.ValueKind
	of    *target   // the answer that it is, nil for anything else
	lit   *node     // the literal that it is, nil for anything else
	reads []*target // answers without which it has no value
	never bool      // a code that no option has
}

func number(f float64) value {
	v := value{out: out{src: plainNumber(f), level: partLevel}, kind: logic.Number}
	v.lit = &node{op: "num", num: f}
	return v
}

// codeText is a literal code: it has no quotes in it.
func codeText(s string) value {
	return value{out: out{src: "'" + s + "'", level: partLevel}, kind: logic.Text}
}

// quoted writes a literal text.
func quoted(s string) (string, error) {
	switch {
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }):
		return "", fmt.Errorf("a text with control characters")
	case !strings.Contains(s, "'"):
		return "'" + s + "'", nil
	case !strings.Contains(s, `"`):
		return `"` + s + `"`, nil
	}
	return "", fmt.Errorf("a text with both kinds of quotes")
}

// maybe lists the target if its answer may be missing.
func (t *target) maybe() []*target {
	if t.known || t.member != "" {
		return nil
	}
	return []*target{t}
}

func (t *target) value() value {
	return value{out: out{src: t.id, level: partLevel}, kind: t.kind, of: t, reads: t.maybe()}
}

// operand translates one side of a comparison: literals stay open until the
// other side is known.
func (t *translator) operand(n *node) (value, error) {
	if n.op == "str" {
		q, err := quoted(n.text)
		return value{out: out{src: q, level: partLevel}, kind: logic.Text, lit: n}, err
	}
	return t.value(n)
}

// alike makes two sides of a comparison comparable, as the source would.
func (t *translator) alike(l, r value, op string) (value, value, error) {
	var err error
	switch {
	case l.lit != nil && r.lit == nil:
		l, r, err = t.fit(l, r, op)
	case r.lit != nil && l.lit == nil:
		r, l, err = t.fit(r, l, op)
	case l.kind == logic.Code && r.kind != logic.Code:
		l, err = l.numeric()
	case r.kind == logic.Code && l.kind != logic.Code:
		r, err = r.numeric()
	case l.kind == logic.Code && op != "=" && op != "!=":
		if l, err = l.numeric(); err == nil {
			r, err = r.numeric()
		}
	}
	if err != nil || l.never || r.never {
		return l, r, err
	}
	lk, rk := wide(l.kind), wide(r.kind)
	switch {
	case l.kind == logic.Code && r.kind == logic.Code:
	case l.kind == logic.Code && r.lit != nil, r.kind == logic.Code && l.lit != nil:
	case lk != rk:
		return l, r, fmt.Errorf("%s and %s can't be compared", kindNames[l.kind], kindNames[r.kind])
	case lk == logic.Text && op != "=" && op != "!=":
		return l, r, fmt.Errorf("texts have no order")
	}
	return l, r, nil
}

// wide is the kind that a value is compared as.
func wide(k logic.ValueKind) logic.ValueKind {
	if k == logic.Code {
		return logic.Number
	}
	return k
}

var kindNames = map[logic.ValueKind]string{
	logic.Missing: "nothing", logic.Code: "an option", logic.Set: "several answers", logic.Number: "a number", logic.Text: "a text", logic.Date: "a date",
}

// numeric asks for the numbers of an answer's options.
func (v value) numeric() (value, error) {
	if v.kind == logic.Number {
		return v, nil
	}
	if v.kind != logic.Code || v.of == nil || v.of.list == nil {
		return v, fmt.Errorf("%s is no number", kindNames[v.kind])
	}
	if !v.of.list.number() {
		return v, fmt.Errorf("the options of %q have no numbers to compare or count by", v.of.id)
	}
	return v, nil
}

var isDate = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(T.*)?$`)

// fit makes a literal what the other side needs.
func (t *translator) fit(lit, other value, op string) (value, value, error) {
	name, _ := literalText(lit.lit)
	switch other.kind {
	case logic.Code:
		if op != "=" && op != "!=" {
			other, err := other.numeric()
			if err != nil {
				return lit, other, err
			}
			lit, err = asNumber(lit, name)
			return lit, other, err
		}
		if other.of == nil {
			return lit, other, fmt.Errorf("what has options can be compared with %q only where it is an answer", clip(name, 40))
		}
		code, ok := other.of.has(name)
		if !ok {
			t.remark("it asks for %q, which is no option: never true", clip(name, 40))
			lit.never = true
			return lit, other, nil
		}
		fitted := codeText(code)
		fitted.lit = lit.lit
		return fitted, other, nil
	case logic.Number:
		lit, err := asNumber(lit, name)
		return lit, other, err
	case logic.Date:
		m := isDate.FindStringSubmatch(name)
		if m == nil {
			return lit, other, fmt.Errorf("%q is no date", clip(name, 40))
		}
		return value{out: out{src: "date('" + m[1] + "')", level: partLevel}, kind: logic.Date, lit: lit.lit}, other, nil
	case logic.Text:
		q, err := quoted(name)
		return value{out: out{src: q, level: partLevel}, kind: logic.Text, lit: lit.lit}, other, err
	default:
		return lit, other, fmt.Errorf("%s can't be compared with %q", kindNames[other.kind], clip(name, 40))
	}
}

func asNumber(lit value, name string) (value, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(name), 64)
	if err != nil || f > 1e15 || f < -1e15 {
		return lit, fmt.Errorf("%q is no number", clip(name, 40))
	}
	return number(f), nil
}

// value translates a value.
func (t *translator) value(n *node) (value, error) {
	switch n.op {
	case "num":
		return number(n.num), nil
	case "str":
		return t.operand(n)
	case "ref", "self":
		of, err := t.target(n)
		if err != nil {
			return value{}, err
		}
		if of.member != "" {
			return value{out: out{src: fmt.Sprintf("if(selected(%s, '%s'), 1, 0)", of.id, of.member), level: partLevel}, kind: logic.Number}, nil
		}
		return of.value(), nil
	case "neg":
		v, err := t.amount(n.args[0])
		if err != nil {
			return v, err
		}
		v.out, v.lit, v.of = out{src: "-" + v.in(partLevel), level: productLevel}, nil, nil
		return v, nil
	case "+", "-", "*", "/", "mod":
		return t.arithmetic(n)
	case "call":
		if f := functionOf(n.text); f != nil {
			return f(t, n)
		}
		if testOf(n.text) == nil {
			return value{}, fmt.Errorf("the function %s() is not known here", clip(n.text, 40))
		}
	case "name":
		return value{}, fmt.Errorf("%q is a path, which is not known here", clip(n.text, 40))
	}
	o, err := t.truth(n, true, true)
	return value{out: out{src: "if(" + o.src + ", 1, 0)", level: partLevel}, kind: logic.Number}, err
}

// amount translates what is counted with: a number, a date, or an option with a value.
func (t *translator) amount(n *node) (value, error) {
	v, err := t.value(n)
	if err != nil || v.kind == logic.Date {
		return v, err
	}
	if v.lit != nil && v.lit.op == "str" {
		return asNumber(v, v.lit.text)
	}
	if v, err = v.numeric(); err != nil {
		return v, err
	}
	v.kind = logic.Number
	return v, nil
}

func (t *translator) arithmetic(n *node) (value, error) {
	l, err := t.amount(n.args[0])
	if err != nil {
		return l, err
	}
	r, err := t.amount(n.args[1])
	if err != nil {
		return r, err
	}
	v := value{kind: logic.Number, reads: append(append([]*target{}, l.reads...), r.reads...)}
	dates := [2]bool{l.kind == logic.Date, r.kind == logic.Date}
	switch {
	case n.op == "-" && dates == [2]bool{true, true}, dates == [2]bool{}:
	case n.op == "+" && dates != [2]bool{true, true}, n.op == "-" && dates[0]:
		v.kind = logic.Date
	default:
		return v, fmt.Errorf("dates can't be counted with like this")
	}
	switch n.op {
	case "+", "-":
		v.out = out{src: l.in(sumLevel) + " " + n.op + " " + r.in(productLevel), level: sumLevel}
	case "mod":
		a, b := l.in(productLevel), r.in(partLevel)
		v.out = out{src: fmt.Sprintf("%s - %s * int(%s / %s)", l.in(sumLevel), b, a, b), level: sumLevel}
	default:
		v.out = out{src: l.in(productLevel) + " " + n.op + " " + r.in(partLevel), level: productLevel}
	}
	return v, nil
}
