package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hailong/internal/export"
	"hailong/internal/importer"
	"hailong/internal/questionnaire"
)

type exportXLSFormCommand struct {
	File  string `arg:"" help:"A survey.yaml, or the folder it is in." type:"path"`
	Out   string `help:"The .xlsx file to write." required:"" short:"o" placeholder:"FILE" type:"path"`
	Force bool   `help:"Write over a file that is there."`
}

// Run writes a questionnaire as an XLSForm, and says what that can't hold.
func (c *exportXLSFormCommand) Run(env environment) error {
	s, err := readSurvey(c.File)
	if err != nil {
		return err
	}
	var report importer.Report
	err = writeNew(c.Out, c.Force, func(w io.Writer) error {
		var err error
		report, err = importer.ExportXLSForm(s.Questionnaire, s.Fieldwork, w)
		return err
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := report.WriteText(env.stderr); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stderr, "wrote %s\n", c.Out)
	return err
}

type exportCodebookCommand struct {
	File   string `arg:"" help:"A survey.yaml, or the folder it is in." type:"path"`
	Format string `help:"json, md, csv, or csv-excel (with a byte order mark)." default:"md" enum:"json,md,csv,csv-excel"`
	Lang   string `help:"Language of the words in md." default:"vi" placeholder:"L"`
	Out    string `help:"File to write. Default: standard output." short:"o" placeholder:"FILE" type:"path"`
	Force  bool   `help:"Write over a file that is there."`
}

// Run writes what every variable of a questionnaire means.
func (c *exportCodebookCommand) Run(env environment) error {
	s, err := readSurvey(c.File)
	if err != nil {
		return err
	}
	book := export.NewCodebook(s.Questionnaire)
	write := func(w io.Writer) error {
		switch c.Format {
		case "json":
			return book.JSON(w)
		case "csv", "csv-excel":
			return book.CSV(w, c.Format == "csv-excel")
		}
		return book.Markdown(w, c.Lang)
	}
	if c.Out == "" {
		return write(env.stdout)
	}
	return writeNew(c.Out, c.Force, write)
}

// readSurvey reads one questionnaire with the pictures of its folder.
func readSurvey(path string) (*questionnaire.Survey, error) {
	path, err := surveyFile(path)
	if err != nil {
		return nil, err
	}
	src, err := os.ReadFile(path) //nolint:gosec // the file the person asked for
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return questionnaire.ParseIn(os.DirFS(folder), filepath.Base(folder), path, src)
}
