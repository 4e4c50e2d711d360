package index

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/yamlfile"
)

// The names of the files in an index's folder.
const (
	FileName    = "index.yaml"
	FiguresName = "figures.csv"
)

// LoadAll reads every folder that has an index.yaml, in order of their ids, and
// beside each, by id, the bytes of its figures.csv where there is one, which package
// figure reads. The error is an errs.Mistakes with all mistakes of all files; the
// indices without mistakes are returned beside it.
func LoadAll(fsys fs.FS) ([]*Index, map[string][]byte, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("indices: %w", err)
	}
	var list []*Index
	var mistakes errs.Mistakes
	figures := map[string][]byte{}
	for _, entry := range entries {
		if info, err := fs.Stat(fsys, entry.Name()); err != nil || !info.IsDir() {
			continue // a file, or a link that leads nowhere
		}
		x, csv, err := load(fsys, entry.Name())
		var found errs.Mistakes
		switch {
		case errors.Is(err, fs.ErrNotExist): // no index
		case errors.As(err, &found):
			mistakes = append(mistakes, found...)
		case err != nil:
			return list, figures, err
		default:
			list = append(list, x)
			if csv != nil {
				figures[x.ID] = csv
			}
		}
	}
	slices.SortFunc(list, func(a, b *Index) int { return strings.Compare(a.ID, b.ID) })
	return list, figures, mistakes.Err()
}

// load reads the index of a folder, and its figures, nil without.
func load(fsys fs.FS, folder string) (x *Index, csv []byte, err error) {
	name := path.Join(folder, FileName)
	src, err := readFile(fsys, name, yamlfile.MaxBytes)
	if err != nil {
		return nil, nil, unreadable(name, err)
	}
	x, err = Parse(folder, name, src)
	if err != nil {
		return nil, nil, err
	}
	name = path.Join(folder, FiguresName)
	csv, err = readFile(fsys, name, figure.MaxBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return x, nil, nil
	}
	if err != nil {
		return nil, nil, unreadable(name, err)
	}
	return x, csv, nil
}

// unreadable tells that a file is there and can't be read.
func unreadable(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	n := &yamlfile.Notes{File: name}
	n.Tell(yamlfile.Place{}, "the file cannot be read: "+err.Error(), "make it a file that the program may read")
	return n.Err()
}

// readFile reads a file as far as is needed to see that it is too large.
func readFile(fsys fs.FS, name string, limit int64) (src []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// FromTable returns the figures of a table as [Input.Figure] wants them: those of
// a unit as a whole, not of a cell.
func FromTable(t *figure.Table) func(id, unit, period string) (value float64, there bool, note string) {
	return func(id, unit, period string) (float64, bool, string) {
		f, ok := t.Value(id, unit, period, "")
		if !ok {
			return 0, false, ""
		}
		return f.Value, f.There, f.Note
	}
}

// UnitsIn returns the units of an index that don't come from the registry: those
// the file lists, else those that the table has a figure of in the period, by id.
func (x *Index) UnitsIn(t *figure.Table, period string) []Unit {
	if len(x.Units.List) > 0 {
		return slices.Clone(x.Units.List)
	}
	var units []Unit
	seen := map[string]bool{}
	for _, id := range x.Figures() {
		for f := range t.Of(id, period) {
			if !seen[f.Agency] {
				seen[f.Agency] = true
				units = append(units, Unit{ID: f.Agency})
			}
		}
	}
	slices.SortFunc(units, func(a, b Unit) int { return strings.Compare(a.ID, b.ID) })
	return units
}

// Figures lists the figures that go into the index, each once, by id.
func (x *Index) Figures() []string {
	var list []string
	for _, s := range x.sources() {
		if s.Share != nil {
			list = append(list, s.Share.Numerator, s.Share.Denominator)
		} else if s.Figure != "" {
			list = append(list, s.Figure)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Surveys lists the scores of surveys that go into the index, each once, in the
// order of the indicators.
func (x *Index) Surveys() []SurveyRef {
	var list []SurveyRef
	for _, s := range x.sources() {
		if s.Survey.Survey != "" && !slices.Contains(list, s.Survey) {
			list = append(list, s.Survey)
		}
	}
	return list
}

// sources lists the sources of all indicators, those in first_of one by one.
func (x *Index) sources() []Source {
	var list []Source
	var add func(s Source)
	add = func(s Source) {
		for _, inner := range s.FirstOf {
			add(inner)
		}
		if len(s.FirstOf) == 0 {
			list = append(list, s)
		}
	}
	for i := range x.Indicators {
		add(x.Indicators[i].Source)
	}
	return list
}
