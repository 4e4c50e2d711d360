package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

type weightCalcs struct {
	Poststratify postCalc   `cmd:"" help:"Weights that meet one margin; with a column value, its mean and standard error."`
	Rake         rakeCalc   `cmd:"" help:"Weights that meet several margins, by raking; with a column value, its mean and standard error."`
	Linear       linearCalc `cmd:"" help:"Weights that meet margins, nearest by least squares (regression estimator)."`
	Trim         trimCalc   `cmd:"" help:"Weights cut to bounds, their sum kept."`
	Kish         kishCalc   `cmd:"" help:"Effective number of answers that weights leave."`
}

// marginTable is a table of respondents with a column for each margin, and what
// the population has.
type marginTable struct {
	tableArg
	lonelyFlag
	Targets []string `help:"People of each cell, as gender:female=600,gender:male=400; or a CSV file with the columns margin, cell and people." required:"" placeholder:"M:C=N"`
}

// calibration is what weighting starts from.
type calibration struct {
	t       *table
	strata  []sample.Stratum
	stratum []int
	base    []float64
	margins []sample.Margin
}

func (c *marginTable) read(in calcInput) (*calibration, error) {
	t, err := in.table(c.Data)
	if err != nil {
		return nil, err
	}
	targets, err := c.targets(in)
	if err != nil {
		return nil, err
	}
	out := &calibration{t: t}
	var of names
	if out.strata, of, err = peopleOf(t); err != nil {
		return nil, err
	}
	out.stratum = of.at
	for _, h := range of.at {
		w := out.strata[h].Weight
		if s := out.strata[h]; s.Population > 0 {
			w = float64(s.Population) / float64(s.Sampled)
		}
		out.base = append(out.base, w)
	}
	for _, g := range targets {
		if !t.has(g.Name) {
			return nil, fmt.Errorf("%s:1: there is no column %s, which --targets names; the header is %s", t.name, g.Name, strings.Join(t.columns, ","))
		}
		for i := range t.rows {
			at := slices.Index(g.Labels, t.text(i, g.Name))
			if at < 0 {
				return nil, t.wrong(i, g.Name, "%q has no people in --targets; add %s:%s=N", t.text(i, g.Name), g.Name, t.text(i, g.Name))
			}
			g.Cells = append(g.Cells, at)
		}
		out.margins = append(out.margins, g)
	}
	return out, nil
}

// targets reads how many people the cells have.
func (c *marginTable) targets(in calcInput) ([]sample.Margin, error) {
	lines := c.Targets
	if len(lines) == 1 && !strings.Contains(lines[0], "=") {
		t, err := in.table(lines, "margin", "cell", "people")
		if err != nil {
			return nil, err
		}
		lines = nil
		for i := range t.rows {
			lines = append(lines, t.text(i, "margin")+":"+t.text(i, "cell")+"="+t.text(i, "people"))
		}
	}
	var list []sample.Margin
	for _, line := range lines {
		key, number, ok := strings.Cut(line, "=")
		margin, cell, ok2 := strings.Cut(key, ":")
		people, err := strconv.ParseFloat(number, 64)
		if !ok || !ok2 || err != nil || !finite(people) || people < 0 {
			return nil, fmt.Errorf("--targets: %q is not of the form gender:female=600", line)
		}
		at := slices.IndexFunc(list, func(m sample.Margin) bool { return m.Name == margin })
		if at < 0 {
			at = len(list)
			list = append(list, sample.Margin{Name: margin})
		}
		if slices.Contains(list[at].Labels, cell) {
			return nil, fmt.Errorf("--targets: %s:%s is there twice", margin, cell)
		}
		list[at].Labels, list[at].Totals = append(list[at].Labels, cell), append(list[at].Totals, people)
	}
	return list, nil
}

// tell adds weights, and the mean of value with the variance of calibration.
func (c *calibration) tell(r *calcResult, weights []float64, lonely sample.Lonely) error {
	kish, _ := sample.Kish(weights)
	r.add("n", len(weights))
	r.add("kish_n", kish)
	r.add("weight_low", slices.Min(weights))
	r.add("weight_high", slices.Max(weights))
	if c.t.has("value") {
		if err := c.estimate(r, weights, lonely); err != nil {
			return err
		}
	}
	r.columns = []string{"line"}
	for _, m := range c.margins {
		r.columns = append(r.columns, m.Name)
	}
	r.columns = append(r.columns, "base", "weight")
	for i, w := range weights {
		cells := []any{c.t.lines[i]}
		for _, m := range c.margins {
			cells = append(cells, m.Labels[m.Cells[i]])
		}
		r.row(append(cells, c.base[i], w)...)
	}
	return nil
}

