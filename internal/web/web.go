// Package web serves the pages and the API over Fiber.
//
// All routes stand in one table with the permission each needs. A handler
// returns an error instead of writing one; one place turns errors into pages or
// RFC 9457 problems, and shows nothing of an unexpected one but a number that is
// also in the log. No Fiber type leaves this package, and every string that goes
// further is a copy.
//
// What it does not do: know rules of questionnaires, compute, or store.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/collect"
	"hailong/internal/report"
	"hailong/internal/response"
)

// Store is what web needs of the store besides what collect and report need.
type Store interface {
	collect.Log
	report.Source
	ByReceipt(code response.ReceiptRange) ([]uint64, error)
	At(seq uint64) (*response.Response, error)
	Watermark() uint64
	Failed() error
}

// maxBody is the largest request body in bytes. A whole SIPAS with every text
// at its limit stays below it.
const maxBody = 256 << 10

// Tune sets the runtime up for a server, except where the environment says
// otherwise (GOMAXPROCS, GOGC). One thread waits in fsync almost all the time, so
// two more than the cores run Go code; and memory that is used again right away
// is worth more than a small heap: together a fifth more submissions on two cores.
func Tune() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.NumCPU() + 2)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}

// Server is the web server.
type Server struct {
	app       *fiber.App
	store     Store
	collector *collect.Collector
	report    *report.Report
	log       *slog.Logger
	now       func() time.Time
	metrics   *metrics
	unknown   *routeMetrics // requests that no route takes
	ready     atomic.Bool
	mu        sync.Mutex
	listener  net.Listener      // of Serve; guarded by mu
	stopped   bool              // by Shutdown; guarded by mu
	assets    sync.Map          // encoding and name → compressed file
	inputs    sync.Pool         // *collect.Input
	headers   [][2][]byte       // of every answer
	url       string            // address of the site; empty: that of the request
	indices   []report.OwnIndex // composite indices, in order of their ids
	preview   bool              // nothing is stored, and the last page tells what would be
}

// New returns a server over a store. now tells the day; log gets no answers, no
// addresses and no tokens.
func New(store Store, now func() time.Time, log *slog.Logger) *Server {
	s := newServer(store, now, log)
	s.headers = securityHeaders("'none'")
	s.take(s.routes())
	return s
}

// newServer returns a server without routes.
func newServer(store Store, now func() time.Time, log *slog.Logger) *Server {
	s := &Server{
		store: store, collector: collect.New(store, now), report: report.New(store),
		log: log, now: now, metrics: newMetrics(store),
		inputs: sync.Pool{New: func() any { return new(collect.Input) }},
	}
	s.unknown = s.metrics.route("any", "unknown")
	s.app = fiber.New(fiber.Config{
		AppName:               "hailong",
		DisableStartupMessage: true,
		// Without it every string taken from a request is overwritten by a later one.
		Immutable:     true,
		StrictRouting: true,
		CaseSensitive: true,
		BodyLimit:     maxBody,
		ReadTimeout:   15 * time.Second,
		IdleTimeout:   60 * time.Second,
		// A write timeout would cut long downloads; they end with their client.
		ReadBufferSize:               16 << 10,
		DisablePreParseMultipartForm: true,
		ErrorHandler:                 s.unrouted,
	})
	return s
}

// take makes the routes of a table.
func (s *Server) take(table []route) {
	for _, r := range table {
		s.app.Add(r.method, r.path, s.guarded(r.handler, s.metrics.route(r.method, r.path)))
	}
}

// Serve answers on a listener until Shutdown. It is ready from the first request.
func (s *Server) Serve(listener net.Listener) error {
	s.mu.Lock()
	s.listener = listener
	s.ready.Store(!s.stopped)
	stopped := s.stopped
	s.mu.Unlock()
	if stopped {
		return listener.Close()
	}
	if err := s.app.Listener(lingeringListener{listener}); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// Shutdown tells load balancers that the server is not ready, stops accepting,
// and lets the requests under way finish until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.ready.Store(false)
	s.stopped = true
	listener := s.listener
	s.mu.Unlock()
	err := s.app.ShutdownWithContext(ctx)
	if listener != nil {
		// Fiber forgets a listener that it did not get to yet.
		_ = listener.Close()
	}
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
