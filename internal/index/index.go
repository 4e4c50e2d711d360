// Package index computes composite indices whose method is data: a file
// surveys/ID/index.yaml says which figures and scores of surveys go in, how they
// are made comparable, weighted and put together, and what happens where one is
// missing. No index needs code of its own.
//
// [Parse] reads a file strictly and tells all its mistakes at once. [Compute]
// returns the index of every unit with each step on the way to it, and a state
// and a reason wherever there is no number. [Sensitivity] tells how far ranks
// depend on choices of the method. [Check] compares a result with figures that
// somebody published. The steps are those of the OECD/JRC Handbook on
// Constructing Composite Indicators (2008); their mathematics is in package
// composite.
//
// The package is pure, and its results do not depend on the order of units.
package index

import (
	"hailong/internal/composite"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// Text is a text by language.
type Text = questionnaire.Text

// Index is the method of a composite index, checked.
type Index struct {
	ID         string
	Title      Text
	Notes      string // for authors and auditors: sources, what is unconfirmed
	Reference  string // the decision that sets the method
	Units      Units
	Periods    Span
	Rounding   int     // decimals of published values
	MinUnits   int     // with fewer units nothing is compared or ranked; at least 1
	Available  float64 // least share of indicators that a unit needs; 0: any
	Factor     float64 // the root's value is multiplied by it
	Indicators []Indicator
	Root       Group // its id is empty
	Classes    []Class
	Withheld   []Withheld
	Breaks     []Break
	Published  []Published
	Warnings   errs.Mistakes // faults that do not keep the index from being computed
}

// Units says which units an index compares: those of a level of the registry,
// those the file lists, or those its figures are about.
type Units struct {
	Level string // of the registry; empty otherwise
	List  []Unit // of the file; empty otherwise
}

// Unit is one of those compared.
type Unit struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Group string `json:"group,omitempty"` // whose mean is imputed; empty: none
}

// Span is a range of periods; an empty end is open.
type Span struct{ From, To string }

// Indicator is one measured quantity.
type Indicator struct {
	ID       string
	Title    Text
	Source   Source
	Down     bool // less is better
	Scaling  composite.Scaling
	Points   *composite.Points // instead of scaling: points of a share
	Steps    []composite.Step  // instead of scaling: points from a value up
	AtMost   bool              // Steps count from a value down: they are those of the value's negative
	Treat    bool              // outliers are drawn in ([composite.Treat])
	Impute   bool              // what is missing is the mean of the unit's group
	Weight   float64           // within its group
	Min, Max *float64          // raw values beyond are refused
	Span     Span              // periods it is part of the method in
}

// Source is where the raw value of an indicator comes from. One of its fields is
// filled in.
type Source struct {
	Figure  string    `json:"figure,omitempty"`
	Share   *Share    `json:"share,omitempty"`
	Survey  SurveyRef `json:"survey,omitzero"`
	FirstOf []Source  `json:"first_of,omitempty"` // the first that has a value: a review before a self-assessment
}

// Share is one figure divided by another, from 0 to 1.
type Share struct {
	Numerator   string `json:"numerator"`
	Denominator string `json:"denominator"`
}

// SurveyRef names a score of a survey: one of its indices, or a measure of a
// factor or an item.
type SurveyRef struct {
	Survey  string `json:"survey"`
	Index   string `json:"index,omitempty"`
	Measure string `json:"measure,omitempty"`
	Factor  string `json:"factor,omitempty"`
	Item    string `json:"item,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// Group puts indicators, or groups, together.
type Group struct {
	ID         string
	Title      Text
	Weight     float64 // within the group around it
	Mean       composite.Mean
	Missing    composite.Gap
	Cap        *float64 // its value is cut there
	Max        *float64 // a value above it is refused
	Indicators []int    // positions in Index.Indicators; empty when there are Groups
	Groups     []Group
}

// Class is a grade of published values from a value up.
type Class struct {
	ID      string
	Title   Text
	AtLeast float64
}

// Withheld is a unit that gets no index, whatever its data say.
type Withheld struct {
	Unit, Period string // without a period: in all of them
	Reason       Text
}

// Break says that values from a period on can't be compared with those before.
type Break struct {
	Period string `json:"period"`
	Reason Text   `json:"reason"`
}

// Published is a figure that somebody published of a part of the index, and how
// far off the computed value may be. An empty part is the index itself.
type Published struct {
	Part      string
	Figure    string
	Tolerance float64
}

// Name returns the name of a unit in the file's list, nothing without one: names
// of the registry are known to callers.
func (u Units) Name(id string) string {
	for _, unit := range u.List {
		if unit.ID == id {
			return unit.Name
		}
	}
	return ""
}
