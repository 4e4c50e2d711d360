package page

import (
	"encoding/json"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// liveConditions knows which items of a page are shown or hidden by answers of
// the same page, and what the browser needs to decide that.
type liveConditions struct {
	q    *questionnaire.Questionnaire
	here map[string]bool // ids that conditions can name and this page asks
	need []string        // ids that conditions of this page read, in order
}

func (b *formBuilder) live(page *questionnaire.Page) *liveConditions {
	l := &liveConditions{q: b.in.Questionnaire, here: map[string]bool{}}
	variables := l.q.Variables()
	for i := range variables {
		if variables[i].Page == b.in.Page {
			l.here[variables[i].ID] = true
		}
	}
	for i := range page.Items {
		l.here[page.Items[i].ID] = true
	}
	return l
}

// condition returns the item's condition for the browser, empty when no answer
// of this page decides it.
func (l *liveConditions) condition(it *questionnaire.Item) string {
	reads := it.Reads()
	same := false
	for _, id := range reads {
		same = same || l.here[id]
	}
	if !same {
		return ""
	}
	compiled := string(it.Compiled())
	if compiled == "" {
		return ""
	}
	l.need = append(l.need, reads...)
	return compiled
}

// reading is what the browser is told about one id that conditions read: for an
// answer of an earlier page and for what is known otherwise, the value; for an
// answer of this page, where to find it.
type reading struct {
	Kind   string             `json:"kind"`
	Code   string             `json:"code,omitempty"`
	Codes  []string           `json:"codes,omitempty"`
	Number float64            `json:"number"`
	Text   string             `json:"text,omitempty"`
	Values map[string]float64 `json:"values,omitempty"`

	Name string `json:"name,omitempty"` // of the field on this page
	Item string `json:"item,omitempty"` // that it belongs to; hidden, there is no answer
	Rank int    `json:"rank,omitempty"` // of a ranking, from 1
	Of   string `json:"of,omitempty"`   // field of the option that a text belongs to
	If   string `json:"if,omitempty"`   // and that option's code
}

// reads is what the conditions of the page read, as JSON; empty without any.
func (l *liveConditions) reads(b *formBuilder) string {
	if len(l.need) == 0 {
		return ""
	}
	list := map[string]reading{}
	for _, id := range l.need {
		if _, ok := list[id]; ok {
			continue
		}
		switch {
		case l.here[id]:
			list[id] = b.asked(id)
		case b.in.Lookup != nil:
			list[id] = told(b.in.Lookup(id))
		}
	}
	// Numbers are finite and everything else is text: Marshal does not fail.
	data, err := json.Marshal(list)
	if err != nil {
		return "{}"
	}
	return string(data)
}

// told is a value that does not change on this page.
func told(v logic.Value) reading {
	if v.Kind == logic.Missing {
		return reading{}
	}
	return reading{Kind: v.Kind.String(), Code: v.Code, Codes: v.Codes, Number: v.Number, Text: v.Text, Values: v.Values}
}

// asked says how the browser finds an answer of this page.
func (b *formBuilder) asked(id string) reading {
	v := b.in.Questionnaire.Variable(id)
	if v == nil {
		return reading{}
	}
	k := reading{Name: Answer + b.name(id), Item: v.Item.ID}
	switch v.Kind {
	case questionnaire.OneOf:
		k.Kind, k.Values = "code", valuesOf(v.Item)
		if v.Part == questionnaire.OfRank {
			k.Name, k.Rank = Answer+b.name(v.Item.ID), v.Rank
		}
	case questionnaire.SetOf:
		k.Kind = "set"
	case questionnaire.Amount:
		k.Kind = "number"
	case questionnaire.Words:
		k.Kind = "text"
		if v.Part == questionnaire.OfOther {
			k.Of, k.If = Answer+b.name(v.Item.ID), otherCode(v.Item)
		}
	case questionnaire.Days, questionnaire.Months:
		k.Kind, k.Name = "date", Parts+b.name(id)
	}
	return k
}

// valuesOf returns the values of an item's options by code, nil unless all have one.
func valuesOf(it *questionnaire.Item) map[string]float64 {
	values := make(map[string]float64, len(it.Options))
	for i := range it.Options {
		if it.Options[i].Value == nil {
			return nil
		}
		values[it.Options[i].Code] = *it.Options[i].Value
	}
	return values
}

func otherCode(it *questionnaire.Item) string {
	for i := range it.Options {
		if it.Options[i].Other {
			return it.Options[i].Code
		}
	}
	return ""
}
