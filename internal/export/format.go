package export

import (
	"fmt"
	"io"

	"hailong/internal/report"
)

// ScoresFormat is a file format of scores.
type ScoresFormat string

// The formats of scores.
const (
	ScoresAsJSON     ScoresFormat = "json"
	ScoresAsCSV      ScoresFormat = "csv"
	ScoresAsCSVExcel ScoresFormat = "csv-excel" // with a byte order mark, which Excel needs
)

// ParseScoresFormat returns the format of a name, JSON for an empty one, false
// for an unknown one.
func ParseScoresFormat(name string) (ScoresFormat, bool) {
	switch f := ScoresFormat(name); f {
	case "":
		return ScoresAsJSON, true
	case ScoresAsJSON, ScoresAsCSV, ScoresAsCSVExcel:
		return f, true
	default:
		return "", false
	}
}

// Write writes scores in the format. It returns the error of w.
func (f ScoresFormat) Write(w io.Writer, s *report.Scores) error {
	switch f {
	case ScoresAsJSON:
		return ScoresJSON(w, s)
	case ScoresAsCSV:
		return ScoresCSV(w, s, false)
	case ScoresAsCSVExcel:
		return ScoresCSV(w, s, true)
	default:
		return fmt.Errorf("export: unknown format of scores %q", string(f))
	}
}

// MediaType returns the value of the Content-Type header.
func (f ScoresFormat) MediaType() string {
	if f == ScoresAsJSON {
		return "application/json"
	}
	return "text/csv; charset=utf-8"
}

// FileName returns the name under which a browser should keep the file; empty
// for JSON, which it shows. It has only letters, digits, '-', '_' and '.'.
func (f ScoresFormat) FileName(s *report.Scores) string {
	if f == ScoresAsJSON {
		return ""
	}
	return s.Survey + "-" + s.Index + ".csv"
}
