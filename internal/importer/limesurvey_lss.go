package importer

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	spreadsheet "hailong/internal/sheet"
)

// LimeSurveyLSS reads the survey structure (.lss) that LimeSurvey exports: tables
// as XML, with texts in the tables themselves (before version 4) or in tables of
// their own (*_l10ns).
func LimeSurveyLSS(r io.ReaderAt, size int64, opts Options) (Result, error) {
	data, err := readAll(r, size)
	if err != nil {
		return Result{}, err
	}
	l := newLimeSurvey("LimeSurvey .lss")
	f := &lssFile{limeSurvey: l, tables: map[string][]lssRow{}}
	if err := f.read(data); err != nil {
		return Result{Report: *l.report}, err
	}
	f.settings(opts)
	f.structure()
	l.finish()
	return l.assemble(opts)
}

type lssRow map[string]string

type lssFile struct {
	*limeSurvey
	tables map[string][]lssRow
	byID   map[string]*limeQuestion
}

// lssTables are the tables that are read.
var lssTables = []string{
	"answers", "answer_l10ns", "conditions", "groups", "group_l10ns", "questions", "question_l10ns", "subquestions", "question_attributes",
	"surveys", "surveys_languagesettings", "defaultvalues", "quota", "assessments",
}

const lssCure = "in LimeSurvey export the survey structure (.lss) again"

// read reads the tables.
func (f *lssFile) read(data []byte) error {
	reader := &lssReader{lssFile: f}
	err := spreadsheet.EachToken(bytes.NewReader(data), maxBytes+1, reader.token)
	switch {
	case err != nil:
		return err
	case reader.root != "document" || len(f.tables["questions"]) == 0:
		return unreadable(lssCure, "this is no survey structure of LimeSurvey, or it has no questions")
	case len(f.tables["questions"]) > 20*maxEntries:
		return unreadable("split the survey", "the survey has too many questions")
	}
	return nil
}

// lssReader reads document/TABLE/rows/row/FIELD.
type lssReader struct {
	*lssFile
	root       string
	row        lssRow
	text       strings.Builder
	kept, rows int
}

func (r *lssReader) token(token xml.Token, around []string) error {
	n := len(around)
	if n > 0 && r.root == "" {
		r.root = around[0]
	}
	if n < 4 || !slices.Contains(lssTables, around[1]) || around[2] != "rows" {
		return nil
	}
	switch token := token.(type) {
	case xml.StartElement:
		r.text.Reset()
		if n == 4 {
			r.row = lssRow{}
		}
	case xml.CharData:
		r.text.Write(token)
	case xml.EndElement:
		switch n {
		case 4:
			return r.endRow(around[1])
		case 5:
			return r.field(token.Name.Local)
		}
	}
	return nil
}

func (r *lssReader) endRow(table string) error {
	if r.rows++; r.rows > 4*maxRows {
		return unreadable("split the survey", "the survey has more than %d rows", 4*maxRows)
	}
	r.tables[table] = append(r.tables[table], r.row)
	return nil
}

func (r *lssReader) field(name string) error {
	if len(r.row) >= 200 {
		return nil
	}
	value := strings.Clone(strings.TrimSpace(r.text.String()))
	if r.kept += len(value) + 64; r.kept > maxKept {
		return unreadable("split the survey", "the survey has more than %d bytes of text", maxKept)
	}
	r.row[name] = value
	return nil
}

// settings reads what is said of the survey as a whole.
func (f *lssFile) settings(opts Options) {
	if opts.Language != "" {
		f.tags.guess = canonicalTag(opts.Language)
	}
	for _, s := range f.tables["surveys"] {
		f.id = s["sid"]
		if f.tags.guess == "" && s["language"] != "" {
			f.tags.guess = f.tags.tag(s["language"])
		}
		for lang := range strings.FieldsSeq(s["additional_languages"]) {
			f.tags.tag(lang)
		}
	}
	for _, s := range f.tables["surveys_languagesettings"] {
		tag := f.lang(s["surveyls_language"])
		for _, name := range sortedKeys(s) {
			f.localText(name, s[name], tag)
		}
	}
	for _, table := range []struct{ name, cure string }{{"quota", "write them under fieldwork"}, {"assessments", "write them as measures and indices"}} {
		if n := len(f.tables[table.name]); n > 0 {
			f.report.add(OtherEntry, table.name, "", "").change("left out: %d; %s", n, table.cure)
		}
	}
}

