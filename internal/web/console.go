package web

import (
	"context"
	"fmt"
	"io"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// Console is what the operator may ask of a data folder, whether it is open
// here or in a running server. Both do the same with the same code.
type Console interface {
	// Scores writes scores in json, csv or csv-excel.
	Scores(ctx context.Context, w io.Writer, q report.Query, format string) error
	// Responses writes all raw responses of a survey in a format of
	// export.ParseFormat, as of now, and returns what was written. An error
	// means that what was written is not whole.
	Responses(ctx context.Context, w io.Writer, wanted Raw) (export.Manifest, error)
	// Plan tells what publishing a questionnaire would do to what is stored.
	Plan(ctx context.Context, q *questionnaire.Questionnaire) (*questionnaire.Plan, error)
	Receipts
	Releases
	// Quality writes how good the answers are, in csv, csv-excel or json.
	Quality(ctx context.Context, w io.Writer, q report.QualityQuery, format string) error
	Indices
}

// Folder is what NewConsole needs of a store.
type Folder interface {
	report.Source
	Watermark() uint64
	Past(ctx context.Context, through uint64, progress func(done, total uint64)) (*catalog.Catalog, *tally.Tally, error)
	Scan(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error
	ScanPersonal(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error
}

// Raw says which raw responses are wanted.
type Raw struct {
	Survey   string // slug
	Format   string // see export.ParseFormat
	Part     string // see export.ParsePart; empty: a row per response
	Personal bool   // with answers about persons, as far as they are kept
}

// NewConsole returns the console of an open store.
func NewConsole(folder Folder) Console { return NewWatchedConsole(folder, nil) }

// NewWatchedConsole is NewConsole for somebody who watches: progress is called now
// and then with how much of something long is done. It may be nil.
func NewWatchedConsole(folder Folder, progress func(done, total uint64)) Console {
	return &localConsole{folder, report.New(folder), progress}
}

type localConsole struct {
	folder   Folder
	report   *report.Report
	progress func(done, total uint64)
}

// Scores implements Console.
func (c *localConsole) Scores(_ context.Context, w io.Writer, q report.Query, format string) error {
	f, ok := scoreFormats[format]
	if !ok {
		return errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	scores, err := c.report.Score(q)
	if err != nil {
		return err
	}
	return f.write(w, scores)
}

// Plan implements Console.
func (c *localConsole) Plan(_ context.Context, q *questionnaire.Questionnaire) (*questionnaire.Plan, error) {
	return c.report.Plan(q)
}

// Responses implements Console. The watermark is fixed at the start; memory
// does not grow with the number of responses.
func (c *localConsole) Responses(ctx context.Context, w io.Writer, wanted Raw) (export.Manifest, error) {
	f, ok := export.ParseFormat(wanted.Format)
	part, known := export.ParsePart(wanted.Part)
	if !ok || !known || f == export.JSONLines && part != export.Main {
		return export.Manifest{}, errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	through := c.folder.Watermark()
	cat := c.folder.Catalog()
	s := cat.Survey(wanted.Survey)
	if s == nil {
		return export.Manifest{}, errs.New(errs.NotFound, "unknown_survey")
	}
	out := export.NewResponses(w, export.Options{Format: f, Part: part, Personal: wanted.Personal}, s, cat.Agencies)
	versions := versionsOf(s)
	scan := c.folder.Scan
	if wanted.Personal {
		scan = c.folder.ScanPersonal
	}
	err := scan(ctx, 0, through, func(seq uint64, r *response.Response) error {
		if !versions[r.Version] {
			return nil
		}
		return out.Write(seq, r)
	})
	if err != nil {
		return export.Manifest{}, fmt.Errorf("export: %w", err)
	}
	manifest, err := out.Close()
	if err != nil {
		return export.Manifest{}, fmt.Errorf("export: %w", err)
	}
	return manifest, nil
}

func versionsOf(s *catalog.Survey) map[uint32]bool {
	versions := map[uint32]bool{}
	for _, v := range s.Versions {
		versions[v.Number] = true
	}
	return versions
}
