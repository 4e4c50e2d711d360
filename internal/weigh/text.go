package weigh

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"hailong/internal/i18n"
)

// Codebook writes what the columns of a file of weights mean, and their codes. It
// returns the error of w.
func (r *Result) Codebook(w io.Writer, lang string) error {
	out := newLines(w)
	out.write("column", "code", "label")
	out.write("agency", "", i18n.T(lang, "weigh.column_agency", nil))
	out.write("channel", "", i18n.T(lang, "weigh.column_channel", nil))
	for _, q := range r.Questions {
		out.write(q.ID, "", q.Text)
		for _, o := range q.Options {
			out.write(q.ID, o.Code, o.Label)
		}
	}
	out.write("respondents", "", i18n.T(lang, "weigh.column_respondents", nil))
	out.write("base_weight", "", i18n.T(lang, "weigh.column_base", nil))
	out.write("weight", "", i18n.T(lang, "weigh.column_weight", nil))
	out.write("", "", i18n.T(lang, "weigh.column_none", nil))
	return out.end()
}

// Text writes how the weighting went, in words. It returns the error of w.
func (r *Result) Text(w io.Writer, lang string) error {
	x := &r.Weighting
	var lines []string
	say := func(line string) { lines = append(lines, line) }
	say(i18n.T(lang, "weigh.respondents", map[string]any{"n": x.Respondents, "total": math.Round(x.People), "value": x.Period}))
	if x.Base == basePopulation {
		say(i18n.T(lang, "weigh.base_population", nil))
	} else {
		say(i18n.T(lang, "weigh.base_equal", nil))
	}
	if x.Outside > 0 {
		say(i18n.T(lang, "weigh.outside", map[string]any{"n": x.Outside}))
	}
	for _, m := range x.Incomplete {
		say(i18n.T(lang, "weigh.incomplete", map[string]any{"n": m.N, "id": m.ID}))
	}
	if x.Earlier > 0 {
		say(i18n.T(lang, "weigh.earlier", map[string]any{"n": x.Earlier}))
	}
	if x.Flagged > 0 {
		say(i18n.T(lang, "weigh.flagged", map[string]any{"n": x.Flagged}))
	}
	for _, c := range x.Collapsed {
		say(i18n.T(lang, "weigh.collapsed", map[string]any{"name": c.Margin, "text": list(c.Cells), "n": c.N}))
	}
	say(i18n.T(lang, "weigh.rounds", map[string]any{"n": x.Rounds}))
	say(i18n.T(lang, "weigh.range", map[string]any{
		"min": number(x.Min), "value": number(x.Median), "max": number(x.Max), "n": number(x.EffectiveN), "total": number(x.Effect),
	}))
	if x.High > 0 {
		say(i18n.T(lang, "weigh.trimmed", map[string]any{
			"n": x.Trimmed, "min": number(x.Low), "max": number(x.High), "value": number(100 * x.OffBy),
		}))
	}
	if r.IntervalKind == intervalModel {
		say(i18n.T(lang, "weigh.model", nil))
	}
	say(i18n.T(lang, "weigh.receipt", map[string]any{"id": r.Method, "value": r.Population, "watermark": strconv.FormatUint(r.Watermark, 10)}))
	if _, err := fmt.Fprintf(w, "%s\n", strings.Join(lines, "\n")); err != nil {
		return fmt.Errorf("weigh: %w", err)
	}
	return nil
}

// number is a number with as many decimals as a person reads.
func number(v float64) string { return string(rounded(&v, nDecimals)) }
