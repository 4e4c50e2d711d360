package web

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/page"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// home lists the open surveys.
func (s *Server) home(c *fiber.Ctx) error {
	lang := s.lang(c)
	home := &page.Home{Frame: s.frame(c, lang)}
	for _, survey := range s.store.Catalog().Surveys() {
		open := survey.OpenWaves()
		if len(open) == 0 {
			continue
		}
		closes := ""
		if len(open) == 1 {
			closes = open[0].Closes
		}
		home.Surveys = append(home.Surveys, page.NewHomeSurvey(survey.Current().Questionnaire, lang, closes))
	}
	return s.render(c, home)
}

// visit is what the address of a survey page says.
type visit struct {
	survey *catalog.Survey
	agency *agency.Agency // nil: not chosen yet
	lang   string
	refuse error // why no answers are taken now; nil when they are
}

// visit reads the address. An unknown survey or agency is an error.
func (s *Server) visit(c *fiber.Ctx) (visit, error) {
	cat := s.store.Catalog()
	v := visit{survey: cat.Survey(c.Params("survey")), lang: s.lang(c)}
	if v.survey == nil {
		return v, errs.New(errs.NotFound, "unknown_survey")
	}
	wave, problem, err := collect.FindWave(v.survey, c.Query("wave"))
	if problem != "" {
		err = errs.Bad(errs.Problem{Item: "wave", Code: problem})
	}
	// A wrong link is refused before anybody answers, not after.
	if _, problem := collect.FindChannel(c.Query("channel"), wave); err == nil && problem != "" {
		err = errs.Bad(errs.Problem{Item: "channel", Code: problem})
	}
	v.refuse = err
	ref := c.Query("agency")
	if ref == "" {
		return v, nil
	}
	day := s.today()
	v.agency = cat.Agencies.Find(ref, day)
	switch {
	case v.agency == nil:
		return v, errs.New(errs.NotFound, "unknown_agency")
	case v.refuse == nil && !v.agency.ValidOn(day):
		v.refuse = errs.Bad(errs.Problem{Item: "agency", Code: "agency_closed", Args: map[string]any{"name": v.agency.Name.In(v.lang), "day": day}})
	}
	return v, nil
}

func (s *Server) today() string { return response.DayOf(s.now()).String() }

// openForm shows the first page of a survey, or the choice of an agency.
func (s *Server) openForm(c *fiber.Ctx) error {
	v, err := s.visit(c)
	if err == nil {
		err = v.refuse
	}
	if err != nil {
		return err
	}
	if v.agency == nil {
		return s.choose(c, v)
	}
	draft := &collect.Draft{Questionnaire: v.survey.Current().Questionnaire}
	return s.form(c, v, posted{
		draft: draft, key: rand.Text(), started: strconv.FormatInt(s.now().Unix(), 10),
	}, nil)
}

// choose lets the visitor say which agency it is about. What else the address
// says is kept.
func (s *Server) choose(c *fiber.Ctx, v visit) error {
	registry, day := s.store.Catalog().Agencies, s.today()
	in := page.ChooseInput{
		Frame: s.frame(c, v.lang), Survey: v.survey.Slug, Title: v.survey.Current().Questionnaire.Title.In(v.lang),
		Query: c.Query("q"), Within: c.Query("within"),
	}
	for _, name := range []string{"service", "channel", "wave"} {
		if value := c.Query(name); value != "" {
			in.Carry = append(in.Carry, page.Field{Name: name, Value: value})
		}
	}
	for _, a := range registry.All() {
		if a.ValidOn(day) {
			in.All = append(in.All, a)
		}
	}
	if in.Query != "" {
		in.Matching = registry.Search(in.Query, day, page.ListLimit+1)
	}
	return s.render(c, page.NewChoose(in))
}

// posted is what a form sent.
type posted struct {
	draft   *collect.Draft
	key     string // names the response across retries
	started string // when the first page was shown, in seconds since 1970
	page    int
	button  string
}

// read takes a form apart. Fields it does not know are left alone.
func (s *Server) read(c *fiber.Ctx, v *visit) (posted, error) {
	if mediaType(c) != fiber.MIMEApplicationForm {
		return posted{}, errs.New(errs.Unsupported, "unsupported_media")
	}
	fields := map[string][]string{}
	for name, value := range c.Request().PostArgs().All() {
		fields[string(name)] = append(fields[string(name)], string(value))
	}
	first := func(name string) string {
		if values := fields[name]; len(values) > 0 {
			return values[0]
		}
		return ""
	}
	if wish := first("lang"); wish != "" {
		v.lang = i18n.Match(wish)
	}
	version := v.survey.Version(first("version"))
	if version == nil {
		version = v.survey.Current()
	}
	p := posted{
		draft: &collect.Draft{Questionnaire: version.Questionnaire, Values: map[string][]string{}},
		key:   first("draft"), started: first("started"), button: first("go"),
	}
	for name, values := range fields {
		if id, ok := strings.CutPrefix(name, page.Answer); ok && version.Questionnaire.Variable(id) != nil {
			p.draft.Values[id] = values
		}
	}
	if n, err := strconv.Atoi(first("page")); err == nil {
		p.page = min(max(n, 0), len(version.Questionnaire.Pages)-1)
	}
	if !collect.ValidKey(p.key) {
		p.key = rand.Text()
	}
	return p, nil
}

