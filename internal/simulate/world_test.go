package simulate

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

const surveyFile = "testdata/every-type/survey.yaml"

func everyType(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	src, err := os.ReadFile(surveyFile)
	if err != nil {
		t.Fatal(err)
	}
	survey, err := questionnaire.Parse("every-type", surveyFile, src)
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
		Seed: 1, Responses: n, Questionnaire: everyType(t), Version: 7, Agencies: agencies(40),
		Waves: []Wave{
			{Number: 1, Opens: day(t, "2025-09-01"), Closes: day(t, "2025-09-30")},
			{Number: 2, Opens: day(t, "2026-01-05"), Closes: day(t, "2026-02-10")},
			{Number: 4, Opens: day(t, "2026-06-01"), Closes: day(t, "2026-06-01")},
		},
	}
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
func keep(r *response.Response) response.Response {
	kept := *r
	kept.Answers = slices.Clone(r.Answers)
	return kept
}

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
