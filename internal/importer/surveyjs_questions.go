package importer

import (
	"fmt"
	"math"
	"strings"

	"hailong/internal/questionnaire"
)

var jsRefused = map[string]string{
	"paneldynamic": "panels that repeat: pages repeat for chosen agencies only", "matrixdynamic": "a table that grows can't be read on a telephone",
	"matrixdropdown": "a table of questions can't be read on a telephone: ask one question for each cell that matters",
	"file":           noFile, "signaturepad": noFile, "image": "a picture is not part of the file: add it to the folder, and image: to an item", "imagemap": noFile, "microphone": noFile,
	"flowpanel": "questions inside a running text",
}

// question makes the questions of one of SurveyJS's: none if it is refused.
func (s *surveyJS) question(q *jsElement, e *Entry) []*question {
	one := &question{entry: e, name: q.Name, scope: s.names, text: s.plain(q.Title), help: s.rich(q.Description)}
	if len(one.text) == 0 {
		one.text = texts{s.tags.guess: escaped(clean(q.Name))} // as SurveyJS does
	}
	reason := jsRefused[q.Type]
	if reason == "" && !s.typed(one, q) && e.Outcome != Refused {
		reason = "this type is not known"
	}
	if reason != "" {
		e.refuse("%s", reason)
	}
	if e.Outcome == Refused {
		s.names.name(q.Name, &ref{why: "it was refused"})
		return nil
	}
	if q.Type == "multipletext" {
		return s.several(one, q)
	}
	if !s.names.name(q.Name, &ref{question: one}) {
		e.change("the name %s is there twice: conditions that read it mean the first", clip(q.Name, 60))
	}
	s.rules(one, q)
	return []*question{one}
}

// typed gives a question its type; false if it has none.
func (s *surveyJS) typed(one *question, q *jsElement) bool {
	e := one.entry
	switch q.Type {
	case "text":
		s.input(one, q)
	case "comment":
		one.kind = questionnaire.LongText
	case "radiogroup", "dropdown", "buttongroup", "imagepicker":
		one.kind = questionnaire.Single
		return s.choose(one, q)
	case "checkbox", "tagbox":
		one.kind = questionnaire.Multiple
		return s.choose(one, q)
	case "ranking":
		one.kind = questionnaire.Ranking
		return s.choose(one, q)
	case "boolean":
		s.boolean(one, q)
	case "rating":
		return s.rating(one, q)
	case "slider":
		one.kind = questionnaire.Decimal
		s.bounds(one, q)
		e.change("a number is typed instead of a slider moved")
	case "matrix":
		return s.matrix(one, q)
	case "multipletext":
		if len(q.Items) == 0 || len(q.Items) > 100 {
			e.refuse("it has no items, or more than 100")
		}
	case "html":
		one.kind, one.text, one.help = questionnaire.Note, s.rich(q.HTML), nil
	case "expression":
		one.kind, one.text, one.help = questionnaire.Calculated, nil, nil
		if one.calc = newCond("expression", q.Expression, surveyJSSyntax()); one.calc == nil {
			e.refuse("it has no expression")
			return false
		}
		e.change("it is worked out and not shown: ${%s} shows it on later pages", idOf(q.Name, "it"))
	default:
		return false
	}
	return true
}

// input is a field to type into.
func (s *surveyJS) input(one *question, q *jsElement) {
	one.kind = questionnaire.TextType
	single := 1
	switch q.InputType {
	case "number", "range":
		one.kind = questionnaire.Decimal
		s.bounds(one, q)
	case "date", "datetime", "datetime-local":
		one.kind = questionnaire.Date
		s.daySpan(one, q)
		if q.InputType != "date" {
			one.entry.change("only the day is asked for, not the time")
		}
	case "month":
		one.kind = questionnaire.Month
	case "email":
		one.kind = questionnaire.Email
	case "", "text":
		one.item.Lines = &single
	case "time":
		one.item.Lines = &single
		one.item.Pattern = "([01]?[0-9]|2[0-3])[:h][0-5][0-9]"
		one.item.Message = questionnaire.Text(s.tags.stand("time"))
		one.entry.change("a text such as 14:30")
	default:
		one.item.Lines = &single
		one.entry.change("asked for as a text: inputType %s is not known", clip(q.InputType, 30))
	}
}

