package questionnaire

import (
	"fmt"
	"math"
	"slices"

	"hailong/internal/logic"
)

// conditions compiles what items are shown for. A condition may read items of
// earlier pages only: without JavaScript the page is made before its items are
// answered, and no condition can depend on itself.
func (b *builder) conditions() {
	for p := range b.file.Pages {
		for i := range b.file.Pages[p].Items {
			f := &b.file.Pages[p].Items[i]
			if f.ShowIf == "" {
				continue
			}
			at := fmt.Sprintf("pages[%d].items[%d].show_if", p, i)
			expr, problem := logic.Parse(f.ShowIf)
			if problem != nil {
				b.inCondition(at, *problem)
				continue
			}
			b.condition(expr, f, at, p)
			b.q.Pages[p].Items[i].ShowIf = expr.String()
		}
	}
}

// inCondition tells a problem at its column within the condition's text.
func (b *builder) inCondition(at string, problem logic.Problem) {
	where := b.places[at]
	if line := b.lines[min(where.line, len(b.lines))-1]; where.column <= len([]rune(line)) {
		if c := []rune(line)[where.column-1]; c == '"' || c == '\'' {
			where.column++
		}
	}
	where.column += problem.Column - 1
	b.tell(where, "in the condition: "+problem.Message, problem.Cure)
}

func (b *builder) condition(expr *logic.Expr, f *itemFile, at string, page int) {
	known := map[string]logic.Item{}
	for _, name := range expr.Names() {
		of, ok := b.pageOf[name.ID]
		switch {
		case !ok:
			b.inCondition(at, logic.Problem{Column: name.Column, Message: fmt.Sprintf("there is no item %q", name.ID), Cure: suggest(name.ID, b.allIDs())})
		case of >= page && b.cyclic(name.ID, f.ID):
			b.inCondition(at, logic.Problem{Column: name.Column, Message: fmt.Sprintf("cyclic: %q and %q are shown depending on each other", f.ID, name.ID), Cure: "use an item of an earlier page"})
		case of >= page:
			b.inCondition(at, logic.Problem{Column: name.Column, Message: fmt.Sprintf("%q is asked on the same or a later page", name.ID), Cure: "move it to an earlier page, or this item to a later one"})
		}
		if it := b.find(name.ID); it != nil {
			known[name.ID] = describe(it)
		} else if ok { // a matrix: its rows are what is answered
			b.inCondition(at, logic.Problem{Column: name.Column, Message: fmt.Sprintf("%q is a matrix", name.ID), Cure: "use the id of one of its rows"})
		}
	}
	for _, problem := range expr.Check(func(id string) (logic.Item, bool) {
		it, ok := known[id]
		if !ok {
			return logic.Item{Kind: logic.Missing}, true // told above
		}
		return it, ok
	}) {
		b.inCondition(at, problem)
	}
}

