package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// TestNothingStoredIsOverwritten: what is kept from a request does not change
// with later ones. Every submission's text holds its own key.
func TestNothingStoredIsOverwritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const clients, each = 32, 250
	first := w.store.Watermark()
	var wait sync.WaitGroup
	for client := range clients {
		wait.Go(func() {
			for i := range each {
				key := fmt.Sprintf("key-%02d-%03d-%s", client, i, strings.Repeat(string(rune('a'+i%26)), i%40))
				var got answer
				var err error
				want := http.StatusCreated
				if client%2 == 0 {
					body := fmt.Sprintf(`{"agency":"x07210","service":%q,"answers":{"level":"5","second":"4","comment":%q}}`, key[:10], key)
					got, err = w.try(http.MethodPost, "/api/v1/surveys/trial/responses", body, "Content-Type", "application/json", "Idempotency-Key", key)
				} else {
					want = http.StatusSeeOther
					body := url.Values{"a.level": {"5"}, "a.second": {"4"}, "a.comment": {key}, "draft": {key}, "page": {"2"}, "go": {"submit"}}.Encode()
					got, err = w.try(http.MethodPost, "/s/trial?agency=x07210&service="+key[:10], body, "Content-Type", "application/x-www-form-urlencoded")
				}
				if err != nil || got.status != want {
					t.Errorf("got %d %s %v, want %d", got.status, head(got.body), err, want)
					return
				}
			}
		})
	}
	wait.Wait()
	q := w.store.Catalog().Survey("trial").Current().Questionnaire
	comment := -1
	for i, v := range q.Variables() {
		if v.ID == "comment" {
			comment = i
		}
	}
	seen := map[string]bool{}
	err := w.store.Scan(t.Context(), first, w.store.Watermark(), func(seq uint64, r *response.Response) error {
		text := r.Answers[comment].Words
		if want := response.NewID("trial", text); r.ID != want {
			t.Errorf("response %d holds the text %q of another", seq, text)
		}
		if !strings.HasPrefix(text, r.Service) || r.Service == "" {
			t.Errorf("response %d: got service %q beside %q", seq, r.Service, text)
		}
		seen[strings.Clone(text)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != clients*each {
		t.Errorf("got %d texts, want %d", len(seen), clients*each)
	}
}

// TestValuesOutliveTheirRequest: what a handler takes from a request is its own
// for ever, also after later requests of the same connection.
func TestValuesOutliveTheirRequest(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var kept [][]string
	w := newWorld(t, func(s *Server) {
		s.app.Post("/test/:survey", s.guarded(func(c *fiber.Ctx) error {
			v, err := s.visit(c)
			if err != nil {
				return err
			}
			p, err := s.read(c, v)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			kept = append(kept, append([]string{c.Get("X-Test"), c.Query("service"), c.Params("survey"), p.key, c.Path()}, p.draft.Values["comment"]...))
			return nil
		}, s.metrics.route("POST", "/test/:survey")))
	})
	const rounds = 26
	value := func(i int) string { return strings.Repeat(string(rune('a'+i)), 12) }
	for i := range rounds {
		got := w.do(t, http.MethodPost, "/test/trial?agency=x07210&service="+value(i), url.Values{"draft": {value(i)}, "a.comment": {value(i)}}.Encode(),
			"Content-Type", "application/x-www-form-urlencoded", "X-Test", value(i))
		if got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, head(got.body))
		}
	}
	for i := range rounds {
		want := []string{value(i), value(i), "trial", value(i), "/test/trial", value(i)}
		if diff := cmp.Diff(want, kept[i]); diff != "" {
			t.Errorf("request %d (-want +got):\n%s", i, diff)
		}
	}
}

// TestPanic: a panic in a handler is an error 500 with a number that is also in
// the log, and the process lives.
func TestPanic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) {
		explode := func(*fiber.Ctx) error {
			_ = make([]int, 1)[len(s.app.Config().AppName)] // a panic of the runtime
			return nil
		}
		for _, path := range []string{"/test/bang", "/api/v1/bang"} {
			s.app.Get(path, s.guarded(explode, s.metrics.route("GET", path)))
		}
	})
	for _, path := range []string{"/test/bang?lang=en", "/api/v1/bang?lang=en"} {
		got := w.run(t, scenario{path: path, status: 500, never: []string{"index out of range"}})
		assertSecure(t, path, got)
		assertNumbered(t, w, got, "index out of range")
		assertNumbered(t, w, got, "traps_test.go") // where it was
		w.alive(t)
	}
}

var errorNumber = regexp.MustCompile(`[A-Z2-7]{10}`)

// assertNumbered checks that an answer has a number under which the log has the cause.
func assertNumbered(t *testing.T, w *world, got answer, cause string) {
	t.Helper()
	for _, number := range errorNumber.FindAllString(got.body, -1) {
		for line := range strings.Lines(w.log.String()) {
			if strings.Contains(line, "error_id="+number) && strings.Contains(line, cause) {
				return
			}
		}
	}
	t.Errorf("got %s and log %s, want a number in both and %q in the log", head(got.body), head(w.log.String()), cause)
}

