package index

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// two is an index of two groups: a and b in the first, c in the second.
func two(t testing.TB, root, first, second string) *Index {
	t.Helper()
	return method(t, root+"indicators:\n"+
		flow("a", "source: {figure: a}, min: 0.5, weight: 0.25")+flow("b", "source: {figure: b}, min: 0.5, weight: 0.75")+flow("c", "source: {figure: c}, min: 0.5")+
		"groups:\n  - {id: one, title: {vi: M, en: O}, "+first+", indicators: [a, b]}\n  - {id: two, title: {vi: H, en: T}, "+second+", indicators: [c]}\n")
}

func TestGroups(t *testing.T) {
	t.Parallel()
	const means = "aggregate: arithmetic\nweights: equal\n"
	for name, c := range map[string]struct {
		root, first, second string
		a, b, c             float64
		want                string
		one                 string // the first group
	}{
		"arithmetic":               {means, "aggregate: arithmetic", "aggregate: arithmetic", 4, 8, 1, "4", "7"},
		"geometric":                {means, "aggregate: geometric", "aggregate: arithmetic", 1, 16, 2, "5", "8"},
		"harmonic":                 {means, "aggregate: harmonic", "aggregate: arithmetic", 1, 3, 4, "3", "2"},
		"sum of weighted points":   {"aggregate: sum\n", "aggregate: sum", "aggregate: sum", 4, 8, 5, "12", "7"},
		"factor":                   {means + "factor: 10\n", "aggregate: arithmetic", "aggregate: arithmetic", 4, 8, 1, "40", "7"},
		"weights of groups":        {"aggregate: arithmetic\n", "aggregate: arithmetic, weight: 20", "aggregate: arithmetic, weight: 80", 4, 8, 2, "3", "7"},
		"withheld by default":      {means, "aggregate: arithmetic", "aggregate: arithmetic", missing, 8, 1, "incomplete missing:a:a", "incomplete"},
		"rescaled":                 {means, "aggregate: arithmetic, missing: rescale", "aggregate: arithmetic", missing, 8, 1, "4.5", "8"},
		"counts as zero":           {means, "aggregate: arithmetic, missing: zero", "aggregate: arithmetic", missing, 8, 1, "3.5", "6"},
		"groups rescaled":          {means + "missing: rescale\n", "aggregate: arithmetic", "aggregate: arithmetic", missing, 8, 1, "1", "incomplete"},
		"a group of zeroes":        {means, "aggregate: arithmetic, missing: zero", "aggregate: arithmetic", missing, missing, 1, "0.5", "0"},
		"nothing at all":           {"aggregate: sum\nmissing: zero\n", "aggregate: sum, missing: zero", "aggregate: sum, missing: zero", missing, missing, missing, "no_data missing:a:a missing:b:b missing:c:c", "0"},
		"no mean of zero":          {means, "aggregate: geometric, missing: zero", "aggregate: arithmetic", missing, 8, 1, "incomplete no_mean:one", "incomplete"},
		"no harmonic mean of zero": {means, "aggregate: harmonic, missing: zero", "aggregate: arithmetic", missing, 8, 1, "incomplete no_mean:one", "incomplete"},
		"capped":                   {"aggregate: sum\n", "aggregate: sum, cap: 6", "aggregate: sum", 4, 8, 5, "11", "6"},
		"capped at the top":        {"aggregate: sum\ncap: 10\n", "aggregate: sum", "aggregate: sum", 4, 8, 5, "10", "7"},
		"above the most":           {"aggregate: sum\n", "aggregate: sum, max: 6", "aggregate: sum", 4, 8, 5, "incomplete above_max:one", "incomplete"},
		"two thirds are needed":    {means + "missing: rescale\navailable: 0.667\n", "aggregate: arithmetic, missing: rescale", "aggregate: arithmetic", missing, missing, 5, "incomplete too_few_available missing:a:a missing:b:b", "incomplete"},
		"two thirds are there":     {means + "missing: rescale\navailable: 0.666\n", "aggregate: arithmetic, missing: rescale", "aggregate: arithmetic", missing, 3, 5, "4", "3"},
	} {
		in := Input{Units: unitsOf("u"), Period: "2026", Figure: figures(map[string]map[string]float64{"a": {"u": c.a}, "b": {"u": c.b}, "c": {"u": c.c}})}
		r := compute(t, two(t, c.root, c.first, c.second), in)
		if got := told(r.Units[0]); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		one := r.Units[0].Groups[0]
		got := one.State
		if one.Value.There {
			got = fmt.Sprintf("%.6g", one.Value.Value)
		}
		if got != c.one {
			t.Errorf("%s: the first group is %q, want %q", name, got, c.one)
		}
	}
}