func (c *calibration) estimate(r *calcResult, weights []float64, lonely sample.Lonely) error {
	y, domain := make([]float64, len(weights)), make([]bool, len(weights))
	var seen []float64
	for i := range y {
		if c.t.text(i, "value") == "" {
			continue
		}
		var err error
		if y[i], err = c.t.number(i, "value"); err != nil {
			return err
		}
		domain[i] = true
		seen = append(seen, y[i])
	}
	k, err := sample.NewCalibration(c.strata, c.stratum, weights, c.margins)
	if err != nil {
		return err
	}
	e, ok := k.Mean(y, domain, lonely)
	if !ok {
		return fmt.Errorf("%s: value: nobody answered", c.t.name)
	}
	if sharesOnly(seen) {
		r.add("share", e.Value)
	} else {
		r.add("mean", e.Value)
	}
	r.add("se", e.SE())
	r.add("df", e.DF)
	if !(e.Variance > 0) {
		r.note("the margins explain every answer: what is left does not vary, and there is no interval")
		return nil
	}
	addInterval(r, e, sharesOnly(seen))
	return nil
}

type postCalc struct{ marginTable }

func (c *postCalc) compute(in calcInput) (*calcResult, error) {
	k, err := c.read(in)
	if err != nil {
		return nil, err
	}
	if len(k.margins) != 1 {
		return nil, fmt.Errorf("--targets has %d margins: post-stratification meets one; use rake, or cross them in one column", len(k.margins))
	}
	weights, err := sample.PostStratify(k.base, k.margins[0])
	if err != nil {
		return nil, err
	}
	r := &calcResult{}
	return r, k.tell(r, weights, c.policy())
}

type rakeCalc struct{ marginTable }

func (c *rakeCalc) compute(in calcInput) (*calcResult, error) {
	k, err := c.read(in)
	if err != nil {
		return nil, err
	}
	weights, rounds, err := sample.Rake(k.base, k.margins)
	if err != nil {
		return nil, err
	}
	r := &calcResult{}
	r.add("rounds", rounds)
	return r, k.tell(r, weights, c.policy())
}

type linearCalc struct{ marginTable }

func (c *linearCalc) compute(in calcInput) (*calcResult, error) {
	k, err := c.read(in)
	if err != nil {
		return nil, err
	}
	weights, err := sample.CalibrateLinear(k.base, k.margins)
	if err != nil {
		return nil, err
	}
	r := &calcResult{}
	if slices.Min(weights) <= 0 {
		r.note("some weights are not positive; rake gives positive ones")
	}
	return r, k.tell(r, weights, c.policy())
}

// weightsArg are weights on the command line.
type weightsArg struct {
	Weights []float64 `arg:"" help:"Weights, 0 or more."`
}

func (c weightsArg) check() error {
	sum := 0.0
	for i, w := range c.Weights {
		if err := atLeastZero(fmt.Sprintf("weight %d", i+1), w); err != nil {
			return err
		}
		sum += w
	}
	return positive("the sum of the weights", sum)
}

type trimCalc struct {
	weightsArg
	Low  float64 `help:"Least weight. Default: 0.3 times the median." default:"-1"`
	High float64 `help:"Greatest weight. Default: 3 times the median." default:"-1"`
}

func (c *trimCalc) compute(calcInput) (*calcResult, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	median, _ := stat.Quantile(c.Weights, 0.5)
	low, high := c.Low, c.High
	if low == -1 {
		low = 0.3 * median
	}
	if high == -1 {
		high = 3 * median
	}
	out, cut, ok := sample.Trim(c.Weights, low, high)
	if !ok {
		return nil, fmt.Errorf("between low %s and high %s there is no room for %d weights with the same sum; widen the bounds", short(low), short(high), len(c.Weights))
	}
	r := &calcResult{columns: []string{"weight", "trimmed"}}
	before, _ := sample.Kish(c.Weights)
	after, _ := sample.Kish(out)
	r.add("low", low)
	r.add("high", high)
	r.add("trimmed", cut)
	r.add("kish_n_before", before)
	r.add("kish_n_after", after)
	for i, w := range out {
		r.row(c.Weights[i], w)
	}
	return r, nil
}

type kishCalc struct{ weightsArg }

func (c *kishCalc) compute(calcInput) (*calcResult, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	kish, ok := sample.Kish(c.Weights)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("n", len(c.Weights))
	r.add("kish_n", kish)
	r.add("weighting_design_effect", float64(len(c.Weights))/kish)
	return r, nil
}
