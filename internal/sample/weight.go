package sample

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Margin is a known distribution of the population: the cell of each respondent
// (an index into Totals), and how many people each cell has.
type Margin struct {
	Name   string   // for errors
	Labels []string // of the cells, for errors; may be nil
	Cells  []int
	Totals []float64
}

// Errors of weighting. Each is wrapped with the margin and the cell.
var (
	ErrEmptyCell = errors.New("nobody answered in a cell that has people")
	ErrNoPeople  = errors.New("somebody answered in a cell without people")
	ErrTotals    = errors.New("the margins do not have the same number of people")
	ErrDiverges  = errors.New("raking does not settle")
	ErrShape     = errors.New("weights and cells do not fit")
)

// label names a cell.
func (m *Margin) label(cell int) string {
	if cell < len(m.Labels) {
		return fmt.Sprintf("%s: %s", m.Name, m.Labels[cell])
	}
	return fmt.Sprintf("%s: cell %d", m.Name, cell+1)
}

// check reports whether weights can meet a margin.
func (m *Margin) check(weights []float64) error {
	if len(m.Cells) != len(weights) {
		return fmt.Errorf("%w: %s has %d cells for %d respondents", ErrShape, m.Name, len(m.Cells), len(weights))
	}
	sums, err := m.sums(weights)
	if err != nil {
		return err
	}
	for c, total := range m.Totals {
		switch {
		case math.IsNaN(total) || math.IsInf(total, 0) || total < 0:
			return fmt.Errorf("%w: %s has %v people", ErrShape, m.label(c), total)
		case total > 0 && sums[c] == 0:
			return fmt.Errorf("%w: %s; join it with a neighbour", ErrEmptyCell, m.label(c))
		case total == 0 && sums[c] > 0:
			return fmt.Errorf("%w: %s; correct the population or the answers", ErrNoPeople, m.label(c))
		}
	}
	return nil
}

// sums adds up the weights of each cell.
func (m *Margin) sums(weights []float64) ([]float64, error) {
	sums := make([]float64, len(m.Totals))
	for i, c := range m.Cells {
		if c < 0 || c >= len(sums) {
			return nil, fmt.Errorf("%w: respondent %d is in no cell of %s", ErrShape, i+1, m.Name)
		}
		if !(weights[i] >= 0) || math.IsInf(weights[i], 0) {
			return nil, fmt.Errorf("%w: respondent %d has the weight %v", ErrShape, i+1, weights[i])
		}
		sums[c] += weights[i]
	}
	return sums, nil
}

// PostStratify multiplies weights so that every cell of a margin has its people.
// The weights given are left alone. O(respondents).
func PostStratify(weights []float64, m Margin) ([]float64, error) {
	if err := m.check(weights); err != nil {
		return nil, err
	}
	out := slices.Clone(weights)
	return out, m.meet(out)
}

// meet scales weights in place.
func (m *Margin) meet(weights []float64) error {
	sums, err := m.sums(weights)
	if err != nil {
		return err
	}
	for i, c := range m.Cells {
		if sums[c] > 0 {
			weights[i] *= m.Totals[c] / sums[c]
		}
	}
	return nil
}

const (
	rakeSettled = 1e-13 // the largest relative change of a weight in a round that is none
	rakeRounds  = 2000
	sameTotal   = 1e-6 // relative difference of two margins' totals that is rounding
)

// Rake multiplies weights until every margin has its people (iterative
// proportional fitting: Deming and Stephan, Annals of Mathematical
// Statistics 11 (1940) 427–444), and returns how many rounds it took. It stops
// when no weight changes by more than 1e-13 of itself. R's rake stops when it is
// right to one person, which is too early.
//
// The error wraps ErrEmptyCell or ErrNoPeople and names the cell, ErrTotals when
// the margins disagree about how many people there are, or ErrDiverges when 2000
// rounds are not enough: the margins contradict each other. O(rounds × margins ×
// respondents).
func Rake(weights []float64, margins []Margin) ([]float64, int, error) {
	if err := agree(weights, margins); err != nil {
		return nil, 0, err
	}
	out, before := slices.Clone(weights), make([]float64, len(weights))
	for round := 1; round <= rakeRounds; round++ {
		copy(before, out)
		for i := range margins {
			if err := margins[i].meet(out); err != nil {
				return nil, round, err
			}
		}
		if change(before, out) < rakeSettled {
			return out, round, met(out, margins)
		}
	}
	return nil, rakeRounds, fmt.Errorf("%w after %d rounds: some combinations of cells that the margins ask for have no answers; join cells", ErrDiverges, rakeRounds)
}

