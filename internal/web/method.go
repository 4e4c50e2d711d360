package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/draft"
	"hailong/internal/export"
	"hailong/internal/invite"
	"hailong/internal/page"
	"hailong/internal/report"
)

// formatReceipt is the format of scores that says only what they are computed from.
const formatReceipt = "receipt"

// scoreReceipt sends the receipt of scores.
func (s *Server) scoreReceipt(c *fiber.Ctx, q report.Query) error {
	scores, receipt, err := s.report.ScoreWithReceipt(q)
	if err != nil {
		return err
	}
	if err := export.Seal(nil, scores, receipt); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := report.WriteReceipt(&b, receipt.Public()); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendText(c, b.Bytes())
}

// counting is a store that counts its invitations, and forms that were begun.
type counting interface {
	Invitations() []invite.Count
	Begun() ([]draft.Begun, error)
}

// methodology describes a survey, and completes the receipt of its scores.
func (s *Server) methodology(c *fiber.Ctx) (*report.Methodology, error) {
	survey, err := s.survey(c)
	if err != nil {
		return nil, err
	}
	var reach report.Reach
	if store, ok := s.store.(counting); ok {
		reach.Invited = store.Invitations()
		if begun, err := store.Begun(); err != nil {
			s.log.Error("how many forms were begun is not known; run hailong verify", "error", err)
		} else {
			reach.Begun = append([]draft.Begun{}, begun...)
		}
	}
	m, err := s.report.Freeze(survey.Slug)
	if err != nil {
		return nil, err
	}
	out, err := m.Methodology(s.lang(c), reach)
	if err != nil || out.Receipt == nil {
		return out, err
	}
	q, err := out.Receipt.Asked()
	if err != nil {
		return nil, err
	}
	scores, err := report.New(m).Score(q)
	if err != nil {
		return nil, err
	}
	return out, export.Seal(nil, scores, out.Receipt)
}

// surveyMethod shows the methodology of a survey.
func (s *Server) surveyMethod(c *fiber.Ctx) error {
	m, err := s.methodology(c)
	if err != nil {
		return err
	}
	return s.render(c, page.NewMethod(s.frame(c, s.lang(c)), m))
}

// apiMethod sends the same as JSON.
func (s *Server) apiMethod(c *fiber.Ctx) error {
	m, err := s.methodology(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendJSON(c, fiber.MIMEApplicationJSON, m)
}
