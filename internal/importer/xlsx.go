package importer

import (
	"io"

	spreadsheet "hailong/internal/sheet"
)

// workbook is the sheets of a spreadsheet, as texts.
type workbook struct {
	sheets []*sheet
}

// sheet holds the cells that are not empty, by row.
type sheet struct {
	name string
	rows []sheetRow
}

type sheetRow struct {
	number int // from 1
	cells  []cell
}

type cell struct {
	column int // from 0
	text   string
}

const maxColumns = 2000

// bookLimits are those of a form. Most of what a hostile file unpacks is never kept.
func bookLimits() spreadsheet.Limits {
	return spreadsheet.Limits{
		Bytes: maxBytes, Part: 24 << 20, Cells: 2 * maxCells, Rows: maxRows, Columns: maxColumns, Text: 4 * maxCellText, Row: maxKept, Kept: maxKept,
	}
}

// openWorkbook reads the sheets of an .xlsx file whose names wanted takes.
func openWorkbook(r io.ReaderAt, size int64, wanted func(name string) bool) (*workbook, error) {
	file, err := spreadsheet.Open(r, size, bookLimits())
	if err != nil {
		return nil, err
	}
	names := file.Names()
	if len(names) == 1 { // the only one is the form, whatever its name
		names = []string{"survey"}
	}
	book, kept := &workbook{}, 0
	for i, name := range names {
		s := &sheet{name: name}
		book.sheets = append(book.sheets, s)
		if !wanted(name) {
			continue
		}
		if err := file.Rows(i, func(row spreadsheet.Row) error { return s.keep(row, &kept) }); err != nil {
			return nil, err
		}
	}
	return book, nil
}

// keep takes a row; kept counts the bytes of all.
func (s *sheet) keep(row spreadsheet.Row, kept *int) error {
	own := sheetRow{number: row.Number}
	for _, c := range row.Cells {
		if c.Text == "" || c.Kind == spreadsheet.Broken {
			continue
		}
		if *kept += 24; !c.Shared {
			*kept += len(c.Text) + 16
		}
		own.cells = append(own.cells, cell{c.Column, c.Text})
	}
	if *kept > maxKept {
		return unreadable("open it in a spreadsheet program, delete what is not the form, and save it as .xlsx", "the sheets hold more than %d bytes of text", maxKept)
	}
	if len(own.cells) > 0 {
		s.rows = append(s.rows, own)
	}
	return nil
}
