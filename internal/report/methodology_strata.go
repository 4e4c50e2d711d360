package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/sample"
)

// RuleStrata is of an item where answers count by population: scale × Σ w × sum of what
// the answers are worth / Σ w × their number, over strata, with w = N/n of each.
const RuleStrata = "strata"

// mostTried is how many agencies are tried for an example: whose strata can't be
// told, because one of them is hidden, has none.
const mostTried = 20

// stratified works out the first item of one agency that has no agencies below it
// and whose answers count by the population of its waves. What it tells of a
// stratum is what everybody may ask for by wave. Every step is compared with what
// is published; without an agency where all agree there is no example.
func (w *worker) stratified(scores *Scores) (Worked, bool, error) {
	leaves := leafFactors(w.index.Factors)
	if len(leaves) == 0 || len(leaves[0].Variables) == 0 {
		return Worked{}, false, nil
	}
	var list []*Row
	for i := range scores.Rows {
		r := &scores.Rows[i]
		if r.Weighted && r.Estimate != nil && len(w.m.catalog.Agencies.Children(r.Agency)) == 0 {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b *Row) int { return cmp.Compare(b.N, a.N) })
	for _, r := range list[:min(len(list), mostTried)] {
		w.agency, w.name = r.Agency, r.AgencyName
		one, ok, err := w.inStrata(leaves[0].Variables[0])
		if ok || err != nil {
			return one, ok, err
		}
	}
	return Worked{}, false, nil
}

// inStrata works out one item of the worker's agency.
func (w *worker) inStrata(id string) (Worked, bool, error) {
	query := Query{Survey: w.m.survey.Slug, Index: w.index.ID, Agency: w.agency, Lang: w.lang, By: []string{byItem}}
	var err error
	if w.items, err = New(w.m).Score(query); err != nil {
		return Worked{}, false, err
	}
	query.By = []string{byWave, byItem}
	waves, err := New(w.m).Score(query)
	if err != nil {
		return Worked{}, false, err
	}
	row, v := w.itemRow(id), w.m.survey.Current().Questionnaire.Variable(id)
	if row == nil || v == nil || row.SE == nil || v.Kind != questionnaire.OneOf {
		return Worked{}, false, nil
	}
	out := Worked{
		Of: "item", ID: id, Title: row.ItemText, Agency: w.agency, AgencyName: w.name, Rule: RuleStrata, Scale: w.scale,
		Command: w.command(byItem),
	}
	out.publish(row)
	out.DesignEffect = row.DesignEffect
	x := strataSum{worker: w, v: v, out: &out}
	for i := range waves.Rows {
		if r := &waves.Rows[i]; r.Item == id && !x.add(r) {
			return Worked{}, false, nil
		}
	}
	out, ok := out.finish()
	return out, ok && x.agrees(), nil
}

// strataSum adds up strata, each with its counts by what they are worth.
type strataSum struct {
	*worker
	v      *questionnaire.Variable
	out    *Worked
	strata []sample.Stratum
	counts [][]int64
	values []float64
}

// add adds the stratum of a wave, and reports whether all of it is known.
func (x *strataSum) add(r *Row) bool {
	if r.State == NoData {
		return true
	}
	wave := x.m.survey.Wave(r.Wave)
	if wave == nil || r.Counts == nil {
		return false
	}
	period := x.period(wave.Number, wave.ID)
	population, ok := x.population(period)
	if !ok {
		return false
	}
	x.values = x.values[:0]
	var counts []int64
	var sampled, valid int64
	var sum float64
	for _, c := range r.Counts {
		sampled += c.N
		worth, counted := x.worth(c.Code)
		if !counted {
			continue
		}
		x.values, counts = append(x.values, worth), append(counts, c.N)
		valid += c.N
		sum += float64(worth * float64(c.N))
		if !slices.ContainsFunc(x.out.Answers, func(a WorkedAnswer) bool { return a.Code == c.Code }) {
			x.out.Answers = append(x.out.Answers, WorkedAnswer{Code: c.Code, Worth: worth})
		}
	}
	if sampled == 0 || population < sampled {
		return false
	}
	weight := float64(population) / float64(sampled)
	x.strata = append(x.strata, sample.Stratum{Population: population, Sampled: sampled})
	x.counts = append(x.counts, counts)
	x.out.Terms = append(x.out.Terms, WorkedTerm{
		ID: period, Text: cmp.Or(wave.Title.In(x.lang), period), Wave: wave.ID, N: valid, Worth: weight, Population: population, Sampled: sampled, Sum: sum,
		Over: float64(weight * sum), Under: float64(weight * float64(valid)),
	})
	return true
}

// worth is what a code counts, and whether it is in the denominator.
func (x *strataSum) worth(code string) (float64, bool) {
	if o := x.v.Option(code); o >= 0 {
		return worthOf(&x.v.Options()[o], x.measure, x.v)
	}
	return 0, code == questionnaire.DontKnow && x.measure.Base == questionnaire.WithDontKnow
}

// period is the one that the population of a wave is told for: the wave, or of one
// without a name the only year in which the agency had answers.
func (x *strataSum) period(number uint32, id string) string {
	if id != "" {
		return id
	}
	year := ""
	for i := range x.m.cells {
		key := &x.m.cells[i].key
		a := x.m.catalog.Agencies.ByNumber(key.Agency)
		if key.Wave != number || a == nil || a.ID != x.agency {
			continue
		}
		of, _, _ := strings.Cut(key.Period.String(), "-")
		if year != "" && of != year {
			return ""
		}
		year = of
	}
	return year
}

// population is that of the agency in a period, for this survey alone, else for all.
func (x *strataSum) population(period string) (int64, bool) {
	for _, cell := range []string{"survey=" + x.m.survey.Slug, ""} {
		if n, reason := x.m.catalog.Figures.Population(x.agency, period, cell); reason == "" {
			return n, true
		}
	}
	return 0, false
}

// agrees reports whether the strata have the published standard error, too.
func (x *strataSum) agrees() bool {
	for i := range x.counts {
		if len(x.counts[i]) != len(x.values) {
			return false
		}
	}
	got, ok := sample.Mean(x.values, x.strata, x.counts, sample.Adjust)
	return ok && math.Abs(x.scale*got.SE()-*x.out.SE) <= agreed*max(1, *x.out.SE)
}
