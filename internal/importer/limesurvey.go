package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// limeSurvey is a survey of LimeSurvey, whichever of its files it was read from.
type limeSurvey struct {
	*form
	id     string // of the survey, which old conditions name answers by
	groups []*limeGroup
	lists  map[string]*list // of answers, by what they are
	known  map[string]*list // of types that have always the same options
}

type limeGroup struct {
	place     string
	id        string
	name      texts // HTML, as all texts here
	about     texts
	relevance string
	questions []*limeQuestion
}

type limeQuestion struct {
	place     string
	id        string
	code      string
	typ       string
	relevance string
	mandatory string
	other     string
	pattern   string
	value     string // default
	text      texts
	help      texts
	attrs     map[string]texts // without a language: under ""
	subs      []*limeAnswer
	answers   []*limeAnswer
}

// limeAnswer is an answer option or a subquestion.
type limeAnswer struct {
	code      string
	scale     string
	relevance string
	text      texts
	value     string // assessment
	order     int
}

// maxAnswers is how many answers or subquestions of a question are read: more than
// any type of ours takes, so that too many are still refused as such.
const maxAnswers = 500

func (q *limeQuestion) attr(name string) string {
	t := q.attrs[name]
	if t[""] != "" {
		return strings.TrimSpace(t[""])
	}
	return strings.TrimSpace(t.any())
}

// lay makes a page of every group.
func (l *limeSurvey) lay() {
	for i, g := range l.groups {
		e := l.report.add(QuestionEntry, g.place, fmt.Sprintf("group %d", i+1), "group")
		p := &page{entry: e, name: g.name.first(l.tags), title: l.plain(g.name, e), note: l.rich(g.about, e)}
		if c := l.cond("relevance of the group", g.relevance); c != nil {
			p.when = []*cond{c}
		}
		for _, q := range g.questions {
			entry := l.report.add(QuestionEntry, q.place, q.code, q.typ)
			for _, made := range l.question(q, entry) {
				made.entry = entry
				p.questions = append(p.questions, made)
			}
		}
		if len(p.questions) == 0 {
			e.note("nothing in it was imported")
			continue
		}
		l.pages = append(l.pages, p)
	}
	l.pages = merged(l.pages)
}

func (t texts) first(tags *tags) string {
	if s := t[tags.guess]; s != "" {
		return s
	}
	return t.any()
}

func (l *limeSurvey) cond(what, src string) *cond {
	if src = strings.TrimSpace(src); src == "" || src == "1" {
		return nil
	}
	return newCond(what, src, expressionScript())
}

var (
	limePipe  = regexp.MustCompile(`\{\s*([A-Za-z][A-Za-z0-9_]*)(?:\.(?:shown|NAOK|value|code|valueNAOK))?\s*\}`)
	limeField = regexp.MustCompile(`\{[^{}\s][^{}]*\}`)
	limeOld   = regexp.MustCompile(`\{INSERTANS:(\d+X\d+X\d+\w*)\}`)
)

// plain reads HTML that is shown as a plain text.
func (l *limeSurvey) plain(t texts, e *Entry) texts {
	return l.read(t, e, func(s string) string {
		l.look(s, true)
		return oneLine(unmarked(s))
	})
}

// rich reads HTML as Markdown.
func (l *limeSurvey) rich(t texts, e *Entry) texts {
	return l.read(t, e, func(s string) string {
		l.look(s, false)
		return markdown(s)
	})
}

// read reads texts, in which {CODE} is the answer to a question.
func (l *limeSurvey) read(t texts, e *Entry, read func(string) string) texts {
	all := texts{}
	for lang, s := range t {
		s = clean(read(clean(s)))
		if s == "" {
			continue
		}
		s = pipes(pipes(s, limeOld), limePipe)
		s = limeField.ReplaceAllStringFunc(s, func(m string) string {
			e.change("a text has %s, which can't be said: … stands there", clip(oneLine(m), 60))
			return "…"
		})
		all[lang] = s
	}
	l.tell(e)
	return all
}

// limeTypes are the names of LimeSurvey's types.
var limeTypes = map[string]string{
	"L": "list", "!": "list", "O": "list with comment", "Y": "yes/no", "5": "5 points", "G": "gender", "M": "multiple", "P": "multiple with comments",
	"N": "number", "K": "several numbers", "S": "short text", "T": "long text", "U": "huge text", "Q": "several short texts",
	"F": "array", "H": "array by column", "A": "array of 5 points", "B": "array of 10 points", "C": "array yes/no/uncertain", "E": "array increase/same/decrease",
	"R": "ranking", "D": "date", "X": "words", "*": "equation", "1": "array of two scales", "I": "language", "|": "file", ";": "array of texts", ":": "array of numbers",
}

