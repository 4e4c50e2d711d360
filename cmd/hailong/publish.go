package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/store"
	"hailong/internal/web"
)

type publishCommand struct {
	Path string `arg:"" help:"survey.yaml, the folder of one survey, or a folder of surveys." type:"path"`
	dataFlag
	Yes bool `help:"Publish without asking."`
}

// Run shows the plan, asks, and publishes: through the running server, or in
// the data folder itself. With one survey that can't be published none is.
func (c *publishCommand) Run(ctx context.Context, env environment) (err error) {
	surveys, err := readSurveys(c.Path)
	if err != nil {
		return err
	}
	plans, err := plansOf(ctx, env, c.Data, surveys)
	if err != nil {
		return err
	}
	if err := printPlans(env, plans); err != nil {
		return err
	}
	changed := false
	for i, plan := range plans {
		if !publishable(surveys[i], plan) {
			_, _ = fmt.Fprintln(env.stderr, "Nothing was published.")
			return failure{}
		}
		changed = changed || plan.Before != plan.Now
	}
	if changed && !c.Yes {
		if err := confirm(env); err != nil {
			return err
		}
	}
	to, stop, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	for i, survey := range surveys {
		if err := to.Publish(ctx, survey, plans[i].Before); err != nil {
			return fmt.Errorf("%s: %w", survey.Questionnaire.Survey, err)
		}
		if err := said(env, plans[i]); err != nil {
			return err
		}
	}
	return nil
}

// said tells what was done.
func said(env environment, plan *questionnaire.Plan) error {
	what := "published version " + plan.Now[:12]
	if plan.Before == plan.Now {
		what = "waves follow the file; the questionnaire is the one that is published"
	}
	_, err := fmt.Fprintf(env.stdout, "\n%s: %s. Keep the file where \"hailong serve --surveys\" reads it: the next start takes what stands there.\n", plan.Survey, what)
	return err
}

// confirm asks at the terminal.
func confirm(env environment) error {
	if env.stdin == nil {
		return errors.New("nobody can be asked here; publish with --yes")
	}
	if _, err := fmt.Fprint(env.stderr, "\nPublish? Type yes: "); err != nil {
		return err
	}
	answer, err := bufio.NewReader(io.LimitReader(env.stdin, 1<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if strings.TrimSpace(answer) != "yes" {
		_, _ = fmt.Fprintln(env.stderr, "Nothing was published.")
		return failure{}
	}
	return nil
}

// open returns who publishes.
func (c *publishCommand) open(ctx context.Context, env environment) (web.Publisher, func() error, error) {
	remote, s, err := connect(ctx, c.Data, store.Options{MustExist: true, Progress: bar(env.stderr, "reading the log")})
	switch {
	case err != nil:
		return nil, nil, err
	case remote != nil:
		return remote, remote.Close, nil
	}
	return newPublisher(s, nil), s.Close, nil
}
