package report

import (
	"math"
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/stat"
)

// The rules by which a number is computed by hand.
const (
	RuleCodes  = "codes"  // an item: scale × sum of what the answers are worth / their number
	RulePooled = "pooled" // items: scale × summed numerators / summed denominators
	RuleMean   = "mean"   // items: the plain mean of their scores
	RuleWeight = "weight" // factors: the mean of their scores by weight
)

// Worked is one number with every step from the counts of answers, so that
// anybody can compute it with a pencil: an item, a factor or the index, of one
// agency with all that is below it.
type Worked struct {
	Of         string       `json:"of"` // item, factor or index
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Agency     string       `json:"agency"`
	AgencyName string       `json:"agency_name"`
	Rule       string       `json:"rule"`
	Scale      float64      `json:"scale"` // 100 for per cent, points and net shares; 1 for means of values
	Terms      []WorkedTerm `json:"terms"`
	Over       float64      `json:"over"`      // sum of the numerators
	Under      float64      `json:"under"`     // sum of the denominators
	Estimate   float64      `json:"estimate"`  // Scale × Over / Under, as published before rounding
	Command    string       `json:"command"`   // prints the same number
	Published  *float64     `json:"published"` // as published

	// The error of the published number, and what it takes to compute it again:
	// the codes in the numerator and in the denominator, of pooled items where all
	// of them have the same.
	SE       *float64 `json:"se,omitempty"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
	Interval string   `json:"interval,omitempty"`
	Counted  []string `json:"counted,omitempty"`
	Valid    []string `json:"valid,omitempty"`

	// Of strata: what each answer counts, and the design effect; 0 where it is not known.
	Answers      []WorkedAnswer `json:"answers,omitempty"`
	DesignEffect float64        `json:"deff,omitempty"`
}

// WorkedAnswer is what an answer counts before the scale.
type WorkedAnswer struct {
	Code  string  `json:"code"`
	Worth float64 `json:"worth"`
}

// WorkedTerm is one line of the sum.
type WorkedTerm struct {
	ID    string  `json:"id"`            // code, item or factor
	Text  string  `json:"text"`          //
	N     int64   `json:"n"`             // answers; 0 for scores
	Worth float64 `json:"worth"`         // of one answer; of an item or factor its score
	Over  float64 `json:"over"`          // what it adds to the numerator
	Under float64 `json:"under"`         // what it adds to the denominator: answers, or the weight
	Out   bool    `json:"out,omitempty"` // not in the denominator: a missing answer

	// Of strata, where Worth is the weight of one answer.
	Wave       string  `json:"wave,omitempty"`       // as in the file of raw answers
	Population int64   `json:"population,omitempty"` // N_h
	Sampled    int64   `json:"sampled,omitempty"`    // n_h: all responses, also those that left the item out
	Sum        float64 `json:"sum,omitempty"`        // of what the answers are worth
}

// worked works out an item, the factor it is part of, and the index, of the
// agency at the top that has most answers. An example whose steps do not lead to
// the published number, because answers count by populations or a limit hides a
// part, is left out: a wrong example is worse than none. Where answers count by
// populations, one item of one agency is worked out by its strata.
func (m *Moment) worked(scores *Scores, x *questionnaire.Index, lang string) ([]Worked, error) {
	top := m.largest(scores)
	w := &worker{m: m, index: x, lang: lang, scale: 100}
	if top < 0 || !w.measured(scores.Measure) {
		return []Worked{}, nil
	}
	if scores.Rows[top].Weighted {
		one, ok, err := w.stratified(scores)
		if !ok || err != nil {
			return []Worked{}, err
		}
		return []Worked{one}, nil
	}
	w.agency, w.name = scores.Rows[top].Agency, scores.Rows[top].AgencyName
	var err error
	query := Query{Survey: m.survey.Slug, Index: x.ID, Agency: w.agency, Lang: lang, By: []string{byItem}}
	if w.items, err = New(m).Score(query); err != nil {
		return nil, err
	}
	query.By = []string{byFactor}
	if w.factors, err = New(m).Score(query); err != nil {
		return nil, err
	}
	out := []Worked{}
	for _, f := range leafFactors(x.Factors) {
		for _, id := range f.Variables {
			if one, ok := w.item(id); ok {
				out = append(out, one)
				break
			}
		}
		if len(out) == 0 {
			continue
		}
		if one, ok := w.group("factor", f.ID, f.Title.In(lang), f.Aggregate, []questionnaire.Factor{*f}, f.Variables, w.factorRow(f.ID)); ok {
			out = append(out, one)
		}
		break
	}
	if one, ok := w.group("index", x.ID, x.Title.In(lang), x.Aggregate, x.Factors, nil, &scores.Rows[top]); ok {
		out = append(out, one)
	}
	return out, nil
}

// largest returns the row of the agency at the top that has most answers, -1 for
// none.
func (m *Moment) largest(scores *Scores) int {
	top := -1
	for i := range scores.Rows {
		r := &scores.Rows[i]
		a := m.catalog.Agencies.ByID(r.Agency)
		if a != nil && a.Parent == "" && r.Estimate != nil && (top < 0 || r.N > scores.Rows[top].N) {
			top = i
		}
	}
	return top
}

// leafFactors lists the factors that hold items.
func leafFactors(factors []questionnaire.Factor) []*questionnaire.Factor {
	var out []*questionnaire.Factor
	for i := range factors {
		if len(factors[i].Variables) > 0 {
			out = append(out, &factors[i])
		}
		out = append(out, leafFactors(factors[i].Factors)...)
	}
	return out
}

type worker struct {
	m              *Moment
	index          *questionnaire.Index
	measure        *questionnaire.Measure
	lang           string
	scale          float64
	agency, name   string
	items, factors *Scores
}

// measured finds the measure and its scale.
func (w *worker) measured(id string) bool {
	q := w.m.survey.Current().Questionnaire
	at := slices.IndexFunc(q.Measures, func(x questionnaire.Measure) bool { return x.ID == id })
	if at < 0 {
		return false
	}
	w.measure = &q.Measures[at]
	if w.measure.Kind == questionnaire.Mean {
		w.scale = 1
	}
	return true
}

func (w *worker) itemRow(id string) *Row {
	at := slices.IndexFunc(w.items.Rows, func(r Row) bool { return r.Item == id })
	if at < 0 {
		return nil
	}
	return &w.items.Rows[at]
}

func (w *worker) factorRow(id string) *Row {
	at := slices.IndexFunc(w.factors.Rows, func(r Row) bool { return r.Factor == id })
	if at < 0 {
		return nil
	}
	return &w.factors.Rows[at]
}

// command prints a number by one key.
func (w *worker) command(by string) string {
	return "hailong score --survey " + w.m.survey.Slug + " --index " + w.index.ID + " --agency " + w.agency + " --by " + by
}

// item works out one item from the counts of its codes.
func (w *worker) item(id string) (Worked, bool) {
	row, v := w.itemRow(id), w.m.survey.Current().Questionnaire.Variable(id)
	if row == nil || v == nil || row.Counts == nil {
		return Worked{}, false
	}
	out := Worked{
		Of: "item", ID: id, Title: row.ItemText, Agency: w.agency, AgencyName: w.name, Rule: RuleCodes, Scale: w.scale,
		Command: w.command(byItem),
	}
	out.publish(row)
	out.Counted, out.Valid = w.codes([]string{id})
	for _, c := range row.Counts {
		term := WorkedTerm{ID: c.Code, Text: c.Code, N: c.N}
		o := v.Option(c.Code)
		switch {
		case o >= 0:
			option := &v.Options()[o]
			worth, ok := worthOf(option, w.measure, v)
			if !ok {
				term.Out = true
			}
			term.Text, term.Worth = option.Label.In(w.lang), worth
		case c.Code == questionnaire.DontKnow && w.measure.Base == questionnaire.WithDontKnow:
		default:
			term.Out = true
		}
		if !term.Out {
			term.Over, term.Under = float64(term.Worth*float64(c.N)), float64(c.N)
		}
		out.Terms = append(out.Terms, term)
	}
	return out.finish()
}

// worthOf is what an answer counts before the scale.
func worthOf(o *questionnaire.Option, x *questionnaire.Measure, v *questionnaire.Variable) (float64, bool) {
	is := func(yes, no bool) (float64, bool) {
		switch {
		case yes:
			return 1, true
		case no:
			return -1, true
		}
		return 0, true
	}
	if x.Kind.Coded() {
		return is(slices.Contains(x.Codes, o.Code), slices.Contains(x.Against, o.Code))
	}
	if o.Value == nil {
		return 0, false
	}
	if x.Kind == questionnaire.NPS {
		return is(*o.Value >= questionnaire.PromoterFrom, *o.Value <= questionnaire.DetractorTo)
	}
	if x.Kind != questionnaire.Score100 {
		return *o.Value, true
	}
	low, high, ok := ends(v)
	if !ok {
		return 0, false
	}
	return (*o.Value - low) / (high - low), true
}

// group works out a factor, or the index, from what it is made of.
func (w *worker) group(of, id, title string, how questionnaire.Aggregate, factors []questionnaire.Factor, items []string, row *Row) (Worked, bool) {
	if row == nil || row.Estimate == nil {
		return Worked{}, false
	}
	out := Worked{
		Of: of, ID: id, Title: title, Agency: w.agency, AgencyName: w.name, Scale: w.scale, Rule: RulePooled,
		Command: w.command(byFactor),
	}
	out.publish(row)
	if of == "index" {
		out.Command = w.command(byAgency)
	}
	var ok bool
	switch {
	case how != questionnaire.WeightedMean:
		ok = w.pooled(&out, factors)
		var pooled []string
		for _, t := range out.Terms {
			pooled = append(pooled, t.ID)
		}
		out.Counted, out.Valid = w.codes(pooled)
	case len(items) > 0:
		out.Rule, out.Scale = RuleMean, 1
		ok = w.mean(&out, items)
	default:
		out.Rule, out.Scale = RuleWeight, 1
		ok = w.weighted(&out, factors)
	}
	if !ok {
		return Worked{}, false
	}
	return out.finish()
}

// pooled adds up numerators and denominators of all items, each once.
func (w *worker) pooled(out *Worked, factors []questionnaire.Factor) bool {
	seen := map[string]bool{}
	for _, f := range leafFactors(factors) {
		for _, id := range f.Variables {
			if seen[id] {
				continue
			}
			seen[id] = true
			row := w.itemRow(id)
			if row == nil || row.State == NoData {
				continue
			}
			one, ok := w.item(id)
			if !ok {
				return false
			}
			out.Terms = append(out.Terms, WorkedTerm{ID: id, Text: row.ItemText, N: row.N, Worth: one.Estimate, Over: one.Over, Under: one.Under})
		}
	}
	return true
}

func (w *worker) mean(out *Worked, items []string) bool {
	for _, id := range items {
		row := w.itemRow(id)
		if row == nil || row.State == NoData {
			continue
		}
		if row.Estimate == nil {
			return false
		}
		out.Terms = append(out.Terms, WorkedTerm{ID: id, Text: row.ItemText, N: row.N, Worth: *row.Estimate, Over: *row.Estimate, Under: 1})
	}
	return true
}

func (w *worker) weighted(out *Worked, factors []questionnaire.Factor) bool {
	for i := range factors {
		f := &factors[i]
		row := w.factorRow(f.ID)
		if row == nil || row.Estimate == nil {
			return false
		}
		out.Terms = append(out.Terms, WorkedTerm{
			ID: f.ID, Text: f.Title.In(w.lang), N: row.N, Worth: *row.Estimate, Over: float64(f.Weight * *row.Estimate), Under: f.Weight,
		})
	}
	return true
}

// publish takes over what is published.
func (x *Worked) publish(r *Row) {
	x.Published, x.SE, x.Low, x.High, x.Interval = r.Estimate, r.SE, r.Low, r.High, r.Interval
}

// codes lists the codes that a share of some items counts, and all that are in
// its denominator; nothing where the items differ, several may be chosen, or the
// measure is no share.
func (w *worker) codes(items []string) (counted, valid []string) {
	if !w.measure.Share() {
		return nil, nil
	}
	for i, id := range items {
		v := w.m.survey.Current().Questionnaire.Variable(id)
		if v == nil || v.Kind != questionnaire.OneOf {
			return nil, nil
		}
		var own []string
		for o := range v.Options() {
			own = append(own, v.Options()[o].Code)
		}
		if w.measure.Base == questionnaire.WithDontKnow {
			own = append(own, questionnaire.DontKnow)
		}
		if i > 0 && !slices.Equal(own, valid) {
			return nil, nil
		}
		valid = own
	}
	for _, code := range valid {
		if slices.Contains(w.measure.Codes, code) {
			counted = append(counted, code)
		}
	}
	return counted, valid
}

// agreed is how far a number computed by hand may be from the published one.
const agreed = 1e-9

// finish adds up, and reports whether the steps lead to what is published.
func (x Worked) finish() (Worked, bool) {
	for i := range x.Terms {
		x.Over += x.Terms[i].Over
		x.Under += x.Terms[i].Under
	}
	if x.Under <= 0 || x.Published == nil {
		return x, false
	}
	x.Estimate = x.Scale * x.Over / x.Under
	return x, math.Abs(x.Estimate-*x.Published) <= agreed*max(1, math.Abs(*x.Published)) && !math.IsNaN(stat.RoundHalfUp(x.Estimate, defaultRounding))
}
