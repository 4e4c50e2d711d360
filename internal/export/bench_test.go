package export_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/export"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// wide is a survey of 60 items, one of them with ten options and one of text.
func wide(b *testing.B) (*catalog.Survey, *agency.Registry, []*response.Response) {
	b.Helper()
	var yaml strings.Builder
	yaml.WriteString("survey: sample\ntitle: {vi: M, en: S}\nscales:\n  five:\n    options:\n")
	for code := 1; code <= 5; code++ {
		fmt.Fprintf(&yaml, "      - {code: \"%d\", value: %d, label: {vi: M, en: S}}\n", code, code)
	}
	yaml.WriteString("pages:\n  - id: all\n    items:\n")
	for i := range 58 {
		fmt.Fprintf(&yaml, "      - {id: item%d, type: scale, scale: five, text: {vi: M, en: S}}\n", i)
	}
	yaml.WriteString("      - id: needs\n        type: multiple\n        text: {vi: M, en: S}\n        options:\n")
	for i := range 10 {
		fmt.Fprintf(&yaml, "          - {code: need%d, label: {vi: M, en: S}}\n", i)
	}
	yaml.WriteString("      - {id: comment, type: text, max_chars: 500, lines: 4, text: {vi: M, en: S}}\n")
	survey, err := questionnaire.Parse("sample", "sample.yaml", []byte(yaml.String()))
	if err != nil {
		b.Fatal(err)
	}
	registry, err := agency.Parse("agencies.csv", read(b, "agencies.csv"))
	if err != nil {
		b.Fatal(err)
	}
	wave, err := response.WaveOpened{Survey: "sample", Wave: "2026-1"}.Event(0)
	if err != nil {
		b.Fatal(err)
	}
	c := catalog.New()
	for _, ev := range []response.Control{
		response.AgenciesImported(0, registry.Canonical()), response.Published(0, survey.Questionnaire.Canonical()), wave,
	} {
		if c, err = c.Apply(ev); err != nil {
			b.Fatal(err)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rows := make([]*response.Response, 1000)
	for i := range rows {
		r := blank(c.Survey("sample"), 0)
		for j := range r.Answers {
			r.Answers[j] = response.Answer{State: response.Answered, Option: uint8(rng.IntN(5)), Set: 1 + uint64(rng.IntN(1000))}
		}
		if words := &r.Answers[len(r.Answers)-1]; i%5 == 0 {
			words.Words = "Cán bộ nhiệt tình, hồ sơ xong sớm hơn hẹn"
		} else {
			*words = response.Answer{State: response.Skipped}
		}
		rows[i] = r
	}
	return c.Survey("sample"), c.Agencies, rows
}

func BenchmarkResponses(b *testing.B) {
	survey, agencies, rows := wide(b)
	for _, format := range []export.Format{export.CSV, export.JSONLines} {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			x := export.NewResponses(io.Discard, export.Options{Format: format}, survey, agencies)
			n := 0
			for b.Loop() {
				if err := x.Write(uint64(n), rows[n%len(rows)]); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkStandardCSV writes the same rows, made ready before, with
// encoding/csv: what the other is held against.
func BenchmarkStandardCSV(b *testing.B) {
	survey, agencies, rows := wide(b)
	var file strings.Builder
	x := export.NewResponses(&file, export.Options{Format: export.CSV}, survey, agencies)
	for i, r := range rows {
		if err := x.Write(uint64(i), r); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := x.Close(); err != nil {
		b.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(file.String())).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	w := csv.NewWriter(io.Discard)
	n := 0
	for b.Loop() {
		if err := w.Write(records[n%len(records)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
