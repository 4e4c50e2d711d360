package yamlfile

import (
	"fmt"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"
)

// decoder turns YAML nodes into the shapes of a file, strictly: it knows every
// key, and takes nothing for a text that YAML reads as a number, a date or a
// truth value (012 would become 10). What is there but empty counts as left out.
type decoder struct {
	*Notes
	types Types
	keys  map[reflect.Type][]string // of shapes
}

// wrong tells that the value at a path cannot be read.
func (d *decoder) wrong(n *yaml.Node, path, message, cure string) {
	d.unread[path] = true
	d.Tell(Place{n.Line, n.Column}, message, cure)
}

// Types names what is written in a way of its own.
type Types struct {
	Text reflect.Type // a map of texts by language
	Code reflect.Type // a string; words that some readers of YAML take for true or false are quoted
	Bare reflect.Type // a struct, which may be written as its first field alone
}

// Decode fills in a shape, a pointer to a struct whose fields have yaml tags,
// with what a node says. Mistakes are told.
func (n *Notes) Decode(root *yaml.Node, shape any, types Types) {
	n.made()
	d := &decoder{Notes: n, types: types, keys: map[reflect.Type][]string{}}
	d.value(root, reflect.ValueOf(shape).Elem(), "", 0)
}

// value decodes a node into v, which stands at path.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, depth int) {
	d.places[path] = Place{n.Line, n.Column}
	if !d.plain(n, path, depth) || d.isNull(n, v, path) {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Type() == d.types.Bare && n.Kind == yaml.ScalarNode {
		v = v.Field(0) // a bare code
	}
	switch v.Kind() {
	case reflect.Struct:
		d.object(n, v, path, depth)
	case reflect.Map:
		d.mapping(n, v, path, depth)
	case reflect.Slice:
		d.list(n, v, path, depth)
	default:
		d.scalar(n, v, path)
	}
}

// plainTags are what YAML reads from values without a tag.
var plainTags = []string{"!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq", "!!timestamp", "!!merge"}

// plain refuses what makes a file mean more than it shows.
func (d *decoder) plain(n *yaml.Node, path string, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.wrong(n, path, "anchors and aliases (& and *) are not used here", "write it out, or name a scale")
	case depth > maxNesting:
		d.wrong(n, path, tooDeep, deepCure)
	case n.Style&yaml.TaggedStyle != 0 || !slices.Contains(plainTags, n.ShortTag()):
		d.wrong(n, path, fmt.Sprintf("the tag %s is not used here", n.ShortTag()), "leave it out")
	default:
		return true
	}
	return false
}

// isNull reports whether there is nothing, which is as good as left out. The
// words that YAML reads as nothing must be quoted where a text is meant.
func (d *decoder) isNull(n *yaml.Node, v reflect.Value, path string) bool {
	if n.ShortTag() != "!!null" {
		return false
	}
	if n.Value != "" && (v.Kind() == reflect.String || v.Type() == d.types.Bare) {
		d.quote(n, path)
	}
	return true
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string, depth int) {
	if n.Kind != yaml.SequenceNode {
		d.wrong(n, path, "a list is needed here", "write each entry on a line of its own after -, or [in, brackets]")
		return
	}
	if len(n.Content) > maxEntries {
		d.wrong(n, path, fmt.Sprintf("the list has more than %d entries", maxEntries), "split it into several files")
		return
	}
	if len(n.Content) == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		d.value(c, v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1)
	}
}

// pairs calls f for each key of a mapping, once.
func (d *decoder) pairs(n *yaml.Node, path string, depth int, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.wrong(n, path, "keys with values are needed here", "write key: value")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode && key.Kind != yaml.AliasNode {
			d.Tell(Place{key.Line, key.Column}, "a key is a single word", "write key: value")
			continue
		}
		if !d.plain(key, Join(path, key.Value), depth) {
			continue
		}
		if line, twice := seen[key.Value]; twice {
			d.Tell(Place{key.Line, key.Column}, fmt.Sprintf("the key %q is there twice, first on line %d", key.Value, line), "remove one of the two")
			continue
		}
		seen[key.Value] = key.Line
		f(key, n.Content[i+1])
	}
}

func (d *decoder) object(n *yaml.Node, v reflect.Value, path string, depth int) {
	names := d.keysOf(v.Type())
	d.pairs(n, path, depth, func(key, value *yaml.Node) {
		i := slices.Index(names, key.Value)
		if i < 0 {
			d.Tell(Place{key.Line, key.Column}, fmt.Sprintf("unknown key %q", key.Value), d.Suggest(key.Value, names))
			d.unread[Join(path, d.nearest(key.Value, names))] = true // what was meant is not missing
			return
		}
		d.value(value, v.Field(i), Join(path, key.Value), depth+1)
	})
}

// keysOf lists the keys of a shape, in order of its fields.
func (d *decoder) keysOf(shape reflect.Type) []string {
	names, known := d.keys[shape]
	if !known {
		for field := range shape.Fields() {
			names = append(names, field.Tag.Get("yaml"))
		}
		d.keys[shape] = names
	}
	return names
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string, depth int) {
	if v.Type() == d.types.Text && n.Kind == yaml.ScalarNode {
		d.wrong(n, path, "a text in every language is needed here", "write {vi: \"…\", en: \"…\"}")
		return
	}
	d.pairs(n, path, depth, func(key, value *yaml.Node) {
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		element := reflect.New(v.Type().Elem()).Elem()
		at := Join(path, key.Value)
		if v.Type() != d.types.Text {
			at = fmt.Sprintf("%s[%s]", path, key.Value)
			d.names[at] = Place{key.Line, key.Column}
		}
		d.value(value, element, at, depth+1)
		v.SetMapIndex(reflect.ValueOf(key.Value), element)
	})
}

// Join is the path of a part of what stands at a path.
func Join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}
