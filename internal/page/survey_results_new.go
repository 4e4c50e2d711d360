package page

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// ResultsInput is what the results of a survey are made from.
type ResultsInput struct {
	Frame         Frame
	Scores        *report.Scores // by agency
	Questionnaire *questionnaire.Questionnaire
	Query         report.Query // as asked
	Used          report.Query // as answered: without what had problems; the zero value: as asked
	Parent        string       // id of the agency that Used.Agency names; empty without
	Sort          string       // estimate, name or n; else estimate
	Dir           string       // asc or desc; else what suits the sort
	Part          int          // of a long list, from 1
	All           bool         // also the list of agencies without a score, however long
	Responses     int64        // counted here; 0: not told
	Problems      []errs.Problem
	Agencies      []Choice // to filter by: id and name
	Levels        []string
	Waves         []Choice
	Channels      []string
	Months        []string // YYYY-MM, with answers; empty: only dates can be chosen
	Profile       *ProfileInput
	// Digits writes a number as the files do: plain digits with a point, empty
	// for none. The page shows the same digits.
	Digits func(*float64) string
}

// NewSurveyResults lays out the results.
func NewSurveyResults(in ResultsInput) *SurveyResults {
	sc := in.Scores
	b := newResultsBuilder(in)
	label := intervalLabels(sc.SampleType)
	s := &SurveyResults{
		Frame: b.in.Frame, Survey: sc.Survey, Title: sc.Title, IndexTitle: sc.IndexTitle,
		Measure: sc.MeasureTitle, MinN: i18n.Plural(b.lang, "results.min_n", int64(sc.MinN), nil),
		MethodNote: sc.MethodNote, MethodHash: sc.Method, Versions: sc.Versions,
		Watermark: i18n.Int(b.lang, int64(min(sc.Watermark, math.MaxInt64))), Pooled: sc.Rollup == "pooled",
	}
	if in.Responses > 0 {
		s.Respondents = i18n.Plural(b.lang, "results.respondents", in.Responses, nil)
	}
	s.Made = b.made()
	s.Breaks = b.breaks()
	s.Interval = IntervalLabel{Column: i18n.T(b.lang, label.column, nil), About: i18n.T(b.lang, label.about, nil)}
	s.ChartNote = i18n.T(b.lang, "standing.chart_note", map[string]any{"text": i18n.T(b.lang, label.inText, nil)})
	s.Changes = b.changes()
	b.rows(s)
	b.links(s)
	b.filter(s)
	if in.Profile != nil {
		s.Profile = b.profile(in.Profile)
	}
	return s
}

type resultsBuilder struct {
	in    ResultsInput
	used  report.Query
	url   string // of this page, as far as it could be answered
	lang  string
	share bool
	order order
	axis  axis
}

// newResultsBuilder settles the addresses: links from the page ask only for what
// can be answered, while the page in another language is about the same question.
func newResultsBuilder(in ResultsInput) resultsBuilder {
	used := in.Used
	if used.Survey == "" {
		used = in.Query
	}
	in.Frame.URL = with(in.Frame.URL, "period", "", shownDates, "", "from", in.Query.From, "to", in.Query.To)
	b := resultsBuilder{
		in: in, used: used, url: in.Frame.URL, lang: in.Frame.Lang, share: in.Scores.Unit == "%", order: readOrder(in.Sort, in.Dir),
	}
	asked, left := parameters(in.Query), parameters(used)
	for i := range asked {
		if left[i] != asked[i] || left[i].Value == "" { // the form sends its empty fields too
			b.url = with(b.url, left[i].Name, left[i].Value)
		}
	}
	return b
}

// parameters lists what narrows a query by the names that the address has for it.
func parameters(q report.Query) []Field {
	return []Field{
		{"index", q.Index},
		{"measure", q.Measure},
		{"agency", q.Agency},
		{"level", q.Level},
		{"from", q.From},
		{"to", q.To},
		{"wave", q.Wave},
		{"channel", q.Channel},
		{"flags", q.Flags},
		{"compare", q.Compare},
	}
}

