package questionnaire

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hailong/surveys"

	"hailong/internal/yamlfile"
)

// sources returns files that can be read, with and without mistakes, by name.
func sources(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"large": large()}
	for _, fsys := range []fs.FS{surveys.FS, os.DirFS("testdata/shipped"), os.DirFS("../simulate/testdata"), os.DirFS("testdata/plan")} {
		err := fs.WalkDir(fsys, ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yaml" {
				return err
			}
			all[path], err = fs.ReadFile(fsys, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, pattern := range []string{"testdata/mistakes/*.txtar", "testdata/canonical/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			heads := sectionHead.FindAllSubmatchIndex(b, -1)
			for i := 0; i+1 < len(heads); i += 2 {
				all[file+": "+string(b[heads[i][2]:heads[i][3]])] = b[heads[i][1]:heads[i+1][0]]
			}
		}
	}
	return all
}

// What is encoded reads back as the same file, and means the same.
func TestEncode(t *testing.T) {
	t.Parallel()
	for name, src := range sources(t) {
		before, err := read(nil, "sample", "survey.yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		if before.Err() != nil || len(before.Lines) == 0 {
			continue
		}
		encoded := before.file.Encode(nil)
		after, err := read(nil, "sample", "survey.yaml", encoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before.file, after.file, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s\n%s", name, diff, encoded)
		}
		if len(before.Mistakes) > 0 {
			continue
		}
		if err := after.Err(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, encoded)
			continue
		}
		if before.q.Version != after.q.Version || len(before.Warnings) != len(after.Warnings) {
			t.Errorf("%s: another version\n%s", name, encoded)
		}
		for i, line := range strings.Split(string(encoded), "\n") {
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s:%d: spaces at the end of %q", name, i+1, line)
			}
		}
	}
}

