package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/seal"
	"hailong/static"
)

// wholeVisit reads the address of a document with a whole questionnaire. A kiosk
// is one, whatever its address says.
func (s *Server) wholeVisit(c *fiber.Ctx, kiosk bool) (visit, error) {
	v, err := s.visit(c)
	if err == nil && kiosk {
		asked := v.asked
		asked.Channel, asked.Invitation = response.Kiosk.String(), ""
		v, err = s.visitTo(c, v.survey, asked)
	}
	switch {
	case err != nil:
		return v, err
	case v.agency == nil:
		return v, errs.New(errs.NotFound, "unknown_agency")
	case !page.Wholesome(v.survey.Current().Questionnaire):
		return v, errs.New(errs.NotFound, "not_whole")
	}
	return v, nil
}

// whole sends a questionnaire in one document, for devices to keep. There is
// nothing of a person in it; what an invitation or a pass is good for is decided
// when answers come in.
func (s *Server) whole(c *fiber.Ctx) error {
	v, err := s.wholeVisit(c, false)
	if err != nil {
		return err
	}
	if e, ok := errors.AsType[*errs.Error](v.refuse); v.refuse != nil && (!ok || e.Code != string(catalog.InvitationRequired)) {
		return v.refuse
	}
	t := s.sit(c, v, v.survey.Current().Questionnaire, map[string][]string{})
	return s.shared(c, page.NewWhole(s.wholeInput(c, t)))
}

// wholeInput is what a whole questionnaire is made from.
func (s *Server) wholeInput(c *fiber.Ctx, t *sitting) page.FormInput {
	in := page.FormInput{
		Frame: s.frame(c, page.UI(t.lang)), Lang: t.lang, Questionnaire: t.q, Values: t.draft.Values, Problems: t.problems,
		Agencies: s.store.Catalog().Agencies, Day: s.today(), Agency: t.agency.Name.In(page.UI(t.lang)), Service: c.Query("service"),
		Hide: map[string]bool{}, Lookup: t.draft.Lookup(collect.Place{}),
	}
	in.Frame.URL = open(in.Frame.URL)
	for p := range t.q.Pages {
		for id := range t.draft.Hides(collect.Place{Page: p}) {
			in.Hide[id] = true
		}
	}
	return in
}

// open returns an address without what is secret in it.
func open(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	query.Del("k")
	query.Del("t")
	u.RawQuery = query.Encode()
	return u.String()
}

// shared answers with a page that is the same for everybody who reads its
// language: a browser that has it is told so.
func (s *Server) shared(c *fiber.Ctx, p page.Page) error {
	var b bytes.Buffer
	if err := page.Render(&b, p); err != nil {
		return err
	}
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderContentLanguage, p.Language())
	return sendTagged(c, fiber.MIMETextHTMLCharsetUTF8, b.Bytes())
}

// sendTagged sends what may be kept, but is asked for anew each time.
func sendTagged(c *fiber.Ctx, mediaType string, body []byte) error {
	sum := sha256.Sum256(body)
	tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	for known := range strings.SplitSeq(c.Get(fiber.HeaderIfNoneMatch), ",") {
		if strings.TrimSpace(known) == tag {
			c.Vary(fiber.HeaderAcceptEncoding)
			return c.SendStatus(http.StatusNotModified)
		}
	}
	c.Set(fiber.HeaderContentType, mediaType)
	return sendText(c, body)
}

// postWhole stores a questionnaire that was filled in at once: on a device that
// had no network, at a kiosk, or without a script. A program that asks for JSON
// gets the receipt, or what is wrong, as the API gives it.
func (s *Server) postWhole(c *fiber.Ctx) error {
	t, receipt, err := s.takeWhole(c, false)
	switch {
	case err == nil && wantsJSON(c):
		return s.tellReceipt(c, receipt, s.doneAddress(c, t, receipt))
	case err == nil:
		return c.Redirect(s.doneAddress(c, t, receipt), http.StatusSeeOther)
	case t == nil || wantsJSON(c):
		return s.refuseWhole(c, t, err)
	case errs.KindOf(err) == errs.Conflict:
		// It was sent, and then changed and sent again: the first stays.
		return s.already(c, t, receipt.Code)
	}
	e, status, id := s.explain(c, err)
	s.refuse(c, e, status)
	t.problems = problemsOf(e, id)
	return s.render(c, page.NewWhole(s.wholeInput(c, t)))
}

