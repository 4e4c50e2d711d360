package importer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
)

// keptSheet is the sheet in which our export keeps the whole file as JSON, in
// pieces that fit into cells.
const keptSheet = "hailong_file"

// pieceBytes is how much of the file stands in one cell.
const pieceBytes = 30_000

// keptGrid writes the file in pieces.
func keptGrid(f *questionnaire.File) grid {
	g := grid{columns: []string{"hailong_part", "hailong_json"}}
	data, err := json.Marshal(f)
	if err != nil {
		return g // never: a file holds texts and finite numbers
	}
	for i := 0; len(data) > 0; i++ {
		n := min(len(data), pieceBytes)
		for n < len(data) && data[n]&0xC0 == 0x80 {
			n-- // not within a character
		}
		g.rows = append(g.rows, map[string]string{"hailong_part": strconv.Itoa(i + 1), "hailong_json": "|" + string(data[:n]) + "|"})
		data = data[n:]
	}
	return g
}

// kept is the file that our export put into a spreadsheet, and what the sheets
// looked like then.
type kept struct {
	file *questionnaire.File
	book *book
}

// readKept reads the file of ours from a spreadsheet; ok is false if there is
// none, or none that can be trusted.
func readKept(w *workbook) (k *kept, ok bool) {
	s := w.sheet(keptSheet)
	if s == nil {
		return nil, false
	}
	var b strings.Builder
	for _, r := range s.rows {
		for _, c := range r.cells {
			if piece, isPiece := strings.CutPrefix(c.text, "|"); isPiece {
				b.WriteString(strings.TrimSuffix(piece, "|"))
			}
		}
	}
	k = &kept{file: &questionnaire.File{}}
	d := json.NewDecoder(strings.NewReader(b.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(k.file); err != nil {
		return nil, false
	}
	if k.book = bookOf(k.file); k.book == nil {
		return nil, false
	}
	return k, true
}

// bookOf writes the sheets of a file again, nil if it has mistakes. Pictures are
// not there, so that the file is read without them.
func bookOf(f *questionnaire.File) *book {
	bare := *f
	bare.Pages = slices.Clone(f.Pages)
	pictures := map[string]*questionnaire.FilePicture{}
	for i := range bare.Pages {
		bare.Pages[i].Items = slices.Clone(bare.Pages[i].Items)
		for j := range bare.Pages[i].Items {
			it := &bare.Pages[i].Items[j]
			pictures[it.ID], it.Image = it.Image, nil
		}
	}
	survey, err := questionnaire.Parse(f.Survey, "survey.yaml", bare.Encode(nil))
	if err != nil {
		return nil
	}
	for i := range survey.Questionnaire.Pages {
		items := survey.Questionnaire.Pages[i].Items
		for j := range items {
			if p := pictures[items[j].ID]; p != nil {
				items[j].Image = &questionnaire.Picture{Name: p.File, Alt: p.Alt}
			}
		}
	}
	return newBook(survey.Questionnaire, f)
}

// unchanged gives the file back if nobody touched the sheets since.
func (k *kept) unchanged(w *workbook, opts Options) (Result, bool) {
	for _, s := range []struct {
		name string
		grid
	}{{"survey", k.book.survey}, {"choices", k.book.choices}, {"settings", k.book.setting}} {
		if !s.same(w.sheet(s.name)) {
			return Result{}, false
		}
	}
	if opts.Survey != "" {
		k.file.Survey = opts.Survey
	}
	r := Result{File: k.file, Comments: map[string]string{}, Report: Report{Format: "XLSForm"}}
	for i, row := range k.book.survey.rows {
		r.Report.add(QuestionEntry, fmt.Sprintf("survey row %d", i+2), row["name"], row["type"])
	}
	r.Report.add(OtherEntry, "sheet "+keptSheet, "", "").note("written by our own export, and the form is as it was: all of it is taken over")
	return r, true
}

// same reports whether a sheet holds what a grid does.
func (g grid) same(s *sheet) bool {
	want := [][]cell{}
	header := make([]cell, len(g.columns))
	for i, c := range g.columns {
		header[i] = cell{i, c}
	}
	want = append(want, header)
	for _, row := range g.rows {
		cells := []cell{}
		for i, c := range g.columns {
			if text := trimmed(row[c]); text != "" {
				cells = append(cells, cell{i, text})
			}
		}
		want = append(want, cells)
	}
	want = slices.DeleteFunc(want, func(cells []cell) bool { return len(cells) == 0 })
	if s == nil || len(s.rows) != len(want) {
		return false
	}
	for i, r := range s.rows {
		if !slices.EqualFunc(r.cells, want[i], func(a, b cell) bool { return a.column == b.column && trimmed(a.text) == trimmed(b.text) }) {
			return false
		}
	}
	return true
}

// trimmed is a text as it comes back from a spreadsheet.
func trimmed(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}
