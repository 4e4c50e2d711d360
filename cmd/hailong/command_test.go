package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		args   []string
		code   int
		stdout string // regular expressions
		stderr string
	}{
		{"version", []string{"version"}, 0, `^hailong \S* ?\(go1\.\d+.*/.*\)\n$`, `^$`},
		{"help", []string{"--help"}, 0, `(?s)serve.*check.*score.*export.*verify.*demo`, `^$`},
		{"help of a command", []string{"serve", "--help"}, 0, `(?s)--data.*--surveys.*--agencies.*--listen`, `^$`},
		{"nothing", nil, 2, ``, `(?s)expected one of.*--help`},
		{"unknown command", []string{"serv"}, 2, ``, `(?s)serv.*--help`},
		{"unknown flag", []string{"version", "--loud"}, 2, ``, `unknown flag --loud`},
		{"unknown format", []string{"score", "--survey", "s", "--format", "xlsx"}, 2, ``, `--format must be one of "csv","csv-excel","json"`},
		{"missing flag", []string{"export"}, 2, ``, `missing flags: --survey`},
		{"not a number", []string{"demo", "--responses", "many"}, 2, ``, `--responses`},
		{"too many arguments", []string{"verify", "x"}, 2, ``, `unexpected argument x`},
		{"shipped files", []string{"check"}, 0, `(?s)sipas: version [0-9a-f]{12}, .*agencies.csv: \d+ agencies, no mistakes`, `^$`},
		{"no such file", []string{"check", "testdata/none.yaml"}, 1, `^$`, `there is no file or folder testdata/none.yaml; name a questionnaire`},
		{"no such folder of surveys", []string{"serve", "--surveys", "testdata/none"}, 1, `^$`, `--surveys testdata/none is not a folder`},
		{"folder without surveys", []string{"check", "--surveys", "testdata/trial"}, 1, `^$`, `has no folder with a survey.yaml`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, c.args...)
			if got.code != c.code {
				t.Errorf("got code %d, want %d: %s%s", got.code, c.code, got.stdout, got.stderr)
			}
			if !regexp.MustCompile(c.stdout).MatchString(got.stdout) {
				t.Errorf("got output %s, want %s", got.stdout, c.stdout)
			}
			if !regexp.MustCompile(c.stderr).MatchString(got.stderr) {
				t.Errorf("got error %s, want %s", got.stderr, c.stderr)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeSurvey(t, filepath.Join(dir, "good"))
	writeSurvey(t, filepath.Join(dir, "broken"), "grain: month", "grain: [month")
	writeSurvey(t, filepath.Join(dir, "unknown"), "grain: month", "grian: month", "scale: five, required", "scale: six, required")
	writeSurvey(t, filepath.Join(dir, "two"))
	write(t, filepath.Join(dir, "two", "copy", "survey.yaml"), read(t, "testdata/trial/survey.yaml"))
	const header = "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\n"
	write(t, filepath.Join(dir, "cycle.csv"), header+"a,b,commune,,,A,,,,\nb,a,commune,,,B,,,,\n")
	write(t, filepath.Join(dir, "good.csv"), header+"a,,province,,,A,,,,\n")
	cases := []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"good", []string{"good"}, 0, []string{"trial: version ", "no mistakes"}},
		{"good file", []string{"good/trial/survey.yaml"}, 0, []string{"trial: version "}},
		{"good agencies", []string{"good.csv"}, 0, []string{"1 agencies, no mistakes"}},
		{"broken YAML", []string{"broken/trial"}, 1, []string{"survey.yaml:7:6: this is no valid YAML", "min_n: 2\n", "^", "1 mistake in 1 file"}},
		{"all mistakes at once", []string{"unknown"}, 1, []string{"survey.yaml:6:1:", "grian: month", "^", "six", " in 1 file"}},
		{"two surveys with one slug", []string{"two"}, 1, []string{"copy", "trial"}},
		{"cycle", []string{"cycle.csv"}, 1, []string{"cycle.csv:2", " in 1 file"}},
		{"several", []string{"good", "cycle.csv", "unknown"}, 1, []string{"cycle.csv:2", "grian"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := []string{"check"}
			for _, a := range c.args {
				args = append(args, filepath.Join(dir, a))
			}
			got := call(t, args...)
			text := got.stdout + got.stderr
			if got.code != c.code {
				t.Errorf("got code %d, want %d: %s", got.code, c.code, text)
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("got %s, want it to contain %q", text, want)
				}
			}
			if c.code != 0 && got.stdout != "" {
				t.Errorf("got output %s beside mistakes", got.stdout)
			}
		})
	}
}

// demo fills a folder with simulated responses to the shipped sipas.
func demo(t testing.TB, seed string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	good(t, "demo", "--data", dir, "--responses", "800", "--seed", seed)
	return dir
}

