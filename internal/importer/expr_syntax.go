package importer

import (
	"fmt"
	"regexp"
	"strings"
)

// xpath is the expressions of XLSForm.
func xpath() *syntax {
	return &syntax{
		refs: func(p *exprParser) (*node, bool) {
			rest := p.src[p.at:]
			if m := dollarRef.FindStringSubmatch(rest); m != nil {
				p.at += len(m[0])
				return &node{op: "ref", text: m[1]}, true
			}
			if rest[0] == '.' && (len(rest) == 1 || strings.IndexByte("./0123456789", rest[1]) < 0) {
				p.at++
				return &node{op: "self"}, true
			}
			return nil, false
		},
		words:  map[string]string{"and": "and", "or": "or", "div": "/", "mod": "mod"},
		signs:  map[string]string{"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*"},
		name:   func(name string) (*node, error) { return &node{op: "name", text: name}, nil },
		calls:  map[string]string{"now": "today", "concatenate": "concat"},
		dashes: true,
	}
}

var dollarRef = regexp.MustCompile(`^\$\{\s*([^{}\s]+)\s*\}`)

// expressionScript is the expressions of LimeSurvey.
func expressionScript() *syntax {
	return &syntax{
		refs: func(p *exprParser) (*node, bool) { // by number, as old conditions have them
			if m := numberedRef.FindStringSubmatch(p.src[p.at:]); m != nil {
				p.at += len(m[0])
				return &node{op: "ref", text: m[1]}, true
			}
			return nil, false
		},
		words: map[string]string{
			"and": "and", "or": "or", "eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
		},
		signs: map[string]string{
			"&&": "and", "||": "or", "==": "=", "=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
			"+": "+", "-": "-", "*": "*", "/": "/",
		},
		name: func(name string) (*node, error) {
			base, suffix, _ := strings.Cut(name, ".")
			switch strings.ToLower(suffix) {
			case "", "naok", "code", "value", "valuenaok":
			default:
				return nil, fmt.Errorf("%s is not known here", name)
			}
			switch strings.ToLower(base) {
			case "true", "false":
				return &node{op: "bool", text: strings.ToLower(base)}, nil
			case "self", "this":
				return &node{op: "self"}, nil
			}
			return &node{op: "ref", text: base}, nil
		},
		calls: map[string]string{
			"is_empty": "empty", "empty": "empty", "is_null": "empty", "strlen": "string-length", "intval": "int", "floatval": "number",
			"regexmatch": "match-regex", "date": "php-date", "count": "count-non-empty", "join": "concat",
			"convert_value": "refused", "strpos": "refused",
		},
		bang: true,
		dots: true,
	}
}

var numberedRef = regexp.MustCompile(`^(\d+X\d+X\d+\w*)(?:\.\w+)?`)

// surveyJSSyntax is the expressions of SurveyJS.
func surveyJSSyntax() *syntax {
	return &syntax{
		refs: func(p *exprParser) (*node, bool) {
			if m := braceRef.FindStringSubmatch(p.src[p.at:]); m != nil {
				p.at += len(m[0])
				name := strings.TrimPrefix(strings.TrimSpace(m[1]), "#")
				if strings.EqualFold(name, "self") || strings.EqualFold(name, "value") {
					return &node{op: "self"}, true
				}
				return &node{op: "ref", text: name}, true
			}
			return nil, false
		},
		words: map[string]string{
			"and": "and", "or": "or", "equal": "=", "equals": "=", "notequal": "!=", "notequals": "!=", "less": "<", "lessorequal": "<=",
			"greater": ">", "greaterorequal": ">=", "contains": "contains", "contain": "contains", "notcontains": "notcontains",
			"notcontain": "notcontains", "anyof": "anyof", "allof": "allof", "noneof": "noneof",
		},
		signs: map[string]string{
			"&&": "and", "||": "or", "==": "=", "=": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
			"+": "+", "-": "-", "*": "*", "/": "/", "%": "mod",
		},
		postfix: map[string]string{"empty": "empty", "notempty": "answered"},
		name: func(name string) (*node, error) {
			if word := strings.ToLower(name); word == "true" || word == "false" {
				return &node{op: "bool", text: word}, nil
			}
			return &node{op: "str", text: name}, nil
		},
		calls: map[string]string{
			"iif": "if", "currentdate": "today", "getdate": "date", "year": "year", "round": "round", "trunc": "int",
		},
		bang:     true,
		brackets: true,
	}
}

var braceRef = regexp.MustCompile(`^\{([^{}]+)\}`)
