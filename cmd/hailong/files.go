package main

import (
	"fmt"
	"io/fs"
	"os"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/surveys"
)

// files are the flags that say where questionnaires and agencies come from.
type files struct {
	Surveys  string `help:"Folder with one folder per survey. Default: the shipped surveys." placeholder:"DIR" env:"HAILONG_SURVEYS"`
	Agencies string `help:"Agency file (CSV). Default: the shipped provinces and communes." placeholder:"FILE" env:"HAILONG_AGENCIES"`
}

// shippedAgencies is the agency file within the shipped folder.
const shippedAgencies = "agencies.csv"

// surveys reads all questionnaires. The error holds every mistake of every file.
func (f files) surveys() ([]*questionnaire.Survey, error) {
	var fsys fs.FS = surveys.FS
	if f.Surveys != "" {
		info, err := os.Stat(f.Surveys)
		if err != nil || !info.IsDir() {
			return nil, fmt.Errorf("--surveys %s is not a folder that can be read; give a folder with one folder per survey", f.Surveys)
		}
		fsys = os.DirFS(f.Surveys)
	}
	list, err := questionnaire.LoadAll(fsys)
	if err != nil {
		return nil, fmt.Errorf("questionnaires: %w", err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no folder with a survey.yaml", f.Surveys)
	}
	return list, nil
}

// checked reads all questionnaires, and the agency file and the indices too:
// whatever is wrong in any is told before a data folder is touched.
func (f files) checked() ([]*questionnaire.Survey, error) {
	list, err := f.surveys()
	if err != nil {
		return nil, err
	}
	name, csv, err := f.agencies()
	if err != nil {
		return nil, err
	}
	if _, err := agency.Parse(name, csv); err != nil {
		return nil, fmt.Errorf("agencies: %w", err)
	}
	if _, err := f.indices(); err != nil {
		return nil, err
	}
	return list, nil
}

// agencies reads the agency file, or the shipped one, and returns its name and
// content.
func (f files) agencies() (string, []byte, error) {
	if f.Agencies != "" {
		b, err := os.ReadFile(f.Agencies)
		if err != nil {
			return "", nil, fmt.Errorf("agency file: %w", err)
		}
		return f.Agencies, b, nil
	}
	b, err := fs.ReadFile(surveys.FS, shippedAgencies)
	if err != nil {
		return "", nil, fmt.Errorf("shipped agency file: %w", err)
	}
	return shippedAgencies, b, nil
}
