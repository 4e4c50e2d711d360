package web

import (
	"github.com/gofiber/fiber/v2"

	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/page"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// sitting is one step of somebody who fills in a form: what came with it, and
// where it is.
type sitting struct {
	visit
	q        *questionnaire.Questionnaire
	draft    *collect.Draft
	at       collect.Place
	key      string // names the response across retries
	started  string // when the first page was shown, in seconds since 1970
	effort   string // challenge of a proof of work; empty: none is asked for
	solution string // of the challenge, as it came
	trap     string // what came in the field that people don't see
	button   string
	unsaved  bool            // the draft could not be kept this time
	seen     []string        // ids of the items that were visible
	looked   bool            // seen was told
	fresh    map[string]bool // ids of the items that an answer made appear
	find     map[string]string
	searched bool
	problems []errs.Problem
}

// sit begins a step with answers.
func (s *Server) sit(c *fiber.Ctx, v visit, q *questionnaire.Questionnaire, values map[string][]string) *sitting {
	return &sitting{visit: v, q: q, draft: &collect.Draft{
		Questionnaire: q, Values: values, Parameters: v.parametersOf(c, q),
		World: collect.World{
			Agencies: s.store.Catalog().Agencies, Day: response.DayOf(s.now()), Channel: v.channel, Lang: v.lang,
			Agency: v.agency, Service: v.service,
		},
	}}
}

// begin goes to the first place that has something to show.
func (t *sitting) begin() { t.at = t.draft.Near(collect.Place{Page: -1}) }

// resume goes to the place that a form was at: a page, and the agency that it
// was about.
func (t *sitting) resume(page int, about string) {
	t.at = t.draft.Near(collect.Place{Page: min(max(page, 0), len(t.q.Pages)-1), About: about})
}

// last reports whether nothing follows.
func (t *sitting) last() bool {
	_, more := t.draft.Next(t.at)
	return !more
}

func (t *sitting) next() { t.at, _ = t.draft.Next(t.at) }

func (t *sitting) back() { t.at, _ = t.draft.Previous(t.at) }

// check reports whether what is answered here is all right, and keeps what is not.
func (t *sitting) check() bool {
	t.problems = t.draft.Problems(t.at)
	return len(t.problems) == 0
}

// appeared reports whether items are shown here that the respondent has not seen.
func (t *sitting) appeared() bool {
	if t.looked {
		t.fresh = t.draft.Appeared(t.at, t.seen)
	}
	return len(t.fresh) > 0
}

// rank moves an option of a ranking, when that is what the button does.
func (t *sitting) rank() bool {
	item, ok := page.RankedItem(t.q, t.button)
	if !ok {
		return false
	}
	name := item
	if t.at.About != "" {
		name += "@" + t.at.About
	}
	t.draft.Values[name] = page.Ranked(t.q, t.button, t.draft.Values[name])
	return true
}

// lay fills in what the draft knows of the page.
func (t *sitting) lay(in *page.FormInput) {
	steps := t.draft.Steps()
	in.Pages = len(steps)
	for i, step := range steps {
		if step == t.at {
			in.Position = i + 1
		}
	}
	in.Page, in.Hide, in.Fresh, in.Lookup = t.at.Page, t.draft.Hides(t.at), t.fresh, t.draft.Lookup(t.at)
	in.Seed = collect.Seed(t.q.Survey, t.key)
	if t.at.About == "" {
		return
	}
	in.About = &page.About{Agency: t.at.About, Name: t.at.About}
	if a := t.draft.World.Agencies.ByID(t.at.About); a != nil {
		in.About.Name = a.Name.In(page.UI(t.lang))
	}
	for i, step := range steps {
		if step.About == "" || i > 0 && steps[i-1].About == step.About {
			continue
		}
		if step.About == t.at.About {
			in.About.Index = in.About.Total
		}
		in.About.Total++
	}
}

// teller knows the answers, for the words of the last page.
func (t *sitting) teller() page.Teller {
	return page.Teller{
		Questionnaire: t.q, Lookup: t.draft.Lookup(collect.Place{}), Agencies: t.draft.World.Agencies,
		Agency: t.agency.Name.In(page.UI(t.lang)), Service: t.draft.World.Service, Lang: t.lang,
	}
}
