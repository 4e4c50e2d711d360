package report

import (
	"math"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/stat"
)

// The values of Query.Compare, beside the id of a wave after "wave:".
const (
	ComparePrevious = "previous" // the wave before that of the query
	CompareParent   = "parent"   // the agency above, as published
	ComparePeers    = "peers"    // the mean of all agencies of the level
	compareWave     = "wave:"
)

// Change is how an estimate differs from another.
type Change struct {
	Value     float64  // this minus the other, in the measure's unit
	Low, High *float64 // 95 %; nil where there is no standard error
	P         *float64 // two-sided, of no difference
	Holm      *float64 // P adjusted for all rows of the line: no claim is wrong, with 95 %
	Screened  *float64 // P adjusted by Benjamini and Hochberg: of the claims, 5 % may be wrong
}

// checkCompare looks up what rows are compared with.
func (p *plan) checkCompare(check *checker, with string) {
	switch {
	case with == "", with == CompareParent, with == ComparePeers:
	case with == ComparePrevious, strings.HasPrefix(with, compareWave):
		id := strings.TrimPrefix(with, compareWave)
		if p.wave == 0 {
			check.problems = append(check.problems, errs.Problem{Item: "compare", Code: "compare_needs_wave"})
			return
		}
		if with == ComparePrevious {
			if p.wave < 2 {
				check.add("compare", "no_previous_wave", p.survey.Waves[p.wave-1].ID)
				return
			}
			id = p.survey.Waves[p.wave-2].ID
		}
		if w := p.survey.Wave(id); w == nil || w.Number == p.wave {
			check.add("compare", "unknown_wave", id)
			return
		}
		p.before = id
	default:
		check.add("compare", "unknown_compare", with)
	}
}

// compare sets the changes of all rows. earlier holds the scores of the wave that
// is compared with, for the comparisons that need them.
func (p *plan) compare(rows []Row, earlier *Scores) {
	switch p.query.Compare {
	case "":
		return
	case CompareParent:
		p.compareParents(rows)
	case ComparePeers:
		comparePeers(rows)
	default:
		compareWaves(rows, earlier.Rows)
	}
	for _, list := range lines(rows, func(r *Row) bool { return r.Change != nil && r.Change.P != nil }) {
		ps := make([]float64, len(list))
		for i, at := range list {
			ps[i] = *rows[at].Change.P
		}
		holm, screened := stat.Holm(ps), stat.BenjaminiHochberg(ps)
		for i, at := range list {
			rows[at].Change.Holm, rows[at].Change.Screened = &holm[i], &screened[i]
		}
	}
}

// same names a row over waves.
type same struct {
	agency string
	line
}

func sameOf(r *Row) same {
	out := same{r.Agency, lineOf(r)}
	out.wave, out.version = "", ""
	return out
}

// compareWaves compares rows with those of another wave, whose sample is
// independent: the variances add up. Rows of two series are not compared.
func compareWaves(rows, earlier []Row) {
	at := map[same]*Row{}
	for i := range earlier {
		at[sameOf(&earlier[i])] = &earlier[i]
	}
	for i := range rows {
		r := &rows[i]
		before := at[sameOf(r)]
		if before == nil || r.Estimate == nil || before.Estimate == nil || r.Series != before.Series {
			continue
		}
		r.Change = changeOf(r, *before.Estimate, spread(before), before.DF, 0)
	}
}

// compareParents compares agencies with the one above them, whose sample holds
// theirs. With f the agency's part of the answers of its parent, the covariance
// of the two estimates is f times the variance of the agency's; where answers are
// weighted f is not known and taken for 0, which can only make the interval wider.
func (p *plan) compareParents(rows []Row) {
	at := map[same]*Row{}
	for i := range rows {
		at[above(&rows[i], rows[i].Agency)] = &rows[i]
	}
	for i := range rows {
		r := &rows[i]
		a := p.catalog.Agencies.ByID(r.Agency)
		if a == nil || r.Estimate == nil {
			continue
		}
		parent := at[above(r, a.Parent)]
		if parent == nil || parent.Estimate == nil {
			continue
		}
		covariance := 0.0
		if se := spread(r); se != nil && !r.Weighted && !parent.Weighted {
			covariance = float64(r.N) / float64(parent.N) * *se * *se
		}
		r.Change = changeOf(r, *parent.Estimate, spread(parent), parent.DF, covariance)
	}
}

// above names the row of an agency that stands where r does.
func above(r *Row, agency string) same {
	out := same{agency, lineOf(r)}
	out.level = ""
	return out
}

// comparePeers compares rows with the plain mean of all published rows of their
// level, of which each is one: covariance vᵢ/K, variance of the mean Σv/K².
func comparePeers(rows []Row) {
	for _, list := range lines(rows, func(r *Row) bool { return r.Estimate != nil }) {
		k := float64(len(list))
		if k < 2 {
			continue
		}
		var sum, variance float64
		df, known := 0, true
		for _, at := range list {
			r := &rows[at]
			sum += *r.Estimate
			se := spread(r)
			if se == nil {
				known = false
				continue
			}
			variance += *se * *se
			df += r.DF
		}
		var se *float64
		if known {
			s := math.Sqrt(variance) / k
			se = &s
		}
		for _, at := range list {
			r := &rows[at]
			covariance := 0.0
			if known {
				own := spread(r)
				covariance = *own * *own / k
			}
			r.Change = changeOf(r, sum/k, se, df, covariance)
		}
	}
}

// spread returns what an estimate may be off by, as a standard error (error95), nil
// where it is not known: the standard error of a share of few answers near 100 %
// is far too small, and would make a difference of everything.
func spread(r *Row) *float64 {
	if se, ok := error95(r); ok {
		return &se
	}
	return nil
}

// changeOf compares a row with another estimate.
func changeOf(r *Row, other float64, se *float64, df int, covariance float64) *Change {
	c := &Change{Value: *r.Estimate - other}
	own := spread(r)
	if own == nil || se == nil {
		return c
	}
	both := math.Sqrt(math.Max(float64(*own**own)+float64(*se**se)-2*covariance, 0))
	d, ok := stat.Compare(0, 0, float64(df), c.Value, both, float64(r.DF))
	if !ok {
		return c
	}
	c.Low, c.High, c.P = &d.Low, &d.High, &d.P
	return c
}
