package page

import (
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// How many agencies a question shows: all at once when there are few, else
// those that match a search.
const (
	agenciesAtOnce = 30
	agenciesFound  = 20
)

// agencies lays out a choice of agencies: those chosen already, and those found.
func (b *formBuilder) agencies(in *Input, it *questionnaire.Item, values []string) {
	in.Style = "radio"
	if it.MaxChoices > 1 {
		in.Style = "checkbox"
		in.Hint = b.several(it, "form.several")
	}
	if b.in.Agencies == nil {
		return
	}
	offered := Offered(b.in.Agencies, it, b.in.Day)
	list, chosen := b.chosen(values)
	query := strings.TrimSpace(b.in.Find[it.ID])
	if len(offered) <= agenciesAtOnce {
		list = offered
	} else {
		in.Search = &Search{
			ID: it.ID, Name: Find + b.name(it.ID), Was: Found + b.name(it.ID), Query: query, Anchor: b.in.Action + "#q-" + it.ID,
		}
	}
	if in.Search != nil && query != "" {
		found := b.found(offered, query)
		in.Search.Found = b.foundWords(len(found), query)
		for _, a := range found[:min(len(found), agenciesFound)] {
			if !chosen[a.ID] {
				list = append(list, a)
			}
		}
	}
	siblings := !slices.ContainsFunc(offered, func(a *agency.Agency) bool { return a.Parent != offered[0].Parent })
	for _, a := range list {
		o := Option{ID: controlID(in.ID, len(in.Options)), Value: a.ID, Label: a.Name.In(b.ui), Checked: chosen[a.ID]}
		if p := b.in.Agencies.ByID(a.Parent); p != nil && !siblings {
			o.Note = p.Name.In(b.ui)
		}
		in.Options = append(in.Options, o)
	}
}

// chosen returns the agencies that were chosen, and their ids.
func (b *formBuilder) chosen(values []string) (list []*agency.Agency, ids map[string]bool) {
	ids = map[string]bool{}
	for _, value := range values {
		for id := range strings.FieldsSeq(value) {
			if a := b.in.Agencies.ByID(id); a != nil && !ids[id] {
				ids[id] = true
				list = append(list, a)
			}
		}
	}
	return list, ids
}

// Offered lists the agencies that an item offers on a day, in the order of their names.
func Offered(registry *agency.Registry, it *questionnaire.Item, day string) []*agency.Agency {
	all := registry.All()
	if it.Within != "" {
		all = registry.Subtree(registry.Find(it.Within, day))
	}
	var list []*agency.Agency
	for _, a := range all {
		if a.ValidOn(day) && (len(it.Levels) == 0 || slices.Contains(it.Levels, a.Level)) {
			list = append(list, a)
		}
	}
	return agency.ByName(list)
}

// found are those of the offered agencies that match, best first.
func (b *formBuilder) found(offered []*agency.Agency, query string) []*agency.Agency {
	ids := make(map[string]bool, len(offered))
	for _, a := range offered {
		ids[a.ID] = true
	}
	return slices.DeleteFunc(b.in.Agencies.Search(query, b.in.Day, 0), func(a *agency.Agency) bool { return !ids[a.ID] })
}

func (b *formBuilder) foundWords(n int, query string) string {
	switch {
	case n == 0:
		return b.t("choose.none", "query", query)
	case n > agenciesFound:
		return b.t("form.agencies_cut", "n", n, "shown", agenciesFound)
	}
	return i18n.Plural(b.ui, "choose.found", int64(n), nil)
}
