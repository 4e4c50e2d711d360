// Package export writes what leaves the house as files: scores, and raw
// responses. It reads nothing and decides nothing; what may be published is the
// business of those who call it.
//
// Promises: a page, a JSON document and a CSV file of the same scores show the
// same digits ([Digits]). Texts can't be run as formulas by a spreadsheet. Memory
// does not grow with the number of rows. A file of responses comes with a
// [Manifest], so that a truncated one can be told from a whole one. Responses
// carry no id, receipt, sequence or time of day.
package export

import (
	"io"
	"slices"
	"strconv"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/stat"
)

// decimals is how many digits after the point every published number has.
const decimals = 2

// Digits writes an estimate or a limit as every page and file shows it: rounded
// half up to two decimals; the empty string for nil. A caller that shows numbers
// in a language with a decimal comma changes only the point.
func Digits(v *float64) string {
	if v == nil {
		return ""
	}
	return stat.FormatHalfUp(*v, decimals)
}

// scoreColumn is one column of rows of scores, in all formats. One of text and
// number is set; a number is written as it stands, empty for none.
type scoreColumn struct {
	name   string
	text   func(*report.Row) string
	number func(*report.Row) string
	counts bool // one number per code instead
	spare  bool // left out of JSON when empty
}

// scoreColumns lists the columns that rows have: the agency first, then the
// other keys in the order asked for, then the score, and where a break was ever
// declared the series.
func scoreColumns(s *report.Scores) []scoreColumn {
	by := s.By
	text := func(name string, get func(*report.Row) string) scoreColumn { return scoreColumn{name: name, text: get} }
	factor := []scoreColumn{
		text("factor", func(r *report.Row) string { return r.Factor }),
		text("factor_name", func(r *report.Row) string { return r.FactorName }),
	}
	level := text("level", func(r *report.Row) string { return r.Level })
	keys := map[string][]scoreColumn{
		"level":   {level},
		"month":   {text("month", func(r *report.Row) string { return r.Month })},
		"day":     {text("day", func(r *report.Row) string { return r.Day })},
		"wave":    {text("wave", func(r *report.Row) string { return r.Wave })},
		"version": {text("version", func(r *report.Row) string { return r.Version })},
		"channel": {text("channel", func(r *report.Row) string { return r.Channel })},
		"factor":  factor,
		"item": {
			text("item", func(r *report.Row) string { return r.Item }),
			text("item_text", func(r *report.Row) string { return r.ItemText }),
		},
	}
	if !slices.Contains(by, "factor") { // an item is read with its factor
		keys["item"] = slices.Concat(factor, keys["item"])
	}
	var out []scoreColumn
	if slices.Contains(by, "agency") {
		delete(keys, "level")
		out = append(out,
			text("agency", func(r *report.Row) string { return r.Agency }),
			text("agency_name", func(r *report.Row) string { return r.AgencyName }),
			level)
	}
	for _, key := range by {
		out = append(out, keys[key]...)
	}
	reason := text("reason", func(r *report.Row) string { return r.Reason })
	reason.spare = true
	out = append(out,
		text("measure", func(r *report.Row) string { return r.Measure }),
		scoreColumn{name: "n", number: func(r *report.Row) string { return strconv.FormatInt(r.N, 10) }},
		scoreColumn{name: "effective_n", number: effectiveN},
		scoreColumn{name: "counts", counts: true},
		scoreColumn{name: "estimate", number: func(r *report.Row) string { return Digits(r.Estimate) }},
		scoreColumn{name: "low", number: func(r *report.Row) string { return Digits(r.Low) }},
		scoreColumn{name: "high", number: func(r *report.Row) string { return Digits(r.High) }},
		text("interval", func(r *report.Row) string { return r.Interval }),
		text("state", func(r *report.Row) string { return string(r.State) }),
		reason)
	if len(s.Breaks) == 0 {
		return out
	}
	began, note := text("break", func(r *report.Row) string { return r.Break }), text("note", func(r *report.Row) string { return r.Note })
	began.spare, note.spare = true, true
	return append(out, scoreColumn{name: "series", number: seriesNumber}, began, note)
}

// seriesNumber is empty for what was never broken.
func seriesNumber(r *report.Row) string {
	if r.Series == 0 {
		return ""
	}
	return strconv.Itoa(r.Series)
}

func effectiveN(r *report.Row) string {
	if r.EffectiveN == 0 {
		return ""
	}
	return Digits(&r.EffectiveN)
}

