package weigh

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// channelAxis stands for the channel among the axes of a margin.
const channelAxis = -1

// axis is a characteristic of respondents that margins are about: a question
// with one answer.
type axis struct {
	*reading
	variable *questionnaire.Variable
}

// frame is the population as the figures know it: margins over axes, and the
// people of strata.
type frame struct {
	survey   *catalog.Survey
	wave     *catalog.Wave
	agencies *agency.Registry
	period   string
	axes     []axis // in the order of the questionnaire
	margins  []*margin
	people   map[stratumKey]int64 // of agencies by channel, and of agencies (channel 0)
	covered  []bool               // by agency number: within some margin
}

// stratumKey names a stratum of the sample: an agency, or one of its channels.
type stratumKey struct {
	agency  uint32
	channel response.Channel // 0: all
}

// margin is one known distribution of the population.
type margin struct {
	name  string
	axes  []int // of the frame, ascending; channelAxis first
	cells []*cell
	cover []int32          // by agency number: which of the margin's agencies it belongs to, -1: none
	index map[cellKey]int  // of cells
	tops  []*agency.Agency // whose people are told, in order
	many  bool             // they are more than one
}

// cell is one line of a margin: so many people.
type cell struct {
	agency int32   // place in the margin's tops
	parts  []uint8 // channel or option, by axis of the margin
	label  string
	people float64
}

// cellKey names a cell.
type cellKey struct {
	agency int32
	parts  string
}

// checker collects problems.
type checker struct{ problems []errs.Problem }

// add notes a problem, once for a cell.
func (c *checker) add(p errs.Problem) {
	if !slices.ContainsFunc(c.problems, func(o errs.Problem) bool { return o.Item == p.Item && o.Code == p.Code }) {
		c.problems = append(c.problems, p)
	}
}

func (c *checker) err() error {
	if len(c.problems) == 0 {
		return nil
	}
	return errs.Bad(c.problems...)
}

// list joins names for a message.
func list(names []string) string { return strings.Join(names, ", ") }

// line is one figure of the population whose cell was understood.
type line struct {
	at     *agency.Agency
	axes   []int // variables of the questionnaire by index; channelAxis first
	codes  []uint8
	label  string
	people float64
}

