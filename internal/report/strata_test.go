package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
)

// figures loads a table of figures.
func (w *world) figures(rows ...string) {
	w.t.Helper()
	csv := "figure,agency,period,cell,value,source,checked,note\n" + strings.Join(rows, "\n") + "\n"
	table, err := w.catalog.ReadFigures("figures.csv", []byte(csv))
	if err != nil {
		w.t.Fatal(err)
	}
	w.apply(response.FiguresLoaded(0, table.Canonical()))
}

// part names a stratum: agency, wave, and channel where populations are by channel.
type part struct {
	agency, wave uint32
	channel      response.Channel
}

// partOf puts agencies of even numbers in strata by channel.
func partOf(r *response.Response) part {
	p := part{agency: r.Agency, wave: r.Wave}
	if r.Agency%2 == 0 {
		p.channel = r.Channel
	}
	return p
}

// populate loads a population for every stratum that was sampled: everybody,
// some, or many more.
func (w *world) populate(seed uint64) (sampled, population map[part]int) {
	w.t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	sampled, population = map[part]int{}, map[part]int{}
	for _, r := range w.responses {
		sampled[partOf(r)]++
	}
	var rows []string
	for _, r := range w.responses {
		p := partOf(r)
		if population[p] > 0 {
			continue
		}
		population[p] = sampled[p] + []int{0, 1, 5, 300}[rng.IntN(4)]
		cell := ""
		if p.channel != 0 || r.Agency%2 == 0 {
			cell = "channel=" + p.channel.String()
		}
		wave := w.catalog.Survey("sample").Waves[p.wave-1].ID
		rows = append(rows, fmt.Sprintf("population,%s,%s,%s,%d,test,yes,", w.catalog.Agencies.ByNumber(p.agency).ID, wave, cell, population[p]))
	}
	w.figures(rows...)
	return sampled, population
}

// weighing computes weighted estimates the slow way, respondent by respondent.
type weighing struct {
	*naive
	sampled, population map[part]int
}

func (x *weighing) weight(r *response.Response) float64 {
	return float64(x.population[partOf(r)]) / float64(x.sampled[partOf(r)])
}

// ratio is the weighted share of pooled items, and its standard error by Taylor's
// method over strata.
func (x *weighing) ratio(ids []string) (value, se float64, ok bool) {
	var u, d float64
	type sums struct{ u, d float64 }
	by := map[*response.Response]sums{}
	for _, r := range x.responses {
		for _, id := range ids {
			if y, there := x.value(r, id); there {
				s := by[r]
				by[r] = sums{s.u + y, s.d + 1}
				u += x.weight(r) * y
				d += x.weight(r)
			}
		}
	}
	if d == 0 {
		return 0, 0, false
	}
	value = u / d
	e := map[part][]float64{}
	for r, s := range by {
		e[partOf(r)] = append(e[partOf(r)], x.weight(r)*(s.u-value*s.d)/d)
	}
	var v float64
	for p, list := range e {
		n, f := float64(x.sampled[p]), float64(x.sampled[p])/float64(x.population[p])
		var sum, squares float64
		for _, one := range list {
			sum += one
			squares += one * one
		}
		if n == 1 {
			v += (1 - f) * squares
			continue
		}
		v += (1 - f) * n / (n - 1) * (squares - sum*sum/n)
	}
	return value, math.Sqrt(math.Max(v, 0)), true
}

// Estimates by populations are those of every respondent's weight, and their
// errors those of the stratified sample, whatever the query picks out of it.
func TestWeightedScoresAreRecounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(1200, 21)...)
	sampled, population := w.populate(5)
	checked, weighted := 0, 0
	indices := w.catalog.Survey("sample").Current().Questionnaire.Indices
	for i := range indices {
		x := &weighing{naive: &naive{world: w, index: &indices[i]}, sampled: sampled, population: population}
		for _, q := range []report.Query{
			{},
			{By: []string{"item"}},
			{By: []string{"factor"}},
			{By: []string{"agency"}},
			{By: []string{"agency", "item"}, Wave: "2026-1"},
			{By: []string{"channel", "factor"}},
			{By: []string{"month", "item"}, Agency: "H05"},
			{By: []string{"level"}, Flags: "without"},
		} {
			q.Index = indices[i].ID
			for _, row := range w.score(q).Rows {
				ids := []string{row.Item}
				if row.Item == "" {
					aggregate, variables, factors := indices[i].Aggregate, []string(nil), indices[i].Factors
					if f := find(factors, row.Factor); f != nil {
						aggregate, variables, factors = f.Aggregate, f.Variables, f.Factors
					}
					if aggregate != questionnaire.Pooled {
						continue
					}
					ids = under(variables, factors)
					slices.Sort(ids)
					ids = slices.Compact(ids)
				}
				if row.Estimate == nil || row.Interval == "" {
					continue
				}
				x.keep = x.within(q, &row)
				value, se, _ := x.ratio(ids)
				checked++
				if row.Weighted {
					weighted++
				}
				if math.Abs(*row.Estimate-value) > 1e-9 || (row.SE != nil && !strings.HasSuffix(row.Interval, "_upper") && math.Abs(*row.SE-se) > 1e-9) {
					t.Errorf("%s %+v: got %v ± %v, want %v ± %v", indices[i].ID, row, *row.Estimate, *row.SE, value, se)
				}
				if row.SE != nil && *row.SE < se-1e-9 {
					t.Errorf("%s: %v is below %v", row.Interval, *row.SE, se)
				}
			}
		}
	}
	if checked < 200 || weighted < 200 {
		t.Errorf("%d rows were compared, %d of them weighted, want many", checked, weighted)
	}
}

