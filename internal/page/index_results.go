package page

import (
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// IndexResults shows a composite index: a dot plot of the units, the same numbers
// as a table, the method in words, and for one unit every step, so that the sum
// can be followed by hand.
type IndexResults struct {
	Frame
	Title      string
	Lead       string // period, and how many units have a value
	Listed     []string
	Periods    []Link
	PeriodForm FilterForm // in place of the links, where there are many periods
	PeriodList []Choice
	Axis       []Tick
	Rows       []IndexRow // with a value
	Missing    []IndexRow
	MissText   string // how many have none, in words
	Ranged     bool   // rows tell their ranks under other weights
	Graded     bool   // rows have a class
	Pillars    []string
	RangeNote  string     // what brackets and lines of the plot mean
	Errors     bool       // some value has a standard error
	Break      string     // why a new series begins; empty
	Unit       *IndexUnit // only with a unit chosen
	Close      string     // link to the page without the unit
	Drops      []IndexDrop
	Weights    []IndexWeight
	Spread     string // what the sensitivity panel shows, in words
	Method     []IndexNode
	Notes      []string // the file's words on the method, and where it is from
	Downloads  []Link
	Docs       string
	Watermark  string // in words; empty without a data folder
	MethodHash string
	Figures    string // hash
}

// IndexRow is one unit with its index.
type IndexRow struct {
	Name    string
	Href    string // the unit's steps
	Rank    string // empty when it has none
	Range   string // the ranks under other weights; empty without
	Value   string // empty when there is none
	Low     string // of the interval; empty without one
	High    string
	Class   string // in words
	Text    string // in place of the value: why there is none
	Pillars []string
	Dot     *Dot
	Current bool
}

// Standing is the rank, with the ranks under other weights, in words.
func (r IndexRow) Standing(lang string) string {
	switch {
	case r.Rank == "":
		return ""
	case r.Range == "", r.Range == r.Rank:
		return i18n.T(lang, "index.standing", map[string]any{"rank": r.Rank})
	}
	return i18n.T(lang, "index.standing_range", map[string]any{"rank": r.Rank, "range": r.Range})
}

// IndexUnit is one unit step by step.
type IndexUnit struct {
	Name   string
	Text   string // its index, rank and class, or why there is none
	Tables []IndexSteps
}

// IndexSteps shows what one part is made of.
type IndexSteps struct {
	ID     string // of the part, for the caption
	Title  string
	How    []string
	Rows   []IndexStep
	Sum    string // of the contributions; empty where they are not added up
	Result string // the part's value; empty when there is none
	Reason string // why there is none
	Raw    bool   // some row has a raw value
	Added  bool   // some row has a contribution
}

// IndexStep is one part of a part.
type IndexStep struct {
	Title        string
	Raw          string // with its unit
	Value        string
	Weight       string
	Contribution string
	Note         string // why something is missing, the source of the raw value
}

// IndexDrop is what leaving out one part does to the ranks.
type IndexDrop struct{ Title, Mean, Max, Spearman string }

// IndexWeight is the nominal weight of a part beside its importance.
type IndexWeight struct{ Title, Weight, Importance string }

// IndexNode is one part of the method in words.
type IndexNode struct {
	Title  string
	Weight string // among its siblings, in words; empty at the top
	How    []string
	Parts  []IndexNode
	Fold   bool // shown on demand
}

// PageTitle implements [Page].
func (r *IndexResults) PageTitle() string {
	return i18n.T(r.Lang, "site.results", nil) + ": " + r.Title
}

func (r *IndexResults) template() string { return "index_results" }

// Table lists the rows with and without a value.
func (r *IndexResults) Table() []IndexRow {
	rows := make([]IndexRow, 0, len(r.Rows)+len(r.Missing))
	rows = append(rows, r.Rows...)
	return append(rows, r.Missing...)
}

// IndexResultsInput is what the page of an index is made from.
type IndexResultsInput struct {
	Frame    Frame
	Scores   *report.IndexScores
	Unit     string // id of the unit to show step by step; empty: none
	Problems []errs.Problem
	// Digits, Fine and Raw write published values, the numbers of single steps, and
	// raw values and weights, as the files do: plain digits with a point, empty for none.
	Digits, Fine, Raw func(*float64) string
}

// ResultsIndex is one index in the list of results.
type ResultsIndex struct {
	ID     string
	Title  string
	Period string // the newest, in words; empty when there is none
}
