package page

import (
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/i18n"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// noAnswer stands in a text where an answer would, when there is none.
const noAnswer = "…"

// gap is where an earlier answer goes in a text: ${item}.
var gap = regexp.MustCompile(`\$\{([a-z][a-z0-9_]*)\}`)

// Piped reports whether a text, in any language, tells an answer: whether it has
// a gap that is not of the context.
func Piped(q *questionnaire.Questionnaire, texts ...questionnaire.Text) bool {
	for _, text := range texts {
		for _, s := range text {
			for _, m := range gap.FindAllStringSubmatch(s, -1) {
				if q.Variable(m[1]) != nil || q.Item(m[1]) != nil {
					return true
				}
			}
		}
	}
	return false
}

// Teller puts earlier answers into texts. The zero Teller knows none.
type Teller struct {
	Questionnaire *questionnaire.Questionnaire
	Lookup        questionnaire.Lookup // the answers so far; nil: there are none
	Agencies      *agency.Registry     // names of agencies that were chosen; may be nil
	Agency        string               // name of the agency it is about
	Service       string               // what is rated; may be empty
	Lang          string               // of the texts

	// late takes the id of an answer that the script of the page puts in, and
	// returns false for one that is known already; nil: all are put in now.
	late func(id string) bool
}

// fill returns a plain text with its gaps filled.
func (t *Teller) fill(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return gap.ReplaceAllStringFunc(text, func(m string) string { return t.words(m[2 : len(m)-1]) })
}

// The marks of a gap while a text is Markdown: characters that no text may use.
const gapOpen, gapClose = "\uE000", "\uE001"

var (
	marks    = regexp.MustCompile(gapOpen + `(\d+)` + gapClose)
	inLink   = regexp.MustCompile(`%EE%80%80(\d+)%EE%80%81`)
	noPlaces = strings.NewReplacer(gapOpen, "", gapClose, "")
)

// rich renders Markdown with its gaps filled. An answer is never Markdown, and
// never HTML: it is put in after the text was rendered, and escaped.
func (t *Teller) rich(text string, render func(string) template.HTML) template.HTML {
	if !strings.Contains(text, "${") {
		return render(text)
	}
	var answers []string
	text = gap.ReplaceAllStringFunc(noPlaces.Replace(text), func(m string) string {
		answers = append(answers, t.words(m[2:len(m)-1]))
		return gapOpen + strconv.Itoa(len(answers)-1) + gapClose
	})
	put := func(escape func(string) string) func(string) string {
		return func(m string) string {
			digits := strings.Trim(strings.NewReplacer("%EE%80%80", "", "%EE%80%81", "").Replace(m), gapOpen+gapClose)
			if i, err := strconv.Atoi(digits); err == nil && i < len(answers) {
				return escape(answers[i])
			}
			return ""
		}
	}
	s := marks.ReplaceAllStringFunc(string(render(text)), put(html.EscapeString))
	s = inLink.ReplaceAllStringFunc(s, put(func(answer string) string { return html.EscapeString(url.QueryEscape(answer)) }))
	return template.HTML(s) //nolint:gosec // what render returned, and escaped answers
}

// The marks of a gap that the script of the page fills.
const lateOpen, lateClose = "\uE002", "\uE003"

// words is an answer, or something of the context, in the language.
func (t *Teller) words(id string) string {
	if t.late != nil && t.late(id) {
		return lateOpen + id + lateClose
	}
	switch id {
	case "agency":
		return orNothing(t.Agency)
	case "service":
		return orNothing(t.Service)
	}
	if t.Lookup == nil {
		return noAnswer
	}
	value := t.Lookup(id)
	if t.Questionnaire != nil {
		if v := t.Questionnaire.Variable(id); v != nil {
			return orNothing(t.answer(v, value))
		}
	}
	switch id {
	case "channel":
		return orNothing(named(UI(t.Lang), "channel.", value.Code+value.Text))
	case "agency_level":
		return orNothing(named(UI(t.Lang), "level.", value.Code+value.Text))
	}
	return orNothing(t.value(value))
}

func orNothing(s string) string {
	if s == "" {
		return noAnswer
	}
	return s
}

// answer is the answer to a variable in words, empty without one.
func (t *Teller) answer(v *questionnaire.Variable, value logic.Value) string {
	switch v.Kind {
	case questionnaire.OneOf, questionnaire.SetOf:
		codes := value.Codes
		if value.Kind == logic.Code {
			codes = []string{value.Code}
		}
		labels := make([]string, 0, len(codes))
		for _, code := range codes {
			labels = append(labels, t.label(v, code))
		}
		return strings.Join(labels, ", ")
	case questionnaire.Months:
		if value.Kind == logic.Date {
			return i18n.Month(UI(t.Lang), dayOf(value.Number))
		}
		return ""
	case questionnaire.Words:
		if v.Item.Type == questionnaire.AgencyType && t.Agencies != nil {
			return t.names(value.Text)
		}
		return value.Text
	case questionnaire.Amount, questionnaire.Days:
	}
	return t.value(value)
}

// label is the label of an option; of one with a text of its own, that text.
func (t *Teller) label(v *questionnaire.Variable, code string) string {
	i := v.Option(code)
	if i < 0 {
		return code
	}
	o := &v.Item.Options[i]
	if o.Other && v.Part == questionnaire.Whole && t.Lookup != nil {
		if text := t.Lookup(questionnaire.OtherID(v.Item.ID)).Text; text != "" {
			return text
		}
	}
	return o.Label.In(t.Lang)
}

// names are the names of agencies whose ids stand in a text.
func (t *Teller) names(ids string) string {
	var list []string
	for id := range strings.FieldsSeq(ids) {
		if a := t.Agencies.ByID(id); a != nil {
			id = a.Name.In(UI(t.Lang))
		}
		list = append(list, id)
	}
	return strings.Join(list, ", ")
}

// value is a value without an item, such as a calculated one.
func (t *Teller) value(v logic.Value) string {
	switch v.Kind {
	case logic.Number:
		return i18n.Decimal(UI(t.Lang), strconv.FormatFloat(v.Number, 'f', -1, 64))
	case logic.Date:
		return i18n.Date(UI(t.Lang), dayOf(v.Number))
	case logic.Code:
		return v.Code
	case logic.Text:
		return v.Text
	case logic.Set:
		return strings.Join(v.Codes, ", ")
	case logic.Missing:
	}
	return ""
}

// dayOf is a day as YYYY-MM-DD, given as its distance from 2000-01-01.
func dayOf(n float64) string {
	return response.Day(0).Date().AddDate(0, 0, int(n)).Format("2006-01-02")
}

// UI is the language of the program's own words beside texts in a language.
func UI(lang string) string {
	if lang == "" || lang == i18n.Vietnamese || strings.HasPrefix(lang, i18n.Vietnamese+"-") {
		return i18n.Vietnamese
	}
	return i18n.English
}