// codes lists the codes that any row counts, in order of first appearance;
// those of missing answers last.
func codes(rows []report.Row) []string {
	var out []string
	seen := map[string]bool{}
	for i := range rows {
		for _, c := range rows[i].Counts {
			if !seen[c.Code] {
				seen[c.Code] = true
				out = append(out, c.Code)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return missingRank(a) - missingRank(b) })
	return out
}

// missingRank is the place of a missing code among the columns of counts, 0 for
// an option.
func missingRank(code string) int {
	return 1 + slices.Index([]string{
		questionnaire.DontKnow, questionnaire.Refused, questionnaire.NotApplicable, questionnaire.Skipped,
		response.NotAsked.String(),
	}, code)
}

// ScoresCSV writes scores as RFC 4180: a header, then one line per row, with one
// column count_<code> per code that any row counts. What does not exist is
// empty. With bom, spreadsheets recognise the encoding. It returns the error of w.
func ScoresCSV(w io.Writer, s *report.Scores, withBOM bool) error {
	out := newBuffer(w)
	if withBOM {
		out.b = append(out.b, bom...)
	}
	columns, counted := scoreColumns(s), codes(s.Rows)
	if len(counted) == 0 {
		columns = slices.DeleteFunc(columns, func(c scoreColumn) bool { return c.counts })
	}
	for i, c := range columns {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		if !c.counts {
			out.b = append(out.b, c.name...)
			continue
		}
		for j, code := range counted {
			if j > 0 {
				out.b = append(out.b, ',')
			}
			out.b = append(append(out.b, "count_"...), code...)
		}
	}
	out.b = append(out.b, "\r\n"...)
	for i := range s.Rows {
		out.b = appendScoreLine(out.b, columns, counted, &s.Rows[i])
		out.spill()
	}
	return out.end()
}

func appendScoreLine(b []byte, columns []scoreColumn, counted []string, row *report.Row) []byte {
	for i, c := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		switch {
		case c.text != nil:
			b = appendCSV(b, c.text(row))
		case c.number != nil:
			b = append(b, c.number(row)...)
		default:
			b = appendCounts(b, counted, row.Counts)
		}
	}
	return append(b, "\r\n"...)
}

// appendCounts appends the counts of a row under the columns of the codes.
func appendCounts(b []byte, counted []string, counts []report.Count) []byte {
	for i, code := range counted {
		if i > 0 {
			b = append(b, ',')
		}
		if at := slices.IndexFunc(counts, func(c report.Count) bool { return c.Code == code }); at >= 0 {
			b = strconv.AppendInt(b, counts[at].N, 10)
		}
	}
	return b
}

// ScoresJSON writes scores as one JSON object, a line per row. Numbers that don't
// exist are null; counts keep their order. It returns the error of w.
func ScoresJSON(w io.Writer, s *report.Scores) error {
	out := newBuffer(w)
	text := func(name, value string) {
		out.b = append(append(append(out.b, '"'), name...), `":`...)
		out.b = append(appendJSON(out.b, value), ',')
	}
	list := func(name string, values []string) {
		out.b = append(append(append(out.b, '"'), name...), `":[`...)
		for i, v := range values {
			if i > 0 {
				out.b = append(out.b, ',')
			}
			out.b = appendJSON(out.b, v)
		}
		out.b = append(out.b, "],"...)
	}
	out.b = append(out.b, '{')
	text("survey", s.Survey)
	text("title", s.Title)
	list("versions", s.Versions)
	text("method", s.Method)
	text("method_note", s.MethodNote)
	out.b = strconv.AppendUint(append(out.b, `"watermark":`...), s.Watermark, 10)
	out.b = append(out.b, ',')
	text("generated_for", s.GeneratedFor)
	text("index", s.Index)
	text("index_title", s.IndexTitle)
	text("measure", s.Measure)
	text("measure_title", s.MeasureTitle)
	text("unit", s.Unit)
	list("by", s.By)
	text("rollup", s.Rollup)
	out.b = strconv.AppendInt(append(out.b, `"min_n":`...), int64(s.MinN), 10)
	out.b = appendMade(out.b, s)
	out.b = appendBreaks(out.b, s.Breaks)
	out.b = append(out.b, `,"rows":[`...)
	columns := scoreColumns(s)
	for i := range s.Rows {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = appendScoreObject(append(out.b, '\n'), columns, &s.Rows[i])
		out.spill()
	}
	out.b = append(out.b, "\n]}\n"...)
	return out.end()
}

// appendMade appends what responses the scores are made from.
func appendMade(b []byte, s *report.Scores) []byte {
	b = append(b, `,"channels":{`...)
	for i, c := range s.Channels {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(appendJSON(b, c.Channel), ':'), c.N, 10)
	}
	b = strconv.AppendInt(append(b, `},"flagged":`...), s.Flagged, 10)
	return appendJSON(append(b, `,"flags":`...), s.Flags)
}

// appendBreaks appends the breaks, where there are any.
func appendBreaks(b []byte, breaks []report.Break) []byte {
	for i, x := range breaks {
		if i == 0 {
			b = append(b, `,"breaks":[`...)
		} else {
			b = append(b, ',')
		}
		b = appendJSON(append(b, `{"version":`...), x.Version)
		b = appendJSON(append(b, `,"day":`...), x.Day)
		b = appendJSON(append(b, `,"of":`...), x.Of)
		b = append(appendJSON(append(b, `,"reason":`...), x.Reason), '}')
	}
	if len(breaks) > 0 {
		b = append(b, ']')
	}
	return b
}

func appendScoreObject(b []byte, columns []scoreColumn, row *report.Row) []byte {
	open := byte('{')
	for _, c := range columns {
		if c.spare && c.text(row) == "" {
			continue
		}
		b = append(append(append(b, open, '"'), c.name...), `":`...)
		open = ','
		switch {
		case c.text != nil:
			b = appendJSON(b, c.text(row))
		case c.number != nil:
			if number := c.number(row); number != "" {
				b = append(b, number...)
			} else {
				b = append(b, "null"...)
			}
		default:
			b = appendCountsObject(b, row.Counts)
		}
	}
	return append(b, '}')
}

func appendCountsObject(b []byte, counts []report.Count) []byte {
	if counts == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, c := range counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, c.Code), ':')
		b = strconv.AppendInt(b, c.N, 10)
	}
	return append(b, '}')
}
