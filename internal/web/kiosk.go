package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/seal"
)

// kiosk sends a questionnaire for a device at a counter. Like every whole
// questionnaire it holds nothing of a person, and the device keeps it.
func (s *Server) kiosk(c *fiber.Ctx) error {
	v, err := s.wholeVisit(c, true)
	if err != nil {
		return err
	}
	if v.refuse != nil {
		return v.refuse
	}
	return s.shared(c, s.kioskPage(c, s.sit(c, v, v.survey.Current().Questionnaire, map[string][]string{})))
}

func (s *Server) kioskPage(c *fiber.Ctx, t *sitting) *page.Kiosk {
	k := page.NewKiosk(s.wholeInput(c, t))
	k.Counter = t.counter
	place := seal.Place{Survey: t.survey.Slug, Agency: t.agency.ID, Counter: t.counter, Channel: response.Kiosk}
	if t.pass != "" {
		// It stays on the device that it was made for, and goes along without a script too.
		pass := "&k=" + url.QueryEscape(t.pass)
		k.Action += pass
		for i := range k.Tongues {
			k.Tongues[i].Href += pass
		}
	}
	k.BadPass = t.pass != "" && !s.collector.Verified(place, t.pass)
	return k
}

// postKiosk stores what was answered at a kiosk, as [Server.postWhole] does.
func (s *Server) postKiosk(c *fiber.Ctx) error {
	t, receipt, err := s.takeWhole(c, true)
	again := ""
	if t != nil {
		// Without a script, the pass goes from page to page.
		p := t.asked
		p.Channel = ""
		again = p.Kiosk()
	}
	switch {
	case err == nil && wantsJSON(c):
		return s.tellReceipt(c, receipt, again)
	case err == nil, t != nil && !wantsJSON(c) && errs.KindOf(err) == errs.Conflict:
		return seeOther(c, thanksOf(again))
	case t == nil || wantsJSON(c):
		return s.refuseWhole(c, t, err)
	}
	e, status, id := s.explain(c, err)
	s.refuse(c, e, status)
	t.problems = problemsOf(e, id)
	return s.render(c, s.kioskPage(c, t))
}

// thanksOf is the address of the thanks of a kiosk without a script.
func thanksOf(kiosk string) string {
	path, query, _ := strings.Cut(kiosk, "?")
	return path + "/done?" + query
}

// kioskDone thanks, and makes room for the next person.
func (s *Server) kioskDone(c *fiber.Ctx) error {
	v, err := s.wholeVisit(c, true)
	if err != nil {
		return err
	}
	t := s.sit(c, v, v.survey.Current().Questionnaire, map[string][]string{})
	k := s.kioskPage(c, t)
	p := t.asked
	p.Channel = ""
	k.Again, k.Thanked = p.Kiosk(), k.Thanks
	c.Set("Refresh", strconv.Itoa(page.KioskSeconds)+"; url="+k.Again)
	return s.render(c, k)
}
