package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readSurvey reads a survey file; each pair of replacements makes it another version.
func readSurvey(t testing.TB, name string, replacements ...string) *questionnaire.Survey {
	t.Helper()
	src := strings.NewReplacer(replacements...).Replace(string(readFile(t, name)))
	survey, err := questionnaire.Parse("test", name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return survey
}

// mustOpen opens a folder. At the end of the test it closes it and proves that
// the file is what its log says.
func mustOpen(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && s.Failed() == nil {
			t.Errorf("close: %v", err)
		}
		mustBeSound(t, dir)
	})
	return s
}

// mustClose closes a store before the end of its test.
func mustClose(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// mustBeSound checks a folder that nobody writes to.
func mustBeSound(t testing.TB, dir string) *Findings {
	t.Helper()
	s, err := Open(context.Background(), dir, Options{ReadOnly: true})
	if errors.Is(err, ErrInUse) {
		return nil // a later store of the same test has it; its own cleanup checks
	}
	if err != nil {
		t.Errorf("open to check: %v", err)
		return nil
	}
	defer s.Close()
	findings, err := s.Check(context.Background(), CheckOptions{})
	if err != nil {
		t.Errorf("check: %v", err)
		return nil
	}
	for _, p := range findings.Problems {
		t.Errorf("check: %s", p)
	}
	return findings
}

// field opens a store in which agencies 1 to 5, version 1 and wave 1 of the
// survey "test" are known: three events.
func field(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s := mustOpen(t, dir, o)
	populate(t, s)
	return s
}

// populate makes the three events.
func populate(t testing.TB, s *Store) {
	t.Helper()
	importAgencies(t, s, readFile(t, "agencies.csv"))
	change(t, s, response.Published(1, readSurvey(t, "survey.yaml").Questionnaire.Canonical()), nil)
	openWave(t, s, "")
}

func importAgencies(t testing.TB, s *Store, csv []byte) {
	t.Helper()
	registry, err := agency.Update(s.Catalog().Agencies, "agencies.csv", csv)
	if err != nil {
		t.Fatal(err)
	}
	change(t, s, response.AgenciesImported(1, registry.Canonical()), nil)
}

// readRich reads a survey "rich" with repeated pages, personal items and more.
func readRich(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q := new(questionnaire.Questionnaire)
	if err := json.Unmarshal(readFile(t, "rich.json"), q); err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Decode(q.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// richField is a field in which the survey "rich" is known too, as version 2,
// with an open wave: five events.
func richField(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s := field(t, dir, o)
	change(t, s, response.Published(1, readRich(t).Canonical()), nil)
	limit(t, s, response.WaveOpened{})
	return s
}

// limit opens the wave of the survey "rich" with limits.
func limit(t testing.TB, s *Store, w response.WaveOpened) {
	t.Helper()
	w.Survey = "rich"
	ev, err := w.Event(1)
	change(t, s, ev, err)
}

func openWave(t testing.TB, s *Store, id string) {
	t.Helper()
	ev, err := response.WaveOpened{Survey: "test", Wave: id}.Event(1)
	change(t, s, ev, err)
}

func closeWave(t testing.TB, s *Store, id string) {
	t.Helper()
	ev, err := response.WaveClosed{Survey: "test", Wave: id}.Event(1)
	change(t, s, ev, err)
}

func change(t testing.TB, s *Store, ev response.Control, err error) uint64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := s.Change(t.Context(), ev)
	if err != nil || outcome.Status != catalog.Accepted {
		t.Fatalf("change of kind %d: got %+v %v", ev.Kind, outcome, err)
	}
	return outcome.Seq
}

// chance draws responses to the survey of these tests.
type chance struct{ *rand.Rand }

func seeded(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, 3))} }

