package collect

import (
	"maps"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
)

// sent returns the answers as sent: one value is a code or a text, several are a
// list. A form can't leave a field out, so an empty value is none. Beside a
// number or a text, the code of a missing answer may be ticked: it wins. Values
// for items that are never shown are left out. The order is that of the names.
func (d *Draft) sent() ([]Field, []Repeat) {
	fields := make([]Field, 0, len(d.Values))
	var repeats []Repeat
	places := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(d.Values)) {
		id, about, again := strings.Cut(name, "@")
		f, ok := d.field(id, d.Values[name])
		switch {
		case !ok:
		case !again:
			fields = append(fields, f)
		default:
			k, ok := places[about]
			if !ok {
				k = len(repeats)
				places[about] = k
				repeats = append(repeats, Repeat{Agency: about})
			}
			repeats[k].Answers = append(repeats[k].Answers, f)
		}
	}
	return fields, repeats
}

// field returns one answer; false when nothing was answered.
func (d *Draft) field(id string, sent []string) (Field, bool) {
	f := Field{Item: id}
	values := slices.DeleteFunc(slices.Clone(sent), func(v string) bool { return v == "" })
	if len(values) == 0 {
		return f, false
	}
	v := d.Questionnaire.Variable(id)
	if v != nil && !isShown(v.Item) {
		return f, false
	}
	if len(values) > 1 && !typed(v) {
		f.Value = Value{Kind: List, List: values}
		return f, true
	}
	f.Value = Value{Kind: String, Text: values[0]}
	if len(values) > 1 {
		f.Value.Text = ticked(v, values)
	}
	if v != nil && (v.Kind == questionnaire.Days || v.Kind == questionnaire.Months) {
		f.Value.Text = written(v.Kind, f.Value.Text)
	}
	return f, true
}

// typed reports whether a variable is answered by typing.
func typed(v *questionnaire.Variable) bool {
	if v == nil || v.Item.Type == questionnaire.AgencyType {
		return false
	}
	return v.Kind != questionnaire.OneOf && v.Kind != questionnaire.SetOf
}

// ticked returns the missing code among values, or else the first.
func ticked(v *questionnaire.Variable, values []string) string {
	for _, value := range values {
		for i := range v.Item.Missing {
			if v.Item.Missing[i].Code == value {
				return value
			}
		}
	}
	return values[0]
}
