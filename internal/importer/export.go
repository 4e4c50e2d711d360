package importer

import (
	"io"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
	spreadsheet "hailong/internal/sheet"
)

// ExportXLSForm writes a questionnaire as an XLSForm that ODK, Kobo and others
// read. What XLSForm has no words for goes into the sheet [keptSheet], from which
// [XLSForm] takes it again: importing the file gives the same questionnaire. The
// report names what is not in the XLSForm itself.
func ExportXLSForm(q *questionnaire.Questionnaire, f questionnaire.Fieldwork, w io.Writer) (Report, error) {
	b := newBook(q, fileOf(q, f))
	if err := b.write(w); err != nil {
		return b.report, err
	}
	return b.report, nil
}

// book is a questionnaire as the sheets of an XLSForm.
type book struct {
	q       *questionnaire.Questionnaire
	file    *questionnaire.File
	survey  grid
	choices grid
	setting grid
	listed  map[string]bool // lists that stand in choices
	report  Report
}

// grid is a sheet with named columns.
type grid struct {
	columns []string
	rows    []map[string]string
}

func newBook(q *questionnaire.Questionnaire, f *questionnaire.File) *book {
	b := &book{q: q, file: f, listed: map[string]bool{}, report: Report{Format: "XLSForm"}}
	b.survey.columns = slices.Concat([]string{"type", "name"}, b.columns("label"), b.columns("hint"), []string{"required", "relevant", "constraint"},
		b.columns("constraint_message"), []string{"calculation", "appearance", "parameters", "default", "image"})
	b.choices.columns = slices.Concat([]string{"list_name", "name"}, b.columns("label"), []string{valueColumn, missingColumn, exclusiveColumn})
	b.setting.columns = []string{"form_title", "form_id", "version", "default_language"}
	b.setting.rows = []map[string]string{{
		"form_title": q.Title.In(q.Languages[0]), "form_id": q.Survey, "version": q.Version[:min(12, len(q.Version))], "default_language": languageColumn(q.Languages[0]),
	}}
	b.pages()
	b.beside()
	return b
}

// Columns of the sheet choices that XLSForm does not know, and ignores.
const (
	valueColumn     = "hailong_value"
	missingColumn   = "hailong_missing"
	exclusiveColumn = "hailong_exclusive"
)

// languageColumn names a language as XLSForm recommends: Tiếng Việt (vi).
func languageColumn(tag string) string {
	if name, ok := map[string]string{"vi": "Tiếng Việt", "en": "English", "fr": "Français", "km": "Khmer", "lo": "Lao", "zh": "Chinese"}[tag]; ok {
		return name + " (" + tag + ")"
	}
	return tag + " (" + tag + ")"
}

func (b *book) columns(name string) []string {
	list := make([]string, len(b.q.Languages))
	for i, lang := range b.q.Languages {
		list[i] = name + "::" + languageColumn(lang)
	}
	return list
}

// say puts a text into its columns.
func (b *book) say(row map[string]string, name string, t questionnaire.Text) {
	for _, lang := range b.q.Languages {
		if t[lang] != "" {
			row[name+"::"+languageColumn(lang)] = b.shownOutside(t[lang])
		}
	}
}

// shownOutside leaves out answers that only our context knows.
func (b *book) shownOutside(s string) string {
	return dollarPipe.ReplaceAllStringFunc(s, func(m string) string {
		if b.q.Variable(m[2:len(m)-1]) == nil {
			return "…"
		}
		return m
	})
}

// beside tells what stands in the sheet of ours only.
func (b *book) beside() {
	keep := func(has bool, what string) {
		if has {
			b.report.add(OtherEntry, what, "", "").change("XLSForm has no words for it: it is kept in the sheet %s", keptSheet)
		}
	}
	f := b.file
	keep(len(f.Measures)+len(f.Indices) > 0, "measures and indices")
	keep(f.Consent != nil, "consent")
	keep(len(f.Intro) > 0 || len(f.Thanks) > 0, "intro and thanks")
	keep(len(f.Ends) > 0, "ends")
	keep(len(f.Fieldwork.Waves)+len(f.Fieldwork.Channels)+len(f.Fieldwork.Quotas) > 0 || f.Fieldwork.Invitation != "" || f.Fieldwork.MinSeconds != nil || f.Fieldwork.MaxResponses != nil ||
		f.Fieldwork.ProofOfWork || f.Fieldwork.Passes != "" || len(f.Fieldwork.Embed) > 0 || f.Fieldwork.Hours != "", "fieldwork")
	keep(f.Changes != nil, "changes")
	keep(f.Notes != "", "notes")
	for _, image := range b.q.Images {
		b.report.add(OtherEntry, "image", image.Name, "").change("put the picture beside the form, as media")
	}
}

// write writes the sheets. Every cell is a text, never a formula.
func (b *book) write(w io.Writer) error {
	return spreadsheet.Write(w, []spreadsheet.Page{
		b.survey.page("survey"), b.choices.page("choices"), b.setting.page("settings"), keptGrid(b.file).page(keptSheet),
	})
}

// page lays the grid out as a sheet.
func (g grid) page(name string) spreadsheet.Page {
	p := spreadsheet.Page{Name: name, Columns: g.columns}
	for _, row := range g.rows {
		cells := make([]string, len(g.columns))
		for i, c := range g.columns {
			cells[i] = row[c]
		}
		p.Rows = append(p.Rows, cells)
	}
	return p
}

// list puts options into the sheet choices, once.
func (b *book) list(name string, options []questionnaire.Option, missing []questionnaire.Missing) {
	if b.listed[name] {
		return
	}
	b.listed[name] = true
	for _, o := range options {
		row := map[string]string{"list_name": name, "name": o.Code}
		b.say(row, "label", o.Label)
		if o.Value != nil {
			row[valueColumn] = plainNumber(*o.Value)
		}
		if o.Exclusive {
			row[exclusiveColumn] = "yes"
		}
		b.choices.rows = append(b.choices.rows, row)
	}
	for _, m := range missing {
		row := map[string]string{"list_name": name, "name": m.Code, missingColumn: "yes"}
		b.say(row, "label", m.Label)
		b.choices.rows = append(b.choices.rows, row)
	}
}

// listName names the list of an item: that of its scale, if its missing codes are
// those of the scale's list, or the item's own.
func (b *book) listName(it *questionnaire.Item) string {
	if it.Scale == "" {
		return it.ID
	}
	parts := []string{it.Scale}
	for _, m := range it.Missing {
		parts = append(parts, m.Code)
	}
	return strings.Join(parts, "_")
}
