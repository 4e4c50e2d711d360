package index

import "encoding/json"

// Input is what an index is computed from.
type Input struct {
	Units  []Unit // compared with each other; ids are unique
	Period string // 2026, 2026-Q3, 2026-11 or the id of a wave
	// Day is the first day of a wave's period, YYYY-MM-DD. It is needed only
	// where Period is the id of a wave and the method depends on time.
	Day string
	// Figure returns a figure of a unit; the note says why there is none. Nil:
	// there are no figures.
	Figure func(id, unit, period string) (value float64, there bool, note string)
	// Survey returns a score of a unit in the period. Nil: there are no surveys.
	Survey func(ref SurveyRef, unit string) Score
}

// Score is a score of a survey. It counts when State is empty or [OK].
type Score struct {
	Value  float64
	SE     Number  // its standard error, in the same unit; 0 where everybody was asked
	N      float64 // answers
	State  string
	Reason string // why there is no value
}

// Number is a number that may not be there. In JSON it is null then.
type Number struct {
	Value float64
	There bool
}

// MarshalJSON writes the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.There {
		return []byte("null"), nil
	}
	return json.Marshal(n.Value)
}

// The states of a unit, a group and an indicator. Only with [OK] and [Unranked]
// there is a value.
const (
	OK         = "ok"
	IsWithheld = "withheld"   // the method says so
	NoData     = "no_data"    // not one of its indicators has a value
	Incomplete = "incomplete" // some have, but the index can't be made of them
	Unranked   = "unranked"   // there is a value, but too few units to compare
)

// The codes of reasons.
const (
	Missing         = "missing"           // no figure, or a figure without a value
	NoScore         = "no_score"          // the survey has none that counts
	NotANumber      = "not_a_number"      // NaN or infinite
	Negative        = "negative"          // a part of a share below 0
	AboveWhole      = "above_whole"       // a numerator above its denominator
	NoDenominator   = "no_denominator"    // a share of nothing, and no rule for it
	OutOfRange      = "out_of_range"      // outside the indicator's min and max
	BelowSteps      = "below_steps"       // no step is reached
	AllEqual        = "all_equal"         // min = max: nothing to scale by
	TooFewUnits     = "too_few_units"     // to scale by comparison, or to rank
	PartMissing     = "part_missing"      // the group is withheld without it
	NoParts         = "no_parts"          // every part is missing
	NoMean          = "no_mean"           // geometric of a value of 0 or less, harmonic of 0
	AboveMax        = "above_max"         // a group's value above what it can be
	TooFewAvailable = "too_few_available" // fewer indicators than a unit needs
	UnitWithheld    = "unit_withheld"     // the method withholds the unit
	OutsidePeriods  = "outside_periods"   // the index does not cover the period
	UnknownPeriod   = "unknown_period"    // nobody said when the wave was
	NotInPeriod     = "not_in_period"     // the indicator is no part of the method in this period
)

// Reason says why there is no number, or no standard error.
type Reason struct {
	Code   string `json:"code"`
	Part   string `json:"part,omitempty"`   // indicator or group it is about
	Figure string `json:"figure,omitempty"` // figure or score it is about
	Note   string `json:"note,omitempty"`   // what the figure's file or the survey says
	Text   Text   `json:"text,omitempty"`   // what the index's file says
}

// Result is an index with every step on the way to it.
type Result struct {
	Index      string            `json:"index"`
	Method     string            `json:"method"` // hash of the method
	Period     string            `json:"period"`
	Rounding   int               `json:"rounding"`
	Break      *Break            `json:"break,omitempty"` // a new series begins with this period
	Ranked     int               `json:"ranked"`          // units with a rank
	Units      []UnitResult      `json:"units"`           // in the order they were given
	Indicators []IndicatorResult `json:"indicators"`
}

