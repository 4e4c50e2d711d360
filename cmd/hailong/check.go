package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

type checkCommand struct {
	Paths []string `arg:"" optional:"" help:"survey.yaml files, folders of surveys, or agency files (.csv). Default: what --surveys and --agencies say." type:"path"`
	files
}

// Run checks every file and prints all mistakes of all of them.
func (c *checkCommand) Run(env environment) error {
	var mistakes errs.Mistakes
	checked, err := c.check(&mistakes)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		_, _ = fmt.Fprintln(env.stderr, mistakes.Error())
		_, _ = fmt.Fprintf(env.stderr, "%d mistake(s) found.\n", len(mistakes))
		return failure{}
	}
	for _, line := range checked {
		if _, err := fmt.Fprintln(env.stdout, line); err != nil {
			return err
		}
	}
	return nil
}

// check returns a line for everything that is right. Mistakes are added up; any
// other error ends the check.
func (c *checkCommand) check(mistakes *errs.Mistakes) ([]string, error) {
	var lines []string
	if len(c.Paths) == 0 {
		name, csv, err := c.agencies()
		if err != nil {
			return nil, err
		}
		list, err := c.surveys()
		if err := note(mistakes, err); err != nil {
			return nil, err
		}
		line, err := checkAgencies(name, csv)
		return append(describeSurveys(list), line...), note(mistakes, err)
	}
	for _, path := range c.Paths {
		more, err := checkPath(path)
		if err := note(mistakes, err); err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	return lines, nil
}

// note adds the mistakes of an error to a list and returns any other error.
func note(mistakes *errs.Mistakes, err error) error {
	if found, ok := errors.AsType[errs.Mistakes](err); ok {
		*mistakes = append(*mistakes, found...)
		return nil
	}
	return err
}

func checkPath(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	if info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, "survey.yaml")); err == nil {
			return checkSurvey(filepath.Join(path, "survey.yaml"))
		}
		list, err := files{Surveys: path}.surveys()
		return describeSurveys(list), err
	}
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		csv, err := os.ReadFile(path) //nolint:gosec // the file the person asked for
		if err != nil {
			return nil, fmt.Errorf("check: %w", err)
		}
		return checkAgencies(path, csv)
	}
	return checkSurvey(path)
}

func checkSurvey(path string) ([]string, error) {
	src, err := os.ReadFile(path) //nolint:gosec // the file the person asked for
	if err != nil {
		return nil, fmt.Errorf("check: %w", err)
	}
	s, err := questionnaire.Parse(filepath.Base(filepath.Dir(path)), path, src)
	if err != nil {
		return nil, err
	}
	return describeSurveys([]*questionnaire.Survey{s}), nil
}

func checkAgencies(name string, csv []byte) ([]string, error) {
	registry, err := agency.Parse(name, csv)
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("%s: %d agencies, no mistakes", name, registry.Len())}, nil
}

func describeSurveys(list []*questionnaire.Survey) []string {
	lines := make([]string, 0, len(list))
	for _, s := range list {
		q := s.Questionnaire
		lines = append(lines, fmt.Sprintf("%s: version %s, %d pages, %d variables, no mistakes",
			q.Survey, q.Version[:12], len(q.Pages), len(q.Variables())))
	}
	return lines
}
