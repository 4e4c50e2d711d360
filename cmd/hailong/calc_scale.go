package main

import (
	"fmt"
	"slices"

	"hailong/internal/stat"
)

type scaleCalcs struct {
	Reliability reliabilityCalc `cmd:"" help:"Alpha and omega of a scale: a line per respondent, a column per item."`
	Drivers     driversCalc     `cmd:"" help:"What goes along with an overall answer (LMG): a line per respondent, the overall answer in the first column."`
	Nchs        nchsCalc        `cmd:"" help:"May a share be shown? The presentation standards of the NCHS, for K of N answers."`
}

// complete reads the rows in which no cell is empty, and how many are left out.
func complete(t *table, columns []string) (rows [][]float64, left int, err error) {
	for i := range t.rows {
		row := make([]float64, len(columns))
		for j, column := range columns {
			if row[j], err = t.optional(i, column); err != nil {
				return nil, 0, err
			}
		}
		if slices.ContainsFunc(row, func(f float64) bool { return !finite(f) }) {
			left++
			continue
		}
		rows = append(rows, row)
	}
	return rows, left, nil
}

// constant names a column whose numbers are all the same.
func constant(rows [][]float64, columns []string) (string, bool) {
	for j, column := range columns {
		if !slices.ContainsFunc(rows, func(r []float64) bool { return r[j] != rows[0][j] }) {
			return column, true
		}
	}
	return "", false
}

type reliabilityCalc struct{ tableArg }

func (c *reliabilityCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data)
	if err != nil {
		return nil, err
	}
	items := t.others("respondent")
	rows, left, err := complete(t, items)
	if err != nil {
		return nil, err
	}
	if len(items) < 2 || len(rows) < 3 {
		return nil, fmt.Errorf("%s: %d items and %d complete answers: reliability needs two items and three respondents who answered them all", t.name, len(items), len(rows))
	}
	if item, same := constant(rows, items); same {
		return nil, fmt.Errorf("%s: %s: everybody answered the same, so that it goes along with nothing; leave the item out", t.name, item)
	}
	x, ok := stat.ReliabilityOf(rows)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{columns: []string{"item", "mean", "sd", "item_rest", "alpha_without", "loading"}}
	r.add("respondents", x.N)
	r.add("left_out", left)
	r.add("alpha", x.Alpha)
	r.interval("alpha_", x.AlphaInterval, true, "")
	r.add("alpha_standardised", x.AlphaStandard)
	r.add("mean_correlation", x.MeanCorrelation)
	if x.Factor {
		r.add("omega", x.Omega)
		r.add("average_variance_extracted", x.Variance)
	} else {
		r.missing("omega", "one factor needs three items at least, and a fit that is found")
	}
	for j, item := range x.Item {
		var without, loading any
		if len(items) > 2 {
			without = item.AlphaWithout
		}
		if x.Factor {
			loading = item.Loading
		}
		r.row(items[j], item.Mean, item.SD, item.Rest, without, loading)
	}
	return r, nil
}

type driversCalc struct{ tableArg }

func (c *driversCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data)
	if err != nil {
		return nil, err
	}
	columns := t.others("respondent", "weight")
	rows, left, err := complete(t, columns)
	if err != nil {
		return nil, err
	}
	k := len(columns) - 1
	if k < 1 || k > stat.MaxDrivers {
		return nil, fmt.Errorf("%s: there are %d drivers beside the overall answer: 1 to %d are taken apart exactly; join or leave out some", t.name, k, stat.MaxDrivers)
	}
	if len(rows) < k+2 {
		return nil, fmt.Errorf("%s: %d complete answers are too few for %d drivers: %d are needed", t.name, len(rows), k, k+2)
	}
	if column, same := constant(rows, columns); same {
		return nil, fmt.Errorf("%s: %s: everybody answered the same, so that it goes along with nothing; leave it out", t.name, column)
	}
	y, x := make([]float64, len(rows)), make([][]float64, len(rows))
	for i, row := range rows {
		y[i], x[i] = row[0], row[1:]
	}
	d, ok := stat.DriversOf(y, x, nil)
	if !ok {
		return nil, fmt.Errorf("%s: a driver follows from the others wholly; leave one of them out", t.name)
	}
	r := &calcResult{columns: []string{"driver", "correlation", "beta", "lmg", "lmg_percent", "johnson", "vif", "mean", "quadrant"}}
	r.add("respondents", d.N)
	r.add("left_out", left)
	r.add("r2", d.R2)
	means, all := make([]float64, k), 0.0
	for j := range means {
		for _, row := range x {
			means[j] += row[j] / float64(len(x))
		}
		all += means[j] / float64(k)
	}
	for j, x := range d.Driver {
		r.row(columns[j+1], x.Correlation, x.Beta, x.LMG, 100*x.LMG/d.R2, x.Johnson, x.VIF, means[j],
			stat.Quadrant(x.LMG, means[j], d.R2/float64(k), all))
	}
	r.note("what goes along with an answer need not be its cause")
	return r, nil
}

type nchsCalc struct {
	kOfN
	DF float64 `help:"Degrees of freedom of the design. Default: N - 1." default:"-1" name:"df"`
}

func (c *nchsCalc) compute(calcInput) (*calcResult, error) {
	df := c.DF
	if df == -1 {
		df = c.N - 1
	}
	if err := partOf("k", c.K, "n", c.N); err != nil {
		return nil, err
	}
	p := c.K / c.N
	i, ok := stat.ClopperPearson(c.K, c.N)
	r := &calcResult{}
	r.add("share", p)
	r.interval("", i, ok, "no answers")
	r.add("width", i.High-i.Low)
	if p > 0 {
		r.add("relative_width", (i.High-i.Low)/p)
	} else {
		r.missing("relative_width", "the share is 0")
	}
	r.add("nchs", stat.NCHS(p, c.N, c.N, df, i, ok))
	return r, nil
}
