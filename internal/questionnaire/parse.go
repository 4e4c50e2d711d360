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
)

// Limits of a file. Real ones stay far below: the longest we ship has 40 kB,
// nests seven deep, and has 2 000 parts.
const (
	maxFileBytes = 1 << 20
	maxParts     = 150_000 // commas and lines: YAML has no more values than about twice that
	maxEntries   = 5000    // of one list
	maxNesting   = 40
)

const (
	tooDeep  = "this is nested too deep"
	deepCure = "look for a wrong indent or a lost bracket"
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
	if err := b.err(); err != nil {
		return nil, err
	}
	return b.survey, nil
}

// read makes what it can of a file. The error is not about the file: mistakes
// are in the notes of the builder, and its survey is of use only without any.
func read(fsys fs.FS, slug, file string, src []byte) (*builder, error) {
	n := &notes{file: file, places: map[string]place{}, names: map[string]place{}, unread: map[string]bool{}}
	b := &builder{notes: n, folder: fsys, file: &File{}, slug: slug}
	root := n.document(src)
	if root == nil {
		return b, nil
	}
	d := &decoder{notes: n, keys: map[reflect.Type][]string{}}
	d.value(root, reflect.ValueOf(b.file).Elem(), "", 0)
	if root.Kind != yaml.MappingNode {
		return b, nil
	}
	if err := d.shape(b.file); err != nil {
		return nil, fmt.Errorf("check the shape of %s: %w", file, err)
	}
	b.build()
	return b, nil
}

// validate is made once: it compiles the rules of every shape.
var validate = sync.OnceValues(newValidator)

// shape tells which values break the rules that can be said of one value alone.
func (d *decoder) shape(f *File) error {
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
		if d.unread[path] || d.unread[parent(path)] {
			continue // what is wrong with it was told when it was read
		}
		message, cure := d.explain(e)
		if p, ok := d.names[path]; ok && e.Kind() == reflect.String {
			d.tell(p, message, cure)
			continue
		}
		d.at(path, message, cure)
	}
	return nil
}
