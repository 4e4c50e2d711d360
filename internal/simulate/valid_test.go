package simulate

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Every answer is one that collect would take.
func TestAnswersAreValid(t *testing.T) {
	t.Parallel()
	c := everything(t, 10_000)
	q, l := c.Questionnaire, response.NewLayout(c.Questionnaire)
	for _, r := range all(t, c) {
		if err := l.Fits(&r); err != nil {
			t.Fatal(err)
		}
		w := judge{q: q, registry: c.Registry, r: &r, answers: r.Answers}
		for i := range q.Variables() {
			if v := &q.Variables()[i]; !q.Repeated(v) {
				w.judge(t, v)
			}
		}
		ids := strings.Fields(r.Answers[q.Choice().Index].Words)
		if len(ids) != len(r.Repeats) {
			t.Fatalf("%q were chosen, %d are rated", ids, len(r.Repeats))
		}
		for k, one := range r.Repeats {
			if a := c.Registry.ByNumber(one.Agency); a == nil || a.ID != ids[k] {
				t.Fatalf("%q were chosen, agency %d is rated", ids, one.Agency)
			}
			w.answers = one.Answers
			for i := range q.Variables() {
				if v := &q.Variables()[i]; q.Repeated(v) {
					w.judge(t, v)
				}
			}
		}
	}
}

// judge says what is wrong with answers, in a way of its own.
type judge struct {
	q        *questionnaire.Questionnaire
	registry *agency.Registry
	r        *response.Response
	answers  []response.Answer
}

func (w judge) judge(t *testing.T, v *questionnaire.Variable) {
	t.Helper()
	if problem := w.invalid(v, &w.answers[v.Index]); problem != "" {
		t.Fatalf("%s: %s: %+v", v.ID, problem, w.answers[v.Index])
	}
}

func (w judge) invalid(v *questionnaire.Variable, a *response.Answer) string {
	if a.State != response.Answered {
		if *a != (response.Answer{State: a.State}) {
			return "a value without an answer"
		}
		return w.missingProblem(v, a.State)
	}
	if v.Part == questionnaire.OfOther && !w.otherChosen(v.Item) {
		return "a text for an option that was not chosen"
	}
	switch v.Kind {
	case questionnaire.OneOf:
		if int(a.Option) >= len(v.Options()) {
			return "no such option"
		}
		return w.rankProblem(v, a)
	case questionnaire.SetOf:
		return setProblem(v.Item, a.Set)
	case questionnaire.Amount:
		x := float64(a.Amount)
		for range v.Item.Decimals {
			x /= 10
		}
		if v.Item.Min != nil && x < *v.Item.Min || v.Item.Max != nil && x > *v.Item.Max {
			return "outside the limits"
		}
	case questionnaire.Days, questionnaire.Months:
		return w.dateProblem(v, a.Amount)
	case questionnaire.Words:
		return w.textProblem(v, a.Words)
	}
	return ""
}

// otherChosen reports whether the option with a text of its own is among those chosen.
func (w judge) otherChosen(item *questionnaire.Item) bool {
	main := w.q.Variable(item.ID)
	a := w.answers[main.Index]
	i := slices.IndexFunc(item.Options, func(o questionnaire.Option) bool { return o.Other })
	if item.Type == questionnaire.Multiple {
		return a.Set>>i&1 == 1
	}
	return a.State == response.Answered && int(a.Option) == i
}

func (w judge) missingProblem(v *questionnaire.Variable, state response.State) string {
	item := v.Item
	offered := func(m questionnaire.Missing) bool { return m.Code == state.String() }
	switch {
	case state == response.NotAsked && v.Part == questionnaire.OfOther:
		if w.otherChosen(item) {
			return "not asked, though its option was chosen"
		}
	case state == response.NotAsked:
		if item.ShowIf == "" {
			return "hidden without a condition"
		}
	case state == response.Skipped:
		if item.Required && v.Part != questionnaire.OfOther {
			return "required, but left empty"
		}
	case !slices.ContainsFunc(item.Missing, offered):
		return "not offered"
	}
	return ""
}

