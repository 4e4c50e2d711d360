package collect

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// all shows every answer: those of the whole, and behind | those about each agency.
func all(q *questionnaire.Questionnaire, c *Checker) string {
	parts := []string{told(q, c.Answers())}
	for i := range c.repeats {
		parts = append(parts, c.repeats[i].agency.ID+": "+told(q, c.repeats[i].answers))
	}
	return strings.Join(parts, " | ")
}

// gone names the variables whose answers were dropped.
func gone(q *questionnaire.Questionnaire, c *Checker) string {
	ids := []string{}
	for _, i := range c.Dropped() {
		ids = append(ids, q.Variables()[i].ID)
	}
	return strings.Join(ids, " ")
}

const yes = `"used":"yes","place":"here"`

// What is asked once for each chosen agency.
func TestRepeats(t *testing.T) {
	t.Parallel()
	q := load(t, "every.yaml").Questionnaire
	world := everyWorld(t)
	const two = `"answers":{` + yes + `,"departments":["so2","H05.01"]}`
	for _, c := range []struct{ body, want, gone, problems string }{
		{
			two + `,"repeat":[{"agency":"so1","answers":{"level":"1","why":"x","order":["a","b"],"staff":{"kind":"1"}}},{"agency":"so2","answers":{"level":"1","why":"x","order":[],"staff":{}}}]`,
			`used=yes place=here departments="so2 so1" campaign="none" words_used="yes-none" | so2: level=1 why="x" bad=1 | so1: level=1 why="x" bad=1`, "kind order_1", "",
		},
		{
			`"answers":{"used":"no"},"repeat":[{"agency":"so1","answers":{"order":["a","b"],"staff":{"kind":"1","quick":null},"bad":1,"used":"yes","nix":1,"level":""}},{"agency":"nowhere","answers":{}}]`,
			`used=no campaign="none" words_used="no-none"`, "kind order_1", "",
		},
		{`"answers":{` + yes + `,"departments":["so1","dont_know"]}`, "", "", "departments:unknown_agency"},
		{
			two + `,"repeat":[{"agency":"so1","answers":{"level":"1","why":"chậm"}},{"agency":"so2","answers":{"level":3,"staff":{"kind":"3"},"order":["b","a"]}}]`,
			`used=yes place=here departments="so2 so1" campaign="none" words_used="yes-none" | so2: level=3 bad=0 kind=3 order_1=b order_2=a | so1: level=1 why="chậm" bad=1`, "", "",
		},
		{two, "", "", "level@so2:required level@so1:required"},
		{two + `,"repeat":[{"agency":"so1","answers":{"level":"9"}},{"agency":"H05.02","answers":{"level":"1"}}]`, "", "", "why@so2:required level@so1:unknown_option"},
		{two + `,"repeat":[{"agency":"so1","answers":{"level":"1","why":"x","staff":{"quick":"1"}}},{"agency":"so2","answers":{"level":"2","why":"x","quick":"3","kind":"1","order":["a"]}}]`, "", "quick why", "order@so2:too_few_options quick@so2:check_failed"},
		{two + `,"repeat":[{"agency":"so1","answers":{"level":"dont_know","order_1":"a","kind":"2"}},{"agency":"so2","answers":{"level":"2","order":["a","b"]}}]`, `used=yes place=here departments="so2 so1" campaign="none" words_used="yes-none" | so2: level=2 bad=0 order_1=a order_2=b | so1: level=dont_know`, "kind order_1", ""},
		{two + `,"repeat":[{"agency":"so1","answers":{}},{"agency":"H05.01","answers":{}}]`, "", "", "repeat:duplicate"},
		{two + `,"repeat":[{"agency":"so1","answers":{"level":"1","level":"2"}}]`, "", "", "level@so1:duplicate"},
		{two + `,"repeat":[{"agency":"so1","answers":{"used":"yes","bad":1,"nix":2}}]`, "", "", "used@so1:item_not_repeated bad@so1:calculated_item nix@so1:unknown_item level@so2:required level@so1:required"},
		{two + `,"repeat":[{"agency":"so3","answers":{"level":"1"}},{"agency":"nowhere","answers":{}}]`, "", "", strings.Repeat("repeat:agency_not_chosen ", 2) + "level@so2:required level@so1:required"},
		{`"answers":{` + yes + `,"departments":["so1","so9"]},"repeat":[{"agency":"so1","answers":{}}]`, "", "", "departments:unknown_agency"},
		{`"answers":{` + yes + `,"departments":["so1"]}`, "", "", "departments:too_few_options"},
		{`"answers":{` + yes + `,"departments":["so1","so1"]}`, "", "", "departments:duplicate"},
		{`"answers":{` + yes + `,"departments":["so1","H05.01"]}`, "", "", "departments:duplicate"},
		{`"answers":{` + yes + `,"departments":["so1","so2","so3","hn1"]}`, "", "", "departments:too_many_options"},
		{`"answers":{` + yes + `,"departments":["so1","so4"]}`, "", "", "departments:agency_closed"},
		{`"answers":{` + yes + `,"departments":["so1","tan-chi"]}`, "", "", "departments:agency_not_offered"},
		{`"answers":{` + yes + `,"departments":"so1 hn1"},"repeat":[{"agency":"so1","answers":{"level":"1","why":"x"}},{"agency":"hn1","answers":{"level":"1","why":"y"}}]`, `used=yes place=here departments="so1 hn1" campaign="none" words_used="yes-none" | so1: level=1 why="x" bad=1 | hn1: level=1 why="y" bad=1`, "", ""},
		{`"answers":{` + yes + `}`, `used=yes place=here campaign="none" words_used="yes-none"`, "", ""},
		{`"answers":{"used":"no","departments":["so1","so2"]},"repeat":[{"agency":"so1","answers":{"level":"1","why":"x"}}]`, `used=no campaign="none" words_used="no-none"`, "departments level why", ""},
	} {
		in, err := ReadJSON("{" + c.body + "}")
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		var checker Checker
		checker.Check(q, world, in, 99)
		if got := codes(checker.Problems()); got != c.problems {
			t.Errorf("%s:\n got problems %s\nwant %s", c.body, got, c.problems)
		}
		if got := all(q, &checker); c.problems == "" && got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.body, got, c.want)
		}
		if got := gone(q, &checker); c.problems == "" && got != c.gone {
			t.Errorf("%s:\n got dropped %s\nwant %s", c.body, got, c.gone)
		}
		r := response.Response{Answers: checker.Answers(), Repeats: checker.AppendRepeats(nil), Dropped: checker.Dropped()}
		if err := response.NewLayout(q).Fits(&r); err != nil {
			t.Errorf("%s: can't be stored: %v", c.body, err)
		}
	}
}

