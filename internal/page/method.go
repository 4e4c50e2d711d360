package page

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/stat"
)

// Method is the methodology of a survey: what somebody needs who wants to judge
// its scores, or to compute them again.
type Method struct {
	Frame
	Survey    string // slug
	Title     string
	Data      string // link to the same as JSON
	Watermark string
	Measures  []MethodMeasure
	Indices   []MethodIndex
	Missing   []string
	Weights   []string
	Waves     []MethodWave
	Precision []string
	Standing  []string // ranks, roll-ups, comparisons
	Rules     []string
	Breaks    []string
	Outreach  []MethodOutreach
	Formulas  []Named // of outcome rates, once for all periods
	Headings  []MethodHeading
	Worked    []MethodWorked
	NoWorked  string   // why there is no example, in its place
	Steps     []string // from the file of raw answers to a number
	Export    string   // commands
	Receipt   []Named
	Reproduce string
}

// Named is a text with its name.
type Named struct{ Name, Text string }

// MethodMeasure is a measure in words and as a formula.
type MethodMeasure struct {
	Title   string
	What    string
	Formula string
	Where   []string // what the letters of the formula are
}

// MethodIndex is an index and what it is made of.
type MethodIndex struct {
	Title   string
	Measure string
	How     string
	Formula string
	Note    string
	Hash    string
	Scale   string // answers, with what they count, where all items have the same
	Factors []MethodFactor
}

// MethodFactor is a factor of an index.
type MethodFactor struct {
	Title  string
	Depth  int
	Weight string // empty where weights are not used
	How    string
	Scale  string // as of the index, where the index has none
	Items  []MethodItem
}

// MethodItem is an item with the answers that count.
type MethodItem struct {
	ID    string
	Text  string
	Scale string // as of the factor, where the factor has none
}

// MethodWave is a period of fieldwork.
type MethodWave struct {
	Title    string
	Dates    string
	Sample   string
	Interval string
	How      string // channels, invitations, quotas
}

// MethodHeading is one heading of AAPOR's immediate disclosure.
type MethodHeading struct {
	Name   string
	Lines  []string
	Unsaid []string // what nobody has stated
}

// PageTitle implements [Page].
func (m *Method) PageTitle() string {
	return i18n.T(m.Lang, "method.title", nil) + ": " + m.Title
}

func (m *Method) template() string { return "method" }

// NewMethod words a methodology.
func NewMethod(frame Frame, in *report.Methodology) *Method {
	b := methodBuilder{lang: frame.Lang, in: in}
	m := &Method{
		Frame: frame, Survey: in.Survey, Title: in.Title, Data: "/api/v1/surveys/" + in.Survey + "/method?lang=" + in.Language,
		Watermark: i18n.Int(b.lang, int64(min(in.Watermark, math.MaxInt64))), Export: "hailong export --survey " + in.Survey + " > responses.csv",
		Reproduce: in.Reproduce,
	}
	for i := range in.Measures {
		m.Measures = append(m.Measures, b.measure(&in.Measures[i]))
	}
	for i := range in.Indices {
		m.Indices = append(m.Indices, b.index(&in.Indices[i]))
	}
	m.Missing = b.missing()
	m.Weights = b.weights()
	b.waves(m)
	m.Standing = b.standing()
	m.Rules = b.rules()
	m.Breaks = b.breaks()
	b.outreach(m)
	m.Headings = b.headings()
	b.worked(m)
	m.Receipt = b.receipt()
	return m
}

type methodBuilder struct {
	lang string
	in   *report.Methodology
}

func (b *methodBuilder) t(id string, gaps ...any) string {
	args, err := gapsOf(gaps)
	if err != nil {
		return id
	}
	return i18n.T(b.lang, id, args)
}

// number writes a number with at most so many decimals.
func (b *methodBuilder) number(v float64, decimals int) string {
	text := stat.FormatHalfUp(v, decimals)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return i18n.Decimal(b.lang, text)
}

