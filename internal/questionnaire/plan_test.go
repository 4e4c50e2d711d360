package questionnaire

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// planned is what a row of the tables changes of testdata/plan/survey.yaml, and
// what the plan must say: "verdict kind: where series" for each change.
type planned struct {
	name    string
	edit    []string             // pairs of texts: old, new
	mutate  func(*Questionnaire) // after the edit
	changes *Changes             // From is filled in
	stored  func(id, code string) int64
	want    []string
}

// allStored has a hundred answers to each variable, and twenty to each code.
func allStored(_, code string) int64 {
	if code == "" {
		return 100
	}
	return 20
}

func noneStored(string, string) int64 { return 0 }

// base is the questionnaire that the tables begin with.
func base(t testing.TB, edit ...string) *Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/plan/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	for i := 0; i+1 < len(edit); i += 2 {
		if !strings.Contains(text, edit[i]) {
			t.Fatalf("the survey does not say %q", edit[i])
		}
		text = strings.Replace(text, edit[i], edit[i+1], 1)
	}
	survey, err := Parse("plan", "survey.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return survey.Questionnaire
}

// again returns a questionnaire after a change in Go.
func again(t testing.TB, q *Questionnaire, mutate func(*Questionnaire)) *Questionnaire {
	t.Helper()
	mutate(q)
	out, err := Decode(q.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *planned) run(t *testing.T) *Plan {
	t.Helper()
	before := base(t)
	now := base(t, p.edit...)
	now = again(t, now, func(q *Questionnaire) {
		if p.mutate != nil {
			p.mutate(q)
		}
		if p.changes != nil {
			c := *p.changes // other tests use it too
			if c.From == "" {
				c.From = before.Version[:minFrom]
			}
			q.Changes = &c
		}
	})
	stored := p.stored
	if stored == nil {
		stored = allStored
	}
	var none *Lineage
	return Compare(none.Extend(before), now, stored)
}

func lines(p *Plan) []string {
	var list []string
	for i := range p.Changes {
		ch := &p.Changes[i]
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", ch.Verdict, ch.Kind, strings.ReplaceAll(ch.Where, " ", "/"), ch.Series)))
	}
	return list
}

func checkPlans(t *testing.T, rows []planned) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := row.run(t)
			if diff := cmp.Diff(row.want, lines(p)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkPlan(t, p)
		})
	}
}

// checkPlan holds what is true of every plan.
func checkPlan(t *testing.T, p *Plan) {
	t.Helper()
	var text strings.Builder
	if err := p.Print(&text); err != nil {
		t.Error(err)
	}
	for i := range p.Changes {
		ch := &p.Changes[i]
		if ch.What == "" || ch.Where == "" || ch.Kind == "" {
			t.Errorf("%+v: says too little", ch)
		}
		if (ch.Verdict == Rejected) != (len(ch.Cures) > 0) {
			t.Errorf("%s: got %d cures of %s", ch.Kind, len(ch.Cures), ch.Verdict)
		}
		if !strings.Contains(text.String(), ch.What) {
			t.Errorf("not printed: %s", ch.What)
		}
		for _, cure := range ch.Cures {
			if !strings.Contains(text.String(), strings.SplitN(cure.If, "\n", 2)[0]) {
				t.Errorf("not printed: %s", cure.If)
			}
		}
	}
	for line := range strings.SplitSeq(text.String(), "\n") {
		if strings.TrimRight(line, " ") != line || strings.ContainsAny(line, "\x1b\t") {
			t.Errorf("an ugly line: %q", line)
		}
	}
	if encoded, err := json.Marshal(p); err != nil || !json.Valid(encoded) {
		t.Error(err)
	}
}

// Whatever a plan refuses because of answers is fine when there are none, and
// the careful block makes it fit for publication.
func TestPlanWithoutAnswersRefusesNothing(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(textPlans, optionPlans, itemPlans, scoringPlans, measurePlans) {
		if row.changes != nil {
			continue
		}
		row.stored = noneStored
		if p := row.run(t); p.Refused() > 0 || p.Block != "" {
			t.Errorf("%s: got %d refused without answers: %v", row.name, p.Refused(), lines(p))
		}
	}
}

func TestPlanOfTheFirstAndTheSame(t *testing.T) {
	t.Parallel()
	q := base(t)
	var none *Lineage
	if p := Compare(none, q, allStored); p.Before != "" || len(p.Changes) != 0 || p.Refused() != 0 {
		t.Errorf("first: got %+v", p)
	}
	if p := Compare(none.Extend(q), base(t), allStored); p.Before != p.Now || len(p.Changes) != 0 {
		t.Errorf("same: got %+v", p)
	}
}

// The careful block makes whatever is refused for its answers fit for
// publication, as it is printed, and takes nothing for the same.
func TestTheBlockPublishes(t *testing.T) {
	t.Parallel()
	blocks := 0
	for _, row := range slices.Concat(textPlans, optionPlans, itemPlans, scoringPlans, measurePlans) {
		p := row.run(t)
		if p.Refused() == 0 || row.changes != nil || row.mutate != nil {
			continue
		}
		if p.Block == "" {
			t.Errorf("%s: no block for %v", row.name, lines(p))
			continue
		}
		blocks++
		row.edit = append(slices.Clone(row.edit), "measures:\n", p.Block+"measures:\n")
		if after := row.run(t); after.Refused() > 0 || len(after.Warnings) > 0 || slices.ContainsFunc(after.Changes, func(ch Change) bool { return ch.Kind == "item_reworded" && ch.Series != Broken }) {
			t.Errorf("%s: with the block\n%s\nit is refused: %v %v", row.name, p.Block, lines(after), after.Warnings)
		}
	}
	if blocks < 15 {
		t.Errorf("got %d blocks, want many", blocks)
	}
}

// Every other cure does the same for its change.
func TestCuresCure(t *testing.T) {
	t.Parallel()
	for _, row := range slices.Concat(textPlans, optionPlans, itemPlans, scoringPlans, measurePlans) {
		p := row.run(t)
		if row.changes != nil || p.Refused() != 1 {
			continue
		}
		for i := range p.Changes {
			for _, cure := range p.Changes[i].Cures {
				if cure.YAML == "" || strings.HasPrefix(cure.If, "give the new one an id") || strings.HasPrefix(cure.If, "or give the new option") {
					continue // half of a cure: something else is to be done as well
				}
				with := row
				with.changes = &cure.changes
				if after := with.run(t); after.Refused() > 0 {
					t.Errorf("%s: %s: still refused: %v", row.name, cure.If, lines(after))
				}
			}
		}
	}
}

// BenchmarkCompare plans between two questionnaires of the largest size that
// have nothing in common but their types.
func BenchmarkCompare(b *testing.B) {
	large := func(prefix string) *Questionnaire {
		q := base(b)
		items := make([]Item, 0, maxVariables)
		for i := range maxVariables - 1 {
			items = append(items, Item{ID: fmt.Sprintf("%s%d", prefix, i), Type: TextType, Text: Text{"vi": fmt.Sprintf("Câu hỏi %s số thứ tự %d", prefix, i)}})
		}
		return again(b, q, func(q *Questionnaire) {
			q.Pages, q.Indices = []Page{{ID: "all", Items: items}}, []Index{}
		})
	}
	before, now := large("a"), large("b")
	var none *Lineage
	l := none.Extend(before)
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			if p := Compare(l, now, allStored); p.Refused() == 0 {
				b.Fatal("nothing is refused")
			}
		}
	})
	b.Run("extend", func(b *testing.B) {
		for b.Loop() {
			l.Extend(now)
		}
	})
}
