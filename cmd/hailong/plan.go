package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hailong/internal/questionnaire"
	"hailong/internal/store"
)

type planCommand struct {
	Path string `arg:"" help:"survey.yaml, the folder of one survey, or a folder of surveys." type:"path"`
	dataFlag
	Format string `help:"text or json (a list with one plan per survey)." default:"text" enum:"text,json"`
}

// Run prints what publishing would do. It fails when anything is refused.
func (c *planCommand) Run(ctx context.Context, env environment) (err error) {
	surveys, err := readSurveys(c.Path)
	if err != nil {
		return err
	}
	plans, err := plansOf(ctx, env, c.Data, surveys)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		encoder := json.NewEncoder(env.stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(plans)
	} else {
		err = printPlans(env, plans)
	}
	if err != nil {
		return err
	}
	for i, plan := range plans {
		if !publishable(surveys[i], plan) {
			return failure{}
		}
	}
	return nil
}

func printPlans(env environment, plans []*questionnaire.Plan) error {
	for i, plan := range plans {
		if i > 0 {
			if _, err := fmt.Fprintln(env.stdout); err != nil {
				return err
			}
		}
		if err := plan.Print(env.stdout); err != nil {
			return err
		}
	}
	return nil
}

// publishable reports whether a survey may be published.
func publishable(s *questionnaire.Survey, plan *questionnaire.Plan) bool {
	return plan.Refused() == 0 && (!s.Untranslated || plan.Before == plan.Now)
}

// readSurveys reads the surveys that a path names. The error holds every mistake
// of every file.
func readSurveys(path string) ([]*questionnaire.Survey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w; give a survey.yaml, or a folder with one", err)
	}
	if info.IsDir() {
		file := filepath.Join(path, questionnaire.FileName)
		if _, err := os.Stat(file); err != nil {
			return files{Surveys: path}.surveys()
		}
		path = file
	}
	path, err = filepath.Abs(path) // the folder's name is that of the survey
	if err != nil {
		return nil, err
	}
	src, err := os.ReadFile(path) //nolint:gosec // the file the person asked for
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	s, err := questionnaire.ParseIn(os.DirFS(folder), filepath.Base(folder), path, src)
	if err != nil {
		return nil, err
	}
	return []*questionnaire.Survey{s}, nil
}

// plansOf asks the data folder, or the server that has it open. Without a data
// file nothing is published.
func plansOf(ctx context.Context, env environment, data string, surveys []*questionnaire.Survey) (plans []*questionnaire.Plan, err error) {
	con, err := openConsole(ctx, env, data)
	if errors.Is(err, store.ErrMissing) {
		_, _ = fmt.Fprintf(env.stderr, "There is no data file in %s yet: nothing is published there. Give the folder with --data.\n", data)
		con, err = nothingPublished{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	for _, s := range surveys {
		plan, err := con.Plan(ctx, s.Questionnaire)
		if err != nil {
			return nil, fmt.Errorf("plan %s: %w", s.Questionnaire.Survey, err)
		}
		if s.Untranslated && plan.Before != plan.Now {
			plan.Warnings = append(plan.Warnings, "texts are missing in a language (hailong check says where): it can't be published before they are there")
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// nothingPublished is a data folder that is not there.
type nothingPublished struct{ console }

// Plan implements web.Console.
func (nothingPublished) Plan(_ context.Context, q *questionnaire.Questionnaire) (*questionnaire.Plan, error) {
	return questionnaire.Compare(nil, q, func(string, string) int64 { return 0 }), nil
}

// Close implements console.
func (nothingPublished) Close() error { return nil }
