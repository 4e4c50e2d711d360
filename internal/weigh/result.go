package weigh

import "hailong/internal/report"

// Result is what weighting gives: how it went, the estimates, and the weights.
type Result struct {
	Survey       string
	Title        string
	Wave         string
	Index        string
	IndexTitle   string
	Measure      string
	MeasureTitle string
	Unit         string // "%" for shares, empty for others
	Decimals     int    // of estimates and limits; standard errors have two more
	By           string
	SampleType   string // of the wave: probability, census, opt_in
	IntervalKind string // sampling, or model for a sample of whoever came
	Method       string // hash of all that the numbers depend on but the answers
	Population   string // hash of the figures
	Watermark    uint64 // sequence of the last event of the log that was read
	MinN         int
	Weighting    Weighting
	Rows         []Row
	Questions    []Question // whose answers make combinations
	Combinations []Combination
}

// Question is a characteristic that weights depend on.
type Question struct {
	ID      string
	Text    string
	Options []Option
}

// Option is an answer to a Question.
type Option struct{ Code, Label string }

// Where weights begin (Weighting.Base).
const (
	basePopulation = "population"
	baseEqual      = "equal"
)

// What an interval is about (Result.IntervalKind).
const (
	intervalSampling = "sampling"
	intervalModel    = "model"
)

// Weighting tells how respondents were weighted.
type Weighting struct {
	Period      string    // of the population
	Respondents int64     // who have a weight
	People      float64   // whom they stand for
	Base        string    // where weights begin: population (people of the stratum per respondent) or equal (1)
	Outside     int64     // respondents of agencies that no margin is about: no weight
	Incomplete  []Missing // respondents who did not tell a characteristic: no weight, as if they had not answered
	Earlier     int64     // respondents before a break in the series: no weight
	Flagged     int64     // respondents left out because of flags
	Margins     []MarginReport
	Collapsed   []Collapsed
	Rounds      int // of raking
	Min         float64
	Median      float64
	Max         float64
	Trimmed     int64   // respondents whose weight was cut
	Low, High   float64 // bounds of weights; 0: they were not trimmed
	OffBy       float64 // the largest share by which a cell differs from its people, because of trimming
	EffectiveN  float64 // Kish: (Σw)²/Σw²
	Effect      float64 // respondents per effective one
}

// Missing is how many respondents did not tell a characteristic.
type Missing struct {
	ID string // question
	N  int64
}

// MarginReport is one margin before and after weighting.
type MarginReport struct {
	Name  string
	Cells []MarginCell
}

// MarginCell is one line of a margin. N, Before and After are nil for fewer
// respondents than may be told.
type MarginCell struct {
	Cell   string
	People float64
	N      *int64   // respondents
	Before *float64 // sum of their base weights
	After  *float64 // sum of their weights
}

// Collapsed is cells that were joined, because one had too few respondents.
type Collapsed struct {
	Margin string
	Cells  []string
	N      int64 // respondents of all of them
}

// Row is one estimate.
type Row struct {
	Key          string // agency, level, channel or option that the row is about; empty: everybody
	Name         string // of the agency or option
	Factor       string // id; empty for the whole index
	FactorName   string
	Item         string // id
	ItemText     string
	N            int64    // respondents with a valid answer; 0 where suppressed
	EffectiveN   *float64 // Kish's, of their weights
	Estimate     *float64
	SE           *float64 // after calibration
	DF           int
	DesignEffect *float64
	Low, High    *float64
	Interval     string // kg95, logit95, student95, complete; empty: none can be given
	State        report.State
	Reason       string
}

// Combination is the weight of all respondents of an agency, a channel and
// characteristics.
type Combination struct {
	Agency  string
	Channel string
	Options []string // codes, by Questions
	N       int64
	Base    float64
	Weight  float64
}
