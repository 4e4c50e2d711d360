package main

import (
	"fmt"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

type respondentCalcs struct {
	Ratio    ratioCalc    `cmd:"" help:"Ratio of two totals: columns u and d of each respondent, with stratum and population if there are."`
	Items    itemsCalc    `cmd:"" help:"Pooled share and mean of shares of several items, one column each, a line per respondent."`
	Clusters clustersCalc `cmd:"" help:"Mean of a sample of clusters: columns stratum, clusters, cluster, size, weight, value of each respondent."`
}

// peopleOf reads the strata of a table with a line per respondent.
func peopleOf(t *table) ([]sample.Stratum, names, error) {
	in := distinct(t, "stratum")
	asked := make([]int64, len(in.list))
	for _, h := range in.at {
		asked[h]++
	}
	strata, err := strataOf(t, in, func(h int) int64 { return asked[h] })
	return strata, in, err
}

type ratioCalc struct {
	tableArg
	lonelyFlag
}

func (c *ratioCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "u", "d")
	if err != nil {
		return nil, err
	}
	strata, of, err := peopleOf(t)
	if err != nil {
		return nil, err
	}
	sums := make([]sample.Sums, len(strata))
	for i := range t.rows {
		u, err := t.count(i, "u")
		if err != nil {
			return nil, err
		}
		d, err := t.count(i, "d")
		if err != nil {
			return nil, err
		}
		if d > 0 || u > 0 { // others are outside what the ratio is about
			sums[of.at[i]].Add(u, d)
		}
	}
	e, ok := sample.Ratio(strata, sums, c.policy())
	if !ok {
		return nil, fmt.Errorf("%s: d: the denominators add up to 0: there is no ratio", t.name)
	}
	r := &calcResult{}
	r.add("ratio", e.Value)
	r.add("se", e.SE())
	r.add("df", e.DF)
	i, ok := stat.StudentMean(e.Value, e.SE(), float64(e.DF))
	r.interval("", i, ok, noSpread)
	return r, nil
}

// itemsCalc gives the two scores of a factor, which are different things.
type itemsCalc struct {
	tableArg
	lonelyFlag
	Counted int `help:"Levels from this one up are counted." default:"4"`
}

func (c *itemsCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data)
	if err != nil {
		return nil, err
	}
	strata, of, err := peopleOf(t)
	if err != nil {
		return nil, err
	}
	items := t.others("respondent", "stratum", "population", "sampled", "weight")
	if len(items) == 0 {
		return nil, fmt.Errorf("%s:1: there is no column of an item", t.name)
	}
	counts := newItemCounts(len(strata), len(items))
	for i := range t.rows {
		levels := make([]int, len(items))
		for j, item := range items {
			if levels[j], err = levelOf(t, i, item); err != nil {
				return nil, err
			}
		}
		counts.add(of.at[i], levels, c.Counted)
	}
	pooled, ok := sample.Ratio(strata, counts.sums, c.policy())
	mean, used, ok2 := sample.MeanOfItems(strata, counts.crossed, nil, c.policy())
	if !ok || !ok2 {
		return nil, fmt.Errorf("%s: nobody answered any item", t.name)
	}
	r := &calcResult{}
	r.add("answers", counts.factor.Answers)
	r.add("counted", counts.factor.Counted)
	r.add("pooled", pooled.Value)
	r.add("pooled_se", pooled.SE())
	r.add("items", used)
	r.add("mean_of_shares", mean.Value)
	r.add("mean_of_shares_se", mean.SE())
	r.add("df", mean.DF)
	if all, ok := counts.factor.AllCounted(); ok {
		r.add("all_counted", all)
	}
	if score, ok := counts.factor.MeanScore(); ok {
		r.add("mean_level", score)
	} else {
		r.missing("mean_level", "nobody answered half of the items")
	}
	counts.tell(r, items)
	return r, nil
}

// levelOf returns the level in a cell, 0 for none.
func levelOf(t *table, row int, item string) (int, error) {
	level, err := t.count(row, item)
	if err == nil && level > 1000 {
		return 0, t.wrong(row, item, "%d is no level of a scale; levels count from 1", level)
	}
	return int(level), err
}

// itemCounts are the sums of answers to items that its estimates need.
type itemCounts struct {
	sums    []sample.Sums
	crossed []*sample.Crossed
	factor  stat.Factor
	k, n    []int64 // counted and all answers by item
}