// every makes a draft of every.yaml with fields written as name=value&name=value.
func every(t testing.TB, sent string) *Draft {
	t.Helper()
	d := &Draft{Questionnaire: load(t, "every.yaml").Questionnaire, World: *everyWorld(t), Values: map[string][]string{}, Consent: true}
	for pair := range strings.SplitSeq(sent, "&") {
		if id, value, ok := strings.Cut(pair, "="); ok {
			d.Values[id] = append(d.Values[id], value)
		}
	}
	return d
}

// steps shows places as page, or page@agency.
func steps(list []Place) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = strings.TrimSuffix(fmt.Sprintf("%d@%s", p.Page, p.About), "@")
	}
	return strings.Join(texts, " ")
}

// The pages are choices, figures, words, when, whom, each and more (repeat),
// last (shown at a kiosk only: the other items are never seen).
func TestSteps(t *testing.T) {
	t.Parallel()
	const chosen = "used=yes&place=here&departments=so2&departments=so1"
	for _, c := range []struct{ sent, want string }{
		{"", "0 1 2 3 4"},
		{"used=no", "0 1 2 3 4"},
		{chosen, "0 1 2 3 4 5@so2 5@so1"},
		{chosen + "&level@so2=2", "0 1 2 3 4 5@so2 6@so2 5@so1"},
		{chosen + "&level@so2=2&level@so1=3", "0 1 2 3 4 5@so2 6@so2 5@so1 6@so1"},
		{chosen + "&level@so3=2", "0 1 2 3 4 5@so2 5@so1"},
		{"departments=so1&used=yes", "0 1 2 3 4"}, // one is too few
	} {
		d := every(t, c.sent)
		if got := steps(d.Steps()); got != c.want {
			t.Errorf("%s: got %s, want %s", c.sent, got, c.want)
		}
		d.World.Channel = response.Kiosk
		if got := steps(d.Steps()); got != c.want+" 7" {
			t.Errorf("%s at a kiosk: got %s, want %s 7", c.sent, got, c.want)
		}
	}
}

