package export

import (
	"encoding/json"
	"fmt"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// jsonField is how a version writes one variable.
type jsonField struct {
	key      []byte // "id":
	kind     questionnaire.VariableKind
	decimals int
	codes    [][]byte // quoted, by option
	main     bool     // among the answers of the response as a whole
	repeated bool     // among those about each chosen agency; neither: left out
}

// jsonRows writes rows as JSON lines.
type jsonRows struct {
	*names
	fields   [][]jsonField // by number of the version, by variable
	repeated []bool        // by number of the version: pages repeat
}

func newJSONRows(o Options, survey *catalog.Survey, agencies *agency.Registry) *jsonRows {
	x := &jsonRows{names: newNames(survey, agencies, appendJSON)}
	x.repeated = make([]bool, len(x.versions))
	x.fields = make([][]jsonField, len(x.versions))
	for _, version := range survey.Versions {
		variables := version.Questionnaire.Variables()
		fields := make([]jsonField, len(variables))
		for i := range variables {
			v := &variables[i]
			fields[i] = jsonField{key: append(appendJSON(nil, v.ID), ':'), kind: v.Kind, decimals: v.Item.Decimals}
			again := version.Questionnaire.Repeated(v)
			fields[i].main = !again && o.holds(version.Questionnaire, v)
			fields[i].repeated = again && o.holds(version.Questionnaire, v)
			for _, option := range v.Options() {
				fields[i].codes = append(fields[i].codes, appendJSON(nil, option.Code))
			}
		}
		x.fields[version.Number] = fields
		x.repeated[version.Number] = version.Questionnaire.Choice() != nil
	}
	return x
}

func (x *jsonRows) header(b []byte) []byte { return b }

func (x *jsonRows) rows(b []byte, r *response.Response, _ int64, day []byte) ([]byte, int) {
	b = append(append(b, `{"survey":`...), x.survey...)
	b = append(append(b, `,"version":`...), x.versions[r.Version]...)
	b = append(append(b, `,"wave":`...), x.waves[r.Wave]...)
	b = append(append(b, `,"agency":`...), x.agencies[r.Agency]...)
	b = append(append(b, `,"agency_name":`...), x.titles[r.Agency]...)
	b = append(b, `,"resolver":`...)
	if r.Resolver == 0 {
		b = append(b, "null"...)
	} else {
		b = append(b, x.agencies[r.Resolver]...)
	}
	b = append(append(b, `,"channel":`...), x.channels[r.Channel]...)
	b = appendJSON(append(b, `,"service":`...), r.Service)
	b = appendJSON(append(b, `,"counter":`...), r.Counter)
	b = append(append(b, `,"lang":`...), x.langs[r.Version][r.Lang]...)
	b = append(append(append(b, `,"day":"`...), day...), '"')
	b = appendSeconds(append(b, `,"seconds":`...), r.Seconds, "null")

	b = append(b, `,"flags":[`...)
	start := len(b)
	for i, flags := 0, x.flagsOf(r); flags != 0; i, flags = i+1, flags>>1 {
		if flags&1 == 1 {
			b = append(comma(b, start), x.flags[i]...)
		}
	}
	b = append(b, `],"dropped":[`...)
	start = len(b)
	for _, variable := range r.Dropped {
		b = append(comma(b, start), x.ids[r.Version][variable]...)
	}
	b = append(b, ']')
	b = x.answers(b, r.Version, r.Answers, false)
	if x.repeated[r.Version] {
		b = append(b, `,"repeats":[`...)
		start = len(b)
		for i := range r.Repeats {
			about := &r.Repeats[i]
			b = append(append(comma(b, start), `{"agency":`...), x.agencies[about.Agency]...)
			b = append(append(b, `,"agency_name":`...), x.titles[about.Agency]...)
			b = append(x.answers(b, r.Version, about.Answers, true), '}')
		}
		b = append(b, ']')
	}
	return append(b, "}\n"...), 1
}

// answers appends the answers of the response as a whole, or those about one
// agency, and what is missing among them.
func (x *jsonRows) answers(b []byte, version uint32, answers []response.Answer, repeated bool) []byte {
	fields := x.fields[version]
	b = append(b, `,"answers":{`...)
	start := len(b)
	for i := range fields {
		if a := &answers[i]; fields[i].in(repeated) && a.State == response.Answered && !a.Apart {
			b = fields[i].append(comma(b, start), a)
		}
	}
	b = append(b, `},"missing":{`...)
	start = len(b)
	for i := range fields {
		if a := &answers[i]; fields[i].in(repeated) && (a.State != response.Answered || a.Apart) {
			b = append(append(comma(b, start), fields[i].key...), '"')
			b = append(append(b, a.State.String()...), '"')
		}
	}
	return append(b, '}')
}

// in reports whether a variable is among the answers about each chosen agency,
// or among the others.
func (f *jsonField) in(repeated bool) bool {
	if repeated {
		return f.repeated
	}
	return f.main
}

// comma appends a comma unless nothing was appended since start.
func comma(b []byte, start int) []byte {
	if len(b) > start {
		b = append(b, ',')
	}
	return b
}

func (f *jsonField) append(b []byte, a *response.Answer) []byte {
	b = append(b, f.key...)
	switch f.kind {
	case questionnaire.OneOf:
		return append(b, f.codes[a.Option]...)
	case questionnaire.Amount:
		return appendAmount(b, a.Amount, f.decimals)
	case questionnaire.Words:
		return appendJSON(b, a.Words)
	case questionnaire.Days, questionnaire.Months:
		b = append(b, '"')
		return append(appendDate(b, a.Amount, f.kind), '"')
	case questionnaire.SetOf:
	}
	b = append(b, '[')
	start := len(b)
	for o := range f.codes {
		if a.Set>>o&1 == 1 {
			b = append(comma(b, start), f.codes[o]...)
		}
	}
	return append(b, ']')
}

// trailer appends the manifest as the last line, {"manifest": …}.
func (x *jsonRows) trailer(b []byte, m Manifest) ([]byte, error) {
	line, err := json.Marshal(map[string]Manifest{"manifest": m})
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return append(append(b, line...), '\n'), nil
}
