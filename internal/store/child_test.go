package store

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Some tests need a process that may die: they run this test binary again, with
// the name of a role in its environment. The child reads its orders from
// standard input and reports on file 3, line by line.
const roleVariable = "HAILONG_TEST_CHILD"

var roles = map[string]func(t *testing.T, orders *bufio.Scanner, report io.Writer){
	"damage": damageChild,
	"submit": submitChild,
	"full":   fullChild,
}

// TestChild is what a child runs. In a run of all tests it does nothing.
func TestChild(t *testing.T) {
	role := roles[os.Getenv(roleVariable)]
	if role == nil {
		return
	}
	orders := bufio.NewScanner(os.Stdin)
	orders.Buffer(nil, 1<<20)
	role(t, orders, os.NewFile(3, "report"))
}

// child is a process with a role.
type child struct {
	process *exec.Cmd
	orders  io.WriteCloser
	lines   chan string // what it reports; closed at its end
}

func startChild(t testing.TB, role string, env ...string) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	reports, report, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{process: exec.CommandContext(t.Context(), self, "-test.run=^TestChild$", "-test.timeout=5m"), lines: make(chan string, 1024)}
	c.process.Env = append(append(os.Environ(), env...), roleVariable+"="+role)
	c.process.ExtraFiles = []*os.File{report}
	if c.orders, err = c.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	_ = report.Close()
	go func() {
		defer close(c.lines)
		defer reports.Close()
		for scanner := bufio.NewScanner(reports); scanner.Scan(); {
			c.lines <- scanner.Text()
		}
	}()
	return c
}

// next returns the next line of the child, false when it has ended, or is silent
// for too long and was ended.
func (c *child) next(patience time.Duration) (string, bool) {
	select {
	case line, ok := <-c.lines:
		return line, ok
	case <-time.After(patience):
		c.kill()
		return "", false
	}
}

// kill ends the child as a power cut would end it, and waits for its last line.
func (c *child) kill() (left []string) {
	_ = c.process.Process.Kill()
	for line := range c.lines {
		left = append(left, line)
	}
	_ = c.process.Wait()
	return left
}

// end lets the child end by itself.
func (c *child) end(t testing.TB) (left []string) {
	t.Helper()
	_ = c.orders.Close()
	for line := range c.lines {
		left = append(left, line)
	}
	if err := c.process.Wait(); err != nil {
		t.Errorf("child: %v", err)
	}
	return left
}