// UnitResult is the index of a unit.
type UnitResult struct {
	Unit    Unit        `json:"unit"`
	State   string      `json:"state"`
	Reasons []Reason    `json:"reasons,omitempty"` // why it isn't ok, the deepest causes
	Value   Number      `json:"value"`
	Shown   Number      `json:"shown"` // the value as it is published: rounded, half away from zero
	SE      Error       `json:"se"`
	Rank    int         `json:"rank,omitempty"` // 1 the highest; those that agree to nine decimals share the best; 0: none
	Class   string      `json:"class,omitempty"`
	Steps   []Step      `json:"indicators"` // in the order of Index.Indicators
	Groups  []GroupStep `json:"groups"`     // outer before inner, without the root
	Weights []Weight    `json:"weights"`    // of the root's parts
}

// Step is an indicator of a unit.
type Step struct {
	ID          string   `json:"id"`
	State       string   `json:"state"` // OK, NoData, IsWithheld, or NotInPeriod
	Reasons     []Reason `json:"reasons,omitempty"`
	From        string   `json:"from,omitempty"` // the figure or score that the value comes from
	Numerator   Number   `json:"numerator"`      // of a share
	Denominator Number   `json:"denominator"`
	Raw         Number   `json:"raw"`     // as it came
	RawSE       Number   `json:"raw_se"`  // of a survey's score
	Imputed     Number   `json:"imputed"` // what stands in for a raw value that is missing
	Treated     Number   `json:"treated"` // after outliers were drawn in
	Scaled      Number   `json:"scaled"`  // comparable, or points
	SE          Error    `json:"se"`      // of Scaled
}

// GroupStep is a group of a unit.
type GroupStep struct {
	ID      string   `json:"id"`
	State   string   `json:"state"` // OK, Incomplete, IsWithheld, or NotInPeriod
	Reasons []Reason `json:"reasons,omitempty"`
	Value   Number   `json:"value"`
	Capped  bool     `json:"capped,omitempty"` // the cap cut it
	SE      Error    `json:"se"`
	Weights []Weight `json:"weights"`
}

// Weight is what a part weighs within its group: as the method says, and in
// effect for a unit, after the weights of missing parts went to the others. Of a
// mean both sum to 1; of a sum they are the factors.
type Weight struct {
	Part      string `json:"part"`
	Nominal   Number `json:"nominal"`
	Effective Number `json:"effective"` // none for a part that is missing
}

// The kinds of a standard error.
const (
	// FixedSE: nothing of it is a sample's estimate. Hard data have no sampling
	// error.
	FixedSE = "fixed"
	// IndependentSE: of every survey there is one score in it, and different
	// surveys are taken to be independent samples.
	IndependentSE = "independent"
	// BoundSE: several scores of one survey are in it, and how they go together
	// is not known. The error is the largest it can be.
	BoundSE = "upper_bound"
	// UnknownSE: the method lets no error through, and Reasons says where.
	UnknownSE = "not_propagated"
)

// The codes of reasons for [UnknownSE].
const (
	NoError   = "no_standard_error" // the survey gives none
	Relative  = "relative_scale"    // min_max, z and rank depend on all units' samples at once
	ByStep    = "steps"             // steps have no slope
	AtCut     = "at_cut"            // the value is where goalposts, points or a cap cut it
	OfTreated = "treated"           // outliers were drawn in
	OfImputed = "imputed"           // an imputed value is no observation
)

// Error is a standard error, as far as the method lets it through. First order
// (delta method): se² = Σ over surveys (Σ |∂value/∂score| × se(score))², where
// the inner sum has one term or makes the bound.
type Error struct {
	Kind    string   `json:"kind"`
	SE      Number   `json:"se"`
	Reasons []Reason `json:"reasons,omitempty"`
}

// IndicatorResult is what was done to an indicator over all units.
type IndicatorResult struct {
	ID         string `json:"id"`
	Used       bool   `json:"used"` // it is part of the method in the period
	Reason     string `json:"reason,omitempty"`
	There      int    `json:"there"` // units with a raw value
	Imputed    int    `json:"imputed"`
	Low        Number `json:"low"` // lowest and highest value that was scaled
	High       Number `json:"high"`
	Skewness   Number `json:"skewness"` // before outliers were treated
	Kurtosis   Number `json:"kurtosis"`
	Winsorised int    `json:"winsorised,omitempty"`
	Logged     bool   `json:"logged,omitempty"`
}
