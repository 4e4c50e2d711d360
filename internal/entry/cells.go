package entry

import (
	"strconv"
	"strings"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/questionnaire"
	"hailong/internal/sheet"
)

// layout is what the columns mean in one version of the questionnaire.
type layout struct {
	questionnaire *questionnaire.Questionnaire
	columns       []bound // as those of the file
}

// bound is a column in one version; without a variable, the version has none.
type bound struct {
	variable *questionnaire.Variable
	ranking  bool     // the whole order, in one cell
	choices  *choices // where something is chosen
}

// choices are the ways of writing the answers to an item.
type choices struct {
	codes  map[string]string // by what is written, in small letters: codes, missing codes, numbers on the form
	labels map[string]string // by folded label; empty for one that several options have
}

// layoutOf returns the layout of the version that a row names.
func (f *form) layoutOf(version string) *layout {
	if l := f.layouts[version]; l != nil {
		return l
	}
	v := f.survey.Current()
	if version != "" {
		if named := f.survey.Version(version); named != nil {
			v = named
		}
	}
	if len(f.layouts) >= 1000 { // nobody means that
		clear(f.layouts)
	}
	l := newLayout(f.columns, v)
	f.layouts[version] = l
	return l
}

func newLayout(columns []column, version *catalog.Version) *layout {
	q := version.Questionnaire
	l := &layout{questionnaire: q, columns: make([]bound, len(columns))}
	known := map[*questionnaire.Item]*choices{}
	for i := range columns {
		c, b := &columns[i], &l.columns[i]
		if c.item == "" {
			continue
		}
		if b.variable = q.Variable(c.item); b.variable == nil {
			if it := q.Item(c.item); it != nil && it.Type == questionnaire.Ranking {
				b.variable, b.ranking = q.Variable(questionnaire.RankID(c.item, 1)), true
			}
		}
		v := b.variable
		switch {
		case v == nil:
			continue
		case c.option != "" && (v.Kind != questionnaire.SetOf || v.Option(c.option) < 0):
			b.variable = nil
			continue
		case known[v.Item] == nil && len(v.Options())+len(v.Item.Missing) > 0:
			known[v.Item] = newChoices(v)
		}
		if v.Part != questionnaire.OfOther {
			b.choices = known[v.Item]
		}
	}
	return l
}

// newChoices lists what may be written. The number of an answer on the form is
// understood where no code is a number itself.
func newChoices(v *questionnaire.Variable) *choices {
	x := &choices{codes: map[string]string{}, labels: map[string]string{}}
	label := func(code string, text questionnaire.Text) {
		for _, t := range text {
			key := fold(t)
			if other, twice := x.labels[key]; twice && other != code {
				code = ""
			}
			x.labels[key] = code
		}
	}
	numbers := true
	for _, o := range v.Options() {
		_, err := strconv.Atoi(o.Code)
		numbers = numbers && err != nil
	}
	for i, o := range v.Options() {
		label(o.Code, o.Label)
		x.codes[o.Code] = o.Code
		if numbers {
			x.codes[strconv.Itoa(i+1)] = o.Code
		}
	}
	for _, m := range v.Item.Missing {
		label(m.Code, m.Label)
		x.codes[m.Code] = m.Code
	}
	if v.Item.Type == questionnaire.YesNo { // what spreadsheets make of ticks
		x.codes["true"], x.codes["false"] = "yes", "no"
	}
	return x
}

// code returns the code that is meant. What is not understood comes back as it
// is, for the check to say so. False: several answers have this label.
func (x *choices) code(text string) (string, bool) {
	if code, ok := x.codes[text]; ok {
		return code, true
	}
	if code, ok := x.codes[strings.ToLower(text)]; ok {
		return code, true
	}
	if code, ok := x.labels[fold(text)]; ok {
		return code, code != ""
	}
	return text, true
}

