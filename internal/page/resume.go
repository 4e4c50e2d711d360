package page

import (
	"cmp"
	"html/template"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/qr"
	"hailong/internal/questionnaire"
)

// Resume offers to go on with a draft. It posts draft and go: resume, or discard.
// Of a draft that can't be sent any more it shows the answers instead, for their
// owner to read.
type Resume struct {
	Frame
	Tongue  string // language of the questionnaire's words; empty: the frame's
	Survey  string // title
	Agency  string // name; may be empty
	Action  string // where to post
	Draft   string // token
	Other   bool   // the address that was opened is about another agency
	Gone    bool   // there is no such draft, or none any more; the rest is empty
	Refused string // why it can't be sent; empty when it can
	Answers []Told
}

// NewResume offers to go on with the draft of a form. Page and Problems of the
// input don't matter.
func NewResume(in FormInput) *Resume {
	b := newBuilder(in)
	return &Resume{
		Frame: Frame{Lang: b.ui, URL: in.Frame.URL}, Tongue: b.lang, Survey: b.fill(in.Questionnaire.Title), Agency: in.Agency,
		Action: in.action(), Draft: in.Draft,
	}
}

// Refuse says why the draft can't be sent any more.
func (r *Resume) Refuse(err *errs.Error) {
	r.Refused = i18n.T(r.Lang, "error."+err.Code, err.Args)
	if len(err.Problems) > 0 {
		r.Refused = message(r.Lang, err.Problems[0])
	}
}

// Tell lists the answers that a teller knows. about names the agency of answers
// that were given about one; empty for the others.
func (r *Resume) Tell(tell Teller, about string) {
	variables := tell.Questionnaire.Variables()
	for i := range variables {
		v := &variables[i]
		if v.Item.Type == questionnaire.Hidden || tell.Questionnaire.Repeated(v) != (about != "") {
			continue
		}
		value := tell.answer(v, tell.Lookup(v.ID))
		if value == "" {
			continue
		}
		told := Told{Variable: v.ID, Text: tell.fill(v.Text().In(tell.Lang)), Value: value}
		if about != "" {
			told.Text = about + " – " + told.Text
		}
		r.Answers = append(r.Answers, told)
	}
}

// PageTitle implements [Page].
func (r *Resume) PageTitle() string {
	title := i18n.T(r.Lang, "resume.title", nil)
	switch {
	case r.Gone:
		return i18n.T(r.Lang, "resume.gone", nil)
	case r.Refused != "":
		title = i18n.T(r.Lang, "resume.closed", nil)
	}
	return title + " – " + r.Survey
}

// Speaks returns the language of most words.
func (r *Resume) Speaks() string { return r.Lang }

func (r *Resume) template() string { return "resume" }

// Later says how to go on another time, here or on another device. It posts what
// the form did, with go: again, or discard.
type Later struct {
	Frame
	Tongue string // language of the questionnaire's words
	Survey string // title
	Agency string // name; may be empty
	Link   string // to the draft
	Code   template.HTML
	Until  string // last day on which the link is good, in words
	Action string // where to post
	Hidden []Field
}

// NewLater lays out the way back to a draft. link is its absolute address, until
// the last day on which it is kept (YYYY-MM-DD).
func NewLater(in FormInput, link, until string) *Later {
	b := newBuilder(in)
	l := &Later{
		Frame: in.Frame, Tongue: b.lang, Survey: b.fill(in.Questionnaire.Title), Agency: in.Agency, Link: link,
		Until: i18n.Date(b.ui, until), Action: in.action(),
	}
	l.Lang = b.ui
	//nolint:gosec // a picture that package qr draws; the title is escaped there
	l.Code = template.HTML(qr.SVG(link, qr.Options{Title: b.t("later.qr"), Class: "qr", Paper: true}))
	f := &Form{About: in.About}
	l.Hidden = b.hidden(f)
	return l
}

// PageTitle implements [Page].
func (l *Later) PageTitle() string { return i18n.T(l.Lang, "later.title", nil) + " – " + l.Survey }

// Speaks returns the language of the words.
func (l *Later) Speaks() string { return cmp.Or(l.Lang, l.Tongue) }

func (l *Later) template() string { return "later" }
