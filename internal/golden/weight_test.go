package golden

import (
	"slices"
	"strings"
	"testing"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

// margin reads a margin of the population by columns of the responses.
func (r *responses) margin(t *testing.T, file string, columns ...string) sample.Margin {
	t.Helper()
	pop := read(t, file)
	m := sample.Margin{Name: strings.Join(columns, " × ")}
	index := map[string]int{}
	cell := func(tab *table, row int) string {
		parts := make([]string, len(columns))
		for k, c := range columns {
			parts[k] = tab.text(row, c)
		}
		return strings.Join(parts, "|")
	}
	for i := range pop.rows {
		id := cell(pop, i)
		k, ok := index[id]
		if !ok {
			k = len(m.Totals)
			index[id] = k
			m.Totals = append(m.Totals, 0)
			m.Labels = append(m.Labels, id)
		}
		m.Totals[k] += pop.number(i, "N")
	}
	for i := range r.rows {
		k, ok := index[cell(r.table, i)]
		if !ok {
			t.Fatalf("%s: no cell %s", file, cell(r.table, i))
		}
		m.Cells = append(m.Cells, k)
	}
	return m
}

// weighting is one way to weight, with its margins.
type weighting struct {
	weights []float64
	margins []sample.Margin
}

func (r *responses) weightings(t *testing.T) map[string]weighting {
	t.Helper()
	base := make([]float64, len(r.rows))
	for i, h := range r.stratum {
		base[i] = float64(r.strata[h].Population) / float64(r.strata[h].Sampled)
	}
	must := func(w []float64, err error) []float64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	rake := func(margins ...sample.Margin) weighting {
		w, _, err := sample.Rake(base, margins)
		return weighting{must(w, err), margins}
	}
	agency, sex, age := r.margin(t, "data/pop_cells.csv", "agency_id"), r.margin(t, "data/pop_cells.csv", "sex"), r.margin(t, "data/pop_cells.csv", "age_group")
	both := r.margin(t, "data/pop_cells.csv", "sex", "age_group")
	cells := r.margin(t, "data/pop_ps_cell.csv", "ps_cell")
	three := []sample.Margin{agency, sex, age}
	all := map[string]weighting{
		"base":         {base, nil},
		"ps_sexage":    {must(sample.PostStratify(base, both)), []sample.Margin{both}},
		"ps_agencysex": {must(sample.PostStratify(base, cells)), []sample.Margin{cells}},
		"rake1":        rake(three...),
		"rake2":        rake(agency, both, r.margin(t, "data/pop_agency_channel.csv", "channel")),
		"cal_linear":   {must(sample.CalibrateLinear(base, three)), three},
	}
	all["cal_raking"] = all["rake1"]
	return all
}

func TestGolden04Weights(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/04_weights.csv"), compare(t)
	rows := e.index("resp_id")
	all := r.weightings(t)
	p := read(t, "expected/04_parameters.csv")
	bounds := p.index("name")
	trimmed, _, ok := sample.Trim(all["rake2"].weights, p.number(bounds["trim_lower"], "value"), p.number(bounds["trim_upper"], "value"))
	if !ok {
		t.Fatal("trimming failed")
	}
	all["trim"] = weighting{weights: trimmed}
	summary := read(t, "expected/04_weight_summary.csv")
	lines := summary.index("weight")
	for name, w := range all {
		for i := range r.rows {
			id := r.text(i, "resp_id")
			c.near(id+" "+name, w.weights[i], e.number(rows[id], "w_"+name), tolerance{1e-8, 0})
		}
		kish, _ := sample.Kish(w.weights)
		median, _ := stat.Quantile(w.weights, 0.5)
		c.row(summary, lines["w_"+name], name, map[string]float64{
			"neff_kish": kish, "deff_kish": float64(len(w.weights)) / kish, "max_over_median": slices.Max(w.weights) / median, "min": slices.Min(w.weights),
		}, tolerance{1e-8, 0})
	}
}

func TestGolden04Estimates(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/04_estimates.csv"), compare(t)
	all := r.weightings(t)
	ready := map[string]*sample.Calibration{}
	for name, w := range all {
		k, err := sample.NewCalibration(r.strata, r.stratum, w.weights, w.margins)
		if err != nil {
			t.Fatal(name, err)
		}
		ready[name] = k
	}
	y, in := make([]float64, len(r.rows)), make([]bool, len(r.rows))
	for row := range e.rows {
		name, domain, item := e.text(row, "weighting"), e.text(row, "domain"), e.text(row, "item")
		column, level, grouped := strings.Cut(domain, "=")
		if !grouped {
			column, level = "agency_id", domain
		}
		for i := range r.rows {
			a := r.answer(i, item)
			y[i], in[i] = 0, a > 0 && (domain == "ALL" || r.text(i, column) == level)
			if a > 3 {
				y[i] = 1
			}
		}
		var m sample.Estimate
		var ok bool
		if name == "base" {
			m, ok = sample.Mean(satisfied, r.strata, r.counts(item, func(i int) bool { return in[i] }), sample.Adjust)
		} else {
			m, ok = ready[name].Mean(y, in, sample.Adjust)
		}
		got := map[string]float64{"n_valid": float64(m.N), "est": or(m.Value, ok), "df": float64(m.DF), "neff_kish": m.Kish}
		// What R's rake says of the variance sweeps residuals without weights: it is not a target.
		if !strings.HasPrefix(name, "rake") {
			got["se"] = m.SE()
			for k, x := range map[string]bool{"kg": false, "kgcap": true} {
				i, _, fine := stat.KornGraubard(m.Value, m.Variance, float64(m.N), float64(m.DF), x)
				fine = fine && m.Value > 0 && m.Value < 1 && m.Variance > 1e-15
				got[k+"_lo"], got[k+"_hi"] = or(i.Low, fine), or(i.High, fine)
			}
		}
		c.row(e, row, name+"|"+domain+"|"+item, got, tolerance{1e-8, 1e-10})
	}
}
