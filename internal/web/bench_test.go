package web

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
)

// BenchmarkHTTP measures durable submissions of 30 answers through HTTP, JSON,
// checks and fsync against a Fiber handler that does nothing, with the load
// generator in the same process on the same cores. Compare the req/s of one
// run: go test -run '^$' -bench HTTP -benchtime 3s ./internal/web
func BenchmarkHTTP(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + SpareThreads))
	for _, connections := range []int{64, 256} {
		b.Run(fmt.Sprintf("noop/%d", connections), func(b *testing.B) {
			app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
			app.Post("/api/v1/surveys/:survey/responses", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
			load(b, connections, app.Listener, func() { _ = app.Shutdown() })
		})
		b.Run(fmt.Sprintf("submit/%d", connections), func(b *testing.B) {
			s := benchStore(b)
			server := New(s, time.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
			load(b, connections, server.Serve, func() { _ = server.Shutdown(context.Background()) })
			if n := s.Watermark() - 3; n != uint64(b.N) {
				b.Fatalf("got %d stored, want %d", n, b.N)
			}
		})
	}
}

const benchItems = 30

func benchStore(b *testing.B) *store.Store {
	b.Helper()
	var y strings.Builder
	y.WriteString("title: {vi: Thử}\nlanguages: [vi]\nscales:\n  s:\n    missing: [dont_know]\n    options:\n")
	for i := range 5 {
		fmt.Fprintf(&y, "      - {code: \"%d\", value: %d, label: {vi: Mức}}\n", i+1, i+1)
	}
	y.WriteString("pages:\n  - id: p\n    items:\n")
	for i := range benchItems {
		fmt.Fprintf(&y, "      - {id: quality_of_item_%02d, type: scale, scale: s, required: true, text: {vi: Câu}}\n", i)
	}
	survey, err := questionnaire.Parse("bench", "survey.yaml", []byte(y.String()))
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	agencies := "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\nt24,,province,24,,Bắc Ninh,,,,\n"
	event, _, err := s.Catalog().ChangeAgencies("agencies.csv", []byte(agencies), 0)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Change(b.Context(), event); err != nil {
		b.Fatal(err)
	}
	events, err := s.Catalog().Changes([]*questionnaire.Survey{survey}, response.DayOf(time.Now()), 0)
	if err != nil {
		b.Fatal(err)
	}
	for _, event := range events {
		if _, err := s.Change(b.Context(), event); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// load sends b.N requests over so many connections and reports requests per second.
func load(b *testing.B, connections int, serve func(net.Listener) error, stop func()) {
	b.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- serve(listener) }()
	var body strings.Builder
	body.WriteString(`{"agency":"t24","channel":"qr","lang":"vi","answers":{`)
	for i := range benchItems {
		fmt.Fprintf(&body, `%s"quality_of_item_%02d":"%d"`, strings.Repeat(",", min(i, 1)), i, i%5+1)
	}
	body.WriteString("}}")
	request := fmt.Sprintf("POST /api/v1/surveys/bench/responses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Idempotency-Key: %016d\r\nContent-Length: %d\r\n\r\n%s", 0, body.Len(), body.String())
	var next atomic.Int64
	var wait sync.WaitGroup
	before := cpu(b)
	b.ResetTimer()
	for range connections {
		wait.Go(func() {
			if err := client(listener.Addr().String(), []byte(request), &next, int64(b.N)); err != nil {
				b.Error(err)
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/req")
	stop()
	if err := <-served; err != nil {
		b.Error(err)
	}
}

// cpu is the time that this process has spent on its cores: client and server.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// client sends requests one after the other on one connection, each with the
// next key, until limit of all clients together.
func client(address string, request []byte, next *atomic.Int64, limit int64) error {
	c, err := net.Dial("tcp", address) //nolint:noctx // ends with the benchmark
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	key := bytes.Index(request, []byte("Key: ")) + len("Key: ")
	request = bytes.Clone(request)
	r := bufio.NewReader(c)
	for {
		n := next.Add(1)
		if n > limit {
			return nil
		}
		copy(request[key:], fmt.Sprintf("%016d", n))
		if _, err := c.Write(request); err != nil {
			return err
		}
		if err := readAnswer(r); err != nil {
			return err
		}
	}
}

func readAnswer(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.Contains(status, []byte(" 201 ")) {
		return fmt.Errorf("answer %q", status)
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	_, err = r.Discard(length)
	return err
}
