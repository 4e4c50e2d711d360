package questionnaire

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
	"go.yaml.in/yaml/v4"

	"hailong/internal/yamlfile"
)

// Parse reads a survey file that has no folder, and so no images. Else it is as
// [ParseIn].
func Parse(slug, file string, src []byte) (*Survey, error) { return ParseIn(nil, slug, file, src) }

// ParseIn reads a survey file. fsys is the survey's folder, from which images
// are read, slug its name, file the file's name in messages. The error is an
// errs.Mistakes with every mistake of the file, and its warnings; those of a
// file without mistakes are in the survey.
func ParseIn(fsys fs.FS, slug, file string, src []byte) (*Survey, error) {
	b, err := read(fsys, slug, file, src)
	if err != nil {
		return nil, err
	}
	if err := b.Err(); err != nil {
		return nil, err
	}
	return b.survey, nil
}

// read makes what it can of a file. The error is not about the file: mistakes
// are in the notes of the builder, and its survey is of use only without any.
func read(fsys fs.FS, slug, file string, src []byte) (*builder, error) {
	n := &yamlfile.Notes{File: file}
	b := &builder{Notes: n, folder: fsys, file: &File{}, slug: slug}
	root := n.Document(src)
	if root == nil {
		return b, nil
	}
	n.Decode(root, b.file, types())
	if root.Kind != yaml.MappingNode {
		return b, nil
	}
	if err := shape(n, b.file); err != nil {
		return nil, fmt.Errorf("check the shape of %s: %w", file, err)
	}
	b.build()
	return b, nil
}

// validate is made once: it compiles the rules of every shape.
var validate = sync.OnceValues(newValidator)

// shape tells which values break the rules that can be said of one value alone.
func shape(n *yamlfile.Notes, f *File) error {
	check, err := validate()
	if err != nil {
		return err
	}
	var broken validator.ValidationErrors
	if err := check.Struct(f); err != nil && !errors.As(err, &broken) {
		return err
	}
	for _, e := range broken {
		_, path, _ := strings.Cut(e.Namespace(), ".")
		if n.Unread(path) || n.Unread(yamlfile.Parent(path)) {
			continue // what is wrong with it was told when it was read
		}
		message, cure := explain(n, e)
		if p, ok := n.Name(path); ok && e.Kind() == reflect.String {
			n.Tell(p, message, cure)
			continue
		}
		n.At(path, message, cure)
	}
	return nil
}