// Every place leads somewhere, also one that is gone.
func TestStepping(t *testing.T) {
	t.Parallel()
	d := every(t, "used=yes&place=here&departments=so2&departments=so1&level@so1=3&level@so2=1")
	d.World.Channel = response.Kiosk
	// 0 1 2 3 4 5@so2 5@so1 6@so1 7
	for at, want := range map[Place]string{
		{-1, ""}:    "-1 0 0",
		{0, ""}:     "0 1 0",
		{4, ""}:     "3 5@so2 4",
		{5, "so2"}:  "4 5@so1 5@so2",
		{6, "so2"}:  "5@so2 5@so1 5@so2", // hidden now
		{5, "so1"}:  "5@so2 6@so1 5@so1",
		{6, "so1"}:  "5@so1 7 6@so1",
		{7, ""}:     "6@so1 7 7",
		{8, ""}:     "7 8 7",
		{5, "so3"}:  "4 5@so2 4", // not chosen any more
		{6, ""}:     "4 5@so2 4",
		{0, "so1"}:  "0 1 0",
		{99, "so1"}: "7 99@so1 7",
	} {
		before, _ := d.Previous(at)
		after, _ := d.Next(at)
		if got := steps([]Place{before, after, d.Near(at)}); got != want {
			t.Errorf("%v: got %s, want %s", at, got, want)
		}
	}
}

