package stat

import "math"

// Moments describes a set of answers that have values: how many they are, or
// count as, their mean, and their variance with divisor N (the sample variance
// is [Moments.SD] squared).
type Moments struct {
	N        float64
	Mean     Wide
	Variance float64
}

// MomentsOf returns the moments of answers that are given as counts per value:
// counts[i] answers have the value values[i]. The mean is exact to about 31
// digits. It returns false when there is no answer, a count is negative, or the
// lengths differ.
//
//	mean = Σ cᵢvᵢ / n      variance = Σ cᵢ(vᵢ − mean)² / n      n = Σ cᵢ
func MomentsOf(values []Wide, counts []int64) (Moments, bool) {
	if len(values) != len(counts) {
		return Moments{}, false
	}
	var n int64
	var sum Wide
	for i, c := range counts {
		if c < 0 {
			return Moments{}, false
		}
		n += c
		sum = sum.Add(values[i].Mul(Whole(c)))
	}
	if n == 0 {
		return Moments{}, false
	}
	m := Moments{N: float64(n), Mean: sum.Quo(Whole(n))}
	mean := m.Mean.Float64()
	for i, c := range counts {
		d := values[i].Float64() - mean
		m.Variance += float64(float64(c) * float64(d*d))
	}
	m.Variance /= m.N
	return m, true
}

// SD returns the sample standard deviation, with divisor N−1. It returns false
// when N is not above 1.
func (m Moments) SD() (float64, bool) {
	if !(m.N > 1) {
		return 0, false
	}
	return math.Sqrt(float64(m.Variance * m.N / (m.N - 1))), true
}

// Interval returns the 95 % interval of the mean ([NormalMean]), false where
// that has none.
func (m Moments) Interval() (Interval, bool) {
	sd, ok := m.SD()
	if !ok {
		return Interval{}, false
	}
	return NormalMean(m.Mean.Float64(), sd, m.N)
}

// Part is one component of a [Mix], with its weight.
type Part struct {
	Weight Wide
	Moments
}

// Mix returns the moments of a composite of parts, with weights that need not
// sum to one:
//
//	mean = Σ wᵢmᵢ / W      variance = Σ wᵢ(vᵢ + (mᵢ − mean)²) / W
//	N    = Σ wᵢnᵢ / W      W = Σ wᵢ
//
// The variance is that of one answer drawn from the parts by their weights. For
// shares it is p(1−p) of the composite share, so a composite mean and a
// composite share are treated alike. N is the mean base of the parts and not
// their sum: the parts come from the same respondents, and the worst case is
// assumed, that a respondent's answers are wholly dependent on one another.
//
// It returns false without parts, or when a weight is negative or all are zero.
func Mix(parts []Part) (Moments, bool) {
	var weight, mean, n Wide
	for _, p := range parts {
		if p.Weight.Float64() < 0 {
			return Moments{}, false
		}
		weight = weight.Add(p.Weight)
		mean = mean.Add(p.Weight.Mul(p.Mean))
		n = n.Add(p.Weight.Mul(Wide{hi: p.N}))
	}
	total := weight.Float64()
	if !(total > 0) {
		return Moments{}, false
	}
	out := Moments{N: n.Quo(weight).Float64(), Mean: mean.Quo(weight)}
	centre := out.Mean.Float64()
	for _, p := range parts {
		d := p.Mean.Float64() - centre
		out.Variance += float64(p.Weight.Float64() * (p.Variance + float64(d*d)))
	}
	out.Variance /= total
	return out, true
}
