package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// build compiles the program and returns its path.
func build(ctx context.Context, t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "hailong")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/hailong")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// fill makes a data folder with enough simulated responses to publish.
func fill(ctx context.Context, t *testing.T, program, data string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, program, "demo", "--data", data, "--responses", "3000", "--seed", "1")
	cmd.Env = environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("hailong demo: %v\n%s", err, out)
	}
}

// server is `hailong serve` in a process of its own.
type server struct {
	address string // http://127.0.0.1:PORT
	cmd     *exec.Cmd
	heard   *ear
	stopped bool
}

// start serves a data folder on a free port, and waits until it is ready.
func start(ctx context.Context, t *testing.T, program, data, surveys string) *server {
	t.Helper()
	s := &server{heard: &ear{found: make(chan string, 1)}}
	s.cmd = exec.CommandContext(ctx, program, "serve", "--data", data, "--surveys", surveys, "--listen", "127.0.0.1:0")
	s.cmd.Env = environment()
	s.cmd.Stdout, s.cmd.Stderr = s.heard, s.heard
	s.cmd.WaitDelay = 5 * time.Second
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(t) })
	select {
	case s.address = <-s.heard.found:
	case <-time.After(30 * time.Second):
		t.Fatalf("hailong serve does not say where it listens:\n%s", s.output())
	}
	return s
}

// stop ends the server as an operator does; it must end well and soon.
func (s *server) stop(t *testing.T) {
	t.Helper()
	if s.stopped {
		return
	}
	s.stopped = true
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stopping the server: %v", err)
	}
	late := time.AfterFunc(20*time.Second, func() {
		t.Error("the server did not stop within 20 s")
		_ = s.cmd.Process.Kill() // it may have ended by now
	})
	defer late.Stop()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v\n%s", err, s.output())
	}
}

func (s *server) output() string { return s.heard.String() }

// environment is that of this process without settings of the program.
func environment() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "HAILONG_") {
			env = append(env, pair)
		}
	}
	return env
}

var listening = regexp.MustCompile(`listening on (http://[0-9.]+:\d+)`)

// ear keeps what a process says, and tells once where it listens.
type ear struct {
	mu    sync.Mutex
	said  []byte
	found chan string // of capacity 1
}

// Write implements io.Writer.
func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.said = append(e.said, p...)
	if match := listening.FindSubmatch(e.said); match != nil {
		select {
		case e.found <- string(match[1]):
		default:
		}
	}
	return len(p), nil
}

// String returns what was said so far.
func (e *ear) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.said)
}
