package importer

import (
	"fmt"
	"slices"
	"strings"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

type valueKind = logic.ValueKind

// Limits of ours that package questionnaire checks: what is beyond is refused here.
const (
	maxOptions    = 200
	maxSet        = 64
	maxPages      = 1000
	maxVariables  = 2000
	maxAllOptions = 10_000  // of all questions that have their own
	maxWritten    = 1 << 20 // bytes of all texts: no file of ours is larger
	looseItems    = 12      // of a page that may be spread over several
)

// assembly makes a file of a form.
type assembly struct {
	*form
	opts                       Options
	ids                        ids
	languages                  []string
	file                       *questionnaire.File
	comments                   map[string]string
	questions                  []*question
	usedVariables, usedOptions int // so far
	counted                    map[*list]bool
	written                    int // bytes of texts
}

// assemble makes a file of a form, and checks it as any file is checked.
func (f *form) assemble(opts Options) (Result, error) {
	if f.tags.guess == "" {
		f.tags.guess = "en"
	}
	a := &assembly{form: f, opts: opts, ids: ids{}, file: &questionnaire.File{}, comments: map[string]string{}, counted: map[*list]bool{}}
	a.settle()
	a.expressions()
	a.head()
	for _, p := range a.pages {
		a.page(p)
	}
	if len(a.file.Pages) == 0 {
		return Result{Report: *f.report}, unreadable("see the report for the reasons; "+f.report.reasons(), "nothing in the file could be imported")
	}
	if a.written > maxWritten {
		return Result{Report: *f.report}, unreadable("split the survey", "the survey has more than %d bytes of text", maxWritten)
	}
	a.scales()
	if f.beside != nil {
		f.beside(a)
	}
	err := a.mend()
	return Result{File: a.file, Comments: a.comments, Report: *f.report}, err
}

// reasons says why the first parts were refused.
func (r *Report) reasons() string {
	var all []string
	for _, e := range r.Entries {
		if e.Outcome == Refused && len(all) < 3 {
			all = append(all, clip(e.String(), 200))
		}
	}
	return strings.Join(all, "; ")
}

// settle gives every question its page, place and id.
func (a *assembly) settle() {
	var pages []*page
	for _, p := range a.pages {
		pages = append(pages, a.spread(p)...)
	}
	pageIDs := ids{}
	a.pages = nil
	for _, p := range pages {
		p.questions = slices.DeleteFunc(p.questions, a.beyond)
		if len(p.questions) == 0 {
			continue
		}
		p.id = pageIDs.take(idOf(p.name, fmt.Sprintf("page_%d", len(a.pages)+1)))
		if p.entry != nil && p.entry.ID == "" && p.entry.Outcome != Refused {
			p.entry.ID = p.id
		}
		for _, q := range p.questions {
			q.at, q.page = len(a.questions), len(a.pages)
			a.identify(q)
			a.questions = append(a.questions, q)
		}
		a.pages = append(a.pages, p)
	}
}

// beyond refuses a question for which there is no room any more.
func (a *assembly) beyond(q *question) bool {
	a.usedVariables += 1 + len(q.rows)
	if q.list != nil && (!q.canShare() || !a.counted[q.list]) {
		a.usedOptions += len(q.list.choices)
		a.counted[q.list] = true
	}
	switch {
	case len(a.pages) == maxPages:
		q.entry.refuse("a questionnaire has at most %d pages", maxPages)
	case a.usedVariables > maxVariables:
		q.entry.refuse("a questionnaire has at most %d variables", maxVariables)
	case a.usedOptions > maxAllOptions:
		q.entry.refuse("the questions have more than %d options together", maxAllOptions)
	default:
		return false
	}
	return true
}

// identify gives a question and its rows their ids.
func (a *assembly) identify(q *question) {
	var with []string
	if q.list != nil && slices.ContainsFunc(q.list.choices, func(c choice) bool { return c.other }) {
		with = append(with, "_other")
	}
	if q.kind == questionnaire.Ranking {
		for n := range min(len(q.list.choices), 20) {
			with = append(with, fmt.Sprintf("_%d", n+1))
		}
	}
	id := idOf(q.name, fmt.Sprintf("q_%d", len(a.questions)+1))
	if q.kind == questionnaire.Hidden && slices.Contains(parameters, id) {
		id += "_item"
	}
	q.id = a.ids.take(id, with...)
	q.entry.named(q.name, q.id)
	for i, r := range q.rows {
		r.id = a.ids.take(idOf(r.name, fmt.Sprintf("%s_%d", q.id, i+1)))
		if r.entry != nil {
			r.entry.named(r.name, r.id)
		}
	}
	if q.list != nil && q.kind != questionnaire.Ranking && !q.own {
		q.list.uses++
	}
}

// named notes the id of what an entry is about.
func (e *Entry) named(name, id string) {
	if e.ID == "" && e.Outcome != Refused {
		e.ID = id
	}
	if e.Name == name && name != id && name != "" {
		e.change("the name %s became %s", clip(name, 60), id)
	}
}

// spread cuts a page where a text shows an answer of the same page, which ours
// can't, and a loose page where it grows long.
func (a *assembly) spread(p *page) []*page {
	var pages []*page
	part := *p
	part.questions = nil
	here := map[*question]bool{}
	seen := 0
	cut := func() {
		done := part
		pages = append(pages, &done)
		part.questions, part.note, part.entry = nil, nil, nil
		here, seen = map[*question]bool{}, 0
	}
	for _, q := range p.questions {
		reads := slices.ContainsFunc(q.piped(), func(name string) bool {
			r := q.scope.lookup(name)
			return r != nil && r.question != nil && here[r.question]
		})
		if reads || p.loose && seen == looseItems && !q.unseen() {
			if reads && !p.loose {
				q.entry.change("begins a page of its own, because it shows an answer to a question before it")
			}
			cut()
		}
		here[q] = true
		if !q.unseen() {
			seen++
		}
		part.questions = append(part.questions, q)
	}
	cut()
	return pages
}

// piped lists the names whose answers stand in the texts of a question.
func (q *question) piped() []string {
	names := append(q.text.piped(), q.help.piped()...)
	for _, r := range q.rows {
		names = append(names, r.text.piped()...)
	}
	return names
}

// unseen reports whether a question is never shown.
func (q *question) unseen() bool {
	return q.kind == questionnaire.Hidden || q.kind == questionnaire.Calculated
}

// head fills what stands before the pages.
func (a *assembly) head() {
	a.languages = a.tags.order
	if first := a.tags.guess; first != "" {
		a.languages = append([]string{first}, slices.DeleteFunc(slices.Clone(a.languages), func(l string) bool { return l == first })...)
	}
	if len(a.languages) > 20 {
		a.report.add(OtherEntry, "languages", "", "").change("only the first 20 of %d languages are kept", len(a.languages))
		a.languages = a.languages[:20]
	}
	f := a.file
	f.Survey = a.opts.Survey
	if f.Survey == "" {
		if a.slug == "" {
			a.slug = a.title.first(a.tags)
		}
		f.Survey = slugOf(a.slug)
	}
	f.Languages = a.languages
	head := &Entry{}
	f.Title = a.say(a.title, head, nil)
	if f.Title == nil {
		f.Title = questionnaire.Text{a.languages[0]: f.Survey}
	}
	for _, t := range a.intro {
		if text := a.say(t, head, nil); text != nil && len(f.Intro) < 6 {
			f.Intro = append(f.Intro, text)
		}
	}
	f.Thanks = a.say(a.thanks, head, nil)
	f.Notes = a.notes
}

// page makes a page with its items.
func (a *assembly) page(p *page) {
	at := fmt.Sprintf("pages[%d]", len(a.file.Pages))
	p.questions = slices.DeleteFunc(p.questions, func(q *question) bool { return q.gone })
	if len(p.questions) == 0 {
		return
	}
	entry := p.entry
	if entry == nil {
		entry = &Entry{}
	}
	first := p.questions[0]
	fp := questionnaire.FilePage{ID: p.id, Order: p.order, Title: a.say(p.title, entry, first), Note: a.say(p.note, entry, first)}
	fp.ShowIf = p.show
	for i, q := range p.questions {
		fp.Items = append(fp.Items, a.item(q))
		if q.entry.Place != "" {
			a.comments[fmt.Sprintf("%s.items[%d]", at, i)] = q.entry.Place
		}
	}
	for _, q := range p.questions {
		fp.Checks = append(fp.Checks, a.checks(q)...)
	}
	if len(fp.Checks) > 100 {
		entry.warn("only the first 100 checks of the page are kept")
		fp.Checks = fp.Checks[:100]
	}
	a.file.Pages = append(a.file.Pages, fp)
}

// item makes an item. Its expressions stand there already.
func (a *assembly) item(q *question) questionnaire.FileItem {
	it := q.item
	it.ID, it.Type = q.id, string(q.kind)
	it.Text, it.Help = a.say(q.text, q.entry, q), a.say(q.help, q.entry, q)
	if it.Pattern != "" && len(it.Message) == 0 {
		it.Message = questionnaire.Text(a.tags.stand("check"))
	}
	for _, t := range []*questionnaire.Text{&it.Low, &it.High, &it.Message, &it.Unit} {
		*t = a.say(texts(*t), q.entry, nil)
	}
	if it.Text == nil && !q.unseen() {
		q.entry.change("it has no text: its name is shown")
		it.Text = questionnaire.Text{a.languages[0]: cleanOr(q.name, q.id)}
	}
	for _, r := range q.rows {
		text := a.say(r.text, q.entry, q)
		if text == nil {
			text = questionnaire.Text{a.languages[0]: cleanOr(r.name, r.id)}
		}
		it.Rows = append(it.Rows, questionnaire.FileRow{ID: r.id, Text: text})
	}
	if q.list == nil || q.kind == questionnaire.Rating || q.kind == questionnaire.NetPromoter {
		return it
	}
	if q.shares() {
		it.Scale = q.list.scale
		if q.kind == questionnaire.Single {
			it.Type = string(questionnaire.Scale)
		}
		return it
	}
	it.Options = a.options(q.list, q.kind, q.entry)
	if len(q.list.missing) > 0 {
		missing := a.missing(q.list, q.entry)
		it.Missing = &missing
	}
	return it
}

func (a *assembly) missing(l *list, e *Entry) []questionnaire.FileMissing {
	var list []questionnaire.FileMissing
	for _, m := range l.missing {
		label := a.say(m.label, e, nil)
		if label == nil {
			label = a.say(a.tags.stand(m.code), e, nil)
		}
		list = append(list, questionnaire.FileMissing{Code: questionnaire.FileCode(m.code), Label: label})
	}
	return list
}

func cleanOr(s, otherwise string) string {
	if s = escaped(clean(s)); s != "" {
		return s
	}
	return otherwise
}

// shares reports whether the options are those of a scale, and names it.
func (q *question) shares() bool {
	return q.canShare() && (q.kind == questionnaire.Matrix || q.list.uses > 1)
}

// canShare reports whether the options may be those of a scale: options that ask
// for a text may not.
func (q *question) canShare() bool {
	if q.own || q.kind != questionnaire.Matrix && q.kind != questionnaire.Single {
		return false
	}
	return q.kind == questionnaire.Matrix || !slices.ContainsFunc(q.list.choices, func(c choice) bool { return c.other })
}

// scales writes the lists that questions share.
func (a *assembly) scales() {
	for _, q := range a.questions {
		if q.list == nil || !q.shares() || a.file.Scales[q.list.scale].Options != nil {
			continue
		}
		if a.file.Scales == nil {
			a.file.Scales = map[string]questionnaire.FileScale{}
		}
		a.file.Scales[q.list.scale] = questionnaire.FileScale{Options: a.options(q.list, questionnaire.Scale, q.entry), Missing: a.missing(q.list, q.entry)}
	}
}

// options makes options for items of a type, with the marks that it knows.
func (a *assembly) options(l *list, kind questionnaire.ItemType, e *Entry) []questionnaire.FileOption {
	values := l.numbered || l.counts()
	options := make([]questionnaire.FileOption, len(l.choices))
	for i := range l.choices {
		c := &l.choices[i]
		o := questionnaire.FileOption{Code: questionnaire.FileCode(c.code), Value: c.value, Label: a.say(c.label, e, nil), Exclusive: c.exclusive && kind == questionnaire.Multiple, Other: c.other && (kind == questionnaire.Multiple || kind == questionnaire.Single)}
		if values {
			o.Value = c.amount()
		}
		if o.Label == nil {
			e.change("the option %q has no label: its name is shown", clip(c.name, 40))
			o.Label = questionnaire.Text{a.languages[0]: cleanOr(c.name, c.code)}
		}
		options[i] = o
	}
	return options
}
