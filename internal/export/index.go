package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hailong/internal/index"
	"hailong/internal/report"
)

// IndexOptions say how a composite index is written.
type IndexOptions struct {
	Steps       bool // every step of every unit
	Sensitivity bool // how firm the ranks are
	BOM         bool // CSV only: spreadsheets recognise the encoding
}

// stepDecimals is how many digits after the point single steps have: enough to add
// them up by hand and come to the published value.
const stepDecimals = 4

// IndexDigits returns how every page and file writes the published values of an
// index: rounded half up to the decimals that its method says; the empty string
// for nil.
func IndexDigits(s *report.IndexScores) func(*float64) string {
	return func(v *float64) string { return rounded(v, s.Decimals) }
}

// StepDigits writes scaled values, weighted or not, as every page and file does:
// rounded half up to four decimals; the empty string for nil.
func StepDigits(v *float64) string { return rounded(v, stepDecimals) }

// RawDigits writes a raw value or a weight with the digits it has, at most six
// after the point; the empty string for nil.
func RawDigits(v *float64) string {
	text := rounded(v, 6)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// IndexCSV writes a composite index as RFC 4180: a line per unit, or with steps a
// line per unit and part of the method, the index itself first. What does not exist
// is empty, and reason says why. Ranks under other weights have columns when they
// are asked for; the rest of the sensitivity is in [IndexJSON] only. It returns the
// error of w.
func IndexCSV(w io.Writer, s *report.IndexScores, o IndexOptions) error {
	out := newBuffer(w)
	if o.BOM {
		out.b = append(out.b, bom...)
	}
	if o.Steps {
		stepLines(out, s)
	} else {
		unitLines(out, s, o.Sensitivity)
	}
	return out.end()
}

// line appends a line of fields; a number is written as it stands, a text so that
// no spreadsheet runs it.
func line(b []byte, fields ...any) []byte {
	for i, field := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := field.(type) {
		case plainNumber:
			b = append(b, v...)
		case string:
			b = appendCSV(b, v)
		}
	}
	return append(b, "\r\n"...)
}

// plainNumber is a number that is written already.
type plainNumber string

func wholeNumber(n int) plainNumber {
	if n == 0 {
		return ""
	}
	return plainNumber(strconv.Itoa(n))
}

func unitLines(out *buffer, s *report.IndexScores, ranges bool) {
	header := []any{"unit", "unit_name", "level", "period", "value", "se", "low", "high", "error", "rank"}
	ranges = ranges && s.Sensitivity != nil
	if ranges {
		header = append(header, "rank_low", "rank_high")
	}
	header = append(header, "class", "class_title", "state", "reason")
	var pillars []int
	for i := range s.Parts {
		if s.Parts[i].Above == 0 {
			pillars = append(pillars, i)
			header = append(header, "part_"+s.Parts[i].ID)
		}
	}
	out.b = line(out.b, header...)
	spans := rangesOf(s)
	digits := IndexDigits(s)
	for i := range s.Rows {
		r := &s.Rows[i]
		fields := []any{
			r.Unit, r.Name, r.Level, s.Period, plainNumber(digits(r.Value)), plainNumber(StepDigits(r.SE)),
			plainNumber(digits(r.Low)), plainNumber(digits(r.High)), errorKind(r), wholeNumber(r.Rank),
		}
		if ranges {
			span := spans[r.Unit]
			fields = append(fields, wholeNumber(span.Low), wholeNumber(span.High))
		}
		fields = append(fields, r.Class, r.Grade, r.State, reasonsText(r.Reasons))
		for _, at := range pillars {
			fields = append(fields, plainNumber(StepDigits(r.Steps[at].Value)))
		}
		out.b = line(out.b, fields...)
		out.spill()
	}
}

// errorKind says what the standard error is, where there is a value.
func errorKind(r *report.IndexRow) string {
	if r.Value == nil {
		return ""
	}
	return r.ErrorKind
}

func rangesOf(s *report.IndexScores) map[string]report.IndexRange {
	out := map[string]report.IndexRange{}
	if s.Sensitivity != nil {
		for _, r := range s.Sensitivity.Ranges {
			out[r.Unit] = r
		}
	}
	return out
}

// reasonsText writes reasons as codes, each with the part it is about.
func reasonsText(list []report.IndexReason) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.Code
		if r.Part != "" {
			texts[i] += " (" + r.Part + ")"
		}
		if r.Text != "" {
			texts[i] += ": " + r.Text
		}
	}
	return strings.Join(texts, "; ")
}

