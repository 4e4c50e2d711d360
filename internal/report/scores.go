// Package report answers questions about what was collected. It is the one
// place where a score is computed: pages, the API, files and the command line
// show what it returns.
package report

import (
	"iter"

	"hailong/internal/catalog"
	"hailong/internal/tally"
)

// Source is what report needs of a store.
type Source interface {
	// Catalog returns what is published, open and known now.
	Catalog() *catalog.Catalog
	// Tallies calls f with a consistent view of the counts (tally.Tally.Read).
	Tallies(f func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell]))
}

// Query asks for scores. Empty fields do not filter. Values are as they came
// from the caller; Score checks them.
type Query struct {
	Survey  string
	Index   string   // id of an index; empty: the first
	Measure string   // id of a measure; empty: the index's own
	By      []string // any of agency, level, month, day, wave, version, channel, factor, item, in order of the columns wanted; empty: agency
	Agency  string   // id or code: the agency and everything below it
	Level   string   // only agencies of this level
	From    string   // YYYY-MM-DD, inclusive; with monthly tallies the first day of a month
	To      string   // YYYY-MM-DD, inclusive; with monthly tallies the last day of a month
	Wave    string
	Channel string // one, or several with commas between them
	Flags   string // what to do with flagged responses: with (empty is the same), without, only
	Compare string // what rows are compared with: previous, wave:ID, parent, peers
	Lang    string // of names

	// Internal asks for the operator's own view: all rows of the minimum n, also
	// those from which others could be told by subtraction. It is never public.
	Internal bool
}

// The values of Query.Flags and Scores.Flags.
const (
	FlagsWith    = "with"
	FlagsWithout = "without"
	FlagsOnly    = "only"
)

// State tells whether a row carries a score, and if not, why.
type State string

// The states of a row.
const (
	OK         State = "ok"
	LowBase    State = "low_base"   // published, but too few to rank
	Suppressed State = "suppressed" // too few to publish: no counts, no estimate
	Withheld   State = "withheld"   // held back by a person, with a reason
	NoData     State = "no_data"
)

// Row is one score with everything needed to judge it.
type Row struct {
	Agency     string // id; empty unless asked by agency
	AgencyName string
	Level      string // of the agency, or the level asked by
	Month      string // YYYY-MM
	Day        string // YYYY-MM-DD
	Wave       string
	Version    string // first 12 digits of the published version
	Channel    string
	Factor     string // id of the factor; empty for the whole index
	FactorName string
	Item       string // id of the item or matrix row
	ItemText   string
	Measure    string  // id of the measure
	N          int64   // unweighted base: respondents with at least one valid answer to the busiest item
	EffectiveN float64 // base of the interval: of a composite, the mean base of its items; 0 without an estimate
	// Counts are those of the valid options, then of the missing codes, in
	// questionnaire order; nil without an estimate, or with FewCounts. A composite counts the answers
	// to all its items, so they add up to more than N; it has none where its items
	// differ in their options.
	Counts    []Count
	FewCounts bool     // some are too small for the public, so that all are left out
	Estimate  *float64 // in the measure's unit; per cent for shares
	Low, High *float64 // limits of the interval
	SE        *float64 // standard error in the estimate's unit; nil where there is none
	DF        int      // degrees of freedom behind it
	Weighted  bool     // answers count by the populations of their strata; else each the same

	// DesignEffect is the variance as a multiple of that of a simple sample of as
	// many answers without replacement; 0 where it is not known.
	DesignEffect float64

	// Among the agencies of the level that are ranked (state ok), Ranked in number:
	// the rank, and the range that holds the true ranks of all at once with 95 %. The
	// range tells how many a row can't be told apart from: RankHigh − RankLow.
	Rank, Ranked, RankLow, RankHigh int

	Shrunk                *float64 // the estimate with strength borrowed from the level's other agencies
	ShrunkLow, ShrunkHigh *float64
	MeanOfUnits           *float64 // plain mean of the published estimates of the agencies directly below
	Units                 int      // how many these are
	Change                *Change  // from what Query.Compare names; nil without a pair
	Interval              string   // how it was computed, such as wilson95; empty without one
	State                 State
	Reason                string // code, such as min_n; empty for OK

	// Series numbers the series that the row belongs to, from 1; 0 where no break
	// was ever declared. Rows by month, day, wave or version have one for each
	// series; all others are of the newest that has answers, and Note says when
	// answers of an earlier one were left out.
	Series int
	Break  string // reason of the break that the series began with, on the first row of it
	Note   string // code: since_break, before_break (nothing came after it yet), no_population, population_too_small; empty for none
}

// Break is a declared break: answers before and after it are never in one score.
type Break struct {
	Version string // that declared it
	Day     string // YYYY-MM-DD, on which that version came into the field
	Of      string // id of an index, item or row, or all
	Reason  string
}

// Count is how many answers a code has.
type Count struct {
	Code string
	N    int64
}

// ChannelCount is how many responses came by a channel.
type ChannelCount struct {
	Channel string
	N       int64
}

// Scores is the answer to a Query.
type Scores struct {
	Survey       string
	Title        string
	Index        string
	IndexTitle   string
	Measure      string // id
	MeasureTitle string
	Unit         string   // "%" for shares, empty for means
	Versions     []string // hashes of the versions counted, in order of publication
	Method       string   // hash of what the score depends on: measures, index, minimum n
	MethodNote   string   // the questionnaire's words on the method
	Watermark    uint64   // sequence of the last event counted
	GeneratedFor string   // the query in canonical form
	By           []string
	Rollup       string // "pooled": a row of an agency holds all answers of its subtree
	MinN         int
	Decimals     int     // of published estimates and limits
	Breaks       []Break // of the index and its items, in order of publication

	// Channels tells how many responses of each channel the rows are made from, in
	// the order of the channels; none of a channel without any. Ratings on repeated
	// pages come with the response that an agency received, which alone is counted.
	Channels []ChannelCount
	Flagged  int64  // flagged responses that the query is about, whether the rows count them or not
	Flags    string // how they were treated: with, without, only

	// FewFlagged tells that flagged responses are fewer than the minimum n, or
	// none, so that Flagged is 0.
	FewFlagged bool

	// SampleType is how respondents came (questionnaire.SampleTypes), the weakest
	// of the waves that are counted. What an interval may be called follows from it.
	SampleType string

	Rows []Row
}