// postForm takes one page of answers and shows the next, or the same with what
// is wrong, or stores the response. Whatever happens, no answer is lost: every
// page carries all of them.
func (s *Server) postForm(c *fiber.Ctx) error {
	v, err := s.visit(c)
	if err != nil {
		return err
	}
	if v.agency == nil {
		return errs.New(errs.NotFound, "unknown_agency")
	}
	p, err := s.read(c, &v)
	if err != nil {
		return err
	}
	switch p.button {
	case "next", "submit":
		last := p.draft.Step(p.page, +1) == p.page
		if p.button == "submit" && last {
			return s.submitForm(c, v, p)
		}
		if v.refuse != nil {
			return s.refuseForm(c, v, p, v.refuse)
		}
		// Not yet the last page: what was answered here may have made a later one appear.
		if problems := p.draft.Check(p.page); len(problems) > 0 {
			c.Status(http.StatusUnprocessableEntity)
			return s.form(c, v, p, problems)
		}
		p.page = p.draft.Step(p.page, +1)
	case "back":
		p.page = p.draft.Step(p.page, -1)
	}
	return s.form(c, v, p, nil)
}

func (s *Server) submitForm(c *fiber.Ctx, v visit, p posted) error {
	receipt, err := s.collector.Submit(c.UserContext(), &collect.Input{
		Survey: v.survey.Slug, Key: p.key, Version: p.draft.Questionnaire.Version,
		Agency: v.agency.ID, Wave: c.Query("wave"), Service: c.Query("service"), Channel: c.Query("channel"),
		Lang: known(p.draft.Questionnaire, v.lang), Seconds: s.since(p.started), Answers: p.draft.Fields(),
	})
	if err == nil {
		s.submitted(c, v.survey.Slug, v.agency.ID, receipt)
		address := "/s/" + v.survey.Slug + "/done?receipt=" + receipt.Code
		if c.Query("lang") != "" || v.lang != s.lang(c) {
			address += "&lang=" + url.QueryEscape(v.lang)
		}
		return c.Redirect(address, http.StatusSeeOther)
	}
	return s.refuseForm(c, v, p, err)
}

// refuseForm shows the form again, with all answers and what is wrong.
func (s *Server) refuseForm(c *fiber.Ctx, v visit, p posted, err error) error {
	e, status, id := s.explain(c, err)
	s.refuse(c, e, status)
	problems := e.Problems
	if len(problems) == 0 {
		problems = []errs.Problem{{Code: e.Code, Args: e.Args}}
		if id != "" {
			problems[0] = errs.Problem{Code: "internal", Args: map[string]any{"id": id}}
		}
	}
	p.page = p.draft.PageOf(problems, p.page)
	return s.form(c, v, p, problems)
}

// known returns a language that the questionnaire has.
func known(q *questionnaire.Questionnaire, lang string) string {
	if slices.Contains(q.Languages, lang) {
		return lang
	}
	return q.Languages[0]
}

// since returns the seconds since the form was opened, 0 when that is unknown.
func (s *Server) since(started string) int {
	at, err := strconv.ParseInt(started, 10, 64)
	if now := s.now().Unix(); err == nil && at > 0 && at <= now && now-at < 86_400 {
		return int(now - at)
	}
	return 0
}

// form shows the page of a draft.
func (s *Server) form(c *fiber.Ctx, v visit, p posted, problems []errs.Problem) error {
	return s.render(c, page.NewForm(page.FormInput{
		Frame: s.frame(c, v.lang), Questionnaire: p.draft.Questionnaire, Page: p.page,
		Values: p.draft.Values, Hide: p.draft.Hidden(), Problems: problems,
		Agency: v.agency.Name.In(v.lang), Draft: p.key, Started: p.started,
	}))
}

// submitted notes that a response came in. Never what it says.
func (s *Server) submitted(c *fiber.Ctx, survey, agency string, r collect.Receipt) {
	if s.log.Enabled(c.Context(), slog.LevelDebug) {
		s.log.Debug("response stored", "survey", survey, "agency", agency, "seq", r.Seq, "new", r.New)
	}
}

// done thanks for a stored response.
func (s *Server) done(c *fiber.Ctx) error {
	survey := s.store.Catalog().Survey(c.Params("survey"))
	if survey == nil {
		return errs.New(errs.NotFound, "unknown_survey")
	}
	lang := s.lang(c)
	q := survey.Current().Questionnaire
	done := &page.Done{Frame: s.frame(c, lang), Survey: survey.Slug, Title: q.Title.In(lang), Thanks: q.Thanks.In(lang)}
	if _, ok := response.ParseReceipt(c.Query("receipt")); ok {
		done.Receipt = c.Query("receipt")
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