func newItemCounts(strata, items int) *itemCounts {
	c := &itemCounts{sums: make([]sample.Sums, strata), k: make([]int64, items), n: make([]int64, items)}
	for range strata {
		c.crossed = append(c.crossed, sample.NewCrossed(items))
	}
	return c
}

// add counts one respondent of a stratum.
func (c *itemCounts) add(stratum int, levels []int, counted int) {
	values, answered := make([]int64, len(levels)), make([]bool, len(levels))
	var u, d int64
	for j, level := range levels {
		if level == 0 {
			continue
		}
		answered[j] = true
		c.n[j]++
		d++
		if level >= counted {
			values[j] = 1
			c.k[j]++
			u++
		}
	}
	c.factor.Add(levels, counted)
	c.crossed[stratum].Add(values, answered)
	if d > 0 {
		c.sums[stratum].Add(u, d)
	}
}

// tell lists the items.
func (c *itemCounts) tell(r *calcResult, items []string) {
	r.columns = []string{"item", "counted", "answers", "share"}
	for j, item := range items {
		var share any
		if c.n[j] > 0 {
			share = float64(c.k[j]) / float64(c.n[j])
		}
		r.row(item, c.k[j], c.n[j], share)
	}
}

// clustersCalc estimates a mean of a sample of clusters. A line without a value
// is a respondent outside the domain.
type clustersCalc struct {
	tableArg
	lonelyFlag
	Stages string `help:"Finite populations: none (ultimate clusters), first (clusters) or both." default:"none" enum:"none,first,both"`
}

func (c *clustersCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "cluster", "value")
	if err != nil {
		return nil, err
	}
	strata, clusters, values, err := readClusters(t)
	if err != nil {
		return nil, err
	}
	stages := map[string]sample.Stages{"none": sample.WithReplacement, "first": sample.FirstStage, "both": sample.BothStages}[c.Stages]
	e, ok := sample.ClusterMean(strata, clusters, stages, c.policy())
	if !ok {
		return nil, fmt.Errorf("%s: value: nobody answered", t.name)
	}
	r := &calcResult{}
	r.add("clusters", len(clusters))
	addEstimate(r, e, sharesOnly(values))
	if j, ok := sample.Jackknife(strata, clusters); ok {
		r.add("jackknife_se", j.SE())
	} else {
		r.missing("jackknife_se", "a stratum has a single cluster")
	}
	return r, nil
}

func readClusters(t *table) ([]sample.Stratum, []sample.Cluster, []float64, error) {
	of, where := distinct(t, "stratum"), map[[2]string]int{}
	strata := make([]sample.Stratum, len(of.list))
	var clusters []sample.Cluster
	var values []float64
	for i := range t.rows {
		h := of.at[i]
		key := [2]string{of.list[h], t.text(i, "cluster")}
		at, ok := where[key]
		if !ok {
			at = len(clusters)
			where[key] = at
			size, err := t.count(i, "size")
			if err != nil {
				return nil, nil, nil, err
			}
			clusters = append(clusters, sample.Cluster{Stratum: h, Population: size})
			strata[h].Sampled++
			strata[h].Weight = 1
			if strata[h].Population, err = t.count(i, "clusters"); err != nil {
				return nil, nil, nil, err
			}
		}
		clusters[at].Sampled++
		if t.text(i, "value") == "" {
			continue
		}
		w, err := t.weight(i)
		if err != nil {
			return nil, nil, nil, err
		}
		y, err := t.number(i, "value")
		if err != nil {
			return nil, nil, nil, err
		}
		clusters[at].Add(w, y)
		values = append(values, y)
	}
	return strata, clusters, values, checkClusters(t, of, strata, clusters)
}

// checkClusters checks that nothing is smaller than what was drawn of it.
func checkClusters(t *table, of names, strata []sample.Stratum, clusters []sample.Cluster) error {
	for i := range t.rows {
		s := strata[of.at[i]]
		if s.Population > 0 && s.Population < s.Sampled {
			return t.wrong(i, "clusters", "%d clusters are sampled of %d: there are never fewer than sampled", s.Sampled, s.Population)
		}
	}
	for _, c := range clusters {
		if c.Population > 0 && c.Population < c.Sampled {
			return fmt.Errorf("%s: size: %d people were asked in a cluster of %d; correct one of them", t.name, c.Sampled, c.Population)
		}
	}
	return nil
}
