package questionnaire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Schema returns the JSON Schema (2020-12) of survey.yaml, from which editors
// complete and explain every key. It is made of the shapes, so that it can't
// say anything else than the reader does; what needs a second look at the file
// is left to [ParseIn].
func Schema() []byte {
	s := &schema{parts: map[string]object{}}
	file := s.shape(reflect.TypeFor[File]())
	whole := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "survey.yaml"},
	}
	whole = append(whole, file...)
	parts := make(object, 0, len(s.names))
	for _, name := range s.names {
		parts = append(parts, member{name, s.parts[name]})
	}
	whole = append(whole, member{"$defs", parts})
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(whole); err != nil {
		return nil // it holds nothing that JSON has not, as tests see
	}
	return b.Bytes()
}

// member is a key of a JSON object, object is one in the order in which it is
// written.
type (
	member struct {
		name  string
		value any
	}
	object []member
)

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(m.name) + ":")
		if err := encoder.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schema collects the parts that others refer to.
type schema struct {
	names []string
	parts map[string]object
}

// refer returns a reference to a part, which is made when it is named first.
func (s *schema) refer(name string, part func() object) object {
	if _, ok := s.parts[name]; !ok {
		s.names = append(s.names, name)
		s.parts[name] = nil // it may refer to itself
		s.parts[name] = part()
	}
	return object{{"$ref", "#/$defs/" + name}}
}

// shapeName returns the name of a shape as docs has it.
func shapeName(t reflect.Type) string {
	if t == reflect.TypeFor[File]() {
		return "file"
	}
	return strings.ToLower(strings.TrimPrefix(t.Name(), "File"))
}

// shape describes a mapping with the keys of a struct.
func (s *schema) shape(t reflect.Type) object {
	name := shapeName(t)
	var properties object
	var required []string
	for f := range t.Fields() {
		key := yamlName(f)
		if slices.Contains(strings.Split(f.Tag.Get("validate"), ","), "required") {
			required = append(required, key)
		}
		property := s.value(f.Type, f.Tag.Get("validate"))
		property = append(property, member{"description", docs[name+"."+key]})
		if example, ok := examples[name+"."+key]; ok {
			property = append(property, member{"examples", []any{example}})
		}
		properties = append(properties, member{key, property})
	}
	o := object{
		{"description", docs[name]},
		{"type", "object"},
		{"properties", properties},
		{"additionalProperties", false},
	}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	if t == reflect.TypeFor[FileItem]() {
		o = append(o, typeRules()...)
	}
	return o
}

// value describes a value by its type and its validate tag.
func (s *schema) value(t reflect.Type, rules string) object {
	own, deeper, _ := strings.Cut(rules, "dive")
	deeper = strings.TrimPrefix(deeper, ",")
	switch t {
	case textType:
		return s.refer("text", textSchema)
	case missingType:
		return s.refer("missing", func() object {
			code, _ := reflect.TypeFor[FileMissing]().FieldByName("Code")
			return object{{"description", docs["missing"]}, {"anyOf", []any{s.value(code.Type, code.Tag.Get("validate")), s.shape(missingType)}}}
		})
	case codeType:
		if strings.Contains(rules, "oneof") {
			break
		}
		return s.refer("code", func() object {
			return append(object{{"description", docs["code"]}, {"type", "string"}}, stringRules("code")...)
		})
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.value(t.Elem(), rules)
	case reflect.Struct:
		return s.refer(shapeName(t), func() object { return s.shape(t) })
	case reflect.Slice:
		return append(object{{"type", "array"}, {"items", s.value(t.Elem(), deeper)}}, listRules(own)...)
	case reflect.Map:
		o := object{{"type", "object"}}
		if keys, values, ok := strings.Cut(strings.TrimPrefix(deeper, "keys,"), ",endkeys"); ok {
			o = append(o, member{"propertyNames", stringRules(keys)})
			deeper = strings.TrimPrefix(values, ",")
		}
		return append(o, member{"additionalProperties", s.value(t.Elem(), deeper)})
	case reflect.String:
		return append(object{{"type", "string"}}, stringRules(own)...)
	case reflect.Bool:
		return object{{"type", "boolean"}}
	case reflect.Int:
		return append(object{{"type", "integer"}}, numberRules(own)...)
	default:
		return append(object{{"type", "number"}}, numberRules(own)...)
	}
}
