package questionnaire

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hailong/internal/yamlfile"
)

// FileName is the name of the file in a survey's folder.
const FileName = "survey.yaml"

// Load reads <slug>/survey.yaml. The error is an errs.Mistakes with every
// mistake of the file, or why the file could not be read. Images are read from
// the same folder.
func Load(fsys fs.FS, slug string) (*Survey, error) {
	file := path.Join(slug, FileName)
	src, err := readFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("survey %s: %w", slug, err)
	}
	folder, err := fs.Sub(fsys, slug)
	if err != nil {
		return nil, fmt.Errorf("survey %s: %w", slug, err)
	}
	return ParseIn(folder, slug, file, src)
}

// readFile reads a file as far as is needed to see that it is too large.
func readFile(fsys fs.FS, name string) (src []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, yamlfile.MaxBytes+1))
}

// LoadAll reads every folder that has a survey.yaml, in order of their slugs.
// The error is an errs.Mistakes with all mistakes of all files, and the warnings
// of the files that have mistakes; the surveys without mistakes are returned
// beside it.
func LoadAll(fsys fs.FS) ([]*Survey, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("surveys: %w", err)
	}
	var list []*Survey
	all := &yamlfile.Notes{}
	files := map[string]string{} // by slug
	for _, entry := range entries {
		file := path.Join(entry.Name(), FileName)
		if info, err := fs.Stat(fsys, entry.Name()); err != nil || !info.IsDir() {
			continue // a file, or a link that leads nowhere
		}
		src, err := readFile(fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // no survey
		}
		if err != nil {
			n := &yamlfile.Notes{File: file}
			n.Tell(yamlfile.Place{}, "the file cannot be read: "+err.Error(), "make it a file that the program may read")
			all.Mistakes = append(all.Mistakes, n.Mistakes...)
			continue
		}
		folder, err := fs.Sub(fsys, entry.Name())
		if err != nil {
			return list, fmt.Errorf("surveys: %w", err)
		}
		b, err := read(folder, entry.Name(), file, src)
		if err != nil {
			return list, err
		}
		b.once(files)
		if b.Err() == nil {
			list = append(list, b.survey)
			continue
		}
		all.Mistakes = append(all.Mistakes, b.Mistakes...)
		all.Warnings = append(all.Warnings, b.Warnings...)
		all.Untold += b.Untold
	}
	slices.SortFunc(list, func(a, b *Survey) int { return strings.Compare(a.Questionnaire.Survey, b.Questionnaire.Survey) })
	return list, all.Err()
}

// once tells a slug that another file has already.
func (b *builder) once(files map[string]string) {
	slug := b.slug
	if b.file.Survey != "" {
		slug = b.file.Survey
	}
	if first, twice := files[slug]; twice {
		b.At("survey", fmt.Sprintf("the survey %q is already in %s", slug, first), "give one of the two another name with survey:")
		return
	}
	files[slug] = b.File
}
