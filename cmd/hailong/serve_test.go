package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const (
	satisfied   = `{"agency":"x1","answers":{"level":"5","second":"4"}}`
	unsatisfied = `{"agency":"x2","answers":{"level":"1","second":"2","why":"chậm"}}`
)

func mustSubmit(t *testing.T, s *serving, key, body string) string {
	t.Helper()
	status, answer, err := submit(t.Context(), s.url, key, body)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("submit %s: got %d %s %v, want 201", key, status, answer, err)
	}
	return answer
}

// TestServe is the life of a server: what is submitted counts at once, and is
// the same from the API, and from the command line while it serves and after.
func TestServe(t *testing.T) {
	t.Parallel()
	data, surveys := filepath.Join(t.TempDir(), "data"), surveysOf(t)
	s := serve(t, data, "--surveys", surveys)
	if page := get(t, s.url+"/"); !strings.Contains(page, "Khảo sát thử") {
		t.Errorf("got %s", page)
	}
	for i := range 6 {
		mustSubmit(t, s, fmt.Sprint("good", i), satisfied)
		mustSubmit(t, s, fmt.Sprint("bad", i), unsatisfied)
	}
	info, err := os.Stat(filepath.Join(data, socketName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: got %v %v, want one for its owner only", info, err)
	}
	scores := []string{"score", "--data", data, "--survey", "trial", "--by", "agency,item", "--lang", "en"}
	want := get(t, s.url+"/api/v1/surveys/trial/scores?by=agency,item&format=csv&lang=en")
	if got := good(t, scores...).stdout; got != want || !strings.Contains(got, "Bac Giang Ward") {
		t.Errorf("while it serves: got %s, want %s", got, want)
	}
	live := good(t, "export", "--data", data, "--survey", "trial")
	if got := good(t, "verify", "--data", data).stdout; !strings.Contains(got, " 12 responses,") {
		t.Errorf("verify while it serves: got %s", got)
	}
	if got := call(t, "score", "--data", data, "--survey", "nothing"); got.code != 1 || !strings.Contains(got.stderr, "There is no such survey.") {
		t.Errorf("unknown survey: got %+v", got)
	}
	// Nobody else may write to the folder.
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo", "--responses", "1"}} {
		if got := call(t, append(args, "--data", data)...); got.code != 1 || !strings.Contains(got.stderr, "in use by another process") {
			t.Errorf("%s: got %+v, want 1", args[0], got)
		}
	}
	if got := call(t, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(s.url, "http://")); got.code != 1 ||
		!strings.Contains(got.stderr, "--listen") {
		t.Errorf("address in use: got %+v", got)
	}
	if code := s.stop(t); code != 0 {
		t.Fatalf("stop: got code %d: %s", code, s.stderr)
	}
	if entries, err := filepath.Glob(filepath.Join(data, "*")); err != nil || len(entries) != 1 {
		t.Errorf("after the stop: got %v %v, want only the data file", entries, err)
	}
	if got := good(t, scores...).stdout; got != want {
		t.Errorf("after it served: got %s, want %s", got, want)
	}
	if got := good(t, "export", "--data", data, "--survey", "trial"); got != live {
		t.Errorf("export: got %+v, want %+v", got, live)
	}
	good(t, "verify", "--data", data)
}

// TestInUseWithoutSocket: a folder that somebody has open and does not serve.
func TestInUseWithoutSocket(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	serve(t, data, "--surveys", surveysOf(t))
	if err := os.Remove(filepath.Join(data, socketName)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"score", "--survey", "trial"}, {"export", "--survey", "trial"}, {"verify"}} {
		if got := call(t, append(args, "--data", data)...); got.code != 1 || !strings.Contains(got.stderr, "in use by another process") {
			t.Errorf("%s: got %+v, want 1", args[0], got)
		}
	}
}

// TestLeftSocket: a socket that a killed server left behind is no obstacle.
func TestLeftSocket(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(data, socketName), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	if err := left.Close(); err != nil {
		t.Fatal(err)
	}
	s := serve(t, data, "--surveys", surveysOf(t))
	mustSubmit(t, s, "k", satisfied)
	good(t, "score", "--data", data, "--survey", "trial")
	if code := s.stop(t); code != 0 {
		t.Errorf("got code %d", code)
	}
}