// brokenStore is a store whose disk is gone.
type brokenStore struct{ Store }

var errDisk = errors.New("open /var/lib/hailong.db: input/output error")

func (brokenStore) ByReceipt(response.ReceiptRange) ([]uint64, error) { return nil, errDisk }

func TestInternalErrorsShowNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) { s.store = brokenStore{s.store} })
	var receipt receiptJSON
	w.submit(t, "trial", "k", good).decode(t, &receipt)
	for _, path := range []string{"/r/", "/api/v1/receipts/"} {
		got := w.run(t, scenario{path: path + receipt.Receipt, status: 500, never: []string{"input/output", "/var/lib"}})
		assertNumbered(t, w, got, "input/output error")
	}
	w.alive(t)
}

// TestClosedStore: without its store the server says that it takes nothing now,
// by a number, and nothing of why; and it is not ready.
func TestClosedStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := lastPage(t, w)
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	got := w.submit(t, "trial", "late", good)
	if got.status < 500 {
		t.Fatalf("got %d %s, want 5xx", got.status, got.body)
	}
	p := got.problem(t)
	if p.ErrorID == "" || strings.Contains(got.body, "closed") {
		t.Errorf("got %s", got.body)
	}
	assertNumbered(t, w, got, "store is closed")
	b.press(t, "submit", got.status, "comment", "không mất")
	b.holds(t, "comment", "không mất", "level", "5")
	b.shows(t, `class="summary"`)
	w.alive(t)
}

func TestOverloaded(t *testing.T) {
	t.Parallel()
	e := errs.New(errs.Overloaded, "overloaded").With("seconds", 7)
	w := newWorld(t, func(s *Server) {
		s.app.Post("/api/v1/busy", s.guarded(func(*fiber.Ctx) error { return fmt.Errorf("submit: %w", e) }, s.metrics.route("POST", "/api/v1/busy")))
	})
	got := w.run(t, scenario{method: http.MethodPost, path: "/api/v1/busy?lang=en", status: 503, header: map[string]string{"Retry-After": "7"}})
	if p := got.problem(t); p.Code != "overloaded" || !strings.Contains(p.Detail, "7 seconds") {
		t.Errorf("got %+v", p)
	}
	w.alive(t)
}

// failedStore is a store whose log failed.
type failedStore struct{ Store }

func (failedStore) Failed() error { return errDisk }

func TestMetricsAndReadiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := w.submit(t, "trial", "k", good); got.status != http.StatusCreated {
		t.Fatal(got)
	}
	w.submit(t, "trial", "k", good)
	w.do(t, http.MethodGet, "/results/some-name-of-nobody", "")
	w.do(t, http.MethodGet, "/no/such/page/at/all", "")
	w.run(t, scenario{path: "/readyz", status: 200, want: []string{"ready"}})
	w.run(t, scenario{path: "/metrics", status: 200, want: []string{
		`hailong_http_requests_total{method="POST",route="/api/v1/surveys/:survey/responses",status="201"} 1`,
		`hailong_http_requests_total{method="POST",route="/api/v1/surveys/:survey/responses",status="200"} 1`,
		`hailong_http_requests_total{method="GET",route="/results/:survey",status="404"} 1`,
		`hailong_http_requests_total{method="any",route="unknown",status="404"} 1`,
		`hailong_http_request_seconds_count{method="POST",route="/api/v1/surveys/:survey/responses"} 2`,
		fmt.Sprintf("hailong_log_events_total %d\n", w.store.Watermark()),
		"hailong_log_failed 0\n", "go_goroutines", "process_resident_memory_bytes",
	}, never: []string{"some-name-of-nobody", "x07210", "no/such"}})

	failed := newWorld(t, func(s *Server) {
		s.store = failedStore{s.store}
	})
	failed.run(t, scenario{path: "/readyz", status: 503, want: []string{"log failed"}, never: []string{"input/output"}})
	failed.alive(t)

	w.server.ready.Store(false)
	w.run(t, scenario{path: "/readyz", status: 503, want: []string{"stopping"}})
}

// TestSubmitOutlivesItsClient: a client that goes away does not break the server.
func TestSubmitOutlivesItsClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.address+"/api/v1/surveys/trial/responses", strings.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Idempotency-Key", fmt.Sprint("gone", i))
		go cancel()
		if got, err := w.client.Do(request); err == nil {
			_ = got.Body.Close()
		}
		cancel()
	}
	w.alive(t)
	for i := range 50 { // each can be sent again, and is stored once
		if got := w.submit(t, "trial", fmt.Sprint("gone", i), good); got.status != http.StatusCreated && got.status != http.StatusOK {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
}
