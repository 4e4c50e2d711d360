package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/surveys"
)

// closedAgency ended before the surveys of these tests are in the field.
const closedAgency = "t24.old"

// today is the day on which a world begins.
const today = "2026-11-20"

// world is a server with a real store behind a real listener: the shipped
// surveys and agencies, and those of testdata.
type world struct {
	store   *store.Store
	server  *Server
	address string
	client  *http.Client
	log     *logBuffer
	now     atomic.Int64 // seconds since 1970
	dir     string
}

// logBuffer collects the log.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newWorld starts a world. adjust may change the server before it serves. At the
// end of the test the server stops and the data file is checked.
func newWorld(t *testing.T, adjust ...func(*Server)) *world {
	t.Helper()
	w := &world{log: new(logBuffer), dir: t.TempDir()}
	ctx := context.Background()
	var err error
	if w.store, err = store.Open(ctx, w.dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	w.setDay(t, today)
	w.importAgencies(t)
	w.sync(t)
	clock := func() time.Time { return time.Unix(w.now.Load(), 0) }
	w.server = New(w.store, clock, slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	for _, f := range adjust {
		f(w.server)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.address = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- w.server.Serve(listener) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	w.client = &http.Client{
		Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		if err := w.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		w.close(ctx, t)
	})
	return w
}

// close ends the store and proves that its file is what its log says.
func (w *world) close(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := w.store.Close(); err != nil && w.store.Failed() == nil {
		t.Error(err)
	}
	s, err := store.Open(ctx, w.dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	findings, err := s.Check(ctx, store.CheckOptions{})
	if err != nil {
		t.Error(err)
		return
	}
	for _, p := range findings.Problems {
		t.Errorf("check: %s", p)
	}
}

// setDay moves the clock to the noon of a day in Việt Nam.
func (w *world) setDay(t *testing.T, day string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, day+"T12:00:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	w.now.Store(at.Unix())
}

// trialSurveys reads the surveys of testdata; each pair of replacements makes
// another version of them.
func trialSurveys(t *testing.T, replacements ...string) []*questionnaire.Survey {
	t.Helper()
	var list []*questionnaire.Survey
	for _, slug := range []string{"trial", "later", "over"} {
		path := "testdata/surveys/" + slug + "/survey.yaml"
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := questionnaire.Parse(slug, path, []byte(strings.NewReplacer(replacements...).Replace(string(src))))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return append(list, everyType(t))
}

// everyType reads the survey with every type of item, which the pages are tested
// with.
func everyType(t *testing.T) *questionnaire.Survey {
	t.Helper()
	const dir = "../page/testdata/surveys/every"
	src, err := os.ReadFile(dir + "/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := questionnaire.ParseIn(os.DirFS(dir), "every", "survey.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sync publishes the surveys of testdata and the shipped ones, and opens and
// closes waves by the clock, as serve does each minute.
func (w *world) sync(t *testing.T, replacements ...string) {
	t.Helper()
	shipped, err := questionnaire.LoadAll(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	day := response.DayOf(time.Unix(w.now.Load(), 0))
	events, err := w.store.Catalog().Changes(append(shipped, trialSurveys(t, replacements...)...), day, w.now.Load())
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if _, err := w.store.Change(context.Background(), event); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) importAgencies(t *testing.T) {
	t.Helper()
	csv, err := fs.ReadFile(surveys.FS, "agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	csv = append(csv, closedAgency+",t24,department,,,Sở Cũ,Old Department,2020-01-01,2025-12-31,\n"...)
	event, _, err := w.store.Catalog().ChangeAgencies("agencies.csv", csv, w.now.Load())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Change(t.Context(), event); err != nil {
		t.Fatal(err)
	}
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request.
func (w *world) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	a, err := w.try(method, path, body, headers...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// try is do for goroutines other than the test's.
func (w *world) try(method, path, body string, headers ...string) (answer, error) {
	request, err := http.NewRequest(method, "http://"+w.address+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	got, err := w.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, got.Header, string(b)}, err
}

// submit posts a response through the API.
func (w *world) submit(t *testing.T, survey, key, body string) answer {
	t.Helper()
	return w.do(t, http.MethodPost, "/api/v1/surveys/"+survey+"/responses", body,
		"Content-Type", "application/json", "Idempotency-Key", key)
}

// alive proves that the server still answers.
func (w *world) alive(t *testing.T) {
	t.Helper()
	if got := w.do(t, http.MethodGet, "/healthz", ""); got.status != http.StatusOK || got.body != "ok\n" {
		t.Fatalf("server after it: got %d %q, want 200 ok", got.status, got.body)
	}
}

// scenario is one request and what must and must not come back.
type scenario struct {
	name    string
	method  string // empty: GET
	path    string
	body    string
	headers []string // name, value, …
	status  int
	want    []string          // must be in the body
	never   []string          // must not be in the body
	header  map[string]string // must be the headers
}

// leaks are what no answer may show: error texts of Go and of libraries, types,
// source files and folders.
var leaks = []string{
	".go:", "goroutine", "runtime error", "invalid character", "json:", "*errs.", "fiber", "fasthttp", "bbolt", "panic", "/tmp/", "hailong.db",
	"unexpected EOF", "strconv",
}

func (w *world) run(t *testing.T, s scenario) answer {
	t.Helper()
	if s.method == "" {
		s.method = http.MethodGet
	}
	got := w.do(t, s.method, s.path, s.body, s.headers...)
	if got.status != s.status {
		t.Fatalf("%s %s: got status %d, want %d: %s", s.method, s.path, got.status, s.status, head(got.body))
	}
	for _, want := range s.want {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s %s: got %s, want it to contain %q", s.method, s.path, head(got.body), want)
		}
	}
	never := s.never
	if got.status >= 400 {
		never = append(never, leaks...)
	}
	for _, never := range never {
		if strings.Contains(got.body, never) {
			t.Errorf("%s %s: got %s, want it not to contain %q", s.method, s.path, head(got.body), never)
		}
	}
	for name, want := range s.header {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s %s: %s: got %q, want %q", s.method, s.path, name, got, want)
		}
	}
	return got
}

func head(s string) string {
	if len(s) > 600 {
		return s[:600] + "…"
	}
	return s
}

// problem reads an RFC 9457 answer.
func (a answer) problem(t *testing.T) problemJSON {
	t.Helper()
	if got, want := a.header.Get("Content-Type"), "application/problem+json"; got != want {
		t.Errorf("content type: got %q, want %q", got, want)
	}
	var p problemJSON
	a.decode(t, &p)
	if p.Status != a.status || p.Type != "about:blank" || p.Title == "" || p.Detail == "" || p.Code == "" {
		t.Errorf("problem: got %+v for status %d, want all of its fields", p, a.status)
	}
	return p
}

// listed tells the items and codes of a problem.
func (p problemJSON) listed() string {
	list := make([]string, len(p.Problems))
	for i, x := range p.Problems {
		list[i] = x.Item + ":" + x.Code
	}
	return strings.Join(list, " ")
}

func (a answer) decode(t *testing.T, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), to); err != nil {
		t.Fatalf("decode %s: %v", head(a.body), err)
	}
}

// raw sends bytes as they are and returns what came back until the server
// closed, or stopped sending for a while.
func (w *world) raw(t *testing.T, request string) string {
	t.Helper()
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(t.Context(), "tcp", w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatalf("write: %v", err)
	}
	if err := c.SetReadDeadline(time.Now().Add(700 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err != nil && len(b) == 0 {
		t.Fatalf("read: %v", err)
	}
	return string(b)
}

// statusesOf lists the statuses of the answers in what raw returned.
func statusesOf(got string) string {
	var list []string
	r := bufio.NewReader(strings.NewReader(got))
	for {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			return strings.Join(list, " ")
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		list = append(list, fmt.Sprint(answer.StatusCode))
		if err != nil {
			return strings.Join(list, " ") + " broken"
		}
	}
}
