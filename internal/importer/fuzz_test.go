package importer

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// What every importer keeps to, whatever it reads: it gives an error with a cure,
// or a file without mistakes and a report with reasons.
func tame(t *testing.T, r Result, err error) {
	t.Helper()
	if err != nil {
		if !strings.Contains(err.Error(), "; ") {
			t.Errorf("the error names no cure: %v", err)
		}
		checkReport(t, r.Report)
		return
	}
	checkResult(t, r)
	if again := layout(r.File); again == "" {
		t.Error("there is nothing in the file")
	}
}

func seed(f *testing.F, files ...string) {
	f.Helper()
	for _, file := range files {
		data, err := os.ReadFile(file)
		must(f, err)
		f.Add(data)
	}
}

// bookOfText makes a workbook of text: a line is a row, | is between cells, # is
// before the name of a sheet.
func bookOfText(text string) *workbook {
	b := &workbook{}
	for i, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "#"); ok {
			b.sheets = append(b.sheets, &sheet{name: name})
			continue
		}
		if len(b.sheets) == 0 {
			continue
		}
		row := sheetRow{number: i + 1}
		for j, cellText := range strings.Split(line, "|") {
			if cellText = strings.TrimSpace(strings.ReplaceAll(cellText, "¶", "\n")); cellText != "" {
				row.cells = append(row.cells, cell{j, cellText})
			}
		}
		if s := b.sheets[len(b.sheets)-1]; len(row.cells) > 0 {
			s.rows = append(s.rows, row)
		}
	}
	return b
}

func FuzzXLSForm(f *testing.F) {
	f.Add(`#survey
type|name|label|label::Tiếng Việt (vi)|relevant|constraint|constraint_message|calculation|appearance|required|choice_filter|repeat_count|parameters|hint|default
begin group|g|G||not(${a} = 'x')||||field-list
text|a|A ${b}|Câu|selected(${c}, '1') and ${d} > 3|regex(., '[a-z]+')|No|||yes
select_multiple l|c|C|||count-selected(.) <= 2 and not(selected(., '2') and count-selected(.) > 1)|||||k = 'v'
integer|d|D|||. >= 0 and . < ${e} or . = 99
end group
begin repeat|r|R||||||||||2
date|e|E|||. <= today() and . >= '2020-01-01'
calculate|f|||||||if(${d} > 1, concat(${a}, 'x'), 'y')
end repeat
begin group|m|M||||||table-list
select_one l|m1|M1
select_one l|m2|M2
end group
rank l|o|O||||||||||||randomize=true
range|s|S|||||||rating|||||start=1 end=5
hidden|h|||||||||||||value
#choices
list_name|name|label|k|hailong_value|hailong_missing|hailong_exclusive
l|1|One|v|1
l|2|<b>Two</b>|w|2||yes
l|dont_know|Don't|v||yes
#settings
form_title|form_id|default_language|version
T|t|English (en)|1`)
	f.Add("#survey\ntype|name|label\nselect_one yes_no or_other|FALSE|${FALSE}\nnote|_1|**x** ${\n#choices\nlist name|name|label::x\nyes_no|yes|\nyes_no|Yes|")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := xlsformOf(bookOfText(text), Options{})
		tame(t, r, err)
	})
}

// FuzzKept lets a sheet of ours lie about the form.
func FuzzKept(f *testing.F) {
	f.Add(`{"Survey":"s","Title":{"en":"T"},"Languages":["en"],"Pages":[{"ID":"p","Note":{"en":"N"},"Items":[{"ID":"a","Type":"text","Text":{"en":"A"}}]}],"Fieldwork":{}}`, "text|a|B")
	f.Add(`{"Title":{"en":"T"},"Languages":["en"],"Scales":{"l":{"Options":[{"Code":"1","Label":{"en":"L"}}]}},"Pages":[{"ID":"p","Items":[{"ID":"a","Type":"scale","Scale":"l","Text":{"en":"A"}}]}],"Fieldwork":{}}`, "select_one l|a|B")
	f.Fuzz(func(t *testing.T, kept, row string) {
		book := bookOfText("#survey\ntype|name|label::English (en)\nbegin_group|page_p|\n" + row + "\nend_group|page_p|\n#choices\nlist_name|name|label\nl|1|L")
		book.sheets = append(book.sheets, &sheet{name: keptSheet, rows: []sheetRow{{1, []cell{{0, "|" + kept + "|"}}}}})
		r, err := xlsformOf(book, Options{})
		tame(t, r, err)
	})
}

