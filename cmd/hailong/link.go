package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hailong/internal/page"
	"hailong/internal/store"
	"hailong/internal/web"
)

// baseFlag says where people reach the pages.
type baseFlag struct {
	URL string `help:"Address under which people reach the pages, such as https://khaosat.example.vn." default:"http://localhost:8080" placeholder:"BASE" env:"HAILONG_URL"`
}

type linkCommand struct {
	dataFlag
	baseFlag
	Survey  string `help:"Slug of the survey." required:"" placeholder:"S"`
	Agency  string `help:"Id or code of the agency; without one, the link is good for any." placeholder:"A"`
	Counter string `help:"Code of the counter; without one, the link is good for any." placeholder:"C"`
	Channel string `help:"Where the link is used: kiosk, paper or phone." required:"" enum:"kiosk,paper,phone"`
	Until   string `help:"The last day on which the link is good. Default: the end of next year." placeholder:"YYYY-MM-DD"`
}

// Run prints a link with a pass: what comes through it counts as verified.
func (c *linkCommand) Run(ctx context.Context, env environment) (err error) {
	base, err := page.ParseBase(c.URL)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	if c.Until == "" {
		now := time.Now() //nolint:forbidigo // the edge owns the clock
		c.Until = fmt.Sprintf("%d-12-31", now.Year()+1)
	}
	issuer, stop, err := openIssuer(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	passed, err := issuer.Pass(ctx, web.PassWanted{Survey: c.Survey, Agency: c.Agency, Counter: c.Counter, Channel: c.Channel, Until: c.Until})
	if err != nil {
		return err
	}
	place := page.Place{Survey: c.Survey, Agency: passed.Agency, Counter: c.Counter, Channel: c.Channel, Pass: passed.Pass}
	link := place.Form()
	if c.Channel == "kiosk" {
		link = place.Kiosk()
	}
	if _, err := fmt.Fprintln(env.stdout, base+link); err != nil {
		return err
	}
	where := passed.Name
	if where == "" {
		where = "any agency"
	}
	_, err = fmt.Fprintf(env.stderr, "for %s, channel %s, until %s; whoever has it can answer so: give it to the staff only\n", where, c.Channel, c.Until)
	return err
}

// openIssuer opens a data folder, or finds the server that uses it.
func openIssuer(ctx context.Context, env environment, dir string) (web.Issuer, func() error, error) {
	remote, s, err := connect(ctx, dir, store.Options{MustExist: true, Progress: bar(env.stderr, "reading the log")})
	switch {
	case err != nil:
		return nil, nil, err
	case remote != nil:
		return remote, remote.Close, nil
	}
	return web.NewIssuer(s, time.Now), s.Close, nil //nolint:forbidigo // the edge owns the clock
}
