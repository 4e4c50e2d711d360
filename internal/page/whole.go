package page

import (
	"cmp"
	"html/template"
	"strconv"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Whole is a questionnaire in one document: every page of it in one form. It is
// what a device keeps for the time without network, and what a kiosk is made of.
// Ids and names are those of [Form], so that what is sent is what the last page
// of a form sends. It holds nothing of a person: many may share a copy.
//
// A script shows one section at a time, evaluates the conditions and checks what
// can be checked; without it, everything stands in one long page.
type Whole struct {
	Frame
	Tongue  string // language of the questionnaire's texts
	Tongues []Link // this document in the questionnaire's other languages
	Action  string // where to send the whole; it holds the parameters of the link
	Form    string // address of the form page by page
	Survey  string // title of the survey
	Slug    string
	Agency  string // name of the agency; may be empty
	Consent *Consent
	Pages   []WholePage
	Hidden  []Field
	Live    string // conditions, rules and orders for the script, in JSON
	Say     string // the script's words, in JSON
	Summary []Mistake
}

// WholePage is one section of a [Whole].
type WholePage struct {
	Index     int
	Later     bool // is not the first
	Heading   string
	Title     string
	Intro     []template.HTML
	Note      template.HTML
	Questions []Question
}

// Wholesome reports whether a questionnaire can be had in one document. One that
// asks for agencies can't: they are looked up on the server, and so are the pages
// that come once for each.
func Wholesome(q *questionnaire.Questionnaire) bool {
	for p := range q.Pages {
		if q.Pages[p].Repeat != "" {
			return false
		}
		for i := range q.Pages[p].Items {
			if q.Pages[p].Items[i].Type == questionnaire.AgencyType {
				return false
			}
		}
	}
	return true
}

// NewWhole lays out a whole questionnaire. Page, About, Position, Pages and Find
// of the input don't matter; its Lookup knows what no answer changes, and Hide
// the items that are hidden before anything is answered.
func NewWhole(in FormInput) *Whole {
	w, _ := newWhole(in)
	return w
}

func newWhole(in FormInput) (*Whole, *wholeBuilder) {
	in.About = nil
	b := newWholeBuilder(in)
	q := in.Questionnaire
	w := &Whole{
		Frame: in.Frame, Tongue: b.lang, Action: query(in.Frame.URL), Form: "/s/" + q.Survey + query(in.Frame.URL),
		Survey: b.fill(q.Title), Slug: q.Survey, Agency: in.Agency,
	}
	w.Lang = b.ui
	for _, tongue := range otherTongues(q, b.lang) {
		w.Tongues = append(w.Tongues, Link{Text: tongue.Name, Href: with(in.Frame.URL, "lang", tongue.Value), Lang: tongue.Value})
	}
	if q.Consent != nil {
		w.Consent = NewConsent(in)
	}
	for p := range q.Pages {
		w.Pages = append(w.Pages, b.section(p))
	}
	b.summarize(w)
	w.Hidden = []Field{{"lang", b.lang}, {"version", version(q)}, {"draft", in.Draft}, {"seconds", ""}}
	w.Hidden = append(w.Hidden, in.Carry...)
	w.Live, w.Say = b.data(), b.say()
	return w, b
}

// section lays out one page.
func (b *wholeBuilder) section(p int) WholePage {
	page := &b.in.Questionnaire.Pages[p]
	b.in.Page = p
	f := &Form{Survey: b.fill(b.in.Questionnaire.Title), Questions: b.lay(page)}
	b.head(f, page)
	b.rules(page)
	return WholePage{
		Index: p, Later: p > 0, Heading: f.Heading, Title: f.Title, Intro: f.Intro, Note: f.Note, Questions: f.Questions,
	}
}

// lay lays out the items of a page that may be shown, in the order of seed 0:
// the script knows how to bring them into the order of a response.
func (b *wholeBuilder) lay(page *questionnaire.Page) []Question {
	var list []Question
	for _, i := range page.ShownItems(0) {
		it := &page.Items[i]
		condition := b.live.condition(it)
		hidden := b.in.Hide[it.ID]
		if it.Type == questionnaire.Hidden || it.Type == questionnaire.Calculated || hidden && condition == "" {
			continue
		}
		question := b.question(it)
		question.If, question.Gone = condition, hidden && condition != ""
		list = append(list, question)
	}
	return list
}

// summarize lists what is wrong, where a form without the script is shown again.
func (b *wholeBuilder) summarize(w *Whole) {
	here := map[string]bool{}
	for p := range w.Pages {
		for i := range w.Pages[p].Questions {
			for k := range w.Pages[p].Questions[i].Inputs {
				w.Summary = append(w.Summary, w.Pages[p].Questions[i].Inputs[k].mistakes(here)...)
			}
		}
	}
	for _, p := range b.in.Problems {
		if !here[b.standsAt(p)] {
			w.Summary = append(w.Summary, Mistake{Text: b.elsewhere(p)})
		}
	}
}

// PageTitle implements [Page].
func (w *Whole) PageTitle() string {
	if len(w.Summary) > 0 {
		return i18n.T(w.Lang, "form.error", nil) + ": " + w.Survey
	}
	return w.Survey
}

// Speaks returns the language of the questionnaire's texts.
func (w *Whole) Speaks() string { return cmp.Or(w.Tongue, w.Lang) }

func (w *Whole) template() string { return "whole" }

// Progress is where a page stands among all, in words that the script changes.
func (p WholePage) Progress() string { return strconv.Itoa(p.Index + 1) }
