package export

import (
	"slices"
	"strconv"

	"hailong/internal/report"
	"hailong/internal/stat"
)

// Digits returns how every page and file writes the estimates and limits of some
// scores: rounded half up to the decimals that their method says; the empty
// string for nil. A caller that shows numbers in a language with a decimal comma
// changes only the point.
func Digits(s *report.Scores) func(*float64) string {
	return func(v *float64) string { return rounded(v, s.Decimals) }
}

// precise is how many digits after the point standard errors, design effects and
// p values have: enough to compute with.
const precise = 4

func rounded(v *float64, decimals int) string {
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

// textColumn is a column of texts.
func textColumn(name string, get func(*report.Row) string) scoreColumn {
	return scoreColumn{name: name, text: get}
}

// valueColumn is a column of numbers that may be missing.
func valueColumn(name string, decimals int, get func(*report.Row) *float64) scoreColumn {
	return scoreColumn{name: name, number: func(r *report.Row) string { return rounded(get(r), decimals) }}
}

// wholeColumn is a column of whole numbers, where 0 is none.
func wholeColumn(name string, get func(*report.Row) int) scoreColumn {
	return scoreColumn{name: name, number: func(r *report.Row) string {
		if n := get(r); n != 0 {
			return strconv.Itoa(n)
		}
		return ""
	}}
}

// scoreColumns lists the columns that rows have: the agency first, then the
// other keys in the order asked for, then the score, where a break was ever
// declared the series, how precise the score is, how agencies stand to one
// another, and what they are compared with.
func scoreColumns(s *report.Scores) []scoreColumn {
	out := append(keyColumns(s.By), estimateColumns(s)...)
	if len(s.Breaks) > 0 {
		began, note := textColumn("break", func(r *report.Row) string { return r.Break }), noteColumn()
		began.spare = true
		out = append(out, wholeColumn("series", func(r *report.Row) int { return r.Series }), began, note)
	} else if slices.ContainsFunc(s.Rows, func(r report.Row) bool { return r.Note != "" }) {
		out = append(out, noteColumn())
	}
	out = append(out, precisionColumns()...)
	if slices.Contains(s.By, "agency") {
		out = append(out, standingColumns(s)...)
	}
	if slices.ContainsFunc(s.Rows, func(r report.Row) bool { return r.Change != nil }) {
		out = append(out, changeColumns(s)...)
	}
	return out
}

// keyColumns are those of what rows are asked by.
func keyColumns(by []string) []scoreColumn {
	factor := []scoreColumn{
		textColumn("factor", func(r *report.Row) string { return r.Factor }),
		textColumn("factor_name", func(r *report.Row) string { return r.FactorName }),
	}
	level := textColumn("level", func(r *report.Row) string { return r.Level })
	keys := map[string][]scoreColumn{
		"level":   {level},
		"month":   {textColumn("month", func(r *report.Row) string { return r.Month })},
		"day":     {textColumn("day", func(r *report.Row) string { return r.Day })},
		"wave":    {textColumn("wave", func(r *report.Row) string { return r.Wave })},
		"version": {textColumn("version", func(r *report.Row) string { return r.Version })},
		"channel": {textColumn("channel", func(r *report.Row) string { return r.Channel })},
		"factor":  factor,
		"item": {
			textColumn("item", func(r *report.Row) string { return r.Item }),
			textColumn("item_text", func(r *report.Row) string { return r.ItemText }),
		},
	}
	if !slices.Contains(by, "factor") { // an item is read with its factor
		keys["item"] = slices.Concat(factor, keys["item"])
	}
	var out []scoreColumn
	if slices.Contains(by, "agency") {
		delete(keys, "level")
		out = append(out,
			textColumn("agency", func(r *report.Row) string { return r.Agency }),
			textColumn("agency_name", func(r *report.Row) string { return r.AgencyName }),
			level)
	}
	for _, key := range by {
		out = append(out, keys[key]...)
	}
	return out
}

func estimateColumns(s *report.Scores) []scoreColumn {
	reason := textColumn("reason", func(r *report.Row) string { return r.Reason })
	reason.spare = true
	return []scoreColumn{
		textColumn("measure", func(r *report.Row) string { return r.Measure }),
		{name: "n", number: base},
		{name: "effective_n", number: func(r *report.Row) string { return effectiveN(r, s.Decimals) }},
		{name: "counts", counts: true},
		valueColumn("estimate", s.Decimals, func(r *report.Row) *float64 { return r.Estimate }),
		valueColumn("low", s.Decimals, func(r *report.Row) *float64 { return r.Low }),
		valueColumn("high", s.Decimals, func(r *report.Row) *float64 { return r.High }),
		textColumn("interval", func(r *report.Row) string { return r.Interval }),
		textColumn("state", func(r *report.Row) string { return string(r.State) }),
		reason,
	}
}

// base is the n of a row, none where the row is hidden: what a 0 there would say
// is wrong, and any other number is what was to be hidden.
func base(r *report.Row) string {
	if r.State == report.Suppressed || r.State == report.Withheld {
		return ""
	}
	return strconv.FormatInt(r.N, 10)
}

func noteColumn() scoreColumn {
	note := textColumn("note", func(r *report.Row) string { return r.Note })
	note.spare = true
	return note
}

func effectiveN(r *report.Row, decimals int) string {
	if r.EffectiveN == 0 {
		return ""
	}
	return rounded(&r.EffectiveN, decimals)
}

func precisionColumns() []scoreColumn {
	return []scoreColumn{
		valueColumn("se", precise, func(r *report.Row) *float64 { return r.SE }),
		wholeColumn("df", func(r *report.Row) int { return r.DF }),
		valueColumn("deff", precise, func(r *report.Row) *float64 {
			if r.DesignEffect == 0 {
				return nil
			}
			return &r.DesignEffect
		}),
		textColumn("weighted", func(r *report.Row) string {
			switch {
			case r.Estimate == nil:
				return ""
			case r.Weighted:
				return "yes"
			}
			return "no"
		}),
	}
}

func standingColumns(s *report.Scores) []scoreColumn {
	return []scoreColumn{
		wholeColumn("rank", func(r *report.Row) int { return r.Rank }),
		wholeColumn("rank_low", func(r *report.Row) int { return r.RankLow }),
		wholeColumn("rank_high", func(r *report.Row) int { return r.RankHigh }),
		wholeColumn("ranked", func(r *report.Row) int { return r.Ranked }),
		valueColumn("shrunk", s.Decimals, func(r *report.Row) *float64 { return r.Shrunk }),
		valueColumn("shrunk_low", s.Decimals, func(r *report.Row) *float64 { return r.ShrunkLow }),
		valueColumn("shrunk_high", s.Decimals, func(r *report.Row) *float64 { return r.ShrunkHigh }),
		valueColumn("mean_of_units", s.Decimals, func(r *report.Row) *float64 { return r.MeanOfUnits }),
		wholeColumn("units", func(r *report.Row) int { return r.Units }),
	}
}

func changeColumns(s *report.Scores) []scoreColumn {
	of := func(name string, decimals int, get func(*report.Change) *float64) scoreColumn {
		return valueColumn(name, decimals, func(r *report.Row) *float64 {
			if r.Change == nil {
				return nil
			}
			return get(r.Change)
		})
	}
	return []scoreColumn{
		of("change", s.Decimals, func(c *report.Change) *float64 { return &c.Value }),
		of("change_low", s.Decimals, func(c *report.Change) *float64 { return c.Low }),
		of("change_high", s.Decimals, func(c *report.Change) *float64 { return c.High }),
		of("change_p", precise, func(c *report.Change) *float64 { return c.P }),
		of("change_p_holm", precise, func(c *report.Change) *float64 { return c.Holm }),
		of("change_p_bh", precise, func(c *report.Change) *float64 { return c.Screened }),
	}
}
