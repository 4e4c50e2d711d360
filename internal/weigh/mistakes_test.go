package weigh

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// TestBadMargins: every mistake is told with its cell, in these words.
func TestBadMargins(t *testing.T) {
	t.Parallel()
	people := crowd(300, 12)
	w := newWorld(t, people)
	male, female := "t24,gender=male,5000", "t24,gender=female,5500"
	count := func(is func(*person) bool) (n int) {
		for i := range people {
			if is(&people[i]) {
				n++
			}
		}
		return n
	}
	men := count(func(p *person) bool { return p.gender == "male" })
	at := func(id string) int { return count(func(p *person) bool { return p.agency == id }) }
	const questions = "gender, age, q1, q2, q3"
	for _, c := range []struct {
		name string
		f    Figures
		q    func(q *Query)
		want string
	}{
		{
			"unknown question", figures("t24,sex=male,5000"), nil,
			`t24 sex=male: The questionnaire has no question "sex". Questions with one answer: ` + questions + ".",
		},
		{
			"several answers", figures("t24,needs=fast,5000"), nil,
			`t24 needs=fast: The question "needs" is not one that every respondent gives one answer to. Use a question with one answer, or channel, or agency.`,
		},
		{
			"asked about agencies", figures("t24,r1=5,5000"), nil,
			`t24 r1=5: The question "r1" is not one that every respondent gives one answer to. Use a question with one answer, or channel, or agency.`,
		},
		{
			"unknown option", figures("t24,gender=mal,5000", female), nil,
			`t24 gender=mal: The question "gender" has no option "mal". Its options: male, female, other.`,
		},
		{
			"zero", figures("t24,gender=male,0", female), nil,
			"t24 gender=male: A population of 0 can't be a target of weights. Correct it, or take the row out.",
		},
		{
			"no value",
			Figures{"m.csv", []byte(header + "population,t24,2026,gender=male,,census,no,not counted yet\n")},
			nil,
			"t24 gender=male: The figure has no value (not counted yet). Fill it in, or leave its margin out with --rake.",
		},
		{
			"an empty cell", figures(male, female, "t24,gender=other,10"), nil,
			"gender=other: The margin gender has 10 people here, and nobody of them answered. Join the cell with the next one (--collapse), or leave the margin out with --rake.",
		},
		{
			"a cell that the margin lacks", figures(male), nil,
			fmt.Sprintf("gender=female: %d respondents are in this cell, for which the margin gender has no population. Add a row for it, or leave the margin out with --rake.", 300-men),
		},
		{
			"an agency that the margin lacks", figures("x1,,5000", "x2,,5000", male, female), nil,
			fmt.Sprintf("agency=x3: %d respondents are in this cell, for which the margin agency has no population. Add a row for it, or leave the margin out with --rake.", at("x3")),
		},
		{
			"totals", figures(male, female, "t24,age=18-34,3000", "t24,age=35-59,4500", "t24,age=60,3001"), nil,
			"margins: The margins do not have the same number of people: gender has 10,500, age has 10,501. Correct one of them, or leave it out with --rake.",
		},
		{
			"fewer people than respondents", figures("t24,gender=male,5", female), nil,
			fmt.Sprintf("gender=male: There are 5 people, but %d of them answered. Correct the population.", men),
		},
		{
			"fewer people in a stratum", figures("x1,,5", "x2,,500", "x3,,500"), nil,
			fmt.Sprintf("agency=x1: There are 5 people, but %d of them answered. Correct the population.", at("x1")),
		},
		{
			"twice", figures(male, female, "x1,agency=t24&gender=male,5000"), nil,
			"gender=male: The population of this cell is told twice. Keep one of the rows.",
		},
		{
			"strata of some", figures("x1,,5000", male, female), func(q *Query) { q.Rake = []string{"gender"} },
			"margins: The population of agency=x1 is told, that of agency=x2&channel=link is not. Tell the population of all strata, or of none.",
		},
		{
			"nothing", figures(), nil,
			"margins: There is no figure named population. Give a file with --margins, or load one.",
		},
		{
			"figures of the folder",
			Figures{},
			nil,
			"margins: There is no figure named population. Give a file with --margins, or load one.",
		},
		{
			"other agencies", figures("t01,,5000"), nil,
			"wave: Nobody is left to be weighted: 300 respondents are of other agencies, 0 did not tell a characteristic.",
		},
		{
			"two periods",
			Figures{"m.csv", []byte(header + "population,t24,2025,,9000,c,yes,\npopulation,t24,2026,,9000,c,yes,\n")},
			nil,
			"period: The population is told for several periods: 2025, 2026. Say which one with --period.",
		},
		{
			"unknown period", genderAge(), func(q *Query) { q.Period = "2024" },
			`period: There is no population of the period "2024". There is one of: 2026.`,
		},
		{
			"unknown margin", genderAge(), func(q *Query) { q.Rake = []string{"gender", "sex"} },
			`rake: There is no margin "sex". There is one of: gender, age.`,
		},
		{
			"unknown by", genderAge(), func(q *Query) { q.By = "sex" },
			`by: Rows can't be asked by "sex". Use one of: agency, level, channel, whole, gender, age.`,
		},
		{
			"no wave", genderAge(), func(q *Query) { q.Wave = "" },
			"wave: Say which wave is meant: 2026-1, 2026-2.",
		},
		{
			"an empty wave", genderAge(), func(q *Query) { q.Wave = "2026-2" },
			"wave: Nobody is left to be weighted: 0 respondents are of other agencies, 0 did not tell a characteristic.",
		},
		{
			"bounds", genderAge(), func(q *Query) { q.Low, q.High = 2, 3 },
			"trim: Give two numbers, LOW,HIGH, in multiples of the median weight: LOW from 0 to below 1, HIGH above 1 and up to 1,000.",
		},
		{
			"collapse", genderAge(), func(q *Query) { q.Collapse = -1 },
			"collapse: The number of respondents can't be negative.",
		},
		{
			"interval", genderAge(), func(q *Query) { q.Interval = "wald" },
			`interval: There is no interval "wald". Use kg or logit.`,
		},
		{
			"several answers in the index", genderAge(), func(q *Query) { q.Index = "rated" },
			`index: The index counts "r1", to which one respondent gives several answers. Weights of respondents can't be used for it.`,
		},
	} {
		q := first
		if c.q != nil {
			c.q(&q)
		}
		r, err := Weigh(t.Context(), w.store, q, c.f)
		if got := explain(err); r != nil || got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestUnknown: what package report refuses, and files that can't be read.
func TestUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(20, 13))
	q := first
	q.Survey = "none"
	if _, err := Weigh(t.Context(), w.store, q, genderAge()); errs.KindOf(err) != errs.NotFound {
		t.Errorf("survey: got %v", err)
	}
	for name, change := range map[string]func(q *Query){
		"unknown_wave":  func(q *Query) { q.Wave = "none" },
		"unknown_index": func(q *Query) { q.Index = "none" },
	} {
		q := first
		change(&q)
		_, err := Weigh(t.Context(), w.store, q, genderAge())
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Problems[0].Code != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, f := range map[string]Figures{
		"margins.csv:2:12: ": {"margins.csv", []byte(header + "population,none,2026,,5,c,yes,\n")},
		"the file is empty":  {"margins.csv", []byte{}},
	} {
		_, err := Weigh(t.Context(), w.store, first, f)
		if m, ok := errors.AsType[errs.Mistakes](err); !ok || !strings.Contains(m.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestContradiction: margins that can't be met together name the worst cell.
func TestContradiction(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 40 { // all men are young, all women are old
		p := person{agency: "x1", gender: "male", age: "18-34", q: [3]int{1 + i%5, 3, 4}}
		if i%2 == 0 {
			p.gender, p.age = "female", "60"
		}
		people = append(people, p)
	}
	w := newWorld(t, people)
	_, err := Weigh(t.Context(), w.store, first, figures("t24,gender=male,500", "t24,gender=female,500", "t24,age=18-34,300", "t24,age=60,700"))
	want := "margins: The margins can't be met together. The worst is gender: gender=male should have 500 people and gets 300. " +
		"Join cells (--collapse), or leave a margin out with --rake."
	if got := explain(err); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	q := first
	q.Low, q.High = 0.999, 1.001
	people = append(crowd(100, 14), people...)
	_, err = Weigh(t.Context(), newWorld(t, people).store, q, figures("t24,gender=male,90000", "t24,gender=female,300"))
	if got := explain(err); got != "" && !strings.HasPrefix(got, "trim: The bounds 0.999 and 1.001 leave no room") {
		t.Errorf("got %s", got)
	}
}

// TestFew: one respondent, one stratum of one, nobody's answers: a state and a
// reason, never a number that is none.
func TestFew(t *testing.T) {
	t.Parallel()
	people := []person{{agency: "x1", gender: "male", age: "60", q: [3]int{4, 0, 6}}}
	r := newWorld(t, people).weigh(t, first, figures("t24,gender=male,100"))
	for _, row := range r.Rows {
		if row.Estimate != nil || row.State != "suppressed" || row.Reason != reasonMinN || row.N != 0 {
			t.Errorf("got %+v", row)
		}
	}
	people = append(people, crowd(40, 15)...)
	people = append(people, person{agency: "x1", channel: response.Phone, gender: "male", age: "60", q: [3]int{4, 1, 1}})
	for _, index := range []string{"pool", "weighted"} {
		q := first
		q.Index, q.Interval = index, "logit"
		r := newWorld(t, people, "min_n: 5", "min_n: 1").weigh(t, q, figures("t24,gender=male,500", "t24,gender=female,600"))
		if text := output(t, r); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("got %s", text)
		}
	}
}
