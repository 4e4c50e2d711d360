package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// head fills everything of the answer but its rows; used tells by segment
// whether any row counts it.
func (p *plan) head(f *folded, used []bool) (*Scores, error) {
	method, err := p.method()
	if err != nil {
		return nil, err
	}
	out := &Scores{
		Survey:       p.survey.Slug,
		Title:        p.current.Title.In(p.lang),
		Index:        p.index.ID,
		IndexTitle:   p.index.Title.In(p.lang),
		Measure:      p.measure.ID,
		MeasureTitle: p.measure.Title.In(p.lang),
		Versions:     []string{},
		Method:       method,
		MethodNote:   p.index.Method,
		Watermark:    f.watermark,
		GeneratedFor: p.query.canonical(),
		By:           p.by,
		Rollup:       "pooled",
		MinN:         p.current.MinN,
		Breaks:       p.breaks(),
		Channels:     f.channels(used),
		Flagged:      f.flaggedOf(used),
		Flags:        p.flags,
		SampleType:   sampleType(f.types),
		Decimals:     decimals,
	}
	if p.current.Rounding != nil {
		out.Decimals = *p.current.Rounding
	}
	switch p.measure.Kind {
	case questionnaire.TopBox, questionnaire.BottomBox, questionnaire.Net:
		out.Unit = "%"
	case questionnaire.Mean, questionnaire.Score100, questionnaire.NPS:
	}
	for _, v := range p.survey.Versions {
		if f.counted[v.Number] && used[p.layout.versions[v.Number].segment] {
			out.Versions = append(out.Versions, v.Questionnaire.Version)
		}
	}
	return out, nil
}

// decimals is how many digits after the point a published number has where the
// questionnaire does not say.
const decimals = 2

// canonical writes the query as the parameters of an address, names in a fixed
// order and empty ones left out, so that one question has one text.
func (q Query) canonical() string {
	var b strings.Builder
	for _, p := range [...][2]string{
		{"survey", q.Survey},
		{"index", q.Index},
		{"measure", q.Measure},
		{"by", strings.Join(q.By, ",")},
		{"agency", q.Agency},
		{"level", q.Level},
		{"from", q.From},
		{"to", q.To},
		{"wave", q.Wave},
		{"channel", q.Channel},
		{"flags", q.Flags},
		{"compare", q.Compare},
		{"lang", q.Lang},
	} {
		if p[1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p[0] + "=" + strings.ReplaceAll(url.QueryEscape(p[1]), "%2C", ","))
	}
	return b.String()
}

// The canonical form of a method: everything a score depends on but the answers.
// Titles are no part of it. Numbers are written as their shortest decimals.
type (
	methodForm struct {
		Measure measureForm           `json:"measure"`
		Index   indexForm             `json:"index"`
		Options map[string][][]string `json:"options"` // by variable: codes with values
		MinN    int                   `json:"min_n"`
		LowBase int                   `json:"low_base"`
	}
	measureForm struct {
		ID      string   `json:"id"`
		Kind    string   `json:"kind"`
		Codes   []string `json:"codes"`
		Against []string `json:"against,omitempty"`
		Base    string   `json:"base,omitempty"`
	}
	indexForm struct {
		ID        string       `json:"id"`
		Aggregate string       `json:"aggregate"`
		Factors   []factorForm `json:"factors"`
	}
	factorForm struct {
		ID        string       `json:"id"`
		Weight    string       `json:"weight"`
		Aggregate string       `json:"aggregate"`
		Variables []string     `json:"variables"`
		Factors   []factorForm `json:"factors"`
	}
)

// method returns the hash that names the method: the hex SHA-256 of its
// canonical form. Two scores with one method can be compared.
func (p *plan) method() (string, error) {
	form := methodForm{
		Measure: measureForm{
			ID: p.measure.ID, Kind: string(p.measure.Kind), Codes: slices.Sorted(slices.Values(p.measure.Codes)),
			Against: slices.Sorted(slices.Values(p.measure.Against)), Base: p.measure.Base,
		},
		Index:   indexForm{ID: p.index.ID, Aggregate: string(p.index.Aggregate), Factors: factorForms(p.index.Factors)},
		Options: map[string][][]string{},
		MinN:    p.current.MinN,
		LowBase: lowBase,
	}
	for i := range p.layout.columns {
		c := &p.layout.columns[i]
		var options [][]string
		for _, o := range c.variable.Item.Options {
			value := ""
			if o.Value != nil {
				value = shortest(*o.Value)
			}
			options = append(options, []string{o.Code, value})
		}
		form.Options[c.variable.ID] = options
	}
	data, err := json.Marshal(form) // maps come out in order of their keys
	if err != nil {
		return "", fmt.Errorf("method of index %s: %w", p.index.ID, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

func factorForms(factors []questionnaire.Factor) []factorForm {
	out := make([]factorForm, len(factors))
	for i := range factors {
		f := &factors[i]
		out[i] = factorForm{
			ID: f.ID, Weight: shortest(f.Weight), Aggregate: string(f.Aggregate),
			Variables: f.Variables, Factors: factorForms(f.Factors),
		}
	}
	return out
}

func shortest(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