// met reports whether weights that do not change any more meet all margins: they
// go round in a circle where margins contradict each other.
func met(weights []float64, margins []Margin) error {
	for i := range margins {
		m := &margins[i]
		sums, err := m.sums(weights)
		if err != nil {
			return err
		}
		for c, total := range m.Totals {
			if math.Abs(sums[c]-total) > 1e-9*total {
				return fmt.Errorf("%w: %s should have %.6g and gets %.6g, because another margin contradicts it; correct one of them, or join cells",
					ErrDiverges, m.label(c), total, sums[c])
			}
		}
	}
	return nil
}

// agree reports whether weights can meet margins that are about the same people.
func agree(weights []float64, margins []Margin) error {
	var people float64
	for i := range margins {
		if err := margins[i].check(weights); err != nil {
			return err
		}
		sum := 0.0
		for _, t := range margins[i].Totals {
			sum += t
		}
		if i == 0 {
			people = sum
		} else if math.Abs(sum-people) > sameTotal*people {
			return fmt.Errorf("%w: %s has %.0f, %s has %.0f", ErrTotals, margins[0].Name, people, margins[i].Name, sum)
		}
	}
	return nil
}

// change is the largest relative change of a weight.
func change(before, after []float64) float64 {
	most := 0.0
	for i := range after {
		if before[i] > 0 {
			most = math.Max(most, math.Abs(after[i]/before[i]-1))
		}
	}
	return most
}

// Trim cuts weights to [low, high] and spreads what was cut off (or added)
// equally over those that were inside, until none is outside; it returns how many
// were cut.
// The sum stays. Equal to R's trimWeights(strict = TRUE). Margins do not hold
// any more: rake again if they must, and say so. It returns false when the bounds
// leave no room for the sum. O(rounds × respondents).
func Trim(weights []float64, low, high float64) ([]float64, int, bool) {
	if !(low <= high) {
		return nil, 0, false
	}
	out := slices.Clone(weights)
	cut := make([]bool, len(weights))
	for range trimRounds {
		lost, outside := overhang(out, low, high)
		if outside == 0 {
			break
		}
		if outside == len(out) {
			return nil, 0, false
		}
		more := lost / float64(len(out)-outside)
		for i, w := range out {
			if w < low || w > high {
				out[i], cut[i] = min(max(w, low), high), true
			} else {
				out[i] += more
			}
		}
	}
	n := 0
	for i, w := range out {
		if math.IsNaN(w) || w < low-tiny*math.Abs(low) || w > high+tiny*math.Abs(high) {
			return nil, 0, false
		}
		if cut[i] {
			n++
		}
	}
	return out, n, true
}

// overhang returns what weights have beyond bounds, and how many have.
func overhang(weights []float64, low, high float64) (lost float64, outside int) {
	for _, w := range weights {
		if w < low || w > high {
			lost += w - min(max(w, low), high)
			outside++
		}
	}
	return lost, outside
}

const (
	trimRounds = 10_000
	tiny       = 1e-9 // of a bound: what the last round may leave outside
)

// Kish returns the effective number of answers that weights leave, (Σw)²/Σw² (L.
// Kish, Survey Sampling (1965), 11.7): a measure of the weights, not a substitute
// for a variance. It returns false when all weights are 0.
func Kish(weights []float64) (float64, bool) {
	var sum, squares float64
	for _, w := range weights {
		sum += w
		squares += float64(w * w)
	}
	if !(squares > 0) {
		return 0, false
	}
	return sum * sum / squares, true
}
