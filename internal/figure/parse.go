package figure

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hailong/internal/errs"
	"hailong/internal/yamlfile"
)

// The limits of a file.
const (
	MaxBytes = 16 << 20
	MaxRows  = 200_000
)

// The columns of a file, in the order of the canonical form.
const (
	colFigure = iota
	colAgency
	colPeriod
	colCell
	colValue
	colSource
	colChecked
	colNote
	columnCount
)

func columnNames() [columnCount]string {
	return [columnCount]string{"figure", "agency", "period", "cell", "value", "source", "checked", "note"}
}

// requiredHeader is the header line without the column that may be missing.
const requiredHeader = "figure,agency,period,cell,value,source,checked"

// Fault is what is wrong with a reference; without a message nothing is.
type Fault struct{ Message, Cure string }

// Rules is what only the reader of a file knows.
type Rules struct {
	// Agency returns the id of the agency that a reference means in a period, or
	// what is wrong with it. Nil: references are ids of their own.
	Agency func(ref, period string) (id string, fault Fault)
	// Wave reports whether a text is the id of a wave, even if it looks like a
	// year or month with a slip. Nil: none is.
	Wave func(text string) bool
}

// Parse reads a file of figures: CSV in UTF-8 with a header that names the
// columns figure, agency, period, cell, value, source, checked and, if need be,
// note, in any order, one figure to a line. Lines that begin with # are comments.
// known returns the id of the agency that a reference means; with nil every
// reference is an id.
//
// The name of the file is for messages only. A file with mistakes gives an
// [hailong/internal/errs.Mistakes] with all of them, and no table. O(n log n).
func Parse(file string, src []byte, known func(agency string) (id string, ok bool)) (*Table, error) {
	rules := Rules{}
	if known != nil {
		rules.Agency = func(ref, _ string) (string, Fault) {
			id, ok := known(ref)
			if !ok {
				return "", Fault{fmt.Sprintf("no agency has the id or code %q", ref), "write it as the registry of agencies has it"}
			}
			return id, Fault{}
		}
	}
	return ParseBy(rules, file, src)
}

// ParseBy is [Parse] for who knows more than the ids of agencies.
func ParseBy(rules Rules, file string, src []byte) (*Table, error) {
	p := parser{rules: rules, words: newWords(), notes: yamlfile.Notes{File: file}}
	if text, ok := p.text(src); ok {
		p.read(text)
	}
	rows := p.sorted()
	if err := p.notes.Err(); err != nil {
		return nil, err
	}
	return newTable(rows), nil
}

// ParseCanonical reads what [Table.Canonical] wrote, in a place where nobody
// knows agencies and waves: they were checked when the figures were loaded.
func ParseCanonical(src []byte) (*Table, error) {
	return ParseBy(Rules{Wave: func(string) bool { return true }}, "figures.csv", src)
}

// Recognize reports whether a CSV file means to be one of figures: its header has
// the column figure, which files of agencies do not.
func Recognize(src []byte) bool {
	text := strings.TrimPrefix(string(src[:min(len(src), 1<<16)]), "\uFEFF")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if skipped(line) {
			continue
		}
		for name := range strings.SplitSeq(line, string(separator([]string{line}))) {
			if strings.EqualFold(strings.Trim(name, ` "`), columnNames()[colFigure]) {
				return true
			}
		}
		return false
	}
	return false
}

// skipped reports whether a line before the header is empty or a comment, perhaps
// one that a spreadsheet put between quotation marks.
func skipped(line string) bool {
	return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, `"#`)
}

// parser reads one file.
type parser struct {
	rules Rules
	words *words
	notes yamlfile.Notes
	order []int // which column each field of a row is, -1: an unknown one
	rows  []placed
}

// placed is a figure and where its row begins.
type placed struct {
	Figure

	at yamlfile.Place
}

// sorted returns the figures in the order of their keys, and notes those that
// stand twice.
func (p *parser) sorted() []Figure {
	slices.SortStableFunc(p.rows, func(a, b placed) int { return compareKeys(a.Figure, b.Figure) })
	list := make([]Figure, len(p.rows))
	first := 0
	for i, f := range p.rows {
		list[i] = f.Figure
		if i == first || compareKeys(p.rows[first].Figure, f.Figure) != 0 {
			first = i
			continue
		}
		of := f.Agency
		if f.Cell != "" {
			of += ", " + f.Cell
		}
		p.fail(f.at, "keep one of them", "figure %q of %s in %s stands twice, first in line %d", f.ID, of, f.Period, p.rows[first].at.Line)
	}
	return list
}

