package floors

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// small is an architecture of three floors.
func small() *Rules {
	return &Rules{
		Floors: []Floor{
			{Name: "low", Packages: []string{"a", "b"}},
			{Name: "mid", Packages: []string{"c"}},
			{Name: "top", Packages: []string{"d"}},
		},
		Effects: "top",
		Impure:  []string{"os"},
		Fences: []Fence{
			{Library: "example.org/db", Packages: []string{"c"}},
			{Library: "example.org/db/log", Packages: []string{"d"}},
			{Library: "example.org/cmp", TestsOnly: true},
		},
	}
}

// good is a module that keeps to small.
func good() fstest.MapFS {
	return tree(map[string]string{
		"a/a.go":           "package a\nimport \"fmt\"\n",
		"a/a_test.go":      "package a_test\nimport (\n\t\"os\"\n\t\"m/a\"\n\t\"m/b\"\n\t\"example.org/cmp/sub\"\n)\n",
		"b/b.go":           "package b\n",
		"c/c.go":           "package c\nimport (\n\t\"m/a\"\n\t\"example.org/db\"\n)\n",
		"d/d.go":           "package d\nimport (\n\t\"os\"\n\t\"m/c\"\n\t\"example.org/db/log\"\n)\n",
		"d/testdata/x.go":  "package broken\nimport \"m/nowhere\"\n",
		"other/go.mod":     "module other\n",
		"other/o.go":       "package other\nimport \"m/d\"\n",
		"node_modules/n.x": "",
	})
}

func tree(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func check(t *testing.T, r *Rules, fsys fstest.MapFS) []string {
	t.Helper()
	packages, err := Load(fsys, "m")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range r.Check(packages) {
		got = append(got, v.String())
	}
	return got
}

func TestGoodGraph(t *testing.T) {
	t.Parallel()
	if got := check(t, small(), good()); got != nil {
		t.Errorf("violations of a good module: %q", got)
	}
}

// Every rule finds its breach, and nothing else.
func TestBadGraphs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, source string
		want         string
	}{
		"upwards":            {"a/x.go", `import "m/d"`, "a/x.go:2: a (low) imports d (top), which is not below it"},
		"neighbour":          {"a/x.go", `import "m/b"`, "a/x.go:2: a (low) imports b (low), which is not below it"},
		"test upwards":       {"a/x_test.go", `import "m/c"`, "a/x_test.go:2: a (low) imports c (mid), which is not below it (in a test)"},
		"behind a build tag": {"a/x_windows.go", `import "m/d"`, "a/x_windows.go:2: a (low) imports d (top), which is not below it"},
		"unlisted package":   {"e/e.go", `import "m/a"`, "e/e.go: package is on no floor"},
		"unlisted import":    {"c/x.go", `import "m/gone"`, "c/x.go:2: imports gone, which is on no floor"},
		"effect":             {"c/x.go", `import "os"`, "c/x.go:2: c imports os, which only floors from top on may"},
		"fence":              {"d/x.go", `import "example.org/db/sub"`, "d/x.go:2: d imports example.org/db/sub, which only c may"},
		"inner fence":        {"c/x.go", `import "example.org/db/log"`, "c/x.go:2: c imports example.org/db/log, which only d may"},
		"likeness of a name": {"c/x.go", `import "example.org/dbx"`, "c/x.go:2: imports example.org/dbx, which has no fence"},
		"no fence in a test": {"c/x_test.go", `import "example.org/z"`, "c/x_test.go:2: imports example.org/z, which has no fence (in a test)"},
		"for tests only":     {"c/x.go", `import "example.org/cmp"`, "c/x.go:2: imports example.org/cmp, which is for tests only"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := good()
			fsys[tt.file] = &fstest.MapFile{Data: []byte("package x\n" + tt.source + "\n")}
			if diff := cmp.Diff([]string{tt.want}, check(t, small(), fsys)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadLists(t *testing.T) {
	t.Parallel()
	r := small()
	r.Floors[2].Packages = []string{"d", "a", "ghost"}
	r.Floors[0].Packages = []string{"a", "b"}
	r.Exceptions = map[string]string{"a c": "nobody does it"}
	got := strings.Join(check(t, r, good()), "\n")
	for _, want := range []string{
		"a: is listed twice",
		"ghost: is on the list of floors but has no Go files",
		"a c: exception is not used (in a test)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant a line %q", got, want)
		}
	}
}

func TestExceptionHoldsForTestsOnly(t *testing.T) {
	t.Parallel()
	r := small()
	r.Exceptions = map[string]string{"a c": "shows how it is used"}
	fsys := good()
	fsys["a/x_test.go"] = &fstest.MapFile{Data: []byte("package a_test\nimport \"m/c\"\n")}
	if got := check(t, r, fsys); got != nil {
		t.Errorf("a test that uses an exception: %q", got)
	}
	fsys["a/x.go"] = &fstest.MapFile{Data: []byte("package a\nimport \"m/c\"\n")}
	want := []string{"a/x.go:2: a (low) imports c (mid), which is not below it"}
	if diff := cmp.Diff(want, check(t, r, fsys)); diff != "" {
		t.Errorf("code that uses an exception (-want +got):\n%s", diff)
	}
}

func TestUnfenced(t *testing.T) {
	t.Parallel()
	got := small().Unfenced([]string{"example.org/db", "example.org/new", "example.org/cmp"})
	if diff := cmp.Diff([]string{"example.org/new"}, got); diff != "" {
		t.Errorf("requirements without a fence (-want +got):\n%s", diff)
	}
}

func TestLoadReportsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	if _, err := Load(tree(map[string]string{"a/a.go": "no Go at all"}), "m"); err == nil {
		t.Error("no error for a file that is not Go")
	}
}

func TestLongFilesOfASmallTree(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("// line\n", 6)
	got, err := LongFiles(tree(map[string]string{
		"a/long.go":      "package a\n" + long,
		"a/long_test.go": "package a\n" + long,
		"a/made.go":      "// Code generated by a tool. DO NOT EDIT.\n\npackage a\n" + long,
		"a/short.go":     "package a\n" + long[:40],
	}), 6)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a/long.go: 7", "a/long_test.go: 7"}, got); diff != "" {
		t.Errorf("long files (-want +got):\n%s", diff)
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	got, err := Strangers(tree(map[string]string{
		".gitignore": "/data/\nnotes\n/out\n", "data/x": "", "out": "", "notes": "", "cmd/x": "", "docs/x": "",
	}), []string{".gitignore", "cmd"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"docs", "notes"}, got); diff != "" {
		t.Errorf("strangers (-want +got):\n%s", diff)
	}
}
