package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// SurveyJS reads the JSON of a survey of SurveyJS (survey-core).
func SurveyJS(r io.ReaderAt, size int64, opts Options) (Result, error) {
	data, err := readAll(r, size)
	if err != nil {
		return Result{}, err
	}
	s := &surveyJS{form: &form{report: &Report{Format: "SurveyJS"}, tags: &tags{}, names: newScope(nil), scales: ids{}}, lists: map[string]*list{}}
	if err := s.read(bytes.TrimPrefix(data, []byte("\ufeff")), opts); err != nil {
		return Result{Report: *s.report}, err
	}
	return s.assemble(opts)
}

type surveyJS struct {
	*form
	lists map[string]*list // by what they are
	count int
}

const jsCure = "in the designer copy the JSON of the survey again"

// shape refuses JSON that is nested too deep or has too many parts, before any
// of it is decoded.
func shape(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	depth, parts := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(jsCure, "the file is no JSON (%v)", err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if text, ok := token.(string); ok && len(text) > 4*maxCellText {
			return unreadable("leave pictures and data out of it", "a text in the file has more than %d bytes", 4*maxCellText)
		}
		if parts++; depth > 2*maxNesting || parts > maxCells {
			return unreadable("split the survey", "the JSON is nested too deep or has too many parts")
		}
	}
}

// localized is a text, or texts by language.
type localized struct{ texts map[string]string }

// UnmarshalJSON takes a text, a number, or texts by language; anything else is empty.
func (l *localized) UnmarshalJSON(data []byte) error {
	var one string
	var number json.Number
	switch {
	case json.Unmarshal(data, &one) == nil:
		l.texts = map[string]string{"default": one}
	case json.Unmarshal(data, &number) == nil:
		l.texts = map[string]string{"default": number.String()}
	default:
		var all map[string]any
		if json.Unmarshal(data, &all) == nil {
			l.texts = map[string]string{}
			for lang, text := range all {
				if s, ok := text.(string); ok {
					l.texts[lang] = s
				}
			}
		}
	}
	return nil
}

// jsElement is a survey, a page, a panel or a question: what of it we read.
type jsElement struct {
	Type        string       `json:"type"`
	Name        string       `json:"name"`
	Title       localized    `json:"title"`
	Description localized    `json:"description"`
	HTML        localized    `json:"html"`
	Pages       []*jsElement `json:"pages"`
	Elements    []*jsElement `json:"elements"`
	Questions   []*jsElement `json:"questions"`

	VisibleIf  string        `json:"visibleIf"`
	EnableIf   string        `json:"enableIf"`
	RequiredIf string        `json:"requiredIf"`
	IsRequired any           `json:"isRequired"`
	Visible    any           `json:"visible"`
	ReadOnly   any           `json:"readOnly"`
	InputType  string        `json:"inputType"`
	Choices    []jsChoice    `json:"choices"`
	Order      string        `json:"choicesOrder"`
	HasOther   any           `json:"hasOther"`
	ShowOther  any           `json:"showOtherItem"`
	HasNone    any           `json:"hasNone"`
	ShowNone   any           `json:"showNoneItem"`
	OtherText  localized     `json:"otherText"`
	NoneText   localized     `json:"noneText"`
	LabelTrue  localized     `json:"labelTrue"`
	LabelFalse localized     `json:"labelFalse"`
	ValueTrue  any           `json:"valueTrue"`
	ValueFalse any           `json:"valueFalse"`
	Columns    []jsChoice    `json:"columns"`
	Rows       []jsChoice    `json:"rows"`
	RowOrder   string        `json:"rowsOrder"`
	AllRows    any           `json:"isAllRowRequired"`
	EachRow    any           `json:"eachRowRequired"`
	RateMin    *float64      `json:"rateMin"`
	RateMax    *float64      `json:"rateMax"`
	RateStep   *float64      `json:"rateStep"`
	RateValues []jsChoice    `json:"rateValues"`
	MinRate    localized     `json:"minRateDescription"`
	MaxRate    localized     `json:"maxRateDescription"`
	Min        any           `json:"min"`
	Max        any           `json:"max"`
	MaxLength  *float64      `json:"maxLength"`
	MinChoices *float64      `json:"minSelectedChoices"`
	MaxChoices *float64      `json:"maxSelectedChoices"`
	Validators []jsValidator `json:"validators"`
	Items      []*jsElement  `json:"items"`
	Expression string        `json:"expression"`
	Default    any           `json:"defaultValue"`
	URL        any           `json:"choicesByUrl"`
	OneOnPage  any           `json:"questionsOnPageMode"`
	Locale     string        `json:"locale"`
	Completed  localized     `json:"completedHtml"`
	SetValue   any           `json:"setValueExpression"`
	Triggers   []any         `json:"triggers"`
	Calculated []jsValue     `json:"calculatedValues"`
	CompleteIf any           `json:"completedHtmlOnCondition"`
	Template   []*jsElement  `json:"templateElements"`
}

