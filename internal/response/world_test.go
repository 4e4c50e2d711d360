package response_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

func readSurvey(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parseSurvey(t, src)
}

func parseSurvey(t testing.TB, src []byte) *questionnaire.Questionnaire {
	t.Helper()
	survey, err := questionnaire.Parse("test", "survey.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return survey.Questionnaire
}

// readRich reads a questionnaire with everything that a response can hold:
// repeated pages, personal values, ranks, dates, texts of options.
func readRich(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/rich.json")
	if err != nil {
		t.Fatal(err)
	}
	q := new(questionnaire.Questionnaire)
	if err := json.Unmarshal(src, q); err != nil {
		t.Fatal(err)
	}
	if q, err = questionnaire.Decode(q.Canonical()); err != nil {
		t.Fatal(err)
	}
	return q
}

// only says that version 1 has this layout and that there is no other.
func only(l *response.Layout) response.Definitions {
	return func(version uint32) *response.Layout {
		if version != 1 {
			return nil
		}
		return l
	}
}

// chance draws responses that are as odd as the format allows.
type chance struct{ *rand.Rand }

func seeded(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, 1))} }

func (c chance) number() uint32 { return c.Uint32() >> c.IntN(33) }

func (c chance) words(most int) string {
	var b strings.Builder
	for range c.IntN(most) {
		b.WriteString([]string{"a", "ế", "\x00", "😀", " ", "\n"}[c.IntN(6)])
	}
	return b.String()
}

func (c chance) response(q *questionnaire.Questionnaire) *response.Response {
	variables := q.Variables()
	r := &response.Response{
		Version: 1, Agency: c.number(), Resolver: c.number(), Wave: c.number(), Day: response.Day(c.number()),
		Channel: response.Channels[c.IntN(len(response.Channels))], Lang: uint8(c.IntN(256)),
		Seconds: uint16(c.IntN(65536/5) * 5), Fingerprint: c.Uint64(), Service: c.words(80),
		Answers: make([]response.Answer, len(variables)),
	}
	for i := range r.ID {
		r.ID[i] = byte(c.Uint32())
	}
	if c.IntN(3) == 0 {
		r.Flags = response.Flags(c.IntN(256))
	}
	if c.IntN(3) == 0 {
		r.Counter = "Q-" + strconv.Itoa(c.IntN(1000))
	}
	for i := range variables {
		if !q.Repeated(&variables[i]) {
			r.Answers[i] = c.answer(&variables[i])
		}
		if c.IntN(100) == 0 {
			r.Dropped = append(r.Dropped, i)
		}
	}
	if q.Choice() != nil && c.IntN(2) == 0 {
		for k := range c.IntN(4) {
			r.Repeats = append(r.Repeats, c.repeat(q, uint32(k)<<30|c.number()>>2))
		}
	}
	return r
}

func (c chance) repeat(q *questionnaire.Questionnaire, agency uint32) response.Repeat {
	one := response.Repeat{Agency: agency, Answers: make([]response.Answer, len(q.Variables()))}
	for i := range q.Variables() {
		if v := &q.Variables()[i]; q.Repeated(v) {
			one.Answers[i] = c.answer(v)
		}
	}
	return one
}

// withoutPersonal is a response as it is read from its record.
func withoutPersonal(q *questionnaire.Questionnaire, r *response.Response) *response.Response {
	c := r.Clone()
	strip := func(answers []response.Answer) {
		for i, v := range q.Variables() {
			if v.Item.Personal != nil && answers[i].State == response.Answered {
				answers[i] = response.Answer{State: response.Answered, Apart: true}
			}
		}
	}
	strip(c.Answers)
	for _, one := range c.Repeats {
		strip(one.Answers)
	}
	return c
}

func (c chance) answer(v *questionnaire.Variable) response.Answer {
	a := response.Answer{State: response.State(c.IntN(12))}
	if a.State < response.Answered {
		return a
	}
	a.State = response.Answered
	options := len(v.Options())
	switch v.Kind {
	case questionnaire.OneOf:
		a.Option = uint8(c.IntN(options))
	case questionnaire.SetOf:
		a.Set = 1 + c.Uint64N(math.MaxUint64>>(64-options))
	case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
		a.Amount = []int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(c.Uint64() >> c.IntN(64))}[c.IntN(6)]
	case questionnaire.Words:
		a.Words = c.words(3000)
	}
	return a
}
