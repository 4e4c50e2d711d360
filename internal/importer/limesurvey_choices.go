package importer

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// fixedLists are the options of types that have always the same.
var fixedLists = map[string][]struct {
	name, code string
	label      map[string]string
}{
	"G": {
		{"F", "female", map[string]string{"vi": "Nữ", "en": "Female", "fr": "Féminin", "de": "Weiblich", "es": "Mujer"}},
		{"M", "male", map[string]string{"vi": "Nam", "en": "Male", "fr": "Masculin", "de": "Männlich", "es": "Hombre"}},
	},
	"C": {
		{"Y", "yes", map[string]string{"vi": "Có", "en": "Yes", "fr": "Oui", "de": "Ja", "es": "Sí"}},
		{"U", "uncertain", map[string]string{"vi": "Không chắc", "en": "Uncertain", "fr": "Incertain", "de": "Unsicher", "es": "No seguro"}},
		{"N", "no", map[string]string{"vi": "Không", "en": "No", "fr": "Non", "de": "Nein", "es": "No"}},
	},
	"E": {
		{"I", "increase", map[string]string{"vi": "Tăng", "en": "Increase", "fr": "Augmente", "de": "Zunahme", "es": "Aumenta"}},
		{"S", "same", map[string]string{"vi": "Như cũ", "en": "Same", "fr": "Identique", "de": "Gleich", "es": "Igual"}},
		{"D", "decrease", map[string]string{"vi": "Giảm", "en": "Decrease", "fr": "Diminue", "de": "Abnahme", "es": "Disminuye"}},
	},
	"Y": {
		{"Y", "yes", map[string]string{"vi": "Có", "en": "Yes", "fr": "Oui", "de": "Ja", "es": "Sí"}},
		{"N", "no", map[string]string{"vi": "Không", "en": "No", "fr": "Non", "de": "Nein", "es": "No"}},
	},
}

// fixed returns the options of a type, one list for all questions of the type.
func (l *limeSurvey) fixed(typ string) *list {
	if known, ok := l.known[typ]; ok {
		return known
	}
	made := &list{name: "type_" + strings.ToLower(typ)}
	switch typ {
	case "5", "A":
		made = numbers(1, 5)
	case "B":
		made = numbers(1, 10)
	}
	for _, o := range fixedLists[typ] {
		c := choice{name: o.name, code: o.code, label: texts{}}
		for _, lang := range l.tags.all() {
			base, _, _ := strings.Cut(lang, "-")
			if s := o.label[base]; s != "" {
				c.label[lang] = s
			}
		}
		if len(c.label) == 0 {
			c.label[l.tags.all()[0]] = o.label["en"]
		}
		made.choices = append(made.choices, c)
	}
	name := map[string]string{"5": "points5", "A": "points5", "B": "points10", "C": "yes_uncertain_no", "E": "increase_same_decrease", "G": "gender", "Y": "yes_no"}[typ]
	made.scale = l.scales.take(name)
	l.known[typ] = made
	if typ == "5" || typ == "A" {
		l.known["5"], l.known["A"] = made, made
	}
	return made
}

// answers makes a list of answers or subquestions; those of questions that have
// the same become one, and a scale.
func (l *limeSurvey) answers(q *limeQuestion, from []*limeAnswer, scale string, e *Entry) *list {
	made := &list{name: q.code}
	seen := map[string]bool{}
	var key strings.Builder
	for _, a := range from {
		if a.scale != scale && (a.scale != "" || scale != "0") {
			continue
		}
		if seen[a.code] {
			e.change("the code %s is there twice: only the first is kept", a.code)
			continue
		}
		seen[a.code] = true
		label := l.plain(a.text, e)
		made.choices = append(made.choices, choice{name: a.code, label: label})
		fmt.Fprintf(&key, "%q %q\n", a.code, label)
	}
	if same, ok := l.lists[key.String()]; ok && len(made.choices) > 0 {
		same.codes(e) // told of every question
		return same
	}
	made.codes(e)
	if len(made.choices) > 0 {
		made.scale = l.scales.take(idOf(q.code, "scale"))
		l.lists[key.String()] = made
	}
	return made
}

