package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"hailong/internal/importer"
	"hailong/internal/questionnaire"
)

type importCommand struct {
	Format   string `arg:"" help:"What the file is: xlsform (.xlsx), limesurvey (.txt or .lss), surveyjs (.json) or formulosity (a folder)." enum:"xlsform,limesurvey,surveyjs,formulosity"`
	File     string `arg:"" help:"The file, or for formulosity the folder." type:"path"`
	Out      string `help:"Folder of surveys to write SLUG/survey.yaml into, or a .yaml file. Default: standard output." short:"o" placeholder:"DIR" type:"path"`
	Slug     string `help:"Name of the survey in addresses. Default: what the file calls itself." placeholder:"S"`
	Language string `help:"Language of texts that the file does not name, such as vi. Default: guessed." placeholder:"L"`
	Report   string `help:"File for the whole report, as text or (.json) JSON. Default: a summary on standard error." placeholder:"FILE" type:"path"`
	Force    bool   `help:"Write over files that are there."`
}

// Run makes a questionnaire of a form of another program, and says what became
// of every part of it. Nothing is published.
func (c *importCommand) Run(env environment) error {
	result, err := c.read()
	if err != nil {
		if len(result.Report.Entries) > 0 {
			err = errors.Join(err, result.Report.WriteText(env.stderr), c.keep(result.Report))
		}
		return fmt.Errorf("import %s: %w", c.File, err)
	}
	if err := c.keep(result.Report); err != nil {
		return err
	}
	if err := c.write(env, result); err != nil {
		return err
	}
	if c.Report != "" {
		n := result.Report.Count()
		_, err = fmt.Fprintf(env.stderr, "%d mapped, %d changed, %d refused, %d to look at; see %s\n", n.Mapped, n.Changed, n.Refused, n.Look, c.Report)
		return err
	}
	return result.Report.WriteText(env.stderr)
}

// read reads the source.
func (c *importCommand) read() (importer.Result, error) {
	options := importer.Options{Survey: c.Slug, Language: c.Language}
	info, err := os.Stat(c.File)
	if err != nil {
		return importer.Result{}, err
	}
	if c.Format == "formulosity" {
		folder := c.File
		if !info.IsDir() {
			folder = filepath.Dir(folder)
		}
		return importer.Formulosity(os.DirFS(folder), options)
	}
	if info.IsDir() {
		return importer.Result{}, errors.New("this is a folder; name the file in it")
	}
	file, err := os.Open(c.File)
	if err != nil {
		return importer.Result{}, err
	}
	defer func() { _ = file.Close() }()
	switch {
	case c.Format == "xlsform":
		return importer.XLSForm(file, info.Size(), options)
	case c.Format == "surveyjs":
		return importer.SurveyJS(file, info.Size(), options)
	case strings.EqualFold(filepath.Ext(c.File), ".lss"):
		return importer.LimeSurveyLSS(file, info.Size(), options)
	}
	return importer.LimeSurveyTSV(file, info.Size(), options)
}

// write writes the questionnaire, and tells what to do with it.
func (c *importCommand) write(env environment, result importer.Result) error {
	if c.Out == "" {
		_, err := env.stdout.Write(result.File.Encode(result.Comments))
		return err
	}
	path := c.Out
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".yaml" && ext != ".yml" {
		path = filepath.Join(path, result.File.Survey, questionnaire.FileName)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return fmt.Errorf("import: %w", err)
		}
	}
	comments := maps.Clone(result.Comments)
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "..", schemaName)); err == nil { // for editors
		if comments == nil {
			comments = map[string]string{}
		}
		comments[""] = "yaml-language-server: $schema=../" + schemaName + "\n" + comments[""]
	}
	if err := c.create(path, func(w io.Writer) error {
		_, err := w.Write(result.File.Encode(comments))
		return err
	}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(env.stderr, "wrote %s; look at it with: hailong preview %s\n", path, path)
	return err
}

// keep writes the whole report where it was asked for.
func (c *importCommand) keep(report importer.Report) error {
	if c.Report == "" {
		return nil
	}
	return c.create(c.Report, func(w io.Writer) error {
		if strings.EqualFold(filepath.Ext(c.Report), ".json") {
			return report.WriteJSON(w)
		}
		return report.WriteText(w)
	})
}

func (c *importCommand) create(path string, write func(io.Writer) error) error {
	return writeNew(path, c.Force, write)
}

// writeNew writes a whole file. One that is there stays unless force says otherwise.
func writeNew(path string, force bool, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil && !force {
		return fmt.Errorf("%s is there already; give another name, or --force to write over it", path)
	}
	return writeWhole(path, common, write)
}
