package web

import (
	"errors"
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
		home.Invites = home.Invites || slices.ContainsFunc(open, invites)
		closes := ""
		if len(open) == 1 {
			closes = open[0].Closes
		}
		home.Surveys = append(home.Surveys, page.NewHomeSurvey(survey.Current().Questionnaire, lang, closes))
	}
	return s.render(c, home)
}

// invites reports whether a wave is answered with the codes of invitations.
func invites(w *catalog.Wave) bool {
	return w.Invitation || slices.Contains(w.Channels, response.Invitation)
}

// visit is what the address of a survey page says.
type visit struct {
	survey     *catalog.Survey
	agency     *agency.Agency // nil: not chosen yet
	lang       string         // of the questionnaire's texts, as the visitor wishes it
	channel    response.Channel
	wave       *catalog.Wave // nil when there is none
	service    string
	counter    string
	pass       string
	invitation string     // code; empty: none. It travels in the form, not in the address
	asked      page.Place // all of that as the address says it
	refuse     error      // why no answers are taken now; nil when they are
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
	survey := s.store.Catalog().Survey(c.Params("survey"))
	if survey == nil {
		return visit{}, errs.New(errs.NotFound, "unknown_survey")
	}
	asked := page.Place{
		Survey: survey.Slug, Agency: c.Query("agency"), Counter: c.Query("counter"), Channel: c.Query("channel"),
		Service: c.Query("service"), Wave: c.Query("wave"), Lang: c.Query("lang"), Pass: c.Query("k"),
		// In the address of a link it is a wish; from then on the form carries it.
		Invitation: string(c.Request().PostArgs().Peek("invitation")),
	}
	for _, it := range hiddenItems(survey.Current().Questionnaire) {
		if value := c.Query(it.ID); value != "" {
			asked.Parameters = append(asked.Parameters, page.Field{Name: it.ID, Value: value})
		}
	}
	return s.visitTo(c, survey, asked)
}

// visitTo looks up what a place names.
func (s *Server) visitTo(c *fiber.Ctx, survey *catalog.Survey, asked page.Place) (visit, error) {
	v := visit{
		survey: survey, asked: asked, lang: s.tongue(c, survey.Current().Questionnaire, asked.Lang),
		service: asked.Service, counter: asked.Counter, pass: asked.Pass, invitation: asked.Invitation,
	}
	wave, problem, err := collect.FindWave(survey, asked.Wave)
	v.wave = wave
	if problem != "" {
		err = errs.Bad(errs.Problem{Item: "wave", Code: problem})
	}
	v.refuse = v.enter()
	if err != nil {
		v.refuse = err
	}
	if asked.Agency == "" {
		return v, nil
	}
	day := s.today()
	v.agency = s.store.Catalog().Agencies.Find(asked.Agency, day)
	switch {
	case v.agency == nil:
		return v, errs.New(errs.NotFound, "unknown_agency")
	case v.refuse == nil && !v.agency.ValidOn(day):
		v.refuse = errs.Bad(errs.Problem{Item: "agency", Code: "agency_closed", Args: map[string]any{"name": v.agency.Name.In(v.lang), "day": day}})
	}
	return v, nil
}

// enter finds the channel. A wrong link is refused before anybody answers, not
// after.
func (v *visit) enter() error {
	name := v.asked.Channel
	if v.invitation != "" {
		name = response.Invitation.String()
	}
	channel, problem := collect.FindChannel(name, v.wave)
	v.channel = channel
	required := v.wave != nil && (v.wave.Invites(channel) || channel == response.Invitation && v.wave.Invitation)
	switch {
	case problem != "":
		return errs.Bad(errs.Problem{Item: "channel", Code: problem})
	case v.invitation != "":
	case required:
		return errs.New(errs.Forbidden, string(catalog.InvitationRequired))
	case channel == response.Invitation:
		return errs.Bad(errs.Problem{Item: "invitation", Code: "invitation_missing"})
	}
	if v.counter != "" && !response.ValidCounter(v.counter) {
		return errs.Bad(errs.Problem{Item: "counter", Code: "invalid_counter"})
	}
	return nil
}

// action is the address that the form is sent to. The code of an invitation
// stands in the form: addresses are kept in histories and in logs of others.
func (v *visit) action() string {
	p := v.asked
	p.Invitation = ""
	return p.Form()
}

// wants reports whether a visit is refused for want of an invitation's code.
func (v *visit) wants() bool {
	e, ok := errors.AsType[*errs.Error](v.refuse)
	return ok && (e.Code == string(catalog.InvitationRequired) || len(e.Problems) > 0 && e.Problems[0].Item == "invitation")
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
	carry := []string{"service", "channel", "wave", "counter", "k"}
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

// parametersOf are the answers to hidden items that come with the address. What
// the address says for another version's items is none.
func (v *visit) parametersOf(c *fiber.Ctx, q *questionnaire.Questionnaire) map[string]string {
	var list map[string]string
	for _, it := range hiddenItems(q) {
		value := c.Query(it.ID)
		for _, f := range v.asked.Parameters {
			if f.Name == it.ID {
				value = f.Value
			}
		}
		if value == "" {
			continue
		}
		if list == nil {
			list = map[string]string{}
		}
		list[it.ID] = value
	}
	return list
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
