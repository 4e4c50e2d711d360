package page

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// question lays out one item.
func (b *formBuilder) question(it *questionnaire.Item) Question {
	question := Question{
		ID: it.ID, Kind: kindOf(it), Text: b.fill(it.Text), Help: b.rich(it.Help), Optional: !it.Required && it.RequiredIf == "",
		Figure: b.figure(it),
	}
	switch question.Kind {
	case kindNote:
		question.Words = b.rich(it.Text)
		return question
	case kindMatrix:
		for _, i := range it.ShownRows(b.in.Seed) {
			input := b.input(it, it.Rows[i].ID, b.fill(it.Rows[i].Text), kindChoice)
			question.Inputs = append(question.Inputs, input)
		}
		return question
	}
	input := b.input(it, it.ID, question.Text, question.Kind)
	input.Help, input.Optional, input.Figure = question.Help, question.Optional, question.Figure
	question.Inputs = []Input{input}
	return question
}

// kindOf says what an item is answered with.
func kindOf(it *questionnaire.Item) string {
	switch it.Type {
	case questionnaire.Multiple:
		return kindSeveral
	case questionnaire.Number, questionnaire.Integer, questionnaire.Decimal, questionnaire.TextType, questionnaire.LongText,
		questionnaire.Email, questionnaire.Phone, questionnaire.TaxCode, questionnaire.DossierCode:
		return kindTyped
	case questionnaire.Date, questionnaire.Month:
		return kindParts
	case questionnaire.Ranking:
		return kindRanking
	case questionnaire.AgencyType:
		return kindAgency
	case questionnaire.Matrix:
		return kindMatrix
	case questionnaire.Note:
		return kindNote
	default:
		return kindChoice
	}
}

// figure is the picture of an item, nil without one.
func (b *formBuilder) figure(it *questionnaire.Item) *Figure {
	if it.Image == nil {
		return nil
	}
	image := b.in.Questionnaire.Image(it.Image.Name)
	if image == nil {
		return nil
	}
	return &Figure{Href: ImageAddress(b.in.Questionnaire.Survey, image), Alt: b.fill(it.Image.Alt)}
}

// ImageAddress is where a picture of a survey is served. It names the content,
// so that browsers may keep it for ever.
func ImageAddress(survey string, image *questionnaire.Image) string {
	return "/s/" + survey + "/images/" + image.Hash() + "/" + image.Name
}

// input lays out one variable.
func (b *formBuilder) input(it *questionnaire.Item, id, text, kind string) Input {
	in := Input{
		ID: id, Base: b.in.Action, Name: Answer + b.name(id), MissingName: Answer + b.name(id), Kind: kind, Text: text, Errors: b.errors[id],
		Required: it.Required || it.RequiredIf != "" && b.in.Lookup != nil && it.Must(b.in.Lookup),
	}
	values := b.values(id)
	in.Missing = b.missing(it, id, values)
	codes := make([]string, len(in.Missing))
	for i := range in.Missing {
		codes[i] = in.Missing[i].Value
	}
	switch kind {
	case kindTyped:
		b.typed(&in, it, typedValue(values, codes))
	case kindParts:
		b.parts(&in, it, typedValue(values, codes))
	case kindAgency:
		b.agencies(&in, it, values)
	case kindRanking:
		b.options(&in, it, id, values)
		b.ranking(&in, it, values)
	case kindSeveral:
		b.options(&in, it, id, values)
		in.Hint = b.several(it, "form.several")
	default:
		b.options(&in, it, id, values)
		b.styled(&in, it)
	}
	b.personal(&in, it)
	return in
}

// missing are the ways of not answering.
func (b *formBuilder) missing(it *questionnaire.Item, id string, values []string) []Option {
	var list []Option
	for i := range it.Missing {
		m := &it.Missing[i]
		list = append(list, Option{
			ID: "m-" + id + "-" + strconv.Itoa(i), Value: m.Code, Label: m.Label.In(b.lang),
			Exclusive: true, Checked: slices.Contains(values, m.Code),
		})
	}
	return list
}

