package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hailong/internal/composite"
	"hailong/internal/stat"
)

type compositeCalcs struct {
	Aggregate aggregateCalc `cmd:"" help:"Put parts together: columns part, weight, value; an empty value is missing."`
	Scale     scaleCalc     `cmd:"" help:"Make values comparable: columns unit, value."`
	Treat     treatCalc     `cmd:"" help:"Draw in outliers: columns unit, value."`
	Impute    imputeCalc    `cmd:"" help:"Fill in what is missing with the mean of the group: columns unit, group, value."`
	Points    pointsCalc    `cmd:"" help:"Points of a share, in proportion up to a full mark."`
	Steps     stepsCalc     `cmd:"" help:"Points of the highest step that a value reaches."`
	Classify  classifyCalc  `cmd:"" help:"Grade of a value."`
}

// meanFlag is how parts are put together.
func meanNamed(name string) composite.Mean {
	return map[string]composite.Mean{
		"arithmetic": composite.Arithmetic, "geometric": composite.Geometric, "harmonic": composite.Harmonic, "sum": composite.Sum,
	}[name]
}

func gapNamed(name string) composite.Gap {
	return map[string]composite.Gap{"rescale": composite.Rescale, "withhold": composite.Withhold, "zero": composite.AsZero}[name]
}

type aggregateCalc struct {
	tableArg
	How string  `help:"arithmetic, geometric, harmonic or sum." default:"arithmetic" enum:"arithmetic,geometric,harmonic,sum"`
	Gap string  `help:"A missing part: withhold the result, rescale the weights of the others, or count it zero." default:"withhold" enum:"rescale,withhold,zero"`
	Cap float64 `help:"The result is at most this. Default: no cap." default:"0"`
}

func (c *aggregateCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "part", "weight", "value")
	if err != nil {
		return nil, err
	}
	weights, err := t.numbers("weight")
	if err != nil {
		return nil, err
	}
	values, err := t.optionals("value")
	if err != nil {
		return nil, err
	}
	all := 0.0
	for i, w := range weights {
		if w < 0 {
			return nil, t.wrong(i, "weight", "%s: a weight is 0 or more", short(w))
		}
		all += w
	}
	if all == 0 {
		return nil, fmt.Errorf("%s: weight: all weights are 0; one must be above", t.name)
	}
	for i, v := range values {
		if c.How == "geometric" && v <= 0 {
			return nil, t.wrong(i, "value", "%s: a geometric mean is of values above 0; use goalposts that nobody is at the lower end of, or another mean", short(v))
		}
		if c.How == "harmonic" && v == 0 {
			return nil, t.wrong(i, "value", "0: a harmonic mean is of values other than 0")
		}
	}
	r := &calcResult{columns: []string{"part", "weight", "value", "share_of_weight"}}
	parts, ok := gapNamed(c.Gap).Fill(values)
	if !ok {
		r.missing("result", "a part is missing and --gap is withhold")
	} else {
		c.result(r, meanNamed(c.How).Aggregate(parts, weights))
	}
	for i, v := range values {
		r.row(t.text(i, "part"), weights[i], v, weights[i]/all)
	}
	return r, nil
}

func (c *aggregateCalc) result(r *calcResult, value float64) {
	if !finite(value) {
		r.missing("result", "every part with a weight is missing")
		return
	}
	if c.Cap > 0 {
		value = composite.Capped(value, c.Cap)
	}
	r.add("result", value)
}

type scaleCalc struct {
	tableArg
	How     string  `help:"minmax, goalposts, z, rank or asis." default:"goalposts" enum:"minmax,goalposts,z,rank,asis"`
	Low     float64 `help:"minmax: what the worst gets. goalposts: the value that counts 0." default:"0"`
	High    float64 `help:"minmax: what the best gets. goalposts: the value that counts 100." default:"100"`
	Inverse bool    `help:"Less is better."`
}

func (c *scaleCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "unit", "value")
	if err != nil {
		return nil, err
	}
	values, err := t.optionals("value")
	if err != nil {
		return nil, err
	}
	if (c.How == "minmax" || c.How == "goalposts") && !(c.Low < c.High) {
		return nil, fmt.Errorf("low is %s and high is %s: low must be below high; for less is better say --inverse", short(c.Low), short(c.High))
	}
	if c.How != "goalposts" && c.How != "asis" && allSame(values) {
		return nil, fmt.Errorf("%s: value: the least is the greatest, so that there is nothing to scale by; use goalposts, which do not depend on the units", t.name)
	}
	method := map[string]composite.Method{
		"minmax": composite.MinMax, "goalposts": composite.Goalposts, "z": composite.ZScore, "rank": composite.PercentRank, "asis": composite.AsIs,
	}[c.How]
	direction := 1
	if c.Inverse {
		direction = -1
	}
	r := &calcResult{columns: []string{"unit", "value", "scaled"}}
	for i, s := range (composite.Scaling{Method: method, Low: c.Low, High: c.High}).Scale(values, direction) {
		r.row(t.text(i, "unit"), values[i], s)
	}
	return r, nil
}

// allSame reports whether the values that are there do not differ.
func allSame(values []float64) bool {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	return !(low < high)
}

type treatCalc struct{ tableArg }