// breaks words where the series begin anew, each day and reason once.
func (b *resultsBuilder) breaks() []string {
	var list []string
	for _, at := range b.in.Scores.Breaks {
		text := i18n.T(b.lang, "results.break", map[string]any{"day": at.Day, "text": at.Reason})
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// rows sorts, cuts into parts and words the rows.
func (b *resultsBuilder) rows(s *SurveyResults) {
	var with, unfinished, without []*report.Row
	intervals := map[string]bool{}
	ranked := false
	for i := range b.in.Scores.Rows {
		r := &b.in.Scores.Rows[i]
		switch {
		case scored(r):
			with = append(with, r)
			intervals[r.Interval] = true
			s.Shrunk = s.Shrunk || r.Shrunk != nil
			ranked = ranked || r.Rank > 0
		case hidden(r):
			without = append(without, r)
		default:
			unfinished = append(unfinished, r)
		}
	}
	if ranked {
		s.RankNote = i18n.T(b.lang, "standing.note", nil)
	}
	b.sort(with)
	b.byName(unfinished)
	b.byName(without)
	b.axis = b.span(with)
	s.Axis = b.axis.ticks(b.lang, b.share)
	s.Mean = b.mean(with)
	for _, code := range slices.Sorted(maps.Keys(intervals)) {
		if code != "" {
			s.Intervals = append(s.Intervals, named(b.lang, "interval.", code))
		}
	}
	b.cut(s, slices.Concat(with, unfinished, b.list(s, without)))
}

// list decides how the agencies without a score are listed, and returns those
// that take part in the parts of a long list. They come folded up; too many to
// send unasked come on demand.
func (b *resultsBuilder) list(s *SurveyResults, without []*report.Row) []*report.Row {
	if len(without) == 0 {
		return nil
	}
	s.HiddenText = i18n.Plural(b.lang, "standing.hidden", int64(len(without)), nil)
	switch {
	case b.in.All:
		s.HiddenOpen, s.HideEmpty = true, b.address("all", "", "part", "")
		return without
	case len(without) > PartLimit:
		s.ShowAll = b.address("all", "1", "part", "")
		return nil
	}
	for _, r := range without {
		s.Hidden = append(s.Hidden, b.row(r))
	}
	return nil
}

// cut keeps one part of a long list.
func (b *resultsBuilder) cut(s *SurveyResults, rows []*report.Row) {
	total := len(rows)
	parts := max(1, (total+PartLimit-1)/PartLimit)
	part := max(1, min(b.in.Part, parts))
	first := (part - 1) * PartLimit
	rows = rows[first:min(first+PartLimit, total)]
	if parts > 1 {
		s.Part = i18n.T(b.lang, "results.shown", map[string]any{"first": first + 1, "last": first + len(rows), "total": total})
		if part > 1 {
			s.Previous = b.address("part", strconv.Itoa(part-1))
		}
		if part < parts {
			s.Following = b.address("part", strconv.Itoa(part+1))
		}
	}
	for _, r := range rows {
		row := b.row(r)
		switch {
		case scored(r):
			s.Rows = append(s.Rows, row)
		case hidden(r):
			s.Hidden = append(s.Hidden, row)
		default:
			s.Unfinished = append(s.Unfinished, row)
		}
		if units, ok := b.units(r); ok {
			s.Units = append(s.Units, units)
		}
	}
}

// byName orders rows by name alone: another order could tell which of the
// agencies without a score have more responses.
func (b *resultsBuilder) byName(rows []*report.Row) {
	compare := i18n.Collator(b.lang)
	slices.SortFunc(rows, func(x, y *report.Row) int {
		return cmp.Or(compare(x.AgencyName, y.AgencyName), cmp.Compare(x.Agency, y.Agency))
	})
}

// sort puts rows in the order asked for, then by name and id, so that the order
// is the same every time.
func (b *resultsBuilder) sort(rows []*report.Row) {
	compare := i18n.Collator(b.lang)
	slices.SortFunc(rows, func(x, y *report.Row) int {
		c := 0
		switch b.order.key {
		case "n":
			c = cmp.Compare(x.N, y.N)
		case "name":
			c = compare(x.AgencyName, y.AgencyName)
		default:
			if x.Estimate != nil && y.Estimate != nil {
				c = cmp.Compare(*x.Estimate, *y.Estimate)
			}
		}
		if b.order.down {
			c = -c
		}
		return cmp.Or(c, compare(x.AgencyName, y.AgencyName), cmp.Compare(x.Agency, y.Agency))
	})
}

// span is the axis that holds all scores with their whole intervals: one cut off
// at the border would look surer than it is.
func (b *resultsBuilder) span(rows []*report.Row) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		low, high = min(low, *r.Estimate), max(high, *r.Estimate)
		if r.Low != nil && r.High != nil {
			low, high = min(low, *r.Low), max(high, *r.High)
		}
	}
	return newAxis(low, high, b.share)
}

