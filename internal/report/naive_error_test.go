package report_test

import (
	"math"
	"slices"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
)

// linear holds the linearised value of every respondent of an estimate: what the
// estimate would change by if there were one more like him.
type linear map[*response.Response]float64

// value returns what a respondent's answer to an item counts, in the measure's
// unit, and false when it is outside.
func (x *naive) value(r *response.Response, id string) (float64, bool) {
	one := *x
	one.keep = func(o *response.Response) bool { return o == r && x.keep(r) }
	v, _, base := one.only(r).item(id)
	if base == 0 {
		return 0, false
	}
	f, _ := v.Float64()
	return f, true
}

// only is the same over one response.
func (x *naive) only(r *response.Response) *naive {
	w := *x.world
	w.responses = []*response.Response{r}
	return &naive{world: &w, index: x.index, keep: x.keep}
}

// linearItem linearises the mean of an item about a centre, with a total of
// answers to divide by.
func (x *naive) linearItem(id string, centre, total float64) linear {
	out := linear{}
	for _, r := range x.responses {
		if y, ok := x.value(r, id); ok {
			out[r] += (y - centre) / total
		}
	}
	return out
}

// linearise linearises a node.
func (x *naive) linearise(aggregate questionnaire.Aggregate, variables []string, factors []questionnaire.Factor) linear {
	out := linear{}
	add := func(part linear, weight float64) {
		for r, e := range part {
			out[r] += weight * e
		}
	}
	if aggregate == questionnaire.Pooled {
		ids := under(variables, factors)
		slices.Sort(ids)
		ids = slices.Compact(ids)
		value, _ := x.composite(aggregate, variables, factors)
		centre, _ := value.Float64()
		total := 0.0
		for _, id := range ids {
			_, _, base := x.item(id)
			total += float64(base)
		}
		for _, id := range ids {
			add(x.linearItem(id, centre, total), 1)
		}
		return out
	}
	var items []linear
	for _, id := range variables {
		if value, _, base := x.item(id); value != nil {
			centre, _ := value.Float64()
			items = append(items, x.linearItem(id, centre, float64(base)))
		}
	}
	for _, part := range items {
		add(part, 1/float64(len(items)))
	}
	for i := range factors {
		f := &factors[i]
		add(x.linearise(f.Aggregate, f.Variables, f.Factors), f.Weight)
	}
	return out
}

// se is the standard error of a simple sample of those who answered.
func (l linear) se() float64 {
	n, sum, squares := float64(len(l)), 0.0, 0.0
	for _, e := range l {
		sum += e
		squares += e * e
	}
	return math.Sqrt(math.Max(n/(n-1)*(squares-sum*sum/n), 0))
}

// checkError compares a standard error with the linearised one: equal where the
// interval claims to be exact, not below it where it claims to be the largest.
func (x *naive) checkError(name string, row *report.Row) {
	x.t.Helper()
	if row.SE == nil {
		return
	}
	var want float64
	switch f := find(x.index.Factors, row.Factor); {
	case row.Item != "":
		value, _, base := x.item(row.Item)
		centre, _ := value.Float64()
		want = x.linearItem(row.Item, centre, float64(base)).se()
	case f != nil:
		want = x.linearise(f.Aggregate, f.Variables, f.Factors).se()
	default:
		want = x.linearise(x.index.Aggregate, nil, x.index.Factors).se()
	}
	if strings.HasSuffix(row.Interval, "_upper") {
		if *row.SE < want-1e-9 {
			x.t.Errorf("%s: the largest standard error %v is below %v", name, *row.SE, want)
		}
		return
	}
	if math.Abs(*row.SE-want) > 1e-9 {
		x.t.Errorf("%s: %s: got standard error %v, want %v", name, row.Interval, *row.SE, want)
	}
}
