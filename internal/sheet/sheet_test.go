package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// small are limits that tests reach.
func small() Limits {
	return Limits{Bytes: 1 << 20, Part: 64 << 10, Cells: 100, Rows: 10, Columns: 30, Text: 200, Row: 500, Kept: 3000}
}

// zipped makes a spreadsheet of parts; those that every one has are added.
func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="one" r:id="a"/><sheet name="two" r:id="b"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/><Relationship Id="b" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
	}
	maps.Copy(all, parts)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		if text == "-" {
			continue
		}
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(text))
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// shown reads a sheet as one line per row: number: column=text, with marks.
func shown(data []byte, limits Limits, number int) (string, error) {
	b, err := Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return "", err
	}
	var lines []string
	err = b.Rows(number, func(r Row) error {
		parts := []string{fmt.Sprintf("%d:", r.Number)}
		for _, c := range r.Cells {
			mark := ""
			if c.Formula {
				mark += "f"
			}
			if c.Shared {
				mark += "s"
			}
			parts = append(parts, fmt.Sprintf("%d=%s%s%s", c.Column, c.Text, [...]string{"", "#", "!"}[c.Kind], mark))
		}
		lines = append(lines, strings.Join(parts, " "))
		return nil
	})
	return strings.Join(lines, "\n"), err
}

