package main

import (
	"fmt"
	"math"

	"hailong/internal/composite"
	"hailong/internal/stat"
)

type indexCalcs struct {
	Index       indexCalc       `cmd:"" help:"A composite index of units: columns unit and one for each sub-index, with the influence of weights and parts."`
	Correlation correlationCalc `cmd:"" help:"Pearson's and Spearman's correlation: columns x, y."`
}

// indexCalc puts sub-indices of many units together and tells what the ranks owe
// to the choice of weights.
type indexCalc struct {
	tableArg
	Weights []float64 `help:"Of the sub-indices, in the order of their columns. Default: equal." placeholder:"W"`
	How     string    `help:"arithmetic, geometric, harmonic or sum." default:"arithmetic" enum:"arithmetic,geometric,harmonic,sum"`
	Gap     string    `help:"A missing sub-index: withhold, rescale or zero." default:"withhold" enum:"rescale,withhold,zero"`
	Noise   float64   `help:"Weights are raised and lowered, one at a time, by this share of themselves." default:"0.25"`
}

func (c *indexCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "unit")
	if err != nil {
		return nil, err
	}
	subs := t.others("unit")
	weights, err := c.weights(subs)
	if err != nil {
		return nil, err
	}
	x := &composite.Index{Inner: composite.Arithmetic, Outer: meanNamed(c.How), InnerGap: composite.Withhold, OuterGap: gapNamed(c.Gap)}
	values := make([][]float64, len(subs))
	for j, sub := range subs {
		if values[j], err = t.optionals(sub); err != nil {
			return nil, err
		}
		x.Subs = append(x.Subs, composite.Sub{ID: sub, Weight: weights[j]})
		x.Indicators = append(x.Indicators, composite.Indicator{ID: sub, Sub: sub, Direction: 1, Weight: 1, Scaling: composite.Scaling{Method: composite.AsIs}})
	}
	result := x.Compute(values)
	spread := x.Reweigh(values, c.sets(weights))
	r := &calcResult{columns: []string{"unit", "index", "rank", "rank_low", "rank_high"}}
	for j, share := range result.Importance() {
		r.add("weight_"+subs[j], weights[j])
		if math.IsNaN(share) {
			r.missing("correlation_"+subs[j], "it does not vary")
		} else {
			r.add("correlation_"+subs[j], share)
		}
		shift := composite.Shifts(result.Ranks, x.Without(values, j).Ranks)
		r.add("ranks_moved_without_"+subs[j], shift.Mean)
	}
	for u, index := range result.Index {
		if !finite(index) {
			r.row(t.text(u, "unit"), index, nil, nil, nil)
			continue
		}
		r.row(t.text(u, "unit"), index, result.Ranks[u], spread[u].Min, spread[u].Max)
	}
	return r, nil
}

func (c *indexCalc) weights(subs []string) ([]float64, error) {
	if len(subs) == 0 {
		return nil, fmt.Errorf("there is no column of a sub-index beside unit")
	}
	if err := inside("noise", c.Noise, false); err != nil {
		return nil, err
	}
	weights := c.Weights
	if len(weights) == 0 {
		for range subs {
			weights = append(weights, 1/float64(len(subs)))
		}
	}
	if len(weights) != len(subs) {
		return nil, fmt.Errorf("there are %d sub-indices and %d weights: give one for each of %v", len(subs), len(weights), subs)
	}
	for j, w := range weights {
		if err := positive("the weight of "+subs[j], w); err != nil {
			return nil, err
		}
	}
	return weights, nil
}

// sets are the weights, and the weights with one of them raised or lowered.
func (c *indexCalc) sets(weights []float64) [][]float64 {
	sets := [][]float64{weights}
	for j := range weights {
		for _, factor := range []float64{1 - c.Noise, 1 + c.Noise} {
			set := append([]float64(nil), weights...)
			set[j] *= factor
			sets = append(sets, set)
		}
	}
	return sets
}

type correlationCalc struct{ tableArg }

func (c *correlationCalc) compute(in calcInput) (*calcResult, error) {
	t, err := in.table(c.Data, "x", "y")
	if err != nil {
		return nil, err
	}
	rows, left, err := complete(t, []string{"x", "y"})
	if err != nil {
		return nil, err
	}
	x, y := make([]float64, len(rows)), make([]float64, len(rows))
	for i, row := range rows {
		x[i], y[i] = row[0], row[1]
	}
	pearson, ok := stat.Pearson(x, y)
	spearman, ok2 := stat.Spearman(x, y)
	if !ok || !ok2 {
		return nil, fmt.Errorf("%s: a column is constant or there are fewer than two pairs: nothing goes along with it", t.name)
	}
	r := &calcResult{}
	r.add("pairs", len(rows))
	r.add("left_out", left)
	r.add("pearson", pearson)
	r.add("spearman", spearman)
	return r, nil
}
