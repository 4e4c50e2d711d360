package web

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/page"
)

// openForm shows the first page of a survey, or what comes before it: the choice
// of an agency, the question for consent.
func (s *Server) openForm(c *fiber.Ctx) error {
	if code := c.Query("t"); code != "" {
		return s.openInvited(c, code, c.Params("survey"))
	}
	v, err := s.visit(c)
	if err != nil {
		return err
	}
	if shown, err := s.offerDraft(c, &v); shown || err != nil {
		return err
	}
	return s.enterForm(c, v)
}

// enterForm shows what a visit begins with.
func (s *Server) enterForm(c *fiber.Ctx, v visit) error {
	switch {
	case v.wants():
		return s.askCode(c, "", v.refuse)
	case v.refuse != nil:
		return v.refuse
	case v.agency == nil:
		return s.choose(c, v)
	}
	t := s.sit(c, v, v.survey.Current().Questionnaire, map[string][]string{})
	t.key, t.started = rand.Text(), strconv.FormatInt(s.now().Unix(), 10)
	t.begin()
	if err := s.collector.Full(t.draft, collect.Place{Page: -1}, t.wave); err != nil {
		return s.refuseForm(c, t, err)
	}
	return s.turn(c, t)
}

// read takes a form apart. Fields it does not know are left alone.
func (s *Server) read(c *fiber.Ctx, v visit) (*sitting, error) {
	if mediaType(c) != fiber.MIMEApplicationForm {
		return nil, errs.New(errs.Unsupported, "unsupported_media")
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
	version := v.survey.Version(first("version"))
	if version == nil {
		version = v.survey.Current()
	}
	q := version.Questionnaire
	if wish := first("lang"); wish != "" {
		v.lang = s.tongue(c, q, wish)
	}
	t := s.sit(c, v, q, page.Answers(q, fields))
	t.key, t.started, t.button, t.draft.Consent = first("draft"), first("started"), first("go"), first("consent") == "yes"
	t.effort, t.solution, t.trap = first("effort"), first("solution"), first("homepage")
	if seen, ok := fields["seen"]; ok {
		t.seen, t.looked = strings.Fields(strings.Join(seen, " ")), true
	}
	t.find, t.searched = searches(fields)
	n, _ := strconv.Atoi(first("page")) // anything else is the first page
	t.resume(n, first("about"))
	if !collect.ValidKey(t.key) {
		t.key = rand.Text()
	}
	return t, nil
}

// searches reads what was searched for among agencies, by item. It also reports
// whether that is anything but what the agencies shown were found by: whoever
// presses Enter in the search field presses the button that goes on, and means
// to search.
func searches(fields map[string][]string) (find map[string]string, searched bool) {
	find = map[string]string{}
	for field, values := range fields {
		name, ok := strings.CutPrefix(field, page.Find)
		if !ok || len(values) == 0 {
			continue
		}
		id, _, _ := strings.Cut(name, "@")
		query := strings.TrimSpace(values[0])
		find[id] = query
		if before := fields[page.Found+name]; query != "" && (len(before) == 0 || strings.TrimSpace(before[0]) != query) {
			searched = true
		}
	}
	return find, searched
}

// posted reads the address and the fields of a form that was sent.
func (s *Server) posted(c *fiber.Ctx) (*sitting, error) {
	v, err := s.visit(c)
	if err != nil {
		return nil, err
	}
	if v.agency == nil {
		return nil, errs.New(errs.NotFound, "unknown_agency")
	}
	return s.read(c, v)
}

// postForm takes one page of answers and shows the next, or the same with what
// is wrong, or stores the response. Whatever happens, no answer is lost: every
// page carries all of them.
func (s *Server) postForm(c *fiber.Ctx) error {
	t, err := s.posted(c)
	if err != nil {
		return err
	}
	if done, err := s.ofDraft(c, t); done || err != nil {
		return err
	}
	if t.q.Consent != nil && !t.draft.Consent {
		return s.consent(c, t)
	}
	if t.rank() {
		return s.turn(c, t)
	}
	switch t.button {
	case "next", "submit":
		if t.searched {
			return s.turn(c, t)
		}
		return s.forward(c, t)
	case "back":
		t.back()
	case "later":
		return s.later(c, t)
	}
	return s.turn(c, t)
}

// consent takes the answer to the question for consent.
func (s *Server) consent(c *fiber.Ctx, t *sitting) error {
	switch t.button {
	case "agree":
		t.draft.Consent = true
		t.begin()
	case "decline":
		return s.render(c, page.NewRefused(s.input(c, t)))
	}
	return s.turn(c, t)
}

// forward leaves a page: for the next, or for good.
func (s *Server) forward(c *fiber.Ctx, t *sitting) error {
	if t.button == "submit" && t.last() && !t.appeared() {
		return s.submitForm(c, t)
	}
	if t.refuse != nil {
		return s.refuseForm(c, t, t.refuse)
	}
	// An answer made a question of this page appear that nobody has seen yet.
	if t.appeared() {
		return s.turn(c, t)
	}
	// Not yet the last page: what was answered here may have made a later one appear.
	if !t.check() {
		c.Status(http.StatusUnprocessableEntity)
		return s.turn(c, t)
	}
	if err := s.collector.Full(t.draft, t.at, t.wave); err != nil {
		return s.refuseForm(c, t, err)
	}
	t.next()
	return s.turn(c, t)
}

func (s *Server) submitForm(c *fiber.Ctx, t *sitting) error {
	in := s.submission(c, t)
	if s.preview {
		return s.previewDone(c, t, in)
	}
	if wait := s.wait(t); wait > 0 {
		return s.refuseForm(c, t, errs.Bad(errs.Problem{Code: "wait_seconds", Args: map[string]any{"seconds": wait}}))
	}
	receipt, err := s.collector.Submit(c.UserContext(), in)
	if errs.KindOf(err) == errs.Conflict {
		// It was sent, and then changed and sent again: the first stays.
		return s.already(c, t, receipt.Code)
	}
	if err != nil {
		return s.refuseForm(c, t, err)
	}
	s.submitted(c, t.survey.Slug, t.agency.ID, receipt)
	s.leave(c, t, receipt.New)
	end := t.draft.End()
	if end != nil && page.Piped(t.q, end.Title, end.Text) || end == nil && page.Piped(t.q, t.q.Thanks) {
		// The words tell an answer, which nobody but the sender of this form may know:
		// so they are the answer to the form. Sent again, it has the same receipt.
		done := page.NewDone(s.frame(c, page.UI(t.lang)), t.teller(), end)
		done.Receipt = receipt.Code
		done.Drop(t.teller(), receipt.Dropped)
		if done.Band = s.band(&t.visit); done.Band != "" {
			done.Next = t.action()
		}
		return s.render(c, done)
	}
	query := url.Values{"receipt": {receipt.Code}}
	if receipt.End != "" {
		query.Set("end", receipt.End)
	}
	if len(receipt.Dropped) > 0 {
		query.Set("dropped", strings.Join(receipt.Dropped, " "))
	}
	if len(query) > 1 {
		query.Set("version", t.q.Version[:12])
		query.Set("agency", t.agency.ID)
	}
	return s.thank(c, t, query)
}

// thank leads to the page of thanks, which query tells what to say.
func (s *Server) thank(c *fiber.Ctx, t *sitting, query url.Values) error {
	if c.Query("lang") != "" || t.lang != s.tongue(c, t.q, "") {
		query.Set("lang", t.lang)
	}
	if s.band(&t.visit) != "" {
		// Staff go on with the next form from there.
		_, own, _ := strings.Cut(t.action(), "?")
		values, err := url.ParseQuery(own)
		if err == nil {
			for name := range values {
				query.Set(name, values.Get(name))
			}
		}
	}
	return c.Redirect("/s/"+t.survey.Slug+"/done?"+query.Encode(), http.StatusSeeOther)
}

// submission is what a form sends when it is complete.
func (s *Server) submission(c *fiber.Ctx, t *sitting) *collect.Input {
	in := t.draft.Submission()
	in.Key, in.Seconds = t.key, s.since(t.started)
	in.Wave, in.Service, in.Channel, in.Counter = t.asked.Wave, t.service, t.asked.Channel, t.counter
	in.Invitation, in.Pass, in.Challenge, in.Solution, in.Trap = t.invitation, t.pass, t.effort, t.solution, t.trap
	in.Device, in.Draft = s.device(c), true
	return in
}

// refuseForm shows the form again, with all answers and what is wrong.
func (s *Server) refuseForm(c *fiber.Ctx, t *sitting, err error) error {
	e, status, id := s.explain(c, err)
	s.refuse(c, e, status)
	switch e.Code {
	case string(catalog.QuotaFull), string(catalog.SurveyFull):
		return s.render(c, page.NewFull(s.input(c, t), collect.FullWords(t.wave, err)))
	}
	problems := e.Problems
	if len(problems) == 0 {
		problems = []errs.Problem{{Code: e.Code, Args: e.Args}}
		if id != "" {
			problems[0] = errs.Problem{Code: "internal", Args: map[string]any{"id": id}}
		}
	}
	t.problems, t.at = problems, t.draft.PlaceOf(problems, t.at)
	return s.turn(c, t)
}

// since returns the seconds since the form was opened, 0 when that is unknown.
func (s *Server) since(started string) int {
	at, err := strconv.ParseInt(started, 10, 64)
	if now := s.now().Unix(); err == nil && at > 0 && at <= now && now-at < 86_400 {
		return int(now - at)
	}
	return 0
}

// turn shows the page that a sitting is at.
func (s *Server) turn(c *fiber.Ctx, t *sitting) error {
	if t.q.Consent != nil && !t.draft.Consent {
		return s.render(c, page.NewConsent(s.input(c, t)))
	}
	s.keep(c, t)
	return s.render(c, page.NewForm(s.input(c, t)))
}

// input is what the pages of a sitting are made from.
func (s *Server) input(c *fiber.Ctx, t *sitting) page.FormInput {
	in := page.FormInput{
		Frame: s.frame(c, page.UI(t.lang)), Lang: t.lang, Questionnaire: t.q,
		Values: t.draft.Values, Problems: t.problems, Agencies: s.store.Catalog().Agencies, Day: s.today(), Find: t.find,
		Agency: t.agency.Name.In(page.UI(t.lang)), Service: t.service, Draft: t.key, Started: t.started,
		Band: s.band(&t.visit), Drafts: s.keeps(&t.visit), Unsaved: t.unsaved, Trap: t.trap,
		// The script asks for just this; a browser that sends a form itself asks for more.
		Wordless: c.Method() == fiber.MethodPost && c.Get(fiber.HeaderAccept) != fiber.MIMETextHTML,
		// In another language everything around the questions is new, too.
		Part: c.Method() == fiber.MethodPost && c.Get("Hailong-Part") == t.lang,
	}
	if c.Path() != "/s/"+t.survey.Slug || c.Query("t") != "" {
		in.Action = t.action()
	}
	s.renewEffort(t)
	consent := ""
	if t.draft.Consent {
		consent = "yes"
	}
	for _, f := range []page.Field{
		{Name: "consent", Value: consent}, {Name: "invitation", Value: t.invitation}, {Name: "effort", Value: t.effort},
	} {
		if f.Value != "" {
			in.Carry = append(in.Carry, f)
		}
	}
	if t.effort != "" {
		in.Carry = append(in.Carry, page.Field{Name: "solution", Value: t.solution})
	}
	t.lay(&in)
	return in
}

// submitted notes that a response came in. Never what it says.
func (s *Server) submitted(c *fiber.Ctx, survey, agency string, r collect.Receipt) {
	if s.log.Enabled(c.Context(), slog.LevelDebug) {
		s.log.Debug("response stored", "survey", survey, "agency", agency, "seq", r.Seq, "new", r.New)
	}
}
