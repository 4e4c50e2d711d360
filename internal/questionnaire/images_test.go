package questionnaire

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// picture returns a file that begins as an image does.
func picture(magic string, size int) *fstest.MapFile {
	return &fstest.MapFile{Data: append([]byte(magic), make([]byte, size-len(magic))...)}
}

const (
	png  = "\x89PNG\r\n\x1a\n"
	jpeg = "\xff\xd8\xff\xe0"
	webp = "RIFF\x00\x00\x00\x00WEBP"
)

// illustrated is a survey with one item for each image.
func illustrated(files ...string) []byte {
	var b strings.Builder
	b.WriteString(head)
	for i, file := range files {
		fmt.Fprintf(&b, "      - {id: i%d, type: text, text: {vi: A}, image: {file: %q, alt: {vi: Hình}}}\n", i, file)
	}
	return []byte(b.String())
}

func TestImages(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{"b.png": picture(png, 100), "a.jpg": picture(jpeg, maxImageBytes), "C.webp": picture(webp, 50)}
	s, err := ParseIn(folder, "s", "survey.yaml", illustrated("b.png", "a.jpg", "C.webp", "b.png"))
	if err != nil {
		t.Fatal(err)
	}
	q := s.Questionnaire
	var got []string
	for i := range q.Images {
		m := &q.Images[i]
		got = append(got, m.Name+" "+m.Type)
		if q.Image(m.Name) != m || !bytes.Equal(m.Data, folder[m.Name].Data) {
			t.Errorf("%s is not the file", m.Name)
		}
		if hash := m.Hash(); len(hash) != 16 || hash != (&Image{Data: m.Data}).Hash() {
			t.Errorf("%s: got the hash %q", m.Name, hash)
		}
	}
	if diff := cmp.Diff([]string{"C.webp image/webp", "a.jpg image/jpeg", "b.png image/png"}, got); diff != "" {
		t.Errorf("images (-want +got):\n%s", diff)
	}
	if got, want := q.Item("i0").Image.Name, "b.png"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if q.Image("d.png") != nil {
		t.Error("found an image that is not there")
	}
	if got, want := (&Image{Data: []byte("abc")}).Hash(), "ba7816bf8f01cfea"; got != want {
		t.Errorf("got the hash %s, want %s", got, want)
	}

	again, err := Decode(q.Canonical())
	if err != nil || again.Version != q.Version || again.Image("b.png").Hash() != q.Image("b.png").Hash() {
		t.Errorf("got %v, want the same images after decoding", err)
	}
	folder["b.png"] = picture(png, 101)
	other, err := ParseIn(folder, "s", "survey.yaml", illustrated("b.png", "a.jpg", "C.webp", "b.png"))
	if err != nil || other.Questionnaire.Version == q.Version {
		t.Errorf("got %v, want another version for another image", err)
	}
}

// deaf is a folder whose files can be seen, but not read.
type deaf struct{ fstest.MapFS }

func (deaf) Open(string) (fs.File, error) { return nil, errors.New("the disk is broken") }

func TestImagesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	many, wide := fstest.MapFS{}, fstest.MapFS{}
	var manyNames, wideNames []string
	for i := range maxImages + 1 {
		name := fmt.Sprintf("i%02d.png", i)
		many[name], manyNames = picture(png, 20), append(manyNames, name)
	}
	for i := range 7 {
		name := fmt.Sprintf("i%02d.png", i)
		wide[name], wideNames = picture(png, maxImageBytes), append(wideNames, name)
	}
	for name, c := range map[string]struct {
		folder fs.FS
		files  []string
		want   string
	}{
		"no folder":        {nil, []string{"a.png"}, "there is no folder to read the image from; save the file in the folder of a survey"},
		"not there":        {fstest.MapFS{"a1.png": picture(png, 20), "b.txt": picture("", 0)}, []string{"a.png"}, `there is no file "a.png" beside survey.yaml; did you mean "a1.png"?`},
		"an empty folder":  {fstest.MapFS{}, []string{"a.png"}, `there is no file "a.png" beside survey.yaml; there are none`},
		"no image":         {fstest.MapFS{"a.png": picture("GIF89a", 20)}, []string{"a.png"}, `"a.png" is no image that is shown here; save it as PNG, JPEG or WebP`},
		"an empty file":    {fstest.MapFS{"a.png": picture("", 0)}, []string{"a.png"}, `"a.png" is no image that is shown here; save it as PNG, JPEG or WebP`},
		"too large":        {fstest.MapFS{"a.png": picture(png, maxImageBytes+1)}, []string{"a.png"}, `the image "a.png" has more than 300 kB; make it smaller: 1200 pixels across are enough`},
		"too many":         {many, manyNames, "the survey has more than 20 images; leave some out"},
		"too much":         {wide, wideNames, "the images have more than 2000 kB together; make them smaller, or leave some out"},
		"a folder":         {fstest.MapFS{"a.png/b": picture(png, 20)}, []string{"a.png"}, `the image "a.png" can't be read: it is no regular file; make it a file that the program may read`},
		"another folder":   {fstest.MapFS{"b/a.png": picture(png, 20)}, []string{"b/a.png"}, `"b/a.png" can't be the name of an image; put the file beside survey.yaml, and name it with letters a to z, digits, ., - and _, at most 80`},
		"a way out":        {fstest.MapFS{}, []string{"../a.png"}, `"../a.png" can't be the name of an image; put the file beside survey.yaml, and name it with letters a to z, digits, ., - and _, at most 80`},
		"not to be read":   {deaf{fstest.MapFS{"a.png": picture(png, 20)}}, []string{"a.png"}, `the image "a.png" can't be read: the disk is broken; make it a file that the program may read`},
		"hidden":           {fstest.MapFS{".a.png": picture(png, 20)}, []string{".a.png"}, `".a.png" can't be the name of an image; put the file beside survey.yaml, and name it with letters a to z, digits, ., - and _, at most 80`},
		"twice, told once": {fstest.MapFS{"a.png": picture("", 0)}, []string{"a.png", "a.png"}, `"a.png" is no image that is shown here; save it as PNG, JPEG or WebP`},
	} {
		s, err := ParseIn(c.folder, "s", "survey.yaml", illustrated(c.files...))
		got := told(t, err)
		if s != nil || len(got) != 1 || !strings.HasSuffix(got[0], ": "+c.want) {
			t.Errorf("%s: got %v, want %q", name, got, c.want)
		}
	}
}

// Images are read from the folder of the survey.
func TestLoadReadsImages(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a/survey.yaml": {Data: illustrated("x.png")}, "a/x.png": picture(png, 30), "x.png": picture(png, 40)}
	s, err := Load(files, "a")
	if err != nil || len(s.Questionnaire.Images[0].Data) != 30 {
		t.Fatal(s, err)
	}
	list, err := LoadAll(files)
	if err != nil || len(list) != 1 || list[0].Questionnaire.Version != s.Questionnaire.Version {
		t.Errorf("got %v and %v, want the same survey", list, err)
	}
}