var limeRefused = map[string]string{
	"I": "the form lets people change the language itself", "|": noFile,
	";": "a table of texts can't be read on a telephone: ask one question for each cell that matters",
	":": "a table of numbers can't be read on a telephone: ask one question for each cell that matters",
}

// question makes the questions of one of LimeSurvey's: none if it is refused.
func (l *limeSurvey) question(q *limeQuestion, e *Entry) []*question {
	e.Type = strings.TrimSpace(q.typ + " " + limeTypes[q.typ])
	reason, refused := limeRefused[q.typ]
	if limeTypes[q.typ] == "" {
		reason, refused = "this type is not known", true
	}
	if refused {
		e.refuse("%s", reason)
		l.names.name(q.code, &ref{why: reason})
		return nil
	}
	one := &question{entry: e, name: q.code, scope: l.names, help: l.rich(q.help, e)}
	if q.typ != "X" && q.typ != "*" {
		one.text = l.plain(q.text, e)
	}
	list := l.typed(one, q)
	if e.Outcome == Refused {
		l.names.name(q.code, &ref{why: "it was refused"})
		return nil
	}
	for _, made := range list {
		if c := l.cond("relevance", q.relevance); c != nil {
			made.when = append([]*cond{c}, made.when...)
		}
	}
	l.attributes(list, q, e)
	return list
}

// typed gives a question its type; some become several.
func (l *limeSurvey) typed(one *question, q *limeQuestion) []*question {
	switch q.typ {
	case "L", "!", "O", "Y", "5", "G", "M", "P", "R":
		return l.chosen(one, q)
	case "F", "H", "A", "B", "C", "E", "1":
		return l.arrays(one, q)
	case "K", "Q":
		return l.several(one, q)
	case "N":
		one.kind = questionnaire.Decimal
		l.amount(one, q)
	case "S", "T", "U":
		one.kind = questionnaire.LongText
		if q.typ == "S" {
			single := 1
			one.kind, one.item.Lines = questionnaire.TextType, &single
		}
		l.writing(one, q)
	case "D":
		one.kind = questionnaire.Date
		l.days(one, q)
	case "X":
		one.kind = questionnaire.Note
		one.text = l.rich(q.text, one.entry)
	case "*":
		l.equation(one, q)
	}
	l.know(q, "", &ref{question: one})
	return []*question{one}
}

// know notes the names of an answer: by code, and by the numbers that old
// conditions use.
func (l *limeSurvey) know(q *limeQuestion, sub string, r *ref) {
	name := q.code
	if sub != "" {
		name += "_" + sub
	}
	if !l.names.name(name, r) && r.question != nil {
		r.question.entry.change("the code %s is there twice: conditions that read it mean the first", name)
	}
	if q.id != "" {
		l.names.name(q.id+sub, r)
	}
}

// attributes reads what all types share.
func (l *limeSurvey) attributes(list []*question, q *limeQuestion, e *Entry) {
	for _, made := range list {
		if made.kind == questionnaire.Note || made.unseen() {
			continue
		}
		made.item.Required = q.mandatory == "Y"
		if src := q.attr("em_validation_q"); src != "" {
			made.constrain(newCond("em_validation_q", src, expressionScript()), l.plain(q.attrs["em_validation_q_tip"], e))
		}
	}
	if q.mandatory == "S" {
		e.change("it asked to be answered, but could be left: it can be left")
	}
	if q.attr("hidden") == "1" && len(list) > 0 && !list[0].unseen() {
		made := list[0]
		*made = question{entry: e, name: made.name, kind: questionnaire.Hidden, scope: l.names, id: made.id}
		made.item.Value = clip(oneLine(q.value), 200)
		e.warn("it was hidden: it is a value that the link may give")
	} else if q.value != "" && (len(list) == 0 || list[0].kind != questionnaire.Calculated) {
		e.note("left out: default %s; answers are never filled in beforehand", clip(q.value, 60))
	}
	q.leftovers(e)
}

// leftovers tells what of a question nothing was made of.
func (q *limeQuestion) leftovers(e *Entry) {
	var left []string
	for _, name := range sortedKeys(q.attrs) {
		value := q.attr(name)
		if slices.Contains([]string{"", "0", "N", "core", "default"}, value) || slices.Contains(limeRead, name) {
			continue
		}
		left = append(left, name+"="+clip(oneLine(value), 40))
	}
	if len(left) > 0 {
		e.note("left out: %s", strings.Join(left, ", "))
	}
	for _, name := range []string{"array_filter", "array_filter_exclude"} {
		if q.attr(name) != "" {
			e.warn("%s is left out: all options and rows are shown", name)
		}
	}
	for _, s := range q.subs {
		if r := strings.TrimSpace(s.relevance); r != "" && r != "1" {
			e.warn("the relevance of %s is left out: options and rows are always shown (%s)", s.code, clip(r, 100))
		}
	}
}

