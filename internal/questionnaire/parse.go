package questionnaire

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
	"go.yaml.in/yaml/v4"

	"hailong/internal/errs"
)

// FileName is the name of the file in a survey's folder.
const FileName = "survey.yaml"

// validate is made once: it compiles the rules of every shape.
var validate = sync.OnceValues(newValidator)

// Parse reads a survey file. slug is the name of its folder, file its name in
// messages. The error is an errs.Mistakes with every mistake of the file.
func Parse(slug, file string, src []byte) (*Survey, error) {
	d := &decoder{file: file, places: map[string]place{}}
	var f surveyFile
	if !d.read(src, &f) {
		return nil, d.mistakes.Err()
	}
	check, err := validate()
	if err != nil {
		return nil, fmt.Errorf("rules of survey files: %w", err)
	}
	var broken validator.ValidationErrors
	if err := check.Struct(&f); err != nil && !errors.As(err, &broken) {
		return nil, fmt.Errorf("check %s: %w", file, err)
	}
	for _, e := range broken {
		_, p, _ := strings.Cut(e.Namespace(), ".")
		message, cure := explain(e)
		if _, told := d.places[p]; e.Tag() == "required" && told {
			continue // it is there, and what is wrong with it was told when it was read
		}
		d.at(p, message, cure)
	}
	b := &builder{decoder: d, file: &f, slug: slug}
	survey := b.build()
	if err := d.mistakes.Err(); err != nil {
		return nil, err
	}
	return survey, nil
}

// read decodes the file's only document. False means that there is nothing to
// look at any further.
func (d *decoder) read(src []byte, f *surveyFile) bool {
	if len(src) > maxFileBytes {
		d.tell(place{}, fmt.Sprintf("the file has more than %d bytes", maxFileBytes), "split it into several surveys")
		return false
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	d.lines = strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	for i, line := range d.lines {
		if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
			d.lines[i] = strings.ToValidUTF8(strings.ReplaceAll(line, "\x00", "�"), "�")
			d.tell(place{i + 1, 1}, "the line has bytes that are no characters", "save the file as UTF-8")
			return false
		}
	}
	if at := tooDeep(d.lines); at > 0 {
		d.tell(place{at, 1}, "this is nested too deep", "look for a wrong indent or a lost bracket")
		return false
	}
	var root yaml.Node
	if err := yaml.Load(src, &root); err != nil {
		d.syntax(err)
		return false
	}
	n := &root
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	d.value(n, reflect.ValueOf(f).Elem(), "", 0)
	return n.Kind == yaml.MappingNode
}

// tooDeep returns a line that nests deeper than any survey does, before the
// YAML reader recurses into it: by indent, or by brackets.
func tooDeep(lines []string) int {
	open := 0
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " -?"))
		open += strings.Count(line, "[") + strings.Count(line, "{") - strings.Count(line, "]") - strings.Count(line, "}")
		if indent > 400 || open > 200 || strings.Count(line, "[")+strings.Count(line, "{") > 2000 {
			return i + 1
		}
		open = max(open, 0)
	}
	return 0
}

// syntax tells where a file is no YAML. The list of errors is looked for first:
// it unwraps to only the first of them.
func (d *decoder) syntax(err error) {
	var found []*yaml.LoadError
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &all):
		found = all.Errors
	case errors.As(err, &one):
		found = []*yaml.LoadError{one}
	default:
		d.tell(place{1, 1}, "this is no YAML document: "+err.Error(), "the file holds keys with values, such as title:")
	}
	for _, e := range found {
		p := place{e.Mark.Line, e.Mark.Column}
		if p.line == 0 {
			p = place{max(e.ContextMark.Line, 1), max(e.ContextMark.Column, 1)}
		}
		d.tell(p, "the file is no valid YAML here: "+e.Message, "look for a wrong indent, a missing colon or quote on this line or the one before")
	}
}

// Load reads <slug>/survey.yaml.
func Load(fsys fs.FS, slug string) (*Survey, error) {
	file := path.Join(slug, FileName)
	src, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("survey %s: %w", slug, err)
	}
	return Parse(slug, file, src)
}

// LoadAll reads every folder that has a survey.yaml, in order of their slugs.
// The error is an errs.Mistakes with all mistakes of all files; the surveys
// without mistakes are returned beside it.
func LoadAll(fsys fs.FS) ([]*Survey, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("surveys: %w", err)
	}
	var list []*Survey
	var mistakes errs.Mistakes
	folders := map[string]string{}
	for _, entry := range entries {
		if _, err := fs.Stat(fsys, path.Join(entry.Name(), FileName)); err != nil {
			continue // no survey
		}
		s, err := Load(fsys, entry.Name())
		var found errs.Mistakes
		switch {
		case errors.As(err, &found):
			mistakes = append(mistakes, found...)
			continue
		case err != nil:
			return list, err
		}
		slug := s.Questionnaire.Survey
		if first, twice := folders[slug]; twice {
			mistakes = append(mistakes, errs.Mistake{
				File: path.Join(entry.Name(), FileName), Line: 1, Column: 1,
				Message: fmt.Sprintf("the survey %q is already in %s", slug, first),
				Cure:    "give one of the two another name with survey:",
			})
			continue
		}
		folders[slug] = path.Join(entry.Name(), FileName)
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Survey) int { return strings.Compare(a.Questionnaire.Survey, b.Questionnaire.Survey) })
	return list, mistakes.Err()
}