// published writes a number as the results do.
func (b *methodBuilder) published(v float64) string {
	return i18n.Decimal(b.lang, stat.FormatHalfUp(v, b.in.Rounding))
}

// quoted lists codes.
func quoted(codes []string) string {
	return "“" + strings.Join(codes, "”, “") + "”"
}

// measure words a measure.
func (b *methodBuilder) measure(x *report.MeasureNote) MethodMeasure {
	out := MethodMeasure{Title: x.Title, What: named(b.lang, "how.measure_", x.Kind)}
	switch questionnaire.MeasureKind(x.Kind) {
	case questionnaire.TopBox, questionnaire.BottomBox:
		out.Formula = "p = 100 × k / n"
		out.Where = []string{b.t("method.where_k", "codes", quoted(x.Codes))}
	case questionnaire.Net:
		out.Formula = "net = 100 × (k − a) / n"
		out.Where = []string{b.t("method.where_k", "codes", quoted(x.Codes)), b.t("method.where_a", "codes", quoted(x.Against))}
	case questionnaire.Mean:
		out.Formula = "m = Σ vᵢ / n"
		out.Where = []string{b.t("method.where_v")}
	case questionnaire.Score100:
		out.Formula = "s = 100 × (m − min) / (max − min)"
		out.Where = []string{b.t("method.where_m")}
	case questionnaire.NPS:
		out.Formula = "NPS = 100 × (p − d) / n"
		out.Where = []string{b.t("method.where_nps")}
	}
	if x.Base == questionnaire.WithDontKnow {
		out.Where = append(out.Where, b.t("method.where_n_dont_know"))
	} else {
		out.Where = append(out.Where, b.t("method.where_n"))
	}
	return out
}

// index words an index with its factors.
func (b *methodBuilder) index(x *report.IndexNote) MethodIndex {
	out := MethodIndex{Title: x.Title, Note: x.Note, Hash: x.Method, How: named(b.lang, "how.index_", x.Aggregate), Formula: "Σ kᵢ / Σ nᵢ"}
	var measure *report.MeasureNote
	for i := range b.in.Measures {
		if b.in.Measures[i].ID == x.Measure {
			measure = &b.in.Measures[i]
			out.Measure = measure.Title
		}
	}
	if x.Aggregate == string(questionnaire.WeightedMean) {
		out.Formula = "Σ wⱼ × sⱼ / Σ wⱼ"
	}
	for i := range x.Factors {
		out.Factors = append(out.Factors, b.factor(&x.Factors[i], measure))
	}
	out.lift()
	return out
}

// lift says what all items of a factor, or of the index, have in common once.
func (x *MethodIndex) lift() {
	all := map[string]bool{}
	for i := range x.Factors {
		own := map[string]bool{}
		for _, item := range x.Factors[i].Items {
			own[item.Scale], all[item.Scale] = true, true
		}
		if len(own) == 1 {
			x.Factors[i].Scale = x.Factors[i].Items[0].Scale
			for j := range x.Factors[i].Items {
				x.Factors[i].Items[j].Scale = ""
			}
		}
	}
	if len(all) != 1 {
		return
	}
	for i := range x.Factors {
		x.Scale = cmp.Or(x.Scale, x.Factors[i].Scale)
		x.Factors[i].Scale = ""
	}
}

func (b *methodBuilder) factor(f *report.FactorNote, measure *report.MeasureNote) MethodFactor {
	out := MethodFactor{Title: f.Title, Depth: f.Depth, How: b.t("method.items_pooled")}
	if f.Weight != nil {
		out.Weight = b.number(*f.Weight, 6)
	}
	if f.Aggregate == string(questionnaire.WeightedMean) {
		out.How = b.t("method.items_mean")
		if len(f.Items) == 0 {
			out.How = b.t("method.factors_mean")
		}
	}
	for i := range f.Items {
		item := &f.Items[i]
		out.Items = append(out.Items, MethodItem{ID: item.ID, Text: item.Text, Scale: b.scale(item, measure)})
	}
	return out
}

