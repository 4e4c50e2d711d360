package page

import (
	"bufio"
	"cmp"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"slices"
	"sync"
	"unicode/utf8"

	"hailong/internal/agency"
	"hailong/internal/i18n"
	"hailong/internal/qr"
	"hailong/internal/questionnaire"
	"hailong/static"
)

// The sizes of posters.
const (
	SizeA4   = "a4"
	SizeA5   = "a5"
	SizeCard = "card" // a card for a table, A6
)

// PosterSizes lists the sizes of posters, the largest first.
func PosterSizes() []string { return []string{SizeA4, SizeA5, SizeCard} }

// PosterSet is a document of posters: one sheet of paper for each place.
type PosterSet struct {
	Questionnaire *questionnaire.Questionnaire
	Agencies      *agency.Registry
	Base          string // address of the site, as ParseBase returns it
	Size          string // one of PosterSizes
	Address       string // of this page, path and query; empty for a file, which then needs nothing beside it
	Lang          string // of what stands around the sheets on a screen
	Places        []Place
}

// words is one text in one language.
type words struct{ Lang, Text string }

// poster is one sheet.
type poster struct {
	Agency    []words // name in every language of the poster
	Counter   []words
	Heading   []words
	Long      bool    // the heading needs smaller letters
	Lines     []about // who asks, how long it takes
	Anonymous []words
	Scan      []words
	Type      []words
	Letters   []string // in pieces between which a line may break
	Code      template.HTML
}

// about is what the survey says of itself, in one language.
type about struct {
	Lang  string
	Texts []template.HTML
}

// longHeading is how many characters a heading has in the largest letters.
const longHeading = 60

// sheetHead is what stands before the sheets.
type sheetHead struct {
	Lang    string
	Title   string
	Class   string
	Style   template.CSS // empty: the style sheet is linked
	Sheets  int
	Sizes   []Link
	Screen  bool // shown by a server: with the words for the screen
	Heading string
}

// WritePosters writes the document, sheet by sheet: what it takes of memory does
// not grow with the number of sheets.
func WritePosters(w io.Writer, set PosterSet) error {
	q := set.Questionnaire
	lang := UI(set.Lang)
	tell := Teller{Questionnaire: q, Lang: lang}
	head := sheetHead{
		Lang: lang, Title: tell.fill(q.Title.In(lang)), Class: set.Size, Sheets: len(set.Places), Screen: set.Address != "",
	}
	for _, size := range PosterSizes() {
		head.Sizes = append(head.Sizes, Link{Text: sizeName(lang, size), Href: with(set.Address, "size", size), Current: size == set.Size})
	}
	p, err := newPrinter(w, "poster", head)
	if err != nil {
		return err
	}
	for _, place := range set.Places {
		if err := p.sheet(set.poster(place)); err != nil {
			return err
		}
	}
	return p.close()
}

func sizeName(lang, size string) string {
	switch size {
	case SizeA5:
		return i18n.T(lang, "poster.a5", nil)
	case SizeCard:
		return i18n.T(lang, "poster.card", nil)
	}
	return i18n.T(lang, "poster.a4", nil)
}

// languages are those of a poster: the program's that the questionnaire has, or
// else the questionnaire's first.
func (set *PosterSet) languages() []string {
	var list []string
	for _, lang := range i18n.Languages() {
		if slices.Contains(set.Questionnaire.Languages, lang) {
			list = append(list, lang)
		}
	}
	if list == nil && len(set.Questionnaire.Languages) > 0 {
		list = set.Questionnaire.Languages[:1]
	}
	return list
}

// poster lays out one sheet.
func (set *PosterSet) poster(place Place) poster {
	link := set.Base + place.Form()
	short := Letters(set.Base + place.Short())
	p := poster{Letters: pieces(short)}
	a := set.Agencies.ByID(place.Agency)
	for i, lang := range set.languages() {
		ui := UI(lang)
		tell := Teller{Questionnaire: set.Questionnaire, Lang: lang, Service: place.Service}
		if a != nil {
			tell.Agency = a.Name.In(ui)
			p.Agency = append(p.Agency, words{ui, tell.Agency})
		}
		if place.Counter != "" {
			p.Counter = append(p.Counter, words{ui, i18n.T(ui, "poster.counter", map[string]any{"text": place.Counter})})
		}
		heading := tell.fill(headline(set.Questionnaire).In(lang))
		p.Heading = append(p.Heading, words{lang, heading})
		p.Long = p.Long || i == 0 && utf8.RuneCountInString(heading) > longHeading
		if i == 0 || set.Size != SizeCard { // where one language has to do
			p.Lines = append(p.Lines, set.about(&tell))
		}
		p.Anonymous = append(p.Anonymous, words{ui, anonymous(ui, set.Questionnaire)})
		p.Scan = append(p.Scan, words{ui, i18n.T(ui, "poster.scan", nil)})
		p.Type = append(p.Type, words{ui, i18n.T(ui, "poster.type", nil)})
		if i == 0 {
			p.Code = template.HTML(qr.SVG(link, qr.Options{Title: i18n.T(ui, "poster.code", map[string]any{"text": short})})) //nolint:gosec // made of digits
		}
	}
	// A name that is the same in two languages stands there once.
	p.Agency = slices.CompactFunc(p.Agency, func(a, b words) bool { return a.Text == b.Text })
	return p
}

