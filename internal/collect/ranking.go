package collect

import (
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// ranking checks the answer to a ranking, given the variables of its ranks. What
// is ranked stands in the first ranks; the others are left empty, unless the
// item has to be answered: then all are asked for.
func (c *Checker) ranking(it *questionnaire.Item, ranks []questionnaire.Variable) {
	for i := range ranks {
		c.now.answers[ranks[i].Index].State = response.Skipped
	}
	codes, ok := c.ranked(it, ranks)
	if !ok || c.unranked(it, codes, ranks) {
		return
	}
	code, args := "", map[string]any(nil)
	switch n := len(codes); {
	case n > it.Ranks:
		code, args = "too_many_options", map[string]any{"max": it.Ranks}
	case slices.Contains(codes, ""):
		code = "rank_gap"
	case n == 0 && it.Must(c.look):
		code = "required"
	case n > 0 && n < it.Ranks && it.Must(c.look):
		code, args = "too_few_options", map[string]any{"min": it.Ranks}
	case n > 0 && n < it.MinChoices:
		code, args = "too_few_options", map[string]any{"min": it.MinChoices}
	}
	if code != "" {
		c.problem(it.ID, code, args)
		return
	}
	c.rank(it, codes, ranks)
}

// rank keeps an order.
func (c *Checker) rank(it *questionnaire.Item, codes []string, ranks []questionnaire.Variable) {
	for i, code := range codes {
		option := ranks[i].Option(code)
		problem := ""
		switch {
		case option < 0:
			problem = notOffered(&ranks[i], code)
		case slices.Contains(codes[:i], code):
			problem = "ranked_twice"
		}
		if problem != "" {
			for k := range ranks {
				c.now.answers[ranks[k].Index] = response.Answer{State: response.Skipped}
			}
			c.problem(it.ID, problem, nil)
			return
		}
		c.now.answers[ranks[i].Index] = response.Answer{State: response.Answered, Option: uint8(option)} //nolint:gosec // at most 200 options
	}
}

// ranked returns the codes that were sent, in order: as a list, or rank by rank,
// then with empty texts for ranks that were left out before the last. False when
// something is wrong with the form in which they came.
func (c *Checker) ranked(it *questionnaire.Item, ranks []questionnaire.Variable) ([]string, bool) {
	var codes []string
	last := 0
	for i := range ranks {
		text := ""
		if sent := c.now.sent[ranks[i].Index]; filled(sent) {
			switch {
			case sent.Kind == String, sent.Kind == Number:
				text = sent.Text
			case sent.Kind == List && len(sent.List) == 1:
				text = sent.List[0]
			default:
				c.problem(ranks[i].ID, "wrong_type", nil)
				return nil, false
			}
			last = i + 1
		}
		codes = append(codes, text)
	}
	codes = codes[:last]
	list := c.now.rankings[it]
	if !filled(list) {
		return codes, true
	}
	if last > 0 {
		c.problem(it.ID, "duplicate", nil)
		return nil, false
	}
	switch list.Kind {
	case List:
		return list.List, true
	case String, Number:
		return []string{list.Text}, true
	case None, Rows, Other:
	}
	c.problem(it.ID, "wrong_type", nil)
	return nil, false
}

// unranked takes a missing code instead of an order; it counts for all ranks.
func (c *Checker) unranked(it *questionnaire.Item, codes []string, ranks []questionnaire.Variable) bool {
	var a response.Answer
	if len(codes) != 1 || !c.missing(it, &Value{Kind: String, Text: codes[0]}, &a) {
		return false
	}
	for i := range ranks {
		c.now.answers[ranks[i].Index] = a
	}
	return true
}
