package entry_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/internal/collect"
	"hailong/internal/entry"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	must(t, err)
	return data
}

// world is a data folder with a survey in the field.
type world struct {
	store     *store.Store
	collector *collect.Collector
	survey    *questionnaire.Survey
	day       response.Day
}

// open makes a world of a questionnaire; each pair of replacements changes it.
func open(t testing.TB, name string, replacements ...string) *world {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	now := time.Date(2026, time.March, 5, 12, 0, 0, 0, time.UTC)
	w := &world{store: s, collector: collect.New(s, func() time.Time { return now }), day: response.DayOf(now)}
	registry, err := agency.Parse("agencies.csv", read(t, "agencies.csv"))
	must(t, err)
	w.change(t, response.AgenciesImported(0, registry.Canonical()), nil)
	w.publish(t, name, replacements...)
	ev, err := response.WaveOpened{Survey: w.survey.Questionnaire.Survey}.Event(0)
	w.change(t, ev, err)
	return w
}

func (w *world) change(t testing.TB, ev response.Control, err error) {
	t.Helper()
	must(t, err)
	_, err = w.store.Change(t.Context(), ev)
	must(t, err)
}

func (w *world) publish(t testing.TB, name string, replacements ...string) {
	t.Helper()
	src := strings.NewReplacer(replacements...).Replace(string(read(t, name)))
	var err error
	w.survey, err = questionnaire.Parse("trial", name, []byte(src))
	must(t, err)
	w.change(t, response.Published(0, w.survey.Questionnaire.Canonical()), nil)
}

// outcome is what became of a file.
type outcome struct {
	entry.Summary
	columns []string
	refused []entry.Refused
	err     error
}

// enter enters a file with options for the trial survey.
func (w *world) enter(t testing.TB, data []byte, o entry.Options) outcome {
	t.Helper()
	if o.Survey == "" {
		o.Survey = "trial"
	}
	if o.Lang == "" {
		o.Lang = "en"
	}
	var got outcome
	f := entry.File{Reader: bytes.NewReader(data), Size: int64(len(data))}
	got.Summary, got.err = entry.Enter(t.Context(), w.collector, w.store.Catalog(), w.day, f, o, func(e entry.Event) error {
		if e.Columns != nil {
			got.columns = e.Columns
		}
		if e.Refused != nil {
			got.refused = append(got.refused, *e.Refused)
		}
		if e.Done > e.Total {
			t.Errorf("%d bytes of %d are read", e.Done, e.Total)
		}
		return nil
	})
	if got.Rows != got.Stored+got.Known+got.Refused {
		t.Errorf("the summary does not add up: %+v", got.Summary)
	}
	return got
}

// faults shows what is wrong, as row column: message.
func (o outcome) faults() string {
	var lines []string
	for _, r := range o.refused {
		for _, f := range r.Faults {
			lines = append(lines, fmt.Sprintf("%d %s: %s", r.Row, f.Column, f.Message))
		}
	}
	return strings.Join(lines, "\n")
}

// stored reads all responses in the log.
func (w *world) stored(t testing.TB) []*response.Response {
	t.Helper()
	var list []*response.Response
	must(t, w.store.Scan(t.Context(), 0, w.store.Watermark(), func(_ uint64, r *response.Response) error {
		list = append(list, r.Clone())
		return nil
	}))
	return list
}

// told shows a response as id=value, but for what was not asked or left empty.
func (w *world) told(r *response.Response) string {
	q := w.store.Catalog().Version(r.Version).Questionnaire
	parts := []string{w.store.Catalog().Agencies.ByNumber(r.Agency).ID, r.Channel.String()}
	say := func(about string, answers []response.Answer) {
		for i, a := range answers {
			v := &q.Variables()[i]
			switch {
			case v.Item.Type == questionnaire.Calculated, a.State == response.Skipped, a.State == response.NotAsked:
				continue
			case a.State != response.Answered:
				parts = append(parts, v.ID+about+"="+a.State.String())
			default:
				parts = append(parts, v.ID+about+"="+value(v, &a))
			}
		}
	}
	say("", r.Answers)
	for i := range r.Repeats {
		say("@"+w.store.Catalog().Agencies.ByNumber(r.Repeats[i].Agency).ID, r.Repeats[i].Answers)
	}
	return strings.Join(parts, " ")
}

func value(v *questionnaire.Variable, a *response.Answer) string {
	if a.Apart {
		return "apart"
	}
	switch v.Kind {
	case questionnaire.OneOf:
		return v.Item.Options[a.Option].Code
	case questionnaire.SetOf:
		var set []string
		for i, o := range v.Item.Options {
			if a.Set>>i&1 == 1 {
				set = append(set, o.Code)
			}
		}
		return strings.Join(set, "+")
	case questionnaire.Words:
		return strconv.Quote(a.Words)
	case questionnaire.Days:
		return response.Day(0).Date().AddDate(0, 0, int(a.Amount)).Format(time.DateOnly)
	case questionnaire.Months:
		return response.Day(0).Date().AddDate(0, int(a.Amount), 0).Format("2006-01")
	case questionnaire.Amount:
	}
	return strconv.FormatInt(a.Amount, 10)
}

// lines makes a file of rows.
func lines(rows ...string) []byte { return []byte(strings.Join(rows, "\n") + "\n") }

// sorted shows all responses, whatever their order.
func (w *world) sorted(t testing.TB) string {
	t.Helper()
	var list []string
	for _, r := range w.stored(t) {
		list = append(list, w.told(r))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}
