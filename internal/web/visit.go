package web

import (
	"slices"

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
	survey  *catalog.Survey
	agency  *agency.Agency // nil: not chosen yet
	lang    string         // of the questionnaire's texts, as the visitor wishes it
	channel response.Channel
	wave    *catalog.Wave // nil when there is none
	refuse  error         // why no answers are taken now; nil when they are
}

// tongue returns the language of a questionnaire that suits a visitor: the one
// asked for, or else the program's that suits the browser, or else the first.
func (s *Server) tongue(c *fiber.Ctx, q *questionnaire.Questionnaire, wish string) string {
	if slices.Contains(q.Languages, wish) {
		return wish
	}
	if lang := i18n.Match(wish, c.Get(fiber.HeaderAcceptLanguage)); slices.Contains(q.Languages, lang) {
		return lang
	}
	return q.Languages[0]
}

// visit reads the address. An unknown survey or agency is an error.
func (s *Server) visit(c *fiber.Ctx) (visit, error) {
	cat := s.store.Catalog()
	v := visit{survey: cat.Survey(c.Params("survey"))}
	if v.survey == nil {
		return v, errs.New(errs.NotFound, "unknown_survey")
	}
	v.lang = s.tongue(c, v.survey.Current().Questionnaire, c.Query("lang"))
	wave, problem, err := collect.FindWave(v.survey, c.Query("wave"))
	v.wave = wave
	if problem != "" {
		err = errs.Bad(errs.Problem{Item: "wave", Code: problem})
	}
	// A wrong link is refused before anybody answers, not after.
	v.channel, problem = collect.FindChannel(c.Query("channel"), wave)
	switch {
	case err != nil:
	case problem != "":
		err = errs.Bad(errs.Problem{Item: "channel", Code: problem})
	case wave != nil && wave.Invites(v.channel):
		err = errs.New(errs.Forbidden, string(catalog.InvitationRequired))
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

// choose lets the visitor say which agency it is about. What else the address
// says is kept.
func (s *Server) choose(c *fiber.Ctx, v visit) error {
	registry, day := s.store.Catalog().Agencies, s.today()
	in := page.ChooseInput{
		Frame: s.frame(c, page.UI(v.lang)), Survey: v.survey.Slug, Title: v.survey.Current().Questionnaire.Title.In(v.lang),
		Query: c.Query("q"), Within: c.Query("within"),
	}
	carry := []string{"service", "channel", "wave"}
	for _, it := range hiddenItems(v.survey.Current().Questionnaire) {
		carry = append(carry, it.ID)
	}
	for _, name := range carry {
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

// hiddenItems lists the items whose answers come with the address.
func hiddenItems(q *questionnaire.Questionnaire) []*questionnaire.Item {
	var list []*questionnaire.Item
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			if it := &q.Pages[p].Items[i]; it.Type == questionnaire.Hidden {
				list = append(list, it)
			}
		}
	}
	return list
}

// parameters are the answers that come with the address.
func parameters(c *fiber.Ctx, q *questionnaire.Questionnaire) map[string]string {
	var list map[string]string
	for _, it := range hiddenItems(q) {
		if value := c.Query(it.ID); value != "" {
			if list == nil {
				list = map[string]string{}
			}
			list[it.ID] = value
		}
	}
	return list
}