// takeWhole reads and stores a whole questionnaire. The sitting is nil when it
// can't even be read.
func (s *Server) takeWhole(c *fiber.Ctx, kiosk bool) (*sitting, collect.Receipt, error) {
	v, err := s.wholeVisit(c, kiosk)
	if err != nil {
		return nil, collect.Receipt{}, err
	}
	t, err := s.read(c, v)
	if err != nil {
		return nil, collect.Receipt{}, err
	}
	in := s.submission(c, t)
	// The device counted: the time that a response waited for a network is not the
	// time that it took. 0, as without a script, is unknown.
	in.Seconds, _ = strconv.Atoi(string(c.Request().PostArgs().Peek("seconds")))
	in.Channel = t.asked.Channel
	receipt, err := s.collector.Submit(c.UserContext(), in)
	if err != nil {
		return t, receipt, err //nolint:wrapcheck // an error of ours, to be told apart
	}
	s.submitted(c, t.survey.Slug, t.agency.ID, receipt)
	s.leave(c, t, receipt.New)
	return t, receipt, nil
}

// wantsJSON reports whether a program asks, which no browser does when it opens a page.
func wantsJSON(c *fiber.Ctx) bool { return c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON }

// sentReceipt is what a script is told of a response that is stored.
type sentReceipt struct {
	Receipt string `json:"receipt"`
	Seq     uint64 `json:"seq"`
	Done    string `json:"done"` // address of the thanks
}

func (s *Server) tellReceipt(c *fiber.Ctx, receipt collect.Receipt, done string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return sendJSON(c, fiber.MIMEApplicationJSON, sentReceipt{receipt.Code, receipt.Seq, done})
}

// wholeProblem is a problem as the API tells it, and what helps with it.
type wholeProblem struct {
	problemJSON
	Challenge string `json:"challenge,omitempty"` // to send again with, when so many seconds have gone by
	Seconds   int    `json:"seconds,omitempty"`
}

// refuseWhole tells a script what is wrong. A response that lacks its proof of
// work, because its questionnaire was filled in without a network, gets a
// challenge: to come again later is proof enough.
func (s *Server) refuseWhole(c *fiber.Ctx, t *sitting, err error) error {
	if !wantsJSON(c) {
		return err
	}
	e, status, id := s.explain(c, err)
	status = s.refuse(c, e, status)
	lang := s.lang(c)
	if t != nil {
		lang = page.UI(t.lang)
	}
	body := wholeProblem{problemJSON: problemOf(lang, e, status, id)}
	if challenge := s.effort(t, e); challenge != "" {
		body.Code, body.Challenge, body.Seconds = "effort_required", challenge, seal.Wait+1
	}
	return sendJSON(c, "application/problem+json", body)
}

// effort is the challenge for a response that was refused only because work is
// missing: the one it has, when that needs nothing but more time.
func (s *Server) effort(t *sitting, e *errs.Error) string {
	if t == nil {
		return ""
	}
	if e.Code != "effort_required" && (len(e.Problems) != 1 || e.Problems[0].Item != "effort") {
		return ""
	}
	if issued, ok := s.issued(t); ok && s.now().Unix()-issued < effortAge {
		return t.effort // all that it needs is time
	}
	return s.collector.Challenge(t.survey.Slug, t.key)
}

// problemsOf are the problems of an error, at least one.
func problemsOf(e *errs.Error, id string) []errs.Problem {
	switch {
	case len(e.Problems) > 0:
		return e.Problems
	case id != "":
		return []errs.Problem{{Code: "internal", Args: map[string]any{"id": id}}}
	}
	return []errs.Problem{{Code: e.Code, Args: e.Args}}
}

// doneAddress is where a stored response is thanked for.
func (s *Server) doneAddress(c *fiber.Ctx, t *sitting, receipt collect.Receipt) string {
	query := url.Values{"receipt": {receipt.Code}}
	if receipt.End != "" {
		query.Set("end", receipt.End)
	}
	if len(receipt.Dropped) > 0 {
		query.Set("dropped", strings.Join(receipt.Dropped, " "))
	}
	if len(query) > 1 {
		query.Set("version", t.q.Version[:12])
		query.Set("agency", t.agency.ID)
	}
	if c.Query("lang") != "" || t.lang != s.tongue(c, t.q, "") {
		query.Set("lang", t.lang)
	}
	return "/s/" + t.survey.Slug + "/done?" + query.Encode()
}

// worker sends the service worker. It names the files of this version, so that
// browsers notice a new one.
func (s *Server) worker(c *fiber.Ctx) error {
	file, ok := static.Open(static.Name("sw.js"))
	if !ok {
		return errs.New(errs.NotFound, "unknown_page")
	}
	version := sha256.New()
	for _, name := range []string{
		"app.css", "kiosk.css", "noscript.css", "queue.js", "whole.js", "outbox.js", "logic.js", "kiosk.js", "office.js", "favicon.svg",
	} {
		version.Write([]byte(static.Name(name)))
	}
	head := "const VERSION=" + strconv.Quote(hex.EncodeToString(version.Sum(nil)[:8])) +
		",FILES={queue:" + strconv.Quote(static.Name("queue.js")) + "};\n"
	return sendTagged(c, file.Type, append([]byte(head), file.Data...))
}
