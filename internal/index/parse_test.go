package index

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/yamlfile"
)

// told mistakes: line:column: message; cure.
func mistakesOf(err error) []string {
	var list errs.Mistakes
	if err == nil {
		return nil
	}
	if !errors.As(err, &list) {
		return []string{err.Error()}
	}
	var out []string
	for _, m := range list {
		out = append(out, fmt.Sprintf("%d:%d: %s; %s", m.Line, m.Column, m.Message, m.Cure))
	}
	return out
}

// Every mistake is told at its place, all at once.
func TestMistakes(t *testing.T) {
	t.Parallel()
	good := flow("a", "source: {figure: f}")
	for name, c := range map[string]struct {
		src  string
		want []string
	}{
		"empty":        {"", []string{"1:1: the file is empty; begin with title:"}},
		"no YAML":      {"a: [", nil},
		"a tab":        {"\ta: 1", nil},
		"nothing said": {"id: example", []string{"1:1: there is no title; write title: {vi: \"…\", en: \"…\"}", "1:1: nobody says which units are compared; write units: {level: province}, or {listed: true} for those in figures.csv, or a list of {id, name}", "1:1: the index has no indicators; write indicators: with at least one of {id, title, source}"}},
		"unknown keys": {head + "agregat: sum\nindicators:\n  - {id: a, title: {vi: a, en: a}, sorce: {figure: f}, weigth: 1}\n", []string{
			"3:1: unknown key \"agregat\"; did you mean \"aggregate\"?", "5:36: unknown key \"sorce\"; did you mean \"source\"?", "5:56: unknown key \"weigth\"; did you mean \"weight\"?",
		}},
		"head": {"id: Other\ntitle: {vi: T}\nunits: {level: province, listed: true}\nperiods: {from: \"2026\", to: \"2025\"}\nrounding: 9\nmin_units: 0\navailable: 2\nfactor: -1\nindicators:\n" + good, []string{
			"1:5: the index \"Other\" is in the folder \"example\"; give both the same name",
			"1:5: bad id \"Other\" of an index; small letters a to z, digits and -, at most 40",
			"2:8: the text is missing in en; write it in both languages: {vi: \"…\", en: \"…\"}",
			"3:8: units come from one place; write one of level, listed: true and list",
			"4:10: no period is from 2026 to 2025; give from the sooner one",
			"5:11: 9 decimals; write 0 to 6", "6:12: at least 0 units; write 1 or more",
			"7:12: 2 is no share of indicators; write 0 to 1, such as 0.667", "8:9: the index can't be multiplied by -1; write a number above 0, such as 10",
		}},
		"units": {"title: {vi: T, en: T}\nunits:\n  list: [{id: a}, {id: a}, {name: b}, {id: \"b c\"}]\nindicators:\n" + good, []string{
			"3:24: the unit \"a\" is there twice; remove one of the two", "3:28: the unit has no id; " + unitWords, "3:44: bad unit \"b c\"; " + unitWords,
		}},
		"sources": {head + "aggregate: sum\nindicators:\n" + flow("a", "source: {}") + flow("b", "source: {figure: f, share: {numerator: f, denominator: g}}") +
			flow("c", "source: {share: {numerator: f, denominator: f}}") + flow("d", "source: {figure: \"F 1\"}") + flow("e", "source: {first_of: [{figure: f}]}") + flow("f", "weight: 1"), []string{
			"5:44: values come from one place; write one of figure, share, survey and first_of",
			"6:44: values come from one place; write one of figure, share, survey and first_of",
			"7:52: a share has two different figures; write share: {numerator: ID, denominator: ID}",
			"8:53: bad figure \"F 1\"; " + idWords,
			"9:55: there is only one source; write it without first_of",
			"10:5: the indicator has no source; write source: {figure: ID}, {share: {numerator, denominator}}, {survey: {…}} or {first_of: […]}",
		}},
		"surveys": {head + "aggregate: sum\nindicators:\n" + flow("a", "source: {survey: {index: i}}") + flow("b", "source: {survey: {survey: s}}") + flow("c", "source: {survey: {survey: s, item: q}}") +
			flow("d", "source: {survey: {survey: s, item: q, measure: m, factor: k}}"), []string{
			"5:53: the survey is not named; write survey: with the name of its folder",
			"6:53: a score is that of an index or of an item; write index:, or item: with measure:",
			"7:53: the score of an item needs a measure, and is of no factor; write item: and measure: alone",
			"8:53: the score of an item needs a measure, and is of no factor; write item: and measure: alone",
		}},
		"scales": {head + "aggregate: sum\nindicators:\n" + flow("a", "source: {figure: f}, scale: min_max") + flow("b", "source: {figure: f}, scale: {method: goalposts, low: 5, high: 5}") +
			flow("c", "source: {figure: f}, scale: {method: z, low: 5}") + flow("d", "source: {figure: f}, scale: zed") + flow("e", "source: {figure: f}, scale: z, steps: [{at_least: 0, points: 1}]") +
			flow("g", "source: {figure: f}, direction: down, treat: true, steps: [{at_least: 0, points: 1}]") + flow("h", "source: {figure: f}, min: 2, max: 2"), []string{
			"5:64: the scale lacks an end; write scale: {method: min_max, low: 1, high: 10}",
			"6:89: a scale from 5 to 5; give low a number below high; where less is better write direction: down",
			"7:64: only min_max and goalposts have ends; leave low and high out",
			"8:64: unknown word \"zed\"; use one of as_is, min_max, goalposts, z, rank",
			"9:5: the indicator is made comparable in two ways; keep one of scale, points and steps",
			"10:68: points count up; leave direction out; write steps with at_most where less is better, or count what went right",
			"10:81: outliers can't decide points; leave treat out",
			"11:62: no value is from 2 to 2; give min a number below max",
		}},
		"points": {head + "aggregate: sum\nindicators:\n" + flow("a", "source: {figure: f}, points: {max: 6}") + flow("b", "source: {share: {numerator: f, denominator: g}}, points: {max: 0, full_at: 90, empty: half}") +
			flow("c", "source: {figure: f}, points: {full_at: -1, empty: zero}"), []string{
			"5:65: nobody says which value gets all points; write full_at:, such as 100 for a score in per cent",
			"6:99: at most 0 points; write a number above 0", "6:111: a share of 90 can't be; write a share up to 1, such as 0.9 for 90 %", "6:122: unknown word \"half\"; use one of none, zero, full",
			"7:65: nobody says how many points there are; write points: {max: 6}", "7:75: all points at -1; write a number above 0, such as 0.9", "7:86: only shares can be empty; leave empty out, or make the source a share",
		}},
		"steps": {head + "indicators:\n" + flow("a", "source: {figure: f}, steps: [{at_least: 5, points: 1}, {at_least: 5, points: 2}, {at_most: 7, points: 3}, {at_least: 9}]"), []string{
			"4:91: the step does not come after the one before; sort steps by their values, each once",
			"4:117: a step begins at one value, and all steps on the same side; write at_least in every step, or at_most in every step",
			"4:142: the step gives no points; write points: 0 for none",
		}},
		"groups": {head + "aggregate: sum\nindicators:\n" + good + flow("b", "source: {figure: f}") + flow("c", "source: {figure: f}") + `groups:
  - {id: a, title: {vi: G, en: G}, aggregate: median, indicators: [a, bb]}
  - {id: two, title: {vi: G, en: G}, aggregate: sum, missing: rescale, indicators: [a, b]}
  - {id: three, title: {vi: G, en: G}}
  - {id: four, title: {vi: G, en: G}, indicators: [b], groups: [{id: five, title: {vi: G, en: G}, aggregate: sum}]}
`, []string{
			"7:10: the indicator \"c\" is in no group; put it into the indicators of one group, or take it out",
			"9:10: the id \"a\" is already used on line 5; indicators and groups need ids of their own",
			"9:47: unknown word \"median\"; use one of arithmetic, geometric, harmonic, sum",
			"9:71: no indicator is called \"bb\"; did you mean \"b\"?",
			"10:63: a sum has no weights that others could take over; write missing: zero, or withhold",
			"10:85: the indicator \"a\" is already in a group, on line 9; an indicator counts once",
			"11:5: the group is empty; write indicators: [ids], or groups:",
			"12:5: the group holds both indicators and groups; put the indicators into a group of their own",
			"12:52: the indicator \"b\" is already in a group, on line 10; an indicator counts once",
			"12:65: the group is empty; write indicators: [ids], or groups:",
		}},
		"no mean": {head + "indicators:\n" + flow("a", "source: {figure: f}, weight: 1") + flow("b", "source: {figure: f}"), []string{
			"1:1: nobody says how the parts are put together; write aggregate: arithmetic, geometric, harmonic or sum",
			"5:5: \"b\" has no weight; write weight: 0.2, or weights: equal in the group around it",
		}},
		"weights": {head + "aggregate: arithmetic\nindicators:\n" + flow("a", "source: {figure: f}, weight: 0.5") + flow("b", "source: {figure: f}, weight: 0.4"), []string{
			"5:65: the weights from \"a\" to \"b\" sum to 0.9; make them sum to 1, or to 100",
		}},
		"negative weights": {head + "aggregate: arithmetic\nindicators:\n" + flow("a", "source: {figure: f}, weight: 2") + flow("b", "source: {figure: f}, weight: -1"), []string{
			"6:65: \"b\" can't weigh -1; give it a weight above 0, or take it out",
		}},
		"weights in time": {head + "aggregate: arithmetic\nindicators:\n" + flow("a", "source: {figure: f}, weight: 0.5") + flow("b", "source: {figure: f}, weight: 0.5, to: \"2020\"") + flow("c", "source: {figure: f}, weight: 0.4, from: \"2021\""), []string{
			"5:65: the weights from \"a\" to \"c\" sum to 0.9 on 2021-01-01; make them sum to 1, or to 100",
		}},
		"equal weights": {head + "aggregate: sum\nweights: equal\nindicators:\n" + good, []string{"4:10: a sum has no weights to be equal; leave it out: every part counts once"}},
		"equal and given": {head + "aggregate: arithmetic\nweights: equal\nindicators:\n" + flow("a", "source: {figure: f}, weight: 1") + flow("b", "source: {figure: f}"), []string{
			"4:10: weights are equal, and given; leave one of the two out",
		}},
		"geometric": {head + "aggregate: geometric\nweights: equal\nindicators:\n" + flow("a", "source: {figure: f}, scale: {method: goalposts, low: 0, high: 1}") + flow("b", "source: {figure: f}, scale: {method: min_max, low: 1, high: 10}") + flow("c", "source: {figure: f}, scale: z"), []string{
			"3:12: \"a\" can reach 0, where there is no such mean; scale it to a range that begins above 0, such as {method: min_max, low: 1, high: 10}",
			"3:12: \"c\" can reach 0, where there is no such mean; scale it to a range that begins above 0, such as {method: min_max, low: 1, high: 10}",
		}},
		"caps": {head + "aggregate: sum\ncap: 20\nmax: 12\nindicators:\n" + flow("a", "source: {figure: f}, points: {max: 6, full_at: 1}") + flow("b", "source: {figure: f}, points: {max: 5, full_at: 1}"), []string{
			"4:6: the cap 20 is above the most there is, 12; write one of cap and max", "5:6: the parts sum to at most 11, not to 12; correct the points of a part, or max",
		}},
		"classes": {head + "indicators:\n" + good + "classes: [{id: a, at_least: 1, title: {vi: A, en: A}}, {id: a, at_least: 3, title: {vi: A, en: A}}, {id: c, at_least: 3, title: {vi: A, en: A}}, {id: d, title: {vi: A, en: A}}]\n", []string{
			"5:10: the classes are in no order, or two begin at the same value; sort them by at_least, each value once",
			"5:61: the class \"a\" is there twice; remove one of the two",
			"5:146: nobody says where the class begins; write at_least: 15",
		}},
		"periods": {head + "periods: {from: \"20\"}\nindicators:\n" + flow("a", "source: {figure: f}, from: 2020") + "withheld: [{unit: u, period: \"2020/1\", reason: {vi: A, en: A}}, {period: \"2020\"}]\nbreaks: [{reason: {vi: A, en: A}}]\n", []string{
			"3:17: \"20\" is no period of the calendar; write a year, a quarter or a month in quotes: \"2026\", \"2026-Q3\" or \"2026-11\"",
			"5:63: YAML reads 2020 as a number, not as a text; put it in quotes: \"2020\"",
			"6:30: bad period \"2020/1\"; write 2026, 2026-Q3, 2026-11 or the id of a wave, in quotes",
			"6:65: nobody says which unit is withheld; write unit: with its id", "6:65: there is no reason; write reason: {vi: \"…\", en: \"…\"}",
			"7:10: nobody says when the series begins anew; write period: \"2026\"",
		}},
		"published": {head + "indicators:\n" + good + "published: [{part: b, figure: f}, {tolerance: -1}]\n", []string{
			"5:20: no indicator or group is called \"b\"; known here: a", "5:35: nobody says which figure was published; write figure: ID", "5:47: a difference can't be below 0; write a number such as 0.02",
		}},
	} {
		x, err := Parse("example", "index.yaml", []byte(c.src))
		got := mistakesOf(err)
		if x != nil || len(got) == 0 {
			t.Errorf("%s: no mistake is told", name)
			continue
		}
		if diff := cmp.Diff(c.want, got); c.want != nil && diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A mean that may not exist is warned of where only figures decide.
func TestWarnings(t *testing.T) {
	t.Parallel()
	x := method(t, "aggregate: geometric\nweights: equal\nindicators:\n"+flow("a", "source: {figure: f}")+flow("b", "source: {figure: f}, min: 1"))
	if len(x.Warnings) != 1 || !strings.Contains(x.Warnings[0].Message, `"a" may be 0 or less`) {
		t.Errorf("got %v", x.Warnings)
	}
	// Goalposts that start below what there can be never reach 0.
	x = method(t, "aggregate: geometric\nweights: equal\nindicators:\n"+flow("a", "source: {figure: f}, min: 20, scale: {method: goalposts, low: 10, high: 85}")+flow("b", "source: {figure: f}, max: 80, direction: down, scale: {method: goalposts, low: 10, high: 85}"))
	if len(x.Warnings) != 0 {
		t.Errorf("got %v", x.Warnings)
	}
}

func TestLoadAll(t *testing.T) {
	t.Parallel()
	good := []byte(head + "indicators:\n" + flow("a", "source: {figure: f}"))
	list, figures, err := LoadAll(fstest.MapFS{
		"one/index.yaml": {Data: good}, "one/figures.csv": {Data: []byte("x")}, "two/index.yaml": {Data: good},
		"other/survey.yaml": {Data: []byte("title: {}")}, "file.txt": {Data: good},
	})
	if err != nil || len(list) != 2 || list[0].ID != "one" || list[1].ID != "two" || string(figures["one"]) != "x" || len(figures) != 1 {
		t.Errorf("got %v, %v, %v", list, figures, err)
	}
	list, _, err = LoadAll(fstest.MapFS{"one/index.yaml": {Data: []byte("a: 1")}, "two/index.yaml": {Data: []byte("b: 1")}, "three/index.yaml": {Data: good}})
	if got := mistakesOf(err); len(list) != 1 || len(got) != 6 {
		t.Errorf("got %d indices and %q", len(list), got)
	}
	if _, _, err := LoadAll(fstest.MapFS{"one/index.yaml": {Data: make([]byte, yamlfile.MaxBytes+1)}}); len(mistakesOf(err)) != 1 {
		t.Errorf("a file that is too large: %v", err)
	}
}

// Titles, notes and what was published are no part of a method; all else is.
func TestHash(t *testing.T) {
	t.Parallel()
	const body = "aggregate: sum\nindicators:\n"
	hash := func(src string) string {
		x, err := Parse("example", "index.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		h, err := x.Hash()
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	base := head + body + flow("a", "source: {figure: f}, scale: {method: goalposts, low: 0, high: 9}") + flow("b", "source: {survey: {survey: s, index: i}}")
	want := hash(base)
	for name, src := range map[string]string{
		"title":     strings.Replace(base, "Example", "Sample", 1),
		"notes":     base + "notes: more\nreference: a decision\n",
		"published": base + "published: [{figure: p}]\n",
		"default":   base + "missing: withhold\nrounding: 2\nfactor: 1\n",
	} {
		if got := hash(src); got != want {
			t.Errorf("%s changes the hash", name)
		}
	}
	seen := map[string]string{want: "the base"}
	for name, src := range map[string]string{
		"factor": base + "factor: 2\n", "rounding": base + "rounding: 1\n", "min_units": base + "min_units: 3\n", "available": base + "available: 0.5\n",
		"periods": base + "periods: {from: \"2026\"}\n", "missing": base + "missing: zero\n", "cap": base + "cap: 5\n", "max": base + "max: 5\n",
		"aggregate": strings.Replace(base, "sum", "arithmetic\nweights: equal", 1), "figure": strings.Replace(base, "figure: f", "figure: g", 1),
		"low": strings.Replace(base, "low: 0", "low: 1", 1), "method": strings.Replace(base, "goalposts", "min_max", 1), "index": strings.Replace(base, "index: i", "index: j", 1),
		"channel": strings.Replace(base, "index: i", "index: i, channel: kiosk", 1), "treat": strings.Replace(base, "scale:", "treat: true, scale:", 1),
		"impute": strings.Replace(base, "scale:", "impute: group_mean, scale:", 1), "direction": strings.Replace(base, "scale:", "direction: down, scale:", 1),
		"weight": strings.Replace(base, "scale:", "weight: 2, scale:", 1), "to": strings.Replace(base, "scale:", "to: \"2026\", scale:", 1), "min": strings.Replace(base, "scale:", "min: 2, scale:", 1),
		"classes": base + "classes: [{id: a, at_least: 1, title: {vi: A, en: A}}]\n", "withheld": base + "withheld: [{unit: u, reason: {vi: A, en: A}}]\n",
		"breaks": base + "breaks: [{period: \"2026\", reason: {vi: A, en: A}}]\n", "level": strings.Replace(base, "listed: true", "level: province", 1),
		"units": strings.Replace(base, "listed: true", "list: [{id: u}]", 1), "group": strings.Replace(base, "listed: true", "list: [{id: u, group: n}]", 1),
		"points": strings.Replace(base, "scale: {method: goalposts, low: 0, high: 9}", "points: {max: 6, full_at: 9}", 1),
		"steps":  strings.Replace(base, "scale: {method: goalposts, low: 0, high: 9}", "steps: [{at_least: 6, points: 9}]", 1),
		"down":   strings.Replace(base, "scale: {method: goalposts, low: 0, high: 9}", "steps: [{at_most: -6, points: 9}]", 1),
	} {
		got := hash(src)
		if other, twice := seen[got]; twice {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[got] = name
	}
	all, _ := shipped(t)
	for id, x := range all {
		if h, err := x.Hash(); err != nil || len(h) != 64 {
			t.Errorf("%s: %q, %v", id, h, err)
		}
	}
}

// The order of units and classes is no part of a method.
func TestHashOrder(t *testing.T) {
	t.Parallel()
	all, _ := shipped(t)
	x := *all["tt01"]
	want, err := x.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	x.Units.List = append(x.Units.List[1:len(x.Units.List):len(x.Units.List)], x.Units.List[0])
	x.Classes = append(x.Classes[1:len(x.Classes):len(x.Classes)], x.Classes[0])
	got, err := x.Canonical()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
