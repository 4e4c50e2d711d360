package importer

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// question makes a question of a row, nil if it is refused.
func (x *xlsform) question(n *rowNode, s *scope) *question {
	name := n.row.get("name")
	q := &question{entry: n.entry, name: name, scope: s}
	r := &ref{question: q}
	x.words(q, n)
	ok := n.typ.kind != refusedRow
	if ok {
		ok = x.typed(q, n)
	} else {
		n.entry.refuse("%s", n.typ.reason)
	}
	if !ok {
		r = &ref{why: "it was refused"}
	}
	if name != "" && !s.name(name, r) {
		n.entry.change("the name %s is there twice: conditions that read it mean the first", clip(name, 40))
	}
	if !ok {
		return nil
	}
	x.conditions(q, n)
	x.leftovers(n)
	x.tell(n.entry)
	return q
}

// words reads the texts of a row.
func (x *xlsform) words(q *question, n *rowNode) {
	isNote := n.typ.name == "note"
	read := x.label
	if isNote {
		read = x.note
	}
	q.text = n.row.texts("label", x.tags, read)
	q.help = n.row.texts("hint", x.tags, x.note)
	if more := n.row.texts("guidance_hint", x.tags, x.note); len(more) > 0 {
		n.entry.change("guidance_hint stands below hint")
		for lang, text := range more {
			q.help[lang] = strings.TrimSpace(q.help[lang] + "\n\n" + text)
		}
	}
	for _, media := range []string{"image", "big-image", "audio", "video"} {
		for _, file := range n.row.texts(media, x.tags, clean) {
			if strings.HasSuffix(media, "image") {
				n.entry.warn("its picture (%s) is not part of the file: add it to the folder and write image: {file: …, alt: …}, or leave it out", clip(file, 60))
			} else {
				n.entry.change("its %s (%s) is left out", media, clip(file, 60))
			}
			if isNote && len(q.text) == 0 {
				q.text = texts{x.tags.guess: escaped("[" + file + "]")}
			}
		}
	}
	if isNote && len(q.text) == 0 && len(q.help) > 0 {
		q.text, q.help = q.help, nil
	}
}

// typed gives a question its type; false if it is refused.
func (x *xlsform) typed(q *question, n *rowNode) bool {
	if n.typ.kind == selectRow {
		return x.choose(q, n)
	}
	e := n.entry
	switch n.typ.name {
	case "text", "phone", "barcode", "time":
		x.writing(q, n)
	case "email":
		q.kind = questionnaire.Email
		if len(q.text) == 0 {
			e.refuse("%s", noPerson)
			return false
		}
	case "integer", "percentage":
		q.kind = questionnaire.Integer
		if n.typ.name == "percentage" {
			zero, hundred := 0.0, 100.0
			q.item.Min, q.item.Max, q.item.Unit = &zero, &hundred, questionnaire.Text{x.tags.guess: "%"}
		}
	case "decimal":
		q.kind = questionnaire.Decimal
		six := 6
		q.item.Decimals = &six
	case "range":
		x.span(q, n)
	case "date", "datetime":
		q.kind = questionnaire.Date
		if n.looks("month-year") {
			q.kind = questionnaire.Month
		}
		if n.looks("year") {
			e.change("asked for as a day, not as a year")
		}
		if n.typ.name == "datetime" {
			e.change("only the day is asked for, not the time")
		}
	case "note":
		q.kind = questionnaire.Note
	case "acknowledge":
		q.kind, q.own = questionnaire.Single, true
		q.list = &list{choices: []choice{{name: "OK", code: "ok", label: x.tags.stand("agree")}}}
		e.change("a question with one option")
	default:
		return x.silent(q, n)
	}
	return true
}

// silent is what is never shown.
func (x *xlsform) silent(q *question, n *rowNode) bool {
	q.help = nil // the text stays, for codebooks
	switch n.typ.name {
	case "calculate":
		q.kind = questionnaire.Calculated
		q.calc = newCond("calculation", n.row.get("calculation"), xpath())
		if q.calc == nil {
			n.entry.refuse("it has no calculation")
			return false
		}
	case "hidden":
		q.kind = questionnaire.Hidden
		if value := n.row.get("default"); value != "" {
			q.item.Value = clip(oneLine(value), 200)
		}
	case "deviceid":
		q.kind = questionnaire.Hidden
		n.entry.change("browsers do not tell which device it is: a kiosk's own link can, with the item's id as its parameter")
	case "today":
		q.kind = questionnaire.Calculated
		q.calc = newCond("today", "today()", xpath())
	case "start", "end":
		q.kind = questionnaire.Calculated
		q.calc = newCond(n.typ.name, "today()", xpath())
		n.entry.change("only the day is kept, not the time, which could tell who answered")
	default:
		n.entry.refuse("this type is not known")
		return false
	}
	return true
}

