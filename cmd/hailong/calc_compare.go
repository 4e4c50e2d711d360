package main

import (
	"fmt"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

type compareCalcs struct {
	Newcombe     newcombeCalc     `cmd:"" help:"Difference of two shares, K1 of N1 minus K2 of N2, with Newcombe's interval."`
	Difference   differenceCalc   `cmd:"" help:"Difference of two independent estimates with standard errors: t, p and interval."`
	Holm         holmCalc         `cmd:"" help:"P values adjusted by Holm, for claims."`
	Bh           bhCalc           `cmd:"" help:"P values adjusted by Benjamini and Hochberg, for screening."`
	Bonferroni   bonferroniCalc   `cmd:"" help:"P values times their number."`
	Independence independenceCalc `cmd:"" help:"Are rows and columns of a table independent? Rao and Scott's test, and Wald's."`
}

type newcombeCalc struct {
	K1 int64 `arg:"" help:"Counted answers of the first sample."`
	N1 int64 `arg:"" help:"All of them."`
	K2 int64 `arg:"" help:"Counted answers of the second sample."`
	N2 int64 `arg:"" help:"All of them."`
}

func (c *newcombeCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(partOf("k1", float64(c.K1), "n1", float64(c.N1)), partOf("k2", float64(c.K2), "n2", float64(c.N2))); err != nil {
		return nil, err
	}
	d, i, ok := stat.Newcombe(c.K1, c.N1, c.K2, c.N2)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("share1", float64(c.K1)/float64(c.N1))
	r.add("share2", float64(c.K2)/float64(c.N2))
	r.add("difference", d)
	r.interval("", i, true, "")
	if z, p, ok := stat.PooledZ(c.K1, c.N1, c.K2, c.N2); ok {
		r.add("z", z)
		r.add("p", p)
	} else {
		r.missing("z", "all answers of both samples agree")
	}
	return r, nil
}

type differenceCalc struct {
	A   float64 `arg:"" help:"First estimate."`
	SEA float64 `arg:"" help:"Its standard error." name:"se-a"`
	DFA float64 `arg:"" help:"Its degrees of freedom." name:"df-a"`
	B   float64 `arg:"" help:"Second estimate."`
	SEB float64 `arg:"" help:"Its standard error." name:"se-b"`
	DFB float64 `arg:"" help:"Its degrees of freedom." name:"df-b"`
}

func (c *differenceCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(atLeastZero("se-a", c.SEA), atLeastZero("se-b", c.SEB), atLeastZero("df-a", c.DFA), atLeastZero("df-b", c.DFB)); err != nil {
		return nil, err
	}
	if c.SEA == 0 && c.SEB == 0 {
		return nil, fmt.Errorf("both standard errors are 0: the estimates differ by %s, without a sampling error to test it against", short(c.B-c.A))
	}
	if c.DFA+c.DFB <= 0 {
		return nil, fmt.Errorf("there are no degrees of freedom: more respondents than strata are needed")
	}
	d, ok := stat.Compare(c.A, c.SEA, c.DFA, c.B, c.SEB, c.DFB)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("difference", d.Value)
	r.add("se", d.SE)
	r.add("df", d.DF)
	r.add("t", d.T)
	r.add("p", d.P)
	r.interval("", d.Interval, true, "")
	return r, nil
}

// manyP are p values of many tests.
type manyP struct {
	P []float64 `arg:"" help:"P values, 0 to 1."`
}

func (c manyP) with(name string, f func([]float64) []float64) (*calcResult, error) {
	for i, p := range c.P {
		if err := inside(fmt.Sprintf("p value %d", i+1), p, false); err != nil {
			return nil, err
		}
	}
	r := &calcResult{columns: []string{"test", "p", name}}
	for i, q := range f(c.P) {
		r.row(i+1, c.P[i], q)
	}
	return r, nil
}

type holmCalc struct{ manyP }

func (c *holmCalc) compute(calcInput) (*calcResult, error) { return c.with("holm", stat.Holm) }

type bhCalc struct{ manyP }

func (c *bhCalc) compute(calcInput) (*calcResult, error) { return c.with("bh", stat.BenjaminiHochberg) }

type bonferroniCalc struct{ manyP }

func (c *bonferroniCalc) compute(calcInput) (*calcResult, error) {
	return c.with("bonferroni", stat.Bonferroni)
}

// independenceCalc tests a table of counts: columns row, column, count, and with
// strata also stratum, population or weight, sampled.
type independenceCalc struct {
	tableArg
	lonelyFlag
}

func (c *independenceCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "row", "column", "count")
	if err != nil {
		return nil, err
	}
	rows, columns, names := distinct(t, "row"), distinct(t, "column"), distinct(t, "stratum")
	if len(rows.list) < 2 || len(columns.list) < 2 {
		return nil, fmt.Errorf("%s: a table needs at least two rows and two columns; it has %d and %d", t.name, len(rows.list), len(columns.list))
	}
	counts := make([][]int64, len(names.list))
	for h := range counts {
		counts[h] = make([]int64, len(rows.list)*len(columns.list))
	}
	for i := range t.rows {
		n, err := t.count(i, "count")
		if err != nil {
			return nil, err
		}
		counts[names.at[i]][rows.at[i]*len(columns.list)+columns.at[i]] += n
	}
	strata, err := strataOf(t, names, func(h int) int64 {
		var n int64
		for _, c := range counts[h] {
			n += c
		}
		return n
	})
	if err != nil {
		return nil, err
	}
	shares, ok := sample.NewShares(strata, counts, c.policy())
	if !ok {
		return nil, fmt.Errorf("%s: nobody is in the table", t.name)
	}
	r := &calcResult{}
	r.add("n", shares.N)
	r.add("df", shares.DF)
	test, ok := sample.RaoScott(shares, len(rows.list), len(columns.list))
	if !ok {
		return nil, fmt.Errorf("%s: a row or column is empty, or there are as many strata as respondents; leave it out, or join", t.name)
	}
	r.add("rao_scott_f", test.F)
	r.add("rao_scott_df1", test.DF1)
	r.add("rao_scott_df2", test.DF2)
	r.add("rao_scott_p", test.P)
	r.add("first_order_p", test.ChiSquareP)
	if wald, ok := sample.Wald(strata, counts, len(rows.list), len(columns.list), c.policy()); ok {
		r.add("wald_f", wald.F)
		r.add("wald_df1", wald.DF1)
		r.add("wald_df2", wald.DF2)
		r.add("wald_p", wald.P)
	} else {
		r.missing("wald_f", "too few degrees of freedom for so large a table")
	}
	r.columns = []string{"row", "column", "share"}
	for i, p := range shares.P {
		r.row(rows.list[i/len(columns.list)], columns.list[i%len(columns.list)], p)
	}
	return r, nil
}
