package importer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"hailong/internal/questionnaire"
)

// surveyFiles are the shipped surveys one with every type of item, and one with every measure.
func surveyFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{"every-type": "testdata/every-type.yaml", "measures": "testdata/measures.yaml"}
	shipped, err := filepath.Glob("../../surveys/*/survey.yaml")
	must(t, err)
	for _, file := range shipped {
		files[filepath.Base(filepath.Dir(file))] = file
	}
	return files
}

func readSurvey(t *testing.T, slug, file string) *questionnaire.Survey {
	t.Helper()
	src, err := os.ReadFile(file)
	must(t, err)
	survey, err := questionnaire.Parse(slug, file, src)
	must(t, err)
	return survey
}

func exported(t *testing.T, s *questionnaire.Survey) []byte {
	t.Helper()
	var b bytes.Buffer
	report, err := ExportXLSForm(s.Questionnaire, s.Fieldwork, &b)
	must(t, err)
	checkReport(t, report)
	return b.Bytes()
}

func TestFileOf(t *testing.T) {
	t.Parallel()
	for slug, file := range surveyFiles(t) {
		s := readSurvey(t, slug, file)
		again, err := questionnaire.Parse(slug, file, fileOf(s.Questionnaire, s.Fieldwork).Encode(nil))
		if err != nil {
			t.Errorf("%s: %v", slug, err)
			continue
		}
		if diff := cmp.Diff(string(s.Questionnaire.Canonical()), string(again.Questionnaire.Canonical())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", slug, diff)
		}
		if diff := cmp.Diff(s.Fieldwork, again.Fieldwork); diff != "" {
			t.Errorf("%s fieldwork (-want +got):\n%s", slug, diff)
		}
	}
}

func TestExportThenImport(t *testing.T) {
	t.Parallel()
	for slug, file := range surveyFiles(t) {
		s := readSurvey(t, slug, file)
		data := exported(t, s)
		r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			t.Errorf("%s: %v", slug, err)
			continue
		}
		again, err := questionnaire.Parse(slug, file, r.File.Encode(r.Comments))
		if err != nil {
			t.Errorf("%s: %v", slug, err)
			continue
		}
		if diff := cmp.Diff(string(s.Questionnaire.Canonical()), string(again.Questionnaire.Canonical())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", slug, diff)
		}
		if diff := cmp.Diff(s.Fieldwork, again.Fieldwork); diff != "" {
			t.Errorf("%s fieldwork (-want +got):\n%s", slug, diff)
		}
	}
}

// Without the sheet of ours, as other programs save a form, the questions that
// XLSForm knows come back.
func TestExportThenImportWithoutOurSheet(t *testing.T) {
	t.Parallel()
	for slug, file := range surveyFiles(t) {
		s := readSurvey(t, slug, file)
		data := edited(t, exported(t, s), func(x *excelize.File) { must(t, x.DeleteSheet(keptSheet)) })
		r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			t.Errorf("%s: %v", slug, err)
			continue
		}
		checkResult(t, r)
		if c := r.Report.Count(); c.Refused > 0 {
			t.Errorf("%s: %d refused\n%v", slug, c.Refused, r.Report.Entries)
		}
		for _, p := range s.Questionnaire.Pages {
			for _, want := range p.Items {
				it := itemOf(t, r.File, want.ID)
				if diff := cmp.Diff(want.Text, it.Text); diff != "" && want.Type != questionnaire.Calculated && !strings.Contains(want.Text.In("vi"), "${") {
					t.Errorf("%s: text of %s (-want +got):\n%s", slug, want.ID, diff)
				}
				if it.Required != want.Required {
					t.Errorf("%s: %s required %v, want %v", slug, want.ID, it.Required, want.Required)
				}
			}
		}
	}
}

func edited(t *testing.T, data []byte, edit func(x *excelize.File)) []byte {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	defer x.Close()
	edit(x)
	var b bytes.Buffer
	must(t, x.Write(&b))
	return b.Bytes()
}

// cellAt finds the cell of a column in the row of a name.
func cellAt(t *testing.T, x *excelize.File, sheet, name, column string) string {
	t.Helper()
	rows, err := x.GetRows(sheet)
	must(t, err)
	for i, row := range rows {
		for j, text := range rows[0] {
			if text == column && len(row) > 1 && row[1] == name {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				must(t, err)
				return at
			}
		}
	}
	t.Fatalf("there is no %s of %s", column, name)
	return ""
}

