package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// asProgram is the environment variable that makes the test binary the program.
const asProgram = "HAILONG_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	for _, name := range []string{"HAILONG_DATA", "HAILONG_LISTEN", "HAILONG_SURVEYS", "HAILONG_AGENCIES", "HAILONG_LOG"} {
		_ = os.Unsetenv(name)
	}
	os.Exit(m.Run()) //nolint:forbidigo // this is the program here
}

// outcome is what came of one command line.
type outcome struct {
	code           int
	stdout, stderr string
}

// call executes one command line in this process.
func call(t testing.TB, args ...string) outcome {
	t.Helper()
	return callWith(t, nil, args...)
}

// callWith is call with something on standard input.
func callWith(t testing.TB, stdin io.Reader, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, environment{stdin: stdin, stdout: &stdout, stderr: &stderr})
	return outcome{code, stdout.String(), stderr.String()}
}

// good is call for what must succeed.
func good(t testing.TB, args ...string) outcome {
	t.Helper()
	got := call(t, args...)
	if got.code != 0 {
		t.Fatalf("hailong %s: got code %d, %s", strings.Join(args, " "), got.code, got.stderr)
	}
	return got
}

// surveysOf writes a folder with the survey of these tests; each pair of
// replacements makes it another version.
func surveysOf(t testing.TB, replacements ...string) string {
	t.Helper()
	dir := t.TempDir()
	writeSurvey(t, dir, replacements...)
	return dir
}

func writeSurvey(t testing.TB, dir string, replacements ...string) {
	t.Helper()
	src, err := os.ReadFile("testdata/trial/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(replacements...).Replace(string(src))
	if len(replacements) > 0 && text == string(src) {
		t.Fatalf("replacing %q changed nothing", replacements)
	}
	write(t, filepath.Join(dir, "trial", "survey.yaml"), text)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// serving is a server of this process.
type serving struct {
	url    string
	stderr *buffer
	cancel context.CancelFunc
	done   chan int
}

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var listening = regexp.MustCompile(`(?m)^listening on (http://\S+)$`)

// serve starts a server and waits until it listens. stop ends it.
func serve(t *testing.T, data string, args ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s := &serving{stderr: new(buffer), cancel: cancel, done: make(chan int, 1)}
	args = append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--agencies", "testdata/agencies.csv"}, args...)
	go func() { s.done <- run(ctx, args, environment{stdout: io.Discard, stderr: s.stderr}) }()
	deadline := time.After(20 * time.Second)
	for {
		if m := listening.FindStringSubmatch(s.stderr.String()); m != nil {
			s.url = m[1]
			t.Cleanup(cancel)
			return s
		}
		select {
		case code := <-s.done:
			t.Fatalf("serve ended with code %d: %s", code, s.stderr)
		case <-deadline:
			t.Fatalf("serve does not listen: %s", s.stderr)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stop asks the server to stop and returns its exit code.
func (s *serving) stop(t *testing.T) int {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	s.cancel()
	select {
	case code := <-s.done:
		return code
	case <-time.After(30 * time.Second):
		t.Fatalf("serve does not stop: %s", s.stderr)
		return -1
	}
}

// submit posts a response and returns the status and the body.
func submit(ctx context.Context, url, key, body string) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/surveys/trial/responses", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", key)
	return fetch(request)
}

func fetch(request *http.Request) (int, string, error) {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(b), err
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	status, body, err := fetch(request)
	if err != nil || status != http.StatusOK {
		t.Fatalf("GET %s: got %d %s %v", url, status, body, err)
	}
	return body
}
