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
}

// jsonRows writes rows as JSON lines.
type jsonRows struct {
	*names
	fields [][]jsonField // by number of the version, by variable
}

func newJSONRows(survey *catalog.Survey, agencies *agency.Registry) *jsonRows {
	x := &jsonRows{names: newNames(survey, agencies, appendJSON)}
	x.fields = make([][]jsonField, len(x.versions))
	for _, version := range survey.Versions {
		variables := version.Questionnaire.Variables()
		fields := make([]jsonField, len(variables))
		for i := range variables {
			v := &variables[i]
			fields[i] = jsonField{key: append(appendJSON(nil, v.ID), ':'), kind: v.Kind, decimals: v.Item.Decimals}
			for o := range v.Item.Options {
				fields[i].codes = append(fields[i].codes, appendJSON(nil, v.Item.Options[o].Code))
			}
		}
		x.fields[version.Number] = fields
	}
	return x
}

func (x *jsonRows) header(b []byte) []byte { return b }

func (x *jsonRows) row(b []byte, r *response.Response, day []byte) []byte {
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
	b = append(append(b, `,"lang":`...), x.langs[r.Version][r.Lang]...)
	b = append(append(append(b, `,"day":"`...), day...), '"')
	b = appendSeconds(append(b, `,"seconds":`...), r.Seconds, "null")

	fields := x.fields[r.Version]
	b = append(b, `,"answers":{`...)
	start := len(b)
	for i := range fields {
		if a := &r.Answers[i]; a.State == response.Answered {
			b = fields[i].append(comma(b, start), a)
		}
	}
	b = append(b, `},"missing":{`...)
	start = len(b)
	for i := range fields {
		if a := &r.Answers[i]; a.State != response.Answered {
			b = append(append(comma(b, start), fields[i].key...), '"')
			b = append(append(b, a.State.String()...), '"')
		}
	}
	return append(b, "}}\n"...)
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
