package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// xpathWriter writes conditions and calculations of ours as XPath. What is
// unknown with us is false there, so that a negation says of every answer it
// reads that it is there.
type xpathWriter struct {
	q    *questionnaire.Questionnaire
	self string // the id that . stands for
}

// condition writes a condition; it is an error if XPath can't say it.
func (w *xpathWriter) condition(src string) (string, error) {
	expr, problem := logic.Parse(src)
	if problem != nil {
		return "", fmt.Errorf("%s", problem.Message)
	}
	tree, err := compiled(expr)
	if err != nil {
		return "", err
	}
	return w.truth(tree, true)
}

func (w *xpathWriter) calculation(src string) (string, error) {
	expr, problem := logic.ParseValue(src)
	if problem != nil {
		return "", fmt.Errorf("%s", problem.Message)
	}
	tree, err := compiled(expr)
	if err != nil {
		return "", err
	}
	return w.value(tree)
}

func compiled(expr *logic.Expr) (tree any, err error) {
	err = json.Unmarshal(expr.Compiled(), &tree)
	return tree, err
}

// call returns the name and arguments of a node; ok is false for a literal.
func nodeOf(tree any) (name string, args []any, ok bool) {
	list, ok := tree.([]any)
	if !ok || len(list) == 0 {
		return "", nil, false
	}
	name, ok = list[0].(string)
	return name, list[1:], ok
}

func (w *xpathWriter) truth(tree any, want bool) (string, error) {
	if fixed, ok := tree.(bool); ok {
		if fixed == want {
			return "true()", nil
		}
		return "false()", nil
	}
	name, args, _ := nodeOf(tree)
	switch name {
	case "not":
		return w.truth(args[0], !want)
	case "and", "or":
		if !want {
			name = map[string]string{"and": "or", "or": "and"}[name]
		}
		return w.list(name, args, func(a any) (string, error) { return w.truth(a, want) })
	case "answered":
		of, err := w.value(args[0])
		return of + map[bool]string{true: " != ''", false: " = ''"}[want], err
	case "=", "!=", "<", "<=", ">", ">=":
		return w.compare(name, args, want)
	case "in":
		op, join := "=", "or"
		if !want {
			op, join = "!=", "and"
		}
		list, err := w.list(join, args[1:], func(a any) (string, error) { return w.compare(op, []any{args[0], a}, true) })
		return list, err
	case "between":
		both := []any{"and", []any{">=", args[0], args[1]}, []any{"<=", args[0], args[2]}}
		return w.truth(both, want)
	case "selected", "contains", "starts_with", "matches":
		return w.test(name, args, want)
	}
	return "", fmt.Errorf("XLSForm has no %s", name)
}

func (w *xpathWriter) list(op string, args []any, write func(any) (string, error)) (string, error) {
	parts := make([]string, len(args))
	for i, a := range args {
		part, err := write(a)
		if err != nil {
			return "", err
		}
		if len(args) > 1 && strings.ContainsAny(part, " ") {
			part = "(" + part + ")"
		}
		parts[i] = part
	}
	return strings.Join(parts, " "+op+" "), nil
}

// compare writes a comparison that is false where an answer is missing.
func (w *xpathWriter) compare(op string, args []any, want bool) (string, error) {
	if !want {
		op = contrary[op]
	}
	args, err := w.byValue(op, args)
	if err != nil {
		return "", err
	}
	l, err := w.value(args[0])
	if err != nil {
		return "", err
	}
	r, err := w.value(args[1])
	if err != nil {
		return "", err
	}
	test := l + " " + op + " " + r
	items := itemsOf(args[0], itemsOf(args[1], nil))
	if op == "!=" || op == "=" && isItem(args[0]) && isItem(args[1]) {
		return w.guarded(test, items), nil // else '' would equal '', and differ from all else
	}
	return test, nil
}

// guarded says of the answers that a test reads that they are there.
func (w *xpathWriter) guarded(test string, items []string) string {
	for _, item := range slices.Backward(items) {
		test = w.ref(item) + " != '' and " + test
	}
	return test
}

func itemsOf(tree any, list []string) []string {
	name, args, ok := nodeOf(tree)
	if !ok {
		return list
	}
	if id, isID := first[string](args); name == "item" && isID {
		if id != "today" {
			list = append(list, id)
		}
		return list
	}
	switch name {
	case "coalesce", "if", "sum", "min", "max", "count":
		return list // they have a value without it
	}
	for _, a := range args {
		list = itemsOf(a, list)
	}
	return list
}

func isItem(tree any) bool {
	name, _, ok := nodeOf(tree)
	return ok && name == "item"
}

func first[T any](list []any) (v T, ok bool) {
	if len(list) == 0 {
		return v, false
	}
	v, ok = list[0].(T)
	return v, ok
}

