package golden

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

// design are the figures of an estimate by the design that every file has.
func design(e sample.Estimate, ok bool) map[string]float64 {
	got := map[string]float64{"n_valid": float64(e.N)}
	if !ok {
		for _, name := range []string{"sum_w", "est", "se", "df", "neff_kish", "deff_wor", "deff_wr", "ci_t_lo", "ci_t_hi"} {
			got[name] = nan
		}
		return got
	}
	got["sum_w"], got["est"], got["se"], got["df"], got["neff_kish"] = e.Weight, e.Value, e.SE(), float64(e.DF), e.Kish
	got["deff_wor"], got["deff_wr"] = or(e.DesignEffect(false)), or(e.DesignEffect(true))
	i, fine := stat.StudentMean(e.Value, e.SE(), float64(e.DF))
	got["ci_t_lo"], got["ci_t_hi"] = or(i.Low, fine), or(i.High, fine)
	return got
}

// shares are the intervals of a share, as the files have them: where everybody
// was asked they are the share itself.
func shares(e sample.Estimate, ok bool) map[string]float64 {
	got := design(e, ok)
	names := []string{"logit", "kg", "kgcap", "wils"}
	for _, n := range names {
		got[n+"_lo"], got[n+"_hi"] = nan, nan
	}
	got["kg_neff"], got["kgcap_neff"], got["wils_neff"] = nan, nan, nan
	if !ok {
		return got
	}
	none := e.Variance < 1e-15
	set := func(name string, i stat.Interval, fine bool) {
		got[name+"_lo"], got[name+"_hi"] = or(i.Low, fine), or(i.High, fine)
	}
	n, df := float64(e.N), float64(e.DF)
	switch {
	case none && (e.Value == 0 || e.Value == 1):
		i, _, fine := stat.KornGraubard(e.Value, 0, n, df, true)
		set("kgcap", i, fine)
		got["kgcap_neff"], got["wils_neff"] = n, n
		w, fine := stat.Wilson(e.Value, n)
		set("wils", w, fine)
	case none:
		for _, name := range names {
			set(name, stat.Interval{Low: e.Value, High: e.Value}, true)
		}
	case e.DF > 0:
		l, fine := stat.Logit(e.Value, e.SE(), df)
		set("logit", l, fine)
		i, effective, fine := stat.KornGraubard(e.Value, e.Variance, n, df, false)
		set("kg", i, fine)
		got["kg_neff"] = or(effective, fine)
		i, effective, fine = stat.KornGraubard(e.Value, e.Variance, n, df, true)
		set("kgcap", i, fine)
		got["kgcap_neff"] = or(effective, fine)
		base := min(n, e.Value*(1-e.Value)/e.Variance)
		w, fine := stat.Wilson(e.Value, base)
		set("wils", w, fine)
		got["wils_neff"] = base
	}
	return got
}

// nchs is the presentation code of an estimate.
func nchs(e sample.Estimate, got map[string]float64) string {
	effective := float64(e.N)
	if k := got["kgcap_neff"]; k < effective {
		effective = k
	}
	i := stat.Interval{Low: got["kgcap_lo"], High: got["kgcap_hi"]}
	return stat.NCHS(e.Value, float64(e.N), effective, float64(e.DF), i, i.High == i.High)
}

func TestGolden02Shares(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/02_agency_item_t2b.csv")
	rows, c := e.index("agency_id", "item"), compare(t)
	r.every(func(agency string, in func(int) bool) {
		for _, item := range r.items {
			key := agency + "|" + item
			m, ok := sample.Mean(satisfied, r.strata, r.counts(item, in), sample.Adjust)
			got := shares(m, ok)
			c.row(e, rows[key], key, got, tight)
			if ok {
				c.same(key+" nchs", nchs(m, got), e.text(rows[key], "nchs"))
			}
		}
	})
}

func TestGolden02Means(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/02_agency_item_mean.csv")
	rows, c := e.index("agency_id", "item"), compare(t)
	r.every(func(agency string, in func(int) bool) {
		for _, item := range r.items {
			key := agency + "|" + item
			m, ok := sample.Mean(levels, r.strata, r.counts(item, in), sample.Adjust)
			c.row(e, rows[key], key, design(m, ok), tight)
		}
	})
}

func TestGolden02NPS(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/02_agency_nps.csv")
	rows, c := e.index("agency_id"), compare(t)
	values := []float64{-100, -100, -100, -100, -100, -100, -100, 0, 0, 100, 100}
	r.every(func(agency string, in func(int) bool) {
		counts := make([][]int64, len(r.strata))
		for h := range counts {
			counts[h] = make([]int64, 11)
		}
		for i := range r.rows {
			if n, err := strconv.Atoi(r.text(i, "nps")); err == nil && in(i) {
				counts[r.stratum[i]][n]++
			}
		}
		m, ok := sample.Mean(values, r.strata, counts, sample.Adjust)
		c.row(e, rows[agency], agency, design(m, ok), tight)
	})
}

