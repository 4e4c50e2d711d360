package page

import (
	"strings"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Preview shows an author the form as a telephone shows it, with the ways to
// look at it from another side.
type Preview struct {
	Frame
	Title     string // of the survey
	File      string
	Version   string // of the file; the page reloads when the file has another
	Hash      string // of the questionnaire
	Form      string // address of the form
	Languages []Choice
	Agencies  []Choice
	Channels  []Choice
	Warnings  []Fault
}

// Fault is one mistake in a file: what and where, and the line with a caret.
type Fault struct{ Text, Line string }

// Faults words mistakes in files.
func Faults(mistakes errs.Mistakes) []Fault {
	list := make([]Fault, 0, len(mistakes))
	for i := range mistakes {
		text, line, _ := strings.Cut(mistakes[i].String(), "\n")
		list = append(list, Fault{text, line})
	}
	return list
}

// PageTitle implements [Page].
func (p *Preview) PageTitle() string {
	return i18n.T(p.Lang, "preview.title", nil) + ": " + p.Title
}

func (p *Preview) template() string { return "preview" }

// Mistakes shows what is wrong in a file that can't be shown as a form.
type Mistakes struct {
	Frame
	File    string
	Version string // of the file
	Faults  []Fault
}

// PageTitle implements [Page].
func (m *Mistakes) PageTitle() string {
	return i18n.Plural(m.Lang, "preview.mistakes", int64(len(m.Faults)), nil)
}

func (m *Mistakes) template() string { return "mistakes" }

// Tongues lists the languages of a questionnaire.
func Tongues(q *questionnaire.Questionnaire) []Choice {
	list := make([]Choice, 0, len(q.Languages))
	for _, tag := range q.Languages {
		list = append(list, Choice{Value: tag, Text: tongue(tag)})
	}
	return list
}

// Channels lists the channels.
func Channels(lang string) []Choice {
	list := make([]Choice, 0, len(response.Channels))
	for _, c := range response.Channels {
		list = append(list, Choice{Value: c.String(), Text: named(lang, "channel.", c.String())})
	}
	return list
}
