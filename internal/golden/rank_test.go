package golden

import (
	"math"
	"strconv"
	"testing"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

func TestGolden05Change(t *testing.T) {
	t.Parallel()
	waves := []*responses{readResponses(t, "1"), readResponses(t, "2")}
	e, c := read(t, "expected/05_wave_change.csv"), compare(t)
	byItem := map[string][]int{}
	var p []float64
	for row := range e.rows {
		agency, item := e.text(row, "agency_id"), e.text(row, "item")
		var m [2]sample.Estimate
		var known [2]bool
		for w, r := range waves {
			in := func(i int) bool { return agency == "ALL" || r.text(i, "agency_id") == agency }
			m[w], known[w] = sample.Mean(satisfied, r.strata, r.counts(item, in), sample.Adjust)
		}
		got := map[string]float64{"n1": float64(m[0].N), "n2": float64(m[1].N), "est1": or(m[0].Value, known[0]), "est2": or(m[1].Value, known[1])}
		d, ok := stat.Compare(m[0].Value, m[0].SE(), float64(m[0].DF), m[1].Value, m[1].SE(), float64(m[1].DF))
		ok = ok && known[0] && known[1]
		got["t"], got["p"] = or(d.T, ok), or(d.P, ok)
		if ok {
			got["diff"], got["se"], got["df"], got["lo"], got["hi"] = d.Value, d.SE, d.DF, d.Low, d.High
		}
		p = append(p, got["p"])
		if agency != "ALL" && ok {
			byItem[item] = append(byItem[item], row)
		}
		c.row(e, row, agency+"|"+item, got, tolerance{1e-8, 1e-11})
		if !math.IsNaN(e.number(row, "svyttest_p")) {
			// R's svyttest counts the coefficient it tests among the degrees of freedom.
			x, fine := stat.StudentTails(d.T, d.DF-1)
			c.row(e, row, agency+"|"+item, map[string]float64{"svyttest_t": d.T, "svyttest_df": d.DF - 1, "svyttest_p": or(x, fine)}, tolerance{1e-6, 1e-9})
		}
	}
	for _, rows := range byItem {
		family := make([]float64, len(rows))
		for k, row := range rows {
			family[k] = p[row]
		}
		holm, bh := stat.Holm(family), stat.BenjaminiHochberg(family)
		for k, row := range rows {
			c.row(e, row, e.text(row, "agency_id")+"|"+e.text(row, "item"), map[string]float64{"p_holm": holm[k], "p_bh": bh[k]}, tolerance{1e-8, 1e-11})
		}
	}
}

func TestGolden05Pairs(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/05_pairwise.csv"), compare(t)
	known := map[string]sample.Estimate{}
	for _, agency := range r.agencies {
		in := func(i int) bool { return r.text(i, "agency_id") == agency }
		known[agency], _ = sample.Mean(satisfied, r.strata, r.counts("overall", in), sample.Adjust)
	}
	var p []float64
	var got []map[string]float64
	for row := range e.rows {
		a, b := known[e.text(row, "a")], known[e.text(row, "b")]
		d, _ := stat.Compare(b.Value, b.SE(), float64(b.DF), a.Value, a.SE(), float64(a.DF))
		p = append(p, d.P)
		got = append(got, map[string]float64{"diff": d.Value, "se": d.SE, "df": d.DF, "t": d.T, "p": d.P})
	}
	holm, bh, bonferroni := stat.Holm(p), stat.BenjaminiHochberg(p), stat.Bonferroni(p)
	for row := range e.rows {
		got[row]["p_holm"], got[row]["p_bh"], got[row]["p_bonf"] = holm[row], bh[row], bonferroni[row]
		c.row(e, row, e.text(row, "a")+"|"+e.text(row, "b"), got[row], tolerance{1e-8, 1e-12})
	}
}

func TestGolden05Shift(t *testing.T) {
	t.Parallel()
	waves := []*responses{readResponses(t, "1"), readResponses(t, "2")}
	e, c := read(t, "expected/05_wave_chisq.csv"), compare(t)
	var strata []sample.Stratum
	var counts [][]int64
	for w, r := range waves {
		strata = append(strata, r.strata...)
		for _, n := range r.counts("overall", func(int) bool { return true }) {
			cells := make([]int64, 10)
			for l, k := range n {
				cells[2*l+w] = k
			}
			counts = append(counts, cells)
		}
	}
	s, _ := sample.NewShares(strata, counts, sample.Adjust)
	x, ok := sample.RaoScott(s, 5, 2)
	c.row(e, 0, "shift", map[string]float64{"F": or(x.F, ok), "ndf": x.DF1, "ddf": x.DF2, "p": x.P}, tolerance{1e-7, 1e-12})
}

func TestGolden06Ranks(t *testing.T) {
	t.Parallel()
	in, e, draws := read(t, "data/06_rank_input.csv"), read(t, "expected/06_ranks.csv"), read(t, "data/06_z.csv")
	c := compare(t)
	var est, se []float64
	for i := range in.rows {
		est, se = append(est, in.number(i, "est")), append(se, in.number(i, "se"))
	}
	var z [][]float64
	for i := range draws.rows {
		line := make([]float64, len(est))
		for k := range line {
			line[k] = draws.number(i, in.text(k, "agency_id"))
		}
		z = append(z, line)
	}
	ranks := stat.Ranks(est)
	joint, _ := stat.JointRanks(est, se)
	marginal, _ := stat.MarginalRanks(est, se)
	pairs, _ := stat.Pairs(est, se)
	simultaneous := stat.SimultaneousRanks(len(est), pairs)
	spread := stat.SimulateRanks(est, se, z)
	for i := range est {
		c.row(e, i, e.text(i, "agency_id"), map[string]float64{
			"rank": float64(ranks[i]), "kww_lo": float64(joint[i].Low), "kww_hi": float64(joint[i].High),
			"marginal_lo": float64(marginal[i].Low), "marginal_hi": float64(marginal[i].High),
			"simultaneous_lo": float64(simultaneous[i].Low), "simultaneous_hi": float64(simultaneous[i].High),
			"mc_mean_rank": spread[i].Mean, "mc_q025": spread[i].Q025, "mc_median": spread[i].Median, "mc_q975": spread[i].Q975,
			"mc_p_top3": spread[i].Top, "mc_p_bottom3": spread[i].Bottom,
		}, tight)
	}
	p := read(t, "expected/06_pairs.csv")
	index := p.index("a", "b")
	for _, pair := range pairs {
		key := in.text(pair.A, "agency_id") + "|" + in.text(pair.B, "agency_id")
		c.row(p, index[key], key, map[string]float64{"z": pair.Z, "p": pair.P, "p_holm_all": pair.Holm}, tolerance{1e-8, 1e-12})
	}
}

func TestGolden07BetaBinomial(t *testing.T) {
	t.Parallel()
	e, par, c := read(t, "expected/07_betabinomial.csv"), read(t, "expected/07_betabinomial_par.csv"), compare(t)
	var y, n []int64
	for i := range e.rows {
		y, n = append(y, int64(e.number(i, "y"))), append(n, int64(e.number(i, "n")))
	}
	fit, ok1 := stat.FitBetaBinomial(y, n)
	m, ok2 := stat.MomentsBetaBinomial(y, n)
	if !ok1 || !ok2 {
		t.Fatalf("got %+v, %+v", fit, m)
	}
	lines := par.index("parameter")
	for name, x := range map[string]float64{
		"alpha_ml": fit.Alpha, "beta_ml": fit.Beta, "mu_ml": fit.Alpha / (fit.Alpha + fit.Beta), "precision_ml": fit.Alpha + fit.Beta,
	} {
		c.near(name, x, par.number(lines[name], "value"), tolerance{1e-3, 0})
	}
	c.near("loglik", fit.LogLikelihood, par.number(lines["loglik_kernel"], "value"), tolerance{0, 1e-6})
	for name, x := range map[string]float64{"rho_mm": m.Rho, "precision_mm": m.Precision, "pooled_p": m.Mean} {
		c.near(name, x, par.number(lines[name], "value"), tight)
	}
	raw, shrunk := make([]float64, len(y)), make([]float64, len(y))
	for i := range y {
		s, _ := fit.Shrink(y[i], n[i])
		raw[i], shrunk[i] = float64(y[i])/float64(n[i]), s.Value
		c.row(e, i, e.text(i, "agency_id"), map[string]float64{"shrunk": s.Value, "shrink_weight_on_data": s.OnData, "cri_lo": s.Low, "cri_hi": s.High}, tolerance{0, 1e-5})
		c.row(e, i, e.text(i, "agency_id"), map[string]float64{"shrunk_mm": m.Shrink(y[i], n[i])}, tight)
	}
	r1, r2 := stat.Ranks(raw), stat.Ranks(shrunk)
	for i := range y {
		c.row(e, i, e.text(i, "agency_id"), map[string]float64{"rank_raw": float64(r1[i]), "rank_shrunk": float64(r2[i])}, tight)
	}
}

func TestGolden07FayHerriot(t *testing.T) {
	t.Parallel()
	in, e, par, c := read(t, "data/07_fh_input.csv"), read(t, "expected/07_fay_herriot.csv"), read(t, "expected/07_fay_herriot_par.csv"), compare(t)
	rows := in.index("agency_id")
	var p, v []float64
	for i := range in.rows {
		p, v = append(p, in.number(i, "est")), append(v, in.number(i, "v"))
	}
	fits := map[string]stat.RandomEffects{}
	for name, method := range map[string]stat.Between{"PM": stat.PauleMandel, "REML": stat.Restricted, "ML": stat.MaximumLikelihood, "DL": stat.DerSimonianLaird} {
		fits[name], _ = stat.FitRandomEffects(p, v, method)
	}
	for row := range par.rows {
		name := par.text(row, "method")
		f, tol := fits[name], tolerance{1e-5, 1e-9}
		if name == "DL" {
			tol = tight
		}
		c.row(par, row, name, map[string]float64{"tau2": f.Tau2, "mu": f.Mu, "se_mu": f.SE, "Q": f.Q, "Q_df": float64(f.DF), "Q_p": f.P, "I2": f.I2}, tol)
	}
	for row := range e.rows {
		i := rows[e.text(row, "agency_id")]
		value, se, gamma := fits[e.text(row, "method")].Predict(p[i], v[i])
		c.row(e, row, e.text(row, "method")+"|"+e.text(row, "agency_id"), map[string]float64{
			"gamma": gamma, "eb": value, "eb_se": se, "lo": value - stat.Z95*se, "hi": value + stat.Z95*se,
		}, tolerance{1e-5, 1e-6})
	}
}

func TestGolden07Funnel(t *testing.T) {
	t.Parallel()
	e, par, in, c := read(t, "expected/07_funnel.csv"), read(t, "expected/07_funnel_par.csv"), read(t, "expected/07_betabinomial.csv"), compare(t)
	var y, n []int64
	for i := range in.rows {
		y, n = append(y, int64(in.number(i, "y"))), append(n, int64(in.number(i, "n")))
	}
	f, _ := stat.NewFunnel(y, n)
	lines := par.index("parameter")
	for name, x := range map[string]float64{"target_p": f.Target, "phi_winsorised10": f.Phi, "tau2": f.Tau2} {
		c.near(name, x, par.number(lines[name], "value"), tolerance{0, 1e-9})
	}
	for i := range e.rows {
		p, k := float64(y[i])/float64(n[i]), float64(n[i])
		normal := f.Normal(k)
		got := map[string]float64{"z": f.Z(p, k), "lo95_norm": normal.Low, "hi95_norm": normal.High, "z_random_effects": f.ZRandom(p, k)}
		for name, q := range map[string]float64{"lo95_exact": 0.025, "hi95_exact": 0.975, "lo998_exact": 0.001, "hi998_exact": 0.999} {
			x, ok := stat.FunnelLimit(n[i], f.Target, q)
			got[name] = or(x, ok)
		}
		c.row(e, i, strconv.Itoa(i+1), got, tolerance{0, 1e-9})
	}
}
