package weigh

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
	"hailong/internal/sample"
)

// sheet is a CSV file of the golden set: values by column.
type sheet struct {
	columns map[string]int
	rows    [][]string
}

// goldenSheet reads a file of the set in HAILONG_GOLDEN, or of the copy of the
// synthetic one.
func goldenSheet(t testing.TB, name string) *sheet {
	t.Helper()
	dir := os.Getenv("HAILONG_GOLDEN")
	if dir == "" {
		dir = "../golden/testdata/synthetic"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("GOLDEN DATA MISSING: no %s in %s", name, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := &sheet{columns: map[string]int{}, rows: all[1:]}
	for i, c := range all[0] {
		out.columns[c] = i
	}
	return out
}

func (s *sheet) text(row int, column string) string { return s.rows[row][s.columns[column]] }

func (s *sheet) number(t testing.TB, row int, column string) float64 {
	t.Helper()
	if s.text(row, column) == "" {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(s.text(row, column), 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// goldenWorld is the golden respondents as this package holds them.
type goldenWorld struct {
	agencies, channels, sexes, ages, items []string
	responses                              *sheet
	combo                                  []int // of every response
	design                                 *design
	layout                                 *layout
}

// values lists what a column says, sorted.
func (s *sheet) values(column string) []string {
	var out []string
	for i := range s.rows {
		out = append(out, s.text(i, column))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func newGolden(t testing.TB) *goldenWorld {
	t.Helper()
	g := &goldenWorld{responses: goldenSheet(t, "data/responses_w2.csv")}
	strata := goldenSheet(t, "data/pop_strata.csv")
	g.agencies, g.channels = g.responses.values("agency_id"), g.responses.values("channel")
	g.sexes, g.ages = g.responses.values("sex"), g.responses.values("age_group")
	estimates := goldenSheet(t, "expected/04_estimates.csv")
	g.items = estimates.values("item")
	frame := &frame{wave: nil, axes: make([]axis, 2)}
	tab := newTable(frame, nil, "")
	key := func(i int) string {
		r := g.responses
		at := func(list []string, column string) byte { return byte(slices.Index(list, r.text(i, column))) }
		b := []byte{0, 0, 0, 0, at(g.agencies, "agency_id"), at(g.channels, "channel"), at(g.sexes, "sex"), at(g.ages, "age_group")}
		for _, item := range g.items {
			answer, err := strconv.Atoi(r.text(i, item))
			if err != nil || answer < 1 || answer > 5 {
				answer = nothing
			}
			b = append(b, byte(answer))
		}
		return string(b)
	}
	for i := range g.responses.rows {
		tab.count(key(i), 1)
	}
	g.design = &design{frame: frame}
	g.design.combos, g.design.rows, _ = tab.sorted()
	people := map[string]int64{}
	for i := range strata.rows {
		people[strata.text(i, "stratum_id")] = int64(strata.number(t, i, "N"))
	}
	index, byHead := map[string]int{}, map[string]int{}
	for i := range g.design.combos {
		c := &g.design.combos[i]
		id := g.agencies[c.agency] + "_" + g.channels[c.channel]
		h, ok := index[id]
		if !ok {
			h = len(g.design.strata)
			index[id] = h
			g.design.strata = append(g.design.strata, sample.Stratum{Population: people[id]})
		}
		c.stratum = h
		g.design.strata[h].Sampled += c.n
		byHead[string([]byte{byte(c.agency), byte(c.channel)})+c.options] = i
	}
	for i := range g.design.combos {
		s := g.design.strata[g.design.combos[i].stratum]
		g.design.combos[i].base = float64(s.Population) / float64(s.Sampled)
	}
	for i := range g.responses.rows {
		g.combo = append(g.combo, byHead[key(i)[4:8]])
	}
	g.layout = &layout{measure: &questionnaire.Measure{Kind: questionnaire.TopBox}}
	for range g.items {
		c := column{valid: make([]bool, mostOpts+1), y: make([]float64, mostOpts+1)}
		for answer := 1; answer <= 5; answer++ {
			c.valid[answer] = true
			if answer > 3 {
				c.y[answer] = 1
			}
		}
		g.layout.columns = append(g.layout.columns, c)
	}
	return g
}

// margin makes a margin of a file of the set, by columns of the responses.
func (g *goldenWorld) margin(t testing.TB, file string, columns ...string) *placed {
	t.Helper()
	pop := goldenSheet(t, file)
	p := &placed{margin: &margin{name: strings.Join(columns, "&")}, of: make([]int, len(g.design.combos))}
	for i := range pop.rows {
		var parts []string
		for _, c := range columns {
			parts = append(parts, pop.text(i, c))
		}
		label := strings.Join(parts, "|")
		at := slices.Index(p.labels, label)
		if at < 0 {
			at = len(p.labels)
			p.labels, p.people, p.n = append(p.labels, label), append(p.people, 0), append(p.n, 0)
		}
		p.people[at] += pop.number(t, i, "N")
	}
	for i := range g.design.combos {
		c := &g.design.combos[i]
		is := map[string]string{
			"agency_id": g.agencies[c.agency], "channel": g.channels[c.channel], "sex": g.sexes[c.options[0]], "age_group": g.ages[c.options[1]],
		}
		var parts []string
		for _, column := range columns {
			parts = append(parts, is[column])
		}
		p.of[i] = slices.Index(p.labels, strings.Join(parts, "|"))
		p.n[p.of[i]] += c.n
	}
	return p
}

// goldenRakings are the two rakings of the set.
func (g *goldenWorld) goldenRakings(t testing.TB) map[string][]*placed {
	t.Helper()
	cells := "data/pop_cells.csv"
	agencies := g.margin(t, cells, "agency_id")
	return map[string][]*placed{
		"rake1":      {agencies, g.margin(t, cells, "sex"), g.margin(t, cells, "age_group")},
		"cal_raking": {agencies, g.margin(t, cells, "sex"), g.margin(t, cells, "age_group")},
		"rake2":      {agencies, g.margin(t, cells, "sex", "age_group"), g.margin(t, "data/pop_agency_channel.csv", "channel")},
	}
}

func near(t *testing.T, what string, got, want, relative, absolute float64) {
	t.Helper()
	if math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if d := math.Abs(got - want); !(d <= absolute || d <= relative*math.Abs(want)) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// TestGolden04Raking: weights of the table of combinations are R's.
func TestGolden04Raking(t *testing.T) {
	t.Parallel()
	g := newGolden(t)
	want, summary := goldenSheet(t, "expected/04_weights.csv"), goldenSheet(t, "expected/04_weight_summary.csv")
	row := map[string]int{}
	for i := range want.rows {
		row[want.text(i, "resp_id")] = i
	}
	for name, margins := range g.goldenRakings(t) {
		g.design.margins = margins
		w := &Weighting{}
		if err := g.design.weigh(Query{}, w); err != nil {
			t.Fatal(name, err)
		}
		for i, combo := range g.combo {
			id := g.responses.text(i, "resp_id")
			near(t, name+" "+id, g.design.combos[combo].weight, want.number(t, row[id], "w_"+name), 1e-8, 0)
		}
		for i := range summary.rows {
			if summary.text(i, "weight") == "w_"+name {
				near(t, name+" n_eff", w.EffectiveN, summary.number(t, i, "neff_kish"), 1e-8, 0)
				near(t, name+" deff", w.Effect, summary.number(t, i, "deff_kish"), 1e-8, 0)
				near(t, name+" min", w.Min, summary.number(t, i, "min"), 1e-8, 0)
				near(t, name+" max", w.Max/w.Median, summary.number(t, i, "max_over_median"), 1e-8, 0)
			}
		}
		if name != "rake2" {
			continue
		}
		bounds := goldenSheet(t, "expected/04_parameters.csv")
		q := Query{}
		for i := range bounds.rows {
			switch bounds.text(i, "name") {
			case "trim_lower":
				q.Low = bounds.number(t, i, "value") / w.Median
			case "trim_upper":
				q.High = bounds.number(t, i, "value") / w.Median
			}
		}
		if err := g.design.weigh(q, &Weighting{}); err != nil {
			t.Fatal(err)
		}
		for i, combo := range g.combo {
			id := g.responses.text(i, "resp_id")
			near(t, "trim "+id, g.design.combos[combo].weight, want.number(t, row[id], "w_trim"), 1e-8, 0)
		}
	}
}

// TestGolden04Calibrated: estimates, standard errors and intervals are those of
// R's calibrate.
func TestGolden04Calibrated(t *testing.T) {
	t.Parallel()
	g := newGolden(t)
	want := goldenSheet(t, "expected/04_estimates.csv")
	g.design.margins = g.goldenRakings(t)["cal_raking"]
	if err := g.design.weigh(Query{}, &Weighting{}); err != nil {
		t.Fatal(err)
	}
	g.design.frame.survey = surveyWithout()
	e := newEstimator(g.design.frame, g.layout, g.design, Query{})
	n := 0
	for i := range want.rows {
		if want.text(i, "weighting") != "cal_raking" {
			continue
		}
		n++
		domain, item := want.text(i, "domain"), want.text(i, "item")
		e.load(g.domain(domain))
		l := e.ratio([]int{slices.Index(g.items, item)})
		if l.reason != "" {
			near(t, domain+" "+item+" n", 0, want.number(t, i, "n_valid"), 0, 0)
			continue
		}
		x := e.estimate(&l)
		x.Value = e.tidy(x.Value)
		name := domain + " " + item
		near(t, name+" n", float64(x.N), want.number(t, i, "n_valid"), 0, 0)
		near(t, name+" est", x.Value, want.number(t, i, "est"), 1e-8, 1e-10)
		near(t, name+" se", x.SE(), want.number(t, i, "se"), 1e-8, 1e-10)
		near(t, name+" df", float64(x.DF), want.number(t, i, "df"), 0, 0)
		near(t, name+" neff", x.Kish, want.number(t, i, "neff_kish"), 1e-8, 0)
		if limits, how, ok := e.interval(&x); ok && how == intervalKorn && x.Value > 0 && x.Value < 1 {
			near(t, name+" low", limits.Low, want.number(t, i, "kgcap_lo"), 1e-8, 1e-10)
			near(t, name+" high", limits.High, want.number(t, i, "kgcap_hi"), 1e-8, 1e-10)
		}
	}
	if n == 0 {
		t.Error("nothing was compared")
	}
	t.Logf("%d rows compared", n)
}

// domain marks the combinations of a domain of the set: ALL, an agency, or
// column=value.
func (g *goldenWorld) domain(name string) []bool {
	in := make([]bool, len(g.design.combos))
	column, value, ok := strings.Cut(name, "=")
	for i := range in {
		c := &g.design.combos[i]
		switch {
		case name == "ALL":
			in[i] = true
		case !ok:
			in[i] = g.agencies[c.agency] == name
		case column == "sex":
			in[i] = g.sexes[c.options[0]] == value
		case column == "age_group":
			in[i] = g.ages[c.options[1]] == value
		default: // what all respondents of an agency have in common
			in[i] = g.responses.text(g.first(int(c.agency)), column) == value
		}
	}
	return in
}

// first returns the first response of an agency.
func (g *goldenWorld) first(agency int) int {
	return slices.IndexFunc(g.responses.rows, func(r []string) bool { return r[g.responses.columns["agency_id"]] == g.agencies[agency] })
}
