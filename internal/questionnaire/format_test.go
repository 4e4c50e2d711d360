package questionnaire

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/surveys"
)

// Each case is a file and how it is laid out, or why it is not.
func TestFormat(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/format/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		list := sections(t, file)
		var out strings.Builder
		for i := 0; i+1 < len(list); i += 2 {
			src, want := list[i], list[i+1]
			got, err := Format("survey.yaml", []byte(src.body))
			if err != nil {
				got = []byte(err.Error() + "\n")
			}
			out.WriteString("-- " + src.name + " --\n" + src.body + "-- " + want.name + " --\n" + string(got))
			if diff := cmp.Diff(want.body, string(got)); diff != "" && !*update {
				t.Errorf("%s (-want +got):\n%s", src.name, diff)
			}
			if err == nil {
				formatted(t, src.name, []byte(src.body))
			}
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// formatted checks what holds for every file that is laid out.
func formatted(t *testing.T, name string, src []byte) []byte {
	t.Helper()
	got, err := Format("survey.yaml", src)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	again, err := Format("survey.yaml", got)
	if err != nil {
		t.Errorf("%s, again: %v\n%s", name, err, got)
		return nil
	}
	if diff := cmp.Diff(string(got), string(again)); diff != "" {
		t.Errorf("%s: not stable (-once +twice):\n%s", name, diff)
	}
	if !bytes.HasSuffix(got, []byte("\n")) || bytes.HasSuffix(got, []byte("\n\n")) {
		t.Errorf("%s: the last line is not ended once:\n%s", name, got)
	}
	before, err := read(nil, "sample", "survey.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	after, err := read(nil, "sample", "survey.yaml", got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.file, after.file); diff != "" {
		t.Errorf("%s: says something else (-before +after):\n%s\n%s", name, diff, got)
	}
	if len(before.Mistakes) == 0 && before.q.Version != after.q.Version {
		t.Errorf("%s: another version", name)
	}
	return got
}

func TestFormatAll(t *testing.T) {
	t.Parallel()
	for name, src := range sources(t) {
		if _, err := Format("survey.yaml", src); err != nil {
			if b, err := read(nil, "sample", "survey.yaml", src); err != nil || b.Err() == nil {
				t.Errorf("%s is a good file, and is not laid out", name)
			}
			continue
		}
		formatted(t, name, src)
	}
}

// What we ship is laid out already.
func TestTheShelfIsFormatted(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(surveys.FS, "*/survey.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no surveys", err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(surveys.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Format(file, src)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(src), string(got)); diff != "" {
			t.Errorf("%s: run hailong fmt (-shipped +formatted):\n%s", file, diff)
		}
	}
}

// What we encode is laid out already.
func TestEncodedIsFormatted(t *testing.T) {
	t.Parallel()
	for name, src := range sources(t) {
		b, err := read(nil, "sample", "survey.yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		encoded := b.file.Encode(map[string]string{"pages[0].items[0]": "a comment"})
		if got, err := Format("survey.yaml", encoded); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(string(encoded), string(got)); diff != "" {
			t.Errorf("%s (-encoded +formatted):\n%s", name, diff)
		}
	}
}

// FuzzFormat: a file is laid out without a loss, or the reason is told.
func FuzzFormat(f *testing.F) {
	for _, src := range sources(f) {
		if len(src) < 10_000 {
			f.Add(src)
		}
	}
	for _, s := range []string{
		"a: |+\n  b\n\n\n# c\n", "a: >2-\n     b\n   c\n", "? a\n: b\n", "{a: [b, # c\n d], e}\n", "a:\n- b\n-\n  - c\n  # d\n # e\n# f\n",
		"a: 'b''\n\n  c'\nd: \"e \\\n  f\\ \n  g\"\n", "---\na: b\n... # c\n", "- a\n", "a: b\r\nc: d\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := Format("survey.yaml", src)
		if err != nil {
			b, _ := read(nil, "sample", "survey.yaml", src)
			if b.Err() == nil && !bytes.Contains(src, []byte("?")) {
				t.Fatalf("a good file is not laid out: %v\n%q", err, src)
			}
			return
		}
		again, err := Format("survey.yaml", got)
		if err != nil || !bytes.Equal(got, again) {
			t.Fatalf("not stable: %v\n%q\n%q\n%q", err, src, got, again)
		}
	})
}
