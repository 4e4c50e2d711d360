package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/index"
	"hailong/internal/report"
	"hailong/internal/web"
	"hailong/internal/yamlfile"
	"hailong/surveys"
)

type indexCommand struct {
	List  indexListCommand  `cmd:"" help:"List the composite indices and the periods that they ship figures of."`
	Score indexScoreCommand `cmd:"" help:"Compute a composite index, from its own figures or those of a data folder."`
	Check indexCheckCommand `cmd:"" help:"Check index.yaml files and the figures beside them, and list every mistake."`
}

// indexFolder is where indices come from.
type indexFolder struct {
	Surveys string `help:"Folder with one folder per index. Default: the shipped ones." placeholder:"DIR" env:"HAILONG_SURVEYS"`
}

// fs returns the folder, and its name for messages: empty for the shipped one.
func (f indexFolder) fs() (fs.FS, string, error) {
	if f.Surveys == "" {
		return surveys.Indices(), "", nil
	}
	info, err := os.Stat(f.Surveys)
	if err != nil || !info.IsDir() {
		return nil, "", fmt.Errorf("--surveys %s is not a folder that can be read; give a folder with one folder per index", f.Surveys)
	}
	return os.DirFS(f.Surveys), f.Surveys, nil
}

// indices reads all indices. The error holds every mistake of every file.
func (f files) indices() ([]report.OwnIndex, error) {
	fsys, _, err := indexFolder{f.Surveys}.fs()
	if err != nil {
		return nil, err
	}
	list, err := report.LoadIndices(fsys)
	if err != nil {
		return nil, fmt.Errorf("indices: %w", err)
	}
	return list, nil
}

type indexListCommand struct {
	indexFolder
	Format string `help:"text or json." default:"text" enum:"text,json"`
}

// Run lists the indices.
func (c *indexListCommand) Run(env environment) error {
	list, err := files{Surveys: c.Surveys}.indices()
	if err != nil {
		return err
	}
	type entry struct {
		Index   string     `json:"index"`
		Title   index.Text `json:"title"`
		Periods []string   `json:"periods"` // of its own figures, newest first
	}
	entries := []entry{}
	for _, own := range list {
		periods := report.New(report.Nothing{}).IndexPeriods(own)
		if periods == nil {
			periods = []string{}
		}
		entries = append(entries, entry{own.Index.ID, own.Index.Title, periods})
	}
	if c.Format == "json" {
		return writeJSON(env.stdout, entries)
	}
	for _, e := range entries {
		periods := "figures come with the data folder"
		if len(e.Periods) > 0 {
			periods = strings.Join(e.Periods, ", ")
		}
		if _, err := fmt.Fprintf(env.stdout, "%s: %s (%s)\n", e.Index, e.Title.In("en"), periods); err != nil {
			return err
		}
	}
	return nil
}

type indexScoreCommand struct {
	ID string `arg:"" help:"Id of the index, as index list has it; or the path of its folder."`
	indexFolder
	Data        string `help:"Data folder, for indices made of surveys or of figures that were loaded. Default: the index's own figures only." placeholder:"DIR" env:"HAILONG_DATA" type:"path"`
	Figures     string `help:"Figures (CSV) instead of those beside the index." placeholder:"FILE" type:"path"`
	Period      string `help:"2026, 2026-Q3, 2026-11 or a wave. Default: the newest with figures." placeholder:"P"`
	Lang        string `help:"Language of names." default:"vi" enum:"vi,en"`
	Format      string `help:"csv, csv-excel (with a byte order mark) or json." default:"csv" enum:"csv,csv-excel,json"`
	Steps       bool   `help:"Every step of every unit."`
	Sensitivity bool   `help:"How firm the ranks are: columns of CSV, a part of JSON."`
}

// Run prints an index.
func (c *indexScoreCommand) Run(ctx context.Context, env environment) (err error) {
	q, err := c.query()
	if err != nil {
		return err
	}
	// Mistakes of the files are told here, with their lines, whoever computes.
	if _, err := report.ReadIndex(q.Folder, q.File, q.Source, q.FiguresFile, q.Figures); err != nil {
		return err
	}
	if c.Data == "" {
		return web.WriteIndex(env.stdout, report.Nothing{}, q)
	}
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	return con.Index(ctx, env.stdout, q)
}

