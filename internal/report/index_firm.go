package report

import (
	"cmp"

	"hailong/internal/index"
)

// The draws of weights: enough that another seed moves no range by much, and few
// enough that an index of all communes of the country is shown at once.
const (
	mostDraws  = 1000
	leastDraws = 200
	unitDraws  = 1_000_000 // units × draws
	drawSeed   = 1         // the same ranges on every page and in every file
)

// sensitivity tells how far the ranks depend on choices of the method; nil where
// nothing is ranked.
func (f *flattening) sensitivity(in index.Input) (*IndexSensitivity, error) {
	if f.result.Ranked < 2 {
		return nil, nil //nolint:nilnil // there is nothing to compare, which is no error
	}
	draws := max(leastDraws, min(mostDraws, unitDraws/len(in.Units)))
	r, err := index.Sensitivity(f.x, in, draws, drawSeed)
	if err != nil {
		return nil, err
	}
	out := &IndexSensitivity{Spread: index.Noise, Draws: r.Draws}
	for i := range r.Units {
		if u := &r.Units[i]; u.Rank > 0 {
			out.Ranges = append(out.Ranges, IndexRange{Unit: u.Unit, Rank: u.Rank, Low: u.Low, High: u.High})
		}
	}
	for i := range r.Without {
		d := &r.Without[i]
		out.Drops = append(out.Drops, IndexDrop{
			Part: d.Indicator, Title: f.title(d.Indicator), Mean: number(d.Mean), Max: number(d.Max), Spearman: number(d.Spearman),
		})
	}
	if r.OtherMean != "" {
		out.Other = IndexDrop{Part: r.OtherMean, Mean: number(r.Other.Mean), Max: number(r.Other.Max), Spearman: number(r.Other.Spearman)}
	}
	total := 0.0
	for i := range r.Importance {
		total += r.Importance[i].Nominal.Value // 0 where there is none
	}
	for i := range r.Importance {
		x := &r.Importance[i]
		part := IndexImportance{Part: x.Part, Title: cmp.Or(f.title(x.Part), x.Part), Importance: number(x.Effect)}
		if x.Nominal.There && total > 0 {
			part.Weight = new(x.Nominal.Value / total)
		}
		out.Importance = append(out.Importance, part)
	}
	return out, nil
}
