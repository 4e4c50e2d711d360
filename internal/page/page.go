// Package page holds the pages that people see: one Go type and one template
// for each.
//
// A page is a value that is filled completely before it is rendered: templates
// make no decisions beyond "is it there", look nothing up, and cannot fail on a
// well-formed value. The New… functions turn what the program knows into such
// values and are pure: no clock, no store, no request. Numbers arrive computed
// and rounded; a page only writes their digits in the reader's language.
//
// The pages need no script, carry no inline style or script (the content
// security policy forbids both), and set nothing on the reader's device.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"slices"
	"sync"

	"hailong/internal/i18n"
	"hailong/static"
)

//go:embed templates/*.html
var files embed.FS

// Page is one of this package's pages, ready to be rendered.
type Page interface {
	// PageTitle is what stands in the browser's tab, before the site's name.
	PageTitle() string
	// Language is the language of the page.
	Language() string
	// template names the page's template file.
	template() string
}

// pages lists the template of every page.
var pages = []string{"home", "choose", "form", "done", "receipt", "results", "survey_results", "index_results", "method", "problem", "consent", "farewell", "preview", "mistakes", "whole", "kiosk", "invitation", "resume", "later", "docs", "docs_method"}

// key names one parsed template.
type key struct{ lang, name string }

// parsed reads all templates once for each language, because their functions
// know the language. The templates are part of the program: an error here is
// found by the first test that renders anything.
var parsed = sync.OnceValues(func() (map[key]*template.Template, error) {
	sets := map[key]*template.Template{}
	for _, lang := range i18n.Languages() {
		for _, name := range pages {
			from := []string{"templates/layout.html", "templates/parts.html", "templates/" + name + ".html"}
			if name == "whole" || name == "kiosk" {
				from = slices.Insert(from, 2, "templates/form.html") // whose questions they ask
			}
			if name == "kiosk" {
				from = slices.Insert(from, 3, "templates/whole.html") // which it is one of
			}
			t, err := template.New("layout.html").Funcs(functions(lang)).ParseFS(files, from...)
			if err != nil {
				return nil, fmt.Errorf("parsing template %s: %w", name, err)
			}
			sets[key{lang, name}] = t
		}
	}
	return sets, nil
})

// Render writes a page as HTML. Nothing is written when the page cannot be
// rendered, so that the caller can still answer with something else.
func Render(w io.Writer, p Page) error {
	sets, err := parsed()
	if err != nil {
		return err
	}
	lang := p.Language()
	if !i18n.Known(lang) {
		lang = i18n.Vietnamese
	}
	var b bytes.Buffer
	name := "layout.html"
	if f, ok := p.(*Form); ok && f.Part {
		name = "part"
	}
	if err := sets[key{lang, p.template()}].ExecuteTemplate(&b, name, p); err != nil {
		return fmt.Errorf("rendering page %s: %w", p.template(), err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("sending page %s: %w", p.template(), err)
	}
	return nil
}

// functions are what templates may call.
func functions(lang string) template.FuncMap {
	return template.FuncMap{
		"lang": func() string { return lang },
		// t is a message; names and values of its gaps follow the id.
		"t": func(id string, gaps ...any) (string, error) {
			args, err := gapsOf(gaps)
			return i18n.T(lang, id, args), err
		},
		// plural is a message in the form for a count.
		"plural": func(id string, n int) string { return i18n.Plural(lang, id, int64(n), nil) },
		"int":    func(n int64) string { return i18n.Int(lang, n) },
		"asset":  static.Name,
		"add":    func(a, b int) int { return a + b },
		// pair hands two values to a part of a template.
		"pair": func(a, b any) pair { return pair{a, b} },
	}
}

// pair is two values for a part of a template.
type pair struct{ A, B any }

func gapsOf(gaps []any) (map[string]any, error) {
	args := make(map[string]any, len(gaps)/2)
	for i := 0; i+1 < len(gaps); i += 2 {
		name, ok := gaps[i].(string)
		if !ok {
			return nil, fmt.Errorf("gap %d of a message has no name", i/2)
		}
		args[name] = gaps[i+1]
	}
	if len(gaps)%2 == 1 {
		return nil, fmt.Errorf("gap %v of a message has no value", gaps[len(gaps)-1])
	}
	return args, nil
}

// Frame is what every page has around its content.
type Frame struct {
	Lang string // one of i18n.Languages
	URL  string // address of this page, path and query, for the links that change one thing of it
}

// Language returns the language of the page.
func (f Frame) Language() string { return f.Lang }

// Speaks returns the language that most of the page's words are in: a
// questionnaire may be in one that the program does not know.
func (f Frame) Speaks() string { return f.Lang }

// Link is a link with its text. Current marks the page one is on.
type Link struct {
	Text    string
	Href    string
	Lang    string // language of the text where it differs from the page's
	Current bool
}

// Languages returns links to this page in every language.
func (f Frame) Languages() []Link {
	links := make([]Link, 0, len(i18n.Languages()))
	for _, lang := range i18n.Languages() {
		links = append(links, Link{
			Text:    i18n.T(f.Lang, "lang."+lang, nil),
			Href:    with(f.URL, "lang", lang),
			Lang:    lang,
			Current: lang == f.Lang,
		})
	}
	return links
}

// Go returns the address of another page with the language that the reader
// chose, if he chose one: an address without it would fall back to the
// browser's wish.
func (f Frame) Go(path string) string {
	if u, err := url.Parse(f.URL); err == nil && u.Query().Has("lang") {
		return with(path, "lang", f.Lang)
	}
	return path
}

// At reports whether the page stands at a path or below it.
func (f Frame) At(path string) bool {
	u, err := url.Parse(f.URL)
	return err == nil && u.Path == path
}

// with returns an address with some parameters of its query set; an empty value
// removes one. Parameters come out in alphabetical order. An address that cannot
// be parsed is returned as it is.
func with(address string, pairs ...string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			query.Del(pairs[i])
		} else {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// named returns the message prefix+code, or the code itself where the catalogue
// has none: codes come from files and may be newer than the catalogue.
func named(lang, prefix, code string) string {
	if id := prefix + code; i18n.Has(lang, id) {
		return i18n.T(lang, id, nil)
	}
	return code
}
