package questionnaire

import (
	"fmt"
	"slices"
)

// Measure is a rule that turns the option counts of a variable into a number.
type Measure struct {
	ID      string      `json:"id"`
	Kind    MeasureKind `json:"kind"`
	Codes   []string    `json:"codes,omitempty"`   // TopBox, BottomBox, Net: the option codes counted in the numerator
	Against []string    `json:"against,omitempty"` // Net: the option codes that are subtracted; none of Codes
	Base    string      `json:"base,omitempty"`    // WithDontKnow, or empty ([ValidBase])
	Title   Text        `json:"title"`
}

// MeasureKind is the family of a measure.
type MeasureKind string

// The kinds of measures. The denominator n is the number of answers with a valid
// option: missing codes and skipped items are outside, as in facts of SIPAS. Only
// a measure whose Base is [WithDontKnow] counts more. With n = 0 none is defined.
const (
	// TopBox is 100·k/n, in per cent: k answers have a code of Codes.
	TopBox MeasureKind = "top_box"
	// BottomBox is the arithmetic of TopBox; the name says that the counted end
	// of the scale is the bad one, so that less is better.
	BottomBox MeasureKind = "bottom_box"
	// Net is 100·(k−a)/n, in percentage points from −100 to 100: k answers have a
	// code of Codes, a answers one of Against.
	Net MeasureKind = "net"
	// Mean is the mean of the options' values, in units of the values.
	Mean MeasureKind = "mean"
	// Score100 is 100·(mean−min)/(max−min), in points from 0 to 100, of the
	// smallest and the largest value among the options of the item: 25·(mean−1)
	// on a scale from 1 to 5. Of items that are pooled, each answer is put between 0
	// and 100 by its own item. An item whose options all have one value has none.
	Score100 MeasureKind = "score100"
	// NPS is the net promoter score 100·(p−d)/n, in points from −100 to 100: of
	// values from 0 to 10, p are at least 9 and d at most 6 (F. Reichheld, The
	// One Number You Need to Grow, Harvard Business Review, December 2003).
	NPS MeasureKind = "nps"
)

// Where promoters begin and detractors end, in values of an item from 0 to 10.
const (
	PromoterFrom = 9
	DetractorTo  = 6
)

// What the denominator of a measure holds, as files say it.
const (
	ValidBase    = "valid"          // answers with an option; stored as the empty text
	WithDontKnow = "with_dont_know" // and those that are dont_know, which are in no numerator
)

// PublishAllSame as [Questionnaire.AllSame] publishes scores that say the same of
// everybody who answered. HideAllSame is the rule when nothing is said, and stored
// as the empty text.
const (
	HideAllSame    = "hide"
	PublishAllSame = "publish"
)

// maxRounding is the finest rounding that a questionnaire may ask for.
const maxRounding = 4

// Coded reports whether a kind counts codes, and not values.
func (k MeasureKind) Coded() bool { return k == TopBox || k == BottomBox || k == Net }

// Valued reports whether a kind needs that every option has a value.
func (k MeasureKind) Valued() bool { return k == Mean || k == Score100 || k == NPS }

// finishScoring refuses methods that this program does not know: a canonical form
// may come from a newer one.
func (q *Questionnaire) finishScoring() error {
	for i := range q.Measures {
		m := &q.Measures[i]
		switch {
		case !m.Kind.Coded() && !m.Kind.Valued():
			return fmt.Errorf("measure %q: unknown kind %q", m.ID, m.Kind)
		case m.Base != "" && (m.Base != WithDontKnow || !m.Kind.Coded()):
			return fmt.Errorf("measure %q of kind %s: base %q", m.ID, m.Kind, m.Base)
		case len(m.Against) > 0 && m.Kind != Net:
			return fmt.Errorf("measure %q of kind %s subtracts codes", m.ID, m.Kind)
		case slices.ContainsFunc(m.Against, func(code string) bool { return slices.Contains(m.Codes, code) }):
			return fmt.Errorf("measure %q counts and subtracts the same code", m.ID)
		}
	}
	if q.AllSame != "" && q.AllSame != PublishAllSame {
		return fmt.Errorf("all_same %q", q.AllSame)
	}
	if q.Rounding != nil && (*q.Rounding < 0 || *q.Rounding > maxRounding) {
		return fmt.Errorf("rounding to %d decimals", *q.Rounding)
	}
	return nil
}