func TestGolden02Domains(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/02_domains_t2b.csv")
	c := compare(t)
	for row := range e.rows {
		columns, want := strings.Split(e.text(row, "domain"), "|"), e.text(row, "level")
		for k, name := range columns {
			if name == "agency" {
				columns[k] = "agency_id"
			}
		}
		in := func(i int) bool {
			parts := make([]string, len(columns))
			for k, name := range columns {
				parts[k] = r.text(i, name)
			}
			return strings.Join(parts, "|") == want
		}
		m, ok := sample.Mean(satisfied, r.strata, r.counts(e.text(row, "item"), in), sample.Adjust)
		got := shares(m, ok)
		key := e.text(row, "domain") + "=" + want + "|" + e.text(row, "item")
		if math.IsInf(e.number(row, "deff_wr"), 1) {
			// All are satisfied, but rounding makes R's estimate 1 − 1e-16, which it
			// then takes for a share that is known exactly.
			got = map[string]float64{"n_valid": got["n_valid"], "sum_w": got["sum_w"], "est": got["est"], "se": got["se"], "df": got["df"], "neff_kish": got["neff_kish"]}
		}
		c.row(e, row, key, got, tight)
		if ok {
			c.same(key+" nchs", nchs(m, got), e.text(row, "nchs"))
		}
	}
}

func TestGolden02Factors(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/02_agency_factor.csv")
	rows, c := e.index("agency_id", "factor"), compare(t)
	var all []string
	for _, f := range r.order {
		all = append(all, r.factors[f]...)
	}
	r.every(func(agency string, in func(int) bool) {
		for _, factor := range append([]string{"ALL_ITEMS"}, r.order...) {
			items := r.factors[factor]
			if factor == "ALL_ITEMS" {
				items = all
			}
			sums, crossed := make([]sample.Sums, len(r.strata)), make([]*sample.Crossed, len(r.strata))
			for h := range crossed {
				crossed[h] = sample.NewCrossed(len(items))
			}
			values, answered := make([]int64, len(items)), make([]bool, len(items))
			for i := range r.rows {
				if !in(i) {
					continue
				}
				var u, d int64
				for k, item := range items {
					a := r.answer(i, item)
					values[k], answered[k] = 0, a > 0
					if a > 0 {
						d++
					}
					if a > 3 {
						values[k] = 1
						u++
					}
				}
				sums[r.stratum[i]].Add(u, d)
				crossed[r.stratum[i]].Add(values, answered)
			}
			key := agency + "|" + factor
			pooled, ok := sample.Ratio(r.strata, sums, sample.Adjust)
			mean, n, fine := sample.MeanOfItems(r.strata, crossed, nil, sample.Adjust)
			c.row(e, rows[key], key, map[string]float64{
				"n_answers": float64(pooled.N), "pooled": or(pooled.Value, ok), "pooled_se": or(pooled.SE(), ok),
				"item_mean": or(mean.Value, fine), "item_mean_se": or(mean.SE(), fine), "n_items": float64(n),
			}, tight)
		}
	})
}

func TestGolden02Lonely(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/02_lonely_psu.csv"), compare(t)
	policies := map[string]sample.Lonely{"adjust": sample.Adjust, "remove": sample.Remove, "certainty": sample.Certainty, "average": sample.Average}
	for row := range e.rows {
		agency := e.text(row, "agency_id")
		in := func(i int) bool { return agency == "ALL" || r.text(i, "agency_id") == agency }
		m, _ := sample.Mean(satisfied, r.strata, r.counts(e.text(row, "item"), in), policies[e.text(row, "option")])
		c.row(e, row, e.text(row, "option")+"|"+agency, map[string]float64{"est": m.Value, "se": m.SE(), "df": float64(m.DF)}, tight)
	}
}

func TestGolden02Totals(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/02_totals.csv"), compare(t)
	for row := range e.rows {
		agency := e.text(row, "agency_id")
		in := func(i int) bool { return r.text(i, "agency_id") == agency }
		m, _ := sample.Total(satisfied, r.strata, r.counts("overall", in), sample.Adjust)
		c.row(e, row, agency, map[string]float64{"total_satisfied": m.Value, "se": m.SE()}, tight)
	}
}

func TestGolden02Independence(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/02_chisq.csv"), compare(t)
	for row := range e.rows {
		item, group := e.text(row, "item"), e.text(row, "group")
		var names []string
		index := map[string]int{}
		for i := range r.rows {
			if g := r.text(i, group); r.answer(i, item) > 0 {
				if _, ok := index[g]; !ok {
					index[g] = len(names)
					names = append(names, g)
				}
			}
		}
		counts := make([][]int64, len(r.strata))
		for h := range counts {
			counts[h] = make([]int64, 2*len(names))
		}
		for i := range r.rows {
			if a := r.answer(i, item); a > 0 {
				cell := index[r.text(i, group)]
				if a > 3 {
					cell += len(names)
				}
				counts[r.stratum[i]][cell]++
			}
		}
		s, _ := sample.NewShares(r.strata, counts, sample.Adjust)
		key := item + "|" + group
		x, ok := sample.RaoScott(s, 2, len(names))
		w, fine := sample.Wald(r.strata, counts, 2, len(names), sample.Adjust)
		c.row(e, row, key, map[string]float64{"n": float64(s.N)}, tight)
		c.row(e, row, key, map[string]float64{
			"rs_F": or(x.F, ok), "rs_ndf": or(x.DF1, ok), "rs_ddf": or(x.DF2, ok), "adjwald_F": or(w.F, fine),
		}, tolerance{1e-7, 1e-9})
		c.row(e, row, key, map[string]float64{
			"rs_p": or(x.P, ok), "rs_chisq_p": or(x.ChiSquareP, ok), "adjwald_p": or(w.P, fine),
		}, tolerance{1e-6, 1e-12})
	}
}
