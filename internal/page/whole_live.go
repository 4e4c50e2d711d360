package page

import (
	"encoding/json"
	"regexp"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

// wholeBuilder lays out a questionnaire in one document, and gathers what the
// script has to know of it.
type wholeBuilder struct {
	*formBuilder
	live *liveConditions
	out  wholeLive
}

// wholeLive is what the script is told, as JSON.
type wholeLive struct {
	Survey string             `json:"survey"` // slug, for the order by chance
	Reads  map[string]reading `json:"reads"`  // ids that conditions, calculations and texts read
	Works  map[string]any     `json:"works,omitempty"`
	Rules  []rule             `json:"rules"`
	Checks []liveCheck        `json:"checks,omitempty"`
	Orders []liveOrder        `json:"orders,omitempty"`
}

// rule is what the script checks of one variable. It only spares people a second
// visit to the questionnaire; what counts is the check of the server.
type rule struct {
	ID      string   `json:"id"`
	Item    string   `json:"item"`
	Name    string   `json:"name"`           // of the field
	Kind    string   `json:"kind"`           // as of reading, or month, rank, email
	Must    any      `json:"must,omitempty"` // true, or a compiled condition
	Min     *float64 `json:"min,omitempty"`  // of a number, a count of characters, of choices or of ranks; of a day
	Max     *float64 `json:"max,omitempty"`
	Digits  *int     `json:"digits,omitempty"` // behind the point
	Pattern string   `json:"pattern,omitempty"`
	Say     string   `json:"say,omitempty"` // when it does not fit
	Missing []string `json:"missing,omitempty"`
}

// liveCheck is a rule across items.
type liveCheck struct {
	Require json.RawMessage `json:"require"`
	Item    string          `json:"item"`
	Page    int             `json:"page"`
	Say     string          `json:"say"`
}

// liveOrder is what is laid out by chance: the options of an item, the rows of
// one, or the items of a page.
type liveOrder struct {
	Kind string   `json:"kind"` // options, rows or items
	Name string   `json:"name"` // of the chance
	Of   []string `json:"of"`   // codes or ids as they stand in the file
}

func newWholeBuilder(in FormInput) *wholeBuilder {
	in.Seed = 0
	b := &wholeBuilder{formBuilder: newBuilder(in)}
	b.live = &liveConditions{q: in.Questionnaire, here: map[string]bool{}}
	variables := in.Questionnaire.Variables()
	for i := range variables {
		// Parameters of the link don't change.
		if it := variables[i].Item; it.Type != questionnaire.Hidden {
			b.live.here[variables[i].ID], b.live.here[it.ID] = true, true
		}
	}
	b.out = wholeLive{Survey: in.Questionnaire.Survey, Reads: map[string]reading{}, Works: map[string]any{}, Rules: []rule{}}
	b.tell.late = func(id string) bool {
		if b.live.here[id] {
			b.live.need = append(b.live.need, id)
		}
		return b.live.here[id]
	}
	return b
}

// compiled is a condition for the script, which reads what it names; nil without one.
func (b *wholeBuilder) compiled(source string) json.RawMessage {
	expr, problem := logic.Parse(source)
	if source == "" || problem != nil {
		return nil
	}
	for _, name := range expr.Names() {
		b.live.need = append(b.live.need, name.ID)
	}
	return expr.Compiled()
}

// rules notes what is asked of the answers of a page, and what is laid out by
// chance on it.
func (b *wholeBuilder) rules(page *questionnaire.Page) {
	variables := b.in.Questionnaire.Variables()
	for i := range variables {
		if v := &variables[i]; v.Page == b.in.Page && b.live.here[v.ID] {
			b.rule(v)
		}
	}
	for i := range page.Checks {
		c := &page.Checks[i]
		if require := b.compiled(c.Require); require != nil {
			b.out.Checks = append(b.out.Checks, liveCheck{require, c.Item, b.in.Page, b.fill(c.Message)})
		}
	}
	for i := range page.Items {
		b.orders(&page.Items[i])
	}
	if page.Order == questionnaire.Random {
		o := liveOrder{Kind: "items", Name: page.ID + " items"}
		for i := range page.Items {
			o.Of = append(o.Of, page.Items[i].ID)
		}
		b.out.Orders = append(b.out.Orders, o)
	}
}

func (b *wholeBuilder) orders(it *questionnaire.Item) {
	if it.Order == questionnaire.Random && len(it.Options) > 0 {
		o := liveOrder{Kind: "options", Name: it.ID}
		for i := range it.Options {
			if !it.Options[i].Exclusive && !it.Options[i].Other {
				o.Of = append(o.Of, it.Options[i].Code)
			}
		}
		b.out.Orders = append(b.out.Orders, o)
	}
	if it.RowOrder == questionnaire.Random {
		o := liveOrder{Kind: "rows", Name: it.ID + " rows"}
		for i := range it.Rows {
			o.Of = append(o.Of, it.Rows[i].ID)
		}
		b.out.Orders = append(b.out.Orders, o)
	}
}

// rule notes what is asked of one variable; of a ranking, at its first rank.
func (b *wholeBuilder) rule(v *questionnaire.Variable) {
	it := v.Item
	if it.Type == questionnaire.Calculated || it.Type == questionnaire.Note ||
		v.Part == questionnaire.OfOther || v.Part == questionnaire.OfRank && v.Rank > 1 {
		return
	}
	asked := b.asked(v.ID)
	r := rule{ID: v.ID, Item: it.ID, Name: asked.Name, Kind: asked.Kind}
	if it.Required {
		r.Must = true
	} else if must := b.compiled(it.RequiredIf); must != nil {
		r.Must = must
	}
	switch {
	case v.Part == questionnaire.OfRank:
		r.ID, r.Name, r.Kind = it.ID, Answer+it.ID, "rank"
		r.Min = count(it.MinChoices)
		if it.Required && it.MinChoices == 0 {
			r.Min = count(min(it.Ranks, len(it.Options)))
		}
	case v.Kind == questionnaire.SetOf:
		r.Min, r.Max = count(it.MinChoices), count(it.MaxChoices)
	case v.Kind == questionnaire.Amount:
		r.Min, r.Max, r.Digits = it.Min, it.Max, &it.Decimals
	case v.Kind == questionnaire.Words:
		b.wordy(&r, it)
	case v.Kind == questionnaire.Days, v.Kind == questionnaire.Months:
		b.dated(&r, v)
	}
	for i := range it.Missing {
		r.Missing = append(r.Missing, it.Missing[i].Code)
	}
	if r.Must != nil || r.Min != nil || r.Max != nil || r.Digits != nil || r.Pattern != "" || r.Kind == "date" || r.Kind == "month" {
		b.out.Rules = append(b.out.Rules, r)
	}
}

// wordy notes the limits of a text, and its form where a pattern can tell it.
func (b *wholeBuilder) wordy(r *rule, it *questionnaire.Item) {
	r.Min, r.Max = count(it.MinChars), count(it.MaxChars)
	switch it.Type {
	case questionnaire.Email:
		r.Pattern, r.Say = `[^@\s]+@[^@\s]+\.[^@\s.]{2,}`, b.t("problem.bad_email")
	case questionnaire.Phone:
		r.Pattern, r.Say = `[+(]?[0-9][-0-9 .()]{8,18}`, b.t("problem.bad_phone")
	case questionnaire.TaxCode:
		r.Pattern, r.Say = `[0-9 .]{10,14}(-? ?[0-9]{3})?`, b.t("problem.bad_tax_code")
	case questionnaire.DossierCode:
		r.Pattern, r.Say = `[A-Za-z0-9. ]+-[0-9 ]{6,}-[0-9 ]{4,}`, b.t("problem.bad_dossier_code")
	default:
		if p, problem := logic.CompilePattern(it.Pattern); it.Pattern != "" && problem == nil {
			r.Pattern, r.Say = p.JS(), b.fill(it.Message)
		}
	}
}

var dayText = regexp.MustCompile(`^\d{4}-\d\d(-\d\d)?$`)

// dated notes the limits of a day or month, in days since 2000; what depends on
// today is left to the server, because the clock of a device may be wrong.
func (b *wholeBuilder) dated(r *rule, v *questionnaire.Variable) {
	limit := func(text string) *float64 {
		if !dayText.MatchString(text) {
			return nil
		}
		days, ok := questionnaire.ParseDay(text)
		if v.Kind == questionnaire.Months {
			var months float64
			months, ok = questionnaire.ParseMonth(text)
			days = questionnaire.FirstDay(months)
		}
		if !ok {
			return nil
		}
		return &days
	}
	r.Min, r.Max = limit(v.Item.Earliest), limit(v.Item.Latest)
	r.Say = b.t("problem.bad_date")
	if v.Kind == questionnaire.Months {
		r.Kind, r.Say = "month", b.t("problem.bad_month")
	}
}

// count is a limit, nil for none.
func count(n int) *float64 {
	if n == 0 {
		return nil
	}
	x := float64(n)
	return &x
}

// data is what the script has to know, in JSON.
func (b *wholeBuilder) data() string {
	for len(b.live.need) > 0 { // a calculation adds to it
		id := b.live.need[0]
		b.live.need = b.live.need[1:]
		if _, ok := b.out.Reads[id]; ok || b.out.Works[id] != nil {
			continue
		}
		it := b.in.Questionnaire.Item(id)
		switch {
		case it != nil && it.Type == questionnaire.Calculated:
			b.work(it)
		case b.live.here[id]:
			b.out.Reads[id] = b.asked(id)
		case b.in.Lookup != nil:
			b.out.Reads[id] = told(b.in.Lookup(id))
		}
	}
	return encoded(b.out)
}

// work notes how a calculated item is worked out.
func (b *wholeBuilder) work(it *questionnaire.Item) {
	expr, problem := logic.ParseValue(it.Calculate)
	if problem != nil {
		return
	}
	for _, name := range expr.Names() {
		b.live.need = append(b.live.need, name.ID)
	}
	work := map[string]any{"tree": expr.Compiled(), "kind": it.Result}
	if it.Result == "number" {
		work["digits"] = it.Decimals
	}
	if show := b.compiled(it.ShowIf); show != nil {
		work["if"] = show
	}
	b.out.Works[it.ID] = work
}

// encoded is JSON of what always has some: texts, finite numbers, trees of them.
func encoded(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "{}"
	}
	return string(data)
}

