// Package entry takes in what was answered on paper, by telephone or in another
// system, from a table: a CSV file or a spreadsheet with one row per form.
//
// The first row names the columns: ids of items, rows and options as in the files
// of package export, or labels in any language of the questionnaire. A cell holds
// a code, a label, or the number of an answer as it is printed on the form. What
// is read becomes a [collect.Input], so that a row is checked like any other
// submission; there is no second set of rules.
//
// A row has a key of its own: the number of its form with the agency, or else what
// stands in it. The same file entered twice stores nothing twice. A row that is
// refused is told with all its cells, so that it can be corrected and entered
// again; the others are stored. A header that is not understood stores nothing:
// answers are never dropped because a column was mistyped.
//
// Files of strangers are read as package sheet does. Memory does not grow with
// the rows of a CSV file, but for 16 bytes for each row without a form number.
package entry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/response"
)

// File is a table: CSV (with commas, semicolons or tabs), or .xlsx.
type File struct {
	Reader io.ReaderAt
	Size   int64
}

// Options are what the file does not say itself.
type Options struct {
	Survey    string // slug
	Agency    string // id, code or name of the agency of rows that name none; may be empty
	Channel   string // paper, phone or import, for all rows; empty: what the rows say, else paper
	Counter   string // code of the counter of rows that name none; may be empty
	Lang      string // of what is told
	Consented bool   // whoever entered the forms says that everybody agreed
}

// Fault is what is wrong with a cell, in words, with its cure.
type Fault struct {
	Column  string `json:"column,omitempty"` // as the header names it; empty: the row as a whole
	Message string `json:"message"`
}

// Refused is a row that was not stored.
type Refused struct {
	Row    int      `json:"row"` // as spreadsheet programs show it, from 1
	Cells  []string `json:"cells"`
	Faults []Fault  `json:"faults"`
}

// Event is told while a file is entered. Columns is the header, and told first.
// Done of Total is how much of the file was read, in bytes.
type Event struct {
	Columns []string `json:"columns,omitempty"`
	Refused *Refused `json:"refused,omitempty"`
	Done    int64    `json:"done,omitempty"`
	Total   int64    `json:"total,omitempty"`
}

// Summary is what became of a file.
type Summary struct {
	Rows     int      `json:"rows"`   // that are not empty
	Stored   int      `json:"stored"` // or would be, in a trial
	Known    int      `json:"known"`  // that were entered before
	Refused  int      `json:"refused"`
	Warnings []string `json:"warnings,omitempty"`
}

// HeaderError is the error of a file whose first row is not understood.
type HeaderError struct{ Faults []Fault }

// Error lists the faults, one per line.
func (e *HeaderError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		if lines[i] = f.Message; f.Column != "" {
			lines[i] = f.Column + ": " + f.Message
		}
	}
	return strings.Join(lines, "\n")
}

// Taker makes responses durable, as *collect.Collector does.
type Taker interface {
	Submit(ctx context.Context, in *collect.Input) (collect.Receipt, error)
}

// Enter enters a file: every row of it that can be stored is, through to. What
// the catalog knows on the day tells what the columns mean. Events are told in
// order of the rows, by one goroutine at a time.
//
// A file that can't be read is a [sheet.Error] or a [HeaderError], and options
// that fit nothing are an errs.Error; nothing is stored then. Any other error
// ends the entry in between, with a summary of what was done; entering the file
// again stores the rest.
func Enter(ctx context.Context, to Taker, c *catalog.Catalog, day response.Day, f File, o Options, tell func(Event) error) (Summary, error) {
	form, err := newForm(c, day, o)
	if err != nil {
		return Summary{}, err
	}
	table, err := openTable(ctx, f)
	if err != nil {
		return Summary{}, err
	}
	form.days1904 = since1904(table)
	d := newDesk(ctx, to, form, f.Size, tell)
	reading := table.each(func(l *line) error {
		if form.columns == nil {
			if err := form.bind(l); err != nil {
				return err
			}
			return d.tell(Event{Columns: form.names()})
		}
		return d.take(l)
	})
	summary, err := d.finish()
	switch {
	case reading != nil && !errors.Is(reading, errStopped):
		return summary, reading
	case err != nil:
		return summary, fmt.Errorf("enter: %w", err)
	case reading != nil:
		return summary, fmt.Errorf("enter: %w", ctx.Err())
	case form.columns == nil:
		return summary, form.headerError(Fault{Message: form.t("entry.empty_file", nil)})
	}
	summary.Warnings = form.warnings()
	return summary, nil
}

// newForm finds what the options mean.
func newForm(c *catalog.Catalog, day response.Day, o Options) (*form, error) {
	survey := c.Survey(o.Survey)
	if survey == nil {
		return nil, errs.New(errs.NotFound, "unknown_survey")
	}
	f := &form{
		catalog: c, survey: survey, options: o, agencies: newDirectory(c.Agencies, day.String()),
		layouts: map[string]*layout{}, seen: map[uint64]uint32{}, day: day,
	}
	var problems []errs.Problem
	if o.Agency != "" {
		id, several := f.agencies.find(o.Agency)
		switch {
		case len(several) > 0:
			return nil, fmt.Errorf("--agency: %s", f.t("entry.ambiguous_agency", map[string]any{"text": strings.Join(several, ", ")}))
		case id == "":
			problems = append(problems, errs.Problem{Item: "agency", Code: "unknown_agency"})
		}
		f.agency = id
	}
	if o.Channel != "" && !enterable(o.Channel) {
		problems = append(problems, errs.Problem{Item: "channel", Code: "unknown_channel"})
	}
	if o.Counter != "" && !response.ValidCounter(o.Counter) {
		problems = append(problems, errs.Problem{Item: "counter", Code: "bad_value"})
	}
	if len(problems) > 0 {
		return nil, errs.Bad(problems...)
	}
	return f, nil
}

// enterable reports whether what stands in a table may have come by a channel.
func enterable(channel string) bool {
	c, ok := response.ParseChannel(channel)
	return ok && (c == response.Paper || c == response.Phone || c == response.Import)
}

// t words something for the person who enters the file.
func (f *form) t(id string, args map[string]any) string { return i18n.T(f.options.Lang, id, args) }

func (f *form) headerError(faults ...Fault) error { return &HeaderError{faults} }
