package store

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// fullChild submits long texts until the disk is full: a real one, or a limit on
// the size of its files. It reports the ids of what was acknowledged, then what
// the store says of itself.
func fullChild(t *testing.T, _ *bufio.Scanner, report io.Writer) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ) // a write beyond the limit fails instead of ending the process
	if limit, err := strconv.ParseUint(os.Getenv("HAILONG_TEST_LIMIT"), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(t.Context(), os.Getenv("HAILONG_TEST_DIR"), Options{FoldEvery: 100})
	if err != nil {
		t.Fatal(err)
	}
	q := s.Catalog().Version(1).Questionnaire
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 5000 {
				r := seeded(uint64(i)).response(q, 1, fmt.Sprintf("%d-%d", g, i))
				r.Answers[4] = response.Answer{State: response.Answered, Words: strings.Repeat("x", 19_000)}
				if _, err := s.Submit(t.Context(), r); err != nil {
					if errs.KindOf(err) == errs.Overloaded {
						time.Sleep(10 * time.Millisecond)
						continue
					}
					fmt.Fprintf(report, "refused: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
					return
				}
				fmt.Fprintf(report, "%x\n", r.ID)
			}
		})
	}
	all.Wait()
	if _, err := s.Submit(t.Context(), seeded(1).response(q, 1, "afterwards")); err == nil {
		t.Error("a store that failed takes another response")
	}
	fmt.Fprintf(report, "failed: %v\n", s.Failed() != nil)
	fmt.Fprintf(report, "closed: %v\n", s.Close() != nil)
}

func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	t.Run("limit on files", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		mustClose(t, field(t, dir, Options{}))
		mustHold(t, dir, fillUp(t, dir, "HAILONG_TEST_LIMIT="+strconv.Itoa(24<<20)))
	})
	t.Run("small file system", func(t *testing.T) {
		t.Parallel()
		disk := t.TempDir()
		if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=20m"); err != nil {
			cannot(t, "mount a small file system to fill", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(disk, 0); err != nil {
				t.Error(err)
			}
		})
		dir := filepath.Join(disk, "data")
		s, err := Open(t.Context(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		populate(t, s)
		mustClose(t, s)
		acked := fillUp(t, dir)
		if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=200m"); err != nil {
			t.Fatal(err)
		}
		mustHold(t, dir, acked)
		mustBeSound(t, dir)
	})
}

// fillUp lets a child fill the disk, and proves that the folder then holds what
// was acknowledged, and is sound.
func fillUp(t *testing.T, dir string, env ...string) (acked []response.ID) {
	t.Helper()
	c := startChild(t, "full", append(env, "HAILONG_TEST_DIR="+dir)...)
	said := map[string]int{}
	for _, line := range c.end(t) {
		word, _, isWord := strings.Cut(line, ":")
		if isWord {
			said[word]++
			if word != "refused" && line != word+": true" {
				t.Errorf("child: %s", line)
			}
			if said[word] == 1 {
				t.Logf("child: %s", line)
			}
			continue
		}
		raw, err := hex.DecodeString(line)
		if err != nil || len(raw) != len(response.ID{}) {
			t.Fatalf("child: %s", line)
		}
		acked = append(acked, response.ID(raw))
	}
	if said["refused"] != 8 || said["failed"] != 1 || said["closed"] != 1 {
		t.Errorf("the disk was not full for everybody: %v", said)
	}
	if len(acked) < 100 {
		t.Errorf("only %d responses were acknowledged before the disk was full", len(acked))
	}
	mustBeSound(t, dir)
	return acked
}

// mustHold opens a folder for writing and proves that it holds responses.
func mustHold(t *testing.T, dir string, acked []response.ID) {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	times := map[response.ID]int{}
	for _, one := range scan(t, s) {
		times[one.Response.ID]++
	}
	for _, id := range acked {
		if times[id] != 1 {
			t.Errorf("acknowledged response %x is there %d times", id, times[id])
		}
	}
	submit(t, s, seeded(1).responses(s, "room again", 1)[0], 1)
	t.Logf("%d acknowledged, %d stored", len(acked), len(times))
	mustClose(t, s)
}

// A folder that is mounted read-only can be read, and says why it can't be written.
func TestAReadOnlyFileSystem(t *testing.T) {
	t.Parallel()
	dir, mounted := t.TempDir(), t.TempDir()
	s := field(t, dir, Options{})
	submitAll(t, s, seeded(1).responses(s, "key", 5))
	mustClose(t, s)
	if err := syscall.Mount(dir, mounted, "", syscall.MS_BIND, ""); err != nil {
		cannot(t, "mount a read-only file system", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(mounted, 0); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mount("", mounted, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		cannot(t, "mount a read-only file system", err)
	}
	for _, folder := range []string{mounted, filepath.Join(mounted, "new")} {
		if _, err := Open(t.Context(), folder, Options{}); !errors.Is(err, ErrUnwritable) {
			t.Errorf("%s: got %v, want ErrUnwritable", folder, err)
		}
	}
	reader, err := Open(t.Context(), mounted, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(scan(t, reader)); got != 5 {
		t.Errorf("got %d responses, want 5", got)
	}
	mustClose(t, reader)
}

// cannot ends a test that this machine does not allow: loudly, and as a failure
// where everything must be tested.
func cannot(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("NOT TESTED: this machine can't %s: %v. Run the tests as root", what, err)
	}
	t.Skipf("NOT TESTED: this machine can't %s: %v. Run the tests as root", what, err)
}
