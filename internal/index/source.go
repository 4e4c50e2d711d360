package index

import (
	"math"
	"strings"
)

// most is the largest value that is taken, in absolute terms: beyond, sums of
// squares lose what they are about.
const most = 1e15

// found is what a source gives for a unit.
type found struct {
	raw      float64 // NaN: there is none
	share    bool    // numerator and denominator are numbers that can be
	num, den Number
	se       Number
	survey   string // id of the survey that a score comes from
	from     string
	reasons  []Reason
}

// fetch returns what the first source that has a value gives; without any, the
// reasons of all. A share of nothing is a value where a rule gives it points.
func (n *Indicator) fetch(s *Source, in *Input, unit string) found {
	switch {
	case len(s.FirstOf) > 0:
		return n.fetchFirst(s, in, unit)
	case s.Share != nil:
		return n.fetchShare(s.Share, in, unit)
	case s.Survey.Survey != "":
		return n.fetchScore(s.Survey, in, unit)
	}
	return n.fetchFigure(s.Figure, in, unit)
}

func (n *Indicator) fetchFirst(s *Source, in *Input, unit string) found {
	none := found{raw: math.NaN()}
	for i := range s.FirstOf {
		f := n.fetch(&s.FirstOf[i], in, unit)
		if len(f.reasons) == 0 {
			return f
		}
		for _, r := range f.reasons {
			if r.Code != Missing && r.Code != NoScore {
				return f // a value that can't be is not passed over in silence
			}
		}
		none.reasons = append(none.reasons, f.reasons...)
	}
	return none
}

func (n *Indicator) fetchFigure(id string, in *Input, unit string) found {
	value, reason := figureOf(id, in, unit)
	f := found{raw: value, from: id}
	if reason.Code != "" {
		return n.without(f, reason)
	}
	return n.ranged(f)
}

// figureOf returns one figure of a unit, NaN with a reason where there is none.
func figureOf(id string, in *Input, unit string) (float64, Reason) {
	none := Reason{Code: Missing, Figure: id}
	if in.Figure == nil {
		return math.NaN(), none
	}
	value, there, note := in.Figure(id, unit, in.Period)
	none.Note = note
	switch {
	case !there:
		return math.NaN(), none
	case math.IsNaN(value) || math.IsInf(value, 0):
		none.Code = NotANumber
		return math.NaN(), none
	case math.Abs(value) > most:
		none.Code = OutOfRange
		return math.NaN(), none
	}
	return value, Reason{}
}

// fetchShare divides two figures. Both parts are told as they are.
func (n *Indicator) fetchShare(s *Share, in *Input, unit string) found {
	f := found{raw: math.NaN(), from: s.Numerator + " / " + s.Denominator}
	num, whyNum := figureOf(s.Numerator, in, unit)
	den, whyDen := figureOf(s.Denominator, in, unit)
	f.num, f.den = number(num), number(den)
	for _, why := range []Reason{whyNum, whyDen} {
		if why.Code != "" {
			f = n.without(f, why)
		}
	}
	if len(f.reasons) > 0 {
		return f
	}
	switch {
	case num < 0:
		return n.without(f, Reason{Code: Negative, Figure: s.Numerator})
	case den < 0:
		return n.without(f, Reason{Code: Negative, Figure: s.Denominator})
	case num > den:
		return n.without(f, Reason{Code: AboveWhole, Figure: s.Numerator})
	}
	f.share = true
	if den == 0 {
		if n.Points != nil {
			if _, ok := n.Points.Score(0, 0); ok {
				return f
			}
		}
		return n.without(f, Reason{Code: NoDenominator, Figure: s.Denominator})
	}
	f.raw = num / den
	return n.ranged(f)
}

func (n *Indicator) fetchScore(ref SurveyRef, in *Input, unit string) found {
	f := found{raw: math.NaN(), from: ref.String(), survey: ref.Survey}
	none := Reason{Code: NoScore, Figure: f.from}
	if in.Survey == nil {
		return n.without(f, none)
	}
	s := in.Survey(ref, unit)
	none.Note = s.Reason
	switch {
	case s.State != "" && s.State != OK:
		if none.Note == "" {
			none.Note = s.State
		}
		return n.without(f, none)
	case math.IsNaN(s.Value) || math.IsInf(s.Value, 0):
		none.Code = NotANumber
		return n.without(f, none)
	case math.Abs(s.Value) > most:
		none.Code = OutOfRange
		return n.without(f, none)
	}
	f.raw = s.Value
	if s.SE.There && s.SE.Value >= 0 && s.SE.Value <= most {
		f.se = s.SE
	}
	return n.ranged(f)
}

// ranged refuses a raw value that the indicator can't have. It is told beside the
// reason.
func (n *Indicator) ranged(f found) found {
	beyond := n.Min != nil && f.raw < *n.Min || n.Max != nil && f.raw > *n.Max
	switch {
	case beyond:
		return n.without(f, Reason{Code: OutOfRange, Figure: f.from})
	case n.Points != nil && f.raw < 0:
		return n.without(f, Reason{Code: Negative, Figure: f.from})
	}
	return f
}

// without adds a reason why there is no value.
func (n *Indicator) without(f found, why Reason) found {
	why.Part = n.ID
	f.reasons = append(f.reasons, why)
	return f
}

// number is a Number of what may be NaN.
func number(v float64) Number {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Number{}
	}
	return Number{Value: v, There: true}
}

// String names the score: survey, index or item, factor, measure and channel.
func (r SurveyRef) String() string {
	parts := []string{r.Survey}
	for _, part := range []string{r.Index, r.Factor, r.Item, r.Measure} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	s := strings.Join(parts, "/")
	if r.Channel != "" {
		s += "?channel=" + r.Channel
	}
	return s
}
