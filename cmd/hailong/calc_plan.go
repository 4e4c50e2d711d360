package main

import (
	"fmt"
	"math"

	"hailong/internal/stat"
)

type planCalcs struct {
	SampleSize       sizeCalc   `cmd:"" help:"How many answers a share needs to be known to within a margin."`
	DetectableChange changeCalc `cmd:"" help:"The least change between two waves that a test finds."`
	Aapor            aaporCalc  `cmd:"" help:"AAPOR's outcome rates: response, cooperation, refusal, contact."`
	Round            roundCalc  `cmd:"" help:"Round half up, as people do on paper."`
}

type sizeCalc struct {
	Share        float64 `help:"Expected share; 0.5 is the most cautious." default:"0.5"`
	Margin       float64 `help:"Half the width of the 95 % interval, as a share: 0.03 is 3 points." required:""`
	DesignEffect float64 `help:"1 for a simple random sample." default:"1"`
	Population   float64 `help:"0: endless." default:"0"`
	Response     float64 `help:"Share of the sampled who answer." default:"1"`
}

func (c *sizeCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(inside("share", c.Share, true), inside("margin", c.Margin, true), positive("design-effect", c.DesignEffect),
		atLeastZero("population", c.Population), inside("response", c.Response, false), positive("response", c.Response)); err != nil {
		return nil, err
	}
	answers, asked, ok := stat.SampleSize{
		Share: c.Share, Margin: c.Margin, DesignEffect: c.DesignEffect, Population: c.Population, Response: c.Response,
	}.Answers()
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("n0", c.DesignEffect*stat.Z95*stat.Z95*c.Share*(1-c.Share)/(c.Margin*c.Margin))
	r.add("answers", answers)
	r.add("asked", asked)
	if c.Population > 0 {
		r.add("slovin", stat.Slovin(c.Population, c.Margin))
	}
	return r, nil
}

type changeCalc struct {
	Share        float64 `help:"Expected share." required:""`
	N1           float64 `help:"Answers of the first wave." required:"" name:"n1"`
	N2           float64 `help:"Answers of the second wave." required:"" name:"n2"`
	DesignEffect float64 `help:"1 for a simple random sample." default:"1"`
}

func (c *changeCalc) compute(calcInput) (*calcResult, error) {
	if err := firstOf(inside("share", c.Share, true), positive("n1", c.N1), positive("n2", c.N2), positive("design-effect", c.DesignEffect)); err != nil {
		return nil, err
	}
	found, significant, ok := stat.DetectableChange(c.Share, c.N1, c.N2, c.DesignEffect)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("se", math.Sqrt(c.DesignEffect*c.Share*(1-c.Share)*(1/c.N1+1/c.N2)))
	r.add("significant", significant)
	r.add("found_with_80_percent", found)
	return r, nil
}

type aaporCalc struct {
	Complete     int64 `help:"I: complete answers." required:""`
	Partial      int64 `help:"P: partial answers." default:"0"`
	Refusal      int64 `help:"R: refused, or broke off." default:"0"`
	NonContact   int64 `help:"NC: not reached." default:"0"`
	Other        int64 `help:"O: reached, but could not answer." default:"0"`
	UnknownHouse int64 `help:"UH: not known whether there is anybody to ask." default:"0"`
	UnknownOther int64 `help:"UO: not known for other reasons." default:"0"`
	NotEligible  int64 `help:"NE: not part of the population." default:"0"`
}

func (c *aaporCalc) compute(calcInput) (*calcResult, error) {
	x, ok := stat.Outcomes{
		Complete: c.Complete, Partial: c.Partial, Refusal: c.Refusal, NonContact: c.NonContact, Other: c.Other,
		UnknownHouse: c.UnknownHouse, UnknownOther: c.UnknownOther, NotEligible: c.NotEligible,
	}.Rates()
	if !ok {
		return nil, fmt.Errorf("complete, partial and refusal are all 0, or a number is negative: without a contact there is no rate")
	}
	r := &calcResult{}
	r.add("e", x.Eligible)
	list := func(name string, rates []float64) {
		for i, v := range rates {
			r.add(fmt.Sprintf("%s%d", name, i+1), v)
		}
	}
	list("rr", x.Response[:])
	list("coop", x.Cooperation[:])
	list("ref", x.Refusals[:])
	list("con", x.Contact[:])
	return r, nil
}

type roundCalc struct {
	Value    float64 `arg:"" help:"The number; put -- before a negative one."`
	Decimals int     `help:"0 to 15." default:"2"`
}

func (c *roundCalc) compute(calcInput) (*calcResult, error) {
	if !finite(c.Value) {
		return nil, fmt.Errorf("value is not a number")
	}
	if c.Decimals < 0 || c.Decimals > 15 {
		return nil, fmt.Errorf("decimals is %d: a float64 has 0 to 15 of them that mean something", c.Decimals)
	}
	r := &calcResult{}
	r.add("rounded", stat.FormatHalfUp(c.Value, c.Decimals))
	return r, nil
}
