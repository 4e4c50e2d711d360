package importer

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// XLSForm reads an .xlsx file in the format of xlsform.org, as ODK, Kobo and
// SurveyCTO use it. The error is a [FileError] for what can't be read at all.
func XLSForm(r io.ReaderAt, size int64, opts Options) (Result, error) {
	book, err := openWorkbook(r, size, func(name string) bool {
		return slices.Contains(xlsformSheets, strings.ToLower(strings.TrimSpace(name)))
	})
	if err != nil {
		return Result{}, err
	}
	return xlsformOf(book, opts)
}

func xlsformOf(book *workbook, opts Options) (Result, error) {
	x := &xlsform{
		form:     &form{report: &Report{Format: "XLSForm"}, tags: &tags{}, names: newScope(nil), scales: ids{}},
		survey:   readTable(book.sheet("survey")),
		choices:  readTable(book.sheet("choices")),
		external: readTable(book.sheet("external_choices")),
		settings: readTable(book.sheet("settings")),
		lists:    map[string]*list{},
	}
	if !x.survey.has("type") {
		return Result{Report: *x.report}, unreadable("see xlsform.org: the sheet needs at least the columns type, name and label", "there is no sheet survey with a column type")
	}
	if len(x.survey.rows) > maxEntries {
		return Result{Report: *x.report}, unreadable("split the form", "the form has more than %d rows", maxEntries)
	}
	if kept, ok := readKept(book); ok {
		if result, same := kept.unchanged(book, opts); same {
			return result, nil
		}
		x.kept = kept
	}
	x.languages(opts)
	x.about(book)
	x.tree()
	x.pages = x.lay(x.root.children, place{scope: x.names})
	if x.kept != nil {
		x.beside = func(a *assembly) { x.kept.merge(a, book) }
	}
	return x.assemble(opts)
}

// xlsformSheets are the sheets that are read.
var xlsformSheets = []string{"survey", "choices", "settings", "external_choices", keptSheet}

// sheet returns a sheet by its name, nil if there is none.
func (b *workbook) sheet(name string) *sheet {
	for _, s := range b.sheets {
		if strings.EqualFold(strings.TrimSpace(s.name), name) {
			return s
		}
	}
	return nil
}

type xlsform struct {
	*form
	survey, choices, external, settings *table
	lists                               map[string]*list // by sheet and name
	root                                *rowNode
	kept                                *kept
	filtered                            int // options that filters looked at
}

// languages finds the language of columns that name none: that of the settings,
// the only one that other columns name, or a guess from the labels.
func (x *xlsform) languages(opts Options) {
	var named []string
	unnamed := false
	for _, t := range []*table{x.survey, x.choices} {
		for _, c := range t.columns {
			switch {
			case c.name == "label" && c.lang != "":
				named = append(named, c.lang)
			case slices.Contains(translated[:5], c.name):
				unnamed = unnamed || c.lang == ""
			}
		}
	}
	setting := ""
	if len(x.settings.rows) > 0 {
		setting = x.settings.rows[0].get("default_language")
	}
	switch {
	case opts.Language != "":
		x.tags.guess = canonicalTag(opts.Language)
	case setting != "" && !strings.EqualFold(setting, "default"):
		x.tags.guess = x.tags.tag(setting)
	case len(named) > 0:
		x.tags.guess = x.tags.tag(named[0])
	default:
		x.tags.guess = guessLanguage(x.sample())
		x.report.add(OtherEntry, "settings: default_language", "", "").change("the file does not name its language: taken for %s; if that is wrong, import it again with the language", x.tags.guess)
	}
	if unnamed || len(named) == 0 {
		x.tags.tag(x.tags.guess)
	}
	for _, name := range named {
		x.tags.tag(name)
	}
	x.odd()
}

// odd tells languages whose tag is not known.
func (x *xlsform) odd() {
	for _, name := range sortedKeys(x.tags.byName) {
		if tag := x.tags.byName[name]; len(tag) == 3 && strings.HasPrefix(tag, "qa") {
			x.report.add(OtherEntry, "language", name, "").change("the language is not known by this name: it has the tag %s; write its tag behind it, as in label::Tày (tyz)", tag)
		}
	}
}