// marks say in the column of one option whether it was chosen.
var marks = map[string]bool{
	"1": true, "x": true, "✓": true, "✔": true, "☑": true, "true": true, "yes": true, "y": true, "có": true, "co": true, "c": true,
	"0": false, "false": false, "no": false, "n": false, "không": false, "khong": false, "k": false, "-": false, "☐": false,
}

// unanswered are cells of exports without an answer: nobody was asked or nothing
// was said, or the answer was personal and is not in the file.
func unanswered(text string) bool {
	switch strings.ToLower(text) {
	case "", questionnaire.Skipped, "not_asked", "answered":
		return true
	}
	return false
}

// value reads the cell of a whole variable. The text is the id of a message when
// it can't be read.
func (f *form) value(b *bound, c *cell) (v collect.Value, problem string) {
	switch kind := b.variable.Kind; {
	case b.ranking, kind == questionnaire.SetOf:
		return b.choices.list(c.text)
	case kind == questionnaire.OneOf:
		code, ok := b.choices.code(c.text)
		if !ok {
			return v, "entry.ambiguous_label"
		}
		return collect.Value{Kind: collect.String, Text: code}, ""
	case kind == questionnaire.Words && b.variable.Item.Type == questionnaire.AgencyType && b.variable.Part == questionnaire.Whole:
		return f.chosen(b, c.text)
	case kind == questionnaire.Words:
		return collect.Value{Kind: collect.String, Text: sheet.Unguard(c.text)}, ""
	}
	if b.choices != nil { // a number or a day may be missing
		if code, ok := b.choices.code(c.text); ok && code != c.text {
			return collect.Value{Kind: collect.String, Text: code}, ""
		}
	}
	switch kind := b.variable.Kind; {
	case kind == questionnaire.Amount && c.number:
		return collect.Value{Kind: collect.Number, Text: c.text}, ""
	case kind == questionnaire.Amount:
		return collect.Value{Kind: collect.String, Text: sheet.Unguard(c.text)}, ""
	case c.number:
		return collect.Value{Kind: collect.String, Text: serialDay(kind, c.text, f.days1904)}, ""
	default:
		return collect.Value{Kind: collect.String, Text: collect.WrittenDate(kind, c.text)}, ""
	}
}

// list reads several options with semicolons between them.
func (x *choices) list(text string) (v collect.Value, problem string) {
	v.Kind = collect.List
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		code, ok := x.code(part)
		if !ok {
			return v, "entry.ambiguous_label"
		}
		v.List = append(v.List, code)
	}
	return v, ""
}

// chosen reads agencies with semicolons between them, or ids with spaces.
func (f *form) chosen(b *bound, text string) (v collect.Value, problem string) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' })
	if id, several := f.agencies.find(text); len(parts) == 1 && id == "" && len(several) == 0 {
		if ids := strings.Fields(text); len(ids) > 1 && f.known(ids) {
			parts = ids
		}
	}
	v.Kind = collect.List
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if b.choices != nil {
			if code, ok := b.choices.code(part); ok {
				part = code
			}
		}
		id, several := f.agencies.find(part)
		switch {
		case len(several) > 0:
			return v, "entry.ambiguous_agency"
		case id != "":
			part = id
		}
		if part != "" {
			v.List = append(v.List, part)
		}
	}
	return v, ""
}

func (f *form) known(ids []string) bool {
	for _, id := range ids {
		if f.catalog.Agencies.Find(id, f.agencies.day) == nil {
			return false
		}
	}
	return true
}

// serialDay returns the day or month that a spreadsheet keeps as a number of days.
func serialDay(kind questionnaire.VariableKind, text string, since1904 bool) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 61 || n > 110_000 { // before March 1900 the numbers are wrong, and nobody means them
		return text
	}
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day = day.AddDate(0, 0, int(n))
	if kind == questionnaire.Months {
		return day.Format("2006-01")
	}
	return day.Format(time.DateOnly)
}
