// Package dossier reads lists of dossiers whose people are to be invited: CSV
// files as they come from a one-stop shop's software or from Excel.
//
// A file is checked whole before anything is made of it, and every mistake is
// told with its place and cure. What stands in columns that are not known here is
// carried along, so that the list with the codes can be joined to whatever it
// came from.
//
// The package knows neither codes nor agencies: whoever has the registry says
// through [List.Check] what is wrong with a reference. Numbers of dossiers stay
// with who holds the list; nothing here stores them.
package dossier

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"hailong/internal/agency"
	"hailong/internal/errs"
)

// The limits of a file.
const (
	MaxBytes   = 256 << 20
	maxRows    = 1_000_000
	maxColumns = 200
	maxText    = 100  // characters of the number of a dossier
	maxService = 80   // characters of the code of a service, as in a response
	maxFaults  = 1000 // mistakes that are told
)

// Column is one of the columns that mean something.
type Column int

// The columns.
const (
	Dossier  Column = iota // number of the dossier; required
	Agency                 // id or code of the receiving agency; required
	Resolver               // id or code of the agency that resolved it
	Service                // code of the service
	columns
)

// names are how the columns are called in files, folded; the first is the usual name.
func names() [columns][]string {
	return [columns][]string{
		{"dossier", "ma ho so", "so ho so", "ho so", "ma_ho_so", "mahoso"},
		{"agency", "co quan", "co quan tiep nhan", "don vi", "ma co quan", "co_quan"},
		{"resolver", "co quan giai quyet", "don vi giai quyet", "co_quan_giai_quyet"},
		{"service", "dich vu", "thu tuc", "ma thu tuc", "ma_thu_tuc"},
	}
}

// Added are the names of the columns that the list with the codes has besides;
// a file can't have them.
func Added() []string { return []string{"code", "link"} }

// List is a file. Until Check has found nothing in it, nothing may be made of it.
type List struct {
	Columns []string // all of them, as the file names them
	Rows    []Row
	Comma   rune // between cells
	Marked  bool // the file began with a byte order mark, as Excel likes it

	source *source
	at     [columns]int // index of a column in the file, -1: there is none
}

// Row is one dossier.
type Row struct {
	Line  int      // in the file, from 1
	Cells []string // as in the file, one for each of its columns
	value [columns]string
	place [columns]int // where the cell begins: column in characters, from 1
}

// Value returns what a row says in a column, without blanks around it; empty
// where the file has no such column.
func (r *Row) Value(c Column) string { return r.value[c] }

// Has reports whether the file has a column.
func (l *List) Has(c Column) bool { return l.at[c] >= 0 }

// Parse reads a file. The error is errs.Mistakes, for a file of which no sense can
// be made; what is wrong with single rows is told by [List.Check], together with
// what is wrong with agencies: nothing may be made of a list that it refuses.
func Parse(file string, src []byte) (*List, error) {
	s := &source{file: file}
	l := &List{Comma: ',', source: s}
	text, ok := s.decode(src, &l.Marked)
	if !ok {
		return nil, s.err()
	}
	s.text = text
	skipped := 0
	if first, rest, found := strings.Cut(text, "\n"); found && strings.HasPrefix(first, "sep=") {
		text, skipped = rest, 1 // a line by which Excel knows the separator
	}
	if strings.TrimSpace(text) == "" {
		s.fail(0, 0, "begin it with the line dossier,agency", "the file is empty")
		return nil, s.err()
	}
	first, _, _ := strings.Cut(text, "\n")
	l.Comma = separator(first)
	if !l.read(text, skipped) {
		return nil, s.err()
	}
	return l, nil
}

// separator finds what stands between the cells of the first line.
func separator(first string) rune {
	best, most := ',', 0
	for _, comma := range []rune{',', ';', '\t'} {
		count, quoted := 0, false
		for _, c := range first {
			if c == '"' {
				quoted = !quoted
			} else if c == comma && !quoted {
				count++
			}
		}
		if count > most {
			best, most = comma, count
		}
	}
	return best
}

// read reads the rows; false when there is none, or the first line is wrong.
func (l *List) read(text string, skipped int) bool {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = l.Comma, -1
	seen := map[string]int{} // number of a dossier → line
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			l.source.broken(err, skipped) // and what follows may be read wrongly
			return l.Columns != nil
		}
		at := func(i int) (line, column int) {
			line, column = r.FieldPos(i)
			return line + skipped, l.source.character(line+skipped, column)
		}
		switch {
		case l.Columns == nil:
			if !l.header(record, at) {
				return false
			}
		case !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" }):
		case len(l.Rows) == maxRows:
			l.source.fail(0, 0, "split the file", "the file has more than %d rows", maxRows)
			return false
		default:
			l.row(record, at, seen)
		}
	}
	if len(l.Rows) == 0 && len(l.source.mistakes) == 0 {
		l.source.fail(0, 0, "add a row for each dossier", "the file has no dossiers")
		return false
	}
	return l.Columns != nil
}

