package web

import (
	"bytes"
	"io"
	"slices"
	"sync"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/page"
	"hailong/internal/questionnaire"
)

// immutable is how files are kept whose address holds a hash of their content.
const immutable = "public, max-age=31536000, immutable"

// imageJSON is a picture of a definition: where it is, not what it is.
type imageJSON struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Href string `json:"href"`
}

// apiSurvey returns a definition: the current one, or that of ?version=.
func (s *Server) apiSurvey(c *fiber.Ctx) error {
	q, err := s.definition(c)
	if err != nil {
		return err
	}
	var images []imageJSON
	for i := range q.Images {
		m := &q.Images[i]
		images = append(images, imageJSON{m.Name, m.Type, page.ImageAddress(q.Survey, m)})
	}
	// The outer fields stand for those of the questionnaire.
	return sendJSON(c, fiber.MIMEApplicationJSON, struct {
		Version string `json:"version"`
		*questionnaire.Questionnaire
		Images []imageJSON `json:"images,omitempty"`
	}{q.Version, q, images})
}

// definition finds the version that an address names: the current one, or that
// of ?version=.
func (s *Server) definition(c *fiber.Ctx) (*questionnaire.Questionnaire, error) {
	survey, err := s.survey(c)
	if err != nil {
		return nil, err
	}
	version := survey.Current()
	if hash := c.Query("version"); hash != "" {
		if version = survey.Version(hash); version == nil {
			return nil, errs.Bad(errs.Problem{Item: "version", Code: "unknown_version"})
		}
	}
	return version.Questionnaire, nil
}

// codebookFormats are the formats of a codebook by the value of format.
var codebookFormats = map[string]struct {
	mediaType string
	file      string // end of the name to save it under; empty: shown, not saved
	write     func(w io.Writer, b *export.Codebook, lang string) error
}{
	"":     {fiber.MIMEApplicationJSON, "", func(w io.Writer, b *export.Codebook, _ string) error { return b.JSON(w) }},
	"json": {fiber.MIMEApplicationJSON, "", func(w io.Writer, b *export.Codebook, _ string) error { return b.JSON(w) }},
	"csv": {"text/csv; charset=utf-8", "-codebook.csv", func(w io.Writer, b *export.Codebook, _ string) error {
		return b.CSV(w, false)
	}},
	"csv-excel": {"text/csv; charset=utf-8", "-codebook-excel.csv", func(w io.Writer, b *export.Codebook, _ string) error {
		return b.CSV(w, true)
	}},
	"md": {"text/markdown; charset=utf-8", "", func(w io.Writer, b *export.Codebook, lang string) error { return b.Markdown(w, lang) }},
}

// apiCodebook describes the variables of a version: the current one, or that of
// ?version=.
func (s *Server) apiCodebook(c *fiber.Ctx) error {
	q, err := s.definition(c)
	if err != nil {
		return err
	}
	format, ok := codebookFormats[c.Query("format")]
	if !ok {
		return errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	var b bytes.Buffer
	if err := format.write(&b, export.NewCodebook(q), s.lang(c)); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, format.mediaType)
	if format.file != "" {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+q.Survey+format.file+`"`)
	}
	return sendText(c, b.Bytes())
}

// schemaBytes is the JSON Schema of survey.yaml, which does not change.
var schemaBytes = sync.OnceValue(questionnaire.Schema)

// schema sends the JSON Schema of survey.yaml, for editors.
func (s *Server) schema(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "application/schema+json")
	return sendText(c, schemaBytes())
}

// image sends a picture of any version of a survey.
func (s *Server) image(c *fiber.Ctx) error {
	survey, err := s.survey(c)
	if err != nil {
		return err
	}
	name, hash := c.Params("name"), c.Params("hash")
	for _, version := range slices.Backward(survey.Versions) {
		if m := version.Questionnaire.Image(name); m != nil && m.Hash() == hash {
			c.Set(fiber.HeaderContentType, m.Type)
			c.Set(fiber.HeaderCacheControl, immutable)
			return c.Send(m.Data)
		}
	}
	return errs.New(errs.NotFound, "unknown_page")
}