// newFrame reads margins from figures.
func newFrame(cat *catalog.Catalog, survey *catalog.Survey, wave *catalog.Wave, t *figure.Table, q Query) (*frame, error) {
	f := &frame{survey: survey, wave: wave, agencies: cat.Agencies, people: map[stratumKey]int64{}}
	check := &checker{}
	f.period = f.choosePeriod(check, t, q.Period)
	var lines []line
	if len(check.problems) == 0 {
		for x := range t.Of(figure.Population, f.period) {
			if l, ok := f.line(check, x); ok {
				lines = append(lines, l)
			}
		}
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	for _, l := range lines {
		switch {
		case len(l.axes) == 0:
			f.people[stratumKey{l.at.Number, 0}] = int64(l.people)
		case len(l.axes) == 1 && l.axes[0] == channelAxis:
			f.people[stratumKey{l.at.Number, response.Channel(l.codes[0])}] = int64(l.people)
		}
	}
	f.addMargins(check, lines)
	f.choose(check, q.Rake)
	if err := check.err(); err != nil {
		return nil, err
	}
	if err := f.addAxes(); err != nil {
		return nil, err
	}
	for _, m := range f.margins {
		m.finish(f)
	}
	f.covered = make([]bool, cat.Agencies.Len()+1)
	for _, m := range f.margins {
		for number, place := range m.cover {
			f.covered[number] = f.covered[number] || place >= 0
		}
	}
	return f, nil
}

// language is the one of names: that asked for, or the first of the questionnaire.
func (f *frame) language(asked string) string {
	languages := f.survey.Current().Questionnaire.Languages
	if slices.Contains(languages, asked) || len(languages) == 0 {
		return asked
	}
	return languages[0]
}

// choosePeriod returns the period whose population is meant: the one asked for,
// the wave's, or the only one.
func (f *frame) choosePeriod(check *checker, t *figure.Table, asked string) string {
	var periods []string
	for x := range t.All() {
		if x.ID == figure.Population && (len(periods) == 0 || periods[len(periods)-1] != x.Period) {
			periods = append(periods, x.Period)
		}
	}
	for _, p := range []string{asked, f.wave.ID} {
		if p != "" && slices.Contains(periods, p) {
			return p
		}
		if p == asked && asked != "" {
			break
		}
	}
	switch {
	case len(periods) == 0:
		check.add(errs.Problem{Item: "margins", Code: "weigh_no_population"})
	case asked != "":
		check.add(errs.Problem{Item: "period", Code: "weigh_unknown_period", Args: map[string]any{"value": asked, "text": list(periods)}})
	case len(periods) > 1:
		check.add(errs.Problem{Item: "period", Code: "weigh_periods", Args: map[string]any{"text": list(periods)}})
	}
	return cmp.Or(append(periods, "")...)
}

// line understands one figure.
func (f *frame) line(check *checker, x figure.Figure) (line, bool) {
	name := x.Agency
	if x.Cell != "" {
		name += " " + x.Cell
	}
	before := len(check.problems)
	l := line{at: f.agencies.Find(x.Agency, ""), label: x.Cell, people: x.Value}
	if x.Cell != "" {
		for part := range strings.SplitSeq(x.Cell, "&") {
			key, value, _ := strings.Cut(part, "=")
			f.part(check, &l, name, key, value)
		}
	}
	switch {
	case l.at == nil:
		check.add(errs.Problem{Item: name, Code: "unknown_agency", Args: map[string]any{"value": x.Agency}})
	case !x.There:
		check.add(errs.Problem{Item: name, Code: "weigh_no_value", Args: map[string]any{"text": x.Note}})
	case !(x.Value > 0):
		check.add(errs.Problem{Item: name, Code: "weigh_no_people", Args: map[string]any{"value": x.Text()}})
	}
	return l, len(check.problems) == before
}

// part understands one part of a cell, such as gender=female, and puts it in the
// order of the questionnaire.
func (f *frame) part(check *checker, l *line, name, key, value string) {
	if key == "agency" {
		if l.at = f.agencies.Find(value, ""); l.at == nil {
			check.add(errs.Problem{Item: name, Code: "unknown_agency", Args: map[string]any{"value": value}})
		}
		return
	}
	at, code, problem := f.option(key, value)
	if problem != nil {
		problem.Item = name
		check.add(*problem)
		return
	}
	place, _ := slices.BinarySearch(l.axes, at)
	l.axes = slices.Insert(l.axes, place, at)
	l.codes = slices.Insert(l.codes, place, uint8(code)) //nolint:gosec // options are counted in a byte
}

// option finds the variable and option, or the channel, of a part of a cell.
func (f *frame) option(key, value string) (axis, code int, problem *errs.Problem) {
	if key == "channel" {
		channel, ok := response.ParseChannel(value)
		if !ok {
			return 0, 0, &errs.Problem{Code: "unknown_channel", Args: map[string]any{"value": value}}
		}
		return channelAxis, int(channel), nil
	}
	q := f.survey.Current().Questionnaire
	v := q.Variable(key)
	switch {
	case v == nil:
		return 0, 0, &errs.Problem{Code: "weigh_unknown_variable", Args: map[string]any{"id": key, "text": list(singles(q))}}
	case !single(q, v):
		return 0, 0, &errs.Problem{Code: "weigh_not_single", Args: map[string]any{"id": key}}
	case v.Option(value) < 0:
		return 0, 0, &errs.Problem{Code: "weigh_unknown_option", Args: map[string]any{"id": key, "value": value, "text": list(codesOf(v))}}
	}
	return v.Index, v.Option(value), nil
}

// single reports whether every respondent gives a variable at most one answer.
func single(q *questionnaire.Questionnaire, v *questionnaire.Variable) bool {
	return v.Kind == questionnaire.OneOf && (v.Part == questionnaire.Whole || v.Part == questionnaire.OfRow) &&
		len(v.Options()) > 0 && !q.Repeated(v)
}

// singles lists the variables that a margin may be about.
func singles(q *questionnaire.Questionnaire) []string {
	var ids []string
	for i := range q.Variables() {
		if v := &q.Variables()[i]; single(q, v) {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

func codesOf(v *questionnaire.Variable) []string {
	var codes []string
	for _, o := range v.Options() {
		codes = append(codes, o.Code)
	}
	return codes
}

// addMargins groups lines by what they are about. Lines of an agency and of one
// below it can't be in one margin; they make two, the wider first.
func (f *frame) addMargins(check *checker, lines []line) {
	told := map[string]map[string]bool{} // ids of agencies, by axes
	for _, l := range lines {
		axes := fmt.Sprint(l.axes)
		if told[axes] == nil {
			told[axes] = map[string]bool{}
		}
		told[axes][l.at.ID] = true
	}
	groups := map[string][]line{}
	var keys []string
	for _, l := range lines {
		axes, depth := fmt.Sprint(l.axes), 0
		for a := f.agencies.ByID(l.at.Parent); a != nil; a = f.agencies.ByID(a.Parent) {
			if told[axes][a.ID] {
				depth++
			}
		}
		key := fmt.Sprint(depth, axes)
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], l)
	}
	slices.SortFunc(keys, func(a, b string) int { // few axes first, as the questionnaire has them
		return cmp.Or(cmp.Compare(len(groups[a][0].axes), len(groups[b][0].axes)), slices.Compare(groups[a][0].axes, groups[b][0].axes), cmp.Compare(a, b))
	})
	for _, key := range keys {
		f.margins = append(f.margins, f.margin(check, groups[key]))
	}
}

// margin makes a margin of lines about the same axes.
func (f *frame) margin(check *checker, lines []line) *margin {
	m := &margin{axes: lines[0].axes, index: map[cellKey]int{}}
	for _, l := range lines {
		m.tops = append(m.tops, l.at)
	}
	slices.SortFunc(m.tops, func(a, b *agency.Agency) int { return cmp.Compare(a.Number, b.Number) })
	m.tops = slices.Compact(m.tops)
	place := map[*agency.Agency]int{}
	for i, a := range m.tops {
		place[a] = i
	}
	m.many = len(m.tops) > 1
	var names []string
	if m.many || len(m.axes) == 0 {
		names = append(names, "agency")
	}
	for _, a := range m.axes {
		names = append(names, f.axisName(a))
	}
	m.name = strings.Join(names, "&")
	for _, l := range lines {
		c := &cell{agency: int32(place[l.at]), parts: l.codes, people: l.people} //nolint:gosec // far fewer than 2^31
		m.cells = append(m.cells, c)
	}
	slices.SortFunc(m.cells, func(a, b *cell) int { return cmp.Or(cmp.Compare(a.agency, b.agency), slices.Compare(a.parts, b.parts)) })
	for i, c := range m.cells {
		c.label = f.cellName(m, c.agency, c.parts)
		if i > 0 && c.agency == m.cells[i-1].agency && slices.Equal(c.parts, m.cells[i-1].parts) {
			check.add(errs.Problem{Item: c.label, Code: "weigh_twice"})
		}
	}
	return m
}

func (f *frame) axisName(axis int) string {
	if axis == channelAxis {
		return "channel"
	}
	return f.survey.Current().Questionnaire.Variables()[axis].ID
}

// cellName names a cell as files do.
func (f *frame) cellName(m *margin, top int32, parts []uint8) string {
	var words []string
	if m.many || len(m.axes) == 0 {
		words = append(words, "agency="+m.tops[top].ID)
	}
	for i, a := range m.axes {
		value := response.Channel(parts[i]).String()
		if a != channelAxis {
			value = f.survey.Current().Questionnaire.Variables()[a].Options()[parts[i]].Code
		}
		words = append(words, f.axisName(a)+"="+value)
	}
	return strings.Join(words, "&")
}

// choose keeps the margins that were asked for by name.
func (f *frame) choose(check *checker, names []string) {
	var known []string
	for i, m := range f.margins {
		for n := 2; slices.Contains(known, m.name); n++ { // an agency's and, below it, that of its parts
			m.name = fmt.Sprintf("%s~%d", strings.SplitN(m.name, "~", 2)[0], n)
		}
		known = append(known, f.margins[i].name)
	}
	if len(names) == 0 {
		return
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			check.add(errs.Problem{Item: "rake", Code: "weigh_unknown_margin", Args: map[string]any{"value": name, "text": list(known)}})
		}
	}
	f.margins = slices.DeleteFunc(f.margins, func(m *margin) bool { return !slices.Contains(names, m.name) })
}

// addAxes lists the questions that the margins are about, and turns the margins'
// indices of variables into those of axes.
func (f *frame) addAxes() error {
	var used []int
	for _, m := range f.margins {
		for _, a := range m.axes {
			if a != channelAxis && !slices.Contains(used, a) {
				used = append(used, a)
			}
		}
	}
	slices.Sort(used)
	q := f.survey.Current().Questionnaire
	for _, index := range used {
		v := &q.Variables()[index]
		r, err := newReading(f.survey, v)
		if err != nil {
			return err
		}
		f.axes = append(f.axes, axis{r, v})
	}
	for _, m := range f.margins {
		axes := slices.Clone(m.axes)
		for i, a := range axes {
			if a != channelAxis {
				axes[i] = slices.Index(used, a)
			}
		}
		m.axes = axes
	}
	return nil
}

// finish prepares the margin for looking up cells.
func (m *margin) finish(f *frame) {
	m.cover = make([]int32, f.agencies.Len()+1)
	for i := range m.cover {
		m.cover[i] = -1
	}
	for place, top := range m.tops {
		for _, a := range f.agencies.Subtree(top) {
			m.cover[a.Number] = int32(place)
		}
	}
	for i, c := range m.cells {
		m.index[cellKey{c.agency, string(c.parts)}] = i
	}
}

// people is how many a margin has.
func (m *margin) people() float64 {
	sum := 0.0
	for _, c := range m.cells {
		sum += c.people
	}
	return sum
}
