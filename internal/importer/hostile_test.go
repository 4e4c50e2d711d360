package importer

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
)

const (
	workbookXML = `<workbook xmlns:r="r"><sheets><sheet name="survey" r:id="a"/><sheet name="choices" r:id="b"/></sheets></workbook>`
	relsXML     = `<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/><Relationship Id="b" Target="/xl/worksheets/sheet2.xml"/></Relationships>`
)

// rawXLSX makes a spreadsheet of parts.
func rawXLSX(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"xl/workbook.xml": workbookXML, "xl/_rels/workbook.xml.rels": relsXML} {
		if _, ok := parts[name]; !ok {
			parts[name] = text
		}
	}
	for _, name := range sortedKeys(parts) {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(parts[name]))
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

func sheetXML(rows string) string {
	return `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>type</t></is></c><c t="inlineStr"><is><t>name</t></is></c><c t="inlineStr"><is><t>label</t></is></c></row>` + rows + `</sheetData></worksheet>`
}

const textRow = `<row><c t="inlineStr"><is><t>text</t></is></c><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>A</t></is></c></row>`

// bombs are files that were made to do harm.
func bombs(t testing.TB) map[string][]byte {
	t.Helper()
	sheet := func(rows string) []byte {
		return rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(rows)})
	}
	long := strings.Repeat("x", 23<<20/ease)
	all := map[string][]byte{
		"empty":         nil,
		"text":          []byte("type,name,label\ntext,a,A\n"),
		"old":           append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 1000)...),
		"cut":           sheet(textRow)[:300],
		"no workbook":   rawXLSX(t, map[string]string{"xl/workbook.xml": "<x/>"}),
		"doctype":       rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + sheetXML("&b;")}),
		"entity":        sheet(`<row><c t="inlineStr"><is><t>&xxe;</t></is></c></row>`),
		"long text":     sheet(`<row><c t="inlineStr"><is><t>` + long + `</t></is></c></row>`),
		"attributes":    sheet(`<row ` + strings.Repeat(`a="" `, 4_500_000/ease) + `/>`),
		"large":         sheet(strings.Repeat(textRow, 300_000/ease)),
		"many rows":     sheet(strings.Repeat(`<row><c><v>1</v></c></row>`, 900_000/ease)),
		"many cells":    sheet(`<row>` + strings.Repeat(`<c><v>1</v></c>`, 1_500_000/ease) + `</row>`),
		"nested":        sheet(strings.Repeat("<x>", 1_000_000/ease)),
		"shared":        rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(""), "xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>abc</t></si>", 1_200_000/ease) + "</sst>"}),
		"many sheets":   rawXLSX(t, map[string]string{"xl/workbook.xml": "<workbook><sheets>" + strings.Repeat(`<sheet name="survey" id="a"/>`, 800_000/ease) + "</sheets></workbook>", "xl/worksheets/sheet1.xml": sheetXML(textRow)}),
		"many groups":   sheet(strings.Repeat(strings.ReplaceAll(textRow, ">text<", ">begin group<"), 4000/ease)),
		"many repeats":  sheet(strings.Repeat(strings.ReplaceAll(textRow, ">text<", ">begin repeat<"), 30) + textRow),
		"many choices":  rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(strings.Repeat(strings.ReplaceAll(textRow, ">text<", ">select_one l or_other<"), 4900/ease)), "xl/worksheets/sheet2.xml": choicesXML(199)}),
		"long list":     rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(strings.Repeat(strings.ReplaceAll(textRow, ">text<", ">select_one l or_other<"), 4900/ease)), "xl/worksheets/sheet2.xml": choicesXML(19_000)}),
		"wide header":   rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row>` + strings.Repeat(`<c t="inlineStr"><is><t>label::x</t></is></c>`, 3000/ease) + `</row>` + strings.Repeat(textRow, 5000/ease) + `</sheetData></worksheet>`}),
		"far cells":     sheet(strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 10_000/ease)),
		"wrong strings": sheet(`<row><c t="s"><v>-1</v></c><c t="s"><v>99999999999999999999</v></c><c t="s"><v>5</v></c></row>` + textRow),
	}
	var parts bytes.Buffer
	z := zip.NewWriter(&parts)
	for i := range 50_000 / ease {
		_, err := z.Create(fmt.Sprint(i))
		must(t, err)
	}
	must(t, z.Close())
	all["many parts"] = parts.Bytes()
	return all
}

func choicesXML(n int) string {
	var b strings.Builder
	b.WriteString(`<worksheet><sheetData><row><c t="inlineStr"><is><t>list_name</t></is></c><c t="inlineStr"><is><t>name</t></is></c><c t="inlineStr"><is><t>label</t></is></c></row>`)
	for i := range n {
		fmt.Fprintf(&b, `<row><c t="inlineStr"><is><t>l</t></is></c><c><v>%d</v></c><c t="inlineStr"><is><t>%s %d</t></is></c></row>`, i, strings.Repeat("long ", 20), i)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// peak runs f and returns the bytes that it had at once on the heap, at most.
func peak(f func()) uint64 {
	runtime.GC()
	heap := func() uint64 {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	before := heap()
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		highest := before
		for {
			select {
			case <-done:
				most <- highest
				return
			default:
				highest = max(highest, heap())
				runtime.Gosched()
			}
		}
	}()
	f()
	close(done)
	return <-most - before
}

// No file crashes an importer or makes it take much memory. The limit promised
// is 200 MB for the process.
func TestNoFileDoesHarm(t *testing.T) { //nolint:paralleltest // it measures the heap
	const limit = 120 << 20
	files := bombs(t)
	for _, name := range sortedKeys(files) {
		data := files[name]
		var r Result
		var err error
		used := peak(func() { r, err = XLSForm(bytes.NewReader(data), int64(len(data)), Options{}) })
		if ease == 1 && used > limit {
			t.Errorf("%s takes %d MB", name, used>>20)
		}
		if err != nil && !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: the error names no cure: %v", name, err)
		}
		if err == nil {
			checkResult(t, r)
		}
		t.Logf("%-14s %8d bytes, %3d MB: %v", name, len(data), used>>20, err)
	}
	for name, file := range map[string]struct {
		read func(*bytes.Reader) (Result, error)
		data string
	}{
		"lss rows":       {lss, "<document><questions><rows>" + strings.Repeat("<row><qid>1</qid></row>", 400_000/ease) + "</rows></questions></document>"},
		"lss answers":    {lss, "<document><questions><rows><row><qid>1</qid><type>L</type><title>a</title></row></rows></questions><answers><rows>" + strings.Repeat("<row><qid>1</qid><code>1</code></row>", 70_000/ease) + "</rows></answers></document>"},
		"lss fields":     {lss, "<document><questions><rows><row>" + strings.Repeat("<a>b</a>", 1_000_000/ease) + "</row></rows></questions></document>"},
		"lss doctype":    {lss, "<!DOCTYPE document SYSTEM \"http://example.org/x\"><document/>"},
		"tsv rows":       {tsv, "class\tname\ttype/scale\ttext\n" + strings.Repeat("Q\ta\tS\tx\n", 900_000/ease)},
		"tsv questions":  {tsv, "class\tname\ttype/scale\ttext\n" + strings.Repeat("Q\ta\tS\tx\n", 4_000/ease)},
		"tsv record":     {tsv, "class\t" + strings.Repeat(strings.Repeat("\"\n\"\t", 10), 150_000/ease)},
		"tsv line":       {tsv, "class\t" + strings.Repeat("x\t", 4_000_000/ease)},
		"json depth":     {surveyjs, `{"pages":` + strings.Repeat("[", 1_000_000/ease)},
		"json parts":     {surveyjs, `{"pages":[` + strings.Repeat(`{},`, 2_000_000/ease) + `{}]}`},
		"json text":      {surveyjs, `{"title": "` + strings.Repeat("x", 9<<20/ease) + `", "pages": [{"elements": [{"type": "text", "name": "a"}]}]}`},
		"json panels":    {surveyjs, `{"elements": ` + strings.Repeat(`[{"type":"panel","elements":`, 35) + `[{"type":"text","name":"a"}]` + strings.Repeat(`}]`, 35) + `}`},
		"json languages": {surveyjs, `{"title": {` + strings.Repeat(`"a":"b",`, 100_000/ease) + `"en": "x"}, "elements": [{"type":"text","name":"a"}]}`},
	} {
		var r Result
		var err error
		used := peak(func() { r, err = file.read(bytes.NewReader([]byte(file.data))) })
		if ease == 1 && used > limit {
			t.Errorf("%s takes %d MB", name, used>>20)
		}
		if err == nil {
			checkResult(t, r)
		}
		t.Logf("%-14s %8d bytes, %3d MB: %v", name, len(file.data), used>>20, err)
	}
}

// Formulas are not evaluated: what was stored with them is read. A text that
// looks like one stays a text.
func TestFormulas(t *testing.T) {
	t.Parallel()
	data := rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheetXML(
		`<row><c t="str"><f>CONCAT("te","xt")</f><v>text</v></c><c t="str"><f>HYPERLINK("http://example.org")</f><v>a</v></c><c t="inlineStr"><is><t>=1+1</t></is></c></row>` +
			`<row><c t="str"><f>WEBSERVICE("http://example.org")</f></c></row>`)})
	r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
	must(t, err)
	if it := itemOf(t, r.File, "a"); it.Text["en"] != "=1+1" {
		t.Errorf("got %+v", it)
	}
}
