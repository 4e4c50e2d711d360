package report_test

import (
	"iter"
	"math/rand/v2"
	"os"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// world is a catalog with two versions of a survey, and what was answered.
type world struct {
	t         testing.TB
	catalog   *catalog.Catalog
	tally     *tally.Tally
	seq       uint64
	responses []*response.Response
}

// Catalog implements report.Source.
func (w *world) Catalog() *catalog.Catalog { return w.catalog }

// Tallies implements report.Source.
func (w *world) Tallies(f func(uint64, iter.Seq2[tally.Key, *tally.Cell])) { w.tally.Read(f) }

func newWorld(t testing.TB, versions ...string) *world {
	t.Helper()
	w := &world{t: t, catalog: catalog.New(), tally: tally.New()}
	registry, err := agency.Parse("agencies.csv", w.read("agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w.apply(response.AgenciesImported(0, registry.Canonical()))
	for _, name := range versions {
		w.publish(name, w.read(name))
	}
	if len(versions) > 0 {
		w.applyEvent(waves("2026-1"))
		w.applyEvent(waves("2026-2"))
	}
	return w
}

func (w *world) read(name string) []byte {
	w.t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

func (w *world) publish(name string, yaml []byte) {
	w.t.Helper()
	survey, err := questionnaire.Parse("sample", name, yaml)
	if err != nil {
		w.t.Fatal(err)
	}
	w.apply(response.Published(0, survey.Questionnaire.Canonical()))
}

func (w *world) applyEvent(ev response.Control, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	w.apply(ev)
}

func (w *world) apply(ev response.Control) {
	w.t.Helper()
	next, err := w.catalog.Apply(ev)
	if err != nil {
		w.t.Fatal(err)
	}
	w.catalog = next
	w.seq++
}

func (w *world) report() *report.Report { return report.New(w) }

// score answers a query about the sample survey, as the operator sees it.
func (w *world) score(q report.Query) *report.Scores {
	w.t.Helper()
	q.Survey, q.Internal = "sample", true
	scores, err := w.report().Score(q)
	if err != nil {
		w.t.Fatalf("%+v: %v", q, err)
	}
	return scores
}

// one returns the only row of an answer.
func (w *world) one(q report.Query) report.Row {
	w.t.Helper()
	rows := w.score(q).Rows
	if len(rows) != 1 {
		w.t.Fatalf("%+v: got %d rows, want one", q, len(rows))
	}
	return rows[0]
}

func (w *world) add(responses ...*response.Response) {
	w.t.Helper()
	entries := make([]tally.Entry, 0, len(responses))
	for _, r := range responses {
		entries = append(entries, tally.Entry{Questionnaire: w.catalog.Version(r.Version).Questionnaire, Response: r})
		w.responses = append(w.responses, r)
		w.seq++
	}
	w.tally.Add(w.seq, entries)
}

// answer makes a response: answers by variable are option codes or state codes;
// others are not asked.
func (w *world) answer(version int, id, day string, answers map[string]string) *response.Response {
	w.t.Helper()
	v := w.catalog.Survey("sample").Versions[version]
	d, ok := response.ParseDay(day)
	if !ok {
		w.t.Fatalf("no day: %s", day)
	}
	r := &response.Response{
		Version: v.Number, Agency: w.catalog.Agencies.ByID(id).Number, Day: d, Wave: 1, Channel: response.Link,
		Answers: make([]response.Answer, len(v.Questionnaire.Variables())),
	}
	for name, code := range answers {
		variable := v.Questionnaire.Variable(name)
		if variable == nil {
			w.t.Fatalf("version %d has no variable %s", version, name)
		}
		r.Answers[variable.Index] = answerOf(w.t, variable, code)
	}
	return r
}

func answerOf(t testing.TB, v *questionnaire.Variable, code string) response.Answer {
	t.Helper()
	if option := v.Option(code); option >= 0 {
		return response.Answer{State: response.Answered, Option: uint8(option)}
	}
	for state := range response.Answered {
		if state.String() == code {
			return response.Answer{State: state}
		}
	}
	t.Fatalf("%s has no option %q", v.ID, code)
	return response.Answer{}
}

// same adds n equal responses to the first item of version 0.
func (w *world) same(n int, id, day, code string) {
	w.t.Helper()
	for range n {
		w.add(w.answer(0, id, day, map[string]string{"signs": code}))
	}
}

// random returns n responses from anywhere, to any version, in any month of
// half a year.
func (w *world) random(n int, seed uint64) []*response.Response {
	w.t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	first, _ := response.ParseDay("2025-11-01")
	out := make([]*response.Response, n)
	survey := w.catalog.Survey("sample")
	for i := range out {
		v := survey.Versions[rng.IntN(len(survey.Versions))]
		r := &response.Response{
			Version: v.Number, Agency: 1 + uint32(rng.IntN(w.catalog.Agencies.Len())),
			Day: first + response.Day(rng.IntN(180)), Wave: 1 + uint32(rng.IntN(2)),
			Channel: response.Channels[rng.IntN(3)],
		}
		if rng.IntN(4) == 0 {
			r.Flags = response.Flags(1 + rng.IntN(255))
		}
		variables := v.Questionnaire.Variables()
		for j := range variables {
			a := response.Answer{State: response.State(rng.IntN(5))}
			if options := len(variables[j].Item.Options); rng.IntN(5) > 0 {
				a = response.Answer{State: response.Answered}
				if options > 0 {
					a.Option = uint8(rng.IntN(options))
				} else {
					a.Words = "lời"
				}
			}
			r.Answers = append(r.Answers, a)
		}
		out[i] = r
	}
	return out
}
