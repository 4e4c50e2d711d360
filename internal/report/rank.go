package report

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"hailong/internal/stat"
)

// line names the rows that are compared with one another: those of agencies of
// one level that agree in everything else.
type line struct{ level, month, day, wave, version, channel, factor, item string }

func lineOf(r *Row) line {
	return line{r.Level, r.Month, r.Day, r.Wave, r.Version, r.Channel, r.Factor, r.Item}
}

// lines lists the rows of each line that pick accepts, by their places, in order
// of first appearance. Rows that are not of agencies have none.
func lines(rows []Row, pick func(*Row) bool) [][]int {
	number := numberer[line]{}
	var out [][]int
	for i := range rows {
		r := &rows[i]
		if r.Agency == "" || !pick(r) {
			continue
		}
		n := number.of(lineOf(r))
		if n == len(out) {
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

// numberer numbers values from 0, in order of first appearance. Rows name the
// same values in the same order again and again, so that the one that came after
// the last is tried first.
type numberer[T comparable] struct {
	numbers map[T]int
	values  []T
	next    []int // by number: which came after it
	last    int
}

func (x *numberer[T]) of(value T) int {
	if x.numbers == nil {
		x.numbers = map[T]int{}
	} else if n := x.next[x.last]; n >= 0 && x.values[n] == value {
		x.last = n
		return n
	}
	n, ok := x.numbers[value]
	if !ok {
		n = len(x.values)
		x.numbers[value] = n
		x.values, x.next = append(x.values, value), append(x.next, -1)
	}
	x.next[x.last] = n
	x.last = n
	return n
}

// error95 returns what a row's estimate may be off by, as a standard error: the
// larger of that of the design and that of the interval. A share of 100 % has a
// standard error of 0 by its formula, though few answers don't make it certain.
func error95(r *Row) (float64, bool) {
	if r.SE == nil || r.Low == nil || r.High == nil {
		return 0, false
	}
	return math.Max(*r.SE, (*r.High-*r.Low)/(2*stat.Z95)), true
}

// addRanks gives every row that may be ranked its rank among the agencies of its
// level, and the range that holds the true rank: for all of them at once with a
// probability of at least 95 % (stat.JointRanks). RankHigh − RankLow is how many
// others a row can't be told apart from. Rows of a low base are not ranked.
// O(rows log rows).
func addRanks(rows []Row) {
	everyLine(lines(rows, func(r *Row) bool { return r.State == OK }), func(list []int) { rankLine(rows, list) })
}

func rankLine(rows []Row, list []int) {
	if len(list) < 2 {
		return
	}
	estimates, se := make([]float64, len(list)), make([]float64, len(list))
	known := true
	for i, at := range list {
		// What separates those that agree to nine decimals is rounding.
		estimates[i] = math.Round(*rows[at].Estimate*1e9) / 1e9
		var ok bool
		se[i], ok = error95(&rows[at])
		known = known && ok
	}
	ranks := stat.Ranks(estimates)
	var ranges []stat.RankRange
	if known {
		ranges, known = stat.JointRanks(estimates, se)
	}
	for i, at := range list {
		rows[at].Rank, rows[at].Ranked = ranks[i], len(list)
		if known {
			rows[at].RankLow, rows[at].RankHigh = ranges[i].Low, ranges[i].High
		}
	}
}

// everyLine works on lines, which share no rows, on all processors.
func everyLine(lists [][]int, do func(list []int)) {
	var wait sync.WaitGroup
	next := make(chan []int)
	for range min(runtime.GOMAXPROCS(0), len(lists)) {
		wait.Go(func() {
			for list := range next {
				do(list)
			}
		})
	}
	for _, list := range lists {
		next <- list
	}
	close(next)
	wait.Wait()
}

// Alike lists the rows that one of them can't be told apart from: those of its
// line whose intervals at the level of the joint ranks overlap its own. It holds
// RankHigh − RankLow rows. O(rows).
func Alike(rows []Row, row int) []int {
	r := &rows[row]
	if r.RankHigh == 0 {
		return nil
	}
	z, _ := stat.NormalQuantile((1 + math.Pow(0.95, 1/float64(r.Ranked))) / 2)
	ends := func(r *Row) (low, high float64) {
		se, _ := error95(r)
		value := math.Round(*r.Estimate*1e9) / 1e9
		return value - z*se, value + z*se
	}
	low, high := ends(r)
	var out []int
	for i := range rows {
		if i == row || rows[i].RankHigh == 0 || lineOf(&rows[i]) != lineOf(r) {
			continue
		}
		if l, h := ends(&rows[i]); l < high && h > low {
			out = append(out, i)
		}
	}
	return out
}

// leastShrunk is how few units there may be to learn from how units differ.
const leastShrunk = 3

// addShrunk sets beside each estimate what it would be if it borrowed strength
// from the other agencies of its level, as far as its few answers make it
// uncertain: Fay and Herriot's estimate without covariates, with the variance
// between units of Paule and Mandel (stat.FitRandomEffects). The variance of a
// share is that of the mean share on its effective base, because a unit's own
// share would have none at 100 %. O(rows).
func addShrunk(rows []Row, share bool) {
	everyLine(lines(rows, func(r *Row) bool { return r.Estimate != nil && r.EffectiveN > 0 }), func(list []int) { shrinkLine(rows, list, share) })
}

func shrinkLine(rows []Row, list []int, share bool) {
	if len(list) < leastShrunk {
		return
	}
	p, v, usable := variances(rows, list, share)
	if !usable {
		return
	}
	fit, ok := stat.FitRandomEffects(p, v, stat.PauleMandel)
	if !ok {
		return
	}
	numbers := make([]float64, 3*len(list))
	for i, at := range list {
		value, se, _ := fit.Predict(p[i], v[i])
		low, high := value-stat.Z95*se, value+stat.Z95*se
		if share {
			low, high = max(0, low), min(100, high)
		}
		own := numbers[3*i : 3*i+3]
		own[0], own[1], own[2] = value, low, high
		rows[at].Shrunk, rows[at].ShrunkLow, rows[at].ShrunkHigh = &own[0], &own[1], &own[2]
	}
}

// variances returns the estimates of a line with the variance of each, and
// whether all are known.
func variances(rows []Row, list []int, share bool) (p, v []float64, usable bool) {
	p, v = make([]float64, len(list)), make([]float64, len(list))
	var sum, base float64
	for i, at := range list {
		p[i] = *rows[at].Estimate
		sum += float64(p[i] * rows[at].EffectiveN)
		base += rows[at].EffectiveN
	}
	mean := sum / base
	usable = true
	for i, at := range list {
		se, ok := error95(&rows[at])
		v[i] = se * se
		if share {
			v[i], ok = float64(mean*(100-mean))/rows[at].EffectiveN, true
		}
		usable = usable && ok && v[i] > 0
	}
	return p, v, usable
}

// addUnits sets beside the pooled estimate of an agency the mean of the
// estimates of the agencies directly below it, each counting the same: the other
// way to roll up, which answers another question. Only published estimates are
// averaged; Units tells how many. parent returns the id of the agency above.
// O(rows).
func addUnits(rows []Row, parent func(agency string) string) {
	type above struct{ agency, line int }
	var agencies numberer[string]
	var series numberer[line]
	place := func(agency string, r *Row) above {
		l := lineOf(r)
		l.level = "" // units are of another level than what they are below of
		return above{agencies.of(agency), series.of(l)}
	}
	units := map[above][]int{}
	for i := range rows {
		if r := &rows[i]; r.Agency != "" && r.Estimate != nil {
			if p := parent(r.Agency); p != "" {
				at := place(p, r)
				units[at] = append(units[at], i)
			}
		}
	}
	var values []float64
	for i := range rows {
		r := &rows[i]
		if r.Agency == "" || r.Estimate == nil {
			continue
		}
		values = values[:0]
		for _, unit := range units[place(r.Agency, r)] {
			values = append(values, *rows[unit].Estimate)
		}
		if len(values) == 0 {
			continue
		}
		slices.Sort(values) // one order for one sum
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		mean := sum / float64(len(values))
		r.MeanOfUnits, r.Units = &mean, len(values)
	}
}

// parentOf finds the agency above another, "" for none; of the same agency again
// and again at once, as rows ask.
func (p *plan) parentOf() func(agency string) string {
	var last, parent string
	return func(agency string) string {
		if agency != last {
			last, parent = agency, ""
			if a := p.catalog.Agencies.ByID(agency); a != nil {
				parent = a.Parent
			}
		}
		return parent
	}
}
