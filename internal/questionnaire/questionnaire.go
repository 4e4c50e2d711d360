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
//
// A [File] is the shape of what authors write. [ParseIn] reads it and tells every
// mistake at once, each with its place and a cure, and [Decode] rebuilds a
// questionnaire from its canonical form, which is only checked as far as others
// rely on it: stored versions are for ever, and rules for authors may grow.
//
// Rules (show_if, required_if, calculate) read what stands before their item, so
// that none depends on itself. The condition of a page becomes a part of the
// condition of each of its items, and a page with one_per_page becomes several:
// in a [Questionnaire] there is nothing of either.
package questionnaire

import "hailong/internal/errs"

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

// Survey is what one surveys/<slug>/survey.yaml says: the questionnaire and its
// fieldwork. Warnings are faults that it can be tried out with. A survey that is
// Untranslated, whose texts are missing in one of its languages, can't be
// published; its warnings say where.
type Survey struct {
	Questionnaire *Questionnaire
	Fieldwork     Fieldwork
	Warnings      errs.Mistakes
	Untranslated  bool
}

// Questionnaire is one immutable version of a survey's definition.
type Questionnaire struct {
	Survey    string    `json:"survey"` // slug: the folder's name
	Version   string    `json:"-"`      // lower-case hex SHA-256 of the canonical form, 64 characters
	Title     Text      `json:"title"`
	Intro     []Text    `json:"intro,omitempty"`   // the landing page's short lines: who asks, how long, what happens with it
	Consent   *Consent  `json:"consent,omitempty"` // asked before the first page; nil: nothing is asked
	Thanks    Text      `json:"thanks,omitempty"`  // on the receipt page, in Markdown; may be empty
	Ends      []End     `json:"ends,omitempty"`    // instead of Thanks: the first whose condition is true
	Notes     string    `json:"-"`                 // for authors: sources, what is unconfirmed; never shown to respondents
	Languages []string  `json:"languages"`         // the first is the default
	Grain     Grain     `json:"grain"`             // how finely tallies keep time
	Pages     []Page    `json:"pages"`
	Measures  []Measure `json:"measures"`
	Indices   []Index   `json:"indices"`
	MinN      int       `json:"min_n"`              // below this base no score is published
	AllSame   string    `json:"all_same,omitempty"` // PublishAllSame, or empty: hide what says the same of everybody
	Rounding  *int      `json:"rounding,omitempty"` // decimals of published numbers; nil: as package export has them
	Images    []Image   `json:"images,omitempty"`   // by name, each once
	Changes   *Changes  `json:"changes,omitempty"`  // how this version continues the one before

	variables []Variable
	byID      map[string]int // variable by id
	items     map[string]*Item
	pools     []Pool
	slots     int
}

// Grain is the period by which tallies are kept.
type Grain string

// The grains.
const (
	ByMonth Grain = "month"
	ByDay   Grain = "day"
)

// Option is one answer to choose. Code is stable for ever; Value is what a mean
// counts, nil for an option without a number. Exclusive options of a Multiple
// item stand alone.
type Option struct {
	Code      string   `json:"code"`
	Value     *float64 `json:"value,omitempty"`
	Label     Text     `json:"label"`
	Exclusive bool     `json:"exclusive,omitempty"`
	Other     bool     `json:"other,omitempty"` // with a text of its own: the variable OtherID of the item
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
