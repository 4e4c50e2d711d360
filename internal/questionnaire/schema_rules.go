package questionnaire

import (
	"slices"
	"strconv"
	"strings"
)

// eachRule calls f for each rule of a validate tag with its parameter.
func eachRule(tag string, f func(name, parameter string)) {
	for rule := range strings.SplitSeq(tag, ",") {
		name, parameter, _ := strings.Cut(rule, "=")
		f(name, parameter)
	}
}

// stringRules says in JSON Schema what a validate tag says of a text.
func stringRules(tag string) object {
	var o object
	mayBeEmpty := false
	eachRule(tag, func(name, parameter string) {
		switch name {
		case "omitempty":
			mayBeEmpty = true
		case "oneof":
			o = append(o, member{"enum", strings.Fields(parameter)})
		case "item_type":
			o = append(o, member{"enum", typeNames()}, member{"enumDescriptions", typeTexts()})
		case "datetime":
			o = append(o, member{"pattern", `^\d{4}-\d{2}-\d{2}$`})
		case "hexadecimal":
			o = append(o, member{"pattern", `^[0-9a-f]+$`})
		case "min":
			o = append(o, member{"minLength", whole(parameter)})
		case "max":
			o = append(o, member{"maxLength", whole(parameter)})
		default:
			if p, ok := patterns[name]; ok {
				text := p.String()
				if mayBeEmpty {
					text = "^(" + strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$") + ")?$"
				}
				o = append(o, member{"pattern", text}, member{"errorMessage", "Use " + spelt[name] + "."})
			}
		}
	})
	return o
}

func typeTexts() []string {
	names := typeNames()
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = typeDocs[ItemType(name)]
	}
	return texts
}

// numberRules says in JSON Schema what a validate tag says of a number.
func numberRules(tag string) object {
	keywords := map[string]string{"min": "minimum", "max": "maximum", "lte": "maximum", "gt": "exclusiveMinimum"}
	var o object
	eachRule(tag, func(name, parameter string) {
		if keyword, ok := keywords[name]; ok {
			o = append(o, member{keyword, whole(parameter)})
		}
	})
	return o
}

// listRules says in JSON Schema what a validate tag says of a list.
func listRules(tag string) object {
	var o object
	eachRule(tag, func(name, parameter string) {
		switch name {
		case "required":
			o = append(o, member{"minItems", 1})
		case "max":
			o = append(o, member{"maxItems", whole(parameter)})
		default:
		}
	})
	return o
}

// whole returns the number that a rule has; the shapes have only whole ones.
func whole(parameter string) int {
	n, err := strconv.Atoi(parameter)
	if err != nil {
		return 0 // tests would see it
	}
	return n
}

// textSchema describes a text. Its two usual languages are named, so that
// editors complete them.
func textSchema() object {
	return object{
		{"description", docs["text"]},
		{"type", "object"},
		{"minProperties", 1},
		{"properties", object{
			{"vi", object{{"type", "string"}, {"description", "In Vietnamese."}}},
			{"en", object{{"type", "string"}, {"description", "In English."}}},
		}},
		{"propertyNames", stringRules("language")},
		{"additionalProperties", object{{"type", "string"}}},
	}
}

// needs are the keys that an item of a type can't do without. Every
// type that is shown needs a text as well.
var needs = map[ItemType][]string{
	Scale: {"scale"}, Matrix: {"scale", "rows"}, Single: {"options"}, Multiple: {"options"}, Ranking: {"options"},
	Rating: {"low", "high"}, Calculated: {"calculate"},
}

// typeRules describes which keys go with which type of item.
func typeRules() object {
	var rules []any
	for _, name := range typeNames() {
		t := ItemType(name)
		var barred object
		bar := func(key string) { barred = append(barred, member{key, false}) }
		for _, k := range keys {
			if !slices.Contains(k.types, t) {
				bar(k.name)
			}
		}
		for _, k := range unseenKeys {
			if slices.Contains(k.types, t) && !slices.ContainsFunc(barred, func(m member) bool { return m.name == k.name }) {
				bar(k.name)
			}
		}
		then := object{{"properties", barred}}
		required := slices.Clone(needs[t])
		if !neverShown(t) {
			required = append([]string{"text"}, required...)
		}
		if len(required) > 0 {
			then = append(then, member{"required", required})
		}
		rules = append(rules, object{
			{"if", object{{"properties", object{{"type", object{{"const", name}}}}}, {"required", []string{"type"}}}},
			{"then", then},
		})
	}
	for _, pair := range [][]string{{"pattern", "message"}, {"message", "pattern"}} { // older editors know no dependentRequired
		rules = append(rules, object{{"if", object{{"required", pair[:1]}}}, {"then", object{{"required", pair[1:]}}}})
	}
	return object{
		{"not", object{{"required", []string{"required", "required_if"}}, {"properties", object{{"required", object{{"const", true}}}}}}},
		{"allOf", rules},
	}
}