func TestEffectiveWeights(t *testing.T) {
	t.Parallel()
	x := two(t, "aggregate: arithmetic\nmissing: rescale\n", "aggregate: arithmetic, missing: rescale, weight: 20", "aggregate: arithmetic, weight: 80")
	in := Input{Units: unitsOf("u"), Period: "2026", Figure: figures(map[string]map[string]float64{"b": {"u": 1}, "c": {"u": 3}})}
	u := compute(t, x, in).Units[0]
	want := []Weight{{"a", Number{0.25, true}, Number{}}, {"b", Number{0.75, true}, Number{1, true}}}
	if diff := cmp.Diff(want, u.Groups[0].Weights); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = []Weight{{"one", Number{0.2, true}, Number{0.2, true}}, {"two", Number{0.8, true}, Number{0.8, true}}}
	if diff := cmp.Diff(want, u.Weights); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Groups of groups: what is deepest is told first hand.
func TestDeepGroups(t *testing.T) {
	t.Parallel()
	x := method(t, "aggregate: sum\nindicators:\n"+flow("a", "source: {figure: a}")+flow("b", "source: {figure: b}")+flow("c", "source: {figure: c}")+`groups:
  - id: outer
    title: {vi: N, en: O}
    aggregate: arithmetic
    weights: equal
    groups:
      - {id: inner, title: {vi: T, en: I}, aggregate: sum, indicators: [a, b]}
      - {id: other, title: {vi: K, en: O}, indicators: [c]}
`)
	in := Input{Units: unitsOf("u", "v"), Period: "2026", Figure: figures(map[string]map[string]float64{"a": {"u": 1, "v": 1}, "b": {"u": 2}, "c": {"u": 5, "v": 1}})}
	r := compute(t, x, in)
	if got := told(r.Units[0]) + "; " + told(r.Units[1]); got != "4; incomplete missing:b:b" {
		t.Errorf("got %q", got)
	}
	var ids []string
	for _, g := range r.Units[0].Groups {
		ids = append(ids, g.ID)
	}
	if diff := cmp.Diff([]string{"outer", "inner", "other"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClassesAndRanks(t *testing.T) {
	t.Parallel()
	x := method(t, "rounding: 1\nindicators:\n"+flow("a", "source: {figure: a}")+`classes:
  - {id: good, at_least: 15, title: {vi: T, en: G}}
  - {id: fair, at_least: 9, title: {vi: K, en: F}}
withheld:
  - {unit: w, period: "2026", reason: {vi: Rút, en: Taken out}}
`)
	in := Input{Units: unitsOf("u", "v", "w", "x", "y", "z"), Period: "2026", Figure: figures(map[string]map[string]float64{
		"a": {"u": 14.95, "v": 8.94, "w": 99, "x": 14.95, "z": 20},
	})}
	r := compute(t, x, in)
	got := ""
	for _, u := range r.Units {
		got += fmt.Sprintf("%s %d %s %v; ", u.Unit.ID, u.Rank, u.Class, u.Shown.Value)
	}
	// What is published decides the class: 14.95 is 15.0, 8.94 is 8.9.
	if want := "u 2 good 15; v 4  8.9; w 0  0; x 2 good 15; y 0  0; z 1 good 20; "; got != want || r.Ranked != 4 {
		t.Errorf("got %q, %d; want %q", got, r.Ranked, want)
	}
	w := unitOf(t, r, "w")
	if w.State != IsWithheld || w.Reasons[0].Text["en"] != "Taken out" || w.Steps[0].Raw.There || w.Steps[0].State != IsWithheld {
		t.Errorf("got %+v", w)
	}
	in.Period = "2027"
	if got := unitOf(t, compute(t, x, in), "w"); got.State != OK {
		t.Errorf("withheld for ever: %+v", got)
	}
}

// A withheld unit does not move the ends of a scale.
func TestWithheldDoNotCompare(t *testing.T) {
	t.Parallel()
	x := method(t, "indicators:\n"+flow("a", "source: {figure: a}, scale: {method: min_max, low: 1, high: 10}")+"withheld: [{unit: w, reason: {vi: R, en: T}}]\n")
	r := compute(t, x, Input{Units: unitsOf("u", "v", "w"), Period: "2026", Figure: figures(map[string]map[string]float64{"a": {"u": 1, "v": 2, "w": 1000}})})
	if got := told(r.Units[0]) + " " + told(r.Units[1]) + " " + told(r.Units[2]); got != "1 10 withheld unit_withheld" {
		t.Errorf("got %q", got)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	x := method(t, "periods: {from: \"2019\", to: \"2022-Q3\"}\naggregate: arithmetic\nindicators:\n"+
		flow("a", "source: {figure: a}, weight: 0.5")+flow("b", "source: {figure: b}, weight: 0.5, to: \"2020\"")+flow("c", "source: {figure: c}, weight: 0.5, from: \"2021\"")+
		"breaks: [{period: \"2021\", reason: {vi: R, en: B}}]\n")
	numbers := figures(map[string]map[string]float64{"a": {"u": 1}, "b": {"u": 3}, "c": {"u": 7}})
	for period, want := range map[string]string{
		"2018": "no_data outside_periods", "2019": "2", "2020-12": "2", "2021": "4", "2021-Q2": "4", "2022-09": "4", "2022-10": "no_data outside_periods",
		"wave-2": "no_data unknown_period",
	} {
		if got := told(compute(t, x, Input{Units: unitsOf("u"), Period: period, Figure: numbers}).Units[0]); got != want {
			t.Errorf("%s: got %q, want %q", period, got, want)
		}
	}
	for day, want := range map[string]string{"2020-12-31": "2", "2021-01-01": "4"} {
		if got := told(compute(t, x, Input{Units: unitsOf("u"), Period: "wave-2", Day: day, Figure: numbers}).Units[0]); got != want {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
	for pair, want := range map[[2]string]int{{"2019", "2020"}: 0, {"2020", "2021"}: 1, {"2020-Q4", "2021-Q1"}: 1, {"2021", "2022"}: 0, {"2021", "2021"}: 0, {"wave-1", "wave-2"}: 0, {"wave-1", "2021"}: 1} {
		if got := x.BreaksBetween(pair[0], pair[1]); len(got) != want {
			t.Errorf("%v: got %d breaks, want %d", pair, len(got), want)
		}
	}
}

func TestStandardErrors(t *testing.T) {
	t.Parallel()
	const one, same, other = "{survey: {survey: s, index: i}}", "{survey: {survey: s, index: k}}", "{survey: {survey: o, index: i}}"
	survey := func(ref SurveyRef, _ string) Score {
		s := Score{Value: 60, SE: Number{3, true}}
		switch {
		case ref.Index == "k":
			s.Value, s.SE.Value = 80, 4
		case ref.Index == "none":
			s.SE = Number{}
		case ref.Survey == "o":
			s.Value, s.SE.Value = 90, 4
		}
		return s
	}
	for name, c := range map[string]struct {
		root, a, b string
		want       string
	}{
		"hard data":             {"aggregate: sum\n", "{figure: f}", "{figure: f}", "fixed"},
		"one survey":            {"aggregate: sum\n", one, "{figure: f}", "independent 3"},
		"two surveys":           {"aggregate: sum\n", one, other, "independent 5"},
		"two scores of one":     {"aggregate: sum\n", one, same, "upper_bound 7"},
		"mean and factor":       {"aggregate: arithmetic\nweights: equal\nfactor: 10\n", one, other, "independent 25"},
		"geometric":             {"aggregate: geometric\nweights: equal\n", one + ", min: 1", other + ", min: 1", fmt.Sprintf("independent %.6g", math.Sqrt(60*90)*math.Hypot(0.5*3/60, 0.5*4/90))},
		"harmonic":              {"aggregate: harmonic\nweights: equal\n", one + ", min: 1", other + ", min: 1", fmt.Sprintf("independent %.6g", 72.0*72.0*math.Hypot(0.5*3/3600, 0.5*4/8100))},
		"less is better":        {"aggregate: sum\n", one + ", direction: down", other, "independent 5"},
		"goalposts":             {"aggregate: sum\n", one + ", scale: {method: goalposts, low: 50, high: 70}", "{figure: f}", "independent 15"},
		"cut by a goalpost":     {"aggregate: sum\n", one + ", scale: {method: goalposts, low: 50, high: 60}", "{figure: f}", "not_propagated at_cut:a"},
		"points":                {"aggregate: sum\n", one + ", points: {max: 10, full_at: 90}", "{figure: f}", "independent 0.333333"},
		"all points":            {"aggregate: sum\n", one + ", points: {max: 10, full_at: 60}", "{figure: f}", "not_propagated at_cut:a"},
		"steps":                 {"aggregate: sum\n", one + ", steps: [{at_least: 0, points: 1}]", "{figure: f}", "not_propagated steps:a"},
		"no standard error":     {"aggregate: sum\n", "{survey: {survey: s, index: none}}", other, "not_propagated no_standard_error:a"},
		"a cap":                 {"aggregate: sum\ncap: 100\n", one, other, "not_propagated at_cut:a at_cut:b"},
		"a cap that isn't met":  {"aggregate: sum\ncap: 1000\n", one, other, "independent 5"},
		"the sample's own ends": {"aggregate: sum\n", one + ", scale: rank", "{figure: f}", "not_propagated relative_scale:a"},
	} {
		x := method(t, c.root+"indicators:\n"+flow("a", "source: "+c.a)+flow("b", "source: "+c.b))
		in := Input{Units: unitsOf("u", "v"), Period: "2026", Figure: figures(map[string]map[string]float64{"f": {"u": 1, "v": 1}}), Survey: func(ref SurveyRef, unit string) Score {
			s := survey(ref, unit)
			if unit == "v" {
				s.Value++
			}
			return s
		}}
		e := compute(t, x, in).Units[0].SE
		got := e.Kind
		if e.SE.There {
			got += fmt.Sprintf(" %.6g", e.SE.Value)
		}
		for _, r := range e.Reasons {
			got += " " + r.Code + ":" + r.Part
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
