package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hailong/internal/store"
	"hailong/internal/web"
	"hailong/internal/weigh"
)

type weighCommand struct {
	dataFlag
	Survey     string    `help:"Slug of the survey." required:"" placeholder:"S"`
	Wave       string    `help:"Wave. May be left out when the survey has only one." placeholder:"ID"`
	Margins    string    `help:"File of figures (CSV) with the population. Default: the figures of the data folder." placeholder:"FILE" type:"path"`
	Period     string    `help:"Period of the population. Default: the wave, else the only one there is." placeholder:"P"`
	Rake       []string  `help:"Margins to meet, such as gender,agency&age. Default: all." placeholder:"NAME"`
	Trim       []float64 `help:"Bounds of weights, in multiples of their median, such as 0.3,3." placeholder:"LOW,HIGH"`
	Collapse   int       `help:"Join cells of fewer respondents with the next option." placeholder:"N"`
	By         string    `help:"Rows: agency, level, channel, whole, or a question of a margin." default:"agency" placeholder:"KEY"`
	Index      string    `help:"Index of the questionnaire. Default: its first." placeholder:"ID"`
	Measure    string    `help:"Measure of the questionnaire. Default: the index's own." placeholder:"ID"`
	Flags      string    `help:"Responses that look unusual: with, without or only them." default:"with" enum:"with,without,only"`
	Interval   string    `help:"Intervals of shares: kg (Korn and Graubard, capped) or logit." default:"kg" enum:"kg,logit"`
	WeightsOut string    `help:"File for the weights, a row for each combination of characteristics; its codebook is written beside it." placeholder:"FILE" type:"path"`
	Lang       string    `help:"Language of names and of the report." default:"vi" enum:"vi,en"`
	Format     string    `help:"csv (the report of the weighting goes to standard error) or json (it is part of it)." default:"csv" enum:"csv,json"`
}

// Run weights the respondents of a wave to known margins and prints what they
// estimate, from the data folder or from the server that has it open.
func (c *weighCommand) Run(ctx context.Context, env environment) (err error) {
	q := weigh.Query{
		Survey: c.Survey, Wave: c.Wave, Index: c.Index, Measure: c.Measure, By: c.By, Period: c.Period,
		Rake: c.Rake, Collapse: c.Collapse, Flags: c.Flags, Interval: c.Interval, Lang: c.Lang,
	}
	switch len(c.Trim) {
	case 0:
	case 2:
		q.Low, q.High = c.Trim[0], c.Trim[1]
	default:
		return errors.New("--trim takes two numbers, such as 0.3,3")
	}
	figures := weigh.Figures{Name: c.Margins}
	if c.Margins != "" {
		if figures.CSV, err = os.ReadFile(c.Margins); err != nil {
			return err
		}
		if figures.CSV == nil { // an empty file is a mistake in it, not a wish for other figures
			figures.CSV = []byte{}
		}
	}
	weigher, stop, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	result, err := weigher.Weigh(ctx, q, figures)
	if err != nil {
		return err
	}
	return c.write(env, result)
}

// open returns who weights.
func (c *weighCommand) open(ctx context.Context, env environment) (web.Weigher, func() error, error) {
	remote, s, err := connect(ctx, c.Data, store.Options{ReadOnly: true, Progress: bar(env.stderr, "reading the log")})
	switch {
	case err != nil:
		return nil, nil, err
	case remote != nil:
		return remote, remote.Close, nil
	}
	return web.NewWeigher(s), s.Close, nil
}

func (c *weighCommand) write(env environment, r *weigh.Result) error {
	if c.WeightsOut != "" {
		if err := writeWhole(c.WeightsOut, private, r.Weights); err != nil {
			return err
		}
		book := codebookOf(c.WeightsOut)
		if err := writeWhole(book, private, func(w io.Writer) error { return r.Codebook(w, c.Lang) }); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(env.stderr, "wrote %s, %s\n", c.WeightsOut, book); err != nil {
			return err
		}
	}
	if c.Format == "json" {
		return r.JSON(env.stdout)
	}
	if err := r.Text(env.stderr, c.Lang); err != nil {
		return err
	}
	return r.CSV(env.stdout)
}

// codebookOf names the codebook of a file of weights: weights.csv has
// weights.codebook.csv.
func codebookOf(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + ".codebook.csv"
}
