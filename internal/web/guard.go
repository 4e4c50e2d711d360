package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
)

// guarded wraps the handler of a route: it refuses requests that could be read
// in two ways, sets the headers every answer has, turns a panic into an error,
// and an error into an answer.
func (s *Server) guarded(handler fiber.Handler, m *routeMetrics) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		start := time.Now() //nolint:forbidigo // measures only
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v: %s", p, debug.Stack())
			}
			if err != nil {
				err = s.fail(c, err)
			}
			m.answered(c.Response().StatusCode(), start)
		}()
		s.secure(c)
		if err := framing(c); err != nil {
			closeGently(c)
			return err
		}
		return handler(c)
	}
}

// unrouted answers what no route takes, and requests that could not be read.
func (s *Server) unrouted(c *fiber.Ctx, err error) error {
	start := time.Now() //nolint:forbidigo // measures only
	s.secure(c)
	if framing(c) != nil {
		closeGently(c) // the rest could be taken for a request of its own
	}
	err = s.fail(c, err)
	s.unknown.answered(c.Response().StatusCode(), start)
	return err
}

// secure sets the headers; the API, whose answers no browser shows, needs only
// the first.
func (s *Server) secure(c *fiber.Ctx) {
	headers := s.headers
	if strings.HasPrefix(c.Path(), "/api/") {
		headers = headers[:1]
	}
	for i := range headers {
		c.Response().Header.SetCanonical(headers[i][0], headers[i][1])
	}
}

// securityHeaders go with every answer: nothing but our own style, script and
// pictures is loaded, only frames may frame a page (none, or our own), no address
// leaks to other sites.
func securityHeaders(frames string) [][2][]byte {
	return [][2][]byte{
		{[]byte("X-Content-Type-Options"), []byte("nosniff")},
		{[]byte("Content-Security-Policy"), []byte("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-src " + frames + "; frame-ancestors " + frames)},
		{[]byte("Referrer-Policy"), []byte("same-origin")},
		{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
		{[]byte("Permissions-Policy"), []byte("camera=(), microphone=(), geolocation=()")},
	}
}

var (
	nameLength   = []byte("content-length")
	nameTransfer = []byte("transfer-encoding")
	nameHost     = []byte("host")
)

// framing refuses what a proxy in front could understand differently than we
// do: two lengths, a length beside chunks, no or two hosts, a name with a blank
// before or after it, which fasthttp takes for another name. It also refuses
// compressed bodies: the body limit counts compressed bytes.
func framing(c *fiber.Ctx) error {
	header := &c.Request().Header
	if len(header.ContentEncoding()) > 0 {
		return errs.New(errs.Unsupported, "content_encoding")
	}
	lengths, transfers, hosts := 0, 0, 0
	raw := header.RawHeaders()
	for len(raw) > 0 {
		var line []byte
		line, raw, _ = bytes.Cut(raw, []byte{'\n'})
		name, _, _ := bytes.Cut(line, []byte{':'})
		switch {
		case blank(name):
			return errs.New(errs.Malformed, "bad_request")
		case bytes.EqualFold(name, nameLength):
			lengths++
		case bytes.EqualFold(name, nameTransfer):
			transfers++
		case bytes.EqualFold(name, nameHost):
			hosts++
		}
	}
	if lengths+transfers > 1 || hosts != 1 {
		return errs.New(errs.Malformed, "bad_request")
	}
	return nil
}

// blank reports whether the name of a header begins or ends with a blank; a line
// that begins with one goes on with the header above it.
func blank(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	first, last := name[0], name[len(name)-1]
	return first == ' ' || first == '\t' || last == ' ' || last == '\t'
}

// errorID names an unexpected error for the person who reports it and in the log.
func errorID() string { return rand.Text()[:10] }