// TestDemo: the same seed gives the same scores, another seed others; scores,
// exports and verify read the folder.
func TestDemo(t *testing.T) {
	t.Parallel()
	first, second, other := demo(t, "7"), demo(t, "7"), demo(t, "8")
	score := func(dir string, more ...string) string {
		return good(t, append([]string{"score", "--data", dir, "--survey", "sipas", "--by", "agency,item"}, more...)...).stdout
	}
	want := score(first)
	if got := score(second); got != want {
		t.Error("the same seed gave other scores")
	}
	if got := score(other); got == want {
		t.Error("another seed gave the same scores")
	}
	if got := score(first, "--format", "csv-excel"); got != "\ufeff"+want {
		t.Error("the file for Excel is not the file with a byte order mark")
	}
	if !strings.HasPrefix(want, "agency,agency_name,level,factor") || strings.Count(want, "\n") < 1000 {
		t.Errorf("got %d lines: %.200s", strings.Count(want, "\n"), want)
	}
	if got := good(t, "verify", "--data", first).stdout; !strings.Contains(got, " 800 responses,") {
		t.Errorf("verify: got %s", got)
	}
	again := good(t, "demo", "--data", first, "--responses", "800", "--seed", "7")
	if !strings.Contains(again.stdout, "800 were already there") || score(first) != want {
		t.Errorf("again: got %s", again.stdout)
	}
}

// TestExport: a file appears only when it is whole, and one that was there stays
// until then.
func TestExport(t *testing.T) {
	t.Parallel()
	data := demo(t, "1")
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	write(t, out, "the old file")
	failed := call(t, "export", "--data", data, "--survey", "nothing", "-o", out)
	if failed.code != 1 || !strings.Contains(failed.stderr, "There is no such survey.") || read(t, out) != "the old file" {
		t.Errorf("failed: got %+v and %q, want the old file untouched", failed, read(t, out))
	}
	done := good(t, "export", "--data", data, "--survey", "sipas", "-o", out)
	if done.stdout != "" || !strings.Contains(done.stderr, `"rows":800`) {
		t.Errorf("got %+v", done)
	}
	shown := good(t, "export", "--data", data, "--survey", "sipas")
	if shown.stdout != read(t, out) || strings.Count(shown.stdout, "\n") < 801 {
		t.Error("the file is not what is shown")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("got %v %v, want only the file", entries, err)
	}
	nowhere := call(t, "export", "--data", data, "--survey", "sipas", "-o", filepath.Join(dir, "none", "out.csv"))
	if nowhere.code != 1 || strings.Contains(nowhere.stderr, `"rows"`) {
		t.Errorf("into no folder: got %+v, want 1 and no manifest", nowhere)
	}
	lines := good(t, "export", "--data", data, "--survey", "sipas", "--format", "jsonl").stdout
	if strings.Count(lines, "\n") != 801 {
		t.Errorf("JSON lines: got %d, want 800 and the manifest", strings.Count(lines, "\n"))
	}
}

func TestBadFolders(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	newer := demo(t, "1")
	foreign := t.TempDir()
	write(t, filepath.Join(foreign, "hailong.db"), strings.Repeat("no data file ", 1000))
	// The same file, as if a version of the far future had written it.
	now := read(t, filepath.Join(newer, "hailong.db"))
	before := regexp.MustCompile(`"min_reader":\d`).ReplaceAllString(now, `"min_reader":9`)
	if before == now {
		t.Fatal("there is no stamp in the data file")
	}
	write(t, filepath.Join(newer, "hailong.db"), before)
	for _, verb := range [][]string{{"score", "--survey", "sipas"}, {"export", "--survey", "sipas"}, {"verify"}} {
		for dir, want := range map[string]string{empty: "there is no data file", newer: "newer version of the program", foreign: "not a data file"} {
			got := call(t, append(verb, "--data", dir)...)
			if got.code != 1 || !strings.Contains(got.stderr, want) || got.stdout != "" {
				t.Errorf("%s: got %+v, want 1 and %q", verb[0], got, want)
			}
		}
	}
	for _, args := range [][]string{{"demo", "--responses", "1"}, {"serve", "--listen", "127.0.0.1:0"}} {
		for dir, want := range map[string]string{newer: "newer version of the program", foreign: "not a data file"} {
			got := call(t, append(args, "--data", dir)...)
			if got.code != 1 || !strings.Contains(got.stderr, want) {
				t.Errorf("%s: got %+v, want 1 and %q", args[0], got, want)
			}
		}
	}
	if read(t, filepath.Join(newer, "hailong.db")) != before {
		t.Error("the newer file was changed")
	}
	if entries, err := os.ReadDir(empty); err != nil || len(entries) != 0 {
		t.Errorf("got %v %v in a folder that was only read", entries, err)
	}
}
