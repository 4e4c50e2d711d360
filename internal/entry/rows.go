package entry

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/collect"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/sheet"
)

// counts is what is warned of in the end.
type counts struct {
	day      bool // there is a column with days, which are not taken
	imported int  // rows that came by channels by which no table can come
	unnamed  int  // rows without the number of a form
	formulas int  // cells
	dropped  int  // rows with answers to what was not asked
}

// row is a row on its way.
type row struct {
	input  collect.Input
	layout *layout
	told   Refused
	places map[string]string // of agencies that columns name by their places, by id
	known  bool              // entered before
	done   chan struct{}     // closed when the log has decided
	gone   chan struct{}     // closed when that was told
	err    error
	drops  bool
	tries  int
	read   int64 // bytes of the file, up to it
}

// size is how many bytes the row keeps.
func (r *row) size() int {
	n := 0
	for _, c := range r.told.Cells {
		n += len(c)
	}
	return n
}

// rowReader makes a submission of a row.
type rowReader struct {
	*form
	row *row
}

// read makes a submission of a row; faults are in told.
func (f *form) read(l *line) *row {
	r := &rowReader{form: f, row: &row{
		input: collect.Input{Survey: f.survey.Slug, Agency: f.agency, Counter: f.options.Counter, Consent: f.options.Consented, Trusted: true},
		told:  Refused{Row: l.number},
	}}
	for i := range l.cells {
		r.row.told.Cells = append(r.row.told.Cells, l.cells[i].text)
	}
	if l.broken != "" {
		r.row.told.Faults = append(r.row.told.Faults, Fault{Message: f.t(l.broken, nil)})
		return r.row
	}
	for len(l.cells) > len(f.columns) && l.cells[len(l.cells)-1].text == "" {
		l.cells = l.cells[:len(l.cells)-1]
	}
	if len(l.cells) > len(f.columns) {
		r.fault(nil, "entry.no_header", nil)
		return r.row
	}
	number := r.heads(l)
	if in := &r.row.input; in.Invitation != "" && in.Agency == "" {
		// The code would tell it, but forms are told apart by their agencies, too.
		r.fault(nil, "problem.agency_required", nil)
	}
	r.row.layout = f.layoutOf(r.row.input.Version)
	for i := range l.cells {
		if c := &f.columns[i]; !c.ignore && c.item != "" {
			r.answer(i, c, &l.cells[i])
		} else if c.name == "" && l.cells[i].text != "" {
			r.fault(nil, "entry.no_header", nil)
		}
	}
	r.places()
	r.row.input.Key = r.key(number)
	return r.row
}

func (r *rowReader) fault(c *column, id string, args map[string]any) {
	f := Fault{Message: r.t(id, args)}
	if c != nil {
		f.Column = c.name
	}
	r.row.told.Faults = append(r.row.told.Faults, f)
}

// usable tells a cell whose value nobody knows.
func (r *rowReader) usable(c *column, cl *cell) bool {
	if cl.formula {
		r.counted.formulas++
	}
	switch {
	case cl.broken:
		r.fault(c, "entry.broken_cell", nil)
	case cl.formula && cl.text == "":
		r.fault(c, "entry.formula_without_value", nil)
	default:
		return cl.text != ""
	}
	return false
}

// heads reads the cells that hold no answers, and returns the number of the form.
func (r *rowReader) heads(l *line) (number string) {
	in, channel := &r.row.input, ""
	for i := range l.cells {
		c, cl := &r.columns[i], &l.cells[i]
		if c.ignore || c.head == "" || !r.usable(c, cl) {
			continue
		}
		text := sheet.Unguard(cl.text)
		switch c.head {
		case "agency":
			in.Agency = r.agencyOf(c, text)
		case "resolver":
			in.Resolver = r.agencyOf(c, text)
		case "form":
			number = text
		case "channel":
			channel = strings.ToLower(text)
		case "survey":
			if text != r.survey.Slug {
				r.fault(c, "entry.other_survey", map[string]any{"survey": r.survey.Slug})
			}
		case "seconds":
			n, err := strconv.Atoi(text)
			if in.Seconds = n; err != nil || n < 0 {
				r.fault(c, "problem.bad_value", nil)
			}
		case "consent":
			in.Consent = in.Consent || marks[strings.ToLower(text)]
		default:
			r.plain(c.head, text)
		}
	}
	in.Channel = r.channel(channel)
	return number
}

