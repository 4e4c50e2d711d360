package web

import (
	"github.com/gofiber/fiber/v2"

	"hailong/internal/docs"
	"hailong/internal/errs"
	"hailong/internal/page"
)

// docs lists the pages about methods.
func (s *Server) docs(c *fiber.Ctx) error {
	p, err := page.NewDocs(s.frame(c, s.lang(c)))
	if err != nil {
		return err
	}
	return s.render(c, p)
}

// docsMethod shows the page of one method.
func (s *Server) docsMethod(c *fiber.Ctx) error {
	p, ok, err := docs.Find(c.Params("name"))
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.NotFound, "unknown_page")
	}
	return s.render(c, page.NewDocsMethod(s.frame(c, s.lang(c)), p))
}
