package collect

import (
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// answer checks the answer to one variable and keeps it. must says that there
// has to be one.
func (c *Checker) answer(v *questionnaire.Variable, must bool) {
	a := &c.now.answers[v.Index]
	a.State = response.Skipped
	sent := c.now.sent[v.Index]
	if v.Item.Type == questionnaire.Hidden && !filled(sent) {
		sent = c.parameter(v.Item)
	}
	if sent != nil && sent.Kind != None && !c.missing(v.Item, sent, a) {
		if code, args := c.given(v, sent, a); code != "" {
			*a = response.Answer{State: response.Skipped}
			c.problem(v.ID, code, args)
			return
		}
	}
	if a.State == response.Skipped && must {
		c.problem(v.ID, "required", nil)
	}
}

// given takes what was answered to a variable; nothing is taken of an empty
// text. The code is a problem's.
func (c *Checker) given(v *questionnaire.Variable, sent *Value, a *response.Answer) (code string, args map[string]any) {
	switch v.Kind {
	case questionnaire.OneOf:
		return oneOf(v, sent, a)
	case questionnaire.SetOf:
		return setOf(v, sent, a)
	case questionnaire.Amount:
		return amount(v.Item, sent, a)
	case questionnaire.Days, questionnaire.Months:
		return c.date(v, sent, a)
	case questionnaire.Words:
		if v.Item.Type == questionnaire.AgencyType {
			return c.agency(v, sent, a)
		}
		return c.words(v.Item, sent, a)
	}
	return "wrong_type", nil
}

var missingStates = map[string]response.State{
	questionnaire.DontKnow:      response.DontKnow,
	questionnaire.Refused:       response.Refused,
	questionnaire.NotApplicable: response.NotApplicable,
}

// missing takes a missing code that the item offers, also as the only element
// of a list.
func (c *Checker) missing(it *questionnaire.Item, sent *Value, a *response.Answer) bool {
	text := sent.Text
	if sent.Kind == List && len(sent.List) == 1 {
		text = sent.List[0]
	}
	for i := range it.Missing {
		if it.Missing[i].Code == text {
			a.State = missingStates[text]
			return true
		}
	}
	return false
}

// oneOf takes an option code. A number is taken when it is written as the code
// is: 4, but not 4.0.
func oneOf(v *questionnaire.Variable, sent *Value, a *response.Answer) (string, map[string]any) {
	if sent.Kind == List && len(sent.List) > 1 {
		return "too_many_options", map[string]any{"max": 1}
	}
	if sent.Kind != String && sent.Kind != Number {
		return "wrong_type", nil
	}
	if sent.Text == "" {
		return "", nil
	}
	i := v.Option(sent.Text)
	if i < 0 {
		return notOffered(v, sent.Text), nil
	}
	*a = response.Answer{State: response.Answered, Option: uint8(i)} //nolint:gosec // at most 200 options
	return "", nil
}

// notOffered is the problem of a code that is none of the options. A missing
// code is there when it came beside options.
func notOffered(v *questionnaire.Variable, code string) string {
	if slices.ContainsFunc(v.Item.Missing, func(m questionnaire.Missing) bool { return m.Code == code }) {
		return "exclusive"
	}
	if _, ok := missingStates[code]; ok {
		return "unknown_missing"
	}
	return "unknown_option"
}

func setOf(v *questionnaire.Variable, sent *Value, a *response.Answer) (string, map[string]any) {
	codes := sent.List
	switch sent.Kind {
	case String, Number:
		if sent.Text == "" {
			return "", nil
		}
		codes = []string{sent.Text}
	case List:
	case None, Rows, Other:
		return "wrong_type", nil
	}
	var set uint64
	exclusive := false
	for _, code := range codes {
		i := v.Option(code)
		if i < 0 {
			return notOffered(v, code), nil
		}
		if set>>i&1 == 1 {
			return "duplicate", nil
		}
		set |= 1 << i
		exclusive = exclusive || v.Item.Options[i].Exclusive
	}
	switch {
	case set == 0:
		return "", nil
	case exclusive && len(codes) > 1:
		return "exclusive", nil
	case !exclusive && len(codes) < v.Item.MinChoices:
		return "too_few_options", map[string]any{"min": v.Item.MinChoices}
	case v.Item.MaxChoices > 0 && len(codes) > v.Item.MaxChoices:
		return "too_many_options", map[string]any{"max": v.Item.MaxChoices}
	}
	*a = response.Answer{State: response.Answered, Set: set}
	return "", nil
}

// other takes the text that belongs to an option of an item, when that option is
// chosen. It may be left empty.
func (c *Checker) other(item, v *questionnaire.Variable) {
	sent, a := c.now.sent[v.Index], &c.now.answers[v.Index]
	if !otherChosen(item, &c.now.answers[item.Index]) {
		if filled(sent) {
			c.gone[v.Index] = true
		}
		return
	}
	a.State = response.Skipped
	if sent == nil || sent.Kind == None {
		return
	}
	if code, args := free(sent, 0, maxFree, a); code != "" {
		*a = response.Answer{State: response.Skipped}
		c.problem(v.ID, code, args)
	}
}

// otherChosen reports whether the option that asks for a text is chosen.
func otherChosen(item *questionnaire.Variable, a *response.Answer) bool {
	if a.State != response.Answered {
		return false
	}
	other := slices.IndexFunc(item.Item.Options, func(o questionnaire.Option) bool { return o.Other })
	if item.Kind == questionnaire.SetOf {
		return other >= 0 && a.Set>>other&1 == 1
	}
	return other == int(a.Option)
}