// What can't be weighted is counted as it came, and says so.
func TestUnknownPopulations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		figures []string
		note    string
	}{
		"none told":                {nil, ""},
		"of another agency":        {[]string{"population,so-y-te,2026-1,,500,test,yes,"}, "no_population"},
		"of another wave":          {[]string{"population,tan-chi,2026-2,,500,test,yes,"}, "no_population"},
		"of another channel":       {[]string{"population,tan-chi,2026-1,channel=kiosk,500,test,yes,"}, "no_population"},
		"smaller than the sample":  {[]string{"population,tan-chi,2026-1,,19,test,yes,"}, "population_too_small"},
		"known to be missing":      {[]string{"population,tan-chi,2026-1,,,test,yes,not counted yet"}, "no_population"},
		"zero":                     {[]string{"population,tan-chi,2026-1,,0,test,yes,"}, "population_too_small"},
		"of the channel":           {[]string{"population,tan-chi,2026-1,channel=link,500,test,yes,"}, "weighted"},
		"of this survey":           {[]string{"population,tan-chi,2026-1,survey=sample,500,test,yes,"}, "weighted"},
		"of the survey by channel": {[]string{"population,tan-chi,2026-1,channel=link&survey=sample,500,test,yes,"}, "weighted"},
		"everybody":                {[]string{"population,tan-chi,2026-1,,20,test,yes,"}, "complete"},
	} {
		w := newWorld(t, "first.yaml")
		w.same(12, "tan-chi", "2026-01-05", "5")
		w.same(8, "tan-chi", "2026-01-05", "1")
		if c.figures != nil {
			w.figures(c.figures...)
		}
		row := w.one(report.Query{By: []string{"agency"}, Level: "commune", Agency: "tan-chi"})
		want := report.Row{Note: c.note, Interval: "wilson95"}
		switch c.note {
		case "weighted":
			want = report.Row{Weighted: true, Interval: "kg95"}
		case "complete":
			want = report.Row{Weighted: true, Interval: "complete"}
		}
		if row.Estimate == nil || *row.Estimate != 60 || row.Note != want.Note || row.Weighted != want.Weighted || row.Interval != want.Interval {
			t.Errorf("%s: got %+v, want %+v", name, row, want)
		}
		if want.Interval == "complete" && (*row.Low != 60 || *row.High != 60 || *row.SE != 0) {
			t.Errorf("%s: got %v to %v, want no sampling error", name, *row.Low, *row.High)
		}
	}
}

// A sample that is twice as large, of a population that has no end, has half the
// variance; relabelling agencies changes nothing.
func TestDuplicatedAnswersHalveTheVariance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.add(w.random(400, 8)...)
	twice := newWorld(t, "first.yaml")
	twice.add(w.random(400, 8)...)
	twice.add(w.random(400, 8)...)
	for _, q := range []report.Query{{By: []string{"item"}}, {By: []string{"factor"}}, {}} {
		once, more := w.score(q).Rows, twice.score(q).Rows
		for i := range once {
			if once[i].SE == nil || *once[i].Estimate != *more[i].Estimate {
				t.Fatalf("got %+v and %+v", once[i], more[i])
			}
			n := float64(once[i].DF + 1)
			want := *once[i].SE * *once[i].SE * (n - 1) / (2*n - 1)
			if got := *more[i].SE * *more[i].SE; math.Abs(got-want) > 1e-9*want && !strings.HasSuffix(more[i].Interval, "_upper") {
				t.Errorf("%s: got variance %v, want %v", more[i].Item, got, want)
			}
		}
	}
}

// Scores are the same to the last bit whatever the order of arrival.
func TestWeightedScoresDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	var want *report.Scores
	for _, seed := range []uint64{0, 1, 2} {
		w := newWorld(t, "first.yaml", "second.yaml")
		responses := w.random(600, 4)
		rand.New(rand.NewPCG(seed, 9)).Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
		for _, r := range responses {
			w.add(r)
		}
		slices.SortFunc(w.responses, func(a, b *response.Response) int { return int(a.Agency) - int(b.Agency) })
		for i := range 7 {
			w.figures(fmt.Sprintf("population,%s,2026-1,,%d,test,yes,", w.catalog.Agencies.ByNumber(uint32(i+1)).ID, 1000+i))
		}
		got := w.score(report.Query{By: []string{"agency", "factor"}, Wave: "2026-1"})
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %d (-first +this):\n%s", seed, diff)
		}
	}
}
