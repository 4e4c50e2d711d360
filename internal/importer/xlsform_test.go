package importer

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
)

func TestConstraint(t *testing.T) {
	t.Parallel()
	type want struct {
		item  questionnaire.FileItem
		check string
	}
	for _, c := range []struct {
		typ, constraint string
		want            want
	}{
		{"integer", ". >= 0 and . <= 120", want{item: questionnaire.FileItem{Min: new(float64(0)), Max: new(float64(120))}}},
		{"integer", ".>0 and .<10", want{item: questionnaire.FileItem{Min: new(float64(1)), Max: new(float64(9))}}},
		{"integer", "5 <= .", want{item: questionnaire.FileItem{Min: new(float64(5))}}},
		{"integer", "${x} > -3.5", want{item: questionnaire.FileItem{Min: new(float64(-3))}}},
		{"integer", ". = 99 or . < 5", want{check: "x = 99 or x < 5"}},
		{"integer", ". >= 0 and . < ${before}", want{item: questionnaire.FileItem{Min: new(float64(0))}, check: "x < before"}},
		{"integer", ". >= 0 and . >= 5", want{item: questionnaire.FileItem{Min: new(float64(0))}, check: "x >= 5"}},
		{"decimal", ". > 0.5", want{item: questionnaire.FileItem{Decimals: new(6)}, check: "x > 0.5"}},
		{"decimal", ". <= 0.5", want{item: questionnaire.FileItem{Decimals: new(6), Max: new(float64(0.5))}}},
		{"text", "string-length(.) <= 10 and string-length(.) > 2", want{item: questionnaire.FileItem{MinChars: new(3), MaxChars: new(10)}}},
		{"text", "string-length(.) = 4", want{item: questionnaire.FileItem{MinChars: new(4), MaxChars: new(4)}}},
		{"text", "regex(., '[0-9]{4}')", want{item: questionnaire.FileItem{Pattern: "[0-9]{4}", Message: questionnaire.Text{"en": "No!"}}}},
		{"text", ". != ${later}", want{}},
		{"date", ". <= today()", want{item: questionnaire.FileItem{Latest: "today"}}},
		{"date", ". >= date('2020-01-31') and . <= '2021-01-31'", want{item: questionnaire.FileItem{Earliest: "2020-01-31", Latest: "2021-01-31"}}},
		{"date", ". < today()", want{check: "x < today()"}},
		{"date", ". <= date('2020-02-31')", want{}},
		{"select_multiple l", "count-selected(.) <= 2", want{item: questionnaire.FileItem{MaxChoices: new(2)}}},
		{"select_multiple l", "not(selected(., 'a') and selected(., 'b'))", want{check: "not selected(x, 'a') or not selected(x, 'b')"}},
		{"select_multiple l", "not(selected(., 'c') and count-selected(.) > 1)", want{}},
		{"select_one l", ". != 'a'", want{check: "x != 'a'"}},
	} {
		r := importSheets(t, sheets{
			"survey": {
				{"type", "name", "label", "constraint", "constraint_message"},
				{"integer", "before", "Before"},
				{c.typ, "x", "X", c.constraint, "No!"},
				{"text", "later", "Later"},
			},
			"choices": {{"list_name", "name", "label"}, {"l", "a", "A"}, {"l", "b", "B"}, {"l", "c", "C"}},
		}, Options{})
		it := *itemOf(t, r.File, "x")
		options := it.Options
		it.ID, it.Type, it.Text, it.Options = "", "", nil, nil
		if diff := cmp.Diff(c.want.item, it); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.typ, c.constraint, diff)
		}
		check := ""
		for _, p := range r.File.Pages {
			for _, f := range p.Checks {
				check += f.Require
				if f.Message["en"] != "No!" {
					t.Errorf("%s: the message is %v", c.constraint, f.Message)
				}
			}
		}
		if check != c.want.check {
			t.Errorf("%s %s\n got %s\nwant %s\n%s", c.typ, c.constraint, check, c.want.check, entryFor(t, r.Report, "x"))
		}
		if strings.Contains(c.constraint, "'c'") && !options[2].Exclusive {
			t.Errorf("%s: the option is not exclusive", c.constraint)
		}
	}
}

