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
)

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
	out.b = strconv.AppendInt(append(out.b, `,"decimals":`...), int64(s.Decimals), 10)
	out.b = appendJSON(append(out.b, `,"sample_type":`...), s.SampleType)
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
	b = append(b, `},"flagged":`...)
	if s.FewFlagged { // too few to tell, or none
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, s.Flagged, 10)
	}
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
