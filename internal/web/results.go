package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/page"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/static"
)

// results lists the surveys that have results.
func (s *Server) results(c *fiber.Ctx) error {
	lang := s.lang(c)
	p := &page.Results{Frame: s.frame(c, lang)}
	for _, survey := range s.store.Catalog().Surveys() {
		n, _, err := s.report.Overview(survey.Slug)
		if err != nil {
			return err
		}
		p.Surveys = append(p.Surveys, page.ResultsSurvey{
			Slug: survey.Slug, Title: survey.Current().Questionnaire.Title.In(lang), Responses: n,
		})
	}
	p.Indices = s.listIndices(lang)
	return s.render(c, p)
}

// surveyResults shows the scores by agency, and the profile of one agency when
// the address names it.
func (s *Server) surveyResults(c *fiber.Ctx) error {
	survey, err := s.survey(c)
	if err != nil {
		return err
	}
	lang := s.lang(c)
	in := page.ResultsInput{
		Frame: s.frame(c, lang), Questionnaire: survey.Current().Questionnaire,
		Query: scoreQuery(survey.Slug, lang, func(name string) string { return c.Query(name) }),
		Sort:  c.Query("sort"), Dir: c.Query("dir"), All: c.Query("all") != "",
	}
	in.Part, _ = strconv.Atoi(c.Query("part")) // anything else is the first part
	in.Query.By = []string{"agency"}
	var ok bool
	in.Query.From, in.Query.To, ok = page.Window(c.Query("period"), in.Query.From, in.Query.To, c.Query("shown"))
	if !ok {
		in.Problems = append(in.Problems, errs.Problem{Item: "period", Code: "bad_value"})
		c.Status(http.StatusUnprocessableEntity)
	}
	if err := s.scores(c, &in); err != nil {
		return err
	}
	for _, ch := range in.Scores.Channels {
		in.Responses += ch.N
	}
	s.filters(&in, survey)
	return s.render(c, page.NewSurveyResults(in))
}

// scores fills in what the query asks for. A query with problems shows them, and
// below the results of what is left of it.
func (s *Server) scores(c *fiber.Ctx, in *page.ResultsInput) error {
	in.Used = in.Query
	scores, err := s.report.Score(in.Used)
	for range answerTries {
		if errs.KindOf(err) != errs.Invalid {
			break
		}
		e, status, _ := s.explain(c, err)
		c.Status(status)
		in.Problems = append(in.Problems, newProblems(in, e.Problems)...)
		in.Used = without(in.Used, e.Problems)
		scores, err = s.report.Score(in.Used)
	}
	if err != nil {
		return err
	}
	in.Scores, in.Digits = scores, export.Digits(scores)
	a := s.store.Catalog().Agencies.Find(in.Used.Agency, s.today())
	if a == nil {
		return nil
	}
	in.Parent = a.ID
	in.Profile = &page.ProfileInput{Name: a.Name.In(in.Used.Lang)}
	one := in.Used
	one.Level, one.Compare = "", ""
	one.By = []string{"factor"}
	if in.Profile.Factors, err = s.report.Score(one); err != nil {
		return err
	}
	one.By = []string{"item"}
	in.Profile.Items, err = s.report.Score(one)
	return err
}

// answerTries is how often something is left out of a query that can't be
// answered. Each time at least one of its filters goes, and there are fewer.
const answerTries = 12

// newProblems leaves out what follows only from what was left out of the query:
// the wave to compare with was chosen.
func newProblems(in *page.ResultsInput, problems []errs.Problem) []errs.Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p errs.Problem) bool {
		return p.Code == "compare_needs_wave" && in.Query.Wave != "" && in.Used.Wave == ""
	})
}

// without leaves out of a query what it can't be answered for, and keeps the
// rest. What is split too finely altogether loses the finest of what splits it.
func without(q report.Query, problems []errs.Problem) report.Query {
	before := filtersOf(q)
	for _, p := range problems {
		switch p.Item {
		case "from", "to": // one of them alone would be another window than that asked for
			q.From, q.To = "", ""
		case "by":
			q = coarser(q)
		default:
			if filter := filterOf(&q, p.Item); filter != nil {
				*filter = ""
			}
		}
	}
	if filtersOf(q) == before {
		return report.Query{Survey: q.Survey, By: q.By, Lang: q.Lang}
	}
	return q
}

// filterOf finds the filter that a problem names, nil for none.
func filterOf(q *report.Query, name string) *string {
	switch name {
	case "index":
		return &q.Index
	case "measure":
		return &q.Measure
	case "agency":
		return &q.Agency
	case "level":
		return &q.Level
	case "wave":
		return &q.Wave
	case "channel":
		return &q.Channel
	case "flags":
		return &q.Flags
	case "compare":
		return &q.Compare
	}
	return nil
}

// filtersOf is all that may be left out of a query.
func filtersOf(q report.Query) [10]string {
	return [...]string{q.Index, q.Measure, q.Agency, q.Level, q.From, q.To, q.Wave, q.Channel, q.Flags, q.Compare}
}

// coarser leaves out one of the filters that split the answers.
func coarser(q report.Query) report.Query {
	switch {
	case q.Flags != "":
		q.Flags = ""
	case q.Channel != "":
		q.Channel = ""
	case q.From+q.To != "":
		q.From, q.To = "", ""
	default:
		q.Wave = ""
	}
	return q
}

// filters lists what the results can be narrowed to.
func (s *Server) filters(in *page.ResultsInput, survey *catalog.Survey) {
	lang := in.Query.Lang
	registry, day := s.store.Catalog().Agencies, s.today()
	for _, a := range registry.All() {
		if (len(registry.Children(a.ID)) > 0 || a.ID == in.Parent) && a.ValidOn(day) {
			in.Agencies = append(in.Agencies, page.Choice{Value: a.ID, Text: a.Name.In(lang)})
		}
	}
	in.Levels = agency.Levels()
	for _, w := range survey.Waves {
		if w.ID != "" {
			in.Waves = append(in.Waves, page.Choice{Value: w.ID, Text: w.Title.In(lang)})
		}
	}
	for _, ch := range response.Channels {
		in.Channels = append(in.Channels, ch.String())
	}
	months, err := s.report.Score(report.Query{Survey: survey.Slug, By: []string{"month"}, Lang: lang})
	if err != nil {
		return // the page then lets one type dates
	}
	for i := range months.Rows { // one for each side of a break
		if month := months.Rows[i].Month; !slices.Contains(in.Months, month) {
			in.Months = append(in.Months, month)
		}
	}
}

// asset sends a file whose name holds the hash of its content, so it may be
// kept for ever.
func (s *Server) asset(c *fiber.Ctx) error {
	file, ok := static.Open(c.Params("name"))
	if !ok {
		return errs.New(errs.NotFound, "unknown_page")
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderCacheControl, immutable)
	c.Vary(fiber.HeaderAcceptEncoding)
	how := encoding(c)
	if how == "" {
		return c.Send(file.Data)
	}
	c.Set(fiber.HeaderContentEncoding, how)
	return c.Send(s.packed(file, how))
}

// packed compresses a file once.
func (s *Server) packed(file static.File, how string) []byte {
	key := how + " " + file.Name
	if b, ok := s.assets.Load(key); ok {
		return b.([]byte) //nolint:errcheck,forcetypeassert // only packed stores here
	}
	b := compress(file.Data, how, fileBrotli, fileGzip)
	s.assets.Store(key, b)
	return b
}
