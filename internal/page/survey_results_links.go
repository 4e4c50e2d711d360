package page

import (
	"net/url"
	"slices"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// download names a file format by its value in the API and its message.
type download struct{ value, message string }

// downloads lists the formats offered for scores.
var downloads = []download{
	{"csv-excel", "results.download_excel"},
	{"csv", "results.download_csv"},
	{"json", "results.download_json"},
}

// links fills what leads elsewhere: other indices, other orders, fewer filters,
// files.
func (b *resultsBuilder) links(s *SurveyResults) {
	if q := b.in.Questionnaire; q != nil && len(q.Indices) > 1 {
		for i := range q.Indices {
			ix := &q.Indices[i]
			s.Indices = append(s.Indices, Link{
				Text: ix.Title.In(b.lang), Href: b.address("index", ix.ID, "measure", "", "part", ""),
				Current: ix.ID == b.in.Scores.Index,
			})
		}
	}
	b.measures(s)
	for _, key := range []string{"estimate", "name", "n"} {
		link := Link{Text: i18n.T(b.lang, "results.sort_"+key, nil), Current: key == b.order.key}
		down := readOrder(key, "").down
		if link.Current {
			direction := "results.ascending"
			if b.order.down {
				direction = "results.descending"
			}
			link.Text += " (" + i18n.T(b.lang, direction, nil) + ")"
			down = !b.order.down
		}
		dir := "asc"
		if down {
			dir = "desc"
		}
		link.Href = b.address("sort", key, "dir", dir, "part", "")
		s.Sorts = append(s.Sorts, link)
	}
	b.chips(s)
	for _, d := range downloads {
		s.Downloads = append(s.Downloads, Link{Text: i18n.T(b.lang, d.message, nil), Href: b.file(d.value)})
	}
}

// measures lists the ways to compute the same index, where there are several.
func (b *resultsBuilder) measures(s *SurveyResults) {
	q := b.in.Questionnaire
	if q == nil {
		return
	}
	at := slices.IndexFunc(q.Indices, func(x questionnaire.Index) bool { return x.ID == b.in.Scores.Index })
	if at < 0 {
		return
	}
	for i := range q.Measures {
		m := &q.Measures[i]
		if !report.Fits(q, m, q.Indices[at].Factors) {
			continue
		}
		id := m.ID
		if id == q.Indices[at].Measure {
			id = "" // the address without the parameter
		}
		s.Measures = append(s.Measures, Link{
			Text: m.Title.In(b.lang), Href: b.address("measure", id, "part", ""), Current: m.ID == b.in.Scores.Measure,
		})
	}
	if len(s.Measures) < 2 {
		s.Measures = nil
	}
}

// file is the address of a download of the same scores: everything that narrows
// them, nothing that only orders the page.
func (b *resultsBuilder) file(format string) string {
	q := b.used
	values := url.Values{"by": {"agency"}, "index": {b.in.Scores.Index}, "format": {format}, "lang": {b.lang}}
	for name, value := range map[string]string{
		"measure": q.Measure, "agency": q.Agency, "level": q.Level, "from": q.From, "to": q.To, "wave": q.Wave, "channel": q.Channel,
		"flags": q.Flags, "compare": q.Compare,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return "/api/v1/surveys/" + url.PathEscape(b.in.Scores.Survey) + "/scores?" + values.Encode()
}

// chips lists the filters in use, each a link that takes it away.
func (b *resultsBuilder) chips(s *SurveyResults) {
	q := b.used
	add := func(name, label, text string) {
		if text != "" {
			s.Chips = append(s.Chips, Link{Text: i18n.T(b.lang, label, nil) + ": " + text, Href: b.address(name, "", "part", "")})
		}
	}
	add("agency", "results.agency", textOf(b.in.Agencies, q.Agency))
	if q.Level != "" {
		add("level", "results.level", named(b.lang, "level.", q.Level))
	}
	if period := periodOf(q.From, q.To); period != "" {
		s.Chips = append(s.Chips, Link{
			Text: i18n.T(b.lang, "standing.time", nil) + ": " + PeriodText(b.lang, period), Href: b.address("from", "", "to", "", "part", ""),
		})
	} else {
		add("from", "results.from", i18n.Date(b.lang, q.From))
		add("to", "results.to", i18n.Date(b.lang, q.To))
	}
	add("wave", "results.wave", textOf(b.in.Waves, q.Wave))
	add("channel", "results.channel", b.channelNames(q.Channel))
	if q.Flags == report.FlagsWithout || q.Flags == report.FlagsOnly {
		add("flags", "results.flags", i18n.T(b.lang, "results.flags_chip_"+q.Flags, nil))
	}
	if s.Changes != nil {
		s.Chips = append(s.Chips, Link{Text: s.Changes.Column, Href: b.address("compare", "", "part", "")})
	}
	if len(s.Chips) > 0 {
		s.Clear = b.address("compare", "", "agency", "", "level", "", "from", "", "to", "", "wave", "", "channel", "", "flags", "", "part", "")
	}
}

func textOf(choices []Choice, value string) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Text
		}
	}
	return value
}
