package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/page"
)

// statuses maps the closed set of error kinds to statuses.
var statuses = map[errs.Kind]int{
	errs.Internal:    http.StatusInternalServerError,
	errs.Malformed:   http.StatusBadRequest,
	errs.Invalid:     http.StatusUnprocessableEntity,
	errs.NotFound:    http.StatusNotFound,
	errs.Forbidden:   http.StatusForbidden,
	errs.Gone:        http.StatusGone,
	errs.Conflict:    http.StatusConflict,
	errs.TooLarge:    http.StatusRequestEntityTooLarge,
	errs.Unsupported: http.StatusUnsupportedMediaType,
	errs.Overloaded:  http.StatusServiceUnavailable,
}

// problemJSON is RFC 9457's problem detail with our list of problems.
type problemJSON struct {
	Type     string        `json:"type"`
	Title    string        `json:"title"`
	Status   int           `json:"status"`
	Detail   string        `json:"detail"`
	Code     string        `json:"code"`
	ErrorID  string        `json:"error_id,omitempty"`
	Problems []itemProblem `json:"problems,omitempty"`
}

type itemProblem struct {
	Item    string `json:"item"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// fail answers a request with an error. It is Fiber's error handler too, so it
// also gets the errors of reading a request.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	e, status, id := s.explain(c, err)
	status = s.refuse(c, e, status)
	lang := s.lang(c)
	if !strings.HasPrefix(c.Path(), "/api/") {
		return s.render(c, page.NewProblem(s.frame(c, lang), status, e, id))
	}
	return sendJSON(c, "application/problem+json", problemOf(lang, e, status, id))
}

// problemOf words an error for a program.
func problemOf(lang string, e *errs.Error, status int, id string) problemJSON {
	body := problemJSON{
		Type: "about:blank", Title: i18n.T(lang, "status."+strconv.Itoa(status), nil), Status: status,
		Detail: i18n.T(lang, "error."+e.Code, e.Args), Code: e.Code, ErrorID: id,
	}
	for _, p := range e.Problems {
		body.Problems = append(body.Problems, itemProblem{p.Item, p.Code, i18n.T(lang, "problem."+p.Code, p.Args)})
	}
	return body
}

// refuse sets the status of an error and the headers that go with it.
func (s *Server) refuse(c *fiber.Ctx, e *errs.Error, status int) int {
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if seconds, ok := e.Args["seconds"]; ok {
		c.Set(fiber.HeaderRetryAfter, fmt.Sprint(seconds))
	}
	if status == http.StatusRequestEntityTooLarge || status == http.StatusBadRequest {
		closeGently(c)
	}
	return status
}

// explain turns any error into one that may be shown, with its status, and logs
// what may not under the returned number.
func (s *Server) explain(c *fiber.Ctx, err error) (*errs.Error, int, string) {
	if f, ok := errors.AsType[*fiber.Error](err); ok {
		e, status := fromFiber(f)
		return e, status, ""
	}
	e, ok := errors.AsType[*errs.Error](err)
	if ok && e.Kind != errs.Internal {
		return e, statuses[e.Kind], ""
	}
	id := errorID()
	s.log.Error("request failed", "error_id", id, "method", c.Method(), "route", c.Route().Path, "error", err)
	if s.store.Failed() != nil {
		return errs.New(errs.Overloaded, "read_only").With("id", id).With("seconds", 30), http.StatusServiceUnavailable, id
	}
	return errs.New(errs.Internal, "internal").With("id", id), http.StatusInternalServerError, id
}

// fromFiber words the errors that Fiber makes while it reads a request.
func fromFiber(f *fiber.Error) (*errs.Error, int) {
	switch f.Code {
	case http.StatusRequestEntityTooLarge:
		return errs.New(errs.TooLarge, "body_too_large").With("max", maxBody>>10), f.Code
	case http.StatusMethodNotAllowed:
		return errs.New(errs.Malformed, "method_not_allowed"), f.Code
	case http.StatusNotFound:
		return errs.New(errs.NotFound, "unknown_page"), f.Code
	}
	return errs.New(errs.Malformed, "bad_request"), f.Code
}

// lang returns the language of a request: its parameter, or else what the
// browser wishes.
func (s *Server) lang(c *fiber.Ctx) string {
	return i18n.Match(c.Query("lang"), c.Get(fiber.HeaderAcceptLanguage))
}

func (s *Server) frame(c *fiber.Ctx, lang string) page.Frame {
	return page.Frame{Lang: lang, URL: string(c.Request().URI().RequestURI())}
}

// render answers with a page. Pages depend on the language wish, and those
// with answers in them must not be kept by anybody else.
func (s *Server) render(c *fiber.Ctx, p page.Page) error {
	var b bytes.Buffer
	if err := page.Render(&b, p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, p.Language())
	c.Vary(fiber.HeaderAcceptLanguage)
	if len(c.Response().Header.Peek(fiber.HeaderCacheControl)) == 0 {
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
	}
	return sendText(c, b.Bytes())
}

func sendJSON(c *fiber.Ctx, contentType string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	c.Set(fiber.HeaderContentType, contentType)
	return sendText(c, append(b, '\n'))
}