// ids lists the items of each page.
func layout(f *questionnaire.File) string {
	var b strings.Builder
	for _, p := range f.Pages {
		b.WriteString(p.ID + ":")
		for _, it := range p.Items {
			b.WriteString(" " + it.ID)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestPages(t *testing.T) {
	t.Parallel()
	survey := [][]string{{"type", "name", "label", "appearance", "relevant", "repeat_count", "calculation"}}
	for row := range strings.SplitSeq(strings.TrimSpace(`
calculate|zero||||| 1
text|a|A
text|b|You said ${a}
begin group|g|Group||${a} = 'x'
text|c|C
begin group|inner|Inner||${c} = 'y'
text|d|D
end group
end group
calculate|sum|||||2
begin_group|list|List|field-list
text|e|E
text|f|Not yet ${e}
end_group
begin repeat|r|Again|||2
text|h|H
text|i|I|| ${h} = 'x' or ${a} = 'y'
end repeat
begin repeat|s|Many
text|j|J
end repeat
text|k|K||${j} = 'z'
end group
text|a|A twice`), "\n") {
		survey = append(survey, strings.Split(row, "|"))
	}
	r := importSheets(t, sheets{"survey": survey}, Options{})
	want := `page_1: zero a
page_2: b
g: c inner_title d sum
list: e
list_2: f
r: h i
r_2: h_2 i_2
s: j
page_9: k a_2
`
	if diff := cmp.Diff(want, layout(r.File)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for id, want := range map[string]string{
		"zero": "", "c": "a = 'x'", "d": "a = 'x' and c = 'y'", "inner_title": "a = 'x' and c = 'y'", "sum": "",
		"i": "h = 'x' or a = 'y'", "i_2": "h_2 = 'x' or a = 'y'", "k": "j = 'z'",
	} {
		if got := itemOf(t, r.File, id).ShowIf; got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if got := itemOf(t, r.File, "b").Text["en"]; got != "You said ${a}" {
		t.Errorf("got %q", got)
	}
	if e := entryFor(t, r.Report, "s"); !e.Look {
		t.Errorf("got %s", e)
	}
	if n := len(r.Report.Entries); n != len(survey) { // and the language
		t.Errorf("%d entries of %d rows", n, len(survey)-1)
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	s := sheets{
		"survey": {
			{"type", "name", "label", "appearance", "required", "relevant"},
			{"begin group", "grid", "How was it?", "table-list"},
			{"select_one q", "speed", "Speed", "", "yes"},
			{"select_one q", "Kind-ness", "Kindness", "", "yes"},
			{"end group"},
			{"begin group", "other", "", "field-list"},
			{"select_one q", "head", "Heading", "label"},
			{"select_one q", "r1", "Row 1", "list-nolabel"},
			{"select_one q", "r2", "Row 2", "list-nolabel"},
			{"end group"},
			{"begin group", "uneven", "", "table-list"},
			{"select_one q", "u1", "U1"},
			{"select_one q", "u2", "U2", "", "", "${speed} > 1"},
			{"end group"},
			{"text", "why", "Why?", "", "", "${Kind-ness} = '1' or ${r1} = '2'"},
		},
		"choices": {{"list_name", "name", "label"}, {"q", "1", "Bad"}, {"q", "2", "Good"}},
	}
	r := importSheets(t, s, Options{})
	grid := itemOf(t, r.File, "grid")
	if grid.Type != "matrix" || !grid.Required || grid.Scale != "q" || len(grid.Rows) != 2 || grid.Rows[1].ID != "kind_ness" || grid.Text["en"] != "How was it?" {
		t.Errorf("got %+v", grid)
	}
	if other := itemOf(t, r.File, "other"); other.Text["en"] != "Heading" || len(other.Rows) != 2 {
		t.Errorf("got %+v", other)
	}
	if u2 := itemOf(t, r.File, "u2"); u2.ShowIf != "speed > 1" {
		t.Errorf("got %+v", u2)
	}
	if why := itemOf(t, r.File, "why"); why.ShowIf != "kind_ness = '1' or r1 = '2'" {
		t.Errorf("got %s", why.ShowIf)
	}
	if q := r.File.Scales["q"]; len(q.Options) != 2 || *q.Options[1].Value != 2 {
		t.Errorf("got %+v", q)
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	r := importSheets(t, sheets{
		"survey": {
			{"type", "name", "label::Tiếng Việt (vi)", "label::English", "label::Klingon", "hint", "media::image::English"},
			{"text", "a", "Câu <b>một</b>", "Question <5", "nuq", "Gợi ý", "a.jpg"},
			{"select_one_external l", "b", "", "Only English"},
		},
		"external_choices": {{"list_name", "name", "label::English"}, {"l", "x", "X"}},
		"settings":         {{"form_title", "form_id", "default_language", "version", "public_key"}, {"Bảng hỏi", "Bảng hỏi 1", "Tiếng Việt (vi)", "7", "MIIB"}},
	}, Options{})
	f := r.File
	if diff := cmp.Diff([]string{"vi", "en", "qaa"}, f.Languages); diff != "" {
		t.Error(diff)
	}
	a := itemOf(t, f, "a")
	want := questionnaire.Text{"vi": "Câu một", "en": "Question <5", "qaa": "nuq"}
	if diff := cmp.Diff(want, a.Text); diff != "" || a.Help["vi"] != "Gợi ý" {
		t.Errorf("%s %v", diff, a.Help)
	}
	if b := itemOf(t, f, "b"); b.Text["vi"] != "Only English" || len(b.Options) != 1 {
		t.Errorf("got %+v", b)
	}
	if f.Survey != "bang-hoi-1" || f.Title["vi"] != "Bảng hỏi" || f.Notes != "XLSForm version 7" {
		t.Errorf("got %q %v %q", f.Survey, f.Title, f.Notes)
	}
}

func TestLanguageIsGuessed(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{"Ông/bà tên gì?": "vi", "What is your name?": "en"} {
		r := importSheets(t, sheets{"survey": {{"type", "name", "label"}, {"text", "a", label}}}, Options{})
		if r.File.Languages[0] != want {
			t.Errorf("%s: got %s", label, r.File.Languages)
		}
	}
	r := importSheets(t, sheets{"survey": {{"type", "name", "label"}, {"text", "a", "Nom?"}}}, Options{Language: "fr", Survey: "mine"})
	if r.File.Languages[0] != "fr" || r.File.Survey != "mine" {
		t.Errorf("got %s %s", r.File.Languages, r.File.Survey)
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	r := importSheets(t, sheets{
		"survey": {
			{"type", "name", "label", "choice_filter", "parameters", "calculation", "default", "required"},
			{"select one from c or specify other", "a", "A"},
			{"select_multiple c", "b", "B", "kind='warm'", "randomize=true"},
			{"select_one c", "d", "D", "kind=${a}"},
			{"select_one gone", "e", "E"},
			{"rank c", "f", "F"},
			{"range", "g", "G", "", "start=0 end=10 step=0.5"},
			{"acknowledge", "h", "H", "", "", "", "", "yes"},
			{"hidden", "i", "I", "", "", "", "leaflet"},
			{"text", "age", "Age"},
			{"text", "and", "And"},
			{"text", "1st place", "First"},
			{"integer", "filled", "Filled", "", "", "1 + 1"},
			{"select_one c", "j", "J"},
			{"select_one c", "k", "K", "", "", "", "red"},
		},
		"choices": {
			{"list name", "name", "label", "kind"},
			{"c", "red", "Red", "warm"},
			{"c", "Blue Green", "Blue", "cold"},
			{"c", "dont_know", "Don't know", "warm"},
			{"c", "-1", "", "cold"},
		},
	}, Options{})
	f := r.File
	a := itemOf(t, f, "a")
	codes := func(list []questionnaire.FileOption) string {
		var all []string
		for _, o := range list {
			all = append(all, string(o.Code))
		}
		return strings.Join(all, " ")
	}
	if got := codes(a.Options); got != "red blue_green dont_know_option minus_1 other" || !a.Options[4].Other {
		t.Errorf("a: %s", got)
	}
	if b := itemOf(t, f, "b"); codes(b.Options) != "red dont_know_option" || b.Order != "random" {
		t.Errorf("b: %+v", b)
	}
	if d := itemOf(t, f, "d"); len(d.Options) != 4 && f.Scales[d.Scale].Options == nil || !entryFor(t, r.Report, "d").Look {
		t.Errorf("d: %+v", d)
	}
	if e := entryFor(t, r.Report, "e"); e.Outcome != Refused {
		t.Errorf("e: %s", e)
	}
	if g := itemOf(t, f, "g"); g.Type != "decimal" || *g.Decimals != 1 || *g.Max != 10 {
		t.Errorf("g: %+v", g)
	}
	if i := itemOf(t, f, "i"); i.Type != "hidden" || i.Value != "leaflet" {
		t.Errorf("i: %+v", i)
	}
	if filled := itemOf(t, f, "filled"); filled.Calculate != "1 + 1" {
		t.Errorf("filled: %+v", filled)
	}
	if j, k := itemOf(t, f, "j"), itemOf(t, f, "k"); j.Scale != "c" || k.Scale != "c" || j.Type != "scale" {
		t.Errorf("j: %+v", j)
	}
	for name, id := range map[string]string{"and": "and_item", "1st place": "q_1st_place", "age": "age"} {
		if e := entryFor(t, r.Report, name); e.ID != id {
			t.Errorf("%s became %s", name, e.ID)
		}
	}
}

// The files of third parties are not a part of the project.
func TestRealForms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../shared/xlsforms/*.xlsx")
	must(t, err)
	if len(files) == 0 {
		t.Skip("there are no ../shared/xlsforms")
	}
	var total Count
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(t, err)
		r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
		if err == nil {
			checkResult(t, r)
		} else if !strings.HasPrefix(filepath.Base(file), "bad_") {
			t.Errorf("%s: %v", file, err)
		}
		checkReport(t, r.Report)
		c := r.Report.Count()
		t.Logf("%-30s %3d rows: %3d mapped, %2d changed, %2d refused", filepath.Base(file), c.Questions, c.Mapped, c.Changed, c.Refused)
		total.Questions += c.Questions
		total.Refused += c.Refused
	}
	if total.Refused*10 > total.Questions {
		t.Errorf("%d of %d rows are refused", total.Refused, total.Questions)
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := importSheets(t, sheets{"survey": {
		{"type", "name", "label", "relevant"},
		{"text", "a", "A"},
		{"image", "b", "B"},
		{"text", "C", "C", "${b} != ''"},
	}}, Options{Language: "en"})
	var text, data bytes.Buffer
	must(t, r.Report.WriteText(&text))
	want := `XLSForm: 3 questions and groups: 1 mapped, 1 changed, 1 refused

Look at these: who is asked what is not as in the source
  survey row 4: text C changed as c: the name C became c; relevant is left out: it reads b, which was refused (${b} != '')

Refused
  survey row 3: image b refused: files, pictures and sound can't be sent with an answer

Mapped
  survey row 2: text a mapped
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, r.Report.WriteJSON(&data))
	for _, part := range []string{`"look": 1`, `"place": "survey row 3"`, `"outcome": "refused"`, `"format": "XLSForm"`} {
		if !strings.Contains(data.String(), part) {
			t.Errorf("the JSON has no %s:\n%s", part, data.String())
		}
	}
	if !slices.Contains(sortedKeys(r.Comments), "pages[0].items[0]") || r.Comments["pages[0].items[1]"] != "survey row 4" {
		t.Errorf("comments: %v", r.Comments)
	}
}

// What a text loses is told.
func TestFormattingIsTold(t *testing.T) {
	t.Parallel()
	r := importSheets(t, sheets{"survey": {
		{"type", "name", "label", "hint"},
		{"text", "a", "A <b>bold</b> word &amp; <img src='x.png'>more", "<i>help</i> <a href=\"https://example.org\">here</a>"},
	}}, Options{Language: "en"})
	a := itemOf(t, r.File, "a")
	if a.Text["en"] != "A bold word & more" || a.Help["en"] != "*help* [here](https://example.org)" {
		t.Errorf("got %v %v", a.Text, a.Help)
	}
	want := []string{"formatting of a text is left out", "img in a text is left out"}
	if e := entryFor(t, r.Report, "a"); e.Outcome != Changed || !slices.Contains(e.Remarks, want[0]) || !slices.Contains(e.Remarks, want[1]) {
		t.Errorf("got %s", e)
	}
}

// A file with a single sheet needs no name for it.
func TestSingleSheet(t *testing.T) {
	t.Parallel()
	data := rawXLSX(t, map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="r"><sheets><sheet name="Trang tính1" r:id="a"/></sheets></workbook>`, "xl/worksheets/sheet1.xml": sheetXML(textRow),
	})
	r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
	must(t, err)
	checkResult(t, r)
	itemOf(t, r.File, "a")
}
