package main

import (
	"fmt"

	"hailong/internal/stat"
)

type levelCalcs struct {
	Levels levelsCalc `cmd:"" help:"Top box, bottom box, net, mean and score100 of counts per level."`
	Nps    npsCalc    `cmd:"" help:"Net promoter score of eleven counts, for answers 0 to 10."`
}

// levelsCalc computes every measure of one scale.
type levelsCalc struct {
	Counts   []int64 `arg:"" help:"How many answers each level has, the lowest first."`
	Top      int     `help:"How many of the highest levels are counted." default:"2"`
	Bottom   int     `help:"How many of the lowest levels net subtracts." default:"2"`
	DontKnow int64   `help:"How many said they do not know." default:"0"`
}

func (c *levelsCalc) compute(calcInput) (*calcResult, error) {
	if err := countsOK(c.Counts); err != nil {
		return nil, err
	}
	k := len(c.Counts)
	if k < 2 || c.Top < 1 || c.Bottom < 1 || c.Top+c.Bottom > k {
		return nil, fmt.Errorf("a scale of %d levels has no top %d and bottom %d: they need different levels, at least two in all", k, c.Top, c.Bottom)
	}
	if c.DontKnow < 0 {
		return nil, fmt.Errorf("dont-know is %d: a count is 0 or more", c.DontKnow)
	}
	l, r := stat.Levels(c.Counts), &calcResult{}
	n := l.N()
	top, _ := l.Top(c.Top)
	bottom, _ := l.Bottom(c.Bottom)
	mean, _ := l.Mean()
	score, _ := l.Score100()
	r.add("n", n)
	r.add("top_box", top)
	if c.DontKnow > 0 {
		with, _ := l.TopWithDontKnow(c.Top, c.DontKnow)
		r.add("top_box_dont_know_in_base", with)
	}
	r.add("bottom_box", bottom)
	r.add("net", top-bottom)
	r.add("mean", mean)
	r.add("score100", score)
	if n < 2 {
		r.missing("se", "one answer shows no spread")
		return r, nil
	}
	se, _ := l.TopSE(c.Top)
	r.add("top_box_se", se)
	if c.Top == c.Bottom {
		se, _ = l.NetSE(c.Top)
		r.add("net_se", se)
	} else {
		r.missing("net_se", "top and bottom have different numbers of levels")
	}
	se, _ = l.MeanSE()
	r.add("mean_se", se)
	sd, _ := l.SD()
	r.add("sd", sd)
	for _, share := range []struct {
		name string
		p    float64
	}{{"top_box_", top}} {
		i, ok := stat.Wilson(share.p, float64(n))
		r.interval(share.name, i, ok, "no answers")
	}
	r.columns = []string{"level", "n", "share"}
	for i, count := range c.Counts {
		r.row(i+1, count, float64(count)/float64(n))
	}
	return r, nil
}

// npsCalc computes a net promoter score.
type npsCalc struct {
	Counts []int64 `arg:"" help:"Eleven counts: how many answered 0, 1, … 10."`
}

func (c *npsCalc) compute(calcInput) (*calcResult, error) {
	if len(c.Counts) != 11 {
		return nil, fmt.Errorf("there are %d counts: a net promoter score needs eleven, for answers 0 to 10", len(c.Counts))
	}
	if err := countsOK(c.Counts); err != nil {
		return nil, err
	}
	x, ok := stat.Promoters(c.Counts)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	r.add("n", x.N)
	r.add("promoters", x.Promoters)
	r.add("passives", x.Passives)
	r.add("detractors", x.Detractors)
	r.add("nps", x.Score)
	if x.N < 2 {
		r.missing("se", "one answer shows no spread")
	} else {
		r.add("se", x.SE)
	}
	return r, nil
}

// countsOK checks counts, of which one at least must not be zero.
func countsOK(counts []int64) error {
	var n int64
	for i, c := range counts {
		if c < 0 || c > 1<<46 {
			return fmt.Errorf("count %d is %d: a count is 0 or more", i+1, c)
		}
		n += c
	}
	if n == 0 {
		return fmt.Errorf("all %d counts are 0: without an answer there is nothing to estimate", len(counts))
	}
	return nil
}
