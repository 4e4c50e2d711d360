package page

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// FilterForm narrows the results, and says what they are compared with.
type FilterForm struct {
	Action string
	Keep   []Field // parameters that stay
	Fields []FilterField
	Open   bool // something in it is wrong
}

// FilterField is one list to choose from, or one date to type.
type FilterField struct {
	Name    string
	Label   string
	Choices []Choice // empty for a date
	Value   string   // of a date
	Errors  []string // what is wrong with it
}

// shownDates is the hidden field with the dates that stand in the form when it
// is sent out, so that those typed by the reader can be told from those.
const shownDates = "shown"

// Window returns the days that the time fields of the form ask for. Dates that
// somebody typed hold against a period chosen before; dates that only were in the
// form already don't. It returns false for a period that is none.
func Window(period, from, to, shown string) (first, last string, ok bool) {
	typed := from+to != "" && from+".."+to != shown
	if period == "" || period == otherDates || typed {
		return from, to, true
	}
	return spanOf(period)
}

// otherDates is the choice of a period that says that dates are typed.
const otherDates = "dates"

// spanOf returns the first and last day of a year (2026), a quarter (2026-Q2) or
// a month (2026-05).
func spanOf(period string) (first, last string, ok bool) {
	months := 1
	var start time.Time
	var err error
	switch {
	case len(period) == len("2026"):
		months = 12
		start, err = time.Parse("2006", period)
	case len(period) == len("2026-Q2") && period[4:6] == "-Q":
		quarter := int(period[6] - '0')
		if quarter < 1 || quarter > 4 {
			return "", "", false
		}
		months = 3
		start, err = time.Parse("2006", period[:4])
		start = start.AddDate(0, 3*(quarter-1), 0)
	default:
		start, err = time.Parse("2006-01", period)
	}
	if err != nil {
		return "", "", false
	}
	return start.Format(time.DateOnly), start.AddDate(0, months, -1).Format(time.DateOnly), true
}

// periods lists the years, quarters and months in which something was counted,
// newest first, each year with what lies in it.
func periods(months []string) []string {
	months = slices.Clone(months)
	slices.Sort(months)
	slices.Reverse(months)
	var out []string
	add := func(period string) {
		if !slices.Contains(out, period) {
			out = append(out, period)
		}
	}
	for _, month := range months {
		at, err := time.Parse("2006-01", month)
		if err != nil {
			continue
		}
		add(strconv.Itoa(at.Year()))
		add(fmt.Sprintf("%04d-Q%d", at.Year(), (at.Month()+2)/3))
		add(month)
	}
	return out
}

// periodOf returns the period that begins and ends with some days, if any.
func periodOf(from, to string) string {
	if len(from) != len(time.DateOnly) {
		return ""
	}
	year := from[:4]
	candidates := []string{year, year + "-Q1", year + "-Q2", year + "-Q3", year + "-Q4", from[:7]}
	at := slices.IndexFunc(candidates, func(period string) bool {
		first, last, ok := spanOf(period)
		return ok && first == from && last == to
	})
	if at < 0 {
		return ""
	}
	return candidates[at]
}

// filter fills the form with what was asked for, whether it could be answered or
// not.
func (b *resultsBuilder) filter(s *SurveyResults) {
	q := b.in.Query
	f := &s.Filter
	if u, err := url.Parse(b.in.Frame.URL); err == nil {
		f.Action = u.Path
		for _, name := range []string{"lang", "index", "measure", "sort", "dir", "all", "flags"} {
			if value := u.Query().Get(name); value != "" {
				f.Keep = append(f.Keep, Field{name, value})
			}
		}
	}
	root := q.Agency
	if q.Agency == b.used.Agency {
		root = cmp.Or(b.in.Parent, root)
	}
	f.list("agency", i18n.T(b.lang, "results.agency", nil), b.choices(b.in.Agencies, root))
	f.list("level", i18n.T(b.lang, "results.level", nil), b.choices(b.named("level.", b.in.Levels), q.Level))
	b.times(f, q)
	f.list("wave", i18n.T(b.lang, "results.wave", nil), b.choices(b.in.Waves, q.Wave))
	f.list("channel", i18n.T(b.lang, "results.channel", nil), b.channelChoices())
	f.list("compare", i18n.T(b.lang, "standing.compare", nil), b.comparisons(q.Compare))
	b.blame(s)
}

