package questionnaire

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/surveys"
)

const small = "title: {vi: T}\nlanguages: [vi]\npages:\n  - id: p\n    items: [{id: a, type: text, text: {vi: A}}]\n"

func slugs(list []*Survey) []string {
	var names []string
	for _, s := range list {
		names = append(names, s.Questionnaire.Survey)
	}
	return names
}

func told(t *testing.T, err error) []string {
	t.Helper()
	var list errs.Mistakes
	if err != nil && !errors.As(err, &list) {
		t.Fatalf("got %v, want mistakes", err)
	}
	var lines []string
	for _, m := range list {
		head, _, _ := strings.Cut(m.String(), "\n")
		lines = append(lines, head)
	}
	return lines
}

// closed is a file system in which nothing can be opened.
type closed struct{}

func (closed) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// locked is a file system in which one file cannot be opened.
type locked struct {
	fstest.MapFS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func TestLoadAll(t *testing.T) {
	t.Parallel()
	file := func(src string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(src)} }
	broken := strings.Replace(small, "type: text", "type: tekst", 1)
	for name, c := range map[string]struct {
		files   fstest.MapFS
		surveys []string
		told    []string
	}{
		"nothing": {fstest.MapFS{}, nil, nil},
		"sorted by slug, not by folder": {
			fstest.MapFS{"b/survey.yaml": file(small), "a/survey.yaml": file("survey: z\n" + small), "c/survey.yaml": file(small)},
			[]string{"b", "c", "z"},
			nil,
		},
		"only folders with a survey": {
			fstest.MapFS{"agencies.csv": file("id"), "survey.yaml": file("x"), "a/survey.yaml": file(small), "a/notes.txt": file(""), "b/other.yaml": file("x")},
			[]string{"a"},
			nil,
		},
		"mistakes of all files, beside the good ones": {
			fstest.MapFS{"c/survey.yaml": file(broken), "b/survey.yaml": file(small), "a/survey.yaml": file(broken + "x: 1\n")},
			[]string{"b"},
			[]string{
				`a/survey.yaml:5:27: "tekst" is not known as type; did you mean "text"?`,
				`a/survey.yaml:6:1: unknown key "x"; known here: survey, title, languages, intro, consent, thanks, ends, notes, grain, min_n, disclosure, rounding, scales, pages, measures, indices, fieldwork, changes`,
				`c/survey.yaml:5:27: "tekst" is not known as type; did you mean "text"?`,
			},
		},
		"one slug in two files": {
			fstest.MapFS{"a/survey.yaml": file(small), "b/survey.yaml": file("# comment\nsurvey: a\n" + small)},
			[]string{"a"},
			[]string{`b/survey.yaml:2:9: the survey "a" is already in a/survey.yaml; give one of the two another name with survey:`},
		},
		"one slug, of a folder": {
			fstest.MapFS{"a/survey.yaml": file("survey: b\n" + small), "b/survey.yaml": file(small)},
			[]string{"b"},
			[]string{`b/survey.yaml:1:1: the survey "b" is already in a/survey.yaml; give one of the two another name with survey:`},
		},
		"one slug, in a file with other mistakes": {
			fstest.MapFS{"a/survey.yaml": file(broken), "b/survey.yaml": file("survey: a\n" + small)},
			nil,
			[]string{
				`a/survey.yaml:5:27: "tekst" is not known as type; did you mean "text"?`,
				`b/survey.yaml:1:9: the survey "a" is already in a/survey.yaml; give one of the two another name with survey:`,
			},
		},
		"a folder that is no slug": {
			fstest.MapFS{"Phiếu 1/survey.yaml": file(small), "Phiếu 2/survey.yaml": file("survey: phieu-2\n" + small)},
			[]string{"phieu-2"},
			[]string{`Phiếu 1/survey.yaml:1:1: the folder "Phiếu 1" is no name for a survey; rename it, or add survey: with small letters a to z, digits and -, at most 40`},
		},
		"a folder in place of the file": {
			fstest.MapFS{"a/survey.yaml/x": file(""), "b/survey.yaml": file(small)},
			[]string{"b"},
			[]string{"a/survey.yaml: the file cannot be read: read a/survey.yaml: invalid argument; make it a file that the program may read"},
		},
		"too large a file": {
			fstest.MapFS{"a/survey.yaml": file(strings.Repeat("#", 2<<20)), "b/survey.yaml": file(small)},
			[]string{"b"},
			[]string{"a/survey.yaml: the file has more than 1048576 bytes; split it into several files"},
		},
	} {
		list, err := LoadAll(c.files)
		if diff := cmp.Diff(c.surveys, slugs(list)); diff != "" {
			t.Errorf("%s: surveys (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.told, told(t, err)); diff != "" {
			t.Errorf("%s: mistakes (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadAllLockedFile(t *testing.T) {
	t.Parallel()
	files := locked{fstest.MapFS{"a/survey.yaml": {Data: []byte(small)}, "b/survey.yaml": {Data: []byte(small)}}, "a/survey.yaml"}
	list, err := LoadAll(files)
	if diff := cmp.Diff([]string{"b"}, slugs(list)); diff != "" {
		t.Errorf("surveys (-want +got):\n%s", diff)
	}
	want := []string{"a/survey.yaml: the file cannot be read: open a/survey.yaml: permission denied; make it a file that the program may read"}
	if diff := cmp.Diff(want, told(t, err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	if _, err := LoadAll(closed{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v, want that the folder cannot be read", err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, slug := range []string{"sipas", "business-obstacles", "counter"} {
		s, err := Load(surveys.FS, slug)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Questionnaire.Survey != slug {
			t.Errorf("got %q, want %q", s.Questionnaire.Survey, slug)
		}
	}
	if s, err := Load(surveys.FS, "gone"); s != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v and %v, want that there is no file", s, err)
	}
	if s, err := Load(surveys.FS, "../x"); s != nil || err == nil {
		t.Errorf("got %v and %v, want that this is no path", s, err)
	}
}

func TestFieldworkIsRead(t *testing.T) {
	t.Parallel()
	s, err := Parse("sample", "survey.yaml", []byte(source(t, "pinned")))
	if err != nil {
		t.Fatal(err)
	}
	want := Fieldwork{
		Channels: []string{"qr"},
		Waves:    []Wave{{ID: "2026-1", Title: Text{"vi": "Đợt 1", "en": "Wave 1"}, Opens: "2026-01-01", Closes: "2026-03-31"}},
	}
	if diff := cmp.Diff(want, s.Fieldwork); diff != "" {
		t.Errorf("fieldwork (-want +got):\n%s", diff)
	}
	if got, want := s.Questionnaire.Notes, "chưa xác nhận"; got != want {
		t.Errorf("got notes %q, want %q", got, want)
	}
	open, err := Parse("sample", "survey.yaml", []byte(small))
	if err != nil || !slices.Equal(open.Fieldwork.Channels, nil) || len(open.Fieldwork.Waves) != 0 {
		t.Errorf("got %+v and %v, want one that is always open", open, err)
	}
}