func (p *parser) fail(at yamlfile.Place, cure, format string, args ...any) {
	p.notes.Tell(at, fmt.Sprintf(format, args...), cure)
}

// text checks what can be said before the file is cut into fields. It returns
// false when there is no sense in reading on.
func (p *parser) text(src []byte) (string, bool) {
	whole := yamlfile.Place{}
	const save = `save it as "CSV UTF-8"`
	switch {
	case len(src) > MaxBytes:
		p.fail(whole, "split it: files are merged", "the file has %d bytes; at most %d are read", len(src), MaxBytes)
		return "", false
	case bytes.HasPrefix(src, []byte("\xFF\xFE")), bytes.HasPrefix(src, []byte("\xFE\xFF")):
		p.fail(whole, save, "the file is UTF-16, not UTF-8")
		return "", false
	case bytes.HasPrefix(src, []byte("PK\x03\x04")), bytes.HasPrefix(src, []byte("\xd0\xcf\x11\xe0")):
		p.fail(whole, save, "the file is a spreadsheet")
		return "", false
	}
	text := strings.TrimPrefix(strings.ReplaceAll(string(src), "\r\n", "\n"), "\uFEFF")
	if strings.TrimSpace(text) == "" {
		p.fail(whole, "begin it with the line "+requiredHeader, "the file is empty")
		return "", false
	}
	p.notes.Lines = strings.Split(text, "\n")
	for i, line := range p.notes.Lines {
		p.bytes(line, i+1)
	}
	return text, len(p.notes.Mistakes) == 0
}

// bytes notes what can't be part of a text.
func (p *parser) bytes(line string, number int) {
	at := func(i int) yamlfile.Place {
		return yamlfile.Place{Line: number, Column: utf8.RuneCountInString(line[:i]) + 1}
	}
	if !utf8.ValidString(line) {
		place := at(firstInvalid(line))
		p.notes.Lines[number-1] = strings.ToValidUTF8(line, "\uFFFD")
		p.fail(place, `save the file as "CSV UTF-8"`, "not valid UTF-8")
		return
	}
	if i := strings.IndexByte(line, 0); i >= 0 {
		p.fail(at(i), "take it out; the file may be damaged", "a NUL byte")
	}
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		p.fail(at(i), "save the file with the line ends of Windows or Unix", "a carriage return inside a line")
	}
}

// firstInvalid returns the offset of the first byte that isn't UTF-8.
func firstInvalid(s string) int {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(s)
}

// read cuts the file into rows. Without a usable header there are none.
func (p *parser) read(text string) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1 // counted here, so that one bad row doesn't hide the next
	r.Comma = separator(p.notes.Lines)
	at := func(i int) yamlfile.Place { return p.place(r.FieldPos(i)) }
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			if p.order == nil {
				p.fail(yamlfile.Place{}, "add the line "+requiredHeader, "the file has only comments")
			}
			return
		case err != nil:
			p.failCSV(err)
			if p.order == nil {
				return
			}
		case strings.HasPrefix(record[0], "#"): // a comment that a spreadsheet put between quotation marks
		case p.order == nil:
			if !p.header(record, at) {
				return
			}
		case len(p.rows) == MaxRows:
			p.fail(at(0), "split the file: files are merged", "more than %d figures", MaxRows)
			return
		default:
			p.row(record, at)
		}
	}
}

// place turns a column in bytes into one in characters.
func (p *parser) place(line, column int) yamlfile.Place {
	if line < 1 || line > len(p.notes.Lines) {
		return yamlfile.Place{Line: line, Column: column}
	}
	text := p.notes.Lines[line-1]
	return yamlfile.Place{Line: line, Column: utf8.RuneCountInString(text[:min(max(column-1, 0), len(text))]) + 1}
}