// kindOfPart names what a part is.
func kindOfPart(p *report.IndexPart) string {
	switch {
	case p.Above < 0:
		return "index"
	case p.Leaf():
		return "indicator"
	}
	return "group"
}

func stepLines(out *buffer, s *report.IndexScores) {
	out.b = line(out.b, "unit", "unit_name", "period", "part", "part_title", "kind", "counts_for", "numerator", "denominator", "raw", "imputed", "treated",
		"value", "nominal_weight", "weight", "contribution", "state", "reason", "from", "source", "checked")
	for i := range s.Rows {
		r := &s.Rows[i]
		for j := range r.Steps {
			p, x := &s.Parts[j], &r.Steps[j]
			above := ""
			if p.Above >= 0 {
				above = s.Parts[p.Above].ID
			}
			checked := ""
			if x.Source != "" {
				checked = "no"
				if x.Checked {
					checked = "yes"
				}
			}
			out.b = line(out.b, r.Unit, r.Name, s.Period, p.ID, p.Title, kindOfPart(p), above,
				plainNumber(RawDigits(x.Numerator)), plainNumber(RawDigits(x.Denominator)), plainNumber(RawDigits(x.Raw)),
				plainNumber(RawDigits(x.Imputed)), plainNumber(RawDigits(x.Treated)), plainNumber(StepDigits(x.Value)),
				plainNumber(RawDigits(x.Nominal)), plainNumber(RawDigits(x.Weight)), plainNumber(StepDigits(x.Contribution)),
				x.State, reasonsText(x.Reasons), x.From, x.Source, checked)
			out.spill()
		}
	}
}

// The JSON form of an index. Numbers that don't exist are null; published values
// are rounded as the method says, the numbers of steps are not rounded at all.
type (
	indexJSON struct {
		Index       string           `json:"index"`
		Title       string           `json:"title"`
		Period      string           `json:"period"`
		Periods     []string         `json:"periods"`
		Method      string           `json:"method"`
		Reference   string           `json:"reference,omitempty"`
		Notes       string           `json:"notes,omitempty"`
		Figures     string           `json:"figures"`
		Watermark   uint64           `json:"watermark"`
		Decimals    int              `json:"decimals"`
		Ranked      int              `json:"ranked"`
		Break       string           `json:"break,omitempty"`
		Parts       []indexPartJSON  `json:"parts"`
		Rows        []indexRowJSON   `json:"rows"`
		Sensitivity *sensitivityJSON `json:"sensitivity,omitempty"`
		// Indicators is what was done to each over all units.
		Indicators []index.IndicatorResult `json:"indicators,omitempty"`
	}
	indexPartJSON struct {
		ID        string  `json:"id"`
		Title     string  `json:"title"`
		Kind      string  `json:"kind"`
		CountsFor string  `json:"counts_for,omitempty"`
		Weight    float64 `json:"weight,omitempty"`
		Used      bool    `json:"used"`
	}
	indexRowJSON struct {
		Unit    string               `json:"unit"`
		Name    string               `json:"unit_name"`
		Level   string               `json:"level,omitempty"`
		Value   *json.Number         `json:"value"`
		SE      *json.Number         `json:"se"`
		Low     *json.Number         `json:"low"`
		High    *json.Number         `json:"high"`
		Error   string               `json:"error,omitempty"`
		Rank    *int                 `json:"rank"`
		Class   string               `json:"class,omitempty"`
		Grade   string               `json:"class_title,omitempty"`
		State   string               `json:"state"`
		Reasons []report.IndexReason `json:"reasons,omitempty"`
		Steps   []indexStepJSON      `json:"steps,omitempty"`
	}
	indexStepJSON struct {
		Part         string               `json:"part"`
		Numerator    *float64             `json:"numerator,omitempty"`
		Denominator  *float64             `json:"denominator,omitempty"`
		Raw          *float64             `json:"raw,omitempty"`
		Imputed      *float64             `json:"imputed,omitempty"`
		Treated      *float64             `json:"treated,omitempty"`
		Value        *float64             `json:"value"`
		Nominal      *float64             `json:"nominal_weight,omitempty"`
		Weight       *float64             `json:"weight,omitempty"`
		Contribution *float64             `json:"contribution,omitempty"`
		Capped       bool                 `json:"capped,omitempty"`
		State        string               `json:"state"`
		Reasons      []report.IndexReason `json:"reasons,omitempty"`
		From         string               `json:"from,omitempty"`
		Source       string               `json:"source,omitempty"`
		Checked      *bool                `json:"checked,omitempty"`
	}
	sensitivityJSON struct {
		Spread     float64          `json:"spread"`
		Draws      int              `json:"draws"`
		Ranges     []rangeJSON      `json:"ranks"`
		Drops      []dropJSON       `json:"without"`
		Other      dropJSON         `json:"other_mean"` // part is the name of the mean
		Importance []importanceJSON `json:"importance"`
	}
	rangeJSON struct {
		Unit string `json:"unit"`
		Rank int    `json:"rank"`
		Low  int    `json:"rank_low"`
		High int    `json:"rank_high"`
	}
	dropJSON struct {
		Part     string   `json:"part"`
		Title    string   `json:"title,omitempty"`
		Mean     *float64 `json:"mean_shift"`
		Max      *float64 `json:"max_shift"`
		Spearman *float64 `json:"spearman"`
	}
	importanceJSON struct {
		Part       string   `json:"part"`
		Title      string   `json:"title"`
		Weight     *float64 `json:"weight"`
		Importance *float64 `json:"importance"`
	}
)

