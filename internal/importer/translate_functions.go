package importer

import (
	"fmt"
	"strings"

	"hailong/internal/logic"
)

// functionOf returns the translation of a function that has a value, nil for
// any other function.
func functionOf(name string) func(t *translator, n *node) (value, error) {
	switch name {
	case "if":
		return ifValue
	case "coalesce":
		return coalesceValue
	case "concat":
		return concatValue
	case "min", "max", "sum", "mean", "avg":
		return manyValue
	case "int", "round", "abs":
		return roundValue
	case "number", "once", "string", "decimal-date-time":
		return sameValue
	case "string-length":
		return lengthValue
	case "count-selected":
		return countValue
	case "count-non-empty":
		return answeredCount
	case "today":
		return todayValue
	case "date":
		return dateValue
	case "format-date":
		return formatValue
	case "age", "year":
		return dateFunction
	}
	return nil
}

func call(name string, kind logic.ValueKind, args ...value) value {
	v := value{kind: kind}
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = a.src
		v.reads = append(v.reads, a.reads...)
	}
	v.out = out{src: name + "(" + strings.Join(list, ", ") + ")", level: partLevel}
	return v
}

// values translates arguments to values of one kind.
func (t *translator) values(args []*node) ([]value, logic.ValueKind, error) {
	list := make([]value, len(args))
	kind := logic.Missing
	for i, a := range args {
		v, err := t.value(a)
		if err != nil {
			return nil, kind, err
		}
		list[i] = v
		if kind == logic.Missing || kind == logic.Text && v.lit == nil {
			kind = v.kind
		}
	}
	for i, v := range list {
		if v.kind == kind {
			continue
		}
		fitted, err := t.converted(v, kind)
		if err != nil {
			return nil, kind, err
		}
		list[i] = fitted
	}
	return list, kind, nil
}

func (t *translator) converted(v value, kind logic.ValueKind) (value, error) {
	if name, ok := literalText(orNone(v.lit)); ok {
		fitted, _, err := t.fit(v, value{kind: kind}, "=")
		if kind == logic.Code {
			return v, fmt.Errorf("an option and the text %q are not of one kind", clip(name, 40))
		}
		return fitted, err
	}
	if kind == logic.Number && v.kind == logic.Code {
		return v.numeric()
	}
	return v, fmt.Errorf("%s and %s are not of one kind", kindNames[v.kind], kindNames[kind])
}

func orNone(n *node) *node {
	if n == nil {
		return &node{}
	}
	return n
}

func ifValue(t *translator, n *node) (value, error) {
	if err := arity(n, 3, 3); err != nil {
		return value{}, err
	}
	cond, err := t.truth(n.args[0], true, true)
	if err != nil {
		return value{}, err
	}
	if cond.fixed != nil {
		return t.value(n.args[map[bool]int{true: 1, false: 2}[*cond.fixed]])
	}
	// if(c, x, '') has no value where c is not true.
	args, kind, err := t.values(n.args[1:])
	if err != nil {
		return value{}, err
	}
	v := call("if", kind, value{out: cond}, args[0], args[1])
	return v, nil
}

func coalesceValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 20); err != nil {
		return value{}, err
	}
	args, kind, err := t.values(n.args)
	if err != nil {
		return value{}, err
	}
	if len(args) == 1 {
		return args[0], nil
	}
	v := call("coalesce", kind, args...)
	v.reads = args[len(args)-1].reads
	return v, nil
}

func concatValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 50); err != nil {
		return value{}, err
	}
	args := make([]value, len(n.args))
	for i, a := range n.args {
		v, err := t.value(a)
		if err != nil {
			return v, err
		}
		if v.kind != logic.Text && v.kind != logic.Code && v.kind != logic.Number {
			return v, fmt.Errorf("%s can't be joined to a text", kindNames[v.kind])
		}
		if len(v.reads) > 0 { // what is missing is nothing
			if v.kind != logic.Text {
				v = call("concat", logic.Text, v)
			}
			v = value{out: out{src: "coalesce(" + v.src + ", '')", level: partLevel}, kind: logic.Text}
		}
		args[i] = v
	}
	return call("concat", logic.Text, args...), nil
}

func manyValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 50); err != nil {
		return value{}, err
	}
	args := make([]value, len(n.args))
	for i, a := range n.args {
		v, err := t.amount(a)
		if err != nil {
			return v, err
		}
		args[i] = v
	}
	name := n.text
	if name == "avg" {
		name = "mean"
	}
	return call(name, args[0].kind, args...), nil
}

func roundValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, map[string]int{"round": 2}[n.text]+map[string]int{"int": 1, "abs": 1}[n.text]); err != nil {
		return value{}, err
	}
	args := make([]value, len(n.args))
	for i, a := range n.args {
		v, err := t.amount(a)
		if err != nil {
			return v, err
		}
		if v.kind != logic.Number {
			return v, fmt.Errorf("%s() of a date is not known here", n.text)
		}
		args[i] = v
	}
	return call(n.text, logic.Number, args...), nil
}

// sameValue is a function that only says of what kind its argument is.
func sameValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 1); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err != nil {
		return v, err
	}
	switch n.text {
	case "number", "decimal-date-time":
		if v.kind == logic.Date { // days since 1970
			v.out = out{src: v.in(sumLevel) + " - date('1970-01-01')", level: sumLevel}
			v.kind, v.of, v.lit = logic.Number, nil, nil
			return v, nil
		}
		if v, err = t.amount(n.args[0]); err != nil {
			return v, err
		}
	case "string":
		if v.kind == logic.Number || v.kind == logic.Code {
			return call("concat", logic.Text, v), nil
		}
	}
	return v, nil
}

// lengthValue is the length of a text: 0 for one that is not there.
func lengthValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 1); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err != nil {
		return v, err
	}
	if v.kind != logic.Text {
		return v, fmt.Errorf("%s has no length", kindNames[v.kind])
	}
	return orZero(call("length", logic.Number, v)), nil
}

func orZero(v value) value {
	if len(v.reads) == 0 {
		return v
	}
	v.reads = nil
	return call("coalesce", logic.Number, v, number(0))
}

func countValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 1); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err != nil {
		return v, err
	}
	if v.kind != logic.Set {
		return v, fmt.Errorf("%s has no options to count", kindNames[v.kind])
	}
	return orZero(call("count", logic.Number, v)), nil
}

// answeredCount counts the answers that are there.
func answeredCount(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 50); err != nil {
		return value{}, err
	}
	var terms []string
	for _, a := range n.args {
		if a.op != "ref" && a.op != "self" {
			return value{}, fmt.Errorf("only answers can be counted")
		}
		of, err := t.target(a)
		if err != nil {
			return value{}, err
		}
		o := answered(of, true)
		if o.fixed != nil {
			terms = append(terms, "1")
			continue
		}
		terms = append(terms, "if("+o.src+", 1, 0)")
	}
	return value{out: out{src: strings.Join(terms, " + "), level: sumLevel}, kind: logic.Number}, nil
}

func todayValue(_ *translator, n *node) (value, error) {
	if err := arity(n, 0, 0); err != nil {
		return value{}, err
	}
	return value{out: out{src: "today()", level: partLevel}, kind: logic.Date}, nil
}

func dateValue(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 1); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err != nil || v.kind == logic.Date {
		return v, err
	}
	if name, ok := literalText(orNone(v.lit)); ok && isDate.MatchString(name) {
		v, _, err = t.fit(v, value{kind: logic.Date}, "=")
		return v, err
	}
	return v, fmt.Errorf("%s can't be made a date", kindNames[v.kind])
}

func formatValue(t *translator, n *node) (value, error) {
	if err := arity(n, 2, 2); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err != nil {
		return v, err
	}
	if v.kind != logic.Date || !n.args[1].is("%Y") {
		return v, fmt.Errorf("format-date() is known of dates and with '%%Y' only")
	}
	return call("year", logic.Number, v), nil
}

func dateFunction(t *translator, n *node) (value, error) {
	if err := arity(n, 1, 1); err != nil {
		return value{}, err
	}
	v, err := t.value(n.args[0])
	if err == nil && v.kind != logic.Date {
		err = fmt.Errorf("%s() is of a date", n.text)
	}
	return call(n.text, logic.Number, v), err
}