type jsValue struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

type jsValidator struct {
	Type       string    `json:"type"`
	Text       localized `json:"text"`
	MinValue   *float64  `json:"minValue"`
	MaxValue   *float64  `json:"maxValue"`
	MinLength  *float64  `json:"minLength"`
	MaxLength  *float64  `json:"maxLength"`
	MinCount   *float64  `json:"minCount"`
	MaxCount   *float64  `json:"maxCount"`
	Regex      string    `json:"regex"`
	Expression string    `json:"expression"`
}

// jsChoice is a value, or an object with a value and a text.
type jsChoice struct {
	name      string
	text      localized
	visibleIf string
}

// UnmarshalJSON takes both forms.
func (c *jsChoice) UnmarshalJSON(data []byte) error {
	var object struct {
		Value     any       `json:"value"`
		Name      any       `json:"name"` // of columns
		Text      localized `json:"text"`
		Title     localized `json:"title"`
		VisibleIf string    `json:"visibleIf"`
	}
	if len(data) > 0 && data[0] == '{' {
		if err := json.Unmarshal(data, &object); err != nil {
			return err
		}
		if object.Value == nil {
			object.Value = object.Name
		}
		if len(object.Text.texts) == 0 {
			object.Text = object.Title
		}
		c.name, c.text, c.visibleIf = plainValue(object.Value), object.Text, object.VisibleIf
		return nil
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	c.name = plainValue(value)
	return nil
}

// plainValue writes a value as a text; objects and lists are empty.
func plainValue(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return plainNumber(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func isTrue(v any) bool { b, ok := v.(bool); return ok && b }

func isFalse(v any) bool { b, ok := v.(bool); return ok && !b }

func (s *surveyJS) read(data []byte, opts Options) error {
	if err := shape(data); err != nil {
		return err
	}
	var survey jsElement
	if err := json.Unmarshal(data, &survey); err != nil {
		return unreadable(jsCure, "this is no survey of SurveyJS (%v)", err)
	}
	if len(survey.Pages)+len(survey.Elements)+len(survey.Questions) == 0 {
		return unreadable(jsCure, "this is no survey of SurveyJS: it has no pages and no elements")
	}
	switch {
	case opts.Language != "":
		s.tags.guess = canonicalTag(opts.Language)
	case survey.Locale != "":
		s.tags.guess = s.tags.tag(survey.Locale)
	default:
		s.tags.guess = guessLanguage(string(data[:min(len(data), 100_000)]))
		s.report.add(OtherEntry, "locale", "", "").change("the survey does not name its language: taken for %s; if that is wrong, import it again with the language", s.tags.guess)
	}
	s.title = s.plain(survey.Title)
	if intro := s.plain(survey.Description); len(intro) > 0 {
		s.intro = append(s.intro, intro)
	}
	s.thanks = s.rich(survey.Completed)
	for i, v := range survey.Calculated {
		e := s.report.add(QuestionEntry, fmt.Sprintf("calculatedValues[%d]", i), v.Name, "calculated value")
		e.refuse("values that pages share are not known: make a calculated item of it (%s)", clip(v.Expression, 100))
		s.names.name(v.Name, &ref{why: "it was refused"})
	}
	if len(survey.Triggers) > 0 {
		s.report.add(OtherEntry, "triggers", "", "").warn("left out: %d triggers; a condition can show or hide, and nothing else", len(survey.Triggers))
	}
	if survey.CompleteIf != nil {
		s.report.add(OtherEntry, "completedHtmlOnCondition", "", "").warn("left out: write it under ends")
	}
	for i, p := range survey.Pages {
		if p != nil {
			s.page(p, fmt.Sprintf("pages[%d]", i), nil)
		}
	}
	if rest := slices.Concat(survey.Elements, survey.Questions); len(rest) > 0 {
		s.page(&jsElement{Elements: rest}, "", nil)
	}
	if s.count > maxEntries {
		return unreadable("split the survey", "the survey has more than %d questions", maxEntries)
	}
	s.pages = merged(s.pages)
	return nil
}

// local gives texts their languages; "default" is the survey's own.
func (s *surveyJS) local(l localized, read func(string) string) texts {
	t := texts{}
	for _, lang := range sortedKeys(l.texts) {
		tag := s.tags.guess
		if lang != "default" {
			tag = s.tags.tag(lang)
		}
		if text := read(l.texts[lang]); text != "" && (t[tag] == "" || lang != "default") {
			t[tag] = text
		}
	}
	return t
}

var bracePipe = regexp.MustCompile(`\{\s*#?([A-Za-z_][^{}\n]{0,100}?)\s*\}`)

func (s *surveyJS) plain(l localized) texts {
	return s.local(l, func(text string) string {
		s.look(text, true)
		return pipes(clean(unmarked(clean(text))), bracePipe)
	})
}

func (s *surveyJS) rich(l localized) texts {
	return s.local(l, func(text string) string {
		s.look(text, false)
		return pipes(clean(markdown(clean(text))), bracePipe)
	})
}

// page makes a page of ours of a page.
func (s *surveyJS) page(p *jsElement, at string, when []*cond) {
	var e *Entry
	made := &page{name: p.Name, title: s.plain(p.Title), note: s.rich(p.Description), when: when}
	if at != "" {
		e = s.report.add(QuestionEntry, at, p.Name, "page")
		made.entry = e
		at += "."
	}
	if isFalse(p.Visible) && p.VisibleIf == "" {
		p.VisibleIf = "false"
	}
	if c := newCond("visibleIf", p.VisibleIf, surveyJSSyntax()); c != nil {
		made.when = append(made.when, c)
	}
	if p.RequiredIf != "" || p.EnableIf != "" {
		e.orNew().change("left out: requiredIf and enableIf of a page")
	}
	s.elements(slices.Concat(p.Elements, p.Questions), at+"elements", made, nil)
	if len(made.questions) > 0 {
		s.pages = append(s.pages, made)
	} else if e != nil {
		e.note("nothing in it was imported")
	}
}

// orNew returns the entry, or one that nobody reads.
func (e *Entry) orNew() *Entry {
	if e == nil {
		return &Entry{}
	}
	return e
}

// elements adds questions to a page. A panel is not a page: its title becomes a
// note, its condition that of its questions.
func (s *surveyJS) elements(list []*jsElement, at string, p *page, when []*cond) {
	for i, q := range list {
		if q == nil {
			continue
		}
		if s.count++; s.count > maxEntries {
			return
		}
		where := fmt.Sprintf("%s[%d]", at, i)
		e := s.report.add(QuestionEntry, where, q.Name, q.Type)
		if q.Type == "panel" {
			s.panel(q, where, p, when, e)
			continue
		}
		list := s.question(q, e)
		s.tell(e)
		for _, made := range list {
			made.when = append(slices.Clone(when), made.when...)
			p.questions = append(p.questions, made)
		}
	}
}

func (s *surveyJS) panel(q *jsElement, at string, p *page, when []*cond, e *Entry) {
	if c := newCond("visibleIf", q.VisibleIf, surveyJSSyntax()); c != nil {
		when = append(slices.Clone(when), c)
	}
	if q.EnableIf != "" || q.RequiredIf != "" {
		e.change("left out: enableIf and requiredIf of a panel")
	}
	words := s.rich(q.Title)
	for lang, text := range s.rich(q.Description) {
		words[lang] = strings.TrimSpace(words[lang] + "\n\n" + text)
	}
	if len(words) > 0 {
		e.change("a panel inside a page: its title is a note, its condition that of its questions")
		p.questions = append(p.questions, &question{entry: e, name: q.Name + "_title", kind: questionnaire.Note, text: words, scope: s.names, when: slices.Clone(when)})
	}
	s.elements(slices.Concat(q.Elements, q.Questions), at+".elements", p, when)
}
