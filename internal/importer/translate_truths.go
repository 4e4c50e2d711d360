package importer

import (
	"fmt"
	"strings"

	"hailong/internal/logic"
)

// testFunc translates a function whose result is true or false.
type testFunc = func(t *translator, n *node, want, strict bool) (out, error)

// testOf returns the translation of a function whose result is true or false,
// nil for any other function.
func testOf(name string) testFunc {
	switch name {
	case "not":
		return notTest
	case "selected":
		return selectedTest
	case "answered":
		return answeredTest
	case "empty":
		return emptyTest
	case "regex":
		return matchTest
	case "match-regex":
		return phpMatchTest
	case "contains", "starts-with":
		return containsTest
	case "has-contains", "has-notcontains", "has-anyof", "has-noneof", "has-allof":
		return hasTest
	case "if":
		return ifTest
	case "true", "false":
		return trueTest
	case "once", "boolean":
		return onceTest
	}
	return nil
}

func arity(n *node, least, most int) error {
	switch {
	case len(n.args) < least:
		return fmt.Errorf("%s() needs more arguments", n.text)
	case len(n.args) > most:
		return fmt.Errorf("%s() has too many arguments", n.text)
	}
	return nil
}

func notTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 1, 1); err != nil {
		return out{}, err
	}
	return t.truth(n.args[0], !want, strict)
}

// selectedTest is selected(answer, code).
func selectedTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 2, 2); err != nil {
		return out{}, err
	}
	if n.args[0].op != "ref" && n.args[0].op != "self" {
		return out{}, fmt.Errorf("selected() is known of answers only")
	}
	of, err := t.target(n.args[0])
	if err != nil {
		return out{}, err
	}
	name, ok := literalText(n.args[1])
	if !ok {
		return out{}, fmt.Errorf("selected() is known with a code only")
	}
	return t.chosen(of, strings.TrimSpace(name), want, strict)
}

// chosen says that an option was chosen.
func (t *translator) chosen(of *target, name string, want, strict bool) (out, error) {
	if of.kind != logic.Set && of.kind != logic.Code {
		return out{}, fmt.Errorf("%q has no options", of.id)
	}
	code, ok := of.has(name)
	if !ok {
		t.remark("it asks for %q, which is no option: never true", clip(name, 40))
		return literal(!want), nil
	}
	if of.kind == logic.Code {
		return atom(of.value(), "=", codeText(code), want, strict), nil
	}
	return guard(test(fmt.Sprintf("selected(%s, '%s')", of.id, code), want), of.maybe(), want, strict), nil
}

func answeredTest(t *translator, n *node, want, _ bool) (out, error) {
	if err := arity(n, 1, 1); err != nil {
		return out{}, err
	}
	if n.args[0].op != "ref" && n.args[0].op != "self" {
		return out{}, fmt.Errorf("%s is known of answers only", n.text)
	}
	of, err := t.target(n.args[0])
	if err != nil {
		return out{}, err
	}
	return answered(of, want), nil
}

func emptyTest(t *translator, n *node, want, strict bool) (out, error) {
	return answeredTest(t, n, !want, strict)
}

// matchTest is regex(text, pattern): of the whole text.
func matchTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 2, 2); err != nil {
		return out{}, err
	}
	if n.args[1].op != "str" {
		return out{}, fmt.Errorf("a pattern must be a literal")
	}
	pattern := n.args[1].text
	if _, problem := logic.CompilePattern(pattern); problem != nil {
		return out{}, fmt.Errorf("the pattern %q: %s", clip(pattern, 60), problem.Message)
	}
	return t.textTest("matches", n.args[0], pattern, want, strict)
}

// phpMatchTest is regexMatch('/^pattern$/', text).
func phpMatchTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 2, 2); err != nil {
		return out{}, err
	}
	pattern, err := phpPattern(n.args[0].text)
	if err != nil {
		return out{}, err
	}
	return matchTest(t, &node{op: "call", text: "regex", args: []*node{n.args[1], {op: "str", text: pattern}}}, want, strict)
}

