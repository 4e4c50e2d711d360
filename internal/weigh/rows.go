package weigh

import (
	"math"

	"hailong/internal/report"
	"hailong/internal/sample"
)

// The reasons for a state, as package report names them.
const (
	reasonNoAnswers  = "no_answers"
	reasonNoFactor   = "factor_without_data"
	reasonMinN       = "min_n"
	reasonLowBase    = "below_30"
	reasonAllSame    = "all_same"
	reasonComplement = "complementary" // else a hidden row could be worked out from this one and those beside it
)

// The ways of intervals, all of 95 %.
const (
	intervalShort    = "kg"    // as asked for
	intervalLogit    = "logit" // likewise
	intervalKorn     = "kg95"
	intervalLogit95  = "logit95"
	intervalStudent  = "student95"
	intervalComplete = "complete" // everybody was asked
)

// lowBase is the number of respondents below which a score is not ranked.
const lowBase = 30

// rows makes the rows of all domains: the index, its factors and their items.
func (e *estimator) rows(by grouping, minN int) []Row {
	domains := e.domains(by)
	var rows []Row
	perDomain := 0
	for i := range domains {
		e.load(domains[i].in)
		start := len(rows)
		rows = e.domainRows(rows, &domains[i], minN)
		perDomain = len(rows) - start
	}
	protect(rows, domains, perDomain, minN)
	return rows
}

func (e *estimator) domainRows(rows []Row, d *domain, minN int) []Row {
	for at := range e.layout.nodes {
		x := &e.layout.nodes[at]
		row := Row{Key: d.key, Name: d.name}
		if x.factor != nil {
			row.Factor, row.FactorName = x.factor.ID, x.factor.Title.In(e.lang)
		}
		rows = append(rows, e.judge(row, e.node(at), minN))
		for _, j := range x.columns {
			if e.layout.owner[j] != at {
				continue // shown under its first factor
			}
			v := e.layout.columns[j].variable
			row.Item, row.ItemText = v.ID, v.Text().In(e.lang)
			rows = append(rows, e.judge(row, e.ratio([]int{j}), minN))
		}
	}
	return rows
}

// judge fills a row with an estimate, or with the reason why there is none. Rows
// without answers look like rows with too few: which of the two it is would tell.
func (e *estimator) judge(row Row, l linear, minN int) Row {
	if l.reason == reasonNoFactor {
		row.State, row.Reason = report.NoData, l.reason
		return row
	}
	if l.reason != "" {
		row.State, row.Reason = report.Suppressed, reasonMinN
		return row
	}
	x := e.estimate(&l)
	row.N = x.N
	switch {
	case x.N < int64(minN):
		row.State, row.Reason = report.Suppressed, reasonMinN
		return row
	case l.same && !e.layout.allSame:
		row.State, row.Reason = report.Suppressed, reasonAllSame
		return row
	case x.N < lowBase:
		row.State, row.Reason = report.LowBase, reasonLowBase
	default:
		row.State = report.OK
	}
	x.Value = e.tidy(x.Value)
	e.fill(&row, &x)
	return row
}

// tidy takes the rounding off shares of all and of none.
func (e *estimator) tidy(value float64) float64 {
	if whole := math.Round(value); e.layout.proportion() && math.Abs(value-whole) < 1e-12 {
		return whole
	}
	return value
}

func (e *estimator) fill(row *Row, x *sample.Estimate) {
	scale := e.layout.scale()
	number := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	row.Estimate, row.SE, row.DF = number(scale*x.Value), number(scale*x.SE()), x.DF
	row.EffectiveN = number(x.Kish)
	if effect, ok := x.DesignEffect(false); ok {
		row.DesignEffect = number(effect)
	}
	if i, how, ok := e.interval(x); ok {
		row.Low, row.High, row.Interval = number(scale*i.Low), number(scale*i.High), how
	}
}

// protect hides rows whose numbers would tell those of a hidden row: where the
// rows beside it leave fewer than minN respondents of the row that holds them all,
// the smallest of the shown ones is hidden too, until enough are left together.
// Then nobody knows more than the sum of the hidden rows. At last rows that are
// hidden lose their number of respondents.
func protect(rows []Row, domains []domain, perDomain, minN int) {
	children := make([][]int, len(domains))
	for i := range domains {
		if p := domains[i].parent; p >= 0 && i > 0 {
			children[p] = append(children[p], i)
		}
	}
	for part := range perDomain {
		f := family{rows: rows, children: children, perDomain: perDomain, part: part}
		for parent := range children {
			for f.tells(parent, int64(minN)) {
				f.hide(f.smallest(parent))
			}
		}
	}
	for i := range rows {
		if rows[i].State == report.Suppressed {
			rows[i].N = 0
		}
	}
}

// family is the rows of one item, or factor, over all domains.
type family struct {
	rows      []Row
	children  [][]int // by domain
	perDomain int
	part      int
}

func (f *family) at(domain int) *Row { return &f.rows[domain*f.perDomain+f.part] }

// smallest returns the shown child with the fewest respondents, -1 when none is
// shown.
func (f *family) smallest(parent int) int {
	out := -1
	for _, c := range f.children[parent] {
		if f.at(c).Estimate != nil && (out < 0 || f.at(c).N < f.at(out).N) {
			out = c
		}
	}
	return out
}

// tells reports whether what a row and those below it show tells what is hidden,
// and something is left to hide.
func (f *family) tells(parent int, minN int64) bool {
	if f.at(parent).Estimate == nil || f.smallest(parent) < 0 {
		return false
	}
	left, hidden := f.at(parent).N, 0
	for _, c := range f.children[parent] {
		switch r := f.at(c); {
		case r.Estimate != nil:
			left -= r.N
		case r.N > 0: // nobody has nothing to hide
			hidden++
		}
	}
	return hidden == 1 || hidden > 1 && left < minN
}

// hide takes the numbers out of a row, and of all below it, which add up to it.
// How many respondents there were stays until all is decided.
func (f *family) hide(domain int) {
	r := f.at(domain)
	if r.Estimate != nil {
		r.EffectiveN, r.Estimate, r.SE, r.DF, r.DesignEffect, r.Low, r.High, r.Interval = nil, nil, nil, 0, nil, nil, nil, ""
		r.State, r.Reason = report.Suppressed, reasonComplement
	}
	for _, c := range f.children[domain] {
		f.hide(c)
	}
}