func setProblem(item *questionnaire.Item, set uint64) string {
	if set == 0 || set >= 1<<len(item.Options) {
		return "no options, or unknown ones"
	}
	n := 0
	for i := range item.Options {
		n += int(set >> i & 1)
	}
	for i, o := range item.Options {
		if o.Exclusive && set&(1<<i) != 0 {
			if n != 1 {
				return "an exclusive option in company"
			}
			return ""
		}
	}
	if n < item.MinChoices || item.MaxChoices > 0 && n > item.MaxChoices {
		return "too few options, or too many"
	}
	return ""
}

// rankProblem looks at a rank and those before it.
func (w judge) rankProblem(v *questionnaire.Variable, a *response.Answer) string {
	if v.Part != questionnaire.OfRank {
		return ""
	}
	for rank := 1; rank < v.Rank; rank++ {
		before := w.answers[w.q.Variable(questionnaire.RankID(v.Item.ID, rank)).Index]
		if before.State != response.Answered || before.Option == a.Option {
			return "a gap, or an option twice"
		}
	}
	for rank := v.Rank + 1; rank <= v.Item.MinChoices; rank++ {
		if w.answers[w.q.Variable(questionnaire.RankID(v.Item.ID, rank)).Index].State != response.Answered {
			return "too few ranks"
		}
	}
	return ""
}

func (w judge) dateProblem(v *questionnaire.Variable, amount int64) string {
	layout, at := time.DateOnly, time.Date(2000, 1, 1+int(amount), 0, 0, 0, 0, time.UTC)
	if v.Kind == questionnaire.Months {
		layout, at = "2006-01", time.Date(2000, time.Month(1+amount), 1, 0, 0, 0, 0, time.UTC)
	}
	limit := func(s string) string { return strings.Replace(s, "today", w.r.Day.Date().Format(layout), 1) }
	got := at.Format(layout)
	if v.Item.Earliest != "" && got < limit(v.Item.Earliest) || v.Item.Latest != "" && got > limit(v.Item.Latest) {
		return got + " is outside the limits"
	}
	return ""
}

var forms = map[questionnaire.ItemType]*regexp.Regexp{
	questionnaire.Email:       regexp.MustCompile(`^[a-z0-9.]+@example\.vn$`),
	questionnaire.Phone:       regexp.MustCompile(`^0[35789]\d{8}$`),
	questionnaire.TaxCode:     regexp.MustCompile(`^\d{10}(-\d{3})?$`),
	questionnaire.DossierCode: regexp.MustCompile(`^H\d{2}(\.\d{2}){2}-\d{6}-\d{4}$`),
}

func (w judge) textProblem(v *questionnaire.Variable, words string) string {
	item := v.Item
	n := utf8.RuneCountInString(words)
	if words == "" || strings.TrimSpace(words) != words || item.MaxChars > 0 && n > item.MaxChars || n < item.MinChars && v.Part == questionnaire.Whole {
		return "empty, too short or too long"
	}
	if !item.Fits(words) {
		return "not of its form"
	}
	if form := forms[item.Type]; form != nil && !form.MatchString(words) {
		return "not of the form of its type"
	}
	switch item.Type {
	case questionnaire.TaxCode:
		sum := 0
		for i, weight := range []int{31, 29, 23, 19, 17, 13, 7, 5, 3} {
			sum += int(words[i]-'0') * weight
		}
		if 10-sum%11 != int(words[9]-'0') {
			return "wrong check digit"
		}
	case questionnaire.DossierCode:
		if at, err := time.Parse("060102", words[10:16]); err != nil || at.After(w.r.Day.Date()) {
			return "not of a day that was"
		}
	case questionnaire.AgencyType:
		return w.agencyProblem(item, strings.Fields(words))
	default:
	}
	return ""
}

func (w judge) agencyProblem(item *questionnaire.Item, ids []string) string {
	if len(ids) > max(1, item.MaxChoices) || len(ids) < item.MinChoices {
		return "too few agencies, or too many"
	}
	for i, id := range ids {
		a := w.registry.ByID(id)
		if a == nil || !slices.Contains(item.Levels, a.Level) || !a.ValidOn(w.r.Day.String()) || slices.Contains(ids[:i], id) {
			return "an agency that can't be chosen"
		}
	}
	return ""
}

