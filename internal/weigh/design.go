package weigh

import (
	"cmp"
	"slices"

	"hailong/internal/errs"
	"hailong/internal/sample"
)

// design is the sample with its weights: what estimates are made from.
type design struct {
	frame   *frame
	combos  []combination
	rows    []row
	strata  []sample.Stratum
	lonely  sample.Lonely
	margins []*placed
}

// placed is a margin with the place of every combination.
type placed struct {
	*margin
	of     []int     // group, by combination
	n      []int64   // respondents, by group
	labels []string  // by group
	people []float64 // by group
}

// design weights the respondents that were counted.
func (t *table) design(q Query) (*design, *Result, error) {
	d := &design{frame: t.frame, lonely: sample.LonelyNamed(t.frame.wave.LonelyPolicy())}
	out := &Result{Weighting: Weighting{Period: t.frame.period, Outside: t.outside, Flagged: t.flagged}}
	w := &out.Weighting
	d.combos, d.rows, w.Earlier = t.sorted()
	for i := range t.frame.axes {
		if id := t.frame.axes[i].variable.ID; t.incomplete[id] > 0 {
			w.Incomplete = append(w.Incomplete, Missing{id, t.incomplete[id]})
		}
	}
	if len(d.combos) == 0 {
		var n int64
		for _, m := range w.Incomplete {
			n += m.N
		}
		return nil, nil, errs.Bad(errs.Problem{Item: "wave", Code: "weigh_nobody", Args: map[string]any{"n": t.outside, "total": n}})
	}
	check := &checker{}
	d.place(check, int64(q.Collapse), w)
	w.Base = d.stratify(check)
	if err := check.err(); err != nil {
		return nil, nil, err
	}
	d.compareTotals(check)
	if err := check.err(); err != nil {
		return nil, nil, err
	}
	if err := d.weigh(q, w); err != nil {
		return nil, nil, err
	}
	d.tell(out)
	return d, out, nil
}

// stratify finds the strata and the base weights: the people of an agency and
// channel per respondent, or of an agency, or 1 where no population is known. It
// returns which of the two it is; a mixture would give people of some agencies
// the weight of many and those of others that of one.
func (d *design) stratify(check *checker) string {
	keys := d.findStrata()
	known, unknown := -1, -1
	for h := range slices.Backward(d.strata) { // so that messages name the first
		s := &d.strata[h]
		if s.Population == 0 {
			unknown, s.Weight = h, 1
			continue
		}
		known = h
		if s.Population < s.Sampled {
			check.add(tooSmall(d.stratumName(keys[h]), float64(s.Population), s.Sampled))
		}
	}
	if known >= 0 && unknown >= 0 && len(check.problems) == 0 {
		check.add(errs.Problem{Item: "margins", Code: "weigh_mixed_base", Args: map[string]any{
			"name": d.stratumName(keys[known]), "label": d.stratumName(keys[unknown]),
		}})
	}
	for i := range d.combos {
		d.combos[i].base = 1
		if s := d.strata[d.combos[i].stratum]; s.Population > 0 {
			d.combos[i].base = float64(s.Population) / float64(s.Sampled)
		}
	}
	if known >= 0 {
		return basePopulation
	}
	return baseEqual
}

// findStrata gives every combination its stratum, and returns what they are. The
// people of an agency with respondents below it are those of several strata, and
// so the people of none.
func (d *design) findStrata() []stratumKey {
	above := map[string]bool{} // ids
	for i := range d.combos {
		for a := d.frame.agencies.ByNumber(d.combos[i].agency); a != nil && a.Parent != "" && !above[a.Parent]; a = d.frame.agencies.ByID(a.Parent) {
			above[a.Parent] = true
		}
	}
	people, byChannel := map[stratumKey]int64{}, map[uint32]bool{}
	for key, n := range d.frame.people {
		if above[d.agencyID(key.agency)] {
			continue
		}
		people[key] = n
		if key.channel != 0 {
			byChannel[key.agency] = true
		}
	}
	index := map[stratumKey]int{}
	var keys []stratumKey
	for i := range d.combos {
		c := &d.combos[i]
		key := stratumKey{c.agency, c.channel}
		if _, ok := people[stratumKey{c.agency, 0}]; ok && !byChannel[c.agency] {
			key.channel = 0
		}
		at, ok := index[key]
		if !ok {
			at = len(keys)
			index[key] = at
			keys, d.strata = append(keys, key), append(d.strata, sample.Stratum{Population: people[key]})
		}
		c.stratum = at
		d.strata[at].Sampled += c.n
	}
	return keys
}

func tooSmall(name string, people float64, n int64) errs.Problem {
	return errs.Problem{Item: name, Code: "weigh_population_small", Args: map[string]any{"total": people, "n": n}}
}

func (d *design) stratumName(key stratumKey) string {
	name := "agency=" + d.agencyID(key.agency)
	if key.channel != 0 {
		name += "&channel=" + key.channel.String()
	}
	return name
}

func (d *design) agencyID(number uint32) string {
	if a := d.frame.agencies.ByNumber(number); a != nil {
		return a.ID
	}
	return ""
}

