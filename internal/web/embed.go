package web

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/page"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/static"
)

// The widget sets no cookie and stores nothing of the page around it, but for
// its address where the questionnaire keeps one (a hidden item named in
// pageItems). Which sites may show it in a frame says the wave (embed), and their
// browsers enforce it; a site that is not among them gets a page that has nothing
// to press on, where its address is told.

// pageItems are the ids of hidden items that take the address of the page around.
func pageItems() []string { return []string{"rated_page", "page"} }

// maxPage is the longest address of a page that is taken, in characters.
const maxPage = 300

// anySite is the entry of a wave that lets every site show the survey.
const anySite = "*"

// framed says, in the headers, which sites may show this answer in a frame.
func (s *Server) framed(c *fiber.Ctx, origins []string) {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "+
		"frame-ancestors 'self' "+strings.Join(origins, " "))
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set("Cross-Origin-Opener-Policy", "unsafe-none")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// mayFrame reports whether the site that shows this answer in a frame may, as
// far as its browser tells; where it does not, the browser itself keeps to the
// header.
func (s *Server) mayFrame(c *fiber.Ctx, origins []string) bool {
	if len(origins) == 0 {
		return false
	}
	referer, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || referer.Host == "" || c.Get("Sec-Fetch-Dest") != "iframe" || slices.Contains(origins, anySite) {
		return true
	}
	return referer.Host == string(c.Request().Host()) || slices.Contains(origins, referer.Scheme+"://"+referer.Host)
}

// sendWidget answers with a widget.
func (s *Server) sendWidget(c *fiber.Ctx, w *page.Widget) error {
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, w.Tongue)
	return sendText(c, b.Bytes())
}

// embedded is what a widget's address says, and what it is about.
type embedded struct {
	visit
	q     *questionnaire.Questionnaire
	more  map[string]bool
	theme string
}

// embedding reads the address. A nil result means that the answer, a refusal, is
// sent; it may be framed by any site, because there is nothing in it to press on.
func (s *Server) embedding(c *fiber.Ctx) (*embedded, error) {
	v, err := s.visit(c)
	if v.survey == nil {
		return nil, s.refuseWidget(c, v, err)
	}
	if v.asked.Channel != "" { // whatever it says: a widget is a link
		v.asked.Channel = ""
		v, err = s.visitTo(c, v.survey, v.asked)
	}
	if err == nil {
		err = v.refuse
	}
	switch {
	case err != nil:
		return nil, s.refuseWidget(c, v, err)
	case v.wave == nil || !s.mayFrame(c, v.wave.Embed):
		return nil, s.refuseWidget(c, v, errs.New(errs.Forbidden, "not_embedded"))
	case v.agency == nil:
		return nil, s.refuseWidget(c, v, errs.New(errs.NotFound, "embed_no_agency"))
	}
	e := &embedded{visit: v, q: v.survey.Current().Questionnaire, theme: c.Query("theme")}
	if first, _ := page.WidgetItems(e.q); first == nil {
		return nil, s.refuseWidget(c, v, errs.New(errs.Forbidden, "embed_too_long"))
	}
	s.framed(c, v.wave.Embed)
	return e, nil
}

// refuseWidget says in the frame why there is nothing to answer.
func (s *Server) refuseWidget(c *fiber.Ctx, v visit, err error) error {
	e, status, id := s.explain(c, err)
	s.refuse(c, e, status)
	s.framed(c, []string{anySite})
	lang := v.lang
	if lang == "" {
		lang = s.lang(c)
	}
	frame := s.frame(c, page.UI(lang))
	args := e.Args
	why := i18n.T(frame.Lang, "error."+e.Code, args)
	if len(e.Problems) > 0 {
		why = i18n.T(frame.Lang, "problem."+e.Problems[0].Code, e.Problems[0].Args)
	}
	if id != "" {
		why = i18n.T(frame.Lang, "error.internal", map[string]any{"id": id})
	}
	title, link := i18n.T(frame.Lang, "site.name", nil), ""
	if v.survey != nil {
		title = v.survey.Current().Questionnaire.Title.In(lang)
		if v.refuse == nil {
			p := page.Place{Survey: v.survey.Slug, Wave: c.Query("wave"), Service: c.Query("service"), Lang: lang}
			if v.agency != nil {
				p.Agency = v.agency.ID
			}
			link = p.Form()
		}
	}
	return s.sendWidget(c, page.NewWidgetRefused(frame, title, c.Query("theme"), why, link))
}

// seat begins a step of somebody who answers in a widget.
func (s *Server) seat(c *fiber.Ctx, e *embedded, t *sitting) {
	if t.draft.Parameters == nil {
		t.draft.Parameters = map[string]string{}
	}
	for _, it := range hiddenItems(t.q) {
		if slices.Contains(pageItems(), it.ID) {
			if address := pageAddress(c.Query("page", c.Query(it.ID))); address != "" {
				t.draft.Parameters[it.ID] = address
			} else {
				delete(t.draft.Parameters, it.ID)
			}
		}
	}
	t.begin()
	e.more = more(t)
}

