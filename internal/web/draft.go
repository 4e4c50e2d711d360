package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/collect"
	"hailong/internal/draft"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/seal"
)

// The cookies. Neither names anybody, and everything works without them.
const (
	draftCookie  = "hl_draft" // token of an unfinished form of one survey
	deviceCookie = "hl_seen"  // seal.Device
	deviceDays   = 180
)

// keeps reports whether drafts of a visit are kept: not on devices that belong to
// nobody, nor where staff type what others said.
func (s *Server) keeps(v *visit) bool {
	switch v.channel {
	case response.Kiosk, response.Paper, response.Phone:
		return false
	case response.Link, response.QR, response.Invitation, response.Import:
	}
	return !s.preview
}

// answered reports whether anything is answered.
func (t *sitting) answered() bool {
	for _, values := range t.draft.Values {
		for _, value := range values {
			if value != "" {
				return true
			}
		}
	}
	return false
}

// content is what is kept of a sitting.
func (s *Server) content(t *sitting) *draft.Content {
	return &draft.Content{
		Survey: t.survey.Slug, Version: t.q.Version, Agency: t.agency.ID, Service: t.service, Channel: t.asked.Channel,
		Wave: t.asked.Wave, Counter: t.counter, Lang: t.lang, Pass: t.pass, Invitation: t.invitation,
		Parameters: t.draft.Parameters, Consent: t.draft.Consent, Page: t.at.Page, About: t.at.About,
		Seconds: s.since(t.started), Values: t.draft.Values,
	}
}

// keep makes the draft of a form durable before its next page is shown. That it
// could not be is said, and hinders nobody: the form carries all answers.
func (s *Server) keep(c *fiber.Ctx, t *sitting) {
	if c.Method() != http.MethodPost || !t.answered() {
		return
	}
	if err := s.saveDraft(c, t); err != nil {
		_, _, _ = s.explain(c, err) // notes in the log what is nobody's fault
		t.unsaved = true
	}
}

// saveDraft keeps a draft and puts its token on the device.
func (s *Server) saveDraft(c *fiber.Ctx, t *sitting) error {
	token, ok := draft.ParseToken(t.key)
	if !ok || !s.keeps(&t.visit) {
		return nil
	}
	if err := s.collector.SaveDraft(c.UserContext(), token, s.content(t)); err != nil {
		return err //nolint:wrapcheck // an error of ours, to be told apart
	}
	s.setCookie(c, draftCookie, t.key, "/s/"+t.survey.Slug, collect.DraftDays)
	return nil
}

