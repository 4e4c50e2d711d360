package questionnaire

import (
	"fmt"
	"math"
	"slices"
)

// publication makes what is said of all published scores.
func (b *builder) publication() {
	f := b.file
	if f.MinN != nil && f.Disclosure.MinN != nil {
		b.At("disclosure.min_n", fmt.Sprintf("min_n is there twice, first on line %d", b.line("min_n")), "leave one of the two out: they say the same")
	}
	b.q.MinN = given(f.MinN, given(f.Disclosure.MinN, b.q.MinN))
	if f.Disclosure.AllSame == PublishAllSame {
		b.q.AllSame = PublishAllSame
	}
	b.q.Rounding = f.Rounding
}

func (b *builder) measures() {
	unique(b, b.file.Measures, "measures", "measure", "id", func(m FileMeasure) string { return m.ID })
	for i := range b.file.Measures {
		m, at := &b.file.Measures[i], fmt.Sprintf("measures[%d]", i)
		kind := MeasureKind(m.Kind)
		switch {
		case kind.Coded():
			b.coded(m, at)
		case kind.Valued():
			b.valued(m, at)
		default: // told
		}
		unique(b, m.Codes, at+".codes", "code", "", func(c FileCode) string { return string(c) })
		unique(b, m.Against, at+".against", "code", "", func(c FileCode) string { return string(c) })
		made := Measure{ID: m.ID, Kind: kind, Codes: plainCodes(m.Codes), Against: plainCodes(m.Against), Title: b.text(m.Title, at+".title")}
		if m.Base == WithDontKnow {
			made.Base = WithDontKnow
		}
		b.q.Measures = append(b.q.Measures, made)
	}
}

// coded tells what is wrong with a measure that counts codes.
func (b *builder) coded(m *FileMeasure, at string) {
	if len(m.Codes) == 0 {
		b.Lacks(at, fmt.Sprintf("the measure %q counts no codes", m.ID), "add codes: with the option codes that count", "codes")
	}
	switch net := m.Kind == string(Net); {
	case !net && len(m.Against) > 0:
		b.At(at+".against", "only a net subtracts codes", "leave against out, or use kind: net")
		return
	case net && len(m.Against) == 0:
		b.Lacks(at, fmt.Sprintf("the measure %q subtracts no codes", m.ID), "add against: with the option codes that are subtracted", "against")
	}
	for i, code := range m.Against {
		if code != "" && slices.Contains(m.Codes, code) && !slices.Contains(m.Against[:i], code) {
			b.At(fmt.Sprintf("%s.against[%d]", at, i), fmt.Sprintf("the code %q is both counted and subtracted", code), "leave it out of codes, or of against")
		}
	}
}

// valued tells what is wrong with a measure that counts values.
func (b *builder) valued(m *FileMeasure, at string) {
	name := map[string]string{string(Mean): "a mean", string(Score100): "a score100", string(NPS): "an nps"}[m.Kind]
	if len(m.Codes) > 0 {
		b.At(at+".codes", name+" counts the values of all options", "leave codes out")
	}
	if len(m.Against) > 0 {
		b.At(at+".against", name+" counts the values of all options", "leave against out")
	}
	if m.Base == WithDontKnow {
		b.At(at+".base", name+" has no value for don't know", "leave base out, or use kind: top_box, bottom_box or net")
	}
}

func plainCodes(list []FileCode) []string {
	var codes []string
	for _, c := range list {
		codes = append(codes, string(c))
	}
	return codes
}

func (b *builder) indices() {
	unique(b, b.file.Indices, "indices", "index", "id", func(x FileIndex) string { return x.ID })
	known := make([]string, len(b.q.Measures))
	for m := range b.q.Measures {
		known[m] = b.q.Measures[m].ID
	}
	for i, f := range b.file.Indices {
		at := fmt.Sprintf("indices[%d]", i)
		x := Index{ID: f.ID, Title: b.text(f.Title, at+".title"), Measure: f.Measure, Aggregate: Aggregate(f.Aggregate), Method: f.Method}
		tree := factorTree{builder: b, seen: map[string]string{}}
		if m := slices.Index(known, f.Measure); m >= 0 {
			tree.measure = &b.q.Measures[m]
		} else if f.Measure != "" {
			b.At(at+".measure", fmt.Sprintf("there is no measure %q", f.Measure), b.Suggest(f.Measure, known))
		}
		x.Factors = tree.factors(f.Factors, at, x.Aggregate)
		if m := tree.measure; m != nil && m.Base == WithDontKnow && tree.counts && !tree.unsure {
			b.Warn(at+".measure", fmt.Sprintf("the measure %q counts don't know, and no item of the index offers it", m.ID), "add dont_know to missing:, or leave base out of the measure")
		}
		b.q.Indices = append(b.q.Indices, x)
	}
}

// factorTree makes the factors of one index.
type factorTree struct {
	*builder
	measure *Measure          // nil when it is not known
	seen    map[string]string // path of a factor's id, by id
	counts  bool              // it has an item that can be counted
	unsure  bool              // one that offers "don't know"
}

func (t *factorTree) factors(list []FileFactor, at string, how Aggregate) []Factor {
	factors := make([]Factor, 0, len(list))
	for i, f := range list {
		path := fmt.Sprintf("%s.factors[%d]", at, i)
		if first, twice := t.seen[f.ID]; twice && f.ID != "" {
			t.At(path+".id", fmt.Sprintf("the factor %q is there twice, first on line %d", f.ID, t.line(first)), "give one of the two another name")
		} else {
			t.seen[f.ID] = path + ".id"
		}
		factor := Factor{ID: f.ID, Title: t.text(f.Title, path+".title"), Aggregate: how}
		if f.Aggregate != "" {
			factor.Aggregate = Aggregate(f.Aggregate)
		}
		if f.Weight != nil {
			factor.Weight = *f.Weight
		}
		switch {
		case len(f.Items) > 0 && len(f.Factors) > 0:
			t.At(path, fmt.Sprintf("the factor %q has both items and factors", f.ID), "put the items into a factor of their own")
		case len(f.Factors) > 0:
			factor.Factors = t.factors(f.Factors, path, factor.Aggregate)
		default:
			factor.Variables = t.variables(f, path)
		}
		factors = append(factors, factor)
	}
	if how == WeightedMean && len(list) > 0 {
		t.weights(list, at)
	}
	return factors
}

