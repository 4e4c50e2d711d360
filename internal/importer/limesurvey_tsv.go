package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

func newLimeSurvey(format string) *limeSurvey {
	return &limeSurvey{
		form:  &form{report: &Report{Format: format}, tags: &tags{}, names: newScope(nil), scales: ids{}, title: texts{}, thanks: texts{}},
		lists: map[string]*list{}, known: map[string]*list{},
	}
}

// LimeSurveyTSV reads the tab-separated file (.txt) that LimeSurvey exports and
// imports as "Tab-separated-values format".
func LimeSurveyTSV(r io.ReaderAt, size int64, opts Options) (Result, error) {
	data, err := readAll(r, size)
	if err != nil {
		return Result{}, err
	}
	l := newLimeSurvey("LimeSurvey TSV")
	t := &limeTable{limeSurvey: l, at: map[string]*limeQuestion{}}
	if err := t.read(data, opts); err != nil {
		return Result{Report: *l.report}, err
	}
	l.finish()
	return l.assemble(opts)
}

// finish makes pages of what was read.
func (l *limeSurvey) finish() {
	e := &Entry{}
	l.title, l.thanks = l.plain(l.title, e), l.rich(l.thanks, e)
	for i := range l.intro {
		l.intro[i] = l.plain(l.intro[i], e)
	}
	l.lay()
}

// limeTable reads rows: each is a setting, a group, a question, a subquestion or
// an answer, and belongs to what stands above it. The second language repeats all
// of them.
type limeTable struct {
	*limeSurvey
	columns map[string]int
	at      map[string]*limeQuestion // by code
	group   int                      // of the language
	lang    string
	last    *limeQuestion
	count   int
}

const tsvCure = "in LimeSurvey export it as Tab-separated-values format (.txt), and do not change it in a spreadsheet"

func (t *limeTable) read(data []byte, opts Options) error {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return unreadable("save it as UTF-8", "the file is written in UTF-16")
	}
	if err := narrow(data); err != nil {
		return err
	}
	c := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	c.Comma, c.LazyQuotes, c.FieldsPerRecord, c.ReuseRecord = '\t', true, -1, true
	for n := 1; ; n++ {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(tsvCure, "the file is no table with tabs (%v)", err)
		}
		if n > maxRows {
			return unreadable("split the survey", "the file has more than %d rows", maxRows)
		}
		line, _ := c.FieldPos(0)
		if t.columns == nil {
			err = t.header(record)
		} else {
			err = t.row(record, line, opts)
		}
		if err != nil {
			return err
		}
	}
	if len(t.groups) == 0 {
		return unreadable(tsvCure, "the file has no groups of questions")
	}
	return nil
}

