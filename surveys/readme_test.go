package surveys_test

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// fence is an example of the reference: what it is part of, and its lines.
var fence = regexp.MustCompile("(?s)```yaml (\\w+)\n(.*?\n)```\n")

// around is the smallest file that each kind of example can stand in. The
// items that examples speak of are asked on a page before.
var around = map[string]func(example string) string{
	"file":  func(e string) string { return e },
	"top":   func(e string) string { return without(head+scales+earlier, e) + e },
	"page":  func(e string) string { return head + scales + earlier + "  - " + indent(e, 4) },
	"pages": func(e string) string { return head + scales + earlier + "  " + indent(e, 2) },
	"item": func(e string) string {
		return head + scales + earlier + "  - id: own\n    items:\n      - " + indent(e, 8)
	},
	"items": func(e string) string {
		return head + scales + earlier + "  - id: own\n    items:\n      " + indent(e, 6)
	},
}

const (
	head   = "survey: example\ntitle: {vi: \"Ví dụ\", en: \"Example\"}\n"
	scales = `scales:
  agree5:
    options:
      - {code: "1", value: 1, label: {vi: "Không", en: "No"}}
      - {code: "5", value: 5, label: {vi: "Có", en: "Yes"}}
`
	earlier = `pages:
  - id: earlier
    items:
      - {id: overall, type: rating, low: {vi: "Kém", en: "Bad"}, high: {vi: "Tốt", en: "Good"}, text: {vi: "Chung", en: "Overall"}}
      - {id: speed, type: rating, low: {vi: "Kém", en: "Bad"}, high: {vi: "Tốt", en: "Good"}, text: {vi: "Nhanh", en: "Speed"}}
      - id: age_group
        type: single
        text: {vi: "Tuổi", en: "Age"}
        options: [{code: under_30, label: {vi: "Dưới 30", en: "Under 30"}}, {code: over_30, label: {vi: "Từ 30", en: "30 or more"}}]
`
)

func indent(s string, n int) string {
	return strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n"+strings.Repeat(" ", n)) + "\n"
}

// without leaves out of a file the parts at the left margin that an example brings itself.
func without(file, example string) string {
	for line := range strings.SplitSeq(example, "\n") {
		key, _, ok := strings.Cut(line, ":")
		if !ok || key == "" || strings.ContainsAny(key[:1], " -#") {
			continue
		}
		file = regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(key)+`:.*\n(?:^ .*\n)*`).ReplaceAllString(file, "")
	}
	return file
}

// The smallest PNG that there is.
var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")

func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{"bien-hieu.png": {Data: png}}
	examples := fence.FindAllSubmatchIndex(readme, -1)
	if len(examples) < 15 || bytes.Count(readme, []byte("```yaml")) != len(examples) {
		t.Fatalf("%d examples found of %d", len(examples), bytes.Count(readme, []byte("```yaml")))
	}
	for _, at := range examples {
		kind, text := string(readme[at[2]:at[3]]), string(readme[at[4]:at[5]])
		line := 1 + bytes.Count(readme[:at[0]], []byte("\n"))
		wrap := around[kind]
		if wrap == nil {
			t.Errorf("README.md:%d: an example of kind %q", line, kind)
			continue
		}
		s, err := questionnaire.ParseIn(folder, "example", "example.yaml", []byte(wrap(text)))
		switch {
		case err != nil:
			t.Errorf("README.md:%d:\n%v", line, err)
		case len(s.Warnings) > 0:
			t.Errorf("README.md:%d:\n%v", line, s.Warnings)
		}
	}
}

// Every key and every function is explained.
func TestReadmeIsComplete(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(b)
	seen := map[reflect.Type]bool{}
	var keys func(reflect.Type)
	keys = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			keys(typ.Elem())
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for field := range typ.Fields() {
				key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
				if !regexp.MustCompile(`\b` + key + `\b`).MatchString(readme) {
					t.Errorf("the key %s of %s is not in README.md", key, typ.Name())
				}
				keys(field.Type)
			}
		default:
		}
	}
	keys(reflect.TypeFor[questionnaire.File]())
	for _, name := range logic.Functions() {
		if !strings.Contains(readme, name+"(") && !strings.Contains(readme, name+" ") {
			t.Errorf("the function %s is not in README.md", name)
		}
	}
}
