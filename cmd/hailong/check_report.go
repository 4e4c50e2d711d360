package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/index"
)

// write tells what was found. Text for people goes to standard error, what is
// good to standard output; the other formats go to standard output whole.
func (r *checked) write(env environment, format string) error {
	switch format {
	case "json":
		return writeJSON(env.stdout, r.document())
	case "sarif":
		return writeJSON(env.stdout, r.sarif())
	}
	if len(r.found) > 0 {
		if _, err := fmt.Fprintf(env.stderr, "%s\n%s\n", r.found.Error(), r.found.Summary()); err != nil {
			return err
		}
	}
	if mistakes, _ := r.found.Count(); mistakes > 0 {
		return nil
	}
	for _, s := range r.surveys {
		q := s.Questionnaire
		outcome := "no mistakes"
		if n := len(s.Warnings); n > 0 {
			outcome += ", but " + errs.Plural(n, "warning")
		}
		if _, err := fmt.Fprintf(env.stdout, "%s: version %s, %s, %s, %s\n", q.Survey, q.Version[:12],
			errs.Plural(len(q.Pages), "page"), errs.Plural(len(q.Variables()), "variable"), outcome); err != nil {
			return err
		}
	}
	for _, own := range r.composites {
		if _, err := fmt.Fprintf(env.stdout, "%s: %s, %s, no mistakes\n", own.Index.ID,
			errs.Plural(len(own.Index.Indicators), "indicator"), errs.Plural(own.Figures.Len(), "figure")); err != nil {
			return err
		}
	}
	for _, t := range r.tables {
		if _, err := fmt.Fprintf(env.stdout, "%s: %s, no mistakes\n", t.name, t.holds); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(w io.Writer, document any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}

// checkDocument is what check --format json writes. Lines and columns count
// from 1, columns in characters; 0 means the whole file.
type checkDocument struct {
	Files    int            `json:"files"` // that were read
	Mistakes int            `json:"mistakes"`
	Warnings int            `json:"warnings"`
	Found    []checkFinding `json:"found"`
	Surveys  []checkSurvey  `json:"surveys"` // those without mistakes
}

type checkFinding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"` // error or warning
	Message  string `json:"message"`
	Cure     string `json:"cure,omitempty"`
	Source   string `json:"source,omitempty"` // the line as it stands in the file
}

type checkSurvey struct {
	Survey    string `json:"survey"`
	Version   string `json:"version"`
	Pages     int    `json:"pages"`
	Variables int    `json:"variables"`
}

func (r *checked) document() checkDocument {
	d := checkDocument{Files: r.files, Found: []checkFinding{}, Surveys: []checkSurvey{}}
	d.Mistakes, d.Warnings = r.found.Count()
	for _, m := range r.found {
		d.Found = append(d.Found, checkFinding{m.File, m.Line, m.Column, severity(m), m.Message, m.Cure, m.Source})
	}
	for _, s := range r.surveys {
		q := s.Questionnaire
		d.Surveys = append(d.Surveys, checkSurvey{q.Survey, q.Version, len(q.Pages), len(q.Variables())})
	}
	return d
}

func severity(m errs.Mistake) string {
	if m.Warning {
		return "warning"
	}
	return "error"
}

// The parts of SARIF 2.1.0 that are used:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifMessage `json:"shortDescription"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"` // nil: the whole file
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int           `json:"startLine"`
		StartColumn int           `json:"startColumn"`
		Snippet     *sarifMessage `json:"snippet,omitempty"`
	}
)

func (r *checked) sarif() sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "hailong", Version: buildVersion(), Rules: []sarifRule{
			{"questionnaire", sarifMessage{"A questionnaire says what it means, and nothing else."}},
			{"agencies", sarifMessage{"An agency file is a tree of agencies with their dates."}},
			{"figures", sarifMessage{"A figure is one number of one agency in one period, with its source."}},
			{"index", sarifMessage{"An index says what it is made of, and how."}},
		}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, m := range r.found {
		at := sarifPhysical{Artifact: sarifArtifact{address(m.File)}}
		if m.Line > 0 {
			at.Region = &sarifRegion{StartLine: m.Line, StartColumn: max(m.Column, 1)}
			if m.Source != "" {
				at.Region.Snippet = &sarifMessage{m.Source}
			}
		}
		result := sarifResult{r.rule(m.File), severity(m), sarifMessage{m.Message}, []sarifLocation{{at}}}
		if m.Cure != "" {
			result.Message.Text += "; " + m.Cure
		}
		run.Results = append(run.Results, result)
	}
	return sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

// rule names what a file must keep to.
func (r *checked) rule(file string) string {
	switch {
	case r.registries[file]:
		return "agencies"
	case strings.EqualFold(filepath.Ext(file), ".csv"):
		return "figures"
	case filepath.Base(file) == index.FileName:
		return "index"
	}
	return "questionnaire"
}

// address is a file's name as a URI: relative where the name is.
func address(file string) string {
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	return u.String()
}
