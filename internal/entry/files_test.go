package entry_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/collect"
	"hailong/internal/entry"
	"hailong/internal/export"
	"hailong/internal/sheet"
)

// What an export has goes back in as it was, into another folder with another
// version of the survey too.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"trial.yaml", "every.yaml"} {
		from := open(t, name, "repeat: departments", "repeat: departments")
		for i, body := range bodies[name] {
			in, err := collect.ReadJSON(body)
			must(t, err)
			in.Survey, in.Key, in.Form, in.Consent, in.Lang = "trial", fmt.Sprint("key", i), true, true, "en"
			in.Agency, in.Seconds, in.Service, in.Channel = "tan-chi", 30+5*i, "1.00"+fmt.Sprint(i), []string{"paper", "phone", "import"}[i%3]
			in.Trusted = true
			_, err = from.collector.Submit(t.Context(), in)
			must(t, err)
		}
		for _, format := range []export.Format{export.CSV, export.CSVExcel} {
			to := open(t, name)
			file := exported(t, from, format)
			if format == export.CSVExcel { // Excel with the customs of Viet Nam
				file = withSemicolons(t, file)
			}
			got := to.enter(t, file, entry.Options{Consented: true})
			if got.err != nil || got.Stored != len(bodies[name]) {
				t.Fatalf("%s: got %+v, %v\n%s\n%s", name, got.Summary, got.err, got.faults(), file)
			}
			if diff := cmp.Diff(from.sorted(t), to.sorted(t)); diff != "" {
				t.Errorf("%s (-before +after):\n%s", name, diff)
			}
			if diff := cmp.Diff(sortedRows(t, exported(t, from, export.CSV)), sortedRows(t, exported(t, to, export.CSV))); diff != "" {
				t.Errorf("%s: export (-before +after):\n%s", name, diff)
			}
			if again := to.enter(t, file, entry.Options{Consented: true}); again.Known != len(bodies[name]) {
				t.Errorf("%s again: got %+v", name, again.Summary)
			}
		}
	}
}

// bodies are responses by questionnaire; no agencies are chosen, because what is
// asked about each stands in another file.
var bodies = map[string][]string{
	"trial.yaml": {
		`{"answers":{"level":"5","second":"4","needs":["a","b"],"times":3,"comment":"=1+1"}}`,
		`{"answers":{"level":"1","second":"dont_know","why":"chậm\n\"quá\"","comment":"-5, và, \"thế\""}}`,
		`{"answers":{"level":"5","second":"5"}}`, `{"answers":{"level":"5","second":"5"}}`,
	},
	"every.yaml": {
		`{"answers":{"used":"yes","stars":7,"recommend":0,"place":"else","place_other":"@ở xa","how":["else","post"],"how_other":"đò","needs":["web","time"],
		 "visits":3,"paid":"2,5","plate":"99A-12345","story":"refused","tax":"0100109106","dossier":"H05-231122-0001",
		 "given":"2026-02-28","taken":"2026-03-01","founded":"1999-12","home":"09292","campaign":"a7"}}`,
		`{"answers":{"used":"no","recommend":10,"home":"refused"}}`,
		`{"answers":{"used":"yes","place":"here","how":"refused","needs":"dont_know","visits":"dont_know","founded":"dont_know"}}`,
	},
}

func exported(t *testing.T, w *world, format export.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	x := export.NewResponses(&b, export.Options{Format: format}, w.store.Catalog().Survey("trial"), w.store.Catalog().Agencies)
	must(t, w.store.Scan(t.Context(), 0, w.store.Watermark(), x.Write))
	_, err := x.Close()
	must(t, err)
	return b.Bytes()
}