// writing is what is typed as a text.
func (x *xlsform) writing(q *question, n *rowNode) {
	q.kind = questionnaire.TextType
	one := 1
	switch n.typ.name {
	case "phone":
		q.item.Lines = &one
		n.entry.change("asked for as a text: type phone takes Vietnamese numbers only")
	case "barcode":
		q.item.Lines = &one
		n.entry.change("typed, because browsers do not scan")
	case "time":
		q.item.Lines = &one
		q.item.Pattern = "([01]?[0-9]|2[0-3])[:h][0-5][0-9]"
		q.item.Message = questionnaire.Text(x.tags.stand("time"))
		n.entry.change("a text such as 14:30")
	default:
		if n.looks("multiline") {
			q.kind = questionnaire.LongText
		}
		if rows, err := strconv.Atoi(n.row.get("rows")); err == nil && rows >= 1 && rows <= 30 {
			q.item.Lines = &rows
		}
	}
}

var parameter = regexp.MustCompile(`([A-Za-z_-]+)\s*=\s*([^\s;,]+)`)

func (n *rowNode) parameters() map[string]string {
	all := map[string]string{}
	for _, m := range parameter.FindAllStringSubmatch(n.row.get("parameters"), -1) {
		all[strings.ToLower(m[1])] = m[2]
	}
	return all
}

// span is a range with steps.
func (x *xlsform) span(q *question, n *rowNode) {
	p := n.parameters()
	number := func(name string, otherwise float64) float64 {
		f, err := strconv.ParseFloat(p[name], 64)
		if err != nil || math.IsNaN(f) || math.Abs(f) > 1e12 {
			return otherwise
		}
		return f
	}
	start, end, step := number("start", 1), number("end", 10), math.Abs(number("step", 1))
	least, most := min(start, end), max(start, end)
	if n.looks("rating") && least == 1 && most >= 3 && most <= 10 && step == 1 {
		q.kind = questionnaire.Rating
		q.item.Max = &most
		q.item.Low = questionnaire.Text(x.tags.stand("low"))
		q.item.High = questionnaire.Text(x.tags.stand("high"))
		q.list = numbers(1, int(most))
		n.entry.warn("the ends have the words lowest and highest: write what they mean")
		return
	}
	q.kind = questionnaire.Integer
	if step != math.Trunc(step) || least != math.Trunc(least) {
		q.kind = questionnaire.Decimal
		decimals := 0
		for decimals < 6 && math.Abs(step*math.Pow10(decimals)-math.Round(step*math.Pow10(decimals))) > 1e-9 {
			decimals++
		}
		q.item.Decimals = &decimals
	}
	q.item.Min, q.item.Max = &least, &most
	n.entry.change("a number is typed instead of a slider moved")
	if step != 1 {
		n.entry.change("the step of %s is not checked", plainNumber(step))
	}
}

// numbers is a list of whole numbers.
func numbers(from, to int) *list {
	l := &list{}
	for i := from; i <= to; i++ {
		l.choices = append(l.choices, choice{name: strconv.Itoa(i), code: strconv.Itoa(i)})
	}
	return l
}

// conditions reads when a question is asked, when it must be answered, and what
// its answer must be like.
func (x *xlsform) conditions(q *question, n *rowNode) {
	r := n.row
	if c := newCond("relevant", r.get("relevant"), xpath()); c != nil {
		q.when = append(q.when, c)
	}
	must, expr := required(r.get("required"))
	if q.kind != questionnaire.Note && !q.unseen() {
		q.item.Required = must
		q.must = newCond("required", expr, xpath())
	}
	if r.get("required_message") != "" {
		n.entry.note("left out: required_message, which has standard words")
	}
	for i, c := range r.columns {
		if c.name == "required_message" {
			r.used[i] = true
		}
	}
	message := r.texts("constraint_message", x.tags, x.label)
	q.constrain(newCond("constraint", r.get("constraint"), xpath()), message)
	if calc := r.get("calculation"); calc != "" && q.calc == nil && q.kind != questionnaire.Note {
		x.filled(q, n, calc)
	}
	if value := r.get("default"); value != "" && q.kind != questionnaire.Hidden {
		n.entry.note("left out: default=%s; answers are never filled in beforehand", clip(value, 60))
	}
	if only, _ := required(r.get("read_only")); only && q.kind != questionnaire.Note && !q.unseen() {
		n.entry.change("it was read-only, and can be answered here")
	}
	if trigger := r.get("trigger"); trigger != "" {
		n.entry.change("left out: trigger=%s; calculations are worked out when the response is sent", clip(trigger, 60))
	}
	if p := n.parameters(); p["randomize"] == "true" || p["randomize"] == "true()" {
		q.item.Order = "random"
		if p["seed"] != "" {
			n.entry.note("left out: seed; the order follows from the response's own number")
		}
	}
}

// filled is a question with a calculation: nobody types it.
func (x *xlsform) filled(q *question, n *rowNode, calc string) {
	c := newCond("calculation", calc, xpath())
	if c.err != nil || strings.Contains(calc, "once(") || q.list != nil {
		n.entry.change("left out: its calculation (%s); it can be answered", clip(calc, 100))
		return
	}
	q.kind, q.calc, q.help = questionnaire.Calculated, c, nil
	q.item = questionnaire.FileItem{}
	q.rules, q.must = nil, nil
	n.entry.change("it is worked out and not shown")
}

