package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// typedValue is what was typed: the first value that is not the code of a
// ticked missing answer.
func typedValue(values, codes []string) string {
	for _, v := range values {
		if v != "" && !slices.Contains(codes, v) {
			return v
		}
	}
	return ""
}

// typed fills what an input for typing needs.
func (b *formBuilder) typed(in *Input, it *questionnaire.Item, value string) {
	in.Value, in.Type, in.Lines = value, "text", 1
	switch it.Type {
	case questionnaire.TextType, questionnaire.LongText:
		in.Lines = max(it.Lines, 1)
		in.Hint = b.length(it)
	case questionnaire.Email:
		in.Type, in.Fill, in.Mode, in.Hint = "email", "email", "email", b.t("form.email")
	case questionnaire.Phone:
		in.Type, in.Fill, in.Mode, in.Hint, in.Short = "tel", "tel", "tel", b.t("form.phone"), true
	case questionnaire.TaxCode:
		in.Mode, in.Hint, in.Short = "numeric", b.t("form.tax_code"), true
	case questionnaire.DossierCode:
		in.Hint = b.t("form.dossier_code")
	default:
		b.number(in, it)
	}
}

// length says how long a text may be, and in which form it is wanted.
func (b *formBuilder) length(it *questionnaire.Item) string {
	var hints []string
	if it.Pattern != "" && len(it.Message) > 0 {
		hints = append(hints, b.fill(it.Message))
	}
	switch {
	case it.MinChars > 0 && it.MaxChars > 0:
		hints = append(hints, b.t("form.chars_range", "min", it.MinChars, "max", it.MaxChars))
	case it.MaxChars > 0:
		hints = append(hints, b.t("form.chars", "max", it.MaxChars))
	}
	if len(hints) > 0 && it.Personal == nil && it.Pattern == "" {
		hints = append(hints, b.t("form.nameless"))
	}
	return strings.Join(hints, " ")
}

func (b *formBuilder) number(in *Input, it *questionnaire.Item) {
	in.Unit, in.Short = b.fill(it.Unit), true
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

// parts lays out a day or month as fields for day, month and year, which is the
// quickest way to write a date that one knows and needs no calendar.
func (b *formBuilder) parts(in *Input, it *questionnaire.Item, value string) {
	in.Name = Parts + b.name(in.ID)
	labels := []string{"form.day", "form.month", "form.year"}
	example := "form.day_example"
	if it.Type == questionnaire.Month {
		labels, example = labels[1:], "form.month_example"
	}
	for i, text := range parted(value, len(labels)) {
		in.Parts = append(in.Parts, Part{
			ID: controlID(in.ID, i), Label: b.t(labels[i]), Value: text, Wide: labels[i] == "form.year",
		})
	}
	hints := []string{b.t(example)}
	if it.Earliest != "" {
		hints = append(hints, b.t("form.not_before", "when", b.when(it, it.Earliest)))
	}
	if it.Latest != "" {
		hints = append(hints, b.t("form.not_after", "when", b.when(it, it.Latest)))
	}
	in.Hint = strings.Join(hints, " ")
}

// when is a limit of a day or month in words.
func (b *formBuilder) when(it *questionnaire.Item, limit string) string {
	switch {
	case limit == "today" && it.Type == questionnaire.Month:
		return b.t("form.this_month")
	case limit == "today":
		return b.t("form.today")
	case it.Type == questionnaire.Month:
		return i18n.Month(b.ui, limit)
	}
	return i18n.Date(b.ui, limit)
}