func FuzzSpreadsheet(f *testing.F) {
	f.Add(sheetXML(textRow), `<sst><si><t>a</t><rPh><t>b</t></rPh></si></sst>`)
	f.Add(sheetXML(`<row r="7"><c r="B7" t="s"><v>0</v></c><c t="b"><v>1</v></c><c><f>1+1</f><v>2.50</v></c></row>`), `<sst/>`)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		data := rawXLSX(t, map[string]string{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": shared})
		r, err := XLSForm(bytes.NewReader(data), int64(len(data)), Options{})
		tame(t, r, err)
	})
}

func FuzzLimeSurveyTSV(f *testing.F) {
	seed(f, "testdata/survey.txt")
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := tsv(bytes.NewReader(data))
		tame(t, r, err)
	})
}

func FuzzLimeSurveyLSS(f *testing.F) {
	seed(f, "testdata/survey.lss", "testdata/old.lss")
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := lss(bytes.NewReader(data))
		tame(t, r, err)
	})
}

func FuzzSurveyJS(f *testing.F) {
	seed(f, "testdata/survey.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := surveyjs(bytes.NewReader(data))
		tame(t, r, err)
	})
}

func FuzzFormulosity(f *testing.F) {
	seed(f, "testdata/formulosity/questions.yaml")
	f.Fuzz(func(t *testing.T, questions []byte) {
		r, err := Formulosity(fstest.MapFS{
			"metadata.yaml":  {Data: []byte("title: T\n")},
			"questions.yaml": {Data: questions},
			"variables.yaml": {Data: []byte("variables:\n- {id: likes, type: list, options: [a, b]}\n")},
		}, Options{})
		tame(t, r, err)
	})
}

// FuzzExpression translates expressions of every source: what comes out is an
// expression of ours.
func FuzzExpression(f *testing.F) {
	for _, src := range []string{
		"${ok} = 'yes' and not(selected(${needs}, 'a')) or ${times} > -3.5", "if(${times} > 1, concat(${words}, 'x'), 'y') = 'z'", "(today() - ${born}) div 365.25 >= 18",
		"coalesce(${times}, 0) mod 2 = count-selected(${needs})", "regex(${words}, '[a-z]+') and string-length(${words}) < 9", "{ok} anyof ['yes'] && {needs} contains 'a'", "!is_empty(times.NAOK) || ok == \"yes\"",
	} {
		f.Add(src)
	}
	header := "#survey\ntype|name|label|relevant|required|constraint|calculation\nselect_one yn|ok|Ok\nselect_multiple yn|needs|N\ninteger|times|T\ntext|words|W\ndate|born|B\n"
	f.Fuzz(func(t *testing.T, src string) {
		src = strings.NewReplacer("|", " ", "\n", " ", "#", " ").Replace(src)
		text := header + "text|last|L|" + src + "|" + src + "|" + src + "\ncalculate|sum|||||" + src + "\n#choices\nlist_name|name|label\nyn|yes|Y\nyn|no|N\nyn|a|A"
		r, err := xlsformOf(bookOfText(text), Options{})
		tame(t, r, err)
		for _, s := range []*syntax{expressionScript(), surveyJSSyntax()} {
			if n, err := parseExpr(src, s); err == nil && n == nil {
				t.Error("neither an expression nor an error")
			}
		}
	})
}