// choose gives a question its choices; false if it is refused.
func (x *xlsform) choose(q *question, n *rowNode) bool {
	t := x.choices
	if n.typ.name == "external" {
		t = x.external
		n.entry.change("its options come from the sheet external_choices of the file")
	}
	l := x.list(t, n.typ.list)
	if l == nil {
		n.entry.refuse("there is no list %q of choices", clip(n.typ.list, 60))
		return false
	}
	if strings.Contains(l.name, "${") {
		n.entry.refuse("a list that is chosen by an answer")
		return false
	}
	q.list = l
	q.kind = map[string]questionnaire.ItemType{"multiple": questionnaire.Multiple, "rank": questionnaire.Ranking}[n.typ.name]
	if q.kind == "" {
		q.kind = questionnaire.Single
	}
	x.filter(q, n, t)
	if !q.fits() {
		return false
	}
	if n.typ.orOther {
		ask := q.kind != questionnaire.Ranking
		q.list = x.derived(q.list, fmt.Sprintf("or_other %v", ask), func(l *list) {
			l.choices = append(slices.Clone(l.choices), choice{name: "other", label: x.tags.stand("other"), other: ask})
			l.codes(nil)
		})
	}
	return q.fits()
}

// derived returns a list that was made of another in some way, once.
func (x *xlsform) derived(from *list, way string, change func(*list)) *list {
	key := fmt.Sprintf("%p %s", from, way)
	if l, ok := x.lists[key]; ok {
		return l
	}
	l := *from
	l.numbered, l.uses, l.scale = false, 0, x.scales.take(idOf(from.name, "scale"))
	change(&l)
	x.lists[key] = &l
	return &l
}

// fits reports whether the options are not too many; it refuses the question else.
func (q *question) fits() bool {
	switch n := len(q.list.choices); {
	case n == 0:
		q.entry.refuse("it has no options")
	case n > maxOptions:
		q.entry.refuse("it has %d options; at most %d can be shown", n, maxOptions)
	case q.kind == questionnaire.Multiple && n > maxSet:
		q.entry.refuse("it has %d options; of at most %d several can be chosen", n, maxSet)
	case q.kind == questionnaire.Ranking && n < 2:
		q.entry.refuse("it has only one option to rank")
	default:
		if q.kind == questionnaire.Ranking && n > 20 {
			twenty := 20
			q.item.Ranks = &twenty
			q.entry.change("only the first 20 ranks are asked for")
		}
		return true
	}
	return false
}

// alone gives a question a list of its own, to be changed.
func (q *question) alone() {
	if q.own {
		return
	}
	l := *q.list
	l.choices = slices.Clone(l.choices)
	q.list, q.own = &l, true
}

// list returns a list of choices, nil if there is none.
func (x *xlsform) list(t *table, name string) *list {
	key := fmt.Sprintf("%p %s", t, name)
	if l, ok := x.lists[key]; ok {
		return l
	}
	l, e := &list{name: name}, &Entry{Outcome: Mapped}
	seen := map[string]bool{}
	for _, r := range t.lists[name] {
		c := x.choice(r, e)
		switch {
		case c.name == "":
		case seen[c.name]: // of another filter
			e.change("the choice %q is there twice: only the first is kept", clip(c.name, 40))
		case r.get(missingColumn) != "" && slices.Contains(takenCodes[:3], c.name):
			l.missing = append(l.missing, missing{c.name, c.label})
		default:
			l.choices = append(l.choices, c)
		}
		seen[c.name] = true
	}
	if len(l.choices) == 0 {
		return nil
	}
	l.codes(e)
	x.tell(e)
	if len(e.Remarks) > 0 {
		e.Kind, e.Place, e.Name = OtherEntry, "choices", clip(name, 80)
		x.report.Entries = append(x.report.Entries, e)
	}
	l.scale = x.scales.take(idOf(name, "scale"))
	x.lists[key] = l
	return l
}

// choice reads a row of the sheet choices; without a name it is empty.
func (x *xlsform) choice(r *tableRow, e *Entry) choice {
	c := choice{name: r.get("name"), label: r.texts("label", x.tags, x.label), exclusive: r.get(exclusiveColumn) != ""}
	if c.name == "" {
		c.name = c.label.any()
	}
	for _, media := range []string{"image", "big-image", "audio", "video"} {
		for _, file := range r.texts(media, x.tags, clean) {
			e.change("the %s of the option %s is left out (%s)", media, clip(c.name, 40), clip(file, 60))
		}
	}
	if f, err := strconv.ParseFloat(r.get(valueColumn), 64); err == nil && math.Abs(f) <= 1e6 {
		c.value = &f
	}
	return c
}

func (t texts) any() string {
	for _, lang := range sortedKeys(t) {
		return t[lang]
	}
	return ""
}
