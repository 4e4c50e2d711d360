package index

import "math"

// Difference is a published figure beside the computed value.
type Difference struct {
	Unit      string  `json:"unit"`
	Part      string  `json:"part,omitempty"` // group or indicator; empty: the index
	Figure    string  `json:"figure"`
	Published Number  `json:"published"`
	Computed  Number  `json:"computed"`
	Tolerance float64 `json:"tolerance"`
	Agrees    bool    `json:"agrees"`
}

// Check compares a result with the figures that the index's file says were
// published: one difference for each unit and figure where one of the two is
// there. They agree when both are, within the tolerance: a value that was computed
// and not published differs, as does one that was published and can't be computed.
func Check(x *Index, r *Result, figure func(id, unit, period string) (value float64, there bool, note string)) []Difference {
	var list []Difference
	for _, p := range x.Published {
		for u := range r.Units {
			unit := &r.Units[u]
			d := Difference{Unit: unit.Unit.ID, Part: p.Part, Figure: p.Figure, Tolerance: p.Tolerance, Computed: unit.Part(p.Part)}
			if value, there, _ := figure(p.Figure, d.Unit, r.Period); there {
				d.Published = number(value)
			}
			if !d.Published.There && !d.Computed.There {
				continue
			}
			d.Agrees = d.Published.There && d.Computed.There && math.Abs(d.Published.Value-d.Computed.Value) <= p.Tolerance
			list = append(list, d)
		}
	}
	return list
}

// Part returns the value of a group, the scaled value of an indicator, or with an
// empty id the index itself.
func (u *UnitResult) Part(id string) Number {
	if id == "" {
		return u.Value
	}
	for i := range u.Groups {
		if u.Groups[i].ID == id {
			return u.Groups[i].Value
		}
	}
	for i := range u.Steps {
		if u.Steps[i].ID == id {
			return u.Steps[i].Scaled
		}
	}
	return Number{}
}