// TestEditedSurvey: an edited file is a new version at the next start; answers
// to the old one stay readable and count.
func TestEditedSurvey(t *testing.T) {
	t.Parallel()
	data, surveys := t.TempDir(), surveysOf(t)
	s := serve(t, data, "--surveys", surveys)
	first := get(t, s.url+"/api/v1/surveys/trial")
	mustSubmit(t, s, "a", satisfied)
	mustSubmit(t, s, "b", unsatisfied)
	s.stop(t)

	writeSurvey(t, surveys, "Mức hài lòng", "MỨC hài lòng?")
	s = serve(t, data, "--surveys", surveys)
	second := get(t, s.url+"/api/v1/surveys/trial")
	if first == second || !strings.Contains(second, "MỨC hài lòng?") {
		t.Errorf("got %s, want the edited text", second)
	}
	version := first[len(`{"version":"`):][:64]
	if old := get(t, s.url+"/api/v1/surveys/trial?version="+version); old != first {
		t.Errorf("the old version: got %s, want %s", old, first)
	}
	mustSubmit(t, s, "c", satisfied)
	mustSubmit(t, s, "d", strings.Replace(satisfied, "{", `{"version":"`+version+`",`, 1))
	scores := get(t, s.url+"/api/v1/surveys/trial/scores?by=item&format=csv&lang=en")
	if !strings.Contains(scores, "level,Level of satisfaction,satisfied,4,") {
		t.Errorf("got %s, want 4 answers", scores)
	}
	s.stop(t)
	if got := good(t, "export", "--data", data, "--survey", "trial").stdout; strings.Count(got, version[:12]) != 3 || !strings.Contains(got, "chậm") {
		t.Errorf("export: got %s, want three of the old version", got)
	}
	good(t, "verify", "--data", data)

	// The same file again is no new version.
	before := good(t, "verify", "--data", data).stdout
	serve(t, data, "--surveys", surveys).stop(t)
	if after := good(t, "verify", "--data", data).stdout; after != before {
		t.Errorf("after a start without changes: got %s, want %s", after, before)
	}
}

// TestBrokenFilesTouchNothing: serve and demo refuse before they touch data.
func TestBrokenFilesTouchNothing(t *testing.T) {
	t.Parallel()
	broken := surveysOf(t, "type: text", "type: txet")
	agencies := filepath.Join(t.TempDir(), "agencies.csv")
	write(t, agencies, "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\na,b,commune,,,A,,,,\nb,a,commune,,,B,,,,\n")
	data := filepath.Join(t.TempDir(), "data")
	for _, verb := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo"}} {
		got := call(t, append(verb, "--data", data, "--surveys", broken)...)
		if got.code != 1 || !strings.Contains(got.stderr, "txet") || !strings.Contains(got.stderr, "survey.yaml:") {
			t.Errorf("%s: broken survey: got %+v", verb[0], got)
		}
		got = call(t, append(verb, "--data", data, "--surveys", surveysOf(t), "--agencies", agencies)...)
		if got.code != 1 || !strings.Contains(got.stderr, "agencies.csv:2") {
			t.Errorf("%s: broken agencies: got %+v", verb[0], got)
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the data folder was made all the same")
	}
}

// TestReadOnlyFolder: a folder that may not be written can be read, and is told
// apart by those who would write. The superuser may write everywhere, so the
// program then runs as nobody.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "readonly") //nolint:usetesting // nobody must be able to reach it
	if err != nil {
		t.Fatal(err)
	}
	data, binary := filepath.Join(dir, "data"), filepath.Join(dir, "program")
	t.Cleanup(func() {
		_ = os.Chmod(data, 0o700)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	good(t, "demo", "--data", data, "--responses", "800")
	copyFile(t, os.Args[0], binary) //nolint:forbidigo // the test binary itself
	for path, mode := range map[string]os.FileMode{filepath.Join(data, "hailong.db"): 0o444, data: 0o555, dir: 0o755} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		args []string
		code int
		want string
	}{
		{[]string{"score", "--survey", "sipas"}, 0, "agency,agency_name"},
		{[]string{"export", "--survey", "sipas"}, 0, `"rows":800`},
		{[]string{"verify"}, 0, "800 responses"},
		{[]string{"serve", "--listen", "127.0.0.1:0"}, 1, "cannot be written"},
		{[]string{"demo", "--responses", "1"}, 1, "cannot be written"},
	}
	for _, c := range cases {
		command := program(t.Context(), append(c.args, "--data", data)...)
		command.Path, command.Dir = binary, dir
		if os.Geteuid() == 0 {
			const nobody = 65534
			command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		got, err := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: got code %d (%v) %.500s, want %d and %q", c.args[0], code, err, got, c.code, c.want)
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o755); err != nil {
		t.Fatal(err)
	}
}

// program is a child process that runs the program.
func program(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], args...) //nolint:forbidigo // the test binary itself
	c.Env = append(os.Environ(), asProgram+"=1")
	return c
}

// TestInterrupt: the signal that an operator sends ends the process with 0.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	c, url := startProgram(t, t.TempDir(), "--surveys", surveysOf(t), "--agencies", "testdata/agencies.csv")
	if _, _, err := submit(t.Context(), url, "k", satisfied); err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("got %v, want code 0", err)
	}
}