// options lays out the options to choose from, in the order in which this
// respondent sees them.
func (b *formBuilder) options(in *Input, it *questionnaire.Item, id string, values []string) {
	levels := levelsOf(it)
	for _, i := range it.ShownOptions(b.in.Seed) {
		o := &it.Options[i]
		option := Option{
			ID: controlID(id, len(in.Options)), Value: o.Code, Label: b.fill(o.Label),
			Level: levels[i], Exclusive: o.Exclusive, Checked: slices.Contains(values, o.Code),
		}
		if o.Other && it.Type != questionnaire.Matrix {
			option.Other = b.other(it, option.Label)
		}
		in.Options = append(in.Options, option)
	}
}

// other is the field beside an option that asks for words of one's own.
func (b *formBuilder) other(it *questionnaire.Item, label string) *Other {
	id := questionnaire.OtherID(it.ID)
	o := &Other{ID: id, Name: Answer + b.name(id), Label: b.t("form.other", "label", label), Errors: b.errors[id]}
	for _, v := range b.values(id) {
		if v != "" {
			o.Value = v
			break
		}
	}
	return o
}

// styled lays out ratings: stars beside the words, or a row of numbers with
// words at its ends.
func (b *formBuilder) styled(in *Input, it *questionnaire.Item) {
	switch it.Type {
	case questionnaire.Rating:
		in.Style = "stars"
		for i := range in.Options {
			n := 1 + slices.IndexFunc(it.Options, func(o questionnaire.Option) bool { return o.Code == in.Options[i].Value })
			in.Options[i].Stars = make([]bool, len(it.Options))
			for k := range n {
				in.Options[i].Stars[k] = true
			}
		}
	case questionnaire.NetPromoter:
		in.Style = "steps"
		b.steps(in, it)
	default:
	}
}

// steps lays out a row of numbers.
func (b *formBuilder) steps(in *Input, it *questionnaire.Item) {
	in.Low, in.High = b.fill(it.Low), b.fill(it.High)
	for i := range in.Options {
		o := &in.Options[i]
		if words, ok := strings.CutPrefix(o.Label, o.Value+" – "); ok {
			o.Label, o.Note = o.Value, words // the words stand beside the row, and are read with the number
		}
	}
	if n := len(it.Options); n > 0 && in.Low != "" && in.High != "" {
		in.Hint = b.t("form.ends", "first", it.Options[0].Code, "low", in.Low, "last", it.Options[n-1].Code, "high", in.High)
	}
}

// several says how many can be chosen, with the words for any number.
func (b *formBuilder) several(it *questionnaire.Item, free string) string {
	low, high := it.MinChoices, it.MaxChoices
	switch {
	case low > 0 && low == high:
		return b.t("form.choose_exactly", "n", low)
	case low > 1 && high > 0:
		return b.t("form.choose_range", "min", low, "max", high)
	case high > 0:
		return b.t("form.choose_most", "max", high)
	case low > 1:
		return b.t("form.choose_least", "min", low)
	}
	return b.t(free)
}

// personal says why data about a person are asked for, and how long they stay.
func (b *formBuilder) personal(in *Input, it *questionnaire.Item) {
	if it.Personal == nil {
		return
	}
	why := b.t("form.personal", "purpose", strings.TrimRight(b.fill(it.Personal.Purpose), ".。"), "days", it.Personal.RetentionDays)
	in.Hint = strings.TrimSpace(in.Hint + " " + why)
}

func controlID(variable string, i int) string { return "c-" + variable + "-" + strconv.Itoa(i) }

// target is the id of the input's first control, which is where the summary of
// problems leads.
func (in Input) target() string {
	switch {
	case in.Kind == kindRanking, in.Kind == kindAgency:
		return "q-" + in.ID
	case len(in.Options) == 0 && len(in.Missing) > 0 && in.Kind == kindChoice:
		return in.Missing[0].ID
	}
	return controlID(in.ID, 0)
}

// Control is the id of the field that is typed into.
func (in Input) Control() string { return controlID(in.ID, 0) }

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