// plain takes a cell that goes into the submission as it is.
func (r *rowReader) plain(head, text string) {
	in := &r.row.input
	switch head {
	case "counter":
		in.Counter = text
	case "invitation":
		in.Invitation = text
	case "lang":
		in.Lang = text
	case "service":
		in.Service = text
	case "version":
		in.Version = text
	case "wave":
		in.Wave = text
	}
}

// agencyOf returns the id of the agency that is meant, or what is written, for
// the check to say that there is none.
func (r *rowReader) agencyOf(c *column, text string) string {
	id, several := r.agencies.find(text)
	switch {
	case len(several) > 0:
		r.fault(c, "entry.ambiguous_agency", map[string]any{"text": strings.Join(several, ", ")})
	case id != "":
		return id
	}
	return text
}

// channel returns the channel of a row. What is entered from a table did not come
// by a link, whatever it says.
func (r *rowReader) channel(said string) string {
	_, exists := response.ParseChannel(said)
	switch {
	case r.options.Channel != "":
		return r.options.Channel
	case said == "":
		return response.Paper.String()
	case exists && !enterable(said):
		r.counted.imported++
		return response.Import.String()
	}
	return said
}

// answer takes a cell with an answer.
func (r *rowReader) answer(i int, c *column, cl *cell) {
	if !r.usable(c, cl) || unanswered(cl.text) {
		return
	}
	b := &r.row.layout.columns[i]
	if b.variable == nil {
		r.fault(c, "problem.unknown_item", nil)
		return
	}
	if c.option != "" {
		r.mark(c, b, cl.text)
		return
	}
	value, problem := r.value(b, cl)
	if problem != "" {
		r.ambiguous(c, b, cl.text, problem)
		return
	}
	list := r.answers(c.about)
	id := c.item
	if v := b.variable; v.Part == questionnaire.OfRank && !b.ranking && v.Option(value.Text) < 0 && b.choices.codes[value.Text] != "" {
		// Exports write a missing code into all ranks; it is sent as the first.
		if id = questionnaire.RankID(v.Item.ID, 1); slices.ContainsFunc(*list, func(f collect.Field) bool { return f.Item == id && f.Value.Text == value.Text }) {
			return
		}
	}
	*list = append(*list, collect.Field{Item: id, Value: value})
}

// ambiguous tells a cell that may mean several things, and which.
func (r *rowReader) ambiguous(c *column, b *bound, text, problem string) {
	if problem == "entry.ambiguous_agency" {
		var several []string
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
			_, more := r.agencies.find(strings.TrimSpace(part))
			several = append(several, more...)
		}
		r.fault(c, "entry.ambiguous_agency", map[string]any{"text": strings.Join(several, ", ")})
		return
	}
	r.fault(c, "entry.ambiguous_label", map[string]any{"text": allowed(b.variable)})
}

// answers returns the answers of the response itself, or those about an agency.
func (r *rowReader) answers(about string) *[]collect.Field {
	in := &r.row.input
	if about == "" {
		return &in.Answers
	}
	for i := range in.Repeats {
		if in.Repeats[i].Agency == about {
			return &in.Repeats[i].Answers
		}
	}
	in.Repeats = append(in.Repeats, collect.Repeat{Agency: about})
	return &in.Repeats[len(in.Repeats)-1].Answers
}

// places puts the agencies that are chosen in the place of their numbers.
func (r *rowReader) places() {
	in := &r.row.input
	if len(in.Repeats) == 0 {
		return
	}
	var chosen []string
	choice := r.row.layout.questionnaire.Choice()
	for i := range in.Answers {
		if choice != nil && in.Answers[i].Item == choice.ID {
			chosen = in.Answers[i].Value.List
		}
	}
	for i := range in.Repeats {
		about := in.Repeats[i].Agency
		place := placeOf(about)
		switch {
		case place == 0 || choice == nil:
			continue
		case place > len(chosen):
			at := slices.IndexFunc(r.columns, func(c column) bool { return c.about == about })
			r.fault(&r.columns[at], "entry.nothing_chosen", map[string]any{"name": choice.ID, "rank": place})
			continue
		}
		in.Repeats[i].Agency = chosen[place-1]
		if r.row.places == nil {
			r.row.places = map[string]string{}
		}
		r.row.places[chosen[place-1]] = about
	}
}

