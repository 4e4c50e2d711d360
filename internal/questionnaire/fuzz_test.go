package questionnaire

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

// FuzzParse: whatever the file, there is a survey or there are mistakes, soon.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/mistakes/*.txtar", "testdata/canonical/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal("no seeds", err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			heads := sectionHead.FindAllIndex(b, -1)
			for i := 0; i+1 < len(heads); i += 2 {
				f.Add(b[heads[i][1]:heads[i+1][0]])
			}
		}
	}
	f.Add(illustrated("a.png", "b.jpg", "c.webp"))
	folder := fstest.MapFS{"a.png": picture(png, 50), "b.jpg": picture("GIF", 50)}
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		s, err := ParseIn(folder, "sample", "survey.yaml", src)
		if took := time.Since(start); took > patience*time.Second {
			t.Fatalf("took %v", took)
		}
		if err != nil {
			var list errs.Mistakes
			if !errors.As(err, &list) || len(list) == 0 || s != nil {
				t.Fatalf("got %v and %v, want mistakes only", s, err)
			}
			for _, m := range list {
				if m.Message == "" || m.Cure == "" || m.Line < 1 || m.Column < 1 {
					t.Fatalf("incomplete: %+v", m)
				}
			}
			return
		}
		q := s.Questionnaire
		again, err := Decode(q.Canonical())
		if err != nil {
			t.Fatalf("%s: %v", q.Canonical(), err)
		}
		want := *q
		want.Notes = ""
		if diff := cmp.Diff(&want, again, everything); diff != "" {
			t.Fatalf("decoded (-want +got):\n%s", diff)
		}
		use(q)
	})
}