// sample is some text of the form.
func (x *xlsform) sample() string {
	var b strings.Builder
	for _, r := range x.survey.rows[:min(len(x.survey.rows), 200)] {
		for i, c := range x.survey.columns {
			if c.name == "label" {
				b.WriteString(r.cells[i])
			}
		}
	}
	return b.String()
}

// about reads the settings, and tells what else the file holds.
func (x *xlsform) about(book *workbook) {
	for _, s := range book.sheets {
		name := strings.ToLower(strings.TrimSpace(s.name))
		if !slices.Contains(xlsformSheets, name) {
			x.report.add(OtherEntry, "sheet "+clip(s.name, 40), "", "").note("not read: it is no part of the form")
		}
	}
	for _, t := range []struct {
		name string
		*table
	}{{"survey", x.survey}, {"choices", x.choices}} {
		for _, c := range t.columns {
			if c.twice && c.header != "" {
				x.report.add(OtherEntry, "sheet "+t.name, c.header, "").change("the column is there twice: only the first is read")
			}
		}
	}
	x.title, x.thanks = texts{}, texts{}
	if len(x.settings.rows) == 0 {
		return
	}
	r := x.settings.rows[0]
	x.title = r.texts("form_title", x.tags, x.label)
	x.slug = r.get("form_id")
	if len(x.title) == 0 && x.slug != "" {
		x.title = texts{x.tags.guess: clean(x.slug)}
	}
	if version := r.get("version"); version != "" {
		x.notes = "XLSForm version " + version
	}
	r.get("default_language")
	for i, c := range r.columns {
		if text := r.cells[i]; text != "" && !r.used[i] && c.header != "" {
			e := x.report.add(OtherEntry, "settings: "+clip(c.header, 40), "", "")
			e.note("left out: %s", settingReason(c.name, text))
		}
	}
}

func settingReason(name, text string) string {
	switch name {
	case "public_key", "submission_url", "auto_send", "auto_delete", "client_editable":
		return "it is for the server and the app that the form was made for"
	case "style", "instance_name", "instance_id", "namespaces":
		return "it has no meaning here"
	}
	return "it is not known here (" + clip(text, 40) + ")"
}

var dollarPipe = regexp.MustCompile(`\$\{\s*([^{}\s]+)\s*\}`)

// label reads a text that is shown as it is.
func (x *xlsform) label(s string) string {
	x.look(s, true)
	return pipes(unmarked(s), dollarPipe)
}

// note reads a text in Markdown.
func (x *xlsform) note(s string) string {
	x.look(s, false)
	return pipes(markdown(s), dollarPipe)
}

// rowNode is a row of the sheet survey, with what stands between it and its end.
type rowNode struct {
	row      *tableRow
	entry    *Entry
	typ      rowType
	children []*rowNode
}

// tree nests rows by begin and end.
func (x *xlsform) tree() {
	x.root = &rowNode{}
	open := []*rowNode{x.root}
	for _, r := range x.survey.rows {
		raw := oneLine(r.get("type"))
		n := &rowNode{row: r, typ: readType(raw)}
		n.entry = x.report.add(QuestionEntry, fmt.Sprintf("survey row %d", r.number), r.get("name"), raw)
		top := open[len(open)-1]
		switch {
		case raw == "":
			if n.entry.Name == "" && len(r.cells) < 3 {
				n.entry.refuse("the row has no type, and is taken for a comment")
				continue
			}
			n.entry.refuse("the row has no type")
		case n.typ.kind == endRow && len(open) == 1:
			n.entry.refuse("it ends what was never begun")
		case n.typ.kind == endRow:
			n.entry.Name, n.entry.ID = "", ""
			open = open[:len(open)-1]
		case n.typ.kind == groupRow || n.typ.kind == repeatRow:
			top.children = append(top.children, n)
			if len(open) > maxNesting {
				n.entry.refuse("it is nested too deep")
				continue
			}
			open = append(open, n)
		default:
			top.children = append(top.children, n)
		}
	}
	for _, n := range open[1:] {
		n.entry.change("it is never ended: everything behind it is taken for a part of it")
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
