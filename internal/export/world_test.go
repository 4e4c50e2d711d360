package export_test

import (
	"os"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// world is a catalog with two versions of a survey and two agencies.
func world(t testing.TB) (*catalog.Survey, *agency.Registry) {
	t.Helper()
	registry, err := agency.Parse("agencies.csv", read(t, "agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	events := []response.Control{response.AgenciesImported(0, registry.Canonical())}
	for _, name := range []string{"first.yaml", "second.yaml"} {
		survey, err := questionnaire.Parse("sample", name, read(t, name))
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, response.Published(0, survey.Questionnaire.Canonical()))
	}
	wave, err := response.WaveOpened{Survey: "sample", Wave: "2026-1", MinSeconds: 126}.Event(0)
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.New()
	for _, ev := range append(events, wave) {
		if c, err = c.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	return c.Survey("sample"), c.Agencies
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// blank is a response to a version in which nothing was asked.
func blank(survey *catalog.Survey, version int) *response.Response {
	v := survey.Versions[version]
	day, _ := response.ParseDay("2026-03-05")
	return &response.Response{
		Version: v.Number, Agency: 2, Wave: 1, Day: day, Channel: response.QR,
		Answers: make([]response.Answer, len(v.Questionnaire.Variables())),
	}
}

// set answers one variable.
func set(survey *catalog.Survey, version int, r *response.Response, id string, a response.Answer) {
	a.State = response.Answered
	r.Answers[survey.Versions[version].Questionnaire.Variable(id).Index] = a
}

// filled are three responses with answers of every kind.
func filled(survey *catalog.Survey) []*response.Response {
	first, second, third := blank(survey, 0), blank(survey, 1), blank(survey, 0)
	first.Agency, first.Resolver, first.Service, first.Seconds = 1, 2, "=1,2", 125
	first.Flags, first.Counter = response.Burst|response.Honeypot, "Q-1" // and too fast, which older logs don't say
	third.Flags = response.StraightLine
	first.Dropped = []int{survey.Versions[0].Questionnaire.Variable("comment").Index, survey.Versions[0].Questionnaire.Variable("days").Index}
	set(survey, 0, first, "signs", response.Answer{Option: 1})
	set(survey, 0, first, "staff_polite", response.Answer{Option: 0})
	set(survey, 0, first, "needs", response.Answer{Set: 0b10})
	set(survey, 0, first, "paid", response.Answer{Amount: -5})
	set(survey, 0, first, "days", response.Answer{Amount: 12})
	set(survey, 0, first, "comment", response.Answer{Words: "=cmd|' /C calc'!A0, \"x\"\nhai dòng"})
	second.Lang, second.Channel = 1, response.Paper
	set(survey, 1, second, "signs", response.Answer{Option: 0})
	set(survey, 1, second, "needs", response.Answer{Set: 0b11})
	set(survey, 1, second, "paid", response.Answer{Amount: 12345})
	set(survey, 1, second, "price", response.Answer{Option: 1})
	for i := range third.Answers {
		third.Answers[i].State = response.State(i % 5)
	}
	return []*response.Response{first, second, third}
}
