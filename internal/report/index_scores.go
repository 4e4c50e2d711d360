package report

// IndexScores is a composite index of one period with every step on the way to
// it, so that each number can be followed by hand. Pages, files, the API and the
// command line show what it holds, and compute nothing.
type IndexScores struct {
	Index     string // id
	Title     string
	Note      string // the file's own words on the method
	Source    string // where the method comes from, such as a decree
	Period    string
	Periods   []string // that the index can be asked for, newest first
	Unit      string   // of the index, such as "%" or "điểm"; may be empty
	Lang      string
	Decimals  int    // of published values
	Method    string // hash of the method: two tables with one hash can be compared
	Figures   string // hash of the figures that were used
	Watermark uint64 // sequence of the last event counted; 0 without a data folder

	Parts []IndexPart // the method, the index itself first, each part before what it is made of
	Rows  []IndexRow  // ranked units first, in order of rank; then those without, by id

	Sensitivity *IndexSensitivity // nil unless asked for
}

// IndexPart is one node of the method: the index itself, a group, or an
// indicator.
type IndexPart struct {
	ID     string
	Title  string
	Above  int     // place of the part that it counts for in Parts; -1 for the index itself
	Depth  int     // 0 for the index itself
	Leaf   bool    // an indicator: it has a raw value
	Weight float64 // nominal weight among its siblings, as the file says it
	How    []Words // how its value comes about
	From   string  // of a leaf: where raw values come from, such as figure:on_time or survey:sipas
	Unit   string  // of a leaf's raw value
}

// Words is a message with its gaps: the method in words, worded by whoever shows
// it.
type Words struct {
	ID   string
	Args map[string]any
}

// IndexRow is one unit.
type IndexRow struct {
	Unit  string // id
	Name  string
	Level string
	Value *float64 // the index, rounded by its rule; nil where there is none
	Rank  int      // 0: not ranked
	Class string   // id of the class
	Grade string   // title of the class
	State State
	// Reason is a code that says why there is no value; ReasonText adds the words of
	// a file, such as a figure's note.
	Reason     string
	ReasonText string
	Steps      []IndexStep // one for each part, in their order
}

// IndexStep is what one part is for one unit. What does not exist is nil, and
// Reason says why.
type IndexStep struct {
	Raw          *float64 // of a leaf: the value as it was measured
	Value        *float64 // scaled value or points of a leaf; aggregate of a group; the index
	Weight       *float64 // share or weight with which it counts for the part above
	Contribution *float64 // what it adds to the part above; nil where parts are not added up
	Reason       string
	ReasonText   string
	Source       string // where the raw value comes from, in words
	Checked      bool   // somebody compared it with the source
}

// IndexSensitivity tells how far the ranks depend on the choices of the method.
type IndexSensitivity struct {
	Spread     float64 // by how much weights were moved: 0.25 for ±25 %
	Draws      int     // how many sets of weights
	Ranges     []IndexRange
	Drops      []IndexDrop
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
	Mean, Max float64  // absolute change of rank
	Spearman  *float64 // correlation with the ranks of the whole index
}

// IndexImportance is the nominal weight of a part beside what it weighs in
// effect.
type IndexImportance struct {
	Part       string
	Title      string
	Weight     float64  // nominal, as a share of all
	Importance *float64 // squared correlation with the index, from 0 to 1
}
