package web

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/qr"
	"hailong/internal/response"
)

// SetURL tells the server under which address people reach it, as
// page.ParseBase returns it. Without one, links name the host and scheme of the
// request. It is called before Serve.
func (s *Server) SetURL(base string) { s.url = base }

// absolute is a path as a whole link.
func (s *Server) absolute(c *fiber.Ctx, path string) (string, error) {
	if s.url != "" {
		return s.url + path, nil
	}
	base, err := page.ParseBase(c.Protocol() + "://" + string(c.Request().Host()))
	if err != nil {
		return "", errs.New(errs.Malformed, "bad_request").Because(err)
	}
	return base + path, nil
}

// place reads the place that an address names, as far as its agency: what is
// printed must lead somewhere, now or when a wave opens.
func (s *Server) place(c *fiber.Ctx, survey *catalog.Survey) (page.Place, error) {
	p := page.Place{
		Survey: survey.Slug, Counter: c.Query("counter"), Service: c.Query("service"), Wave: c.Query("wave"), Lang: c.Query("lang"),
		Pass: c.Query("k"), Invitation: c.Query("t"),
	}
	q := survey.Current().Questionnaire
	if p.Lang != "" && !slices.Contains(q.Languages, p.Lang) {
		p.Lang = ""
	}
	for _, it := range hiddenItems(q) {
		if value := c.Query(it.ID); value != "" {
			p.Parameters = append(p.Parameters, page.Field{Name: it.ID, Value: value})
		}
	}
	if ref := c.Query("agency"); ref != "" {
		a := s.store.Catalog().Agencies.Find(ref, s.today())
		if a == nil {
			return p, errs.New(errs.NotFound, "unknown_agency")
		}
		p.Agency = a.ID
	}
	if p.Counter != "" && !response.ValidCounter(p.Counter) {
		return p, errs.Bad(errs.Problem{Item: "counter", Code: "invalid_counter"})
	}
	if p.Wave != "" && survey.Wave(p.Wave) == nil {
		return p, errs.Bad(errs.Problem{Item: "wave", Code: "unknown_wave"})
	}
	channel, problem := channelOf(survey, p.Wave, c.Query("channel"))
	if problem != "" {
		return p, errs.Bad(errs.Problem{Item: "channel", Code: problem})
	}
	if p.Invitation == "" {
		p.Channel = channel
	}
	return p, nil
}

// channelOf returns the channel of a link that is scanned: the one asked for, or
// else qr, where the survey takes it. The code is a problem.
func channelOf(survey *catalog.Survey, waveID, wish string) (channel, problem string) {
	wave, _, err := collect.FindWave(survey, waveID)
	if err != nil || wave == nil {
		wave = survey.Wave(waveID) // not open: what it would take
	}
	if wish != "" {
		_, problem = collect.FindChannel(wish, wave)
		return wish, problem
	}
	if _, problem = collect.FindChannel(response.QR.String(), wave); problem == "" {
		return response.QR.String(), ""
	}
	return "", ""
}

