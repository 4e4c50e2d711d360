package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/store"
	"hailong/internal/web"
)

type figuresCommand struct {
	Load figuresLoadCommand `cmd:"" help:"Merge a CSV file into the figures that are there: population, dossiers handled, indicators of other systems."`
	List figuresListCommand `cmd:"" help:"Print the figures that are there."`
}

type figuresLoadCommand struct {
	File string `arg:"" help:"CSV with the columns figure, agency, period, cell, value, source, checked and, if need be, note." type:"path"`
	dataFlag
	DryRun bool `help:"Check everything, store nothing."`
}

// Run merges a file of figures, whole or not at all: through the running server,
// or into the data folder itself.
func (c *figuresLoadCommand) Run(ctx context.Context, env environment) (err error) {
	csv, err := readFigures(c.File)
	if err != nil {
		return err
	}
	ledger, stop, err := openLedger(ctx, env, c.Data, store.Options{MustExist: true, ReadOnly: c.DryRun})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	done, err := ledger.LoadFigures(ctx, web.Loading{File: c.File, CSV: csv, Trial: c.DryRun})
	if err != nil {
		return err
	}
	return tellLoaded(env, done, c.DryRun)
}

// readFigures reads a file, as much of it as is needed to say that it is too large.
func readFigures(path string) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the file the person asked for
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder; name the file in it", path)
	}
	return io.ReadAll(io.LimitReader(file, figure.MaxBytes+1))
}

// openLedger returns who keeps the figures of a data folder.
func openLedger(ctx context.Context, env environment, dir string, o store.Options) (web.Ledger, func() error, error) {
	o.Progress = bar(env.stderr, "reading the log")
	remote, s, err := connect(ctx, dir, o)
	switch {
	case err != nil:
		return nil, nil, err
	case remote != nil:
		return remote, remote.Close, nil
	}
	return web.NewLedger(s, time.Now), s.Close, nil //nolint:forbidigo // the edge owns the clock
}

// mostFigures is how many changes the terminal shows.
const mostFigures = 20

// tellLoaded tells what became of a file: each change, as far as they are few,
// and how many there were of each kind.
func tellLoaded(env environment, done web.Loaded, trial bool) error {
	var lines []string
	for i, c := range done.Changes {
		if i == mostFigures {
			lines = append(lines, fmt.Sprintf("… and %d more", len(done.Changes)-i+done.More))
			break
		}
		lines = append(lines, changeOf(c))
	}
	if len(done.Waves) > 0 {
		lines = append(lines, "no survey has had a wave "+strings.Join(done.Waves, ", ")+" so far: such figures wait for it")
	}
	var counts []string
	for _, one := range []struct {
		n    int
		what string
	}{
		{done.Added, "added"},
		{done.Changed, "changed"},
		{done.Withdrawn, "withdrawn"},
		{done.Unchanged, "unchanged"},
		{done.Absent, "to withdraw, but not there"},
	} {
		if one.n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", one.n, one.what))
		}
	}
	if len(counts) == 0 {
		counts = []string{"the file has no figures"}
	}
	summary := strings.Join(counts, ", ")
	if trial {
		summary += "; nothing was stored"
	}
	lines = append(lines, fmt.Sprintf("%s; %s in all", summary, errs.Plural(done.Total, "figure")))
	_, err := fmt.Fprintln(env.stdout, strings.Join(lines, "\n"))
	return err
}

// changeOf shows one change in a line.
func changeOf(c figure.Change) string {
	key := c.After // the other table names every figure that changes
	line := fmt.Sprintf("%-9s  %s  %s  %s", c.Kind, key.ID, key.Agency, key.Period)
	if key.Cell != "" {
		line += "  " + key.Cell
	}
	switch c.Kind {
	case figure.Added:
		return line + "  " + shownFigure(c.After)
	case figure.Dropped:
		return line + "  " + shownFigure(c.Before)
	case figure.Replaced:
		before, after := shownFigure(c.Before), shownFigure(c.After)
		if before == after { // the source, the check or the note
			before, after = detailsOf(c.Before), detailsOf(c.After)
		}
		return line + "  " + before + " → " + after
	}
	return line
}

func shownFigure(f figure.Figure) string {
	if !f.There {
		return "none (" + f.Note + ")"
	}
	return f.Text()
}

func detailsOf(f figure.Figure) string {
	details := f.Source
	if f.Checked {
		details += ", checked"
	}
	if f.Note != "" {
		details += ", " + f.Note
	}
	return details
}

type figuresListCommand struct {
	dataFlag
	Figure string `help:"Only this figure." placeholder:"F"`
	Period string `help:"Only this period: 2026, 2026-Q3, 2026-11 or the id of a wave." placeholder:"P"`
	Format string `help:"csv, which can be corrected and loaded again, or json." default:"csv" enum:"csv,json"`
}

// Run prints figures.
func (c *figuresListCommand) Run(ctx context.Context, env environment) (err error) {
	ledger, stop, err := openLedger(ctx, env, c.Data, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	table, err := ledger.Figures(ctx, c.Figure, c.Period)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return writeFigures(env.stdout, table)
	}
	_, err = env.stdout.Write(table.Canonical())
	return err
}

// listedFigure is a figure in JSON. A value that is not there is null, and the
// note says why.
type listedFigure struct {
	Figure  string       `json:"figure"`
	Agency  string       `json:"agency"`
	Period  string       `json:"period"`
	Cell    string       `json:"cell"`
	Value   *json.Number `json:"value"`
	Source  string       `json:"source"`
	Checked bool         `json:"checked"`
	Note    string       `json:"note"`
}

func writeFigures(w io.Writer, table *figure.Table) error {
	list := struct {
		Hash    string         `json:"hash"` // of the canonical form of what is listed
		Figures []listedFigure `json:"figures"`
	}{table.Hash(), make([]listedFigure, 0, table.Len())}
	for f := range table.All() {
		one := listedFigure{
			Figure: f.ID, Agency: f.Agency, Period: f.Period, Cell: f.Cell, Source: f.Source, Checked: f.Checked, Note: f.Note,
		}
		if f.There {
			number := json.Number(f.Text())
			one.Value = &number
		}
		list.Figures = append(list.Figures, one)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(list)
}
