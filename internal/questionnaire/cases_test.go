package questionnaire

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

var update = flag.Bool("update", false, "write what is got as what is wanted")

// section is a part of a case file: "-- name --" and the lines after it.
type section struct{ name, body string }

var sectionHead = regexp.MustCompile(`(?m)^-- (.+) --\n`)

func sections(t *testing.T, file string) []section {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []section
	heads := sectionHead.FindAllSubmatchIndex(b, -1)
	for i, head := range heads {
		end := len(b)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		list = append(list, section{string(b[head[2]:head[3]]), string(b[head[1]:end])})
	}
	return list
}

// Every case is a file with mistakes, and all that is told about it.
func TestMistakes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		list := sections(t, file)
		var out strings.Builder
		for i := 0; i+1 < len(list); i += 2 {
			src, want := list[i], list[i+1]
			if *update {
				out.WriteString("-- " + src.name + " --\n" + src.body + "-- " + want.name + " --\n" + mistakes(t, src.body))
				continue
			}
			t.Run(filepath.Base(file)+"/"+src.name, func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(want.body, mistakes(t, src.body)); diff != "" {
					t.Errorf("mistakes (-want +got):\n%s", diff)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// mistakes reads a file that must have some, and checks that each says all that
// a mistake has to say.
func mistakes(t *testing.T, src string) string {
	t.Helper()
	s, err := Parse("s", "survey.yaml", []byte(src))
	var list errs.Mistakes
	if !errors.As(err, &list) || s != nil {
		t.Fatalf("got %v and %v, want no survey and mistakes", s, err)
	}
	seen := map[errs.Mistake]bool{}
	for _, m := range list {
		if m.File != "survey.yaml" || m.Line < 1 || m.Column < 1 || m.Message == "" || m.Cure == "" {
			t.Errorf("incomplete: %+v", m)
		}
		if lines := strings.Split(src, "\n"); m.Line > len(lines) || m.Source != lines[m.Line-1] || m.Column > len([]rune(m.Source))+1 {
			t.Errorf("place or line: %+v", m)
		}
		if seen[m] {
			t.Errorf("told twice: %s", m)
		}
		seen[m] = true
	}
	return list.Error() + "\n"
}
