package entry

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"hailong/internal/sheet"
)

// Report writes the refused rows of a file as CSV: complete, as they were, with a
// column error that says what is wrong. It can be corrected and entered again.
type Report struct {
	csv   *csv.Writer
	error int // column
	width int
}

// NewReport writes the header of the file that is entered, and of the report.
func NewReport(w io.Writer, columns []string) (*Report, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("write the report: %w", err)
	}
	r := &Report{csv: csv.NewWriter(w), width: len(columns)}
	header := slices.Clone(columns)
	if r.error = slices.IndexFunc(columns, func(name string) bool { return strings.EqualFold(name, "error") }); r.error < 0 {
		r.error = len(columns)
		header = append(header, "error")
	}
	if err := r.write(header); err != nil {
		return nil, err
	}
	return r, nil
}

// Write writes a row.
func (r *Report) Write(refused *Refused) error {
	cells := make([]string, max(r.width, r.error+1, len(refused.Cells)))
	copy(cells, refused.Cells)
	faults := make([]string, len(refused.Faults))
	for i, f := range refused.Faults {
		if faults[i] = f.Message; f.Column != "" {
			faults[i] = f.Column + ": " + f.Message
		}
	}
	if extra := len(refused.Cells) - r.width; extra > 0 && r.error == r.width { // cells without a column stand behind
		cells = slices.Insert(cells[:len(refused.Cells)], r.error, "")
	}
	cells[r.error] = strings.Join(faults, " | ")
	return r.write(cells)
}

func (r *Report) write(cells []string) error {
	guarded := make([]string, len(cells))
	for i, c := range cells {
		guarded[i] = sheet.Guard(c)
	}
	if err := r.csv.Write(guarded); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// Close writes what is left.
func (r *Report) Close() error {
	r.csv.Flush()
	return r.csv.Error()
}
