package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hailong/internal/i18n"
)

// Markdown writes the codebook for reading, with the texts of one language.
func (c *Codebook) Markdown(w io.Writer, lang string) error {
	m := &markdown{buffer: newBuffer(w), lang: lang, ui: lang}
	if !i18n.Known(m.ui) {
		m.ui = i18n.English
	}
	m.line("# ", m.t("codebook.title", "name", escape(c.Title.In(lang))))
	m.line(m.t("codebook.intro", "survey", escape(c.Survey), "version", escape(c.Version), "n", len(c.Variables)))
	page := ""
	for i := range c.Variables {
		d := &c.Variables[i]
		if d.Page != page || i == 0 {
			page = d.Page
			m.line("## ", m.t("codebook.page", "name", code(page)))
			if d.Repeat != "" {
				m.line(m.t("codebook.repeat", "name", code(d.Repeat)))
			}
		}
		m.variable(d)
		m.spill()
	}
	m.line("## ", m.t("codebook.fields"))
	for i := range c.Fields {
		m.field(&c.Fields[i])
	}
	if err := m.end(); err != nil {
		return fmt.Errorf("codebook: %w", err)
	}
	return nil
}

// markdown writes paragraphs.
type markdown struct {
	*buffer
	lang, ui string
}

// t is a text of the program, its gaps filled with names and values.
func (m *markdown) t(id string, pairs ...any) string {
	args := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			args[name] = pairs[i+1]
		}
	}
	return i18n.T(m.ui, id, args)
}

// line appends a paragraph.
func (m *markdown) line(parts ...string) {
	for _, p := range parts {
		m.b = append(m.b, p...)
	}
	m.b = append(m.b, "\n\n"...)
}

func (m *markdown) variable(d *CodebookVariable) {
	m.line("### ", code(d.ID))
	if text := d.Text.In(m.lang); text != "" {
		m.line(escape(text))
	}
	switch d.Part {
	case "row":
		m.line(m.t("codebook.part_row", "name", code(d.Item)+" – "+escape(d.ItemText.In(m.lang))))
	case "rank":
		m.line(m.t("codebook.part_rank", "rank", d.Rank, "name", code(d.Item)))
	case "other":
		m.line(m.t("codebook.part_other", "name", code(d.Item)))
	}
	m.line(m.t("codebook.kind", "name", code(string(d.Type)), "kind", m.t("codebook.kind_"+d.Kind, "decimals", d.Decimals)))
	for _, fact := range []struct{ id, text string }{
		{"codebook.show_if", code(d.ShowIf)},
		{"codebook.required_if", code(d.RequiredIf)},
		{"codebook.calculate", code(d.Calculate)},
		{"codebook.unit", escape(d.Unit.In(m.lang))},
		{"codebook.limits", code(d.String())},
	} {
		if fact.text != "" {
			m.line(m.t(fact.id), ": ", fact.text)
		}
	}
	if d.Required {
		m.line(m.t("codebook.required"))
	}
	if d.Personal != nil {
		m.line(m.t("codebook.personal", "purpose", escape(d.Personal.Purpose.In(m.lang)), "days", d.Personal.RetentionDays))
	}
	m.values(d)
}

// row appends a row of a table.
func (m *markdown) row(cells ...string) {
	m.b = append(m.b, "| "+strings.Join(cells, " | ")+" |\n"...)
}

// values writes the table of a variable's codes.
func (m *markdown) values(d *CodebookVariable) {
	title := m.t("codebook.without")
	if len(d.Options) > 0 {
		title = m.t("codebook.label")
	}
	m.row(m.t("codebook.code"), m.t("codebook.value"), title)
	m.row("---", "---", "---")
	for i := range d.Options {
		o, value := &d.Options[i], ""
		if o.Value != nil {
			value = i18n.Decimal(m.ui, strconv.FormatFloat(*o.Value, 'f', -1, 64))
		}
		m.row(code(o.Code), value, escape(o.Label.In(m.lang)))
	}
	for i := range d.Missing {
		m.row(code(d.Missing[i].Code), "", escape(d.Missing[i].Label.In(m.lang)))
	}
	for _, state := range always {
		m.row(code(state), "", m.t(stateLabels[state]))
	}
	m.b = append(m.b, '\n')
}

// stateLabels are the messages of states that stand in place of an answer.
var stateLabels = map[string]string{"skipped": "codebook.skipped", "not_asked": "codebook.not_asked"}

// code writes a text as code; empty for none.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	s = strings.ReplaceAll(oneLine(s), "|", `\|`)
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// special are the characters that mean something in Markdown.
const special = "\\`*_{}[]<>()#+-.!|~&"

// escape writes a plain text so that Markdown shows it as it is.
func escape(s string) string {
	var b strings.Builder
	for _, r := range oneLine(s) {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