// about takes the first lines of the survey's own introduction.
func (set *PosterSet) about(tell *Teller) about {
	own := about{Lang: tell.Lang}
	most := 2
	if set.Size == SizeCard {
		most = 1
	}
	for i, text := range set.Questionnaire.Intro {
		if s := text.In(tell.Lang); s != "" && i < most {
			own.Texts = append(own.Texts, tell.rich(s, line))
		}
	}
	return own
}

// pieces cuts an address at its slashes and before its dots: a break anywhere
// else, as after a dash, would be taken for a part of it or hide one.
func pieces(address string) []string {
	var list []string
	start := 0
	for i := 1; i < len(address); i++ {
		if address[i] == '.' || address[i-1] == '/' {
			list = append(list, address[start:i])
			start = i
		}
	}
	return append(list, address[start:])
}

// headline is what a poster says in large letters: the question of a survey that
// has but one for everybody, else its title.
func headline(q *questionnaire.Questionnaire) questionnaire.Text {
	var only *questionnaire.Item
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			it := &q.Pages[p].Items[i]
			switch {
			case it.Type == questionnaire.Note || it.Type == questionnaire.Hidden || it.Type == questionnaire.Calculated || it.ShowIf != "":
			case only != nil || it.Type == questionnaire.Matrix:
				return q.Title
			default:
				only = it
			}
		}
	}
	if only == nil || Piped(q, only.Text) {
		return q.Title
	}
	return only.Text
}

// anonymous says in a line what nobody learns of who answers.
func anonymous(lang string, q *questionnaire.Questionnaire) string {
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			if q.Pages[p].Items[i].Personal != nil {
				return i18n.T(lang, "poster.personal", nil)
			}
		}
	}
	return i18n.T(lang, "poster.anonymous", nil)
}

// printer writes a document of sheets.
type printer struct {
	out      *bufio.Writer
	template *template.Template
	kind     string // of the sheets, and the name of their template
}

// printed reads the templates of documents that are printed, once for each
// language.
var printed = sync.OnceValues(func() (map[string]*template.Template, error) {
	sets := map[string]*template.Template{}
	for _, lang := range i18n.Languages() {
		t, err := template.New("sheets.html").Funcs(functions(lang)).ParseFS(files, "templates/sheets.html")
		if err != nil {
			return nil, fmt.Errorf("parsing template sheets: %w", err)
		}
		sets[lang] = t
	}
	return sets, nil
})

// newPrinter writes the head of a document.
func newPrinter(w io.Writer, kind string, head sheetHead) (*printer, error) {
	sets, err := printed()
	if err != nil {
		return nil, err
	}
	if !head.Screen {
		style, err := fs.ReadFile(static.FS(), "sheets.css")
		if err != nil {
			return nil, fmt.Errorf("style of %s: %w", kind, err)
		}
		head.Style = template.CSS(style) //nolint:gosec // our own file
	}
	head.Heading = cmp.Or(head.Heading, i18n.Plural(head.Lang, "poster.sheets", int64(head.Sheets), nil))
	p := &printer{out: bufio.NewWriterSize(w, 64<<10), template: sets[head.Lang], kind: kind}
	err = p.write("head", head)
	return p, err
}

func (p *printer) write(name string, data any) error {
	if err := p.template.ExecuteTemplate(p.out, name, data); err != nil {
		return fmt.Errorf("printing %s: %w", p.kind, err)
	}
	return nil
}

// sheet writes one sheet.
func (p *printer) sheet(data any) error { return p.write(p.kind, data) }

// close writes the end.
func (p *printer) close() error {
	if err := p.write("foot", nil); err != nil {
		return err
	}
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("printing %s: %w", p.kind, err)
	}
	return nil
}
