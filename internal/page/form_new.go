package page

import (
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/static"
)

// FormInput is what a page of a questionnaire is made from.
type FormInput struct {
	Frame         Frame
	Lang          string // of the questionnaire's texts; empty: as the frame's
	Questionnaire *questionnaire.Questionnaire
	Page          int                  // index of the page; outside the questionnaire: the nearest
	About         *About               // the agency that a page which repeats is about now
	Position      int                  // number of the page among those that are shown, from 1; 0: worked out from Hide
	Pages         int                  // how many are shown
	Values        map[string][]string  // answers by name, as they came
	Hide          map[string]bool      // ids of items that a condition hides now
	Fresh         map[string]bool      // ids of items that the last answers made appear on this page
	Problems      []errs.Problem       // by variable id
	Lookup        questionnaire.Lookup // the answers so far, for conditions and texts; nil: there are none
	Seed          uint64               // of what is laid out by chance
	Agencies      *agency.Registry     // for items of type agency; nil: there are none
	Day           string               // on which those agencies exist, YYYY-MM-DD
	Find          map[string]string    // what was searched for, by item
	Agency        string               // name of the agency; may be empty
	Service       string               // what is rated; may be empty
	Draft         string               // names the response across retries
	Started       string               // when the first page was shown, opaque
	Carry         []Field              // further hidden fields
	Action        string               // address to send the form to; empty: that of the page
	Band          string               // for staff who fill it in for somebody; empty otherwise
	Drafts        bool                 // a draft is kept
	Unsaved       bool                 // it could not be kept this time
	Trap          string               // what came in the field that people don't see
	Wordless      bool                 // sent without the script: it needs no words
	Part          bool                 // the script asked for what is new in the page alone
}

// action is where the form is sent.
func (in *FormInput) action() string {
	if in.Action != "" {
		return in.Action
	}
	return query(in.Frame.URL)
}

// NewForm lays out one page. It is pure and keeps every answer: those of the
// items shown in their controls, all others in hidden fields, also of items
// that a condition hides at the moment. An item that an answer of the same page
// may show is laid out hidden, for the script to show it; without the script
// the page comes back with it.
func NewForm(in FormInput) *Form {
	q := in.Questionnaire
	in.Page = max(0, min(in.Page, len(q.Pages)-1))
	b := newBuilder(in)
	f := &Form{
		Frame: in.Frame, Tongue: b.lang, Tongues: otherTongues(q, b.lang), Action: in.action(),
		Survey: b.fill(q.Title), Agency: in.Agency, About: in.About, Default: "next",
		Band: in.Band, Drafts: in.Drafts, Unsaved: in.Unsaved, Trap: in.Trap,
		Part: in.Part && in.Page > 0, // the first page has more around it than others
	}
	if !in.Wordless && !f.Part {
		f.Says = b.says()
	}
	if name := static.Name(offlineScript); in.Drafts && name != static.Prefix+offlineScript {
		f.Offline = name
	}
	f.Lang = b.ui
	var page questionnaire.Page
	if len(q.Pages) > 0 {
		page = q.Pages[in.Page]
	}
	b.questions(f, &page)
	b.head(f, &page)
	b.place(f)
	f.Summary = b.summary(f)
	f.Hidden = b.hidden(f)
	f.Later = in.Drafts && f.Progress != ""
	return f
}

// offlineScript is the script that helps without network.
const offlineScript = "offline.js"

type formBuilder struct {
	in     FormInput
	lang   string // of the questionnaire
	ui     string // of the program's words
	tell   Teller
	errors map[string][]string // messages by variable id
}

// says is what the script may have to say, in its order: saved (# is the time),
// not saved, not sent, being sent.
func (b *formBuilder) says() string {
	words := []string{b.t("form.saved", "when", "#"), b.t("form.unsaved"), b.t("form.unsent"), b.t("form.sending")}
	data, err := json.Marshal(words)
	if err != nil {
		return "[]" // never: these are texts
	}
	return string(data)
}