// query reads the files of the index.
func (c *indexScoreCommand) query() (web.IndexQuery, error) {
	q := web.IndexQuery{Period: c.Period, Lang: c.Lang, Format: c.Format, Steps: c.Steps, Sensitivity: c.Sensitivity}
	fsys, within, err := c.fs()
	if err != nil {
		return q, err
	}
	q.Folder = c.ID
	if strings.ContainsAny(c.ID, `/\.`) {
		path, err := filepath.Abs(c.ID)
		if err != nil {
			return q, err
		}
		within, q.Folder = filepath.Dir(path), filepath.Base(path)
		fsys = os.DirFS(within)
	}
	if !fs.ValidPath(q.Folder) {
		return q, errs.New(errs.NotFound, "unknown_index")
	}
	own, err := readIndex(fsys, within, q.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		return q, errs.New(errs.NotFound, "unknown_index")
	}
	if err != nil {
		return q, err
	}
	q.File, q.Source, q.FiguresFile, q.Figures = own.File, own.Source, own.FiguresFile, own.Figures
	if c.Figures != "" {
		q.FiguresFile = c.Figures
		q.Figures, err = readFigures(c.Figures)
	}
	return q, err
}

// readIndex reads the files of an index's folder; within is put before their
// names in messages.
func readIndex(fsys fs.FS, within, folder string) (q web.IndexQuery, err error) {
	q = web.IndexQuery{
		Folder: folder, File: filepath.Join(within, folder, index.FileName), FiguresFile: filepath.Join(within, folder, index.FiguresName),
	}
	if q.Source, err = readLimited(fsys, folder+"/"+index.FileName, yamlfile.MaxBytes); err != nil {
		return q, err
	}
	q.Figures, err = readLimited(fsys, folder+"/"+index.FiguresName, figure.MaxBytes)
	if errors.Is(err, fs.ErrNotExist) {
		q.Figures, err = nil, nil
	}
	return q, err
}

// readLimited reads a file as far as is needed to see that it is too large.
func readLimited(fsys fs.FS, name string, limit int64) (b []byte, err error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return io.ReadAll(io.LimitReader(file, limit+1))
}

type indexCheckCommand struct {
	Paths  []string `arg:"" optional:"" help:"index.yaml files, folders of one index, or folders of indices. Default: those of --surveys."`
	Format string   `help:"text, json, or sarif (2.1.0)." default:"text" enum:"text,json,sarif"`
	indexFolder
}

// Run checks every file and tells all mistakes of all of them.
func (c *indexCheckCommand) Run(env environment) error {
	r := &checked{}
	if len(c.Paths) == 0 {
		fsys, within, err := c.fs()
		if err != nil {
			return err
		}
		if err := r.indices(fsys, within); err != nil {
			return err
		}
	}
	for _, path := range c.Paths {
		if err := r.indexPath(path); err != nil {
			return err
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

// holdsIndex reports whether a folder is that of an index.
func holdsIndex(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, index.FileName))
	return err == nil
}

// indexPath checks what a path names.
func (r *checked) indexPath(name string) error {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("check: there is no file or folder %s; name an %s or a folder with one", name, index.FileName)
	}
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	if !info.IsDir() {
		name = filepath.Dir(name)
	} else if !holdsIndex(name) {
		before := r.files
		if err := r.indices(os.DirFS(name), name); err != nil {
			return err
		}
		if r.files == before {
			return fmt.Errorf("%s has no folder with an %s", name, index.FileName)
		}
		return nil
	}
	path, err := filepath.Abs(name) // the folder's name is that of the index
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return r.index(os.DirFS(filepath.Dir(path)), filepath.Dir(name), filepath.Base(path))
}

// indices checks a folder with one folder per index. within is put before the
// names of files.
func (r *checked) indices(fsys fs.FS, within string) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	for _, entry := range entries {
		if _, err := fs.Stat(fsys, entry.Name()+"/"+index.FileName); err != nil {
			continue // no index
		}
		if err := r.index(fsys, within, entry.Name()); err != nil {
			return err
		}
	}
	return nil
}

// index checks the files of one index.
func (r *checked) index(fsys fs.FS, within, folder string) error {
	q, err := readIndex(fsys, within, folder)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	r.files++
	own, err := report.ReadIndex(q.Folder, q.File, q.Source, q.FiguresFile, q.Figures)
	if own.Index != nil {
		r.add(own.Index.Warnings, "")
		if err == nil {
			r.composites = append(r.composites, own)
		}
	}
	return r.take(err, "")
}
