package questionnaire

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// schemaFile is where editors find the schema; -update writes it.
const schemaFile = "../../surveys/survey.schema.json"

func TestSchemaIsFresh(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, Schema()) {
		t.Errorf("%s is not what hailong schema writes; run go test ./internal/questionnaire -run Schema -update", schemaFile)
	}
}

// shapes returns the keys of all shapes, and the shapes, as docs names them.
func shapes(t reflect.Type, all map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		shapes(t.Elem(), all)
		if t == textType {
			all["text"] = true
		}
	case reflect.Struct:
		name := shapeName(t)
		if all[name] {
			return
		}
		all[name] = true
		for f := range t.Fields() {
			all[name+"."+yamlName(f)] = true
			shapes(f.Type, all)
		}
	case reflect.String:
		if t == codeType {
			all["code"] = true
		}
	default:
	}
}

// Every key is explained, and nothing else is.
func TestEveryKeyIsExplained(t *testing.T) {
	t.Parallel()
	all := map[string]bool{}
	shapes(reflect.TypeFor[File](), all)
	want := slices.Sorted(maps.Keys(all))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(docs))); diff != "" {
		t.Errorf("docs (-want +got):\n%s", diff)
	}
	for key := range examples {
		if !all[key] {
			t.Errorf("there is an example for %s, which is no key", key)
		}
	}
	for _, name := range typeNames() {
		if typeDocs[ItemType(name)] == "" {
			t.Errorf("the type %s is not explained", name)
		}
	}
	if len(typeDocs) != len(typeNames()) {
		t.Error("a type is explained that there is not")
	}
}

// The keys of the types in the schema are those of the reader.
func TestSchemaKnowsWhatItemsNeed(t *testing.T) {
	t.Parallel()
	for _, name := range typeNames() {
		for _, key := range needs[ItemType(name)] {
			file := &File{Title: Text{"vi": "a", "en": "a"}, Pages: []FilePage{{ID: "p", Items: []FileItem{{ID: "i", Type: name}}}}}
			_, err := Parse("s", "survey.yaml", file.Encode(nil))
			if err == nil || !bytes.Contains([]byte(err.Error()), []byte("add "+key+":")) {
				t.Errorf("%s without %s: got %v", name, key, err)
			}
		}
	}
}

func TestSchemaIsJSON(t *testing.T) {
	t.Parallel()
	var schema struct {
		Properties map[string]any
		Defs       map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if len(schema.Properties) != reflect.TypeFor[File]().NumField() || len(schema.Defs) < 15 {
		t.Errorf("got %d keys and %d parts", len(schema.Properties), len(schema.Defs))
	}
}
