package importer

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// sheets are the rows of sheets by name; the first row is the header.
type sheets map[string][][]string

// xlsxOf makes a spreadsheet.
func xlsxOf(t testing.TB, s sheets) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	first := true
	for _, name := range []string{"survey", "choices", "settings", "external_choices", "notes"} {
		rows, ok := s[name]
		if !ok {
			continue
		}
		if first {
			must(t, x.SetSheetName("Sheet1", name))
			first = false
		} else {
			_, err := x.NewSheet(name)
			must(t, err)
		}
		for i, row := range rows {
			for j, text := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				must(t, err)
				if text != "" {
					must(t, x.SetCellStr(name, at, text))
				}
			}
		}
	}
	var b bytes.Buffer
	must(t, x.Write(&b))
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// xlsform imports sheets, and checks what every result keeps to.
func importSheets(t testing.TB, s sheets, opts Options) Result {
	t.Helper()
	data := xlsxOf(t, s)
	r, err := XLSForm(bytes.NewReader(data), int64(len(data)), opts)
	if err != nil {
		t.Fatal(err)
	}
	checkResult(t, r)
	return r
}

// checkResult checks that the file has no mistakes, and that no entry is without
// an outcome or, if it is refused, without a reason.
func checkResult(t testing.TB, r Result) {
	t.Helper()
	_, err := questionnaire.Parse(r.File.Survey, "survey.yaml", r.File.Encode(r.Comments))
	var mistakes errs.Mistakes
	if errors.As(err, &mistakes) {
		mistakes = slices.DeleteFunc(mistakes, func(m errs.Mistake) bool { return m.Warning })
	}
	if err != nil && (mistakes == nil || len(mistakes) > 0) {
		t.Errorf("the imported file has mistakes:\n%v\n%s", err, r.File.Encode(r.Comments))
	}
	checkReport(t, r.Report)
}

func checkReport(t testing.TB, r Report) {
	t.Helper()
	for _, e := range r.Entries {
		switch {
		case e.Outcome != Mapped && e.Outcome != Changed && e.Outcome != Refused:
			t.Errorf("%s has the outcome %q", e, e.Outcome)
		case e.Outcome != Mapped && len(e.Remarks) == 0:
			t.Errorf("%s has no reason", e)
		case e.Outcome == Refused && e.ID != "":
			t.Errorf("%s is refused, but has an id", e)
		case e.Place == "":
			t.Errorf("%s has no place", e)
		}
	}
}

// itemOf finds an item of a file.
func itemOf(t testing.TB, f *questionnaire.File, id string) *questionnaire.FileItem {
	t.Helper()
	for i := range f.Pages {
		for j := range f.Pages[i].Items {
			if f.Pages[i].Items[j].ID == id {
				return &f.Pages[i].Items[j]
			}
		}
	}
	t.Fatalf("there is no item %q:\n%s", id, f.Encode(nil))
	return nil
}

// entryFor finds what a report says of a name.
func entryFor(t testing.TB, r Report, name string) *Entry {
	t.Helper()
	for _, e := range r.Entries {
		if e.Name == name {
			return e
		}
	}
	t.Fatalf("the report does not name %q", name)
	return nil
}
