package simulate

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// habits is a questionnaire of scales, choices, numbers and texts.
func habits(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	return readSurvey(t, "habits")
}

// everyType is one with an item of every type, and with pages that repeat.
func everyType(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	return readSurvey(t, "every-type")
}

func readSurvey(t testing.TB, name string) *questionnaire.Questionnaire {
	t.Helper()
	file := "testdata/" + name + "/survey.yaml"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	survey, err := questionnaire.Parse(name, file, src)
	if err != nil {
		t.Fatal(err)
	}
	return survey.Questionnaire
}

func agencies(n int) []*agency.Agency {
	list := make([]*agency.Agency, n)
	for i := range list {
		list[i] = &agency.Agency{ID: fmt.Sprintf("x%02d", i+1), Number: uint32(i + 1), Level: "commune"}
	}
	return list
}

// registry is the agencies of the tests, a province above them, and departments
// of which one ends with the year 2025.
func registry(t testing.TB) *agency.Registry {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\n")
	for i := range 40 {
		fmt.Fprintf(&csv, "x%02d,top,commune,%05d,,Xã %d,,,,\n", i+1, i+1, i+1)
	}
	csv.WriteString("top,,province,24,,Tỉnh,,,,\n")
	for i := range 6 {
		fmt.Fprintf(&csv, "d%d,top,department,,,Sở %d,,,%s,\n", i+1, i+1, map[bool]string{true: "2025-12-31"}[i == 5])
	}
	r, err := agency.Update(agency.Empty(), "agencies.csv", []byte(csv.String()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func day(t testing.TB, s string) response.Day {
	t.Helper()
	d, ok := response.ParseDay(s)
	if !ok {
		t.Fatalf("no day: %s", s)
	}
	return d
}

// config is three waves in forty agencies.
func config(t testing.TB, n int) Config {
	t.Helper()
	return Config{
		Seed: 1, Responses: n, Questionnaire: habits(t), Version: 7, Agencies: agencies(40),
		Waves: []Wave{
			{Number: 1, Opens: day(t, "2025-09-01"), Closes: day(t, "2025-09-30")},
			{Number: 2, Opens: day(t, "2026-01-05"), Closes: day(t, "2026-02-10")},
			{Number: 4, Opens: day(t, "2026-06-01"), Closes: day(t, "2026-06-01")},
		},
	}
}

// everything is the same with every type of item, and a registry.
func everything(t testing.TB, n int) Config {
	t.Helper()
	c := config(t, n)
	c.Questionnaire, c.Registry = everyType(t), registry(t)
	return c
}

func simulation(t testing.TB, c Config) *Simulation {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keep is a copy of r that outlives the next response.
func keep(r *response.Response) response.Response { return *r.Clone() }

// all collects every response of a configuration.
func all(t testing.TB, c Config) []response.Response {
	t.Helper()
	var list []response.Response
	for r := range simulation(t, c).Responses() {
		list = append(list, keep(r))
	}
	return list
}

// answers returns the answers to one variable.
func answers(q *questionnaire.Questionnaire, list []response.Response, id string) []response.Answer {
	v := q.Variable(id)
	picked := make([]response.Answer, len(list))
	for i := range list {
		picked[i] = list[i].Answers[v.Index]
	}
	return picked
}