func (s *surveyJS) bounds(one *question, q *jsElement) {
	for _, limit := range []struct {
		op    string
		value any
	}{{">=", q.Min}, {"<=", q.Max}} {
		switch v := limit.value.(type) {
		case nil:
		case float64:
			if !one.bound(limit.op, v) {
				one.entry.change("the limit %s is left out", plainNumber(v))
			}
		default:
			one.entry.change("the limit %v is left out", limit.value)
		}
	}
}

func (s *surveyJS) daySpan(one *question, q *jsElement) {
	for _, limit := range []struct {
		op    string
		value any
	}{{">=", q.Min}, {"<=", q.Max}} {
		text, _ := limit.value.(string)
		switch {
		case text == "":
		case strings.EqualFold(text, "today()") && one.day(limit.op, &node{op: "call", text: "today"}):
		case one.day(limit.op, &node{op: "str", text: text}):
		default:
			one.entry.change("the limit %s is left out", clip(text, 40))
		}
	}
}

// options makes a list; those of questions that have the same become a scale.
func (s *surveyJS) options(q *jsElement, from []jsChoice, e *Entry) *list {
	made := &list{name: q.Name}
	var key strings.Builder
	seen := map[string]bool{}
	for _, c := range from {
		if c.name == "" || seen[c.name] || len(made.choices) > 5000 {
			continue
		}
		seen[c.name] = true
		label := s.plain(c.text)
		if len(label) == 0 {
			label = texts{s.tags.guess: escaped(clean(c.name))}
		}
		if c.visibleIf != "" {
			e.warn("the visibleIf of the option %s is left out: options are always offered", clip(c.name, 40))
		}
		made.choices = append(made.choices, choice{name: c.name, label: label})
		fmt.Fprintf(&key, "%q %q\n", c.name, label)
	}
	if same, ok := s.lists[key.String()]; ok {
		return same
	}
	made.codes(e)
	made.scale = s.scales.take(idOf(q.Name, "scale"))
	s.lists[key.String()] = made
	return made
}

func (s *surveyJS) choose(one *question, q *jsElement) bool {
	e := one.entry
	if q.URL != nil {
		e.refuse("its options are loaded from an address")
		return false
	}
	one.list = s.options(q, q.Choices, e)
	if isTrue(q.HasOther) || isTrue(q.ShowOther) {
		s.extra(one, choice{name: "other", other: one.kind != questionnaire.Ranking, label: s.plain(q.OtherText)}, "other")
	}
	if isTrue(q.HasNone) || isTrue(q.ShowNone) {
		s.extra(one, choice{name: "none", exclusive: one.kind == questionnaire.Multiple, label: s.plain(q.NoneText)}, "none")
	}
	switch q.Order {
	case "random":
		one.item.Order = "random"
	case "asc", "desc":
		e.change("the options are in the order of the file, not of the alphabet")
	}
	if !one.fits() {
		return false
	}
	for _, limit := range []struct {
		op string
		n  *float64
	}{{">=", q.MinChoices}, {"<=", q.MaxChoices}} {
		if limit.n != nil && *limit.n > 0 && !one.size("count-selected", limit.op, &node{op: "num", num: *limit.n}) {
			e.change("the limit of %s choices is left out", plainNumber(*limit.n))
		}
	}
	return true
}

func (s *surveyJS) extra(one *question, c choice, words string) {
	one.alone()
	if len(c.label) == 0 {
		c.label = s.tags.stand(words)
	}
	one.list.choices = append(one.list.choices, c)
	one.list.codes(nil)
}

