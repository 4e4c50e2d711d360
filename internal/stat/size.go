package stat

import "math"

// SampleSize is a plan: how large a sample has to be for a share to be known to
// within a margin.
type SampleSize struct {
	Share        float64 // expected; 0.5 is the most cautious
	Margin       float64 // half the width of the 95 % interval
	DesignEffect float64 // 1 for a simple random sample
	Population   float64 // 0: endless
	Response     float64 // share of the sampled who answer; 0 is taken for 1
}

// Answers returns how many answers are needed, rounded up, and how many people
// have to be asked for them:
//
//	n₀ = deff·z²p(1−p)/e²     n = n₀/(1 + (n₀−1)/N)     asked = n/response
//
// Source: W. G. Cochran, Sampling Techniques (1977), 4.4. It returns false for a
// plan that makes no sense.
func (s SampleSize) Answers() (answers, asked int64, ok bool) {
	if !(s.Share > 0 && s.Share < 1) || !(s.Margin > 0 && s.Margin < 1) || !(s.DesignEffect > 0) || s.Population < 0 || s.Response < 0 || s.Response > 1 {
		return 0, 0, false
	}
	n := s.DesignEffect * Z95 * Z95 * s.Share * (1 - s.Share) / (s.Margin * s.Margin)
	if s.Population > 0 {
		n /= 1 + (n-1)/s.Population
		n = math.Min(n, s.Population)
	}
	n = math.Ceil(n - 1e-9)
	response := s.Response
	if response == 0 {
		response = 1
	}
	return int64(n), int64(math.Ceil(n/response - 1e-9)), true
}

// Slovin returns n = N/(1 + N·e²), the rule of thumb of Vietnamese guidance: the
// size for a share of one half with z = 2 in a simple random sample in which all
// answer. It knows neither a design effect nor non-response.
func Slovin(population, margin float64) float64 {
	return population / (1 + float64(population*margin*margin))
}

// DetectableChange returns the least difference between two waves of n1 and n2
// answers about a share p that a two-sided test at 5 % finds with a probability
// of 80 %, and the least that is significant when it is seen:
//
//	se = √(deff·p(1−p)(1/n1 + 1/n2))     (1.960 + 0.842)·se     1.960·se
//
// It returns false without answers or for a p outside (0, 1).
func DetectableChange(p, n1, n2, designEffect float64) (found, significant float64, ok bool) {
	if !(p > 0 && p < 1) || !(n1 > 0) || !(n2 > 0) || !(designEffect > 0) {
		return 0, 0, false
	}
	power, _ := NormalQuantile(0.8)
	se := math.Sqrt(designEffect * p * (1 - p) * (1/n1 + 1/n2))
	return (Z95 + power) * se, Z95 * se, true
}

// Spearman returns the correlation of the ranks of two lists, equal values sharing
// their mean rank. It returns false below two pairs or when one list is constant.
func Spearman(x, y []float64) (float64, bool) {
	if len(x) != len(y) {
		return 0, false
	}
	return Pearson(meanRanks(x), meanRanks(y))
}

// Pearson returns the correlation of two lists. It returns false below two pairs
// or when one list is constant.
func Pearson(x, y []float64) (float64, bool) {
	if len(x) != len(y) || len(x) < 2 {
		return 0, false
	}
	var mx, my float64
	for i := range x {
		mx += x[i]
		my += y[i]
	}
	n := float64(len(x))
	mx, my = mx/n, my/n
	var xx, xy, yy float64
	for i := range x {
		a, b := x[i]-mx, y[i]-my
		xx += float64(a * a)
		xy += float64(a * b)
		yy += float64(b * b)
	}
	if !(xx > 0) || !(yy > 0) {
		return 0, false
	}
	return xy / math.Sqrt(xx*yy), true
}

func meanRanks(x []float64) []float64 {
	order := ascending(x)
	ranks := make([]float64, len(x))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && x[order[j]] == x[order[i]] {
			j++
		}
		for _, k := range order[i:j] {
			ranks[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return ranks
}
