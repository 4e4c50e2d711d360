package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
)

// guard refuses requests that could be read in two ways, sets the headers every
// answer has, and turns a panic into an error.
func (s *Server) guard(c *fiber.Ctx) (err error) {
	start := time.Now() //nolint:forbidigo // measures only
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if err != nil {
			err = s.fail(c, err)
		}
		s.metrics.count(c, start)
	}()
	setHeaders(c)
	if err := framing(c); err != nil {
		c.Context().SetConnectionClose()
		return err
	}
	return c.Next()
}

func setHeaders(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
}

var (
	nameLength   = []byte("content-length")
	nameTransfer = []byte("transfer-encoding")
	nameHost     = []byte("host")
)

// framing refuses what a proxy in front could understand differently than we
// do: two lengths, a length beside chunks, no or two hosts. It also refuses
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

func notFound(c *fiber.Ctx) error {
	return errs.New(errs.NotFound, "unknown_page")
}

// errorID names an unexpected error for the person who reports it and in the log.
func errorID() string { return rand.Text()[:10] }
