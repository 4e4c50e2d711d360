package weigh

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
)

// surveyWithout is a survey of one empty version.
func surveyWithout() *catalog.Survey {
	return &catalog.Survey{Versions: []*catalog.Version{{Questionnaire: &questionnaire.Questionnaire{}}}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person is a respondent: codes of answers, empty for none.
type person struct {
	agency, gender, age string
	channel             response.Channel
	q                   [3]int // 1 to 5, 6: don't know, 0: skipped
	flags               response.Flags
	wave                uint32 // 0: the first
}

// world is a data folder with the survey of these tests.
type world struct {
	store   *store.Store
	version *catalog.Version
	next    uint64
}

// newWorld makes a world; each pair of replacements changes the survey.
func newWorld(t testing.TB, people []person, replacements ...string) *world {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	w := &world{store: s}
	csv, err := os.ReadFile("testdata/agencies.csv")
	must(t, err)
	registry, err := agency.Parse("agencies.csv", csv)
	must(t, err)
	w.change(t, response.AgenciesImported(0, registry.Canonical()))
	w.publish(t, replacements...)
	for _, id := range []string{"2026-1", "2026-2"} {
		ev, err := response.WaveOpened{Survey: "trial", Wave: id}.Event(0)
		must(t, err)
		w.change(t, ev)
	}
	w.submit(t, people)
	return w
}

func (w *world) change(t testing.TB, ev response.Control) {
	t.Helper()
	_, err := w.store.Change(t.Context(), ev)
	must(t, err)
}

func (w *world) publish(t testing.TB, replacements ...string) {
	t.Helper()
	src, err := os.ReadFile("testdata/survey.yaml")
	must(t, err)
	survey, err := questionnaire.Parse("trial", "survey.yaml", []byte(strings.NewReplacer(replacements...).Replace(string(src))))
	must(t, err)
	w.change(t, response.Published(0, survey.Questionnaire.Canonical()))
	w.version = w.store.Catalog().Survey("trial").Current()
}

// submit stores people as responses to the current version.
func (w *world) submit(t testing.TB, people []person) {
	t.Helper()
	q := w.version.Questionnaire
	day, _ := response.ParseDay("2026-03-05")
	var list []*response.Response
	for i := range people {
		p := &people[i]
		w.next++
		r := &response.Response{
			Version: w.version.Number, Agency: w.store.Catalog().Agencies.ByID(p.agency).Number, Wave: max(p.wave, 1), Day: day,
			Channel: max(p.channel, response.Link), Flags: p.flags, Fingerprint: w.next, Answers: make([]response.Answer, len(q.Variables())),
		}
		r.ID = response.ID{byte(w.next), byte(w.next >> 8), byte(w.next >> 16), 7}
		for j := range r.Answers {
			if v := &q.Variables()[j]; !q.Repeated(v) {
				r.Answers[j].State = response.Skipped
			}
		}
		answer := func(id, code string) {
			if v := q.Variable(id); v.Option(code) >= 0 {
				r.Answers[v.Index] = response.Answer{State: response.Answered, Option: uint8(v.Option(code))}
			} else if code == "6" {
				r.Answers[v.Index].State = response.DontKnow
			}
		}
		answer("gender", p.gender)
		answer("age", p.age)
		for j, a := range p.q {
			answer(fmt.Sprint("q", j+1), fmt.Sprint(a))
		}
		list = append(list, r)
	}
	outcomes, err := w.store.SubmitMany(t.Context(), list)
	must(t, err)
	for i, o := range outcomes {
		if o.Status != catalog.Accepted {
			t.Fatalf("response %d: got %+v", i, o)
		}
	}
}

// crowd is n people at random, the same for the same seed.
func crowd(n int, seed uint64) []person {
	r := rand.New(rand.NewPCG(seed, 1))
	people := make([]person, n)
	for i := range people {
		p := &people[i]
		p.agency = []string{"x1", "x2", "x3"}[r.IntN(3)]
		p.channel = []response.Channel{response.Link, response.Kiosk}[r.IntN(2)]
		p.gender = []string{"male", "female", "female"}[r.IntN(3)]
		p.age = []string{"18-34", "35-59", "60"}[r.IntN(3)]
		for j := range p.q {
			p.q[j] = 1 + r.IntN(5)
			if p.gender == "female" {
				p.q[j] = min(5, p.q[j]+r.IntN(2))
			}
			if r.IntN(20) == 0 {
				p.q[j] = 6 * r.IntN(2)
			}
		}
	}
	return people
}

const header = "figure,agency,period,cell,value,source,checked,note\n"

// figures makes a file of population lines "agency,cell,value".
func figures(lines ...string) Figures {
	var b bytes.Buffer
	b.WriteString(header)
	for _, l := range lines {
		f := strings.Split(l, ",")
		fmt.Fprintf(&b, "population,%s,2026,%s,%s,census,yes,\n", f[0], f[1], f[2])
	}
	return Figures{Name: "margins.csv", CSV: b.Bytes()}
}

// genderAge are margins that fit the crowd.
func genderAge() Figures {
	return figures("t24,gender=male,5000", "t24,gender=female,5500", "t24,age=18-34,3000", "t24,age=35-59,4500", "t24,age=60,3000")
}

var first = Query{Survey: "trial", Wave: "2026-1", Index: "pool", Lang: "en"}

// weigh is Weigh for what must succeed.
func (w *world) weigh(t testing.TB, q Query, f Figures) *Result {
	t.Helper()
	r, err := Weigh(t.Context(), w.store, q, f)
	if err != nil {
		t.Fatal(explain(err))
	}
	return r
}

// explain words an error as the command line does.
func explain(err error) string {
	if err == nil {
		return ""
	}
	e, ok := err.(*errs.Error) //nolint:errorlint // tests want it bare
	if !ok {
		return err.Error()
	}
	lines := []string{}
	for _, p := range e.Problems {
		lines = append(lines, p.Item+": "+i18n.T("en", "problem."+p.Code, p.Args))
	}
	if len(lines) == 0 {
		return e.Error()
	}
	return strings.Join(lines, "\n")
}
