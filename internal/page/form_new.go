package page

import (
	"slices"
	"strconv"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Answer is the prefix of the form fields that hold answers.
const Answer = "a."

// FormInput is what a page of a questionnaire is made from.
type FormInput struct {
	Frame         Frame
	Questionnaire *questionnaire.Questionnaire
	Page          int                 // index of the page; outside the questionnaire: the nearest
	Values        map[string][]string // answers by variable id, as they came
	Hide          map[string]bool     // ids of items that a condition hides now
	Problems      []errs.Problem      // by variable id
	Agency        string              // name of the agency; may be empty
	Action        string              // where to post; empty: the same address
	Draft         string              // names the response across retries
	Started       string              // when the first page was shown, opaque
	Carry         []Field             // further hidden fields
}

// NewForm lays out one page. It is pure and keeps every answer: those of the
// items shown in their controls, all others in hidden fields, also of items
// that a condition hides at the moment.
func NewForm(in FormInput) *Form {
	q := in.Questionnaire
	in.Page = max(0, min(in.Page, len(q.Pages)-1))
	b := formBuilder{in: in, lang: in.Frame.Lang, errors: map[string][]string{}}
	for _, p := range in.Problems {
		b.errors[p.Item] = append(b.errors[p.Item], message(b.lang, p))
	}
	f := &Form{
		Frame: in.Frame, Action: in.Action, Survey: q.Title.In(b.lang), Agency: in.Agency,
		Default: "next",
	}
	var page questionnaire.Page
	if len(q.Pages) > 0 {
		page = q.Pages[in.Page]
	}
	for i := range page.Items {
		if !in.Hide[page.Items[i].ID] {
			f.Questions = append(f.Questions, b.question(&page.Items[i]))
		}
	}
	b.head(f, &page)
	b.place(f)
	f.Summary = b.summary(f)
	f.Hidden = b.hidden(f)
	return f
}

type formBuilder struct {
	in     FormInput
	lang   string
	errors map[string][]string // messages by variable id
}

// head chooses the page's heading: the survey's title on the first page, the
// page's own on the others, and the question itself when it stands alone.
func (b *formBuilder) head(f *Form, page *questionnaire.Page) {
	q, title := b.in.Questionnaire, page.Title.In(b.lang)
	f.Note = page.Note.In(b.lang)
	first := b.in.Page == 0
	if first {
		f.Intro = texts(q.Intro, b.lang)
	}
	switch {
	case title == "" && len(f.Questions) == 1 && f.Questions[0].Kind != "matrix":
		f.Questions[0].Heading, f.Questions[0].Inputs[0].Heading = true, true
	case first:
		f.Heading, f.Title = f.Survey, title
	case title == "":
		f.Heading = f.Survey
	default:
		f.Heading = title
	}
}

// place says where one is among the pages that have something to show.
func (b *formBuilder) place(f *Form) {
	position, total := 0, 0
	for i := range b.in.Questionnaire.Pages {
		if i != b.in.Page && !b.shows(i) {
			continue
		}
		total++
		if i <= b.in.Page {
			position = total
		}
	}
	f.Back = position > 1
	f.Last = position == total
	if f.Last {
		f.Default = "submit"
	}
	if total > 1 {
		f.Progress = b.t("form.progress", "page", position, "pages", total)
	}
}

// shows reports whether a page has an item that is not hidden.
func (b *formBuilder) shows(page int) bool {
	for i := range b.in.Questionnaire.Pages[page].Items {
		if !b.in.Hide[b.in.Questionnaire.Pages[page].Items[i].ID] {
			return true
		}
	}
	return false
}

// summary lists all problems: first those of this page in its order, each with
// a link to its first control, then those of other pages and of the whole.
func (b *formBuilder) summary(f *Form) []Mistake {
	var list []Mistake
	here := map[string]bool{}
	for _, question := range f.Questions {
		for _, input := range question.Inputs {
			here[input.ID] = true
			for _, message := range input.Errors {
				list = append(list, Mistake{Text: input.Text + " – " + message, Href: "#" + input.target()})
			}
		}
	}
	for _, p := range b.in.Problems {
		if here[p.Item] {
			continue
		}
		text := message(b.lang, p)
		if v := b.in.Questionnaire.Variable(p.Item); v != nil {
			text = b.t("form.elsewhere", "page", v.Page+1, "text", v.Text().In(b.lang)+" – "+text)
		} else if p.Item != "" {
			text = p.Item + ": " + text
		}
		list = append(list, Mistake{Text: text})
	}
	return list
}

// hidden carries what the page does not show.
func (b *formBuilder) hidden(f *Form) []Field {
	list := []Field{
		{"lang", b.lang},
		{"version", b.in.Questionnaire.Version},
		{"page", strconv.Itoa(b.in.Page)},
		{"draft", b.in.Draft},
		{"started", b.in.Started},
	}
	list = slices.DeleteFunc(list, func(f Field) bool { return f.Value == "" })
	list = append(list, b.in.Carry...)
	shown := map[string]bool{}
	for _, question := range f.Questions {
		for _, input := range question.Inputs {
			shown[input.ID] = true
		}
	}
	variables := b.in.Questionnaire.Variables()
	for i := range variables {
		id := variables[i].ID
		if shown[id] {
			continue
		}
		for _, value := range b.in.Values[id] {
			if value != "" {
				list = append(list, Field{Answer + id, value})
			}
		}
	}
	return list
}

func (b *formBuilder) t(id string, gaps ...any) string {
	args, err := gapsOf(gaps)
	if err != nil {
		return id
	}
	return i18n.T(b.lang, id, args)
}
