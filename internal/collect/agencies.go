package collect

import (
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// agency takes one agency, or for pages that repeat several in order, by id or
// code. Each has to exist on the day and be among those that the item offers.
func (c *Checker) agency(v *questionnaire.Variable, sent *Value, a *response.Answer) (string, map[string]any) {
	var refs []string
	switch sent.Kind {
	case String:
		refs = strings.Fields(sent.Text)
	case List:
		refs = sent.List
	case None, Number, Rows, Other:
		return "wrong_type", nil
	}
	if len(refs) == 0 {
		return "", nil
	}
	if most := max(v.Item.MaxChoices, 1); len(refs) > most {
		return "too_many_options", map[string]any{"max": most}
	}
	if least := v.Item.MinChoices; len(refs) < least {
		return "too_few_options", map[string]any{"min": least}
	}
	chosen, ids := make([]*agency.Agency, 0, len(refs)), make([]string, 0, len(refs))
	for _, ref := range refs {
		found, code, args := c.offered(v.Item, ref)
		if code != "" {
			return code, args
		}
		if slices.Contains(ids, found.ID) {
			return "duplicate", nil
		}
		chosen, ids = append(chosen, found), append(ids, found.ID)
	}
	if c.q.Choice() == v {
		c.agencies = append(c.agencies[:0], chosen...)
	}
	*a = response.Answer{State: response.Answered, Words: strings.Join(ids, " ")}
	return "", nil
}

// offered returns the agency that a reference means, if the item offers it.
func (c *Checker) offered(it *questionnaire.Item, ref string) (*agency.Agency, string, map[string]any) {
	found := c.find(ref)
	switch {
	case slices.ContainsFunc(it.Missing, func(m questionnaire.Missing) bool { return m.Code == ref }):
		return nil, "exclusive", nil
	case found == nil:
		return nil, "unknown_agency", nil
	case !found.ValidOn(c.day):
		return nil, "agency_closed", map[string]any{"name": found.Name.In(c.world.lang(c.q)), "day": c.day}
	case len(it.Levels) > 0 && !slices.Contains(it.Levels, found.Level),
		it.Within != "" && !c.world.Agencies.IsWithin(found, c.find(it.Within)):
		return nil, "agency_not_offered", map[string]any{"name": found.Name.In(c.world.lang(c.q))}
	}
	return found, "", nil
}