// mean is the hairline of the agency whose subtree is shown.
func (b *resultsBuilder) mean(rows []*report.Row) *Mean {
	for _, r := range rows {
		if b.in.Parent != "" && r.Agency == b.in.Parent {
			return &Mean{X: b.axis.at(*r.Estimate), Text: i18n.T(b.lang, "results.mean_line",
				map[string]any{"name": r.AgencyName, "value": b.number(r.Estimate)})}
		}
	}
	return nil
}

// row words one row.
func (b *resultsBuilder) row(r *report.Row) ResultRow {
	row := ResultRow{Name: r.AgencyName, Level: named(b.lang, "level.", r.Level), Pale: r.State != report.OK}
	if r.Agency != "" && r.Agency != b.in.Parent {
		row.Href = b.address("agency", r.Agency, "part", "", "level", "")
	}
	switch {
	case scored(r):
		row.N, row.State = i18n.Int(b.lang, r.N), named(b.lang, "state.", string(r.State))
		row.Estimate, row.Low, row.High = b.number(r.Estimate), b.number(r.Low), b.number(r.High)
		row.Dot = &Dot{X: b.axis.at(*r.Estimate)}
		if r.Low != nil && r.High != nil {
			row.Dot.From, row.Dot.To = b.axis.at(*r.Low), b.axis.at(*r.High)
		}
		b.stand(&row, r)
	case hidden(r):
		row.Text = i18n.T(b.lang, "standing.hidden_one", nil)
	case r.State == report.Withheld:
		row.Text = i18n.T(b.lang, "results.withheld_row", nil)
	default:
		row.Text = i18n.T(b.lang, "standing.incomplete", nil)
	}
	return row
}

// stand words how a row stands to others.
func (b *resultsBuilder) stand(row *ResultRow, r *report.Row) {
	row.Rank, row.Change = b.rank(r), b.change(r)
	if r.Shrunk == nil {
		return
	}
	row.Shrunk = b.number(r.Shrunk)
	if r.ShrunkLow != nil && r.ShrunkHigh != nil {
		row.ShrunkRange = i18n.T(b.lang, "results.interval_text", map[string]any{"low": b.number(r.ShrunkLow), "high": b.number(r.ShrunkHigh)})
	}
}

// number writes a score with the very digits of the files.
func (b *resultsBuilder) number(v *float64) string {
	digits := ""
	if v != nil && b.in.Digits != nil {
		digits = b.in.Digits(v)
	}
	if digits == "" {
		return i18n.Unknown
	}
	if b.share {
		return i18n.WithPercent(b.lang, i18n.Decimal(b.lang, digits))
	}
	return i18n.Decimal(b.lang, digits)
}

// address is this page's address with some parameters changed.
func (b *resultsBuilder) address(pairs ...string) string { return with(b.url, pairs...) }