// header finds the columns; false when there is no sense in reading on.
func (l *List) header(record []string, at func(int) (line, column int)) bool {
	s := l.source
	if len(record) > maxColumns {
		s.fail(1, 1, "take out those that nobody needs", "the file has more than %d columns", maxColumns)
		return false
	}
	for c := range l.at {
		l.at[c] = -1
	}
	for i, cell := range record {
		line, column := at(i)
		l.Columns = append(l.Columns, strings.TrimSpace(cell))
		name := strings.Join(strings.Fields(agency.Fold(cell)), " ")
		if slices.Contains(Added(), name) {
			s.fail(line, column, "give it another name", "the column %s is added by the program", name)
		}
		for c, known := range names() {
			if !slices.Contains(known, name) {
				continue
			}
			if l.at[c] >= 0 {
				s.fail(line, column, "take one of them out, or give it another name", "the column %s is there twice", known[0])
			}
			l.at[c] = i
		}
	}
	for _, c := range []Column{Dossier, Agency} {
		if l.at[c] < 0 {
			s.fail(1, 1, "name it so in the first line: dossier,agency,resolver,service", "there is no column %s", names()[c][0])
		}
	}
	return len(s.mistakes) == 0
}

func (l *List) row(record []string, at func(int) (line, column int), seen map[string]int) {
	s := l.source
	line, _ := at(0)
	if len(record) != len(l.Columns) {
		s.fail(line, 1, "look for a missing or extra separator, or for a text that needs quotes",
			"the row has %s, the first line has %d", errs.Plural(len(record), "cell"), len(l.Columns))
		return
	}
	row := Row{Line: line, Cells: record}
	for c, i := range l.at {
		if i < 0 {
			continue
		}
		cellLine, column := at(i)
		value := strings.TrimSpace(record[i])
		row.value[c], row.place[c] = value, column
		if strings.ContainsFunc(value, unicode.IsControl) {
			s.fail(cellLine, column, "take it out", "a line end or another control character in %s", names()[c][0])
		}
	}
	l.checkRow(&row)
	if number := row.value[Dossier]; number != "" {
		if before, ok := seen[number]; ok {
			s.fail(line, row.place[Dossier], "take one of them out", "dossier %s is in line %d already", number, before)
		}
		seen[number] = line
	}
	l.Rows = append(l.Rows, row)
}

func (l *List) checkRow(row *Row) {
	for _, c := range []Column{Dossier, Agency} {
		if row.value[c] == "" {
			l.fail(row, c, "fill it in, or take the row out", "no "+names()[c][0])
		}
	}
	for c, most := range map[Column]int{Dossier: maxText, Service: maxService} {
		if n := utf8.RuneCountInString(row.value[c]); n > most {
			l.fail(row, c, "shorten it", fmt.Sprintf("a %s of %d characters, at most %d are taken", names()[c][0], n, most))
		}
	}
}

func (l *List) fail(row *Row, c Column, cure, message string) {
	l.source.fail(row.Line, row.place[c], cure, "%s", message)
}

// Fault is what is wrong with a reference to an agency.
type Fault struct{ Message, Cure string }

// References lists what the rows say of agencies, each once, in order of
// appearance.
func (l *List) References() []string {
	var list []string
	seen := map[string]bool{}
	for i := range l.Rows {
		for _, c := range []Column{Agency, Resolver} {
			if ref := l.Rows[i].value[c]; ref != "" && !seen[ref] {
				seen[ref] = true
				list = append(list, ref)
			}
		}
	}
	return list
}

// Check asks about every reference to an agency; a Fault without a message is
// none. The error is errs.Mistakes, with all that is wrong in the file.
func (l *List) Check(fault func(ref string) Fault) error {
	for i := range l.Rows {
		row := &l.Rows[i]
		for _, c := range []Column{Agency, Resolver} {
			if row.value[c] == "" {
				continue
			}
			if f := fault(row.value[c]); f.Message != "" {
				l.fail(row, c, f.Cure, f.Message)
			}
		}
	}
	return l.source.err()
}

// decode returns the text of a file.
func (s *source) decode(src []byte, marked *bool) (string, bool) {
	switch {
	case len(src) > MaxBytes:
		s.fail(0, 0, "split it", "the file has %d bytes; at most %d are read", len(src), MaxBytes)
		return "", false
	case bytes.HasPrefix(src, []byte("\xff\xfe")), bytes.HasPrefix(src, []byte("\xfe\xff")): // Excel's "Unicode text"
		*marked = true
		src = fromUTF16(src)
	case bytes.HasPrefix(src, []byte("\xef\xbb\xbf")):
		*marked = true
		src = src[3:]
	case bytes.HasPrefix(src, []byte("PK\x03\x04")), bytes.HasPrefix(src, []byte("\xd0\xcf\x11\xe0")):
		s.fail(0, 0, `save it as "CSV UTF-8"`, "the file is a spreadsheet")
		return "", false
	}
	s.text = strings.ReplaceAll(string(src), "\r\n", "\n")
	if !utf8.ValidString(s.text) {
		for i, line := range strings.Split(s.text, "\n") {
			if !utf8.ValidString(line) {
				s.fail(i+1, 1, `save the file as "CSV UTF-8"`, "the line is not written in UTF-8")
				break
			}
		}
		return "", false
	}
	if i := strings.IndexByte(s.text, 0); i >= 0 {
		s.fail(1+strings.Count(s.text[:i], "\n"), 1, "the file may be damaged; save it again", "a NUL byte")
		return "", false
	}
	return strings.ReplaceAll(s.text, "\r", "\n"), true // line ends of old Macs
}

// fromUTF16 decodes a text that begins with a byte order mark.
func fromUTF16(src []byte) []byte {
	high, low := 1, 0
	if src[0] == 0xfe {
		high, low = 0, 1
	}
	units := make([]uint16, 0, len(src)/2)
	for i := 2; i+1 < len(src); i += 2 {
		units = append(units, uint16(src[i+high])<<8|uint16(src[i+low]))
	}
	return []byte(string(utf16.Decode(units)))
}