// phpPattern takes a pattern of the whole text out of its slashes.
func phpPattern(s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(s) > 1 && s[0] == '/' {
		end := strings.LastIndexByte(s, '/')
		if flags := s[end+1:]; strings.Trim(flags, "u") != "" {
			return "", fmt.Errorf("a pattern with the flags %q", clip(flags, 10))
		}
		s = s[1:max(end, 1)]
	}
	if !strings.HasPrefix(s, "^") || !strings.HasSuffix(s, "$") {
		return "", fmt.Errorf("the pattern %q is for a part of the text; ours are for the whole", clip(s, 60))
	}
	return s[1 : len(s)-1], nil
}

func containsTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 2, 2); err != nil {
		return out{}, err
	}
	part, ok := literalText(n.args[1])
	if !ok {
		return out{}, fmt.Errorf("%s() is known with a literal text only", n.text)
	}
	return t.textTest(strings.ReplaceAll(n.text, "-", "_"), n.args[0], part, want, strict)
}

// textTest is a function of a text and a literal.
func (t *translator) textTest(call string, of *node, lit string, want, strict bool) (out, error) {
	v, err := t.value(of)
	if err != nil {
		return out{}, err
	}
	if v.kind != logic.Text {
		return out{}, fmt.Errorf("%s is known of texts only", call)
	}
	q, err := quoted(lit)
	if err != nil {
		return out{}, err
	}
	return guard(test(fmt.Sprintf("%s(%s, %s)", call, v.src, q), want), v.reads, want, strict), nil
}

// hasTest is {answer} contains 'x', or a list of codes.
func hasTest(t *translator, n *node, want, strict bool) (out, error) {
	if n.args[0].op != "ref" && n.args[0].op != "self" {
		return out{}, fmt.Errorf("only answers can be asked for what they contain")
	}
	of, err := t.target(n.args[0])
	if err != nil {
		return out{}, err
	}
	if of.kind == logic.Text {
		if n.text != "has-contains" && n.text != "has-notcontains" {
			return out{}, fmt.Errorf("a text can't be compared with a list")
		}
		return containsTest(t, &node{op: "call", text: "contains", args: n.args}, want == (n.text == "has-contains"), strict)
	}
	codes := n.args[1:]
	if codes[0].op == "call" && codes[0].text == "list" {
		codes = codes[0].args
	}
	op := "or"
	switch n.text {
	case "has-notcontains", "has-noneof":
		want = !want
	case "has-allof", "has-contains":
		op = "and"
	}
	if n.text == "has-notcontains" {
		op = "and"
	}
	if !want {
		op = map[string]string{"and": "or", "or": "and"}[op]
	}
	o := literal(op == "and")
	for _, c := range codes {
		name, ok := literalText(c)
		if !ok {
			return out{}, fmt.Errorf("only codes can be looked for in an answer")
		}
		one, err := t.chosen(of, name, want, strict)
		if err != nil {
			return out{}, err
		}
		o = join(op, o, one)
	}
	return o, nil
}

func ifTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 3, 3); err != nil {
		return out{}, err
	}
	not := &node{op: "call", text: "not", args: n.args[:1]}
	either := &node{op: "or", args: []*node{
		{op: "and", args: []*node{n.args[0], n.args[1]}},
		{op: "and", args: []*node{not, n.args[2]}},
	}}
	return t.truth(either, want, strict)
}

func trueTest(_ *translator, n *node, want, _ bool) (out, error) {
	return literal((n.text == "true") == want), nil
}

// onceTest is a function that changes nothing.
func onceTest(t *translator, n *node, want, strict bool) (out, error) {
	if err := arity(n, 1, 1); err != nil {
		return out{}, err
	}
	return t.truth(n.args[0], want, strict)
}