// boolean is yes or no. What conditions compare it with are true and false, or
// the question's own values.
func (s *surveyJS) boolean(one *question, q *jsElement) {
	one.kind, one.own = questionnaire.YesNo, true
	names := [2]string{"true", "false"}
	for i, v := range []any{q.ValueTrue, q.ValueFalse} {
		if name := plainValue(v); name != "" {
			names[i] = name
		}
	}
	one.list = &list{choices: []choice{{name: names[0], code: "yes", label: s.plain(q.LabelTrue)}, {name: names[1], code: "no", label: s.plain(q.LabelFalse)}}}
	for i := range one.list.choices {
		if c := &one.list.choices[i]; len(c.label) == 0 {
			c.label = s.tags.stand(c.code)
		}
	}
}

func (s *surveyJS) rating(one *question, q *jsElement) bool {
	e := one.entry
	one.kind = questionnaire.Single
	if len(q.RateValues) > 0 {
		one.list = s.options(q, q.RateValues, e)
		return one.fits()
	}
	least, most, step := orDefault(q.RateMin, 1), orDefault(q.RateMax, 5), orDefault(q.RateStep, 1)
	low, high := s.plain(q.MinRate), s.plain(q.MaxRate)
	whole := least == math.Trunc(least) && most == math.Trunc(most) && step == 1 && most > least && most-least <= 100 && math.Abs(least) <= 1000
	switch {
	case !whole:
		e.refuse("a rating from %s to %s by %s", plainNumber(least), plainNumber(most), plainNumber(step))
		return false
	case least == 0 && most == 10:
		one.kind = questionnaire.NetPromoter
	case least == 1 && most >= 3 && most <= 10:
		one.kind = questionnaire.Rating
		one.item.Max = &most
	default:
		one.list, one.own = numbers(int(least), int(most)), true
		one.list.codes(e)
		return one.fits()
	}
	one.list, one.own = numbers(int(least), int(most)), true
	if len(low) == 0 || len(high) == 0 {
		e.warn("the ends have no words: write what they mean")
	}
	one.item.Low, one.item.High = questionnaire.Text(low), questionnaire.Text(high)
	if len(low) == 0 {
		one.item.Low = questionnaire.Text(s.tags.stand("low"))
	}
	if len(high) == 0 {
		one.item.High = questionnaire.Text(s.tags.stand("high"))
	}
	return true
}

func orDefault(f *float64, otherwise float64) float64 {
	if f == nil {
		return otherwise
	}
	return *f
}

func (s *surveyJS) matrix(one *question, q *jsElement) bool {
	e := one.entry
	one.kind = questionnaire.Matrix
	one.list = s.options(q, q.Columns, e)
	if !one.fits() {
		return false
	}
	if len(q.Rows) == 0 || len(q.Rows) > 100 {
		e.refuse("a matrix has from 1 to 100 rows, this one %d", len(q.Rows))
		return false
	}
	for _, r := range q.Rows {
		if r.visibleIf != "" {
			e.warn("the visibleIf of the row %s is left out: rows are always shown", clip(r.name, 40))
		}
		text := s.plain(r.text)
		if len(text) == 0 {
			text = texts{s.tags.guess: escaped(clean(r.name))}
		}
		made := &row{name: q.Name + "_" + r.name, text: text}
		one.rows = append(one.rows, made)
		s.names.name(q.Name+"."+r.name, &ref{question: one, row: made})
	}
	if q.RowOrder == "random" {
		one.item.RowOrder = "random"
	}
	one.item.Required = isTrue(q.AllRows) || isTrue(q.EachRow)
	return true
}

// several is a question with several fields: a note with the question, then a
// question for each field.
func (s *surveyJS) several(one *question, q *jsElement) []*question {
	head := *one
	head.kind = questionnaire.Note
	s.visibility(&head, q)
	made := []*question{&head}
	for _, item := range q.Items {
		if item == nil {
			continue
		}
		field := &question{entry: one.entry, name: q.Name + "_" + item.Name, scope: s.names, text: s.plain(item.Title), help: s.rich(item.Description)}
		if len(field.text) == 0 {
			field.text = texts{s.tags.guess: escaped(clean(item.Name))}
		}
		s.input(field, item)
		if item.IsRequired == nil {
			item.IsRequired = q.IsRequired
		}
		s.rules(field, item)
		s.visibility(field, q)
		s.names.name(q.Name+"."+item.Name, &ref{question: field})
		made = append(made, field)
	}
	one.entry.change("a note with the question, then a question for each field")
	return made
}