func TestDraftAboutAgencies(t *testing.T) {
	t.Parallel()
	d := every(t, "used=yes&place=here&departments=so2&departments=so1&level@so1=1&level@so2=3&kind@so2=1&quick@so2=3&why@so3=x&given=31/2/2026&taken=3-3-2026&founded=3 2026")
	for at, want := range map[Place]string{
		{3, ""}:    "given:bad_date",
		{5, "so1"}: "why@so1:required",
		{5, "so2"}: "",
		{6, "so2"}: "order@so2:required quick@so2:check_failed",
		{6, "so1"}: "",
		{5, ""}:    "",
	} {
		if got := codes(d.Problems(at)); got != want {
			t.Errorf("%v: got %s, want %s", at, got, want)
		}
	}
	if at := d.PlaceOf(d.Problems(Place{6, "so2"}), Place{}); at != (Place{6, "so2"}) {
		t.Errorf("got %v", at)
	}
	if hides := d.Hides(Place{5, "so1"}); hides["why"] || hides["level"] || !hides["bad"] {
		t.Errorf("got %v hidden about so1", hides)
	}
	if hides := d.Hides(Place{5, "so2"}); !hides["why"] {
		t.Errorf("got %v hidden about so2", hides)
	}
	if fresh := d.Appeared(Place{5, "so1"}, []string{"level"}); !fresh["why"] || len(fresh) != 1 {
		t.Errorf("got %v", fresh)
	}
	if fresh := d.Appeared(Place{5, "so1"}, []string{"level", "why"}); fresh != nil {
		t.Errorf("got %v", fresh)
	}
	if fresh := d.Appeared(Place{-1, ""}, nil); fresh != nil {
		t.Errorf("got %v", fresh)
	}
	one, other, whole := d.Lookup(Place{5, "so1"}), d.Lookup(Place{5, "so2"}), d.Lookup(Place{})
	if a, b, c := one("level").Code, other("level").Code, whole("level").Code; a != "1" || b != "3" || c != "" {
		t.Errorf("got levels %q %q %q", a, b, c)
	}
	if a, b := one("used").Code, whole("taken").Number; a != "yes" || b != 9558 {
		t.Errorf("got used %q, taken %v", a, b)
	}
	if got := one("agency").Text + one("channel").Code + one("lang").Code + one("agency_level").Text + one("service").Text; got != "tan-chiqrencommune" {
		t.Errorf("got the context %q", got)
	}
	if end := d.End(); end != nil {
		t.Errorf("got the end %s", end.ID)
	}
	d.Values["visits"] = []string{"40"}
	if end := d.End(); end == nil || end.ID != "busy" {
		t.Errorf("got the end %v", end)
	}
	delete(d.Values, "visits")
	if Seed("trial", "key") != response.NewID("trial", "key").Prefix() {
		t.Error("the order can't be found again from the response")
	}
	in := d.Submission()
	if in.Agency != "tan-chi" || in.Survey != "trial" || in.Lang != "en" || !in.Consent || !in.Form || len(in.Repeats) != 3 {
		t.Errorf("got %+v", in)
	}
	delete(d.Values, "given")
	d.Values["why@so1"], d.Values["kind@so2"], d.Values["order@so2"] = []string{"chậm"}, nil, []string{"b", "a"}
	var checker Checker
	checker.Check(d.Questionnaire, &d.World, d.Submission(), 99)
	if got := codes(checker.Problems()); got != "" {
		t.Errorf("got %s", got)
	}
	if got := gone(d.Questionnaire, &checker); got != "why" { // of so3, which is not chosen any more
		t.Errorf("got dropped %s", got)
	}
}

// Names of answers may be anything: they come from outside.
func FuzzDraft(f *testing.F) {
	for _, s := range []string{
		"used=yes&place=here&departments=so2&departments=so1&level@so1=1&level@so2=3&needs=web&needs=time", "level@=1&@so1=2&level@so1@so2=3&bad=1&total=1&campaign=x",
		"given=1/1/1900&taken=0.0.0&founded=99999", "mobile=+84&tax=0&dossier=-&mail=@", "how=else&how_other=x&how=none", "needs_1=web&needs_3=time&needs=dont_know", "hello=1&used=no&departments=so1",
	} {
		f.Add(s, 5, "so1")
	}
	q, world := load(f, "every.yaml").Questionnaire, everyWorld(f)
	layout := response.NewLayout(q)
	f.Fuzz(func(t *testing.T, sent string, page int, about string) {
		d := &Draft{Questionnaire: q, World: *world, Values: map[string][]string{}}
		for pair := range strings.SplitSeq(sent, "&") {
			id, value, _ := strings.Cut(pair, "=")
			d.Values[id] = append(d.Values[id], value)
		}
		at := Place{page, about}
		d.Problems(at)
		d.Hides(at)
		d.Appeared(at, nil)
		d.End()
		list := d.Steps()
		near := d.Near(at)
		if next, ok := d.Next(near); ok && next == near {
			t.Fatalf("%v follows itself", near)
		}
		walk, seen := d.Near(Place{Page: -1}), 1
		for more := true; more; {
			if walk, more = d.Next(walk); more {
				seen++
			}
		}
		if len(list) != seen {
			t.Fatalf("%d steps, but %d are walked", len(list), seen)
		}
		var checker Checker
		in := d.Submission()
		checker.Check(q, world, in, 99)
		in.Fingerprint(q)
		r := response.Response{Answers: checker.Answers(), Repeats: checker.AppendRepeats(nil), Dropped: checker.Dropped()}
		if err := layout.Fits(&r); err != nil {
			t.Fatal(err)
		}
	})
}
