package main

import (
	"context"
	"errors"
	"io"

	"hailong/internal/report"
)

type scoreCommand struct {
	Print  scorePrintCommand  `cmd:"" default:"withargs" help:"Print scores."`
	Audit  scoreAuditCommand  `cmd:"" help:"Tell what everybody could work out of public scores, and of those published before."`
	Verify scoreVerifyCommand `cmd:"" help:"Compute the scores of a receipt again, and compare every byte."`
}

// scoreQueryFlags say which scores are wanted.
type scoreQueryFlags struct {
	Survey  string   `help:"Slug of the survey." placeholder:"S"`
	Index   string   `help:"Index of the questionnaire. Default: its first." placeholder:"ID"`
	Measure string   `help:"Measure of the questionnaire. Default: the index's own." placeholder:"ID"`
	By      []string `help:"Columns: agency, level, month, day, wave, version, channel, factor, item." default:"agency" placeholder:"KEY"`
	Agency  string   `help:"Only this agency (id or code) and what is below it." placeholder:"ID"`
	Level   string   `help:"Only agencies of a level: province, department or commune." placeholder:"LEVEL"`
	From    string   `help:"First day, YYYY-MM-DD." placeholder:"DAY"`
	To      string   `help:"Last day, YYYY-MM-DD." placeholder:"DAY"`
	Wave    string   `help:"Only this wave." placeholder:"ID"`
	Channel string   `help:"Only this channel, or these, with commas between them." placeholder:"NAME"`
	Flags   string   `help:"Responses that look unusual: with, without or only them." default:"with" enum:"with,without,only"`
	Lang    string   `help:"Language of names." default:"vi" enum:"vi,en"`
}

type scorePrintCommand struct {
	dataFlag
	scoreQueryFlags
	Compare  string `help:"Every row also says how it differs from: previous, wave:ID, parent or peers." placeholder:"WITH"`
	Format   string `help:"csv, csv-excel (with a byte order mark) or json." default:"csv" enum:"csv,csv-excel,json"`
	Output   string `help:"File to write. It appears only when it is whole. Default: standard output." short:"o" placeholder:"FILE" type:"path"`
	Internal bool   `help:"The operator's own view: rows that are hidden from the public only so that others can't be worked out are shown. Not for publication."`
	Receipt  string `help:"With --survey: write what the scores were computed from into FILE. Without: compute the scores of this receipt again, as score verify does." placeholder:"FILE" type:"path"`
}

// Validate tells a wrong use before anything is opened.
func (c *scorePrintCommand) Validate() error {
	if c.Survey == "" && c.Receipt == "" {
		return errors.New("missing flags: --survey=S")
	}
	return nil
}

// Run prints scores, from the data folder or from the server that has it open.
func (c *scorePrintCommand) Run(ctx context.Context, env environment) (err error) {
	if c.Survey == "" {
		again := scoreVerifyCommand{dataFlag: c.dataFlag, File: c.Receipt, Output: c.Output, Print: c.Output == ""}
		return again.Run(ctx, env)
	}
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	if c.Internal {
		if _, err := io.WriteString(env.stderr, unprotected); err != nil {
			return err
		}
	}
	var receipt *report.Receipt
	write := func(w io.Writer) error {
		if c.Receipt == "" {
			return con.Scores(ctx, w, c.query(), c.Format)
		}
		var err error
		receipt, err = con.Receipt(ctx, w, c.query(), c.Format)
		return err
	}
	if c.Output == "" {
		err = write(env.stdout)
	} else {
		err = writeWhole(c.Output, common, write)
	}
	if err != nil || receipt == nil {
		return err
	}
	return writeWhole(c.Receipt, common, func(w io.Writer) error { return report.WriteReceipt(w, receipt) })
}

// unprotected is said beside scores that the public may not see.
const unprotected = "These are not protected scores: they tell what few people answered, or let it be worked out. Not for publication.\n"

func (c *scorePrintCommand) query() report.Query {
	q := c.scoreQueryFlags.query()
	q.Compare, q.Internal = c.Compare, c.Internal
	return q
}

func (c *scoreQueryFlags) query() report.Query {
	return report.Query{
		Survey: c.Survey, Index: c.Index, Measure: c.Measure, By: c.By, Agency: c.Agency, Level: c.Level,
		From: c.From, To: c.To, Wave: c.Wave, Channel: c.Channel, Flags: c.Flags, Lang: c.Lang,
	}
}