// visibility reads when a question is shown.
func (s *surveyJS) visibility(one *question, q *jsElement) {
	if isFalse(q.Visible) && q.VisibleIf == "" {
		q.VisibleIf = "false"
	}
	if c := newCond("visibleIf", q.VisibleIf, surveyJSSyntax()); c != nil {
		one.when = append(one.when, c)
	}
	if q.EnableIf != "" {
		if c := newCond("enableIf", q.EnableIf, surveyJSSyntax()); c != nil {
			one.when = append(one.when, c)
		}
		one.entry.change("enableIf shows or hides it: nothing is shown that can't be answered")
	}
}

// rules reads when a question is shown and required, and its validators.
func (s *surveyJS) rules(one *question, q *jsElement) {
	s.visibility(one, q)
	if one.kind == questionnaire.Note || one.unseen() {
		return
	}
	one.item.Required = one.item.Required || isTrue(q.IsRequired)
	if !one.item.Required {
		one.must = newCond("requiredIf", q.RequiredIf, surveyJSSyntax())
	}
	if q.MaxLength != nil && *q.MaxLength >= 0 {
		one.size("string-length", "<=", &node{op: "num", num: *q.MaxLength})
	}
	if q.Default != nil {
		one.entry.note("left out: defaultValue; answers are never filled in beforehand")
	}
	if isTrue(q.ReadOnly) {
		one.entry.change("it was read-only, and can be answered here")
	}
	if q.SetValue != nil {
		one.entry.change("left out: setValueExpression")
	}
	for _, v := range q.Validators {
		s.validator(one, v)
	}
}

// validator reads a rule of an answer.
func (s *surveyJS) validator(one *question, v jsValidator) {
	self := &node{op: "self"}
	measured := map[string]*node{"numeric": self, "numericvalidator": self}[v.Type]
	limits := []*float64{v.MinValue, v.MaxValue}
	switch v.Type {
	case "numeric", "numericvalidator":
	case "text", "textvalidator":
		measured, limits = &node{op: "call", text: "string-length", args: []*node{self}}, []*float64{v.MinLength, v.MaxLength}
	case "answercount", "answercountvalidator":
		measured, limits = &node{op: "call", text: "count-selected", args: []*node{self}}, []*float64{v.MinCount, v.MaxCount}
	case "regex", "regexvalidator":
		pattern := &node{op: "call", text: "match-regex", args: []*node{{op: "str", text: v.Regex}, self}}
		one.constrain(&cond{what: "regex", src: v.Regex, tree: pattern}, s.plain(v.Text))
		return
	case "expression", "expressionvalidator":
		one.constrain(newCond("validator", v.Expression, surveyJSSyntax()), s.plain(v.Text))
		return
	case "email", "emailvalidator":
		if one.kind == questionnaire.TextType && one.item.Pattern == "" {
			one.kind, one.item = questionnaire.Email, questionnaire.FileItem{Required: one.item.Required}
			return
		}
		fallthrough
	default:
		one.entry.change("left out: the validator %s", clip(v.Type, 40))
		return
	}
	for i, f := range limits {
		if f == nil || *f == 0 && i == 0 && measured != self || *f == 0 && measured != self {
			continue
		}
		op := []string{">=", "<="}[i]
		tree := &node{op: op, args: []*node{measured, {op: "num", num: *f}}}
		one.constrain(&cond{what: v.Type, src: fmt.Sprintf("%s %s", op, plainNumber(*f)), tree: tree}, s.plain(v.Text))
	}
}