// list adds a list to choose from, unless there is nothing to choose.
func (f *FilterForm) list(name, label string, choices []Choice) {
	if len(choices) > 0 {
		f.Fields = append(f.Fields, FilterField{Name: name, Label: label, Choices: choices})
	}
}

// times offers whole periods, which is what the public can have, and dates.
func (b *resultsBuilder) times(f *FilterForm, q report.Query) {
	from, to := q.From, q.To
	value := periodOf(from, to)
	if value != "" {
		from, to = "", ""
	} else if from+to != "" {
		value = otherDates
		f.Keep = append(f.Keep, Field{shownDates, from + ".." + to})
	}
	var list []Choice
	for _, period := range periods(b.in.Months) {
		list = append(list, Choice{Value: period, Text: PeriodText(b.lang, period)})
	}
	if value != "" && value != otherDates && !slices.ContainsFunc(list, func(c Choice) bool { return c.Value == value }) {
		list = append(list, Choice{Value: value, Text: PeriodText(b.lang, value)})
	}
	if len(list) > 0 {
		list = append(list, Choice{Value: otherDates, Text: i18n.T(b.lang, "standing.dates", nil)})
	}
	f.list("period", i18n.T(b.lang, "standing.period", nil), b.choices(list, value))
	f.Fields = append(f.Fields,
		FilterField{Name: "from", Label: i18n.T(b.lang, "results.from", nil), Value: from},
		FilterField{Name: "to", Label: i18n.T(b.lang, "results.to", nil), Value: to})
}

// comparisons lists what the scores can be compared with.
func (b *resultsBuilder) comparisons(value string) []Choice {
	var list []Choice
	if len(b.in.Waves) > 1 {
		list = append(list, Choice{Value: report.ComparePrevious, Text: i18n.T(b.lang, "standing.compare_previous", nil)})
		for _, wave := range b.in.Waves {
			text := i18n.T(b.lang, "standing.compare_wave", map[string]any{"name": wave.Text})
			list = append(list, Choice{Value: wavePrefix + wave.Value, Text: text})
		}
	}
	list = append(list,
		Choice{Value: report.CompareParent, Text: i18n.T(b.lang, "standing.compare_parent", nil)},
		Choice{Value: report.ComparePeers, Text: i18n.T(b.lang, "standing.compare_peers", nil)})
	out := b.choices(list, value)
	out[0].Text = i18n.T(b.lang, "standing.compare_none", nil)
	return out
}

// blame puts problems at their fields, and lists them all above the results.
func (b *resultsBuilder) blame(s *SurveyResults) {
	f := &s.Filter
	for _, p := range b.in.Problems {
		text := message(b.lang, p)
		at := slices.IndexFunc(f.Fields, func(x FilterField) bool { return x.Name == b.fieldOf(p) })
		if at < 0 {
			s.Listed = append(s.Listed, Mistake{Text: messages(b.lang, []errs.Problem{p})[0]})
			continue
		}
		field := &f.Fields[at]
		f.Open = true
		field.Errors = append(field.Errors, text)
		s.Listed = append(s.Listed, Mistake{Text: field.Label + ": " + text, Href: "#f-" + field.Name})
	}
}

// fieldOf names the field that a problem is about: days that are a whole period
// were chosen as one.
func (b *resultsBuilder) fieldOf(p errs.Problem) string {
	if (p.Item == "from" || p.Item == "to") && periodOf(b.in.Query.From, b.in.Query.To) != "" {
		return "period"
	}
	return p.Item
}

func (b *resultsBuilder) named(prefix string, codes []string) []Choice {
	list := make([]Choice, 0, len(codes))
	for _, code := range codes {
		list = append(list, Choice{Value: code, Text: named(b.lang, prefix, code)})
	}
	return list
}

// choices puts "all" before a list and marks what is chosen; a value that is
// not in the list is added, so that sending the form again keeps it. An empty
// list stays empty: there is nothing to choose.
func (b *resultsBuilder) choices(list []Choice, value string) []Choice {
	if len(list) == 0 {
		return nil
	}
	out := []Choice{{Text: i18n.T(b.lang, "results.any", nil)}}
	found := value == ""
	for _, c := range list {
		c.Selected = value != "" && c.Value == value
		found = found || c.Selected
		out = append(out, c)
	}
	if !found {
		out = append(out, Choice{Value: value, Text: value, Selected: true})
	}
	return out
}
