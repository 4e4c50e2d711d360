package page

import (
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// PartLimit is how many agencies the results show at once.
const PartLimit = 200

// SurveyResults shows the scores of a survey's agencies: a dot plot and, with
// the same digits, a table.
type SurveyResults struct {
	Frame
	Survey      string // slug
	Title       string
	IndexTitle  string
	Measure     string
	Respondents string // how many responses are counted, in words; may be empty
	Made        Made
	Breaks      []string // where a series begins anew
	Listed      []Mistake
	Indices     []Link
	Measures    []Link // ways to compute the index; empty when there is one
	Chips       []Link
	Clear       string // link without any filter
	Filter      FilterForm
	Sorts       []Link
	Axis        []Tick
	Mean        *Mean
	ChartNote   string
	Interval    IntervalLabel
	RankNote    string // how ranks are to be read; empty when nothing is ranked
	Rows        []ResultRow
	Shrunk      bool     // some row has a shrunk score
	Changes     *Changes // nil when nothing is compared
	Units       []UnitsRow
	Unfinished  []ResultRow // whose score lacks a part, or is held back by a person
	HiddenText  string      // how many have too few responses, or none
	Hidden      []ResultRow // these, unless they are too many to list unasked
	HiddenOpen  bool        // their list was asked for
	ShowAll     string      // link to their list; empty when it is here
	HideEmpty   string      // link to the page without the list
	Part        string      // which part of a long list this is; empty for the whole
	Previous    string
	Following   string
	Downloads   []Link
	MinN        string
	Intervals   []string // how the intervals were computed
	MethodNote  string
	MethodHash  string
	Watermark   string
	Versions    []string
	Pooled      bool
	Profile     *Profile // only with an agency chosen
}

// ResultRow is one agency.
type ResultRow struct {
	Name        string
	Href        string // this agency's own results
	Level       string
	N           string
	Estimate    string
	Low         string
	High        string
	State       string // in words
	Text        string // in place of a score, when there is none
	Pale        bool
	Dot         *Dot
	Depth       int // of a factor in its tree
	Rank        *Rank
	Shrunk      string // empty without
	ShrunkRange string
	Change      *ChangeText
}

// Dot is a score with its interval, in per cent of the plot's width.
type Dot struct {
	X    string
	From string // empty without an interval
	To   string
}

// Mean is the hairline of the agency above.
type Mean struct{ X, Text string }

// Choice is one entry of a list to choose from.
type Choice struct {
	Value    string
	Text     string
	Selected bool
}

// PageTitle implements [Page].
func (s *SurveyResults) PageTitle() string {
	return i18n.T(s.Lang, "site.results", nil) + ": " + s.Title
}

func (s *SurveyResults) template() string { return "survey_results" }

// order is how rows may be sorted.
type order struct {
	key  string // estimate, name or n
	down bool
}

// readOrder reads the parameters sort and dir; scores come highest first when
// nothing is said.
func readOrder(sort, dir string) order {
	o := order{key: sort}
	switch sort {
	case "estimate", "name", "n":
	default:
		o.key = "estimate"
	}
	o.down = dir == "desc" || (dir != "asc" && o.key != "name")
	return o
}

// scored reports whether a row has a score to draw.
func scored(r *report.Row) bool {
	return r.Estimate != nil && (r.State == report.OK || r.State == report.LowBase)
}

// hidden reports whether a row is of an agency with too few responses, or none:
// the page treats them alike, because which of the two it is could itself tell
// what somebody answered. An unfinished score has responses enough, and a reason
// that says so.
func hidden(r *report.Row) bool {
	return r.State == report.Suppressed || r.State == report.NoData && r.Reason == ""
}
