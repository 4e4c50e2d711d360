package weigh

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"hailong/internal/errs"
	"hailong/internal/sample"
	"hailong/internal/stat"
)

// weigh rakes and trims.
//
// Raking multiplies the weights of everybody in a cell alike, so respondents of
// one combination keep one weight all the way: it is enough to rake the sums of
// base weights of the combinations, which are few. Sums over combinations in their
// order do not depend on who answered first.
func (d *design) weigh(q Query, w *Weighting) error {
	sums := make([]float64, len(d.combos))
	for i := range d.combos {
		c := &d.combos[i]
		sums[i] = c.base * float64(c.n)
		c.weight = c.base
		w.Respondents += c.n
	}
	margins := d.samples()
	if len(margins) > 0 {
		raked, rounds, err := sample.Rake(sums, margins)
		if err != nil {
			return explained(err, sums, margins)
		}
		w.Rounds = rounds
		for i := range d.combos {
			c := &d.combos[i]
			c.weight = raked[i] / float64(c.n)
		}
	}
	weights := d.expanded()
	if q.High > 0 {
		if err := d.trim(q, weights, w); err != nil {
			return err
		}
		weights = d.expanded()
	}
	w.Min, w.Max = slices.Min(weights), slices.Max(weights)
	w.Median, _ = stat.Quantile(weights, 0.5)
	for _, x := range weights {
		w.People += x
	}
	if kish, ok := sample.Kish(weights); ok {
		w.EffectiveN, w.Effect = kish, float64(len(weights))/kish
	}
	return nil
}

// samples returns the margins over combinations.
func (d *design) samples() []sample.Margin {
	out := make([]sample.Margin, 0, len(d.margins))
	for _, m := range d.margins {
		out = append(out, sample.Margin{Name: m.name, Labels: m.labels, Cells: m.of, Totals: m.people})
	}
	return out
}

// explained words an error of raking. What the margins lack or contradict was
// told before; what is left is that they can't be met together.
func explained(err error, sums []float64, margins []sample.Margin) error {
	if !errors.Is(err, sample.ErrDiverges) {
		return errs.New(errs.Internal, "internal").Because(fmt.Errorf("weigh: %w", err))
	}
	name, label, wanted, got := worst(sums, margins)
	return errs.Bad(errs.Problem{Item: "margins", Code: "weigh_diverges", Args: map[string]any{
		"name": name, "label": label, "total": wanted, "value": got,
	}}).Because(err)
}

// worstRounds is how long raking goes on to see which cell it does not settle.
const worstRounds = 200

// worst finds the cell that raking misses by most.
func worst(sums []float64, margins []sample.Margin) (name, label string, wanted, got float64) {
	weights := slices.Clone(sums)
	for range worstRounds {
		for _, m := range margins {
			next, err := sample.PostStratify(weights, m)
			if err != nil {
				break // a cell without anything left is what is wrong
			}
			weights = next
		}
	}
	most := -1.0
	for _, m := range margins {
		has := make([]float64, len(m.Totals))
		for i, c := range m.Cells {
			has[c] += weights[i]
		}
		for c, total := range m.Totals {
			if off := math.Abs(has[c]/total - 1); off > most {
				most, name, label, wanted, got = off, m.Name, m.Labels[c], total, math.Round(has[c])
			}
		}
	}
	return name, label, wanted, got
}

// expanded lists the weights of all respondents, combination by combination.
func (d *design) expanded() []float64 {
	n := int64(0)
	for i := range d.combos {
		n += d.combos[i].n
	}
	out := make([]float64, 0, n)
	for i := range d.combos {
		for range d.combos[i].n {
			out = append(out, d.combos[i].weight)
		}
	}
	return out
}

// trim cuts weights to bounds that are multiples of their median, and spreads
// what was cut off over the others (sample.Trim). The margins hold only nearly
// after it; the report says how nearly.
func (d *design) trim(q Query, weights []float64, w *Weighting) error {
	median, _ := stat.Quantile(weights, 0.5)
	w.Low, w.High = q.Low*median, q.High*median
	trimmed, n, ok := sample.Trim(weights, w.Low, w.High)
	if !ok {
		return errs.Bad(errs.Problem{Item: "trim", Code: "weigh_trim_narrow", Args: map[string]any{"min": q.Low, "max": q.High}})
	}
	w.Trimmed = int64(n)
	at := 0
	for i := range d.combos {
		d.combos[i].weight = trimmed[at]
		at += int(d.combos[i].n)
	}
	return nil
}

// tell fills the report and the list of weights.
func (d *design) tell(out *Result) {
	w := &out.Weighting
	minN := int64(d.frame.survey.Current().Questionnaire.MinN)
	for _, m := range d.margins {
		r := MarginReport{Name: m.name}
		before, after := make([]float64, len(m.people)), make([]float64, len(m.people))
		for i, at := range m.of {
			c := &d.combos[i]
			before[at] += float64(c.base * float64(c.n))
			after[at] += float64(c.weight * float64(c.n))
		}
		for at, people := range m.people {
			c := MarginCell{Cell: m.labels[at], People: people}
			if m.n[at] >= minN {
				c.N, c.Before, c.After = &m.n[at], &before[at], &after[at]
			}
			w.OffBy = math.Max(w.OffBy, math.Abs(after[at]/people-1))
			r.Cells = append(r.Cells, c)
		}
		w.Margins = append(w.Margins, r)
	}
	if w.High == 0 {
		w.OffBy = 0 // what is left of raking is rounding
	}
	for i := range d.combos {
		c := &d.combos[i]
		line := Combination{Agency: d.agencyID(c.agency), Channel: c.channel.String(), N: c.n, Base: c.base, Weight: c.weight}
		for a := range d.frame.axes {
			line.Options = append(line.Options, d.frame.axes[a].codes[c.options[a]])
		}
		out.Combinations = append(out.Combinations, line)
	}
	slices.SortFunc(out.Combinations, compareCombinations)
}

// questions lists the characteristics for the codebook.
func (f *frame) questions(lang string) []Question {
	var out []Question
	for i := range f.axes {
		a := &f.axes[i]
		q := Question{ID: a.variable.ID, Text: a.variable.Text().In(lang)}
		for o := range a.current {
			q.Options = append(q.Options, Option{a.codes[o], a.options[o].Label.In(lang)})
		}
		out = append(out, q)
	}
	return out
}
