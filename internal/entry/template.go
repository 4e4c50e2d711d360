package entry

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/sheet"
)

// templateHeads stand before the answers of a template.
var templateHeads = []string{"form", "agency", "channel", "service"}

// templateColumns lists the columns with answers: one per variable, of those that
// take several options one per option. What is asked about each chosen agency has
// them for each that may be chosen: item@1, item@2 and so on.
func templateColumns(q *questionnaire.Questionnaire) []string {
	var list []string
	variables := q.Variables()
	add := func(v *questionnaire.Variable, about string) {
		switch {
		case v.Item.Type == questionnaire.Calculated || v.Item.Type == questionnaire.Hidden:
		case v.Kind == questionnaire.SetOf:
			for _, o := range v.Item.Options {
				list = append(list, v.ID+"."+o.Code+about)
			}
		default:
			list = append(list, v.ID+about)
		}
	}
	for i := range variables {
		if !q.Repeated(&variables[i]) {
			add(&variables[i], "")
		}
	}
	for _, about := range blocks(q) {
		for i := range variables {
			if q.Repeated(&variables[i]) {
				add(&variables[i], about)
			}
		}
	}
	return list
}

// blocks lists what stands behind the names of columns about chosen agencies: @1,
// @2 and so on.
func blocks(q *questionnaire.Questionnaire) []string {
	choice := q.Choice()
	if choice == nil {
		return nil
	}
	list := make([]string, max(choice.Item.MaxChoices, 1))
	for i := range list {
		list[i] = "@" + strconv.Itoa(i+1)
	}
	return list
}

func templateHeader(q *questionnaire.Questionnaire) []string {
	heads := templateHeads
	if q.Consent != nil {
		heads = append(slices.Clip(heads), "consent")
	}
	return slices.Concat(heads, templateColumns(q))
}

// WriteCSV writes the header of a file to be filled in, as UTF-8 with the mark
// that spreadsheet programs need.
func WriteCSV(w io.Writer, q *questionnaire.Questionnaire) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	c := csv.NewWriter(w)
	if err := c.Write(templateHeader(q)); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	c.Flush()
	return c.Error()
}

// WriteXLSX writes a spreadsheet to be filled in: a sheet with the columns, whose
// cells offer the codes that they take, and a sheet that says what the columns
// and codes mean, in a language.
func WriteXLSX(w io.Writer, q *questionnaire.Questionnaire, lang string) error {
	b := book{
		forms: sheet.Page{Name: formsSheet, Columns: templateHeader(q)},
		codes: sheet.Page{Name: codesSheet, Columns: []string{"column", "code", "meaning"}},
		lang:  lang,
	}
	first := b.next()
	for _, channel := range []string{"paper", "phone", "import"} {
		b.add("channel", channel, nil)
	}
	b.offer("channel", first)
	variables := q.Variables()
	for i := range variables {
		v, about := &variables[i], []string{""}
		if q.Repeated(v) {
			about = blocks(q)
		}
		if v.Kind == questionnaire.SetOf {
			b.set(v, about)
		} else {
			b.variable(v, about)
		}
	}
	return sheet.Write(w, []sheet.Page{b.forms, b.codes})
}

// book is a template on its way.
type book struct {
	forms, codes sheet.Page
	lang         string
}

func (b *book) add(column, code string, meaning questionnaire.Text) {
	b.codes.Rows = append(b.codes.Rows, []string{column, code, strings.Join(strings.Fields(meaning.In(b.lang)), " ")})
}

// next is the row of what is added next, from 1.
func (b *book) next() int { return len(b.codes.Rows) + 2 }

// offer offers the codes from a row to the last in the cells of a column.
func (b *book) offer(column string, first int) {
	b.forms.Lists = append(b.forms.Lists, sheet.List{
		Column: slices.Index(b.forms.Columns, column), Page: codesSheet, From: 1, First: first, Last: b.next() - 1,
	})
}

// set adds a variable that takes several options, with what stands behind the
// names of its columns.
func (b *book) set(v *questionnaire.Variable, about []string) {
	for _, o := range v.Item.Options {
		name := v.ID + "." + o.Code
		if !slices.Contains(b.forms.Columns, name+about[0]) {
			continue
		}
		b.add(name, "", join(v.Text(), o.Label))
		b.add(name, "x", nil)
		for _, behind := range about {
			b.offer(name+behind, b.next()-1)
		}
	}
}

// variable adds another variable.
func (b *book) variable(v *questionnaire.Variable, about []string) {
	if !slices.Contains(b.forms.Columns, v.ID+about[0]) {
		return
	}
	b.add(v.ID, "", v.Text())
	if v.Part == questionnaire.OfOther {
		return
	}
	first := b.next()
	for _, o := range v.Options() {
		b.add(v.ID, o.Code, o.Label)
	}
	for _, m := range v.Item.Missing {
		b.add(v.ID, m.Code, m.Label)
	}
	if len(v.Options()) == 0 {
		return
	}
	for _, behind := range about {
		b.offer(v.ID+behind, first)
	}
}

// join puts a text before another, in every language that both have.
func join(a, b questionnaire.Text) questionnaire.Text {
	out := questionnaire.Text{}
	for lang := range a {
		if b[lang] != "" {
			out[lang] = a[lang] + ": " + b[lang]
		}
	}
	return out
}
