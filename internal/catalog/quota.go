package catalog

import (
	"fmt"
	"maps"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Quota limits how many responses of a kind a wave takes. It is immutable.
type Quota struct {
	ID      string
	Title   questionnaire.Text
	If      string // condition
	Limit   int
	Message questionnaire.Text // said when it is full, in Markdown; empty: standard words

	when *logic.Expr
}

// addQuota adds a quota of an event to the wave that it makes.
func (w *Wave) addQuota(q response.Quota) error {
	switch {
	case q.ID == "" || q.Limit < 1:
		return fmt.Errorf("quota %q with the limit %d", q.ID, q.Limit)
	case w.Quota(q.ID) != nil:
		return fmt.Errorf("two quotas %q", q.ID)
	}
	when, problem := logic.Parse(q.If)
	if problem != nil {
		return fmt.Errorf("quota %q: condition: %s", q.ID, problem.Message)
	}
	w.Quotas = append(w.Quotas, Quota{ID: q.ID, Title: q.Title, If: q.If, Limit: q.Limit, Message: q.Message, when: when})
	return nil
}

// Quota returns the quota with an id, nil when the wave has none.
func (w *Wave) Quota(id string) *Quota {
	for i := range w.Quotas {
		if w.Quotas[i].ID == id {
			return &w.Quotas[i]
		}
	}
	return nil
}

// Covers reports whether a response with these answers counts for the quota:
// its condition is true.
func (q *Quota) Covers(lookup questionnaire.Lookup) bool { return q.when.True(lookup) }

// event returns the quota as the event that made it says it.
func (q *Quota) event() response.Quota {
	return response.Quota{ID: q.ID, Title: q.Title, If: q.If, Limit: q.Limit, Message: q.Message}
}

// same reports whether two quotas say the same.
func same(a, b response.Quota) bool {
	return a.ID == b.ID && a.If == b.If && a.Limit == b.Limit && maps.Equal(a.Title, b.Title) && maps.Equal(a.Message, b.Message)
}

// Lookup returns what conditions read of a response: its answers, but for those
// of repeated pages, and the context (channel, lang, agency, agency_level,
// service, today, which is its day). Personal answers are missing, so that what
// is decided by a condition can be decided again when their values are gone. The
// response must not change while the function is used.
func (c *Catalog) Lookup(r *response.Response) questionnaire.Lookup {
	version := c.Version(r.Version)
	if version == nil {
		return func(string) logic.Value { return logic.Value{} }
	}
	q := version.Questionnaire
	return func(id string) logic.Value {
		v := q.Variable(id)
		switch {
		case v == nil:
			return c.context(q, r, id)
		case v.Item.Personal != nil || v.Index >= len(r.Answers):
			return logic.Value{}
		}
		return r.Answers[v.Index].Value(v)
	}
}

// context returns the value of a context name.
func (c *Catalog) context(q *questionnaire.Questionnaire, r *response.Response, name string) logic.Value {
	code := func(s string) logic.Value {
		if s == "" {
			return logic.Value{}
		}
		return logic.Value{Kind: logic.Code, Code: s}
	}
	text := func(s string) logic.Value {
		if s == "" {
			return logic.Value{}
		}
		return logic.Value{Kind: logic.Text, Text: s}
	}
	a := c.Agencies.ByNumber(r.Agency)
	switch {
	case name == "channel":
		return code(r.Channel.String())
	case name == "lang" && int(r.Lang) < len(q.Languages):
		return code(q.Languages[r.Lang])
	case name == "service":
		return text(r.Service)
	case name == "today":
		return logic.Value{Kind: logic.Date, Number: float64(r.Day)}
	case name == "agency" && a != nil:
		return text(a.ID)
	case name == "agency_level" && a != nil:
		return text(a.Level)
	}
	return logic.Value{}
}