func newBuilder(in FormInput) *formBuilder {
	b := &formBuilder{in: in, lang: in.Lang, errors: map[string][]string{}}
	if b.lang == "" {
		b.lang = in.Frame.Lang
	}
	b.ui = UI(b.lang)
	b.tell = Teller{
		Questionnaire: in.Questionnaire, Lookup: in.Lookup, Agencies: in.Agencies,
		Agency: in.Agency, Service: in.Service, Lang: b.lang,
	}
	for _, p := range in.Problems {
		id := b.standsAt(p)
		b.errors[id] = append(b.errors[id], message(b.ui, p))
	}
	return b
}

// standsAt returns the id of the input that a problem stands at: that of a rank
// stands at its ranking. It is empty for a problem about another agency than the
// one shown.
func (b *formBuilder) standsAt(p errs.Problem) string {
	id, about, _ := strings.Cut(p.Item, "@")
	if s, ok := p.Args["agency"].(string); ok && about == "" {
		about = s
	}
	if v := b.in.Questionnaire.Variable(id); v != nil {
		if b.in.Questionnaire.Repeated(v) && (b.in.About == nil || about != "" && about != b.in.About.Agency) {
			return ""
		}
		if v.Part == questionnaire.OfRank {
			return v.Item.ID
		}
	}
	return id
}

// name is the name under which a variable of this page is sent.
func (b *formBuilder) name(id string) string {
	if b.in.About != nil {
		return id + "@" + b.in.About.Agency
	}
	return id
}

func (b *formBuilder) values(id string) []string { return b.in.Values[b.name(id)] }

func (b *formBuilder) fill(text questionnaire.Text) string { return b.tell.fill(text.In(b.lang)) }

func (b *formBuilder) rich(text questionnaire.Text) template.HTML {
	if s := text.In(b.lang); s != "" {
		return b.tell.rich(s, markdown)
	}
	return ""
}

// questions lays out the items of the page, in the order that this respondent
// sees them in.
func (b *formBuilder) questions(f *Form, page *questionnaire.Page) {
	live := b.live(page)
	var seen []string
	focused := false
	for _, i := range page.ShownItems(b.in.Seed) {
		it := &page.Items[i]
		condition := live.condition(it)
		hidden := b.in.Hide[it.ID]
		if it.Type == questionnaire.Hidden || it.Type == questionnaire.Calculated || hidden && condition == "" {
			continue
		}
		question := b.question(it)
		question.If, question.Gone = condition, hidden
		if b.in.Fresh[it.ID] && !hidden {
			question.freshen(!focused)
			focused = true
		}
		if !hidden {
			seen = append(seen, it.ID)
		}
		f.Questions = append(f.Questions, question)
	}
	if b.in.Band != "" && !focused && len(b.in.Problems) == 0 {
		f.begin()
	}
	f.Seen = strings.Join(seen, " ")
	f.Reads = live.reads(b)
}

// begin gives the first question the focus: staff who type a stack of paper forms
// don't want to reach for it each time.
func (f *Form) begin() {
	for i := range f.Questions {
		if question := &f.Questions[i]; !question.Gone && len(question.Inputs) > 0 {
			question.Inputs[0].Focus = true
			return
		}
	}
}

// freshen says that a question has just appeared, and gives the first that has
// the focus.
func (q *Question) freshen(focus bool) {
	if len(q.Inputs) == 0 {
		q.Focus = focus
		return
	}
	q.Inputs[0].Fresh, q.Inputs[0].Focus = true, focus
}

// head chooses the page's heading: the survey's title on the first page, the
// page's own on the others, and the question itself when it stands alone.
func (b *formBuilder) head(f *Form, page *questionnaire.Page) {
	title := b.fill(page.Title)
	f.Note = b.rich(page.Note)
	first := b.in.Page == 0
	if first {
		f.Intro = b.intro()
	}
	switch {
	case title == "" && len(f.Questions) == 1 && b.alone(&f.Questions[0]):
		f.Questions[0].Heading, f.Questions[0].Inputs[0].Heading = true, true
	case first:
		f.Heading, f.Title = f.Survey, title
	case title == "":
		f.Heading = f.Survey
	default:
		f.Heading = title
	}
}

// alone reports whether a question can be the heading of its page.
func (b *formBuilder) alone(question *Question) bool {
	return question.Kind != kindMatrix && question.Kind != kindNote && b.in.About == nil
}

