package main

import (
	"io"

	"hailong/internal/questionnaire"
)

// schemaName is the name of the schema in a folder of surveys, where the first
// line of our files looks for it.
const schemaName = "survey.schema.json"

type schemaCommand struct {
	Out   string `help:"File to write. Default: standard output." short:"o" placeholder:"FILE" type:"path"`
	Force bool   `help:"Write over a file that is there."`
}

// Run writes the JSON Schema of survey.yaml.
func (c *schemaCommand) Run(env environment) error {
	write := func(w io.Writer) error {
		_, err := w.Write(questionnaire.Schema())
		return err
	}
	if c.Out == "" {
		return write(env.stdout)
	}
	return writeNew(c.Out, c.Force, write)
}
