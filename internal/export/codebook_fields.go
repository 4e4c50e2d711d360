package export

import (
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// CodebookField is a column before the variables that its name does not explain.
type CodebookField struct {
	Column string             `json:"column"`
	Text   questionnaire.Text `json:"text"`
	Codes  []CodebookCode     `json:"codes,omitempty"`
}

// CodebookCode is one of the codes that a field may hold, several with spaces
// between them.
type CodebookCode struct {
	Code  string             `json:"code"`
	Label questionnaire.Text `json:"label"`
}

// fields describes the columns of counters and flags.
func (c *Codebook) fields() []CodebookField {
	flags := CodebookField{Column: "flags", Text: c.words("codebook.field_flags")}
	for _, code := range response.AllFlags.Codes() {
		flags.Codes = append(flags.Codes, CodebookCode{Code: code, Label: c.words("codebook.flag_" + code)})
	}
	return []CodebookField{{Column: "counter", Text: c.words("codebook.field_counter")}, flags}
}

// words is a text of the program in the languages of the codebook; in English
// where the program has no such language.
func (c *Codebook) words(id string) questionnaire.Text {
	text := questionnaire.Text{}
	for _, lang := range c.Languages {
		ui := lang
		if !i18n.Known(ui) {
			ui = i18n.English
		}
		text[lang] = i18n.T(ui, id, nil)
	}
	return text
}

// field writes what a column holds.
func (m *markdown) field(f *CodebookField) {
	m.line("### ", code(f.Column))
	m.line(escape(f.Text.In(m.lang)))
	if len(f.Codes) == 0 {
		return
	}
	m.row(m.t("codebook.code"), m.t("codebook.label"))
	m.row("---", "---")
	for i := range f.Codes {
		m.row(code(f.Codes[i].Code), escape(f.Codes[i].Label.In(m.lang)))
	}
	m.b = append(m.b, '\n')
}