// scale words the answers to an item, and those that are not counted.
func (b *methodBuilder) scale(item *report.ItemNote, measure *report.MeasureNote) string {
	var options, missing []string
	for i := range item.Options {
		options = append(options, b.option(&item.Options[i], measure))
	}
	for _, code := range item.Missing {
		missing = append(missing, named(b.lang, "missing.", code))
	}
	text := strings.Join(options, "; ") + "."
	if len(missing) > 0 {
		text += " " + b.t("method.not_counted") + ": " + strings.Join(missing, ", ") + "."
	}
	return text
}

// option words an answer with what it counts in a measure.
func (b *methodBuilder) option(o *report.OptionNote, x *report.MeasureNote) string {
	text := o.Code + " – " + o.Label
	if o.Code == o.Label {
		text = o.Code
	}
	if x == nil {
		return text
	}
	in := func(codes []string) bool { return slices.Contains(codes, o.Code) }
	switch kind := questionnaire.MeasureKind(x.Kind); {
	case kind.Coded() && in(x.Codes):
		return b.t("method.option_counts", "text", text)
	case kind.Coded() && in(x.Against):
		return b.t("method.option_against", "text", text)
	case kind.Coded() || o.Value == nil:
		return text
	}
	return b.t("method.option_value", "text", text, "value", b.number(*o.Value, 6))
}

func (b *methodBuilder) missing() []string {
	list := []string{b.t("method.missing_codes"), b.t("method.missing_base"), b.t("method.missing_none_imputed")}
	for i := range b.in.Measures {
		if b.in.Measures[i].Base == questionnaire.WithDontKnow {
			list = append(list, b.t("method.missing_dont_know", "name", b.in.Measures[i].Title))
		}
	}
	return list
}

func (b *methodBuilder) weights() []string {
	if b.in.Strata {
		return []string{
			b.t("method.weights_strata"), b.t("method.weights_strata_which"), b.t("method.weights_strata_value"), b.t("method.weights_strata_se"),
			b.t("method.weights_strata_deff"), b.t("method.weights_where"),
		}
	}
	return []string{b.t("method.weights_none")}
}

func (b *methodBuilder) rules() []string {
	list := []string{
		b.t("method.rule_rounding", "n", b.in.Rounding),
		b.t("method.rule_min_n", "n", b.in.MinN),
		b.t("method.rule_low_base", "n", b.in.LowBase),
	}
	if b.in.HideSame {
		list = append(list, b.t("method.rule_all_same"))
	}
	return append(list, b.t("method.rule_small"), b.t("method.rule_complementary"), b.t("method.rule_flags"))
}

func (b *methodBuilder) breaks() []string {
	var list []string
	for i := range b.in.Indices {
		x := &b.in.Indices[i]
		for _, at := range x.Breaks {
			list = append(list, x.Title+": "+b.t("results.break", "day", at.Day, "text", at.Reason))
		}
	}
	if len(list) == 0 {
		list = []string{b.t("method.breaks_none")}
	}
	return list
}

func (b *methodBuilder) receipt() []Named {
	r := b.in.Receipt
	if r == nil {
		return nil
	}
	return []Named{
		{b.t("method.receipt_query"), r.Query},
		{b.t("method.receipt_watermark"), i18n.Int(b.lang, int64(min(r.Watermark, math.MaxInt64)))},
		{b.t("method.receipt_versions"), strings.Join(r.Versions, " ")},
		{b.t("results.method_hash"), r.Method},
		{b.t("method.receipt_agencies"), r.Agencies},
		{b.t("method.receipt_figures"), r.Figures},
		{b.t("method.receipt_counts"), b.t("method.receipt_counts_text")},
		{b.t("method.receipt_result"), r.Result.SHA256},
	}
}
