package entry

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"hailong/internal/sheet"
)

// line is a row of a table. It is valid until the next one is read.
type line struct {
	number int // as spreadsheet programs show it, from 1
	cells  []cell
	broken string // id of the message why it can't be read; then it has no cells
	read   int64  // bytes of the file, up to here
}

type cell struct {
	text    string
	number  bool // of a spreadsheet, written as a person would
	formula bool // text is what was worked out last
	broken  bool // text is an error of a formula, such as #REF!
}

// table is what rows are read from.
type table interface {
	// each calls f for every row that is not empty, the header first.
	each(f func(*line) error) error
}

const (
	maxColumns = 5000
	maxRecord  = 1 << 20 // bytes of a row
	maxText    = 4 * 32_767
)

// limits are those of a spreadsheet: one that a spreadsheet program can hold.
func limits() sheet.Limits {
	return sheet.Limits{
		Bytes: 512 << 20, Part: 2 << 30, Cells: 50_000_000, Rows: 1_048_576, Columns: maxColumns, Text: maxText, Row: maxRecord, Kept: 64 << 20,
	}
}

func unreadable(cure, message string, args ...any) error {
	return &sheet.Error{Message: fmt.Sprintf(message, args...), Cure: cure}
}

const asUTF8 = "in the spreadsheet program save it as .xlsx, or as “CSV UTF-8”"

// openTable finds out by its first bytes what a file is.
func openTable(ctx context.Context, f File) (table, error) {
	r := &interruptible{ctx: ctx, r: f.Reader}
	head := make([]byte, min(f.Size, 64<<10))
	if n, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the file: %w", err)
	} else if head = head[:n]; n == 0 {
		return nil, unreadable("choose the file with the answers", "the file is empty")
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		book, err := sheet.Open(r, f.Size, limits())
		if err != nil {
			return nil, err
		}
		return newBookTable(book, r)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, unreadable(asUTF8, "the file is written in UTF-16")
	case bytes.IndexByte(head, 0) >= 0:
		return nil, unreadable("choose a .csv or .xlsx file", "the file is neither text nor a spreadsheet")
	}
	return newCSVTable(r, f.Size, head)
}

// interruptible is a reader that fails when the work is to end, and knows where
// it reads.
type interruptible struct {
	ctx context.Context //nolint:containedctx // it lives as long as the call it is made for
	r   io.ReaderAt
	at  int64
}

// ReadAt implements io.ReaderAt.
func (i *interruptible) ReadAt(p []byte, at int64) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := i.r.ReadAt(p, at)
	i.at = at + int64(n)
	return n, err
}

// csvTable reads CSV.
type csvTable struct {
	csv    *csv.Reader
	budget *budget
	line   line
	inner  int // line ends within texts, so far
}

// budget is a reader that fails where a row grows without end: a quote that is
// never closed makes a row of the rest of the file.
type budget struct {
	r    io.Reader
	left int
}

var errTooLong = errors.New("the row is too long")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func newCSVTable(r io.ReaderAt, size int64, head []byte) (table, error) {
	start := 0
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		start = len("\ufeff")
	}
	first, _, whole := bytes.Cut(head[start:], []byte("\n"))
	if whole && !utf8.Valid(first) {
		return nil, unreadable(asUTF8, "the file is not written in UTF-8")
	}
	b := &budget{r: io.NewSectionReader(r, int64(start), size-int64(start)), left: maxRecord}
	t := &csvTable{csv: csv.NewReader(b), budget: b}
	t.csv.FieldsPerRecord, t.csv.ReuseRecord, t.csv.Comma = -1, true, separator(first)
	return t, nil
}

// separator finds what stands between the cells of the first row.
func separator(first []byte) rune {
	best, most := ',', 0
	for _, comma := range []rune{',', ';', '\t'} {
		count, quoted := 0, false
		for _, c := range first {
			if c == '"' {
				quoted = !quoted
			} else if rune(c) == comma && !quoted {
				count++
			}
		}
		if count > most {
			best, most = comma, count
		}
	}
	return best
}

func (t *csvTable) each(f func(*line) error) error {
	for {
		record, err := t.csv.Read()
		t.budget.left = maxRecord
		t.line.read = t.csv.InputOffset()
		switch e := (*csv.ParseError)(nil); {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errTooLong):
			return unreadable("look for a quote that is never closed", "a row of the file, after row %d, has more than %d bytes", t.line.number, maxRecord)
		case errors.As(err, &e):
			t.line.number, t.line.cells, t.line.broken = e.StartLine-t.inner, nil, "entry.broken_row"
			t.inner += e.Line - e.StartLine
		case err != nil:
			return fmt.Errorf("read the file: %w", err)
		default:
			if err := t.take(record); err != nil {
				return err
			}
		}
		if t.line.broken == "" && !slices.ContainsFunc(t.line.cells, func(c cell) bool { return c.text != "" }) {
			continue
		}
		if err := f(&t.line); err != nil {
			return err
		}
	}
}

// take makes a row of a record.
func (t *csvTable) take(record []string) error {
	if len(record) > maxColumns {
		return unreadable("look for a missing line end", "a row of the file has more than %d cells", maxColumns)
	}
	start, _ := t.csv.FieldPos(0)
	t.line.number, t.line.cells, t.line.broken = start-t.inner, t.line.cells[:0], ""
	for _, text := range record {
		t.inner += strings.Count(text, "\n")
		if !utf8.ValidString(text) {
			t.line.broken = "entry.not_utf8"
		}
		t.line.cells = append(t.line.cells, cell{text: strings.TrimSpace(text)})
	}
	if t.line.broken != "" {
		t.line.cells = t.line.cells[:0]
	}
	return nil
}

// bookTable reads a sheet of a spreadsheet.
type bookTable struct {
	book  *sheet.Book
	sheet int
	at    *interruptible
	line  line
}

// The sheets of a template.
const (
	formsSheet = "forms"
	codesSheet = "codes"
)

// newBookTable chooses the sheet with the answers: that of a template, or the
// first.
func newBookTable(book *sheet.Book, at *interruptible) (table, error) {
	names := book.Names()
	if len(names) == 0 {
		return nil, unreadable("choose the file with the answers", "the spreadsheet has no sheet")
	}
	chosen := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), formsSheet) })
	if chosen < 0 {
		chosen = max(0, slices.IndexFunc(names, func(name string) bool { return !strings.EqualFold(strings.TrimSpace(name), codesSheet) }))
	}
	return &bookTable{book: book, sheet: chosen, at: at}, nil
}

func (t *bookTable) each(f func(*line) error) error {
	return t.book.Rows(t.sheet, func(row sheet.Row) error {
		t.line.number, t.line.cells, t.line.read = row.Number, t.line.cells[:0], t.at.at
		for _, c := range row.Cells {
			for len(t.line.cells) < c.Column {
				t.line.cells = append(t.line.cells, cell{})
			}
			own := cell{text: strings.TrimSpace(c.Text), number: c.Kind == sheet.Number, formula: c.Formula, broken: c.Kind == sheet.Broken}
			t.line.cells = append(t.line.cells, own)
		}
		return f(&t.line)
	})
}

// since1904 reports whether the numbers of days begin with 1904.
func since1904(t table) bool {
	b, ok := t.(*bookTable)
	return ok && b.book.Since1904()
}
