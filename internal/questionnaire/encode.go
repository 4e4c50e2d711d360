package questionnaire

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hailong/internal/yamlfile"
)

// Encode writes a file as people write it: keys in the order of the shapes,
// short parts on one line, texts in quotes, long ones as blocks, and nothing
// that is left out. What it writes reads back as the same file, but for spaces
// around texts, which mean nothing; it has no mistake that the file had not.
//
// Comments are written above the parts they are about, by their paths, such as
// pages[0].items[3] or scales[agree]; that of a part that is left out goes to
// the nearest part around it, and those of "" to the head of the file.
func (f *File) Encode(comments map[string]string) []byte {
	e := &encoder{languages: f.Languages}
	if len(e.languages) == 0 {
		e.languages = []string{"vi", "en"}
	}
	root := e.part(reflect.ValueOf(f).Elem(), "", false)
	e.comment(root, comments)
	for _, line := range root.comment {
		e.line(0, "# ", line)
	}
	if len(root.parts) == 0 {
		e.line(0, "{}")
	}
	e.keys(root, 0)
	return e.out
}

// maxColumns is how wide a line may be that holds more than one value.
const maxColumns = 110

// written is a value as it will be written.
type written struct {
	path    string
	parent  *written
	key     string // in a mapping
	comment []string
	scalar  string   // a value on one line
	block   []string // or a text in lines
	list    bool
	parts   []*written // of a mapping or a list
	tall    bool       // not to be written on one line
	apart   bool       // with an empty line above
}

type encoder struct {
	languages []string
	out       []byte
}

// tallShapes are always written with one key on a line.
var tallShapes = []reflect.Type{
	reflect.TypeFor[File](), reflect.TypeFor[FileConsent](), reflect.TypeFor[FileEnd](), reflect.TypeFor[FileScale](),
	reflect.TypeFor[FilePage](), reflect.TypeFor[FileCheck](), reflect.TypeFor[FileItem](), reflect.TypeFor[FileIndex](),
	reflect.TypeFor[FileFieldwork](), reflect.TypeFor[FileQuota](), reflect.TypeFor[FileChanges](), reflect.TypeFor[FileBreak](),
}

// apartKeys have an empty line above them, and those of apartEntries between
// their entries.
var (
	apartKeys    = []string{"scales", "pages", "measures", "indices", "fieldwork", "changes"}
	apartEntries = []string{"pages", "indices"}
)

// part returns a value as it will be written. Prose stands in quotes even where
// YAML needs none.
func (e *encoder) part(v reflect.Value, path string, prose bool) *written {
	p := &written{path: path}
	switch v.Kind() {
	case reflect.Pointer:
		return e.part(v.Elem(), path, prose)
	case reflect.Struct:
		if m, ok := reflect.TypeAssert[FileMissing](v); ok && len(m.Label) == 0 && m.Code != "" {
			return e.part(v.Field(0), path, false)
		}
		p.tall = slices.Contains(tallShapes, v.Type())
		e.fields(p, v)
	case reflect.Map:
		for _, key := range e.names(v) {
			at := yamlfile.Join(path, key)
			if v.Type() != textType {
				at = fmt.Sprintf("%s[%s]", path, key)
			}
			child := e.part(v.MapIndex(reflect.ValueOf(key)), at, v.Type() == textType)
			child.key = word(key, true)
			p.add(child)
		}
		p.tall = p.tall || v.Type().Elem().Kind() != reflect.String
	case reflect.Slice:
		p.list = true
		for i := range v.Len() {
			child := e.part(v.Index(i), fmt.Sprintf("%s[%d]", path, i), false)
			child.apart = i > 0 && slices.Contains(apartEntries, path)
			p.add(child)
			p.tall = p.tall || child.scalar == ""
		}
	case reflect.String:
		p.words(strings.TrimSpace(v.String()), prose)
	case reflect.Bool:
		p.scalar = strconv.FormatBool(v.Bool())
	case reflect.Int:
		p.scalar = strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		p.scalar = number(v.Float())
	default: // the shapes use no other kinds
	}
	return p
}

