package page

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/index"
	"hailong/internal/report"
)

// manyPeriods is how many periods are still offered as links.
const manyPeriods = 6

// NewIndexResults lays out an index.
func NewIndexResults(in IndexResultsInput) *IndexResults {
	b := indexBuilder{in: in, scores: in.Scores, lang: in.Frame.Lang}
	b.ranges = map[string]report.IndexRange{}
	if s := in.Scores.Sensitivity; s != nil {
		for _, r := range s.Ranges {
			b.ranges[r.Unit] = r
		}
	}
	r := &IndexResults{
		Frame: in.Frame, Title: in.Scores.Title, Listed: messages(b.lang, in.Problems),
		MethodHash: in.Scores.Method, Figures: in.Scores.Figures, Docs: in.Frame.Go("/docs/methods/composite-index"),
		Close: b.address("unit", ""),
	}
	if in.Scores.Reference != "" {
		r.Notes = append(r.Notes, i18n.T(b.lang, "index.reference", map[string]any{"text": in.Scores.Reference}))
	}
	if in.Scores.Break != "" {
		r.Break = i18n.T(b.lang, "index.break", map[string]any{"period": PeriodText(b.lang, in.Scores.Period), "text": in.Scores.Break})
	}
	if in.Scores.Watermark > 0 {
		mark := int64(min(in.Scores.Watermark, math.MaxInt64))
		r.Watermark = i18n.T(b.lang, "results.watermark", map[string]any{"watermark": mark})
	}
	b.periods(r)
	b.rows(r)
	b.sensitivity(r)
	b.files(r)
	r.Method = b.method(-1)
	if in.Unit != "" {
		r.Unit = b.unit()
	}
	return r
}

type indexBuilder struct {
	in     IndexResultsInput
	scores *report.IndexScores
	lang   string
	axis   axis
	errors bool                         // some value has a standard error
	ranges map[string]report.IndexRange // by unit
}

// periods offers the other periods.
func (b *indexBuilder) periods(r *IndexResults) {
	list := b.scores.Periods
	if len(list) > manyPeriods {
		for _, period := range list {
			r.PeriodList = append(r.PeriodList, Choice{Value: period, Text: PeriodText(b.lang, period), Selected: period == b.scores.Period})
		}
		r.PeriodForm.Action = query(b.in.Frame.URL)
		if u, err := url.Parse(b.in.Frame.URL); err == nil {
			r.PeriodForm.Action = u.Path
			for _, name := range []string{"lang", "unit"} {
				if value := u.Query().Get(name); value != "" {
					r.PeriodForm.Keep = append(r.PeriodForm.Keep, Field{name, value})
				}
			}
		}
		return
	}
	for _, period := range list {
		r.Periods = append(r.Periods, Link{
			Text: PeriodText(b.lang, period), Href: b.address("period", period), Current: period == b.scores.Period,
		})
	}
}

// PeriodText words a period: a year, a quarter, a month; the id of a wave stays.
func PeriodText(lang, period string) string {
	if len(period) == len("2026") {
		if _, err := strconv.Atoi(period); err == nil {
			return i18n.T(lang, "index.year", map[string]any{"year": period})
		}
	}
	if len(period) == len("2026-Q3") && period[4:6] == "-Q" {
		return i18n.T(lang, "index.quarter", map[string]any{"year": period[:4], "quarter": period[6:]})
	}
	if len(period) == len("2026-11") {
		return i18n.Month(lang, period)
	}
	return period
}

