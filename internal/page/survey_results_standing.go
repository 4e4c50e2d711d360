package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// IntervalLabel says what the intervals of the page are. It follows from how
// respondents came: only a sample drawn by chance has a sampling error.
type IntervalLabel struct {
	Column string // at the head of a column
	About  string // in one or two lines
}

// intervalWords are the messages for one way of coming to a survey.
type intervalWords struct{ column, inText, about string }

// intervalLabels lists the words for each of questionnaire.SampleTypes.
func intervalLabels(sampleType string) intervalWords {
	switch sampleType {
	case questionnaire.Probability:
		return intervalWords{"standing.col_probability", "standing.interval_probability", "standing.about_probability"}
	case questionnaire.Census:
		return intervalWords{"standing.col_census", "standing.interval_census", "standing.about_census"}
	}
	// Of anything else nothing may be claimed.
	return intervalWords{"standing.col_opt_in", "standing.interval_opt_in", "standing.about_opt_in"}
}

// Rank is where an agency stands among those of its level.
type Rank struct {
	Text  string // rank and range in words
	Range string // the same as figures; of Text where no range is known
	Of    string // among how many
	Alike string // how many others it can't be told apart from; a dash where it is not known
}

// rank words the rank of a row; nil where it has none.
func (b *resultsBuilder) rank(r *report.Row) *Rank {
	if r.Rank == 0 || r.State != report.OK {
		return nil
	}
	out := &Rank{Of: i18n.Plural(b.lang, "standing.ranked", int64(r.Ranked), nil), Alike: i18n.Unknown}
	if r.RankHigh == 0 {
		out.Text = i18n.T(b.lang, "standing.rank_alone", map[string]any{"rank": r.Rank})
		out.Range = i18n.Int(b.lang, int64(r.Rank))
		return out
	}
	gaps := map[string]any{"rank": r.Rank, "low": r.RankLow, "high": r.RankHigh}
	out.Text, out.Range = i18n.T(b.lang, "standing.rank", gaps), i18n.T(b.lang, "standing.rank_range", gaps)
	out.Alike = i18n.Plural(b.lang, "standing.alike", int64(r.RankHigh-r.RankLow), nil)
	return out
}

// UnitsRow sets the two ways to roll up side by side.
type UnitsRow struct {
	Name   string
	Pooled string
	Mean   string // of the units directly below
	Units  string // how many of them count
}

// units words the roll-ups of a row; false where nothing is below it.
func (b *resultsBuilder) units(r *report.Row) (UnitsRow, bool) {
	if r.MeanOfUnits == nil || !scored(r) {
		return UnitsRow{}, false
	}
	return UnitsRow{
		Name: r.AgencyName, Pooled: b.number(r.Estimate), Mean: b.number(r.MeanOfUnits), Units: i18n.Int(b.lang, int64(r.Units)),
	}, true
}

// Changes says what the rows are compared with.
type Changes struct {
	Column string // at the head of the column
	Note   string // how to read it, or that there is nothing to compare
	Any    bool   // some row has a change
}

// ChangeText is how a score differs from what it is compared with.
type ChangeText struct {
	Value   string // with its sign
	Range   string // empty where no interval is known
	Verdict string // what may be said after Holm's adjustment
}

// claim is the probability of a false claim, over all rows of a level together,
// up to which a difference is called one.
const claim = 0.05

// comparesWaves reports whether a comparison is one in time.
func comparesWaves(compare string) bool {
	return compare == report.ComparePrevious || strings.HasPrefix(compare, wavePrefix)
}

// wavePrefix stands before the id of a wave to compare with.
const wavePrefix = "wave:"

// changes words what the rows are compared with.
func (b *resultsBuilder) changes() *Changes {
	with := b.used.Compare
	if with == "" {
		return nil
	}
	c := &Changes{Column: b.comparedWith(with)}
	c.Any = slices.ContainsFunc(b.in.Scores.Rows, func(r report.Row) bool { return r.Change != nil && scored(&r) })
	switch {
	case !c.Any:
		c.Note = i18n.T(b.lang, "standing.change_none", nil)
	case b.share:
		c.Note = i18n.T(b.lang, "standing.change_note_share", nil)
	default:
		c.Note = i18n.T(b.lang, "standing.change_note", nil)
	}
	return c
}

func (b *resultsBuilder) comparedWith(with string) string {
	switch with {
	case report.CompareParent:
		return i18n.T(b.lang, "standing.change_parent", nil)
	case report.ComparePeers:
		return i18n.T(b.lang, "standing.change_peers", nil)
	case report.ComparePrevious:
		at := slices.IndexFunc(b.in.Waves, func(c Choice) bool { return c.Value == b.used.Wave })
		if at < 1 {
			return i18n.T(b.lang, "standing.change_previous", nil)
		}
		return i18n.T(b.lang, "standing.change_wave", map[string]any{"name": b.in.Waves[at-1].Text})
	}
	return i18n.T(b.lang, "standing.change_wave", map[string]any{"name": textOf(b.in.Waves, strings.TrimPrefix(with, wavePrefix))})
}

// change words a row's change; nil without one.
func (b *resultsBuilder) change(r *report.Row) *ChangeText {
	c := r.Change
	if c == nil || !scored(r) {
		return nil
	}
	out := &ChangeText{Value: b.difference(&c.Value)}
	if c.Low != nil && c.High != nil {
		out.Range = i18n.T(b.lang, "results.interval_text", map[string]any{"low": b.difference(c.Low), "high": b.difference(c.High)})
	}
	out.Verdict = i18n.T(b.lang, verdict(c, comparesWaves(b.used.Compare)), nil)
	return out
}

// verdict returns the message of what a change allows to say.
func verdict(c *report.Change, inTime bool) string {
	switch {
	case c.Holm == nil:
		return "standing.verdict_unknown"
	case *c.Holm > claim || c.Value == 0:
		return "standing.verdict_same"
	case inTime && c.Value > 0:
		return "standing.verdict_risen"
	case inTime:
		return "standing.verdict_fallen"
	case c.Value > 0:
		return "standing.verdict_higher"
	}
	return "standing.verdict_lower"
}

// difference writes a difference with the digits of the files and with its sign,
// so that no direction is told by colour or place alone. The unit is in the note.
func (b *resultsBuilder) difference(v *float64) string {
	if b.in.Digits == nil {
		return i18n.Unknown
	}
	digits := b.in.Digits(v)
	if digits == "" {
		return i18n.Unknown
	}
	text := i18n.Decimal(b.lang, digits)
	switch {
	case strings.HasPrefix(text, "-"):
		return "−" + text[1:]
	case strings.Trim(text, "0.,") != "":
		return "+" + text
	}
	return text
}
