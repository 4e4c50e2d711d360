package report_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
)

// naive computes one score from the responses themselves, in exact arithmetic
// and without any of the package's tables.
type naive struct {
	*world
	index *questionnaire.Index
	keep  func(*response.Response) bool
}

// item returns the exact value, the valid answers and the denominator of an item.
func (x *naive) item(id string) (value *big.Rat, n, base int64) {
	current := x.catalog.Survey("sample").Current().Questionnaire
	measure := current.Measures[slices.IndexFunc(current.Measures, func(m questionnaire.Measure) bool { return m.ID == x.index.Measure })]
	sum := new(big.Rat)
	for _, r := range x.responses {
		q := x.catalog.Version(r.Version).Questionnaire
		v := q.Variable(id)
		if !x.keep(r) || v == nil || r.Answers[v.Index].State != response.Answered {
			continue
		}
		n++
		code := v.Item.Options[r.Answers[v.Index].Option].Code
		option := &v.Item.Options[r.Answers[v.Index].Option]
		if at := current.Variable(id).Option(code); at >= 0 {
			option = &current.Variable(id).Item.Options[at]
		}
		switch {
		case measure.Kind == questionnaire.TopBox:
			base++
			if slices.Contains(measure.Codes, code) {
				sum.Add(sum, big.NewRat(100, 1))
			}
		case option.Value != nil:
			base++
			sum.Add(sum, decimal(*option.Value))
		}
	}
	if base == 0 {
		return nil, n, 0
	}
	return sum.Quo(sum, big.NewRat(base, 1)), n, base
}

func decimal(f float64) *big.Rat {
	out, _ := new(big.Rat).SetString(strings.TrimRight(big.NewFloat(f).Text('f', 6), "0"))
	return out
}

// composite returns the exact value and the effective base of a node.
func (x *naive) composite(aggregate questionnaire.Aggregate, variables []string, factors []questionnaire.Factor) (value, base *big.Rat) {
	values, bases, weights := []*big.Rat{}, []*big.Rat{}, []*big.Rat{}
	add := func(value, base, weight *big.Rat) {
		values, bases, weights = append(values, value), append(bases, base), append(weights, weight)
	}
	pooled := aggregate == questionnaire.Pooled
	if pooled {
		variables = under(variables, factors)
	}
	for _, id := range variables {
		if value, _, base := x.item(id); value != nil && pooled {
			add(value, big.NewRat(base, 1), big.NewRat(base, 1))
		} else if value != nil {
			add(value, big.NewRat(base, 1), big.NewRat(1, 1))
		}
	}
	for i := range factors {
		if pooled {
			break
		}
		f := &factors[i]
		value, base := x.composite(f.Aggregate, f.Variables, f.Factors)
		if value == nil {
			return nil, nil
		}
		add(value, base, decimal(f.Weight))
	}
	return weighted(values, bases, weights, pooled)
}

func weighted(values, bases, weights []*big.Rat, pooled bool) (value, base *big.Rat) {
	value, base, total, plain := new(big.Rat), new(big.Rat), new(big.Rat), new(big.Rat)
	for i, w := range weights {
		value.Add(value, new(big.Rat).Mul(w, values[i]))
		base.Add(base, new(big.Rat).Mul(w, bases[i]))
		plain.Add(plain, bases[i])
		total.Add(total, w)
	}
	if total.Sign() == 0 {
		return nil, nil
	}
	base.Quo(base, total)
	if pooled {
		base = plain.Quo(plain, big.NewRat(int64(len(bases)), 1))
	}
	return value.Quo(value, total), base
}

// under lists the variables of a node and everything below it.
func under(variables []string, factors []questionnaire.Factor) []string {
	out := slices.Clone(variables)
	for i := range factors {
		out = append(out, under(factors[i].Variables, factors[i].Factors)...)
	}
	return out
}

