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
	Listed      []string
	Indices     []Link
	Measures    []Link // ways to compute the index; empty when there is one
	Chips       []Link
	Clear       string // link without any filter
	Filter      FilterForm
	Sorts       []Link
	Axis        []Tick
	Mean        *Mean
	Rows        []ResultRow // with a score
	Few         []ResultRow // too few answers, or withheld
	NoData      []ResultRow // agencies without answers, when they are asked for
	FewText     string      // how many have too few
	NoDataText  string      // how many have none
	ShowAll     string      // link; empty when there is nothing to show
	HideEmpty   string      // link; empty when nothing is hidden
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
	Name     string
	Href     string // this agency's own results
	Level    string
	N        string
	Estimate string
	Low      string
	High     string
	State    string // in words
	Text     string // in place of a score, when there is none
	Pale     bool
	Dot      *Dot
	Depth    int // of a factor in its tree
}

// Dot is a score with its interval, in per cent of the plot's width.
type Dot struct {
	X    string
	From string // empty without an interval
	To   string
}

// Mean is the hairline of the agency above.
type Mean struct{ X, Text string }

// FilterForm narrows the results.
type FilterForm struct {
	Action   string
	Keep     []Field // parameters that stay
	Agencies []Choice
	Levels   []Choice
	Waves    []Choice
	Channels []Choice
	Starts   []Choice // months to begin with; empty: dates are typed
	Ends     []Choice
	From     string
	To       string
}

// Choice is one entry of a list to choose from.
type Choice struct {
	Value    string
	Text     string
	Selected bool
}

// Table lists the rows of all states in the order of the page.
func (s *SurveyResults) Table() []ResultRow {
	rows := make([]ResultRow, 0, len(s.Rows)+len(s.Few)+len(s.NoData))
	rows = append(rows, s.Rows...)
	rows = append(rows, s.Few...)
	return append(rows, s.NoData...)
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
