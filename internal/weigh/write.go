package weigh

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hailong/internal/stat"
)

// digits is a number as files show it: rounded half up; empty for none.
type digits string

// MarshalJSON writes the digits as a number, or null.
func (d digits) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	return []byte(d), nil
}

func rounded(v *float64, decimals int) digits {
	if v == nil {
		return ""
	}
	return digits(stat.FormatHalfUp(*v, decimals))
}

func whole(n *int64) digits {
	if n == nil {
		return ""
	}
	return digits(strconv.FormatInt(*n, 10))
}

// How many decimals numbers have that are not estimates.
const (
	moreDecimals   = 2 // of standard errors, beyond those of estimates
	nDecimals      = 2 // of effective numbers of respondents, and of sums of weights
	effectDecimals = 3
	weightDecimals = 6 // in the report; files of weights have all digits
)

// fileRow is a row as files have it.
type fileRow struct {
	Key          string `json:"key"`
	Name         string `json:"name"`
	Factor       string `json:"factor"`
	FactorName   string `json:"factor_name"`
	Item         string `json:"item"`
	ItemText     string `json:"item_text"`
	N            digits `json:"n"`
	EffectiveN   digits `json:"effective_n"`
	Estimate     digits `json:"estimate"`
	SE           digits `json:"se"`
	DF           digits `json:"df"`
	DesignEffect digits `json:"design_effect"`
	Low          digits `json:"low"`
	High         digits `json:"high"`
	Interval     string `json:"interval"`
	State        string `json:"state"`
	Reason       string `json:"reason"`
}

func (r *Result) fileRow(x *Row) fileRow {
	out := fileRow{
		Key: x.Key, Name: x.Name, Factor: x.Factor, FactorName: x.FactorName, Item: x.Item, ItemText: x.ItemText,
		EffectiveN: rounded(x.EffectiveN, nDecimals), Estimate: rounded(x.Estimate, r.Decimals),
		SE: rounded(x.SE, r.Decimals+moreDecimals), DesignEffect: rounded(x.DesignEffect, effectDecimals),
		Low: rounded(x.Low, r.Decimals), High: rounded(x.High, r.Decimals), Interval: x.Interval, State: string(x.State), Reason: x.Reason,
	}
	if x.Estimate != nil { // the number of hidden respondents is hidden, none included
		df := int64(x.DF)
		out.N, out.DF = whole(&x.N), whole(&df)
	}
	return out
}

// CSV writes the estimates as RFC 4180: a header, then a line per row. What does
// not exist is empty. It returns the error of w.
func (r *Result) CSV(w io.Writer) error {
	out := newLines(w)
	key := r.By
	if key == byWhole {
		key = "key"
	}
	out.write(key, "name", "factor", "factor_name", "item", "item_text", "measure", "n", "effective_n",
		"estimate", "se", "df", "design_effect", "low", "high", "interval", "state", "reason")
	for i := range r.Rows {
		x := r.fileRow(&r.Rows[i])
		out.write(x.Key, x.Name, x.Factor, x.FactorName, x.Item, x.ItemText, r.Measure, string(x.N), string(x.EffectiveN),
			string(x.Estimate), string(x.SE), string(x.DF), string(x.DesignEffect), string(x.Low), string(x.High), x.Interval, x.State, x.Reason)
	}
	return out.end()
}

// lines writes CSV and remembers the first error.
type lines struct{ *csv.Writer }

func newLines(w io.Writer) lines {
	out := lines{csv.NewWriter(w)}
	out.UseCRLF = true
	return out
}

// write writes a line. Names that a spreadsheet might run as a formula get an
// apostrophe in front, which makes them texts.
func (l lines) write(fields ...string) {
	for i, field := range fields {
		if field == "" || !strings.ContainsRune("=+-@\t\r\n", rune(field[0])) {
			continue
		}
		if _, err := strconv.ParseFloat(field, 64); err != nil {
			fields[i] = "'" + field
		}
	}
	_ = l.Write(fields) // told by end
}

func (l lines) end() error {
	l.Flush()
	if err := l.Error(); err != nil {
		return fmt.Errorf("weigh: %w", err)
	}
	return nil
}

