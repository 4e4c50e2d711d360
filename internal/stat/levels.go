package stat

import "math"

// Levels are how many answers each level of a scale has, from the lowest to the
// highest; the levels count 1, 2, 3 …. All shares are between 0 and 1. Functions
// return false without an answer, errors of estimates below two.
type Levels []int64

// N returns how many answers there are.
func (l Levels) N() int64 {
	var n int64
	for _, c := range l {
		n += c
	}
	return n
}

// Top returns the share of the k highest levels: the k-top-box.
func (l Levels) Top(k int) (float64, bool) {
	return ratio(sumOf(l[max(0, len(l)-k):]), l.N())
}

// Bottom returns the share of the k lowest levels.
func (l Levels) Bottom(k int) (float64, bool) {
	return ratio(sumOf(l[:min(k, len(l))]), l.N())
}

// TopWithDontKnow returns the share of the k highest levels with so many answers
// "don't know" in the base.
func (l Levels) TopWithDontKnow(k int, dontKnow int64) (float64, bool) {
	return ratio(sumOf(l[max(0, len(l)-k):]), l.N()+dontKnow)
}

// Net returns the share of the k highest levels minus that of the k lowest.
func (l Levels) Net(k int) (float64, bool) {
	top, ok := l.Top(k)
	bottom, _ := l.Bottom(k)
	return top - bottom, ok
}

// Mean returns the mean level.
func (l Levels) Mean() (float64, bool) {
	var sum int64
	for i, c := range l {
		sum += int64(i+1) * c
	}
	return ratio(sum, l.N())
}

// Score100 returns the mean on a scale from 0 (all lowest) to 100 (all highest):
// for five levels 25·(mean − 1). It returns false for a scale of one level.
func (l Levels) Score100() (float64, bool) {
	mean, ok := l.Mean()
	if !ok || len(l) < 2 {
		return 0, false
	}
	return 100 * (mean - 1) / float64(len(l)-1), true
}

// SD returns the sample standard deviation of the levels, with divisor n−1.
func (l Levels) SD() (float64, bool) {
	n := l.N()
	mean, ok := l.Mean()
	if !ok || n < 2 {
		return 0, false
	}
	var sum float64
	for i, c := range l {
		d := float64(i+1) - mean
		sum += float64(float64(c) * d * d)
	}
	return math.Sqrt(sum / float64(n-1)), true
}

// MeanSE returns the standard error of Mean in a simple random sample, sd/√n.
func (l Levels) MeanSE() (float64, bool) {
	sd, ok := l.SD()
	return sd / math.Sqrt(float64(max(l.N(), 1))), ok
}

// TopSE returns the standard error of Top, √(p(1−p)/(n−1)).
func (l Levels) TopSE(k int) (float64, bool) {
	p, ok := l.Top(k)
	if n := l.N(); ok && n > 1 {
		return math.Sqrt(p * (1 - p) / float64(n-1)), true
	}
	return 0, false
}

// NetSE returns the standard error of Net, √((t+b−net²)/(n−1)).
func (l Levels) NetSE(k int) (float64, bool) {
	top, ok := l.Top(k)
	bottom, _ := l.Bottom(k)
	if n := l.N(); ok && n > 1 {
		net := top - bottom
		return math.Sqrt(math.Max(0, top+bottom-float64(net*net)) / float64(n-1)), true
	}
	return 0, false
}

// NPS is a net promoter score: −100 to 100.
type NPS struct {
	N, Promoters, Passives, Detractors int64
	Score                              float64
	SE                                 float64 // in a simple random sample; 0 below two answers
}