// IndexJSON writes a composite index as one JSON object. It returns the error of w.
func IndexJSON(w io.Writer, s *report.IndexScores, o IndexOptions) error {
	doc := indexJSON{
		Index: s.Index, Title: s.Title, Period: s.Period, Periods: s.Periods, Method: s.Method, Reference: s.Reference, Notes: s.Notes,
		Figures: s.Figures, Watermark: s.Watermark, Decimals: s.Decimals, Ranked: s.Ranked, Break: s.Break,
		Parts: []indexPartJSON{}, Rows: []indexRowJSON{},
	}
	if doc.Periods == nil {
		doc.Periods = []string{}
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		part := indexPartJSON{ID: p.ID, Title: p.Title, Kind: kindOfPart(p), Weight: p.Weight, Used: p.Used}
		if p.Above >= 0 {
			part.CountsFor = s.Parts[p.Above].ID
		}
		doc.Parts = append(doc.Parts, part)
	}
	for i := range s.Rows {
		doc.Rows = append(doc.Rows, indexRow(s, &s.Rows[i], o.Steps))
	}
	if o.Steps && s.Result != nil {
		doc.Indicators = s.Result.Indicators
	}
	if o.Sensitivity && s.Sensitivity != nil {
		doc.Sensitivity = sensitivityOf(s.Sensitivity)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(doc); err != nil {
		return fmt.Errorf("encode index: %w", err)
	}
	return nil
}

func indexRow(s *report.IndexScores, r *report.IndexRow, steps bool) indexRowJSON {
	digits := IndexDigits(s)
	out := indexRowJSON{
		Unit: r.Unit, Name: r.Name, Level: r.Level, Value: jsonNumber(digits(r.Value)), SE: jsonNumber(StepDigits(r.SE)),
		Low: jsonNumber(digits(r.Low)), High: jsonNumber(digits(r.High)), Error: errorKind(r),
		Class: r.Class, Grade: r.Grade, State: r.State, Reasons: r.Reasons,
	}
	if r.Rank > 0 {
		out.Rank = &r.Rank
	}
	if !steps {
		return out
	}
	for j := range r.Steps {
		x := &r.Steps[j]
		step := indexStepJSON{
			Part: s.Parts[j].ID, Numerator: x.Numerator, Denominator: x.Denominator, Raw: x.Raw, Imputed: x.Imputed, Treated: x.Treated,
			Value: x.Value, Nominal: x.Nominal, Weight: x.Weight, Contribution: x.Contribution, Capped: x.Capped,
			State: x.State, Reasons: x.Reasons, From: x.From, Source: x.Source,
		}
		if x.Source != "" {
			step.Checked = &x.Checked
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// jsonNumber is a number with the digits that files have, null for none.
func jsonNumber(digits string) *json.Number {
	if digits == "" {
		return nil
	}
	return new(json.Number(digits))
}

func sensitivityOf(s *report.IndexSensitivity) *sensitivityJSON {
	out := &sensitivityJSON{Spread: s.Spread, Draws: s.Draws, Ranges: []rangeJSON{}, Drops: []dropJSON{}, Importance: []importanceJSON{}}
	for _, r := range s.Ranges {
		out.Ranges = append(out.Ranges, rangeJSON{r.Unit, r.Rank, r.Low, r.High})
	}
	for _, d := range s.Drops {
		out.Drops = append(out.Drops, dropJSON(d))
	}
	out.Other = dropJSON(s.Other)
	for _, x := range s.Importance {
		out.Importance = append(out.Importance, importanceJSON{x.Part, x.Title, x.Weight, x.Importance})
	}
	return out
}
