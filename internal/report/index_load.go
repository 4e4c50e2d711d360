package report

import (
	"errors"
	"io/fs"
	"path"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/index"
)

// LoadIndices reads every folder that has an index.yaml, and the figures.csv
// beside it, in order of their ids. The error is an [errs.Mistakes] with all
// mistakes of all files; the indices without mistakes are returned beside it.
func LoadIndices(fsys fs.FS) ([]OwnIndex, error) {
	list, csv, err := index.LoadAll(fsys)
	mistakes, told := errors.AsType[errs.Mistakes](err)
	if err != nil && !told {
		return nil, err
	}
	out := make([]OwnIndex, 0, len(list))
	for _, x := range list {
		own := OwnIndex{Index: x, Figures: figure.Empty()}
		if src, ok := csv[x.ID]; ok {
			table, err := ownFigures(path.Join(x.ID, index.FiguresName), src)
			if found, ok := errors.AsType[errs.Mistakes](err); ok {
				mistakes = append(mistakes, found...)
				continue
			} else if err != nil {
				return nil, err
			}
			own.Figures = table
		}
		out = append(out, own)
	}
	return out, mistakes.Err()
}

// ReadIndex reads one index and the figures of its folder; without figures csv is
// nil. The error is an [errs.Mistakes] with all mistakes of both files. The names of
// files are for messages only, that of the folder has to be the index's id.
func ReadIndex(folder, file string, src []byte, figures string, csv []byte) (OwnIndex, error) {
	own := OwnIndex{Figures: figure.Empty()}
	var mistakes errs.Mistakes
	take := func(err error) error {
		if found, ok := errors.AsType[errs.Mistakes](err); ok {
			mistakes = append(mistakes, found...)
			return nil
		}
		return err
	}
	x, err := index.Parse(folder, file, src)
	if err := take(err); err != nil {
		return own, err
	}
	own.Index = x
	if csv != nil {
		table, err := ownFigures(figures, csv)
		if err := take(err); err != nil {
			return own, err
		}
		own.Figures = table
	}
	return own, mistakes.Err()
}

// ownFigures reads figures whose units need not be agencies of a registry, in
// periods that may be waves.
func ownFigures(file string, src []byte) (*figure.Table, error) {
	return figure.ParseBy(figure.Rules{Wave: func(string) bool { return true }}, file, src)
}