// place puts every combination into a cell of every margin, and joins cells that
// have too few respondents.
func (d *design) place(check *checker, least int64, w *Weighting) {
	for _, m := range d.frame.margins {
		p := &placed{margin: m, of: make([]int, len(d.combos))}
		n := make([]int64, len(m.cells))
		strangers := map[string]int64{}
		for i := range d.combos {
			c := &d.combos[i]
			at, name := d.cellOf(m, c)
			p.of[i] = at
			if at < 0 {
				strangers[name] += c.n
				continue
			}
			n[at] += c.n
		}
		for _, name := range sortedKeys(strangers) {
			check.add(errs.Problem{Item: name, Code: "weigh_no_cell", Args: map[string]any{"name": m.name, "n": strangers[name]}})
		}
		if len(strangers) == 0 {
			p.group(check, n, least, w, d.frame)
		}
		d.margins = append(d.margins, p)
	}
}

func sortedKeys(m map[string]int64) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// cellOf returns the cell of a combination, or -1 and what it would be called.
func (d *design) cellOf(m *margin, c *combination) (int, string) {
	top := m.cover[c.agency]
	if top < 0 {
		return -1, "agency=" + d.agencyID(c.agency)
	}
	parts := make([]uint8, len(m.axes))
	for i, a := range m.axes {
		parts[i] = uint8(c.channel)
		if a != channelAxis {
			parts[i] = c.options[a]
		}
	}
	if at, ok := m.index[cellKey{top, string(parts)}]; ok {
		return at, ""
	}
	return -1, d.frame.cellLabel(m, top, parts)
}

// group joins cells and checks what is left: a group has people and respondents,
// and no more respondents than people.
func (p *placed) group(check *checker, n []int64, least int64, w *Weighting, f *frame) {
	to := make([]int, len(p.cells))
	for _, line := range p.lines(f) {
		for _, joined := range joinSmall(line, n, least) {
			at := len(p.labels)
			p.labels, p.people, p.n = append(p.labels, ""), append(p.people, 0), append(p.n, 0)
			var names []string
			for _, c := range joined {
				to[c] = at
				p.people[at] += p.cells[c].people
				p.n[at] += n[c]
				names = append(names, p.cells[c].label)
			}
			p.labels[at] = names[0]
			if len(names) > 1 {
				p.labels[at] = names[0] + " … " + names[len(names)-1]
				w.Collapsed = append(w.Collapsed, Collapsed{Margin: p.name, Cells: names, N: p.n[at]})
			}
			switch {
			case p.n[at] == 0:
				check.add(errs.Problem{Item: p.labels[at], Code: "weigh_empty_cell", Args: map[string]any{"name": p.name, "total": p.people[at]}})
			case float64(p.n[at]) > p.people[at]:
				check.add(tooSmall(p.labels[at], p.people[at], p.n[at]))
			}
		}
	}
	for i, c := range p.of {
		p.of[i] = to[c]
	}
}

// lines lists the cells that are options of the same question for the same
// people, in order: only these may be joined. Agencies may be joined that have
// one parent.
func (p *placed) lines(f *frame) [][]int {
	type key struct {
		agency int32
		parts  string
		parent string
	}
	var order []key
	lines := map[key][]int{}
	for i, c := range p.cells {
		k := key{agency: c.agency}
		if len(c.parts) == 0 {
			k = key{agency: -1, parent: f.agencies.ByID(p.tops[c.agency].ID).Parent}
		} else {
			k.parts = string(c.parts[:len(c.parts)-1])
		}
		if lines[k] == nil {
			order = append(order, k)
		}
		lines[k] = append(lines[k], i)
	}
	out := make([][]int, 0, len(order))
	for _, k := range order {
		out = append(out, lines[k])
	}
	return out
}

// joinSmall joins every cell of fewer respondents with the next one, the last
// with the one before it, until none is left or all are one. The rule looks at
// numbers of respondents only, never at answers.
func joinSmall(line []int, n []int64, least int64) [][]int {
	var out [][]int
	var open []int
	var count int64
	for _, c := range line {
		open = append(open, c)
		count += n[c]
		if count >= least {
			out, open, count = append(out, open), nil, 0
		}
	}
	switch {
	case len(open) == 0:
	case len(out) == 0:
		out = append(out, open)
	default:
		out[len(out)-1] = append(out[len(out)-1], open...)
	}
	return out
}

// sameTotal is how far apart totals of margins may be, as a share, that were
// rounded to whole people cell by cell.
const sameTotal = 1e-6

// compareTotals tells margins that do not have the same number of people.
func (d *design) compareTotals(check *checker) {
	if len(d.margins) == 0 {
		return
	}
	first := d.margins[0]
	for _, m := range d.margins[1:] {
		a, b := first.margin.people(), m.margin.people()
		if diff := a - b; max(diff, -diff) > sameTotal*a {
			check.add(errs.Problem{Item: "margins", Code: "weigh_totals", Args: map[string]any{
				"name": first.name, "first": a, "label": m.name, "last": b,
			}})
		}
	}
}

// cellLabel is cellName for a margin whose axes are those of the frame.
func (f *frame) cellLabel(m *margin, top int32, parts []uint8) string {
	at := *m
	at.axes = slices.Clone(m.axes)
	for i, a := range m.axes {
		if a != channelAxis {
			at.axes[i] = f.axes[a].variable.Index
		}
	}
	return f.cellName(&at, top, parts)
}

// compareCombinations orders combinations for files: by agency id, channel and options.
func compareCombinations(a, b Combination) int {
	return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Channel, b.Channel), slices.Compare(a.Options, b.Options))
}
