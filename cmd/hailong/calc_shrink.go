package main

import (
	"fmt"

	"hailong/internal/stat"
)

type shrinkCalcs struct {
	Shrink     shrinkCalc  `cmd:"" help:"Shares drawn towards that of all (beta-binomial): columns unit, counted, answers."`
	FayHerriot herriotCalc `cmd:"" help:"Estimates drawn towards that of all (Fay-Herriot): columns unit, estimate, variance."`
	Funnel     funnelCalc  `cmd:"" help:"Funnel limits and over-dispersion: columns unit, counted, answers."`
}

// countedOf reads units with counts.
func countedOf(in calcInput, args []string) (units []string, k, n []int64, err error) {
	t, err := in.table(args, "unit", "counted", "answers")
	if err != nil {
		return nil, nil, nil, err
	}
	if k, err = t.counts("counted"); err != nil {
		return nil, nil, nil, err
	}
	if n, err = t.counts("answers"); err != nil {
		return nil, nil, nil, err
	}
	if err := t.parts("counted", k, "answers", n); err != nil {
		return nil, nil, nil, err
	}
	for i := range t.rows {
		units = append(units, t.text(i, "unit"))
	}
	if len(units) < 2 {
		return nil, nil, nil, fmt.Errorf("%s: one unit has no others to learn from; give two at least", t.name)
	}
	return units, k, n, nil
}

type shrinkCalc struct{ tableArg }

func (c *shrinkCalc) compute(in calcInput) (*calcResult, error) {
	units, k, n, err := countedOf(in, c.Data)
	if err != nil {
		return nil, err
	}
	r := &calcResult{columns: []string{"unit", "counted", "answers", "raw", "shrunk", "low", "high", "on_data"}}
	fit, ok := stat.FitBetaBinomial(k, n)
	if !ok {
		r.missing("alpha", noDistribution(k, n))
		return r, nil
	}
	r.add("alpha", fit.Alpha)
	r.add("beta", fit.Beta)
	r.add("mean", fit.Alpha/(fit.Alpha+fit.Beta))
	r.add("log_likelihood", fit.LogLikelihood)
	if m, ok := stat.MomentsBetaBinomial(k, n); ok {
		r.add("moments_mean", m.Mean)
		r.add("moments_rho", m.Rho)
	}
	for i, unit := range units {
		s, ok := fit.Shrink(k[i], n[i])
		if !ok {
			return nil, errUndefined
		}
		r.row(unit, k[i], n[i], float64(k[i])/float64(n[i]), s.Value, s.Low, s.High, s.OnData)
	}
	return r, nil
}

// noDistribution says why no distribution of shares fits units best.
func noDistribution(counted, answers []int64) string {
	for i := range counted {
		if counted[i] > 0 && counted[i] < answers[i] {
			return "the units differ no more than chance makes them: all have the pooled share"
		}
	}
	return "each unit has all or none of its answers counted: that tells no distribution of shares"
}

type herriotCalc struct {
	tableArg
	Estimator string `help:"Of the variance between units: pm (Paule and Mandel), reml, ml or dl." default:"pm" enum:"pm,reml,ml,dl"`
}

func (c *herriotCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "unit", "estimate", "variance")
	if err != nil {
		return nil, err
	}
	p, err := t.numbers("estimate")
	if err != nil {
		return nil, err
	}
	v, err := t.numbers("variance")
	if err != nil {
		return nil, err
	}
	for i := range v {
		if !(v[i] > 0) {
			return nil, t.wrong(i, "variance", "%s: a variance is above 0; where all answers of a unit are the same, take that of the pooled share, p(1-p)/n", short(v[i]))
		}
	}
	if len(p) < 2 {
		return nil, fmt.Errorf("%s: one unit has no others to learn from; give two at least", t.name)
	}
	fit, ok := stat.FitRandomEffects(p, v, map[string]stat.Between{
		"pm": stat.PauleMandel, "reml": stat.Restricted, "ml": stat.MaximumLikelihood, "dl": stat.DerSimonianLaird,
	}[c.Estimator])
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{columns: []string{"unit", "estimate", "variance", "gamma", "shrunk", "se"}}
	r.add("tau2", fit.Tau2)
	r.add("mu", fit.Mu)
	r.add("mu_se", fit.SE)
	r.add("q", fit.Q)
	r.add("q_df", fit.DF)
	r.add("q_p", fit.P)
	r.add("i2_percent", fit.I2)
	for i := range p {
		value, se, gamma := fit.Predict(p[i], v[i])
		r.row(t.text(i, "unit"), p[i], v[i], gamma, value, se)
	}
	return r, nil
}

type funnelCalc struct{ tableArg }

func (c *funnelCalc) compute(in calcInput) (*calcResult, error) {
	units, k, n, err := countedOf(in, c.Data)
	if err != nil {
		return nil, err
	}
	f, ok := stat.NewFunnel(k, n)
	if !ok {
		return nil, fmt.Errorf("all or no answers are counted: there is no chance to compare with")
	}
	r := &calcResult{columns: []string{"unit", "share", "z", "z_random", "low95", "high95", "low998", "high998", "where"}}
	r.add("target", f.Target)
	r.add("phi", f.Phi)
	r.add("tau2", f.Tau2)
	for i, unit := range units {
		p, size := float64(k[i])/float64(n[i]), float64(n[i])
		var limits [4]float64
		for j, q := range []float64{0.025, 0.975, 0.001, 0.999} {
			if limits[j], ok = stat.FunnelLimit(n[i], f.Target, q); !ok {
				return nil, errUndefined
			}
		}
		where := "inside"
		switch {
		case p < limits[2] || p > limits[3]:
			where = "outside 99.8 %"
		case p < limits[0] || p > limits[1]:
			where = "outside 95 %"
		}
		r.row(unit, p, f.Z(p, size), f.ZRandom(p, size), limits[0], limits[1], limits[2], limits[3], where)
	}
	return r, nil
}