// The shelf was written by people; what we write looks like it.
func TestEncodeAsPeopleDo(t *testing.T) {
	t.Parallel()
	src, err := fs.ReadFile(surveys.FS, "page-rating/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := read(nil, "page-rating", "survey.yaml", src)
	if err != nil || b.Err() != nil {
		t.Fatal(err, b.Err())
	}
	got := strings.Split(strings.ReplaceAll(string(b.file.Encode(nil)), "\n\n", "\n"), "\n")
	want := map[string]bool{}
	for line := range strings.SplitSeq(string(src), "\n") {
		want[line] = true
	}
	strange := 0
	for _, line := range got {
		if !want[line] {
			strange++
		}
	}
	if strange > len(got)/10 {
		t.Errorf("%d of %d lines are written otherwise than in the file:\n%s", strange, len(got), strings.Join(got, "\n"))
	}
}

func TestEncodeComments(t *testing.T) {
	t.Parallel()
	two := 2.0
	f := &File{
		Title: Text{"en": "A “title”", "vi": "Tên: một"},
		Notes: "one\n\n  two",
		Scales: map[string]FileScale{"no": {
			Options: []FileOption{{Code: "1", Value: &two, Label: Text{"vi": "Có"}}, {Code: "no", Label: Text{"vi": strings.Repeat("x", 90)}}},
			Missing: []FileMissing{{Code: "refused"}},
		}},
		Pages: []FilePage{
			{ID: "a", Items: []FileItem{
				{ID: "x", Type: "scale", Scale: "no", ShowIf: "channel != 'kiosk'", Text: Text{"vi": "Một"}, Missing: &[]FileMissing{}},
				{ID: "z", Type: "text", Pattern: `\d{3}`, Message: Text{"vi": "a\nb"}, Levels: []string{"", "ward"}},
			}},
			{ID: "b", Items: []FileItem{{}}},
		},
		Consent: &FileConsent{},
	}
	got := string(f.Encode(map[string]string{
		"":                                 "head\nof the file",
		"title.en":                         "row 1",
		"scales[no].options[1]":            "row 2\x1b[31m",
		"pages[0].items[1]":                "row 3",
		"pages[0].items[1].id":             "its id",
		"pages[0].items[1].nothing.of[it]": "lost",
		"pages[1]":                         "row 4",
		"pages[0].items[1].levels[1]":      "a level",
	}))
	const want = `# head
# of the file
title:
  vi: "Tên: một"
  # row 1
  en: "A “title”"
consent: {}
notes: |
  one

    two

scales:
  "no":
    options:
      - {code: "1", value: 2, label: {vi: "Có"}}
      # row 2 [31m
      - code: "no"
        label:
          vi: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    missing: [refused]

pages:
  - id: a
    items:
      - id: x
        type: scale
        text: {vi: "Một"}
        show_if: channel != 'kiosk'
        scale: "no"
        missing: []
      # row 3
      # lost
      # its id
      - id: z
        type: text
        pattern: "\\d{3}"
        message:
          vi: |
            a
            b
        levels:
          - ""
          # a level
          - ward

  # row 4
  - id: b
    items:
      - {}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := string((&File{}).Encode(nil)); got != "{}\n" {
		t.Errorf("nothing: got %q", got)
	}
}

// FuzzEncode: whatever an importer fills in, it is what is read back.
func FuzzEncode(f *testing.F) {
	f.Add([]byte("\x01\x02\x03no\x00- a: b #c\x00 'x'\n y\x00{}\x00[a, b]\x00\"\\\x00~\x00|\n\n z"))
	f.Add([]byte("\xff\xfe\xfd1e3\x000x1\x00<<\x00=\x00!a\x00&b\x00*c\x00%d\x00@e\x00`f\x00? g\x00- h\x00\t\x00\u2028\x00a:\x00: \x00true"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := &File{}
		(&filler{bytes: b}).fill(reflect.ValueOf(file).Elem(), 0)
		encoded := file.Encode(map[string]string{"pages[0]": string(b), "title.vi": "a"})
		n := &yamlfile.Notes{File: "f"}
		root := n.Document(encoded)
		if len(encoded) > yamlfile.MaxBytes || root == nil && len(encoded) < 10 {
			return
		}
		if root == nil {
			t.Fatalf("%v\n%s", n.Err(), encoded)
		}
		got := &File{}
		n.Decode(root, got, types())
		if err := n.Err(); err != nil {
			t.Fatalf("%v\n%s", err, encoded)
		}
		if diff := cmp.Diff(file, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got)\n%s\n%s", diff, encoded)
		}
	})
}

// filler makes values of bytes.
type filler struct{ bytes []byte }

func (f *filler) next() int {
	if len(f.bytes) == 0 {
		return 0
	}
	b := f.bytes[0]
	f.bytes = f.bytes[1:]
	return int(b)
}

// words returns the bytes up to the next zero as a text that can be shown.
func (f *filler) words() string {
	end := 0
	for end < len(f.bytes) && f.bytes[end] != 0 {
		end++
	}
	s := string(f.bytes[:end])
	f.bytes = f.bytes[min(end+1, len(f.bytes)):]
	s = strings.Map(func(r rune) rune {
		if yamlfile.Unshown(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > 500 { // YAML has no longer keys
		s = strings.ToValidUTF8(s[:500], "")
	}
	return strings.TrimSpace(s)
}

func (f *filler) fill(v reflect.Value, depth int) {
	if len(f.bytes) == 0 || depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if f.next()%2 == 1 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem(), depth)
		}
	case reflect.Struct:
		first := f.next()
		for i := range v.NumField() {
			if (first+i)%4 == 0 {
				f.fill(v.Field(i), depth+1)
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range f.next() % 4 {
			value := reflect.New(v.Type().Elem()).Elem()
			key := f.words()
			f.fill(value, depth+1)
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), f.next()%4, 4))
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.String:
		v.SetString(f.words())
	case reflect.Bool:
		v.SetBool(f.next()%2 == 1)
	case reflect.Int:
		v.SetInt(int64(f.next() - 128))
	case reflect.Float64:
		v.SetFloat(float64(f.next()-128) * math.Pow10(f.next()%40-20))
	default:
	}
}
