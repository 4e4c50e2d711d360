package export

import (
	"slices"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// csvFields are the columns before the variables. No item may have such an id
// (questionnaire refuses it), so every column has a name of its own.
var csvFields = []string{
	"survey", "version", "wave", "agency", "agency_name", "resolver", "channel", "service", "lang", "day", "seconds",
}

// csvColumn is one column of a survey: a variable, or one option of it.
type csvColumn struct {
	id     string
	option string // empty for a whole variable
	name   string // in the header
}

// csvCell is how one version fills a column.
type csvCell struct {
	answer   int // index of the answer; -1: the version has no such variable
	kind     questionnaire.VariableKind
	option   int      // of a set
	decimals int      // of an amount
	codes    [][]byte // of one option
}

// csvRows writes rows as CSV.
type csvRows struct {
	*names
	bom     bool
	columns []csvColumn
	cells   [][]csvCell // by number of the version, by column
}

// missingCells are the cells of states without an answer.
var missingCells = [...]string{
	response.NotAsked: "", response.Skipped: questionnaire.Skipped, response.DontKnow: questionnaire.DontKnow,
	response.Refused: questionnaire.Refused, response.NotApplicable: questionnaire.NotApplicable,
}

func newCSVRows(survey *catalog.Survey, agencies *agency.Registry, withBOM bool) *csvRows {
	x := &csvRows{names: newNames(survey, agencies, appendCSV), bom: withBOM, columns: csvColumns(survey)}
	x.cells = make([][]csvCell, len(x.versions))
	for _, v := range survey.Versions {
		x.cells[v.Number] = csvCells(v.Questionnaire, x.columns)
	}
	return x
}

// csvColumns lists the columns of all versions. The options of a variable stand
// together, also where a later version adds one.
func csvColumns(survey *catalog.Survey) []csvColumn {
	var ids []string
	options := map[string][]string{} // by id; an empty one is the whole variable
	for _, version := range survey.Versions {
		variables := version.Questionnaire.Variables()
		for i := range variables {
			id := variables[i].ID
			if options[id] == nil {
				ids = append(ids, id)
			}
			for _, option := range csvOptions(&variables[i]) {
				if !slices.Contains(options[id], option) {
					options[id] = append(options[id], option)
				}
			}
		}
	}
	var out []csvColumn
	for _, id := range ids {
		for _, option := range options[id] {
			name := id
			if option != "" {
				name += "." + option
			}
			out = append(out, csvColumn{id: id, option: option, name: name})
		}
	}
	return out
}

// csvOptions lists the options that have columns of their own; an empty one
// stands for a column of the whole variable.
func csvOptions(v *questionnaire.Variable) []string {
	if v.Kind != questionnaire.SetOf {
		return []string{""}
	}
	out := make([]string, len(v.Item.Options))
	for i := range v.Item.Options {
		out[i] = v.Item.Options[i].Code
	}
	return out
}

func csvCells(q *questionnaire.Questionnaire, columns []csvColumn) []csvCell {
	out := make([]csvCell, len(columns))
	for i, column := range columns {
		cell := &out[i]
		cell.answer = -1
		v := q.Variable(column.id)
		if v == nil || (v.Kind == questionnaire.SetOf) != (column.option != "") {
			continue
		}
		if column.option != "" {
			if cell.option = v.Option(column.option); cell.option < 0 {
				continue
			}
		}
		cell.answer, cell.kind, cell.decimals = v.Index, v.Kind, v.Item.Decimals
		for o := range v.Item.Options {
			cell.codes = append(cell.codes, appendCSV(nil, v.Item.Options[o].Code))
		}
	}
	return out
}

func (x *csvRows) header(b []byte) []byte {
	if x.bom {
		b = append(b, bom...)
	}
	for i, name := range csvFields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, name...)
	}
	for _, c := range x.columns {
		b = appendCSV(append(b, ','), c.name)
	}
	return append(b, "\r\n"...)
}

func (x *csvRows) row(b []byte, r *response.Response, day []byte) []byte {
	b = append(append(b, x.survey...), ',')
	b = append(append(b, x.versions[r.Version]...), ',')
	b = append(append(b, x.waves[r.Wave]...), ',')
	b = append(append(b, x.agencies[r.Agency]...), ',')
	b = append(append(b, x.titles[r.Agency]...), ',')
	b = append(append(b, x.agencies[r.Resolver]...), ',')
	b = append(append(b, x.channels[r.Channel]...), ',')
	b = append(appendCSV(b, r.Service), ',')
	b = append(append(b, x.langs[r.Version][r.Lang]...), ',')
	b = append(append(b, day...), ',')
	b = appendSeconds(b, r.Seconds, "")
	cells := x.cells[r.Version]
	for i := range cells {
		c := &cells[i]
		b = append(b, ',')
		if c.answer < 0 {
			continue
		}
		if a := &r.Answers[c.answer]; a.State == response.Answered {
			b = c.append(b, a)
		} else {
			b = append(b, missingCells[a.State]...)
		}
	}
	return append(b, "\r\n"...)
}

func (c *csvCell) append(b []byte, a *response.Answer) []byte {
	switch c.kind {
	case questionnaire.OneOf:
		return append(b, c.codes[a.Option]...)
	case questionnaire.SetOf:
		return append(b, '0'+byte(a.Set>>c.option&1))
	case questionnaire.Amount:
		return appendAmount(b, a.Amount, c.decimals)
	case questionnaire.Words:
		return appendCSV(b, a.Words)
	}
	return b
}

func (x *csvRows) trailer(b []byte, _ Manifest) ([]byte, error) { return b, nil }
