package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// untidy is the good survey as somebody in a hurry writes it.
func untidy(t *testing.T) (text, tidy string) {
	t.Helper()
	tidy = read(t, housing)
	text = strings.NewReplacer("languages: [vi, en]", "languages:   [vi,en]  # both", `vi: "Phần 1"`, "vi: 'Phần 1'", "\n    items:\n", "\n\n\n    items:\n").Replace(tidy)
	tidy = strings.NewReplacer("languages: [vi, en]", "languages: [vi, en] # both", "\n    items:\n", "\n\n    items:\n").Replace(tidy)
	return text, tidy
}

func TestFmt(t *testing.T) {
	t.Parallel()
	text, tidy := untidy(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "housing", "survey.yaml")
	write(t, file, text)
	write(t, filepath.Join(dir, "tidy", "survey.yaml"), tidy)
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	checked := call(t, "fmt", "--check", dir)
	if checked.code != 1 || checked.stdout != file+"\n" || checked.stderr != "" || read(t, file) != text {
		t.Errorf("check: got %+v", checked)
	}
	diff := good(t, "fmt", "-d", file)
	if !strings.Contains(diff.stdout, "\n-languages:   [vi,en]  # both\n+languages: [vi, en] # both\n") || read(t, file) != text {
		t.Errorf("diff: got %+v", diff)
	}
	done := good(t, "fmt", link, dir)
	if done.stdout != link+"\n" || read(t, file) != tidy {
		t.Errorf("got %+v and %s", done, read(t, file))
	}
	info, err := os.Lstat(file)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("mode: got %v %v, want that of before", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if again := good(t, "fmt", dir); again.stdout != "" {
		t.Errorf("again: got %+v", again)
	}
	if got := callWith(t, strings.NewReader(text), "fmt", "-"); got.code != 0 || got.stdout != tidy {
		t.Errorf("standard input: got %+v", got)
	}
}

// A file that can't be laid out stays; the others are laid out all the same.
func TestFmtRefuses(t *testing.T) {
	t.Parallel()
	text, tidy := untidy(t)
	dir := t.TempDir()
	bad, fine := filepath.Join(dir, "a", "survey.yaml"), filepath.Join(dir, "b", "survey.yaml")
	write(t, bad, "title: {vi: \"a\"\npages: []\n")
	write(t, fine, text)
	got := call(t, "fmt", dir)
	if got.code != 1 || got.stdout != fine+"\n" || read(t, fine) != tidy || !strings.HasPrefix(read(t, bad), "title: {vi: \"a\"\n") ||
		!strings.Contains(got.stderr, bad+":2:1: this is no valid YAML") || !strings.Contains(got.stderr, "1 mistake in 1 file; such files stay as they are") {
		t.Errorf("got %+v", got)
	}
	for args, want := range map[string]string{"fmt": "expected \"<paths> ...\"", "fmt " + t.TempDir(): "has no survey.yaml", "fmt none.yaml": "name a survey.yaml or its folder"} {
		if got := call(t, strings.Fields(args)...); got.code == 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: got %+v, want %q", args, got, want)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	shipped := read(t, filepath.Join("..", "..", "surveys", schemaName))
	if got := good(t, "schema"); got.stdout != shipped {
		t.Error("the schema is not the one beside the surveys")
	}
	out := filepath.Join(t.TempDir(), schemaName)
	good(t, "schema", "--out", out)
	if read(t, out) != shipped {
		t.Error("the file is not what is shown")
	}
	write(t, out, "mine")
	if got := call(t, "schema", "--out", out); got.code != 1 || !strings.Contains(got.stderr, "--force") || read(t, out) != "mine" {
		t.Errorf("over a file: got %+v", got)
	}
	good(t, "schema", "--out", out, "--force")
	if read(t, out) != shipped {
		t.Error("--force wrote nothing")
	}
}
