package page

import (
	"math"
	"slices"
	"strconv"

	"hailong/internal/questionnaire"
)

// question lays out one item.
func (b *formBuilder) question(it *questionnaire.Item) Question {
	question := Question{
		ID: it.ID, Text: it.Text.In(b.lang), Help: it.Help.In(b.lang), Optional: !it.Required,
	}
	if it.Type == questionnaire.Matrix {
		question.Kind = "matrix"
		for i := range it.Rows {
			question.Inputs = append(question.Inputs, b.input(it, it.Rows[i].ID, it.Rows[i].Text.In(b.lang), "choice"))
		}
		return question
	}
	question.Kind = kindOf(it.Type)
	input := b.input(it, it.ID, question.Text, question.Kind)
	input.Help, input.Optional = question.Help, question.Optional
	question.Inputs = []Input{input}
	return question
}

func kindOf(t questionnaire.ItemType) string {
	switch t {
	case questionnaire.Multiple:
		return "several"
	case questionnaire.Number:
		return "number"
	case questionnaire.TextType:
		return "text"
	case questionnaire.Scale, questionnaire.Single, questionnaire.Matrix:
		return "choice"
	default:
		return "choice"
	}
}

// input lays out one variable.
func (b *formBuilder) input(it *questionnaire.Item, id, text, kind string) Input {
	in := Input{
		ID: id, Name: Answer + id, Kind: kind, Text: text, Required: it.Required, Errors: b.errors[id],
	}
	values := b.in.Values[id]
	levels := levelsOf(it)
	for i := range it.Options {
		o := &it.Options[i]
		in.Options = append(in.Options, Option{
			ID: controlID(id, len(in.Options)), Value: o.Code, Label: o.Label.In(b.lang),
			Level: levels[i], Checked: slices.Contains(values, o.Code),
		})
	}
	var codes []string
	for i := range it.Missing {
		m := &it.Missing[i]
		codes = append(codes, m.Code)
		in.Missing = append(in.Missing, Option{
			ID: controlID(id, len(it.Options)+1+i), Value: m.Code, Label: m.Label.In(b.lang),
			Checked: slices.Contains(values, m.Code),
		})
	}
	switch kind {
	case "several":
		in.Hint = b.t("form.several")
	case "number", "text":
		b.typed(&in, it, values, codes)
	}
	return in
}

// typed fills what an input for typing needs. The first value that is not the
// code of a ticked missing answer is what was typed.
func (b *formBuilder) typed(in *Input, it *questionnaire.Item, values, codes []string) {
	for _, v := range values {
		if v != "" && !slices.Contains(codes, v) {
			in.Value = v
			break
		}
	}
	if in.Kind == "text" {
		in.Lines = max(it.Lines, 1)
		if it.MaxChars > 0 {
			in.Hint = b.t("form.chars", "max", it.MaxChars)
		}
		return
	}
	in.Unit = it.Unit.In(b.lang)
	switch {
	case it.Min != nil && it.Max != nil:
		in.Hint = b.t("form.range", "min", *it.Min, "max", *it.Max)
	case it.Min != nil:
		in.Hint = b.t("form.min", "min", *it.Min)
	case it.Max != nil:
		in.Hint = b.t("form.max", "max", *it.Max)
	}
	// The numeric keyboards of some telephones have no minus sign.
	if it.Min != nil && *it.Min >= 0 {
		in.Mode = "numeric"
		if it.Decimals > 0 {
			in.Mode = "decimal"
		}
	}
}

func controlID(variable string, i int) string { return "c-" + variable + "-" + strconv.Itoa(i) }

// target is the id of the input's first control, which is where the summary of
// problems leads.
func (in Input) target() string { return controlID(in.ID, 0) }

// Control is the id of the field that is typed into.
func (in Input) Control() string { return in.target() }

// levelsOf gives each option of an item its place on the common colour scale:
// 1 for the lowest value to 5 for the highest, spread evenly, 3 only for a true
// middle. All are 0 when the options are no ordered scale.
func levelsOf(it *questionnaire.Item) []int {
	levels := make([]int, len(it.Options))
	if it.Type != questionnaire.Scale && it.Type != questionnaire.Matrix {
		return levels
	}
	var values []float64
	for i := range it.Options {
		if it.Options[i].Value == nil {
			return levels
		}
		values = append(values, *it.Options[i].Value)
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	if len(sorted) < 2 {
		return levels
	}
	for i, v := range values {
		levels[i] = levelAt(slices.Index(sorted, v), len(sorted))
	}
	return levels
}

// levelAt is the level of the i-th of n ordered options. Options on either side
// of the middle never get the middle's level.
func levelAt(i, n int) int {
	place := 1 + 4*float64(i)/float64(n-1)
	switch {
	case place < 3:
		return min(int(math.Floor(place+0.5)), 2)
	case place > 3:
		return max(int(math.Ceil(place-0.5)), 4)
	}
	return 3
}