// Promoters returns the net promoter score of answers from 0 to 10, given how
// many each has: 100·(share of 9 and 10 − share of 0 to 6). Source: F. Reichheld,
// Harvard Business Review 81/12 (2003). It returns false unless there are eleven
// counts and an answer.
func Promoters(counts []int64) (NPS, bool) {
	var p NPS
	if len(counts) != 11 {
		return p, false
	}
	p.Detractors, p.Passives, p.Promoters = sumOf(counts[:7]), sumOf(counts[7:9]), sumOf(counts[9:])
	p.N = p.Detractors + p.Passives + p.Promoters
	net, ok := ratio(p.Promoters-p.Detractors, p.N)
	if !ok {
		return p, false
	}
	p.Score = 100 * net
	if p.N > 1 {
		p.SE = 100 * math.Sqrt((float64(p.Promoters+p.Detractors)/float64(p.N)-float64(net*net))/float64(p.N-1))
	}
	return p, true
}

// Factor gathers the answers to the items of a factor, respondent by respondent.
// Its two scores are different things: Pooled is the share of all answers,
// MeanOfShares gives every item the same weight.
type Factor struct {
	Answers, Counted int64 // answers, and those among them that are counted (satisfied)
	Half             int64 // respondents who answered at least half of the items
	Any              int64 // respondents who answered any
	All              int64 // of those, whose answers are all counted
	items            []struct{ answers, counted int64 }
	means            map[Fraction]int64 // of the respondents in Half
}

// Fraction is a sum of levels over a number of answers.
type Fraction struct{ Sum, N int64 }

// Add counts a respondent: a level from 1 up per item, 0 where there is none.
// Levels from counted up are counted.
func (f *Factor) Add(levels []int, counted int) {
	if f.items == nil {
		f.items = make([]struct{ answers, counted int64 }, len(levels))
		f.means = map[Fraction]int64{}
	}
	var n, yes, sum int64
	for i, level := range levels {
		if level == 0 {
			continue
		}
		n++
		sum += int64(level)
		f.items[i].answers++
		if level >= counted {
			yes++
			f.items[i].counted++
		}
	}
	f.Answers += n
	f.Counted += yes
	if n > 0 {
		f.Any++
		if yes == n {
			f.All++
		}
	}
	if n > 0 && 2*n >= int64(len(levels)) {
		f.Half++
		f.means[Fraction{sum, n}]++
	}
}

// Pooled returns the share of all answers to all items that are counted.
func (f *Factor) Pooled() (float64, bool) { return ratio(f.Counted, f.Answers) }

// ItemsAnswered returns how many items anybody answered.
func (f *Factor) ItemsAnswered() int {
	n := 0
	for _, item := range f.items {
		if item.answers > 0 {
			n++
		}
	}
	return n
}

// MeanOfShares returns the mean of the items' shares, over the items that anybody
// answered.
func (f *Factor) MeanOfShares() (float64, bool) {
	sum := 0.0
	for _, item := range f.items {
		if share, ok := ratio(item.counted, item.answers); ok {
			sum += share
		}
	}
	n := f.ItemsAnswered()
	if n == 0 {
		return 0, false
	}
	return sum / float64(n), true
}

// MeanScore returns the mean over respondents of their mean level, of those who
// answered at least half of the items.
func (f *Factor) MeanScore() (float64, bool) {
	if f.Half == 0 {
		return 0, false
	}
	// By denominator, so that the sum does not depend on an order.
	sums := map[int64]int64{}
	top := int64(0)
	for m, n := range f.means {
		sums[m.N] += m.Sum * n
		top = max(top, m.N)
	}
	total := 0.0
	for d := int64(1); d <= top; d++ {
		total += float64(sums[d]) / float64(d)
	}
	return total / float64(f.Half), true
}

// AllCounted returns the share of respondents whose answers are all counted, of
// those who answered any item.
func (f *Factor) AllCounted() (float64, bool) { return ratio(f.All, f.Any) }

func sumOf(counts []int64) int64 {
	var n int64
	for _, c := range counts {
		n += c
	}
	return n
}

func ratio(a, b int64) (float64, bool) {
	if b <= 0 {
		return 0, false
	}
	return float64(a) / float64(b), true
}
