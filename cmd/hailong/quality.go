package main

import (
	"context"
	"errors"
	"io"

	"hailong/internal/report"
)

type qualityCommand struct {
	dataFlag
	Survey string   `help:"Slug of the survey." required:"" placeholder:"S"`
	By     []string `help:"Rows: some of agency, channel, counter, day, with commas between them. Responses by counter and day are how fieldwork goes." default:"agency" placeholder:"KEY"`
	Lang   string   `help:"Language of names." default:"vi" enum:"vi,en"`
	Format string   `help:"csv, csv-excel (with a byte order mark) or json." default:"csv" enum:"csv,csv-excel,json"`
	Output string   `help:"File to write. It appears only when it is whole. Default: standard output." short:"o" placeholder:"FILE" type:"path"`
}

// Run tells how good the answers are, from the data folder or from the server
// that has it open. It reads every response.
func (c *qualityCommand) Run(ctx context.Context, env environment) (err error) {
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	write := func(w io.Writer) error {
		return con.Quality(ctx, w, report.QualityQuery{Survey: c.Survey, By: c.By, Lang: c.Lang}, c.Format)
	}
	if c.Output == "" {
		return write(env.stdout)
	}
	return writeWhole(c.Output, private, write)
}
