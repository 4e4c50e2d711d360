package export

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/report"
	"hailong/internal/stat"
)

// qualityDecimals is how many digits after the point shares have.
const qualityDecimals = 2

// qualityColumn is one column of rows of quality, in all formats. One of text and
// number is set; a number is written as it stands, empty for none.
type qualityColumn struct {
	name   string
	text   func(*report.QualityRow) string
	number func(*report.QualityRow) string
}

func qualityColumns(q *report.Quality) []qualityColumn {
	var out []qualityColumn
	text := func(name string, get func(*report.QualityRow) string) {
		out = append(out, qualityColumn{name: name, text: get})
	}
	number := func(name string, get func(*report.QualityRow) int64) {
		out = append(out, qualityColumn{name: name, number: func(r *report.QualityRow) string { return strconv.FormatInt(get(r), 10) }})
	}
	share := func(name string, get func(*report.QualityRow) (n, of int64)) {
		out = append(out, qualityColumn{name: name, number: func(r *report.QualityRow) string { return shareOf(get(r)) }})
	}
	if slices.Contains(q.By, "agency") {
		text("agency", func(r *report.QualityRow) string { return r.Agency })
		text("agency_name", func(r *report.QualityRow) string { return r.AgencyName })
	}
	if slices.Contains(q.By, "channel") {
		text("channel", func(r *report.QualityRow) string { return r.Channel })
	}
	if slices.Contains(q.By, "counter") {
		text("counter", func(r *report.QualityRow) string { return r.Counter })
	}
	if slices.Contains(q.By, "day") {
		text("day", func(r *report.QualityRow) string { return r.Day })
	}
	number("responses", func(r *report.QualityRow) int64 { return r.Responses })
	number("asked", func(r *report.QualityRow) int64 { return r.Asked })
	share("dont_know_pct", func(r *report.QualityRow) (int64, int64) { return r.DontKnow, r.Asked })
	share("refused_pct", func(r *report.QualityRow) (int64, int64) { return r.Refused, r.Asked })
	share("skipped_pct", func(r *report.QualityRow) (int64, int64) { return r.Skipped, r.Asked })
	share("not_applicable_pct", func(r *report.QualityRow) (int64, int64) { return r.NotApplicable, r.Asked })
	share("straight_pct", func(r *report.QualityRow) (int64, int64) { return r.Straight, r.WithScale })
	out = append(out, qualityColumn{name: "median_seconds", number: func(r *report.QualityRow) string {
		if r.Typical == 0 {
			return ""
		}
		return strconv.FormatInt(r.Typical, 10)
	}})
	share("flagged_pct", func(r *report.QualityRow) (int64, int64) { return r.Flagged, r.Responses })
	for i := range q.Total.Flags {
		number("flag_"+q.Total.Flags[i].Code, func(r *report.QualityRow) int64 { return r.Flags[i].N })
	}
	text("warnings", warnings)
	return out
}

// shareOf writes n of a base in per cent, empty without a base.
func shareOf(n, of int64) string {
	if of <= 0 {
		return ""
	}
	return stat.FormatHalfUp(100*float64(n)/float64(of), qualityDecimals)
}

// warnings writes the warnings of a row with spaces between them, each as a code
// and a share in per cent; of one that differs also the share of the others.
func warnings(r *report.QualityRow) string {
	list := make([]string, 0, len(r.Warnings))
	for _, w := range r.Warnings {
		text := w.Code + "=" + stat.FormatHalfUp(w.Share, qualityDecimals)
		if w.Code == report.WarnDiffers {
			text += "/" + stat.FormatHalfUp(w.Rest, qualityDecimals)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// QualityCSV writes quality as RFC 4180: a header, then a line per row. Shares are
// in per cent; one without a base is empty. It returns the error of w.
func QualityCSV(w io.Writer, q *report.Quality, withBOM bool) error {
	out := newBuffer(w)
	if withBOM {
		out.b = append(out.b, bom...)
	}
	columns := qualityColumns(q)
	for i, c := range columns {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = append(out.b, c.name...)
	}
	out.b = append(out.b, "\r\n"...)
	for i := range q.Rows {
		for j, c := range columns {
			if j > 0 {
				out.b = append(out.b, ',')
			}
			if c.text != nil {
				out.b = appendCSV(out.b, c.text(&q.Rows[i]))
			} else {
				out.b = append(out.b, c.number(&q.Rows[i])...)
			}
		}
		out.b = append(out.b, "\r\n"...)
		out.spill()
	}
	return out.end()
}

// QualityJSON writes quality as one JSON object, with the same columns. Shares
// without a base are null. It returns the error of w.
func QualityJSON(w io.Writer, q *report.Quality) error {
	out := newBuffer(w)
	columns := qualityColumns(q)
	out.b = appendJSON(append(out.b, `{"survey":`...), q.Survey)
	out.b = strconv.AppendUint(append(out.b, `,"watermark":`...), q.Watermark, 10)
	out.b = appendQualityObject(append(out.b, `,"total":`...), columns, &q.Total)
	out.b = append(out.b, `,"rows":[`...)
	for i := range q.Rows {
		if i > 0 {
			out.b = append(out.b, ',')
		}
		out.b = appendQualityObject(append(out.b, '\n'), columns, &q.Rows[i])
		out.spill()
	}
	out.b = append(out.b, "\n]}\n"...)
	return out.end()
}

func appendQualityObject(b []byte, columns []qualityColumn, r *report.QualityRow) []byte {
	open := byte('{')
	for _, c := range columns {
		b = append(append(append(b, open, '"'), c.name...), `":`...)
		open = ','
		switch {
		case c.text != nil:
			b = appendJSON(b, c.text(r))
		case c.number(r) == "":
			b = append(b, "null"...)
		default:
			b = append(b, c.number(r)...)
		}
	}
	return append(b, '}')
}
