package web

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what an operator watches. Labels are routes and statuses: nothing
// of a respondent.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  fiber.Handler
}

func newMetrics(store Store) *metrics {
	registry := prometheus.NewRegistry()
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hailong_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hailong_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"method", "route"}),
	}
	registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "hailong_log_events_total", Help: "Sequence of the last event that is durable and counted.",
		}, func() float64 { return float64(store.Watermark()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "hailong_log_failed", Help: "1 when the log failed and submissions are refused.",
		}, func() float64 {
			if store.Failed() != nil {
				return 1
			}
			return 0
		}))
	m.handler = adaptor.HTTPHandler(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return m
}

// routeMetrics are the metrics of one route, looked up once: looking them up by
// label for each request costs a tenth of a submission.
type routeMetrics struct {
	seconds  prometheus.Observer
	statuses [600]atomic.Pointer[prometheus.Counter]
	count    func(status int) prometheus.Counter
}

func (m *metrics) route(method, path string) *routeMetrics {
	return &routeMetrics{
		seconds: m.seconds.WithLabelValues(method, path),
		count: func(status int) prometheus.Counter {
			return m.requests.WithLabelValues(method, path, strconv.Itoa(status))
		},
	}
}

// answered counts one request.
func (m *routeMetrics) answered(status int, start time.Time) {
	m.seconds.Observe(time.Since(start).Seconds())
	if status < 0 || status >= len(m.statuses) {
		return
	}
	counter := m.statuses[status].Load()
	if counter == nil {
		c := m.count(status)
		counter = &c
		m.statuses[status].Store(counter)
	}
	(*counter).Inc()
}

// health tells that the process runs.
func (s *Server) health(c *fiber.Ctx) error {
	return c.SendString("ok\n")
}

// readiness tells that submissions are taken.
func (s *Server) readiness(c *fiber.Ctx) error {
	switch {
	case s.store.Failed() != nil:
		return c.Status(fiber.StatusServiceUnavailable).SendString("the log failed; see the log of the server\n")
	case !s.ready.Load():
		return c.Status(fiber.StatusServiceUnavailable).SendString("stopping\n")
	}
	return c.SendString("ready\n")
}