// separator finds what stands between the fields of the header: a comma, or what
// spreadsheets write where the comma is the sign of decimals.
func separator(lines []string) rune {
	for _, line := range lines {
		if skipped(line) {
			continue
		}
		best := ','
		for _, other := range []rune{';', '\t'} {
			if strings.Count(line, string(other)) > strings.Count(line, string(best)) {
				best = other
			}
		}
		return best
	}
	return ','
}

// failCSV notes that a record can't be cut into fields.
func (p *parser) failCSV(err error) {
	bad, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case !ok:
		p.fail(yamlfile.Place{}, "", "the file can't be read: %v", err)
	case errors.Is(bad.Err, csv.ErrBareQuote):
		p.fail(p.place(bad.Line, bad.Column), `put the whole field between quotation marks and write the mark inside it twice ("")`,
			"a quotation mark in a field that does not begin with one")
	default:
		at := p.place(bad.Line, bad.Column)
		if bad.StartLine != bad.Line {
			at = yamlfile.Place{Line: bad.StartLine, Column: 1} // what is swallowed hides where it began
		}
		p.fail(at, `close it; a quotation mark inside it is written twice ("")`, "a field between quotation marks is not closed properly")
	}
}

// header finds the columns; false when one is missing. A name with a slip counts
// as the column it must mean, so that the rows can be checked as well.
func (p *parser) header(header []string, at func(int) yamlfile.Place) bool {
	names := columnNames()
	order := make([]int, len(header))
	var seen [columnCount]bool
	for i, name := range header {
		order[i] = slices.Index(names[:], name)
		if c := order[i]; c >= 0 && seen[c] {
			p.fail(at(i), "keep one of them", "column %q stands twice", name)
			order[i] = -1
		} else if c >= 0 {
			seen[c] = true
		}
	}
	for i, name := range header {
		if order[i] >= 0 || slices.Contains(names[:], name) {
			continue
		}
		c := nearest(strings.ToLower(strings.TrimSpace(name)), names[:], seen[:])
		if c < 0 {
			p.fail(at(i), "take it out; the columns are "+strings.Join(names[:], ", "), "unknown column %q", name)
			continue
		}
		p.fail(at(i), fmt.Sprintf("write %q", names[c]), "unknown column %q", name)
		order[i], seen[c] = c, true
	}
	complete := true
	for c, name := range names {
		if !seen[c] && c != colNote {
			complete = false
			p.fail(at(0), "add it to the header", "column %q is missing", name)
		}
	}
	p.order = order
	return complete
}

// nearest returns the column that was meant by a name with a slip, -1 when none
// that is not there yet is near: at most one slip in three letters.
func nearest(word string, names []string, seen []bool) int {
	best, slips := -1, len(word)/3+1
	if len(word) > 40 {
		return best
	}
	for c, name := range names {
		if d := errs.Edits(word, name); !seen[c] && d < slips {
			best, slips = c, d
		}
	}
	return best
}

// row takes one record.
func (p *parser) row(record []string, at func(int) yamlfile.Place) {
	if !slices.ContainsFunc(record, func(field string) bool { return field != "" }) {
		p.fail(at(0), "take it out", "an empty row")
		return
	}
	if len(record) != len(p.order) {
		cure := "put the missing separators in"
		if len(record) > len(p.order) {
			cure = "put a field that holds a comma between quotation marks; decimals have a point, such as 96.3"
		}
		p.fail(at(min(len(record)-1, len(p.order))), cure, "the row has %s, the header has %d", errs.Plural(len(record), "field"), len(p.order))
		return
	}
	r := row{parser: p}
	for i, column := range p.order {
		if column < 0 {
			continue // an unknown column, already noted
		}
		r.places[column] = at(i)
		r.fields[column] = r.clean(record[i], column)
	}
	r.check()
}

// clean returns a field without the spaces around it, which are a mistake: two
// keys that look the same must be the same.
func (r *row) clean(field string, column int) string {
	trimmed := strings.TrimFunc(field, unicode.IsSpace)
	switch {
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		r.bad(column, "write it on one line; a quotation mark may not be closed", "a line break or control character in %s", columnNames()[column])
	case trimmed != field:
		r.bad(column, "take them out", "spaces around %s %q", columnNames()[column], trimmed)
	}
	return trimmed
}
