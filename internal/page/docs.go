package page

import (
	"html/template"

	"hailong/internal/docs"
	"hailong/internal/i18n"
)

// Docs lists the pages of documentation.
type Docs struct {
	Frame
	Groups []DocsGroup
}

// DocsGroup is a part of the list.
type DocsGroup struct {
	ID    string
	Title string
	Pages []Link
}

// NewDocs lists the pages of documentation in the reader's language.
func NewDocs(f Frame) (*Docs, error) {
	list := &Docs{Frame: f}
	for _, g := range docs.Groups() {
		group := DocsGroup{ID: g.ID, Title: i18n.T(f.Lang, g.Message, nil)}
		for _, name := range g.Pages {
			p, _, err := docs.Find(name)
			if err != nil {
				return nil, err
			}
			group.Pages = append(group.Pages, Link{Text: p.In(f.Lang).Title, Href: f.Go(docsPath + name)})
		}
		list.Groups = append(list.Groups, group)
	}
	return list, nil
}

// PageTitle implements [Page].
func (d *Docs) PageTitle() string { return i18n.T(d.Lang, "docs.title", nil) }

func (d *Docs) template() string { return "docs" }

// docsPath is where the pages of methods stand.
const docsPath = "/docs/methods/"

// DocsMethod is the page of one method, in both languages: the reader's own
// first.
type DocsMethod struct {
	Frame
	Title      string
	First      template.HTML
	OtherLang  string
	OtherTitle string
	Other      template.HTML
}

// NewDocsMethod renders the page of a method.
func NewDocsMethod(f Frame, p *docs.Page) *DocsMethod {
	other := "en"
	if f.Lang == other {
		other = i18n.Vietnamese
	}
	own, second := p.In(f.Lang), p.In(other)
	return &DocsMethod{
		Frame: f, Title: own.Title, First: documentation(f, own.Body, 2),
		OtherLang: other, OtherTitle: second.Title, Other: documentation(f, second.Body, 3),
	}
}

// PageTitle implements [Page].
func (d *DocsMethod) PageTitle() string { return d.Title }

func (d *DocsMethod) template() string { return "docs_method" }
