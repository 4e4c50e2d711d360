package main

import (
	"fmt"

	"hailong/internal/stat"
)

type rankCalcs struct {
	Ranks ranksCalc `cmd:"" help:"Ranks with joint and marginal ranges: columns unit, estimate, se."`
	Pairs pairsCalc `cmd:"" help:"Every two units compared: columns unit, estimate, se."`
}

// unitsOf reads units with estimates and standard errors.
func unitsOf(in calcInput, args []string) (units []string, estimates, se []float64, err error) {
	t, err := in.table(args, "unit", "estimate", "se")
	if err != nil {
		return nil, nil, nil, err
	}
	if estimates, err = t.numbers("estimate"); err != nil {
		return nil, nil, nil, err
	}
	if se, err = t.numbers("se"); err != nil {
		return nil, nil, nil, err
	}
	for i, s := range se {
		if s < 0 {
			return nil, nil, nil, t.wrong(i, "se", "%s: a standard error is 0 or more", short(s))
		}
		units = append(units, t.text(i, "unit"))
	}
	if len(units) < 2 {
		return nil, nil, nil, fmt.Errorf("%s: one unit has nobody to be compared with; give two at least", t.name)
	}
	return units, estimates, se, nil
}

type ranksCalc struct{ tableArg }

func (c *ranksCalc) compute(in calcInput) (*calcResult, error) {
	units, estimates, se, err := unitsOf(in, c.Data)
	if err != nil {
		return nil, err
	}
	joint, ok1 := stat.JointRanks(estimates, se)
	marginal, ok2 := stat.MarginalRanks(estimates, se)
	pairs, ok3 := stat.Pairs(estimates, se)
	if !ok1 || !ok2 || !ok3 {
		return nil, errUndefined
	}
	alike, different := make([]int, len(units)), 0
	for _, p := range pairs {
		if p.Holm < 0.05 {
			different++
			continue
		}
		alike[p.A]++
		alike[p.B]++
	}
	r := &calcResult{columns: []string{"unit", "estimate", "se", "rank", "joint_low", "joint_high", "marginal_low", "marginal_high", "alike"}}
	r.add("pairs", len(pairs))
	r.add("pairs_different", different)
	for i, rank := range stat.Ranks(estimates) {
		r.row(units[i], estimates[i], se[i], rank, joint[i].Low, joint[i].High, marginal[i].Low, marginal[i].High, alike[i])
	}
	return r, nil
}

type pairsCalc struct{ tableArg }

func (c *pairsCalc) compute(in calcInput) (*calcResult, error) {
	units, estimates, se, err := unitsOf(in, c.Data)
	if err != nil {
		return nil, err
	}
	pairs, ok := stat.Pairs(estimates, se)
	if !ok {
		return nil, errUndefined
	}
	p := make([]float64, len(pairs))
	for i := range pairs {
		p[i] = pairs[i].P
	}
	r := &calcResult{columns: []string{"a", "b", "z", "p", "holm", "bh"}}
	for i, bh := range stat.BenjaminiHochberg(p) {
		x := pairs[i]
		r.row(units[x.A], units[x.B], x.Z, x.P, x.Holm, bh)
	}
	return r, nil
}