// response returns a response that is accepted, unless a limit is reached, under a key.
func (c chance) response(q *questionnaire.Questionnaire, version uint32, key string) *response.Response {
	r := &response.Response{
		ID: response.NewID("test", key), Version: version, Agency: []uint32{1, 2, 3, 5}[c.IntN(4)], Wave: 1,
		Day: response.Day(9800 + c.Uint32N(60)), Channel: response.Channels[c.IntN(7)], Lang: uint8(c.IntN(2)),
		Seconds: uint16(c.IntN(100) * 5), Fingerprint: c.Uint64() | 1, Answers: make([]response.Answer, len(q.Variables())),
	}
	if c.IntN(3) == 0 {
		r.Resolver, r.Service = 5, "1.004203"
	}
	for i, v := range q.Variables() {
		if !q.Repeated(&v) {
			r.Answers[i] = c.answer(&v)
		}
	}
	if c.IntN(4) == 0 {
		r.Flags = response.Flags(c.IntN(1 << 8))
	}
	if c.IntN(4) == 0 {
		r.Counter = []string{"A3", "1", "quay-2_b.x"}[c.IntN(3)]
	}
	if q.Choice() == nil {
		return r
	}
	for _, i := range c.Perm(4)[:c.IntN(4)] {
		one := response.Repeat{Agency: []uint32{1, 2, 3, 5}[i], Answers: make([]response.Answer, len(r.Answers))}
		for i, v := range q.Variables() {
			if q.Repeated(&v) {
				one.Answers[i] = c.answer(&v)
			}
		}
		r.Repeats = append(r.Repeats, one)
	}
	if c.IntN(4) == 0 {
		r.Dropped = []int{c.IntN(3), 3 + c.IntN(len(r.Answers)-3)}
	}
	return r
}

func (c chance) answer(v *questionnaire.Variable) response.Answer {
	a := response.Answer{State: response.State(c.IntN(12))}
	if a.State < response.Answered {
		return a
	}
	a.State = response.Answered
	switch v.Kind {
	case questionnaire.OneOf:
		a.Option = uint8(c.IntN(len(v.Options())))
	case questionnaire.SetOf:
		a.Set = 1 + c.Uint64N(1<<len(v.Options())-1)
	case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
		a.Amount = c.Int64N(20_000) - 10_000
	case questionnaire.Words:
		a.Words = strings.Repeat("ý kiến ", c.IntN(9))
	}
	return a
}

// responses returns responses with the keys prefix-0, prefix-1 and so on.
func (c chance) responses(s *Store, prefix string, n int) []*response.Response {
	q := s.Catalog().Version(1).Questionnaire
	rs := make([]*response.Response, n)
	for i := range rs {
		rs[i] = c.response(q, 1, fmt.Sprintf("%s-%d", prefix, i))
	}
	return rs
}

// richResponses returns responses to the survey "rich".
func (c chance) richResponses(s *Store, prefix string, n int) []*response.Response {
	q := s.Catalog().Version(2).Questionnaire
	rs := make([]*response.Response, n)
	for i := range rs {
		rs[i] = c.response(q, 2, fmt.Sprintf("%s-%d", prefix, i))
	}
	return rs
}

// submit submits a response that must become status.
func submit(t testing.TB, s *Store, r *response.Response, status catalog.Status) catalog.Outcome {
	t.Helper()
	got, err := s.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != status {
		t.Fatalf("response %x: got outcome %+v, want status %d", r.ID, got, status)
	}
	return got
}

// submitAll submits responses in one call; all must be accepted.
func submitAll(t testing.TB, s *Store, rs []*response.Response) []catalog.Outcome {
	t.Helper()
	outcomes, err := s.SubmitMany(t.Context(), rs)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Status != catalog.Accepted {
			t.Fatalf("response %d of %d: got %+v", i, len(rs), o)
		}
	}
	return outcomes
}

// stored is a response with its sequence.
type stored struct {
	Seq      uint64
	Response response.Response
}

// scan copies all responses of a store.
func scan(t testing.TB, s *Store) []stored {
	t.Helper()
	return scanPart(t, s, 0, ^uint64(0))
}

func scanPart(t testing.TB, s *Store, after, through uint64) []stored {
	t.Helper()
	all := []stored{}
	err := s.Scan(context.Background(), after, through, func(seq uint64, r *response.Response) error {
		all = append(all, stored{seq, *r.Clone()})
		return nil
	})
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return all
}

// cells copies all counts of a store.
func cells(s *Store) (watermark uint64, copied map[tally.Key]tally.Cell) {
	copied = map[tally.Key]tally.Cell{}
	s.Tallies(func(w uint64, all iter.Seq2[tally.Key, *tally.Cell]) {
		watermark = w
		for k, c := range all {
			copied[k] = tally.Cell{Responses: c.Responses, Counts: slices.Clone(c.Counts)}
		}
	})
	return watermark, copied
}

// id makes an id whose prefix and rest are chosen.
func id(prefix, rest uint64) (made response.ID) {
	binary.BigEndian.PutUint64(made[:], prefix)
	binary.BigEndian.PutUint64(made[8:], rest)
	return made
}

// moveFile moves a data file into a folder.
func moveFile(t testing.TB, path, dir string) {
	t.Helper()
	if err := os.Rename(path, filepath.Join(dir, FileName)); err != nil {
		t.Fatal(err)
	}
}

// fixed is a clock that stands still.
func fixed() time.Time { return time.Unix(1_700_000_000, 0) }
