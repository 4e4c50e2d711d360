package web

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
)

type waveJSON struct {
	ID     string             `json:"id"`
	Title  questionnaire.Text `json:"title,omitempty"`
	Opens  string             `json:"opens,omitempty"`
	Closes string             `json:"closes,omitempty"`
	Open   bool               `json:"open"`
}

type surveyJSON struct {
	Survey    string             `json:"survey"`
	Version   string             `json:"version"`
	Title     questionnaire.Text `json:"title"`
	Languages []string           `json:"languages"`
	Open      bool               `json:"open"`
	Waves     []waveJSON         `json:"waves"`
}

func describe(survey *catalog.Survey) surveyJSON {
	q := survey.Current().Questionnaire
	out := surveyJSON{
		Survey: survey.Slug, Version: q.Version, Title: q.Title, Languages: q.Languages,
		Open: len(survey.OpenWaves()) > 0, Waves: []waveJSON{},
	}
	for _, w := range survey.Waves {
		if w.ID != "" {
			out.Waves = append(out.Waves, waveJSON{w.ID, w.Title, w.Opens, w.Closes, w.Open})
		}
	}
	return out
}

// apiSurveys lists all surveys, open ones and closed ones.
func (s *Server) apiSurveys(c *fiber.Ctx) error {
	list := []surveyJSON{}
	for _, survey := range s.store.Catalog().Surveys() {
		list = append(list, describe(survey))
	}
	return sendJSON(c, fiber.MIMEApplicationJSON, map[string]any{"surveys": list})
}

// survey finds the survey that an address names.
func (s *Server) survey(c *fiber.Ctx) (*catalog.Survey, error) {
	if survey := s.store.Catalog().Survey(c.Params("survey")); survey != nil {
		return survey, nil
	}
	return nil, errs.New(errs.NotFound, "unknown_survey")
}

type agencyJSON struct {
	ID         string `json:"id"`
	Parent     string `json:"parent,omitempty"`
	Level      string `json:"level"`
	UnitCode   string `json:"unit_code,omitempty"`
	AgencyCode string `json:"agency_code,omitempty"`
	NameVi     string `json:"name_vi"`
	NameEn     string `json:"name_en,omitempty"`
	ValidFrom  string `json:"valid_from,omitempty"`
	ValidTo    string `json:"valid_to,omitempty"`
	MergedInto string `json:"merged_into,omitempty"`
}

// apiAgencies lists the registry: the agencies that match q, are valid on as_of
// (all, without it), and stand directly below parent.
func (s *Server) apiAgencies(c *fiber.Ctx) error {
	registry := s.store.Catalog().Agencies
	query, day, parent := c.Query("q"), c.Query("as_of"), c.Query("parent")
	if _, ok := response.ParseDay(day); day != "" && !ok {
		return errs.Bad(errs.Problem{Item: "as_of", Code: "bad_date"})
	}
	at := day
	if at == "" {
		at = s.today()
	}
	list := registry.All()
	if query != "" {
		list = registry.Search(query, at, registry.Len())
	}
	if parent != "" {
		p := registry.Find(parent, at)
		if p == nil {
			return errs.Bad(errs.Problem{Item: "parent", Code: "unknown_agency"})
		}
		parent = p.ID
	}
	out := []agencyJSON{}
	for _, a := range list {
		if (parent == "" || a.Parent == parent) && (day == "" || a.ValidOn(day)) {
			out = append(out, agencyOf(a))
		}
	}
	return sendJSON(c, fiber.MIMEApplicationJSON, map[string]any{"agencies": out})
}

func agencyOf(a *agency.Agency) agencyJSON {
	return agencyJSON{
		a.ID, a.Parent, a.Level, a.UnitCode, a.AgencyCode, a.Name.Vi, a.Name.En, a.ValidFrom, a.ValidTo, a.MergedInto,
	}
}

