package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// Rows calls f for each row of a sheet that has a value, in order. The error is
// an [Error], or what f returned; [ErrStop] ends it without one.
func (b *Book) Rows(sheet int, f func(Row) error) error {
	if sheet < 0 || sheet >= len(b.files) {
		return nil
	}
	r := &rowReader{Book: b, name: b.names[sheet], f: f}
	_, err := b.each(b.files[sheet], r.token)
	return err
}

type rowReader struct {
	*Book
	name    string
	f       func(Row) error
	rows    int
	row     Row
	at      int    // column
	own     int    // bytes of the row's texts that are not shared
	typ     string // of the cell
	formula bool
	text    strings.Builder
}

func (r *rowReader) token(token xml.Token, around []string) error {
	switch token := token.(type) {
	case xml.StartElement:
		switch token.Name.Local {
		case "row":
			number := r.row.Number + 1
			if n, err := strconv.Atoi(Attr(&token, "r")); err == nil && n >= number {
				number = n
			}
			r.row.Number, r.row.Cells, r.at = number, r.row.Cells[:0], -1
			r.own = 0
		case "c":
			return r.begin(&token)
		case "f":
			r.formula = true
		}
	case xml.CharData: // v is a value, t a text in the cell; f, a formula, is not read
		if n := len(around); n > 0 && (around[n-1] == "v" || inText(around)) {
			r.write(&r.text, token)
		}
	case xml.EndElement:
		switch token.Name.Local {
		case "c":
			return r.cell()
		case "row":
			return r.end()
		case "sheetData":
			return ErrStop
		}
	}
	return nil
}

// begin begins a cell.
func (r *rowReader) begin(cell *xml.StartElement) error {
	if r.seen++; r.seen > r.limits.Cells {
		return unreadable(saveAgain, "the sheets have more than %d cells", r.limits.Cells)
	}
	r.at++
	if column, ok := columnOf(Attr(cell, "r")); ok && column >= r.at {
		r.at = column
	}
	r.typ, r.formula = Attr(cell, "t"), false
	r.text.Reset()
	return nil
}

func (r *rowReader) cell() error {
	c := Cell{Column: r.at, Formula: r.formula}
	if r.value(&c); c.Text == "" && !c.Formula || c.Column >= r.limits.Columns {
		return nil
	}
	if !c.Shared {
		r.own += len(c.Text)
	}
	if r.own > r.limits.Row {
		return unreadable(saveAgain, "row %d of the sheet %s has more than %d bytes", r.row.Number, clip(r.name), r.limits.Row)
	}
	r.row.Cells = append(r.row.Cells, c)
	return nil
}

// value takes the text of a cell, of a number as a person would write it.
func (r *rowReader) value(c *Cell) {
	raw := strings.TrimSpace(r.text.String())
	switch r.typ {
	case "s":
		if n, err := strconv.Atoi(raw); err == nil && n >= 0 && n < len(r.shared) {
			c.Text, c.Shared = r.shared[n], true
		}
	case "b":
		c.Text = map[string]string{"1": "TRUE", "0": "FALSE"}[raw]
	case "str", "inlineStr", "d":
		c.Text = raw
	case "e":
		c.Text, c.Kind = raw, Broken
	default:
		if f, err := strconv.ParseFloat(raw, 64); err == nil && f > -1e15 && f < 1e15 {
			raw, c.Kind = strconv.FormatFloat(f, 'f', -1, 64), Number
		}
		c.Text = raw
	}
}

func (r *rowReader) end() error {
	if len(r.row.Cells) == 0 {
		return nil
	}
	if r.rows++; r.rows > r.limits.Rows {
		return unreadable(saveAgain, "the sheet %s has more than %d rows", clip(r.name), r.limits.Rows)
	}
	return r.f(r.row)
}

// clip shortens a name that stands in a message.
func clip(name string) string {
	const most = 40
	if chars := []rune(name); len(chars) > most {
		return string(chars[:most]) + "…"
	}
	return name
}

// columnOf returns the column of a cell such as AB12, from 0.
func columnOf(at string) (int, bool) {
	column := 0
	for i := range len(at) {
		c := at[i]
		switch {
		case c >= 'A' && c <= 'Z' && i < 3:
			column = column*26 + int(c-'A') + 1
		case c >= '0' && c <= '9' && i > 0:
			return column - 1, true
		default:
			return 0, false
		}
	}
	return 0, false
}
