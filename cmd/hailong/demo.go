package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/response"
	"hailong/internal/simulate"
	"hailong/internal/store"
)

type demoCommand struct {
	dataFlag
	files
	Survey    string `help:"Survey to simulate." default:"sipas" placeholder:"S"`
	Within    string `help:"Simulate the communes of this province (id or code)." default:"t24" placeholder:"ID"`
	Responses int    `help:"How many responses." default:"100000" placeholder:"N"`
	Seed      uint64 `help:"The same seed gives the same responses." default:"1" placeholder:"S"`
}

// demoWaves are the periods of the simulated fieldwork. They are dates of
// their own and not relative to today, so that a demo is the same on any day.
var demoWaves = []response.WaveOpened{
	{Wave: "demo-1", Title: map[string]string{"vi": "Đợt 1 (mô phỏng)", "en": "Wave 1 (simulated)"}, Opens: "2025-10-01", Closes: "2025-12-31"},
	{Wave: "demo-2", Title: map[string]string{"vi": "Đợt 2 (mô phỏng)", "en": "Wave 2 (simulated)"}, Opens: "2026-01-01", Closes: "2026-03-31"},
	{Wave: "demo-3", Title: map[string]string{"vi": "Đợt 3 (mô phỏng)", "en": "Wave 3 (simulated)"}, Opens: "2026-04-01", Closes: "2026-06-30"},
}

// demoBatch is how many responses are made durable at once.
const demoBatch = 4096

// Run publishes what the files say, opens the simulated waves, submits the
// responses, and closes the waves.
func (c *demoCommand) Run(ctx context.Context, env environment) (err error) {
	surveys, err := c.checked()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, c.Data, store.Options{Progress: bar(env.stderr, "reading the log")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	start := time.Now() //nolint:forbidigo // the edge owns the clock
	if err := (&serveCommand{files: c.files}).sync(ctx, newPublisher(s, surveys), newLog(env.stderr, "warn")); err != nil {
		return err
	}
	simulation, err := c.simulation(ctx, s)
	if err != nil {
		return err
	}
	stored, err := c.submit(ctx, s, simulation, bar(env.stderr, "simulating"))
	if err != nil {
		return err
	}
	if err := c.close(ctx, s); err != nil {
		return err
	}
	took := time.Since(start)
	_, err = fmt.Fprintf(env.stdout, "%s: %d simulated responses to %s in %s (%.0f a second)%s. Next: hailong serve --data %s\n",
		c.Data, stored, c.Survey, took.Round(time.Millisecond), float64(c.Responses)/took.Seconds(), c.known(stored), c.Data)
	return err
}

// known says that responses of the same seed were there before.
func (c *demoCommand) known(stored int) string {
	if stored == c.Responses {
		return ""
	}
	return fmt.Sprintf("; %d were already there, give another --seed for more", c.Responses-stored)
}

// simulation opens the waves and lays out the fieldwork.
func (c *demoCommand) simulation(ctx context.Context, s *store.Store) (*simulate.Simulation, error) {
	survey := s.Catalog().Survey(c.Survey)
	if survey == nil {
		return nil, fmt.Errorf("there is no survey %q; give one of the surveys with --survey", c.Survey)
	}
	agencies, err := c.communes(s.Catalog().Agencies)
	if err != nil {
		return nil, err
	}
	for _, wave := range demoWaves {
		wave.Survey = c.Survey
		event, err := wave.Event(dayUnix(wave.Opens))
		if err != nil {
			return nil, err
		}
		if _, err := s.Change(ctx, event); err != nil {
			return nil, fmt.Errorf("open wave: %w", err)
		}
	}
	survey = s.Catalog().Survey(c.Survey)
	config := simulate.Config{
		Seed: c.Seed, Responses: c.Responses, Agencies: agencies,
		Questionnaire: survey.Current().Questionnaire, Version: survey.Current().Number,
		Registry: s.Catalog().Agencies,
	}
	for _, w := range demoWaves {
		opens, _ := response.ParseDay(w.Opens)
		closes, _ := response.ParseDay(w.Closes)
		config.Waves = append(config.Waves, simulate.Wave{Number: survey.Wave(w.Wave).Number, Opens: opens, Closes: closes})
	}
	return simulate.New(config)
}

// communes lists the communes below the province that was asked for.
func (c *demoCommand) communes(registry *agency.Registry) ([]*agency.Agency, error) {
	top := registry.Find(c.Within, demoWaves[0].Opens)
	if top == nil {
		return nil, fmt.Errorf("there is no agency %q; give the id or code of a province with --within", c.Within)
	}
	var list []*agency.Agency
	for _, a := range registry.Subtree(top) {
		if a.Level == agency.Commune {
			list = append(list, a)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("agency %q has no communes to simulate; give another province with --within", c.Within)
	}
	return list, nil
}

func dayUnix(day string) int64 {
	d, _ := response.ParseDay(day)
	return d.Date().Unix()
}

// submit stores the responses and returns how many were not there before.
func (c *demoCommand) submit(ctx context.Context, s *store.Store, simulation *simulate.Simulation, progress func(done, total uint64)) (int, error) {
	batch := make([]*response.Response, 0, demoBatch)
	done, stored := 0, 0
	flush := func() error {
		outcomes, err := s.SubmitMany(ctx, batch)
		if err != nil {
			return fmt.Errorf("submit: %w", err)
		}
		for _, o := range outcomes {
			switch o.Status {
			case catalog.Accepted:
				stored++
			case catalog.Duplicate:
			case catalog.Reused:
				return errors.New("the folder holds another simulation with this seed; give another --seed or another --data")
			case catalog.Refused:
				return fmt.Errorf("a simulated response was refused: %s", o.Refusal)
			}
		}
		done += len(batch)
		if progress != nil {
			progress(uint64(done), uint64(c.Responses)) //nolint:gosec // not negative
		}
		batch = batch[:0]
		return nil
	}
	for r := range simulation.Responses() {
		batch = append(batch, clone(batch, r))
		if len(batch) == demoBatch {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	err := flush()
	return stored, err
}

// clone copies a response that its maker uses again, into the memory of an
// earlier batch where there is one.
func clone(batch []*response.Response, r *response.Response) *response.Response {
	var to *response.Response
	if n := len(batch); n < cap(batch) {
		to = batch[:n+1][n]
	}
	if to == nil {
		to = new(response.Response)
	}
	answers := slices.Grow(to.Answers[:0], len(r.Answers))[:len(r.Answers)]
	copy(answers, r.Answers)
	*to = *r
	to.Answers = answers
	return to
}

// close closes the simulated waves.
func (c *demoCommand) close(ctx context.Context, s *store.Store) error {
	for _, wave := range demoWaves {
		event, err := response.WaveClosed{Survey: c.Survey, Wave: wave.Wave}.Event(dayUnix(wave.Closes))
		if err != nil {
			return err
		}
		if _, err := s.Change(ctx, event); err != nil {
			return fmt.Errorf("close wave: %w", err)
		}
	}
	return nil
}
