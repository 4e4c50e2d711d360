package web

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/page"
	"hailong/internal/report"
)

// SetIndices says which composite indices the server shows. It must be called
// before Serve. The list stays that of the caller, who must not change it.
func (s *Server) SetIndices(list []report.OwnIndex) { s.indices = list }

// ownIndex finds the index that an address names.
func (s *Server) ownIndex(c *fiber.Ctx) (report.OwnIndex, error) {
	at := slices.IndexFunc(s.indices, func(own report.OwnIndex) bool { return own.Index.ID == c.Params("index") })
	if at < 0 {
		return report.OwnIndex{}, errs.New(errs.NotFound, "unknown_index")
	}
	return s.indices[at], nil
}

// listIndices lists the indices with the newest period of each.
func (s *Server) listIndices(lang string) []page.ResultsIndex {
	var list []page.ResultsIndex
	for _, own := range s.indices {
		periods := s.report.IndexPeriods(own)
		entry := page.ResultsIndex{ID: own.Index.ID, Title: own.Index.Title.In(lang)}
		if len(periods) > 0 {
			entry.Period = page.PeriodText(lang, periods[0])
		}
		list = append(list, entry)
	}
	return list
}

type indexSummary struct {
	Index     string   `json:"index"`
	Title     string   `json:"title"`
	Reference string   `json:"reference,omitempty"`
	Periods   []string `json:"periods"` // newest first
}

// apiIndices lists the composite indices.
func (s *Server) apiIndices(c *fiber.Ctx) error {
	lang := s.lang(c)
	list := []indexSummary{}
	for _, own := range s.indices {
		periods := s.report.IndexPeriods(own)
		if periods == nil {
			periods = []string{}
		}
		list = append(list, indexSummary{own.Index.ID, own.Index.Title.In(lang), own.Index.Reference, periods})
	}
	return sendJSON(c, fiber.MIMEApplicationJSON, map[string]any{"indices": list})
}

// indexFormat is how an index can be had.
type indexFormat struct {
	mediaType string
	file      string // end of the name to save it under; empty: shown, not saved
	write     func(io.Writer, *report.IndexScores, export.IndexOptions) error
}

// indexFormatOf returns the format with a name, and what it sets of the options.
func indexFormatOf(name string, o *export.IndexOptions) (indexFormat, bool) {
	switch name {
	case "", "json":
		return indexFormat{fiber.MIMEApplicationJSON, "", export.IndexJSON}, true
	case "csv", "csv-excel":
		o.BOM = name == "csv-excel"
		file := ".csv"
		if o.BOM {
			file = "-excel.csv"
		}
		return indexFormat{"text/csv; charset=utf-8", file, export.IndexCSV}, true
	}
	return indexFormat{}, false
}

// apiIndex returns an index as JSON or CSV.
func (s *Server) apiIndex(c *fiber.Ctx) error {
	own, err := s.ownIndex(c)
	if err != nil {
		return err
	}
	var problems []errs.Problem
	for name := range c.Queries() {
		if !slices.Contains([]string{"period", "format", "steps", "sensitivity", "lang"}, name) {
			problems = append(problems, errs.Problem{Item: name, Code: "unknown_parameter"})
		}
	}
	var o export.IndexOptions
	format, ok := indexFormatOf(c.Query("format"), &o)
	if !ok {
		problems = append(problems, errs.Problem{Item: "format", Code: "unknown_format"})
	}
	for name, set := range map[string]*bool{"steps": &o.Steps, "sensitivity": &o.Sensitivity} {
		switch c.Query(name) {
		case "", "0", "false":
		case "1", "true":
			*set = true
		default:
			problems = append(problems, errs.Problem{Item: name, Code: "not_yes_or_no"})
		}
	}
	if len(problems) > 0 {
		slices.SortFunc(problems, func(a, b errs.Problem) int { return strings.Compare(a.Item, b.Item) })
		return errs.Bad(problems...)
	}
	scores, err := s.report.Index(own.Index, c.Query("period"), s.lang(c), own.Figures)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := format.write(&b, scores, o); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, format.mediaType)
	if format.file != "" {
		if o.Steps {
			format.file = "-steps" + format.file
		}
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+own.Index.ID+"-"+scores.Period+format.file+`"`)
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendText(c, b.Bytes())
}

// indexResults shows an index, and one unit of it step by step when the address
// names it.
func (s *Server) indexResults(c *fiber.Ctx) error {
	own, err := s.ownIndex(c)
	if err != nil {
		return err
	}
	lang := s.lang(c)
	in := page.IndexResultsInput{Frame: s.frame(c, lang), Unit: c.Query("unit"), Raw: export.RawDigits, Fine: export.StepDigits}
	in.Scores, err = s.report.Index(own.Index, c.Query("period"), lang, own.Figures)
	if errs.KindOf(err) == errs.Invalid {
		e, status, _ := s.explain(c, err)
		c.Status(status)
		in.Problems = e.Problems
		in.Scores, err = s.report.Index(own.Index, "", lang, own.Figures)
	}
	if err != nil {
		return err
	}
	if in.Unit != "" && !slices.ContainsFunc(in.Scores.Rows, func(r report.IndexRow) bool { return r.Unit == in.Unit }) {
		c.Status(http.StatusUnprocessableEntity)
		in.Problems = append(in.Problems, errs.Problem{Item: "unit", Code: "unknown_unit"})
		in.Unit = ""
	}
	in.Digits = export.IndexDigits(in.Scores)
	return s.render(c, page.NewIndexResults(in))
}
