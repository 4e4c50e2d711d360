package report

import (
	"math"
	"slices"

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
	at := map[line]int{}
	var out [][]int
	for i := range rows {
		r := &rows[i]
		if r.Agency == "" || !pick(r) {
			continue
		}
		l := lineOf(r)
		n, ok := at[l]
		if !ok {
			n = len(out)
			at[l] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
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
	for _, list := range lines(rows, func(r *Row) bool { return r.State == OK }) {
		if len(list) < 2 {
			continue
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
	for _, list := range lines(rows, func(r *Row) bool { return r.Estimate != nil && r.EffectiveN > 0 }) {
		if len(list) < leastShrunk {
			continue
		}
		p, v := make([]float64, len(list)), make([]float64, len(list))
		var sum, base float64
		for i, at := range list {
			p[i] = *rows[at].Estimate
			sum += float64(p[i] * rows[at].EffectiveN)
			base += rows[at].EffectiveN
		}
		mean := sum / base
		usable := true
		for i, at := range list {
			se, ok := error95(&rows[at])
			v[i] = se * se
			if share {
				v[i], ok = float64(mean*(100-mean))/rows[at].EffectiveN, true
			}
			usable = usable && ok && v[i] > 0
		}
		if !usable {
			continue
		}
		fit, ok := stat.FitRandomEffects(p, v, stat.PauleMandel)
		if !ok {
			continue
		}
		for i, at := range list {
			value, se, _ := fit.Predict(p[i], v[i])
			r := &rows[at]
			r.Shrunk = &value
			low, high := value-stat.Z95*se, value+stat.Z95*se
			if share {
				low, high = max(0, low), min(100, high)
			}
			r.ShrunkLow, r.ShrunkHigh = &low, &high
		}
	}
}

// addUnits sets beside the pooled estimate of an agency the mean of the
// estimates of the agencies directly below it, each counting the same: the other
// way to roll up, which answers another question. Only published estimates are
// averaged; Units tells how many. parent returns the id of the agency above.
// O(rows).
func addUnits(rows []Row, parent func(agency string) string) {
	type above struct {
		agency string
		line
	}
	units := map[above][]int{}
	for i := range rows {
		r := &rows[i]
		if r.Agency == "" || r.Estimate == nil {
			continue
		}
		if p := parent(r.Agency); p != "" {
			at := above{p, lineOf(r)}
			at.level = ""
			units[at] = append(units[at], i)
		}
	}
	for i := range rows {
		r := &rows[i]
		if r.Agency == "" || r.Estimate == nil {
			continue
		}
		at := above{r.Agency, lineOf(r)}
		at.level = ""
		list := units[at]
		if len(list) == 0 {
			continue
		}
		values := make([]float64, len(list))
		for j, unit := range list {
			values[j] = *rows[unit].Estimate
		}
		slices.Sort(values) // one order for one sum
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		mean := sum / float64(len(values))
		r.MeanOfUnits, r.Units = &mean, len(list)
	}
}