func (b *builder) allIDs() []string {
	var ids []string
	for id := range b.ids {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// cyclic reports whether from is the item itself, or is shown depending on it.
func (b *builder) cyclic(from, item string) bool {
	seen := map[string]bool{}
	queue := []string{from}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		if id == item {
			return true
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		queue = append(queue, b.reads(id)...)
	}
	return false
}

// reads lists the items that the condition of an item reads.
func (b *builder) reads(id string) []string {
	var ids []string
	for p := range b.file.Pages {
		for i := range b.file.Pages[p].Items {
			f := &b.file.Pages[p].Items[i]
			if f.ID != id && !slices.ContainsFunc(f.Rows, func(r rowFile) bool { return r.ID == id }) {
				continue
			}
			if expr, problem := logic.Parse(f.ShowIf); problem == nil {
				for _, name := range expr.Names() {
					ids = append(ids, name.ID)
				}
			}
		}
	}
	return ids
}

// find returns the item that an id of a variable stands for: an item, or the
// matrix of a row; nil for a matrix itself.
func (b *builder) find(id string) *Item {
	for p := range b.q.Pages {
		for i := range b.q.Pages[p].Items {
			it := &b.q.Pages[p].Items[i]
			if it.ID == id && it.Type != Matrix || slices.ContainsFunc(it.Rows, func(r Row) bool { return r.ID == id }) {
				return it
			}
		}
	}
	return nil
}

func describe(it *Item) logic.Item {
	d := logic.Item{Options: map[string]*float64{}}
	for _, o := range it.Options {
		d.Options[o.Code] = o.Value
	}
	switch kinds[it.Type] {
	case OneOf:
		d.Kind = logic.Code
	case SetOf:
		d.Kind = logic.Set
	case Amount:
		d.Kind = logic.Number
	case Words:
		d.Kind = logic.Text
	}
	return d
}

func (b *builder) measures() {
	unique(b, b.file.Measures, "measures", func(m measureFile) string { return m.ID }, "measure", "id")
	for i, m := range b.file.Measures {
		at := fmt.Sprintf("measures[%d]", i)
		switch {
		case m.Kind == string(TopBox) && len(m.Codes) == 0:
			b.at(at, fmt.Sprintf("the measure %q counts no codes", m.ID), "add codes: with the option codes that count")
		case m.Kind == string(Mean) && len(m.Codes) > 0:
			b.at(at+".codes", "a mean counts the values of all options", "leave codes out")
		}
		unique(b, m.Codes, at+".codes", func(c string) string { return c }, "code", "")
		b.q.Measures = append(b.q.Measures, Measure{ID: m.ID, Kind: MeasureKind(m.Kind), Codes: m.Codes, Title: b.text(m.Title, at+".title")})
	}
}

func (b *builder) indices() {
	unique(b, b.file.Indices, "indices", func(x indexFile) string { return x.ID }, "index", "id")
	for i, f := range b.file.Indices {
		at := fmt.Sprintf("indices[%d]", i)
		x := Index{ID: f.ID, Title: b.text(f.Title, at+".title"), Measure: f.Measure, Aggregate: Aggregate(f.Aggregate), Method: f.Method}
		var measure *Measure
		var known []string
		for m := range b.q.Measures {
			known = append(known, b.q.Measures[m].ID)
			if b.q.Measures[m].ID == f.Measure {
				measure = &b.q.Measures[m]
			}
		}
		if measure == nil && f.Measure != "" {
			b.dangling(f.Measure, at, "measure", known)
		}
		x.Factors = b.factors(f.Factors, at, x.Aggregate, measure, map[string]bool{})
		b.q.Indices = append(b.q.Indices, x)
	}
}

func (b *builder) factors(list []factorFile, at string, how Aggregate, measure *Measure, seen map[string]bool) []Factor {
	factors := make([]Factor, 0, len(list))
	for i, f := range list {
		path := fmt.Sprintf("%s.factors[%d]", at, i)
		if seen[f.ID] && f.ID != "" {
			b.at(path+".id", fmt.Sprintf("the factor %q is there twice", f.ID), "give one of the two another name")
		}
		seen[f.ID] = true
		factor := Factor{ID: f.ID, Title: b.text(f.Title, path+".title"), Aggregate: how}
		if f.Aggregate != "" {
			factor.Aggregate = Aggregate(f.Aggregate)
		}
		if f.Weight != nil {
			factor.Weight = *f.Weight
		}
		switch {
		case len(f.Items) > 0 && len(f.Factors) > 0:
			b.at(path, fmt.Sprintf("the factor %q has both items and factors", f.ID), "put the items into a factor of their own")
		case len(f.Factors) > 0:
			factor.Factors = b.factors(f.Factors, path, factor.Aggregate, measure, seen)
		default:
			factor.Variables = b.counted(f, path, measure)
		}
		factors = append(factors, factor)
	}
	if how == WeightedMean {
		b.weights(list, at)
	}
	return factors
}

// weights tells weights that are missing or do not sum to 1.
func (b *builder) weights(list []factorFile, at string) {
	sum := 0.0
	for i, f := range list {
		if f.Weight == nil {
			b.at(fmt.Sprintf("%s.factors[%d]", at, i), fmt.Sprintf("the factor %q has no weight", f.ID), "add weight:, or use aggregate: pooled")
			return
		}
		sum += *f.Weight
	}
	if math.Abs(sum-1) > 1e-9 && len(list) > 0 {
		b.at(at+".factors", fmt.Sprintf("the weights sum to %g, not to 1", math.Round(sum*1e9)/1e9), "correct the weights")
	}
}

// counted lists the variables of a factor: items, rows, or all rows of a matrix.
func (b *builder) counted(f factorFile, at string, measure *Measure) []string {
	if len(f.Items) == 0 {
		b.at(at, fmt.Sprintf("the factor %q has nothing to count", f.ID), "add items:")
	}
	var variables []string
	for i, id := range f.Items {
		path := fmt.Sprintf("%s.items[%d]", at, i)
		if _, ok := b.ids[id]; !ok {
			b.at(path, fmt.Sprintf("there is no item %q", id), suggest(id, b.allIDs()))
			continue
		}
		ids := []string{id}
		it := b.find(id)
		if it == nil { // a matrix
			ids = nil
			it = b.matrix(id)
			for _, r := range it.Rows {
				ids = append(ids, r.ID)
			}
		}
		b.countable(it, path, measure)
		for _, v := range ids {
			if slices.Contains(variables, v) {
				b.at(path, fmt.Sprintf("the item %q is counted twice", v), "leave one of the two out")
			}
			variables = append(variables, v)
		}
	}
	return variables
}

func (b *builder) matrix(id string) *Item {
	for p := range b.q.Pages {
		for i := range b.q.Pages[p].Items {
			if b.q.Pages[p].Items[i].ID == id {
				return &b.q.Pages[p].Items[i]
			}
		}
	}
	return &Item{}
}

// countable tells an item that a measure can't count.
func (b *builder) countable(it *Item, at string, measure *Measure) {
	if kinds[it.Type] != OneOf && it.Type != Matrix {
		b.at(at, fmt.Sprintf("the item %q of type %s can't be scored", it.ID, it.Type), "use items with one answer out of a scale or list")
		return
	}
	if measure == nil {
		return
	}
	for _, code := range measure.Codes {
		if !slices.ContainsFunc(it.Options, func(o Option) bool { return o.Code == code }) {
			b.at(at, fmt.Sprintf("the measure %q counts the code %q, which %q does not have", measure.ID, code, it.ID), "use another measure or scale")
		}
	}
	if measure.Kind == Mean && slices.ContainsFunc(it.Options, func(o Option) bool { return o.Value == nil }) {
		b.at(at, fmt.Sprintf("the measure %q needs values, and options of %q have none", measure.ID, it.ID), "give every option a value:")
	}
}

func (b *builder) fieldwork() Fieldwork {
	f := b.file.Fieldwork
	unique(b, f.Waves, "fieldwork.waves", func(w waveFile) string { return w.ID }, "wave", "id")
	unique(b, f.Channels, "fieldwork.channels", func(c string) string { return c }, "channel", "")
	work := Fieldwork{Channels: f.Channels}
	for i, w := range f.Waves {
		at := fmt.Sprintf("fieldwork.waves[%d]", i)
		if w.Closes != "" && w.Closes < w.Opens {
			b.at(at+".closes", "the wave closes before it opens", "swap the two dates")
		}
		work.Waves = append(work.Waves, Wave{ID: w.ID, Title: b.text(w.Title, at+".title"), Opens: w.Opens, Closes: w.Closes})
	}
	return work
}