// What is worked out follows from the other answers.
func TestCalculatedAnswers(t *testing.T) {
	t.Parallel()
	c := everything(t, 5000)
	at := func(r *response.Response, id string) response.Answer {
		return r.Answers[c.Questionnaire.Variable(id).Index]
	}
	waited := 0
	for _, r := range all(t, c) {
		if got, want := at(&r, "age_months").Amount, 12*at(&r, "age").Amount; got != want {
			t.Fatalf("age in months: got %d, want %d", got, want)
		}
		if got, want := at(&r, "due").Amount, at(&r, "filed").Amount+30; got != want {
			t.Fatalf("due on day %d, want %d", got, want)
		}
		if got, want := at(&r, "summary").Words, map[uint8]string{0: "back", 1: "gone"}[at(&r, "again").Option]; got != want {
			t.Fatalf("summary: got %q, want %q", got, want)
		}
		returned := at(&r, "returned")
		if (at(&r, "waited").State == response.Answered) != (returned.State == response.Answered) {
			t.Fatalf("waited is %s, returned %s", at(&r, "waited").State, returned.State)
		}
		if returned.State == response.Answered {
			waited++
			if returned.Amount < at(&r, "filed").Amount {
				t.Fatal("returned before it was filed, against the check of the page")
			}
		}
		if at(&r, "age").Amount > 60 && at(&r, "children").State == response.Skipped {
			t.Fatal("children are required of those above 60")
		}
		if source := at(&r, "poster"); source.State != response.Answered {
			t.Fatal("a hidden item has not even its value")
		}
	}
	if waited < 1000 {
		t.Errorf("%d of 5000 have an answer that a check could break", waited)
	}
}

// Agencies have qualities of their own also where they are rated one after the
// other: the means of six departments are not all alike.
func TestRepeats(t *testing.T) {
	t.Parallel()
	c := everything(t, 20_000)
	quality := c.Questionnaire.Variable("each_quality").Index
	sums, counts, sizes := map[uint32]float64{}, map[uint32]float64{}, map[int]int{}
	for _, r := range all(t, c) {
		sizes[len(r.Repeats)]++
		for _, one := range r.Repeats {
			if a := one.Answers[quality]; a.State == response.Answered {
				sums[one.Agency] += float64(a.Option)
				counts[one.Agency]++
			}
		}
	}
	if len(sizes) != 4 || sizes[0] == 0 || sizes[3] == 0 {
		t.Errorf("so many rate so many agencies: %v; want none to three", sizes)
	}
	low, high := 9.0, 0.0
	for id, n := range counts {
		low, high = min(low, sums[id]/n), max(high, sums[id]/n)
	}
	if len(counts) != 6 || high-low < 0.1 {
		t.Errorf("%d departments are rated, from %.2f to %.2f", len(counts), low, high)
	}
}

func TestWithoutARegistry(t *testing.T) {
	t.Parallel()
	c := everything(t, 2000)
	c.Registry = nil // there are communes, but no departments
	for _, r := range all(t, c) {
		if r.Answers[c.Questionnaire.Variable("office").Index].State != response.Answered {
			t.Fatal("no commune was chosen")
		}
		if len(r.Repeats) > 0 || r.Answers[c.Questionnaire.Variable("rated").Index].State == response.Answered {
			t.Fatal("a department was chosen, but there is none")
		}
	}
}

func TestFitting(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text     string
		min, max int
		want     string
	}{
		{"Tốt.", 0, 10, "Tốt."},
		{"a b", 8, 30, "a b a b a b"},
		{"a b", 8, 10, "a b a b a"},
		{"", 9, 10, ""},
		{"Tốt.", 20, 10, ""}, // no text fits
	} {
		if got := fitting(&questionnaire.Item{MinChars: test.min, MaxChars: test.max}, test.text); got != test.want {
			t.Errorf("%q between %d and %d characters: got %q, want %q", test.text, test.min, test.max, got, test.want)
		}
	}
}