func (e *encoder) fields(p *written, v reflect.Value) {
	for f, field := range v.Fields() {
		name := yamlName(f)
		if omitted(field) {
			continue
		}
		child := e.part(field, yamlfile.Join(p.path, name), name == "notes" || name == "method")
		child.key = name
		child.apart = p.path == "" && slices.Contains(apartKeys, name)
		p.add(child)
	}
}

// omitted reports whether a value means the same as leaving its key out.
func omitted(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		for _, field := range v.Fields() {
			if !omitted(field) {
				return false
			}
		}
		return true
	case reflect.String:
		return strings.TrimSpace(v.String()) == ""
	default:
		return v.IsZero()
	}
}

func (p *written) add(child *written) {
	p.parts = append(p.parts, child)
	p.tall = p.tall || child.tall || child.block != nil
}

// names returns the keys of a mapping in their order: languages as the survey
// has them, others by name.
func (e *encoder) names(v reflect.Value) []string {
	var names []string
	for _, key := range v.MapKeys() {
		names = append(names, key.String())
	}
	slices.Sort(names)
	if v.Type() == textType {
		rank := func(name string) int {
			if i := slices.Index(e.languages, name); i >= 0 {
				return i
			}
			return len(e.languages)
		}
		slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	}
	return names
}

// words decides how a text is written.
func (p *written) words(s string, prose bool) {
	switch {
	case strings.Contains(s, "\n") && isBlock(s):
		p.block = strings.Split(s, "\n")
	case prose:
		p.scalar = inQuotes(s)
	default:
		p.scalar = word(s, false)
	}
}

// isBlock reports whether a text reads back from a block as it is.
func isBlock(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimRight(line, " ") != line || strings.ContainsFunc(line, hidden) {
			return false
		}
	}
	return true
}

// hidden reports whether a character is written by its number: YAML, or a
// reader of the file, would take it for something else.
func hidden(r rune) bool {
	return unicode.IsControl(r) || yamlfile.Unshown(r) || r == '\u2028' || r == '\u2029' || r == '\ufffe' || r == '\uffff'
}

// word writes a text without quotes where it then reads back as the same text,
// in brackets as well.
func word(s string, key bool) string {
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case !unicode.IsLetter(first) && first != '_' && (first != '(' || key),
		strings.ContainsAny(s, ",[]{}") || strings.HasSuffix(s, ":") || strings.Contains(s, ": ") || strings.Contains(s, " #"),
		key && strings.Contains(s, ":"),
		strings.ContainsFunc(s, hidden),
		yamlfile.IsYes(s) || slices.Contains([]string{"true", "false", "null"}, strings.ToLower(s)):
		return inQuotes(s)
	}
	return s
}

// inQuotes writes a text in quotes.
func inQuotes(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func number(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 0):
		return strings.Replace(strconv.FormatFloat(f, 'f', -1, 64), "Inf", ".inf", 1)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// comment gives the comments to the parts.
func (e *encoder) comment(root *written, comments map[string]string) {
	byPath := map[string]*written{}
	var walk func(p *written)
	walk = func(p *written) {
		if byPath[p.path] == nil {
			byPath[p.path] = p
		}
		for _, child := range p.parts {
			child.parent = p
			walk(child)
		}
	}
	walk(root)
	for _, path := range slices.Sorted(maps.Keys(comments)) {
		at := path
		for byPath[at] == nil && at != "" {
			at = yamlfile.Parent(at)
		}
		p := byPath[at]
		for line := range strings.SplitSeq(strings.TrimSpace(comments[path]), "\n") {
			p.comment = append(p.comment, clean(line))
		}
		for p = p.parent; p != nil; p = p.parent {
			p.tall = true
		}
	}
}

// clean makes one line of a comment.
func clean(line string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if hidden(r) {
			return ' '
		}
		return r
	}, line), " ")
}