// byValue puts numbers for the codes of an order: options are ordered by their
// values, in XPath by the numbers that their codes are.
func (w *xpathWriter) byValue(op string, args []any) ([]any, error) {
	it := w.itemOf(args[0])
	other := 1
	if it == nil {
		it, other = w.itemOf(args[1]), 0
	}
	if it == nil {
		return args, nil
	}
	code, isCode := args[other].(string)
	_, isNumber := args[other].(float64)
	if op == "=" || op == "!=" {
		if !isNumber {
			return args, nil
		}
	}
	for _, o := range it.Options {
		if o.Value == nil || plainNumber(*o.Value) != o.Code {
			return nil, fmt.Errorf("XLSForm has no values of options, and the codes of %q are not their values", it.ID)
		}
		if isCode && o.Code == code {
			args = []any{args[0], args[1]}
			args[other] = *o.Value
		}
	}
	return args, nil
}

// itemOf returns the item with one option that a node is the answer to, or nil.
func (w *xpathWriter) itemOf(tree any) *questionnaire.Item {
	name, args, _ := nodeOf(tree)
	id, ok := first[string](args)
	if name != "item" || !ok {
		return nil
	}
	v := w.q.Variable(id)
	if v == nil || v.Kind != questionnaire.OneOf {
		return nil
	}
	return v.Item
}

func (w *xpathWriter) test(name string, args []any, want bool) (string, error) {
	of, err := w.value(args[0])
	if err != nil {
		return "", err
	}
	pattern, ok := args[1].(string)
	if !ok {
		return "", fmt.Errorf("XLSForm has no %s of two answers", name)
	}
	with, err := quoted(pattern)
	if err != nil {
		return "", err
	}
	name = map[string]string{"starts_with": "starts-with", "matches": "regex"}[name] + map[string]string{"selected": "selected", "contains": "contains"}[name]
	test := fmt.Sprintf("%s(%s, %s)", name, of, with)
	if want {
		return test, nil
	}
	return w.guarded("not("+test+")", itemsOf(args[0], nil)), nil
}

func (w *xpathWriter) ref(id string) string {
	if id == w.self && w.self != "" {
		return "."
	}
	return "${" + id + "}"
}

var firstDay = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// value writes what has a value.
func (w *xpathWriter) value(tree any) (string, error) {
	switch v := tree.(type) {
	case float64:
		return plainNumber(v), nil
	case string:
		return quoted(v)
	}
	name, args, ok := nodeOf(tree)
	if !ok {
		return "", fmt.Errorf("a truth where a value is needed")
	}
	switch name {
	case "item":
		id, _ := first[string](args)
		if id == "today" {
			return "today()", nil
		}
		if w.q.Variable(id) == nil {
			return "", fmt.Errorf("XLSForm has no %s", id)
		}
		return w.ref(id), nil
	case "date":
		days, _ := first[float64](args)
		return "date('" + firstDay.AddDate(0, 0, int(days)).Format(time.DateOnly) + "')", nil
	case "if":
		cond, err := w.truth(args[0], true)
		if err != nil {
			return "", err
		}
		return w.call("if", args[1:], cond)
	case "words":
		return w.value(args[0])
	case "neg":
		of, err := w.value(args[0])
		return "-(" + of + ")", err
	case "+", "-", "*", "/":
		list, err := w.list(map[string]string{"+": "+", "-": "-", "*": "*", "/": "div"}[name], args, w.value)
		return list, err
	}
	return w.function(name, args)
}

func (w *xpathWriter) function(name string, args []any) (string, error) {
	switch name {
	case "count":
		if len(args) > 1 {
			return w.list("+", args, func(a any) (string, error) {
				of, err := w.value(a)
				return "if(" + of + " != '', 1, 0)", err
			})
		}
		return w.call("count-selected", args)
	case "sum":
		return w.list("+", args, func(a any) (string, error) {
			of, err := w.value(a)
			return "coalesce(" + of + ", 0)", err
		})
	case "coalesce":
		if len(args) > 2 {
			return w.function(name, []any{args[0], append([]any{"coalesce"}, args[1:]...)})
		}
		return w.call(name, args)
	case "length":
		return w.call("string-length", args)
	case "year":
		of, err := w.value(args[0])
		return "number(format-date(" + of + ", '%Y'))", err
	case "age":
		from, err := w.value(args[0])
		if err != nil {
			return "", err
		}
		to, err := w.value(args[1])
		return fmt.Sprintf("int((%s - %s) div 365.25)", to, from), err
	case "min", "max", "round", "int", "abs", "concat":
		return w.call(name, args)
	}
	return "", fmt.Errorf("XLSForm has no %s", name)
}

func (w *xpathWriter) call(name string, args []any, before ...string) (string, error) {
	parts := before
	for _, a := range args {
		part, err := w.value(a)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	return name + "(" + strings.Join(parts, ", ") + ")", nil
}