// mark takes the cell of one option: it was chosen, or not, or the item has a
// missing code, which exports write into all its columns.
func (r *rowReader) mark(c *column, b *bound, text string) {
	chosen, ok := marks[strings.ToLower(text)]
	code := c.option
	if !ok {
		if code, ok = b.choices.code(text); !ok || b.variable.Option(code) >= 0 || b.choices.codes[code] == "" {
			r.fault(c, "entry.bad_mark", nil)
			return
		}
		chosen = true
	}
	if !chosen {
		return
	}
	list := r.answers(c.about)
	at := slices.IndexFunc(*list, func(f collect.Field) bool { return f.Item == c.item })
	if at < 0 {
		*list = append(*list, collect.Field{Item: c.item, Value: collect.Value{Kind: collect.List}})
		at = len(*list) - 1
	}
	if v := &(*list)[at].Value; !slices.Contains(v.List, code) {
		v.List = append(v.List, code)
	}
}

// key names the submission: by the number of its form, or by what stands in it
// and how often that came before. The code of an invitation is never a part of it:
// names can be tried out by whoever has the list of codes.
func (r *rowReader) key(number string) string {
	in := &r.row.input
	h := sha256.New()
	if number != "" {
		_, _ = fmt.Fprintf(h, "%s\x00%s", in.Agency, number) // a hash takes everything
		return "form-" + hex.EncodeToString(h.Sum(nil)[:16])
	}
	r.counted.unnamed++
	for _, s := range []string{in.Agency, in.Resolver, in.Wave, in.Service, in.Channel, in.Counter} {
		_, _ = fmt.Fprintf(h, "%s\x00", s)
	}
	content := func(about string, fields []collect.Field) {
		fields = slices.Clone(fields)
		slices.SortFunc(fields, func(a, b collect.Field) int { return strings.Compare(a.Item, b.Item) })
		for i := range fields {
			_, _ = fmt.Fprintf(h, "%s\x00%s\x00%s\x00%q\x00", about, fields[i].Item, fields[i].Value.Text, fields[i].Value.List)
		}
	}
	content("", in.Answers)
	for i := range in.Repeats {
		content(in.Repeats[i].Agency, in.Repeats[i].Answers)
	}
	sum := h.Sum(nil)
	if len(r.row.told.Faults) == 0 {
		r.seen[binary.BigEndian.Uint64(sum)]++
	}
	return fmt.Sprintf("row-%x-%d", sum[:16], r.seen[binary.BigEndian.Uint64(sum)])
}

// allowed lists the codes that may be written for a variable.
func allowed(v *questionnaire.Variable) string {
	var codes []string
	for _, o := range v.Options() {
		codes = append(codes, o.Code)
	}
	for _, m := range v.Item.Missing {
		codes = append(codes, m.Code)
	}
	const most = 30
	if len(codes) > most {
		codes = append(codes[:most], "…")
	}
	return strings.Join(codes, ", ")
}

// warnings says in the end what was done that nobody asked for.
func (f *form) warnings() []string {
	var list []string
	say := func(n int, id string) {
		if n > 0 {
			list = append(list, i18n.Plural(f.options.Lang, id, int64(n), nil))
		}
	}
	c := &f.counted
	if c.day {
		list = append(list, f.t("entry.day_ignored", nil))
	}
	if f.options.Channel != "" && f.has("channel") {
		list = append(list, f.t("entry.channel_ignored", nil))
	}
	say(c.imported, "entry.came_by_import")
	say(c.unnamed, "entry.rows_without_form")
	say(c.formulas, "entry.formulas")
	say(c.dropped, "entry.dropped")
	return list
}