// lang returns the tag of a language; rows without one are in the first.
func (f *lssFile) lang(name string) string {
	if name == "" {
		if f.tags.guess == "" {
			f.tags.guess = "en"
		}
		return f.tags.guess
	}
	tag := f.tags.tag(name)
	if f.tags.guess == "" {
		f.tags.guess = tag
	}
	return tag
}

// structure puts the tables together.
func (f *lssFile) structure() {
	groups := map[string]*limeGroup{}
	for _, r := range f.sorted("groups", "group_order") {
		g := groups[r["gid"]]
		if g == nil {
			g = &limeGroup{place: "group " + r["gid"], id: r["gid"], name: texts{}, about: texts{}, relevance: r["grelevance"]}
			groups[r["gid"]] = g
			f.groups = append(f.groups, g)
		}
		if r["group_name"] != "" {
			tag := f.lang(r["language"])
			g.name[tag], g.about[tag] = r["group_name"], r["description"]
		}
	}
	for _, r := range f.tables["group_l10ns"] {
		if g := groups[r["gid"]]; g != nil {
			tag := f.lang(r["language"])
			g.name[tag], g.about[tag] = r["group_name"], r["description"]
		}
	}
	f.byID = map[string]*limeQuestion{}
	local := map[string][]lssRow{}
	for _, r := range f.tables["question_l10ns"] {
		local[r["qid"]] = append(local[r["qid"]], r)
	}
	for _, r := range f.sorted("questions", "question_order") {
		if p := r["parent_qid"]; p == "" || p == "0" {
			f.question(r, local[r["qid"]], groups)
		}
	}
	f.subquestions(local)
	f.answerRows()
	f.rest()
}

// sorted returns the rows of a table by a number.
func (f *lssFile) sorted(table, by string) []lssRow {
	rows := slices.Clone(f.tables[table])
	slices.SortStableFunc(rows, func(a, b lssRow) int {
		m, _ := strconv.Atoi(a[by])
		n, _ := strconv.Atoi(b[by])
		return cmp.Compare(m, n)
	})
	return rows
}

func (f *lssFile) question(r lssRow, local []lssRow, groups map[string]*limeGroup) {
	q := f.byID[r["qid"]]
	if q == nil {
		q = &limeQuestion{
			place: fmt.Sprintf("question %s (qid %s)", r["title"], r["qid"]), id: f.id + "X" + r["gid"] + "X" + r["qid"], code: r["title"], typ: r["type"],
			relevance: r["relevance"], mandatory: r["mandatory"], other: r["other"], pattern: r["preg"], text: texts{}, help: texts{}, attrs: map[string]texts{},
		}
		f.byID[r["qid"]] = q
		g := groups[r["gid"]]
		if g == nil {
			g = &limeGroup{place: "group " + r["gid"], id: r["gid"], name: texts{}, about: texts{}}
			groups[r["gid"]] = g
			f.groups = append(f.groups, g)
		}
		g.questions = append(g.questions, q)
	}
	for _, t := range append([]lssRow{r}, local...) {
		if t["question"] != "" || t["help"] != "" {
			tag := f.lang(t["language"])
			q.text[tag], q.help[tag] = t["question"], t["help"]
		}
	}
}