// check compares a row with the naive score of the same.
func (x *naive) check(row *report.Row) {
	x.t.Helper()
	var value, base *big.Rat
	var n int64
	switch {
	case row.Item != "":
		var b int64
		value, n, b = x.item(row.Item)
		base = big.NewRat(b, 1)
		if x.index.Measure == "satisfied" {
			base = big.NewRat(n, 1)
		}
	case row.Factor != "":
		f := find(x.index.Factors, row.Factor)
		value, base = x.composite(f.Aggregate, f.Variables, f.Factors)
		n = x.busiest(under(f.Variables, f.Factors))
	default:
		value, base = x.composite(x.index.Aggregate, nil, x.index.Factors)
		n = x.busiest(under(nil, x.index.Factors))
	}
	name := strings.Join([]string{x.index.ID, row.Agency, row.Level, row.Month, row.Wave, row.Channel, row.Factor, row.Item}, "|")
	if row.N != n {
		x.t.Errorf("%s: got n %d, want %d", name, row.N, n)
	}
	if value == nil || n < 10 {
		if row.Estimate != nil || (row.State != report.NoData && row.State != report.Suppressed) {
			x.t.Errorf("%s: got state %s, estimate %v, want none", name, row.State, row.Estimate)
		}
		return
	}
	if row.Estimate == nil {
		x.t.Errorf("%s: got no estimate in state %s, want %s", name, row.State, value.FloatString(4))
		return
	}
	want, _ := value.Float64()
	if *row.Estimate != want {
		x.t.Errorf("%s: got %v, want exactly %v", name, *row.Estimate, want)
	}
	if wantBase, _ := base.Float64(); row.Item != "" && math.Abs(row.EffectiveN-wantBase) > 1e-9 {
		x.t.Errorf("%s: got effective n %v, want %v", name, row.EffectiveN, wantBase)
	}
	x.checkError(name, row)
	if row.Low == nil || *row.Low > want || *row.High < want {
		x.t.Errorf("%s: got interval %v %v around %v", name, row.Low, row.High, want)
	}
	if wantState := map[bool]report.State{true: report.LowBase, false: report.OK}[n < 30]; row.State != wantState {
		x.t.Errorf("%s: got state %s with n %d, want %s", name, row.State, n, wantState)
	}
}

func (x *naive) busiest(variables []string) (n int64) {
	for _, id := range variables {
		_, answers, _ := x.item(id)
		n = max(n, answers)
	}
	return n
}

func find(factors []questionnaire.Factor, id string) *questionnaire.Factor {
	for i := range factors {
		if factors[i].ID == id {
			return &factors[i]
		}
		if f := find(factors[i].Factors, id); f != nil {
			return f
		}
	}
	return nil
}

// within tells from a row's keys which responses it is about.
func (x *naive) within(q report.Query, row *report.Row) func(*response.Response) bool {
	registry := x.catalog.Agencies
	from, _ := response.ParseDay(q.From)
	to, hasTo := response.ParseDay(q.To)
	return func(r *response.Response) bool {
		a := registry.ByNumber(r.Agency)
		wave := x.catalog.Survey("sample").Waves[r.Wave-1].ID
		switch {
		case r.Day < from || (hasTo && r.Day > to):
		case row.Agency != "" && !registry.IsWithin(a, registry.ByID(row.Agency)):
		case q.Agency != "" && !registry.IsWithin(a, registry.Find(q.Agency, "")):
		case row.Agency == "" && row.Level != "" && a.Level != row.Level:
		case row.Agency == "" && q.Level != "" && a.Level != q.Level:
		case row.Month != "" && r.Day.String()[:7] != row.Month:
		case row.Day != "" && r.Day.String() != row.Day:
		case (q.Wave != "" && wave != q.Wave) || (row.Wave != "" && wave != row.Wave):
		case !hasChannel(q, r) || (row.Channel != "" && r.Channel.String() != row.Channel):
		case (q.Flags == report.FlagsWithout && r.Flags != 0) || (q.Flags == report.FlagsOnly && r.Flags == 0):
		default:
			return true
		}
		return false
	}
}

func hasChannel(q report.Query, r *response.Response) bool {
	return q.Channel == "" || slices.Contains(strings.Split(q.Channel, ","), r.Channel.String())
}

