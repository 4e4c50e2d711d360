package page

import (
	"html/template"
	"io"
	"slices"
	"sync"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Widget is what stands in a frame at the foot of a page of another site: one
// question, perhaps a second one, thanks. It is a document of its own, small
// enough for any page.
type Widget struct {
	Frame
	Tongue string // language of the questionnaire's texts
	Theme  string // light or dark; empty: as the device wishes
	Title  string // of the survey
	Action string
	First  *Question
	Low    string // words at the ends of a row of stars or numbers
	High   string
	Second *Question
	Always bool            // the second question is for everybody
	More   map[string]bool // values of the first question after which the second is asked
	Note   template.HTML   // who asks, and that nobody sees who answers
	Errors []string        // of the whole
	Hidden []Field

	Thanks  template.HTML // after an answer
	Done    bool
	Receipt string

	Words string // why there is nothing to answer here
	Link  string // of the whole form, where that may be answered
}

// WidgetItems returns the items of a questionnaire that a widget asks: the first,
// when it is a choice, and the next one where it may be left out. first is nil
// for a questionnaire that asks more than a widget can.
func WidgetItems(q *questionnaire.Questionnaire) (first, second *questionnaire.Item) {
	if q.Consent != nil {
		return nil, nil
	}
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			it := &q.Pages[p].Items[i]
			needed := it.Required && it.ShowIf == ""
			switch {
			case it.Type == questionnaire.Hidden || it.Type == questionnaire.Calculated:
			case first == nil:
				if kindOf(it) != kindChoice || it.ShowIf != "" || q.Pages[p].Repeat != "" {
					return nil, nil
				}
				first = it
			case needed && kindOf(it) != kindNote:
				return nil, nil
			case second == nil && p == 0 && (kindOf(it) == kindChoice || it.Type == questionnaire.TextType || it.Type == questionnaire.LongText):
				second = it
			}
		}
	}
	return first, second
}

// NewWidget lays out the questions. more says after which options of the first
// item the second one is asked; nil: after every one.
func NewWidget(in FormInput, theme string, more map[string]bool) *Widget {
	q := in.Questionnaire
	first, second := WidgetItems(q)
	b := newBuilder(in)
	w := &Widget{
		Frame: in.Frame, Tongue: b.lang, Title: b.fill(q.Title), Action: query(in.Frame.URL), Theme: themeOf(theme), More: more, Always: more == nil,
	}
	w.Lang = b.ui
	if first == nil {
		return w
	}
	shown := []*questionnaire.Item{first}
	question := b.question(first)
	w.First, w.Low, w.High = &question, b.fill(first.Low), b.fill(first.High)
	if second != nil {
		question := b.question(second)
		w.Second = &question
		shown = append(shown, second)
	}
	if lines := b.intro(); len(lines) > 0 {
		w.Note = lines[0]
	}
	for _, p := range in.Problems {
		if !slices.ContainsFunc(shown, func(it *questionnaire.Item) bool { return it.ID == p.Item || questionnaire.OtherID(it.ID) == p.Item }) {
			w.Errors = append(w.Errors, message(b.ui, p))
		}
	}
	w.Hidden = []Field{{"lang", b.lang}, {"version", version(q)}, {"draft", in.Draft}, {"started", in.Started}}
	w.Hidden = append(w.Hidden, in.Carry...)
	return w
}

// NewWidgetDone thanks.
func NewWidgetDone(frame Frame, tell Teller, theme, receipt string) *Widget {
	q := tell.Questionnaire
	w := &Widget{Frame: frame, Tongue: tell.Lang, Theme: themeOf(theme), Title: tell.fill(q.Title.In(tell.Lang)), Done: true, Receipt: receipt}
	w.Lang = UI(tell.Lang)
	if s := q.Thanks.In(tell.Lang); s != "" && !Piped(q, q.Thanks) {
		w.Thanks = tell.rich(s, line)
	} else {
		w.Thanks = template.HTML(template.HTMLEscapeString(i18n.T(w.Lang, "done.lead", nil))) //nolint:gosec // escaped
	}
	return w
}

// NewWidgetRefused says why there is nothing to answer in this frame. link is
// where the whole form is; it may be empty.
func NewWidgetRefused(frame Frame, title, theme, why, link string) *Widget {
	return &Widget{Frame: frame, Tongue: frame.Lang, Theme: themeOf(theme), Title: title, Words: why, Link: link}
}

// themeOf is a theme that there is.
func themeOf(wish string) string {
	if wish == "light" || wish == "dark" {
		return wish
	}
	return ""
}

// widget reads the widget's template once for each language.
var widget = sync.OnceValues(func() (map[string]*template.Template, error) {
	sets := map[string]*template.Template{}
	for _, lang := range i18n.Languages() {
		t, err := template.New("widget.html").Funcs(functions(lang)).ParseFS(files, "templates/widget.html")
		if err != nil {
			return nil, err
		}
		sets[lang] = t
	}
	return sets, nil
})

// Write writes the document.
func (w *Widget) Write(out io.Writer) error {
	sets, err := widget()
	if err != nil {
		return err
	}
	return sets[UI(w.Lang)].Execute(out, w)
}
