// Package importer reads questionnaires that were made for other programs
// (XLSForm, LimeSurvey, SurveyJS, Formulosity) as ours, and writes ours as
// XLSForm.
//
// Every importer reads its format into one [form], whose names and expressions
// are still those of the source; [form.assemble] makes a [questionnaire.File] of
// it: ids and codes that we allow, conditions in our language, pages that every
// rule of ours accepts. What is lost on the way is never lost silently: a
// [Report] names every row or question of the source with what became of it, and
// what an author must look at stands first. A file is given back only if
// [questionnaire.Parse] finds no mistake in it.
//
// A condition keeps its meaning where answers are missing. XPath,
// ExpressionScript and SurveyJS take a missing answer for an empty text, so that
// not(${a} = 'x') holds where a was not answered; ours is unknown there. The
// translator (translate.go) says such a condition as not answered(a) or a != 'x'.
//
// What is read was written by strangers, and may be made to do harm:
//
//   - Spreadsheets are read by package sheet, which counts what it unpacks and
//     keeps. Formulas are never evaluated: the value that was stored with them is
//     read.
//   - XML with a DOCTYPE is refused, so that there is nothing to expand.
//   - YAML with anchors or aliases is refused, and its nesting limited.
//   - Sizes, counts and depths are limited everywhere; no file makes an importer
//     panic or take more than a few tens of megabytes.
//
// Nothing here touches files or network: callers open what is read.
package importer

import (
	"fmt"
	"io"

	"hailong/internal/questionnaire"
	spreadsheet "hailong/internal/sheet"
)

// Options is what an importer can't read in the file.
type Options struct {
	Survey   string // the slug; empty: the file's own name for itself, else "imported"
	Language string // BCP 47 tag of texts whose language the file does not name; empty: guessed
}

// Result is what became of a file.
type Result struct {
	File     *questionnaire.File
	Comments map[string]string // by path in File, such as pages[0].items[1]: where it comes from
	Report   Report
}

// FileError says why a file can't be read at all, and what to do about it.
type FileError = spreadsheet.Error

func unreadable(cure, message string, args ...any) error {
	return &FileError{Message: fmt.Sprintf(message, args...), Cure: cure}
}

// Limits of what is read. Real files stay far below: the longest form seen has
// 600 rows, the largest file 200 kB.
const (
	maxBytes    = 10 << 20 // of a file
	maxRows     = 20_000   // of a sheet or table
	maxCells    = 400_000  // of all sheets
	maxCellText = 32_767   // bytes of a cell: Excel's own limit is that many characters
	maxKept     = 16 << 20 // bytes of all texts that are kept
	maxEntries  = 5_000    // questions, or what else has an entry in the report
	maxNesting  = 40       // of groups, panels, brackets
)

// readAll reads a whole file, within maxBytes.
func readAll(r io.ReaderAt, size int64) ([]byte, error) {
	if size > maxBytes {
		return nil, unreadable("leave pictures and data out of it, or split it", "the file has more than %d bytes", maxBytes)
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	return data, nil
}