// weights tells weights that are missing or do not sum to 1.
func (t *factorTree) weights(list []FileFactor, at string) {
	sum, complete := 0.0, true
	for i, f := range list {
		if f.Weight == nil {
			t.Lacks(fmt.Sprintf("%s.factors[%d]", at, i), fmt.Sprintf("the factor %q has no weight", f.ID), "add weight:, or use aggregate: pooled", "weight")
			complete = false
			continue
		}
		sum += *f.Weight
	}
	if complete && math.Abs(sum-1) > 1e-9 {
		t.At(at+".factors", fmt.Sprintf("the weights sum to %g, not to 1", math.Round(sum*1e9)/1e9), "correct the weights")
	}
}

// variables lists the variables of a factor: items, rows, or all rows of a matrix.
func (t *factorTree) variables(f FileFactor, at string) []string {
	if len(f.Items) == 0 {
		t.Lacks(at, fmt.Sprintf("the factor %q has nothing to count", f.ID), "add items:, or factors:", "items", "factors")
	}
	var variables []string
	counted := map[string]bool{}
	for i, id := range f.Items {
		path := fmt.Sprintf("%s.items[%d]", at, i)
		as, ok := t.asked[id]
		if !ok {
			if id != "" {
				t.At(path, fmt.Sprintf("there is no item %q", id), t.Suggest(id, t.ids))
			}
			continue
		}
		t.countable(id, as, path)
		ids := []string{id}
		if as.item.Type == Matrix && as.whole {
			ids = ids[:0]
			for _, r := range as.item.Rows {
				ids = append(ids, r.ID)
			}
		}
		for _, v := range ids {
			if counted[v] {
				t.At(path, fmt.Sprintf("%q is counted twice", v), "leave one of the two out")
				continue
			}
			counted[v] = true
			variables = append(variables, v)
		}
	}
	return variables
}

// pair is a measure with an item that it counts.
type pair struct{ measure, item string }

// countable tells an item that the measure can't count, once.
func (t *factorTree) countable(id string, as *asked, at string) {
	it := as.item
	switch kind, _ := kindOf(it); {
	case as.part == OfRank || it.Type == Ranking:
		t.At(at, fmt.Sprintf("the ranks of %q can't be scored", it.ID), "use items with one answer out of a scale or list")
		return
	case as.part == OfOther:
		t.At(at, fmt.Sprintf("%q is a text, which can't be scored", id), "use items with one answer out of a scale or list")
		return
	case kind != OneOf && isType(string(it.Type)):
		t.At(at, fmt.Sprintf("the item %q of type %s can't be scored", it.ID, it.Type), "use items with one answer out of a scale or list")
		return
	}
	t.counts = true
	t.unsure = t.unsure || slices.ContainsFunc(it.Missing, func(m Missing) bool { return m.Code == DontKnow })
	if t.measure == nil || len(it.Options) == 0 || t.measured[pair{t.measure.ID, it.ID}] {
		return
	}
	t.measured[pair{t.measure.ID, it.ID}] = true
	for _, code := range slices.Concat(t.measure.Codes, t.measure.Against) {
		if !slices.ContainsFunc(it.Options, func(o Option) bool { return o.Code == code }) {
			t.At(at, fmt.Sprintf("the measure %q counts the code %q, which %q does not have", t.measure.ID, code, it.ID), "use another measure or scale")
		}
	}
	t.values(it, at)
}

// values tells an item without the values that the measure needs.
func (t *factorTree) values(it *Item, at string) {
	kind := t.measure.Kind
	if !kind.Valued() {
		return
	}
	values := valuesOf(it.Options)
	low, high := spanOf(it.Options)
	switch {
	case values == nil:
		t.At(at, fmt.Sprintf("the measure %q needs values, and options of %q have none", t.measure.ID, it.ID), "give every option a value:")
	case kind == Score100 && low == high:
		t.At(at, fmt.Sprintf("the measure %q needs two different values, and all options of %q have the value %s", t.measure.ID, it.ID, valueText(&low)), "correct the values, or use another measure")
	case kind == NPS && !zeroToTen(it.Options):
		t.At(at, fmt.Sprintf("the measure %q needs the values 0, 1, 2 … 10, and the options of %q have others", t.measure.ID, it.ID), "use an item of type net_promoter, or another measure")
	}
}

// spanOf returns the smallest and the largest value of options; both are 0 when
// none has a value.
func spanOf(options []Option) (low, high float64) {
	first := true
	for _, o := range options {
		if o.Value == nil {
			continue
		}
		if first {
			low, high, first = *o.Value, *o.Value, false
		}
		low, high = min(low, *o.Value), max(high, *o.Value)
	}
	return low, high
}

// zeroToTen reports whether the options have each of the values from 0 to 10, and
// no other.
func zeroToTen(options []Option) bool {
	var seen [11]bool
	for _, o := range options {
		if o.Value == nil || *o.Value < 0 || *o.Value > 10 || *o.Value != math.Trunc(*o.Value) {
			return false
		}
		seen[int(*o.Value)] = true
	}
	return !slices.Contains(seen[:], false)
}
