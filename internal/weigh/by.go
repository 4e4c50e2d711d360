package weigh

import (
	"cmp"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/response"
)

// What rows can be asked by, beside the questions of margins.
const (
	byAgency  = "agency"
	byLevel   = "level"
	byChannel = "channel"
	byWhole   = "whole"
)

// grouping is what rows are asked by.
type grouping struct {
	key  string
	axis int // of the frame, where key is a question
}

func (g grouping) name() string { return g.key }

// checkBy reads what rows are asked by.
func (f *frame) checkBy(by string) (grouping, error) {
	by = cmp.Or(by, byAgency)
	known := []string{byAgency, byLevel, byChannel, byWhole}
	if slices.Contains(known, by) {
		return grouping{key: by}, nil
	}
	for i := range f.axes {
		id := f.axes[i].variable.ID
		if id == by {
			return grouping{key: by, axis: i}, nil
		}
		known = append(known, id)
	}
	return grouping{}, errs.Bad(errs.Problem{Item: "by", Code: "weigh_by", Args: map[string]any{"value": by, "text": list(known)}})
}

// domain is the respondents that a row is about.
type domain struct {
	key, name string
	parent    int    // domain that holds it, -1: none
	in        []bool // by combination
}

// domains lists everybody, then the groups, each after what holds it.
func (e *estimator) domains(by grouping) []domain {
	combos := e.design.combos
	all := domain{parent: -1, in: make([]bool, len(combos))}
	for i := range all.in {
		all.in[i] = true
	}
	out := []domain{all}
	of := func(key, name string, holds func(c *combination) bool) {
		d := domain{key: key, name: name, in: make([]bool, len(combos))}
		some := false
		for i := range combos {
			d.in[i] = holds(&combos[i])
			some = some || d.in[i]
		}
		if some {
			out = append(out, d)
		}
	}
	f := e.frame
	switch by.key {
	case byAgency:
		return e.agencyDomains(out)
	case byLevel:
		for _, level := range agency.Levels() {
			of(level, "", func(c *combination) bool { a := f.agencies.ByNumber(c.agency); return a != nil && a.Level == level })
		}
	case byChannel:
		for _, channel := range response.Channels {
			of(channel.String(), "", func(c *combination) bool { return c.channel == channel })
		}
	case byWhole:
	default:
		a := &f.axes[by.axis]
		for o, code := range a.codes {
			of(code, a.options[o].Label.In(e.lang), func(c *combination) bool { return int(c.options[by.axis]) == o })
		}
	}
	return out
}

// agencyDomains adds every agency that has respondents, in it or below it, each
// before what is below it.
func (e *estimator) agencyDomains(out []domain) []domain {
	registry := e.frame.agencies
	combos := e.design.combos
	own := make([][]int, registry.Len()+1) // combinations by agency number
	for i := range combos {
		own[combos[i].agency] = append(own[combos[i].agency], i)
	}
	var visit func(a *agency.Agency, parent int)
	visit = func(a *agency.Agency, parent int) {
		d := domain{key: a.ID, name: a.Name.In(e.lang), parent: parent, in: make([]bool, len(combos))}
		some := false
		for _, below := range registry.Subtree(a) {
			for _, i := range own[below.Number] {
				d.in[i], some = true, true
			}
		}
		if !some {
			return
		}
		out = append(out, d)
		at := len(out) - 1
		for _, child := range registry.Children(a.ID) {
			visit(child, at)
		}
	}
	for _, top := range registry.Children("") {
		visit(top, 0)
	}
	return out
}