func (f *lssFile) subquestions(local map[string][]lssRow) {
	subs := map[string]*limeAnswer{}
	rows := f.sorted("subquestions", "question_order")
	for _, r := range f.sorted("questions", "question_order") {
		if p := r["parent_qid"]; p != "" && p != "0" {
			rows = append(rows, r)
		}
	}
	for _, r := range rows {
		q := f.byID[r["parent_qid"]]
		if q == nil {
			continue
		}
		s := subs[r["qid"]]
		if s == nil {
			s = &limeAnswer{code: r["title"], scale: r["scale_id"], relevance: r["relevance"], text: texts{}}
			subs[r["qid"]] = s
			if (s.scale == "" || s.scale == "0") && len(q.subs) < maxAnswers {
				q.subs = append(q.subs, s)
			}
		}
		for _, t := range append([]lssRow{r}, local[r["qid"]]...) {
			if t["question"] != "" {
				s.text[f.lang(t["language"])] = t["question"]
			}
		}
	}
}

func (f *lssFile) answerRows() {
	local := map[string][]lssRow{}
	for _, r := range f.tables["answer_l10ns"] {
		local[r["aid"]] = append(local[r["aid"]], r)
	}
	for _, r := range f.sorted("answers", "sortorder") {
		q := f.byID[r["qid"]]
		if q == nil {
			continue
		}
		scale := r["scale_id"]
		if scale == "" {
			scale = "0"
		}
		i := slices.IndexFunc(q.answers, func(a *limeAnswer) bool { return a.code == r["code"] && a.scale == scale })
		if i < 0 && len(q.answers) >= maxAnswers {
			continue
		}
		if i < 0 {
			i = len(q.answers)
			q.answers = append(q.answers, &limeAnswer{code: r["code"], scale: scale, value: r["assessment_value"], text: texts{}})
		}
		for _, t := range append([]lssRow{r}, local[r["aid"]]...) {
			if t["answer"] != "" {
				q.answers[i].text[f.lang(t["language"])] = t["answer"]
			}
		}
	}
}

// rest reads attributes, defaults and conditions of the old kind.
func (f *lssFile) rest() {
	for _, r := range f.tables["question_attributes"] {
		q := f.byID[r["qid"]]
		if q == nil || r["value"] == "" {
			continue
		}
		if q.attrs[r["attribute"]] == nil {
			q.attrs[r["attribute"]] = texts{}
		}
		tag := ""
		if r["language"] != "" {
			tag = f.lang(r["language"])
		}
		q.attrs[r["attribute"]][tag] = r["value"]
	}
	for _, r := range f.tables["defaultvalues"] {
		if q := f.byID[r["qid"]]; q != nil && q.value == "" {
			q.value = r["defaultvalue"]
		}
	}
	f.conditions()
}

// conditions are what relevance was before: scenarios, of which one must hold,
// each with questions that must all have one of some answers.
func (f *lssFile) conditions() {
	type part struct{ field, test string }
	scenarios := map[string]map[string][]part{}
	for _, r := range f.tables["conditions"] {
		q := f.byID[r["qid"]]
		if q == nil || strings.TrimSpace(q.relevance) != "" && strings.TrimSpace(q.relevance) != "1" {
			continue
		}
		method := strings.TrimSpace(r["method"])
		if method == "" {
			method = "=="
		}
		field := strings.TrimPrefix(r["cfieldname"], "+")
		test := fmt.Sprintf("%s %s %q", field, method, r["value"])
		if scenarios[r["qid"]] == nil {
			scenarios[r["qid"]] = map[string][]part{}
		}
		scenarios[r["qid"]][r["scenario"]] = append(scenarios[r["qid"]][r["scenario"]], part{field, test})
	}
	for qid, byScenario := range scenarios {
		var either []string
		for _, s := range sortedKeys(byScenario) {
			tests := map[string][]string{}
			for _, p := range byScenario[s] {
				tests[p.field] = append(tests[p.field], p.test)
			}
			var all []string
			for _, field := range sortedKeys(tests) {
				all = append(all, "("+strings.Join(tests[field], " or ")+")")
			}
			either = append(either, "("+strings.Join(all, " and ")+")")
		}
		f.byID[qid].relevance = strings.Join(either, " or ")
	}
}
