package index

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// missing stands for a figure that is not there.
var missing = math.NaN()

// figures makes a source of figures from numbers by figure, then unit.
func figures(numbers map[string]map[string]float64) func(id, unit, period string) (float64, bool, string) {
	return func(id, unit, _ string) (float64, bool, string) {
		v, ok := numbers[id][unit]
		if ok && math.IsNaN(v) {
			return 0, false, "not counted"
		}
		return v, ok, ""
	}
}

// units makes units of ids.
func unitsOf(ids ...string) []Unit {
	list := make([]Unit, len(ids))
	for i, id := range ids {
		list[i] = Unit{ID: id}
	}
	return list
}

// method reads the part of a file below the head.
func method(t testing.TB, body string) *Index {
	t.Helper()
	x, err := Parse("example", "index.yaml", []byte(head+body))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const head = "title: {vi: \"Ví dụ\", en: \"Example\"}\nunits: {listed: true}\n"

// flow is an indicator of the file, titled.
func flow(id, rest string) string {
	return fmt.Sprintf("  - {id: %s, title: {vi: %s, en: %s}, %s}\n", id, id, id, rest)
}

// compute computes and refuses a result with a number that is none.
func compute(t testing.TB, x *Index, in Input) *Result {
	t.Helper()
	r, err := Compute(x, in)
	if err != nil {
		t.Fatal(err)
	}
	sound(t, r)
	return r
}

// sound checks what holds for any result.
func sound(t testing.TB, r *Result) {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("a result has a number that is none: %v", err)
	}
	for _, bad := range []string{"NaN", "Inf"} {
		if strings.Contains(string(text), bad) {
			t.Fatalf("%s in %s", bad, text)
		}
	}
	for _, u := range r.Units {
		if u.Value.There != (u.State == OK || u.State == Unranked) || u.Value.There != u.Shown.There || u.Rank > 0 != (u.State == OK) {
			t.Fatalf("%s: state %q, value %v, rank %d", u.Unit.ID, u.State, u.Value, u.Rank)
		}
		if u.State != OK && len(u.Reasons) == 0 {
			t.Fatalf("%s: %s for no reason", u.Unit.ID, u.State)
		}
		if u.SE.SE.There != (u.SE.Kind == IndependentSE || u.SE.Kind == BoundSE) || u.SE.Kind == UnknownSE && len(u.SE.Reasons) == 0 {
			t.Fatalf("%s: error %+v", u.Unit.ID, u.SE)
		}
		for _, s := range u.Steps {
			if s.Scaled.There != (s.State == OK) || s.State == NoData && len(s.Reasons) == 0 {
				t.Fatalf("%s: step %+v", u.Unit.ID, s)
			}
		}
		for _, g := range u.Groups {
			if g.Value.There != (g.State == OK) || g.State == Incomplete && len(g.Reasons) == 0 {
				t.Fatalf("%s: group %+v", u.Unit.ID, g)
			}
		}
	}
}

// unitOf returns the result of a unit.
func unitOf(t testing.TB, r *Result, id string) UnitResult {
	t.Helper()
	for _, u := range r.Units {
		if u.Unit.ID == id {
			return u
		}
	}
	t.Fatalf("no unit %q", id)
	return UnitResult{}
}

// told is a number or a state with the reasons' codes, parts and figures.
func told(u UnitResult) string {
	if u.State == OK {
		return fmt.Sprintf("%.6g", u.Value.Value)
	}
	s := u.State
	for _, r := range u.Reasons {
		s += " " + strings.TrimRight(strings.Join([]string{r.Code, r.Part, r.Figure}, ":"), ":")
	}
	return s
}

