package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestFigures is the morning of a statistician: a file with mistakes, a trial, a
// load, a correction; into the folder, and through a running server.
func TestFigures(t *testing.T) {
	t.Parallel()
	for _, running := range []bool{false, true} {
		data, surveys := stored(t)
		if running {
			s := serve(t, data, "--surveys", surveys)
			t.Cleanup(func() { s.stop(t) })
		}
		file := filepath.Join(t.TempDir(), "figures.csv")
		const header = "figure,agency,period,cell,value,source,checked,note\n"
		write(t, file, header+"population,x1,2026,,\"12,5\",GSO,yes,\npopulation,nowhere,2026,,7,,yes,\n")
		got := call(t, "figures", "load", file, "--data", data)
		for _, want := range []string{
			"3 mistakes in 1 file", file + `:2:21: "12,5" is not a decimal number; write "12.5"`, "    population,x1,2026,,\"12,5\",GSO,yes,\n",
			file + `:3:12: no agency has the id or code "nowhere"`, file + ":3:28: the figure has no source",
		} {
			if got.code != 1 || !strings.Contains(got.stderr, want) {
				t.Errorf("running %v: got code %d %s, want %q", running, got.code, got.stderr, want)
			}
		}
		write(t, file, header+"population,07210,2026,,12500,GSO 2026,yes,\npopulation,x1,2026,gender=female,6300,GSO 2026,yes,\nself,x2,dot-1,,,Sở Nội vụ,no,chưa nộp\n")
		trial := good(t, "figures", "load", file, "--data", data, "--dry-run").stdout
		want := `added      population  x1  2026  12500
added      population  x1  2026  gender=female  6300
added      self  x2  dot-1  none (chưa nộp)
no survey has had a wave dot-1 so far: such figures wait for it
3 added; nothing was stored; 3 figures in all
`
		if trial != want {
			t.Errorf("running %v: trial: got\n%swant\n%s", running, trial, want)
		}
		if got := good(t, "figures", "load", file, "--data", data).stdout; got != strings.Replace(want, "; nothing was stored", "", 1) {
			t.Errorf("running %v: got\n%s", running, got)
		}
		if got := good(t, "figures", "load", file, "--data", data).stdout; !strings.HasSuffix(got, "\n3 unchanged; 3 figures in all\n") {
			t.Errorf("running %v: again: got\n%s", running, got)
		}
		write(t, file, header+"population,x1,2026,,12600,GSO 2026,yes,\npopulation,x1,2026,gender=female,,GSO 2026,yes,withdrawn\n"+
			"self,x2,dot-1,,,Sở Nội vụ,yes,chưa nộp\nhandled,x2,2026,,,MC,no,withdrawn\n")
		want = `absent     handled  x2  2026
changed    population  x1  2026  12500 → 12600
withdrawn  population  x1  2026  gender=female  6300
changed    self  x2  dot-1  Sở Nội vụ, chưa nộp → Sở Nội vụ, checked, chưa nộp
no survey has had a wave dot-1 so far: such figures wait for it
2 changed, 1 withdrawn, 1 to withdraw, but not there; 2 figures in all
`
		if got := good(t, "figures", "load", file, "--data", data).stdout; got != want {
			t.Errorf("running %v: got\n%swant\n%s", running, got, want)
		}
		mustListFigures(t, data, header+"population,x1,2026,,12600,GSO 2026,yes,\nself,x2,dot-1,,,Sở Nội vụ,yes,chưa nộp\n")
		good(t, "verify", "--data", data)
	}
}

// mustListFigures compares what is listed, in both formats, with a file.
func mustListFigures(t *testing.T, data, want string) {
	t.Helper()
	list := func(args ...string) string {
		return good(t, append([]string{"figures", "list", "--data", data}, args...)...).stdout
	}
	if got := list(); got != want {
		t.Errorf("list: got\n%swant\n%s", got, want)
	}
	if got := list("--figure", "self", "--period", "2026"); strings.Count(got, "\n") != 1 {
		t.Errorf("list of what is not there: got %s", got)
	}
	var listed struct {
		Hash    string           `json:"hash"`
		Figures []map[string]any `json:"figures"`
	}
	if err := json.Unmarshal([]byte(list("--format", "json", "--figure", "self")), &listed); err != nil {
		t.Fatal(err)
	}
	if len(listed.Hash) != 64 || len(listed.Figures) != 1 || listed.Figures[0]["value"] != nil || listed.Figures[0]["note"] != "chưa nộp" {
		t.Errorf("list: got %+v", listed)
	}
	if got := list("--format", "json", "--period", "2026"); !strings.Contains(got, `"value": 12600,`) {
		t.Errorf("list: got %s", got)
	}
}

// What can't be loaded at all, and what is listed of nothing.
func TestNoFigures(t *testing.T) {
	t.Parallel()
	data, _ := stored(t)
	dir := t.TempDir()
	for want, args := range map[string][]string{
		"no such file": {"load", filepath.Join(dir, "none.csv"), "--data", data},
		"is a folder":  {"load", dir, "--data", data},
		"no data file": {"list", "--data", dir},
	} {
		if got := call(t, append([]string{"figures"}, args...)...); got.code != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%v: got %+v, want %s", args, got, want)
		}
	}
	file := filepath.Join(dir, "figures.csv")
	write(t, file, "figure,agency,period,cell,value,source,checked\n")
	if got := good(t, "figures", "load", file, "--data", data); got.stdout != "the file has no figures; 0 figures in all\n" {
		t.Errorf("got %+v", got)
	}
	if got := good(t, "figures", "list", "--data", data, "--format", "json").stdout; !strings.Contains(got, `"figures": []`) {
		t.Errorf("got %s", got)
	}
}
