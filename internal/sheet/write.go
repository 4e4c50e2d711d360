package sheet

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Page is a sheet to be written. Its first row names the columns and stays in
// sight.
type Page struct {
	Name    string
	Columns []string
	Rows    [][]string
	Lists   []List
}

// List offers what may be written into the cells of a column, below the first:
// the cells of a column of another page. Other values are warned of.
type List struct {
	Column      int    // from 0
	Page        string // that has the values
	From        int    // column of the values, from 0
	First, Last int    // rows of the values, from 1
}

// asText is the number format that keeps what is typed as it is: telephone
// numbers with their zeros, days as they are written.
const asText = 49

// Write writes a spreadsheet. Every cell is a text, never a formula.
func Write(w io.Writer, pages []Page) error {
	x := excelize.NewFile()
	defer func() { _ = x.Close() }() // nothing is on disk
	style, err := x.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return fmt.Errorf("write the spreadsheet: %w", err)
	}
	for i, p := range pages {
		if i == 0 {
			err = x.SetSheetName("Sheet1", p.Name)
		} else {
			_, err = x.NewSheet(p.Name)
		}
		if err == nil {
			err = p.write(x, style)
		}
		if err != nil {
			return fmt.Errorf("write the sheet %s: %w", p.Name, err)
		}
	}
	if err := x.Write(w); err != nil {
		return fmt.Errorf("write the spreadsheet: %w", err)
	}
	return nil
}

func (p *Page) write(x *excelize.File, style int) error {
	for _, list := range p.Lists {
		if err := list.write(x, p.Name); err != nil {
			return err
		}
	}
	stream, err := x.NewStreamWriter(p.Name)
	if err != nil {
		return err
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := stream.SetColWidth(1, max(1, len(p.Columns)), 24); err != nil {
		return err
	}
	if err := stream.SetColStyle(1, max(1, len(p.Columns)), style); err != nil {
		return err
	}
	if err := setRow(stream, 1, p.Columns); err != nil {
		return err
	}
	for i, row := range p.Rows {
		if err := setRow(stream, i+2, row); err != nil {
			return err
		}
	}
	return stream.Flush()
}

func setRow(stream *excelize.StreamWriter, number int, texts []string) error {
	cells := make([]any, len(texts))
	for i, text := range texts {
		if text != "" {
			cells[i] = text
		}
	}
	return stream.SetRow(fmt.Sprintf("A%d", number), cells)
}

// write adds the list to a sheet.
func (l List) write(x *excelize.File, name string) error {
	column, err := excelize.ColumnNumberToName(l.Column + 1)
	if err != nil {
		return err
	}
	from, err := excelize.ColumnNumberToName(l.From + 1)
	if err != nil {
		return err
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("%s2:%s%d", column, column, excelize.TotalRows)
	v.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$%d:$%s$%d", l.Page, from, l.First, from, l.Last))
	warning := "warning"
	v.ShowErrorMessage, v.ErrorStyle = true, &warning
	return x.AddDataValidation(name, v)
}