func (c *treatCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "unit", "value")
	if err != nil {
		return nil, err
	}
	values, err := t.optionals("value")
	if err != nil {
		return nil, err
	}
	out, how := composite.Treat(values)
	r := &calcResult{columns: []string{"unit", "value", "treated"}}
	r.add("skewness", how.Skewness)
	r.add("kurtosis", how.Kurtosis)
	r.add("winsorised", how.Winsorised)
	r.add("logged", strconv.FormatBool(how.Logged))
	r.add("passed", strconv.FormatBool(how.Passed))
	for i, v := range out {
		r.row(t.text(i, "unit"), values[i], v)
	}
	return r, nil
}

type imputeCalc struct{ tableArg }

func (c *imputeCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "unit", "group", "value")
	if err != nil {
		return nil, err
	}
	values, err := t.optionals("value")
	if err != nil {
		return nil, err
	}
	group := make([]string, len(values))
	for i := range group {
		group[i] = t.text(i, "group")
	}
	filled, imputed := composite.ImputeMean(values, group)
	r := &calcResult{columns: []string{"unit", "group", "value", "state"}}
	for i, v := range filled {
		state := "given"
		switch {
		case imputed[i]:
			state = "imputed"
		case !finite(v):
			state = "missing: the group has no value"
		}
		r.row(t.text(i, "unit"), group[i], v, state)
	}
	r.note("imputed values are no observations; results that rest on them must say so")
	return r, nil
}

type pointsCalc struct {
	Numerator   float64 `arg:"" help:"What was done well."`
	Denominator float64 `arg:"" help:"All there was to do."`
	Max         float64 `help:"Points for a full mark." required:""`
	FullAt      float64 `help:"Share that gets the full mark." default:"1"`
	Empty       string  `help:"Points when there was nothing to do: none, zero or full." default:"none" enum:"none,zero,full"`
}

func (c *pointsCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(atLeastZero("numerator", c.Numerator), atLeastZero("denominator", c.Denominator), positive("max", c.Max),
		inside("full-at", c.FullAt, false), positive("full-at", c.FullAt)); err != nil {
		return nil, err
	}
	if c.Numerator > c.Denominator {
		return nil, fmt.Errorf("numerator is %s but denominator is %s: the numerator counts part of the denominator", short(c.Numerator), short(c.Denominator))
	}
	p := composite.Points{Max: c.Max, FullAt: c.FullAt, Empty: map[string]composite.Empty{
		"none": composite.NoScore, "zero": composite.NoPoints, "full": composite.FullPoints,
	}[c.Empty]}
	r := &calcResult{}
	if c.Denominator > 0 {
		r.add("share", c.Numerator/c.Denominator)
	} else {
		r.missing("share", "there was nothing to do")
	}
	if points, ok := p.Score(c.Numerator, c.Denominator); ok {
		r.add("points", points)
	} else {
		r.missing("points", "there was nothing to do and --empty is none")
	}
	return r, nil
}

type stepsCalc struct {
	Value float64  `arg:"" help:"The value."`
	Steps []string `help:"Points from a value up, ascending: 0=0,50=1,80=2." required:"" placeholder:"V=P"`
}

func (c *stepsCalc) compute(calcInput) (*calcResult, error) {
	var steps []composite.Step
	for i, s := range c.Steps {
		from, points, ok := strings.Cut(s, "=")
		a, err1 := strconv.ParseFloat(from, 64)
		b, err2 := strconv.ParseFloat(points, 64)
		if !ok || err1 != nil || err2 != nil || !finite(a) || !finite(b) {
			return nil, fmt.Errorf("--steps: %q is not of the form 80=2", s)
		}
		if i > 0 && a <= steps[i-1].AtLeast {
			return nil, fmt.Errorf("--steps: %s comes after %s; steps ascend", short(a), short(steps[i-1].AtLeast))
		}
		steps = append(steps, composite.Step{AtLeast: a, Points: b})
	}
	r := &calcResult{}
	if points, ok := composite.Stepped(steps, c.Value); ok {
		r.add("points", points)
	} else {
		r.missing("points", fmt.Sprintf("%s is below the first step, %s", short(c.Value), short(steps[0].AtLeast)))
	}
	return r, nil
}

type classifyCalc struct {
	Value    float64  `arg:"" help:"The value."`
	Classes  []string `help:"Grades from a value up: good=70,excellent=90." required:"" placeholder:"ID=V"`
	Decimals int      `help:"The value is rounded so first, as it is published." default:"2"`
}

func (c *classifyCalc) compute(calcInput) (*calcResult, error) {
	if c.Decimals < 0 || c.Decimals > 15 {
		return nil, fmt.Errorf("decimals is %d: a float64 has 0 to 15 of them that mean something", c.Decimals)
	}
	var classes []composite.Class
	for _, s := range c.Classes {
		id, from, ok := strings.Cut(s, "=")
		a, err := strconv.ParseFloat(from, 64)
		if !ok || id == "" || err != nil || !finite(a) {
			return nil, fmt.Errorf("--classes: %q is not of the form excellent=90", s)
		}
		classes = append(classes, composite.Class{ID: id, AtLeast: a})
	}
	value := stat.RoundHalfUp(c.Value, c.Decimals)
	r := &calcResult{}
	r.add("value", value)
	if class, ok := composite.Classify(classes, value); ok {
		r.add("class", class)
	} else {
		r.missing("class", "below all grades")
	}
	return r, nil
}