func TestSources(t *testing.T) {
	t.Parallel()
	score := func(value float64, state string) func(SurveyRef, string) Score {
		return func(SurveyRef, string) Score { return Score{Value: value, State: state, Reason: "min_n"} }
	}
	const survey = "{survey: {survey: sipas, index: overall}}"
	for name, c := range map[string]struct {
		indicator string
		numbers   map[string]float64
		survey    func(SurveyRef, string) Score
		want      string
	}{
		"figure":                 {"source: {figure: f}", map[string]float64{"f": 3}, nil, "3"},
		"less is better":         {"source: {figure: f}, direction: down", map[string]float64{"f": 3}, nil, "-3"},
		"zero is a number":       {"source: {figure: f}", map[string]float64{"f": 0}, nil, "0"},
		"no figure":              {"source: {figure: f}", nil, nil, "no_data missing:a:f"},
		"a figure of nothing":    {"source: {figure: f}", map[string]float64{"f": missing}, nil, "no_data missing:a:f"},
		"infinite":               {"source: {figure: f}", map[string]float64{"f": math.Inf(1)}, nil, "no_data not_a_number:a:f"},
		"beyond all measure":     {"source: {figure: f}", map[string]float64{"f": 1e300}, nil, "no_data out_of_range:a:f"},
		"outside":                {"source: {figure: f}, min: 0, max: 2", map[string]float64{"f": 3}, nil, "no_data out_of_range:a:f"},
		"share":                  {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": 1, "g": 4}, nil, "0.25"},
		"half a share":           {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": 1}, nil, "no_data missing:a:g"},
		"a share of nothing":     {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": 0, "g": 0}, nil, "no_data no_denominator:a:g"},
		"more than all":          {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": 5, "g": 4}, nil, "no_data above_whole:a:f"},
		"negative":               {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": -1, "g": 4}, nil, "no_data negative:a:f"},
		"negative whole":         {"source: {share: {numerator: f, denominator: g}}", map[string]float64{"f": 0, "g": -4}, nil, "no_data negative:a:g"},
		"points":                 {"source: {share: {numerator: f, denominator: g}}, points: {max: 6, full_at: 0.9}", map[string]float64{"f": 45, "g": 100}, nil, "3"},
		"full points":            {"source: {share: {numerator: f, denominator: g}}, points: {max: 6, full_at: 0.9}", map[string]float64{"f": 95, "g": 100}, nil, "6"},
		"points of nothing":      {"source: {share: {numerator: f, denominator: g}}, points: {max: 6}", map[string]float64{"f": 0, "g": 0}, nil, "no_data no_denominator:a:g"},
		"no points of nothing":   {"source: {share: {numerator: f, denominator: g}}, points: {max: 6, empty: zero}", map[string]float64{"f": 0, "g": 0}, nil, "0"},
		"full points of nothing": {"source: {share: {numerator: f, denominator: g}}, points: {max: 6, empty: full}", map[string]float64{"f": 0, "g": 0}, nil, "6"},
		"points of a score":      {"source: {figure: f}, points: {max: 10, full_at: 100}", map[string]float64{"f": 84}, nil, "8.4"},
		"no more than full":      {"source: {figure: f}, points: {max: 10, full_at: 100}", map[string]float64{"f": 140}, nil, "10"},
		"points of less":         {"source: {figure: f}, points: {max: 10, full_at: 100}", map[string]float64{"f": -1}, nil, "no_data negative:a:f"},
		"steps":                  {"source: {figure: f}, steps: [{at_least: 0, points: 0}, {at_least: 5, points: 2}]", map[string]float64{"f": 5}, nil, "2"},
		"below all steps":        {"source: {figure: f}, steps: [{at_least: 0, points: 0}, {at_least: 5, points: 2}]", map[string]float64{"f": -5}, nil, "no_data below_steps:a:f"},
		"steps down":             {"source: {figure: f}, steps: [{at_most: 2, points: 2}, {at_most: 5, points: 1}, {at_most: 99, points: 0}]", map[string]float64{"f": 2.5}, nil, "1"},
		"on a step down":         {"source: {figure: f}, steps: [{at_most: 2, points: 2}, {at_most: 5, points: 1}, {at_most: 99, points: 0}]", map[string]float64{"f": 2}, nil, "2"},
		"goalposts":              {"source: {figure: f}, scale: {method: goalposts, low: 20, high: 80}", map[string]float64{"f": 35}, nil, "25"},
		"goalposts down":         {"source: {figure: f}, scale: {method: goalposts, low: 20, high: 80}, direction: down", map[string]float64{"f": 35}, nil, "75"},
		"one unit alone":         {"source: {figure: f}, scale: {method: min_max, low: 1, high: 10}", map[string]float64{"f": 35}, nil, "no_data too_few_units:a"},
		"one unit's z":           {"source: {figure: f}, scale: z", map[string]float64{"f": 35}, nil, "no_data too_few_units:a"},
		"one unit's place":       {"source: {figure: f}, scale: rank", map[string]float64{"f": 35}, nil, "no_data too_few_units:a"},
		"score":                  {"source: " + survey, nil, score(84, ""), "84"},
		"no survey":              {"source: " + survey, nil, nil, "no_data no_score:a:sipas/overall"},
		"hidden score":           {"source: " + survey, nil, score(84, "hidden"), "no_data no_score:a:sipas/overall"},
		"a score that is none":   {"source: " + survey, nil, score(math.NaN(), ""), "no_data not_a_number:a:sipas/overall"},
		"review":                 {"source: {first_of: [{figure: f}, {figure: g}]}", map[string]float64{"f": 3, "g": 5}, nil, "3"},
		"self-assessment":        {"source: {first_of: [{figure: f}, {figure: g}]}", map[string]float64{"g": 5}, nil, "5"},
		"neither":                {"source: {first_of: [{figure: f}, {figure: g}]}", nil, nil, "no_data missing:a:f missing:a:g"},
		"a wrong review counts":  {"source: {first_of: [{figure: f}, {figure: g}]}, max: 4", map[string]float64{"f": 5, "g": 3}, nil, "no_data out_of_range:a:f"},
		"score, else figure":     {"source: {first_of: [" + survey + ", {figure: f}]}", map[string]float64{"f": 3}, score(84, "hidden"), "3"},
	} {
		numbers := map[string]map[string]float64{}
		for id, v := range c.numbers {
			numbers[id] = map[string]float64{"u": v}
		}
		r := compute(t, method(t, "indicators:\n"+flow("a", c.indicator)), Input{Units: unitsOf("u"), Period: "2026", Figure: figures(numbers), Survey: c.survey})
		if got := told(r.Units[0]); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestScales(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		indicator, more string
		values          []float64 // of u1, u2 …
		want            []string
	}{
		"min-max":            {"scale: {method: min_max, low: 1, high: 10}", "", []float64{0, 5, 10}, []string{"1", "5.5", "10"}},
		"min-max down":       {"scale: {method: min_max, low: 1, high: 10}, direction: down", "", []float64{0, 5, 10}, []string{"10", "5.5", "1"}},
		"all the same":       {"scale: {method: min_max, low: 1, high: 10}", "", []float64{3, 3}, []string{"no_data all_equal:a", "no_data all_equal:a"}},
		"same z":             {"scale: z", "", []float64{3, 3}, []string{"no_data all_equal:a", "no_data all_equal:a"}},
		"same place":         {"scale: rank", "", []float64{3, 3}, []string{"no_data all_equal:a", "no_data all_equal:a"}},
		"z":                  {"scale: z", "", []float64{1, 2, 3}, []string{"-1", "0", "1"}},
		"rank":               {"scale: rank", "", []float64{1, 2, 2, 4}, []string{"0", "0.333333", "0.333333", "1"}},
		"one missing":        {"scale: {method: min_max, low: 1, high: 10}", "", []float64{0, missing, 10}, []string{"1", "no_data missing:a:f", "10"}},
		"fewer than enough":  {"scale: {method: min_max, low: 1, high: 10}", "min_units: 3\n", []float64{0, missing, 10}, []string{"no_data too_few_units:a", "no_data missing:a:f", "no_data too_few_units:a"}},
		"too few to rank":    {"scale: as_is", "min_units: 3\n", []float64{0, 10}, []string{"unranked too_few_units", "unranked too_few_units"}},
		"an outlier":         {"treat: true", "", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1000}, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "9"}},
		"no value at all":    {"scale: {method: min_max, low: 1, high: 10}, treat: true", "", []float64{missing, missing}, []string{"no_data missing:a:f", "no_data missing:a:f"}},
		"hardly a treatment": {"treat: true, scale: z", "", []float64{7}, []string{"no_data too_few_units:a"}},
		"hardly a distance":  {"scale: z", "", []float64{0, 1e-200}, []string{"no_data all_equal:a", "no_data all_equal:a"}},
	} {
		numbers := map[string]map[string]float64{"f": {}}
		var ids []string
		for i, v := range c.values {
			ids = append(ids, fmt.Sprint("u", i))
			numbers["f"][ids[i]] = v
		}
		r := compute(t, method(t, c.more+"indicators:\n"+flow("a", "source: {figure: f}, "+c.indicator)), Input{Units: unitsOf(ids...), Period: "2026", Figure: figures(numbers)})
		var got []string
		for _, u := range r.Units {
			got = append(got, told(u))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A mean of the group stands in for a figure that nobody has, and no observation
// comes of it.
func TestImpute(t *testing.T) {
	t.Parallel()
	x := method(t, "available: 1\naggregate: arithmetic\nweights: equal\nindicators:\n"+
		flow("a", "source: {figure: f}, impute: group_mean")+flow("b", "source: {figure: g}, max: 9, impute: group_mean"))
	in := Input{Period: "2026", Figure: figures(map[string]map[string]float64{
		"f": {"u1": 2, "u2": 4, "u4": 8, "u5": 8}, "g": {"u1": 1, "u2": 1, "u3": 1, "u4": 10, "u5": 1},
	})}
	for i, group := range []string{"n", "n", "n", "n", "s"} {
		in.Units = append(in.Units, Unit{ID: fmt.Sprint("u", i+1), Group: group})
	}
	r := compute(t, x, in)
	want := []string{"1.5", "2.5", "incomplete too_few_available missing:a:f", "incomplete too_few_available out_of_range:b:g", "4.5"}
	var got []string
	for _, u := range r.Units {
		got = append(got, told(u))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	x.Available = 0
	third := unitOf(t, compute(t, x, in), "u3")
	if got := told(third); got != "2.83333" || third.Steps[0].Imputed.Value != (2+4+8)/3.0 || third.Steps[0].Raw.There || third.SE.Kind != UnknownSE {
		t.Errorf("got %s, %+v", got, third)
	}
}
