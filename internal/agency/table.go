package agency

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
)

// table is the fields of an agency file before their rules are checked.
type table struct {
	src  *source
	rows []row
	gaps bool // some rows could not be read, so an id that seems unknown may be in them
}

// row is one agency's fields and where they stand.
type row struct {
	fields [columnCount]string
	places [columnCount]place
}

// readTable cuts the file into rows. Without a usable header there are none.
func readTable(src *source) *table {
	t := &table{src: src, gaps: true}
	skipped := 0
	for skipped < len(src.starts) && isComment(src.line(skipped+1)) {
		skipped++
	}
	if skipped == len(src.starts) {
		src.fail(place{}, "add the line "+strings.Join(columns[:], ","), "the file has only comments")
		return t
	}
	r := csv.NewReader(strings.NewReader(src.text[src.starts[skipped]:]))
	r.FieldsPerRecord = -1 // counted here, so that one bad row doesn't hide the next
	at := func(i int) place {
		line, column := r.FieldPos(i)
		return place{line + skipped, column}
	}
	header, err := r.Read()
	if err != nil {
		t.failCSV(err, skipped)
		return t
	}
	order, ok := readHeader(src, header, at)
	if !ok {
		return t
	}
	t.gaps = false
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return t
		case err != nil:
			t.failCSV(err, skipped)
		case len(t.rows) == maxRows:
			src.fail(at(0), "", "more than %d agencies", maxRows)
			t.gaps = true
			return t
		default:
			t.add(record, order, at)
		}
	}
}

// isComment is true for an empty line and for one that begins with #, also
// within the quotation marks that spreadsheets put around it.
func isComment(line string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, `"#`)
}

// failCSV notes that a record can't be cut into fields.
func (t *table) failCSV(err error, skipped int) {
	t.gaps = true
	bad, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case errors.Is(err, io.EOF):
		t.src.fail(place{}, "add the line "+strings.Join(columns[:], ","), "the file has no header")
	case !ok:
		t.src.fail(place{}, "", "the file can't be read: %v", err)
	case errors.Is(bad.Err, csv.ErrBareQuote):
		t.src.fail(place{bad.Line + skipped, bad.Column}, `put the whole field between quotation marks and write the mark inside it twice ("")`,
			"a quotation mark in a field that does not begin with one")
	default:
		at := place{bad.Line + skipped, bad.Column}
		if bad.StartLine != bad.Line {
			at = place{bad.StartLine + skipped, 1} // what is swallowed hides where it began
		}
		t.src.fail(at, `close it; a quotation mark inside it is written twice ("")`, "a field between quotation marks is not closed properly")
	}
}

// add takes one record as a row.
func (t *table) add(record []string, order []int, at func(int) place) {
	if !slices.ContainsFunc(record, func(field string) bool { return field != "" }) {
		t.src.fail(at(0), "take it out", "an empty row")
		return
	}
	if len(record) != len(order) {
		t.gaps = true
		cure := "put the missing commas in"
		if len(record) > len(order) {
			cure = "put a field that holds a comma between quotation marks"
		}
		t.src.fail(at(min(len(record)-1, len(order))), cure, "the row has %d fields, the header has %d", len(record), len(order))
		return
	}
	var r row
	for i, column := range order {
		if column < 0 {
			continue // an unknown column, already noted
		}
		r.places[column] = at(i)
		r.fields[column] = t.clean(record[i], column, r.places[column])
	}
	t.rows = append(t.rows, r)
}

// clean returns a field without the spaces around it, which are a mistake: two
// codes that look the same must be the same.
func (t *table) clean(field string, column int, at place) string {
	trimmed := strings.TrimFunc(field, unicode.IsSpace)
	switch {
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		t.src.fail(at, "write it on one line; a quotation mark may not be closed", "a line break or control character in %s", columns[column])
	case trimmed != field:
		t.src.fail(at, "take them out", "spaces around %s %q", columns[column], trimmed)
	}
	return trimmed
}
