package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hailong/internal/web"
)

type exportCommand struct {
	Responses exportResponsesCommand `cmd:"" default:"withargs" help:"Raw responses, as CSV or JSON lines."`
	XLSForm   exportXLSFormCommand   `cmd:"" name:"xlsform" help:"A questionnaire, as a spreadsheet for ODK and KoboToolbox."`
	Codebook  exportCodebookCommand  `cmd:"" help:"What every variable of a questionnaire means."`
}

type exportResponsesCommand struct {
	dataFlag
	Survey   string `help:"Slug of the survey." required:"" placeholder:"S"`
	Format   string `help:"csv, csv-excel (with a byte order mark) or jsonl." default:"csv" enum:"csv,csv-excel,jsonl"`
	Part     string `help:"repeats: a row for each chosen agency (CSV), joined to the responses by the column row." default:"" enum:"repeats," placeholder:"P"`
	Personal bool   `help:"With answers about persons, as far as they are still kept. Handle the file as the survey promised."`
	Output   string `help:"File to write. It appears only when it is whole. Default: standard output." short:"o" placeholder:"FILE" type:"path"`
}

// Run writes raw responses, from the data folder or from the server that has it
// open, and the manifest (rows, checksum, watermark) to standard error.
func (c *exportResponsesCommand) Run(ctx context.Context, env environment) (err error) {
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	write := func(w io.Writer) error {
		manifest, err := con.Responses(ctx, w, web.Raw{Survey: c.Survey, Format: c.Format, Part: c.Part, Personal: c.Personal})
		if err != nil {
			return err
		}
		line, err := json.Marshal(manifest)
		if err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
		_, err = fmt.Fprintf(env.stderr, "%s\n", line)
		return err
	}
	if c.Output == "" {
		return write(env.stdout)
	}
	return writeWhole(c.Output, private, write)
}

// Who may read a file that is written: answers are for their owner only, forms
// and what is said about them for everybody.
const (
	private os.FileMode = 0o600
	common  os.FileMode = 0o644
)

// writeWhole writes a file under another name and gives it its own only when
// all of it is on disk: a file of that name that was there stays until then.
func writeWhole(path string, mode os.FileMode, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".hailong-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	buffered := bufio.NewWriterSize(file, 1<<20)
	err = write(buffered)
	if err == nil {
		err = errors.Join(buffered.Flush(), file.Chmod(mode), file.Sync())
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
