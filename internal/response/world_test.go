package response_test

import (
	"math"
	"math/rand/v2"
	"os"
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

// only says that version 1 has these variables and that there is no other.
func only(variables []questionnaire.Variable) response.Definitions {
	return func(version uint32) ([]questionnaire.Variable, bool) { return variables, version == 1 }
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

func (c chance) response(variables []questionnaire.Variable) *response.Response {
	r := &response.Response{
		Version: 1, Agency: c.number(), Resolver: c.number(), Wave: c.number(), Day: response.Day(c.number()),
		Channel: response.Channels[c.IntN(len(response.Channels))], Lang: uint8(c.IntN(256)),
		Seconds: uint16(c.IntN(65536/5) * 5), Fingerprint: c.Uint64(), Service: c.words(80),
		Answers: make([]response.Answer, len(variables)),
	}
	for i := range r.ID {
		r.ID[i] = byte(c.Uint32())
	}
	for i := range variables {
		r.Answers[i] = c.answer(&variables[i])
	}
	return r
}

func (c chance) answer(v *questionnaire.Variable) response.Answer {
	a := response.Answer{State: response.State(c.IntN(12))}
	if a.State < response.Answered {
		return a
	}
	a.State = response.Answered
	options := len(v.Item.Options)
	switch v.Kind {
	case questionnaire.OneOf:
		a.Option = uint8(c.IntN(options))
	case questionnaire.SetOf:
		a.Set = 1 + c.Uint64N(math.MaxUint64>>(64-options))
	case questionnaire.Amount:
		a.Amount = []int64{0, 1, -1, math.MaxInt64, math.MinInt64, int64(c.Uint64() >> c.IntN(64))}[c.IntN(6)]
	case questionnaire.Words:
		a.Words = c.words(3000)
	}
	return a
}