func TestRows(t *testing.T) {
	t.Parallel()
	const shared = `<sst><si><t>first</t></si><si><r><t>sec</t></r><r><t xml:space="preserve">ond </t></r><rPh><t>x</t></rPh></si></sst>`
	for name, c := range map[string]struct{ rows, want string }{
		"nothing":         {"", ""},
		"texts":           {`<row r="1"><c t="inlineStr"><is><t> a &amp; b </t></is></c><c t="str"><v>c</v></c></row>`, "1: 0=a & b 1=c"},
		"shared":          {`<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>`, "1: 0=secondsxx 1=firstxx"},
		"numbers":         {`<row><c><v>1</v></c><c><v>2.50</v></c><c><v>1E-2</v></c><c><v>0.1</v></c><c><v>1e300</v></c><c><v>x</v></c></row>`, "1: 0=1# 1=2.5# 2=0.01# 3=0.1# 4=1e300 5=x"},
		"truths":          {`<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="b"><v>2</v></c></row>`, "1: 0=TRUE 1=FALSE"},
		"formulas":        {`<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A()</f></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`, "1: 0=2#f 1=f 2=#DIV/0!!f"},
		"places":          {`<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c><c r="A3"><v>3</v></c><c r="??"><v>4</v></c></row><row r="2"/><row><c r="C9"><v>5</v></c></row>`, "3: 1=1# 2=2# 3=3# 4=4#\n5: 2=5#"},
		"wrong strings":   {`<row><c t="s"><v>-1</v></c><c t="s"><v>99999999999999999999</v></c><c t="s"><v>x</v></c><c><v>1</v></c></row>`, "1: 3=1#"},
		"far columns":     {`<row><c r="ZZ1"><v>1</v></c></row><row><c r="AD2"><v>1</v></c></row>`, "2: 29=1#"},
		"a long text":     {`<row><c t="str"><v>` + strings.Repeat("x", 300) + `</v></c></row>`, "1: 0=" + strings.Repeat("x", 200)},
		"after the sheet": {`<row><c><v>1</v></c></row></sheetData><row><c><v>2</v></c></row><sheetData>`, "1: 0=1#"},
	} {
		data := zipped(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + c.rows + "</sheetData></worksheet>", "xl/sharedStrings.xml": shared})
		got, err := shown(data, small(), 0)
		want := strings.NewReplacer("secondsxx", "seconds", "firstxx", "firsts").Replace(c.want)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
		if got, err := shown(data, small(), 1); err != nil || got != "" {
			t.Errorf("%s: a sheet whose part is not there: got %q, %v", name, got, err)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	data := zipped(t, nil)
	b, err := Open(bytes.NewReader(data), int64(len(data)), small())
	must(t, err)
	if diff := cmp.Diff([]string{"one", "two"}, b.Names()); diff != "" || b.Since1904() {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for _, number := range []int{-1, 2} {
		must(t, b.Rows(number, func(Row) error { return errors.New("a row") }))
	}
}

// What a reader of rows returns ends the reading.
func TestStop(t *testing.T) {
	t.Parallel()
	data := zipped(t, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + strings.Repeat("<row><c><v>1</v></c></row>", 5) + "</sheetData></worksheet>"})
	b, err := Open(bytes.NewReader(data), int64(len(data)), small())
	must(t, err)
	enough := errors.New("enough")
	for _, end := range []error{enough, ErrStop} {
		n := 0
		err := b.Rows(0, func(Row) error {
			if n++; n == 2 {
				return end
			}
			return nil
		})
		if n != 2 || errors.Is(err, enough) != errors.Is(end, enough) || errors.Is(end, ErrStop) && err != nil {
			t.Errorf("after %v: got %v and %d rows", end, err, n)
		}
	}
}

// Every limit holds, and says what to do.
func TestLimits(t *testing.T) {
	t.Parallel()
	rows := func(xml string) map[string]string {
		return map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + xml + "</sheetData></worksheet>"}
	}
	cell := `<c t="str"><v>` + strings.Repeat("x", 150) + `</v></c>`
	for want, parts := range map[string]map[string]string{
		"more than 65536 bytes":       rows(strings.Repeat("<row></row>", 10_000)),
		"more than 100 cells":         rows("<row>" + strings.Repeat("<c/>", 101) + "</row>"),
		"one has more than 10 rows":   rows(strings.Repeat("<row><c><v>1</v></c></row>", 11)),
		"more than 500 bytes":         rows("<row>" + strings.Repeat(cell, 4) + "</row>"),
		"more than 100 different":     {"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", 101) + "</sst>"},
		"more than 3000 bytes":        {"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("x", 99)+"</t></si>", 30) + "</sst>"},
		"more than 100 sheets":        {"xl/workbook.xml": "<workbook>" + strings.Repeat("<sheet/>", 101) + "</workbook>"},
		"has a DOCTYPE":               rows("<!DOCTYPE x>"),
		"faulty XML":                  rows("<row><c></row>"),
		"nested too deep":             rows(strings.Repeat("<a>", 200)),
		"written in latin1":           {"xl/workbook.xml": `<?xml version="1.0" encoding="latin1"?><workbook/>`},
		"is a zip file, but":          {"xl/workbook.xml": "-"},
		"entity &amp;a; is not known": nil,
	} {
		if parts == nil {
			want, parts = "invalid character entity &a;", rows("<row><c><v>&a;</v></c></row>")
		}
		_, err := shown(zipped(t, parts), small(), 0)
		if e, ok := errors.AsType[*Error](err); !ok || !strings.Contains(e.Message, want) || e.Cure == "" || !strings.HasSuffix(e.Error(), "; "+e.Cure) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	big := small()
	big.Part = 8 << 20
	if _, err := shown(zipped(t, rows("<row><c><v>"+strings.Repeat("x", 2<<20))), big, 0); err == nil || !strings.Contains(err.Error(), "tag or text") {
		t.Errorf("a long text: got %v", err)
	}
	for want, data := range map[string]string{
		"empty or no spreadsheet": "PK", "no .xlsx file": "name,value\n1,2\n", "old .xls": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged": "PK\x03\x04 and so on",
		"more than 1048576 bytes": "PK" + strings.Repeat("x", 1<<20),
	} {
		if _, err := shown([]byte(data), small(), 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	many := map[string]string{}
	for i := range maxParts {
		many[fmt.Sprint(i)] = "x"
	}
	if _, err := shown(zipped(t, many), small(), 0); err == nil || !strings.Contains(err.Error(), "more than 2000 parts") {
		t.Errorf("many parts: got %v", err)
	}
}

// What is written is read again, as texts, whatever it looks like.
func TestWrite(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	must(t, Write(&b, []Page{
		{
			Name: "forms", Columns: []string{"a", "b", "c"}, Rows: [][]string{{"1", "", "=1+1"}, {}, {"0912", "ễ <&>\n\"", "+x"}},
			Lists: []List{{Column: 1, Page: "codes", From: 0, First: 2, Last: 3}},
		},
		{Name: "codes", Columns: []string{"code"}, Rows: [][]string{{"x"}, {"y"}}},
	}))
	limits := Limits{Bytes: 1 << 20, Part: 1 << 20, Cells: 1000, Rows: 100, Columns: 100, Text: 1000, Row: 1000, Kept: 10_000}
	for number, want := range []string{"1: 0=a 1=b 2=c\n2: 0=1 2==1+1\n4: 0=0912 1=ễ <&>\n\" 2=+x", "1: 0=code\n2: 0=x\n3: 0=y"} {
		got, err := shown(b.Bytes(), limits, number)
		if got = strings.NewReplacer("s ", " ", "s\n", "\n").Replace(got + "\n"); err != nil || strings.TrimSpace(got) != want {
			t.Errorf("sheet %d: got %q, %v, want %q", number, got, err, want)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	must(t, err)
	f, err := z.Open("xl/worksheets/sheet1.xml")
	must(t, err)
	var xml bytes.Buffer
	_, err = xml.ReadFrom(f)
	must(t, err)
	for _, want := range []string{`sqref="B2:B1048576"`, `&#39;codes&#39;!$A$2:$A$3`, `errorStyle="warning"`} {
		if !strings.Contains(strings.ReplaceAll(xml.String(), "'", "&#39;"), want) {
			t.Errorf("the sheet lacks %s:\n%s", want, xml.String())
		}
	}
	if err := Write(&b, []Page{{Name: "a/b"}}); err == nil {
		t.Error("a name that no sheet may have was written")
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "a": "a", "5": "5", "=1": "'=1", "+84": "'+84", "-5": "'-5", "@x": "'@x", "\tx": "'\tx", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'\u200b=1", "＝1": "'＝1", "'a": "'a", "ễ": "ễ", "a=1": "a=1",
	} {
		got := Guard(text)
		if got != want || Unguard(got) != text {
			t.Errorf("%q: got %q, want %q, and back %q", text, got, want, Unguard(got))
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	if got := clip(strings.Repeat("ễ", 50)); got != strings.Repeat("ễ", 40)+"…" {
		t.Errorf("got %s", got)
	}
}

func FuzzRows(f *testing.F) {
	f.Add(`<row r="7"><c r="B7" t="s"><v>0</v></c><c t="b"><v>1</v></c><c><f>1+1</f><v>2.50</v></c></row>`, `<sst><si><t>a</t><rPh><t>b</t></rPh></si></sst>`, `<workbookPr date1904="1"/>`)
	f.Add(`<row/><row><c t="e"><v>#REF!</v></c><c r="XFD1"/></row>`, `<sst/>`, `<sheet/>`)
	f.Fuzz(func(t *testing.T, rows, shared, book string) {
		data := zipped(t, map[string]string{
			"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + rows + "</sheetData></worksheet>", "xl/sharedStrings.xml": shared,
			"xl/workbook.xml": `<workbook xmlns:r="r"><sheet name="one" r:id="a"/>` + book + "</workbook>",
		})
		b, err := Open(bytes.NewReader(data), int64(len(data)), small())
		last := 0
		if err == nil {
			err = b.Rows(0, func(r Row) error {
				if r.Number <= last || len(r.Cells) == 0 || !slices.IsSortedFunc(r.Cells, func(a, b Cell) int { return a.Column - b.Column }) {
					t.Errorf("row %d after %d: %+v", r.Number, last, r.Cells)
				}
				last = r.Number
				return nil
			})
		}
		if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Cure == "") {
			t.Errorf("the error names no cure: %v", err)
		}
	})
}

// FuzzOpen reads anything as a spreadsheet.
func FuzzOpen(f *testing.F) {
	f.Add(zipped(f, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := shown(data, small(), 0); err != nil && !strings.Contains(err.Error(), "; ") {
			t.Errorf("the error names no cure: %v", err)
		}
	})
}