func (b *formBuilder) intro() []template.HTML {
	var lines []template.HTML
	for _, text := range b.in.Questionnaire.Intro {
		if s := text.In(b.lang); s != "" {
			lines = append(lines, b.tell.rich(s, line))
		}
	}
	return lines
}

// place says where one is among the pages that have something to show.
func (b *formBuilder) place(f *Form) {
	position, total := b.in.Position, b.in.Pages
	if position == 0 {
		position, total = b.count()
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

// count numbers the pages that have something to show.
func (b *formBuilder) count() (position, total int) {
	for i := range b.in.Questionnaire.Pages {
		if i != b.in.Page && !b.shows(i) {
			continue
		}
		total++
		if i <= b.in.Page {
			position = total
		}
	}
	return position, total
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
	for i := range f.Questions {
		question := &f.Questions[i]
		if question.Gone {
			continue
		}
		for k := range question.Inputs {
			list = append(list, question.Inputs[k].mistakes(here)...)
		}
	}
	for _, p := range b.in.Problems {
		if !here[b.standsAt(p)] {
			list = append(list, Mistake{Text: b.elsewhere(p)})
		}
	}
	return list
}

// mistakes lists the problems of an input and of the fields beside its options,
// whose ids it notes.
func (in *Input) mistakes(here map[string]bool) []Mistake {
	var list []Mistake
	here[in.ID] = true
	for _, message := range in.Errors {
		list = append(list, Mistake{Text: in.Text + " – " + message, Href: "#" + in.target()})
	}
	for _, o := range in.Options {
		if o.Other == nil {
			continue
		}
		here[o.Other.ID] = true
		for _, message := range o.Other.Errors {
			list = append(list, Mistake{Text: o.Other.Label + " – " + message, Href: "#" + o.Other.Control()})
		}
	}
	return list
}

// elsewhere words a problem that has no place on this page.
func (b *formBuilder) elsewhere(p errs.Problem) string {
	text := message(b.ui, p)
	id, about, _ := strings.Cut(p.Item, "@")
	if v := b.in.Questionnaire.Variable(id); v != nil {
		name := b.fill(v.Text())
		if about != "" && b.in.Agencies != nil {
			name = b.tell.names(about) + ", " + name
		}
		return b.t("form.elsewhere", "page", v.Page+1, "text", name+" – "+text)
	}
	if it := b.in.Questionnaire.Item(id); it != nil {
		return b.fill(it.Text) + " – " + text
	}
	if p.Item != "" {
		return p.Item + ": " + text
	}
	return text
}

// hidden carries what the page does not show.
func (b *formBuilder) hidden(f *Form) []Field {
	list := []Field{
		{"lang", b.lang},
		{"version", version(b.in.Questionnaire)},
		{"page", strconv.Itoa(b.in.Page)},
		{"draft", b.in.Draft},
		{"started", b.in.Started},
	}
	if f.About != nil {
		list = append(list, Field{"about", f.About.Agency})
	}
	list = slices.DeleteFunc(list, func(f Field) bool { return f.Value == "" })
	list = append(list, b.in.Carry...)
	shown := map[string]bool{}
	for i := range f.Questions {
		for _, input := range f.Questions[i].Inputs {
			shown[input.Name], shown[input.MissingName] = true, true
			for _, o := range input.Options {
				if o.Other != nil {
					shown[o.Other.Name] = true
				}
			}
		}
	}
	if kept := keep(b.in.Questionnaire, b.in.Values, shown); kept != "" {
		list = append(list, Field{Kept, kept})
	}
	return list
}

// version names a version as briefly as is safe: a page has better uses for bytes.
func version(q *questionnaire.Questionnaire) string { return q.Version[:min(len(q.Version), 16)] }

// query is the address of the page itself, without the fragment that its browser
// may have followed.
func query(address string) string {
	_, query, _ := strings.Cut(address, "?")
	return "?" + query
}

func (b *formBuilder) t(id string, gaps ...any) string {
	args, err := gapsOf(gaps)
	if err != nil {
		return id
	}
	return i18n.T(b.ui, id, args)
}
