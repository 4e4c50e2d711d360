package composite

import "math"

// Gap is what a missing part does to a composite.
type Gap uint8

// The policies. A method has to name one; Withhold is the honest default where a
// published index must not be compared across different parts.
const (
	Rescale  Gap = iota // it is left out and the weights of the others are scaled up
	Withhold            // the composite is missing, too
	AsZero              // it counts as 0: a duty that was not done
)

// Fill applies a policy to the parts of one unit before they are put together: it
// returns the parts to aggregate and false when the composite is withheld. The
// parts given are left alone.
func (g Gap) Fill(parts []float64) ([]float64, bool) {
	missing := false
	for _, x := range parts {
		missing = missing || math.IsNaN(x)
	}
	if !missing || g == Rescale {
		return parts, true
	}
	if g == Withhold {
		return nil, false
	}
	out := make([]float64, len(parts))
	for i, x := range parts {
		if !math.IsNaN(x) {
			out[i] = x
		}
	}
	return out, true
}

// Empty is what a share of nothing scores.
type Empty uint8

// The rules for an empty denominator.
const (
	NoScore    Empty = iota // nothing: there is no score
	NoPoints                // 0: there should have been something
	FullPoints              // the most: nothing went wrong
)

// Points turns a share into points: Max at FullAt and above, in proportion below.
// The satisfaction group of QĐ 766/QĐ-TTg has Max 6 and FullAt 0.9 for dossiers
// (no dossier: 0 points), and FullAt 1 for petitions (no petition: 6 points).
type Points struct {
	Max    float64
	FullAt float64 // share that scores Max; 0 is taken for 1
	Empty  Empty
}

// Score returns the points of a share, numerator of denominator. It returns false
// when the denominator is 0 and the rule gives nothing, or the numbers can't be:
// negative, or a numerator above its denominator.
func (p Points) Score(numerator, denominator float64) (float64, bool) {
	if !(numerator >= 0) || !(denominator >= numerator) || math.IsInf(denominator, 0) {
		return 0, false
	}
	if denominator == 0 {
		switch p.Empty {
		case NoPoints:
			return 0, true
		case FullPoints:
			return p.Max, true
		case NoScore:
		}
		return 0, false
	}
	full := p.FullAt
	if full == 0 {
		full = 1
	}
	return math.Min(p.Max, p.Max*(numerator/denominator)/full), true
}

// Step gives points from a value up.
type Step struct {
	AtLeast float64
	Points  float64
}

// Stepped returns the points of the highest step that a value reaches: 0/1/2 points
// of a criterion, for example. Steps are in ascending order. It returns false for
// a value that is missing or below the first step.
func Stepped(steps []Step, value float64) (float64, bool) {
	points, ok := 0.0, false
	for _, s := range steps {
		if value >= s.AtLeast {
			points, ok = s.Points, true
		}
	}
	return points, ok
}

// Class is a grade from a value up.
type Class struct {
	ID      string
	AtLeast float64
}

// Classify returns the grade of a value: the one with the highest AtLeast that the
// value reaches, whatever their order. What is compared is the value as it is
// published: round before. It returns false for a missing value or one below all
// grades.
func Classify(classes []Class, value float64) (string, bool) {
	id, best, ok := "", math.Inf(-1), false
	for _, c := range classes {
		if value >= c.AtLeast && c.AtLeast >= best {
			id, best, ok = c.ID, c.AtLeast, true
		}
	}
	return id, ok
}

// Capped is a sum of points that can't be above a cap.
func Capped(sum, limit float64) float64 { return math.Min(sum, limit) }