// What is edited in the spreadsheet counts; what it can't say stays.
func TestEditedExport(t *testing.T) {
	t.Parallel()
	s := readSurvey(t, "every-type", "testdata/every-type.yaml")
	data := edited(t, exported(t, s), func(x *excelize.File) {
		set := func(sheet, name, column, text string) {
			must(t, x.SetCellStr(sheet, cellAt(t, x, sheet, name, column), text))
		}
		set("survey", "words", "label::Tiếng Việt (vi)", "Chữ mới?")
		set("survey", "times", "constraint", ". <= 30")
		set("survey", "order", "required", "yes")
		set("survey", "money", "relevant", "${again} = 'yes'")
		set("choices", "online", "label::English (en)", "On the web")
	})
	r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
	must(t, err)
	checkResult(t, r)
	f := r.File
	if got := itemOf(t, f, "words"); got.Text["vi"] != "Chữ mới?" || got.Text["en"] != "Words?" || got.Pattern != "[a-z]+" {
		t.Errorf("words: %+v", got)
	}
	if got := itemOf(t, f, "times"); got.Max == nil || *got.Max != 30 || got.Min != nil || got.RequiredIf == "" {
		t.Errorf("times: %+v", got)
	}
	if got := itemOf(t, f, "order"); !got.Required || got.Ranks == nil || *got.Ranks != 2 {
		t.Errorf("order: %+v", got)
	}
	if got := itemOf(t, f, "money"); got.ShowIf != "again = 'yes'" || got.Unit["en"] != "VND" {
		t.Errorf("money: %+v", got)
	}
	if got := itemOf(t, f, "way"); got.Options[1].Label["en"] != "On the web" || *got.Options[0].Value != 1.5 || !got.Options[2].Other {
		t.Errorf("way: %+v", got.Options)
	}
	if got := itemOf(t, f, "born"); got.Personal == nil || got.Latest != "today" {
		t.Errorf("born: %+v", got)
	}
	if got := itemOf(t, f, "offices"); got.Type != "agency" {
		t.Errorf("offices: %+v", got)
	}
	if len(f.Indices) != 1 || len(f.Fieldwork.Quotas) != 1 || f.Consent == nil || f.Pages[0].ID != "first" || len(f.Pages[0].Note) != 2 {
		t.Errorf("the head or the first page changed: %+v", f.Pages[0])
	}
}

// What no longer fits is left out, and told.
func TestEditedExportThatNoLongerFits(t *testing.T) {
	t.Parallel()
	s := readSurvey(t, "every-type", "testdata/every-type.yaml")
	data := edited(t, exported(t, s), func(x *excelize.File) {
		rows, err := x.GetRows("survey")
		must(t, err)
		for i := len(rows) - 1; i > 0; i-- {
			if len(rows[i]) > 1 && (rows[i][1] == "quality" || rows[i][1] == "offices") {
				must(t, x.RemoveRow("survey", i+1))
			}
		}
	})
	r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
	must(t, err)
	checkResult(t, r)
	for _, place := range []string{"measures and indices", "ends", "quotas", "repeat of the page rate"} {
		found := false
		for _, e := range r.Report.Entries {
			found = found || e.Place == place && e.Look
		}
		if !found {
			t.Errorf("nothing is said of %s", place)
		}
	}
}

func TestExportedConditions(t *testing.T) {
	t.Parallel()
	s := readSurvey(t, "every-type", "testdata/every-type.yaml")
	w := &xpathWriter{q: s.Questionnaire}
	for _, c := range []struct{ src, want string }{
		{"level = '2'", "${level} = '2'"},
		{"level != '2'", "${level} != '' and ${level} != '2'"},
		{"not level = '2'", "${level} != '' and ${level} != '2'"},
		{"level >= '2'", "${level} >= 2"},
		{"level between 1 and 2", "(${level} >= 1) and (${level} <= 2)"},
		{"way in ('counter', 'online')", "(${way} = 'counter') or (${way} = 'online')"},
		{"not way in ('counter', 'online')", "(${way} != '' and ${way} != 'counter') and (${way} != '' and ${way} != 'online')"},
		{"answered(way) and not answered(level)", "(${way} != '') and (${level} = '')"},
		{"not selected(needs, 'a')", "${needs} != '' and not(selected(${needs}, 'a'))"},
		{"count(needs) > 1", "count-selected(${needs}) > 1"},
		{"matches(words, '[a-z]+')", "regex(${words}, '[a-z]+')"},
		{"born < today() and year(born) > 1990", "(${born} < today()) and (number(format-date(${born}, '%Y')) > 1990)"},
		{"born > date('2001-02-03')", "${born} > date('2001-02-03')"},
		{"money * (times + 1) / 2 > 3", "(${money} * (${times} + 1)) div 2 > 3"},
		{"sum(money, times) = 0", "(coalesce(${money}, 0)) + (coalesce(${times}, 0)) = 0"},
		{"coalesce(money, times, 1) = 0", "coalesce(${money}, coalesce(${times}, 1)) = 0"},
	} {
		got, err := w.condition(c.src)
		if err != nil || got != c.want {
			t.Errorf("%s\n got %s (%v)\nwant %s", c.src, got, err, c.want)
		}
	}
	for _, src := range []string{"channel = 'link'", "quality > 1", "mean(money, times) > 1"} {
		if got, err := w.condition(src); err == nil {
			t.Errorf("%s: got %s", src, got)
		}
	}
}
