package main

import (
	"context"
	"errors"

	"hailong/internal/report"
)

type scoreCommand struct {
	dataFlag
	Survey  string   `help:"Slug of the survey." required:"" placeholder:"S"`
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
	Format  string   `help:"csv, csv-excel (with a byte order mark) or json." default:"csv" enum:"csv,csv-excel,json"`
}

// Run prints scores, from the data folder or from the server that has it open.
func (c *scoreCommand) Run(ctx context.Context, env environment) (err error) {
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	return con.Scores(ctx, env.stdout, report.Query{
		Survey: c.Survey, Index: c.Index, Measure: c.Measure, By: c.By, Agency: c.Agency, Level: c.Level,
		From: c.From, To: c.To, Wave: c.Wave, Channel: c.Channel, Flags: c.Flags, Lang: c.Lang,
	}, c.Format)
}
