package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// startProgram starts a serve process and returns it with its address once it
// listens.
func startProgram(t testing.TB, data string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	args = append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--log", "error"}, args...)
	c := program(context.Background(), args...)
	stderr, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	lines := bufio.NewScanner(stderr)
	var said strings.Builder
	for lines.Scan() {
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			go func() {
				for lines.Scan() { // what it says later is nobody's business
				}
			}()
			return c, m[1]
		}
		said.WriteString(lines.Text())
	}
	t.Fatalf("serve ended: %s", &said)
	return nil, ""
}

// journal is what the clients of all rounds know.
type journal struct {
	mu       sync.Mutex
	acked    map[string]string // body of the acknowledgement by key
	unsure   map[string]bool   // sent, but no answer came
	mistakes []string
}

// send submits under a key. Its text is the key.
func (j *journal) send(ctx context.Context, url, key string) error {
	j.mu.Lock()
	j.unsure[key] = true
	j.mu.Unlock()
	status, body, err := submit(ctx, url, key, `{"agency":"x1","answers":{"level":"4","second":"3","comment":"`+key+`"}}`)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil {
		return err
	}
	if status != http.StatusCreated && status != http.StatusOK {
		j.mistakes = append(j.mistakes, fmt.Sprintf("%s: got %d %s", key, status, body))
		return nil
	}
	if before, ok := j.acked[key]; ok && (before != body || status != http.StatusOK) {
		j.mistakes = append(j.mistakes, fmt.Sprintf("%s: got %d %s, want 200 %s", key, status, body, before))
	}
	j.acked[key] = body
	delete(j.unsure, key)
	return nil
}

// pending lists some keys that got no answer, as a client whose connection broke
// would send them again.
func (j *journal) pending(limit int) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []string
	for key := range maps.Keys(j.unsure) {
		if len(list) == limit {
			break
		}
		list = append(list, key)
	}
	return list
}

// TestKill: 50 times a serving process is killed under load. No acknowledged
// response is lost, none is counted twice, and every key gets the same receipt
// for ever.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	const rounds, clients = 50, 8
	seed := rand.Uint64()
	chance := rand.New(rand.NewPCG(seed, 1))
	data, flags := t.TempDir(), []string{"--surveys", surveysOf(t), "--agencies", "testdata/agencies.csv"}
	j := &journal{acked: map[string]string{}, unsure: map[string]bool{}}
	var number atomic.Uint64
	retried := 0
	for range rounds {
		c, url := startProgram(t, data, flags...)
		again := j.pending(3)
		retried += len(again)
		ctx, cancel := context.WithCancel(t.Context())
		first := make(chan struct{}, clients)
		var wait sync.WaitGroup
		for client := range clients {
			wait.Go(func() {
				if client < len(again) && j.send(ctx, url, again[client]) != nil {
					return
				}
				for j.send(ctx, url, fmt.Sprintf("%016x-%d", seed, number.Add(1))) == nil {
					select {
					case first <- struct{}{}:
					default:
					}
				}
			})
		}
		select {
		case <-first:
		case <-time.After(20 * time.Second):
			t.Fatal("no answer came")
		}
		time.Sleep(time.Duration(5+chance.IntN(145)) * time.Millisecond)
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait() // killed
		wait.Wait()
		cancel()
		http.DefaultClient.CloseIdleConnections()
	}

	c, url := startProgram(t, data, flags...)
	acknowledged := maps.Clone(j.acked)
	for key := range acknowledged {
		if err := j.send(t.Context(), url, key); err != nil {
			t.Fatal(err)
		}
	}
	unsure := len(j.unsure)
	for _, key := range j.pending(unsure) {
		if err := j.send(t.Context(), url, key); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("stop: %v", err)
	}
	for _, mistake := range j.mistakes {
		t.Error(mistake)
	}
	verified := good(t, "verify", "--data", data).stdout
	stored := countExported(t, data)
	for key, n := range stored {
		if _, ok := j.acked[key]; !ok || n != 1 {
			t.Errorf("%s is stored %d times, acknowledged %t", key, n, ok)
		}
	}
	if len(stored) != len(j.acked) {
		t.Errorf("got %d responses stored, want %d", len(stored), len(j.acked))
	}
	if want := fmt.Sprintf(" %d responses,", len(j.acked)); !strings.Contains(verified, want) {
		t.Errorf("verify: got %s, want %s", verified, want)
	}
	t.Logf("seed %d: %d kills, %d keys sent, %d acknowledged before the last start, %d retried after a kill, %d unanswered until the end, %d stored",
		seed, rounds, number.Load(), len(acknowledged), retried, unsure, len(stored))
}

// countExported counts the responses of an export by their text.
func countExported(t *testing.T, data string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for line := range strings.Lines(good(t, "export", "--data", data, "--survey", "trial", "--format", "jsonl").stdout) {
		var row struct {
			Answers map[string]any `json:"answers"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if key, ok := row.Answers["comment"].(string); ok {
			counts[key]++
		}
	}
	return counts
}
