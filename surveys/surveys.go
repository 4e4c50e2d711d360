// Package surveys carries the questionnaires, the composite indices and the agency
// file that are shipped with the program, as data: every folder holds one
// survey.yaml, or one index.yaml with its figures.csv, and agencies.csv is the
// registry of a new data folder. The package does not look into them, and imports
// nothing of the program.
package surveys

import (
	"embed"
	"io/fs"
)

// FS holds the folders of the shipped surveys and agencies.csv, at its top level.
//
//go:embed agencies.csv */survey.yaml
var FS embed.FS

//go:embed */index.yaml */figures.csv
var indices embed.FS

// Indices holds the folders of the shipped composite indices: in each the method,
// index.yaml, and figures.csv, which it can be tried with.
func Indices() fs.FS { return indices }