func (t *limeTable) header(record []string) error {
	t.columns = map[string]int{}
	for i, name := range record {
		t.columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	if _, ok := t.columns["class"]; !ok {
		return unreadable(tsvCure, "the first row of the file has no column class")
	}
	return nil
}

// narrow refuses a table with more cells than any survey has, before a reader
// makes room for them.
func narrow(data []byte) error {
	line, all := 0, 0
	for _, c := range data {
		switch c {
		case '\n':
			line = 0
		case '\t':
			line++
			all++
		}
		if line > maxColumns || all > 2*maxCells {
			return unreadable(tsvCure, "the file has too many columns or cells")
		}
	}
	return nil
}

func (t *limeTable) row(record []string, line int, opts Options) error {
	get := func(name string) string {
		if i, ok := t.columns[name]; ok && i < len(record) {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	if t.tags.guess == "" && opts.Language != "" {
		t.tags.guess = canonicalTag(opts.Language)
	}
	tag := t.tags.guess
	if lang := get("language"); lang != "" {
		tag = t.tags.tag(lang)
	}
	if class := get("class"); tag == "" && class != "S" {
		tag = t.tags.tag(guessLanguage(get("text")))
		t.report.add(OtherEntry, fmt.Sprintf("row %d", line), "", "").change("the file does not name its language: taken for %s; if that is wrong, import it again with the language", tag)
	}
	if t.tags.guess == "" {
		t.tags.guess = tag
	}
	if tag != t.lang && get("class") == "G" {
		t.lang, t.group = tag, 0
	}
	if t.count++; t.count > 4*maxEntries {
		return unreadable("split the survey", "the survey has more than %d parts", 4*maxEntries)
	}
	switch class := get("class"); class {
	case "S":
		t.setting(get("name"), get("text"))
	case "SL":
		t.local(get("name"), get("text"), tag)
	case "G":
		t.readGroup(get, line, tag)
	case "Q":
		t.readQuestion(get, line, tag, record)
	case "SQ", "A":
		t.readAnswer(get, class, tag)
	case "":
	default:
		t.report.add(OtherEntry, fmt.Sprintf("row %d", line), get("name"), class).change("left out: %s", limeClass(class))
	}
	return nil
}

func limeClass(class string) string {
	switch {
	case strings.HasPrefix(class, "QTA"):
		return "a quota; write it under fieldwork"
	case class == "AS":
		return "an assessment; write it as a measure or index"
	case class == "C":
		return "a condition of an old kind"
	}
	return "this class of row is not known"
}

// setting reads a setting of the survey that we have words for.
func (t *limeTable) setting(name, value string) {
	switch name {
	case "language":
		if value != "" && t.tags.guess == "" {
			t.tags.guess = t.tags.tag(value)
		}
	case "sid":
		t.id = value
	case "savetimings", "ipaddr", "refurl", "datestamp":
		if value == "Y" {
			t.report.add(OtherEntry, "setting "+name, "", "").note("left out: times and addresses of those who answer are never kept")
		}
	}
}

// local reads a text of the survey.
func (t *limeTable) local(name, text, tag string) {
	if tag == "" {
		tag = t.tags.guess
	}
	t.localText(name, text, tag)
}

func (l *limeSurvey) localText(name, text, tag string) {
	if text == "" {
		return
	}
	switch name {
	case "surveyls_title":
		l.title[tag] = text
	case "surveyls_endtext":
		l.thanks[tag] = text
	case "surveyls_welcometext", "surveyls_description":
		at := map[string]int{"surveyls_description": 0, "surveyls_welcometext": 1}[name]
		for len(l.intro) <= at {
			l.intro = append(l.intro, texts{})
		}
		l.intro[at][tag] = text
	case "surveyls_policy_notice":
		l.report.add(OtherEntry, "policy notice", "", "").warn("left out: write it as consent (%s)", clip(oneLine(text), 200))
	}
}

func (t *limeTable) readGroup(get func(string) string, line int, tag string) {
	t.group++
	t.last = nil
	if t.group > len(t.groups) {
		t.groups = append(t.groups, &limeGroup{place: fmt.Sprintf("row %d", line), name: texts{}, about: texts{}, relevance: get("relevance")})
	}
	g := t.groups[t.group-1]
	g.name[tag], g.about[tag] = get("name"), get("text")
}

// tsvColumns are the columns that are no attributes.
var tsvColumns = []string{
	"id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory", "encrypted", "other", "default", "same_default", "same_script",
}

func (t *limeTable) readQuestion(get func(string) string, line int, tag string, record []string) {
	code := get("name")
	q := t.at[code]
	if q == nil || t.lang == t.tags.guess || slices.Contains(t.seenIn(q), tag) {
		q = &limeQuestion{
			place: fmt.Sprintf("row %d", line), code: code, typ: get("type/scale"), relevance: get("relevance"), mandatory: get("mandatory"), other: get("other"),
			pattern: get("validation"), value: get("default"), text: texts{}, help: texts{}, attrs: map[string]texts{},
		}
		if t.at[code] == nil {
			t.at[code] = q
		}
		if t.group == 0 {
			t.group = 1
			t.groups = append(t.groups, &limeGroup{place: q.place, name: texts{}, about: texts{}})
		}
		g := t.groups[t.group-1]
		g.questions = append(g.questions, q)
	}
	q.text[tag], q.help[tag] = get("text"), get("help")
	for name, i := range t.columns {
		if i < len(record) && record[i] != "" && !slices.Contains(tsvColumns, name) {
			if q.attrs[name] == nil {
				q.attrs[name] = texts{}
			}
			q.attrs[name][tag] = record[i]
		}
	}
	t.last = q
}

func (t *limeTable) seenIn(q *limeQuestion) []string { return sortedKeys(q.text) }

func (t *limeTable) readAnswer(get func(string) string, class, tag string) {
	if t.last == nil {
		return
	}
	list := &t.last.subs
	if class == "A" {
		list = &t.last.answers
	}
	code, scale := get("name"), get("type/scale")
	if scale == "" {
		scale = "0"
	}
	for _, a := range *list {
		if a.code == code && a.scale == scale && a.text[tag] == "" {
			a.text[tag] = get("text")
			return
		}
	}
	if len(*list) >= maxAnswers {
		return
	}
	*list = append(*list, &limeAnswer{code: code, scale: scale, relevance: get("relevance"), text: texts{tag: get("text")}, order: len(*list)})
}
