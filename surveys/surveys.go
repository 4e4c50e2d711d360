// Package surveys carries the questionnaires and the agency file that are
// shipped with the program, as data: every folder holds one survey.yaml, and
// agencies.csv is the registry of a new data folder. The package does not look
// into them, and imports nothing of the program.
package surveys

import "embed"

// FS holds the folders of the shipped surveys and agencies.csv, at its top level.
//
//go:embed agencies.csv */survey.yaml
var FS embed.FS
