// Package questionnaire is the definition of what is asked and how it is
// scored: one immutable version of a survey, read from YAML and checked like
// code.
//
// A [Questionnaire] never holds answers and is never changed after it was
// built; it may be shared between goroutines. Its Version is the hash of its
// canonical form ([Questionnaire.Canonical]), so that a response that names a
// version can be read for ever. When and where a survey is in the field
// ([Fieldwork]) stands in the same file, but is no part of the version: opening
// a new wave does not make a new questionnaire.
package questionnaire

// Text is one text in several languages, by BCP 47 tag ("vi", "en").
type Text map[string]string

// In returns the text in lang, or in Vietnamese, English, or any language (the
// first by tag) when there is none; empty for an empty text.
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "vi", "en"} {
		if s, ok := t[l]; ok {
			return s
		}
	}
	first := ""
	for l := range t {
		if first == "" || l < first {
			first = l
		}
	}
	return t[first]
}

// Survey is what one surveys/<slug>/survey.yaml says: the questionnaire and its fieldwork.
type Survey struct {
	Questionnaire *Questionnaire
	Fieldwork     Fieldwork
}

// Questionnaire is one immutable version of a survey's definition.
type Questionnaire struct {
	Survey    string    `json:"survey"` // slug: the folder's name
	Version   string    `json:"-"`      // lower-case hex SHA-256 of the canonical form, 64 characters
	Title     Text      `json:"title"`
	Intro     []Text    `json:"intro,omitempty"`  // the landing page's short lines: who asks, how long, what happens with it
	Thanks    Text      `json:"thanks,omitempty"` // on the receipt page; may be empty
	Notes     string    `json:"-"`                // for authors: sources, what is unconfirmed; never shown to respondents
	Languages []string  `json:"languages"`        // the first is the default
	Grain     Grain     `json:"grain"`            // how finely tallies keep time
	Pages     []Page    `json:"pages"`
	Measures  []Measure `json:"measures"`
	Indices   []Index   `json:"indices"`
	MinN      int       `json:"min_n"` // below this base no score is published

	variables []Variable
	byID      map[string]int // variable by id
	items     map[string]*Item
	slots     int
}

// Grain is the period by which tallies are kept.
type Grain string

// The grains.
const (
	ByMonth Grain = "month"
	ByDay   Grain = "day"
)

// Page is what is shown at once.
type Page struct {
	ID    string `json:"id"`
	Title Text   `json:"title,omitempty"` // may be empty
	Note  Text   `json:"note,omitempty"`  // may be empty
	Items []Item `json:"items"`
}

// ItemType says how an item is asked and answered.
type ItemType string

// The item types of this version of the language.
const (
	Scale    ItemType = "scale"    // one option of a named scale
	Single   ItemType = "single"   // one of the item's own options
	Multiple ItemType = "multiple" // any of the item's own options, at most 64
	Number   ItemType = "number"   // a decimal number with a fixed count of decimals
	TextType ItemType = "text"     // free text
	Matrix   ItemType = "matrix"   // rows that share one scale; every row is a variable of its own
)

// Item is one thing asked.
type Item struct {
	ID       string    `json:"id"`
	Type     ItemType  `json:"type"`
	Required bool      `json:"required"`
	Text     Text      `json:"text"`
	Help     Text      `json:"help,omitempty"`    // may be empty
	Scale    string    `json:"scale,omitempty"`   // name of the scale, for Scale and Matrix
	Options  []Option  `json:"options,omitempty"` // resolved from the scale for Scale and Matrix; nil for Number and Text
	Missing  []Missing `json:"missing,omitempty"` // offered beside the options, in order; never counted as an answer
	Rows     []Row     `json:"rows,omitempty"`    // Matrix only
	ShowIf   string    `json:"show_if,omitempty"` // condition on items of earlier pages; empty: always shown
	Min      *float64  `json:"min,omitempty"`     // Number: inclusive limits
	Max      *float64  `json:"max,omitempty"`
	Decimals int       `json:"decimals,omitempty"`  // Number: digits after the point, 0 to 6
	Unit     Text      `json:"unit,omitempty"`      // Number: may be empty
	MaxChars int       `json:"max_chars,omitempty"` // Text: limit in characters (not bytes), at most 5000
	Lines    int       `json:"lines,omitempty"`     // Text: height of the box; 1 is a single line

	show   condition          // compiled ShowIf
	values map[string]float64 // of the options by code, nil unless all have one
}

// Option is one answer to choose. Code is stable for ever; Value is what a mean
// counts, nil for an option without a number. Exclusive options of a Multiple
// item stand alone.
type Option struct {
	Code      string   `json:"code"`
	Value     *float64 `json:"value,omitempty"`
	Label     Text     `json:"label"`
	Exclusive bool     `json:"exclusive,omitempty"`
}

