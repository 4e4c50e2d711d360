package web

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/export"
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
	if err := report.WriteReceipt(&b, receipt); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendText(c, b.Bytes())
}