// say are the words of the script that holds a whole questionnaire, by their ids
// there. A # stands for a number, @ for a text.
func (b *wholeBuilder) say() string {
	list := map[string]string{
		"required": b.t("problem.required"),
		"number":   b.t("problem.not_a_number"),
		"integer":  b.t("problem.not_a_whole_number"),
		"decimals": b.t("problem.too_many_decimals", "decimals", "#"),
		"small":    b.t("problem.too_small", "min", "#"),
		"large":    b.t("problem.too_large", "max", "#"),
		"long":     b.t("problem.too_long", "max", "#", "length", "@"),
		"short":    b.t("problem.text_too_short", "min", "#", "length", "@"),
		"few":      b.t("problem.too_few_options", "min", "#"),
		"many":     b.t("problem.too_many_options", "max", "#"),
		"early":    b.t("problem.date_too_early", "day", "@"),
		"late":     b.t("problem.date_too_late", "day", "@"),
		"rank":     b.t("form.rank_say", "n", "#", "label", "@"),
		"error":    b.t("form.error"),
		"progress": b.t("form.progress", "page", "#", "pages", "@"),
		"kept":     b.t("form.kept"),
	}
	for _, id := range []string{
		"offline.away", "offline.shared", "offline.delete", "offline.deleted", "offline.waiting", "offline.waiting_words",
		"offline.sending", "offline.send", "offline.sent", "offline.refused", "offline.reopen", "offline.again", "offline.resumed",
		"offline.language", "offline.unkept", "offline.closed", "offline.check",
	} {
		list[strings.TrimPrefix(id, "offline.")] = b.t(id, "text", "@")
	}
	list["problem"] = i18n.Plural(b.ui, "form.problems", 1, nil)
	list["problems"] = strings.Replace(i18n.Plural(b.ui, "form.problems", 99, nil), "99", "#", 1)
	return encoded(list)
}