// The codes of missing answers. They are four different things and never zero.
const (
	DontKnow      = "dont_know"
	Refused       = "refused"
	NotApplicable = "not_applicable"
	Skipped       = "skipped" // shown but left empty; never offered, only stored
)

// Missing is a way of not answering that the respondent may choose:
// DontKnow, Refused or NotApplicable.
type Missing struct {
	Code  string `json:"code"`
	Label Text   `json:"label"`
}

// Row is one line of a matrix. Its ID is unique among all items and rows of the
// questionnaire, because it names a variable.
type Row struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// Measure is a rule that turns the option counts of a variable into a number.
type Measure struct {
	ID    string      `json:"id"`
	Kind  MeasureKind `json:"kind"`
	Codes []string    `json:"codes,omitempty"` // TopBox: the option codes counted in the numerator
	Title Text        `json:"title"`
}

// MeasureKind is the family of a measure.
type MeasureKind string

// The kinds of measures. Denominators are the answers with a valid option:
// missing codes and skipped items are outside, as in facts of SIPAS.
const (
	TopBox MeasureKind = "top_box" // share of answers whose code is in Codes, per cent
	Mean   MeasureKind = "mean"    // mean of option values, in units of the values
)

// Index is a tree of factors over variables with one measure.
type Index struct {
	ID        string    `json:"id"`
	Title     Text      `json:"title"`
	Measure   string    `json:"measure"` // id of a Measure
	Aggregate Aggregate `json:"aggregate"`
	Factors   []Factor  `json:"factors"`
	Method    string    `json:"method,omitempty"` // reference: decree, source, what is unconfirmed; free text
}

// Aggregate says how parts make a whole. It is data, because published figures
// refute any single rule.
type Aggregate string

// The aggregates.
const (
	Pooled       Aggregate = "pooled"        // all answers of all items in one ratio; weights are not used
	WeightedMean Aggregate = "weighted_mean" // factors by their weights; items within a factor equally
)

// Factor is a node of an index tree: a named group of variables, or of further
// factors, never both. Where the parent's Aggregate is WeightedMean, the weights
// of its factors sum to 1.
type Factor struct {
	ID        string    `json:"id"` // unique within the index
	Title     Text      `json:"title"`
	Weight    float64   `json:"weight"`
	Aggregate Aggregate `json:"aggregate"`       // how this factor's parts make it; resolved, never empty
	Variables []string  `json:"items,omitempty"` // ids of items or matrix rows with options
	Factors   []Factor  `json:"factors,omitempty"`
}

// VariableKind says what a variable's answer holds.
type VariableKind uint8

// The kinds of variables.
const (
	OneOf  VariableKind = iota // the index of one option
	SetOf                      // a set of options
	Amount                     // a number
	Words                      // a text
)

// Variable is one column of data: an item, or one row of a matrix. Variables
// are numbered in questionnaire order; Index is that number.
//
// Its tally takes Slots consecutive counters from Slot on: five for the states
// without an answer (not asked, skipped, don't know, refused, not applicable),
// one per option, one for "answered".
type Variable struct {
	ID    string
	Index int
	Kind  VariableKind
	Item  *Item
	Row   *Row // nil unless the item is a Matrix
	Page  int  // index of its page
	Slot  int
	Slots int
}

// StateSlots is the number of counters before the options in a variable's slots.
const StateSlots = 5

// Text returns what the variable asks: the row's text, or the item's.
func (v *Variable) Text() Text {
	if v.Row != nil {
		return v.Row.Text
	}
	return v.Item.Text
}

// Option returns the index of an option code, or -1.
func (v *Variable) Option(code string) int {
	for i := range v.Item.Options {
		if v.Item.Options[i].Code == code {
			return i
		}
	}
	return -1
}

// Variables lists all variables; the slice belongs to the questionnaire.
func (q *Questionnaire) Variables() []Variable { return q.variables }

// Variable returns the variable of an item or row id, nil when there is none.
func (q *Questionnaire) Variable(id string) *Variable {
	if i, ok := q.byID[id]; ok {
		return &q.variables[i]
	}
	return nil
}

// Item returns the item with an id, nil when there is none. Rows are not items.
func (q *Questionnaire) Item(id string) *Item { return q.items[id] }

// Slots is the number of counters that the tally of one cell takes.
func (q *Questionnaire) Slots() int { return q.slots }

// Fieldwork says when and how a survey is in the field.
type Fieldwork struct {
	Waves    []Wave   // in order; empty means one unnamed wave that never closes
	Channels []string // channels a response may come by; empty means all
}

// Wave is a period of fieldwork. Dates are local calendar days, both inclusive,
// as YYYY-MM-DD; Closes may be empty.
type Wave struct {
	ID     string
	Title  Text
	Opens  string
	Closes string
}