// postDraft keeps what a script sends while somebody fills in a page.
func (s *Server) postDraft(c *fiber.Ctx) error {
	t, err := s.posted(c)
	if err != nil {
		return err
	}
	// A late one must not bring back the draft of what was sent meanwhile.
	_, sent, err := s.stored(t.survey.Slug, t.key)
	if err != nil {
		return err
	}
	if !sent && t.answered() && (t.q.Consent == nil || t.draft.Consent) {
		if err := s.saveDraft(c, t); err != nil {
			return err
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendStatus(http.StatusNoContent)
}

// ofDraft takes what is done with a draft as a whole. done tells that the
// request is answered.
func (s *Server) ofDraft(c *fiber.Ctx, t *sitting) (done bool, err error) {
	switch t.button {
	case "submit":
		return false, nil // sent again, it has the same receipt
	case "discard":
		return true, s.discard(c, t)
	}
	if code, sent, err := s.stored(t.survey.Slug, t.key); sent || err != nil {
		if err != nil {
			return true, err
		}
		return true, s.already(c, t, code)
	}
	if t.button == "resume" {
		return true, s.resume(c, t)
	}
	return false, nil
}

// discard throws a draft away and begins again.
func (s *Server) discard(c *fiber.Ctx, t *sitting) error {
	if token, ok := draft.ParseToken(t.key); ok {
		content, err := s.collector.Draft(token)
		if err != nil {
			return err //nolint:wrapcheck // an error of ours, to be told apart
		}
		if content != nil && content.Invitation != "" {
			t.invitation = content.Invitation
		}
		if err := s.collector.DropDraft(c.UserContext(), token); err != nil {
			return err //nolint:wrapcheck // an error of ours, to be told apart
		}
	}
	s.clearDraft(c, t.survey.Slug, t.key)
	if t.invitation != "" {
		// Not by an address: the code would stand in it.
		return s.openInvited(c, t.invitation, t.survey.Slug)
	}
	return seeOther(c, t.action())
}

// later says how to go on another time.
func (s *Server) later(c *fiber.Ctx, t *sitting) error {
	if !s.keeps(&t.visit) {
		return s.turn(c, t)
	}
	if err := s.saveDraft(c, t); err != nil {
		_, _, _ = s.explain(c, err)
		t.unsaved = true
		return s.render(c, page.NewForm(s.input(c, t)))
	}
	link, err := s.absolute(c, "/d/"+t.key)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	until := response.DayOf(s.now()) + collect.DraftDays
	return s.render(c, page.NewLater(s.input(c, t), link, until.String()))
}

// offerDraft offers to go on with the draft that this device has of a survey.
// shown tells that it did.
func (s *Server) offerDraft(c *fiber.Ctx, v *visit) (shown bool, err error) {
	token, ok := draft.ParseToken(c.Cookies(draftCookie))
	if !ok || !s.keeps(v) {
		return false, nil
	}
	content, err := s.collector.Draft(token)
	if err != nil {
		// A draft that can't be read keeps nobody from answering. It stays on the
		// device, for another time.
		_, _, _ = s.explain(c, err)
		return false, nil
	}
	if content == nil || content.Survey != v.survey.Slug {
		s.clearDraft(c, v.survey.Slug, string(token))
		return false, nil
	}
	if v.invitation != "" && content.Invitation != v.invitation {
		return false, nil // another visit to an office, another form
	}
	t, err := s.open(c, token, content)
	if err != nil || t == nil {
		return false, err
	}
	if v.asked.Lang != "" {
		t.lang = s.tongue(c, t.q, v.asked.Lang)
	}
	p := s.offer(c, t)
	p.Other = v.agency != nil && v.agency.ID != t.agency.ID
	return true, s.render(c, p)
}

// showDraft offers to go on with a draft that a link leads to. That it was
// opened changes nothing: programs that look into links open it too.
func (s *Server) showDraft(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	token, ok := draft.ParseToken(strings.ToUpper(c.Params("token")))
	if !ok {
		return s.noDraft(c)
	}
	content, err := s.collector.Draft(token)
	if err != nil {
		return err //nolint:wrapcheck // an error of ours, to be told apart
	}
	if content == nil {
		return s.noDraft(c)
	}
	t, err := s.open(c, token, content)
	if err != nil {
		return err
	}
	if t == nil {
		return s.noDraft(c)
	}
	if wish := c.Query("lang"); wish != "" {
		t.lang = s.tongue(c, t.q, wish)
	}
	return s.render(c, s.offer(c, t))
}

func (s *Server) noDraft(c *fiber.Ctx) error {
	c.Status(http.StatusNotFound)
	return s.render(c, &page.Resume{Frame: s.frame(c, s.lang(c)), Gone: true})
}

// open makes a sitting of a draft; nil when its survey is not known, or it was
// sent.
func (s *Server) open(c *fiber.Ctx, token draft.Token, content *draft.Content) (*sitting, error) {
	survey := s.store.Catalog().Survey(content.Survey)
	if survey == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	if _, sent, err := s.stored(survey.Slug, string(token)); sent || err != nil {
		return nil, err
	}
	version := survey.Version(content.Version)
	if version == nil {
		version = survey.Current()
	}
	q := version.Questionnaire
	asked := page.Place{
		Survey: survey.Slug, Agency: content.Agency, Counter: content.Counter, Channel: content.Channel, Service: content.Service,
		Wave: content.Wave, Pass: content.Pass, Invitation: content.Invitation,
	}
	for _, it := range hiddenItems(q) {
		if value := content.Parameters[it.ID]; value != "" {
			asked.Parameters = append(asked.Parameters, page.Field{Name: it.ID, Value: value})
		}
	}
	v, err := s.visitTo(c, survey, asked)
	if err != nil {
		return nil, err
	}
	if v.agency == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	v.lang = s.tongue(c, q, content.Lang)
	if content.Values == nil {
		content.Values = map[string][]string{}
	}
	t := s.sit(c, v, q, content.Values)
	t.key, t.draft.Consent = string(token), content.Consent
	t.started = strconv.FormatInt(s.now().Unix()-int64(content.Seconds), 10)
	t.resume(content.Page, content.About)
	return t, nil
}

// offer is the page that offers to go on.
func (s *Server) offer(c *fiber.Ctx, t *sitting) *page.Resume {
	c.Set(fiber.HeaderCacheControl, "no-store")
	in := s.input(c, t)
	in.Action = t.action()
	p := page.NewResume(in)
	if t.refuse == nil {
		return p
	}
	// It can't be sent: then at least it can be read.
	e, _, _ := s.explain(c, t.refuse)
	p.Refuse(e)
	tell := t.teller()
	p.Tell(tell, "")
	told := map[string]bool{}
	for _, step := range t.draft.Steps() {
		if step.About == "" || told[step.About] {
			continue
		}
		told[step.About] = true
		name := step.About
		if a := t.draft.World.Agencies.ByID(name); a != nil {
			name = a.Name.In(page.UI(t.lang))
		}
		tell.Lookup = t.draft.Lookup(step)
		p.Tell(tell, name)
	}
	return p
}

// resume goes on with a draft, on this device from now on.
func (s *Server) resume(c *fiber.Ctx, t *sitting) error {
	token, ok := draft.ParseToken(t.key)
	if !ok {
		return s.noDraft(c)
	}
	content, err := s.collector.Draft(token)
	if err != nil {
		return err //nolint:wrapcheck // an error of ours, to be told apart
	}
	if content == nil || content.Survey != t.survey.Slug {
		s.clearDraft(c, t.survey.Slug, t.key)
		return s.noDraft(c)
	}
	going, err := s.open(c, token, content)
	if err != nil {
		return err
	}
	switch {
	case going == nil:
		return s.noDraft(c)
	case going.refuse != nil:
		return s.render(c, s.offer(c, going))
	case going.agency.ID != t.agency.ID:
		return s.noDraft(c) // the form is sent to where the draft leads
	}
	if wish := string(c.Request().PostArgs().Peek("lang")); wish != "" {
		going.lang = s.tongue(c, going.q, wish)
		going.draft.World.Lang = going.lang
	}
	return s.turn(c, going)
}

// leave notes on the device that a response was sent from it.
func (s *Server) leave(c *fiber.Ctx, t *sitting, isNew bool) {
	s.clearDraft(c, t.survey.Slug, t.key)
	if !isNew || t.channel != response.Link && t.channel != response.QR || t.wave == nil {
		return
	}
	device, secret := s.device(c), s.store.Secret()
	device.Add(secret, t.survey.Slug, t.wave.ID, t.agency.ID)
	s.setCookie(c, deviceCookie, device.Text(secret), "/", deviceDays)
}

// device is what the device says was answered on it.
func (s *Server) device(c *fiber.Ctx) seal.Device {
	return seal.ParseDevice(s.store.Secret(), c.Cookies(deviceCookie))
}

func (s *Server) setCookie(c *fiber.Ctx, name, value, path string, days int) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: path, MaxAge: days * 24 * 60 * 60, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: c.Secure() || strings.HasPrefix(s.url, "https:"),
	})
}

