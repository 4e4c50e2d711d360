package export

import (
	"slices"
	"strconv"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// csvFields are the columns before the variables, by part. No item may have such
// an id (questionnaire refuses it), so every column has a name of its own. Where
// no page repeats there is no row.
var csvFields = map[Part][]string{
	Main: {
		"survey", "version", "wave", "agency", "agency_name", "resolver", "channel", "service", "counter", "lang", "day", "seconds",
		"flags", "dropped",
	},
	Repeats: {"survey", "version", "wave", "row", "agency", "rated_agency", "rated_agency_name", "day"},
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
	bom      bool
	numbered bool // rows of the main part have numbers
	part     Part
	columns  []csvColumn
	cells    [][]csvCell // by number of the version, by column
}

// missingCells are the cells of states without an answer.
var missingCells = [...]string{
	response.NotAsked: "", response.Skipped: questionnaire.Skipped, response.DontKnow: questionnaire.DontKnow,
	response.Refused: questionnaire.Refused, response.NotApplicable: questionnaire.NotApplicable,
}

func newCSVRows(o Options, survey *catalog.Survey, agencies *agency.Registry) *csvRows {
	x := &csvRows{
		names: newNames(survey, agencies, appendCSV), bom: o.Format == CSVExcel, numbered: repeats(survey), part: o.Part,
		columns: csvColumns(o, survey),
	}
	x.cells = make([][]csvCell, len(x.versions))
	for _, v := range survey.Versions {
		x.cells[v.Number] = csvCells(o, v.Questionnaire, x.columns)
	}
	return x
}

// csvColumns lists the columns of all versions. The options of a variable stand
// together, also where a later version adds one.
func csvColumns(o Options, survey *catalog.Survey) []csvColumn {
	var ids []string
	options := map[string][]string{} // by id; an empty one is the whole variable
	for _, version := range survey.Versions {
		variables := version.Questionnaire.Variables()
		for i := range variables {
			id := variables[i].ID
			if !o.holds(version.Questionnaire, &variables[i]) {
				continue
			}
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
			out = append(out, csvColumn{id: id, option: option, name: columnName(id, option)})
		}
	}
	return out
}

// columnName is the name of the column of a variable, or of one of its options.
func columnName(id, option string) string {
	if option == "" {
		return id
	}
	return id + "." + option
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

func csvCells(opts Options, q *questionnaire.Questionnaire, columns []csvColumn) []csvCell {
	out := make([]csvCell, len(columns))
	for i, column := range columns {
		cell := &out[i]
		cell.answer = -1
		v := q.Variable(column.id)
		if v == nil || !opts.holds(q, v) || (v.Kind == questionnaire.SetOf) != (column.option != "") {
			continue
		}
		if column.option != "" {
			if cell.option = v.Option(column.option); cell.option < 0 {
				continue
			}
		}
		cell.answer, cell.kind, cell.decimals = v.Index, v.Kind, v.Item.Decimals
		for _, o := range v.Options() {
			cell.codes = append(cell.codes, appendCSV(nil, o.Code))
		}
	}
	return out
}

func (x *csvRows) header(b []byte) []byte {
	if x.bom {
		b = append(b, bom...)
	}
	for i, name := range csvFields[x.part] {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, name...)
	}
	if x.part == Main && x.numbered {
		b = append(b, ",row"...)
	}
	for _, c := range x.columns {
		b = appendCSV(append(b, ','), c.name)
	}
	return append(b, "\r\n"...)
}

func (x *csvRows) rows(b []byte, r *response.Response, number int64, day []byte) ([]byte, int) {
	if x.part == Main {
		return x.main(b, r, number, day), 1
	}
	for i := range r.Repeats {
		about := &r.Repeats[i]
		b = x.beginning(b, r)
		b = append(strconv.AppendInt(b, number, 10), ',')
		b = append(append(b, x.agencies[r.Agency]...), ',')
		b = append(append(b, x.agencies[about.Agency]...), ',')
		b = append(append(b, x.titles[about.Agency]...), ',')
		b = append(b, day...)
		b = x.appendCells(b, r.Version, about.Answers)
	}
	return b, len(r.Repeats)
}

// beginning appends the columns that every part begins with.
func (x *csvRows) beginning(b []byte, r *response.Response) []byte {
	b = append(append(b, x.survey...), ',')
	b = append(append(b, x.versions[r.Version]...), ',')
	return append(append(b, x.waves[r.Wave]...), ',')
}

func (x *csvRows) main(b []byte, r *response.Response, number int64, day []byte) []byte {
	b = x.beginning(b, r)
	b = append(append(b, x.agencies[r.Agency]...), ',')
	b = append(append(b, x.titles[r.Agency]...), ',')
	b = append(append(b, x.agencies[r.Resolver]...), ',')
	b = append(append(b, x.channels[r.Channel]...), ',')
	b = append(appendCSV(b, r.Service), ',')
	b = append(appendCSV(b, r.Counter), ',')
	b = append(append(b, x.langs[r.Version][r.Lang]...), ',')
	b = append(append(b, day...), ',')
	b = append(appendSeconds(b, r.Seconds, ""), ',')
	start := len(b)
	for i, flags := 0, x.flagsOf(r); flags != 0; i, flags = i+1, flags>>1 {
		if flags&1 == 0 {
			continue
		}
		if len(b) > start {
			b = append(b, ' ')
		}
		b = append(b, x.flags[i]...)
	}
	b = append(b, ',')
	for i, variable := range r.Dropped {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, x.ids[r.Version][variable]...)
	}
	if x.numbered {
		b = strconv.AppendInt(append(b, ','), number, 10)
	}
	return x.appendCells(b, r.Version, r.Answers)
}

// appendCells appends the cells of variables, and ends the row.
func (x *csvRows) appendCells(b []byte, version uint32, answers []response.Answer) []byte {
	cells := x.cells[version]
	for i := range cells {
		c := &cells[i]
		b = append(b, ',')
		if c.answer < 0 {
			continue
		}
		switch a := &answers[c.answer]; {
		case a.State != response.Answered:
			b = append(b, missingCells[a.State]...)
		case a.Apart:
			b = append(b, response.Answered.String()...)
		default:
			b = c.append(b, a)
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
	case questionnaire.Days, questionnaire.Months:
		return appendDate(b, a.Amount, c.kind)
	}
	return b
}

func (x *csvRows) trailer(b []byte, _ Manifest) ([]byte, error) { return b, nil }
