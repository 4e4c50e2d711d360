package page

import (
	"slices"
	"strings"

	"hailong/internal/questionnaire"
)

// ranking puts the options that have a rank into their order.
func (b *formBuilder) ranking(in *Input, it *questionnaire.Item, values []string) {
	in.Ranks = it.Ranks
	byCode := map[string]int{}
	for i := range in.Options {
		in.Options[i].Checked = false
		byCode[in.Options[i].Value] = i
	}
	for _, code := range b.ranked(it, values) {
		if i, ok := byCode[code]; ok && !in.Options[i].Checked {
			in.Options[i].Checked = true
			in.Ranked = append(in.Ranked, in.Options[i])
		}
	}
	in.Hint = b.t("form.rank_hint")
	switch {
	case it.MinChoices > 0 && it.MinChoices < it.Ranks && !it.Required:
		in.Hint = b.t("form.rank_range", "min", it.MinChoices, "max", it.Ranks)
	case it.Ranks < len(it.Options):
		in.Hint = b.t("form.rank_some", "n", it.Ranks)
	}
}

// ranked is the order that was sent: a list under the item's name, or rank by rank.
func (b *formBuilder) ranked(it *questionnaire.Item, values []string) []string {
	if len(values) > 0 {
		return values
	}
	var list []string
	for rank := 1; rank <= it.Ranks; rank++ {
		list = append(list, b.values(questionnaire.RankID(it.ID, rank))...)
	}
	return list
}

// The ways in which a button moves an option of a ranking.
const (
	rankPut  = "put"  // behind the last
	rankUp   = "up"   // one place
	rankDown = "down" // one place
	rankOut  = "out"  // no rank any more
)

// RankedItem returns the ranking that a button moves an option of:
// rank:ITEM:CODE:WAY, as [Form] says. False when it is none of a ranking.
func RankedItem(q *questionnaire.Questionnaire, button string) (item string, ok bool) {
	parts := strings.Split(button, ":")
	if len(parts) != 4 || parts[0] != "rank" {
		return "", false
	}
	it := q.Item(parts[1])
	return parts[1], it != nil && it.Type == questionnaire.Ranking
}

// Ranked is the order after a button of a ranking was pressed, where values are
// what was sent for it. What the button can't do, it leaves as it is.
func Ranked(q *questionnaire.Questionnaire, button string, values []string) []string {
	if _, ok := RankedItem(q, button); !ok {
		return values
	}
	parts := strings.Split(button, ":")
	it, code := q.Item(parts[1]), parts[2]
	offers := func(code string) bool {
		return slices.ContainsFunc(it.Options, func(o questionnaire.Option) bool { return o.Code == code })
	}
	var order []string
	for _, value := range values {
		if !slices.Contains(order, value) && offers(value) {
			order = append(order, value)
		}
	}
	at := slices.Index(order, code)
	switch way := parts[3]; {
	case way == rankPut && at < 0 && len(order) < it.Ranks && offers(code):
		order = append(order, code)
	case way == rankUp && at > 0:
		order[at-1], order[at] = order[at], order[at-1]
	case way == rankDown && at >= 0 && at < len(order)-1:
		order[at+1], order[at] = order[at], order[at+1]
	case way == rankOut && at >= 0:
		order = slices.Delete(order, at, at+1)
	}
	return order
}