// clearDraft takes the token of a draft from the device, unless it is another's.
func (s *Server) clearDraft(c *fiber.Ctx, survey, key string) {
	if key == "" || c.Cookies(draftCookie) != key {
		return
	}
	c.Cookie(&fiber.Cookie{
		Name: draftCookie, Path: "/s/" + survey, Expires: time.Unix(1, 0), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: c.Secure() || strings.HasPrefix(s.url, "https:"),
	})
}

// asksEffort reports whether a visit comes with a proof of work.
func asksEffort(v *visit) bool {
	return v.wave != nil && v.wave.Effort && (v.channel == response.Link || v.channel == response.QR)
}

// effortAge is after how many seconds a form gets another challenge.
const effortAge = 20 * 60 * 60

// renewEffort sees to it that a form which asks for a proof of work carries a
// challenge that is good for a while.
func (s *Server) renewEffort(t *sitting) {
	if !asksEffort(&t.visit) {
		t.effort, t.solution = "", ""
		return
	}
	if issued, ok := s.issued(t); ok && s.now().Unix()-issued < effortAge {
		return
	}
	t.effort, t.solution = s.collector.Challenge(t.survey.Slug, t.key), ""
}

// issued returns when the challenge of a form was made, false when it is none of
// ours, or another form's.
func (s *Server) issued(t *sitting) (int64, bool) {
	at, _, _ := strings.Cut(t.effort, ".")
	issued, err := strconv.ParseInt(at, 36, 64)
	return issued, err == nil && t.effort == seal.Challenge(s.store.Secret(), t.survey.Slug, t.key, issued)
}

// wait returns for how many seconds somebody has to wait whose browser did not
// do the work; 0 for nobody else.
func (s *Server) wait(t *sitting) int64 {
	if !asksEffort(&t.visit) {
		return 0
	}
	now := s.now().Unix()
	if seal.Done(s.store.Secret(), t.survey.Slug, t.key, t.effort, t.solution, now) != seal.None {
		return 0
	}
	s.renewEffort(t)
	issued, _ := s.issued(t)
	return min(max(seal.Wait-(now-issued), 1), seal.Wait)
}

// band is what staff see who fill in a form for somebody, empty for all others.
func (s *Server) band(v *visit) string {
	if v.agency == nil || v.channel != response.Paper && v.channel != response.Phone {
		return ""
	}
	place := seal.Place{Survey: v.survey.Slug, Agency: v.agency.ID, Counter: v.counter, Channel: v.channel}
	if !s.collector.Verified(place, v.pass) {
		return ""
	}
	lang := page.UI(v.lang)
	return page.Band(lang, v.channel.String(), v.counter, v.agency.Name.In(lang))
}
