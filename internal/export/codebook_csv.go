package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// CSV writes the codebook as a table (RFC 4180), with a byte order mark for
// Excel. Each variable has a row of its own, and then a row per value or code in
// place of an answer, whose column entry says option or missing. The columns
// that are no variables come last, without an order; their entry is field. Texts have one
// column per language, such as label_vi.
func (c *Codebook) CSV(w io.Writer, excel bool) error {
	out := newBuffer(w)
	if excel {
		out.b = append(out.b, bom...)
	}
	header := []string{
		"order", "variable", "entry", "code", "value", "item", "part", "page", "repeat", "type", "kind", "columns",
		"required", "show_if", "calculate", "limits", "personal_days",
	}
	for _, name := range []string{"label", "of", "unit", "personal_purpose"} {
		for _, lang := range c.Languages {
			header = append(header, name+"_"+lang)
		}
	}
	out.line(header)
	for i := range c.Variables {
		d := &c.Variables[i]
		out.line(c.variableRow(d))
		for k := range d.Options {
			o := &d.Options[k]
			value := ""
			if o.Value != nil {
				value = strconv.FormatFloat(*o.Value, 'f', -1, 64)
			}
			out.line(c.entryRow(d, len(header), "option", o.Code, value, o.Label))
		}
		for k := range d.Missing {
			out.line(c.entryRow(d, len(header), "missing", d.Missing[k].Code, "", d.Missing[k].Label))
		}
		for _, code := range always {
			out.line(c.entryRow(d, len(header), "missing", code, "", c.words(stateLabels[code])))
		}
		out.spill()
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		out.line(c.fieldRow(f.Column, len(header), "field", "", f.Text))
		for k := range f.Codes {
			out.line(c.fieldRow(f.Column, len(header), "option", f.Codes[k].Code, f.Codes[k].Label))
		}
	}
	if err := out.end(); err != nil {
		return fmt.Errorf("codebook: %w", err)
	}
	return nil
}

// line appends a row of a CSV file.
func (f *buffer) line(cells []string) {
	for i, cell := range cells {
		if i > 0 {
			f.b = append(f.b, ',')
		}
		f.b = appendCSV(f.b, cell)
	}
	f.b = append(f.b, "\r\n"...)
}

func (c *Codebook) variableRow(d *CodebookVariable) []string {
	required, days := d.RequiredIf, ""
	if d.Required {
		required = "always"
	}
	if d.Personal != nil {
		days = strconv.Itoa(d.Personal.RetentionDays)
	}
	row := []string{
		strconv.Itoa(d.Order), d.ID, "variable", "", "", d.Item, d.Part, d.Page, d.Repeat, string(d.Type), d.Kind, strings.Join(d.Columns, " "),
		required, d.ShowIf, d.Calculate, d.String(), days,
	}
	purpose := questionnaire.Text{}
	if d.Personal != nil {
		purpose = d.Personal.Purpose
	}
	for _, text := range []questionnaire.Text{d.Text, d.ItemText, d.Unit, purpose} {
		for _, lang := range c.Languages {
			row = append(row, text[lang])
		}
	}
	return row
}

// entryRow is the row of a value, of so many columns.
func (c *Codebook) entryRow(d *CodebookVariable, columns int, entry, code, value string, label questionnaire.Text) []string {
	row := c.fieldRow(d.ID, columns, entry, code, label)
	row[0], row[4] = strconv.Itoa(d.Order), value
	return row
}

// fieldRow is the row of a column, or of one of its codes.
func (c *Codebook) fieldRow(name string, columns int, entry, code string, label questionnaire.Text) []string {
	row := make([]string, columns)
	row[1], row[2], row[3] = name, entry, code
	first := columns - 4*len(c.Languages)
	for i, lang := range c.Languages {
		row[first+i] = label[lang]
	}
	return row
}

// String lists the limits as key value pairs, such as min=0 max=50.
func (l *Limits) String() string {
	var parts []string
	add := func(key, value string) {
		if value != "" && value != "0" {
			parts = append(parts, key+"="+value)
		}
	}
	number := func(key string, n *float64) {
		if n != nil {
			parts = append(parts, key+"="+strconv.FormatFloat(*n, 'f', -1, 64))
		}
	}
	number("min", l.Min)
	number("max", l.Max)
	add("decimals", strconv.Itoa(l.Decimals))
	add("min_chars", strconv.Itoa(l.MinChars))
	add("max_chars", strconv.Itoa(l.MaxChars))
	add("earliest", l.Earliest)
	add("latest", l.Latest)
	add("ranks", strconv.Itoa(l.Ranks))
	add("min_choices", strconv.Itoa(l.MinChoices))
	add("max_choices", strconv.Itoa(l.MaxChoices))
	add("within", l.Within)
	add("levels", strings.Join(l.Levels, "/"))
	add("pattern", l.Pattern)
	return strings.Join(parts, " ")
}
