package importer

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
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

// Limits of a spreadsheet, beyond those of every file. What is counted is what
// comes out of the compressed parts, whatever they say of themselves.
const (
	maxPart    = 24 << 20 // bytes of one part of the file
	maxParts   = 2000     // of the file
	maxColumns = 2000
	maxSheets  = 100
)

const saveAgain = "open it in a spreadsheet program, delete what is not the form, and save it as .xlsx"

// openWorkbook reads the sheets of an .xlsx file whose names wanted takes.
func openWorkbook(r io.ReaderAt, size int64, wanted func(name string) bool) (*workbook, error) {
	if size > maxBytes {
		return nil, unreadable(saveAgain, "the file has more than %d bytes", maxBytes)
	}
	if err := looksLikeXLSX(r, size); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, unreadable("download or copy it again; a spreadsheet program may be able to repair it", "the file is damaged or no .xlsx file (%v)", err)
	}
	if len(archive.File) > maxParts {
		return nil, unreadable(saveAgain, "the file has more than %d parts", maxParts)
	}
	x := &xlsx{parts: map[string]*zip.File{}}
	for _, f := range archive.File {
		x.parts[strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.Name, `\`, "/")), "/"))] = f
	}
	return x.workbook(wanted)
}

// looksLikeXLSX refuses what else is called a spreadsheet.
func looksLikeXLSX(r io.ReaderAt, size int64) error {
	head := make([]byte, 8)
	if size < 8 {
		return unreadable("choose the .xlsx file of the form", "the file is empty or no spreadsheet")
	}
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	switch {
	case string(head) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
		return unreadable("open it in a spreadsheet program and save it as .xlsx, without a password", "this is an old .xls file, or one with a password")
	case string(head[:2]) != "PK":
		return unreadable("save the form as .xlsx in a spreadsheet program", "this is no .xlsx file")
	}
	return nil
}

type xlsx struct {
	parts  map[string]*zip.File
	shared []string
	seen   int // cells, also those that are not kept
	kept   int // bytes
}

// open returns a decoder of a part that stops at maxPart, nil if there is none.
func (x *xlsx) open(name string) (*xml.Decoder, io.Closer, error) {
	f := x.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, unreadable("download or copy the file again", "the part %s can't be unpacked (%v)", clip(name, 60), err)
	}
	return newDecoder(&limited{r: r, left: maxPart}), r, nil
}

// limited is a reader that fails where io.LimitReader would end quietly, and
// where a tag or a text grows so long that its parts would fill the memory.
type limited struct {
	r    io.Reader
	left int64
	run  int // bytes since the last < or >
}

const maxRun = 1 << 20

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, unreadable(saveAgain, "a part of the file unpacks to more than %d bytes", maxPart)
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	for _, c := range p[:n] {
		if l.run++; c == '<' || c == '>' {
			l.run = 0
		} else if l.run > maxRun {
			return 0, unreadable(saveAgain, "a tag or text of the file has more than %d bytes", maxRun)
		}
	}
	return n, err
}

// newDecoder returns a decoder of XML. Other entities than the five of XML are
// errors to it, and a DOCTYPE, which could define some, is refused by eachToken.
func newDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, unreadable("save it as UTF-8", "the file is written in %s", clip(charset, 30))
	}
	return d
}

var errStop = errors.New("stop")

// eachToken calls f for every token with the names of the elements around it.
func eachToken(d *xml.Decoder, f func(token xml.Token, path []string) error) error {
	var around []string
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			if e := (*FileError)(nil); errors.As(err, &e) {
				return e
			}
			return unreadable("export or save the file again", "the file has faulty XML (%v)", err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return unreadable("remove the DOCTYPE, or save the file again", "the file has a DOCTYPE, which is refused because it can be made to do harm")
		case xml.StartElement:
			if around = append(around, token.Name.Local); len(around) > 2*maxNesting {
				return unreadable("export or save the file again", "the XML is nested too deep")
			}
		}
		err = f(token, around)
		if errors.Is(err, errStop) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, ok := token.(xml.EndElement); ok {
			around = around[:len(around)-1]
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// workbook reads the list of sheets, then the sheets.
func (x *xlsx) workbook(wanted func(name string) bool) (*workbook, error) {
	files, err := x.relations()
	if err != nil {
		return nil, err
	}
	d, closer, err := x.open("xl/workbook.xml")
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, unreadable("save the form as .xlsx in a spreadsheet program", "this is a zip file, but no .xlsx file")
	}
	defer func() { _ = closer.Close() }() // it was only read
	type entry struct{ name, file string }
	var list []entry
	err = eachToken(d, func(token xml.Token, _ []string) error {
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "sheet" {
			return nil
		}
		if len(list) == maxSheets {
			return unreadable(saveAgain, "the file has more than %d sheets", maxSheets)
		}
		list = append(list, entry{attr(e, "name"), files[attr(e, "id")]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(list) == 1 { // the only one is the form, whatever its name
		list[0].name = "survey"
	}
	if err := x.sharedStrings(); err != nil {
		return nil, err
	}
	book := &workbook{}
	for _, e := range list {
		s := &sheet{name: e.name}
		book.sheets = append(book.sheets, s)
		if !wanted(e.name) {
			continue
		}
		if err := x.sheet(s, e.file); err != nil {
			return nil, err
		}
	}
	return book, nil
}

// relations returns the files of sheets by the ids that the workbook gives them.
func (x *xlsx) relations() (map[string]string, error) {
	files := map[string]string{}
	d, closer, err := x.open("xl/_rels/workbook.xml.rels")
	if err != nil || d == nil {
		return files, err
	}
	defer func() { _ = closer.Close() }() // it was only read
	return files, eachToken(d, func(token xml.Token, _ []string) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Relationship" && len(files) < maxParts {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "/xl/" + target
			}
			files[attr(e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	})
}

// sharedStrings reads the texts that cells refer to by number. Phonetic readings
// (rPh) are no part of them.
func (x *xlsx) sharedStrings() error {
	d, closer, err := x.open("xl/sharedStrings.xml")
	if err != nil || d == nil {
		return err
	}
	defer func() { _ = closer.Close() }() // it was only read
	var b strings.Builder
	return eachToken(d, func(token xml.Token, around []string) error {
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "si" {
				b.Reset()
			}
		case xml.CharData:
			if inText(around) {
				b.Write(token[:min(len(token), max(0, maxCellText*4-b.Len()))])
			}
		case xml.EndElement:
			if token.Name.Local == "si" {
				if len(x.shared) >= maxCells {
					return unreadable(saveAgain, "the file has more than %d different texts", maxCells)
				}
				text, err := x.keep(b.String())
				x.shared = append(x.shared, text)
				return err
			}
		}
		return nil
	})
}

// inText reports whether characters stand in the t of an si or is.
func inText(around []string) bool {
	n := len(around)
	return n > 1 && around[n-1] == "t" && around[n-2] != "rPh"
}

// keep counts what is kept in memory.
func (x *xlsx) keep(s string) (string, error) {
	s = strings.TrimSpace(s)
	if x.kept += len(s) + 16; x.kept > maxKept {
		return "", unreadable(saveAgain, "the sheets hold more than %d bytes of text", maxKept)
	}
	return strings.Clone(s), nil
}

// sheet reads the cells of a sheet.
func (x *xlsx) sheet(s *sheet, file string) error {
	d, closer, err := x.open(file)
	if err != nil || d == nil {
		return err
	}
	defer func() { _ = closer.Close() }() // it was only read
	r := &sheetReader{xlsx: x, sheet: s}
	return eachToken(d, r.token)
}

type sheetReader struct {
	*xlsx
	sheet *sheet
	row   sheetRow
	at    int    // column
	typ   string // of the cell
	text  strings.Builder
}

func (r *sheetReader) token(token xml.Token, around []string) error {
	switch token := token.(type) {
	case xml.StartElement:
		switch token.Name.Local {
		case "row":
			number := r.row.number + 1
			if n, err := strconv.Atoi(attr(token, "r")); err == nil && n >= number {
				number = n
			}
			r.row, r.at = sheetRow{number: number}, -1
		case "c":
			if r.seen++; r.seen > 2*maxCells {
				return unreadable(saveAgain, "the sheets have more than %d cells", 2*maxCells)
			}
			r.at++
			if column, ok := columnOf(attr(token, "r")); ok && column >= r.at {
				r.at = column
			}
			r.typ = attr(token, "t")
			r.text.Reset()
		}
	case xml.CharData: // v is a value, t a text in the cell; f, a formula, is not read
		if n := len(around); n > 0 && (around[n-1] == "v" || inText(around)) {
			r.text.Write(token[:min(len(token), max(0, maxCellText*4-r.text.Len()))])
		}
	case xml.EndElement:
		switch token.Name.Local {
		case "c":
			return r.cell()
		case "row":
			return r.endRow()
		case "sheetData":
			return errStop
		}
	}
	return nil
}

func (r *sheetReader) cell() error {
	text := r.value()
	if text == "" || r.at >= maxColumns {
		return nil
	}
	if r.kept += 24; r.typ != "s" {
		var err error
		if text, err = r.keep(text); err != nil {
			return err
		}
	}
	r.row.cells = append(r.row.cells, cell{r.at, text})
	return nil
}

// value returns the text of a cell, numbers as a person would write them.
func (r *sheetReader) value() string {
	raw := strings.TrimSpace(r.text.String())
	switch r.typ {
	case "s":
		if n, err := strconv.Atoi(raw); err == nil && n >= 0 && n < len(r.shared) {
			return r.shared[n]
		}
		return ""
	case "b":
		return map[string]string{"1": "TRUE", "0": "FALSE"}[raw]
	case "str", "inlineStr", "d":
		return raw
	case "e": // an error of a formula, such as #REF!
		return ""
	}
	if f, err := strconv.ParseFloat(raw, 64); err == nil && f > -1e15 && f < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return raw
}

func (r *sheetReader) endRow() error {
	if len(r.row.cells) == 0 {
		return nil
	}
	if len(r.sheet.rows) >= maxRows {
		return unreadable(saveAgain, "the sheet %s has more than %d rows", clip(r.sheet.name, 40), maxRows)
	}
	r.sheet.rows = append(r.sheet.rows, r.row)
	return nil
}

// columnOf returns the column of a cell such as AB12, from 0.
func columnOf(at string) (int, bool) {
	column := 0
	for i := range len(at) {
		c := at[i]
		switch {
		case c >= 'A' && c <= 'Z' && i < 3:
			column = column*26 + int(c-'A') + 1
		case isDigit(c) && i > 0:
			return column - 1, true
		default:
			return 0, false
		}
	}
	return 0, false
}