// chosen are the types with options.
func (l *limeSurvey) chosen(one *question, q *limeQuestion) []*question {
	e := one.entry
	one.kind = questionnaire.Single
	switch q.typ {
	case "Y":
		one.kind, one.list, one.own = questionnaire.YesNo, l.fixed("Y"), true
	case "5", "G":
		one.list = l.fixed(q.typ)
		if q.typ == "5" {
			e.note("the points have no words: give the scale %s words for each, or at its ends", one.list.scale)
		}
	case "M", "P":
		one.kind, one.list = questionnaire.Multiple, l.answers(q, q.subs, "0", e)
		l.members(one, q)
	case "R":
		one.kind, one.list = questionnaire.Ranking, l.answers(q, slices.Concat(q.answers, q.subs), "0", e)
		if n, err := strconv.Atoi(q.attr("max_answers")); err == nil && n >= 1 && n <= min(20, len(one.list.choices)) {
			one.item.Ranks = &n
		}
	default:
		one.list = l.answers(q, q.answers, "0", e)
	}
	if q.other == "Y" && one.kind != questionnaire.Ranking {
		one.alone()
		label := l.spoken(l.plain(q.attrs["other_replace_text"], e))
		if len(label) == 0 {
			label = l.tags.stand("other")
		}
		one.list.choices = append(one.list.choices, choice{name: "-oth-", code: "other", label: label, other: true})
	}
	if q.attr("random_order") == "1" {
		one.item.Order = "random"
	}
	if !one.fits() {
		return nil
	}
	l.know(q, "", &ref{question: one})
	made := []*question{one}
	if q.typ == "O" || q.typ == "P" {
		comment := &question{entry: e, name: q.code + "comment", kind: questionnaire.TextType, scope: l.names, text: l.tags.stand("comment")}
		l.know(q, "comment", &ref{question: comment})
		made = append(made, comment)
		e.change("the comment is a question of its own")
	}
	return made
}

// members are the options of a question with several answers.
func (l *limeSurvey) members(one *question, q *limeQuestion) {
	for _, s := range q.subs {
		l.know(q, s.code, &ref{question: one, member: s.code})
	}
	for _, code := range strings.FieldsFunc(q.attr("exclude_all_others"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		for i := range one.list.choices {
			if one.list.choices[i].name == code {
				one.alone()
				one.list.choices[i].exclusive = true
			}
		}
	}
	for _, limit := range []struct{ name, op string }{{"min_answers", ">="}, {"max_answers", "<="}} {
		value := q.attr(limit.name)
		if value == "" {
			continue
		}
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !one.size("count-selected", limit.op, &node{op: "num", num: f}) {
			one.entry.change("%s is left out (%s)", limit.name, clip(value, 60))
		}
	}
}

// arrays are the types with rows.
func (l *limeSurvey) arrays(one *question, q *limeQuestion) []*question {
	e := one.entry
	scales := []string{"0"}
	if q.typ == "1" {
		scales = append(scales, "1")
		e.change("the two scales are two questions")
	}
	if q.typ == "H" {
		e.change("rows and columns change places")
	}
	var made []*question
	for i, scale := range scales {
		m := *one
		m.kind = questionnaire.Matrix
		switch q.typ {
		case "F", "H", "1":
			m.list = l.answers(q, q.answers, scale, e)
		default:
			m.list = l.fixed(q.typ)
		}
		if n := len(m.list.choices); n == 0 || n > maxOptions || len(q.subs) == 0 || len(q.subs) > 100 {
			e.refuse("it has %d options and %d rows: at least one of each is needed, and at most %d and 100 are possible", n, len(q.subs), maxOptions)
			return nil
		}
		end := ""
		if q.typ == "1" {
			end = "_" + strconv.Itoa(i)
			m.name = q.code + end
			m.text = l.headed(m.text, q.attrs["dualscale_header"+[]string{"A", "B"}[i]], e)
		}
		if q.attr("random_order") == "1" || q.attr("subquestion_order") == "random" {
			m.item.RowOrder = "random"
		}
		for _, s := range q.subs {
			r := &row{name: q.code + "_" + s.code + end, text: l.plain(s.text, e)}
			m.rows = append(m.rows, r)
			l.know(q, s.code+end, &ref{question: &m, row: r})
		}
		made = append(made, &m)
	}
	l.know(q, "", &ref{question: made[0]})
	return made
}

// headed puts the heading of a scale behind a text.
func (l *limeSurvey) headed(t, heading texts, e *Entry) texts {
	all := maps.Clone(t)
	for lang, s := range l.spoken(l.plain(heading, e)) {
		if s != "" {
			all[lang] = strings.TrimSpace(all[lang] + " – " + s)
		}
	}
	return all
}

// several are questions with a field for every subquestion: a note with the
// question, then a question for each field.
func (l *limeSurvey) several(one *question, q *limeQuestion) []*question {
	if len(q.subs) == 0 {
		one.entry.refuse("it has no subquestions")
		return nil
	}
	head := *one
	head.kind, head.text = questionnaire.Note, l.rich(q.text, one.entry)
	made := []*question{&head}
	for _, s := range q.subs {
		field := &question{entry: one.entry, name: q.code + "_" + s.code, scope: l.names, text: l.plain(s.text, one.entry)}
		if q.typ == "K" {
			field.kind = questionnaire.Decimal
			l.amount(field, q)
		} else {
			field.kind = questionnaire.TextType
			single := 1
			field.item.Lines = &single
			l.writing(field, q)
		}
		l.know(q, s.code, &ref{question: field})
		made = append(made, field)
	}
	one.entry.change("a note with the question, then a question for each field")
	return made
}