// apiSubmit stores a response: 201 when it is durable, 200 with the same body
// for the same submission again. The body names the answers that were dropped,
// because another answer made them out of place, and the end that fits.
func (s *Server) apiSubmit(c *fiber.Ctx) error {
	if mediaType(c) != fiber.MIMEApplicationJSON {
		return errs.New(errs.Unsupported, "unsupported_media")
	}
	key := c.Get("Idempotency-Key")
	if !collect.ValidKey(key) {
		return errs.New(errs.Malformed, "bad_key")
	}
	in, _ := s.inputs.Get().(*collect.Input)
	defer s.putInput(in)
	// The one copy of the body; everything that is read from it shares it.
	if err := in.ReadJSON(string(c.Request().Body())); err != nil {
		return err
	}
	in.Survey, in.Key = c.Params("survey"), key
	// Not c.Context: a stop of the server ends that, and what is under way is still taken.
	receipt, err := s.collector.Submit(c.UserContext(), in)
	if err != nil {
		return err
	}
	s.submitted(c, in.Survey, in.Agency, receipt)
	if receipt.New {
		c.Status(http.StatusCreated)
	}
	b := append(make([]byte, 0, 128), `{"id":"`...)
	b = hex.AppendEncode(b, receipt.ID[:])
	b = append(append(b, `","receipt":"`...), receipt.Code...)
	b = strconv.AppendUint(append(b, `","seq":`...), receipt.Seq, 10)
	// Ids need no escapes. Both are left out when there are none.
	for i, id := range receipt.Dropped {
		if i == 0 {
			b = append(b, `,"dropped":["`...)
		} else {
			b = append(b, `","`...)
		}
		b = append(b, id...)
	}
	if len(receipt.Dropped) > 0 {
		b = append(b, `"]`...)
	}
	if receipt.End != "" {
		b = append(append(append(b, `,"end":"`...), receipt.End...), '"')
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(append(b, "}\n"...))
}

// putInput keeps an input's memory for the next submission, unless somebody sent
// far more than any questionnaire asks.
func (s *Server) putInput(in *collect.Input) {
	if cap(in.Answers) <= 4096 {
		s.inputs.Put(in)
	}
}

// apiReceipt tells whether a receipt's response is counted, and nothing else.
func (s *Server) apiReceipt(c *fiber.Ctx) error {
	survey, seq, err := s.find(c.Params("receipt"))
	if err != nil {
		return err
	}
	if survey == nil {
		return errs.New(errs.NotFound, "unknown_receipt")
	}
	return sendJSON(c, fiber.MIMEApplicationJSON, map[string]any{"counted": true, "survey": survey.Survey, "watermark": seq})
}

// scoreFormat is how scores can be had.
type scoreFormat struct {
	mediaType string
	file      string // end of the name to save it under; empty: shown, not saved
	write     func(io.Writer, *report.Scores) error
}

// scoreFormats are the formats by the value of format.
var scoreFormats = map[string]scoreFormat{
	"":     {fiber.MIMEApplicationJSON, "", export.ScoresJSON},
	"json": {fiber.MIMEApplicationJSON, "", export.ScoresJSON},
	"csv": {"text/csv; charset=utf-8", "-scores.csv", func(w io.Writer, s *report.Scores) error {
		return export.ScoresCSV(w, s, false)
	}},
	"csv-excel": {"text/csv; charset=utf-8", "-scores-excel.csv", func(w io.Writer, s *report.Scores) error {
		return export.ScoresCSV(w, s, true)
	}},
}

// scoreParameters are what a query for scores may hold; those of the second
// list are promised, but need what this version does not keep.
var (
	scoreParameters = []string{"index", "measure", "by", "agency", "level", "from", "to", "wave", "channel", "flags", "compare", "lang", "format"}
	laterParameters = []string{"where", "service"}
)

// scoreQuery reads a query for scores.
func scoreQuery(survey, lang string, get func(string) string) report.Query {
	q := report.Query{
		Survey: survey, Index: get("index"), Measure: get("measure"), Agency: get("agency"), Level: get("level"),
		From: get("from"), To: get("to"), Wave: get("wave"), Channel: get("channel"), Flags: get("flags"), Compare: get("compare"), Lang: lang,
	}
	if by := get("by"); by != "" {
		q.By = strings.Split(by, ",")
	}
	return q
}

// apiScores returns scores as JSON or CSV.
func (s *Server) apiScores(c *fiber.Ctx) error {
	survey, err := s.survey(c)
	if err != nil {
		return err
	}
	var problems []errs.Problem
	for name := range c.Queries() {
		switch {
		case slices.Contains(laterParameters, name):
			problems = append(problems, errs.Problem{Item: name, Code: "not_supported"})
		case !slices.Contains(scoreParameters, name):
			problems = append(problems, errs.Problem{Item: name, Code: "unknown_parameter"})
		}
	}
	format, ok := scoreFormats[c.Query("format")]
	if !ok && c.Query("format") != formatReceipt {
		problems = append(problems, errs.Problem{Item: "format", Code: "unknown_format"})
	}
	if len(problems) > 0 {
		slices.SortFunc(problems, func(a, b errs.Problem) int { return strings.Compare(a.Item, b.Item) })
		return errs.Bad(problems...)
	}
	query := scoreQuery(survey.Slug, s.lang(c), func(name string) string { return c.Query(name) })
	if !ok {
		return s.scoreReceipt(c, query)
	}
	scores, err := s.report.Score(query)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := format.write(&b, scores); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, format.mediaType)
	if format.file != "" {
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+survey.Slug+format.file+`"`)
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return sendText(c, b.Bytes())
}