// limeRead are attributes that are read, or that are only about looks.
var limeRead = []string{
	"em_validation_q", "em_validation_q_tip", "hidden", "array_filter", "array_filter_exclude", "random_order", "exclude_all_others", "min_answers", "max_answers",
	"num_value_int_only", "min_num_value_n", "max_num_value_n", "maximum_chars", "date_min", "date_max", "other_replace_text", "dualscale_headerA", "dualscale_headerB",
	"suffix", "display_rows", "equation", "answer_order", "subquestion_order", "hide_tip", "text_input_width", "text_input_columns", "question_template", "cssclass", "public_statistics",
	"statistics_showgraph", "statistics_graphtype", "scale_export", "display_columns", "answer_width", "repeat_headings", "page_break", "dropdown_size",
	"showpopups", "samechoiceheight", "samelistheight", "save_as_default", "clear_default", "image", "printable_help", "time_limit_action", "input_size",
	"display_type", "label_input_columns", "label_column_width", "choice_input_columns", "commented_checkbox", "commented_checkbox_auto", "printable_survey_css", "numbers_only",
}

// amount reads the limits of a number.
func (l *limeSurvey) amount(one *question, q *limeQuestion) {
	if q.attr("num_value_int_only") == "1" {
		one.kind = questionnaire.Integer
	} else {
		six := 6
		one.item.Decimals = &six
	}
	for _, limit := range []struct{ name, op string }{{"min_num_value_n", ">="}, {"max_num_value_n", "<="}} {
		value := q.attr(limit.name)
		if value == "" {
			continue
		}
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !one.bound(limit.op, f) {
			one.constrain(newCond(limit.name, "self "+limit.op+" ("+value+")", expressionScript()), nil)
		}
	}
	if unit := l.plain(q.attrs["suffix"], one.entry); len(unit) > 0 {
		one.item.Unit = questionnaire.Text(l.spoken(unit))
	}
	l.preg(one, q)
}

// spoken gives texts without a language the first one.
func (l *limeSurvey) spoken(t texts) texts {
	if s, ok := t[""]; ok && t[l.tags.guess] == "" {
		t[l.tags.guess] = s
	}
	delete(t, "")
	return t
}

func (l *limeSurvey) writing(one *question, q *limeQuestion) {
	if n, err := strconv.Atoi(q.attr("maximum_chars")); err == nil && n >= 1 && n <= 5000 {
		one.item.MaxChars = &n
	}
	if n, err := strconv.Atoi(q.attr("display_rows")); err == nil && n >= 1 && n <= 30 {
		one.item.Lines = &n
	}
	if q.attr("numbers_only") == "1" {
		one.kind, one.item = questionnaire.Decimal, questionnaire.FileItem{}
	}
	l.preg(one, q)
}

// preg is a pattern in slashes.
func (l *limeSurvey) preg(one *question, q *limeQuestion) {
	if q.pattern == "" {
		return
	}
	pattern, err := phpPattern(q.pattern)
	if err == nil && !one.form(pattern) {
		err = fmt.Errorf("the pattern %q is not understood, or this type has none", clip(q.pattern, 60))
	}
	if err != nil {
		one.entry.change("the validation is left out: %s", err)
	}
}

func (l *limeSurvey) days(one *question, q *limeQuestion) {
	for _, limit := range []struct{ name, op string }{{"date_min", ">="}, {"date_max", "<="}} {
		value := q.attr(limit.name)
		switch {
		case value == "":
		case isDate.MatchString(value) && one.day(limit.op, &node{op: "str", text: value}):
		case strings.EqualFold(value, "now") || strings.EqualFold(value, "today"):
			one.day(limit.op, &node{op: "call", text: "today"})
		default:
			one.entry.change("%s is left out (%s)", limit.name, clip(value, 60))
		}
	}
	if format := q.attr("date_format"); strings.ContainsAny(format, "HM") && strings.Contains(format, ":") {
		one.entry.change("only the day is asked for, not the time")
	}
}

// equation is a value that is worked out: {…} in the text.
func (l *limeSurvey) equation(one *question, q *limeQuestion) {
	src := q.attr("equation")
	if src == "" {
		src = unmarked(q.text.first(l.tags))
	}
	src = strings.TrimSpace(src)
	if strings.HasPrefix(src, "{") && strings.HasSuffix(src, "}") {
		src = strings.TrimSpace(src[1 : len(src)-1])
	}
	one.kind, one.text, one.help = questionnaire.Calculated, nil, nil
	if one.calc = newCond("equation", src, expressionScript()); one.calc == nil {
		one.entry.refuse("it has no equation")
	}
}