// qrLink is the link that a QR code for an address holds: that of the form with
// the same query.
func (s *Server) qrLink(c *fiber.Ctx) (string, error) {
	survey, err := s.survey(c)
	if err != nil {
		return "", err
	}
	p, err := s.place(c, survey)
	if err != nil {
		return "", err
	}
	link, err := s.absolute(c, p.Form())
	if err != nil {
		return "", err
	}
	if len(link) > qr.MaxText {
		return "", errs.New(errs.TooLarge, "link_too_long").With("max", qr.MaxText)
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=300")
	if p.Pass != "" || p.Invitation != "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	return link, nil
}

// qrSVG draws the link of a form.
func (s *Server) qrSVG(c *fiber.Ctx) error {
	link, err := s.qrLink(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	return sendText(c, []byte(qr.SVG(link, qr.Options{Title: page.Letters(link), Paper: true})))
}

// The sizes of a module of a PNG, in pixels.
const (
	usualScale = 10
	mostScale  = 40
)

// qrPNG draws the link of a form in pixels: scale is the side of a module.
func (s *Server) qrPNG(c *fiber.Ctx) error {
	link, err := s.qrLink(c)
	if err != nil {
		return err
	}
	scale := usualScale
	if wish := c.Query("scale"); wish != "" {
		if scale, err = strconv.Atoi(wish); err != nil || scale < 1 || scale > mostScale {
			return errs.Bad(errs.Problem{Item: "scale", Code: "not_between", Args: map[string]any{"min": 1, "max": mostScale}})
		}
	}
	b, err := qr.PNG(link, scale)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(b)
}

// short leads from an address that somebody typed from a poster to the form.
func (s *Server) short(c *fiber.Ctx) error {
	survey, err := s.survey(c)
	if err != nil {
		return err
	}
	p := page.Place{Survey: survey.Slug, Counter: c.Params("counter"), Lang: c.Query("lang")}
	p.Channel, _ = channelOf(survey, "", "")
	if p.Counter != "" && !response.ValidCounter(p.Counter) {
		return errs.New(errs.NotFound, "unknown_page")
	}
	if ref := c.Params("agency"); ref != "" {
		a := s.store.Catalog().Agencies.Find(ref, s.today())
		if a == nil {
			return errs.New(errs.NotFound, "unknown_agency")
		}
		p.Agency = a.ID
	}
	return c.Redirect(p.Form(), http.StatusSeeOther)
}

// mostPosters is how many sheets a page has; the command line prints any number.
const mostPosters = 1000

// PostersWanted says which posters are wanted.
type PostersWanted struct {
	Survey   string   `json:"survey"`
	Agency   string   `json:"agency"` // id or code; the one agency
	Within   string   `json:"within"` // id or code; this agency, and all below it
	Level    string   `json:"level"`  // with Within: only agencies of a level
	Counters []string `json:"counters"`
	Wave     string   `json:"wave"`
	Size     string   `json:"size"` // empty: A4
	Base     string   `json:"base"` // address of the site, as page.ParseBase returns it
}

// findPosters finds the sheets that are wanted.
func findPosters(c *catalog.Catalog, day string, w PostersWanted) (page.PosterSet, error) {
	set := page.PosterSet{Size: w.Size, Base: w.Base, Agencies: c.Agencies}
	if set.Size == "" {
		set.Size = page.SizeA4
	}
	survey := c.Survey(w.Survey)
	if survey == nil {
		return set, errs.New(errs.NotFound, "unknown_survey")
	}
	set.Questionnaire = survey.Current().Questionnaire
	if !slices.Contains(page.PosterSizes(), set.Size) {
		return set, errs.Bad(errs.Problem{Item: "size", Code: "unknown_size"})
	}
	counters := w.Counters
	for _, counter := range counters {
		if !response.ValidCounter(counter) {
			return set, errs.Bad(errs.Problem{Item: "counter", Code: "invalid_counter"})
		}
	}
	if w.Wave != "" && survey.Wave(w.Wave) == nil {
		return set, errs.Bad(errs.Problem{Item: "wave", Code: "unknown_wave"})
	}
	channel, _ := channelOf(survey, w.Wave, "")
	places, err := placesOf(c.Agencies, day, w)
	if err != nil {
		return set, err
	}
	if len(counters) == 0 {
		counters = []string{""}
	}
	for _, id := range places {
		for _, counter := range counters {
			set.Places = append(set.Places, page.Place{Survey: survey.Slug, Agency: id, Counter: counter, Channel: channel, Wave: w.Wave})
		}
	}
	return set, nil
}

// placesOf lists the ids of the agencies that posters are for: those that exist.
func placesOf(registry *agency.Registry, day string, w PostersWanted) ([]string, error) {
	if w.Level != "" && !slices.Contains(agency.Levels(), w.Level) {
		return nil, errs.Bad(errs.Problem{Item: "level", Code: "unknown_level"})
	}
	if w.Within == "" {
		if w.Agency == "" {
			return []string{""}, nil // whoever answers chooses
		}
		a := registry.Find(w.Agency, day)
		switch {
		case a == nil:
			return nil, errs.New(errs.NotFound, "unknown_agency")
		case !a.ValidOn(day):
			return nil, errs.Bad(errs.Problem{Item: "agency", Code: "agency_closed", Args: map[string]any{"name": a.Name.Vi, "day": day}})
		}
		return []string{a.ID}, nil
	}
	top := registry.Find(w.Within, day)
	if top == nil {
		return nil, errs.New(errs.NotFound, "unknown_agency")
	}
	var ids []string
	for _, a := range registry.Subtree(top) {
		if a.ValidOn(day) && (w.Level == "" || a.Level == w.Level) {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil, errs.New(errs.NotFound, "unknown_agency")
	}
	return ids, nil
}

// poster shows the sheet to print for an agency, or one for each of its counters.
func (s *Server) poster(c *fiber.Ctx) error {
	return s.sheets(c, PostersWanted{Agency: c.Query("agency")})
}

// posters shows the sheets for an agency and all below it.
func (s *Server) posters(c *fiber.Ctx) error {
	within := c.Query("within", c.Query("agency"))
	if within == "" {
		return errs.Bad(errs.Problem{Item: "within", Code: "unknown_agency"})
	}
	return s.sheets(c, PostersWanted{Within: within, Level: c.Query("level")})
}

func (s *Server) sheets(c *fiber.Ctx, w PostersWanted) (err error) {
	w.Survey, w.Wave, w.Size, w.Counters = c.Params("survey"), c.Query("wave"), c.Query("size"), counterList(c.Query("counter"))
	if w.Base, err = s.absolute(c, ""); err != nil {
		return err
	}
	set, err := findPosters(s.store.Catalog(), s.today(), w)
	if err != nil {
		return err
	}
	if len(set.Places) > mostPosters {
		return errs.Bad(errs.Problem{Item: "within", Code: "too_many_posters", Args: map[string]any{"max": mostPosters}})
	}
	set.Lang, set.Address = s.lang(c), string(c.Request().URI().RequestURI())
	var b bytes.Buffer
	if err := page.WritePosters(&b, set); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, set.Lang)
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	return sendText(c, b.Bytes())
}

// counterList reads counters as they are listed in an address: 1,2,3.
func counterList(text string) []string {
	var list []string
	for counter := range strings.SplitSeq(text, ",") {
		if counter = strings.TrimSpace(counter); counter != "" && !slices.Contains(list, counter) {
			list = append(list, counter)
		}
	}
	return list
}
