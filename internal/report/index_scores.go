package report

import (
	"hailong/internal/figure"
	"hailong/internal/index"
)

// OwnIndex is a composite index with the figures that its folder ships. Figures of
// the data folder come before its own.
type OwnIndex struct {
	Index   *index.Index
	Figures *figure.Table // nil: none
}

// IndexScores is a composite index of one period with every step on the way to
// it, so that each number can be followed by hand. Pages, files, the API and the
// command line show what it holds, and compute nothing.
type IndexScores struct {
	Index     string // id
	Title     string
	Notes     string   // the file's own words on the method
	Reference string   // the decision that sets the method
	Lang      string   // of titles and names
	Period    string   // empty when there is none with figures
	Periods   []string // that the index can be asked for, newest first
	Decimals  int      // of published values
	Method    string   // hash: values of two tables with one hash can be compared
	Figures   string   // hash of the figures of the index in the period
	Watermark uint64   // sequence of the last event counted; 0 without a data folder
	Ranked    int      // units with a rank
	Break     string   // why a new series begins with this period; empty: it does not

	Parts       []IndexPart       // the index itself first, each part before what it is made of
	Rows        []IndexRow        // in order of rank, then of id; units without a value last
	Sensitivity *IndexSensitivity // nil where there is nothing to compare
	Result      *index.Result     // as it was computed
}

// IndexPart is one node of the method: the index itself, a group, or an
// indicator.
type IndexPart struct {
	ID        string // that of the index for the index itself
	Title     string
	Above     int              // place in Parts of the part that it counts for; -1 for the index itself
	Depth     int              // 0 for the index itself
	Weight    float64          // nominal weight among its siblings, as the file says it; 0 for the index itself
	Group     *index.Group     // of the index itself and of groups
	Indicator *index.Indicator // of an indicator
	Factor    float64          // of the index itself: what its value is multiplied by; else 0
	Used      bool             // it is part of the method in the period
}

// Leaf reports whether the part is an indicator, which has a raw value.
func (p *IndexPart) Leaf() bool { return p.Indicator != nil }

// IndexReason says why there is no number.
type IndexReason struct {
	Code string `json:"code"`           // of package index, or the state of a survey's score
	Part string `json:"part,omitempty"` // title of the part it is about; empty: of the row or step itself
	Text string `json:"text,omitempty"` // what a file says about it
}

// IndexRow is one unit.
type IndexRow struct {
	Unit      string // id
	Name      string
	Level     string   // of an agency
	Value     *float64 // as it is published; nil where there is none
	Low, High *float64 // Value ± 1.96 standard errors; nil where the method lets no error through
	SE        *float64
	ErrorKind string // of package index; empty without a value
	Rank      int    // 0: not ranked
	Class     string // id
	Grade     string // title of the class
	State     string // of package index
	Reasons   []IndexReason
	Steps     []IndexStep // one for each part, in their order
}

// IndexStep is what one part is for one unit. What does not exist is nil, and
// Reasons say why.
type IndexStep struct {
	State        string
	Reasons      []IndexReason
	Numerator    *float64 // of a share
	Denominator  *float64
	Raw          *float64 // of an indicator: as it came
	Imputed      *float64 // what stands in for it
	Treated      *float64 // after outliers were drawn in
	Value        *float64 // comparable value or points of an indicator, value of a group, of the index
	Nominal      *float64 // weight in the part above: as the method says,
	Weight       *float64 // and in effect
	Contribution *float64 // what it adds to the part above: Weight × Value; nil where parts are not added up
	Capped       bool     // a cap cut the value
	From         string   // id of the figure, or address of the score, that the raw value comes from
	Source       string   // the figure's source
	Checked      bool     // somebody compared the figure with its source
}

// IndexSensitivity tells how far the ranks depend on choices of the method.
type IndexSensitivity struct {
	Spread     float64 // by how much weights were moved: 0.25 for ±25 %
	Draws      int     // how many sets of weights
	Ranges     []IndexRange
	Drops      []IndexDrop // each indicator left out in turn
	Other      IndexDrop   // with the mean named in Part at the top
	Importance []IndexImportance
}

// IndexRange is the ranks of one unit under moved weights.
type IndexRange struct {
	Unit      string
	Rank      int
	Low, High int // best and worst rank
}

// IndexDrop is what leaving out one part does to the ranks.
type IndexDrop struct {
	Part      string // id
	Title     string
	Mean, Max *float64 // absolute change of rank
	Spearman  *float64 // correlation with the ranks of the whole index
}

// IndexImportance is the nominal weight of a part of the index beside what it
// weighs in effect.
type IndexImportance struct {
	Part       string // id
	Title      string
	Weight     *float64 // as a share of all parts
	Importance *float64 // squared correlation with the index, from 0 to 1
}
