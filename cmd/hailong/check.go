package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/index"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/surveys"
)

type checkCommand struct {
	Paths  []string `arg:"" optional:"" help:"survey.yaml files, folders of surveys, agency files and files of figures (.csv), or - for a survey on standard input. Whether a data folder knows the agencies of figures is told by figures load --dry-run. Default: what --surveys and --agencies say."`
	Format string   `help:"text, json, or sarif (2.1.0, which editors and code hosts show beside the lines)." default:"text" enum:"text,json,sarif"`
	Strict bool     `help:"Take warnings for mistakes."`
	files
}

// Run checks every file and tells all mistakes of all of them. It fails when
// there is one that is no mere warning.
func (c *checkCommand) Run(env environment) error {
	r := &checked{}
	if err := c.check(env, r); err != nil {
		return err
	}
	if c.Strict {
		for i := range r.found {
			r.found[i].Warning = false
		}
	}
	if err := r.write(env, c.Format); err != nil {
		return err
	}
	if mistakes, _ := r.found.Count(); mistakes > 0 {
		return failure{}
	}
	return nil
}

// maxInput is how much of standard input is read: more than any survey may have.
const maxInput = 16 << 20

// checked is what was checked, and what was found.
type checked struct {
	files      int // that were read
	surveys    []*questionnaire.Survey
	tables     []checkedTable
	composites []report.OwnIndex
	registries map[string]bool // the names of agency files, as mistakes have them
	found      errs.Mistakes
}

// checkedTable is a CSV file without mistakes.
type checkedTable struct{ name, holds string }

func (c *checkCommand) check(env environment, r *checked) error {
	if len(c.Paths) > 0 {
		for _, path := range c.Paths {
			if err := r.path(env, path); err != nil {
				return err
			}
		}
		return nil
	}
	fsys, folder := fs.FS(surveys.FS), "the program"
	if c.Surveys != "" {
		fsys, folder = os.DirFS(c.Surveys), c.Surveys
	}
	if err := r.folder(env, fsys, folder, c.Surveys); err != nil {
		return err
	}
	if c.Surveys == "" { // shipped apart
		if err := r.indices(surveys.Indices(), ""); err != nil {
			return err
		}
	}
	name, csv, err := c.agencies()
	if err != nil {
		return err
	}
	return r.registry(name, csv)
}

func (r *checked) path(env environment, name string) error {
	if name == "-" {
		return r.standardInput(env)
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check: there is no file or folder %s; name a questionnaire, a folder with a %s, or a .csv file of agencies or figures", name, questionnaire.FileName)
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	file := filepath.Join(name, questionnaire.FileName)
	if info.IsDir() {
		if _, err := os.Stat(file); err != nil {
			if holdsIndex(name) {
				return r.indexPath(name)
			}
			return r.folder(env, os.DirFS(name), name, name)
		}
		name = file
	}
	if filepath.Base(name) == index.FileName {
		return r.indexPath(name)
	}
	src, err := os.ReadFile(name) //nolint:gosec // the file the person asked for
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		return r.table(name, src)
	}
	folder, err := filepath.Abs(filepath.Dir(name)) // its name is that of the survey
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return r.survey(folder, name, src)
}

// standardInput checks a survey that an editor hands over while it is written.
// Its pictures are those of the working folder.
func (r *checked) standardInput(env environment) error {
	if env.stdin == nil {
		return errors.New("check: there is nothing on standard input")
	}
	src, err := io.ReadAll(io.LimitReader(env.stdin, maxInput))
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	folder, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return r.survey(folder, "stdin", src)
}

func (r *checked) survey(folder, file string, src []byte) error {
	r.files++
	slug := filepath.Base(folder)
	if file == "stdin" {
		slug = file
	}
	s, err := questionnaire.ParseIn(os.DirFS(folder), slug, file, src)
	if s != nil {
		r.good(s, "")
	}
	return r.take(err, "")
}

// folder checks a folder with one folder per survey. within is put before the
// names of files.
func (r *checked) folder(env environment, fsys fs.FS, name, within string) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("%s is not a folder that can be read; give a folder with one folder per survey", name)
	}
	reading := &counted{FS: fsys, total: len(entries)}
	if len(entries) > 50 {
		reading.progress = bar(env.stderr, "checking")
	}
	before := r.files
	list, err := questionnaire.LoadAll(reading)
	r.files += reading.files
	if err := r.indices(fsys, within); err != nil {
		return err
	}
	if r.files == before && err == nil {
		return fmt.Errorf("%s has no folder with a survey.yaml", name)
	}
	for _, s := range list {
		r.good(s, within)
	}
	return r.take(err, within)
}

// table checks a CSV file, whose header says what it is. The figures of an index
// are checked with the index, which says what they may be.
func (r *checked) table(name string, csv []byte) error {
	switch {
	case !figure.Recognize(csv):
		return r.registry(name, csv)
	case filepath.Base(name) == index.FiguresName && holdsIndex(filepath.Dir(name)):
		return r.indexPath(filepath.Dir(name))
	}
	r.files++
	t, err := figure.Parse(name, csv, nil)
	if err == nil {
		r.tables = append(r.tables, checkedTable{name, errs.Plural(t.Len(), "figure")})
	}
	return r.take(err, "")
}

func (r *checked) registry(name string, csv []byte) error {
	r.files++
	if r.registries == nil {
		r.registries = map[string]bool{}
	}
	r.registries[filepath.Clean(name)] = true
	registry, err := agency.Parse(name, csv)
	if err == nil {
		r.tables = append(r.tables, checkedTable{name, fmt.Sprintf("%d agencies", registry.Len())})
	}
	return r.take(err, "")
}

func (r *checked) good(s *questionnaire.Survey, within string) {
	r.surveys = append(r.surveys, s)
	r.add(s.Warnings, within)
}

// take adds the mistakes of an error, and returns any other error.
func (r *checked) take(err error, within string) error {
	if list, ok := errors.AsType[errs.Mistakes](err); ok {
		r.add(list, within)
		return nil
	}
	return err
}

func (r *checked) add(list errs.Mistakes, within string) {
	for _, m := range list {
		m.File = filepath.Join(within, m.File)
		r.found = append(r.found, m)
	}
}

// counted counts the surveys that are opened in a folder.
type counted struct {
	fs.FS

	files, total int
	progress     func(done, total uint64) // may be nil
}

// Open implements fs.FS.
func (c *counted) Open(name string) (fs.File, error) {
	file, err := c.FS.Open(name)
	if dir, base := path.Split(name); err == nil && dir != "" && base == questionnaire.FileName {
		c.files++
		if c.progress != nil {
			c.progress(uint64(c.files), uint64(max(c.total, c.files))) //nolint:gosec // counts
		}
	}
	return file, err
}
