package collect

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/seal"
	"hailong/internal/store"
)

// load reads a questionnaire of the test data.
func load(t testing.TB, name string) *questionnaire.Survey {
	t.Helper()
	survey, err := questionnaire.Parse("trial", name, read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return survey
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// answers reads answers as a body holds them.
func answers(t testing.TB, object string) []Field {
	t.Helper()
	in, err := ReadJSON(`{"answers":` + object + `}`)
	if err != nil {
		t.Fatalf("%s: %v", object, err)
	}
	return in.Answers
}

// hidden lists the variables that were not asked.
func hidden(q *questionnaire.Questionnaire, list []response.Answer) string {
	var ids []string
	for i, a := range list {
		if a.State == response.NotAsked {
			ids = append(ids, q.Variables()[i].ID)
		}
	}
	return strings.Join(ids, " ")
}

// told shows answers as id=value, but for those that were not asked or left empty.
func told(q *questionnaire.Questionnaire, list []response.Answer) string {
	var parts []string
	for i, a := range list {
		v := &q.Variables()[i]
		switch {
		case a.State == response.Skipped, a.State == response.NotAsked:
			continue
		case a.State != response.Answered:
			parts = append(parts, v.ID+"="+a.State.String())
			continue
		}
		value := ""
		switch v.Kind {
		case questionnaire.OneOf:
			value = v.Item.Options[a.Option].Code
		case questionnaire.SetOf:
			for i, o := range v.Item.Options {
				if a.Set>>i&1 == 1 {
					value += "+" + o.Code
				}
			}
		case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
			value = strconv.FormatInt(a.Amount, 10)
		case questionnaire.Words:
			value = strconv.Quote(a.Words)
		}
		parts = append(parts, v.ID+"="+value)
	}
	return strings.Join(parts, " ")
}

// codes shows problems as item:code.
func codes(problems []errs.Problem) string {
	parts := make([]string, len(problems))
	for i, p := range problems {
		parts[i] = p.Item + ":" + p.Code
	}
	return strings.Join(parts, " ")
}

// clock is a clock that tests set.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// world is a store with agencies and, when it is given, a survey in waves.
type world struct {
	store     *store.Store
	clock     *clock
	collector *Collector
}

func open(t testing.TB) *world {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	registry, err := agency.Parse("agencies.csv", read(t, "agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{time.Date(2026, time.March, 5, 12, 0, 0, 0, time.UTC)}
	w := &world{store: s, clock: c, collector: New(s, c.now)}
	w.change(t, response.AgenciesImported(0, registry.Canonical()), nil)
	return w
}

func (w *world) change(t testing.TB, ev response.Control, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Change(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
}

func (w *world) publish(t testing.TB, name string) *questionnaire.Questionnaire {
	t.Helper()
	q := load(t, name).Questionnaire
	w.change(t, response.Published(0, q.Canonical()), nil)
	return q
}

func (w *world) openWave(t testing.TB, id string, channels ...string) {
	t.Helper()
	ev, err := response.WaveOpened{Survey: "trial", Wave: id, Channels: channels}.Event(0)
	w.change(t, ev, err)
}

func (w *world) closeWave(t testing.TB, id string) {
	t.Helper()
	ev, err := response.WaveClosed{Survey: "trial", Wave: id}.Event(0)
	w.change(t, ev, err)
}

// stored reads all responses in the log.
func (w *world) stored(t testing.TB) []response.Response {
	t.Helper()
	var list []response.Response
	err := w.store.Scan(t.Context(), 0, w.store.Watermark(), func(_ uint64, r *response.Response) error {
		one := *r
		one.Answers = slices.Clone(r.Answers)
		list = append(list, one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// input is a submission that nothing is wrong with.
func input(t testing.TB, key string) *Input {
	t.Helper()
	return &Input{Survey: "trial", Key: key, Agency: "tan-chi", Answers: answers(t, `{"level":"4"}`)}
}

// sameDevice leaves what a device carries out of a comparison: no body has it.
func sameDevice() cmp.Option { return cmpopts.IgnoreUnexported(seal.Device{}) }

// kindOf names an error by its kind, code and problems.
func kindOf(err error) string {
	if err == nil {
		return "stored"
	}
	e, ok := err.(*errs.Error) //nolint:errorlint // no layer wraps it
	if !ok {
		return "error " + err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", e.Kind, e.Code, codes(e.Problems)))
}
