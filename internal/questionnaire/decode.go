package questionnaire

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"hailong/internal/errs"
)

// decoder turns YAML nodes into the shapes of a file, strictly: it knows every
// key, and takes nothing for a text that YAML reads as a number, a date or a
// truth value (012 would become 10). It remembers where everything stood.
type decoder struct {
	file     string
	lines    []string
	places   map[string]place // by path, such as pages[0].items[1].text
	nodes    int
	mistakes errs.Mistakes
}

type place struct{ line, column int }

// Limits of a file; a real one has a few thousand nodes.
const (
	maxFileBytes = 1 << 20
	maxNodes     = 200_000
	maxNesting   = 40
)

// at tells a mistake at the place of a path, or of the nearest part around it.
func (d *decoder) at(path, message, cure string) {
	for {
		if p, ok := d.places[path]; ok {
			d.tell(p, message, cure)
			return
		}
		if path == "" {
			d.tell(place{1, 1}, message, cure)
			return
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

func (d *decoder) tell(p place, message, cure string) {
	m := errs.Mistake{File: d.file, Line: p.line, Column: p.column, Message: message, Cure: cure}
	if p.line >= 1 && p.line <= len(d.lines) {
		m.Source = d.lines[p.line-1]
	}
	d.mistakes = append(d.mistakes, m)
}

func (d *decoder) wrong(n *yaml.Node, message, cure string) {
	d.tell(place{n.Line, n.Column}, message, cure)
}

var textType = reflect.TypeFor[Text]()

// value decodes a node into v, which stands at path.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, depth int) {
	d.places[path] = place{n.Line, n.Column}
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.wrong(n, "the file is too large", "split it into several surveys")
		}
		return
	}
	if !d.plain(n, depth) {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Type() == reflect.TypeFor[missingFile]() && n.Kind == yaml.ScalarNode {
		v = v.Field(0) // a bare code
	}
	switch v.Kind() { //nolint:exhaustive // the shapes use no other kinds
	case reflect.Struct:
		d.object(n, v, path, depth)
	case reflect.Map:
		d.mapping(n, v, path, depth)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			d.wrong(n, "a list is needed here", "write each entry on a line of its own after -, or [in, brackets]")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, c := range n.Content {
			d.value(c, v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	default:
		d.scalar(n, v)
	}
}

// plain refuses what makes a file mean more than it shows.
func (d *decoder) plain(n *yaml.Node, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.wrong(n, "anchors and aliases (& and *) are not used here", "write it out, or name a scale")
	case depth > maxNesting:
		d.wrong(n, "this is nested too deep", "look for a wrong indent")
	case !slices.Contains([]string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!!timestamp"}, n.ShortTag()):
		d.wrong(n, "the tag "+n.ShortTag()+" is not used here", "leave it out")
	default:
		return n.ShortTag() != "!!null" // nothing is as good as left out
	}
	return false
}

// pairs calls f for each key of a mapping, once.
func (d *decoder) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, "keys with values are needed here", "write key: value")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if line, twice := seen[key.Value]; twice {
			d.wrong(key, fmt.Sprintf("the key %q is there twice, first on line %d", key.Value, line), "remove one of the two")
			continue
		}
		seen[key.Value] = key.Line
		f(key, n.Content[i+1])
	}
}

func (d *decoder) object(n *yaml.Node, v reflect.Value, path string, depth int) {
	var names []string
	for i := range v.NumField() {
		names = append(names, yamlName(v.Type().Field(i)))
	}
	d.pairs(n, func(key, value *yaml.Node) {
		i := slices.Index(names, key.Value)
		if i < 0 {
			d.wrong(key, fmt.Sprintf("unknown key %q", key.Value), suggest(key.Value, names))
			return
		}
		d.value(value, v.Field(i), join(path, key.Value), depth+1)
	})
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string, depth int) {
	if v.Type() == textType && n.Kind == yaml.ScalarNode {
		d.wrong(n, "a text in every language is needed here", "write {vi: \"…\", en: \"…\"}")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, func(key, value *yaml.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		at := join(path, key.Value)
		if v.Type() != textType {
			at = fmt.Sprintf("%s[%s]", path, key.Value)
		}
		d.value(value, element, at, depth+1)
		v.SetMapIndex(reflect.ValueOf(key.Value), element)
	})
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.wrong(n, "a single value is needed here", "look for a wrong indent")
		return
	}
	switch v.Kind() { //nolint:exhaustive // the shapes use no other kinds
	case reflect.String:
		if n.ShortTag() != "!!str" {
			d.wrong(n, fmt.Sprintf("YAML reads %s as %s, not as a text", n.Value, kindName(n.ShortTag())), fmt.Sprintf("put it in quotes: %q", n.Value))
			return
		}
		if !utf8.ValidString(n.Value) || strings.ContainsRune(n.Value, 0) {
			d.wrong(n, "the text has bytes that are no characters", "save the file as UTF-8")
			return
		}
		v.SetString(strings.TrimSpace(n.Value))
	case reflect.Bool:
		if n.ShortTag() != "!!bool" {
			d.wrong(n, "true or false is needed here", "write it without quotes")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if n.ShortTag() != "!!int" || err != nil {
			d.wrong(n, "a whole number is needed here", "write it as 12, without quotes")
			return
		}
		v.SetInt(int64(i))
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if tag := n.ShortTag(); tag != "!!int" && tag != "!!float" || err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			d.wrong(n, "a number is needed here", "write it as 1 or 0.25, without quotes")
			return
		}
		v.SetFloat(f)
	}
}

func kindName(tag string) string {
	switch tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	default:
		return "a date"
	}
}

// suggest names the key that was probably meant, or all there are.
func suggest(word string, known []string) string {
	best, distance := "", len(word)/2+1
	for _, k := range known {
		if n := edits(word, k); n < distance {
			best, distance = k, n
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known here: " + strings.Join(known, ", ")
}

// edits is the Levenshtein distance of two words: O(len(a) × len(b)), on
// keys that a person typed.
func edits(a, b string) int {
	a, b = a[:min(len(a), 60)], b[:min(len(b), 60)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
