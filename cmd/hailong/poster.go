package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/web"
)

type posterCommand struct {
	dataFlag
	baseFlag
	Survey  string   `help:"Slug of the survey." required:"" placeholder:"S"`
	Agency  string   `help:"Id or code of the agency; without one, whoever answers chooses." placeholder:"A" xor:"agency"`
	Within  string   `help:"Id or code of an agency: posters for it and all below it." placeholder:"A" xor:"agency"`
	Level   string   `help:"With --within: only agencies of a level: province, department or commune." placeholder:"LEVEL"`
	Counter []string `help:"Codes of counters: a poster for each." placeholder:"1,2,3"`
	Wave    string   `help:"Id of the wave, where several are open." placeholder:"W"`
	Size    string   `help:"a4, a5 or card." default:"a4" enum:"a4,a5,card"`
	Out     string   `help:"File to write. Default: standard output." placeholder:"FILE" type:"path"`
	Force   bool     `help:"Write over a file that is there."`
}

// Run writes a document that prints one poster a sheet.
func (c *posterCommand) Run(ctx context.Context, env environment) (err error) {
	base, err := page.ParseBase(c.URL)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	issuer, stop, err := openIssuer(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	n := 0
	write := func(w io.Writer) error {
		var err error
		n, err = issuer.Posters(ctx, w, web.PostersWanted{
			Survey: c.Survey, Agency: c.Agency, Within: c.Within, Level: c.Level, Counters: c.Counter, Wave: c.Wave, Size: c.Size, Base: base,
		})
		return err
	}
	if c.Out == "" {
		return write(env.stdout)
	}
	if err := writeNew(c.Out, c.Force, write); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stderr, "%s in %s; open it in a browser and print it\n", errs.Plural(n, "sheet"), c.Out)
	return err
}
