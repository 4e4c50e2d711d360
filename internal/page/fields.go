package page

import (
	"encoding/json"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
)

// The prefixes of form fields. What follows is the name of an answer: a
// variable's id, with @ and the id of an agency on pages that repeat.
const (
	Answer = "a." // an answer
	Parts  = "d." // a day or month, once for each of its parts
	Find   = "f." // what is searched for among agencies
	Found  = "w." // what the agencies that are shown were found by
)

// Kept is the form field with all answers that a page does not show, as a JSON
// object of lists by name. One field for all of them keeps the last page of a
// long questionnaire as quick as the first.
const Kept = "kept"

// Answers collects the answers from the fields of a form. Days and months are
// put together from their parts. Names that the questionnaire does not have are
// left out. What the page shows comes before what it keeps.
func Answers(q *questionnaire.Questionnaire, fields map[string][]string) map[string][]string {
	values := kept(q, fields[Kept])
	for name := range values {
		if fields[Answer+name] != nil || fields[Parts+name] != nil {
			delete(values, name)
		}
	}
	for field, list := range fields {
		name, ok := strings.CutPrefix(field, Answer)
		if ok && known(q, name) {
			values[name] = append(list, values[name]...)
			continue
		}
		if name, ok = strings.CutPrefix(field, Parts); ok && known(q, name) {
			if whole := joined(list); whole != "" {
				values[name] = append(values[name], whole)
			}
		}
	}
	return values
}

// keep packs the answers that a page does not show; empty when there are none.
func keep(q *questionnaire.Questionnaire, values map[string][]string, shown map[string]bool) string {
	list := map[string][]string{}
	for name, answers := range values {
		filled := slices.DeleteFunc(slices.Clone(answers), func(s string) bool { return s == "" })
		if len(filled) > 0 && !shown[Answer+name] && known(q, name) {
			list[name] = filled
		}
	}
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the template does that
	if err := e.Encode(list); err != nil {
		return "" // never: these are texts
	}
	return strings.TrimSpace(b.String())
}

// kept unpacks what keep packed. What is none is no answer.
func kept(q *questionnaire.Questionnaire, fields []string) map[string][]string {
	values := map[string][]string{}
	for _, field := range fields {
		var list map[string][]string
		if json.Unmarshal([]byte(field), &list) != nil {
			continue
		}
		for name, answers := range list {
			if known(q, name) && values[name] == nil {
				values[name] = answers
			}
		}
	}
	return values
}

// known reports whether a name is that of an answer: of a variable, or of a
// ranking, whose answer is a list in order.
func known(q *questionnaire.Questionnaire, name string) bool {
	id, _, _ := strings.Cut(name, "@")
	if q.Variable(id) != nil {
		return true
	}
	it := q.Item(id)
	return it != nil && it.Type == questionnaire.Ranking
}

// joined puts the parts of a day or month together as people write it: day,
// month and year with strokes between. Parts that are missing stay missing, for
// the check to say so. It is empty when all are.
func joined(parts []string) string {
	trimmed := make([]string, len(parts))
	some := false
	for i, p := range parts {
		trimmed[i] = strings.TrimSpace(p)
		some = some || trimmed[i] != ""
	}
	if !some {
		return ""
	}
	return strings.Join(trimmed, "/")
}

// parted takes a day or month apart into n parts, day first; what is none stands
// in the first, so that it is seen and kept.
func parted(text string, n int) []string {
	parts := make([]string, n)
	if text == "" {
		return parts
	}
	split := strings.Split(text, "/")
	if len(split) != n {
		// As programs and links write it: year first.
		if split = strings.Split(text, "-"); len(split) == n && len(split[0]) == 4 {
			for i := range n {
				parts[n-1-i] = strings.TrimLeft(split[i], "0")
			}
			return parts
		}
	}
	if len(split) != n {
		parts[0] = text
		return parts
	}
	copy(parts, split)
	return parts
}
