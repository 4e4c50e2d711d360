package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/response"
)

// typeCode shows the field for the code of an invitation.
func (s *Server) typeCode(c *fiber.Ctx) error { return s.askCode(c, "", nil) }

// postCode takes a code that was typed.
func (s *Server) postCode(c *fiber.Ctx) error {
	if mediaType(c) != fiber.MIMEApplicationForm {
		return errs.New(errs.Unsupported, "unsupported_media")
	}
	code := strings.TrimSpace(string(c.Request().PostArgs().Peek("code")))
	if code == "" {
		return s.askCode(c, "", errs.Bad(errs.Problem{Item: "invitation", Code: "required"}))
	}
	return s.openInvited(c, code, "")
}

// scanCode takes the code from the address on a slip.
func (s *Server) scanCode(c *fiber.Ctx) error { return s.openInvited(c, c.Params("code"), "") }

// askCode shows the field for a code, with what is wrong with the one that came.
func (s *Server) askCode(c *fiber.Ctx, typed string, err error) error {
	frame := s.frame(c, s.lang(c))
	if err == nil {
		return s.render(c, page.NewInvitation(frame, typed, nil))
	}
	e, status, _ := s.explain(c, err)
	s.refuse(c, e, status)
	return s.render(c, page.NewInvitation(frame, typed, e))
}

// openInvited shows the form that a code is for. slug is the survey that the
// address names, empty for any: a code is not told from a wrong one there.
func (s *Server) openInvited(c *fiber.Ctx, typed, slug string) error {
	c.Set(fiber.HeaderCacheControl, "no-store") // the address may hold the code
	invited, err := s.collector.Invitation(typed)
	if invited.Survey != nil && slug != "" && invited.Survey.Slug != slug {
		err = errs.Bad(errs.Problem{Item: "invitation", Code: string(catalog.InvitationUnknown)})
	}
	if err == nil && invited.Agency == nil {
		err = errs.New(errs.NotFound, "unknown_agency")
	}
	if err != nil {
		return s.askCode(c, typed, err)
	}
	v, err := s.visitTo(c, invited.Survey, placeOf(&invited, c.Query("lang")))
	if err != nil {
		return err
	}
	if shown, err := s.offerDraft(c, &v); shown || err != nil {
		return err
	}
	return s.enterForm(c, v)
}

// placeOf is the place that an invitation leads to.
func placeOf(invited *collect.Invited, lang string) page.Place {
	return page.Place{
		Survey: invited.Survey.Slug, Agency: invited.Agency.ID, Service: invited.Service, Wave: invited.Entry.Wave, Lang: lang,
		Channel: response.Invitation.String(), Invitation: invited.Code,
	}
}

// already answers a form whose response is stored: with its receipt.
func (s *Server) already(c *fiber.Ctx, t *sitting, code string) error {
	s.clearDraft(c, t.survey.Slug, t.key)
	return s.thank(c, t, map[string][]string{"receipt": {code}, "again": {"1"}})
}

// stored returns the receipt's code when the response of a key is stored.
func (s *Server) stored(survey, key string) (code string, ok bool, err error) {
	id := response.NewID(survey, key)
	outcome, err := s.store.Find(id, 0)
	if err != nil || outcome.Status == 0 {
		return "", false, err
	}
	return id.Receipt(), true, nil
}

// seeOther leads to another address, which is asked for with GET.
func seeOther(c *fiber.Ctx, address string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(address, http.StatusSeeOther)
}