// pageAddress is the address of a page without what follows ? or #, which may
// say who looks at it; empty for what is none.
func pageAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	address := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	if len(address) > maxPage {
		return ""
	}
	return address
}

// more tells after which answers to the first question the second is asked; nil
// when it always is, or there is none.
func more(t *sitting) map[string]bool {
	first, second := page.WidgetItems(t.q)
	if second == nil || second.ShowIf == "" {
		return nil
	}
	list := map[string]bool{}
	for i := range first.Options {
		code := first.Options[i].Code
		trial := &collect.Draft{
			Questionnaire: t.q, World: t.draft.World, Parameters: t.draft.Parameters, Values: map[string][]string{first.ID: {code}},
		}
		list[code] = !trial.Hides(collect.Place{})[second.ID]
	}
	return list
}

// embed shows the widget.
func (s *Server) embed(c *fiber.Ctx) error {
	e, err := s.embedding(c)
	if e == nil {
		return err
	}
	t := s.sit(c, e.visit, e.q, map[string][]string{})
	t.key, t.started = rand.Text(), strconv.FormatInt(s.now().Unix(), 10)
	s.seat(c, e, t)
	return s.showWidget(c, e, t)
}

func (s *Server) showWidget(c *fiber.Ctx, e *embedded, t *sitting) error {
	return s.sendWidget(c, page.NewWidget(s.input(c, t), e.theme, e.more))
}

// postEmbed stores what was answered in a widget.
func (s *Server) postEmbed(c *fiber.Ctx) error {
	e, err := s.embedding(c)
	if e == nil {
		return err
	}
	t, err := s.read(c, e.visit)
	if err != nil {
		return s.refuseWidget(c, e.visit, err)
	}
	e.visit = t.visit
	s.seat(c, e, t)
	in := t.draft.Submission()
	in.Key, in.Seconds = t.key, s.since(t.started)
	in.Wave, in.Service, in.Channel, in.Counter = t.asked.Wave, t.service, response.Link.String(), t.counter
	in.Challenge, in.Solution, in.Trap = t.effort, t.solution, t.trap
	receipt, err := s.collector.Submit(c.UserContext(), in)
	if err != nil {
		x, status, id := s.explain(c, err)
		s.refuse(c, x, status)
		t.problems = x.Problems
		if len(t.problems) == 0 {
			t.problems = []errs.Problem{{Code: x.Code, Args: x.Args}}
			if id != "" {
				t.problems = []errs.Problem{{Code: "internal", Args: map[string]any{"id": id}}}
			}
		}
		if x.Code == string(catalog.SurveyFull) || x.Code == string(catalog.QuotaFull) {
			return s.refuseWidget(c, t.visit, err)
		}
		return s.showWidget(c, e, t)
	}
	s.submitted(c, t.survey.Slug, t.agency.ID, receipt)
	query := url.Values{"receipt": {receipt.Code}, "lang": {t.lang}}
	for _, name := range []string{"theme", "wave"} {
		if value := c.Query(name); value != "" {
			query.Set(name, value)
		}
	}
	return c.Redirect("/embed/"+t.survey.Slug+"/done?"+query.Encode(), http.StatusSeeOther)
}

// embedDone thanks, in the frame.
func (s *Server) embedDone(c *fiber.Ctx) error {
	survey, err := s.survey(c)
	if err != nil {
		return s.refuseWidget(c, visit{}, err)
	}
	origins := []string{anySite} // nothing to press on
	if wave, _, err := collect.FindWave(survey, c.Query("wave")); err == nil && wave != nil && len(wave.Embed) > 0 {
		origins = wave.Embed
	}
	s.framed(c, origins)
	q := survey.Current().Questionnaire
	lang := s.tongue(c, q, c.Query("lang"))
	code := c.Query("receipt")
	if _, ok := response.ParseReceipt(code); !ok {
		code = ""
	}
	tell := page.Teller{Questionnaire: q, Lang: lang}
	return s.sendWidget(c, page.NewWidgetDone(s.frame(c, page.UI(lang)), tell, c.Query("theme"), code))
}

// embedScript is the web component, at an address that stays: pages of other
// sites name it.
func (s *Server) embedScript(c *fiber.Ctx) error {
	file, ok := static.Open(static.Name("embed.js"))
	if !ok {
		return errs.New(errs.NotFound, "unknown_page")
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	tag := `"` + strings.TrimPrefix(static.Name("embed.js"), static.Prefix) + `"`
	c.Set(fiber.HeaderETag, tag)
	if c.Get(fiber.HeaderIfNoneMatch) == tag {
		return c.SendStatus(http.StatusNotModified)
	}
	c.Vary(fiber.HeaderAcceptEncoding)
	how := encoding(c)
	if how == "" {
		return c.Send(file.Data)
	}
	c.Set(fiber.HeaderContentEncoding, how)
	return c.Send(s.packed(file, how))
}