func sortedRows(t *testing.T, file []byte) string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	must(t, err)
	row := slices.Index(records[0], "row") // who came before whom is not kept
	var lines []string
	for _, r := range records {
		if row >= 0 {
			r[row] = ""
		}
		lines = append(lines, fmt.Sprintf("%q", r))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func withSemicolons(t *testing.T, file []byte) []byte {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	must(t, err)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	c.Comma, c.UseCRLF = ';', true
	must(t, c.WriteAll(records))
	return b.Bytes()
}

// A template that is filled in can be entered, and its lists name what its cells
// take.
func TestTemplates(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	q := w.survey.Questionnaire
	var plain, book bytes.Buffer
	must(t, errors.Join(entry.WriteCSV(&plain, q), entry.WriteXLSX(&book, q, "vi")))
	want := "\ufeffform,agency,channel,service,consent,used,stars,recommend,place,place_other,how.counter,how.online,how.post,how.none,how.else,how_other," +
		"needs_1,needs_2,needs_3,visits,paid,plate,story,mail,mobile,tax,dossier,given,taken,founded,home,departments,loud," +
		"level@1,why@1,kind@1,quick@1,order_1@1,order_2@1,level@2,why@2,kind@2,quick@2,order_1@2,order_2@2,level@3,why@3,kind@3,quick@3,order_1@3,order_2@3\n"
	if diff := cmp.Diff(want, plain.String()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	filled := plain.String() + "1,tan-chi,phone,s1,x,no,7,0,here,,,,,,,,time,cost,,3,\"1,5\",99A-12345,dài lắm,,,,,1/3/2026,2026-03-02,,Tân Chi,,\n"
	got := w.enter(t, []byte(filled), entry.Options{})
	if got.Stored != 1 || got.err != nil {
		t.Fatalf("got %+v, %v %s", got.Summary, got.err, got.faults())
	}
	rows := rowsOf(t, book.Bytes(), "forms")
	if diff := cmp.Diff(strings.TrimSuffix(strings.TrimPrefix(want, "\ufeff"), "\n"), rows[0]); diff != "" || len(rows) != 1 {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
	codes := strings.Join(rowsOf(t, book.Bytes(), "codes"), "\n")
	for _, line := range []string{"column,code,meaning", "used,yes,Có", "visits,,Số lần", "visits,dont_know,", "how.post,,Cách: Bưu điện", "how.post,x", "needs_2,web,Mạng", "place_other,,Nơi"} {
		if !strings.Contains(codes, line) {
			t.Errorf("the sheet codes lacks %q:\n%s", line, codes)
		}
	}
	if got := w.enter(t, book.Bytes(), entry.Options{}); got.err != nil || got.Rows != 0 {
		t.Errorf("an empty template: got %+v, %v", got.Summary, got.err)
	}
}

// rowsOf shows a sheet of a spreadsheet as lines.
func rowsOf(t *testing.T, data []byte, name string) []string {
	t.Helper()
	b, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{Bytes: 1 << 20, Part: 1 << 20, Cells: 1e6, Rows: 1e5, Columns: 1000, Text: 1e5, Row: 1e6, Kept: 1e6})
	must(t, err)
	var lines []string
	must(t, b.Rows(slices.Index(b.Names(), name), func(r sheet.Row) error {
		var cells []string
		for _, c := range r.Cells {
			for len(cells) < c.Column {
				cells = append(cells, "")
			}
			cells = append(cells, c.Text)
		}
		lines = append(lines, strings.Join(cells, ","))
		return nil
	}))
	return lines
}

// The report holds the refused rows as they were, and can be entered when it is
// corrected; what a spreadsheet might run is guarded.
func TestReport(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	got := w.enter(t, lines("form,agency,level,second,comment", "1,tan-chi,9,5,=cmd()", "2,tan-chi,5,5,", "3,tan-chi,5,x,\"a, b\"", "4,tan-chi,5,5,,,stray"), entry.Options{})
	var b bytes.Buffer
	r, err := entry.NewReport(&b, got.columns)
	must(t, err)
	for i := range got.refused {
		must(t, r.Write(&got.refused[i]))
	}
	must(t, r.Close())
	want := "\ufeffform,agency,level,second,comment,error\n" +
		"1,tan-chi,9,5,'=cmd(),\"level: This is not one of the answers offered. Choose one of those shown. Allowed: 1, 2, 3, 4, 5, dont_know.\"\n" +
		"3,tan-chi,5,x,\"a, b\",\"second: This is not one of the answers offered. Choose one of those shown. Allowed: 1, 2, 3, 4, 5, dont_know.\"\n" +
		"4,tan-chi,5,5,,\"A cell stands under no column name. Name the column, or empty the cell; a comma within a text needs quotes around the text.\",,stray\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Fatalf("report (-want +got):\n%s", diff)
	}
	corrected := strings.NewReplacer("chi,9,5", "chi,4,5", ",5,x,", ",5,3,", ",,stray", "").Replace(b.String())
	again := w.enter(t, []byte(corrected), entry.Options{})
	if again.Stored != 3 || again.err != nil {
		t.Fatalf("got %+v, %v %s", again.Summary, again.err, again.faults())
	}
	if told := w.sorted(t); !strings.Contains(told, `level=4 second=5 comment="=cmd()"`) {
		t.Errorf("got %s", told)
	}
	b.Reset()
	r, err = entry.NewReport(&b, again.columns) // of a report: the column error is there
	must(t, err)
	must(t, r.Write(&entry.Refused{Row: 2, Cells: []string{"1", "x", "", "", "", "old"}, Faults: []entry.Fault{{Column: "level", Message: "A"}, {Message: "B"}}}))
	must(t, r.Close())
	if want := "\ufeffform,agency,level,second,comment,error\n1,x,,,,level: A | B\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// xlsx makes a spreadsheet whose first sheet has these rows.
func xlsx(t testing.TB, rows string, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	parts = append([]string{
		"xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="Trang tính1" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>",
	}, parts...)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		must(t, err)
		_, err = w.Write([]byte(parts[i+1]))
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// words makes a row of texts; a cell that begins with < stands as it is.
func words(number int, texts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, number)
	for _, text := range texts {
		if strings.HasPrefix(text, "<") {
			b.WriteString(text)
		} else {
			b.WriteString(`<c t="inlineStr"><is><t>` + text + `</t></is></c>`)
		}
	}
	return b.String() + "</row>"
}

// Numbers, days, formulas and errors of a spreadsheet.
func TestSpreadsheet(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	data := xlsx(t, words(1, "form", "agency", "used", "visits", "paid", "given", "founded", "story")+
		words(3, "<c><v>1</v></c>", "tan-chi", `<c t="b"><v>1</v></c>`, `<c><f>1+1</f><v>2</v></c>`, "<c><v>2.50</v></c>", "<c><v>46081</v></c>", "<c><v>46081</v></c>", "<c><v>12345.5</v></c>")+
		words(4, "<c><v>2</v></c>", "tan-chi", "no", `<c t="e"><f>1/0</f><v>#DIV/0!</v></c>`, `<c t="str"><f>HYPERLINK("http://x")</f></c>`, "29/2/2025", "", "=1+1 dài")+
		words(5)+words(6, "<c><v>3</v></c>", "tan-chi", "không", "", "1.234", "31/12/2025", "12/2025", "=1+1 dài"))
	got := w.enter(t, data, entry.Options{Consented: true})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := "3 place: There is no answer yet. Choose or write an answer. Allowed: here, else.\n" +
		"4 visits: The formula of the cell has failed. Write the value.\n" +
		"4 paid: The formula of the cell was never worked out. Open the file in a spreadsheet program and save it, or write the value.\n" +
		"6 paid: The number may have at most 2 digits after the point."
	if diff := cmp.Diff(want, got.faults()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct{ cells, want string }{
		"day":     {words(2, "tan-chi", "<c><v>46081</v></c>", ""), "given=2026-02-28"},
		"moment":  {words(2, "tan-chi", "<c><v>46081.75</v></c>", ""), "given=2026-02-28"},
		"month":   {words(2, "tan-chi", "", "<c><v>46081</v></c>"), "founded=2026-02"},
		"written": {words(2, "tan-chi", "28/02/2026", "2/2026"), "given=2026-02-28 founded=2026-02"},
	} {
		w := open(t, "every.yaml")
		got := w.enter(t, xlsx(t, words(1, "agency", "given", "founded", "used")+strings.Replace(c.cells, "</row>", `<c t="inlineStr"><is><t>no</t></is></c></row>`, 1)), entry.Options{Consented: true})
		if got.Stored != 1 {
			t.Errorf("%s: got %+v, %v %s", name, got.Summary, got.err, got.faults())
			continue
		}
		if told := w.sorted(t); !strings.Contains(told, c.want) {
			t.Errorf("%s: got %s, want %s", name, told, c.want)
		}
	}
	if !slices.ContainsFunc(got.Warnings, func(s string) bool { return strings.HasPrefix(s, "3 cells hold formulas") }) {
		t.Errorf("got warnings %q", got.Warnings)
	}
}

func TestSince1904(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	data := xlsx(t, words(1, "agency", "used", "given")+words(2, "tan-chi", "no", "<c><v>44619</v></c>"),
		"xl/workbook.xml", `<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="x" r:id="a"/></sheets></workbook>`)
	if got := w.enter(t, data, entry.Options{Consented: true}); got.Stored != 1 {
		t.Fatalf("got %+v, %v %s", got.Summary, got.err, got.faults())
	}
	if told := w.sorted(t); !strings.Contains(told, "given=2026-02-28") {
		t.Errorf("got %s", told)
	}
}

// Files that are something else, or written otherwise.
func TestOtherFiles(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	for name, data := range map[string][]byte{
		"tabs":            []byte("form\tagency\tlevel\tsecond\n1\ttan-chi\t5\t5\n"),
		"a mark":          []byte("\ufeffform,agency,level,second\r\n1,tan-chi,5,5\r\n"),
		"no line end":     []byte("form,agency,level,second\n1,tan-chi,5,5"),
		"empty lines":     []byte("\n\nform,agency,level,second\n\n,,,\n1,tan-chi,5,5\n\n"),
		"commas in names": []byte("form;agency;\"level\";second;\"# a, b, c, d, e\"\n1;tan-chi;5;5;x\n"),
		"empty columns":   []byte("form,agency,level,second,,\n1,tan-chi,5,5,,\n"),
		"short rows":      []byte("form,agency,level,second,comment,why\n1,tan-chi,5,5\n"),
	} {
		got := w.enter(t, data, entry.Options{})
		if got.err != nil || got.Stored+got.Known != 1 {
			t.Errorf("%s: got %+v, %v %s", name, got.Summary, got.err, got.faults())
		}
	}
	for want, data := range map[string][]byte{
		"the file is empty":           {},
		"written in UTF-16":           []byte("\xff\xfef\x00o\x00"),
		"not written in UTF-8":        []byte("form,agency,\xfdlevel\n"),
		"neither text nor":            []byte("form\x00agency\n"),
		"old .xls file":               []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"),
		"damaged or no .xlsx":         []byte("PK\x03\x04rest"),
		"has no sheet":                xlsx(t, "", "xl/workbook.xml", "<workbook/>"),
		"a row of the file, after":    []byte("form,agency,level,second\n1,tan-chi,5,\"" + strings.Repeat("never closed\n", 500_000)),
		"more than 5000 cells":        []byte("form,agency,level" + strings.Repeat(",x", 6000) + "\n"),
		"has a DOCTYPE":               xlsx(t, `<!DOCTYPE x [<!ENTITY a "b">]>`),
		"more than 1048576 bytes":     xlsx(t, "<row><c t=\"inlineStr\"><is><t>"+strings.Repeat("a", 2<<20)+"</t></is></c></row>"),
		"form, agency, level, second": nil,
	} {
		if data == nil && want != "the file is empty" {
			continue
		}
		got := w.enter(t, data, entry.Options{})
		if e, ok := errors.AsType[*sheet.Error](got.err); !ok || !strings.Contains(e.Message, want) || e.Cure == "" {
			t.Errorf("%s: got %v", want, got.err)
		}
	}
	got := w.enter(t, []byte("form,agency,level,second,comment\n1,tan-chi,5,5,\n2,tan-chi,5,5,\xff\n3,tan-chi,5,5,\n"), entry.Options{})
	if want := "3 : The row is not written in UTF-8. Save the file as .xlsx or as “CSV UTF-8”."; got.faults() != want {
		t.Errorf("got %s, want %s", got.faults(), want)
	}
	got = w.enter(t, []byte("form,agency,level,second\n4,tan-chi,5,5\n5,tan-chi,5,\"5\n6,tan-chi,5,5\n"), entry.Options{})
	if !strings.HasPrefix(got.faults(), "3 : A quote stands in the wrong place.") || got.Stored != 1 {
		t.Errorf("an open quote: got %+v %s", got.Summary, got.faults())
	}
}

// A file without end is read in constant memory, and a version of before is
// entered by its own columns.
func TestVersions(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	before := w.survey.Questionnaire.Version[:12]
	w.publish(t, "trial.yaml", "id: times,", "id: visits,")
	file := lines("form,agency,version,level,second,times,visits",
		"1,tan-chi,"+before+",5,5,3,", "2,tan-chi,,5,5,,4", "3,tan-chi,,5,5,3,", "4,tan-chi,"+before+",5,5,,4")
	got := w.enter(t, file, entry.Options{})
	if want := "4 times: The questionnaire does not ask this.\n5 visits: The questionnaire does not ask this."; got.faults() != want {
		t.Errorf("got %s, want %s", got.faults(), want)
	}
	if told := w.sorted(t); told != "tan-chi paper level=5 second=5 times=3\ntan-chi paper level=5 second=5 visits=4" {
		t.Errorf("got %s", told)
	}
}