// The document of JSON.
type (
	document struct {
		Survey       string       `json:"survey"`
		Title        string       `json:"title"`
		Wave         string       `json:"wave"`
		Index        string       `json:"index"`
		IndexTitle   string       `json:"index_title"`
		Measure      string       `json:"measure"`
		MeasureTitle string       `json:"measure_title"`
		Unit         string       `json:"unit"`
		By           string       `json:"by"`
		SampleType   string       `json:"sample_type"`
		IntervalKind string       `json:"interval_kind"`
		Method       string       `json:"method"`
		Population   string       `json:"population"`
		Watermark    uint64       `json:"watermark"`
		MinN         int          `json:"min_n"`
		Weighting    docWeighting `json:"weighting"`
		Rows         []fileRow    `json:"rows"`
	}
	docWeighting struct {
		Period      string         `json:"period"`
		Respondents int64          `json:"respondents"`
		People      digits         `json:"people"`
		Base        string         `json:"base"`
		Outside     int64          `json:"outside"`
		Incomplete  []docMissing   `json:"incomplete"`
		Earlier     int64          `json:"before_break"`
		Flagged     int64          `json:"left_out_by_flags"`
		Margins     []docMargin    `json:"margins"`
		Collapsed   []docCollapsed `json:"collapsed"`
		Rounds      int            `json:"rounds"`
		Min         digits         `json:"min_weight"`
		Median      digits         `json:"median_weight"`
		Max         digits         `json:"max_weight"`
		Trimmed     int64          `json:"trimmed"`
		Low         digits         `json:"trim_low"`
		High        digits         `json:"trim_high"`
		OffBy       digits         `json:"margins_off_by_percent"`
		EffectiveN  digits         `json:"effective_n"`
		Effect      digits         `json:"weighting_effect"`
	}
	docMissing struct {
		Question string `json:"question"`
		N        int64  `json:"n"`
	}
	docMargin struct {
		Name  string    `json:"name"`
		Cells []docCell `json:"cells"`
	}
	docCell struct {
		Cell   string `json:"cell"`
		People digits `json:"people"`
		N      digits `json:"n"`
		Before digits `json:"before"`
		After  digits `json:"after"`
	}
	docCollapsed struct {
		Margin string   `json:"margin"`
		Cells  []string `json:"cells"`
		N      int64    `json:"n"`
	}
)

// JSON writes all but the weights as one object. Numbers that don't exist are
// null. It returns the error of w.
func (r *Result) JSON(w io.Writer) error {
	doc := document{
		Survey: r.Survey, Title: r.Title, Wave: r.Wave, Index: r.Index, IndexTitle: r.IndexTitle, Measure: r.Measure, MeasureTitle: r.MeasureTitle,
		Unit: r.Unit, By: r.By, SampleType: r.SampleType, IntervalKind: r.IntervalKind, Method: r.Method, Population: r.Population,
		Watermark: r.Watermark, MinN: r.MinN, Weighting: r.Weighting.document(), Rows: []fileRow{},
	}
	for i := range r.Rows {
		doc.Rows = append(doc.Rows, r.fileRow(&r.Rows[i]))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	if err := out.Encode(doc); err != nil {
		return fmt.Errorf("weigh: %w", err)
	}
	return nil
}

func (w *Weighting) document() docWeighting {
	percent := 100 * w.OffBy
	out := docWeighting{
		Period: w.Period, Respondents: w.Respondents, People: rounded(&w.People, nDecimals), Base: w.Base, Outside: w.Outside,
		Incomplete: []docMissing{}, Earlier: w.Earlier, Flagged: w.Flagged, Margins: []docMargin{}, Collapsed: []docCollapsed{}, Rounds: w.Rounds,
		Min: rounded(&w.Min, weightDecimals), Median: rounded(&w.Median, weightDecimals), Max: rounded(&w.Max, weightDecimals),
		Trimmed: w.Trimmed, OffBy: rounded(&percent, nDecimals), EffectiveN: rounded(&w.EffectiveN, nDecimals), Effect: rounded(&w.Effect, effectDecimals),
	}
	if w.High > 0 {
		out.Low, out.High = rounded(&w.Low, weightDecimals), rounded(&w.High, weightDecimals)
	}
	for _, m := range w.Incomplete {
		out.Incomplete = append(out.Incomplete, docMissing{m.ID, m.N})
	}
	for _, m := range w.Margins {
		margin := docMargin{Name: m.Name}
		for _, c := range m.Cells {
			margin.Cells = append(margin.Cells, docCell{
				c.Cell, rounded(&c.People, 0), whole(c.N), rounded(c.Before, nDecimals), rounded(c.After, nDecimals),
			})
		}
		out.Margins = append(out.Margins, margin)
	}
	for _, c := range w.Collapsed {
		out.Collapsed = append(out.Collapsed, docCollapsed(c))
	}
	return out
}

// Weights writes the weight of every combination of agency, channel and
// characteristics, by which it can be joined to an export of responses. Weights
// have all their digits. It returns the error of w.
func (r *Result) Weights(w io.Writer) error {
	out := newLines(w)
	header := []string{"agency", "channel"}
	for _, q := range r.Questions {
		header = append(header, q.ID)
	}
	out.write(append(header, "respondents", "base_weight", "weight")...)
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, c := range r.Combinations {
		fields := append([]string{c.Agency, c.Channel}, c.Options...)
		out.write(append(fields, strconv.FormatInt(c.N, 10), number(c.Base), number(c.Weight))...)
	}
	return out.end()
}
