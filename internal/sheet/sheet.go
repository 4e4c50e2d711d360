// Package sheet reads and writes spreadsheets (.xlsx) as rows of texts.
//
// What is read was written by strangers, and may be made to do harm. Files are
// read by our own streaming reader, which counts what it unpacks and keeps;
// excelize is used to write only, because it builds styles and sheets in memory
// before anything can be counted. Formulas are never evaluated: the value that
// was stored with them is read. XML with a DOCTYPE is refused, so that there is
// nothing to expand. Every limit is the caller's ([Limits]), and memory does not
// grow with the rows: they are handed over one by one.
//
// Nothing here touches files: callers open what is read.
package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Error says why a file can't be read, and what to do about it.
type Error struct {
	Message string
	Cure    string
}

// Error says both.
func (e *Error) Error() string { return e.Message + "; " + e.Cure }

func unreadable(cure, message string, args ...any) error {
	return &Error{fmt.Sprintf(message, args...), cure}
}

// Limits are those of a file. What is counted is what comes out of the compressed
// parts, whatever they say of themselves.
type Limits struct {
	Bytes   int64 // of the file
	Part    int64 // of one part of it, unpacked
	Cells   int   // of all sheets that are read, also those without a value
	Rows    int   // of one sheet, those without a value left out
	Columns int   // of a sheet; cells beyond are passed over
	Text    int   // of one cell, in bytes; the rest is cut off
	Row     int   // of the texts of one row that no others share, in bytes
	Kept    int   // of all texts that cells share, in bytes
}

const (
	maxParts  = 2000 // of a file
	maxSheets = 100
)

const saveAgain = "open it in a spreadsheet program, delete what does not belong there, and save it as .xlsx"

// Row is the cells of a row that are not empty, in order. It is valid until the
// next one is read.
type Row struct {
	Number int // as spreadsheet programs show it, from 1
	Cells  []Cell
}

// Cell is one cell.
type Cell struct {
	Column  int // from 0
	Text    string
	Kind    Kind
	Formula bool // Text is what the program that saved the file had worked out; it may be empty
	Shared  bool // other cells have the same Text, which takes no memory of its own
}

// Kind is what a cell holds.
type Kind uint8

// The kinds.
const (
	Text   Kind = iota // a text, or TRUE or FALSE
	Number             // a number, written as a person would
	Broken             // an error of a formula, such as #REF!
)

// Book is an open spreadsheet.
type Book struct {
	limits Limits
	parts  map[string]*zip.File
	names  []string
	files  []string // by sheet
	shared []string
	since  int // 1900 or 1904: the year from which days are counted
	seen   int // cells
	kept   int // bytes
}

// Open reads the list of sheets, and the texts that their cells share. The
// reader is used as long as the book is.
func Open(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	if size > limits.Bytes {
		return nil, unreadable(saveAgain, "the file has more than %d bytes", limits.Bytes)
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
	b := &Book{limits: limits, parts: map[string]*zip.File{}, since: 1900}
	for _, f := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.Name, `\`, "/")), "/"))] = f
	}
	if err := b.workbook(); err != nil {
		return nil, err
	}
	if err := b.sharedStrings(); err != nil {
		return nil, err
	}
	return b, nil
}

// looksLikeXLSX refuses what else is called a spreadsheet.
func looksLikeXLSX(r io.ReaderAt, size int64) error {
	head := make([]byte, 8)
	if size < 8 {
		return unreadable("choose the .xlsx file", "the file is empty or no spreadsheet")
	}
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	switch {
	case string(head) == "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
		return unreadable("open it in a spreadsheet program and save it as .xlsx, without a password", "this is an old .xls file, or one with a password")
	case string(head[:2]) != "PK":
		return unreadable("save it as .xlsx in a spreadsheet program", "this is no .xlsx file")
	}
	return nil
}

// Names lists the sheets in order.
func (b *Book) Names() []string { return b.names }

// Since1904 reports whether days are counted from 1904-01-01, as old programs
// for the Macintosh did, and not from 1899-12-30.
func (b *Book) Since1904() bool { return b.since == 1904 }

// each calls f for the tokens of a part; false when there is no such part.
func (b *Book) each(name string, f func(token xml.Token, around []string) error) (found bool, err error) {
	part := b.parts[strings.ToLower(name)]
	if part == nil {
		return false, nil
	}
	r, err := part.Open()
	if err != nil {
		return true, unreadable("download or copy the file again", "the part %s can't be unpacked (%v)", name[:min(len(name), 60)], err)
	}
	defer func() { _ = r.Close() }() // it was only read
	return true, EachToken(r, b.limits.Part, f)
}

// workbook reads the list of sheets.
func (b *Book) workbook() error {
	files, err := b.relations()
	if err != nil {
		return err
	}
	found, err := b.each("xl/workbook.xml", func(token xml.Token, _ []string) error {
		e, ok := token.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr" && (Attr(&e, "date1904") == "1" || Attr(&e, "date1904") == "true"):
			b.since = 1904
		case ok && e.Name.Local == "sheet":
			if len(b.names) == maxSheets {
				return unreadable(saveAgain, "the file has more than %d sheets", maxSheets)
			}
			b.names, b.files = append(b.names, Attr(&e, "name")), append(b.files, files[Attr(&e, "id")])
		}
		return nil
	})
	if err == nil && !found {
		return unreadable("save it as .xlsx in a spreadsheet program", "this is a zip file, but no .xlsx file")
	}
	return err
}

// relations returns the files of sheets by the ids that the workbook gives them.
func (b *Book) relations() (map[string]string, error) {
	files := map[string]string{}
	_, err := b.each("xl/_rels/workbook.xml.rels", func(token xml.Token, _ []string) error {
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "Relationship" && len(files) < maxParts {
			target := Attr(&e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "/xl/" + target
			}
			files[Attr(&e, "Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return nil
	})
	return files, err
}

// sharedStrings reads the texts that cells refer to by number. Phonetic readings
// (rPh) are no part of them.
func (b *Book) sharedStrings() error {
	var text strings.Builder
	_, err := b.each("xl/sharedStrings.xml", func(token xml.Token, around []string) error {
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "si" {
				text.Reset()
			}
		case xml.CharData:
			if inText(around) {
				b.write(&text, token)
			}
		case xml.EndElement:
			if token.Name.Local == "si" {
				return b.share(strings.TrimSpace(text.String()))
			}
		}
		return nil
	})
	return err
}

// share keeps a text that cells refer to by number.
func (b *Book) share(text string) error {
	if len(b.shared) >= b.limits.Cells {
		return unreadable(saveAgain, "the file has more than %d different texts", b.limits.Cells)
	}
	if b.kept += len(text) + 16; b.kept > b.limits.Kept {
		return unreadable(saveAgain, "the sheets hold more than %d bytes of text", b.limits.Kept)
	}
	b.shared = append(b.shared, strings.Clone(text))
	return nil
}

// write appends to the text of a cell, as much as one may have.
func (b *Book) write(text *strings.Builder, more []byte) {
	text.Write(more[:min(len(more), max(0, b.limits.Text-text.Len()))])
}

// inText reports whether characters stand in the t of an si or is.
func inText(around []string) bool {
	n := len(around)
	return n > 1 && around[n-1] == "t" && around[n-2] != "rPh"
}
