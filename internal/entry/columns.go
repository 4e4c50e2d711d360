package entry

import (
	"slices"
	"strconv"
	"strings"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// form is what the columns of a file mean for one survey.
type form struct {
	catalog  *catalog.Catalog
	survey   *catalog.Survey
	options  Options
	agency   string // id of Options.Agency
	day      response.Day
	days1904 bool
	agencies *directory
	columns  []column           // nil before the header was read
	layouts  map[string]*layout // by what rows say of their version
	seen     map[uint64]uint32  // how often a row without a form number came, by its content
	counted  counts
}

// column is a column of the file.
type column struct {
	name   string // as the header has it
	head   string // one of heads; empty: it has answers
	ignore bool
	item   string // id of a variable, or of a ranking
	option string // code of one option of it
	about  string // id of the agency that a repeated page is about, or its place among those chosen, from 1
}

// heads are the columns that hold no answers, but for those that are only read
// over.
var heads = []string{
	"agency", "agency_name", "channel", "consent", "counter", "form", "invitation", "lang", "resolver", "seconds", "service", "survey", "version", "wave",
}

// passed are columns of our own files from which nothing can be entered.
var passed = []string{"day", "date", "dropped", "error", "flags", "row"}

// names returns the header as it stands in the file.
func (f *form) names() []string {
	list := make([]string, len(f.columns))
	for i := range f.columns {
		list[i] = f.columns[i].name
	}
	return list
}

// bind takes the first row for the header.
func (f *form) bind(l *line) error {
	if l.broken != "" {
		return f.headerError(Fault{Message: f.t(l.broken, nil)})
	}
	f.columns = make([]column, len(l.cells))
	b := binder{form: f, targets: map[column]string{}}
	for i := range l.cells {
		f.columns[i].name = l.cells[i].text
		b.column(&f.columns[i])
	}
	if !f.has("agency") {
		for i := range f.columns { // a name is better than nothing
			if c := &f.columns[i]; c.head == "agency_name" {
				c.head, c.ignore = "agency", false
			}
		}
	}
	switch {
	case len(b.faults) > 0:
	case !f.has("agency") && f.agency == "":
		b.faults = append(b.faults, Fault{Message: f.t("entry.no_agency", nil)})
	case !slices.ContainsFunc(f.columns, func(c column) bool { return c.item != "" }):
		b.faults = append(b.faults, Fault{Message: f.t("entry.no_answers", nil)})
	}
	if len(b.faults) > 0 {
		f.columns = nil
		return f.headerError(b.faults...)
	}
	return nil
}

// has reports whether there is a column with a head.
func (f *form) has(head string) bool {
	return slices.ContainsFunc(f.columns, func(c column) bool { return c.head == head })
}

// binder finds what columns mean.
type binder struct {
	*form
	targets map[column]string // what is taken, but for the name, by the column that took it
	labels  map[string][]string
	faults  []Fault
}

func (b *binder) fault(c *column, id string, args map[string]any) {
	b.faults = append(b.faults, Fault{c.name, b.t(id, args)})
}

func (b *binder) column(c *column) {
	name := strings.ToLower(c.name)
	switch {
	case name == "" || strings.HasPrefix(name, "#"):
		c.ignore = true
		return
	case b.answers(c, name):
	case slices.Contains(heads, name):
		c.head, c.ignore = name, name == "agency_name"
	case slices.Contains(passed, name):
		c.ignore = true
		b.counted.day = b.counted.day || name == "day" || name == "date"
		return
	case b.labelled(c):
	default:
		if near := b.near(name); near != "" {
			b.fault(c, "entry.unknown_column_near", map[string]any{"name": near})
		} else {
			b.fault(c, "entry.unknown_column", nil)
		}
		return
	}
	target := *c
	target.name = ""
	if first, twice := b.targets[target]; twice && (c.item != "" || c.head != "") {
		b.fault(c, "entry.column_twice", map[string]any{"name": first})
	}
	b.targets[target] = c.name
}

// answers takes a column that is named by the id of an item, with the code of an
// option or an agency behind it; false for another.
func (b *binder) answers(c *column, name string) bool {
	id, _, repeated := strings.Cut(name, "@")
	_, about, _ := strings.Cut(c.name, "@") // as it is written
	for _, version := range slices.Backward(b.survey.Versions) {
		q := version.Questionnaire
		v, option := variableOf(q, id)
		it := q.Item(id)
		switch {
		case v == nil && it != nil && it.Type == questionnaire.Ranking:
			c.item = id
			v = q.Variable(questionnaire.RankID(id, 1))
		case v == nil && it != nil && it.Type == questionnaire.Matrix:
			rows := make([]string, len(it.Rows))
			for i := range it.Rows {
				rows[i] = it.Rows[i].ID
				if q.Repeated(q.Variable(rows[i])) {
					rows[i] += "@…"
				}
			}
			b.fault(c, "entry.matrix_column", map[string]any{"text": strings.Join(rows, ", ")})
			c.ignore = true
			return true
		case v == nil:
			continue
		default:
			c.item, c.option = v.ID, option
		}
		c.ignore = v.Item.Type == questionnaire.Calculated
		if q.Repeated(v) && placeOf(about) > 0 && placeOf(about) <= max(q.Choice().Item.MaxChoices, 1) {
			c.about = about
			return true
		}
		b.about(c, q.Repeated(v), repeated, about)
		return true
	}
	return false
}

// about takes the agency that a column is about.
func (b *binder) about(c *column, should, does bool, ref string) {
	switch id, _ := b.agencies.find(ref); {
	case c.ignore || should == does && !does:
	case should && !does:
		b.fault(c, "entry.repeated_column", map[string]any{"name": c.name})
	case !should:
		b.fault(c, "problem.item_not_repeated", nil)
	case id == "":
		b.fault(c, "problem.unknown_agency", nil)
	default:
		c.about = id
	}
}

// placeOf returns the place that stands behind an @, from 1; 0 for what is none.
func placeOf(about string) int {
	if about == "" || len(about) > 2 || about[0] == '0' {
		return 0
	}
	n, err := strconv.Atoi(about)
	if err != nil {
		return 0
	}
	return n
}

// variableOf finds the variable that a column is named by, with the code of an
// option for one that takes several: needs, needs.a, needs_a.
func variableOf(q *questionnaire.Questionnaire, name string) (*questionnaire.Variable, string) {
	if v := q.Variable(name); v != nil {
		return v, ""
	}
	for i := len(name) - 1; i > 0; i-- {
		if name[i] != '.' && name[i] != '_' {
			continue
		}
		if v := q.Variable(name[:i]); v != nil && v.Kind == questionnaire.SetOf && v.Option(name[i+1:]) >= 0 {
			return v, name[i+1:]
		}
	}
	return nil, ""
}

// labelled takes a column that is named by the text of an item or row; false for
// another. One that is told to be wrong is taken.
func (b *binder) labelled(c *column) bool {
	if b.labels == nil {
		b.labels = labelsOf(b.survey.Current().Questionnaire)
	}
	ids, about := b.labels[fold(c.name)], ""
	if at := strings.LastIndexByte(c.name, '@'); len(ids) == 0 && at > 0 {
		ids, about = b.labels[fold(c.name[:at])], c.name[at:]
	}
	switch len(ids) {
	case 0:
		return false
	case 1:
		return b.answers(c, ids[0]+about)
	}
	b.fault(c, "entry.ambiguous_column", map[string]any{"text": strings.Join(ids, ", ")})
	c.ignore = true
	return true
}

// labelsOf lists the variables that have a text, folded, in any language.
func labelsOf(q *questionnaire.Questionnaire) map[string][]string {
	labels := map[string][]string{}
	variables := q.Variables()
	for i := range variables {
		v := &variables[i]
		id := v.ID
		switch v.Part {
		case questionnaire.OfOther:
			continue
		case questionnaire.OfRank:
			if id = v.Item.ID; v.Rank > 1 {
				continue
			}
		case questionnaire.Whole, questionnaire.OfRow:
		}
		for _, text := range v.Text() {
			if key := fold(text); key != "" && !slices.Contains(labels[key], id) {
				labels[key] = append(labels[key], id)
			}
		}
	}
	return labels
}

// near returns the name of a column that was probably meant.
func (b *binder) near(name string) string {
	best, distance := "", max(2, 1+len(name)/4)
	try := func(known string) {
		if len(name) <= 80 {
			if d := errs.Edits(name, known); d < distance {
				best, distance = known, d
			}
		}
	}
	for _, known := range templateColumns(b.survey.Current().Questionnaire) {
		try(known)
	}
	for _, known := range heads {
		try(known)
	}
	return best
}
