package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// done thanks for a stored response: with the end that fits it, and the answers
// that were not stored, as its address says.
func (s *Server) done(c *fiber.Ctx) error {
	cat := s.store.Catalog()
	survey := cat.Survey(c.Params("survey"))
	if survey == nil {
		return errs.New(errs.NotFound, "unknown_survey")
	}
	q := survey.Current().Questionnaire
	if version := survey.Version(c.Query("version")); version != nil {
		q = version.Questionnaire
	}
	lang := s.tongue(c, q, c.Query("lang"))
	tell := page.Teller{Questionnaire: q, Lang: lang}
	if a := cat.Agencies.Find(c.Query("agency"), s.today()); a != nil {
		tell.Agency = a.Name.In(page.UI(lang))
	}
	var end *questionnaire.End
	for i := range q.Ends {
		if q.Ends[i].ID == c.Query("end") {
			end = &q.Ends[i]
		}
	}
	done := page.NewDone(s.frame(c, page.UI(lang)), tell, end)
	if _, ok := response.ParseReceipt(c.Query("receipt")); ok {
		done.Receipt = c.Query("receipt")
	}
	done.Drop(tell, strings.Fields(c.Query("dropped")))
	done.Again = c.Query("again") != ""
	if c.Query("k") != "" {
		if v, err := s.visit(c); err == nil {
			if done.Band = s.band(&v); done.Band != "" {
				done.Next = v.action()
			}
		}
	}
	return s.render(c, done)
}

// receipt tells whether a code belongs to a counted response.
func (s *Server) receipt(c *fiber.Ctx) error {
	lang := s.lang(c)
	p := &page.Receipt{Frame: s.frame(c, lang), Code: c.Params("receipt")}
	survey, seq, err := s.find(p.Code)
	if err != nil {
		return err
	}
	if survey == nil {
		c.Status(http.StatusNotFound)
	} else {
		p.Counted, p.Survey, p.Watermark = true, survey.Survey, seq
		p.Title = survey.Title.In(lang)
		total, _, err := s.report.Overview(survey.Survey)
		if err != nil {
			return err
		}
		p.Total = int(total)
	}
	return s.render(c, p)
}

// find returns the questionnaire and the sequence of the response that a
// receipt code stands for, nil when there is none.
func (s *Server) find(code string) (*questionnaire.Questionnaire, uint64, error) {
	wanted, ok := response.ParseReceipt(code)
	if !ok {
		return nil, 0, nil
	}
	found, err := s.store.ByReceipt(wanted)
	if err != nil || len(found) == 0 {
		return nil, 0, err
	}
	r, err := s.store.At(found[0])
	if err != nil {
		return nil, 0, err
	}
	version := s.store.Catalog().Version(r.Version)
	if version == nil {
		return nil, 0, fmt.Errorf("response %d names questionnaire %d, which is not in the catalog", found[0], r.Version)
	}
	return version.Questionnaire, found[0], nil
}

func mediaType(c *fiber.Ctx) string {
	name, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	return strings.ToLower(strings.TrimSpace(name))
}
