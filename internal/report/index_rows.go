package report

import (
	"cmp"
	"slices"
	"strings"

	"hailong/internal/composite"
	"hailong/internal/index"
	"hailong/internal/stat"
)

// compute fills in what follows from the input.
func (b *indexing) compute(out *IndexScores, in index.Input) error {
	if b.period == "" {
		return nil
	}
	result, err := index.Compute(b.x, in)
	if err != nil {
		return err
	}
	out.Result, out.Method, out.Ranked, out.Figures = result, result.Method, result.Ranked, b.hash()
	if result.Break != nil {
		out.Break = result.Break.Reason.In(b.lang)
	}
	f := flattening{indexing: b, result: result}
	f.group(&b.x.Root, -1, 0)
	out.Parts = f.parts
	for i := range result.Units {
		out.Rows = append(out.Rows, f.row(&result.Units[i]))
	}
	slices.SortStableFunc(out.Rows, func(x, y IndexRow) int {
		return cmp.Or(cmp.Compare(standing(&x), standing(&y)), cmp.Compare(x.Rank, y.Rank), strings.Compare(x.Unit, y.Unit))
	})
	out.Sensitivity, err = f.sensitivity(in)
	return err
}

// standing puts ranked units before those that have only a value, and these
// before those that have none.
func standing(r *IndexRow) int {
	switch {
	case r.Rank > 0:
		return 0
	case r.Value != nil:
		return 1
	}
	return 2
}

// flattening brings the tree of a method, and its results, into lines.
type flattening struct {
	*indexing
	result *index.Result
	parts  []IndexPart
}

// group adds a group and what it is made of.
func (f *flattening) group(g *index.Group, above, depth int) {
	at := len(f.parts)
	part := IndexPart{ID: g.ID, Title: g.Title.In(f.lang), Above: above, Depth: depth, Weight: g.Weight, Group: g, Used: true}
	if above < 0 {
		part.ID, part.Title, part.Weight, part.Factor = f.x.ID, f.x.Title.In(f.lang), 0, f.x.Factor
	}
	f.parts = append(f.parts, part)
	for _, i := range g.Indicators {
		x := &f.x.Indicators[i]
		f.parts = append(f.parts, IndexPart{
			ID: x.ID, Title: x.Title.In(f.lang), Above: at, Depth: depth + 1, Weight: x.Weight, Indicator: x,
			Used: i >= len(f.result.Indicators) || f.result.Indicators[i].Used,
		})
	}
	for i := range g.Groups {
		f.group(&g.Groups[i], at, depth+1)
	}
}

// title returns the title of a part by its id, or the id.
func (f *flattening) title(id string) string {
	for i := range f.parts {
		if f.parts[i].ID == id || id == "" {
			return cmp.Or(f.parts[i].Title, f.parts[i].ID)
		}
	}
	return id
}

func (f *flattening) row(u *index.UnitResult) IndexRow {
	row := IndexRow{Unit: u.Unit.ID, Name: u.Unit.Name, State: u.State, Rank: u.Rank, Class: u.Class, Reasons: f.reasons(u.Reasons, "")}
	if a := f.catalog.Agencies.ByID(u.Unit.ID); a != nil {
		row.Level = a.Level
	}
	for i := range f.x.Classes {
		if f.x.Classes[i].ID == u.Class {
			row.Grade = f.x.Classes[i].Title.In(f.lang)
		}
	}
	if u.Shown.There {
		row.Value, row.SE, row.ErrorKind = number(u.Shown), number(u.SE.SE), u.SE.Kind
	}
	if row.SE != nil && *row.SE > 0 && u.Value.There {
		row.Low, row.High = new(u.Value.Value-(stat.Z95**row.SE)), new(u.Value.Value+(stat.Z95**row.SE))
	}
	steps := map[string]*index.Step{}
	for i := range u.Steps {
		steps[u.Steps[i].ID] = &u.Steps[i]
	}
	groups := map[string]*index.GroupStep{}
	for i := range u.Groups {
		groups[u.Groups[i].ID] = &u.Groups[i]
	}
	row.Steps = make([]IndexStep, len(f.parts))
	for i := range f.parts {
		p, s := &f.parts[i], &row.Steps[i]
		switch {
		case p.Above < 0:
			*s = IndexStep{State: u.State, Reasons: row.Reasons, Value: number(u.Value)}
			f.weigh(row.Steps, i, u.Weights)
		case p.Indicator != nil:
			f.indicator(s, p, steps[p.ID], u.Unit.ID)
		case groups[p.ID] != nil:
			f.inner(row.Steps, i, groups[p.ID])
		}
	}
	f.contribute(row.Steps)
	return row
}

// number is nil for a number that is not there.
func number(n index.Number) *float64 {
	if !n.There {
		return nil
	}
	return &n.Value
}

// reasons words why there is no number, each once; own is the part that they
// stand at, which need not be named.
func (f *flattening) reasons(list []index.Reason, own string) []IndexReason {
	var out []IndexReason
	for _, r := range list {
		reason := IndexReason{Code: r.Code, Text: cmp.Or(r.Text.In(f.lang), r.Note)}
		if r.Part != own {
			reason.Part = f.title(r.Part)
		}
		if !slices.Contains(out, reason) {
			out = append(out, reason)
		}
	}
	return out
}

// indicator fills in an indicator of a unit. The weights that stand there already
// are kept.
func (f *flattening) indicator(out *IndexStep, p *IndexPart, s *index.Step, unit string) {
	if s == nil {
		return
	}
	out.State, out.Reasons, out.From = s.State, f.reasons(s.Reasons, p.ID), s.From
	out.Numerator, out.Denominator, out.Raw = number(s.Numerator), number(s.Denominator), number(s.Raw)
	out.Imputed, out.Treated, out.Value = number(s.Imputed), number(s.Treated), number(s.Scaled)
	id := s.From
	if p.Indicator.Source.Share != nil {
		id = p.Indicator.Source.Share.Numerator
	}
	if x, ok := f.find(id, unit, f.period); ok {
		out.Source, out.Checked = x.Source, x.Checked
	}
}

// inner fills in a group of a unit.
func (f *flattening) inner(steps []IndexStep, at int, s *index.GroupStep) {
	out := &steps[at]
	out.State, out.Reasons, out.Value, out.Capped = s.State, f.reasons(s.Reasons, s.ID), number(s.Value), s.Capped
	f.weigh(steps, at, s.Weights)
}

// weigh writes the weights of what a part is made of.
func (f *flattening) weigh(steps []IndexStep, at int, weights []index.Weight) {
	for _, w := range weights {
		for i := range f.parts {
			if f.parts[i].Above == at && f.parts[i].ID == w.Part {
				steps[i].Nominal, steps[i].Weight = number(w.Nominal), number(w.Effective)
			}
		}
	}
}

// contribute works out what parts add to the part above, where parts are added
// up: a geometric or harmonic mean is no sum.
func (f *flattening) contribute(steps []IndexStep) {
	for i := range f.parts {
		above := f.parts[i].Above
		if above < 0 || steps[above].Value == nil || steps[i].Weight == nil || steps[i].Value == nil {
			continue
		}
		switch f.parts[above].Group.Mean {
		case composite.Arithmetic, composite.Sum:
			steps[i].Contribution = new(*steps[i].Weight * *steps[i].Value)
		case composite.Geometric, composite.Harmonic:
		}
	}
}
