package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
)

// BenchmarkHTTP measures durable submissions of 30 answers through HTTP, JSON,
// checks and fsync against a Fiber handler that does nothing. The server is a
// process of its own, the load generator is beside it on the same cores: the
// lightest there is (fasthttp), and the standard library's client, which takes
// the cores for longer, as real clients and proxies do. Compare the req/s of one
// generator in one run:
//
//	go test -run '^$' -bench HTTP -benchtime 3s ./internal/web
func BenchmarkHTTP(b *testing.B) {
	for _, connections := range []int{64, 256} {
		for _, kind := range []string{"noop", "submit"} {
			b.Run(fmt.Sprintf("%s/%d", kind, connections), func(b *testing.B) {
				load(b, child(b, kind), connections, sendLight)
			})
			b.Run(fmt.Sprintf("%s/%d/net-http", kind, connections), func(b *testing.B) {
				load(b, child(b, kind), connections, sendStandard)
			})
		}
	}
}

// benchServer is the environment variable that makes the test binary a server.
const benchServer = "HAILONG_BENCH_SERVER"

// TestMain lets the test binary be the server of BenchmarkHTTP: kind and data
// folder come by the environment, and it ends with its standard input.
func TestMain(m *testing.M) {
	kind, dir, ok := strings.Cut(os.Getenv(benchServer), ":")
	if !ok {
		os.Exit(m.Run()) //nolint:forbidigo // this is the program here
	}
	if err := benchServe(kind, dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:forbidigo // as above
	}
}

func benchServe(kind, dir string) error {
	Tune()
	ctx := context.Background()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if kind == "noop" {
		app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
		app.Post("/api/v1/surveys/:survey/responses", func(c *fiber.Ctx) error { return c.SendStatus(fiber.StatusCreated) })
		go app.Listener(listener) //nolint:errcheck // the client sees it
	} else {
		s, err := benchStore(ctx, dir)
		if err != nil {
			return err
		}
		defer s.Close()
		server := New(s, time.Now, slog.New(slog.DiscardHandler))
		go server.Serve(listener) //nolint:errcheck // the client sees it
	}
	fmt.Println(listener.Addr()) //nolint:forbidigo // what the parent waits for
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// child starts a server process and returns its address.
func child(b *testing.B, kind string) string {
	b.Helper()
	command := exec.CommandContext(context.Background(), os.Args[0]) //nolint:forbidigo // the test binary itself
	command.Env = append(os.Environ(), benchServer+"="+kind+":"+b.TempDir())
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(in.Close(), command.Wait()); err != nil {
			b.Error(err)
		}
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}

const benchItems = 30

func benchStore(ctx context.Context, dir string) (*store.Store, error) {
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
		return nil, err
	}
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return nil, err
	}
	agencies := "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\nt24,,province,24,,Bắc Ninh,,,,\n"
	first, _, err := s.Catalog().ChangeAgencies("agencies.csv", []byte(agencies), 0)
	if err != nil {
		return nil, err
	}
	events, err := s.Catalog().Changes([]*questionnaire.Survey{survey}, response.DayOf(time.Now()), 0)
	if err != nil {
		return nil, err
	}
	for _, event := range append([]response.Control{first}, events...) {
		if _, err := s.Change(ctx, event); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// load sends b.N requests over so many connections and reports requests per second.
func load(b *testing.B, address string, connections int, send func(address, body string, connections int) (func(key int64) error, func())) {
	b.Helper()
	var body strings.Builder
	body.WriteString(`{"agency":"t24","channel":"qr","lang":"vi","answers":{`)
	for i := range benchItems {
		fmt.Fprintf(&body, `%s"quality_of_item_%02d":"%d"`, strings.Repeat(",", min(i, 1)), i, i%5+1)
	}
	body.WriteString("}}")
	one, closeAll := send(address, body.String(), connections)
	var next atomic.Int64
	var wait sync.WaitGroup
	b.ResetTimer()
	for range connections {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := one(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	closeAll()
}

const benchPath = "/api/v1/surveys/bench/responses"

// sendStandard sends with the standard library's client.
func sendStandard(address, body string, connections int) (one func(key int64) error, closeAll func()) {
	transport := &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}
	client := &http.Client{Transport: transport}
	return func(key int64) error {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+address+benchPath, strings.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", strconv.FormatInt(key, 10))
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return err
		}
		if answer.StatusCode != http.StatusCreated {
			return fmt.Errorf("answer %d", answer.StatusCode)
		}
		return answer.Body.Close()
	}, transport.CloseIdleConnections
}

// sendLight sends with a client that reuses all of its memory.
func sendLight(address, body string, connections int) (one func(key int64) error, closeAll func()) {
	generator := &fasthttp.HostClient{Addr: address, MaxConns: connections}
	return func(key int64) error {
		request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(request)
		defer fasthttp.ReleaseResponse(answer)
		request.Header.SetMethod(fasthttp.MethodPost)
		request.Header.SetContentType("application/json")
		request.SetRequestURI("http://localhost" + benchPath)
		request.SetBodyString(body)
		request.Header.Set("Idempotency-Key", strconv.FormatInt(key, 10))
		if err := generator.Do(request, answer); err != nil {
			return err
		}
		if answer.StatusCode() != fiber.StatusCreated {
			return fmt.Errorf("answer %d: %s", answer.StatusCode(), answer.Body())
		}
		return nil
	}, generator.CloseIdleConnections
}
