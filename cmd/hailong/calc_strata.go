package main

import (
	"fmt"
	"slices"
	"strconv"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

type strataCalcs struct {
	Mean  meanCalc  `cmd:"" help:"Share or mean of a stratified sample, of counts per stratum and level."`
	Total totalCalc `cmd:"" help:"How many people of the population: as mean, times the population."`
}

// lonelyFlag is the policy for strata with a single respondent.
type lonelyFlag struct {
	Lonely string `help:"What a stratum of one respondent adds to the variance: adjust, remove, certainty or average." default:"adjust" enum:"adjust,remove,certainty,average"`
}

func (f lonelyFlag) policy() sample.Lonely { return sample.LonelyNamed(f.Lonely) }

// names are the different texts of a column, and which of them each row has.
type names struct {
	list []string
	at   []int
}

// distinct lists the texts of a column in the order they come. A column that is
// not there has one text for all.
func distinct(t *table, column string) names {
	n := names{at: make([]int, len(t.rows))}
	index := map[string]int{}
	for i := range t.rows {
		text := t.text(i, column)
		at, ok := index[text]
		if !ok {
			at = len(n.list)
			index[text] = at
			n.list = append(n.list, text)
		}
		n.at[i] = at
	}
	return n
}

// strataOf reads strata: population (N_h, the same in all rows of a stratum),
// sampled (n_h; at first what answered counts) and weight, where the population
// is not known (1 at first).
func strataOf(t *table, strata names, answered func(h int) int64) ([]sample.Stratum, error) {
	list := make([]sample.Stratum, len(strata.list))
	for h := range list {
		list[h] = sample.Stratum{Sampled: answered(h)}
		i := slices.Index(strata.at, h)
		s := &list[h]
		if err := readStratum(t, i, s); err != nil {
			return nil, err
		}
		switch n := answered(h); {
		case n > s.Sampled:
			return nil, t.wrong(i, "sampled", "%d answers but %d sampled: sampled counts all who answered the survey, those without this answer, too", n, s.Sampled)
		case s.Population > 0 && s.Sampled > s.Population:
			return nil, t.wrong(i, "population", "%d sampled of %d people: a population is never smaller than its sample; correct one of them", s.Sampled, s.Population)
		}
		for j := range t.rows {
			if strata.at[j] == h && (t.text(j, "population") != t.text(i, "population") || t.text(j, "sampled") != t.text(i, "sampled")) {
				return nil, t.wrong(j, "population", "stratum %q has other numbers on line %d; a stratum has one population and one sample", strata.list[h], t.lines[i])
			}
		}
	}
	return list, nil
}

// readStratum reads what a row says of its stratum.
func readStratum(t *table, row int, s *sample.Stratum) (err error) {
	if s.Population, err = t.count(row, "population"); err != nil {
		return err
	}
	if t.text(row, "sampled") != "" {
		if s.Sampled, err = t.count(row, "sampled"); err != nil {
			return err
		}
	}
	s.Weight, err = t.weight(row)
	return err
}

// levelTable is a table of counts per stratum and level.
type levelTable struct {
	tableArg
	lonelyFlag
	Top    int       `help:"Share of so many of the highest levels; 0 is the mean." default:"0"`
	Values []float64 `help:"What each level counts. Default: the names of the columns." placeholder:"V"`
}

// read reads strata, counts per level and what the levels count.
func (c *levelTable) read(in calcInput) (strata []sample.Stratum, counts [][]int64, values []float64, err error) {
	t, err := in.table(c.Data, "stratum", "sampled")
	if err != nil {
		return nil, nil, nil, err
	}
	levels := t.others("stratum", "population", "sampled", "weight")
	if len(levels) == 0 {
		return nil, nil, nil, fmt.Errorf("%s:1: there is no column with the counts of a level beside stratum, population and sampled", t.name)
	}
	if values, err = c.valuesOf(t.name, levels); err != nil {
		return nil, nil, nil, err
	}
	all := distinct(t, "stratum")
	if len(all.list) < len(t.rows) {
		return nil, nil, nil, fmt.Errorf("%s: a stratum is there twice; a stratum has one line", t.name)
	}
	counts = make([][]int64, len(t.rows))
	for i := range t.rows {
		counts[i] = make([]int64, len(levels))
		for j, level := range levels {
			if counts[i][j], err = t.count(i, level); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	strata, err = strataOf(t, all, func(h int) int64 {
		var n int64
		for _, c := range counts[h] {
			n += c
		}
		return n
	})
	return strata, counts, values, err
}

// valuesOf returns what levels count.
func (c *levelTable) valuesOf(name string, levels []string) ([]float64, error) {
	values := make([]float64, len(levels))
	switch {
	case len(c.Values) > 0 && len(c.Values) != len(levels):
		return nil, fmt.Errorf("%s: there are %d levels and %d values: give one for each of %v", name, len(levels), len(c.Values), levels)
	case len(c.Values) > 0:
		copy(values, c.Values)
	case c.Top < 0 || c.Top > len(levels):
		return nil, fmt.Errorf("%s: there are %d levels, so that there is no top %d", name, len(levels), c.Top)
	case c.Top > 0:
		for j := range values[len(values)-c.Top:] {
			values[len(values)-c.Top+j] = 1
		}
	default:
		for j, level := range levels {
			v, err := strconv.ParseFloat(level, 64)
			if err != nil {
				return nil, fmt.Errorf("%s:1: the level %q is no number; say --top 2 for a share, or --values for what each level counts", name, level)
			}
			values[j] = v
		}
	}
	for _, v := range values {
		if !finite(v) {
			return nil, fmt.Errorf("%s: what a level counts must be a number", name)
		}
	}
	return values, nil
}

type meanCalc struct{ levelTable }

func (c *meanCalc) compute(in calcInput) (*calcResult, error) {
	strata, counts, values, err := c.read(in)
	if err != nil {
		return nil, err
	}
	e, ok := sample.Mean(values, strata, counts, c.policy())
	if !ok {
		return nil, fmt.Errorf("nobody answered: all counts are 0")
	}
	r := &calcResult{}
	addEstimate(r, e, sharesOnly(values))
	return r, nil
}

type totalCalc struct{ levelTable }

func (c *totalCalc) compute(in calcInput) (*calcResult, error) {
	strata, counts, values, err := c.read(in)
	if err != nil {
		return nil, err
	}
	e, ok := sample.Total(values, strata, counts, c.policy())
	if !ok {
		return nil, fmt.Errorf("nobody answered: all counts are 0")
	}
	r := &calcResult{}
	r.add("total", e.Value)
	r.add("se", e.SE())
	r.add("n", e.N)
	r.add("df", e.DF)
	i, ok := stat.StudentMean(e.Value, e.SE(), float64(e.DF))
	r.interval("", i, ok, noSpread)
	return r, nil
}

const noSpread = "as many strata as respondents: no spread to see"

// sharesOnly reports whether values are 0 and 1, so that their mean is a share.
func sharesOnly(values []float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return v != 0 && v != 1 })
}

// addEstimate tells all there is to tell of an estimate.
func addEstimate(r *calcResult, e sample.Estimate, share bool) {
	name := "mean"
	if share {
		name = "share"
	}
	r.add(name, e.Value)
	r.add("se", e.SE())
	r.add("variance", e.Variance)
	r.add("n", e.N)
	r.add("df", e.DF)
	if e.Kish > 0 {
		r.add("kish_n", e.Kish)
	}
	if deff, ok := e.DesignEffect(true); ok {
		r.add("design_effect", deff)
	} else if e.Kish > 0 {
		r.missing("design_effect", "all answers are the same")
	}
	addInterval(r, e, share)
}

// addInterval appends the interval that is published: Korn and Graubard's for a
// share, Student's for a mean, the estimate itself where everybody was asked.
func addInterval(r *calcResult, e sample.Estimate, share bool) {
	df := float64(e.DF)
	switch {
	case e.Complete:
		r.interval("", stat.Interval{Low: e.Value, High: e.Value}, true, "")
		r.note("everybody was asked: there is no sampling error")
	case e.DF <= 0:
		r.interval("", stat.Interval{}, false, noSpread)
	case share:
		i, effective, ok := stat.KornGraubard(e.Value, e.Variance, float64(e.N), df, true)
		if ok {
			r.add("effective_n", effective)
		}
		r.interval("", i, ok, "the strata that were not asked wholly show no spread")
		if i, ok := stat.Logit(e.Value, e.SE(), df); ok {
			r.interval("logit_", i, true, "")
		}
	default:
		i, ok := stat.StudentMean(e.Value, e.SE(), df)
		r.interval("", i, ok, noSpread)
	}
}