// checkHead recounts what an answer says of the responses behind it: those that
// any of its rows is about. There are no breaks in this world.
func (x *naive) checkHead(q report.Query, scores *report.Scores) {
	x.t.Helper()
	channels, flagged := map[string]int64{}, int64(0)
	all := q
	all.Flags = ""
	rows := make([]func(*response.Response) bool, len(scores.Rows))
	for i := range rows {
		rows[i] = x.within(all, &scores.Rows[i])
	}
	treated := func(r *response.Response) bool {
		return scores.Flags == report.FlagsWith || (r.Flags != 0) == (scores.Flags == report.FlagsOnly)
	}
	for _, r := range x.responses {
		if !slices.ContainsFunc(rows, func(about func(*response.Response) bool) bool { return about(r) }) {
			continue
		}
		if treated(r) {
			channels[r.Channel.String()]++
		}
		if r.Flags != 0 {
			flagged++
		}
	}
	var want []report.ChannelCount
	for _, c := range response.Channels {
		if n := channels[c.String()]; n > 0 {
			want = append(want, report.ChannelCount{Channel: c.String(), N: n})
		}
	}
	if diff := gocmp.Diff(want, scores.Channels); diff != "" {
		x.t.Errorf("%+v: channels (-want +got):\n%s", q, diff)
	}
	if scores.Flagged != flagged || scores.Flags != cmp.Or(q.Flags, report.FlagsWith) {
		x.t.Errorf("%+v: got %d flagged %s, want %d", q, scores.Flagged, scores.Flags, flagged)
	}
}

// TestScoresAreRecounts holds every row of many queries against a naive count
// over the responses.
func TestScoresAreRecounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(1500, 7)...)
	queries := []report.Query{
		{},
		{By: []string{"item"}},
		{By: []string{"factor"}},
		{By: []string{"agency", "item"}},
		{By: []string{"agency", "factor"}, Level: "commune"},
		{By: []string{"agency", "month", "factor"}},
		{By: []string{"month"}, From: "2025-12-01", To: "2026-02-28"},
		{By: []string{"level", "factor"}},
		{By: []string{"item", "agency"}, Agency: "so-y-te"},
		{By: []string{"wave", "channel"}, Agency: "H05"},
		{By: []string{"channel", "item"}, Wave: "2026-2", Level: "department"},
		{By: []string{"agency"}, Channel: "qr", Wave: "2026-1", From: "2026-01-01"},
		{By: []string{"month", "wave", "channel", "level", "factor"}},
		{By: []string{"agency"}, Flags: "without"},
		{By: []string{"agency", "item"}, Flags: "only", Level: "commune"},
		{By: []string{"channel", "factor"}, Flags: "with", Channel: "kiosk,link"},
		{By: []string{"item"}, Flags: "without", Channel: "qr,kiosk", Agency: "so-y-te"},
		{By: []string{"level", "month"}, Flags: "only", Level: "department", Wave: "2026-2"},
	}
	indices := w.catalog.Survey("sample").Current().Questionnaire.Indices
	rows := 0
	for i := range indices {
		for _, q := range queries {
			q.Index = indices[i].ID
			scores := w.score(q)
			for j := range scores.Rows {
				x := &naive{world: w, index: &indices[i]}
				x.keep = x.within(q, &scores.Rows[j])
				x.check(&scores.Rows[j])
			}
			(&naive{world: w}).checkHead(q, scores)
			rows += len(scores.Rows)
		}
	}
	if rows < 1000 {
		t.Errorf("got %d rows in all, want many", rows)
	}
}

func TestOrderOfAddingDoesNotMatter(t *testing.T) {
	t.Parallel()
	forward, backward := newWorld(t, "first.yaml", "second.yaml"), newWorld(t, "first.yaml", "second.yaml")
	responses := forward.random(800, 3)
	forward.add(responses...)
	slices.Reverse(responses)
	for _, r := range responses {
		backward.add(r)
	}
	for _, q := range []report.Query{{Index: "weighted", By: []string{"agency", "month", "factor"}}, {Index: "mean", By: []string{"item", "agency"}}} {
		if diff := gocmp.Diff(forward.score(q), backward.score(q)); diff != "" {
			t.Errorf("%v: the order of responses changed the scores:\n%s", q.By, diff)
		}
	}
}
