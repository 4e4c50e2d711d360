package main

import (
	"fmt"
	"math"

	"hailong/internal/stat"
)

type intervalCalcs struct {
	Wilson         wilsonCalc       `cmd:"" help:"Wilson's interval of a share: K of N answers."`
	ClopperPearson exactCalc        `cmd:"" help:"Exact interval of a share: K of N answers."`
	AgrestiCoull   agrestiCalc      `cmd:"" help:"Agresti and Coull's interval of a share: K of N answers."`
	Jeffreys       jeffreysCalc     `cmd:"" help:"Jeffreys' interval of a share: K of N answers."`
	KornGraubard   kornGraubardCalc `cmd:"" help:"Interval of a share from a complex sample, by its effective number of answers."`
	Logit          logitCalc        `cmd:"" help:"Interval of a share from a complex sample, on the logit scale."`
	StudentMean    studentCalc      `cmd:"" help:"Interval of a mean from a complex sample, by Student's t."`
	Quantile       quantileCalc     `cmd:"" help:"Quantile of the normal, t, F or beta distribution, for work by hand."`
}

// kOfN are the inputs of an interval of a share.
type kOfN struct {
	K float64 `arg:"" help:"Answers that are counted."`
	N float64 `arg:"" help:"All valid answers; an effective number need not be whole."`
}

func (c kOfN) with(f func(k, n float64) (stat.Interval, bool)) (*calcResult, error) {
	if err := partOf("k", c.K, "n", c.N); err != nil {
		return nil, err
	}
	i, ok := f(c.K, c.N)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("share", c.K/c.N)
	r.interval("", i, true, "")
	return r, nil
}

type wilsonCalc struct{ kOfN }

func (c *wilsonCalc) compute(calcInput) (*calcResult, error) {
	return c.with(func(k, n float64) (stat.Interval, bool) { return stat.Wilson(k/n, n) })
}

type exactCalc struct{ kOfN }

func (c *exactCalc) compute(calcInput) (*calcResult, error) { return c.with(stat.ClopperPearson) }

type agrestiCalc struct{ kOfN }

func (c *agrestiCalc) compute(calcInput) (*calcResult, error) {
	return c.with(func(k, n float64) (stat.Interval, bool) { return stat.AgrestiCoull(k/n, n) })
}

type jeffreysCalc struct{ kOfN }

func (c *jeffreysCalc) compute(calcInput) (*calcResult, error) { return c.with(stat.Jeffreys) }

// kornGraubardCalc computes the interval that is published, and what the
// standards of the NCHS say of it.
type kornGraubardCalc struct {
	Share    float64 `help:"The share, 0 to 1." required:"" placeholder:"P"`
	SE       float64 `help:"Its standard error by the design." required:"" placeholder:"SE" name:"se"`
	N        float64 `help:"Valid answers." required:"" placeholder:"N"`
	DF       float64 `help:"Degrees of freedom: respondents or clusters, minus strata." required:"" placeholder:"DF" name:"df"`
	Uncapped bool    `help:"Let the effective number of answers be above N."`
}

func (c *kornGraubardCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(inside("share", c.Share, false), atLeastZero("se", c.SE), positive("n", c.N)); err != nil {
		return nil, err
	}
	if c.N < 2 {
		return nil, fmt.Errorf("n is %s: one answer shows no spread; an interval needs two", short(c.N))
	}
	if !(c.DF > 0) || !finite(c.DF) {
		return nil, fmt.Errorf("df is %s: with as many strata as respondents there is no spread to see and no interval; join strata", short(c.DF))
	}
	if c.SE == 0 && c.Share > 0 && c.Share < 1 {
		return nil, fmt.Errorf("se is 0 although share is %s: that happens only when everybody was asked, and then there is no sampling error and no interval is needed", short(c.Share))
	}
	v := float64(c.SE * c.SE)
	i, effective, ok := stat.KornGraubard(c.Share, v, c.N, c.DF, !c.Uncapped)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("share", c.Share)
	if c.Share > 0 && c.Share < 1 {
		r.add("plain_effective_n", c.Share*(1-c.Share)/v)
		tn, _ := stat.StudentQuantile(0.975, c.N-1)
		td, _ := stat.StudentQuantile(0.975, c.DF)
		r.add("t_ratio_squared", (tn/td)*(tn/td))
	}
	r.add("effective_n", effective)
	r.interval("", i, true, "")
	r.add("nchs", stat.NCHS(c.Share, c.N, effective, c.DF, i, true))
	return r, nil
}

type logitCalc struct {
	Share float64 `arg:"" help:"The share, 0 to 1, both excluded."`
	SE    float64 `arg:"" help:"Its standard error by the design." name:"se"`
	DF    float64 `arg:"" help:"Degrees of freedom." name:"df"`
}

func (c *logitCalc) compute(calcInput) (*calcResult, error) {
	if err := inside("share", c.Share, true); err != nil {
		return nil, fmt.Errorf("%w; at 0 and 1 the logit is infinite: use clopper-pearson or korn-graubard", err)
	}
	if err := firstOf(positive("se", c.SE), positive("df", c.DF)); err != nil {
		return nil, err
	}
	i, ok := stat.Logit(c.Share, c.SE, c.DF)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("logit", math.Log(c.Share/(1-c.Share)))
	r.add("logit_se", c.SE/(c.Share*(1-c.Share)))
	r.interval("", i, true, "")
	return r, nil
}

type studentCalc struct {
	Estimate float64 `help:"The estimate." required:"" placeholder:"X"`
	SE       float64 `help:"Its standard error." required:"" placeholder:"SE" name:"se"`
	DF       float64 `help:"Degrees of freedom." required:"" placeholder:"DF" name:"df"`
}

func (c *studentCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(atLeastZero("se", c.SE), positive("df", c.DF)); err != nil {
		return nil, err
	}
	i, ok := stat.StudentMean(c.Estimate, c.SE, c.DF)
	t, known := stat.StudentQuantile(0.975, c.DF)
	if !ok || !known || !finite(c.Estimate) {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("estimate", c.Estimate)
	r.add("t", t)
	r.interval("", i, true, "")
	return r, nil
}

type quantileCalc struct {
	Distribution string    `arg:"" help:"normal, t, f or beta." enum:"normal,t,f,beta"`
	P            float64   `arg:"" help:"Probability below, 0 to 1, both excluded."`
	Parameters   []float64 `arg:"" optional:"" help:"t: df. f: df1 df2. beta: a b."`
}

func (c *quantileCalc) compute(calcInput) (*calcResult, error) {
	if err := inside("p", c.P, true); err != nil {
		return nil, err
	}
	want := map[string]int{"normal": 0, "t": 1, "f": 2, "beta": 2}[c.Distribution]
	if len(c.Parameters) != want {
		return nil, fmt.Errorf("%s has %d parameters, and %d are given", c.Distribution, want, len(c.Parameters))
	}
	a := [2]float64{}
	copy(a[:], c.Parameters)
	var x float64
	var ok bool
	switch c.Distribution {
	case "normal":
		x, ok = stat.NormalQuantile(c.P)
	case "t":
		x, ok = stat.StudentQuantile(c.P, a[0])
	case "f":
		x, ok = stat.FQuantile(c.P, a[0], a[1])
	case "beta":
		x, ok = stat.BetaQuantile(c.P, a[0], a[1])
	}
	if !ok {
		return nil, fmt.Errorf("the parameters of %s must be numbers above 0", c.Distribution)
	}
	r := &calcResult{}
	r.add("quantile", x)
	return r, nil
}