// rows words the units.
func (b *indexBuilder) rows(r *IndexResults) {
	pillars := b.pillars()
	for _, at := range pillars {
		r.Pillars = append(r.Pillars, b.scores.Parts[at].Title)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range b.scores.Rows {
		x := &b.scores.Rows[i]
		for _, v := range []*float64{x.Value, x.Low, x.High} {
			if v != nil {
				low, high = min(low, *v), max(high, *v)
			}
		}
		b.errors = b.errors || x.Low != nil
	}
	b.axis = newAxis(low, high, false)
	r.Axis = b.axis.ticks(b.lang, false)
	for i := range b.scores.Rows {
		row := b.row(&b.scores.Rows[i], pillars)
		r.Graded = r.Graded || row.Class != ""
		r.Ranged = r.Ranged || row.Range != ""
		if row.Dot != nil {
			r.Rows = append(r.Rows, row)
		} else {
			r.Missing = append(r.Missing, row)
		}
	}
	r.Lead = i18n.T(b.lang, "index.lead", map[string]any{
		"period": PeriodText(b.lang, b.scores.Period), "with": i18n.Plural(b.lang, "index.units", int64(len(r.Rows)), nil),
	})
	if len(r.Missing) > 0 {
		r.MissText = i18n.Plural(b.lang, "index.missing_units", int64(len(r.Missing)), nil)
	}
	r.Errors = b.errors
	if b.errors {
		r.RangeNote = i18n.T(b.lang, "index.error_note", nil) + " "
	}
	if r.Ranged {
		r.RangeNote += i18n.T(b.lang, "index.range_note", map[string]any{"spread": b.spread()})
	}
}

// pillars lists the groups that the index is made of, which get columns of the
// table; indicators do where they are few.
func (b *indexBuilder) pillars() []int {
	var list []int
	for i := range b.scores.Parts {
		if b.scores.Parts[i].Above == 0 {
			list = append(list, i)
		}
	}
	if len(list) > maxPillars {
		return nil
	}
	return list
}

// maxPillars is how many columns of parts the table may have.
const maxPillars = 12

func (b *indexBuilder) row(x *report.IndexRow, pillars []int) IndexRow {
	row := IndexRow{
		Name: cmp.Or(x.Name, x.Unit), Href: b.address("unit", x.Unit), Class: cmp.Or(x.Grade, x.Class), Current: x.Unit == b.in.Unit,
	}
	for _, at := range pillars {
		text := ""
		if at < len(x.Steps) {
			text = b.fine(x.Steps[at].Value)
		}
		row.Pillars = append(row.Pillars, text)
	}
	if x.Value == nil {
		row.Class, row.Text = "", cmp.Or(b.reasons(x.Reasons), i18n.T(b.lang, "index.why_no_parts", nil))
		return row
	}
	row.Value = b.number(x.Value)
	row.Dot = &Dot{X: b.axis.at(*x.Value)}
	if x.Low != nil && x.High != nil {
		row.Low, row.High = b.number(x.Low), b.number(x.High)
		row.Dot.From, row.Dot.To = b.axis.at(*x.Low), b.axis.at(*x.High)
	}
	if x.Rank > 0 {
		row.Rank = i18n.Int(b.lang, int64(x.Rank))
		if at, ok := b.ranges[x.Unit]; ok && at.Low > 0 {
			row.Range = b.between(at.Low, at.High)
		}
	}
	return row
}

// between writes a range of ranks; one rank stands alone.
func (b *indexBuilder) between(low, high int) string {
	if low == high {
		return i18n.Int(b.lang, int64(low))
	}
	return i18n.Int(b.lang, int64(low)) + "–" + i18n.Int(b.lang, int64(high))
}

// sensitivity words how firm the ranks are.
func (b *indexBuilder) sensitivity(r *IndexResults) {
	s := b.scores.Sensitivity
	if s == nil {
		return
	}
	r.Spread = i18n.T(b.lang, "index.firm_note", map[string]any{"spread": b.spread(), "draws": s.Draws})
	for i := range s.Drops {
		r.Drops = append(r.Drops, b.drop(&s.Drops[i]))
	}
	if id, ok := map[string]string{"geometric": "index.other_geometric", "arithmetic": "index.other_arithmetic"}[s.Other.Part]; ok {
		other := b.drop(&s.Other)
		other.Title = i18n.T(b.lang, id, nil)
		r.Drops = append(r.Drops, other)
	}
	for i := range s.Importance {
		w := &s.Importance[i]
		r.Weights = append(r.Weights, IndexWeight{Title: cmp.Or(w.Title, w.Part), Weight: b.percent(w.Weight), Importance: b.percent(w.Importance)})
	}
}

func (b *indexBuilder) drop(d *report.IndexDrop) IndexDrop {
	return IndexDrop{Title: cmp.Or(d.Title, d.Part), Mean: b.written(d.Mean, 1), Max: b.written(d.Max, 0), Spearman: b.written(d.Spearman, 2)}
}

// percent writes a share as a percentage.
func (b *indexBuilder) percent(v *float64) string {
	if v == nil {
		return i18n.Unknown
	}
	return i18n.WithPercent(b.lang, b.written(new(100**v), 1))
}

func (b *indexBuilder) spread() string {
	return i18n.Percent(b.lang, round(100*b.scores.Sensitivity.Spread, 0), 0)
}

func (b *indexBuilder) written(v *float64, decimals int) string {
	if v == nil {
		return i18n.Unknown
	}
	return i18n.Number(b.lang, round(*v, decimals), decimals)
}

// round rounds half up.
func round(v float64, decimals int) float64 {
	power := math.Pow10(decimals)
	return math.Floor(v*power+0.5) / power
}

// files are the downloads.
func (b *indexBuilder) files(r *IndexResults) {
	for _, d := range []struct{ message, format, steps string }{
		{"results.download_excel", "csv-excel", ""},
		{"results.download_csv", "csv", ""},
		{"index.download_steps", "csv", "1"},
		{"results.download_json", "json", "1"},
	} {
		values := url.Values{"period": {b.scores.Period}, "format": {d.format}, "lang": {b.lang}}
		if d.steps != "" {
			values.Set("steps", d.steps)
		}
		r.Downloads = append(r.Downloads, Link{
			Text: i18n.T(b.lang, d.message, nil), Href: "/api/v1/indices/" + url.PathEscape(b.scores.Index) + "?" + values.Encode(),
		})
	}
}

// unit lays out the steps of the unit that is asked for.
func (b *indexBuilder) unit() *IndexUnit {
	at := slices.IndexFunc(b.scores.Rows, func(x report.IndexRow) bool { return x.Unit == b.in.Unit })
	if at < 0 || len(b.scores.Rows[at].Steps) != len(b.scores.Parts) {
		return nil
	}
	x := &b.scores.Rows[at]
	row := b.row(x, nil)
	out := &IndexUnit{Name: row.Name, Text: row.Text}
	if row.Value != "" {
		out.Text = i18n.T(b.lang, "index.unit_value", map[string]any{"value": row.Value})
		for _, more := range []string{row.Standing(b.lang), row.Class} {
			if more != "" {
				out.Text += " · " + more
			}
		}
	}
	for i := range b.scores.Parts {
		if !b.scores.Parts[i].Leaf() {
			out.Tables = append(out.Tables, b.steps(x, i))
		}
	}
	return out
}

// steps shows what a part is made of.
func (b *indexBuilder) steps(x *report.IndexRow, at int) IndexSteps {
	part, own := &b.scores.Parts[at], &x.Steps[at]
	out := IndexSteps{ID: strconv.Itoa(at), Title: cmp.Or(part.Title, part.ID), How: b.how(part), Result: b.fine(own.Value)}
	if at == 0 {
		out.Result = b.number(x.Value)
	}
	if own.Value == nil {
		out.Reason = b.reasons(own.Reasons)
	}
	sum := 0.0
	for i := range b.scores.Parts {
		p, s := &b.scores.Parts[i], &x.Steps[i]
		if p.Above != at {
			continue
		}
		row := IndexStep{
			Title: cmp.Or(p.Title, p.ID), Raw: b.raw(s), Value: b.fine(s.Value), Weight: b.plain(s.Weight),
			Contribution: b.fine(s.Contribution), Note: b.note(p, s),
		}
		if s.Contribution != nil {
			sum += *s.Contribution
			out.Added = true
		}
		out.Raw = out.Raw || p.Leaf()
		out.Rows = append(out.Rows, row)
	}
	if out.Added {
		out.Sum = b.fine(&sum)
	}
	return out
}

// raw writes a raw value, as the share that it is made of where it is one.
func (b *indexBuilder) raw(s *report.IndexStep) string {
	text := b.plain(s.Raw)
	if s.Numerator != nil && s.Denominator != nil {
		text = i18n.T(b.lang, "index.share", map[string]any{"numerator": b.plain(s.Numerator), "denominator": b.plain(s.Denominator), "share": text})
	}
	return text
}

// note tells how a raw value became comparable, or why there is none.
func (b *indexBuilder) note(p *report.IndexPart, s *report.IndexStep) string {
	var texts []string
	add := func(id string, args map[string]any) { texts = append(texts, i18n.T(b.lang, id, args)) }
	if s.Value == nil {
		texts = append(texts, cmp.Or(b.reasons(s.Reasons), b.reasons([]report.IndexReason{{Code: index.Missing}})))
	} else if p.Leaf() {
		texts = append(texts, b.how(p)...)
	}
	if s.Imputed != nil {
		add("index.imputed", map[string]any{"value": b.plain(s.Imputed)})
	}
	if s.Treated != nil && s.Raw != nil && *s.Treated != *s.Raw {
		add("index.treated", map[string]any{"value": b.plain(s.Treated)})
	}
	if s.Capped {
		add("index.capped", nil)
	}
	switch {
	case s.Source != "" && s.Checked:
		add("index.source_checked", map[string]any{"source": s.Source})
	case s.Source != "":
		add("index.source", map[string]any{"source": s.Source})
	}
	return strings.Join(texts, " · ")
}

// number writes a published value, fine one of a step, plain a raw value or a
// weight, each with the very digits of the files; empty for none.
func (b *indexBuilder) number(v *float64) string { return b.digits(b.in.Digits, v) }
func (b *indexBuilder) fine(v *float64) string   { return b.digits(b.in.Fine, v) }
func (b *indexBuilder) plain(v *float64) string  { return b.digits(b.in.Raw, v) }

func (b *indexBuilder) digits(write func(*float64) string, v *float64) string {
	if v == nil || write == nil {
		return ""
	}
	return i18n.Decimal(b.lang, write(v))
}

func (b *indexBuilder) address(pairs ...string) string { return with(b.in.Frame.URL, pairs...) }
