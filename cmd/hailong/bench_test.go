package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hailong/internal/report"
	"hailong/internal/store"
)

// benchResponses is the environment variable that says how many responses
// BenchmarkMillion works on.
const benchResponses = "HAILONG_BENCH_RESPONSES"

// BenchmarkMillion measures what an operator notices of a large data folder:
// how soon it is ready, what it takes of memory, how fast scores, exports and
// verify are, and that scores cost as much with a tenth of the responses.
//
//	go test -run '^$' -bench Million -benchtime 3x ./cmd/hailong
func BenchmarkMillion(b *testing.B) {
	n := 1_000_000
	if v, err := strconv.Atoi(os.Getenv(benchResponses)); err == nil && v >= 10 {
		n = v
	}
	dir := b.TempDir()
	full, tenth := filepath.Join(dir, "full"), filepath.Join(dir, "tenth")
	good(b, "demo", "--data", full, "--responses", strconv.Itoa(n))
	good(b, "demo", "--data", tenth, "--responses", strconv.Itoa(n/10))

	b.Run("start", func(b *testing.B) { benchStart(b, full) })
	b.Run("memory", func(b *testing.B) { benchMemory(b, full) })
	b.Run("scores/tenth", func(b *testing.B) { benchScores(b, tenth) })
	b.Run("scores/full", func(b *testing.B) { benchScores(b, full) })
	b.Run("export", func(b *testing.B) { benchExport(b, tenth, full, n) })
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			runProgram(b, "verify", "--data", full)
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
	})
}

// benchStart reports the time from the start of a serve process until it listens.
func benchStart(b *testing.B, data string) {
	b.Helper()
	var took time.Duration
	for b.Loop() {
		start := time.Now()
		c, _ := startProgram(b, data)
		took += time.Since(start)
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(took.Milliseconds())/float64(b.N), "ms-to-ready")
	b.ReportMetric(0, "ns/op") // it holds the stop too
}

// benchMemory reports the resident memory of a serve process after it was asked
// for all scores, as the system counts it.
func benchMemory(b *testing.B, data string) {
	b.Helper()
	var resident, answered float64
	for b.Loop() {
		c, url := startProgram(b, data)
		start := time.Now()
		for range 5 {
			request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+"/api/v1/surveys/sipas/scores?by=agency,item&format=csv", http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			if status, body, err := fetch(request); err != nil || status != http.StatusOK {
				b.Fatalf("got %d %.200s %v", status, body, err)
			}
		}
		answered += float64(time.Since(start).Milliseconds()) / 5
		mb, ok := memory(c.Process.Pid, "VmRSS:")
		if !ok {
			b.Skip("this system does not tell the resident memory")
		}
		resident += mb
		http.DefaultClient.CloseIdleConnections()
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(resident/float64(b.N), "MB-resident")
	b.ReportMetric(answered/float64(b.N), "ms/http-scores")
	b.ReportMetric(0, "ns/op")
}

// memory reads a line of what Linux says of a process's memory, in MB.
func memory(pid int, name string) (float64, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024, err == nil
		}
	}
	return 0, false
}

// benchScores reports the time for the scores of all agencies by all items.
func benchScores(b *testing.B, data string) {
	b.Helper()
	s, err := store.Open(context.Background(), data, store.Options{ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r := report.New(s)
	rows := 0
	for b.Loop() {
		scores, err := r.Score(report.Query{Survey: "sipas", By: []string{"agency", "item"}, Lang: "vi"})
		if err != nil {
			b.Fatal(err)
		}
		rows = len(scores.Rows)
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/scores")
	b.ReportMetric(float64(rows), "rows")
}

// benchExport reports the speed of an export to a file, the peak of its
// memory, and by how much that is more than for a tenth of the responses.
func benchExport(b *testing.B, tenth, full string, n int) {
	b.Helper()
	out := filepath.Join(b.TempDir(), "out.csv")
	small := runProgram(b, "export", "--data", tenth, "--survey", "sipas", "-o", out)
	peak := 0.0
	for b.Loop() {
		peak = max(peak, runProgram(b, "export", "--data", full, "--survey", "sipas", "-o", out))
	}
	info, err := os.Stat(out)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(peak, "MB-peak")
	b.ReportMetric(peak-small, "MB-growth")
}

// runProgram runs a command line in a process of its own and returns the peak of
// its memory in MB.
func runProgram(b *testing.B, args ...string) float64 {
	b.Helper()
	c := program(context.Background(), args...)
	var stderr strings.Builder
	c.Stdout, c.Stderr = io.Discard, &stderr
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	// Read while it runs: what the system tells of a process that ended holds what
	// its parent had when it forked. Pages of the data file, which the system takes
	// back when it likes, are no memory of the process.
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	peak := 0.0
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatalf("hailong %s: %v: %s", args[0], err, &stderr)
			}
			return peak
		case <-time.After(10 * time.Millisecond):
			if mb, ok := memory(c.Process.Pid, "RssAnon:"); ok {
				peak = max(peak, mb)
			}
		}
	}
}
