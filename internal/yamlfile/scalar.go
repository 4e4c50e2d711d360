package yamlfile

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, path, "a single value is needed here", "look for a wrong indent")
		return
	}
	tag := n.ShortTag()
	switch v.Kind() {
	case reflect.String:
		if tag != "!!str" || v.Type() == d.types.Code && n.Style == 0 && IsYes(n.Value) {
			d.quote(n, path)
			return
		}
		if strings.ContainsFunc(n.Value, Unshown) { // by an escape such as \0
			d.wrong(n, path, "the text has a character that cannot be shown", "leave it out")
			return
		}
		v.SetString(strings.TrimSpace(n.Value))
	case reflect.Bool:
		if tag != "!!bool" {
			d.wrong(n, path, "true or false is needed here", "write true or false, without quotes")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if tag != "!!int" || err != nil || isOctal(n.Value) {
			d.wrong(n, path, "a whole number is needed here", "write it as 12, without quotes")
			return
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if tag != "!!int" && tag != "!!float" || err != nil || math.IsInf(f, 0) || math.IsNaN(f) || isOctal(n.Value) {
			d.wrong(n, path, "a number is needed here", "write it as 1 or 0.25, without quotes")
			return
		}
		v.SetFloat(f)
	default: // the shapes use no other kinds
	}
}

func (d *decoder) quote(n *yaml.Node, path string) {
	kind := "a date"
	switch n.ShortTag() {
	case "!!null":
		kind = "nothing"
	case "!!int", "!!float":
		kind = "a number"
	case "!!bool", "!!str":
		kind = "true or false"
	case "!!merge":
		kind = "an instruction"
	}
	d.wrong(n, path, fmt.Sprintf("YAML reads %s as %s, not as a text", n.Value, kind), fmt.Sprintf("put it in quotes: %q", n.Value))
}

// Unshown reports whether a character controls a device instead of being seen.
func Unshown(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError || r == '\ufeff'
}

// isOctal reports whether some readers of YAML take a number for an octal one.
func isOctal(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9'
}

// IsYes reports whether some readers of YAML take a word for true or false.
func IsYes(s string) bool {
	return slices.Contains([]string{"y", "n", "yes", "no", "on", "off"}, strings.ToLower(s))
}
